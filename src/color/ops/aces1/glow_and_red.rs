//! Glow and red modifier one by one, of ACES 1.0 and of the release before it (0.7, in OpenColorIO "03"), on ACES2065-1.

use super::{
    super::PixelKernel,
    sweeteners::{RED_PIVOT, darkness, glow_gain, measure, red_before, red_weight, saturation},
};
use crate::color::scalar::Scalar;

/// Lightens saturated shadows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glow {
    gain: f64,
    mid: f64,
    inverse: bool,
}

impl Glow {
    pub const V03: Self = Self { gain: 0.075, mid: 0.1, inverse: false };
    pub const V10: Self = Self { gain: 0.05, mid: 0.08, inverse: false };

    pub(in super::super) fn inverse(self) -> Self {
        Self { inverse: !self.inverse, ..self }
    }
}

impl PixelKernel for Glow {
    #[inline(always)]
    fn eval<S: Scalar>(&self, px: [S; 3]) -> [S; 3] {
        let (zero, one) = (S::constant(0.0), S::constant(1.0));
        let gain = glow_gain(saturation(px), self.gain);
        let dark = darkness(measure(px).yc, self.mid);
        let factor = if self.inverse {
            let dark = dark / gain.fma(S::constant(-0.5), one);
            one - gain * dark.max(zero).min(one / (one + gain))
        } else {
            gain.fma(dark.max(zero).min(one), one)
        };
        [px[0] * factor, px[1] * factor, px[2] * factor]
    }
}

/// Darkens saturated reds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RedModifier {
    scale: f64,
    /// Full width of the hues around red that are modified, degrees.
    width: f64,
    /// Whether the middle channel moves too, so that hue stays.
    keeps_hue: bool,
    inverse: bool,
}

impl RedModifier {
    pub const V03: Self = Self { scale: 0.85, width: 120.0, keeps_hue: true, inverse: false };
    pub const V10: Self = Self { scale: 0.82, width: 135.0, keeps_hue: false, inverse: false };

    pub(in super::super) fn inverse(self) -> Self {
        Self { inverse: !self.inverse, ..self }
    }
}

impl PixelKernel for RedModifier {
    #[inline(always)]
    fn eval<S: Scalar>(&self, px: [S; 3]) -> [S; 3] {
        let weight = red_weight(measure(px).from_red, self.scale, self.width);
        // Elsewhere red need not be the largest channel.
        let applies = S::constant(0.0).lt(weight);
        let [r, g, b] = px;
        let moved = if self.inverse { red_before(px, weight) } else { (weight * saturation(px)).fma(S::constant(RED_PIVOT) - r, r) };
        let red = S::select(applies, moved, r);
        if !self.keeps_hue {
            return [red, g, b];
        }
        let (least, middle) = (g.min(b), g.max(b));
        let place = (middle - least) / (r - least).max(S::constant(1e-10));
        let middle = S::select(applies, place.fma(red - least, least), middle);
        let green = b.le(g);
        [red, S::select(green, middle, least), S::select(green, least, middle)]
    }
}
