//! The ACES 1.3 reference gamut compression (Academy TB-2021-001, LMT.Academy.GamutCompress), on linear AP1.

use super::PixelKernel;
use crate::color::scalar::Scalar;

/// Distances from the achromatic axis above `THRESHOLD` are compressed so that `LIMIT` lands on 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReferenceGamutCompression {
    pub inverse: bool,
}

/// For cyan, magenta and yellow, which are the distances of red, green and blue.
#[cfg(test)]
const LIMIT: [f64; 3] = [1.147, 1.264, 1.312];
const THRESHOLD: [f64; 3] = [0.815, 0.803, 0.880];
const POWER: f64 = 1.2;
/// Of the compressed distance, so that the limit becomes 1: with d = limit - threshold,
/// d / (((1 - threshold) / d)^-POWER - 1)^(1 / POWER).
const SCALE: [f64; 3] = [0.327_301_877_467_788_3, 0.285_938_028_927_113_95, 0.146_821_457_838_422_88];
/// Distances are held below this, 2^40, so that their powers are finite next to black.
const FARTHEST: f64 = 1_099_511_627_776.0;

impl ReferenceGamutCompression {
    pub(super) fn inverse(self) -> Self {
        Self { inverse: !self.inverse }
    }

    #[inline(always)]
    fn distance<S: Scalar>(self, d: S, i: usize) -> S {
        let (threshold, scale) = (S::constant(THRESHOLD[i]), SCALE[i]);
        let n = (d - threshold) * S::constant(1.0 / scale);
        let p = n.powf(POWER);
        let one = S::constant(1.0);
        let moved = if self.inverse {
            // Compressed distances stay below threshold + scale; what is not below has no source and stays.
            let back = (p / (one - p)).powf(1.0 / POWER).fma(S::constant(scale), threshold);
            S::select(n.lt(one), back, d)
        } else {
            (n / (one + p).powf(1.0 / POWER)).fma(S::constant(scale), threshold)
        };
        S::select(d.lt(threshold), d, moved)
    }
}

impl PixelKernel for ReferenceGamutCompression {
    #[inline(always)]
    fn eval<S: Scalar>(&self, px: [S; 3]) -> [S; 3] {
        let zero = S::constant(0.0);
        let achromatic = px[0].max(px[1]).max(px[2]);
        let size = achromatic.abs();
        let black = size.le(zero);
        let inverse = S::constant(1.0) / S::select(black, S::constant(1.0), size);
        macro_rules! channel {
            ($i:literal) => {{
                let d = self.distance(((achromatic - px[$i]) * inverse).min(S::constant(FARTHEST)), $i);
                S::select(black, px[$i], achromatic - d * size)
            }};
        }
        [channel!(0), channel!(1), channel!(2)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::exact;

    #[test]
    fn scales_are_what_the_limits_ask_for() {
        for i in 0..3 {
            let distance = LIMIT[i] - THRESHOLD[i];
            let scale = distance / exact::pow(exact::pow((1.0 - THRESHOLD[i]) / distance, -POWER) - 1.0, 1.0 / POWER);
            // The constants have the digits that f64 loses where the powers cancel.
            assert!((scale - SCALE[i]).abs() < 1e-13, "{i}: {scale}");
        }
    }
}
