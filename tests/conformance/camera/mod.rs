//! Conformance of `camera`.

mod arriraw;
mod bmff;
mod builder;
mod codecs;
mod damage;
mod dng;
mod dpx;
mod external;
mod formats;
mod inspect;
mod jpeg_xl;
mod lossless_jpeg;
mod mlv;
mod mosaics;
mod movie;
mod movie_builder;
mod mxf;
mod opcodes;
mod openexr;
mod peers;
mod processes;
mod r3d;
mod still;
mod vc5;

use prelight::{
    Result,
    camera::{self, Clip},
};
use std::sync::Arc;

/// Opens a file of those bytes; the folder goes with the first part.
fn open_bytes(bytes: &[u8]) -> (tempfile::TempDir, Result<Arc<dyn Clip>>) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("clip.bin");
    std::fs::write(&path, bytes).unwrap();
    let clip = camera::open_single(&path);
    (dir, clip)
}
