//! Elementary functions over any [`Scalar`], from operations that IEEE 754 rounds exactly.
//!
//! The polynomials are minimax fits made for this project (Lawson iteration in double precision, coefficients rounded
//! to f32 from the lowest up, each time fitting the rest again); the error named is theirs alone, before rounding.

use super::Scalar;
use std::f64::consts::{LN_2, LOG2_E};

/// Results of `exp2` and `pow` stay below 2^111: as large as no picture, and small enough that the products and sums of
/// later ops stay finite in f32.
pub const MAX_EXPONENT: f64 = 110.0;
/// The smallest normal f32; nothing below has a logarithm here.
pub const MIN_POSITIVE: f64 = f32::MIN_POSITIVE as f64;

/// Horner's scheme, lowest coefficient first.
macro_rules! polynomial {
    ($x:expr; $($c:expr),+) => { polynomial!(@ $x; [] $($c),+) };
    (@ $x:expr; [$($r:expr),*] $c:expr) => { polynomial!(% $x; S::literal($c); $($r),*) };
    (@ $x:expr; [$($r:expr),*] $c:expr, $($rest:expr),+) => { polynomial!(@ $x; [$c $(, $r)*] $($rest),+) };
    (% $x:expr; $acc:expr; $r:expr $(, $rest:expr)*) => { polynomial!(% $x; $acc.fma($x, S::literal($r)); $($rest),*) };
    (% $x:expr; $acc:expr;) => { $acc };
}

/// `(e, l)` with log2 x = e + l, e integral and |l| <= 1/2.
///
/// log2 m = 2/ln 2 * atanh s with s = (m - 1)/(m + 1), |s| < 0.172; the series in s^2, error 2e-9.
#[inline(always)]
fn log2_parts<S: Scalar>(x: S) -> (S, S) {
    let (e, m) = x.exponent_mantissa();
    (e, log2_1p(m - S::constant(1.0)))
}

/// log2(1 + w) for 1 + w in [sqrt 1/2, sqrt 2).
#[inline(always)]
pub fn log2_1p<S: Scalar>(w: S) -> S {
    let s = w / (w + S::constant(2.0));
    let z = s * s;
    let p = polynomial!(z; 3.651_219_4e-8, 0.961_798_85, 0.576_714_34, 0.431_741_33);
    s.fma(S::literal(2.0 * LOG2_E), s * p)
}

/// 2^f * 2^n for n integral and |f| <= 1/2; relative error 3e-9.
#[inline(always)]
fn exp2_parts<S: Scalar>(n: S, f: S) -> S {
    let p = f.fma(exp2_slope(f), S::constant(1.0));
    p * n.exp2_integral()
}

/// (2^f - 1) / f for |f| <= 1/2.
#[inline(always)]
fn exp2_slope<S: Scalar>(f: S) -> S {
    polynomial!(f; LN_2, 0.240_226_48, 0.055_503_596, 0.009_618_506, 0.001_339_102_5, 0.000_153_267_93)
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

/// `x * scale + offset` as an integer and a rest of no more than 1/2.
#[inline(always)]
fn split_affine<S: Scalar>(x: S, scale: f64, offset: f64) -> (S, S) {
    let (scale_high, scale_low) = halves(scale);
    let (offset_high, offset_low) = halves(offset);
    let n = x.fma(S::constant(scale_high), S::constant(offset_high)).rint();
    let f = x.cancelling_fma(S::constant(scale_high), S::constant(offset_high) - n);
    let f = f + x.fma(S::constant(scale_low), S::constant(offset_low));
    // Beyond 2^23 the difference is no longer a fraction; results are at their bounds there.
    (n, f.max(S::constant(-1.0)).min(S::constant(1.0)))
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
    let r = exp2_parts(n, (p - n) + q);
    S::select(x.lt(S::literal(MIN_POSITIVE)), S::constant(0.0), r)
}

/// Octant reduction, then atan t / t in t^2 over 0..1, relative error 2e-8.
#[inline(always)]
pub fn atan2_degrees<S: Scalar>(y: S, x: S) -> S {
    let zero = S::constant(0.0);
    let (ax, ay) = (x.abs(), y.abs());
    let t = ax.min(ay) / ax.max(ay).max(S::literal(1e-30));
    let z = t * t;
    let p =
        polynomial!(z; 57.295_78, -19.098_532, 11.456_242, -8.146_687_5, 6.126_226_4, -4.356_318_5, 2.507_937, -0.956_421_1, 0.171_774_45);
    let octant = t * p;
    let quadrant = S::select(ax.lt(ay), S::literal(90.0) - octant, octant);
    let half = S::select(x.lt(zero), S::literal(180.0) - quadrant, quadrant);
    S::select(y.lt(zero), S::literal(360.0) - half, half)
}
