//! R3D: RED's raw. The header is read, the picture needs the RED SDK.
//!
//! No description of the format is public; offsets and tags are those that ExifTool, telemetry-parser, FFmpeg and dcraw agree
//! on, checked on a header of a Weapon.

mod header;

use super::{Clip, Format, beside, inspected::Inspected, mmap::MappedFile};
use crate::error::{Error, InFile, Result};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// The R3D format.
pub struct R3d;

impl Format for R3d {
    fn name(&self) -> &'static str {
        "R3D"
    }
    fn is_numbered(&self, _path: &Path, _head: &[u8]) -> bool {
        false
    }
    fn recognises(&self, _path: &Path, head: &[u8]) -> bool {
        header::version(head).is_some()
    }
    fn is_later_part(&self, path: &Path) -> bool {
        parts(path).first().is_some_and(|first| first != path)
    }
    fn open(&self, path: &Path, _sequence: bool) -> Result<Arc<dyn Clip>> {
        let files = parts(path);
        let first = files.first().map_or(path, PathBuf::as_path);
        let file = MappedFile::open(first)?;
        let (mut metadata, frames) = header::read(&file).in_file(first)?;
        let name = clip_of(&first.file_stem().unwrap_or_default().to_string_lossy()).to_owned();
        let called = metadata.clip_name.get_or_insert_with(|| super::Field::assumed(name, "file name")).value.clone();
        beside::red(&mut metadata, first, &called);
        let codec = metadata.codec.as_ref().map_or("REDCODE", |c| &c.value);
        let refusal = Error::unsupported("inspected only: decoding it needs the RED SDK").field("R3D codec").value(codec);
        Ok(Arc::new(Inspected::of_any_size(self.name(), path, metadata, frames.max(1), refusal).with_files(files)))
    }
}

/// The name without the number of the part: `A001_C001_0101AB` of `A001_C001_0101AB_002`.
pub fn clip_of(stem: &str) -> &str {
    match stem.rsplit_once('_') {
        Some((name, part)) if part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => stem,
    }
}

/// The files of the clip that `path` is a part of, as far as they are numbered without a gap.
fn parts(path: &Path) -> Vec<PathBuf> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
    let name = clip_of(&stem);
    if name == stem {
        return vec![path.to_owned()];
    }
    let part = |n: u32| path.with_file_name(format!("{name}_{n:03}.{extension}"));
    let found: Vec<PathBuf> = (1..1000).map(part).take_while(|p| p.is_file()).collect();
    if found.iter().any(|p| p == path) { found } else { vec![path.to_owned()] }
}
