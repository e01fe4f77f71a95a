//! The two passes of a separable resample over one plane.
//!
//! A value is `c + sum of w_k (v_k - c)` with `c` the pixel nearest to the centre: a constant stays the same bits, and
//! rounding errors are as small as the contrast around. The products are added in the order of the taps, each fused with its
//! sum, so that a value does not depend on what is computed beside it.

use super::{
    lanes::Lanes,
    taps::{Axis, Taps},
};
use crate::color::Isa;
use rayon::prelude::*;
use std::ops::Range;

/// Columns made at a time by the vertical pass.
const RUN: usize = 1024;
/// Columns of a run that are turned at a time, to be taken up by the horizontal pass while they are near.
const PIECE: usize = 64;
/// Samples of a cache line.
const LINE: usize = 16;
/// What rows of a run lie apart: rows a power of two apart would compete for the same places of the cache.
const STRIDE: usize = RUN + 16;
/// Target rows of a strip, what one thread does at a time.
const STRIP_ROWS: usize = 128;

/// A plane of samples, `width` a row.
#[derive(Clone, Copy)]
pub struct Plane<'a> {
    pub samples: &'a [f32],
    pub width: usize,
}

/// A part of a plane: `columns` of it; its row 0 is row `origin` of the picture.
#[derive(Clone, Copy)]
struct Source<'a> {
    plane: Plane<'a>,
    columns: (usize, usize),
    origin: usize,
}

/// Resamples each of `planes` to `horizontal.len()` x `vertical.len()` pixels in its place of `out`.
pub fn run(isa: Isa, planes: &[Plane<'_>], horizontal: &Axis, vertical: &Axis, out: &mut [&mut [f32]]) {
    let width = horizontal.len();
    let strips: Vec<(Plane<'_>, usize, &mut [f32])> = planes
        .iter()
        .zip(out)
        .flat_map(|(plane, out)| out.chunks_mut(STRIP_ROWS * width).enumerate().map(|(i, out)| (*plane, i * STRIP_ROWS, out)))
        .collect();
    let plan = Plan::new(horizontal, vertical);
    strips.into_par_iter().for_each_init(Scratch::default, |scratch, (plane, from, out)| match isa {
        Isa::Single => plan.strip::<[f32; 8], 2>(plane, from, scratch, out),
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => {
            #[target_feature(enable = "avx2,fma")]
            fn strip(plan: &Plan<'_>, plane: Plane<'_>, from: usize, scratch: &mut Scratch, out: &mut [f32]) {
                plan.strip::<super::lanes::x86::Avx2, 2>(plane, from, scratch, out);
            }
            // SAFETY: this member of `Isa` only comes from where the features were found.
            unsafe { strip(&plan, plane, from, scratch, out) }
        }
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => {
            #[target_feature(enable = "avx512f,avx2,fma")]
            fn strip(plan: &Plan<'_>, plane: Plane<'_>, from: usize, scratch: &mut Scratch, out: &mut [f32]) {
                plan.strip::<super::lanes::x86::Avx512, 1>(plane, from, scratch, out);
            }
            // SAFETY: as above.
            unsafe { strip(&plan, plane, from, scratch, out) }
        }
    });
}

/// Memory that a thread keeps from strip to strip.
#[derive(Default)]
struct Scratch {
    /// Rows of the vertical pass, [`RUN`] columns each.
    rows: Vec<f32>,
    /// Those, turned: a column of them side by side.
    turned: Vec<f32>,
    /// Target columns of the horizontal pass, not turned back yet.
    made: Vec<f32>,
    /// Rows of a strip after a horizontal pass that comes first.
    held: Vec<f32>,
}

struct Plan<'a> {
    horizontal: &'a Axis,
    vertical: &'a Axis,
    columns: Range<usize>,
    vertical_first: bool,
}

impl<'a> Plan<'a> {
    fn new(horizontal: &'a Axis, vertical: &'a Axis) -> Self {
        let columns = horizontal.needed(0, horizontal.len());
        let rows = vertical.needed(0, vertical.len());
        // Multiplications of either order.
        let (width, height) = (horizontal.len() as f64, vertical.len() as f64);
        let vertical_first = columns.len() as f64 * height * vertical.cost() + width * height * horizontal.cost();
        let horizontal_first = width * rows.len() as f64 * horizontal.cost() + width * height * vertical.cost();
        Self { horizontal, vertical, columns, vertical_first: vertical_first <= horizontal_first }
    }

    /// Makes the target rows from `from` on that `out` has room for.
    #[inline(always)]
    fn strip<S: Lanes, const DEEP: usize>(&self, plane: Plane<'_>, from: usize, scratch: &mut Scratch, out: &mut [f32]) {
        let width = self.horizontal.len();
        let count = out.len() / width;
        let whole = Source { plane, columns: (self.columns.start, self.columns.end), origin: 0 };
        let rows = from..from + count;
        if self.horizontal.copy_from().is_some() {
            vertical_pass::<S>(whole, self.vertical, rows, out);
        } else if self.vertical_first {
            both::<S, DEEP>(whole, self.horizontal, self.vertical, self.vertical.copy_from(), rows, scratch, out);
        } else {
            let needed = self.vertical.needed(rows.start, rows.end);
            let mut held = std::mem::take(&mut scratch.held);
            held.resize(needed.len() * width, 0.0);
            both::<S, DEEP>(whole, self.horizontal, self.vertical, Some(0), needed.clone(), scratch, &mut held);
            let narrowed = Source { plane: Plane { samples: &held, width }, columns: (0, width), origin: needed.start };
            vertical_pass::<S>(narrowed, self.vertical, rows, out);
            scratch.held = held;
        }
    }
}

/// The rows `rows` of the target, whole.
#[inline(always)]
fn vertical_pass<S: Lanes>(source: Source<'_>, axis: &Axis, rows: Range<usize>, out: &mut [f32]) {
    let width = source.columns.1 - source.columns.0;
    if axis.copy_from().is_some() {
        for (y, out) in rows.zip(out.chunks_exact_mut(width)) {
            let start = (axis.needed(y, y + 1).start - source.origin) * source.plane.width + source.columns.0;
            out.copy_from_slice(&source.plane.samples[start..start + width]);
        }
        return;
    }
    for x in (0..width).step_by(RUN) {
        vertical_run::<S>(source, axis, rows.clone(), x, &mut out[x..], width);
    }
}

/// The run of columns from `x` on (counted from the source's first) of the rows `rows`, to `out`, whose rows are `stride` apart.
#[inline(always)]
fn vertical_run<S: Lanes>(source: Source<'_>, axis: &Axis, rows: Range<usize>, x: usize, out: &mut [f32], stride: usize) {
    let Source { plane, columns, origin } = source;
    let first = columns.0 + x;
    let run = RUN.min(columns.1 - first);
    for y in rows.clone().step_by(2) {
        let next = (y + 1).min(rows.end - 1);
        let taps = [axis.taps(y), axis.taps(next)];
        let to = [(y - rows.start) * stride, (next - rows.start) * stride];
        // Source rows that the next pair needs and this one does not: asked for while there is something else to do.
        let end = |taps: Taps<'_>| taps.first + taps.weights.len();
        let ahead = end(taps[1])..end(axis.taps((y + 3).min(axis.len() - 1)));
        let make = |x: usize| to.map(|to| to + x);
        let mut x = 0;
        while x + 4 * S::COUNT <= run {
            for row in ahead.clone() {
                let from = plane.samples.as_ptr().wrapping_add((row - origin) * plane.width + first + x);
                for line in (0..4 * S::COUNT).step_by(LINE) {
                    S::prefetch(from.wrapping_add(line));
                }
            }
            weigh::<S, 4>(plane.samples, first + x, plane.width, taps, origin, axis.anti_ring, out, make(x));
            x += 4 * S::COUNT;
        }
        while x + S::COUNT <= run {
            weigh::<S, 1>(plane.samples, first + x, plane.width, taps, origin, axis.anti_ring, out, make(x));
            x += S::COUNT;
        }
        while x < run {
            weigh::<[f32; 1], 1>(plane.samples, first + x, plane.width, taps, origin, axis.anti_ring, out, make(x));
            x += 1;
        }
    }
}

/// Both passes: the rows `rows` of the target. Where `vertical` copies, or is asked to be left out, only the horizontal one: then
/// row `y` is made of source row `y + copied`.
///
/// A block of rows goes through in runs of columns. Each run is turned, so that a column of the block is one row of lanes,
/// and as soon as all source columns of a group of target columns are there, the group is made and turned back.
#[inline(always)]
fn both<S: Lanes, const DEEP: usize>(
    source: Source<'_>,
    horizontal: &Axis,
    vertical: &Axis,
    copied: Option<usize>,
    rows: Range<usize>,
    scratch: &mut Scratch,
    out: &mut [f32],
) {
    let width = horizontal.len();
    let block = DEEP * S::COUNT;
    // Columns of `turned`: what a group needs, a piece beyond, and as much again, so that little is moved.
    let room = (2 * (horizontal.widest(S::COUNT) + PIECE)).next_multiple_of(PIECE);
    let Scratch { rows: made_rows, turned, made, .. } = scratch;
    made_rows.resize(block * STRIDE, 0.0);
    turned.resize(room * block, 0.0);
    made.resize(S::COUNT * block, 0.0);
    for top in (0..rows.len()).step_by(block) {
        let count = block.min(rows.len() - top);
        let (mut base, mut ready, mut done) = (0, 0, 0);
        while done < width {
            let group = done..(done + S::COUNT).min(width);
            let needed = horizontal.needed(group.start, group.end);
            let (first, end) = (needed.start - source.columns.0, needed.end - source.columns.0);
            while ready < end {
                if ready + PIECE - base > room {
                    turned.copy_within((first - base) * block..(ready - base) * block, 0);
                    base = first;
                }
                let to = &mut turned[(ready - base) * block..];
                let rows = rows.start + top..rows.start + top + count;
                match copied {
                    None => {
                        if ready.is_multiple_of(RUN) {
                            vertical_run::<S>(source, vertical, rows, ready, made_rows, STRIDE);
                        }
                        turn_piece::<S, DEEP>(&made_rows[ready % RUN..], STRIDE, to);
                    }
                    Some(shift) => {
                        let from =
                            &source.plane.samples[(rows.start + shift - source.origin) * source.plane.width + source.columns.0 + ready..];
                        if count == block && ready + PIECE <= source.columns.1 - source.columns.0 {
                            turn_piece::<S, DEEP>(from, source.plane.width, to);
                        } else {
                            let run = PIECE.min(source.columns.1 - source.columns.0 - ready);
                            for (from, to) in from.chunks(source.plane.width).zip(made_rows.chunks_exact_mut(STRIDE)).take(count) {
                                to[..run].copy_from_slice(&from[..run]);
                            }
                            turn_piece::<S, DEEP>(made_rows, STRIDE, to);
                        }
                    }
                }
                ready += PIECE;
            }
            for x in group.clone().step_by(2) {
                let next = (x + 1).min(group.end - 1);
                let taps = [horizontal.taps(x), horizontal.taps(next)];
                let to = [(x - done) * block, (next - done) * block];
                weigh::<S, DEEP>(turned, 0, block, taps, base + source.columns.0, horizontal.anti_ring, made, to);
            }
            turn_back::<S, DEEP>(made, &mut out[top * width..][..count * width], width, group.clone());
            done = group.end;
        }
    }
}

/// Turns the first columns of a block of rows, `stride` apart: column `x` becomes row `x` of `to`.
#[inline(always)]
fn turn_piece<S: Lanes, const DEEP: usize>(from: &[f32], stride: usize, to: &mut [f32]) {
    let block = DEEP * S::COUNT;
    assert!(from.len() >= (block - 1) * stride + PIECE && to.len() >= PIECE * block && PIECE.is_multiple_of(S::COUNT));
    for deep in 0..DEEP {
        for x in (0..PIECE).step_by(S::COUNT) {
            // SAFETY: rows and columns are within both, as just asserted.
            unsafe {
                let from = from.as_ptr().add(deep * S::COUNT * stride + x);
                S::turn(from, stride, to.as_mut_ptr().add(x * block + deep * S::COUNT), block);
            }
        }
    }
}

/// Turns a group of columns back, to the columns `group` of `out`, which may have fewer rows than the block.
#[inline(always)]
fn turn_back<S: Lanes, const DEEP: usize>(made: &[f32], out: &mut [f32], width: usize, group: Range<usize>) {
    let block = DEEP * S::COUNT;
    assert!(made.len() >= S::COUNT * block && group.end <= width);
    for (deep, out) in out.chunks_mut(S::COUNT * width).enumerate() {
        let count = out.len() / width;
        if count == S::COUNT && group.len() == S::COUNT {
            // SAFETY: `made` is as long as asserted; all rows and columns are in `out`.
            unsafe { S::turn(made.as_ptr().add(deep * S::COUNT), block, out.as_mut_ptr().add(group.start), width) };
        } else {
            for (lane, out) in out.chunks_exact_mut(width).enumerate() {
                for (x, v) in out[group.clone()].iter_mut().enumerate() {
                    *v = made[x * block + deep * S::COUNT + lane];
                }
            }
        }
    }
}

/// Two neighbouring target values times `N` rows of lanes: source pixels that both need are read once.
///
/// Tap `j` of a window lies at `offset + (j - origin) * step` of `source`, the values go to `to` in `out`.
#[inline(always)]
#[allow(clippy::too_many_arguments)]
fn weigh<S: Lanes, const N: usize>(
    source: &[f32],
    offset: usize,
    step: usize,
    taps: [Taps<'_>; 2],
    origin: usize,
    anti_ring: f32,
    out: &mut [f32],
    to: [usize; 2],
) {
    let [a, b] = taps;
    let end = b.first + b.weights.len();
    assert!(a.first >= origin && a.first <= b.first && a.first + a.weights.len() <= end);
    assert!(offset + (end - 1 - origin) * step + N * S::COUNT <= source.len());
    assert!(to[0].max(to[1]) + N * S::COUNT <= out.len());
    let at = |tap: usize| -> [S; N] {
        let mut samples = [S::all(0.0); N];
        for (n, s) in samples.iter_mut().enumerate() {
            // SAFETY: no tap lies beyond `end`, which is within `source`, as asserted.
            *s = unsafe { S::load(source.as_ptr().add(offset + (tap - origin) * step + n * S::COUNT)) };
        }
        samples
    };
    let add = |sum: &mut [S; N], w: f32, samples: &[S; N], centre: &[S; N]| {
        let w = S::all(w);
        for n in 0..N {
            sum[n] = samples[n].sub(centre[n]).fma(w, sum[n]);
        }
    };
    let centres = [at(a.first + a.centre), at(b.first + b.centre)];
    let mut sums = [[S::all(0.0); N]; 2];
    // Those of the first alone, those of both, those of the second alone.
    let alone = (b.first - a.first).min(a.weights.len());
    let (left, shared) = a.weights.split_at(alone);
    let (middle, right) = b.weights.split_at(shared.len());
    for (k, w) in left.iter().enumerate() {
        add(&mut sums[0], *w, &at(a.first + k), &centres[0]);
    }
    for (k, (wa, wb)) in shared.iter().zip(middle).enumerate() {
        let samples = at(b.first + k);
        add(&mut sums[0], *wa, &samples, &centres[0]);
        add(&mut sums[1], *wb, &samples, &centres[1]);
    }
    for (k, w) in right.iter().enumerate() {
        add(&mut sums[1], *w, &at(b.first + shared.len() + k), &centres[1]);
    }
    for i in 0..2 {
        let mut value = [S::all(0.0); N];
        for n in 0..N {
            value[n] = sums[i][n].add(centres[i][n]);
        }
        if anti_ring > 0.0 {
            let (mut low, mut high) = (centres[i], centres[i]);
            for k in taps[i].lobe.0..=taps[i].lobe.1 {
                let samples = at(taps[i].first + k);
                for n in 0..N {
                    low[n] = samples[n].min(low[n]);
                    high[n] = samples[n].max(high[n]);
                }
            }
            for n in 0..N {
                let held = value[n].max(low[n]).min(high[n]);
                value[n] = held.sub(value[n]).fma(S::all(anti_ring), value[n]);
            }
        }
        for (n, v) in value.into_iter().enumerate() {
            // SAFETY: within `out`, as asserted.
            unsafe { v.store(out.as_mut_ptr().add(to[i] + n * S::COUNT)) };
        }
    }
}
