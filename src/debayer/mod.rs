//! Mosaic to sensor-linear RGB.
//!
//! Every tier is a kernel over rows: a tile of the mosaic is made linear, encoded into a working domain, interpolated
//! there and decoded, a few rows at a time, so that neither codes nor intermediate values cross the memory. Strips of
//! tiles run in parallel. A tile recomputes what it shares with its neighbours, so the pixels are the same bits for any
//! number of threads and any tiling.
//!
//! Interpolation in a log domain is worth more than the choice of algorithm: colour differences of scene-linear light
//! scale with exposure, those of its logarithm do not. Borders are mirrored without repeating the edge row or column,
//! which keeps the phase of the pattern.

mod bilinear;
mod boxed;
mod curve;
mod fusion;
mod highlights;
mod kernel;
mod mhc;
mod mlri;
mod options;
mod pixels;
mod quad;
mod repair;
mod rows;
pub(crate) mod simd;
mod slope;
mod source;
mod strips;

#[cfg(test)]
mod tests;

pub use options::{Domain, Options, Tier};
pub use slope::Slope;
pub use source::Source;
#[cfg(feature = "gpu")]
pub(crate) use {curve::Curve, fusion::Constants};

use crate::{
    error::Result,
    image::{Image, Rect, Size, make_room},
};
use strips::Tiling;

/// Interpolates the missing colours of a [`Mosaic`](crate::image::Mosaic) or a [`CfaPlane`](crate::image::CfaPlane).
///
/// In: 0.0 = sensor black, 1.0 = sensor clip once linear, not white-balanced; negatives are noise and are kept.
/// Out: sensor-linear RGB in the same unit, not white-balanced, neither clipped nor floored. Where the tier does not
/// reduce, the picture has the size of the mosaic and the sample of every site comes out unchanged in its own colour, but
/// for repairs that the options ask for.
///
/// Errors: no pixels, a sample count that is not width x height, options out of range.
pub fn debayer<'a>(mosaic: impl Into<Source<'a>>, tier: Tier, options: &Options) -> Result<Image> {
    let mut out = Image::new(Size::new(0, 0));
    debayer_into(mosaic, tier, options, &mut out)?;
    Ok(out)
}

/// As [`debayer`], with highlights that run to white: a sample that is clipped is first lifted to the light that those around it
/// tell of, if they are brighter than its clip for an object of the sensor colour `neutral` (RGB, the largest 1). The picture
/// then exceeds 1 there; one without clipped samples has the bits that [`debayer`] gives it.
///
/// Errors: those of [`debayer`]; a `neutral` outside 0.001 to 1000.
pub fn debayer_lifted<'a>(mosaic: impl Into<Source<'a>>, neutral: [f64; 3], tier: Tier, options: &Options) -> Result<Image> {
    let mut out = Image::new(Size::new(0, 0));
    let lift = highlights::Highlights::new(neutral)?;
    debayer_tiled(mosaic.into(), tier, options, Some(lift), Tiling::of(tier), &mut out)?;
    Ok(out)
}

/// As [`debayer`], into the memory of `out`: for frame after frame of one size nothing is allocated but a few rows a strip.
pub fn debayer_into<'a>(mosaic: impl Into<Source<'a>>, tier: Tier, options: &Options, out: &mut Image) -> Result<()> {
    debayer_tiled(mosaic.into(), tier, options, None, Tiling::of(tier), out)
}

fn debayer_tiled(
    source: Source<'_>,
    tier: Tier,
    options: &Options,
    highlights: Option<highlights::Highlights>,
    tiling: Tiling,
    out: &mut Image,
) -> Result<()> {
    source.check()?;
    options.check()?;
    let target = tier.output_size(source.size());
    let window = Rect::of(target);
    (out.data_window, out.display_window, out.pixel_aspect, out.alpha) = (window, window, 1.0, None);
    for plane in &mut out.planes {
        make_room(plane, target.area());
    }
    let greens = options.equilibrate_greens.then(|| repair::Greens::measure(source));
    let input = rows::Input {
        source,
        curve: curve::Curve::new(options),
        limits: options.limit_overshoot,
        repair_pixels: options.repair_pixels,
        greens: greens.as_ref(),
        highlights,
    };
    strips::run(tier, input, tiling, out);
    Ok(())
}
