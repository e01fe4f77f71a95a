//! The FDL of a canvas that a template made.

use super::Derived;
use crate::{
    error::{Error, Result},
    framing::Frame,
    image::RectF,
    sidecar::fdl::{Canvas, Dimensions, DimensionsInt, Fdl, FramingDecision, Members, Node, Number, Point, Value},
};
use std::collections::HashSet;

/// Longest id (schema 2.0.1).
const MAX_ID: usize = 32;

/// `source` with the derived canvas beside the one it was made from, which stays as it is, as do clip id, intents and
/// custom members (FDL 2.0.1, section 7.3). `name` becomes the id of the canvas, with a number where it is taken.
///
/// The derived canvas carries photosite and physical dimensions and the custom members of its source on. From FDL 2.0
/// on, which has custom members, it also says how it was made: `_scale_factor`, `_scaled_bounding_box`,
/// `_content_translation`. The `uuid` is the caller's to renew.
///
/// Errors: the frame is not of this FDL; a rectangle that an FDL cannot hold (no pixels, an effective area of fractions).
pub fn derived_fdl(source: &Fdl, frame: &Frame, derived: &Derived, name: &str) -> Result<Fdl> {
    let mut fdl = source.clone();
    let has = |k: &Canvas| k.id == frame.canvas_id && k.framing_decisions.iter().any(|d| d.id == frame.decision_id);
    let taken = canvas_ids(&fdl);
    let found = fdl.contexts.iter_mut().find_map(|c| c.canvases.iter().position(has).map(|i| (c, i)));
    let (context, i) = found.ok_or_else(|| Error::invalid("is not in the FDL").field("framing decision").value(&frame.decision_id))?;
    let old = &context.canvases[i];
    let decision = old.framing_decisions.iter().find(|d| d.id == frame.decision_id);
    let decision = decision.ok_or_else(|| Error::invalid("is not in the FDL").field("framing decision").value(&frame.decision_id))?;

    let id = free_id(name, &taken);
    let placed = |r: RectF| -> Result<(Dimensions, Point)> {
        if r.width < NOTHING || r.height < NOTHING {
            return Err(Error::invalid("a layer without pixels cannot be written").field("canvas").value(&id));
        }
        Ok((dimensions(r)?, point(r)?))
    };
    let (framing_dimensions, anchor_point) = placed(derived.framing)?;
    let (protection_dimensions, protection_anchor_point) = derived.protection.map(placed).transpose()?.unzip();
    let new_decision = FramingDecision {
        label: decision.label.clone(),
        id: format!("{id}-{}", decision.framing_intent_id),
        framing_intent_id: decision.framing_intent_id.clone(),
        dimensions: framing_dimensions,
        anchor_point,
        protection_dimensions,
        protection_anchor_point,
        other: custom(&decision.other),
    };
    let mut other = custom(&old.other);
    if (fdl.version.major, fdl.version.minor) >= (2, 0) {
        made_from(&mut other, derived)?;
    }
    let canvas = Canvas {
        label: Some(name.to_owned()),
        id,
        source_canvas_id: old.id.clone(),
        dimensions: DimensionsInt { width: derived.canvas.width, height: derived.canvas.height, other: vec![] },
        effective_dimensions: Some(whole(derived.effective)?),
        effective_anchor_point: Some(point(derived.effective)?),
        photosite_dimensions: old.photosite_dimensions.clone(),
        physical_dimensions: old.physical_dimensions.clone(),
        anamorphic_squeeze: Some(Number::try_from(derived.squeeze)?),
        framing_decisions: vec![new_decision],
        other,
    };
    context.canvases.push(canvas);
    Ok(fdl)
}

/// A billionth of a pixel: what is less comes from floats that should have cancelled, and readers refuse it.
const NOTHING: f64 = 1e-9;

fn pixels(v: f64) -> Result<Number> {
    Number::try_from(if v.abs() < NOTHING { 0.0 } else { v })
}

fn dimensions(r: RectF) -> Result<Dimensions> {
    Ok(Dimensions { width: pixels(r.width)?, height: pixels(r.height)?, other: vec![] })
}

fn point(r: RectF) -> Result<Point> {
    Ok(Point { x: pixels(r.x)?, y: pixels(r.y)?, other: vec![] })
}

fn whole(r: RectF) -> Result<DimensionsInt> {
    let pixels = |v: f64| {
        let fits = v.fract() == 0.0 && (1.0..=f64::from(u32::MAX)).contains(&v);
        if fits { Ok(v as u32) } else { Err(Error::invalid("not whole pixels").field("effective_dimensions").value(v)) }
    };
    Ok(DimensionsInt { width: pixels(r.width)?, height: pixels(r.height)?, other: vec![] })
}

/// The custom members of the source, without those that say how it was made itself.
fn custom(members: &Members) -> Members {
    members.iter().filter(|(name, _)| name.starts_with('_') && !MADE_FROM.contains(&name.as_str())).cloned().collect()
}

const MADE_FROM: [&str; 3] = ["_scale_factor", "_scaled_bounding_box", "_content_translation"];

fn made_from(other: &mut Members, derived: &Derived) -> Result<()> {
    let number = |v: f64| -> Result<Node> { Ok(Value::Number(Number::try_from(v)?.to_string()).into()) };
    let pair = |names: [&str; 2], v: [f64; 2]| -> Result<Node> {
        let members = [(names[0].to_owned(), number(v[0])?), (names[1].to_owned(), number(v[1])?)];
        Ok(Value::Object(members.into()).into())
    };
    let picture = derived.picture;
    let values = [
        number(derived.scale_factor)?,
        pair(["width", "height"], [picture.width, picture.height])?,
        pair(["x", "y"], [picture.x, picture.y])?,
    ];
    other.extend(MADE_FROM.map(str::to_owned).into_iter().zip(values));
    Ok(())
}

/// The ids of every canvas: no two of a document may be equal.
pub fn canvas_ids(fdl: &Fdl) -> HashSet<String> {
    fdl.contexts.iter().flat_map(|c| &c.canvases).map(|c| c.id.clone()).collect()
}

/// `name` as an id that is not taken.
pub fn free_id(name: &str, taken: &HashSet<String>) -> String {
    let mut id: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).take(MAX_ID).collect();
    if id.is_empty() {
        id.push_str("CANVAS");
    }
    let stem = id.clone();
    let mut n = 2u32;
    while taken.contains(&id) {
        let suffix = format!("_{n}");
        id = format!("{}{suffix}", &stem[..stem.len().min(MAX_ID - suffix.len())]);
        n += 1;
    }
    id
}
