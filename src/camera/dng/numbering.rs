//! Whether DNG files that are numbered alike are frames of one clip. Photographs are numbered alike as well.

use super::{
    directories::Directories,
    layout::{Codec, Frame, compression},
};
use crate::{
    camera::{
        frame_number,
        mmap::MappedFile,
        tiff::{Tag, Tiff},
    },
    error::{InFile, Result},
    image::Size,
};
use std::path::{Path, PathBuf};
use time::{Duration, PrimitiveDateTime, format_description::BorrowedFormatItem, macros::format_description};

/// What was decided, and why.
#[derive(Debug, PartialEq, Eq)]
pub struct Numbering {
    pub is_sequence: bool,
    pub why: String,
}

impl Numbering {
    /// Looks at a file and at the one numbered before or after it. `None` where its name has no number.
    ///
    /// A frame rate or timecode (CinemaDNG 51044, 51043) makes it a frame. Without either, frames are what the standard asks for
    /// (CinemaDNG 1.1: the picture in IFD0 without a preview, uncompressed or lossless JPEG), twice, of one size and one camera,
    /// and taken within a second where they say when.
    pub fn of(path: &Path) -> Result<Option<Self>> {
        let Some(neighbours) = neighbours(path) else { return Ok(None) };
        let ours = Outline::read(path)?;
        let decide = |is_sequence: bool, why: String| Ok(Some(Self { is_sequence, why }));
        let still = |why: &str| decide(false, format!("a still by itself: neither {} nor {}, and {why}", Tag::FRAME_RATE, Tag::TIME_CODES));
        if let Some(tag) = ours.timed_by {
            return decide(true, format!("frames of one clip: {tag} is there"));
        }
        if let Some(why) = ours.not_a_frame {
            return still(why);
        }
        let beside: Vec<Outline> = neighbours.iter().filter(|p| p.is_file()).filter_map(|p| Outline::read(p).ok()).collect();
        match beside.iter().find(|o| o.is_like(&ours)) {
            Some(_) => decide(
                true,
                format!("frames of one clip: like the file numbered beside it in size ({}), camera, coding and time", ours.size),
            ),
            None if beside.is_empty() => still("no file is numbered just before or after it"),
            None => still("the file numbered beside it differs in size, camera, coding or time"),
        }
    }
}

/// The names one number up and down.
fn neighbours(path: &Path) -> Option<Vec<PathBuf>> {
    let name = path.file_name()?.to_str()?;
    let numbered = frame_number(name)?;
    let width = numbered.digits.len();
    let near = [numbered.number.checked_add(1), numbered.number.checked_sub(1)].into_iter().flatten();
    let names = near.map(|n| format!("{}{n:0width$}{}", &name[..numbered.digits.start], &name[numbered.digits.end..]));
    Some(names.map(|n| path.with_file_name(n)).collect())
}

/// As much of a file as tells frames from photographs.
struct Outline {
    size: Size,
    camera: [Option<String>; 3],
    codec: Codec,
    taken: Option<PrimitiveDateTime>,
    timed_by: Option<Tag>,
    /// What speaks against a frame of CinemaDNG.
    not_a_frame: Option<&'static str>,
}

impl Outline {
    fn read(path: &Path) -> Result<Self> {
        let file = MappedFile::open(path)?;
        let read = || -> Result<Self> {
            let tiff = Tiff::new(&file)?;
            let directories = Directories::read(&tiff)?;
            let (ifd0, main) = (&directories.ifd0, &directories.main);
            let codec = compression(main, &tiff)?;
            let not_a_frame = if ifd0.has(Tag::SUB_IFDS) {
                Some("it has a preview, as photographs do")
            } else {
                (!matches!(codec, Codec::None | Codec::LosslessJpeg)).then_some("it is neither uncompressed nor lossless JPEG")
            };
            Ok(Self {
                size: Frame::read(main)?.size,
                camera: [Tag::MAKE, Tag::MODEL, Tag::UNIQUE_CAMERA_MODEL].map(|tag| ifd0.text(tag).ok().flatten()),
                codec,
                taken: taken(&directories),
                timed_by: [Tag::FRAME_RATE, Tag::TIME_CODES].into_iter().find(|tag| ifd0.has(*tag)),
                not_a_frame,
            })
        };
        read().in_file(path)
    }

    fn is_like(&self, other: &Self) -> bool {
        let is_near = self.taken.zip(other.taken).is_none_or(|(a, b)| (a - b).abs() <= Duration::SECOND);
        is_near && self.not_a_frame.is_none() && (self.size, &self.camera, self.codec) == (other.size, &other.camera, other.codec)
    }
}

/// When the picture was taken, by Exif DateTimeOriginal or TIFF DateTime: `2017:04:17 19:27:57`.
fn taken(directories: &Directories) -> Option<PrimitiveDateTime> {
    let text = directories.exif.as_ref().and_then(|exif| exif.text(Tag::DATE_TIME_ORIGINAL).ok().flatten());
    let text = text.or_else(|| directories.ifd0.text(Tag::DATE_TIME_ORIGINAL).ok().flatten());
    moment(&text.or_else(|| directories.ifd0.text(Tag::DATE_TIME).ok().flatten())?)
}

fn moment(text: &str) -> Option<PrimitiveDateTime> {
    const EXIF: &[BorrowedFormatItem<'_>] = format_description!("[year]:[month]:[day] [hour]:[minute]:[second]");
    PrimitiveDateTime::parse(text, EXIF).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_keep_the_width_of_the_number() {
        let names = |path: &str| {
            let near = neighbours(Path::new(path)).unwrap();
            near.iter().map(|p| p.to_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names("a/GOPR0999.GPR"), ["a/GOPR1000.GPR", "a/GOPR0998.GPR"]);
        assert_eq!(names("x_0000.dng"), ["x_0001.dng"]);
        assert_eq!(neighbours(Path::new("still.dng")), None);
    }
}
