//! PNG, JPEG and TIFF: stills, and numbered sequences of them.
//!
//! Values are handed out as stored, integers over full scale. What they mean is for a person or an AMF to say: an ICC profile
//! or a colour chunk describes a display picture and is metadata here. In a folder, only numbered stills are clips, and only
//! where no camera file lies beside them (see [`super::walk`]): a still beside a clip is its reference.

mod color;
mod decode;
mod exif;

use super::{
    Clip, Encoding, Field, Format, FrameList, FrameNumber, Metadata, Picture, Reading, Timecode, frame_number, mmap::MappedFile,
    sequence::FrameFiles,
};
use crate::{
    error::{Error, InFile, Result},
    image::Size,
};
use decode::Header;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// One of the still formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Still {
    Png,
    Jpeg,
    Tiff,
}

impl Format for Still {
    fn name(&self) -> &'static str {
        match self {
            Still::Png => "PNG",
            Still::Jpeg => "JPEG",
            Still::Tiff => "TIFF",
        }
    }
    fn recognises(&self, _path: &Path, head: &[u8]) -> bool {
        match self {
            Still::Png => head.starts_with(b"\x89PNG\r\n\x1a\n"),
            Still::Jpeg => head.starts_with(&[0xff, 0xd8, 0xff]),
            Still::Tiff => super::tiff::Tiff::recognises(head),
        }
    }
    fn is_still(&self) -> bool {
        true
    }
    fn open(&self, path: &Path, sequence: bool) -> Result<Arc<dyn Clip>> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // A number in the middle of a still's name is a date or a clip's, not a frame's.
        let at_end = frame_number(&name).is_some_and(|n| name[n.digits.end..].starts_with('.'));
        let files = FrameFiles::find(path, sequence && at_end)?;
        let first = files.first()?.to_owned();
        let file = MappedFile::open(&first)?;
        let header = Header::read(*self, &file).in_file(&first)?;
        let mut metadata = header.metadata(&file);
        metadata.clip_name = files.name();
        metadata.frame_count = Some(Field::derived(files.list().present.len() as u64, "files"));
        let size = header.upright();
        let is_float = header.is_float();
        Ok(Arc::new(StillClip { path: path.to_owned(), format: *self, files, metadata, size, is_float }))
    }
}

struct StillClip {
    path: PathBuf,
    format: Still,
    files: FrameFiles,
    metadata: Metadata,
    size: Size,
    is_float: bool,
}

impl Clip for StillClip {
    fn format(&self) -> &'static str {
        self.format.name()
    }
    fn path(&self) -> &Path {
        &self.path
    }
    fn metadata(&self) -> &Metadata {
        &self.metadata
    }
    fn frames(&self) -> &FrameList {
        self.files.list()
    }
    fn size(&self) -> Size {
        self.size
    }
    fn timecode(&self, _frame: FrameNumber) -> Result<Option<Timecode>> {
        Ok(None)
    }
    fn read(&self, frame: FrameNumber, reading: &Reading) -> Result<Picture> {
        let path = self.files.path(frame)?;
        let file = MappedFile::open(path)?;
        let read = || {
            let header = Header::read(self.format, &file)?;
            if header.upright() != self.size {
                let message = format!("differs from the first frame ({})", self.size);
                return Err(Error::invalid(message).field("size").value(header.upright()));
            }
            header.picture(&file, reading).map(Picture::Rgb)
        };
        read().in_file(path)
    }
    fn has_range(&self) -> bool {
        !self.is_float
    }
    fn encoding(&self) -> &Encoding {
        &Encoding::Unknown
    }
    fn files(&self) -> Vec<PathBuf> {
        self.files.files()
    }
}
