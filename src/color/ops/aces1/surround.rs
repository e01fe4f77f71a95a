//! Compensation for the light around the display.

use super::super::PixelKernel;
use crate::color::{rgb::AP1_TO_XYZ, scalar::Scalar};

/// Luminance to the power `gamma` with the chromaticity kept, on linear AP1 with 1.0 for white (Academy ACESlib.ODT_Common,
/// `darkSurround_to_dimSurround`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surround {
    pub gamma: f64,
    /// What has less luminance has the gain of this. 0: no gain, which makes it black.
    pub floor: f64,
}

impl Surround {
    /// From the dark surround of a cinema to the dim one of a living room.
    pub const DARK_TO_DIM: Self = Self { gamma: 0.9811, floor: 0.0 };

    pub(in super::super) fn inverse(self) -> Option<Self> {
        let gamma = 1.0 / self.gamma;
        gamma.is_finite().then(|| Self { gamma, floor: self.floor.powf(self.gamma) })
    }
}

impl PixelKernel for Surround {
    #[inline(always)]
    fn eval<S: Scalar>(&self, [r, g, b]: [S; 3]) -> [S; 3] {
        let luma = AP1_TO_XYZ[1];
        let y = r.fma(S::constant(luma[0]), g.fma(S::constant(luma[1]), b * S::constant(luma[2])));
        let gain = y.max(S::constant(self.floor)).powf(self.gamma - 1.0);
        [r * gain, g * gain, b * gain]
    }
}
