//! Mosaic to sensor-linear RGB.
//!
//! Every tier is a kernel over rows: a strip of rows is encoded into a working domain, interpolated there and decoded,
//! and strips run in parallel. A strip recomputes the rows it shares with its neighbours, so the pixels are the same
//! bits for any number of threads and any height of strip.
//!
//! Interpolation in a log domain is worth more than the choice of algorithm: colour differences of scene-linear light
//! scale with exposure, those of its logarithm do not. Borders are mirrored without repeating the edge row or column,
//! which keeps the phase of the pattern.

mod bilinear;
mod curve;
mod mhc;
mod options;
mod quad;
mod rows;
pub(crate) mod simd;
mod strips;

#[cfg(test)]
mod tests;

pub use options::{Domain, Options, Tier};

use crate::{
    error::{Error, Result},
    image::{CfaPlane, Image, Rect, Size},
};

/// Interpolates the missing colours of `cfa`.
///
/// In: linear, 0.0 = sensor black, 1.0 = sensor clip, not white-balanced; negatives are noise and are kept.
/// Out: sensor-linear RGB in the same unit, not white-balanced, neither clipped nor floored. But for [`Tier::Half`],
/// the picture has the size of `cfa` and the sample of every site comes out unchanged in its own colour.
///
/// Errors: no pixels, a sample count that is not width x height, options out of range.
pub fn debayer(cfa: &CfaPlane, tier: Tier, options: &Options) -> Result<Image> {
    let mut out = Image::new(Size::new(0, 0));
    debayer_into(cfa, tier, options, &mut out)?;
    Ok(out)
}

/// As [`debayer`], into the memory of `out`: for frame after frame of one size nothing is allocated.
pub fn debayer_into(cfa: &CfaPlane, tier: Tier, options: &Options, out: &mut Image) -> Result<()> {
    debayer_strips(cfa, tier, options, STRIP_ROWS, out)
}

/// Rows of a strip: high enough that the rows computed twice cost little, low enough to keep every core busy.
const STRIP_ROWS: usize = 64;

fn debayer_strips(cfa: &CfaPlane, tier: Tier, options: &Options, strip: usize, out: &mut Image) -> Result<()> {
    let size = cfa.size;
    if size.width == 0 || size.height == 0 {
        return Err(Error::invalid("a mosaic without pixels").field("size").value(size));
    }
    if cfa.samples.len() != size.area() {
        return Err(Error::invalid("not one sample a pixel").field("samples").value(cfa.samples.len()));
    }
    options.check()?;
    let target = tier.output_size(size);
    let window = Rect::of(target);
    (out.data_window, out.display_window, out.pixel_aspect, out.alpha) = (window, window, 1.0, None);
    for plane in &mut out.planes {
        plane.resize(target.area(), 0.0);
    }
    match options.domain {
        Domain::Linear => strips::run(cfa, tier, curve::Linear::new(options), strip, out),
        Domain::Log { slope } => strips::run(cfa, tier, curve::Log::new(slope, options), strip, out),
    }
    Ok(())
}
