//! The tone scale (Daniele): scene luminance to display luminance, on the achromatic response.

use super::model::{CZ, REFERENCE, adaptation, cone, cone_inverse};
use crate::color::exact;
use crate::color::scalar::Scalar;

/// Contrast g, and toe t_1.
const CONTRAST: f64 = 1.15;
const TOE: f64 = 0.04;
/// Scene middle grey, and its display luminance in nit at a peak of 100 with the growth for each doubling.
const GREY: f64 = 0.18;
const GREY_NITS: f64 = 10.013;
const GREY_GROWTH: f64 = 0.14;
/// Scene value that reaches the peak: at 100 nit, and its growth for a peak of 100 times that.
const ROLLOFF: f64 = 128.0;
const ROLLOFF_GROWTH: f64 = 768.0;

#[derive(Clone, Debug)]
pub struct ToneScale {
    /// Display middle grey, 1.0 = 100 nit.
    pub mid: f64,
    pub s2: f64,
    pub m2: f64,
    /// The largest AP1 value taken.
    pub input_limit: f64,
    /// The largest display value that has an inverse, 1.0 = 100 nit.
    pub output_limit: f64,
    /// Achromatic response of the reference white in the cone's scale.
    white: f64,
    /// F_L over the reference.
    adaptation: f64,
}

impl ToneScale {
    pub fn new(peak: f64) -> Self {
        let n = peak / REFERENCE;
        let r = ROLLOFF + ROLLOFF_GROWTH * exact::log2(n) / exact::log2(100.0);
        let m0 = 0.5 * (n + (n * (n + 4.0 * TOE)).sqrt());
        let u = exact::pow((r / m0) / (r / m0 + 1.0), CONTRAST);
        let m = m0 / u;
        let mid = GREY_NITS / REFERENCE * (1.0 + exact::log2(n) * GREY_GROWTH);
        let grey = 0.5 * (mid + (mid * (mid + 4.0 * TOE)).sqrt());
        let q = exact::pow(grey / m, 1.0 / CONTRAST);
        let g2 = -(m0 * q) / (q - 1.0);
        let w2 = GREY / g2;
        let u2 = exact::pow((r / m0) / (r / m0 + w2), CONTRAST);
        Self {
            mid,
            s2: w2 * m0,
            m2: m0 / u2,
            input_limit: 8.0 * r,
            output_limit: n / u2,
            white: cone(adaptation() * REFERENCE),
            adaptation: adaptation(),
        }
    }

    /// Lightness J of `nits`.
    pub fn j_of(&self, nits: f64) -> f64 {
        100.0 * (cone(nits * self.adaptation) / self.white).powf(CZ)
    }

    /// Scene to display.
    #[inline(always)]
    pub fn forward<S: Scalar>(&self, a: S) -> S {
        // Luminance in the cone's scale, in which the knee is at s2.
        let y = cone_inverse(a * S::constant(self.white));
        let knee = self.s2 * REFERENCE * self.adaptation;
        let f = (y / (y + S::constant(knee))).powf(CONTRAST) * S::constant(self.m2);
        let display = f * f / (f + S::constant(TOE));
        cone(display * S::constant(REFERENCE * self.adaptation)) * S::constant(1.0 / self.white)
    }

    /// Display to scene.
    #[inline(always)]
    pub fn backward<S: Scalar>(&self, a: S) -> S {
        let y = cone_inverse(a * S::constant(self.white)) * S::constant(1.0 / (self.adaptation * REFERENCE));
        let y = y.max(S::constant(0.0)).min(S::constant(self.output_limit));
        let f = (y + (y * (y + S::constant(4.0 * TOE))).sqrt()) * S::constant(0.5);
        // Black has no finite ratio; the bound is as good as it.
        let ratio = (S::constant(self.m2) / f.max(S::constant(1e-30))).powf(1.0 / CONTRAST);
        let scene = S::constant(self.s2) / (ratio - S::constant(1.0));
        cone(scene * S::constant(REFERENCE * self.adaptation)) * S::constant(1.0 / self.white)
    }
}
