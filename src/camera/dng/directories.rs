//! Which directory of a DNG is which: IFD0, the one with the full picture, and the Exif one.

use crate::{
    camera::tiff::{Ifd, Tag, Tiff},
    error::{Error, Result},
};
use std::collections::BTreeSet;

/// The directories that matter of one DNG file.
pub struct Directories<'a> {
    /// IFD0: camera, colour, CinemaDNG.
    pub ifd0: Ifd<'a>,
    /// The full-resolution picture (NewSubfileType 0): IFD0 itself or one of its SubIFDs.
    pub main: Ifd<'a>,
    pub exif: Option<Ifd<'a>>,
}

/// Most directories followed in one file. Real files have fewer than ten.
const MAX_IFDS: usize = 64;

impl<'a> Directories<'a> {
    /// Walks IFD0, the chain after it and its SubIFDs (one level, as DNG has them). A directory met twice is an error.
    pub fn read(tiff: &Tiff<'a>) -> Result<Self> {
        let mut seen = BTreeSet::new();
        let mut visit = |offset: u64, pointer: &str| {
            if !seen.insert(offset) {
                return Err(Error::invalid("points back to a directory already read").field(pointer).value(offset));
            }
            if seen.len() > MAX_IFDS {
                return Err(Error::invalid(format!("more than {MAX_IFDS} directories")).field(pointer).value(offset));
            }
            tiff.ifd(offset, pointer)
        };
        let ifd0 = visit(tiff.first_ifd(), "offset of IFD0")?;
        let exif = match ifd0.u64(Tag::EXIF_IFD)? {
            Some(offset) => Some(visit(offset, &Tag::EXIF_IFD.to_string())?),
            None => None,
        };
        let mut pictures = vec![ifd0.clone()];
        for offset in ifd0.u64s(Tag::SUB_IFDS)?.unwrap_or_default() {
            pictures.push(visit(offset, &Tag::SUB_IFDS.to_string())?);
        }
        let mut next = ifd0.next();
        while next != 0 {
            let ifd = visit(next, "offset of the next IFD")?;
            next = ifd.next();
            pictures.push(ifd);
        }
        let main = Self::main_of(&pictures)?.clone();
        Ok(Self { ifd0, main, exif })
    }

    /// Of the directories with NewSubfileType 0 (its default), the first that holds sensor data; else the first.
    fn main_of<'b>(pictures: &'b [Ifd<'a>]) -> Result<&'b Ifd<'a>> {
        let mut full = vec![];
        for ifd in pictures.iter().filter(|i| i.has(Tag::IMAGE_WIDTH)) {
            if ifd.u32(Tag::NEW_SUBFILE_TYPE)?.unwrap_or(0) == 0 {
                full.push(ifd);
            }
        }
        let first = full.first().copied();
        let sensor = full.into_iter().find(|i| matches!(i.u32(Tag::PHOTOMETRIC), Ok(Some(super::CFA | super::LINEAR_RAW))));
        sensor.or(first).ok_or_else(|| Error::invalid("no full-resolution picture (value 0)").field(Tag::NEW_SUBFILE_TYPE.to_string()))
    }
}
