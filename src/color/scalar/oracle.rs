//! f64: what the maths says. The elementary functions are the standard library's, good to an ulp of f64.

use super::{
    Scalar,
    math::{MAX_EXPONENT, MIN_POSITIVE},
};
use crate::color::table::Table;

impl Scalar for f64 {
    type Mask = bool;
    const EXACT: bool = true;

    fn constant(value: f64) -> Self {
        value
    }
    fn fma(self, factor: Self, addend: Self) -> Self {
        self.mul_add(factor, addend)
    }
    fn min(self, other: Self) -> Self {
        if self < other { self } else { other }
    }
    fn max(self, other: Self) -> Self {
        if self > other { self } else { other }
    }
    fn abs(self) -> Self {
        f64::abs(self)
    }
    fn copysign(self, sign: Self) -> Self {
        f64::copysign(self, sign)
    }
    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }
    fn rint(self) -> Self {
        self.round_ties_even()
    }
    fn floor(self) -> Self {
        f64::floor(self)
    }
    fn lt(self, other: Self) -> bool {
        self < other
    }
    fn le(self, other: Self) -> bool {
        self <= other
    }
    fn below(self, bound: f64) -> bool {
        self < bound
    }
    fn at_most(self, bound: f64) -> bool {
        self <= bound
    }
    fn is_nan(self) -> bool {
        f64::is_nan(self)
    }
    fn select(mask: bool, yes: Self, no: Self) -> Self {
        if mask { yes } else { no }
    }
    fn exponent_mantissa(self) -> (Self, Self) {
        let e = f64::log2(self).round_ties_even();
        (e, self / e.exp2())
    }
    fn scale_exp2(self, n: Self) -> Self {
        self * n.exp2()
    }
    fn exp2_integral(self) -> Self {
        self.exp2()
    }
    fn fetch1(table: &Table, row: Self) -> Self {
        table.wide()[table.start_of(row, 1)]
    }
    fn fetch2(table: &Table, row: Self) -> [Self; 2] {
        fetch(table, row)
    }
    fn fetch4(table: &Table, row: Self) -> [Self; 4] {
        fetch(table, row)
    }
    fn fetch8(table: &Table, row: Self) -> [Self; 8] {
        fetch(table, row)
    }
    fn on_host(px: [Self; 3], pixel: impl Fn([f64; 3]) -> [f64; 3]) -> [Self; 3] {
        pixel(px)
    }

    fn log2(self) -> Self {
        f64::log2(self)
    }
    fn affine(self, scale: f64, offset: f64) -> Self {
        self.mul_add(scale, offset)
    }
    fn affine_live(self, scale: f64, offset: f64) -> Self {
        self.affine(scale, offset)
    }
    fn exp2_affine(self, scale: f64, offset: f64) -> Self {
        Scalar::min(self.mul_add(scale, offset), MAX_EXPONENT).exp2()
    }
    fn exp2_m1_affine(self, scale: f64, offset: f64) -> Self {
        Scalar::min(self.mul_add(scale, offset), MAX_EXPONENT).exp2_m1()
    }
    fn powf(self, exponent: f64) -> Self {
        self.pow(exponent)
    }
    fn powf_live(self, exponent: f64) -> Self {
        self.pow(exponent)
    }
    fn pow(self, exponent: Self) -> Self {
        if self < MIN_POSITIVE { 0.0 } else { Scalar::min(f64::powf(self, exponent), MAX_EXPONENT.exp2()) }
    }
    fn log2_1p(self) -> Self {
        f64::ln_1p(self) * std::f64::consts::LOG2_E
    }
    fn exp2_m1(self) -> Self {
        f64::exp_m1(self * std::f64::consts::LN_2)
    }
    fn atan2_degrees(self, x: Self) -> Self {
        let degrees = f64::atan2(self, x).to_degrees();
        if degrees < 0.0 { degrees + 360.0 } else { degrees }
    }
}

fn fetch<const N: usize>(table: &Table, row: f64) -> [f64; N] {
    let start = table.start_of(row, N);
    std::array::from_fn(|i| table.wide()[start + i])
}
