//! The numbers a template is worked out with: fractions, or floats in the order of a published library.

use crate::{
    error::Result,
    framing::fraction::Fraction,
    sidecar::fdl::{Even, RoundMode},
};
use std::fmt::Display;

/// What the algorithm asks of a number.
pub trait Real: Clone + PartialEq + PartialOrd + Display {
    fn from_exact(v: &Fraction) -> Self;
    fn plus(&self, b: &Self) -> Self;
    fn minus(&self, b: &Self) -> Self;
    fn times(&self, b: &Self) -> Self;
    /// Error: a division by zero.
    fn over(&self, b: &Self) -> Result<Self>;
    fn floor(&self) -> Self;
    fn ceil(&self) -> Self;
    fn to_f64(&self) -> f64;
    fn to_u32(&self) -> Option<u32>;

    fn whole(n: u32) -> Self {
        Self::from_exact(&Fraction::whole(n))
    }
    fn zero() -> Self {
        Self::whole(0)
    }
    fn half(&self) -> Self;

    fn at_least(self, b: &Self) -> Self {
        if self < *b { b.clone() } else { self }
    }
    fn at_most(self, b: &Self) -> Self {
        if self > *b { b.clone() } else { self }
    }

    /// A whole or an even number. `up` and `down` go by magnitude. `round` takes the nearest: a tie between even numbers
    /// goes up, one between whole numbers to the even one (golden vectors of the reference, which has it from Python).
    fn to_grid(&self, even: Even, mode: RoundMode) -> Self {
        let zero = Self::zero();
        let negative = *self < zero;
        let magnitude = if negative { zero.minus(self) } else { self.clone() };
        let steps = if even == Even::Even { magnitude.half() } else { magnitude };
        let below = steps.floor();
        let steps = match mode {
            RoundMode::Up => steps.ceil(),
            RoundMode::Down => below,
            RoundMode::Round => {
                let half = Self::whole(1).half();
                let rest = steps.minus(&below);
                let tie_goes_up = even == Even::Even || below.half().floor() != below.half();
                if rest > half || (rest == half && tie_goes_up) { below.plus(&Self::whole(1)) } else { below }
            }
        };
        let rounded = if even == Even::Even { steps.plus(&steps) } else { steps };
        if negative { zero.minus(&rounded) } else { rounded }
    }
}

impl Real for Fraction {
    fn from_exact(v: &Fraction) -> Self {
        v.clone()
    }
    fn plus(&self, b: &Self) -> Self {
        Fraction::plus(self, b)
    }
    fn minus(&self, b: &Self) -> Self {
        Fraction::minus(self, b)
    }
    fn times(&self, b: &Self) -> Self {
        Fraction::times(self, b)
    }
    fn over(&self, b: &Self) -> Result<Self> {
        Fraction::over(self, b)
    }
    fn floor(&self) -> Self {
        Fraction::floor(self)
    }
    fn ceil(&self) -> Self {
        Fraction::ceil(self)
    }
    fn half(&self) -> Self {
        Fraction::half(self)
    }
    fn to_f64(&self) -> f64 {
        Fraction::to_f64(self)
    }
    fn to_u32(&self) -> Option<u32> {
        Fraction::to_u32(self)
    }
}

impl Real for f64 {
    fn from_exact(v: &Fraction) -> Self {
        v.to_f64()
    }
    fn plus(&self, b: &Self) -> Self {
        self + b
    }
    fn minus(&self, b: &Self) -> Self {
        self - b
    }
    fn times(&self, b: &Self) -> Self {
        self * b
    }
    fn over(&self, b: &Self) -> Result<Self> {
        if *b == 0.0 { Err(crate::Error::invalid("a division by zero")) } else { Ok(self / b) }
    }
    fn floor(&self) -> Self {
        f64::floor(*self)
    }
    fn ceil(&self) -> Self {
        f64::ceil(*self)
    }
    fn half(&self) -> Self {
        self / 2.0
    }
    fn to_f64(&self) -> f64 {
        *self
    }
    fn to_u32(&self) -> Option<u32> {
        let inside = self.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(self);
        inside.then_some(*self as u32)
    }
}
