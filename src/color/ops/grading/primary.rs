//! Primary grading: brightness, contrast, gamma; offset, exposure; lift, gain; saturation and clamps.

use super::{GradingStyle, Rgbm, check};
use crate::{
    color::{
        ops::{PixelKernel, cdl::LUMA},
        scalar::Scalar,
    },
    error::{Error, Result},
};

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

/// A primary grade, or its inverse. Saturation 0 is not undone; the inverse clamps first, and so to the same range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradingPrimary {
    style: GradingStyle,
    controls: PrimaryControls,
    inverse: bool,
}

/// The least gamma, contrast of the linear style and distance of the pivots.
const LEAST: f64 = 0.01;
/// Larger controls grade nothing, and would make infinities.
const MOST: f64 = 1000.0;
const MOST_STOPS: f64 = 20.0;

impl GradingPrimary {
    /// Errors name the control: a gamma or linear contrast below 0.01, pivots or clamps that are not in order, anything beyond 1000 or
    /// 20 stops.
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
            let most = if field == "exposure" { MOST_STOPS } else { MOST };
            check(field, &value.values(), if powers { LEAST } else { -most }, most)?;
        }
        check("saturation", &[c.saturation], -MOST, MOST)?;
        check("pivot", &[c.pivot], -MOST_STOPS, MOST_STOPS)?;
        check("pivot", &[c.pivot_black, c.pivot_white], -MOST, MOST)?;
        check("pivot", &[c.pivot_white - c.pivot_black], LEAST, f64::MAX)
            .map_err(|_| Error::invalid("black is not below white").field("pivot").value(format!("{} {}", c.pivot_black, c.pivot_white)))?;
        if let (Some(black), Some(white)) = (c.clamp_black, c.clamp_white)
            && (black > white || black.is_nan() || white.is_nan())
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

/// Brightness of 1 in the signal: 6.25 of 1023.
const BRIGHTNESS: f64 = 6.25 / 1023.0;
/// What a linear pivot of 0 stops is.
const MID_GRAY: f64 = 0.18;

/// What a grade does to a channel before saturation: `x * scale + offset`, then a power about `pivot` of what is `range` from it.
struct Channel {
    scale: f64,
    offset: f64,
    power: f64,
    pivot: f64,
    range: f64,
}

impl GradingPrimary {
    pub(in crate::color::ops) fn inverse(&self) -> Self {
        Self { inverse: !self.inverse, ..*self }
    }

    pub(in crate::color::ops) fn is_identity(&self) -> bool {
        let c = &self.controls;
        let free = c.saturation == 1.0 && c.clamp_black.is_none() && c.clamp_white.is_none();
        free && (0..3).all(|i| {
            let channel = self.channel(i);
            channel.scale == 1.0 && channel.offset == 0.0 && channel.power == 1.0
        })
    }

    /// A contrast or gain of 0 counts as 1, as in OpenColorIO.
    fn channel(&self, i: usize) -> Channel {
        let c = &self.controls;
        let (black, range) = (c.pivot_black, c.pivot_white - c.pivot_black);
        let divisor = |x: f64| if x == 0.0 { 1.0 } else { x };
        match self.style {
            GradingStyle::Log => {
                let contrast = if self.inverse { divisor(c.contrast.product()[i]) } else { c.contrast.product()[i] };
                let (brightness, pivot) = (c.brightness.sum()[i] * BRIGHTNESS, 0.5 + c.pivot * 0.5);
                let offset = brightness * contrast + pivot * (1.0 - contrast);
                Channel { scale: contrast, offset, power: 1.0 / c.gamma.product()[i], pivot: black, range }
            }
            GradingStyle::Linear => {
                let exposure = c.exposure.sum()[i].exp2();
                let offset = c.offset.sum()[i] * exposure;
                Channel { scale: exposure, offset, power: c.contrast.product()[i], pivot: 0.0, range: MID_GRAY * c.pivot.exp2() }
            }
            GradingStyle::Video => {
                let (lift, gain) = (c.lift.sum()[i], divisor(c.gain.product()[i]));
                let slope = range / divisor(c.pivot_white / gain + lift - black);
                let offset = (c.offset.sum()[i] + lift) * slope + black * (1.0 - slope);
                Channel { scale: slope, offset, power: 1.0 / c.gamma.product()[i], pivot: black, range }
            }
        }
    }

    pub(in crate::color::ops) fn kernel(&self) -> Kernel {
        let c = &self.controls;
        Kernel {
            channels: [0, 1, 2].map(|i| self.channel(i)),
            saturation: c.saturation,
            black: c.clamp_black,
            white: c.clamp_white,
            inverse: self.inverse,
        }
    }
}

impl Channel {
    #[inline(always)]
    fn forward<S: Scalar>(&self, x: S) -> S {
        if self.power == 1.0 {
            return x.affine(self.scale, self.offset);
        }
        let distance = x.affine(self.scale / self.range, (self.offset - self.pivot) / self.range);
        distance.abs().powf(self.power).copysign(distance).affine(self.range, self.pivot)
    }

    #[inline(always)]
    fn backward<S: Scalar>(&self, x: S) -> S {
        let (scale, offset) = (1.0 / self.scale, -self.offset / self.scale);
        if self.power == 1.0 {
            return x.affine(scale, offset);
        }
        let distance = x.affine(1.0 / self.range, -self.pivot / self.range);
        let distance = distance.abs().powf(1.0 / self.power).copysign(distance);
        distance.affine(self.range * scale, self.pivot * scale + offset)
    }
}

/// Distance from luma times `by`.
#[inline(always)]
fn saturate<S: Scalar>(px: [S; 3], by: f64) -> [S; 3] {
    if by == 1.0 {
        return px;
    }
    let luma = px[0].fma(S::constant(LUMA[0]), px[1].fma(S::constant(LUMA[1]), px[2] * S::constant(LUMA[2])));
    let by = S::constant(by);
    [(px[0] - luma).fma(by, luma), (px[1] - luma).fma(by, luma), (px[2] - luma).fma(by, luma)]
}

/// A grade made ready for pixels.
pub(in crate::color::ops) struct Kernel {
    channels: [Channel; 3],
    saturation: f64,
    black: Option<f64>,
    white: Option<f64>,
    inverse: bool,
}

impl Kernel {
    #[inline(always)]
    fn clamp<S: Scalar>(&self, mut x: S) -> S {
        if let Some(black) = self.black {
            x = x.max(S::constant(black));
        }
        if let Some(white) = self.white {
            x = x.min(S::constant(white));
        }
        x
    }
}

impl PixelKernel for Kernel {
    #[inline(always)]
    fn eval<S: Scalar>(&self, px: [S; 3]) -> [S; 3] {
        let channels = &self.channels;
        if self.inverse {
            let px = [self.clamp(px[0]), self.clamp(px[1]), self.clamp(px[2])];
            let px = saturate(px, if self.saturation == 0.0 { 1.0 } else { 1.0 / self.saturation });
            [channels[0].backward(px[0]), channels[1].backward(px[1]), channels[2].backward(px[2])]
        } else {
            let px = [channels[0].forward(px[0]), channels[1].forward(px[1]), channels[2].forward(px[2])];
            let px = saturate(px, self.saturation);
            [self.clamp(px[0]), self.clamp(px[1]), self.clamp(px[2])]
        }
    }
}
