//! What to make of sensor values that are clipped in one colour but not in the others.

use super::PixelKernel;
use crate::color::scalar::Scalar;

/// Lifts clipped channels of sensor RGB (1 = sensor clip) to the level of the brightest one, so that a highlight that clips in
/// green first runs to white and not to magenta. Channels that are not clipped stay as they are, and nothing is lowered:
/// what lies above the first clip survives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClippedHighlights {
    /// Sensor RGB of a neutral object, the largest 1.
    pub neutral: [f64; 3],
}

impl ClippedHighlights {
    /// From the first to the second of these a value counts as clipped more and more. Sensors saturate below the white level
    /// that files state (a GoPro HERO6 in green at 0.951 of it), and interpolation blurs the edge of a clipped area.
    pub(crate) const CLIPPED: (f64, f64) = (0.90, 0.95);
}

impl PixelKernel for ClippedHighlights {
    #[inline(always)]
    fn eval<S: Scalar>(&self, px: [S; 3]) -> [S; 3] {
        let (n, (from, to)) = (self.neutral, Self::CLIPPED);
        // The brightest channel once balanced: the level that a neutral object would have in all of them.
        let level = (px[0] * S::constant(1.0 / n[0])).max(px[1] * S::constant(1.0 / n[1])).max(px[2] * S::constant(1.0 / n[2]));
        macro_rules! channel {
            ($i:literal) => {{
                let clipped = (px[$i] - S::constant(from)) * S::constant(1.0 / (to - from));
                let clipped = clipped.max(S::constant(0.0)).min(S::constant(1.0));
                clipped.fma((level * S::constant(n[$i]) - px[$i]).max(S::constant(0.0)), px[$i])
            }};
        }
        [channel!(0), channel!(1), channel!(2)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::{Op, eval_f64};

    const NEUTRAL: [f64; 3] = [0.5, 1.0, 0.8];

    fn balanced(rgb: [f64; 3]) -> [f64; 3] {
        let out = eval_f64(&[Op::ClippedHighlights(ClippedHighlights { neutral: NEUTRAL })], rgb);
        std::array::from_fn(|i| out[i] / NEUTRAL[i])
    }

    #[test]
    fn a_neutral_highlight_stays_neutral_through_the_clip_of_green() {
        for level in [0.5, 1.0, 1.5, 1.9] {
            let sensor = NEUTRAL.map(|n| (n * level).min(1.0));
            let out = balanced(sensor);
            let (low, high) = (out.iter().copied().fold(f64::MAX, f64::min), out.iter().copied().fold(0.0, f64::max));
            assert!(high - low < 1e-9, "{level}: {out:?}");
            assert!((high - level).abs() < 1e-9, "{level}: {out:?}");
        }
        assert_eq!(balanced([1.0, 1.0, 1.0]), [2.0; 3]);
    }

    #[test]
    fn what_is_not_clipped_stays() {
        let rgb = [0.9, 0.1, 0.2];
        assert_eq!(eval_f64(&[Op::ClippedHighlights(ClippedHighlights { neutral: NEUTRAL })], rgb), rgb);
        // A red light clips in red alone and stays red.
        let out = balanced([1.0, 0.2, 0.1]);
        assert!((out[0] - 2.0).abs() < 1e-12 && (out[1] - 0.2).abs() < 1e-12);
    }
}
