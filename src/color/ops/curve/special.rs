//! Log curves with more than one exponential piece.

use super::{Log, Shape};
use crate::color::scalar::{Scalar, math::MIN_POSITIVE};

/// A log curve that mirrors itself below black (Canon Log 2 and 3): `low` below code `cut`, else `high`.
#[derive(Clone, Debug, PartialEq)]
pub struct TwoSided {
    pub cut: f64,
    /// Without a line, falling: negative rate and gain.
    pub low: Log,
    pub high: Log,
}

impl Shape for TwoSided {
    #[inline(always)]
    fn decode<S: Scalar>(&self, code: S) -> S {
        S::select(code.below(self.cut), self.low.decode(code), self.high.decode(code))
    }

    #[inline(always)]
    fn encode<S: Scalar>(&self, linear: S) -> S {
        let cut = Scalar::exp2_affine(self.cut, self.low.rate, self.low.start) * self.low.gain + self.low.base;
        S::select(linear.below(cut), self.low.encode(linear), self.high.encode(linear))
    }
}

/// ACEScc (Academy S-2014-003): a logarithm to base 2 that bends below 2^-15 so as to reach 0, and ends at 65504.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AcesCc;

const CC_RATE: f64 = 17.52;
const CC_START: f64 = -9.72;
/// 2^-15 and 2^-16.
const CC_KNEE: f64 = 0.000_030_517_578_125;
const CC_HALF_KNEE: f64 = CC_KNEE / 2.0;

impl Shape for AcesCc {
    #[inline(always)]
    fn decode<S: Scalar>(&self, code: S) -> S {
        let linear = code.exp2_affine(CC_RATE, CC_START);
        let bent = (linear - S::constant(CC_HALF_KNEE)) * S::constant(2.0);
        let linear = linear.min(S::constant(65504.0));
        S::select(code.below((-15.0 - CC_START) / CC_RATE), bent, linear)
    }

    #[inline(always)]
    fn encode<S: Scalar>(&self, linear: S) -> S {
        let bent = linear.max(S::constant(0.0)).fma(S::constant(0.5), S::constant(CC_HALF_KNEE));
        let x = S::select(linear.below(CC_KNEE), bent, linear).max(S::constant(MIN_POSITIVE));
        x.log2().fma(S::constant(1.0 / CC_RATE), S::constant(-CC_START / CC_RATE))
    }
}

/// Apple Log (Apple Log Profile White Paper, 2023): a square root under a logarithm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AppleLog;

const APPLE_R0: f64 = -0.056_410_88;
const APPLE_RT: f64 = 0.01;
const APPLE_C: f64 = 47.287_112_36;
const APPLE_BETA: f64 = 0.009_640_52;
const APPLE_GAMMA: f64 = 0.085_504_79;
const APPLE_DELTA: f64 = 0.693_369_45;

impl Shape for AppleLog {
    #[inline(always)]
    fn decode<S: Scalar>(&self, code: S) -> S {
        let cut = APPLE_C * (APPLE_RT - APPLE_R0) * (APPLE_RT - APPLE_R0);
        let curved = code.exp2_affine(1.0 / APPLE_GAMMA, -APPLE_DELTA / APPLE_GAMMA) - S::constant(APPLE_BETA);
        // sqrt a + R0 as (a - R0^2) / (sqrt a - R0): R0 is negative, and near black the sum would cancel.
        let x = code.max(S::constant(0.0));
        let root = x.affine(1.0 / APPLE_C, -APPLE_R0 * APPLE_R0) / ((x * S::constant(1.0 / APPLE_C)).sqrt() - S::constant(APPLE_R0));
        S::select(code.below(cut), root, curved)
    }

    #[inline(always)]
    fn encode<S: Scalar>(&self, linear: S) -> S {
        let x = (linear + S::constant(APPLE_BETA)).max(S::constant(MIN_POSITIVE));
        let curved = x.log2().fma(S::constant(APPLE_GAMMA), S::constant(APPLE_DELTA));
        let d = (linear - S::constant(APPLE_R0)).max(S::constant(0.0));
        S::select(linear.below(APPLE_RT), d * d * S::constant(APPLE_C), curved)
    }
}

/// Nikon N-Log ("N-Log Specification Document", 2018): a cube root under a logarithm, in codes of 1023.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NLog;

const N_CUBE: f64 = 650.0 / 1023.0;
const N_BLACK: f64 = 0.0075;
/// The cube root of `N_BLACK`.
const N_ROOT: f64 = 0.195_743_382_058_443_3;
const N_RATE: f64 = 150.0 / 1023.0;
const N_START: f64 = 619.0 / 1023.0;
const N_CUT: f64 = 452.0 / 1023.0;
const N_CUT_LINEAR: f64 = 0.328;
/// Codes are held above this, so that their cubes are finite.
const N_LEAST: f64 = -1_073_741_824.0;

impl Shape for NLog {
    #[inline(always)]
    fn decode<S: Scalar>(&self, code: S) -> S {
        let bits = std::f64::consts::LOG2_E / N_RATE;
        let curved = code.exp2_affine(bits, -N_START * bits);
        // t^3 - r^3 as (t - r)(t^2 + t r + r^2), which keeps the digits near black.
        let code = code.max(S::constant(N_LEAST));
        let t = code * S::constant(1.0 / N_CUBE);
        let rest = t.fma(t + S::constant(N_ROOT), S::constant(N_ROOT * N_ROOT));
        S::select(code.below(N_CUT), code.affine(1.0 / N_CUBE, -N_ROOT) * rest, curved)
    }

    #[inline(always)]
    fn encode<S: Scalar>(&self, linear: S) -> S {
        let curved = linear.max(S::constant(MIN_POSITIVE)).log2().fma(S::constant(N_RATE * std::f64::consts::LN_2), S::constant(N_START));
        let x = linear + S::constant(N_BLACK);
        let cube = x.abs().powf(1.0 / 3.0).copysign(x) * S::constant(N_CUBE);
        S::select(linear.below(N_CUT_LINEAR), cube, curved)
    }
}

/// The shoulder of ARRI LogC3 above EI 1280: codes from 0.8 up are bent so that the sensor's maximum, which the plain curve
/// would put at `maximum` > 1, has code 1. A cubic Hermite piece. ARRI, "ALEXA Log C Curve", 2017, as in the ACES CTL.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shoulder {
    pub maximum: f64,
}

const KNEE: f64 = 0.8;
const WIDTH: f64 = 0.2;

impl Shoulder {
    /// Powers of (code - 0.8) / 0.2 from the end points 0.8 and `maximum`, with slope 1 at the first and the reciprocal
    /// of the widening, squared, at the second.
    fn coefficients(self) -> [f64; 4] {
        let widening = WIDTH / (self.maximum - KNEE);
        let (start, end) = (WIDTH, WIDTH / (widening * widening));
        let rise = self.maximum - KNEE;
        [KNEE, start, 3.0 * rise - 2.0 * start - end, end + start - 2.0 * rise]
    }

    #[inline(always)]
    fn cubic<S: Scalar>(self, d: S) -> S {
        let [c0, c1, c2, c3] = self.coefficients();
        d.fma(d.fma(d.fma(S::constant(c3), S::constant(c2)), S::constant(c1)), S::constant(c0))
    }
}

impl Shape for Shoulder {
    /// Code to code of the plain curve.
    #[inline(always)]
    fn decode<S: Scalar>(&self, code: S) -> S {
        let d = (code - S::constant(KNEE)) * S::constant(1.0 / WIDTH);
        S::select(code.at_most(KNEE), code, self.cubic(d))
    }

    /// By Newton's method; the cubic is monotone, and five steps reach full precision from its chord.
    #[inline(always)]
    fn encode<S: Scalar>(&self, plain: S) -> S {
        let [_, c1, c2, c3] = self.coefficients();
        let mut d = (plain - S::constant(KNEE)) * S::constant(1.0 / (self.maximum - KNEE));
        d = d.max(S::constant(0.0));
        for _ in 0..6 {
            let slope = d.fma(d.fma(S::constant(3.0 * c3), S::constant(2.0 * c2)), S::constant(c1));
            d = d - (self.cubic(d) - plain) / slope;
        }
        S::select(plain.at_most(KNEE), plain, d.fma(S::constant(WIDTH), S::constant(KNEE)))
    }
}
