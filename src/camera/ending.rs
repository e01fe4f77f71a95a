//! Whether a file of a container ends where the container says: a copy that broke off is found without decoding anything.

use super::{isobmff, mxf};
use crate::error::{InFile, Result};
use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

/// Most boxes of the top level that are walked: a movie has a few, a fragmented one two a second.
const MAX_BOXES: usize = 1 << 16;

/// What is wrong with the end of a file, for people; `None` where nothing is, or where its format does not say where it ends.
///
/// Walked are the boxes of ISO/IEC 14496-12 and QuickTime (Blackmagic RAW and Canon CRM among them), and in MXF the way to the
/// footer partition (SMPTE ST 377-1). Only headers are read.
///
/// # Errors
/// The file cannot be read.
pub fn ending(path: &Path) -> Result<Option<String>> {
    let mut file = File::open(path).in_file(path)?;
    let length = file.metadata().in_file(path)?.len();
    of(&mut file, length).in_file(path)
}

/// [`ending`] of a file of `length` bytes.
pub(super) fn of(file: &mut (impl Read + Seek), length: u64) -> std::io::Result<Option<String>> {
    let mut head = vec![];
    file.by_ref().take(4096).read_to_end(&mut head)?;
    if isobmff::Movie::recognises(&head) {
        boxes(file, length)
    } else if mxf::recognises(&head) {
        mxf::ending(file, length)
    } else {
        Ok(None)
    }
}

fn boxes(file: &mut (impl Read + Seek), length: u64) -> std::io::Result<Option<String>> {
    let mut at = 0u64;
    for _ in 0..MAX_BOXES {
        // Some writers leave a few bytes behind the last box.
        if length.saturating_sub(at) < 8 {
            return Ok(None);
        }
        file.seek(SeekFrom::Start(at))?;
        let mut header = vec![];
        file.by_ref().take(16).read_to_end(&mut header)?;
        let Some((size, kind)) =
            header.split_first_chunk::<4>().and_then(|(s, rest)| Some((u32::from_be_bytes(*s), rest.first_chunk::<4>()?)))
        else {
            return Ok(None);
        };
        let size = match (size, header.get(8..16)) {
            // To the end of the file, or the zeros that end it.
            (0, _) => return Ok(None),
            (1, Some(large)) => u64::from_be_bytes(large.try_into().unwrap_or_default()),
            (1, None) => return Ok(Some(format!("the file ends within the header of a box at byte {at}"))),
            (size, _) => size.into(),
        };
        let kind = isobmff::FourCc(*kind);
        if size < 8 {
            return Ok(Some(format!("box {kind} at byte {at} is smaller than its own header")));
        }
        let end = at.saturating_add(size);
        if end > length {
            return Ok(Some(format!("box {kind} at byte {at} lacks its last {} bytes", end - length)));
        }
        at = end;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn atom(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let mut out = (body.len() as u32 + 8).to_be_bytes().to_vec();
        out.extend(kind);
        out.extend(body);
        out
    }

    #[test]
    fn a_movie_that_was_cut_is_found_at_every_byte() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mov");
        let mut movie = atom(b"ftyp", b"qt  \0\0\0\0");
        movie.extend(atom(b"moov", &[0; 40]));
        let media = movie.len();
        movie.extend(atom(b"mdat", &[7; 100]));
        for length in media + 8..movie.len() {
            fs::write(&path, &movie[..length]).unwrap();
            let said = ending(&path).unwrap().unwrap_or_else(|| panic!("{length} of {}", movie.len()));
            assert_eq!(said, format!("box mdat at byte {media} lacks its last {} bytes", movie.len() - length));
        }
        fs::write(&path, &movie).unwrap();
        assert_eq!(ending(&path).unwrap(), None);
        // 64-bit sizes, and one that runs to the end.
        let mut large = movie.clone();
        large.extend([0, 0, 0, 1]);
        large.extend(b"mdat");
        large.extend(1016u64.to_be_bytes());
        fs::write(&path, &large).unwrap();
        assert!(ending(&path).unwrap().unwrap().ends_with("lacks its last 1000 bytes"));
        let mut open = movie;
        open.extend(b"\0\0\0\0mdat");
        open.extend([0; 50]);
        fs::write(&path, &open).unwrap();
        assert_eq!(ending(&path).unwrap(), None);
    }

    #[test]
    fn hostile_sizes_end_the_walk() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mp4");
        for (bytes, said) in [
            (&b"\0\0\0\x08ftyp\0\0\0\x03free"[..], Some("box free at byte 8 is smaller than its own header")),
            (b"\0\0\0\x08ftyp\0\0\0\x01mdat\xff\xff\xff\xff\xff\xff\xff\xff", Some("lacks its last")),
            (b"\0\0\0\x08ftyp\0\0\0\x01mdat", Some("within the header")),
            (b"not a container", None),
            (b"", None),
        ] {
            fs::write(&path, bytes).unwrap();
            let found = ending(&path).unwrap();
            assert_eq!(found.is_some(), said.is_some(), "{found:?}");
            assert!(said.is_none_or(|s| found.as_ref().unwrap().contains(s)), "{found:?}");
        }
    }
}
