//! The working domains, as kernels apply them to every sample.
//!
//! `log2` and `exp2` are those of [`color::scalar`](crate::color): operations that IEEE 754 rounds exactly, in one order,
//! so that every machine and every vector width gives the same bits.

use super::{
    Domain, Options,
    simd::{self, Pass},
};
use crate::color::scalar::{Lanes, Scalar, math::MAX_EXPONENT};
use std::f64::consts::{LN_2, LOG2_E};

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
            Domain::Log { slope } => (true, slope.value()),
        };
        let gain = options.white_balance.map(|g| g * slope);
        Self { log, gain: gain.map(|g| g as f32), inverse: gain.map(|g| (1.0 / g) as f32) }
    }

    /// The step in the working domain from black to sensor clip.
    pub fn range(&self) -> f32 {
        self.clip(1)
    }

    /// Sensor clip of the sensor colour `channel` in the working domain.
    pub fn clip(&self, channel: usize) -> f32 {
        let gain = self.gain[channel];
        if self.log { encode_log(gain) } else { gain }
    }

    /// What a GPU applies instead: factors before encoding and after decoding, a channel each.
    #[cfg(feature = "gpu")]
    pub(crate) fn gains(&self) -> ([f32; 3], [f32; 3]) {
        (self.gain, self.inverse)
    }
    #[cfg(feature = "gpu")]
    pub(crate) fn is_log(&self) -> bool {
        self.log
    }

    /// Adds `encode` and `decode` of the log domain, without the gains.
    #[cfg(feature = "gpu")]
    pub(crate) fn wgsl(builder: &mut crate::color::WgslBuilder) {
        builder.channels("encode", encode_log);
        builder.channels("decode", decode_log);
    }

    /// Samples of the sensor colour `channel` (red, green, blue) to the working domain.
    pub fn encode(&self, from: &[f32], channel: usize, to: &mut [f32]) {
        simd::run(Encode { log: self.log, gain: self.gain[channel], from, to });
    }

    /// Values of one channel back from the working domain, in place.
    pub fn decode(&self, values: &mut [f32], channel: usize) {
        simd::run(Decode { log: self.log, inverse: self.inverse[channel], values });
    }
}

struct Encode<'a> {
    log: bool,
    gain: f32,
    from: &'a [f32],
    to: &'a mut [f32],
}

impl Pass for Encode<'_> {
    #[inline(always)]
    fn run<S: Lanes>(self) {
        let gain = S::constant(self.gain.into());
        let (mut from, mut to) = (self.from.chunks_exact(S::COUNT), self.to.chunks_exact_mut(S::COUNT));
        for (from, to) in (&mut from).zip(&mut to) {
            let x = S::load(from) * gain;
            (if self.log { encode_log(x) } else { x }).store(to);
        }
        for (from, to) in from.remainder().iter().zip(to.into_remainder()) {
            let x = from * self.gain;
            *to = if self.log { encode_log(x) } else { x };
        }
    }
}

struct Decode<'a> {
    log: bool,
    inverse: f32,
    values: &'a mut [f32],
}

impl Pass for Decode<'_> {
    #[inline(always)]
    fn run<S: Lanes>(self) {
        let inverse = S::constant(self.inverse.into());
        let mut values = self.values.chunks_exact_mut(S::COUNT);
        for values in &mut values {
            let y = S::load(values);
            ((if self.log { decode_log(y) } else { y }) * inverse).store(values);
        }
        for y in values.into_remainder() {
            *y = (if self.log { decode_log(*y) } else { *y }) * self.inverse;
        }
    }
}

/// `log2(1 + t)`, below 0 its tangent. What is no number is taken for black.
#[inline(always)]
fn encode_log<S: Scalar>(t: S) -> S {
    let zero = S::constant(0.0);
    (S::constant(1.0) + t.max(zero)).log2() + t.min(zero) * S::literal(LOG2_E)
}

#[inline(always)]
fn decode_log<S: Scalar>(y: S) -> S {
    let zero = S::constant(0.0);
    let above = y.max(zero).min(S::constant(MAX_EXPONENT));
    let n = above.rint();
    let power = n.exp2_integral();
    power.fma((above - n).exp2_m1(), power - S::constant(1.0)) + y.min(zero) * S::literal(LN_2)
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
            assert!(y == 0.0 || (y > 0.0) == (x > 0.0), "{x} became {y}");
        }
    }
}
