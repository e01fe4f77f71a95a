//! Powers, plain and with a linear part near black.

use super::Shape;
use crate::color::scalar::Scalar;

/// What a power does below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Negatives {
    /// Becomes 0.
    Clamp,
    /// Odd symmetry about 0.
    Mirror,
    /// Stays as it is; for [`MonCurve`], goes on with the linear part.
    Pass,
}

/// `x^exponent`; encoding is `x^(1/exponent)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Power {
    pub exponent: f64,
    pub negatives: Negatives,
}

impl Power {
    #[inline(always)]
    fn raise<S: Scalar>(&self, x: S, exponent: f64) -> S {
        if exponent == 1.0 {
            return match self.negatives {
                Negatives::Clamp => x.max(S::constant(0.0)),
                Negatives::Mirror | Negatives::Pass => x,
            };
        }
        match self.negatives {
            Negatives::Clamp => x.powf(exponent),
            Negatives::Mirror => x.abs().powf(exponent).copysign(x),
            Negatives::Pass => S::select(x.lt(S::constant(0.0)), x, x.powf(exponent)),
        }
    }
}

impl Shape for Power {
    #[inline(always)]
    fn decode<S: Scalar>(&self, x: S) -> S {
        self.raise(x, self.exponent)
    }

    #[inline(always)]
    fn encode<S: Scalar>(&self, x: S) -> S {
        self.raise(x, 1.0 / self.exponent)
    }
}

/// `((x + offset) / (1 + offset))^gamma`, and a tangent line through 0 below where they touch (CLF "monCurve";
/// IEC 61966-2-1 with gamma 2.4, offset 0.055). With gamma 1 all of it is the line, `x / (1 + offset)`; with offset 0 the line is
/// flat, at 0.
#[derive(Clone, Debug, PartialEq)]
pub struct MonCurve {
    pub gamma: f64,
    pub offset: f64,
    pub negatives: Negatives,
}

impl MonCurve {
    /// Where line and power touch, on the code side.
    fn cut(&self) -> f64 {
        self.offset / (self.gamma - 1.0)
    }
    /// Linear light at the cut.
    fn cut_linear(&self) -> f64 {
        (self.offset * self.gamma / ((self.gamma - 1.0) * (1.0 + self.offset))).powf(self.gamma)
    }

    /// Of the line: linear light for one of code value, and back, 0 where it is flat.
    fn slopes(&self) -> (f64, f64) {
        let slope = match () {
            () if self.gamma == 1.0 => 1.0 / (1.0 + self.offset),
            () if self.offset == 0.0 => return (0.0, 0.0),
            () => self.cut_linear() / self.cut(),
        };
        (slope, 1.0 / slope)
    }

    #[inline(always)]
    fn enter<S: Scalar>(&self, x: S) -> S {
        match self.negatives {
            Negatives::Clamp => x.max(S::constant(0.0)),
            Negatives::Mirror => x.abs(),
            Negatives::Pass => x,
        }
    }

    #[inline(always)]
    fn leave<S: Scalar>(&self, y: S, x: S) -> S {
        match self.negatives {
            Negatives::Mirror => y.copysign(x),
            Negatives::Clamp | Negatives::Pass => y,
        }
    }
}

impl Shape for MonCurve {
    #[inline(always)]
    fn decode<S: Scalar>(&self, x: S) -> S {
        let a = self.enter(x);
        let line = a * S::constant(self.slopes().0);
        if self.gamma == 1.0 {
            return self.leave(line, x);
        }
        let scale = 1.0 / (1.0 + self.offset);
        let curved = a.fma(S::constant(scale), S::constant(self.offset * scale)).powf(self.gamma);
        self.leave(S::select(a.below(self.cut()), line, curved), x)
    }

    #[inline(always)]
    fn encode<S: Scalar>(&self, x: S) -> S {
        let a = self.enter(x);
        let line = a * S::constant(self.slopes().1);
        if self.gamma == 1.0 {
            return self.leave(line, x);
        }
        let curved = a.powf(1.0 / self.gamma).fma(S::constant(1.0 + self.offset), S::constant(-self.offset));
        self.leave(S::select(a.below(self.cut_linear()), line, curved), x)
    }
}
