//! The one resample: desqueeze, scale, crop and sub-pixel shift in a single separable pass.

use super::{
    Filter,
    passes::{self, Plane},
    taps::Axis,
};
use crate::{
    color::Isa,
    error::{Error, Result},
    image::{Image, RectF, Size, make_room},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a picture is resampled: what a recipe writes out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResampleSettings {
    pub filter: Filter,
    pub anti_ring: AntiRing,
}

/// Whether values are held between the smallest and largest source pixel under the filter's main lobe, an axis at a
/// time. Filtered as it is, one highlight of 60 times diffuse white beside an edge makes a pixel of -1.
///
/// Strength 1 holds fully, 0 not at all.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AntiRing {
    Off,
    /// On axes that shrink.
    Shrink {
        strength: f64,
    },
    /// On every axis that is resampled.
    Always {
        strength: f64,
    },
}

impl Default for AntiRing {
    fn default() -> Self {
        AntiRing::Shrink { strength: 1.0 }
    }
}

impl AntiRing {
    /// On an axis where a target pixel covers `ratio` source pixels.
    pub(super) fn strength(self, ratio: f64) -> f64 {
        match self {
            AntiRing::Always { strength } => strength,
            AntiRing::Shrink { strength } if ratio > 1.0 => strength,
            AntiRing::Shrink { .. } | AntiRing::Off => 0.0,
        }
    }

    fn check(self) -> Result<()> {
        match self {
            AntiRing::Always { strength } | AntiRing::Shrink { strength } if !(0.0..=1.0).contains(&strength) => {
                Err(Error::invalid("outside 0 to 1").field("anti_ring.strength").value(strength))
            }
            _ => Ok(()),
        }
    }
}

/// The largest picture that is made.
pub const MAX_TARGET_PIXELS: u64 = 1 << 29;

/// Target pixels a source pixel may become along an axis; far beyond any use, and within what f64 phases resolve.
const MAX_ENLARGEMENT: f64 = 1e6;

/// Resamples the part `source` of `src` to `target` pixels.
///
/// `source` is in stored pixels of `src` (its data window, pixel `i` covering `i` to `i + 1`) and may be fractional;
/// where it reaches beyond the picture, the edge pixels go on. An axis that is neither scaled nor shifted by part of a
/// pixel is copied bit for bit. Filters are widened by the ratio on an axis that shrinks, and their weights normalised for
/// every pixel. Values are not clamped; alpha is taken as associated and resampled as the colours are.
///
/// The result's windows are `target` at the origin, its pixel aspect that of `src` times the change of pixel shape.
/// The same bits for any number of threads.
///
/// Errors: `source` empty, not finite or more than the picture's own size away from it; `target` empty or above
/// [`MAX_TARGET_PIXELS`]; settings out of range.
pub fn resample(src: &Image, source: RectF, target: Size, settings: &ResampleSettings) -> Result<Image> {
    let mut out = Image::new(Size::new(0, 0));
    resample_into(src, source, target, settings, &mut out)?;
    Ok(out)
}

/// As [`resample`], into the memory of `out`: for frame after frame of one size nothing of theirs is allocated.
pub fn resample_into(src: &Image, source: RectF, target: Size, settings: &ResampleSettings, out: &mut Image) -> Result<()> {
    resample_with(Isa::detect(), src, source, target, settings, out)
}

/// As [`resample`], of a picture that is not needed afterwards: it is the result where nothing is to compute, and else gives up
/// one plane after the other, so that source and result are never whole in memory together.
pub fn resample_owned(src: Image, source: RectF, target: Size, settings: &ResampleSettings) -> Result<Image> {
    let size = src.size();
    let (horizontal, vertical) = axes(size, source, target, settings)?;
    let pixel_aspect = pixel_aspect(&src, source, target);
    let whole = target == size && horizontal.copy_from() == Some(0) && vertical.copy_from() == Some(0);
    let made = |samples: Vec<f32>| {
        if whole {
            return samples;
        }
        let mut place = vec![0.0; target.area()];
        let plane = Plane { samples: &samples, width: size.width as usize };
        passes::run(Isa::detect(), &[plane], &horizontal, &vertical, &mut [&mut place]);
        place
    };
    let Image { planes, alpha, .. } = src;
    let mut out = Image::from_planes(target, planes.map(made));
    out.alpha = alpha.map(made);
    out.pixel_aspect = pixel_aspect;
    Ok(out)
}

fn resample_with(isa: Isa, src: &Image, source: RectF, target: Size, settings: &ResampleSettings, out: &mut Image) -> Result<()> {
    let size = src.size();
    let (horizontal, vertical) = axes(size, source, target, settings)?;
    let (mut planes, mut alpha) = (std::mem::take(&mut out.planes), out.alpha.take());
    if src.alpha.is_some() {
        alpha.get_or_insert_default();
    } else {
        alpha = None;
    }
    let mut places: Vec<&mut [f32]> = vec![];
    for place in planes.iter_mut().chain(&mut alpha) {
        make_room(place, target.area());
        places.push(place);
    }
    let width = size.width as usize;
    let sources: Vec<Plane<'_>> = src.planes.iter().chain(&src.alpha).map(|samples| Plane { samples, width }).collect();
    passes::run(isa, &sources, &horizontal, &vertical, &mut places);
    *out = Image::from_planes(target, planes);
    out.alpha = alpha;
    out.pixel_aspect = pixel_aspect(src, source, target);
    Ok(())
}

fn pixel_aspect(src: &Image, source: RectF, target: Size) -> f64 {
    let (across, down) = (source.width / f64::from(target.width), source.height / f64::from(target.height));
    src.pixel_aspect * across / down
}

/// The horizontal and the vertical axis.
fn axes(size: Size, source: RectF, target: Size, settings: &ResampleSettings) -> Result<(Axis, Axis)> {
    check(size, source, target)?;
    settings.anti_ring.check()?;
    let horizontal = Axis::new(size.width, source.x, source.width, target.width, settings);
    Ok((horizontal, Axis::new(size.height, source.y, source.height, target.height, settings)))
}

fn check(size: Size, source: RectF, target: Size) -> Result<()> {
    let pixels = u64::from(target.width) * u64::from(target.height);
    if pixels == 0 || pixels > MAX_TARGET_PIXELS {
        return Err(Error::invalid(format!("not 1 to {MAX_TARGET_PIXELS} pixels")).field("target").value(target));
    }
    let near = |start: f64, length: f64, pixels: u32, target: u32| {
        let pixels = f64::from(pixels);
        pixels > 0.0 && length >= f64::from(target) / MAX_ENLARGEMENT && start >= -pixels && start + length <= 2.0 * pixels
    };
    // A NaN fails every comparison.
    if !(near(source.x, source.width, size.width, target.width) && near(source.y, source.height, size.height, target.height)) {
        let value = format!("{}x{} at {}, {}", source.width, source.height, source.x, source.y);
        return Err(Error::invalid(format!("not a rectangle within or near a picture of {size}")).field("source").value(value));
    }
    Ok(())
}

#[cfg(test)]
#[path = "resample_tests.rs"]
mod tests;
