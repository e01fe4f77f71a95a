//! DPX (SMPTE ST 268-1): film scans and graded frames, single files and numbered sequences.
//!
//! Code values are handed out over full scale, unless a person says that they are legal range. What they mean is taken from
//! the header only where it says so completely: printing density, logarithmic and video codes name no gamut or exposure.

mod codes;
mod header;
mod metadata;
mod pixels;

use super::{
    Clip, Encoding, Field, Format, FrameList, FrameNumber, Metadata, Picture, Reading, Timecode, mmap::MappedFile, sequence::FrameFiles,
};
use crate::{
    error::{Error, InFile, Result},
    image::Size,
};
use codes::characteristic;
use header::{Element, Header};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// The DPX format.
pub struct Dpx;

impl Format for Dpx {
    fn name(&self) -> &'static str {
        "DPX"
    }
    fn recognises(&self, _path: &Path, head: &[u8]) -> bool {
        Header::recognises(head)
    }
    fn open(&self, path: &Path, sequence: bool) -> Result<Arc<dyn Clip>> {
        let files = FrameFiles::find(path, sequence)?;
        let first = files.first()?.to_owned();
        let file = MappedFile::open(&first)?;
        let describe = || -> Result<Arc<dyn Clip>> {
            let header = Header::read(&file)?;
            let layout = Layout::read(&header)?;
            let mut metadata = metadata::read(&header, &header.elements()?, layout.size);
            metadata.clip_name = files.name();
            metadata.frame_count = Some(Field::derived(files.list().present.len() as u64, "files"));
            Ok(Arc::new(DpxClip { path: path.to_owned(), files: files.clone(), metadata, encoding: layout.encoding(), layout }))
        };
        describe().in_file(&first)
    }
}

/// What has to be the same for every frame of a clip.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Layout {
    size: Size,
    aspect: Option<f64>,
    /// Of the first element, which stands for the picture.
    transfer: u8,
    colorimetric: u8,
    bits: u8,
}

impl Layout {
    fn read(header: &Header) -> Result<Self> {
        let first: Element = header.elements()?[0];
        Ok(Self {
            size: header.size()?,
            aspect: header.pixel_aspect()?,
            transfer: first.transfer,
            colorimetric: first.colorimetric,
            bits: first.bits,
        })
    }

    fn encoding(&self) -> Encoding {
        let coded = |transform: &str, key: &str| Encoding::Coded { transform: transform.into(), key: format!("DPX {key}") };
        match (self.transfer, self.colorimetric, self.bits) {
            (characteristic::ADX, _, 10) => coded("adx10", "transfer characteristic ADX"),
            (characteristic::ADX, _, 16) => coded("adx16", "transfer characteristic ADX"),
            // SMPTE ST 274 and BT.709 have the same primaries.
            (characteristic::LINEAR, characteristic::ST_274 | characteristic::BT_709, _) => {
                coded("linear-rec709", "transfer characteristic linear, colorimetric specification BT.709")
            }
            _ => Encoding::Unknown,
        }
    }

    /// Refuses a frame that is not laid out as the first.
    fn same(&self, frame: &Self) -> Result<()> {
        let differs = |field: &str, first: String, value: String| {
            Err(Error::invalid(format!("differs from the first frame ({first})")).field(format!("DPX {field}")).value(value))
        };
        if frame.size != self.size {
            return differs("pixels per line, lines", self.size.to_string(), frame.size.to_string());
        }
        if frame.aspect != self.aspect {
            return differs("pixel aspect ratio", format!("{:?}", self.aspect), format!("{:?}", frame.aspect));
        }
        if frame.bits != self.bits {
            return differs("bit size", self.bits.to_string(), frame.bits.to_string());
        }
        if (frame.transfer, frame.colorimetric) != (self.transfer, self.colorimetric) {
            let show = |l: &Self| format!("{}, {}", l.transfer, l.colorimetric);
            return differs("transfer characteristic, colorimetric specification", show(self), show(frame));
        }
        Ok(())
    }
}

struct DpxClip {
    path: PathBuf,
    files: FrameFiles,
    metadata: Metadata,
    layout: Layout,
    encoding: Encoding,
}

impl Clip for DpxClip {
    fn format(&self) -> &'static str {
        Dpx.name()
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
        self.layout.size
    }
    fn timecode(&self, frame: FrameNumber) -> Result<Option<Timecode>> {
        let path = self.files.path(frame)?;
        let file = MappedFile::open(path)?;
        Header::read(&file).map(|h| metadata::timecode(&h)).in_file(path)
    }
    fn read(&self, frame: FrameNumber, reading: &Reading) -> Result<Picture> {
        let path = self.files.path(frame)?;
        let file = MappedFile::open(path)?;
        let read = || {
            let header = Header::read(&file)?;
            self.layout.same(&Layout::read(&header)?)?;
            pixels::read(&header, reading).map(Picture::Rgb)
        };
        read().in_file(path)
    }
    fn has_range(&self) -> bool {
        true
    }
    fn encoding(&self) -> &Encoding {
        &self.encoding
    }
    fn files(&self) -> Vec<PathBuf> {
        self.files.files()
    }
}
