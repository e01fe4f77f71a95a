//! DNG 1.7 and CinemaDNG 1.1: single files and numbered sequences.

pub(super) mod color;
pub(super) mod decode;
mod deflate;
mod directories;
mod float;
pub(super) mod jpeg;
mod jpeg_xl;
mod layout;
mod metadata;
mod numbering;
mod picture;
mod unpack;
pub mod vc5;

use super::{
    CameraColor, Clip, Encoding, Field, Format, FrameList, FrameNumber, Metadata, NoiseProfile, Opcodes, Picture, Reading, Timecode,
    mmap::MappedFile,
    noise,
    sequence::FrameFiles,
    tiff::{Tag, Tiff},
};
use crate::{
    error::{Error, ErrorKind, InFile, Result},
    image::{Rect, Size},
};
use color::Profile;
use directories::Directories;
use layout::Frame;
use numbering::Numbering;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
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

    /// One too damaged to tell is taken for a frame, so that a sequence is not torn apart at it.
    fn is_numbered(&self, path: &Path, _head: &[u8]) -> bool {
        !matches!(Numbering::of(path), Ok(Some(Numbering { is_sequence: false, .. })))
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
    /// What the masked pixels of the first frame tell, once they were asked.
    measured_noise: OnceLock<Option<Field<NoiseProfile>>>,
}

impl DngClip {
    fn open(path: &Path, sequence: bool) -> Result<Self> {
        // What is wrong with a file that cannot be told apart is said where it is read.
        let numbering = if sequence { Numbering::of(path).ok().flatten() } else { None };
        let files = FrameFiles::find(path, sequence && numbering.as_ref().is_none_or(|n| n.is_sequence))?;
        let first = files.first()?.to_owned();
        let mut clip = Self::describe(path, &first, files).in_file(&first)?;
        if let Some(numbering) = numbering {
            clip.metadata.keep("numbered files", numbering.why);
        }
        Ok(clip)
    }

    fn describe(path: &Path, first: &Path, files: FrameFiles) -> Result<Self> {
        let file = MappedFile::open(first)?;
        let tiff = Tiff::new(&file)?;
        let directories = Directories::read(&tiff)?;
        let frame = Frame::read(&directories.main)?;
        let color = color_of(&directories)?;
        let mut metadata = metadata::read(&tiff, &directories, &frame, color.as_ref());
        metadata.clip_name = files.name();
        metadata.frame_count = Some(Field::derived(files.list().present.len() as u64, "files"));
        let encoding = color.map_or(Encoding::Unknown, Encoding::Camera);
        Ok(Self { path: path.to_owned(), files, metadata, frame, encoding, measured_noise: OnceLock::new() })
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
    fn read(&self, frame: FrameNumber, _reading: &Reading) -> Result<Picture> {
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
            // One road to ACES2065-1 holds for the whole clip, so every frame has to ask for it.
            let color = color_of(&directories)?;
            let clip = match &self.encoding {
                Encoding::Camera(color) => Some(color),
                _ => None,
            };
            same_color(color.as_ref(), clip)?;
            picture::read(&tiff, &directories.main, &frame)
        };
        read().in_file(path)
    }
    /// A first frame that is damaged tells nothing; one that cannot be had is an error.
    fn noise(&self) -> Result<Option<Field<NoiseProfile>>> {
        if let Some(stated) = &self.metadata.noise_profile {
            return Ok(Some(stated.clone()));
        }
        if let Some(known) = self.measured_noise.get() {
            return Ok(known.clone());
        }
        let file = MappedFile::open(self.files.first()?)?;
        let found = match masked_noise(&file) {
            Err(e) if e.kind() == ErrorKind::Io => return Err(e.file(self.files.first()?)),
            found => found.ok().flatten(),
        };
        Ok(self.measured_noise.get_or_init(|| found).clone())
    }
    fn opcodes(&self, frame: FrameNumber) -> Result<Opcodes> {
        let path = self.files.path(frame)?;
        let file = MappedFile::open(path)?;
        Directories::read(&Tiff::new(&file)?).and_then(|d| opcodes_of(&d)).in_file(path)
    }
    fn encoding(&self) -> &Encoding {
        &self.encoding
    }
    fn files(&self) -> Vec<PathBuf> {
        self.files.files()
    }
}

/// Noise of the pixels that the first frame says saw no light, else of those beside its active area.
fn masked_noise(file: &MappedFile) -> Result<Option<Field<NoiseProfile>>> {
    let tiff = Tiff::new(file)?;
    let main = Directories::read(&tiff)?.main;
    let frame = Frame::read(&main)?;
    let stated = picture::masked_areas(&main, &frame)?;
    let is_mosaic = main.u32(Tag::PHOTOMETRIC)? == Some(CFA);
    if !is_mosaic || (stated.is_none() && frame.active_area == Rect::of(frame.size)) {
        return Ok(None);
    }
    // Of a floating-point mosaic nothing but the active area is kept.
    let Picture::Mosaic(mosaic) = picture::read(&tiff, &main, &frame)? else { return Ok(None) };
    let tag = if stated.is_some() { Tag::MASKED_AREAS } else { Tag::ACTIVE_AREA };
    let areas = stated.unwrap_or_else(|| noise::beside_active_area(&mosaic));
    let profile = |sigma: f64| NoiseProfile(vec![[0.0, sigma * sigma]]);
    Ok(noise::of_masked_pixels(&mosaic, &areas).map(|sigma| Field::derived(profile(sigma), tag.to_string())))
}

/// Decodes a DNG file in memory, with the corrections it asks for, not yet applied: all that its bytes decide, for fuzzing.
pub(super) fn decode_dng(data: &[u8]) -> Result<(Picture, Opcodes)> {
    let tiff = Tiff::new(data)?;
    let directories = Directories::read(&tiff)?;
    let frame = Frame::read(&directories.main)?;
    let color = color_of(&directories)?;
    metadata::read(&tiff, &directories, &frame, color.as_ref());
    let picture = picture::read(&tiff, &directories.main, &frame)?;
    if let Picture::Mosaic(mosaic) = &picture {
        noise::of_masked_pixels(mosaic, &noise::beside_active_area(mosaic));
    }
    Ok((picture, opcodes_of(&directories)?))
}

fn opcodes_of(directories: &Directories) -> Result<Opcodes> {
    let list = |tag| directories.main.bytes(tag);
    Opcodes::parse([list(Tag::OPCODE_LIST_1)?, list(Tag::OPCODE_LIST_2)?, list(Tag::OPCODE_LIST_3)?])
}

/// What the main picture's values mean in colour; `None` where the file does not say.
fn color_of(directories: &Directories) -> Result<Option<CameraColor>> {
    Profile::read(&directories.ifd0)?.map(|p| p.camera_color()).transpose()
}

/// Refuses the colour of a frame that is not the clip's, naming the tag it comes from.
fn same_color(frame: Option<&CameraColor>, clip: Option<&CameraColor>) -> Result<()> {
    let (frame, clip) = match (frame, clip) {
        (None, None) => return Ok(()),
        (Some(frame), Some(clip)) => (frame, clip),
        (Some(_), None) => return Err(Error::invalid("is stated, the first frame states none").field(Tag::COLOR_MATRIX_1.to_string())),
        (None, Some(_)) => return Err(Error::invalid("is missing, the first frame has it").field(Tag::COLOR_MATRIX_1.to_string())),
    };
    let differs = |tag: Tag, ours: String, first: String| {
        Err(Error::invalid(format!("differs from the first frame ({first})")).field(tag.to_string()).value(ours))
    };
    if frame.neutral != clip.neutral {
        return differs(Tag::AS_SHOT_NEUTRAL, format!("{:?}", frame.neutral), format!("{:?}", clip.neutral));
    }
    if frame.baseline_exposure != clip.baseline_exposure {
        return differs(Tag::BASELINE_EXPOSURE, frame.baseline_exposure.to_string(), clip.baseline_exposure.to_string());
    }
    if frame != clip {
        return Err(Error::invalid("the colour matrices differ from the first frame's").field(Tag::COLOR_MATRIX_1.to_string()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_of_another_colour_is_named() {
        let clip = CameraColor { neutral: [0.5, 1.0, 0.7], to_aces: [[1.0; 3]; 3], baseline_exposure: 0.0, kelvin: 5000.0 };
        let field = |change: &dyn Fn(&mut CameraColor)| {
            let mut frame = clip.clone();
            change(&mut frame);
            same_color(Some(&frame), Some(&clip)).map_err(|e| e.to_string())
        };
        assert_eq!(field(&|_| {}), Ok(()));
        assert!(field(&|c| c.neutral[0] = 0.51).unwrap_err().contains("AsShotNeutral"));
        assert!(field(&|c| c.baseline_exposure = 1.0).unwrap_err().contains("BaselineExposure"));
        assert!(field(&|c| c.to_aces[1][2] = 0.9).unwrap_err().contains("ColorMatrix1"));
        assert!(same_color(None, Some(&clip)).is_err() && same_color(Some(&clip), None).is_err());
    }
}
