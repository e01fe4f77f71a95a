//! The ACES 1.3 reference gamut compression (Academy TB-2021-001, LMT.Academy.GamutCompress), on linear AP1.

use super::PixelKernel;
use crate::color::{exact, scalar::Scalar};

/// Distances from the achromatic axis above `threshold` are compressed so that `limit` lands on 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReferenceGamutCompression {
    /// For cyan, magenta and yellow, which are the distances of red, green and blue.
    limit: [f64; 3],
    threshold: [f64; 3],
    power: f64,
    /// Of the compression, so that the limit becomes 1.
    scale: [f64; 3],
    inverse: bool,
}

/// The parameters of ACES 1.3.
const LIMIT: [f64; 3] = [1.147, 1.264, 1.312];
const THRESHOLD: [f64; 3] = [0.815, 0.803, 0.880];
const POWER: f64 = 1.2;
/// Distances are held below this, 2^40, so that their powers are finite next to black.
const FARTHEST: f64 = 1_099_511_627_776.0;

impl Default for ReferenceGamutCompression {
    fn default() -> Self {
        Self::build(LIMIT, THRESHOLD, POWER)
    }
}

impl ReferenceGamutCompression {
    /// Another compression by the same formula: `None` where a limit is not within 1.001..=65504, a threshold not within 0..=0.9995 or
    /// the power not within 1..=65504.
    pub fn new(limit: [f64; 3], threshold: [f64; 3], power: f64) -> Option<Self> {
        let limits = limit.iter().all(|x| (1.001..=65504.0).contains(x));
        let thresholds = threshold.iter().all(|x| (0.0..=0.9995).contains(x));
        (limits && thresholds && (1.0..=65504.0).contains(&power)).then(|| Self::build(limit, threshold, power))
    }

    fn build(limit: [f64; 3], threshold: [f64; 3], power: f64) -> Self {
        let scale = [0, 1, 2].map(|i| {
            let (limit, threshold) = (limit[i], threshold[i]);
            (limit - threshold) / exact::pow(exact::pow((1.0 - threshold) / (limit - threshold), -power) - 1.0, 1.0 / power)
        });
        Self { limit, threshold, power, scale, inverse: false }
    }

    pub(crate) fn is_inverse(self) -> bool {
        self.inverse
    }

    pub(super) fn inverse(self) -> Self {
        Self { inverse: !self.inverse, ..self }
    }

    #[inline(always)]
    fn distance<S: Scalar>(self, d: S, i: usize) -> S {
        let (threshold, scale) = (S::constant(self.threshold[i]), self.scale[i]);
        let n = (d - threshold) * S::constant(1.0 / scale);
        let p = n.powf(self.power);
        let one = S::constant(1.0);
        let moved = if self.inverse {
            // Compressed distances stay below threshold + scale; what is not below has no source and stays.
            let back = (p / (one - p)).powf(1.0 / self.power).fma(S::constant(scale), threshold);
            S::select(n.lt(one), back, d)
        } else {
            (n / (one + p).powf(1.0 / self.power)).fma(S::constant(scale), threshold)
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
