//! Two of an instance, in step: the long chains of dependent operations of a transform leave half the processor idle, and a
//! second one beside it fills the gaps.

use super::{Lanes, Scalar};
use crate::color::table::Table;
use std::ops::{Add, Div, Mul, Neg, Sub};

#[derive(Clone, Copy, Debug)]
pub struct Pair<S>(S, S);

macro_rules! operator {
    ($trait:ident, $method:ident) => {
        impl<S: Scalar> $trait for Pair<S> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(self.0.$method(other.0), self.1.$method(other.1))
            }
        }
    };
}
operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);
operator!(Div, div);

impl<S: Scalar> Neg for Pair<S> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self(-self.0, -self.1)
    }
}

impl<S: Scalar> Scalar for Pair<S> {
    type Mask = (S::Mask, S::Mask);

    #[inline(always)]
    fn constant(value: f64) -> Self {
        Self(S::constant(value), S::constant(value))
    }
    #[inline(always)]
    fn fma(self, factor: Self, addend: Self) -> Self {
        Self(self.0.fma(factor.0, addend.0), self.1.fma(factor.1, addend.1))
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self(self.0.min(other.0), self.1.min(other.1))
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0), self.1.max(other.1))
    }
    #[inline(always)]
    fn abs(self) -> Self {
        Self(self.0.abs(), self.1.abs())
    }
    #[inline(always)]
    fn copysign(self, sign: Self) -> Self {
        Self(self.0.copysign(sign.0), self.1.copysign(sign.1))
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        Self(self.0.sqrt(), self.1.sqrt())
    }
    #[inline(always)]
    fn rint(self) -> Self {
        Self(self.0.rint(), self.1.rint())
    }
    #[inline(always)]
    fn floor(self) -> Self {
        Self(self.0.floor(), self.1.floor())
    }
    #[inline(always)]
    fn lt(self, other: Self) -> Self::Mask {
        (self.0.lt(other.0), self.1.lt(other.1))
    }
    #[inline(always)]
    fn le(self, other: Self) -> Self::Mask {
        (self.0.le(other.0), self.1.le(other.1))
    }
    #[inline(always)]
    fn is_nan(self) -> Self::Mask {
        (self.0.is_nan(), self.1.is_nan())
    }
    #[inline(always)]
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self {
        Self(S::select(mask.0, yes.0, no.0), S::select(mask.1, yes.1, no.1))
    }
    #[inline(always)]
    fn exponent_mantissa(self) -> (Self, Self) {
        let ((e0, m0), (e1, m1)) = (self.0.exponent_mantissa(), self.1.exponent_mantissa());
        (Self(e0, e1), Self(m0, m1))
    }
    #[inline(always)]
    fn scale_exp2(self, n: Self) -> Self {
        Self(self.0.scale_exp2(n.0), self.1.scale_exp2(n.1))
    }
    #[inline(always)]
    fn exp2_integral(self) -> Self {
        Self(self.0.exp2_integral(), self.1.exp2_integral())
    }
    #[inline(always)]
    fn fetch1(table: &Table, row: Self) -> Self {
        Self(S::fetch1(table, row.0), S::fetch1(table, row.1))
    }
    #[inline(always)]
    fn fetch2(table: &Table, row: Self) -> [Self; 2] {
        let (a, b) = (S::fetch2(table, row.0), S::fetch2(table, row.1));
        [Self(a[0], b[0]), Self(a[1], b[1])]
    }
    #[inline(always)]
    fn fetch4(table: &Table, row: Self) -> [Self; 4] {
        let (a, b) = (S::fetch4(table, row.0), S::fetch4(table, row.1));
        [Self(a[0], b[0]), Self(a[1], b[1]), Self(a[2], b[2]), Self(a[3], b[3])]
    }
    #[inline(always)]
    fn fetch8(table: &Table, row: Self) -> [Self; 8] {
        let (a, b) = (S::fetch8(table, row.0), S::fetch8(table, row.1));
        [
            Self(a[0], b[0]),
            Self(a[1], b[1]),
            Self(a[2], b[2]),
            Self(a[3], b[3]),
            Self(a[4], b[4]),
            Self(a[5], b[5]),
            Self(a[6], b[6]),
            Self(a[7], b[7]),
        ]
    }
    #[inline(always)]
    fn on_host(px: [Self; 3], pixel: impl Fn([f64; 3]) -> [f64; 3]) -> [Self; 3] {
        let a = S::on_host([px[0].0, px[1].0, px[2].0], &pixel);
        let b = S::on_host([px[0].1, px[1].1, px[2].1], &pixel);
        [Self(a[0], b[0]), Self(a[1], b[1]), Self(a[2], b[2])]
    }
}

impl<S: Lanes> Lanes for Pair<S> {
    const COUNT: usize = 2 * S::COUNT;
    #[inline(always)]
    fn load(from: &[f32]) -> Self {
        Self(S::load(from), S::load(&from[S::COUNT..]))
    }
    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        let (a, b) = to.split_at_mut(S::COUNT);
        self.0.store(a);
        self.1.store(b);
    }
}
