//! The tone scales: rendering-space RGB to light, channel by channel.

use super::{
    super::ChannelKernel,
    spline::{Point, Spline},
};
use crate::color::scalar::{Scalar, math::MIN_POSITIVE};

/// A tone scale of ACES 1: scene-linear in, `(light - black) / unit` out, with light in cd/m².
///
/// Of an output device transform, the curve of the reference rendering transform and that of the device in one: between them nothing
/// happens to the logarithm of the light.
#[derive(Clone, Debug, PartialEq)]
pub struct ToneScale {
    stages: Stages,
    /// What is taken off, cd/m²; 0 for none.
    black: f64,
    unit: f64,
    inverse: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Stages {
    One(Spline),
    Two(Spline, Spline),
}

/// Scene-linear of 18 % grey.
const GREY: f64 = 0.18;

/// ACESlib.Tonescales, `RRT_PARAMS`.
fn rendering() -> Spline {
    let points = [(-15.0, 0.0001), (0.0, 4.8), (18.0, 10_000.0)].map(|(stops, light)| Point::linear(GREY * f64::exp2(stops), light));
    let low = [-4.0, -4.0, -3.157_376_577_3, -0.485_249_995_8, 1.847_732_470_6];
    let high = [-0.718_548_242_5, 2.081_030_717_2, 3.668_124_123_7, 4.0, 4.0];
    Spline::new(points, &low, &high, [0.0, 0.0])
}

/// The curve of a device: control points, points at scene-linear stops around grey with their light, and the slopes beyond.
struct Device {
    low: [f64; 9],
    high: [f64; 9],
    points: [(f64, f64); 3],
    slopes: [f64; 2],
}

/// ACESlib.Tonescales, `ODT_48nits`.
const CINEMA: Device = Device {
    low: [-1.698_970_004_3, -1.698_970_004_3, -1.4779, -1.2291, -0.8648, -0.448, 0.005_18, 0.451_108_033_4, 0.911_374_441_4],
    high: [0.515_438_696_5, 0.847_043_778_3, 1.1358, 1.3802, 1.5197, 1.5985, 1.6467, 1.674_609_135_7, 1.687_873_339],
    points: [(-6.5, CINEMA_BLACK), (0.0, 4.8), (6.5, CINEMA_WHITE)],
    slopes: [0.0, 0.04],
};
const CINEMA_BLACK: f64 = 0.02;
const CINEMA_WHITE: f64 = 48.0;

/// The lower half of `ODT_1000nits`, `ODT_2000nits` and `ODT_4000nits`, from ACES 1.0.1 on.
const HDR_LOW: [f64; 9] =
    [-4.970_621_933_1, -3.029_378_066_9, -2.1262, -1.5105, -1.0578, -0.4668, 0.119_38, 0.708_813_420_1, 1.291_186_579_9];
/// cd/m² that the three take off "to allow for a code value of 0": 10 to this power.
const HDR_BLACK: f64 = -4.455_016_648_3;

const fn hdr(high: [f64; 9], stops: f64, white: f64, slope: f64) -> Device {
    Device { low: HDR_LOW, high, points: [(-12.0, 0.0001), (0.0, 10.0), (stops, white)], slopes: [3.0, slope] }
}

const HDR_1000: Device =
    hdr([0.808_913_207, 1.191_086_793, 1.5683, 1.9483, 2.3083, 2.6384, 2.8595, 2.987_260_880_5, 3.012_739_119_5], 10.0, 1000.0, 0.06);
const HDR_2000: Device =
    hdr([0.801_995_204_2, 1.198_004_795_8, 1.5943, 1.9973, 2.3783, 2.7684, 3.0515, 3.274_629_356_2, 3.327_430_635_1], 11.0, 2000.0, 0.12);
const HDR_4000: Device =
    hdr([0.797_318_661_3, 1.202_681_338_7, 1.6093, 2.0108, 2.4148, 2.8179, 3.1725, 3.534_499_545_1, 3.669_620_437_6], 12.0, 4000.0, 0.3);

impl ToneScale {
    /// The reference rendering transform's own: to OCES, cd/m².
    pub fn rendering() -> Self {
        Self { stages: Stages::One(rendering()), black: 0.0, unit: 1.0, inverse: false }
    }

    /// Of the 48 nit output device transforms, which those for video share: 0 is black and 1 white.
    pub fn cinema() -> Self {
        Self::device(&CINEMA, CINEMA_BLACK, CINEMA_WHITE - CINEMA_BLACK)
    }

    /// Of the HDR output device transforms of ACES 1.0.1 to 1.0.3, 1.0 = 100 nit. `None` where the peak is not 1000, 2000 or 4000.
    pub fn hdr(peak: u16) -> Option<Self> {
        let device = match peak {
            1000 => HDR_1000,
            2000 => HDR_2000,
            4000 => HDR_4000,
            _ => return None,
        };
        Some(Self::device(&device, 10f64.powf(HDR_BLACK), 100.0))
    }

    fn device(device: &Device, black: f64, unit: f64) -> Self {
        let first = rendering();
        let points = device.points.map(|(stops, light)| Point { x: first.forward((GREY * stops.exp2()).log2()), y: light.log2() });
        let second = Spline::new(points, &device.low, &device.high, device.slopes).counted_from(black.log2());
        Self { stages: Stages::Two(first, second), black, unit, inverse: false }
    }

    /// The single-stage tone scale (ACESlib.SSTS): light from `min` over `mid` at 18 % grey to `max`, cd/m²; 0 is black and 1 white.
    /// `None` where they do not grow within 0.0001..=10000, or grey would be darker or brighter than the curve.
    pub fn single_stage(min: f64, mid: f64, max: f64) -> Option<Self> {
        if !(0.0001 <= min && min < mid && mid < max && max <= 10_000.0) {
            return None;
        }
        single_stage(min, mid, max).map(|s| Self { stages: Stages::One(s), black: min, unit: max - min, inverse: false })
    }

    pub(in super::super) fn inverse(&self) -> Self {
        Self { inverse: !self.inverse, ..self.clone() }
    }
}

/// What the points of the tables of ACESlib.SSTS say in between.
fn interpolate([(x0, y0), (x1, y1)]: [(f64, f64); 2], x: f64) -> f64 {
    y0 + (y1 - y0) * ((x - x0) / (x1 - x0)).clamp(0.0, 1.0)
}

/// Light of the darkest and brightest display that ACESlib.SSTS knows, and of cinema in between.
const DARKEST: f64 = 0.0001;
const BRIGHTEST: f64 = 10_000.0;

fn single_stage(min: f64, mid: f64, max: f64) -> Option<Spline> {
    // Stops around grey at which black and white are reached.
    let darkest = interpolate([(DARKEST.log10(), -15.0), (CINEMA_BLACK.log10(), -6.5)], min.log10());
    let brightest = interpolate([(CINEMA_WHITE.log10(), 6.5), (BRIGHTEST.log10(), 18.0)], max.log10());
    let bend_low = interpolate([(-15.0, 0.18), (-6.5, 0.35)], darkest);
    let bend_high = interpolate([(6.5, 0.89), (18.0, 0.90)], brightest);

    // The curve for grey of 4.8 nit, then moved so that grey has `mid`.
    const GREY_LIGHT: f64 = 4.8;
    const SLOPE: f64 = 1.55;
    let (low, grey, high) = (min.log10(), GREY_LIGHT.log10(), max.log10());
    // Half the change of log light over a piece at grey.
    let half = |stops: f64| 0.5 * SLOPE * stops * 2f64.log10() / 3.0;
    let (down, up) = (half(-darkest), half(brightest));
    let control_low = [low, low, low + bend_low * (grey - low), grey - down, grey + down];
    let control_high = [grey - up, grey + up, grey + bend_high * (high - grey), high, high];
    let at = |shift: f64| {
        let x = |stops: f64| GREY.log2() + stops - shift;
        let points =
            [Point { x: x(darkest), y: min.log2() }, Point { x: x(0.0), y: GREY_LIGHT.log2() }, Point { x: x(brightest), y: max.log2() }];
        Spline::new(points, &control_low, &control_high, [0.0, 0.0])
    };
    let shift = at(0.0).backward(mid.log2()) - GREY.log2();
    shift.is_finite().then(|| at(shift).counted_from(min.log2()))
}

/// 2^u - 1 times `scale`, or 2^u times it.
#[inline(always)]
fn exponential<S: Scalar>(u: S, less_one: bool, scale: f64) -> S {
    let n = u.rint();
    let power = n.exp2_integral();
    let rest = if less_one { power - S::constant(1.0) } else { power };
    power.fma((u - n).exp2_m1(), rest) * S::constant(scale)
}

impl ToneScale {
    #[inline(always)]
    fn forward<S: Scalar>(&self, x: S) -> S {
        let x = x.max(S::constant(MIN_POSITIVE)).log2();
        let y = match &self.stages {
            Stages::One(only) => only.forward(x),
            Stages::Two(first, second) => second.forward(first.forward(x)),
        };
        // Counted from black, so that black comes out as exactly 0.
        if self.black > 0.0 { exponential(y, true, self.black / self.unit) } else { exponential(y, false, 1.0 / self.unit) }
    }

    #[inline(always)]
    fn backward<S: Scalar>(&self, light: S) -> S {
        let ratio = if self.black > 0.0 {
            light.fma(S::constant(self.unit / self.black), S::constant(1.0))
        } else {
            light * S::constant(self.unit)
        };
        let y = ratio.max(S::constant(MIN_POSITIVE)).log2();
        let x = match &self.stages {
            Stages::One(only) => only.backward(y),
            Stages::Two(first, second) => first.backward(second.backward(y)),
        };
        exponential(x, false, 1.0)
    }
}

impl ChannelKernel for ToneScale {
    #[inline(always)]
    fn eval<S: Scalar>(&self, x: S) -> S {
        if self.inverse { self.backward(x) } else { self.forward(x) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grey_black_and_white_are_the_published_ones() {
        let cinema = ToneScale::cinema();
        let near = |got: f64, want: f64| assert!((got - want).abs() < 1e-7 * want.abs().max(1.0), "{got}, not {want}");
        near(cinema.eval(0.18), (4.8 - 0.02) / 47.98);
        assert_eq!(cinema.eval(0.0), 0.0);
        assert_eq!(cinema.eval(0.0f32), 0.0);
        near(cinema.eval(0.18 * 6.5f64.exp2()), 1.0);
        near(ToneScale::rendering().eval(0.18), 4.8);
        near(ToneScale::hdr(1000).unwrap().eval(0.18), 0.1 - 10f64.powf(HDR_BLACK) / 100.0);
        near(ToneScale::hdr(4000).unwrap().eval(0.0), 0.0);
        for (mid, max) in [(15.0, 1000.0), (7.2, 108.0), (15.0, 4000.0)] {
            let scale = ToneScale::single_stage(0.0001, mid, max).unwrap();
            near(scale.eval(0.18), (mid - 0.0001) / (max - 0.0001));
            near(scale.eval(1e6), 1.0);
            assert_eq!(scale.eval(0.0), 0.0);
        }
        assert_eq!(ToneScale::single_stage(0.0, 4.8, 48.0), None);
        assert_eq!(ToneScale::hdr(500), None);
    }

    #[test]
    fn comes_back() {
        for scale in [
            ToneScale::rendering(),
            ToneScale::cinema(),
            ToneScale::hdr(2000).unwrap(),
            ToneScale::single_stage(0.01, 10.0, 500.0).unwrap(),
        ] {
            let back = scale.inverse();
            for i in -12..=12 {
                let x = 0.18 * f64::from(i).mul_add(0.5, 0.0).exp2();
                let error = back.eval(scale.eval(x)) / x - 1.0;
                assert!(error.abs() < 1e-9, "{scale:?} {x}: {error:e}");
            }
        }
    }
}
