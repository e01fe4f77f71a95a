//! One framing decision of an FDL with the rectangles around it.

use super::{Selection, fraction::Fraction};
use crate::{
    error::{Error, Result},
    image::{RectF, Size},
    sidecar::fdl::{Canvas, Dimensions, Fdl, FramingDecision, Number, Point, ProtectionSense},
};

/// A framing decision and what it lies in, in pixels of the canvas as recorded (not desqueezed), origin top left.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// Canvas and decision as a user knows them.
    pub label: String,
    pub canvas_id: String,
    pub decision_id: String,
    pub canvas: Size,
    pub effective: Option<RectF>,
    pub protection: Option<RectF>,
    pub decision: RectF,
    /// Width of a pixel over its height when displayed.
    pub squeeze: f64,
    /// How the intent's protection was measured; from an FDL 1.0, outward. The rectangle itself stands as written.
    pub protection_sense: ProtectionSense,
    pub(super) exact: Exact,
}

/// The same in exact numbers.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Exact {
    pub effective: Option<ExactRect>,
    pub protection: Option<ExactRect>,
    pub decision: ExactRect,
    pub squeeze: Fraction,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct ExactRect {
    pub x: Fraction,
    pub y: Fraction,
    pub width: Fraction,
    pub height: Fraction,
}

impl ExactRect {
    pub fn of(size: Size) -> Self {
        let (width, height) = (Fraction::whole(size.width), Fraction::whole(size.height));
        ExactRect { x: Fraction::zero(), y: Fraction::zero(), width, height }
    }
    pub fn to_f64(&self) -> RectF {
        RectF::new(self.x.to_f64(), self.y.to_f64(), self.width.to_f64(), self.height.to_f64())
    }
}

impl Frame {
    /// The decision that `selection` names. Errors: none or several candidates, which the message lists; numbers with
    /// too many digits.
    pub fn select(fdl: &Fdl, selection: &Selection) -> Result<Frame> {
        let (canvas, decision) = selection.decision(fdl)?;
        Self::new(fdl, canvas, decision)
    }

    fn new(fdl: &Fdl, canvas: &Canvas, decision: &FramingDecision) -> Result<Frame> {
        let rect = |d: &Dimensions, p: &Point| exact_rect(&d.width, &d.height, p);
        let effective = match (&canvas.effective_dimensions, &canvas.effective_anchor_point) {
            (Some(d), Some(p)) => Some(exact_rect(&d.width.into(), &d.height.into(), p)?),
            _ => None,
        };
        let protection = match (&decision.protection_dimensions, &decision.protection_anchor_point) {
            (Some(d), Some(p)) => Some(rect(d, p)?),
            _ => None,
        };
        let squeeze = canvas.anamorphic_squeeze.as_ref().map_or(Ok(Fraction::one()), |s| Fraction::decimal(s.as_str()))?;
        let exact = Exact { effective, protection, decision: rect(&decision.dimensions, &decision.anchor_point)?, squeeze };
        let canvas_label = canvas.label.as_deref().unwrap_or(&canvas.id);
        let label = format!("{canvas_label} / {}", decision.label.as_deref().unwrap_or(&decision.id));
        Self::from_exact(label, (&canvas.id, &decision.id), canvas.size(), exact, fdl.protection_sense())
    }

    /// A frame that is the whole of `canvas`, for a clip without an FDL.
    pub fn whole(canvas: Size, squeeze: f64) -> Result<Frame> {
        let squeeze = Fraction::shortest(squeeze).map_err(|e| e.field("squeeze"))?;
        let exact = Exact { effective: None, protection: None, decision: ExactRect::of(canvas), squeeze };
        Self::from_exact("whole picture".into(), ("", ""), canvas, exact, ProtectionSense::Inward)
    }

    /// Whether both are the same rectangles on the same canvas, whatever they are called.
    pub fn same_lines(&self, other: &Self) -> bool {
        (self.canvas, &self.exact, self.protection_sense) == (other.canvas, &other.exact, other.protection_sense)
    }

    fn from_exact(label: String, ids: (&str, &str), canvas: Size, exact: Exact, sense: ProtectionSense) -> Result<Frame> {
        if !exact.squeeze.is_positive() {
            return Err(Error::invalid("must be above 0").field("squeeze").value(exact.squeeze));
        }
        Ok(Frame {
            label,
            canvas_id: ids.0.to_owned(),
            decision_id: ids.1.to_owned(),
            canvas,
            effective: exact.effective.as_ref().map(ExactRect::to_f64),
            protection: exact.protection.as_ref().map(ExactRect::to_f64),
            decision: exact.decision.to_f64(),
            squeeze: exact.squeeze.to_f64(),
            protection_sense: sense,
            exact,
        })
    }
}

fn exact_rect(width: &Number, height: &Number, anchor: &Point) -> Result<ExactRect> {
    let exact = |n: &Number| Fraction::decimal(n.as_str());
    Ok(ExactRect { x: exact(&anchor.x)?, y: exact(&anchor.y)?, width: exact(width)?, height: exact(height)? })
}
