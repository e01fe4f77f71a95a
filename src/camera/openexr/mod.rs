//! OpenEXR plates: single files and numbered sequences, flat RGB(A) or luminance, any compression of the `exr` crate.
//!
//! The size of a clip is its display window, the picture as it is meant to be seen; the pixels stored may be fewer or
//! more (data window), and may change from frame to frame.

mod encoding;
mod header;
mod metadata;
mod pixels;
mod stored;

use super::{
    Clip, Encoding, Field, Format, FrameList, FrameNumber, Metadata, Picture, Reading, Timecode, mmap::MappedFile, sequence::FrameFiles,
};
use crate::{
    error::{Error, InFile, Result},
    image::{Image, Size},
};
use header::Plate;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::Arc,
};
pub use stored::PlateHeader;

/// The OpenEXR format.
pub struct OpenExr;

impl Format for OpenExr {
    fn name(&self) -> &'static str {
        "OpenEXR"
    }
    fn recognises(&self, _path: &Path, head: &[u8]) -> bool {
        head.starts_with(&[0x76, 0x2f, 0x31, 0x01])
    }
    fn open(&self, path: &Path, sequence: bool) -> Result<Arc<dyn Clip>> {
        let files = FrameFiles::find(path, sequence)?;
        let first = files.first()?.to_owned();
        let describe = || {
            let described = describe(&MappedFile::open(&first)?)?;
            let mut metadata = described.metadata;
            metadata.clip_name = files.name();
            metadata.frame_count = Some(Field::derived(files.list().present.len() as u64, "files"));
            Ok(ExrClip { path: path.to_owned(), encoding: described.encoding, size: described.size, files: files.clone(), metadata })
        };
        let clip: Result<ExrClip> = describe();
        Ok(Arc::new(clip.in_file(&first)?))
    }
}

/// What a plate in memory says of itself.
pub struct Described {
    pub metadata: Metadata,
    pub encoding: Encoding,
    /// Of the display window.
    pub size: Size,
}

/// Reads the header of an OpenEXR file in memory.
pub fn describe(bytes: &[u8]) -> Result<Described> {
    contain(|| {
        let plate = Plate::read(bytes)?;
        Ok(Described { metadata: metadata::read(&plate), encoding: encoding::of(&plate)?, size: plate.display_window.size() })
    })
}

/// Decodes an OpenEXR file in memory that has to be of a clip of that size and encoding.
pub fn decode(bytes: &[u8], size: Size, encoding: &Encoding) -> Result<Image> {
    contain(|| {
        let plate = Plate::read(bytes)?;
        if plate.display_window.size() != size {
            let message = format!("differs from the first frame ({size})");
            return Err(Error::invalid(message).field("OpenEXR displayWindow").value(plate.display_window.size()));
        }
        if !encoding::same(&encoding::of(&plate)?, encoding) {
            return Err(Error::invalid("differ from the first frame").field("OpenEXR chromaticities"));
        }
        pixels::read(bytes, &plate)
    })
}

struct ExrClip {
    path: PathBuf,
    files: FrameFiles,
    metadata: Metadata,
    size: Size,
    encoding: Encoding,
}

impl Clip for ExrClip {
    fn format(&self) -> &'static str {
        OpenExr.name()
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
    fn timecode(&self, frame: FrameNumber) -> Result<Option<Timecode>> {
        let path = self.files.path(frame)?;
        let file = MappedFile::open(path)?;
        contain(|| Ok(metadata::timecode(&Plate::read(&file)?))).in_file(path)
    }
    fn read(&self, frame: FrameNumber, _reading: &Reading) -> Result<Picture> {
        let path = self.files.path(frame)?;
        let file = MappedFile::open(path)?;
        decode(&file, self.size, &self.encoding).map(Picture::Rgb).in_file(path)
    }
    fn encoding(&self) -> &Encoding {
        &self.encoding
    }
    fn files(&self) -> Vec<PathBuf> {
        self.files.files()
    }
}

/// Runs `work`, which calls the `exr` crate, and turns a panic into an error. The crate guards its arithmetic with
/// assertions and unchecked indexing in places; damaged files reach some of them. Everything `work` touches is its own
/// or read-only, so nothing half-changed is seen afterwards.
fn contain<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(Error::invalid("damaged beyond what the OpenEXR reader follows")))
}

/// An error of the `exr` crate.
fn wrong(error: ::exr::error::Error) -> Error {
    match error {
        ::exr::error::Error::NotSupported(what) => Error::unsupported(format!("OpenEXR: {what}")),
        other => Error::invalid(format!("OpenEXR: {other}")),
    }
}
