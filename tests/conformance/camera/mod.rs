//! Conformance of `camera`.

mod arriraw;
mod bmff;
mod builder;
mod chart;
mod codecs;
mod damage;
mod dng;
mod dpx;
mod external;
mod float_dng;
mod formats;
mod inspect;
mod jpeg_xl;
mod lossless_jpeg;
mod mlv;
mod mosaics;
mod movie;
mod movie_builder;
mod mxf;
mod noise;
mod opcodes;
mod openexr;
mod peers;
mod processes;
mod r3d;
mod still;
mod vc5;

use prelight::{
    Error, Result,
    camera::{self, Clip},
};
use std::{path::Path, sync::Arc};

/// As where no FFmpeg and no decoder is at hand: what our own readers make of a file.
fn open_natively(path: &Path) -> Result<Arc<dyn Clip>> {
    let mut head = std::fs::read(path).unwrap();
    head.truncate(4096);
    let own = |f: &&&dyn camera::Format| !["movie", "external decoder"].contains(&f.name());
    match camera::FORMATS.iter().filter(own).find(|f| f.recognises(path, &head)) {
        Some(format) => format.open(path, false).map_err(|e| e.file(path)),
        None => Err(Error::unsupported("not a camera file of a known format").file(path)),
    }
}

/// Opens a file of those bytes; the folder goes with the first part.
fn open_bytes(bytes: &[u8]) -> (tempfile::TempDir, Result<Arc<dyn Clip>>) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("clip.bin");
    std::fs::write(&path, bytes).unwrap();
    let clip = camera::open_single(&path);
    (dir, clip)
}
