//! Conformance of `camera`.

mod builder;
mod damage;
mod dng;
mod external;
mod inspect;
mod lossless_jpeg;
mod mosaics;
mod movie;
mod openexr;
mod processes;

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
