//! Floating-point samples: DNG 1.4, SampleFormat 3 with 16, 24 or 32 bits; uncompressed or Deflate.

use super::{
    decode::Chunk,
    deflate::{self, Predictor},
    layout::{Compression, Storage},
};
use crate::{
    camera::tiff::{ByteOrder, Tag},
    error::{Error, Result},
};
use std::io::Read;

/// Depths that are read.
pub const BITS: [u32; 3] = [16, 24, 32];

/// Decodes a strip or tile. A sample that is no finite number is an error.
pub fn decode(data: &[u8], storage: &Storage, order: ByteOrder, chunk: &mut Chunk<f32>) -> Result<()> {
    let row_bytes = storage.row_bytes();
    let mut bytes = vec![0; row_bytes];
    let mut row = vec![0.0; chunk.row_samples];
    let (mut plain, mut stream, predictor) = match storage.compression {
        Compression::Deflate(predictor) => (None, Some(deflate::stream(data)), predictor),
        // Floats are refused with any other, see `Storage::read`.
        _ => (Some(data), None, Predictor::None),
    };
    for (y, out) in chunk.rows.iter_mut().enumerate() {
        let read = match (&mut plain, &mut stream) {
            (Some(data), _) => data.read_exact(&mut bytes),
            (_, Some(stream)) => stream.read_exact(&mut bytes),
            (None, None) => Ok(()),
        };
        read.map_err(|e| Error::invalid(format!("floating-point samples: {e}")).field("row").value(y))?;
        match predictor {
            Predictor::Floating(pixels) => from_planes(&mut bytes, storage.bits, pixels * chunk.samples_per_pixel, &mut row),
            _ => from_samples(&bytes, storage.bits, order, &mut row),
        }
        let n = out.len();
        out.copy_from_slice(&row[..n]);
        if let Some(x) = out.iter().position(|v| !v.is_finite()) {
            return Err(Error::invalid("not a finite number").field(format!("sample {x} of row {y}")).value(out[x]));
        }
    }
    Ok(())
}

/// Refuses a predictor that looks back into the middle of what stands together.
pub fn check_predictor(predictor: Predictor, width: u32) -> Result<()> {
    match predictor {
        Predictor::Floating(pixels) if !width.is_multiple_of(pixels as u32) => {
            Err(Error::unsupported(format!("the width of strips or tiles ({width}) is no multiple of the {pixels} pixels it looks back"))
                .field(Tag::PREDICTOR.to_string()))
        }
        _ => Ok(()),
    }
}

/// Samples one after the other, in the byte order of the file.
fn from_samples(bytes: &[u8], bits: u32, order: ByteOrder, out: &mut [f32]) {
    let size = bits as usize / 8;
    for (o, sample) in out.iter_mut().zip(bytes.chunks_exact(size)) {
        let join = |word: u32, &byte: &u8| word << 8 | u32::from(byte);
        let word = match order {
            ByteOrder::Big => sample.iter().fold(0, join),
            ByteOrder::Little => sample.iter().rev().fold(0, join),
        };
        *o = value(word, bits);
    }
}

/// Adobe Photoshop TIFF Technical Note 3, "Floating Point Predictor": the first bytes of all samples of the row (the sign and
/// exponent, whatever the byte order of the file), then the second ones and so on; of each but the first `back`, the
/// difference to the byte so far before it.
fn from_planes(bytes: &mut [u8], bits: u32, back: usize, out: &mut [f32]) {
    for i in back..bytes.len() {
        bytes[i] = bytes[i].wrapping_add(bytes[i - back]);
    }
    let (n, size) = (out.len(), bits as usize / 8);
    for (i, o) in out.iter_mut().enumerate() {
        let word = (0..size).fold(0u32, |word, k| word << 8 | u32::from(bytes[k * n + i]));
        *o = value(word, bits);
    }
}

/// A number of 16 bits (IEEE 754 binary16), 24 bits (sign, 7 bits of exponent, 16 of fraction) or 32 bits (binary32). Exact: an
/// f32 holds each of them.
fn value(word: u32, bits: u32) -> f32 {
    match bits {
        16 => half::f16::from_bits(word as u16).to_f32(),
        24 => of_24(word),
        _ => f32::from_bits(word),
    }
}

/// Exponent bias 63 (2^6 - 1), numbers below 2^-62 without the leading 1, as IEEE 754 forms them.
fn of_24(word: u32) -> f32 {
    const BIAS: u32 = 63;
    let (sign, exponent, fraction) = ((word >> 23 & 1) << 31, word >> 16 & 0x7f, word & 0xffff);
    match exponent {
        // 2^(1 - 63 - 16), a power of two: the product is exact.
        0 => f32::from_bits(sign | (fraction as f32 * f32::from_bits((127 - 78) << 23)).to_bits()),
        0x7f => f32::from_bits(sign | 0xff << 23 | fraction << 7),
        _ => f32::from_bits(sign | (exponent + 127 - BIAS) << 23 | fraction << 7),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_24_bits() {
        for (word, wanted) in [
            (0x3f_0000, 1.0),
            (0xbf_8000, -1.5),
            (0x40_0000, 2.0),
            (0x00_0000, 0.0),
            (0x00_0001, 2f32.powi(-78)),
            (0x00_ffff, 65535.0 * 2f32.powi(-78)),
            (0x01_0000, 2f32.powi(-62)),
            (0x7e_ffff, (2.0 - 2f32.powi(-16)) * 2f32.powi(63)),
        ] {
            assert_eq!(value(word, 24), wanted, "{word:06x}");
        }
        assert!(value(0x80_0000, 24).is_sign_negative() && value(0x7f_0000, 24) == f32::INFINITY && value(0x7f_0001, 24).is_nan());
        // Every step is upwards.
        let mut last = -1.0;
        for word in 0..0x7f_0000 {
            assert!(of_24(word) > last, "{word:06x}");
            last = of_24(word);
        }
    }

    #[test]
    fn planes_of_bytes_are_put_together() {
        // 1.0 and -2.0 of 16 bits: 3c00 c000; planes 3c c0 | 00 00; differences.
        let mut out = [0.0; 2];
        from_planes(&mut [0x3c, 0xc0u8.wrapping_sub(0x3c), 0x00u8.wrapping_sub(0xc0), 0x00], 16, 1, &mut out);
        assert_eq!(out, [1.0, -2.0]);
        from_samples(&[0x00, 0x3c, 0x00, 0xc0], 16, ByteOrder::Little, &mut out);
        assert_eq!(out, [1.0, -2.0]);
    }
}
