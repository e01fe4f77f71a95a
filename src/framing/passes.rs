//! The two passes of a separable resample over one plane.
//!
//! A value is `c + sum of w_k (v_k - c)` with `c` the pixel nearest to the centre: a constant stays the same bits, and
//! rounding errors are as small as the contrast around.

use super::taps::{Axis, Taps};
use crate::debayer::simd;
use rayon::prelude::*;
use std::ops::Range;

/// Columns made at a time by the vertical pass.
const RUN: usize = 32;
/// Rows made at a time by the horizontal pass, which turns them so that a column of them is one vector.
const LANES: usize = 8;
/// Target rows of a strip.
const STRIP_ROWS: usize = 64;

/// A plane of samples, `width` a row.
#[derive(Clone, Copy)]
pub struct Plane<'a> {
    pub samples: &'a [f32],
    pub width: usize,
}

impl<'a> Plane<'a> {
    fn row(&self, y: usize, columns: Range<usize>) -> &'a [f32] {
        &self.samples[y * self.width..(y + 1) * self.width][columns]
    }
}

/// Resamples `source` to `horizontal.len()` x `vertical.len()` pixels in `out`.
pub fn run(source: Plane<'_>, horizontal: &Axis, vertical: &Axis, out: &mut [f32]) {
    let width = horizontal.len();
    let columns = horizontal.needed(0, width);
    let rows = vertical.needed(0, vertical.len());
    // Multiplications of either order; the vertical pass is the cheaper one to run.
    let both = (width * vertical.len()) as f64;
    let vertical_first = (columns.len() * vertical.len()) as f64 * vertical.cost() + both * horizontal.cost();
    let horizontal_first = (width * rows.len()) as f64 * horizontal.cost() + both * vertical.cost();
    out.par_chunks_mut(STRIP_ROWS * width).enumerate().for_each(|(i, out)| {
        let from = i * STRIP_ROWS;
        simd::vectorised(
            #[inline(always)]
            || {
                if vertical_first <= horizontal_first {
                    let mut held = vec![0.0; LANES * columns.len()];
                    let mut turn = Turn::new(columns.len(), width);
                    for (j, out) in out.chunks_mut(LANES * width).enumerate() {
                        let count = out.len() / width;
                        for (k, held) in held.chunks_mut(columns.len()).take(count).enumerate() {
                            row(source, columns.clone(), vertical, from + j * LANES + k, 0, held);
                        }
                        turn.rows(&held[..count * columns.len()], columns.start, horizontal, out);
                    }
                } else {
                    let rows = vertical.needed(from, from + out.len() / width);
                    let mut held = vec![0.0; rows.len() * width];
                    let mut turn = Turn::new(columns.len(), width);
                    let mut lines = vec![0.0; LANES * columns.len()];
                    for (j, held) in held.chunks_mut(LANES * width).enumerate() {
                        let count = held.len() / width;
                        for (k, line) in lines.chunks_mut(columns.len()).take(count).enumerate() {
                            line.copy_from_slice(source.row(rows.start + j * LANES + k, columns.clone()));
                        }
                        turn.rows(&lines[..count * columns.len()], columns.start, horizontal, held);
                    }
                    let held = Plane { samples: &held, width };
                    for (k, out) in out.chunks_mut(width).enumerate() {
                        row(held, 0..width, vertical, from + k, rows.start, out);
                    }
                }
            },
        );
    });
}

/// One target row of the vertical pass; row 0 of `source` is row `origin` of the picture.
#[inline(always)]
fn row(source: Plane<'_>, columns: Range<usize>, axis: &Axis, y: usize, origin: usize, out: &mut [f32]) {
    if let Some(start) = axis.copy_from() {
        out.copy_from_slice(source.row(start + y - origin, columns));
        return;
    }
    let taps = axis.taps(y);
    let line = |k: usize| source.row(taps.first + k - origin, columns.clone());
    let whole = out.len() / RUN * RUN;
    for x in (0..whole).step_by(RUN) {
        let value = weigh::<RUN>(taps, axis.anti_ring, |k| line(k)[x..x + RUN].try_into().expect("RUN columns"));
        out[x..x + RUN].copy_from_slice(&value);
    }
    for (x, out) in out.iter_mut().enumerate().skip(whole) {
        *out = weigh::<1>(taps, axis.anti_ring, |k| [line(k)[x]])[0];
    }
}

/// `N` values side by side, from the `N` samples of each tap.
#[inline(always)]
fn weigh<const N: usize>(taps: Taps<'_>, anti_ring: f32, samples: impl Fn(usize) -> [f32; N]) -> [f32; N] {
    let centre = samples(taps.centre);
    let mut sum = [0.0f32; N];
    for (k, w) in taps.weights.iter().enumerate() {
        let s = samples(k);
        for l in 0..N {
            sum[l] += w * (s[l] - centre[l]);
        }
    }
    for l in 0..N {
        sum[l] += centre[l];
    }
    if anti_ring > 0.0 {
        let (mut low, mut high) = (centre, centre);
        for k in taps.lobe.0..=taps.lobe.1 {
            let s = samples(k);
            for l in 0..N {
                low[l] = low[l].min(s[l]);
                high[l] = high[l].max(s[l]);
            }
        }
        for l in 0..N {
            let held = sum[l].max(low[l]).min(high[l]);
            sum[l] += anti_ring * (held - sum[l]);
        }
    }
    sum
}

/// Scratch of the horizontal pass: `LANES` rows side by side, before and after.
struct Turn {
    source: Vec<[f32; LANES]>,
    target: Vec<[f32; LANES]>,
}

impl Turn {
    fn new(columns: usize, width: usize) -> Self {
        Self { source: vec![[0.0; LANES]; columns], target: vec![[0.0; LANES]; width] }
    }

    /// Resamples up to `LANES` whole rows, which begin at column `origin` of the picture.
    #[inline(always)]
    fn rows(&mut self, lines: &[f32], origin: usize, axis: &Axis, out: &mut [f32]) {
        let (columns, width) = (self.source.len(), self.target.len());
        if axis.copy_from().is_some() {
            out.copy_from_slice(lines);
            return;
        }
        for (lane, line) in lines.chunks_exact(columns).enumerate() {
            for (turned, v) in self.source.iter_mut().zip(line) {
                turned[lane] = *v;
            }
        }
        for (x, target) in self.target.iter_mut().enumerate() {
            let taps = axis.taps(x);
            let window = &self.source[taps.first - origin..taps.first - origin + taps.weights.len()];
            *target = weigh::<LANES>(taps, axis.anti_ring, |k| window[k]);
        }
        for (lane, out) in out.chunks_exact_mut(width).enumerate() {
            for (v, turned) in out.iter_mut().zip(&self.target) {
                *v = turned[lane];
            }
        }
    }
}
