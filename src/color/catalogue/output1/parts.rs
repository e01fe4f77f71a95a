//! What ACES 1 output transforms are made of. The steps and their order are those of the Academy's CTL.

use crate::color::{
    ops::{
        Ootf, Op, Range, Surround, Sweeteners, ToneScale, WhiteRolloff,
        curve::{Curve, Hlg, MonCurve, Negatives, Power, Pq},
    },
    rgb::{self, ACES_WHITE, AP0_TO_AP1, AP1_TO_AP0, AP1_TO_XYZ, Chromaticities, D65, DCI_WHITE, Mat3},
};

/// Largest finite number of half precision: what the RRT takes at most.
const HALF_MAX: f64 = 65504.0;
/// Of the RRT's global desaturation, and of the one in ODTs for video, which compensates for their luminance.
const RRT_SATURATION: f64 = 0.96;
const VIDEO_SATURATION: f64 = 0.93;
/// Scale that keeps D60 at white within the range of a D65 monitor.
const VIDEO_D60_FIT: f64 = 0.955;
/// Part of the range below white that is bent on P3-DCI projectors.
const ROLL_WIDTH: f64 = 0.5;

/// Distance from the luminance of AP1, times `by`.
const fn saturate(by: f64) -> Mat3 {
    let luma = AP1_TO_XYZ[1];
    let mut out = [[0.0; 3]; 3];
    let mut i = 0;
    while i < 3 {
        let mut j = 0;
        while j < 3 {
            out[i][j] = (1.0 - by) * luma[j] + if i == j { by } else { 0.0 };
            j += 1;
        }
        i += 1;
    }
    out
}

/// ACES2065-1 to linear AP1 as the tone scale takes it: glow, red modifier, desaturation.
fn sweetened() -> Vec<Op> {
    vec![
        Op::Sweeteners(Sweeteners::default()),
        at_least_zero(),
        Op::matrix(AP0_TO_AP1),
        Op::clamp(0.0, HALF_MAX),
        Op::matrix(saturate(RRT_SATURATION)),
    ]
}

fn at_least_zero() -> Op {
    Op::Range(Range::clamp(Some(0.0), None))
}

/// ACES2065-1 to OCES.
pub fn rendering() -> Vec<Op> {
    let mut ops = sweetened();
    ops.extend([Op::ToneScale(ToneScale::rendering()), Op::matrix(AP1_TO_AP0)]);
    ops
}

/// How code values are made of linear light.
#[derive(Clone, Copy)]
pub enum Encoding {
    /// 0..1.
    Gamma(f64),
    Srgb,
    /// 1.0 = 100 nit.
    Pq,
    /// Of 1000 nit, from 1.0 = 100 nit.
    Hlg,
}
pub const GAMMA26: Encoding = Encoding::Gamma(2.6);
pub const BT1886: Encoding = Encoding::Gamma(2.4);

impl Encoding {
    fn ops(self) -> Vec<Op> {
        let negatives = Negatives::Clamp;
        match self {
            Self::Gamma(exponent) => vec![Op::curve(Curve::encode(Power { exponent, negatives }))],
            Self::Srgb => vec![Op::curve(Curve::encode(MonCurve { gamma: 2.4, offset: 0.055, negatives }))],
            Self::Pq => vec![Op::curve(Curve::encode(Pq))],
            Self::Hlg => vec![Op::scale(0.1), Op::Ootf(Ootf::new(1.0 / 1.2)), Op::curve(Curve::encode(Hlg { white: 1.0 }))],
        }
    }
}

/// What an output ends on.
#[derive(Clone, Copy)]
pub enum Display {
    Rgb(Chromaticities, Encoding),
    /// X'Y'Z' with 48 nit at 48 / 52.37 (SMPTE ST 428-1). Nothing above white is cut off.
    Dcdm,
}

/// An output in standard dynamic range, by the 48 nit tone scale.
#[derive(Clone, Copy)]
pub struct Sdr {
    /// For a dim surround and 100 nit, not a cinema.
    video: bool,
    /// Which white the viewer takes for white: what is white in ACES comes out so.
    white: [f64; 2],
    fit: Fit,
    limit: Option<Chromaticities>,
}

/// How a white that is not the display's is kept within its range.
#[derive(Clone, Copy)]
enum Fit {
    None,
    /// By scale.
    Scale(f64),
    /// Bent to this white, then by scale.
    Roll(f64, f64),
}

pub const CINEMA: Sdr = Sdr { video: false, white: D65, fit: Fit::None, limit: None };
pub const CINEMA_D60: Sdr = Sdr { white: ACES_WHITE, ..CINEMA };
pub const VIDEO: Sdr = Sdr { video: true, ..CINEMA };
pub const VIDEO_D60: Sdr = Sdr { white: ACES_WHITE, fit: Fit::Scale(VIDEO_D60_FIT), ..VIDEO };

impl Sdr {
    /// Clipped to a gamut smaller than the display's.
    pub const fn within(self, limit: Chromaticities) -> Self {
        Self { limit: Some(limit), ..self }
    }
    pub const fn fitted(self, scale: f64) -> Self {
        Self { fit: Fit::Scale(scale), ..self }
    }
    pub const fn rolled(self, white: f64, scale: f64) -> Self {
        Self { fit: Fit::Roll(white, scale), ..self }
    }

    /// ACES2065-1 to CIE XYZ of the display, 1.0 = its white.
    pub fn to_xyz(self) -> Vec<Op> {
        let mut ops = sweetened();
        ops.push(Op::ToneScale(ToneScale::cinema()));
        match self.fit {
            Fit::None => {}
            Fit::Scale(scale) => ops.extend([Op::Range(Range::clamp(None, Some(1.0))), Op::scale(scale)]),
            Fit::Roll(white, scale) => {
                let roll = WhiteRolloff { white, width: ROLL_WIDTH, inverse: false };
                ops.extend([Op::WhiteRolloff(roll), Op::scale(scale)]);
            }
        }
        if self.video {
            ops.extend([Op::Surround(Surround::DARK_TO_DIM), Op::matrix(saturate(VIDEO_SATURATION))]);
        }
        ops.push(Op::matrix(adapted(&AP1_TO_XYZ, ACES_WHITE, self.white)));
        if let Some(limit) = &self.limit {
            ops.extend([Op::matrix(rgb::xyz_to_rgb(limit)), Op::clamp(0.0, 1.0), Op::matrix(rgb::rgb_to_xyz(limit))]);
        }
        ops
    }

    /// ACES2065-1 to code values.
    pub fn on(self, display: Display) -> Vec<Op> {
        let mut ops = self.to_xyz();
        match display {
            Display::Rgb(primaries, encoding) => {
                ops.extend([Op::matrix(rgb::xyz_to_rgb(&primaries)), Op::clamp(0.0, 1.0)]);
                ops.extend(encoding.ops());
            }
            Display::Dcdm => {
                ops.extend([Op::scale(48.0 / 52.37), at_least_zero()]);
                ops.extend(GAMMA26.ops());
            }
        }
        ops
    }
}

/// `to_xyz`, then from one white to another.
fn adapted(to_xyz: &Mat3, from: [f64; 2], to: [f64; 2]) -> Mat3 {
    if from == to { *to_xyz } else { rgb::multiply(&rgb::adaptation_bradford(from, to), to_xyz) }
}

/// To the CIE XYZ under D65 from which OpenColorIO's display of a DCI white makes the XYZ of the projector.
pub fn seen_from_dci(output: Sdr) -> Vec<Op> {
    let mut ops = output.to_xyz();
    ops.push(Op::matrix(rgb::adaptation_bradford(DCI_WHITE, D65)));
    ops
}

/// An HDR output of ACES 1.0, in two stages: ACES2065-1 to ST 2084.
pub fn two_stage(peak: u16, primaries: Chromaticities) -> Vec<Op> {
    let Some(scale) = ToneScale::hdr(peak) else { return Vec::new() };
    let mut ops = sweetened();
    let xyz = adapted(&AP1_TO_XYZ, ACES_WHITE, primaries.white);
    ops.extend([Op::ToneScale(scale), Op::matrix(rgb::multiply(&rgb::xyz_to_rgb(&primaries), &xyz)), at_least_zero()]);
    ops.extend(Encoding::Pq.ops());
    ops
}

/// The darkest light of all single-stage outputs, cd/m².
const BLACK: f64 = 0.0001;

/// ACES2065-1 to CIE XYZ under D65, 1.0 = 100 nit, for 18 % grey and peak in cd/m². As published, the gamut is clipped before the
/// white is adapted.
pub fn single_stage_to_xyz(grey: f64, peak: f64, limit: &Chromaticities) -> Vec<Op> {
    let Some(scale) = ToneScale::single_stage(BLACK, grey, peak) else { return Vec::new() };
    let mut ops = sweetened();
    let to_limit = rgb::multiply(&rgb::xyz_to_rgb(limit), &AP1_TO_XYZ);
    ops.extend([
        Op::ToneScale(scale),
        Op::matrix(to_limit),
        Op::clamp(0.0, 1.0),
        Op::matrix(adapted(&rgb::rgb_to_xyz(limit), ACES_WHITE, D65)),
        Op::scale(peak / 100.0),
    ]);
    ops
}

/// The same to code values. Gamut and display have the same primaries.
pub fn single_stage(grey: f64, peak: f64, primaries: Chromaticities, encoding: Encoding) -> Vec<Op> {
    let mut ops = single_stage_to_xyz(grey, peak, &primaries);
    ops.extend([Op::matrix(rgb::xyz_to_rgb(&primaries)), at_least_zero()]);
    ops.extend(encoding.ops());
    ops
}
