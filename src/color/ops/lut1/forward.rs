//! Values looked up.

use super::{HALF_LAST, HALF_NEGATIVE, Lut1Domain};
use crate::color::{ops::ChannelKernel, scalar::Scalar, table::Table};

/// The largest finite half.
const HALF_MAX: f64 = 65504.0;
/// The exponent of the smallest normal half.
const HALF_MIN_EXPONENT: f64 = -14.0;

/// Rows of an entry and what the next one has more.
#[derive(Clone, Debug)]
pub struct Channel(Table);

impl Channel {
    pub fn new(domain: Lut1Domain, values: &[f64]) -> Self {
        let next = |i: usize| match domain {
            // Beyond the largest finite halves there is nothing.
            Lut1Domain::Half if i & (HALF_NEGATIVE - 1) >= HALF_LAST => i,
            _ => (i + 1).min(values.len() - 1),
        };
        Self(Table::new((0..values.len()).flat_map(|i| [values[i], values[next(i)] - values[i]]).collect()))
    }
}

/// Over [`Lut1Domain::Uniform`].
pub struct Interpolate(pub Channel);

impl ChannelKernel for Interpolate {
    #[inline(always)]
    fn eval<S: Scalar>(&self, x: S) -> S {
        let table = &self.0.0;
        let last = S::constant((table.len() / 2 - 1) as f64);
        let x = x.max(S::constant(0.0)).min(S::constant(1.0));
        let row = (x * last).floor();
        let [value, difference] = S::fetch2(table, row);
        // The fused product loses nothing, whichever way the one above was rounded.
        x.fma(last, -row).fma(difference, value)
    }
}

/// Over [`Lut1Domain::Half`].
pub struct InterpolateHalf(pub Channel);

impl ChannelKernel for InterpolateHalf {
    #[inline(always)]
    fn eval<S: Scalar>(&self, x: S) -> S {
        let magnitude = x.abs().min(S::constant(HALF_MAX));
        // Subnormal halves lie as those of the lowest binade do. No f32 that is not normal reaches the first of them.
        let (e, m) = magnitude.max(S::constant(HALF_MIN_EXPONENT.exp2())).exponent_mantissa();
        let one = S::constant(1.0);
        let e = S::select(m.lt(one), e - one, e);
        let steps = magnitude * (S::constant(10.0) - e).exp2_integral();
        let row = steps.floor();
        let binade = (e - S::constant(HALF_MIN_EXPONENT)) * S::constant(1024.0);
        let sign = S::select(x.lt(S::constant(0.0)), S::constant(HALF_NEGATIVE as f64), S::constant(0.0));
        let [value, difference] = S::fetch2(&self.0.0, row + binade + sign);
        (steps - row).fma(difference, value)
    }
}
