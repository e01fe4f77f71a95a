//! DNG 1.7 and CinemaDNG 1.1: single files and numbered sequences.

mod decode;
mod directories;
mod layout;
mod ljpeg;
mod picture;
mod unpack;

use super::{
    Clip, Encoding, Format, FrameList, FrameNumber, Metadata, Picture, Timecode,
    mmap::MappedFile,
    tiff::{Tag, Tiff},
};
use crate::{
    error::{Error, InFile, Result},
    image::{Image, Rect, Size},
};
use directories::Directories;
use layout::{Frame, Storage};
use picture::Levels;
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

    fn open(&self, path: &Path, _sequence: bool) -> Result<Arc<dyn Clip>> {
        let file = MappedFile::open(path)?;
        let tiff = Tiff::new(&file)?;
        let directories = Directories::read(&tiff)?;
        let frame = Frame::read(&directories.main)?;
        Ok(Arc::new(DngClip {
            path: path.to_owned(),
            metadata: Metadata::default(),
            frames: FrameList::single(),
            frame,
            encoding: Encoding::Unknown,
        }))
    }
}

struct DngClip {
    path: PathBuf,
    metadata: Metadata,
    frames: FrameList,
    frame: Frame,
    encoding: Encoding,
}

/// Decodes the picture of a DNG file in memory.
fn read(tiff: &Tiff) -> Result<Picture> {
    let directories = Directories::read(tiff)?;
    let ifd = &directories.main;
    let frame = Frame::read(ifd)?;
    let photometric = ifd.u32(Tag::PHOTOMETRIC)?;
    let storage = Storage::read(ifd, tiff, frame.size)?;
    let levels = Levels::read(ifd, &frame, &storage)?;
    match (photometric, storage.samples_per_pixel) {
        (Some(CFA), 1) => {
            let cfa = picture::cfa(ifd)?;
            let samples = decode::samples(&storage, tiff)?;
            Ok(Picture::Mosaic(levels.into_mosaic(&frame, &storage, cfa, samples)))
        }
        (Some(LINEAR_RAW), 3) => {
            let samples = decode::samples(&storage, tiff)?;
            let planes = levels.linear_planes(&frame, &samples);
            let mut image = Image::from_planes(frame.active_area.size(), planes);
            image.pixel_aspect = frame.pixel_aspect;
            let crop = frame.default_crop;
            image.display_window =
                Rect::new(crop.x.round() as i32, crop.y.round() as i32, crop.width.round() as u32, crop.height.round() as u32);
            Ok(Picture::Rgb(image))
        }
        (Some(CFA | LINEAR_RAW), n) => {
            Err(Error::unsupported("only 1 (mosaic) and 3 (RGB) are read").field(Tag::SAMPLES_PER_PIXEL.to_string()).value(n))
        }
        (other, _) => Err(Error::unsupported("not sensor data: 32803 (CFA) and 34892 (LinearRaw) are read")
            .field(Tag::PHOTOMETRIC.to_string())
            .value(other.map_or_else(|| "missing".to_owned(), |v| v.to_string()))),
    }
}

impl Clip for DngClip {
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
        self.frame.active_area.size()
    }
    fn timecode(&self, _frame: FrameNumber) -> Result<Option<Timecode>> {
        Ok(None)
    }
    fn read(&self, _frame: FrameNumber) -> Result<Picture> {
        let file = MappedFile::open(&self.path)?;
        Tiff::new(&file).and_then(|tiff| read(&tiff)).in_file(&self.path)
    }
    fn encoding(&self) -> &Encoding {
        &self.encoding
    }
    fn files(&self) -> Vec<PathBuf> {
        vec![self.path.clone()]
    }
}
