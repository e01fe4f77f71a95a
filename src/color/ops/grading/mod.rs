//! The grading ops of OpenColorIO and of CTF files: exposure and contrast, primaries, tone zones, curves.
//!
//! What they compute was first Autodesk's; OpenColorIO 2.1 and 2.5 brought it into the open. The formulas follow OpenColorIO
//! 2.6, in exact arithmetic.

mod exposure_contrast;
mod hue;
mod log;
mod points;
mod primary;
mod rgb_curve;
mod spline;
mod tone;
mod zones;

pub use exposure_contrast::ExposureContrast;
pub use hue::{GradingHueCurve, HueCurves};
pub use points::ControlPoints;
pub use primary::{GradingPrimary, PrimaryControls};
pub use rgb_curve::{GradingRgbCurve, RgbCurves};
pub use tone::{GradingTone, ToneControls, Zone};

use crate::error::{Error, Result};

/// The kind of values that are graded, which decides what a control does and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GradingStyle {
    /// Logarithmic code values, 0..1.
    Log,
    /// Scene-linear light, 0.18 for mid grey.
    Linear,
    /// Display code values, 0..1.
    Video,
}

/// A control of each channel, and one that moves all three.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rgbm {
    pub rgb: [f64; 3],
    pub master: f64,
}

impl Rgbm {
    pub const fn new(rgb: [f64; 3], master: f64) -> Self {
        Self { rgb, master }
    }
    const ZERO: Self = Self::new([0.0; 3], 0.0);
    const ONE: Self = Self::new([1.0; 3], 1.0);

    fn sum(&self) -> [f64; 3] {
        self.rgb.map(|x| x + self.master)
    }
    fn product(&self) -> [f64; 3] {
        self.rgb.map(|x| x * self.master)
    }
    fn values(&self) -> [f64; 4] {
        let [r, g, b] = self.rgb;
        [r, g, b, self.master]
    }
}

/// Refuses what is no number or not within `low..=high`. Bounds count as met within a millionth, as in OpenColorIO.
fn check(field: &str, values: &[f64], low: f64, high: f64) -> Result<()> {
    match values.iter().find(|&&v| !(v.is_finite() && (low - 1e-6..=high + 1e-6).contains(&v))) {
        None => Ok(()),
        Some(v) if !v.is_finite() => Err(Error::invalid("not a number").field(field).value(v)),
        Some(v) if *v < low => Err(Error::invalid(format!("below {low}")).field(field).value(v)),
        Some(v) => Err(Error::invalid(format!("above {high}")).field(field).value(v)),
    }
}
