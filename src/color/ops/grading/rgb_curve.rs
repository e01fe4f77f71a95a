//! Curves on red, green, blue and all three.

use super::{ControlPoints, GradingStyle, log::stops, spline::Spline};
use crate::{
    color::{
        ops::{
            ChannelKernel,
            curve::{Log, Shape},
        },
        scalar::Scalar,
    },
    error::Result,
};

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
    channels: [CurveChannel; 3],
}

/// What the curves do to a channel: its own, then that of all.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::color::ops) struct CurveChannel {
    log: Option<Log>,
    curves: Vec<Spline>,
}

impl GradingRgbCurve {
    /// In the linear style the curves are drawn over stops about 0.18, unless `bypass_lin_to_log` says over light itself.
    /// Errors name the curve: fewer than two points, points not in order or at one x, slopes that do not belong to points.
    pub fn new(style: GradingStyle, curves: RgbCurves, bypass_lin_to_log: bool) -> Result<Self> {
        for (field, points) in [("red", &curves.red), ("green", &curves.green), ("blue", &curves.blue), ("master", &curves.master)] {
            points.check(field, true)?;
            points.check_apart(field)?;
        }
        Ok(Self::build(style, curves, bypass_lin_to_log, false))
    }

    fn build(style: GradingStyle, curves: RgbCurves, bypass_lin_to_log: bool, inverse: bool) -> Self {
        let log = (style == GradingStyle::Linear && !bypass_lin_to_log).then(stops);
        let channels = [&curves.red, &curves.green, &curves.blue].map(|own| {
            let mut curves = vec![own.tone_curve(inverse), curves.master.tone_curve(inverse)];
            if inverse {
                curves.reverse();
            }
            CurveChannel { log: log.clone(), curves: curves.into_iter().flatten().collect() }
        });
        Self { style, curves, bypass_lin_to_log, inverse, channels }
    }

    pub(in crate::color::ops) fn inverse(&self) -> Self {
        Self::build(self.style, self.curves.clone(), self.bypass_lin_to_log, !self.inverse)
    }

    pub(in crate::color::ops) fn is_identity(&self) -> bool {
        self.channels.iter().all(|c| c.curves.is_empty())
    }

    pub(in crate::color::ops) fn channel(&self, i: usize) -> &CurveChannel {
        &self.channels[i]
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

impl ChannelKernel for CurveChannel {
    #[inline(always)]
    fn eval<S: Scalar>(&self, x: S) -> S {
        let mut y = match &self.log {
            Some(log) => log.encode(x),
            None => x,
        };
        for curve in &self.curves {
            y = curve.eval(y);
        }
        match &self.log {
            Some(log) => log.decode(y),
            None => y,
        }
    }
}
