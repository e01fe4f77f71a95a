//! The tone scale (Daniele): scene luminance to display luminance, on the achromatic response.

use super::model::{CZ, REFERENCE, adaptation, cone, cone_inverse};
use crate::color::{scalar::Scalar, table::Table};

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
    /// [`formula`](Self::formula) and the lightness of its result, in pieces.
    pieces: Table,
}

/// The pieces of the tabulated tone scale: a binary order is cut into this many from its half up, which is where a mantissa
/// of [`Scalar::exponent_mantissa`] falls, in steps that are exact in f32.
const STEPS: f64 = 32.0;
/// First step of an order (sqrt 1/2 lies in it), and how many there are.
const FIRST_STEP: f64 = 22.0;
const PIECES: f64 = 24.0;
/// The orders covered. Below, the display's light is below 1e-9 of white; above is more than the input limit gives.
const ORDERS: std::ops::RangeInclusive<i32> = -12..=3;

impl ToneScale {
    pub fn new(peak: f64) -> Self {
        let n = peak / REFERENCE;
        let r = ROLLOFF + ROLLOFF_GROWTH * n.ln() / 100f64.ln();
        let m0 = 0.5 * (n + (n * (n + 4.0 * TOE)).sqrt());
        let u = ((r / m0) / (r / m0 + 1.0)).powf(CONTRAST);
        let m = m0 / u;
        let mid = GREY_NITS / REFERENCE * (1.0 + n.log2() * GREY_GROWTH);
        let grey = 0.5 * (mid + (mid * (mid + 4.0 * TOE)).sqrt());
        let q = (grey / m).powf(1.0 / CONTRAST);
        let g2 = -(m0 * q) / (q - 1.0);
        let w2 = GREY / g2;
        let u2 = ((r / m0) / (r / m0 + w2)).powf(CONTRAST);
        let mut scale = Self {
            mid,
            s2: w2 * m0,
            m2: m0 / u2,
            input_limit: 8.0 * r,
            output_limit: n / u2,
            white: cone(adaptation() * REFERENCE),
            adaptation: adaptation(),
            pieces: Table::new(vec![0.0; 8]),
        };
        scale.pieces = scale.cut();
        scale
    }

    /// Lightness J of `nits`.
    pub fn j_of(&self, nits: f64) -> f64 {
        100.0 * (cone(nits * self.adaptation) / self.white).powf(CZ)
    }

    /// Scene to display, and the lightness J of the display.
    ///
    /// The f32 instances take both from cubic pieces, which are closer to the exact functions (1.2e-8) than four powers
    /// in a row would be, and several times as fast.
    #[inline(always)]
    pub fn forward<S: Scalar>(&self, a: S) -> (S, S) {
        if S::EXACT {
            let display = self.formula(a);
            return (display, display.powf(CZ) * S::constant(100.0));
        }
        let start = 2f64.powi(*ORDERS.start());
        let (e, m) = a.max(S::constant(start)).exponent_mantissa();
        let along = m * S::constant(STEPS);
        let step = along.floor();
        let row = e.fma(S::constant(PIECES), step + S::constant(-FIRST_STEP - PIECES * f64::from(*ORDERS.start())));
        let [a0, a1, a2, a3, j0, j1, j2, j3] = S::fetch8(&self.pieces, row);
        let t = along - step;
        let black = a.lt(S::constant(start));
        let display = t.fma(t.fma(t.fma(a3, a2), a1), a0);
        let lightness = t.fma(t.fma(t.fma(j3, j2), j1), j0);
        (S::select(black, S::constant(0.0), display), S::select(black, S::constant(0.0), lightness))
    }

    fn cut(&self) -> Table {
        let mut rows = Vec::new();
        for order in ORDERS {
            for step in 0..PIECES as i32 {
                let at = |t: f64| (FIRST_STEP + f64::from(step) + t) / STEPS * f64::from(order).exp2();
                rows.extend(cubic(|t| self.formula(at(t))));
                rows.extend(cubic(|t| self.formula(at(t)).powf(CZ) * 100.0));
            }
        }
        Table::new(rows)
    }

    /// Scene to display, on the achromatic response.
    #[inline(always)]
    fn formula<S: Scalar>(&self, a: S) -> S {
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

/// Powers of t of the cubic through `f` at the Chebyshev nodes of 0..1, where the error of the best cubic is zero.
fn cubic(f: impl Fn(f64) -> f64) -> [f64; 4] {
    let nodes = [1.0, 3.0, 5.0, 7.0].map(|k: f64| 0.5 - 0.5 * (k * std::f64::consts::PI / 8.0).cos());
    // Newton's divided differences, then multiplied out.
    let mut d = nodes.map(f);
    for order in 1..4 {
        for i in (order..4).rev() {
            d[i] = (d[i] - d[i - 1]) / (nodes[i] - nodes[i - order]);
        }
    }
    let mut c = [d[3], 0.0, 0.0, 0.0];
    for i in (0..3).rev() {
        for k in (1..4).rev() {
            c[k] = c[k - 1] - nodes[i] * c[k];
        }
        c[0] = d[i] - nodes[i] * c[0];
    }
    c
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_are_the_formula() {
        for peak in [100.0, 1000.0, 10000.0] {
            let scale = ToneScale::new(peak);
            let table = scale.pieces.wide();
            for (row, piece) in table.chunks_exact(8).enumerate() {
                let (order, step) = (*ORDERS.start() + row as i32 / PIECES as i32, row % PIECES as usize);
                for t in [0.0, 0.13, 0.5, 0.77, 1.0] {
                    let a = (FIRST_STEP + step as f64 + t) / STEPS * f64::from(order).exp2();
                    let (display, lightness) = scale.forward(a);
                    let value = |c: &[f64]| c[0] + t * (c[1] + t * (c[2] + t * c[3]));
                    let error = (value(&piece[..4]) / display - 1.0).abs().max((value(&piece[4..]) / lightness - 1.0).abs());
                    assert!(error < 1.2e-8, "{peak} nit, {a}: {error:.1e}");
                }
            }
        }
    }
}
