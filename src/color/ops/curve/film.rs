//! The characteristic curve of the Academy's film, for density exchange.

use super::Shape;
use crate::color::scalar::{Scalar, math::MIN_POSITIVE};

/// Channel-independent density from and to relative exposure (Academy S-2008-002, as in the ADX transforms of ACES): linear
/// pieces of the exposure's logarithm, flat below the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilmExposure;

/// Density and log10 of exposure where the pieces meet.
const KNOTS: [[f64; 2]; 11] = [
    [-0.19, -6.0],
    [0.01, -2.721718645],
    [0.028, -2.521718645],
    [0.054, -2.321718645],
    [0.095, -2.121718645],
    [0.145, -1.921718645],
    [0.22, -1.721718645],
    [0.3, -1.521718645],
    [0.4, -1.321718645],
    [0.5, -1.121718645],
    [0.6, -0.926545676714876],
];
/// Above the last: the negative's gamma of 0.55.
const LAST_SLOPE: f64 = 100.0 / 55.0;

/// `y` of `x` on the knots, columns `from` to `to`, times `scale`.
#[inline(always)]
fn piecewise<S: Scalar>(x: S, from: usize, to: usize, last: f64, scale: f64) -> S {
    let mut y = S::constant(KNOTS[0][to] * scale);
    // Each piece starts from its own knot, so that little is lost to the offsets.
    for (i, knot) in KNOTS.iter().enumerate() {
        let slope = match KNOTS.get(i + 1) {
            Some(next) => (next[to] - knot[to]) / (next[from] - knot[from]),
            None => last,
        };
        let piece = (x - S::constant(knot[from])).fma(S::constant(slope * scale), S::constant(knot[to] * scale));
        y = S::select(x.at_most(knot[from]), y, piece);
    }
    y
}

impl Shape for FilmExposure {
    #[inline(always)]
    fn decode<S: Scalar>(&self, density: S) -> S {
        piecewise(density, 0, 1, LAST_SLOPE, std::f64::consts::LOG2_10).exp2_affine(1.0, 0.0)
    }

    #[inline(always)]
    fn encode<S: Scalar>(&self, exposure: S) -> S {
        let log = exposure.max(S::constant(MIN_POSITIVE)).log2() * S::constant(std::f64::consts::LOG10_2);
        piecewise(log, 1, 0, 1.0 / LAST_SLOPE, 1.0)
    }
}
