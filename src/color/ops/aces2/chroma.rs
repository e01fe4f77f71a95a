//! Chroma compression: colourfulness follows the tone scale, within the reach of AP1.

use super::{
    Seen,
    model::{INVERSE_CZ, REFERENCE},
};
use crate::color::exact;
use crate::color::scalar::Scalar;

/// Amplitudes of the hue-dependent norm: cosine and sine of the hue, of twice and three times it, and the constant
/// (ACES 2 CTL, chroma_compress_norm).
const COS: [f64; 3] = [11.34072, 16.46899, 7.88380];
const SIN: [f64; 3] = [14.66441, -6.37224, 9.19364];
const MEAN: f64 = 77.12896;

#[derive(Clone, Debug)]
pub struct ChromaCompression {
    pub saturation: f64,
    pub saturation_threshold: f64,
    pub compression: f64,
    pub norm_scale: f64,
    pub j_max: f64,
    /// Turns A^1 into (J / J_max)^(1/cz).
    from_a: f64,
}

impl ChromaCompression {
    pub fn new(peak: f64, j_max: f64) -> Self {
        let decades = exact::log10(peak / REFERENCE);
        Self {
            saturation: (1.3 - 1.3 * 0.69 * decades).max(0.2),
            saturation_threshold: 0.5 / peak,
            compression: 2.4 + 2.4 * 3.3 * decades,
            norm_scale: exact::pow(0.03379 * peak, 0.30596) - 0.45135,
            j_max,
            from_a: exact::pow(100.0 / j_max, INVERSE_CZ),
        }
    }

    #[inline(always)]
    fn norm<S: Scalar>(&self, cos: S, sin: S) -> S {
        let k = |x: f64| S::constant(x * self.norm_scale);
        let (two, three, four) = (S::constant(2.0), S::constant(3.0), S::constant(4.0));
        let square = cos * cos;
        let cos2 = two.fma(square, S::constant(-1.0));
        let sin2 = two * cos * sin;
        let cos3 = cos * four.fma(square, -three);
        let sin3 = sin * four.fma(square, S::constant(-1.0));
        let c = cos.fma(k(COS[0]), cos2.fma(k(COS[1]), cos3.fma(k(COS[2]), k(MEAN))));
        sin.fma(k(SIN[0]), sin2.fma(k(SIN[1]), sin3.fma(k(SIN[2]), c)))
    }

    /// Toes at (limit, J / J_max, 1 - J / J_max): the first expands saturation, the second compresses.
    #[inline(always)]
    fn toes<S: Scalar>(&self, limit: S, j: S) -> [Toe<S>; 2] {
        let n = j * S::constant(1.0 / self.j_max);
        let sn = (S::constant(1.0) - n).max(S::constant(0.0));
        let root = n.fma(n, S::constant(self.saturation_threshold)).sqrt();
        [
            Toe::new(limit - S::constant(0.001), sn * S::constant(self.saturation), root),
            Toe::new(limit, n * S::constant(self.compression), sn),
        ]
    }

    /// M of `seen` after the tone scale moved it to achromatic response `a`, lightness `j`.
    #[inline(always)]
    pub fn compress<S: Scalar>(&self, seen: Seen<S>, a: S, j: S, reach_m: S) -> S {
        let norm = self.norm(seen.cos, seen.sin);
        let scale = S::constant(1.0) / norm;
        let limit = a * S::constant(self.from_a) * reach_m * scale;
        let [expand, compress] = self.toes(limit, j);
        let m = seen.m * (a / seen.a.max(S::constant(1e-30))) * scale;
        let m = limit - expand.forward(limit - m);
        let m = compress.forward(m) * norm;
        S::select(S::constant(0.0).lt(seen.m), m, S::constant(0.0))
    }

    /// The inverse: `toned` of the display (lightness `j`), back to the achromatic response `a` of the scene.
    #[inline(always)]
    pub fn expand<S: Scalar>(&self, toned: Seen<S>, a: S, j: S, reach_m: S) -> S {
        let norm = self.norm(toned.cos, toned.sin);
        let scale = S::constant(1.0) / norm;
        let limit = toned.a * S::constant(self.from_a) * reach_m * scale;
        let [expand, compress] = self.toes(limit, j);
        let m = compress.backward(toned.m * scale);
        let m = (limit - expand.backward(limit - m)) * norm * (a / toned.a.max(S::constant(1e-30)));
        S::select(S::constant(0.0).lt(toned.m), m, S::constant(0.0))
    }
}

/// A toe that meets the diagonal at `limit`.
struct Toe<S> {
    limit: S,
    k1: S,
    k2: S,
    k3: S,
}

impl<S: Scalar> Toe<S> {
    #[inline(always)]
    fn new(limit: S, k1: S, k2: S) -> Self {
        let k2 = k2.max(S::constant(0.001));
        let k1 = k1.fma(k1, k2 * k2).sqrt();
        Self { limit, k1, k2, k3: (limit + k1) / (limit + k2) }
    }
    #[inline(always)]
    fn forward(&self, x: S) -> S {
        let b = self.k3.fma(x, -self.k1);
        let root = b.fma(b, S::constant(4.0) * self.k2 * self.k3 * x).max(S::constant(0.0)).sqrt();
        S::select(self.limit.lt(x), x, (b + root) * S::constant(0.5))
    }
    #[inline(always)]
    fn backward(&self, x: S) -> S {
        let y = x * (x + self.k1) / (self.k3 * (x + self.k2));
        S::select(self.limit.lt(x), x, y)
    }
}
