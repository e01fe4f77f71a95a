//! From a frame to a plate: which part of the picture, at which size.

use super::{Frame, Placement, fraction::Fraction, frame::ExactRect, resample::MAX_TARGET_PIXELS};
use crate::{
    error::{Error, Result},
    image::{Rect, RectF, Size},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The rectangle of a frame that becomes the plate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CropTo {
    #[default]
    Canvas,
    Effective,
    Protection,
    Decision,
}

/// How large the plate becomes. The shape of the picture is kept by all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScaleTo {
    /// As recorded; a desqueeze changes the width.
    #[default]
    Native,
    Width(u32),
    Height(u32),
    /// The largest that fits within.
    Fit(Size),
}

/// What to resample, to what, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlateGeometry {
    /// Part of the canvas, in its pixels; may reach beyond it by a fraction of a pixel, where a size was rounded.
    /// It becomes the whole plate, or the window of the placement.
    pub source: RectF,
    pub target: Size,
    /// Where the picture lies on a plate that it does not fill; around it the plate is black.
    pub placement: Option<Placement>,
    /// Width of a target pixel over its height when displayed.
    pub pixel_aspect: f64,
    /// How the numbers came about, in order.
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    pub name: &'static str,
    /// The numbers, exact.
    pub text: String,
}

impl PlateGeometry {
    /// Where a rectangle of the canvas lies in the plate.
    pub fn to_target(&self, r: RectF) -> RectF {
        let window = self.placement.map_or(Rect::of(self.target), |p| p.window).to_f64();
        let (x, y) = (window.width / self.source.width, window.height / self.source.height);
        RectF::new(window.x + (r.x - self.source.x) * x, window.y + (r.y - self.source.y) * y, r.width * x, r.height * y)
    }
}

/// Works out the one resample that crops, desqueezes and scales.
///
/// All in exact fractions. Only the target's size is rounded, to the nearest whole pixels, halves upward; the source
/// rectangle is then made larger or smaller around its centre by that fraction of a pixel, so that circles stay round
/// and the centre of the frame stays the centre of the plate.
///
/// Errors: a rectangle that the frame has not (never replaced by another), a target without pixels or above the
/// resampler's limit.
pub fn plate_geometry(frame: &Frame, crop: CropTo, scale: ScaleTo, desqueeze: bool) -> Result<PlateGeometry> {
    let mut steps = vec![];
    let mut step = |name, text| steps.push(Step { name, text });
    let rect = crop_rect(frame, crop)?;
    step("crop", format!("{crop:?}: {} x {} at {}, {}", rect.width, rect.height, rect.x, rect.y));

    let squeeze = &frame.exact.squeeze;
    let stretch = if desqueeze { squeeze.clone() } else { Fraction::one() };
    let width = rect.width.times(&stretch);
    if desqueeze {
        step("desqueeze", format!("{} x {stretch} = {width} wide", rect.width));
    }
    let factor = factor(scale, &width, &rect.height)?;
    if scale != ScaleTo::Native {
        step("scale", format!("{scale:?}: factor {factor}"));
    }
    let (exact_width, exact_height) = (width.times(&factor), rect.height.times(&factor));
    let target = Size::new(pixels(&exact_width)?, pixels(&exact_height)?);
    if u64::from(target.width) * u64::from(target.height) > MAX_TARGET_PIXELS {
        return Err(Error::invalid(format!("more than {MAX_TARGET_PIXELS} pixels")).field("plate size").value(target));
    }
    step("round", format!("{exact_width} x {exact_height} to {target}"));

    // Canvas pixels under the target at exactly this scale, around the same centre.
    let across = stretch.times(&factor);
    let (x, source_width) = recentre(&rect.x, &rect.width, target.width, &across)?;
    let (y, source_height) = recentre(&rect.y, &rect.height, target.height, &factor)?;
    step("source", format!("{source_width} x {source_height} at {x}, {y}"));
    let source = ExactRect { x, y, width: source_width, height: source_height };
    let pixel_aspect = squeeze.over(&stretch)?.to_f64();
    Ok(PlateGeometry { source: source.to_f64(), target, placement: None, pixel_aspect, steps })
}

fn crop_rect(frame: &Frame, crop: CropTo) -> Result<ExactRect> {
    let missing = |what: &str| Error::invalid(format!("the FDL gives no {what} for it")).field("crop").value(&frame.label);
    match crop {
        CropTo::Canvas => Ok(ExactRect::of(frame.canvas)),
        CropTo::Decision => Ok(frame.exact.decision.clone()),
        CropTo::Effective => frame.exact.effective.clone().ok_or_else(|| missing("effective area")),
        CropTo::Protection => frame.exact.protection.clone().ok_or_else(|| missing("protection")),
    }
}

/// Target pixels per desqueezed pixel of a picture of `width` x `height`.
fn factor(scale: ScaleTo, width: &Fraction, height: &Fraction) -> Result<Fraction> {
    let (across, down) = (|w: u32| Fraction::whole(w).over(width), |h: u32| Fraction::whole(h).over(height));
    match scale {
        ScaleTo::Native => Ok(Fraction::one()),
        ScaleTo::Width(w) => across(w),
        ScaleTo::Height(h) => down(h),
        ScaleTo::Fit(size) => {
            let (x, y) = (across(size.width)?, down(size.height)?);
            Ok(x.min(y))
        }
    }
}

fn pixels(exact: &Fraction) -> Result<u32> {
    let n = exact.round().to_u32().filter(|n| *n > 0);
    n.ok_or_else(|| Error::invalid("not 1 pixel or more").field("plate size").value(exact))
}

/// Start and length of the source that `target` pixels at `scale` show, around the centre of `start`, `length`.
fn recentre(start: &Fraction, length: &Fraction, target: u32, scale: &Fraction) -> Result<(Fraction, Fraction)> {
    let shown = Fraction::whole(target).over(scale)?;
    Ok((start.plus(&length.minus(&shown).half()), shown))
}

#[cfg(test)]
#[path = "plate_tests.rs"]
mod tests;
