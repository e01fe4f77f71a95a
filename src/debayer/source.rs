//! Where the samples come from: a mosaic as the camera stored it, made linear row by row, or one that is linear already.

use super::simd;
use crate::{
    error::{Error, Result},
    image::{Cfa, CfaPlane, Mosaic, Size},
};

/// Samples that can be debayered. `&Mosaic` and `&CfaPlane` turn into it.
///
/// A [`Mosaic`] is the shorter way: its code values become light a few rows at a time, and no float plane of the
/// sensor's size is made.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// Code values with black and white; the active area is the picture.
    Mosaic(&'a Mosaic),
    /// 0.0 = sensor black, 1.0 = sensor clip.
    Plane(&'a CfaPlane),
}

impl<'a> From<&'a Mosaic> for Source<'a> {
    fn from(mosaic: &'a Mosaic) -> Self {
        Source::Mosaic(mosaic)
    }
}

impl<'a> From<&'a CfaPlane> for Source<'a> {
    fn from(plane: &'a CfaPlane) -> Self {
        Source::Plane(plane)
    }
}

impl Source<'_> {
    pub fn size(self) -> Size {
        match self {
            Source::Mosaic(mosaic) => mosaic.active_area.size(),
            Source::Plane(plane) => plane.size,
        }
    }

    pub fn cfa(self) -> Cfa {
        match self {
            Source::Mosaic(mosaic) => mosaic.cfa,
            Source::Plane(plane) => plane.cfa,
        }
    }

    /// Errors: no pixels, a sample count that is not width x height, an active area beyond the samples, a black pattern
    /// that is not all there.
    pub(super) fn check(self) -> Result<()> {
        let size = self.size();
        if size.width == 0 || size.height == 0 {
            return Err(Error::invalid("a mosaic without pixels").field("size").value(size));
        }
        let (stored, samples) = match self {
            Source::Mosaic(mosaic) => (mosaic.size, mosaic.samples.len()),
            Source::Plane(plane) => (plane.size, plane.samples.len()),
        };
        if samples != stored.area() {
            return Err(Error::invalid("not one sample a pixel").field("samples").value(samples));
        }
        let Source::Mosaic(mosaic) = self else { return Ok(()) };
        let (area, (columns, rows)) = (mosaic.active_area, mosaic.black.repeat);
        let ends = |start: i32, length: u32, of: u32| start >= 0 && i64::from(start) + i64::from(length) <= i64::from(of);
        if !ends(area.x, area.width, stored.width) || !ends(area.y, area.height, stored.height) {
            return Err(Error::invalid(format!("beyond the {stored} that were stored")).field("active area").value(area));
        }
        let pattern = u64::from(columns) * u64::from(rows);
        if pattern == 0 || mosaic.black.levels.len() as u64 != pattern {
            return Err(Error::invalid(format!("not {columns} x {rows} levels")).field("black").value(mosaic.black.levels.len()));
        }
        Ok(())
    }

    /// The samples of row `y` from column `x` on, linear.
    #[inline]
    pub(super) fn read(self, y: usize, x: usize, out: &mut [f32]) {
        match self {
            Source::Mosaic(mosaic) => simd::vectorised(
                #[inline(always)]
                || mosaic.read_linear(y, x, out),
            ),
            Source::Plane(plane) => {
                let start = y * plane.size.width as usize + x;
                out.copy_from_slice(&plane.samples[start..start + out.len()]);
            }
        }
    }
}
