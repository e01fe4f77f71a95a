//! The FDL that travels with a plate: the canvas it came from, and the plate as a canvas derived from it.

use super::Plan;
use crate::{
    error::{Error, Result},
    framing::template,
    image::RectF,
    sidecar::fdl::{Canvas, Dimensions, DimensionsInt, Fdl, FramingDecision, Number, Point},
};
use uuid::Uuid;

impl Plan {
    /// `source` with the plate's canvas added beside the one it was made from, which is carried along unchanged (FDL 2.0.1,
    /// 7.3): its size and squeeze, and decision and protection where they lie in the plate.
    pub fn plate_fdl(&self, source: &Fdl, identity: Uuid) -> Result<Fdl> {
        let frame = self.frame().ok_or_else(|| Error::invalid("the plan was made without an FDL"))?;
        if let Some(choice) = &self.settings().framing.template {
            let derived = template::apply(frame, &choice.parse()?, choice.mode)?;
            let mut fdl = template::derived_fdl(source, frame, &derived, "PLATE")?;
            fdl.uuid = plate_uuid(identity);
            return Ok(fdl);
        }
        let mut fdl = source.clone();
        fdl.uuid = plate_uuid(identity);
        let id = template::free_id("PLATE", &template::canvas_ids(&fdl));
        let context = fdl.contexts.iter_mut().find(|c| c.canvases.iter().any(|k| k.id == frame.canvas_id));
        let context = context.ok_or_else(|| Error::invalid("is not in the FDL").field("canvas").value(&frame.canvas_id))?;
        let decision = context.canvases.iter().flat_map(|c| &c.framing_decisions).find(|d| d.id == frame.decision_id);
        let decision = decision.ok_or_else(|| Error::invalid("is not in the FDL").field("framing decision").value(&frame.decision_id))?;

        let geometry = self.geometry();
        let whole = RectF::new(0.0, 0.0, geometry.target.width.into(), geometry.target.height.into());
        let place = |rect: RectF| -> Result<Option<(Dimensions, Point)>> {
            let rect = snapped(geometry.to_target(rect), whole);
            // What was cropped away is no part of the plate; a part of it would be another rectangle.
            if !whole.contains(rect, 0.0) {
                return Ok(None);
            }
            let dimensions =
                Dimensions { width: Number::try_from(rect.width)?, height: Number::try_from(rect.height)?, other: Default::default() };
            Ok(Some((dimensions, Point { x: Number::try_from(rect.x)?, y: Number::try_from(rect.y)?, other: Default::default() })))
        };
        let mut decisions = vec![];
        if let Some((dimensions, anchor_point)) = place(frame.decision)? {
            let (protection_dimensions, protection_anchor_point) = frame.protection.map(place).transpose()?.flatten().unzip();
            decisions.push(FramingDecision {
                label: decision.label.clone(),
                id: format!("{id}-{}", decision.framing_intent_id),
                framing_intent_id: decision.framing_intent_id.clone(),
                dimensions,
                anchor_point,
                protection_dimensions,
                protection_anchor_point,
                other: Default::default(),
            });
        }
        context.canvases.push(Canvas {
            label: Some("Plate".into()),
            id,
            source_canvas_id: frame.canvas_id.clone(),
            dimensions: DimensionsInt { width: geometry.target.width, height: geometry.target.height, other: Default::default() },
            effective_dimensions: None,
            effective_anchor_point: None,
            photosite_dimensions: None,
            physical_dimensions: None,
            anamorphic_squeeze: Some(Number::try_from(geometry.pixel_aspect)?),
            framing_decisions: decisions,
            other: Default::default(),
        });
        Ok(fdl)
    }
}

/// A rectangle whose edges fall on those of `bounds` within the rounding of f64.
fn snapped(r: RectF, bounds: RectF) -> RectF {
    const ROUNDING: f64 = 1e-6;
    let snap = |v: f64, to: f64| if (v - to).abs() < ROUNDING { to } else { v };
    let (x, y) = (snap(r.x, bounds.x), snap(r.y, bounds.y));
    RectF::new(x, y, snap(r.right(), bounds.right()) - x, snap(r.bottom(), bounds.bottom()) - y)
}

/// The same for the same plate, so that what is rendered again is the same to the bit.
fn plate_uuid(identity: Uuid) -> String {
    Uuid::new_v5(&identity, b"fdl").to_string()
}
