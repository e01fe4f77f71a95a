//! Canvas, effective area, protection and framing decision lie within each other, in this order.

use super::{model::*, reader::Findings};
use crate::{
    image::{RectF, Size},
    sidecar::Level,
};

/// Pixels by which a decimal that was rounded may stick out.
const TOLERANCE: f64 = 1e-6;

impl DimensionsInt {
    pub fn size(&self) -> Size {
        Size::new(self.width, self.height)
    }
}

impl Canvas {
    pub fn size(&self) -> Size {
        self.dimensions.size()
    }
    /// The area that holds picture, where one is given.
    pub fn effective_rect(&self) -> Option<RectF> {
        let (d, a) = (self.effective_dimensions.as_ref()?, self.effective_anchor_point.as_ref()?);
        Some(RectF::new(a.x.to_f64(), a.y.to_f64(), d.width.into(), d.height.into()))
    }
    /// Width of a pixel over its height when displayed.
    pub fn squeeze(&self) -> f64 {
        self.anamorphic_squeeze.as_ref().map_or(1.0, Number::to_f64)
    }
}

impl FramingDecision {
    pub fn rect(&self) -> RectF {
        rect(&self.dimensions, &self.anchor_point)
    }
    pub fn protection_rect(&self) -> Option<RectF> {
        Some(rect(self.protection_dimensions.as_ref()?, self.protection_anchor_point.as_ref()?))
    }
}

fn rect(d: &Dimensions, a: &Point) -> RectF {
    RectF::new(a.x.to_f64(), a.y.to_f64(), d.width.to_f64(), d.height.to_f64())
}

/// Notes every rectangle that is larger than one around it, or sticks out of it. `places` are line and path of each
/// decision.
pub fn check(canvas: &Canvas, at: (u32, &str), places: &[(u32, String)], f: &mut Findings) {
    let whole = ("the canvas", RectF::new(0.0, 0.0, canvas.dimensions.width.into(), canvas.dimensions.height.into()));
    let mut around = vec![whole];
    if let Some(effective) = canvas.effective_rect() {
        within(("effective_dimensions", effective), &around, at, f);
        around.push(("the effective area", effective));
    }
    for (decision, (line, path)) in canvas.framing_decisions.iter().zip(places) {
        let mut around = around.clone();
        if let Some(protection) = decision.protection_rect() {
            within(("protection_dimensions", protection), &around, (*line, path), f);
            around.push(("its protection", protection));
        }
        within(("dimensions", decision.rect()), &around, (*line, path), f);
    }
}

/// One finding at most: about the outermost rectangle that `inner` does not fit, an error if it is larger or leaves
/// the canvas, else a warning.
fn within(inner: (&str, RectF), around: &[(&str, RectF)], (line, path): (u32, &str), f: &mut Findings) {
    let (member, r) = inner;
    let path = format!("{path}.{member}");
    for (i, (name, outer)) in around.iter().enumerate() {
        let text = |what: &str| format!("{} {what} {name} ({})", show(r), show(*outer));
        if r.width > outer.width + TOLERANCE || r.height > outer.height + TOLERANCE {
            return f.error("HIERARCHY", line, &path, text("is larger than"));
        }
        if !outer.contains(r, TOLERANCE) {
            let (level, code) = if i == 0 { (Level::Error, "OUTSIDE_CANVAS") } else { (Level::Warning, "OUTSIDE") };
            return f.add(level, code, line, &path, text("is not within"));
        }
    }
}

fn show(r: RectF) -> String {
    format!("{} x {} at {}, {}", r.width, r.height, r.x, r.y)
}
