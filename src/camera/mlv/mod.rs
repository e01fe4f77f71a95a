//! Magic Lantern Video (`.MLV` and its further parts `.M00`, `.M01`): raw recordings of Canon cameras.
//!
//! Read from the description of the format (`mlv.h` as public in MLVFS) and compared with FFmpeg's demuxer; no real recording
//! was at hand.

mod blocks;
mod metadata;
mod raw;

use super::{
    CameraColor, Clip, Encoding, Field, Format, FrameList, FrameNumber, Metadata, Picture, Reading, Timecode,
    dng::color::{Profile, White},
    mmap::MappedFile,
    temperature,
};
use crate::{
    error::{Error, InFile, Result},
    image::Size,
};
use blocks::{Block, FileHeader, Index, Vidf};
use metadata::{WB_AUTO, WB_CUSTOM, WB_KELVIN, kelvin_of, mode_name};
use raw::Raw;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

pub struct Mlv;

/// Most parts after the first: `.M00` to `.M99`.
const MAX_PARTS: usize = 100;

impl Format for Mlv {
    fn name(&self) -> &'static str {
        "MLV"
    }
    fn is_numbered(&self, _path: &Path, _head: &[u8]) -> bool {
        false
    }
    fn recognises(&self, _path: &Path, head: &[u8]) -> bool {
        blocks::recognises(head)
    }
    fn is_later_part(&self, path: &Path) -> bool {
        further_of(path).is_some_and(|firsts| firsts.iter().any(|p| p.is_file()))
    }
    fn open(&self, path: &Path, _sequence: bool) -> Result<Arc<dyn Clip>> {
        let first = first_part(path);
        Ok(Arc::new(MlvClip { path: path.to_owned(), ..MlvClip::open(first.as_deref().unwrap_or(path))? }))
    }
}

/// The first file of the recording that `path` is a further part of: `A.MLV` of `A.M00`, where both say they are of one recording.
fn first_part(path: &Path) -> Option<PathBuf> {
    let ours = recording(path)?;
    further_of(path)?.into_iter().find(|first| recording(first).is_some_and(|h| h.guid == ours.guid))
}

/// What the first file is called, where `path` is named like a further part and says that it is one.
fn further_of(path: &Path) -> Option<[PathBuf; 2]> {
    let digits = path.extension()?.to_str()?.strip_prefix(['M', 'm'])?;
    let is_numbered = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
    (is_numbered && recording(path)?.number != 0).then(|| ["MLV", "mlv"].map(|e| path.with_extension(e)))
}

fn recording(path: &Path) -> Option<FileHeader> {
    FileHeader::read(&MappedFile::open(path).ok()?).ok()
}

/// An opened recording.
struct MlvClip {
    path: PathBuf,
    parts: Vec<(PathBuf, MappedFile)>,
    frames: BTreeMap<FrameNumber, Vidf>,
    list: FrameList,
    metadata: Metadata,
    video_class: u16,
    raw: Raw,
    /// From when on frames are not as the first blocks say.
    changes: Option<(u64, [u8; 4])>,
    dual_iso: u32,
    encoding: Encoding,
}

impl MlvClip {
    fn open(path: &Path) -> Result<Self> {
        let first = MappedFile::open(path)?;
        let header = FileHeader::read(&first).in_file(path)?;
        let mut parts = vec![(path.to_owned(), first)];
        let mut foreign = vec![];
        for part in further_parts(path) {
            let file = MappedFile::open(&part)?;
            match FileHeader::read(&file) {
                Ok(other) if other.guid == header.guid => parts.push((part, file)),
                _ => foreign.push(part),
            }
        }
        let mut index = Index::default();
        for (i, (_, file)) in parts.iter().enumerate() {
            index.add(i, file);
        }
        let missing = |what: &str| Error::invalid("missing").field(format!("{what} block"));
        let raw = index.get(b"RAWI").ok_or_else(|| missing("RAWI")).and_then(Raw::read).in_file(path)?;
        if index.frames.is_empty() {
            return Err(missing("VIDF").file(path));
        }
        let mut metadata = metadata::read(&header, &index, Some(&raw));
        metadata.clip_name = path.file_stem().map(|s| Field::assumed(s.to_string_lossy().into_owned(), "file name"));
        if usize::from(header.count) > parts.len() {
            let missing = usize::from(header.count) - parts.len();
            metadata.keep("Parts missing", missing.to_string());
            metadata.warn(format!("{missing} of the {} files of the recording are missing, and their frames not counted", header.count));
        }
        let lost = lost_parts(path, &parts, header.count);
        let list = FrameList { foreign, lost, ..FrameList::new(index.frames.keys().copied().collect()) };
        let encoding = encoding(&raw, index.get(b"WBAL")).in_file(path)?;
        if let Encoding::Uncalibrated { why } = &encoding {
            metadata.keep("Picture", why.clone());
        }
        let (changes, dual_iso) = (index.changes, index.get(b"DISO").map_or(0, |b| b.u32(16)));
        let frames = index.frames;
        if let Some(frame) = frames.values().next() {
            let jpeg = raw.is_jpeg(&parts[frame.file].1[frame.data.clone()]);
            let name = if jpeg { "MLV, lossless JPEG" } else { "MLV, uncompressed" };
            metadata.codec = Some(Field::derived(name.into(), "VIDF data"));
        }
        let video_class = header.video_class;
        Ok(Self { path: path.to_owned(), parts, frames, list, metadata, video_class, raw, changes, dual_iso, encoding })
    }
}

/// The files beside `A.MLV` that are named `A.M00`, `A.M01`, up to the first that is not there.
fn further_parts(path: &Path) -> Vec<PathBuf> {
    let Some(extension) = path.extension().and_then(|e| e.to_str()).filter(|e| e.eq_ignore_ascii_case("mlv")) else { return vec![] };
    let m = &extension[..1];
    (0..MAX_PARTS).map(|i| path.with_extension(format!("{m}{i:02}"))).take_while(|p| p.is_file()).collect()
}

/// The names of parts that the recording says it has.
fn lost_parts(path: &Path, there: &[(PathBuf, MappedFile)], count: u16) -> Vec<PathBuf> {
    let Some(extension) = path.extension().and_then(|e| e.to_str()).filter(|e| e.eq_ignore_ascii_case("mlv")) else { return vec![] };
    let parts = (0..MAX_PARTS.min(usize::from(count).saturating_sub(1))).map(|i| path.with_extension(format!("{}{i:02}", &extension[..1])));
    parts.filter(|p| !there.iter().any(|t| t.0 == *p) && !p.is_file()).collect()
}

/// The road from camera RGB: the matrix of RAWI at the white that WBAL gives.
fn encoding(raw: &Raw, wbal: Option<Block>) -> Result<Encoding> {
    let uncalibrated = |why: String| Ok(Encoding::Uncalibrated { why: format!("uncalibrated preview: {why}") });
    let Some((matrix, illuminant)) = raw.matrix else { return uncalibrated("RAWI holds no colour matrix".into()) };
    let Some(b) = wbal else { return uncalibrated("the recording has no WBAL block, so no white balance".into()) };
    let (mode, kelvin) = (b.u32(16), kelvin_of(b.u32(20)));
    let white = match (mode, kelvin) {
        // Gains are those of the camera inverted (`mlv.h`): what a neutral object gives.
        (WB_CUSTOM, _) => {
            let gains = [24, 28, 32].map(|at| f64::from(b.u32(at)));
            if gains.iter().any(|&g| !(1.0..=1e6).contains(&g)) {
                return uncalibrated("WBAL holds no gains".into());
            }
            White::Neutral(gains.map(|g| g / gains[1]))
        }
        // In automatic mode the recorder notes the temperature that the camera found.
        (WB_KELVIN | WB_AUTO, Some(kelvin)) => White::Chromaticity(temperature::planckian(kelvin)),
        (mode, _) => {
            return uncalibrated(format!("white balance {:?} with neither temperature nor gains in WBAL", mode_name(mode)));
        }
    };
    let color = Profile::of_one(matrix, illuminant, white).camera_color().map_err(|e| e.field("RAWI color_matrix1, WBAL"))?;
    Ok(Encoding::Camera(CameraColor { baseline_exposure: raw.exposure_bias, ..color }))
}

impl Clip for MlvClip {
    fn format(&self) -> &'static str {
        Mlv.name()
    }
    fn path(&self) -> &Path {
        &self.path
    }
    fn metadata(&self) -> &Metadata {
        &self.metadata
    }
    fn frames(&self) -> &FrameList {
        &self.list
    }
    fn size(&self) -> Size {
        self.raw.size
    }
    /// The format has none.
    fn timecode(&self, _frame: FrameNumber) -> Result<Option<Timecode>> {
        Ok(None)
    }
    fn read(&self, frame: FrameNumber, _reading: &Reading) -> Result<Picture> {
        let vidf = self.frames.get(&frame).ok_or_else(|| {
            let (first, last) = (self.list.first(), self.list.last());
            Error::invalid(format!("not among the frames of the clip ({first} to {last})")).field("frame").value(frame).file(&self.path)
        })?;
        let (path, file) = &self.parts[vidf.file];
        let read = || {
            if self.dual_iso != 0 {
                return Err(Error::unsupported("rows of two sensitivities are not put together")
                    .field("DISO dualMode")
                    .value(self.dual_iso));
            }
            if let Some((at, kind)) = self.changes
                && vidf.timestamp >= at
            {
                let message = format!("a {} block before this frame differs from the first", kind.escape_ascii());
                return Err(Error::unsupported(message).field("frame").value(frame));
            }
            self.raw.mosaic(self.video_class, &file[vidf.data.clone()]).map(Picture::Mosaic)
        };
        read().in_file(path)
    }
    fn encoding(&self) -> &Encoding {
        &self.encoding
    }
    fn files(&self) -> Vec<PathBuf> {
        self.parts.iter().map(|p| p.0.clone()).collect()
    }
}

/// Decodes every frame of a file in memory: for tests with damaged ones. Gives how many came out.
pub fn decode_all(file: &[u8]) -> Result<usize> {
    let header = FileHeader::read(file)?;
    let mut index = Index::default();
    index.add(0, file);
    let raw = index.get(b"RAWI").ok_or_else(|| Error::invalid("missing").field("RAWI block")).and_then(Raw::read)?;
    let _ = metadata::read(&header, &index, Some(&raw));
    let _ = encoding(&raw, index.get(b"WBAL"));
    Ok(index.frames.values().filter(|f| raw.mosaic(header.video_class, &file[f.data.clone()]).is_ok()).count())
}
