//! R3D: RED's raw. The header is read, the picture needs the RED SDK.
//!
//! No description of the format is public; offsets and tags are those that ExifTool, telemetry-parser, FFmpeg and dcraw agree
//! on, checked on a header of a Weapon.

mod header;

use super::{Clip, Field, Format, beside, inspected::Inspected, mmap::MappedFile};
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
        Part::of(path).is_some_and(|part| (1..part.number).any(|n| part.named(n).is_file()))
    }
    fn open(&self, path: &Path, _sequence: bool) -> Result<Arc<dyn Clip>> {
        let (files, lost) = parts(path)?;
        let first = files.first().map_or(path, PathBuf::as_path);
        let (mut metadata, mut frames) = header::read(&MappedFile::open(first)?).in_file(first)?;
        for further in files.iter().skip(1) {
            // What is wrong with a further part is no reason to say nothing of the clip.
            match MappedFile::open(further).and_then(|bytes| header::count(&bytes)) {
                Ok(more) => frames = frames.saturating_add(more),
                Err(error) => metadata.warn(format!("the frames of a part are not counted: {}", error.file(further))),
            }
        }
        if frames > MAX_FRAMES {
            metadata.warn(format!("{frames} frames are more than a clip can hold: the file is damaged, {MAX_FRAMES} are taken"));
            frames = MAX_FRAMES;
        }
        if frames > 0 {
            let key = if files.len() > 1 { format!("R3D blocks of {} parts", files.len()) } else { "R3D blocks".to_owned() };
            metadata.frame_count = Some(Field::derived(frames.into(), key));
        }
        if !lost.is_empty() {
            let names = lost.iter().filter_map(|p| p.file_name()).map(|n| n.to_string_lossy()).collect::<Vec<_>>().join(", ");
            metadata.warn(format!("parts of the clip are missing, and their frames not counted: {names}"));
        }
        let name = clip_of(&first.file_stem().unwrap_or_default().to_string_lossy()).to_owned();
        let called = metadata.clip_name.get_or_insert_with(|| Field::assumed(name, "file name")).value.clone();
        beside::red(&mut metadata, first, &called);
        let codec = metadata.codec.as_ref().map_or("REDCODE", |c| &c.value);
        let refusal = Error::unsupported("inspected only: decoding it needs the RED SDK").field("R3D codec").value(codec);
        Ok(Arc::new(Inspected::of_any_size(self.name(), path, metadata, frames.max(1), refusal).with_files(files, lost)))
    }
}

/// Most frames of a clip: eight days at 24 a second.
const MAX_FRAMES: u32 = 1 << 24;
/// Most parts: their numbers have three digits.
const MAX_PARTS: u32 = 999;

/// The name without the number of the part: `A001_C001_0101AB` of `A001_C001_0101AB_002`.
pub fn clip_of(stem: &str) -> &str {
    match stem.rsplit_once('_') {
        Some((name, part)) if part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => stem,
    }
}

/// A file that is a numbered part of a clip.
struct Part<'a> {
    path: &'a Path,
    name: String,
    extension: String,
    number: u32,
}

impl<'a> Part<'a> {
    fn of(path: &'a Path) -> Option<Self> {
        let stem = path.file_stem()?.to_string_lossy().into_owned();
        let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        let name = clip_of(&stem);
        let number = stem.get(name.len() + 1..)?.parse().ok().filter(|n| (1..=MAX_PARTS).contains(n))?;
        Some(Self { path, name: name.to_owned(), extension, number })
    }
    /// The part of another number.
    fn named(&self, number: u32) -> PathBuf {
        self.path.with_file_name(format!("{}_{number:03}.{}", self.name, self.extension))
    }
}

/// The files of the clip that `path` is a part of, and those missing among them: from the first to the highest number there is.
fn parts(path: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let Some(part) = Part::of(path) else { return Ok((vec![path.to_owned()], vec![])) };
    let (mut there, mut lost): (Vec<PathBuf>, Vec<PathBuf>) = (1..=MAX_PARTS).map(|n| part.named(n)).partition(|p| p.is_file());
    let Some(last) = there.last().cloned() else { return Err(Error::invalid("the part is no longer in its folder").file(path)) };
    lost.retain(|p| *p < last);
    if !there.iter().any(|p| p == path) {
        there = vec![path.to_owned()];
    }
    Ok((there, lost))
}
