//! Deflate (zlib, RFC 1950), with the horizontal predictors of TIFF 6.0 section 14 and DNG 1.4.

use super::{decode::Chunk, unpack};
use crate::{
    camera::tiff::ByteOrder,
    error::{Error, Result},
};
use std::io::Read;

/// What was stored instead of the samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Predictor {
    None,
    /// The difference to the sample of the same colour this many pixels to the left.
    Horizontal(usize),
    /// Of the bytes of floating-point samples, those of like significance together: the difference to the byte of the sample
    /// this many pixels to the left.
    Floating(usize),
}

impl Predictor {
    /// TIFF 317; the values above 3 are DNG's, which look two and four pixels back, to a site of the same filter.
    pub fn from_tag(value: u32, is_float: bool) -> Result<Self> {
        Ok(match (value, is_float) {
            (1, _) => Self::None,
            (2, false) => Self::Horizontal(1),
            (34892, false) => Self::Horizontal(2),
            (34893, false) => Self::Horizontal(4),
            (3, true) => Self::Floating(1),
            (34894, true) => Self::Floating(2),
            (34895, true) => Self::Floating(4),
            (_, false) => return Err(Error::unsupported("of whole numbers, only 1, 2, 34892 and 34893 are read").value(value)),
            (_, true) => return Err(Error::unsupported("of floating-point numbers, only 1, 3, 34894 and 34895 are read").value(value)),
        })
    }
}

/// Most bytes that a byte of a deflate stream becomes (RFC 1951: 258 bytes from two codes of one bit).
pub const MAX_RATIO: u64 = 1032;

/// What a zlib stream holds, as it is read.
pub fn stream(data: &[u8]) -> impl Read {
    flate2::bufread::ZlibDecoder::new(data)
}

/// Decodes a zlib stream of rows of samples of `bits` bits, as they would stand in the file without compression.
pub fn decode(data: &[u8], bits: u32, order: ByteOrder, predictor: Predictor, chunk: &mut Chunk) -> Result<()> {
    let mut stream = stream(data);
    let mut bytes = vec![0u8; (chunk.row_samples * bits as usize).div_ceil(8)];
    let mut row = vec![0u16; chunk.row_samples];
    let mask = ((1u32 << bits) - 1) as u16;
    for (y, out) in chunk.rows.iter_mut().enumerate() {
        stream.read_exact(&mut bytes).map_err(|e| Error::invalid(format!("Deflate: {e}")).field("row").value(y))?;
        if predictor == Predictor::None {
            unpack::row(&bytes, bits, order, out);
            continue;
        }
        unpack::row(&bytes, bits, order, &mut row);
        if let Predictor::Horizontal(pixels) = predictor {
            let back = pixels * chunk.samples_per_pixel;
            for i in back..row.len() {
                row[i] = row[i].wrapping_add(row[i - back]) & mask;
            }
        }
        let n = out.len();
        out.copy_from_slice(&row[..n]);
    }
    Ok(())
}
