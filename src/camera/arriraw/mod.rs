//! ARRIRAW (`.ari`, SMPTE RDD 30): single files and numbered sequences of 12-bit mosaics, read only.
//!
//! The picture is an *uncalibrated preview*: neither the curve of the 12 bits nor the camera's matrix is in a public source
//! that was read here, and no real file was at hand. Files are never written: that is reserved to ARRI's licensees.

mod header;
mod metadata;
mod pixels;

use super::{
    Clip, Encoding, Field, Format, FrameList, FrameNumber, Metadata, Picture, Reading, Timecode, mmap::MappedFile, sequence::FrameFiles,
};
use crate::{
    error::{Error, InFile, Result},
    image::{BlackLevel, Mosaic, Rect, Size},
};
use header::Header;
use pixels::Coding;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// Why the picture is not calibrated.
const WHY: &str = "uncalibrated preview: the log curve of the 12 bits and the camera's matrix are not confirmed";

pub struct ArriRaw;

impl Format for ArriRaw {
    fn name(&self) -> &'static str {
        "ARRIRAW"
    }
    fn recognises(&self, _path: &Path, head: &[u8]) -> bool {
        head.starts_with(header::MAGIC)
    }
    fn open(&self, path: &Path, sequence: bool) -> Result<Arc<dyn Clip>> {
        Ok(Arc::new(ArriRawClip::open(path, sequence)?))
    }
}

/// An opened clip. What is read here is read of the first frame.
struct ArriRawClip {
    path: PathBuf,
    files: FrameFiles,
    metadata: Metadata,
    shape: Shape,
    /// How the samples are stored, or why they cannot be read.
    coding: Result<Coding>,
    encoding: Encoding,
}

/// What every frame of a clip has in common.
#[derive(Clone, Debug, PartialEq)]
struct Shape {
    size: Size,
    active_area: Rect,
    squeeze: f64,
    family: Option<String>,
}

impl Shape {
    fn of(h: &Header) -> Self {
        Self { size: h.size, active_area: h.active_area, squeeze: metadata::squeeze(h).unwrap_or(1.0), family: h.family() }
    }
}

impl ArriRawClip {
    fn open(path: &Path, sequence: bool) -> Result<Self> {
        let files = FrameFiles::find(path, sequence)?;
        let first = files.first()?.to_owned();
        let file = MappedFile::open(&first)?;
        let header = Header::read(&file).in_file(&first)?;
        let coding = Coding::find(&header, &file);
        let mut metadata = metadata::read(&header, coding.as_ref().ok());
        metadata.clip_name = metadata.clip_name.or_else(|| files.name());
        metadata.frame_count = Some(Field::derived(files.list().present.len() as u64, "files"));
        let encoding = Encoding::Uncalibrated { why: WHY.into() };
        Ok(Self { path: path.to_owned(), shape: Shape::of(&header), files, metadata, coding, encoding })
    }
}

/// Decodes a file in memory: for clips and for tests with damaged ones.
pub fn decode(file: &[u8]) -> Result<Mosaic> {
    let header = Header::read(file)?;
    let coding = Coding::find(&header, file)?;
    Ok(mosaic(&header, &coding, coding.samples(&header, file)?))
}

fn mosaic(h: &Header, coding: &Coding, samples: Vec<u16>) -> Mosaic {
    Mosaic {
        size: h.size,
        samples,
        bits: 12,
        cfa: coding.cfa_of(h.active_area),
        linearization: None,
        // Codes as they are: what black and white are follows from the curve, which is not known.
        black: BlackLevel::uniform(0.0),
        white: 4095.0,
        active_area: h.active_area,
        default_crop: Rect::of(h.active_area.size()).to_f64(),
        pixel_aspect: metadata::squeeze(h).unwrap_or(1.0),
    }
}

impl Clip for ArriRawClip {
    fn format(&self) -> &'static str {
        ArriRaw.name()
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
        self.shape.active_area.size()
    }
    fn timecode(&self, frame: FrameNumber) -> Result<Option<Timecode>> {
        let path = self.files.path(frame)?;
        let file = MappedFile::open(path)?;
        Ok(Header::read(&file).in_file(path)?.timecode(0x1a8))
    }
    fn read(&self, frame: FrameNumber, _reading: &Reading) -> Result<Picture> {
        let path = self.files.path(frame)?;
        let read = || {
            let coding = self.coding.as_ref().map_err(Error::clone)?;
            let file = MappedFile::open(path)?;
            let header = Header::read(&file)?;
            let shape = Shape::of(&header);
            if shape != self.shape {
                let message = format!("differs in size, windows, squeeze or camera from the first frame ({})", self.shape.size);
                return Err(Error::invalid(message).field("frame size").value(shape.size));
            }
            let samples = coding.samples(&header, &file)?;
            Ok(Picture::Mosaic(mosaic(&header, coding, samples)))
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
