//! 3x3 matrix with offset.

use super::PixelKernel;
use crate::color::{
    rgb::{self, Mat3},
    scalar::Scalar,
};

/// `out[i] = sum over j of m[i][j] * in[j] + offset[i]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Matrix {
    pub m: Mat3,
    pub offset: [f64; 3],
}

impl Matrix {
    pub const IDENTITY: Self = Self { m: rgb::IDENTITY, offset: [0.0; 3] };

    pub(super) fn inverse(&self) -> Option<Self> {
        let m = rgb::invert(&self.m)?;
        Some(Self { m, offset: rgb::transform(&m, self.offset.map(|x| -x)) })
    }

    /// One matrix for `self` and then `next`.
    pub(crate) fn then(&self, next: &Self) -> Self {
        let moved = rgb::transform(&next.m, self.offset);
        Self { m: rgb::multiply(&next.m, &self.m), offset: std::array::from_fn(|i| moved[i] + next.offset[i]) }
    }

    #[inline(always)]
    fn row<S: Scalar>(&self, i: usize, px: [S; 3]) -> S {
        let m = &self.m[i];
        let last = px[2].fma(S::constant(m[2]), S::constant(self.offset[i]));
        px[0].fma(S::constant(m[0]), px[1].fma(S::constant(m[1]), last))
    }
}

impl PixelKernel for Matrix {
    #[inline(always)]
    fn eval<S: Scalar>(&self, px: [S; 3]) -> [S; 3] {
        [self.row(0, px), self.row(1, px), self.row(2, px)]
    }
}
