//! Entries searched for by value.

use super::{HALF_LAST, HALF_NEGATIVE, Lut1Domain};
use crate::color::{ops::ChannelKernel, scalar::Scalar, table::Table};

/// Above every value of a table: what pads it.
const BEYOND: f64 = 1e30;

/// A table made ready for the search.
#[derive(Clone, Debug)]
pub struct Channel {
    /// 1, or -1 where the table descends: what values are multiplied by to ascend.
    sign: f64,
    /// Entries of the whole table, less one.
    last: f64,
    /// The entries; over [`Lut1Domain::Half`] those from 0 up.
    upper: Side,
    /// Over [`Lut1Domain::Half`], the entries from -0 down, negated so that they ascend.
    lower: Side,
    /// The value at the beginning of `upper`: below it is the other side.
    middle: f64,
    /// Both sides, one after the other, each padded to `length`, a power of two.
    entries: Table,
    length: usize,
}

/// The part of a side that can be undone.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Side {
    /// The last entry of the flat piece at the beginning, by its number and value.
    start: f64,
    low: f64,
    /// The value at the end.
    high: f64,
}

impl Channel {
    pub fn new(domain: Lut1Domain, values: &[f64]) -> Self {
        let (first, end) = match domain {
            Lut1Domain::Uniform => (0, values.len() - 1),
            Lut1Domain::Half => (HALF_NEGATIVE + HALF_LAST, HALF_LAST),
        };
        let sign = if values[end] < values[first] { -1.0 } else { 1.0 };
        let ascending = |from: usize, count: usize, sign: f64| -> Vec<f64> {
            let highest = |so_far: &mut f64, v: &f64| {
                *so_far = so_far.max(v * sign);
                Some(*so_far)
            };
            values[from..from + count].iter().scan(f64::NEG_INFINITY, highest).collect()
        };
        let (upper, lower) = match domain {
            Lut1Domain::Uniform => (ascending(0, values.len(), sign), Vec::new()),
            Lut1Domain::Half => (ascending(0, HALF_LAST + 1, sign), ascending(HALF_NEGATIVE, HALF_LAST + 1, -sign)),
        };
        let length = upper.len().next_power_of_two();
        let side = |entries: &[f64]| {
            let (low, high) = (entries[0], entries[entries.len() - 1]);
            // What is flat throughout has no end to go to: its inverse is its beginning.
            let start = if low < high { entries.partition_point(|v| *v <= low) - 1 } else { 0 };
            Side { start: start as f64, low, high }
        };
        let (upper_side, lower_side) = (side(&upper), if lower.is_empty() { side(&upper) } else { side(&lower) });
        let mut entries = upper;
        entries.resize(length, BEYOND);
        if !lower.is_empty() {
            entries.extend(lower);
            entries.resize(2 * length, BEYOND);
        }
        Self {
            sign,
            last: (values.len() - 1) as f64,
            upper: upper_side,
            lower: lower_side,
            middle: upper_side.low,
            entries: Table::new(entries),
            length,
        }
    }

    /// Number and fraction of the entry where the side that begins at `offset` has the value `y`, which it has.
    #[inline(always)]
    fn find<S: Scalar>(&self, y: S, offset: S, start: S) -> (S, S) {
        // The last entry below `y`: the bits of its number, from the highest.
        let mut found = offset;
        let mut bit = self.length / 2;
        while bit > 0 {
            let next = found + S::constant(bit as f64);
            found = S::select(S::fetch1(&self.entries, next).lt(y), next, found);
            bit /= 2;
        }
        let found = found.max(offset + start);
        let (below, above) = (S::fetch1(&self.entries, found), S::fetch1(&self.entries, found + S::constant(1.0)));
        let zero = S::constant(0.0);
        // Where `y` is the value itself, nothing is added: the next entry may be padding.
        let fraction = S::select(below.lt(y), (y - below) / (above - below), zero);
        (found - offset, fraction)
    }
}

/// Over [`Lut1Domain::Uniform`].
pub struct Search(pub Channel);

impl ChannelKernel for Search {
    #[inline(always)]
    fn eval<S: Scalar>(&self, x: S) -> S {
        let Channel { upper: side, sign, last, .. } = self.0;
        let y = (x * S::constant(sign)).max(S::constant(side.low)).min(S::constant(side.high));
        let (entry, fraction) = self.0.find(y, S::constant(0.0), S::constant(side.start));
        (entry + fraction) / S::constant(last)
    }
}

/// Over [`Lut1Domain::Half`].
pub struct SearchHalf(pub Channel);

impl ChannelKernel for SearchHalf {
    #[inline(always)]
    fn eval<S: Scalar>(&self, x: S) -> S {
        let Channel { upper, lower, sign, middle, .. } = self.0;
        let y = x * S::constant(sign);
        let below = y.lt(S::constant(middle));
        macro_rules! of_side {
            ($field:ident) => {
                S::select(below, S::constant(lower.$field), S::constant(upper.$field))
            };
        }
        let y = S::select(below, -y, y).max(of_side!(low)).min(of_side!(high));
        let offset = S::select(below, S::constant(self.0.length as f64), S::constant(0.0));
        let (entry, fraction) = self.0.find(y, offset, of_side!(start));
        // A half of the pattern 1024 e + m is (1024 + m) 2^(e - 25), and of e = 0 is m 2^-24.
        let e = (entry * S::constant(1.0 / 1024.0)).floor();
        let binade = e.max(S::constant(1.0)) - S::constant(1.0);
        let steps = binade.fma(S::constant(-1024.0), entry) + fraction;
        let magnitude = steps * (binade - S::constant(24.0)).exp2_integral();
        S::select(below, -magnitude, magnitude)
    }
}
