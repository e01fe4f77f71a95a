//! Exposure and contrast about a pivot, for viewing.

use super::GradingStyle;

/// Exposure in stops, contrast and gamma, on light or on code values.
///
/// Contrast and gamma multiply: both bend about the pivot. With 1 for their product, only exposure is left, and negatives pass;
/// else negatives of the linear and video styles become 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExposureContrast {
    pub style: GradingStyle,
    /// Stops.
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
