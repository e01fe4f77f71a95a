//! Strips and tiles to one array of samples.

use super::{
    layout::{Compression, Storage},
    ljpeg, unpack, vc5,
};
use crate::{
    camera::tiff::{Tag, Tiff},
    error::{Error, Result},
};
use rayon::prelude::*;

/// Decodes the picture: `width * samples_per_pixel` samples a row, rows top to bottom.
pub fn samples(storage: &Storage, tiff: &Tiff) -> Result<Vec<u16>> {
    let spp = storage.samples_per_pixel as usize;
    let row_len = storage.size.width as usize * spp;
    let mut samples = vec![0u16; row_len * storage.size.height as usize];

    // Hand each chunk the pieces of the rows it covers, so that chunks decode side by side.
    let across = storage.size.width.div_ceil(storage.chunk.width) as usize;
    let chunk_row = storage.chunk.width as usize * spp;
    let mut windows: Vec<Vec<&mut [u16]>> = storage.ranges.iter().map(|_| vec![]).collect();
    for (y, row) in samples.chunks_exact_mut(row_len).enumerate() {
        let first = y / storage.chunk.height as usize * across;
        for (i, piece) in row.chunks_mut(chunk_row).enumerate() {
            windows[first + i].push(piece);
        }
    }

    let data = tiff.data();
    windows.par_iter_mut().zip(&storage.ranges).enumerate().try_for_each(|(i, (rows, range))| {
        let bytes = &data[range.clone()];
        match storage.compression {
            Compression::None => uncompressed(storage, tiff, bytes, rows),
            Compression::LosslessJpeg => ljpeg::decode(bytes, chunk_row, storage.chunk.height as usize, rows),
            Compression::Vc5(arrangement) => vc5::decode(bytes, storage.chunk, arrangement).map(|samples| place(&samples, chunk_row, rows)),
        }
        .map_err(|e| e.field(format!("{} {i}", if across > 1 { "tile" } else { "strip" })))
    })?;
    Ok(samples)
}

fn uncompressed(storage: &Storage, tiff: &Tiff, bytes: &[u8], rows: &mut [&mut [u16]]) -> Result<()> {
    let row_bytes = storage.row_bytes();
    let needed = row_bytes * rows.len();
    if bytes.len() < needed {
        return Err(Error::invalid(format!("{} rows need {needed} bytes", rows.len()))
            .field(Tag::STRIP_BYTE_COUNTS.to_string())
            .value(bytes.len()));
    }
    // A hundred rows or so a task: enough work to be worth handing over.
    let rows_at_once = (ROW_BATCH / row_bytes.max(1)).max(1);
    rows.par_chunks_mut(rows_at_once).zip(bytes.par_chunks(row_bytes * rows_at_once)).for_each(|(rows, bytes)| {
        for (out, row) in rows.iter_mut().zip(bytes.chunks_exact(row_bytes)) {
            unpack::row(row, storage.bits, tiff.order(), out);
        }
    });
    Ok(())
}

/// Copies the part of a decoded chunk that lies within the picture.
fn place(samples: &[u16], chunk_row: usize, rows: &mut [&mut [u16]]) {
    for (out, row) in rows.iter_mut().zip(samples.chunks_exact(chunk_row)) {
        out.copy_from_slice(&row[..out.len()]);
    }
}

/// Bytes unpacked by one task.
const ROW_BATCH: usize = 1 << 18;
