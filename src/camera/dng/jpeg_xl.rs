//! JPEG XL (ISO/IEC 18181), as DNG 1.7 compresses with it: tiles that are streams of their own.
//!
//! Lossless streams (the modular coding of whole numbers) are read. Lossy ones are decoded in floating point, whose last
//! bits depend on the decoder and the machine; as a picture here has to have the same bits everywhere, they are refused.

use super::decode::Chunk;
use crate::error::{Error, Result};
use jxl_oxide::{AllocTracker, JxlImage, JxlThreadPool, image::BitDepth};

/// Memory the decoder may take beside what a sample takes: its tables and buffers.
const WORKING_MEMORY: usize = 64 << 20;
/// Bytes a sample may take in the decoder: coded, transformed and as a picture, 32 bits each, with room for its copies.
const BYTES_PER_SAMPLE: usize = 32;
/// Most samples that a byte may stand for. The coding has no such limit (a tile of one value takes a few dozen bytes); sensor
/// data stay far below it, and it bounds memory by the length of the file.
pub const MAX_SAMPLES_PER_BYTE: u64 = 1 << 12;

/// Decodes a stream of samples of `bits` bits into a chunk.
pub fn decode(data: &[u8], bits: u32, chunk: &mut Chunk) -> Result<()> {
    let broken = |e: &dyn std::fmt::Display| Error::invalid(format!("JPEG XL: {e}"));
    let samples = chunk.row_samples * chunk.height;
    let memory = WORKING_MEMORY + samples.saturating_mul(BYTES_PER_SAMPLE);
    let builder = JxlImage::builder().pool(JxlThreadPool::none()).alloc_tracker(AllocTracker::with_limit(memory));
    let image = builder.read(data).map_err(|e| broken(&e))?;
    let metadata = &image.image_header().metadata;
    match metadata.bit_depth {
        BitDepth::IntegerSample { bits_per_sample } if bits_per_sample == bits => {}
        BitDepth::IntegerSample { bits_per_sample } => {
            return Err(Error::invalid(format!("is not the {bits} bits of the samples")).field("JPEG XL bit depth").value(bits_per_sample));
        }
        BitDepth::FloatSample { bits_per_sample, .. } => {
            return Err(Error::unsupported("floating-point samples are not read").field("JPEG XL bit depth").value(bits_per_sample));
        }
    }
    let lossy = || Error::unsupported("lossy streams are not decoded: their samples would not have the same bits on every machine");
    if metadata.xyb_encoded {
        return Err(lossy().field("JPEG XL colour transform").value("XYB"));
    }
    let (width, height) = (image.width() as usize, image.height() as usize);
    let spp = chunk.samples_per_pixel;
    if width * spp != chunk.row_samples || height != chunk.height && height != chunk.rows.len() {
        let message = format!("does not fill a chunk of {} samples x {} rows", chunk.row_samples, chunk.height);
        return Err(Error::invalid(message).field("JPEG XL size").value(format!("{width}x{height}")));
    }
    if metadata.orientation != 1 {
        return Err(Error::unsupported("only upright streams (1) are read").field("JPEG XL orientation").value(metadata.orientation));
    }
    if image.num_loaded_keyframes() != 1 {
        return Err(Error::invalid("has to be one").field("JPEG XL frames").value(image.num_loaded_keyframes()));
    }
    let render = image.render_frame(0).map_err(|e| broken(&e))?;
    let planes = render.color_channels();
    if planes.len() != spp {
        return Err(Error::invalid(format!("is not the {spp} of the picture")).field("JPEG XL channels").value(planes.len()));
    }
    if planes.iter().any(|p| p.as_float().is_some()) {
        return Err(lossy().field("JPEG XL coding").value("VarDCT"));
    }
    // The decoder hands whole numbers out as fractions of the largest; 24 bits of significand hold 16 exactly.
    let mut stream = render.stream_no_alpha();
    let mut row = vec![0f32; chunk.row_samples];
    let max = ((1u32 << bits) - 1) as f32;
    for out in chunk.rows.iter_mut() {
        if stream.write_to_buffer(&mut row) != row.len() {
            return Err(Error::invalid("JPEG XL: ends before the picture"));
        }
        out.iter_mut().zip(&row).for_each(|(o, &v)| *o = (v * max + 0.5) as u16);
    }
    Ok(())
}
