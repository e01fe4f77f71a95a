//! Eight lanes in plain Rust: the definition of the bits, on any machine.

use super::{Lanes, Scalar, math::MAX_EXPONENT};
use crate::color::table::Table;
use std::ops::{Add, Div, Mul, Neg, Sub};

#[derive(Clone, Copy, Debug)]
pub struct F32x8([f32; 8]);

#[derive(Clone, Copy, Debug)]
pub struct Mask8([bool; 8]);

/// A value a lane, from an expression in the lane's number.
macro_rules! lanes {
    ($i:ident => $e:expr) => {{
        let mut out = [Default::default(); 8];
        let mut $i = 0;
        while $i < 8 {
            out[$i] = $e;
            $i += 1;
        }
        out
    }};
}

macro_rules! operator {
    ($trait:ident, $method:ident, $op:tt) => {
        impl $trait for F32x8 {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(lanes!(i => self.0[i] $op other.0[i]))
            }
        }
    };
}
operator!(Add, add, +);
operator!(Sub, sub, -);
operator!(Mul, mul, *);
operator!(Div, div, /);

impl Neg for F32x8 {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self(lanes!(i => -self.0[i]))
    }
}

/// Bits of sqrt 1/2: subtracting them puts the binade boundary there.
pub const SQRT_HALF_BITS: u32 = 0x3f35_04f3;
pub const MANTISSA_MASK: u32 = 0x007f_ffff;

impl Scalar for F32x8 {
    type Mask = Mask8;

    #[inline(always)]
    fn constant(value: f64) -> Self {
        Self([value as f32; 8])
    }
    /// Fused also where the processor cannot: `mul_add` then is the C library's exact software version.
    #[inline(always)]
    fn fma(self, factor: Self, addend: Self) -> Self {
        Self(lanes!(i => self.0[i].mul_add(factor.0[i], addend.0[i])))
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self(lanes!(i => if self.0[i] < other.0[i] { self.0[i] } else { other.0[i] }))
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(lanes!(i => if self.0[i] > other.0[i] { self.0[i] } else { other.0[i] }))
    }
    #[inline(always)]
    fn abs(self) -> Self {
        Self(lanes!(i => self.0[i].abs()))
    }
    #[inline(always)]
    fn copysign(self, sign: Self) -> Self {
        Self(lanes!(i => self.0[i].copysign(sign.0[i])))
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        Self(lanes!(i => self.0[i].sqrt()))
    }
    #[inline(always)]
    fn rint(self) -> Self {
        Self(lanes!(i => self.0[i].round_ties_even()))
    }
    #[inline(always)]
    fn floor(self) -> Self {
        Self(lanes!(i => self.0[i].floor()))
    }
    #[inline(always)]
    fn lt(self, other: Self) -> Mask8 {
        Mask8(lanes!(i => self.0[i] < other.0[i]))
    }
    #[inline(always)]
    fn le(self, other: Self) -> Mask8 {
        Mask8(lanes!(i => self.0[i] <= other.0[i]))
    }
    #[inline(always)]
    fn is_nan(self) -> Mask8 {
        Mask8(lanes!(i => self.0[i].is_nan()))
    }
    #[inline(always)]
    fn select(mask: Mask8, yes: Self, no: Self) -> Self {
        Self(lanes!(i => if mask.0[i] { yes.0[i] } else { no.0[i] }))
    }
    #[inline(always)]
    fn exponent_mantissa(self) -> (Self, Self) {
        let bits: [u32; 8] = lanes!(i => self.0[i].to_bits().wrapping_sub(SQRT_HALF_BITS));
        (
            Self(lanes!(i => (bits[i].cast_signed() >> 23) as f32)),
            Self(lanes!(i => f32::from_bits((bits[i] & MANTISSA_MASK).wrapping_add(SQRT_HALF_BITS)))),
        )
    }
    #[inline(always)]
    fn exp2_integral(self) -> Self {
        let n = self.min(Self::constant(MAX_EXPONENT)).max(Self::constant(-126.0));
        Self(lanes!(i => f32::from_bits(((n.0[i] as i32 + 127) as u32) << 23)))
    }
    #[inline(always)]
    fn fetch(table: &Table, index: Self) -> Self {
        Self(lanes!(i => table.narrow()[table.clamp_index(index.0[i].into())]))
    }
    #[inline(always)]
    fn fetch_row(table: &Table, row: Self) -> [Self; 8] {
        let start: [usize; 8] = lanes!(i => table.clamp_row(row.0[i].into()) * 8);
        let mut out = [Self([0.0; 8]); 8];
        let mut column = 0;
        while column < 8 {
            out[column] = Self(lanes!(i => table.narrow()[start[i] + column]));
            column += 1;
        }
        out
    }
}

impl Lanes for F32x8 {
    const COUNT: usize = 8;
    #[inline(always)]
    fn load(from: &[f32]) -> Self {
        let from = &from[..8];
        Self(lanes!(i => from[i]))
    }
    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        to[..8].copy_from_slice(&self.0);
    }
}
