//! What the reference rendering transform does before its tone scale: glow and red modifier (Academy ACESlib.RRT_Common).

use super::super::PixelKernel;
use crate::color::scalar::Scalar;

/// Glow, which lightens saturated shadows, and the red modifier, which darkens saturated reds, on ACES2065-1.
///
/// The inverse is the Academy's: exact up to the approximations it makes itself, which are hue and saturation of the result taken
/// for those of the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sweeteners {
    pub inverse: bool,
}

const GLOW_GAIN: f64 = 0.05;
const GLOW_MID: f64 = 0.08;
const RED_SCALE: f64 = 0.82;
pub(super) const RED_PIVOT: f64 = 0.03;
/// Full width of the hues around red that are modified, degrees.
const RED_WIDTH: f64 = 135.0;
/// Weight of the chroma in the luminance proxy YC.
const YC_RADIUS_WEIGHT: f64 = 1.75;
/// 2^-20: squares of differences of what it scales stay finite.
const SMALL: f64 = 1.0 / 1_048_576.0;

/// What both directions measure in a colour. Hue and chroma share their root: in the plane across the grey axis, chroma is the
/// radius.
pub(super) struct Measured<S> {
    /// Distance of the hue from red, degrees.
    pub from_red: S,
    pub yc: S,
}

#[inline(always)]
pub(super) fn measure<S: Scalar>([r, g, b]: [S; 3]) -> Measured<S> {
    let small = S::constant(SMALL);
    let (rg, gb, br) = ((r - g) * small, (g - b) * small, (b - r) * small);
    let from_red = (gb.abs() * S::constant(3f64.sqrt())).atan2_degrees(rg - br);
    let radius = rg.fma(rg, gb.fma(gb, br * br)).sqrt();
    let yc = radius.fma(S::constant(YC_RADIUS_WEIGHT * 0.5f64.sqrt() / (3.0 * SMALL)), (r + g + b) * S::constant(1.0 / 3.0));
    Measured { from_red, yc }
}

#[inline(always)]
pub(super) fn saturation<S: Scalar>([r, g, b]: [S; 3]) -> S {
    let least = S::constant(1e-10);
    let (high, low) = (r.max(g).max(b), r.min(g).min(b));
    (high.max(least) - low.max(least)) / high.max(S::constant(1e-2))
}

/// Share of the glow's gain of a saturation: a sigmoid of two parabolas around 0.4.
#[inline(always)]
pub(super) fn glow_gain<S: Scalar>(saturation: S, gain: f64) -> S {
    let one = S::constant(1.0);
    let x = saturation.fma(S::constant(2.5), S::constant(-1.0));
    let t = (one - x.abs()).max(S::constant(0.0));
    (one - t * t).copysign(x).fma(S::constant(0.5 * gain), S::constant(0.5 * gain))
}

/// How far YC is below where the glow ends; not held within 0 and 1.
#[inline(always)]
pub(super) fn darkness<S: Scalar>(yc: S, mid: f64) -> S {
    S::constant(mid) / yc.max(S::constant(1e-10)) - S::constant(0.5)
}

/// Weight of the red modifier: a cubic B-spline around red, 1 at its top, times 1 - scale.
#[inline(always)]
pub(super) fn red_weight<S: Scalar>(from_red: S, scale: f64, width: f64) -> S {
    let zero = S::constant(0.0);
    let per_degree = S::constant(-4.0 / width);
    let outer = from_red.fma(per_degree, S::constant(2.0)).max(zero);
    let inner = from_red.fma(per_degree, S::constant(1.0)).max(zero);
    let cube = |x: f64| S::constant(x * (1.0 - scale));
    outer * outer * outer * cube(0.25) - inner * inner * inner * cube(1.0)
}

/// Red before it was modified by `weight`: with saturation = 1 - least / red, a root of a quadratic.
#[inline(always)]
pub(super) fn red_before<S: Scalar>([r, g, b]: [S; 3], weight: S) -> S {
    let (zero, one, two) = (S::constant(0.0), S::constant(1.0), S::constant(2.0));
    // Scaled so that squares stay finite.
    let (r, pivot) = (r * S::constant(SMALL), S::constant(RED_PIVOT * SMALL));
    let least = g.min(b) * S::constant(SMALL);
    let lead = one - weight;
    let linear = r - weight * (least + pivot);
    let fixed = weight * least * pivot;
    let root = linear.fma(linear, S::constant(4.0) * lead * fixed).max(zero).sqrt();
    // The larger one, without a difference of near numbers.
    let falls = linear.lt(zero);
    let above = S::select(falls, two * fixed, linear + root);
    let below = S::select(falls, root - linear, two * lead);
    above / below * S::constant(1.0 / SMALL)
}

impl Sweeteners {
    #[inline(always)]
    fn forward<S: Scalar>(px: [S; 3]) -> [S; 3] {
        let (zero, one) = (S::constant(0.0), S::constant(1.0));
        // The glow changes neither hue nor saturation.
        let seen = measure(px);
        let saturation = saturation(px);
        let glow = glow_gain(saturation, GLOW_GAIN).fma(darkness(seen.yc, GLOW_MID).max(zero).min(one), one);
        let [r, g, b] = [px[0] * glow, px[1] * glow, px[2] * glow];
        let weight = red_weight(seen.from_red, RED_SCALE, RED_WIDTH) * saturation;
        [weight.fma(S::constant(RED_PIVOT) - r, r), g, b]
    }

    #[inline(always)]
    fn backward<S: Scalar>([r, g, b]: [S; 3]) -> [S; 3] {
        let (zero, one) = (S::constant(0.0), S::constant(1.0));
        let weight = red_weight(measure([r, g, b]).from_red, RED_SCALE, RED_WIDTH);
        let px = [red_before([r, g, b], weight), g, b];

        let gain = glow_gain(saturation(px), GLOW_GAIN);
        let dark = darkness(measure(px).yc, GLOW_MID) / gain.fma(S::constant(-0.5), one);
        let factor = one - gain * dark.max(zero).min(one / (one + gain));
        [px[0] * factor, px[1] * factor, px[2] * factor]
    }
}

impl PixelKernel for Sweeteners {
    #[inline(always)]
    fn eval<S: Scalar>(&self, px: [S; 3]) -> [S; 3] {
        if self.inverse { Self::backward(px) } else { Self::forward(px) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grey_and_bright_colours_away_from_red_stay() {
        for px in [[0.5; 3], [0.0; 3], [1e-6; 3], [0.2, 0.9, 0.3], [0.1, 0.2, 4.0]] {
            let out = Sweeteners::forward(px);
            let glow = out[1] / px[1].max(1e-30);
            assert!((0..3).all(|i| (out[i] - px[i] * glow.max(1.0)).abs() < 1e-12), "{px:?}: {out:?}");
        }
    }

    #[test]
    fn red_darkens() {
        // Pure red: weight and saturation 1.
        let [r, g, b] = Sweeteners::forward([1.0, 0.0, 0.0]);
        assert!((r - (1.0 + (0.03 - 1.0) * 0.18)).abs() < 1e-9 && g == 0.0 && b == 0.0, "{r} {g} {b}");
    }

    #[test]
    fn bright_reds_come_back() {
        for px in [[0.9, 0.2, 0.2], [0.5, 0.1, 0.1], [2.0, 0.7, 0.7], [0.3, 0.3, 0.3]] {
            let back = Sweeteners::backward(Sweeteners::forward(px));
            assert!((0..3).all(|i| (back[i] - px[i]).abs() < 1e-9), "{px:?}: {back:?}");
        }
    }
}
