//! Hue, saturation, luma: the coordinates that OpenColorIO 2.5 draws hue curves over (RGB_TO_HSY_LIN, _LOG, _VID).
//!
//! Saturation is the sum of the three distances from luma: times a constant for code values, and for linear light over the sum of the
//! channels, which does not depend on exposure. Near black, where that ratio is noise, it is the former again, and a mixture between.

use super::{PixelKernel, hexagon, pure, wrap};
use crate::color::{
    ops::{cdl::LUMA, grading::GradingStyle},
    scalar::Scalar,
};

/// Saturation per distance, of code values.
const LOG_GAIN: f64 = 4.0;
const VIDEO_GAIN: f64 = 1.25;
/// Saturation per distance of the darkest light, before `LINEAR_SCALE`.
const DARK_GAIN: f64 = 5.0;
const LINEAR_SCALE: f64 = 1.4;
/// What is added to the sum of the channels.
const LINEAR_OFFSET: f64 = 0.15;
/// Luma from which on saturation is a ratio, and below which it is a distance.
const BRIGHT: f64 = 0.01;
const DARK: f64 = 0.001;
/// The largest change of saturation on the way back, in linear light.
const MOST_GAIN: f64 = 50.0;
/// The largest share of a pure colour's distance, 2^40: times the largest luma it is finite.
const MOST_RATIO: f64 = 1_099_511_627_776.0;
/// The largest luma, 2^64.
const MOST_LUMA: f64 = 18_446_744_073_709_551_616.0;
/// No linear light has more; products with it stay finite.
const MOST_SATURATION: f64 = 65504.0;

pub(super) struct ToHsy(pub GradingStyle);

impl PixelKernel for ToHsy {
    #[inline(always)]
    fn eval<S: Scalar>(&self, px: [S; 3]) -> [S; 3] {
        to_hsy(self.0, px)
    }
}

pub(super) struct FromHsy(pub GradingStyle);

impl PixelKernel for FromHsy {
    #[inline(always)]
    fn eval<S: Scalar>(&self, px: [S; 3]) -> [S; 3] {
        from_hsy(self.0, px)
    }
}

#[inline(always)]
fn luma_of<S: Scalar>(px: [S; 3]) -> S {
    px[0].fma(S::constant(LUMA[0]), px[1].fma(S::constant(LUMA[1]), px[2] * S::constant(LUMA[2])))
}

/// How much of the bright measure of saturation counts.
#[inline(always)]
fn brightness<S: Scalar>(luma: S) -> S {
    let share = (luma - S::constant(DARK)) * S::constant(1.0 / (BRIGHT - DARK));
    share.max(S::constant(0.0)).min(S::constant(1.0))
}

#[inline(always)]
pub(in crate::color::ops) fn to_hsy<S: Scalar>(style: GradingStyle, px: [S; 3]) -> [S; 3] {
    let (high, low) = (px[0].max(px[1]).max(px[2]), px[0].min(px[1]).min(px[2]));
    let luma = luma_of(px);
    let distance = (px[0] - luma).abs() + (px[1] - luma).abs() + (px[2] - luma).abs();
    let saturation = match style {
        GradingStyle::Log => distance * S::constant(LOG_GAIN),
        GradingStyle::Video => distance * S::constant(VIDEO_GAIN),
        GradingStyle::Linear => {
            let sum = px[0] + px[1] + px[2] + S::constant(LINEAR_OFFSET);
            let bright = distance / distance.fma(S::constant(0.07), S::constant(1e-6)).max(sum);
            let dark = distance * S::constant(DARK_GAIN);
            (bright - dark).fma(brightness(luma), dark) * S::constant(LINEAR_SCALE)
        }
    };
    // Magenta is 0, so that no hue that matters lies at the seam. Grey has none and is given that.
    let sixths = hexagon(px, high, low, S::constant(-1.0)) + S::constant(1.0);
    [sixths * S::constant(1.0 / 6.0), saturation, luma]
}

#[inline(always)]
pub(in crate::color::ops) fn from_hsy<S: Scalar>(style: GradingStyle, [hue, saturation, luma]: [S; 3]) -> [S; 3] {
    let zero = S::constant(0.0);
    let luma = luma.max(S::constant(-MOST_LUMA)).min(S::constant(MOST_LUMA));
    // Below black the pure colour is turned inside out.
    let hue = hue - S::select(luma.lt(zero), S::constant(1.0 / 6.0 - 0.5), S::constant(1.0 / 6.0));
    let pure = pure(wrap(hue) * S::constant(6.0));
    // The pure colour with luma 1, its distances from it, and their sums.
    let scale = S::constant(1.0) / luma_of(pure);
    let one = S::constant(1.0);
    let apart = [pure[0].fma(scale, -one), pure[1].fma(scale, -one), pure[2].fma(scale, -one)];
    let distance = apart[0].abs() + apart[1].abs() + apart[2].abs();
    let gain = match style {
        GradingStyle::Log => per_distance(saturation, distance * luma.abs() * S::constant(LOG_GAIN)),
        GradingStyle::Video => per_distance(saturation, distance * luma.abs() * S::constant(VIDEO_GAIN)),
        GradingStyle::Linear => linear_gain(saturation * S::constant(1.0 / LINEAR_SCALE), luma, distance, apart[0] + apart[1] + apart[2]),
    };
    let gain = gain * luma;
    [gain.fma(apart[0], luma), gain.fma(apart[1], luma), gain.fma(apart[2], luma)]
}

#[inline(always)]
fn per_distance<S: Scalar>(saturation: S, full: S) -> S {
    let (low, high) = (S::constant(-MOST_RATIO), S::constant(MOST_RATIO));
    (saturation / full.max(S::constant(1e-10))).max(low).min(high)
}

/// The share g of the pure colour's distances that has this saturation. With `d` the distance of the pure colour and `e` what its sum
/// has over three times luma, saturation is `g d / (k + 3 luma + g e)` when bright and `g d` times a constant when dark; a mixture of
/// both is a quadratic in g.
#[inline(always)]
fn linear_gain<S: Scalar>(saturation: S, luma: S, distance: S, excess: S) -> S {
    let (zero, one, two) = (S::constant(0.0), S::constant(1.0), S::constant(2.0));
    let (low, high) = (S::constant(-MOST_GAIN), S::constant(MOST_GAIN));
    let saturation = saturation.max(S::constant(-MOST_SATURATION)).min(S::constant(MOST_SATURATION));
    let sum = luma.fma(S::constant(3.0), S::constant(LINEAR_OFFSET));
    let (d, e) = (distance * luma.abs(), excess * luma);
    let bright = (saturation * sum / (d - saturation * e).max(S::constant(1e-6))).max(low).min(high);
    let dark = per_distance(saturation, d * S::constant(DARK_GAIN));

    // Only used for lumas between, so held there: the products stay finite.
    let share = brightness(luma);
    let luma = luma.max(S::constant(DARK)).min(S::constant(BRIGHT));
    let sum = luma.fma(S::constant(3.0), S::constant(LINEAR_OFFSET));
    let (d, e) = (distance * luma, excess * luma);
    let darkness = d * (one - share) * S::constant(DARK_GAIN);
    let a = darkness * e;
    let b = darkness.fma(sum, d * share) - saturation * e;
    let c = saturation * sum;
    let root = (b * b + S::constant(4.0) * a * c).max(zero).sqrt();
    let first = two * c / away_from_zero(b + root);
    let mixed = S::select(first.lt(zero), two * c / away_from_zero(b - root), first);
    S::select(one.le(share), bright, S::select(share.le(zero), dark, mixed))
}

/// A divisor that is not 0.
#[inline(always)]
fn away_from_zero<S: Scalar>(x: S) -> S {
    x.abs().max(S::constant(1e-20)).copysign(x)
}
