//! What the targets share: readers that take a path get the bytes as a file in memory.

use prelight::{camera, sidecar::lut};
use std::path::PathBuf;

/// A file of these bytes, one for each process.
fn file(bytes: &[u8], extension: &str) -> PathBuf {
    let folder = if std::path::Path::new("/dev/shm").is_dir() { PathBuf::from("/dev/shm") } else { std::env::temp_dir() };
    let path = folder.join(format!("prelight-fuzz-{}.{extension}", std::process::id()));
    std::fs::write(&path, bytes).expect("room for a file");
    path
}

/// Opens a clip, reads its metadata and its first frame. `magic` is put in front of what the fuzzer made up, so that it does
/// not have to find out how the format begins.
pub fn clip(magic: &[u8], bytes: &[u8]) {
    let mut whole = bytes.to_vec();
    whole.iter_mut().zip(magic).for_each(|(byte, magic)| *byte = *magic);
    if let Ok(clip) = camera::open_single(&file(&whole, "bin")) {
        let first = clip.frames().first();
        let _ = clip.metadata().rows();
        let _ = clip.timecode(first);
        let _ = clip.read(first, &Default::default());
    }
}

/// Reads a look file of that extension.
pub fn look(bytes: &[u8], extension: &str) {
    let _ = lut::read(&file(bytes, extension));
}
