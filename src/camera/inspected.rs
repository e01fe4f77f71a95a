//! A clip whose metadata is read and whose pictures are not decoded.

use super::{Clip, Encoding, Field, FrameList, FrameNumber, Metadata, Picture, Reading, Timecode};
use crate::{
    error::{Error, Result},
    image::Size,
};
use std::path::{Path, PathBuf};

/// One file, or the parts of one, described.
pub struct Inspected {
    format: &'static str,
    path: PathBuf,
    files: Vec<PathBuf>,
    metadata: Metadata,
    frames: FrameList,
    size: Size,
    /// Why there is no picture: every call of `read` says it.
    refusal: Error,
}

impl Inspected {
    /// The clip is named by its file where it does not name itself. `metadata` has to state the resolution.
    pub fn new(format: &'static str, path: &Path, metadata: Metadata, frame_count: u32, refusal: Error) -> Result<Self> {
        if metadata.resolution.is_none() {
            return Err(Error::invalid("does not say how large its pictures are"));
        }
        Ok(Self::of_any_size(format, path, metadata, frame_count, refusal))
    }

    /// As [`new`](Self::new), of a size of 0 by 0 where it is not stated.
    pub fn of_any_size(format: &'static str, path: &Path, mut metadata: Metadata, frame_count: u32, refusal: Error) -> Self {
        let size = metadata.resolution.as_ref().map_or(Size::default(), |f| f.value);
        if metadata.clip_name.is_none() {
            metadata.clip_name = super::name_of(path).map(|name| Field::assumed(name, "file name"));
        }
        let frames = FrameList::new((0..frame_count).collect());
        let path = path.to_owned();
        Self { format, files: vec![path.clone()], metadata, frames, size, refusal: refusal.file(&path), path }
    }

    /// Of several files, in order; `lost` are those that are missing among them.
    pub fn with_files(mut self, files: Vec<PathBuf>, lost: Vec<PathBuf>) -> Self {
        self.files = files;
        self.frames.lost = lost;
        self
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
        Ok(self.metadata.timecode_at(frame))
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
        self.files.clone()
    }
}
