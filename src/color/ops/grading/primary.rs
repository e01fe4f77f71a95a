//! Primary grading: brightness, contrast, gamma; offset, exposure; lift, gain; saturation and clamps.

use super::{GradingStyle, Rgbm, check};
use crate::error::{Error, Result};

/// What a primary grade is set to. Each style looks at some of these and leaves the others aside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PrimaryControls {
    /// Log. 1 is 6.25 / 1023 of the signal.
    pub brightness: Rgbm,
    /// Log, linear: about `pivot`.
    pub contrast: Rgbm,
    /// Log, video: between the pivots of black and white.
    pub gamma: Rgbm,
    /// Linear, video.
    pub offset: Rgbm,
    /// Linear: stops.
    pub exposure: Rgbm,
    /// Video: moves black.
    pub lift: Rgbm,
    /// Video: moves white.
    pub gain: Rgbm,
    /// All, with the luma of ITU-R BT.709.
    pub saturation: f64,
    /// Log: -1..1 for the signal 0..1. Linear: stops above 0.18.
    pub pivot: f64,
    pub pivot_black: f64,
    pub pivot_white: f64,
    /// Nothing is clamped where these are `None`.
    pub clamp_black: Option<f64>,
    pub clamp_white: Option<f64>,
}

impl PrimaryControls {
    /// Controls that change nothing. The pivot is what OpenColorIO gives each style.
    pub const fn neutral(style: GradingStyle) -> Self {
        Self {
            brightness: Rgbm::ZERO,
            contrast: Rgbm::ONE,
            gamma: Rgbm::ONE,
            offset: Rgbm::ZERO,
            exposure: Rgbm::ZERO,
            lift: Rgbm::ZERO,
            gain: Rgbm::ONE,
            saturation: 1.0,
            pivot: if matches!(style, GradingStyle::Log) { -0.2 } else { 0.18 },
            pivot_black: 0.0,
            pivot_white: 1.0,
            clamp_black: None,
            clamp_white: None,
        }
    }
}

/// A primary grade, or its inverse.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradingPrimary {
    style: GradingStyle,
    controls: PrimaryControls,
    inverse: bool,
}

/// The least gamma, contrast of the linear style and distance of the pivots.
const LEAST: f64 = 0.01;

impl GradingPrimary {
    /// Errors name the control: a gamma or linear contrast below 0.01, pivots or clamps that are not in order.
    pub fn new(style: GradingStyle, controls: PrimaryControls) -> Result<Self> {
        let c = &controls;
        for (field, value) in [
            ("brightness", c.brightness),
            ("contrast", c.contrast),
            ("gamma", c.gamma),
            ("offset", c.offset),
            ("exposure", c.exposure),
            ("lift", c.lift),
            ("gain", c.gain),
        ] {
            let powers = if style == GradingStyle::Linear { field == "contrast" } else { field == "gamma" };
            check(field, &value.values(), if powers { LEAST } else { f64::MIN }, f64::MAX)?;
        }
        check("saturation", &[c.saturation], f64::MIN, f64::MAX)?;
        check("pivot", &[c.pivot, c.pivot_black, c.pivot_white], f64::MIN, f64::MAX)?;
        check("pivot", &[c.pivot_white - c.pivot_black], LEAST, f64::MAX)
            .map_err(|_| Error::invalid("black is not below white").field("pivot").value(format!("{} {}", c.pivot_black, c.pivot_white)))?;
        if let (Some(black), Some(white)) = (c.clamp_black, c.clamp_white)
            && !(black <= white)
        {
            return Err(Error::invalid("black is above white").field("clamp").value(format!("{black} {white}")));
        }
        Ok(Self { style, controls, inverse: false })
    }
    pub fn style(&self) -> GradingStyle {
        self.style
    }
    pub fn controls(&self) -> &PrimaryControls {
        &self.controls
    }
    pub fn is_inverse(&self) -> bool {
        self.inverse
    }
}
