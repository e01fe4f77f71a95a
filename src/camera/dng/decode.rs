//! Strips and tiles to one array of samples.

use super::{
    deflate, float, jpeg, jpeg_xl,
    layout::{Compression, Storage},
    unpack, vc5,
};
use crate::{
    camera::tiff::{Tag, Tiff},
    error::{Error, Result},
};
use rayon::prelude::*;

/// A strip or tile to be filled: what a codec decodes into.
pub struct Chunk<'r, 's, T = u16> {
    /// Samples of a row: its width times the samples of a pixel.
    pub row_samples: usize,
    /// Rows, those below the picture included.
    pub height: usize,
    pub samples_per_pixel: usize,
    /// Its rows within the picture, and of each the samples within it.
    pub rows: &'r mut [&'s mut [T]],
}

impl<T: Copy> Chunk<'_, '_, T> {
    /// How many rows of `row_len` samples, laid into the chunk in order, reach the picture.
    pub fn wanted_rows(&self, row_len: usize) -> usize {
        (self.rows.len() * self.row_samples).div_ceil(row_len)
    }

    /// Copies samples, the first of which is number `at` of the chunk, to where they belong.
    pub fn place(&mut self, mut samples: &[T], mut at: usize) {
        while !samples.is_empty() {
            let (y, x) = (at / self.row_samples, at % self.row_samples);
            let (now, later) = samples.split_at((self.row_samples - x).min(samples.len()));
            if let Some(out) = self.rows.get_mut(y).and_then(|r| r.get_mut(x..)) {
                let n = out.len().min(now.len());
                out[..n].copy_from_slice(&now[..n]);
            }
            at += now.len();
            samples = later;
        }
    }
}

/// Decodes the picture: `width * samples_per_pixel` samples a row, rows top to bottom.
pub fn samples(storage: &Storage, tiff: &Tiff) -> Result<Vec<u16>> {
    each_chunk(storage, tiff, |bytes, chunk| match storage.compression {
        Compression::None => uncompressed(storage, tiff, bytes, chunk),
        Compression::Jpeg => jpeg::decode(bytes, storage.bits, chunk),
        Compression::Deflate(predictor) => deflate::decode(bytes, storage.bits, tiff.order(), predictor, chunk),
        Compression::JpegXl => jpeg_xl::decode(bytes, storage.bits, chunk),
        Compression::Vc5(arrangement) => vc5::decode(bytes, storage.chunk, arrangement).map(|samples| chunk.place(&samples, 0)),
    })
}

/// [`samples`] of a picture that is stored as floating-point numbers.
pub fn floats(storage: &Storage, tiff: &Tiff) -> Result<Vec<f32>> {
    each_chunk(storage, tiff, |bytes, chunk| float::decode(bytes, storage, tiff.order(), chunk))
}

/// Fills the picture, its strips or tiles side by side.
fn each_chunk<T: Copy + Default + Send>(
    storage: &Storage,
    tiff: &Tiff,
    decode: impl Fn(&[u8], &mut Chunk<T>) -> Result<()> + Sync,
) -> Result<Vec<T>> {
    let spp = storage.samples_per_pixel as usize;
    let row_len = storage.size.width as usize * spp;
    let mut samples = vec![T::default(); row_len * storage.size.height as usize];

    // Hand each chunk the pieces of the rows it covers, so that chunks decode side by side.
    let across = storage.size.width.div_ceil(storage.chunk.width) as usize;
    let row_samples = storage.chunk.width as usize * spp;
    let mut windows: Vec<Vec<&mut [T]>> = storage.ranges.iter().map(|_| vec![]).collect();
    for (y, row) in samples.chunks_exact_mut(row_len).enumerate() {
        let first = y / storage.chunk.height as usize * across;
        for (i, piece) in row.chunks_mut(row_samples).enumerate() {
            windows[first + i].push(piece);
        }
    }

    let data = tiff.data();
    windows.par_iter_mut().zip(&storage.ranges).enumerate().try_for_each(|(i, (rows, range))| {
        let bytes = &data[range.clone()];
        let mut chunk = Chunk { row_samples, height: storage.chunk.height as usize, samples_per_pixel: spp, rows };
        decode(bytes, &mut chunk).map_err(|e| e.field(format!("{} {i}", if across > 1 { "tile" } else { "strip" })))
    })?;
    Ok(deinterleaved(samples, storage))
}

fn uncompressed(storage: &Storage, tiff: &Tiff, bytes: &[u8], chunk: &mut Chunk) -> Result<()> {
    let row_bytes = storage.row_bytes();
    let needed = row_bytes * chunk.rows.len();
    if bytes.len() < needed {
        return Err(Error::invalid(format!("{} rows need {needed} bytes", chunk.rows.len()))
            .field(Tag::STRIP_BYTE_COUNTS.to_string())
            .value(bytes.len()));
    }
    // A hundred rows or so a task: enough work to be worth handing over.
    let rows_at_once = (ROW_BATCH / row_bytes.max(1)).max(1);
    chunk.rows.par_chunks_mut(rows_at_once).zip(bytes.par_chunks(row_bytes * rows_at_once)).for_each(|(rows, bytes)| {
        for (out, row) in rows.iter_mut().zip(bytes.chunks_exact(row_bytes)) {
            unpack::row(row, storage.bits, tiff.order(), out);
        }
    });
    Ok(())
}

/// Bytes unpacked by one task.
const ROW_BATCH: usize = 1 << 18;

/// Puts the fields of an interleaved picture where they belong (DNG 50975 RowInterleaveFactor, 52547
/// ColumnInterleaveFactor). Rows 0, f, 2 f and so on are stored first, then rows 1, f + 1 and so on; columns likewise.
fn deinterleaved<T: Copy + Default>(samples: Vec<T>, storage: &Storage) -> Vec<T> {
    let (columns, rows) = storage.interleave;
    if (columns, rows) == (1, 1) {
        return samples;
    }
    let spp = storage.samples_per_pixel as usize;
    let (width, height) = (storage.size.width as usize, storage.size.height as usize);
    let places = |n: usize, factor: u32| -> Vec<usize> {
        let factor = factor as usize;
        (0..factor.min(n)).flat_map(|field| (field..n).step_by(factor)).collect()
    };
    let (across, down) = (places(width, columns), places(height, rows));
    let mut out = vec![T::default(); samples.len()];
    for (row, &y) in samples.chunks_exact(width * spp).zip(&down) {
        let to = &mut out[y * width * spp..][..width * spp];
        for (pixel, &x) in row.chunks_exact(spp).zip(&across) {
            to[x * spp..][..spp].copy_from_slice(pixel);
        }
    }
    out
}
