//! The opto-optical transfer function of HLG (ITU-R BT.2100-2, table 5).

use super::PixelKernel;
use crate::color::scalar::Scalar;

/// Multiplies the channels by luminance to the power `gamma - 1`. Linear BT.2020, 1.0 = peak.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ootf {
    /// 1.2 for a peak of 1000 nit.
    pub gamma: f64,
    /// Luminance below this has the gain of this. 0 where the function goes on to black.
    pub floor: f64,
}

/// Luminance of BT.2020.
const LUMA: [f64; 3] = [0.2627, 0.6780, 0.0593];
/// Luminance is held within these: the inverse power has a pole at black, and the product must stay finite.
const LEAST: f64 = 1e-24;
const MOST: f64 = 1e18;

impl Ootf {
    /// Down to black.
    pub const fn new(gamma: f64) -> Self {
        Self { gamma, floor: 0.0 }
    }

    /// Luminance itself goes to the power gamma, so the inverse is the same with 1/gamma.
    pub(super) fn inverse(self) -> Option<Self> {
        let gamma = 1.0 / self.gamma;
        gamma.is_finite().then(|| Self { gamma, floor: self.floor.powf(self.gamma) })
    }
}

impl PixelKernel for Ootf {
    #[inline(always)]
    fn eval<S: Scalar>(&self, px: [S; 3]) -> [S; 3] {
        let luma = px[0].fma(S::constant(LUMA[0]), px[1].fma(S::constant(LUMA[1]), px[2] * S::constant(LUMA[2])));
        let gain = luma.abs().max(S::constant(self.floor.max(LEAST))).min(S::constant(MOST)).powf(self.gamma - 1.0);
        [px[0] * gain, px[1] * gain, px[2] * gain]
    }
}
