//! Rows of the picture, a strip of them at a time, in parallel.

use super::{
    Tier, bilinear,
    curve::Curve,
    mhc, quad,
    rows::{self, Rows},
    simd,
};
use crate::image::{CfaPlane, Image};
use rayon::prelude::*;

/// One row of the picture to be made: red, green, blue.
pub type Out<'a> = [&'a mut [f32]; 3];

/// Fills `out`, which has the size of the tier's picture, in strips of `strip` rows.
pub fn run<C: Curve>(cfa: &CfaPlane, tier: Tier, curve: C, strip: usize, out: &mut Image) {
    let width = out.data_window.width as usize;
    let [r, g, b] = &mut out.planes;
    let chunk = strip.max(1) * width;
    let strips = r.par_chunks_mut(chunk).zip(g.par_chunks_mut(chunk)).zip(b.par_chunks_mut(chunk));
    strips.enumerate().for_each(|(i, ((r, g), b))| {
        simd::vectorised(
            #[inline(always)]
            || {
                let mut rows = Rows::new(cfa, curve);
                let lines = r.chunks_mut(width).zip(g.chunks_mut(width)).zip(b.chunks_mut(width));
                for (j, ((r, g), b)) in lines.enumerate() {
                    let y = i * strip.max(1) + j;
                    match tier {
                        Tier::Bilinear => bilinear::row(cfa, &mut rows, curve, y, [r, g, b]),
                        Tier::Mhc => mhc::row(cfa, &mut rows, curve, y, [r, g, b]),
                        Tier::Half => quad::row(cfa, &mut rows, curve, y, [r, g, b]),
                    }
                }
            },
        );
    });
}

/// Pairs of columns made at a time: their intermediate values stay in the first-level cache.
pub const BLOCK: usize = 256;

/// What a row of the mosaic lacks, for a block of column pairs: at the chroma site of each pair green and the opposite
/// chroma, at its green site the chroma of this row and that of the rows above and below.
pub struct Missing {
    pub green_at_chroma: [f32; BLOCK],
    pub other_at_chroma: [f32; BLOCK],
    pub own_at_green: [f32; BLOCK],
    pub other_at_green: [f32; BLOCK],
}

/// Where the colours lie in a row of the mosaic.
#[derive(Clone, Copy)]
pub struct Layout {
    /// Parity of the columns under red or blue.
    pub chroma: usize,
    /// Channel of those columns, 0 or 2.
    pub own: usize,
    /// The other chroma's channel.
    pub other: usize,
}

impl Layout {
    pub fn of(cfa: &CfaPlane, y: usize) -> Self {
        let chroma = usize::from(rows::channel(cfa, 0, y) == 1);
        let own = rows::channel(cfa, chroma, y);
        Self { chroma, own, other: 2 - own }
    }
}

/// Writes a row block by block: the samples of the mosaic as they are, and between them what `interpolate(first pair,
/// pairs, missing)` finds.
#[inline(always)]
pub fn write_row(cfa: &CfaPlane, layout: Layout, y: usize, out: Out<'_>, interpolate: impl Fn(usize, usize, &mut Missing)) {
    let width = cfa.size.width as usize;
    let samples = &cfa.samples[y * width..(y + 1) * width];
    let [r, green, b] = out;
    let (own, other) = if layout.own == 0 { (r, b) } else { (b, r) };
    let zero = [0.0; BLOCK];
    let mut missing = Missing { green_at_chroma: zero, other_at_chroma: zero, own_at_green: zero, other_at_green: zero };
    for first in (0..rows::pairs(cfa)).step_by(BLOCK) {
        let columns = 2 * first..(2 * (first + BLOCK)).min(width);
        interpolate(first, columns.len().div_ceil(2), &mut missing);
        let samples = &samples[columns.clone()];
        let (own, green, other) = (&mut own[columns.clone()], &mut green[columns.clone()], &mut other[columns]);
        let m = &missing;
        if layout.chroma == 0 {
            fill_between::<0>(own, samples, &m.own_at_green);
            fill_between::<1>(green, samples, &m.green_at_chroma);
            interleave(other, &m.other_at_chroma, &m.other_at_green);
        } else {
            fill_between::<1>(own, samples, &m.own_at_green);
            fill_between::<0>(green, samples, &m.green_at_chroma);
            interleave(other, &m.other_at_green, &m.other_at_chroma);
        }
    }
}

/// The samples of the columns of parity `KEPT`, and between them `missing`, one a pair. A row may end within a pair.
#[inline(always)]
fn fill_between<const KEPT: usize>(out: &mut [f32], samples: &[f32], missing: &[f32]) {
    let whole = out.len() / 2;
    for ((out, sample), missing) in out.chunks_exact_mut(2).zip(samples.chunks_exact(2)).zip(missing) {
        out[KEPT] = sample[KEPT];
        out[1 - KEPT] = *missing;
    }
    if let [last] = out.chunks_exact_mut(2).into_remainder() {
        *last = if KEPT == 0 { samples[2 * whole] } else { missing[whole] };
    }
}

#[inline(always)]
fn interleave(out: &mut [f32], even: &[f32], odd: &[f32]) {
    let whole = out.len() / 2;
    for ((out, even), odd) in out.chunks_exact_mut(2).zip(even).zip(odd) {
        out[0] = *even;
        out[1] = *odd;
    }
    if let [last] = out.chunks_exact_mut(2).into_remainder() {
        *last = even[whole];
    }
}
