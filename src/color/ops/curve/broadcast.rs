//! Broadcast signals: SMPTE ST 2084 (PQ) and ITU-R BT.2100 HLG.

use super::Shape;
use crate::color::scalar::{Scalar, math::MIN_POSITIVE};

/// SMPTE ST 2084: signal 0..1 from and to luminance with 1.0 = 100 nit. Odd about 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pq;

/// The constants of SMPTE ST 2084, 5.1 and 5.2. Each is exact in f32.
impl Pq {
    pub const M1: f64 = 2610.0 / 16384.0;
    pub const M2: f64 = 2523.0 / 4096.0 * 128.0;
    pub const C1: f64 = 3424.0 / 4096.0;
    pub const C2: f64 = 2413.0 / 4096.0 * 32.0;
    pub const C3: f64 = 2392.0 / 4096.0 * 32.0;
}

const M1: f64 = Pq::M1;
const M2: f64 = Pq::M2;
const C3: f64 = Pq::C3;
/// 1 - c1 = c2 - c3. With it, both directions are written as distances from 1, where f32 would otherwise lose the
/// bits that an exponent of 79 magnifies.
const REST: f64 = Pq::C2 - C3;
/// Luminance of signal 1, 1.0 = 100 nit.
const PEAK: f64 = 100.0;

impl Shape for Pq {
    #[inline(always)]
    fn encode<S: Scalar>(&self, linear: S) -> S {
        let y = (linear.abs() * S::constant(1.0 / PEAK)).powf(M1);
        let distance = (y - S::constant(1.0)) / y.fma(S::constant(C3 / REST), S::constant(1.0 / REST));
        distance.log2_1p().exp2_affine(M2, 0.0).copysign(linear)
    }

    #[inline(always)]
    fn decode<S: Scalar>(&self, signal: S) -> S {
        // Below 2^-25 the signal is black, and the small exponent keeps within what exp2_m1 takes.
        // Above 2^39 it is far beyond what the signal can say, and beyond its pole all light is the most there is.
        let held = signal.abs().max(S::constant(MIN_POSITIVE)).log2().max(S::constant(-25.0)).min(S::constant(39.0));
        let distance = (held * S::constant(1.0 / M2)).exp2_m1();
        let above = distance + S::constant(REST);
        let below = distance.fma(S::constant(-C3), S::constant(REST)).max(S::constant(MIN_POSITIVE));
        ((above / below).powf(1.0 / M1) * S::constant(PEAK)).copysign(signal)
    }
}

/// The OETF of HLG (ITU-R BT.2100-2, table 5): signal 0..1 from and to scene light with `white` for signal 1. Odd about 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hlg {
    pub white: f64,
}

const A: f64 = 0.178_832_77;
const B: f64 = 0.284_668_92;
const C: f64 = 0.559_910_73;

impl Shape for Hlg {
    #[inline(always)]
    fn encode<S: Scalar>(&self, light: S) -> S {
        let e = light.abs() * S::constant(1.0 / self.white);
        let root = (e * S::constant(3.0)).sqrt();
        let log = e.fma(S::constant(12.0), S::constant(-B)).max(S::constant(MIN_POSITIVE)).log2();
        let log = log.fma(S::constant(A * std::f64::consts::LN_2), S::constant(C));
        S::select(e.at_most(1.0 / 12.0), root, log).copysign(light)
    }

    #[inline(always)]
    fn decode<S: Scalar>(&self, signal: S) -> S {
        let x = signal.abs();
        let square = x * x * S::constant(self.white / 3.0);
        let bits = std::f64::consts::LOG2_E / A;
        let exponential = (x.exp2_affine(bits, -C * bits) + S::constant(B)) * S::constant(self.white / 12.0);
        S::select(x.at_most(0.5), square, exponential).copysign(signal)
    }
}

#[cfg(test)]
mod tests {
    use crate::color::{Op, Processor, curve::Curve, eval_f64};

    #[test]
    fn a_signal_beyond_the_pole_of_pq_is_the_most_light() {
        let ops = [Op::curve(Curve::decode(super::Pq))];
        for signal in [1.5, 2.0, 1e6, f64::INFINITY] {
            let (exact, fast) = (eval_f64(&ops, [signal; 3])[0], Processor::new(&ops).pixel([signal as f32; 3])[0]);
            assert!(exact > 1e3 && fast > 1e3 && fast.is_finite(), "{signal}: {exact}, {fast}");
        }
    }
}
