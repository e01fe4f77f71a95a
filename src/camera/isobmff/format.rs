//! Movies whose pictures nobody here decodes: metadata only. The last of the family to be asked.

use super::{Movie, describe};
use crate::{
    camera::{Clip, Format, inspected::Inspected, mmap::MappedFile},
    error::{Error, InFile, Result},
};
use std::{path::Path, sync::Arc};

/// QuickTime and MP4.
pub struct QuickTime;

impl Format for QuickTime {
    fn name(&self) -> &'static str {
        "QuickTime/MP4"
    }
    fn is_numbered(&self, _path: &Path, _head: &[u8]) -> bool {
        false
    }

    /// A movie with pictures, or a file that says it is a movie and is damaged: then the user hears what is wrong. Files of
    /// sound only and pictures of this family (HEIF, AVIF, JPEG XL) are none of ours.
    fn recognises(&self, path: &Path, head: &[u8]) -> bool {
        const NO_MOVIES: [&[u8; 4]; 12] =
            [b"heic", b"heix", b"heif", b"mif1", b"msf1", b"avif", b"avis", b"jxl ", b"jp2 ", b"jpx ", b"M4A ", b"M4B "];
        if !Movie::recognises(head) || head.get(8..12).is_some_and(|brand| NO_MOVIES.iter().any(|b| *b == brand)) {
            return false;
        }
        let Ok(file) = MappedFile::open(path) else { return false };
        match Movie::read(&file) {
            Ok(movie) => movie.video().is_some(),
            Err(_) => head.get(4..8) == Some(b"ftyp"),
        }
    }

    fn open(&self, path: &Path, _sequence: bool) -> Result<Arc<dyn Clip>> {
        let file = MappedFile::open(path)?;
        let d = describe(&file).in_file(path)?;
        let codec = d.metadata.codec.as_ref().map_or_else(|| d.visual.codec.to_string(), |f| f.value.clone());
        let refusal = Error::unsupported("its pictures are not decoded").field("codec").value(codec);
        Ok(Arc::new(Inspected::new(self.name(), path, d.metadata, d.frame_count, refusal)?))
    }
}
