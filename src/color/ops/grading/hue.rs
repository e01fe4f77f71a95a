//! Curves over hue, saturation and luma.

use super::{ControlPoints, GradingStyle};
use crate::error::Result;

/// The curves of a [`GradingHueCurve`]: the first word says over what a curve is drawn, the second what it moves. Hue is 0..1
/// from magenta over red.
#[derive(Clone, Debug, PartialEq)]
pub struct HueCurves {
    /// The hue that a hue becomes.
    pub hue_hue: ControlPoints,
    /// A gain of saturation.
    pub hue_sat: ControlPoints,
    /// A gain of luma.
    pub hue_lum: ControlPoints,
    /// A gain of saturation.
    pub lum_sat: ControlPoints,
    /// The saturation that a saturation becomes.
    pub sat_sat: ControlPoints,
    /// The luma that a luma becomes.
    pub lum_lum: ControlPoints,
    /// A gain of luma.
    pub sat_lum: ControlPoints,
    /// What is added to hue.
    pub hue_fx: ControlPoints,
}

impl HueCurves {
    /// Curves that change nothing, with the points that OpenColorIO gives each style.
    pub fn neutral(style: GradingStyle) -> Self {
        let hues = |y: fn(f64) -> f64| ControlPoints::new((0..6).map(|i| f64::from(i) / 6.0).map(|x| [x, y(x)]).collect::<Vec<_>>());
        let (low, middle, high) = if style == GradingStyle::Linear { (-7.0, 0.0, 7.0) } else { (0.0, 0.5, 1.0) };
        Self {
            hue_hue: hues(|x| x),
            hue_sat: hues(|_| 1.0),
            hue_lum: hues(|_| 1.0),
            lum_sat: ControlPoints::new([[low, 1.0], [middle, 1.0], [high, 1.0]]),
            sat_sat: ControlPoints::new([[0.0, 0.0], [0.5, 0.5], [1.0, 1.0]]),
            lum_lum: ControlPoints::new([[low, low], [middle, middle], [high, high]]),
            sat_lum: ControlPoints::new([[0.0, 1.0], [0.5, 1.0], [1.0, 1.0]]),
            hue_fx: hues(|_| 0.0),
        }
    }
}

/// Curves over hue, saturation and luma, or their inverse.
#[derive(Clone, Debug, PartialEq)]
pub struct GradingHueCurve {
    style: GradingStyle,
    curves: HueCurves,
    hsy: bool,
    inverse: bool,
}

impl GradingHueCurve {
    /// Takes RGB, or hue, saturation and luma already if not `from_rgb`. Errors name the curve.
    pub fn new(style: GradingStyle, curves: HueCurves, from_rgb: bool) -> Result<Self> {
        for (field, points, rises) in [
            ("hue_hue", &curves.hue_hue, true),
            ("hue_sat", &curves.hue_sat, false),
            ("hue_lum", &curves.hue_lum, false),
            ("lum_sat", &curves.lum_sat, false),
            ("sat_sat", &curves.sat_sat, true),
            ("lum_lum", &curves.lum_lum, true),
            ("sat_lum", &curves.sat_lum, false),
            ("hue_fx", &curves.hue_fx, false),
        ] {
            points.check(field, rises)?;
        }
        Ok(Self { style, curves, hsy: from_rgb, inverse: false })
    }
    pub fn style(&self) -> GradingStyle {
        self.style
    }
    pub fn curves(&self) -> &HueCurves {
        &self.curves
    }
    pub fn is_inverse(&self) -> bool {
        self.inverse
    }
}
