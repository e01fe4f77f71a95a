//! A clip whose metadata is read and whose pictures are not decoded.

use super::{Clip, Encoding, Field, FrameList, FrameNumber, Metadata, Picture, Reading, Timecode, isobmff};
use crate::{
    error::{Error, Result},
    image::Size,
};
use std::path::{Path, PathBuf};

/// One file, described.
pub struct Inspected {
    format: &'static str,
    path: PathBuf,
    metadata: Metadata,
    frames: FrameList,
    size: Size,
    /// Why there is no picture: every call of `read` says it.
    refusal: Error,
}

impl Inspected {
    /// The clip is named by its file where it does not name itself. `metadata` has to state the resolution.
    pub fn new(format: &'static str, path: &Path, mut metadata: Metadata, frame_count: u32, refusal: Error) -> Result<Self> {
        let size =
            metadata.resolution.as_ref().map(|f| f.value).ok_or_else(|| Error::invalid("does not say how large its pictures are"))?;
        if metadata.clip_name.is_none() {
            metadata.clip_name = path.file_stem().map(|s| Field::assumed(s.to_string_lossy().into_owned(), "file name"));
        }
        let frames = FrameList::new((0..frame_count).collect());
        Ok(Self { format, path: path.to_owned(), metadata, frames, size, refusal: refusal.file(path) })
    }
}

impl Clip for Inspected {
    fn format(&self) -> &'static str {
        self.format
    }
    fn path(&self) -> &Path {
        &self.path
    }
    fn metadata(&self) -> &Metadata {
        &self.metadata
    }
    fn frames(&self) -> &FrameList {
        &self.frames
    }
    fn size(&self) -> Size {
        self.size
    }
    fn timecode(&self, frame: FrameNumber) -> Result<Option<Timecode>> {
        Ok(isobmff::timecode_at(&self.metadata, frame))
    }
    fn read(&self, _frame: FrameNumber, _reading: &Reading) -> Result<Picture> {
        Err(self.refusal.clone())
    }
    fn refusal(&self) -> Option<Error> {
        Some(self.refusal.clone())
    }
    fn encoding(&self) -> &Encoding {
        &Encoding::Unknown
    }
    fn files(&self) -> Vec<PathBuf> {
        vec![self.path.clone()]
    }
}
