//! The working domains, as kernels apply them to every sample.
//!
//! `log2` and `exp2` are ours: operations that IEEE 754 rounds exactly, in one order, so that every machine and every
//! vector width gives the same bits.

use super::{Domain, Options, simd};

/// A working domain. Both directions are monotonic but for rounding, and map 0 to 0.
#[derive(Clone, Copy)]
pub struct Curve {
    log: bool,
    /// White-balance gain, in a log domain times the slope; and its inverse.
    gain: [f32; 3],
    inverse: [f32; 3],
}

impl Curve {
    pub fn new(options: &Options) -> Self {
        let (log, slope) = match options.domain {
            Domain::Linear => (false, 1.0),
            Domain::Log { slope } => (true, slope),
        };
        let gain = options.white_balance.map(|g| g * slope);
        Self { log, gain: gain.map(|g| g as f32), inverse: gain.map(|g| (1.0 / g) as f32) }
    }

    /// Samples of the sensor colour `channel` (red, green, blue) to the working domain.
    pub fn encode(&self, from: &[f32], channel: usize, to: &mut [f32]) {
        let (log, gain) = (self.log, self.gain[channel]);
        simd::vectorised(
            #[inline(always)]
            || {
                if log {
                    for (to, x) in to.iter_mut().zip(from) {
                        *to = encode_log(*x * gain);
                    }
                } else {
                    for (to, x) in to.iter_mut().zip(from) {
                        *to = *x * gain;
                    }
                }
            },
        );
    }

    /// Values of one channel back from the working domain, in place.
    pub fn decode(&self, values: &mut [f32], channel: usize) {
        let (log, inverse) = (self.log, self.inverse[channel]);
        simd::vectorised(
            #[inline(always)]
            || {
                if log {
                    for y in values {
                        *y = decode_log(*y) * inverse;
                    }
                } else {
                    for y in values {
                        *y *= inverse;
                    }
                }
            },
        );
    }
}

#[inline(always)]
fn encode_log(t: f32) -> f32 {
    log2_from_1(1.0 + t.max(0.0)) + t.min(0.0) * std::f32::consts::LOG2_E
}

#[inline(always)]
fn decode_log(y: f32) -> f32 {
    (exp2(y.max(0.0)) - 1.0) + y.min(0.0) * std::f32::consts::LN_2
}

/// log2 of `x` from 1 to the largest f32, within 2e-7 of the result's magnitude or 1e-7.
///
/// `x = 2^k m` with `m` from sqrt(1/2) to sqrt(2); with `s = (m - 1) / (m + 1)`, `|s| < 0.1716`,
/// `log2 m = 2/ln 2 (s + s^3/3 + s^5/5 + ...)`, cut after `s^9` (the rest is below 1e-9).
#[inline(always)]
fn log2_from_1(x: f32) -> f32 {
    const SQRT_HALF: u32 = 0x3f35_04f3;
    let above = x.to_bits().wrapping_sub(SQRT_HALF);
    let exponent = ((above as i32) >> 23) as f32;
    let m = f32::from_bits((above & 0x007f_ffff).wrapping_add(SQRT_HALF));
    let s = (m - 1.0) / (m + 1.0);
    let q = s * s;
    let series = 1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0))));
    exponent + s * (2.0 * std::f32::consts::LOG2_E) * series
}

/// 2 to the `y`, for `y` from 0 up, relative error below 4e-7; from 127 up the result stays at 2^127.
///
/// `y = k + f` with `|f| <= 1/2`; the Taylor series of `e^(f ln 2)` is cut after the 7th power (the rest is below 6e-9).
#[inline(always)]
fn exp2(y: f32) -> f32 {
    /// Adding it rounds to a whole number, which then stands in the low bits.
    const ROUND: f32 = 12_582_912.0; // 1.5 * 2^23
    let y = y.min(127.0);
    let rounded = y + ROUND;
    let k = rounded.to_bits().wrapping_sub(ROUND.to_bits());
    let z = (y - (rounded - ROUND)) * std::f32::consts::LN_2;
    let series =
        1.0 + z * (1.0 + z * (1.0 / 2.0 + z * (1.0 / 6.0 + z * (1.0 / 24.0 + z * (1.0 / 120.0 + z * (1.0 / 720.0 + z * (1.0 / 5040.0)))))));
    f32::from_bits(series.to_bits().wrapping_add(k << 23))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through_log(x: f32) -> f32 {
        let log = Curve::new(&Options { domain: Domain::LOG, ..Options::CODED });
        let mut value = [0.0];
        log.encode(&[x], 1, &mut value);
        log.decode(&mut value, 1);
        value[0]
    }

    #[test]
    fn log2_and_exp2_follow_their_definition() {
        let mut x = 1.0f32;
        while x < 1e30 {
            let exact = f64::from(x).log2();
            assert!((f64::from(log2_from_1(x)) - exact).abs() <= 1e-7 + 2e-7 * exact, "log2 {x}");
            let y = exact as f32;
            let exact = f64::from(y).exp2();
            assert!((f64::from(exp2(y)) / exact - 1.0).abs() <= 4e-7, "exp2 {y}");
            x *= 1.000_37;
        }
        assert_eq!((log2_from_1(1.0), exp2(0.0)), (0.0, 1.0));
    }

    #[test]
    fn the_log_domain_comes_back_to_the_sample() {
        for i in -4000..40_000 {
            let x = i as f32 / 20_000.0;
            let back = through_log(x);
            assert!((back - x).abs() <= 1e-10 + 2e-6 * x.abs(), "{x} came back as {back}");
        }
    }

    #[test]
    fn no_input_panics_or_loses_its_sign() {
        for x in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, f32::MIN_POSITIVE, -0.0] {
            let y = through_log(x);
            assert!(x.is_nan() || y == 0.0 || (y > 0.0) == (x > 0.0), "{x} became {y}");
        }
    }
}
