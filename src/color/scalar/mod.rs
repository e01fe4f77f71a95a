//! The one interface all arithmetic of this room is written against, and its instances.
//!
//! An op says once what it does to a `Scalar`; it then runs as `f64` (the oracle), as SIMD lanes of `f32` (the CPU
//! reference) and as expressions that print WGSL. What differs between them is named here and nowhere else.

#[cfg(target_arch = "x86_64")]
pub mod avx2;
#[cfg(target_arch = "x86_64")]
pub mod avx512;
pub mod expr;
pub mod math;
mod oracle;
pub mod pair;
pub mod single;

use super::table::{Lattice, Table};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number, or a row of numbers that all have the same done to them.
///
/// No branches: conditions are masks. The f32 instances use only what IEEE 754 rounds exactly, so that they agree
/// to the bit with each other; `f64` replaces the elementary functions by more precise ones.
pub trait Scalar: Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self> {
    type Mask: Copy;
    /// Whether a [`parameter`](Self::parameter) may change without the op being recorded again.
    const LIVE: bool = false;
    /// Whether this is the oracle: a function that others take from a table made of it is computed.
    const EXACT: bool = false;

    /// `value`, rounded to the precision of the instance.
    fn constant(value: f64) -> Self;
    /// As [`constant`](Self::constant), for a number that is the same in all ops: the coefficient of an elementary function.
    #[inline(always)]
    fn literal(value: f64) -> Self {
        Self::constant(value)
    }
    /// As [`constant`](Self::constant), for a number that belongs to the op and may be changed while it is shown: in a shader
    /// it is read from a buffer, so that moving a control compiles nothing.
    #[inline(always)]
    fn parameter(value: f64) -> Self {
        Self::constant(value)
    }
    /// `self * factor + addend`, rounded once.
    fn fma(self, factor: Self, addend: Self) -> Self;
    /// As [`fma`](Self::fma), where the terms nearly cancel and all that is left comes from rounding once: a GPU need not
    /// fuse, and then takes a longer road to the same number here.
    #[inline(always)]
    fn cancelling_fma(self, factor: Self, addend: Self) -> Self {
        self.fma(factor, addend)
    }
    /// `self < other ? self : other`; `other` where one is NaN.
    fn min(self, other: Self) -> Self;
    /// `self > other ? self : other`; `other` where one is NaN.
    fn max(self, other: Self) -> Self;
    fn abs(self) -> Self;
    /// Magnitude of `self`, sign of `sign`.
    fn copysign(self, sign: Self) -> Self;
    fn sqrt(self) -> Self;
    /// To the nearest integer, halves to even.
    fn rint(self) -> Self;
    /// To the next integer below.
    fn floor(self) -> Self;
    fn lt(self, other: Self) -> Self::Mask;
    fn le(self, other: Self) -> Self::Mask;
    /// `self < bound` of the exact bound, which need not be a number of the instance.
    #[inline(always)]
    fn below(self, bound: f64) -> Self::Mask {
        self.lt(Self::constant(math::round_up(bound)))
    }
    /// `self <= bound` of the exact bound.
    #[inline(always)]
    fn at_most(self, bound: f64) -> Self::Mask {
        self.le(Self::constant(math::round_down(bound)))
    }
    fn is_nan(self) -> Self::Mask;
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;

    /// `(e, m)` with `self = m * 2^e` and m in [sqrt 1/2, sqrt 2), for normal positive numbers.
    fn exponent_mantissa(self) -> (Self, Self);
    /// `self * 2^n` for `self` in [1/2, 2] and `n` integral and within [`EXPONENTS`](math::EXPONENTS).
    fn scale_exp2(self, n: Self) -> Self;
    /// `2^self` for `self` integral and within [`EXPONENTS`](math::EXPONENTS).
    fn exp2_integral(self) -> Self;

    /// The value at `row` (integral; held within the table).
    fn fetch1(table: &Table, row: Self) -> Self;
    /// The two values from `2 * row` on (integral; held within the table).
    fn fetch2(table: &Table, row: Self) -> [Self; 2];
    /// The four values from `4 * row` on.
    fn fetch4(table: &Table, row: Self) -> [Self; 4];
    /// The eight values from `8 * row` on.
    fn fetch8(table: &Table, row: Self) -> [Self; 8];
    /// The RGB values at node (`x`, `y`, `z`), each integral and within the lattice.
    #[inline(always)]
    fn node(lattice: &Lattice, [x, y, z]: [Self; 3]) -> [Self; 3] {
        let size = Self::constant(lattice.size() as f64);
        let [r, g, b, _] = Self::fetch4(lattice.nodes(), z.fma(size, y).fma(size, x));
        [r, g, b]
    }

    /// What `pixel` makes of each pixel, in double precision: for searches, which differ in length from pixel to pixel.
    /// A shader cannot have it; ops that use it say so in [`Op::without_wgsl`](super::Op::without_wgsl).
    fn on_host(px: [Self; 3], pixel: impl Fn([f64; 3]) -> [f64; 3]) -> [Self; 3];

    /// Base-2 logarithm of a normal positive number.
    #[inline(always)]
    fn log2(self) -> Self {
        math::log2(self)
    }
    /// `self * scale + offset` as if both were exact, so that little is lost where the sum is near 0.
    #[inline(always)]
    fn affine(self, scale: f64, offset: f64) -> Self {
        math::affine(self, math::fixed(scale), math::fixed(offset))
    }
    /// As [`affine`](Self::affine), by numbers that a control moves.
    #[inline(always)]
    fn affine_live(self, scale: f64, offset: f64) -> Self {
        math::affine(self, math::live(scale), math::live(offset))
    }
    /// `2^(self * scale + offset)`: the exact way to undo a logarithm, which would lose bits in a rounded exponent.
    #[inline(always)]
    fn exp2_affine(self, scale: f64, offset: f64) -> Self {
        math::exp2_affine(self, scale, offset)
    }
    /// `2^(self * scale + offset) - 1`, exact near 0.
    #[inline(always)]
    fn exp2_m1_affine(self, scale: f64, offset: f64) -> Self {
        math::exp2_m1_affine(self, scale, offset)
    }
    /// `self^exponent`; 0 where `self` is not above 0.
    #[inline(always)]
    fn powf(self, exponent: f64) -> Self {
        math::pow_halves(self, math::fixed(math::held_exponent(exponent)))
    }
    /// As [`powf`](Self::powf), by an exponent that a control moves.
    #[inline(always)]
    fn powf_live(self, exponent: f64) -> Self {
        math::pow_halves(self, math::live(math::held_exponent(exponent)))
    }
    /// `self^exponent`; 0 where `self` is not above 0.
    #[inline(always)]
    fn pow(self, exponent: Self) -> Self {
        math::pow(self, exponent)
    }
    /// `log2(1 + self)` for |self| up to 0.3, without losing the bits that `1 + self` would round away.
    #[inline(always)]
    fn log2_1p(self) -> Self {
        math::log2_1p(self)
    }
    /// `2^self - 1` for |self| up to 1/2, as exact near 0.
    #[inline(always)]
    fn exp2_m1(self) -> Self {
        math::exp2_m1(self)
    }
    /// Angle of the point (`x`, `self`) in degrees, 0 to 360.
    #[inline(always)]
    fn atan2_degrees(self, x: Self) -> Self {
        math::atan2_degrees(self, x)
    }
}

/// `short` if `holds`, which a parameter decides, else `long`, which is then not computed. A shader has both and chooses.
/// A macro, because a closure would not be inlined into the vector instances.
macro_rules! shortcut {
    ($scalar:ty; $holds:expr, $short:expr, $long:expr) => {
        if <$scalar>::LIVE {
            let holds = <$scalar>::parameter(f64::from($holds));
            <$scalar>::select(<$scalar>::constant(0.0).lt(holds), $short, $long)
        } else if $holds {
            $short
        } else {
            $long
        }
    };
}
pub(crate) use shortcut;

/// A [`Scalar`] of [`Lanes::COUNT`] `f32` side by side.
pub trait Lanes: Scalar {
    const COUNT: usize;
    /// The first `COUNT` values of `from`, which has at least as many.
    fn load(from: &[f32]) -> Self;
    /// To the first `COUNT` values of `to`, which has at least as many.
    fn store(self, to: &mut [f32]);
}

/// Lanes handled at once by the widest instance; buffers padded to it suit all.
pub const MAX_LANES: usize = 32;
