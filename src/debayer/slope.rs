//! How steep the log domain is at black.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Slope of the log domain at black. In a document a number, or `"auto"`.
///
/// From 0 to the reciprocal of the slope the domain is all but a straight line. Interpolation there keeps the mean of noise; where it
/// takes logarithms of noise it lowers it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Slope {
    /// As the noise of the clip asks for: a plan puts [`Slope::for_variance`] in its place, the debayer itself takes it for no noise.
    Auto,
    /// Per unit of sensor clip.
    #[serde(untagged)]
    Fixed(f64),
}

impl Slope {
    /// With 4 stops between diffuse white and clip, 256 a unit of diffuse white, somewhat above where the log curves of cameras sit.
    /// MHC on scene-linear pictures gains 13 dB by it. Without noise the optimum is flat (1024 to 4096); its upper end costs fusion
    /// least where the white balance is left for later (0.4 dB for gains of 2, 1, 1.67; with 2048 0.7 dB).
    const STEEPEST: f64 = 4096.0;
    /// Straight to 1/64 of clip: what has more noise than that asks for has no shadows.
    const GENTLEST: f64 = 64.0;
    /// In half octaves, so that what little the measured noise of two clips of one camera differs makes no other picture.
    const STEPS: [f64; 13] =
        [Self::STEEPEST, 2896.0, 2048.0, 1448.0, 1024.0, 724.0, 512.0, 362.0, 256.0, 181.0, 128.0, 91.0, Self::GENTLEST];
    /// The darkest light whose mean is kept, per unit of sensor clip: nine stops below it.
    pub const DARKEST: f64 = 1.0 / 512.0;
    /// How far below itself that mean may come out.
    const LOSS: f64 = 0.01;
    /// Share of the variance of a sample that interpolation takes out, and with it its part of the mean. Measured on flat fields of
    /// 0.2 to 2 % of clip with a deviation of 0.0004 to 0.0019, at every slope from 64 to 4096: 0.20 to 0.25 for fusion, MLRI and
    /// premium, if the rest of [`Slope::for_variance`] is right.
    const TAKEN: f64 = 0.24;

    /// The steepest slope that keeps the mean of the light [`DARKEST`](Self::DARKEST), whose samples have the given variance: the mean of
    /// `ln(1 + s x)` is low by half of the variance over `(x + 1 / s)^2` (its second-order term), so light is by half of it over `x + 1 / s`.
    /// To the nearest of the steps.
    ///
    /// What it costs where there is detail, on the HDR images with noise of that kind (RGGB, ACEScct): nothing up to a deviation of 0.00045
    /// of clip in the dark; at 0.0008 (slope 181) fusion 0.06 dB, premium 0.04 and MHC 0.36; at 0.0013 (64) 0.04, 0.02 and 0.46.
    pub fn for_variance(variance: f64) -> Slope {
        /// Half of a half octave: the fourth root of 2.
        const HALF_STEP: f64 = 1.189_207_115_002_721;
        let straight = (Self::TAKEN * variance / (2.0 * Self::DARKEST * Self::LOSS) - Self::DARKEST).max(0.0);
        let near = Self::STEPS.into_iter().find(|slope| slope * straight <= HALF_STEP);
        Slope::Fixed(near.unwrap_or(Self::GENTLEST))
    }

    /// Per unit of sensor clip.
    pub fn value(self) -> f64 {
        match self {
            Slope::Auto => Self::STEEPEST,
            Slope::Fixed(slope) => slope,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_makes_it_gentler() {
        let steps = [(0.0, 4096.0), (3.6e-8, 4096.0), (1.14e-6, 181.0), (1.28e-6, 181.0), (1.45e-6, 128.0), (3e-6, 64.0), (1e9, 64.0)];
        for (variance, slope) in steps {
            assert_eq!(Slope::for_variance(variance), Slope::Fixed(slope), "{variance}");
        }
        for nonsense in [f64::NAN, f64::NEG_INFINITY, -1.0] {
            assert_eq!(Slope::for_variance(nonsense).value(), Slope::Auto.value());
        }
        // Never steeper with more noise, and as near to what was asked for as a half octave allows.
        let mut before = f64::INFINITY;
        for i in 1..4000 {
            let variance = f64::from(i) * 1e-9;
            let slope = Slope::for_variance(variance).value();
            assert!(slope <= before);
            before = slope;
            let wanted = 1.0 / (0.24 * variance / (0.02 / 512.0) - 1.0 / 512.0);
            if (64.0..4096.0).contains(&wanted) {
                assert!((slope / wanted).log2().abs() < 0.26, "{variance}: {slope}, not {wanted}");
            }
        }
    }

    #[test]
    fn a_document_holds_a_number_or_auto() {
        for (text, slope) in [("\"auto\"", Slope::Auto), ("4096.0", Slope::Fixed(4096.0)), ("256", Slope::Fixed(256.0))] {
            assert_eq!(serde_json::from_str::<Slope>(text).unwrap(), slope);
        }
        assert_eq!(serde_json::to_string(&[Slope::Auto, Slope::Fixed(256.0)]).unwrap(), r#"["auto",256.0]"#);
        for text in ["\"steep\"", "null", "[1.0]", "{}"] {
            assert!(serde_json::from_str::<Slope>(text).is_err(), "{text}");
        }
    }
}
