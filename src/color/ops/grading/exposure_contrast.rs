//! Exposure and contrast about a pivot, for viewing.

use super::GradingStyle;
use crate::color::{ops::ChannelKernel, scalar::Scalar};

/// Exposure in stops, contrast and gamma, on light or on code values.
///
/// Contrast and gamma multiply: both bend about the pivot. With 1 for their product, only exposure is left, and negatives pass;
/// else negatives of the linear and video styles become 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExposureContrast {
    pub style: GradingStyle,
    /// Stops; held within 60 up and down.
    pub exposure: f64,
    pub contrast: f64,
    pub gamma: f64,
    /// What contrast leaves where it is, in linear light whatever the style. 0.18 is usual.
    pub pivot: f64,
    /// Code values of a stop, for [`GradingStyle::Log`].
    pub log_exposure_step: f64,
    /// The code value of 0.18, for [`GradingStyle::Log`].
    pub log_mid_gray: f64,
    /// Whether this undoes the change.
    pub inverse: bool,
}

/// The least pivot and product of contrast and gamma.
const LEAST: f64 = 0.001;
/// The most stops, either way.
const MOST_STOPS: f64 = 60.0;
/// What makes light of exposure the code value of a display: the power of the video style.
const VIDEO_POWER: f64 = 1.0 / 1.83;
/// Mid grey, which [`ExposureContrast::log_mid_gray`] is the code value of.
const MID_GRAY: f64 = 0.18;

impl ExposureContrast {
    /// Exposure, contrast and gamma that change nothing; the pivot and log steps that OpenColorIO begins with.
    pub const fn neutral(style: GradingStyle) -> Self {
        Self {
            style,
            exposure: 0.0,
            contrast: 1.0,
            gamma: 1.0,
            pivot: MID_GRAY,
            log_exposure_step: 0.088,
            log_mid_gray: 0.435,
            inverse: false,
        }
    }

    pub(in crate::color::ops) fn inverse(&self) -> Self {
        Self { inverse: !self.inverse, ..*self }
    }

    pub(in crate::color::ops) fn is_identity(&self) -> bool {
        self.exposure == 0.0 && self.power() == 1.0
    }

    fn power(&self) -> f64 {
        (self.contrast * self.gamma).max(LEAST)
    }

    fn stops(&self) -> f64 {
        self.exposure.clamp(-MOST_STOPS, MOST_STOPS)
    }

    /// Exposure as a factor, and the pivot, of linear light or display code values.
    fn linear(&self) -> (f64, f64) {
        let power = if self.style == GradingStyle::Video { VIDEO_POWER } else { 1.0 };
        ((self.stops() * power).exp2(), self.pivot.max(LEAST).powf(power))
    }

    /// Exposure in code values, and the code value of the pivot.
    fn logarithmic(&self) -> (f64, f64) {
        let stops = (self.pivot.max(LEAST) / MID_GRAY).log2();
        (self.stops() * self.log_exposure_step, (stops * self.log_exposure_step + self.log_mid_gray).max(0.0))
    }
}

/// `x * scale + offset`, then a power times a factor.
pub(in crate::color::ops) struct Kernel {
    scale: f64,
    offset: f64,
    power: Option<(f64, f64)>,
}

impl ExposureContrast {
    pub(in crate::color::ops) fn kernel(&self) -> Kernel {
        let power = self.power();
        if self.style == GradingStyle::Log {
            let (exposure, pivot) = self.logarithmic();
            let offset = if self.inverse { pivot - pivot / power - exposure } else { (exposure - pivot) * power + pivot };
            return Kernel { scale: if self.inverse { 1.0 / power } else { power }, offset, power: None };
        }
        let (exposure, pivot) = self.linear();
        let (scale, power) = match (self.inverse, power == 1.0) {
            (false, true) => (exposure, None),
            (true, true) => (1.0 / exposure, None),
            (false, false) => (exposure / pivot, Some((power, pivot))),
            (true, false) => (1.0 / pivot, Some((1.0 / power, pivot / exposure))),
        };
        Kernel { scale, offset: 0.0, power }
    }
}

impl ChannelKernel for Kernel {
    #[inline(always)]
    fn eval<S: Scalar>(&self, x: S) -> S {
        let x = x.affine(self.scale, self.offset);
        match self.power {
            Some((power, factor)) => x.powf(power).affine(factor, 0.0),
            None => x,
        }
    }
}
