//! DNG 1.7 and CinemaDNG 1.1: single files and numbered sequences.

mod color;
mod decode;
mod directories;
mod layout;
mod ljpeg;
mod metadata;
mod opcodes;
mod picture;
mod unpack;

use super::{
    Clip, Encoding, Field, Format, FrameList, FrameNumber, Metadata, Picture, Timecode,
    mmap::MappedFile,
    sequence::FrameFiles,
    tiff::{Tag, Tiff},
};
use crate::{
    error::{Error, InFile, Result},
    image::Size,
};
use color::Profile;
use directories::Directories;
use layout::Frame;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// PhotometricInterpretation of a mosaic and of demosaiced sensor data (DNG 1.4).
const CFA: u32 = 32803;
const LINEAR_RAW: u32 = 34892;

/// The DNG format.
pub struct Dng;

impl Format for Dng {
    fn name(&self) -> &'static str {
        "DNG"
    }

    fn recognises(&self, path: &Path, head: &[u8]) -> bool {
        if !Tiff::recognises(head) {
            return false;
        }
        let Ok(file) = MappedFile::open(path) else { return false };
        let Ok(tiff) = Tiff::new(&file) else { return false };
        // A TIFF too damaged to tell is claimed, so that the user hears what is wrong with it.
        tiff.ifd(tiff.first_ifd(), "offset of IFD0").map_or(true, |ifd| ifd.has(Tag::DNG_VERSION))
    }

    fn open(&self, path: &Path, sequence: bool) -> Result<Arc<dyn Clip>> {
        Ok(Arc::new(DngClip::open(path, sequence)?))
    }
}

/// An opened DNG clip. What is read here is read of the first frame; the others are looked at when they are asked for.
struct DngClip {
    path: PathBuf,
    files: FrameFiles,
    metadata: Metadata,
    frame: Frame,
    encoding: Encoding,
}

impl DngClip {
    fn open(path: &Path, sequence: bool) -> Result<Self> {
        let files = FrameFiles::find(path, sequence)?;
        let first = files.first()?.to_owned();
        Self::describe(path, &first, files).in_file(&first)
    }

    fn describe(path: &Path, first: &Path, files: FrameFiles) -> Result<Self> {
        let file = MappedFile::open(first)?;
        let tiff = Tiff::new(&file)?;
        let directories = Directories::read(&tiff)?;
        let frame = Frame::read(&directories.main)?;
        let color = Profile::read(&directories.ifd0)?.map(|p| p.camera_color()).transpose()?;
        let mut metadata = metadata::read(&tiff, &directories, &frame, color.as_ref());
        metadata.clip_name = files.name();
        metadata.frame_count = Some(Field::derived(files.list().present.len() as u64, "files"));
        let encoding = color.map_or(Encoding::Unknown, Encoding::Camera);
        Ok(Self { path: path.to_owned(), files, metadata, frame, encoding })
    }
}

impl Clip for DngClip {
    fn format(&self) -> &'static str {
        Dng.name()
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
        self.frame.active_area.size()
    }
    fn timecode(&self, frame: FrameNumber) -> Result<Option<Timecode>> {
        let path = self.files.path(frame)?;
        let file = MappedFile::open(path)?;
        let read = || {
            let tiff = Tiff::new(&file)?;
            let ifd0 = tiff.ifd(tiff.first_ifd(), "offset of IFD0")?;
            metadata::timecode_of(&ifd0, Tag::TIME_CODES)
        };
        read().in_file(path)
    }
    fn read(&self, frame: FrameNumber) -> Result<Picture> {
        let path = self.files.path(frame)?;
        let file = MappedFile::open(path)?;
        let read = || {
            let tiff = Tiff::new(&file)?;
            let directories = Directories::read(&tiff)?;
            let frame = Frame::read(&directories.main)?;
            if frame != self.frame {
                let message = format!("differs in size or windows from the first frame ({})", self.frame.size);
                return Err(Error::invalid(message).field("frame size").value(frame.size));
            }
            picture::read(&tiff, &directories.main, &frame)
        };
        read().in_file(path)
    }
    fn encoding(&self) -> &Encoding {
        &self.encoding
    }
    fn files(&self) -> Vec<PathBuf> {
        self.files.files()
    }
}
