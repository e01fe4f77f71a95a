//! Tone grading: blacks, shadows, midtones, highlights, whites and an S-shaped contrast.

use super::{
    GradingStyle, check,
    log::stops,
    zones::{self, Stage},
};
use crate::{
    color::{
        ops::{
            ChannelKernel,
            curve::{Log, Shape},
        },
        scalar::Scalar,
    },
    error::{Error, Result},
};

/// A part of the tone scale. Controls of 1 leave it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Zone {
    pub rgb: [f64; 3],
    pub master: f64,
    /// Where the zone begins; of midtones, their centre.
    pub start: f64,
    /// How wide it is; of shadows and highlights, the pivot beyond which it ends.
    pub width: f64,
}

/// What a tone grade is set to. Positions are code values of 0..1, or stops about 0.18 in the linear style.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ToneControls {
    pub blacks: Zone,
    pub shadows: Zone,
    pub midtones: Zone,
    pub highlights: Zone,
    pub whites: Zone,
    pub s_contrast: f64,
}

impl Zone {
    pub const fn new(rgb: [f64; 3], master: f64, start: f64, width: f64) -> Self {
        Self { rgb, master, start, width }
    }
    const fn neutral(start: f64, width: f64) -> Self {
        Self::new([1.0; 3], 1.0, start, width)
    }
}

impl ToneControls {
    /// Controls that change nothing, with the zones where OpenColorIO has them.
    pub const fn neutral(style: GradingStyle) -> Self {
        let zones = match style {
            GradingStyle::Log => [(0.4, 0.4), (0.5, 0.0), (0.4, 0.6), (0.3, 1.0), (0.4, 0.5)],
            GradingStyle::Linear => [(0.0, 4.0), (2.0, -7.0), (0.0, 8.0), (-2.0, 9.0), (0.0, 8.0)],
            GradingStyle::Video => [(0.4, 0.4), (0.6, 0.0), (0.4, 0.7), (0.2, 1.0), (0.5, 0.5)],
        };
        let [blacks, shadows, midtones, highlights, whites] = zones;
        Self {
            blacks: Zone::neutral(blacks.0, blacks.1),
            shadows: Zone::neutral(shadows.0, shadows.1),
            midtones: Zone::neutral(midtones.0, midtones.1),
            highlights: Zone::neutral(highlights.0, highlights.1),
            whites: Zone::neutral(whites.0, whites.1),
            s_contrast: 1.0,
        }
    }
}

/// A tone grade, or its inverse. Results above 65504 are clamped to that, both ways.
#[derive(Clone, Debug, PartialEq)]
pub struct GradingTone {
    style: GradingStyle,
    controls: ToneControls,
    inverse: bool,
    channels: [ToneChannel; 3],
}

/// What a grade does to a channel: one curve after the other.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::color::ops) struct ToneChannel {
    log: Option<Log>,
    stages: Vec<Stage>,
}

/// The largest half float, which results are held to.
const LARGEST: f64 = 65504.0;

impl GradingTone {
    /// Errors name the zone: controls are 0.1 to 1.9 (shadows and highlights 0.2 to 1.8, S-contrast 0.01 to 1.99), zones at least
    /// 0.01 wide.
    pub fn new(style: GradingStyle, controls: ToneControls) -> Result<Self> {
        let c = &controls;
        for (field, zone, low, high) in [
            ("blacks", &c.blacks, 0.1, 1.9),
            ("shadows", &c.shadows, 0.2, 1.8),
            ("midtones", &c.midtones, 0.1, 1.9),
            ("highlights", &c.highlights, 0.2, 1.8),
            ("whites", &c.whites, 0.1, 1.9),
        ] {
            let [r, g, b] = zone.rgb;
            check(field, &[r, g, b, zone.master], low, high)?;
            check(field, &[zone.start, zone.width], -1000.0, 1000.0)?;
            let width = match field {
                "shadows" => zone.start - zone.width,
                "highlights" => zone.width - zone.start,
                _ => zone.width,
            };
            check(field, &[width], 0.01, 2000.0).map_err(|_| Error::invalid("narrower than 0.01").field(field).value(width))?;
        }
        check("s_contrast", &[c.s_contrast], 0.01, 1.99)?;
        Ok(Self::build(style, controls, false))
    }

    fn build(style: GradingStyle, controls: ToneControls, inverse: bool) -> Self {
        let channels = [0, 1, 2].map(|i| ToneChannel::new(style, &controls, i, inverse));
        Self { style, controls, inverse, channels }
    }

    pub(in crate::color::ops) fn inverse(&self) -> Self {
        Self::build(self.style, self.controls, !self.inverse)
    }

    /// Positions of zones that are not used do not matter.
    pub(in crate::color::ops) fn is_identity(&self) -> bool {
        self.channels.iter().all(|c| c.stages.is_empty())
    }

    pub(in crate::color::ops) fn channel(&self, i: usize) -> &ToneChannel {
        &self.channels[i]
    }

    pub fn style(&self) -> GradingStyle {
        self.style
    }
    pub fn controls(&self) -> &ToneControls {
        &self.controls
    }
    pub fn is_inverse(&self) -> bool {
        self.inverse
    }
}

impl ToneChannel {
    fn new(style: GradingStyle, c: &ToneControls, i: usize, inverse: bool) -> Self {
        let log = (style == GradingStyle::Linear).then(stops);
        let range = if log.is_some() { [-5.5, 7.5] } else { [0.0, 1.0] };
        let (whites, blacks) = (zones::whites_range(c), zones::blacks_range(c));
        let mut stages = vec![
            zones::midtones(c.midtones.rgb[i], &c.midtones, range, inverse),
            zones::midtones(c.midtones.master, &c.midtones, range, inverse),
            zones::highlights(c.highlights.rgb[i], &c.highlights, inverse),
            zones::highlights(c.highlights.master, &c.highlights, inverse),
            zones::whites(c.whites.rgb[i], whites, inverse),
            zones::whites(c.whites.master, whites, inverse),
            zones::shadows(c.shadows.rgb[i], &c.shadows, inverse),
            zones::shadows(c.shadows.master, &c.shadows, inverse),
            zones::blacks(c.blacks.rgb[i], blacks, inverse),
            zones::blacks(c.blacks.master, blacks, inverse),
            zones::s_contrast(c.s_contrast, style, inverse),
        ];
        if inverse {
            stages.reverse();
        }
        Self { log, stages: stages.into_iter().flatten().collect() }
    }
}

impl ChannelKernel for ToneChannel {
    #[inline(always)]
    fn eval<S: Scalar>(&self, x: S) -> S {
        let mut y = match &self.log {
            Some(log) => log.encode(x),
            None => x,
        };
        for stage in &self.stages {
            y = stage.eval(y);
        }
        if let Some(log) = &self.log {
            y = log.decode(y);
        }
        y.min(S::constant(LARGEST))
    }
}
