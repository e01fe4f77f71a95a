//! Clipped samples lifted to where a neutral light would have them, before anything is interpolated.
//!
//! Beside a hard edge of a clipped area an interpolated value lies below clip, and nothing in the picture says any more that it
//! was made of clipped samples: green, which clips first, is too low there, and the edge has a rim of magenta. In the mosaic it
//! is still known which sites are clipped. Lifted there, the mosaic is that of a neutral highlight, and its edges are
//! interpolated like those of anything else.

#[cfg(test)]
mod tests;

use super::simd;
use crate::{
    color::ClippedHighlights,
    error::{Error, Result},
};

/// The shares of a site's clip level, in balanced light, at which a sample beside it tells nothing and all of the light there:
/// what is darker lies across an edge.
const TELLS: (f32, f32) = (0.8, 1.0);
const CLIPPED: (f32, f32) = (ClippedHighlights::CLIPPED.0 as f32, ClippedHighlights::CLIPPED.1 as f32);

/// How a clipped sample is lifted: the rule of [`ClippedHighlights`], with the samples around the site in the place of the
/// other channels of a pixel.
#[derive(Clone, Copy)]
pub struct Highlights {
    /// Sensor RGB of a neutral object, and its inverse.
    pub neutral: [f32; 3],
    pub balance: [f32; 3],
}

/// Even and odd columns of a row, from one pair before those that are lifted to one after.
pub type Line = [Vec<f32>; 2];

/// The channels of a row's site and of its neighbours: in the row and in the column.
#[derive(Clone, Copy)]
pub struct Site {
    pub parity: usize,
    pub own: usize,
    pub beside: usize,
    pub above: usize,
    pub diagonal: usize,
}

/// How much a value counts as clipped.
#[inline(always)]
pub fn share_clipped(value: f32) -> f32 {
    way(value, CLIPPED)
}

/// How far on the way between two values one lies, 0 to 1; what is no number lies at 0.
#[inline(always)]
#[expect(clippy::manual_clamp, reason = "`clamp` passes on what is no number")]
fn way(value: f32, (from, to): (f32, f32)) -> f32 {
    ((value - from) * (1.0 / (to - from))).max(0.0).min(1.0)
}

impl Highlights {
    /// `neutral`: sensor RGB of a neutral object, the largest 1. Errors: a channel that is not above 0.
    pub fn new(neutral: [f64; 3]) -> Result<Self> {
        match neutral.iter().find(|n| !(1e-3..=1e3).contains(*n)) {
            Some(n) => Err(Error::invalid("outside 0.001 to 1000").field("neutral").value(n)),
            None => Ok(Self { neutral: neutral.map(|n| n as f32), balance: neutral.map(|n| (1.0 / n) as f32) }),
        }
    }

    /// Whether any sample counts as clipped.
    pub fn concern(samples: &[f32]) -> bool {
        simd::vectorised(
            #[inline(always)]
            || samples.iter().fold(false, |any, v| any | (*v > CLIPPED.0)),
        )
    }

    /// Writes the columns of one parity of a row, lifted, from that row and those above and below.
    pub fn lift(&self, [above, here, below]: [&Line; 3], site: Site, out: &mut [f32]) {
        let Site { parity, own, .. } = site;
        let off = 1 - parity;
        let around = Around {
            neutral: self.neutral[own],
            balance: [site.beside, site.above, site.diagonal].map(|channel| self.balance[channel]),
            rows: [above, here, below].map(|line| &line[parity][..]),
            off: [above, here, below].map(|line| &line[off][..]),
            west: parity,
        };
        simd::vectorised(
            #[inline(always)]
            || match own {
                1 => around.lift::<true>(out),
                _ => around.lift::<false>(out),
            },
        );
    }
}

struct Around<'a> {
    neutral: f32,
    /// Of the samples beside, above and diagonally.
    balance: [f32; 3],
    rows: [&'a [f32]; 3],
    off: [&'a [f32]; 3],
    /// Where the western neighbour of pair `i` lies in the columns of the other parity, less `i`; the eastern one is next.
    west: usize,
}

impl Around<'_> {
    #[inline(always)]
    fn lift<const GREEN: bool>(&self, out: &mut [f32]) {
        let n = out.len();
        let [above, here, below] = self.rows.map(|row| &row[1..1 + n]);
        let [west_above, west, west_below] = self.off.map(|row| &row[self.west..self.west + n]);
        let [east_above, east, east_below] = self.off.map(|row| &row[self.west + 1..self.west + 1 + n]);
        for i in 0..n {
            let line = self.told([west[i], east[i]], 0);
            let column = self.told([above[i], below[i]], 1);
            // Green has red on one axis and blue on the other; red and blue have green on both, and the other on the diagonals.
            let level = if GREEN {
                level(line).max(level(column))
            } else {
                let first = self.told([west_above[i], east_above[i]], 2);
                let second = self.told([west_below[i], east_below[i]], 2);
                level(sum(line, column)).max(level(sum(first, second)))
            };
            let sample = here[i];
            out[i] = sample + share_clipped(sample) * (level * self.neutral - sample).max(0.0);
        }
    }

    /// What two samples tell of the light at a site: how much they count, and their balanced values times that.
    #[inline(always)]
    fn told(&self, samples: [f32; 2], balance: usize) -> (f32, f32) {
        let one = |sample: f32| {
            let light = sample * self.balance[balance];
            let weight = way(light * self.neutral, TELLS);
            (weight, weight * light)
        };
        sum(one(samples[0]), one(samples[1]))
    }
}

#[inline(always)]
fn sum(a: (f32, f32), b: (f32, f32)) -> (f32, f32) {
    (a.0 + b.0, a.1 + b.1)
}

/// The mean of what was told; less where hardly anything was.
#[inline(always)]
fn level((weight, light): (f32, f32)) -> f32 {
    light / weight.max(1.0)
}
