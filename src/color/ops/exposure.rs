//! Exposure.

use super::{ChannelKernel, Matrix};
use crate::color::{exact, rgb, scalar::Scalar};

/// Multiplies light by a factor: `2^stops`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exposure {
    pub factor: f64,
}

impl Exposure {
    pub fn stops(stops: f64) -> Self {
        // No picture needs more, and f32 has it.
        Self { factor: exact::exp2(stops.clamp(-100.0, 100.0)) }
    }

    pub(super) fn inverse(self) -> Option<Self> {
        let factor = 1.0 / self.factor;
        factor.is_finite().then_some(Self { factor })
    }

    /// The same as a matrix, which fuses with others.
    pub(crate) const fn matrix(self) -> Matrix {
        Matrix { m: rgb::diagonal([self.factor; 3]), offset: [0.0; 3] }
    }
}

impl ChannelKernel for Exposure {
    #[inline(always)]
    fn eval<S: Scalar>(&self, x: S) -> S {
        x * S::parameter(self.factor)
    }
}
