//! The picture of a template: the one resample from the kept part of the source to its place in the new canvas.

use super::{Derived, Mode, TemplateStep, explain};
use crate::{
    error::{Error, Result},
    framing::{Frame, MAX_TARGET_PIXELS, Placement, PlateGeometry, Step},
    image::{Rect, RectF},
    sidecar::fdl::CanvasTemplate,
};

/// What to resample for `template`, to where.
///
/// The kept part of the source goes to its picture rectangle in one step, desqueezed and scaled, wherever both lie between pixels:
/// nothing is cut to whole pixels. Outside the picture the canvas is black; a pixel that it covers in part gets that part.
/// Where less than a pixel is missing on both sides of an axis, which is what rounding adds and no padding, the source goes on
/// instead: there is no dark line along the edge.
///
/// Errors: those of [`super::apply`]; a canvas above the resampler's limit; no part of the picture on the canvas.
pub fn template_geometry(frame: &Frame, template: &CanvasTemplate, mode: Mode) -> Result<PlateGeometry> {
    let derived = explain(frame, template, mode)?;
    let target = derived.canvas;
    if u64::from(target.width) * u64::from(target.height) > MAX_TARGET_PIXELS {
        return Err(Error::invalid(format!("more than {MAX_TARGET_PIXELS} pixels")).field("canvas of the template").value(target));
    }
    let Derived { source, picture, .. } = derived;
    let (left, right) = covered(picture.x, picture.right(), target.width);
    let (top, bottom) = covered(picture.y, picture.bottom(), target.height);
    let (x0, x1) = window(left, right, target.width);
    let (y0, y1) = window(top, bottom, target.height);
    if x0 >= x1 || y0 >= y1 {
        return Err(Error::invalid("no part of the picture lies on the canvas").field("canvas template").value(&template.id));
    }
    // Canvas pixels of the source under the whole pixels that show some of it.
    let (across, down) = (source.width / picture.width, source.height / picture.height);
    let under = RectF::new(source.x + (x0 - picture.x) * across, source.y + (y0 - picture.y) * down, (x1 - x0) * across, (y1 - y0) * down);
    let shown = RectF::new(left, top, right - left, bottom - top);
    let covers = shown.contains(Rect::of(target).to_f64(), 0.0);
    let placement =
        (!covers).then(|| Placement { window: Rect::new(x0 as i32, y0 as i32, (x1 - x0) as u32, (y1 - y0) as u32), picture: shown });
    let mut steps: Vec<Step> = derived.steps.iter().map(step).collect();
    steps.push(Step { name: "mode", text: format!("{mode}, template {}", template.id) });
    Ok(PlateGeometry { source: under, target, placement, pixel_aspect: derived.squeeze, steps })
}

/// What of an axis shows picture: all of it, where only rounding left a fraction of a pixel on both sides.
pub(in crate::framing) fn covered(from: f64, to: f64, pixels: u32) -> (f64, f64) {
    let pixels = f64::from(pixels);
    if from < 1.0 && to > pixels - 1.0 { (from.min(0.0), to.max(pixels)) } else { (from, to) }
}

/// The whole pixels of an axis that a stretch of it touches.
fn window(from: f64, to: f64, pixels: u32) -> (f64, f64) {
    (from.floor().clamp(0.0, pixels.into()), to.ceil().clamp(0.0, pixels.into()))
}

fn step(s: &TemplateStep) -> Step {
    let values: Vec<String> = s.values.iter().map(|v| format!("{} {}", v.name, v.exact)).collect();
    let values = if values.is_empty() { "none".to_owned() } else { values.join(", ") };
    Step { name: s.step, text: format!("{}: {values}", s.of) }
}
