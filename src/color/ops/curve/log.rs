//! Log curves: an exponential with, mostly, a straight line below a cut.

use super::Shape;
use crate::color::{
    exact,
    scalar::{Scalar, math::MIN_POSITIVE},
};

/// Code value to linear:
///
///     code above cut:  2^(code * rate + start) * gain + base
///     else:            line
///
/// All logarithmic camera curves are this with other constants; those published to base 10 or e are brought to base 2.
/// Encoding inverts exactly this, whatever rounded constants a vendor prints for the other direction.
#[derive(Clone, Debug, PartialEq)]
pub struct Log {
    pub rate: f64,
    pub start: f64,
    pub gain: f64,
    pub base: f64,
    pub line: Option<Linear>,
}

/// The straight part: `code * slope + intercept` up to code `cut`, with it if `closed`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Linear {
    pub cut: f64,
    pub closed: bool,
    pub slope: f64,
    pub intercept: f64,
}

impl Log {
    /// A curve published as `base^(code * rate + start) * gain + offset`.
    pub fn to_base(base: f64, rate: f64, start: f64, gain: f64, offset: f64) -> Self {
        let bits = exact::log2(base);
        Self { rate: rate * bits, start: start * bits, gain, base: offset, line: None }
    }
    /// With `code * slope + intercept` at `cut` and below.
    pub fn with_line(self, cut: f64, slope: f64, intercept: f64) -> Self {
        Self { line: Some(Linear { cut, closed: true, slope, intercept }), ..self }
    }
    /// With `code * slope + intercept` below `cut`.
    pub fn with_line_below(self, cut: f64, slope: f64, intercept: f64) -> Self {
        Self { line: Some(Linear { cut, closed: false, slope, intercept }), ..self }
    }
}

impl Log {
    /// 2^(code * rate + start) * gain + base. Where the base is taken off, as (2^u - 1) times it, which keeps the digits of
    /// what is left near black.
    #[inline(always)]
    fn exponential<S: Scalar>(&self, code: S) -> S {
        let ratio = -self.base / self.gain;
        if ratio > 0.0 {
            code.exp2_m1_affine(self.rate, self.start - ratio.log2()) * S::constant(-self.base)
        } else {
            code.exp2_affine(self.rate, self.start).fma(S::constant(self.gain), S::constant(self.base))
        }
    }
}

impl Shape for Log {
    #[inline(always)]
    fn decode<S: Scalar>(&self, code: S) -> S {
        let curved = self.exponential(code);
        match self.line {
            None => curved,
            Some(line) => {
                let straight = code.affine(line.slope, line.intercept);
                line.select(code, line.cut, straight, curved)
            }
        }
    }

    #[inline(always)]
    fn encode<S: Scalar>(&self, linear: S) -> S {
        let power = linear.fma(S::constant(1.0 / self.gain), S::constant(-self.base / self.gain));
        let curved = power.max(S::constant(MIN_POSITIVE)).log2().fma(S::constant(1.0 / self.rate), S::constant(-self.start / self.rate));
        match self.line {
            None => curved,
            Some(line) => {
                let cut = line.cut * line.slope + line.intercept;
                let straight = linear.fma(S::constant(1.0 / line.slope), S::constant(-line.intercept / line.slope));
                line.select(linear, cut, straight, curved)
            }
        }
    }
}

impl Linear {
    #[inline(always)]
    fn select<S: Scalar>(&self, x: S, cut: f64, straight: S, curved: S) -> S {
        S::select(if self.closed { x.at_most(cut) } else { x.below(cut) }, straight, curved)
    }
}
