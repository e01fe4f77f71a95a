//! Curves of a logarithm and another piece, with every constant free (OpenColorIO 2.4, LIN_TO_GAMMA_LOG and LIN_TO_DOUBLE_LOG).

use super::{Log, Shape};
use crate::color::scalar::Scalar;

/// A power below a break and a logarithm above it, mirrored about a point:
///
///     light below break:  slope * (light + offset)^power
///     else:               log
#[derive(Clone, Debug, PartialEq)]
pub struct GammaLog {
    /// Light is taken at its distance above this, and the code has the sign of the side.
    pub mirror: f64,
    pub break_point: f64,
    pub power: f64,
    pub slope: f64,
    pub offset: f64,
    pub log: Log,
}

impl GammaLog {
    fn gamma<S: Scalar>(&self, light: S) -> S {
        (light + S::constant(self.offset)).powf(self.power) * S::constant(self.slope)
    }
}

impl Shape for GammaLog {
    #[inline(always)]
    fn encode<S: Scalar>(&self, light: S) -> S {
        let side = light - S::constant(self.mirror);
        let light = side.abs() + S::constant(self.mirror);
        let gamma = (light + S::constant(self.offset)).powf(self.power) * S::constant(self.slope);
        let code = S::select(light.below(self.break_point), gamma, self.log.encode(light));
        S::select(side.lt(S::constant(0.0)), -code, code)
    }

    #[inline(always)]
    fn decode<S: Scalar>(&self, code: S) -> S {
        let mirror = self.gamma(self.mirror);
        let side = code - S::constant(mirror);
        let code = side.abs() + S::constant(mirror);
        let gamma = (code * S::constant(1.0 / self.slope)).powf(1.0 / self.power) - S::constant(self.offset);
        let light = S::select(code.below(self.gamma(self.break_point)), gamma, self.log.decode(code));
        S::select(side.lt(S::constant(0.0)), -light, light)
    }
}

/// A logarithm at and below a break, another at and above a second one, and a line between.
#[derive(Clone, Debug, PartialEq)]
pub struct DoubleLog {
    pub breaks: [f64; 2],
    /// Of `low` and `high` as codes to light, lines aside.
    pub low: Log,
    pub high: Log,
    /// Between the breaks, `light * slope + intercept`.
    pub slope: f64,
    pub intercept: f64,
}

impl Shape for DoubleLog {
    #[inline(always)]
    fn encode<S: Scalar>(&self, light: S) -> S {
        let between = S::select(light.below(self.breaks[1]), light.affine(self.slope, self.intercept), self.high.encode(light));
        S::select(light.at_most(self.breaks[0]), self.low.encode(light), between)
    }

    #[inline(always)]
    fn decode<S: Scalar>(&self, code: S) -> S {
        let breaks: [f64; 2] = [self.low.encode(self.breaks[0]), self.high.encode(self.breaks[1])];
        let line = code.affine(1.0 / self.slope, -self.intercept / self.slope);
        let between = S::select(code.below(breaks[1]), line, self.high.decode(code));
        S::select(code.at_most(breaks[0]), self.low.decode(code), between)
    }
}
