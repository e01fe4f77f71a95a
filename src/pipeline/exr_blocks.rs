//! The pixels of an OpenEXR file, block by block on all processors: laid out by lines and channels, and compressed. ZIP is libdeflate's,
//! as in OpenEXR's own library since 3.1; the other methods are the `exr` crate's.

use crate::{
    error::{Error, Result},
    image::Image,
};
use exr::{
    block::{
        chunk::{Chunk, CompressedBlock, CompressedScanLineBlock},
        writer::{ChunksWriter, write_chunks_with},
    },
    compression::Compression,
    meta::{attribute::IntegerBounds, header::Header},
    prelude::{Error as ExrError, Vec2},
};
use half::{f16, slice::HalfFloatSliceExt};
use libdeflater::{CompressionLvl, Compressor};
use rayon::prelude::*;
use std::io::{Seek, Write};

/// What OpenEXR takes where nobody says another.
const ZIP_LEVEL: i32 = 4;
/// Blocks that are made at once and written in their order: enough for every processor, and few in memory.
const BATCH: usize = 64;

/// Writes a file of one part. The channels of `header` are those of `image` by name: (A,) B, G, R.
pub fn write(out: impl Write + Seek, header: Header, image: &Image) -> Result<(), ExrError> {
    let planes: Vec<&[f32]> = image.alpha.iter().chain(image.planes.iter().rev()).map(Vec::as_slice).collect();
    let lines = header.compression.scan_lines_per_block();
    let (width, height) = (header.layer_size.0, header.layer_size.1);
    let top = header.own_attributes.layer_position.1;
    write_chunks_with(out, [header.clone()].into_iter().collect(), true, |_, chunks| {
        let blocks: Vec<usize> = (0..height).step_by(lines).collect();
        for (batch, firsts) in blocks.chunks(BATCH).enumerate() {
            let made: Vec<Vec<u8>> = firsts
                .par_iter()
                .map(|&first| compressed(&header, raw(&planes, width, first..height.min(first + lines)), first, lines.min(height - first)))
                .collect::<Result<_, ExrError>>()?;
            for (i, (first, bytes)) in firsts.iter().zip(made).enumerate() {
                let block = CompressedScanLineBlock { y_coordinate: top + *first as i32, compressed_pixels_le: bytes };
                chunks.write_chunk(batch * BATCH + i, Chunk { layer_index: 0, compressed_block: CompressedBlock::ScanLine(block) })?;
            }
        }
        Ok(())
    })
}

/// Lines as they are stored: in each, the row of every channel, half floats of little endian.
fn raw(planes: &[&[f32]], width: usize, lines: std::ops::Range<usize>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(lines.len() * planes.len() * width * 2);
    let mut row = vec![f16::ZERO; width];
    for line in lines {
        for plane in planes {
            row.convert_from_f32_slice(&plane[line * width..(line + 1) * width]);
            row.reinterpret_cast_mut().iter_mut().for_each(|half| *half = half.to_le());
            bytes.extend_from_slice(bytemuck::cast_slice(row.reinterpret_cast()));
        }
    }
    bytes
}

fn compressed(header: &Header, raw: Vec<u8>, first: usize, lines: usize) -> Result<Vec<u8>, ExrError> {
    match header.compression {
        Compression::Uncompressed => Ok(raw),
        Compression::ZIP16 | Compression::ZIP1 => Ok(zip(raw)),
        other => {
            let position = header.own_attributes.layer_position;
            let section = IntegerBounds::new(Vec2(position.0, position.1 + first as i32), Vec2(header.layer_size.0, lines));
            // It takes the samples as this machine has them.
            let native = raw.chunks_exact(2).flat_map(|b| u16::from_le_bytes([b[0], b[1]]).to_ne_bytes()).collect();
            other.compress_image_section_to_le(header, native, section)
        }
    }
}

/// OpenEXR's ZIP: the lower bytes of all samples, then the upper ones, each but the first as what it differs by from the one before;
/// deflated. What would grow is stored as it is.
fn zip(raw: Vec<u8>) -> Vec<u8> {
    let mut parted: Vec<u8> = raw.iter().step_by(2).chain(raw.iter().skip(1).step_by(2)).copied().collect();
    let mut before = parted.first().copied().unwrap_or(0);
    for byte in parted.iter_mut().skip(1) {
        let here = *byte;
        *byte = here.wrapping_sub(before).wrapping_add(128);
        before = here;
    }
    let level = CompressionLvl::new(ZIP_LEVEL).unwrap_or_default();
    let mut compressor = Compressor::new(level);
    let mut out = vec![0; raw.len()];
    match compressor.zlib_compress(&parted, &mut out) {
        Ok(length) if length < raw.len() => {
            out.truncate(length);
            out
        }
        _ => raw,
    }
}

/// What the crate says went wrong, in our words.
pub fn said(error: ExrError) -> Error {
    match error {
        ExrError::Invalid(why) => Error::invalid(why.to_string()),
        ExrError::NotSupported(why) => Error::unsupported(why.to_string()),
        other => Error::new(crate::error::ErrorKind::Io, other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_shrink_is_stored() {
        let mut state = 1u32;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            (state >> 24) as u8
        };
        let noise: Vec<u8> = (0..4096).map(|_| next()).collect();
        assert_eq!(zip(noise.clone()), noise);
        assert!(zip(vec![7; 4096]).len() < 64);
        assert!(zip(vec![]).is_empty());
        assert_eq!(zip(vec![1, 2]), [1, 2]);
    }
}
