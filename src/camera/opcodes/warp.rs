//! Opcodes that move pixels: WarpRectilinear and WarpFisheye.

use super::values::Lens;
use crate::{
    error::{Error, Result},
    image::{Image, Rect},
};
use rayon::prelude::*;

/// Where each pixel comes from, a model for all planes or one for each.
#[derive(Clone, Debug, PartialEq)]
pub struct Warp {
    pub model: Model,
    /// Fractions of width and height.
    pub center: (f64, f64),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Model {
    /// Radial k0 to k3, tangential t0, t1.
    Rectilinear(Vec<[f64; 6]>),
    /// k0 to k3.
    Fisheye(Vec<[f64; 4]>),
}

impl Warp {
    pub fn name(&self) -> &'static str {
        match self.model {
            Model::Rectilinear(_) => "WarpRectilinear",
            Model::Fisheye(_) => "WarpFisheye",
        }
    }

    fn models(&self) -> usize {
        match &self.model {
            Model::Rectilinear(m) => m.len(),
            Model::Fisheye(m) => m.len(),
        }
    }

    /// Where a pixel at `(x, y)` from the centre comes from, in the same unit.
    fn source(&self, plane: usize, (x, y): (f64, f64)) -> (f64, f64) {
        let r2 = x * x + y * y;
        match &self.model {
            Model::Rectilinear(m) => {
                let [k0, k1, k2, k3, t0, t1] = m[plane.min(m.len() - 1)];
                let f = k0 + r2 * (k1 + r2 * (k2 + r2 * k3));
                let xy = 2.0 * x * y;
                (f * x + t0 * xy + t1 * (r2 + 2.0 * x * x), f * y + t1 * xy + t0 * (r2 + 2.0 * y * y))
            }
            Model::Fisheye(m) => {
                let [k0, k1, k2, k3] = m[plane.min(m.len() - 1)];
                let r = r2.sqrt();
                if r < 1e-6 {
                    // atan r / r is 1 within 1e-12.
                    return (k0 * x, k0 * y);
                }
                let t = atan(r);
                let t2 = t * t;
                let f = t * (k0 + t2 * (k1 + t2 * (k2 + t2 * k3))) / r;
                (f * x, f * y)
            }
        }
    }

    /// Resamples the picture within `bounds`, which are in pixels of the full size (`step` of them to a pixel here).
    pub fn apply(&self, image: &mut Image, bounds: Rect, step: u32) -> Result<()> {
        if ![1, image.planes.len()].contains(&self.models()) {
            return Err(Error::unsupported("one model for all planes, or one for each, is applied")
                .field(self.name())
                .value(self.models()));
        }
        let lens = Lens::new(bounds, self.center, image.pixel_aspect, step);
        let size = image.size();
        let width = size.width as usize;
        let s = step as i32;
        let shrink = |n: u32| (n / step).max(1) as i32;
        // The part of this picture that there is, in its own pixels.
        let part = [bounds.x / s, bounds.y / s, bounds.x / s + shrink(bounds.width) - 1, bounds.y / s + shrink(bounds.height) - 1];
        let (right, bottom) = (size.width as i32 - 1, size.height as i32 - 1);
        let part = [part[0].clamp(0, right), part[1].clamp(0, bottom), part[2], part[3]];
        let part = [part[0], part[1], part[2].min(right).max(part[0]), part[3].min(bottom).max(part[1])];
        for (c, plane) in image.planes.iter_mut().enumerate() {
            let from = std::mem::replace(plane, vec![0.0; size.area()]);
            plane.par_chunks_exact_mut(width).enumerate().for_each(|(y, row)| {
                for (x, out) in row.iter_mut().enumerate() {
                    let at = lens.to_pixel(self.source(c, lens.relative(x as i32 * s, y as i32 * s)));
                    *out = sample(&from, width, part, (at.0 / f64::from(s), at.1 / f64::from(s)));
                }
            });
        }
        Ok(())
    }
}

/// A value between pixels, by the cubic of R. G. Keys (IEEE Trans. ASSP 29, 1981; a = -1/2), edges repeated.
fn sample(plane: &[f32], width: usize, [left, top, right, bottom]: [i32; 4], (x, y): (f64, f64)) -> f32 {
    // `max` and `min` in this order also take a position that is no number into the picture.
    let x = x.max(f64::from(left) - 2.0).min(f64::from(right) + 2.0);
    let y = y.max(f64::from(top) - 2.0).min(f64::from(bottom) + 2.0);
    let (x0, y0) = (x.floor(), y.floor());
    let (wx, wy) = (weights(x - x0), weights(y - y0));
    let (x0, y0) = (x0 as i32 - 1, y0 as i32 - 1);
    let mut sum = 0.0;
    for (j, wy) in wy.into_iter().enumerate() {
        let row = &plane[(y0 + j as i32).clamp(top, bottom) as usize * width..];
        let mut line = 0.0;
        for (i, wx) in wx.into_iter().enumerate() {
            line += wx * f64::from(row[(x0 + i as i32).clamp(left, right) as usize]);
        }
        sum += wy * line;
    }
    sum as f32
}

/// Of the pixels at -1, 0, 1 and 2, for a position `t` in 0..1.
fn weights(t: f64) -> [f64; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [(-t3 + 2.0 * t2 - t) / 2.0, (3.0 * t3 - 5.0 * t2 + 2.0) / 2.0, (-3.0 * t3 + 4.0 * t2 + t) / 2.0, (t3 - t2) / 2.0]
}

/// Arc tangent of x >= 0 by operations that IEEE 754 rounds exactly, within 1e-15: the angle is halved three times
/// (tan(a / 2) = t / (1 + sqrt(1 + t^2))), what is left (below 0.2) goes into the Taylor series.
pub fn atan(x: f64) -> f64 {
    let half = |t: f64| t / (1.0 + (1.0 + t * t).sqrt());
    let t = half(half(half(x)));
    let z = t * t;
    let series = (0..11).rev().fold(0.0, |sum, i| sum * -z + 1.0 / f64::from(2 * i + 1));
    8.0 * t * series
}
