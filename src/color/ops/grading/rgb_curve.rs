//! Curves on red, green, blue and all three.

use super::{ControlPoints, GradingStyle};
use crate::error::Result;

/// The four curves of an [`GradingRgbCurve`]: those of the channels first, then that of all.
#[derive(Clone, Debug, PartialEq)]
pub struct RgbCurves {
    pub red: ControlPoints,
    pub green: ControlPoints,
    pub blue: ControlPoints,
    pub master: ControlPoints,
}

impl RgbCurves {
    /// Straight curves, with the points that OpenColorIO gives each style.
    pub fn neutral(style: GradingStyle) -> Self {
        let line = match style {
            GradingStyle::Linear => ControlPoints::new([[-7.0, -7.0], [0.0, 0.0], [7.0, 7.0]]),
            GradingStyle::Log | GradingStyle::Video => ControlPoints::new([[0.0, 0.0], [0.5, 0.5], [1.0, 1.0]]),
        };
        Self { red: line.clone(), green: line.clone(), blue: line.clone(), master: line }
    }
}

/// Curves on the channels, or their inverse.
#[derive(Clone, Debug, PartialEq)]
pub struct GradingRgbCurve {
    style: GradingStyle,
    curves: RgbCurves,
    bypass_lin_to_log: bool,
    inverse: bool,
}

impl GradingRgbCurve {
    /// In the linear style the curves are drawn over stops about 0.18, unless `bypass_lin_to_log` says over light itself.
    /// Errors name the curve: fewer than two points, points not in order, slopes that do not belong to points.
    pub fn new(style: GradingStyle, curves: RgbCurves, bypass_lin_to_log: bool) -> Result<Self> {
        for (field, points) in [("red", &curves.red), ("green", &curves.green), ("blue", &curves.blue), ("master", &curves.master)] {
            points.check(field, 2)?;
        }
        Ok(Self { style, curves, bypass_lin_to_log, inverse: false })
    }
    pub fn style(&self) -> GradingStyle {
        self.style
    }
    pub fn curves(&self) -> &RgbCurves {
        &self.curves
    }
    pub fn bypasses_lin_to_log(&self) -> bool {
        self.bypass_lin_to_log
    }
    pub fn is_inverse(&self) -> bool {
        self.inverse
    }
}
