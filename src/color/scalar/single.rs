//! One f32: the definition of the bits, on any machine.

use super::{Lanes, Scalar};
use crate::color::table::Table;

/// Bits of sqrt 1/2: subtracting them puts the binade boundary there.
pub const SQRT_HALF_BITS: u32 = 0x3f35_04f3;
pub const MANTISSA_MASK: u32 = 0x007f_ffff;

impl Scalar for f32 {
    type Mask = bool;

    #[inline(always)]
    fn constant(value: f64) -> Self {
        value as f32
    }
    /// Fused also where the processor cannot: `mul_add` then is the C library's exact software version.
    #[inline(always)]
    fn fma(self, factor: Self, addend: Self) -> Self {
        self.mul_add(factor, addend)
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        if self < other { self } else { other }
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        if self > other { self } else { other }
    }
    #[inline(always)]
    fn abs(self) -> Self {
        f32::abs(self)
    }
    #[inline(always)]
    fn copysign(self, sign: Self) -> Self {
        f32::copysign(self, sign)
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        f32::sqrt(self)
    }
    #[inline(always)]
    fn rint(self) -> Self {
        self.round_ties_even()
    }
    #[inline(always)]
    fn floor(self) -> Self {
        f32::floor(self)
    }
    #[inline(always)]
    fn lt(self, other: Self) -> bool {
        self < other
    }
    #[inline(always)]
    fn le(self, other: Self) -> bool {
        self <= other
    }
    #[inline(always)]
    fn is_nan(self) -> bool {
        f32::is_nan(self)
    }
    #[inline(always)]
    fn select(mask: bool, yes: Self, no: Self) -> Self {
        if mask { yes } else { no }
    }
    #[inline(always)]
    fn exponent_mantissa(self) -> (Self, Self) {
        let bits = self.to_bits().wrapping_sub(SQRT_HALF_BITS);
        ((bits.cast_signed() >> 23) as f32, f32::from_bits((bits & MANTISSA_MASK).wrapping_add(SQRT_HALF_BITS)))
    }
    #[inline(always)]
    fn scale_exp2(self, n: Self) -> Self {
        f32::from_bits(self.to_bits().wrapping_add(((n as i32) << 23).cast_unsigned()))
    }
    #[inline(always)]
    fn exp2_integral(self) -> Self {
        f32::from_bits(((self as i32 + 127) as u32) << 23)
    }
    #[inline(always)]
    fn fetch1(table: &Table, row: Self) -> Self {
        table.narrow()[table.start_of(row.into(), 1)]
    }
    #[inline(always)]
    fn fetch2(table: &Table, row: Self) -> [Self; 2] {
        fetch(table, row)
    }
    #[inline(always)]
    fn fetch4(table: &Table, row: Self) -> [Self; 4] {
        fetch(table, row)
    }
    #[inline(always)]
    fn fetch8(table: &Table, row: Self) -> [Self; 8] {
        fetch(table, row)
    }
    #[inline(always)]
    fn on_host(px: [Self; 3], pixel: impl Fn([f64; 3]) -> [f64; 3]) -> [Self; 3] {
        pixel(px.map(f64::from)).map(|x| x as f32)
    }
}

#[inline(always)]
fn fetch<const N: usize>(table: &Table, row: f32) -> [f32; N] {
    let start = table.start_of(row.into(), N);
    let mut out = [0.0; N];
    out.copy_from_slice(&table.narrow()[start..start + N]);
    out
}

impl Lanes for f32 {
    const COUNT: usize = 1;
    #[inline(always)]
    fn load(from: &[f32]) -> Self {
        from[0]
    }
    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        to[0] = self;
    }
}
