//! Elementary functions over any [`Scalar`], from operations that IEEE 754 rounds exactly.
//!
//! The polynomials are minimax fits made for this project (Lawson iteration in double precision, coefficients rounded
//! to f32 from the lowest up, each time fitting the rest again); the error named is theirs alone, before rounding.

use super::Scalar;
use std::f64::consts::{LN_2, LOG2_E};

/// Results of `exp2` and `pow` stay below 2^111: as large as no picture, and small enough that the products and sums of
/// later ops stay finite in f32.
pub const MAX_EXPONENT: f64 = 110.0;
/// The exponents of powers of two that are computed. Below is as good as 0.
pub const EXPONENTS: [f64; 2] = [-125.0, MAX_EXPONENT];
/// The smallest normal f32; nothing below has a logarithm here.
pub const MIN_POSITIVE: f64 = f32::MIN_POSITIVE as f64;

/// The sum of `c[i] * x^i` by Estrin's scheme: a shorter chain of dependent steps than Horner's, which is what limits the speed.
#[inline(always)]
fn polynomial6<S: Scalar>(x: S, c: [f64; 6]) -> S {
    let square = x * x;
    let high = linear(x, c[4], c[5]).fma(square, linear(x, c[2], c[3]));
    high.fma(square, linear(x, c[0], c[1]))
}

/// As [`polynomial6`], for nine coefficients.
#[inline(always)]
fn polynomial9<S: Scalar>(x: S, c: [f64; 9]) -> S {
    let square = x * x;
    let fourth = square * square;
    let low = linear(x, c[2], c[3]).fma(square, linear(x, c[0], c[1]));
    let middle = linear(x, c[6], c[7]).fma(square, linear(x, c[4], c[5]));
    fourth.fma(S::literal(c[8]), middle).fma(fourth, low)
}

#[inline(always)]
fn linear<S: Scalar>(x: S, c0: f64, c1: f64) -> S {
    x.fma(S::literal(c1), S::literal(c0))
}

/// `(e, l)` with log2 x = e + l, e integral and |l| <= 1/2.
#[inline(always)]
fn log2_parts<S: Scalar>(x: S) -> (S, S) {
    let (e, m) = x.exponent_mantissa();
    (e, log2_1p(m - S::constant(1.0)))
}

/// (log2(1 + w) / w - log2 e) / w for 1 + w in [sqrt 1/2, sqrt 2]; relative error of the logarithm 1.3e-8.
const LOG2_BEND: [f64; 9] =
    [-0.721_347_5, 0.480_903_74, -0.360_682_6, 0.288_305_97, -0.239_789_8, 0.208_841_38, -0.193_287_92, 0.163_579_8, -0.080_007_4];

/// log2(1 + w) for 1 + w in [sqrt 1/2, sqrt 2).
#[inline(always)]
pub fn log2_1p<S: Scalar>(w: S) -> S {
    w.fma(S::literal(LOG2_E), w * w * polynomial9(w, LOG2_BEND))
}

/// 2^f * 2^n for n integral, within [`EXPONENTS`], and |f| <= 1/2; relative error 3e-9.
#[inline(always)]
fn exp2_parts<S: Scalar>(n: S, f: S) -> S {
    f.fma(exp2_slope(f), S::constant(1.0)).scale_exp2(n)
}

/// (2^f - 1) / f for |f| <= 1/2.
#[inline(always)]
fn exp2_slope<S: Scalar>(f: S) -> S {
    polynomial6(f, [LN_2, 0.240_226_48, 0.055_503_596, 0.009_618_506, 0.001_339_102_5, 0.000_153_267_93])
}

#[inline(always)]
pub fn exp2_m1<S: Scalar>(f: S) -> S {
    f * exp2_slope(f)
}

/// The least f32 that is not below `value`: of f32, the same are below both.
pub fn round_up(value: f64) -> f64 {
    let near = value as f32;
    if f64::from(near) < value { near.next_up().into() } else { near.into() }
}

/// The largest f32 that is not above `value`.
pub fn round_down(value: f64) -> f64 {
    -round_up(-value)
}

/// `value` as a sum of two f32: with both, a product is as good as one with the f64.
fn halves(value: f64) -> (f64, f64) {
    let high = f64::from(value as f32);
    (high, value - high)
}

#[inline(always)]
pub fn log2<S: Scalar>(x: S) -> S {
    let (e, l) = log2_parts(x);
    e + l
}

/// [`halves`] of a number fixed in the op, and of one that a control moves.
#[inline(always)]
pub fn fixed<S: Scalar>(value: f64) -> (S, S) {
    let (high, low) = halves(value);
    (S::constant(high), S::constant(low))
}
#[inline(always)]
pub fn live<S: Scalar>(value: f64) -> (S, S) {
    let (high, low) = halves(value);
    (S::parameter(high), S::parameter(low))
}

#[inline(always)]
pub fn affine<S: Scalar>(x: S, scale: (S, S), offset: (S, S)) -> S {
    x.cancelling_fma(scale.0, offset.0) + x.fma(scale.1, offset.1)
}

/// The bounds of x between which `x * scale + offset` is an exponent of [`EXPONENTS`].
fn exponent_domain(scale: f64, offset: f64) -> (f64, f64) {
    let [a, b] = EXPONENTS.map(|e| (e - offset) / scale);
    (a.min(b), a.max(b))
}

/// `x * scale + offset` as an integer and a rest of no more than 1/2, held within [`EXPONENTS`].
#[inline(always)]
fn split_affine<S: Scalar>(x: S, scale: f64, offset: f64) -> (S, S) {
    let (low, high) = exponent_domain(scale, offset);
    let x = x.max(S::constant(low)).min(S::constant(high));
    let (scale, offset) = (fixed::<S>(scale), fixed::<S>(offset));
    let n = x.fma(scale.0, offset.0).rint();
    let f = x.cancelling_fma(scale.0, offset.0 - n);
    (n, f + x.fma(scale.1, offset.1))
}

#[inline(always)]
pub fn exp2_affine<S: Scalar>(x: S, scale: f64, offset: f64) -> S {
    let (n, f) = split_affine(x, scale, offset);
    exp2_parts(n, f)
}

#[inline(always)]
pub fn exp2_m1_affine<S: Scalar>(x: S, scale: f64, offset: f64) -> S {
    let (n, f) = split_affine(x, scale, offset);
    let power = n.exp2_integral();
    power.fma(exp2_m1(f), power - S::constant(1.0))
}

/// Exponents beyond 4096 make a step of a power all the same, and up to there the fraction of log2 x times them is exact enough.
pub fn held_exponent(exponent: f64) -> f64 {
    exponent.clamp(-4096.0, 4096.0)
}

#[inline(always)]
pub fn pow_halves<S: Scalar>(x: S, (high, low): (S, S)) -> S {
    let (e, l) = log2_parts(x);
    let p = high * e;
    let q = high.fma(l, low.fma(e, high.fma(e, -p)));
    finish_pow(x, p, q)
}

#[inline(always)]
pub fn pow<S: Scalar>(x: S, exponent: S) -> S {
    let (e, l) = log2_parts(x);
    let p = exponent * e;
    let q = exponent.fma(l, exponent.fma(e, -p));
    finish_pow(x, p, q)
}

/// 2^(p + q) where x is a positive normal number, else 0.
#[inline(always)]
fn finish_pow<S: Scalar>(x: S, p: S, q: S) -> S {
    let n = (p + q).rint();
    let f = (p - n) + q;
    let r = exp2_parts(n.max(S::literal(EXPONENTS[0])).min(S::literal(EXPONENTS[1])), f);
    S::select(x.lt(S::literal(MIN_POSITIVE)), S::constant(0.0), r)
}

/// atan t / t in degrees, in t^2 over 0..1.
const ATAN_SLOPE: [f64; 9] =
    [57.295_78, -19.098_532, 11.456_242, -8.146_687_5, 6.126_226_4, -4.356_318_5, 2.507_937, -0.956_421_1, 0.171_774_45];

/// Octant reduction, then atan t / t in t^2 over 0..1, relative error 2e-8.
#[inline(always)]
pub fn atan2_degrees<S: Scalar>(y: S, x: S) -> S {
    let zero = S::constant(0.0);
    let (ax, ay) = (x.abs(), y.abs());
    let t = ax.min(ay) / ax.max(ay).max(S::literal(1e-30));
    let z = t * t;
    let p = polynomial9(z, ATAN_SLOPE);
    let octant = t * p;
    let quadrant = S::select(ax.lt(ay), S::literal(90.0) - octant, octant);
    let half = S::select(x.lt(zero), S::literal(180.0) - quadrant, quadrant);
    S::select(y.lt(zero), S::literal(360.0) - half, half)
}
