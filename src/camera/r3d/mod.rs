//! R3D: RED's raw. The header is read, the picture needs the RED SDK.
//!
//! No description of the format is public; offsets and tags are those that ExifTool, telemetry-parser, FFmpeg and dcraw agree
//! on, checked on a header of a Weapon.

mod header;

use super::{Clip, Encoding, Format, FrameList, FrameNumber, Metadata, Picture, Reading, Timecode, beside, mmap::MappedFile};
use crate::{
    error::{Error, InFile, Result},
    image::Size,
};
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
        let size = metadata.resolution.as_ref().map_or(Size::default(), |r| r.value);
        let list = FrameList::new((0..frames.max(1)).collect());
        Ok(Arc::new(R3dClip { path: path.to_owned(), metadata, list, size, files }))
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

struct R3dClip {
    path: PathBuf,
    metadata: Metadata,
    list: FrameList,
    size: Size,
    files: Vec<PathBuf>,
}

impl Clip for R3dClip {
    fn format(&self) -> &'static str {
        R3d.name()
    }
    fn path(&self) -> &Path {
        &self.path
    }
    fn metadata(&self) -> &Metadata {
        &self.metadata
    }
    fn frames(&self) -> &FrameList {
        &self.list
    }
    fn size(&self) -> Size {
        self.size
    }
    fn timecode(&self, frame: FrameNumber) -> Result<Option<Timecode>> {
        let m = &self.metadata;
        Ok(m.start_timecode.as_ref().zip(m.frame_rate.as_ref()).map(|(t, r)| t.value.offset(frame.into(), r.value)))
    }
    fn read(&self, _frame: FrameNumber, _reading: &Reading) -> Result<Picture> {
        let codec = self.metadata.codec.as_ref().map_or("REDCODE", |c| &c.value);
        Err(Error::unsupported("inspected only: decoding it needs the RED SDK").field("R3D codec").value(codec).file(&self.path))
    }
    fn refusal(&self) -> Option<Error> {
        self.read(0, &Reading::default()).err()
    }
    fn encoding(&self) -> &Encoding {
        &Encoding::Unknown
    }
    fn files(&self) -> Vec<PathBuf> {
        self.files.clone()
    }
}
