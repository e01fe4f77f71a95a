//! From the four channels of a Bayer picture (SMPTE ST 2073-3, image format 4) to the mosaic of the camera.

use super::wavelet::{Level, Scaling, Scratch};
use crate::{
    error::{Error, Result},
    image::{Cfa, Size},
};
use rayon::prelude::*;

/// Bits of a component: the code values of the log curve.
pub const COMPONENT_BITS: u32 = 12;

/// Where the components go, and in how many bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrangement {
    cfa: Cfa,
    bits: u32,
}

impl Arrangement {
    /// `bits` of the linear result: those of the white level. RGGB and GBRG are the patterns that encoders write.
    pub fn new(cfa: Cfa, bits: u32) -> Result<Self> {
        if !matches!(cfa, Cfa::Rggb | Cfa::Gbrg) {
            return Err(Error::unsupported("VC-5 is read in the patterns RGGB and GBRG").field("CFA").value(cfa));
        }
        if !(8..=16).contains(&bits) {
            return Err(Error::unsupported("VC-5 is read with a white level of 8 to 16 bits").field("bits of the white level").value(bits));
        }
        Ok(Self { cfa, bits })
    }

    /// Inverts the last level of each channel and arranges the components. `size` is even both ways.
    pub fn mosaic(&self, channels: &[Level; 4], scaling: Scaling, size: Size) -> Vec<u16> {
        let width = size.width as usize;
        let half = width / 2;
        let curve = inverse_log(self.bits);
        let mut mosaic = vec![0u16; size.area()];
        // A row of the bands is two of the components, and those are four of the mosaic.
        let scratch = || (Scratch::new(channels[0].low_low.width), vec![0i16; 8 * half]);
        mosaic.par_chunks_mut(4 * width).enumerate().for_each_init(scratch, |(scratch, lines), (y, rows)| {
            let (even, odd) = lines.split_at_mut(4 * half);
            for ((level, even), odd) in channels.iter().zip(even.chunks_exact_mut(half)).zip(odd.chunks_exact_mut(half)) {
                level.rows(y, scaling, scratch, even, Some(odd));
            }
            for (rows, lines) in rows.chunks_exact_mut(2 * width).zip([even, odd]) {
                let (upper, lower) = rows.split_at_mut(width);
                self.arrange(lines, &curve, upper, lower);
            }
        });
        mosaic
    }

    /// One row of each component to two of the mosaic.
    fn arrange(&self, lines: &[i16], curve: &[u16], upper: &mut [u16], lower: &mut [u16]) {
        let half = upper.len() / 2;
        let (first, rest) = lines.split_at(half);
        let (second, rest) = rest.split_at(half);
        let (third, fourth) = rest.split_at(half);
        let linear = |code: i32| curve[code.clamp(0, (1 << COMPONENT_BITS) - 1) as usize];
        let pairs = upper.as_chunks_mut::<2>().0.iter_mut().zip(lower.as_chunks_mut::<2>().0);
        for ((upper, lower), (((&green, &red), &blue), &difference)) in pairs.zip(first.iter().zip(second).zip(third).zip(fourth)) {
            // Mean green; half of red less green, of blue less green, and of the greens, each about the middle.
            let [green, red, blue, difference] = [green, red, blue, difference].map(i32::from);
            let signed = |v: i32| v - (1 << (COMPONENT_BITS - 1));
            let red = linear(green + 2 * signed(red));
            let blue = linear(green + 2 * signed(blue));
            let green_1 = linear(green + signed(difference));
            let green_2 = linear(green - signed(difference));
            (*upper, *lower) = match self.cfa {
                Cfa::Gbrg => ([green_1, blue], [red, green_2]),
                _ => ([red, green_1], [green_2, blue]),
            };
        }
    }
}

/// 113^(1/4095), the ratio of the curve's neighbours.
const RATIO: f64 = 1.001_155_095_869_71;

/// The curve that the codec itself undoes: `(113^(code / 4095) - 1) / 112` of full scale, to whole numbers of 16 bits (cut,
/// by way of a 32-bit float: gopro/gpr `logcurve.c`), then to `bits`.
fn inverse_log(bits: u32) -> Vec<u16> {
    let mut power = 1.0f64;
    let mut curve = Vec::with_capacity(1 << COMPONENT_BITS);
    for _ in 0..1 << COMPONENT_BITS {
        // By products the error stays below 2e-8; no value is that near to where it would be cut otherwise (tested).
        let linear = (65_535.0 * (power - 1.0) / 112.0) as f32;
        curve.push((linear as u16) >> (16 - bits));
        power *= RATIO;
    }
    curve
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_is_that_of_the_formula() {
        let curve = inverse_log(16);
        assert_eq!((curve[0], curve[4095]), (0, 65_535));
        for (code, &linear) in curve.iter().enumerate() {
            let exact = 65_535.0 * (113f64.powf(code as f64 / 4095.0) - 1.0) / 112.0;
            for near in [exact - 3e-8, exact + 3e-8] {
                assert_eq!(linear, near.max(0.0) as f32 as u16, "{code}");
            }
        }
        assert_eq!(inverse_log(14)[4095], 16_383);
    }

    #[test]
    fn other_patterns_are_refused_by_name() {
        let error = Arrangement::new(Cfa::Grbg, 14).unwrap_err().to_string();
        assert!(error.contains("GRBG"), "{error}");
        assert!(Arrangement::new(Cfa::Rggb, 17).is_err());
    }
}
