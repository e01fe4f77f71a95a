//! The pixels of a plate.

use super::{
    header::{Plate, largest_ratio},
    wrong,
};
use crate::{
    error::{Error, Result},
    image::Image,
};
use ::exr::{
    block::{self, UncompressedBlock, chunk::Chunk},
    math::Vec2,
    meta::attribute::SampleType,
};
use half::f16;
use rayon::prelude::*;
use std::{collections::BTreeSet, io::Cursor};

/// Chunks decompressed at a time: enough for every core, few enough to keep memory near the size of the picture.
const BATCH: usize = 64;

/// One block of the picture as f32: a line of each channel after another.
struct Block {
    at: Vec2<usize>,
    size: Vec2<usize>,
    /// Red, green, blue and alpha, of which the last may be empty.
    channels: [Vec<f32>; 4],
}

/// Decodes the picture. Whole numbers become floats of the same value; halves and floats are kept as they are.
pub fn read(file: &[u8], plate: &Plate) -> Result<Image> {
    let compression = plate.header().compression;
    if largest_ratio(compression).is_none() {
        return Err(Error::unsupported("not read").field("OpenEXR compression").value(compression));
    }
    let reader = block::read(Cursor::new(file), false).map_err(wrong)?;
    let full = |layer: usize, level: Vec2<usize>| layer == plate.layer && level == Vec2(0, 0);
    let mut chunks = reader.filter_chunks(false, |_, _, block| full(block.layer, block.level)).map_err(wrong)?;

    let size = plate.data_window.size();
    let mut image = Image::new(size);
    image.data_window = plate.data_window;
    image.display_window = plate.display_window;
    image.pixel_aspect = f64::from(plate.header().shared_attributes.pixel_aspect);
    image.alpha = plate.channels.alpha.map(|_| vec![0.0; size.area()]);

    let mut seen = BTreeSet::new();
    let mut covered = 0usize;
    loop {
        let batch: Vec<Chunk> = chunks.by_ref().take(BATCH).collect::<Result<_, _>>().map_err(wrong)?;
        if batch.is_empty() {
            break;
        }
        let blocks: Vec<Block> = batch.into_par_iter().map(|chunk| decompress(chunk, plate)).collect::<Result<_>>()?;
        for block in blocks {
            // A damaged offset table may lead to the same chunk twice, which would leave another place empty.
            if !seen.insert((block.at.0, block.at.1)) {
                return Err(Error::invalid("the same chunk twice").field("OpenEXR chunk").value(format!("{}, {}", block.at.0, block.at.1)));
            }
            covered += block.size.0 * block.size.1;
            place(&block, &mut image);
        }
    }
    if covered != size.area() {
        return Err(Error::invalid(format!("{covered} of {} pixels are in the file", size.area())).field("OpenEXR chunks"));
    }
    Ok(image)
}

fn decompress(chunk: Chunk, plate: &Plate) -> Result<Block> {
    let block = UncompressedBlock::decompress_chunk(chunk, &plate.meta, false).map_err(wrong)?;
    let (at, size) = (block.index.pixel_position, block.index.pixel_size);
    let all = &plate.header().channels.list;
    let line_bytes: usize = all.iter().map(|c| c.sample_type.bytes_per_sample() * size.0).sum();
    let window = plate.data_window.size();
    let inside = at.0 + size.0 <= window.width as usize && at.1 + size.1 <= window.height as usize;
    if block.index.layer != plate.layer || block.index.level != Vec2(0, 0) || !inside || block.data.len() != line_bytes * size.1 {
        return Err(Error::invalid("a chunk that is not part of the picture").field("OpenEXR chunk").value(format!("{}, {}", at.0, at.1)));
    }
    let read = |index: usize| {
        let start: usize = all[..index].iter().map(|c| c.sample_type.bytes_per_sample() * size.0).sum();
        let bytes = all[index].sample_type.bytes_per_sample() * size.0;
        let mut out = Vec::with_capacity(size.0 * size.1);
        for line in block.data.chunks_exact(line_bytes) {
            widen(&line[start..start + bytes], all[index].sample_type, &mut out);
        }
        out
    };
    let [r, g, b] = plate.channels.rgb;
    let (red, green) = (read(r), if g == r { vec![] } else { read(g) });
    let (green, blue) = if g == r { (red.clone(), red.clone()) } else { (green, read(b)) };
    Ok(Block { at, size, channels: [red, green, blue, plate.channels.alpha.map(read).unwrap_or_default()] })
}

/// Appends samples (in the byte order of this machine, as the `exr` crate hands them out) as f32.
fn widen(bytes: &[u8], kind: SampleType, out: &mut Vec<f32>) {
    match kind {
        SampleType::F16 => out.extend(bytes.as_chunks::<2>().0.iter().map(|&b| f16::from_ne_bytes(b).to_f32())),
        SampleType::F32 => out.extend(bytes.as_chunks::<4>().0.iter().map(|&b| f32::from_ne_bytes(b))),
        SampleType::U32 => out.extend(bytes.as_chunks::<4>().0.iter().map(|&b| u32::from_ne_bytes(b) as f32)),
    }
}

fn place(block: &Block, image: &mut Image) {
    let width = image.data_window.width as usize;
    for (plane, samples) in image.planes.iter_mut().chain(&mut image.alpha).zip(&block.channels) {
        for (line, row) in samples.chunks_exact(block.size.0).enumerate() {
            let start = (block.at.1 + line) * width + block.at.0;
            plane[start..start + row.len()].copy_from_slice(row);
        }
    }
}
