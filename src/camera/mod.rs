//! Camera files in. One trait that every format joins; metadata normalised, each value with its origin.
//!
//! A [`Clip`] is an opened camera original or plate: one file or a numbered sequence. Sources are opened read-only.
//! To add a format: write one module with a type that implements [`Format`], and list it in [`FORMATS`].

mod arriraw;
mod beside;
pub mod braw;
pub mod canon;
pub(crate) mod child;
mod dng;
mod dpx;
mod ending;
pub mod external;
pub mod fuzz;
pub(crate) mod h273;
mod inspected;
pub mod isobmff;
mod levels;
mod metadata;
mod mlv;
mod mmap;
mod movie;
pub mod mxf;
mod noise;
mod opcodes;
mod openexr;
mod place;
mod r3d;
mod rational;
mod reading;
mod samples;
mod sequence;
mod still;
mod support;
mod temperature;
mod tiff;
mod timecode;
mod walk;

pub use ending::ending;
use levels::Levels;
pub use metadata::{CameraCdl, Certainty, Field, FieldInfo, MAX_UNMAPPED, Metadata, Row, SCHEMA_VERSION};
pub(crate) use movie::tools as movie_tools;
pub use noise::NoiseProfile;
pub(crate) use noise::beside_active_area;
pub use opcodes::Opcodes;
pub use openexr::PlateHeader;
pub(crate) use place::{folders_of, refuse_within_clip, taken};
pub use rational::Rational;
pub use reading::{Reading, SignalRange, YcbcrMatrix};
pub use support::{SUPPORT, Support, SupportRow};
pub use timecode::Timecode;
pub(crate) use walk::walk_brought;
pub use walk::{Found, find_clips, no_clip, walk, walk_each};

use crate::{
    color::Op,
    error::{Error, InFile, Result},
    files,
    image::{CfaPlane, Image, Mosaic, Size},
    progress::Progress,
};
use std::{
    fs,
    io::Read,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A frame's number within its clip: the number in the file name of a sequence, else counted from 0.
pub type FrameNumber = u32;

/// An opened clip. Cheap to keep; pictures are decoded on request, on whatever thread asks.
pub trait Clip: Send + Sync {
    /// Name of the [`Format`] that opened it.
    fn format(&self) -> &'static str;
    /// The file or folder the user named.
    fn path(&self) -> &Path;
    /// Metadata of the clip (of its first frame where it is stored per frame).
    fn metadata(&self) -> &Metadata;
    /// The frames that exist, and what is odd about the sequence.
    fn frames(&self) -> &FrameList;
    /// Size of the picture before any squeeze is undone: the FDL canvas has to equal it, and `Metadata::resolution` does.
    /// The active area of sensor data, the display window of a plate.
    fn size(&self) -> Size;
    /// Timecode of one frame, where the format stores it per frame.
    fn timecode(&self, frame: FrameNumber) -> Result<Option<Timecode>>;
    /// Decodes one frame. `reading` is what a person says of the stored values; formats that state it themselves ignore it.
    fn read(&self, frame: FrameNumber, reading: &Reading) -> Result<Picture>;
    /// The program beside this one that decodes it, where one does.
    fn decoder(&self) -> Option<&Path> {
        None
    }
    /// Why no frame is decoded, where that is known from the start: the file is inspected only.
    fn refusal(&self) -> Option<Error> {
        None
    }
    /// Whether [`Reading::range`] is obeyed: a picture of code values, whose black and white a person may say.
    fn has_range(&self) -> bool {
        self.metadata().signal_range.is_some()
    }
    /// [`Clip::read`] that ends early once the work is cancelled, where a format has to wait for another process.
    fn read_watched(&self, frame: FrameNumber, reading: &Reading, progress: &Progress) -> Result<Picture> {
        progress.check()?;
        self.read(frame, reading)
    }
    /// The noise of the sensor, and who says so: what the file states, else what the masked pixels of the first frame tell, which is
    /// decoded for it. `None` where neither does. One for all frames.
    fn noise(&self) -> Result<Option<Field<NoiseProfile>>> {
        Ok(self.metadata().noise_profile.clone())
    }
    /// The corrections that a frame's file asks for. [`Clip::read`] leaves them to do.
    fn opcodes(&self, _frame: FrameNumber) -> Result<Opcodes> {
        Ok(Opcodes::default())
    }
    /// What the decoded values mean.
    fn encoding(&self) -> &Encoding;
    /// Every file the clip is made of, in order: what is hashed into a receipt.
    fn files(&self) -> Vec<PathBuf>;
    /// SHA-256 of one of them.
    fn sha256(&self, file: &Path) -> Result<String> {
        files::sha256_of_file(file)
    }
}

/// One decoded frame.
#[derive(Clone, Debug)]
pub enum Picture {
    /// Still to be debayered.
    Mosaic(Mosaic),
    /// Still to be debayered, and stored as light: 0.0 = sensor black, 1.0 = sensor clip.
    Plane {
        plane: CfaPlane,
        /// Width of a photosite's picture over its height.
        pixel_aspect: f64,
    },
    /// Already RGB, in the clip's [`Encoding`].
    Rgb(Image),
}

/// What decoded values mean, and the road from there to ACES2065-1.
#[derive(Clone, Debug)]
pub enum Encoding {
    /// Linear sensor RGB, 1.0 = sensor clip, not white-balanced.
    Camera(CameraColor),
    /// Scene-linear or log values whose road to ACES2065-1 the file itself states. Empty ops: it is ACES2065-1.
    Known { name: String, to_aces: Vec<Op> },
    /// Values in the transfer function and gamut that the metadata names. An AMF or a person may say otherwise.
    Coded {
        /// ACES transform ID or name of the input transform, as [`crate::color::transform`] takes it.
        transform: String,
        /// The vendor's keys that say so.
        key: String,
    },
    /// Sensor values whose road to ACES2065-1 nobody has confirmed: an *uncalibrated preview*. It is shown as if the values
    /// were ACES2065-1, and checks, recipes and plates refuse it.
    Uncalibrated {
        /// What is not known, for people; begins with `uncalibrated preview:`.
        why: String,
    },
    /// The file does not say; the user or an AMF has to.
    Unknown,
}

/// Calibration of a sensor as a DNG states it, reduced to what one frame needs.
#[derive(Clone, Debug, PartialEq)]
pub struct CameraColor {
    /// Camera RGB of a neutral object (the largest is 1); its reciprocal is the white balance.
    pub neutral: [f64; 3],
    /// Camera RGB (not white-balanced) to ACES2065-1, rows. `neutral` maps to (1, 1, 1): the channel that clips first
    /// clips at 1.0. Exposure is not in it.
    pub to_aces: [[f64; 3]; 3],
    /// Stops by which sensor clip lies above scene-linear 1.0 (DNG BaselineExposure + offset).
    pub baseline_exposure: f64,
    /// Correlated colour temperature of the neutral, kelvin.
    pub kelvin: f64,
}

/// The frames of a clip.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrameList {
    /// Frame numbers that exist, ascending.
    pub present: Vec<FrameNumber>,
    /// Ranges between first and last that do not.
    pub missing: Vec<RangeInclusive<FrameNumber>>,
    /// Files beside the sequence that look like frames of something else, or twice the same number.
    pub foreign: Vec<PathBuf>,
    /// Files that belong to the clip and are not there; the frames in them are not counted.
    pub lost: Vec<PathBuf>,
}

impl FrameList {
    /// From ascending, distinct numbers.
    pub fn new(present: Vec<FrameNumber>) -> Self {
        let missing = present.windows(2).filter(|w| w[1] > w[0] + 1).map(|w| w[0] + 1..=w[1] - 1).collect();
        Self { present, missing, ..Self::default() }
    }
    pub fn single() -> Self {
        Self::new(vec![0])
    }
    pub fn first(&self) -> FrameNumber {
        self.present.first().copied().unwrap_or(0)
    }
    pub fn last(&self) -> FrameNumber {
        self.present.last().copied().unwrap_or(0)
    }
    /// The one in the middle of those that exist, the later of two.
    pub fn middle(&self) -> Option<FrameNumber> {
        self.present.get(self.present.len() / 2).copied()
    }
    pub fn contains(&self, frame: FrameNumber) -> bool {
        self.present.binary_search(&frame).is_ok()
    }
    /// What is missing, in words: `5-6`, `8`.
    pub fn gaps(&self) -> impl Iterator<Item = String> {
        self.missing.iter().map(run_in_words)
    }
    /// The file of a frame among those of its clip, of one that has a file a frame.
    pub fn file_of<'a>(&self, files: &'a [PathBuf], frame: FrameNumber) -> Option<&'a PathBuf> {
        let place = self.present.binary_search(&frame).ok().filter(|_| files.len() == self.present.len())?;
        files.get(place)
    }
    /// How many frames are missing; up to 2^32 - 2, so more than any count of files.
    pub fn missing_count(&self) -> u64 {
        self.missing.iter().map(|r| u64::from(r.end() - r.start()) + 1).sum()
    }
}

/// Stretches without a gap, of frames in ascending order.
pub fn runs(frames: &[FrameNumber]) -> impl Iterator<Item = RangeInclusive<FrameNumber>> {
    frames.chunk_by(|a, b| a.checked_add(1) == Some(*b)).map(|run| run[0]..=run[run.len() - 1])
}

/// A stretch as people write it: `5-6`, `8`.
pub fn run_in_words(run: &RangeInclusive<FrameNumber>) -> String {
    if run.start() == run.end() { run.start().to_string() } else { format!("{}-{}", run.start(), run.end()) }
}

/// A file format: how it is recognised and opened.
pub trait Format: Sync {
    /// Name in the format table and in messages.
    fn name(&self) -> &'static str;
    /// Whether a file whose first bytes are `head` (up to 4 KiB) is of this format. Content decides, not the extension.
    fn recognises(&self, path: &Path, head: &[u8]) -> bool;
    /// Whether files that are numbered alike are frames of one clip. Else each is a clip.
    fn is_numbered(&self, _path: &Path, _head: &[u8]) -> bool {
        true
    }
    /// Whether its files are used as stills, too: in a folder only numbered ones are clips, see [`find_clips`].
    fn is_still(&self) -> bool {
        false
    }
    /// Whether `path`, of this format, is a further part of a clip whose first part lies beside it.
    fn is_later_part(&self, _path: &Path) -> bool {
        false
    }
    /// Opens the clip that `path` is a file of: with `sequence`, all frames numbered like it.
    fn open(&self, path: &Path, sequence: bool) -> Result<Arc<dyn Clip>>;
    /// [`Format::open`] that ends early once the work is cancelled, where a format has to wait for another process.
    fn open_watched(&self, path: &Path, sequence: bool, progress: &Progress) -> Result<Arc<dyn Clip>> {
        progress.check()?;
        self.open(path, sequence)
    }
}

/// Every format, in the order they are asked.
pub static FORMATS: &[&dyn Format] = &[
    &dng::Dng,
    &openexr::OpenExr,
    &external::External,
    &dpx::Dpx,
    &arriraw::ArriRaw,
    &mlv::Mlv,
    &r3d::R3d,
    &canon::CanonRaw,
    &canon::ciff::CanonCrw,
    &braw::BlackmagicRaw,
    &movie::Movie,
    &mxf::Mxf,
    &isobmff::QuickTime,
    &still::Still::Png,
    &still::Still::Jpeg,
    &still::Still::Tiff,
];

/// Opens a clip: a file, one frame of a numbered sequence (which opens it all), or a folder that holds one sequence.
pub fn open(path: &Path) -> Result<Arc<dyn Clip>> {
    open_watched(path, &Progress::default())
}

/// [`open`] that ends early once the work is cancelled: the frames of some movies have to be counted.
pub fn open_watched(path: &Path, progress: &Progress) -> Result<Arc<dyn Clip>> {
    let meta = fs::metadata(path).in_file(path)?;
    if meta.is_dir() {
        let clips = find_clips(path)?;
        return match clips.as_slice() {
            [] => {
                let Found { clips, errors } = walk(path);
                match (clips.as_slice(), errors.into_iter().next()) {
                    ([], Some(why)) => Err(why),
                    ([], None) => Err(Error::invalid("no camera file in this folder; a single still is opened by its name").file(path)),
                    // A roll that holds one clip, in a folder of its own.
                    ([one], _) => open_file(one, true, progress),
                    (more, _) => Err(Error::usage(format!("{} clips below this folder: name one", more.len())).file(path)),
                }
            }
            [one] => open_file(one, true, progress),
            more => Err(Error::usage(format!("{} clips in this folder: name one", more.len())).file(path)),
        };
    }
    open_file(path, true, progress)
}

/// What a clip at `path` is called where nothing else says it: the file without its extension, or the folder; what follows a dot in
/// the name of a folder is part of it (`A001.C002`).
pub(crate) fn name_of(path: &Path) -> Option<String> {
    let name = if path.is_dir() { path.file_name() } else { path.file_stem() };
    name.map(|name| name.to_string_lossy().into_owned())
}

/// Opens `path` as a single file even where it is one of a sequence.
pub fn open_single(path: &Path) -> Result<Arc<dyn Clip>> {
    open_file(path, false, &Progress::default())
}

fn open_file(path: &Path, sequence: bool, progress: &Progress) -> Result<Arc<dyn Clip>> {
    files::refuse_other(path)?;
    let head = head_of(path)?;
    let format = FORMATS
        .iter()
        .find(|f| f.recognises(path, &head))
        .ok_or_else(|| Error::unsupported("not a camera file of a known format").file(path))?;
    format.open_watched(path, sequence, progress).in_file(path)
}

/// Whether a file is of a format that is known here. What is recognised may still not open: it is damaged, or its codec is not read.
///
/// # Errors
/// I/O; invalid where it is no regular file.
pub fn recognises(path: &Path) -> Result<bool> {
    files::refuse_other(path)?;
    let head = head_of(path)?;
    Ok(FORMATS.iter().any(|format| format.recognises(path, &head)))
}

/// Whether files that are numbered like this one are frames of its clip: so it is of one of no known format, too.
pub(crate) fn is_frame(path: &Path) -> Result<bool> {
    let head = head_of(path)?;
    let format = FORMATS.iter().find(|format| format.recognises(path, &head));
    Ok(format.is_none_or(|format| format.is_numbered(path, &head)))
}

/// The first bytes of a file, up to 4 KiB.
pub(crate) fn head_of(path: &Path) -> Result<Vec<u8>> {
    let mut head = Vec::with_capacity(4096);
    fs::File::open(path).in_file(path)?.take(4096).read_to_end(&mut head).in_file(path)?;
    Ok(head)
}

/// Where the frame number stands in a file name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberedName {
    pub number: FrameNumber,
    /// Byte range of the digits within the name.
    pub digits: std::ops::Range<usize>,
}

/// The sequence field of a file name: its last run of four or more digits (CinemaDNG 1.1, "sequence field").
pub fn frame_number(name: &str) -> Option<NumberedName> {
    let bytes = name.as_bytes();
    let mut end = bytes.len();
    while end > 0 {
        if !bytes[end - 1].is_ascii_digit() {
            end -= 1;
            continue;
        }
        let start = bytes[..end].iter().rposition(|b| !b.is_ascii_digit()).map_or(0, |p| p + 1);
        if end - start >= 4 {
            return name[start..end].parse().ok().map(|number| NumberedName { number, digits: start..end });
        }
        end = start;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_long_run_of_digits_is_the_frame() {
        assert_eq!(frame_number("A001_C001_0417XY_000123.dng").unwrap().number, 123);
        assert_eq!(frame_number("plate.1001.exr").unwrap().digits, 6..10);
        assert_eq!(frame_number("A001C001.dng"), None);
        assert_eq!(frame_number("x_99999999999999.dng"), None);
    }

    #[test]
    fn gaps_are_found() {
        let list = FrameList::new(vec![3, 4, 7, 9]);
        assert_eq!(list.missing, [5..=6, 8..=8]);
        assert_eq!(list.missing_count(), 3);
        let far = FrameList::new(vec![0, u32::MAX]);
        assert_eq!(far.missing_count() + far.present.len() as u64, 1 << 32);
    }
}
