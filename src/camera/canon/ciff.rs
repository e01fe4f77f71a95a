//! Canon's raw files before TIFF and ISO BMFF: CRW, in the Camera Image File Format ("CIFF", 1997), stills of cameras up to
//! 2006. What they say of themselves; the pictures are not decoded.
//!
//! A heap of records, its directory at its end: two bytes of count, then ten bytes each of tag, size and offset in the heap;
//! records of up to eight bytes stand in the directory itself. Source: ExifTool CanonRaw.pm.

use crate::{
    camera::{Clip, Field, Format, Metadata, inspected::Inspected, isobmff::text, mmap::MappedFile},
    error::{Error, InFile, Result},
    image::Size,
};
use std::{path::Path, sync::Arc};

/// CRW.
pub struct CanonCrw;

impl Format for CanonCrw {
    fn name(&self) -> &'static str {
        "Canon CRW"
    }
    fn is_numbered(&self, _path: &Path, _head: &[u8]) -> bool {
        false
    }
    fn recognises(&self, _path: &Path, head: &[u8]) -> bool {
        head.starts_with(b"II") && head.get(6..14) == Some(b"HEAPCCDR")
    }
    fn open(&self, path: &Path, _sequence: bool) -> Result<Arc<dyn Clip>> {
        let file = MappedFile::open(path)?;
        let metadata = describe(&file).in_file(path)?;
        Ok(Arc::new(Inspected::new(self.name(), path, metadata, 1, Error::unsupported("Canon CRW is not decoded"))?))
    }
}

/// Deepest heap within a heap, and most records of all: cameras write four levels and some sixty.
const MAX_DEPTH: usize = 8;
const MAX_RECORDS: usize = 4096;
/// Longest text of a record, in bytes.
const MAX_TEXT: usize = 256;

/// Metadata of a file.
pub fn describe(file: &[u8]) -> Result<Metadata> {
    let wrong = |message: &str| Error::invalid(message).field("CIFF heap");
    let start = file.get(2..).and_then(|b| b.first_chunk()).map(|b| u32::from_le_bytes(*b));
    let heap = start.and_then(|start| file.get(start as usize..)).ok_or_else(|| wrong("begins past the end of the file"))?;
    let mut reader = Reader { left: MAX_RECORDS, focal: None, units: None, metadata: Metadata::default() };
    reader.heap(heap, 0)?;
    let Reader { focal, units, metadata: mut m, .. } = reader;
    if let (Some(focal), Some(units)) = (focal, units)
        && focal > 0
        && units > 0
    {
        m.focal_length = Some(Field::derived(f64::from(focal) / f64::from(units), "CIFF 1029 FocalLength, 102D FocalUnits"));
    }
    m.frame_count = Some(Field::derived(1, "CRW"));
    Ok(m)
}

struct Reader {
    left: usize,
    /// In the units of the lens.
    focal: Option<u16>,
    units: Option<u16>,
    metadata: Metadata,
}

impl Reader {
    fn heap(&mut self, heap: &[u8], depth: usize) -> Result<()> {
        let wrong = |message: &str| Error::invalid(message).field("CIFF heap");
        let at = heap.last_chunk().map(|b| u32::from_le_bytes(*b) as usize).ok_or_else(|| wrong("too short for its directory"))?;
        let (count, records) = heap.get(at..).and_then(|d| d.split_first_chunk()).ok_or_else(|| wrong("its directory is past its end"))?;
        let count = usize::from(u16::from_le_bytes(*count));
        let records = records.get(..10 * count).ok_or_else(|| wrong("its directory ends past its end"))?;
        for record in records.as_chunks::<10>().0 {
            self.left = self.left.checked_sub(1).ok_or_else(|| wrong("more records than a camera writes"))?;
            let tag = u16::from_le_bytes([record[0], record[1]]);
            let body = if tag & 0x4000 != 0 {
                &record[2..]
            } else {
                let word = |at: usize| u32::from_le_bytes([record[at], record[at + 1], record[at + 2], record[at + 3]]) as usize;
                let (size, offset) = (word(2), word(6));
                match heap.get(offset..).and_then(|b| b.get(..size)) {
                    Some(body) => body,
                    None => {
                        self.metadata.keep(key(tag), "unreadable: outside its heap");
                        continue;
                    }
                }
            };
            match tag & 0x3800 {
                0x2800 | 0x3000 if depth < MAX_DEPTH => self.heap(body, depth + 1)?,
                _ => self.record(tag & 0x3fff, body),
            }
        }
        Ok(())
    }

    fn record(&mut self, tag: u16, body: &[u8]) {
        // Records may lie over each other: each is looked at in part only.
        let text = |bytes: &[u8]| text(&bytes[..bytes.len().min(MAX_TEXT)]);
        let m = &mut self.metadata;
        let word = |at: usize| Some(u32::from_le_bytes(*body.get(at..)?.first_chunk()?));
        let half = |at: usize| Some(u16::from_le_bytes(*body.get(at..)?.first_chunk()?));
        let stated = |value: String| Some(Field::stated(value, key(tag))).filter(|f| !f.value.is_empty());
        match tag {
            0x080a => {
                // Two texts, one after the other.
                let body = &body[..body.len().min(MAX_TEXT)];
                m.make = stated(text(body));
                let end = body.iter().position(|&b| b == 0).map_or(body.len(), |p| p + 1);
                m.model = stated(text(&body[end..]));
            }
            0x080b => m.firmware = stated(text(body).trim_start_matches("Firmware Version ").to_owned()),
            0x180b => m.serial = word(0).and_then(|v| stated(v.to_string())),
            0x180e => m.date_time = word(0).and_then(date).and_then(stated),
            0x1810 => {
                let size = word(0).zip(word(4)).map(|(w, h)| Size::new(w, h)).filter(|s| s.width > 0 && s.height > 0);
                m.resolution = size.map(|s| Field::stated(s, key(tag)));
            }
            0x1029 => self.focal = half(2),
            0x102d => self.units = half(50),
            0x2005 | 0x2007 | 0x2008 => m.keep(key(tag), format!("{} bytes", body.len())),
            _ => {
                let shown = match tag & 0x3800 {
                    0x0800 => text(body),
                    0x1800 if body.len() <= 8 => word(0).map_or(String::new(), |v| v.to_string()),
                    0x1000 if body.len() <= 8 => half(0).map_or(String::new(), |v| v.to_string()),
                    _ => format!("{} bytes", body.len()),
                };
                if !shown.is_empty() {
                    m.keep(key(tag), shown);
                }
            }
        }
    }
}

fn key(tag: u16) -> String {
    format!("CIFF {:04X}", tag & 0x3fff)
}

/// Seconds since 1970, of the camera's own clock.
fn date(seconds: u32) -> Option<String> {
    let time = time::OffsetDateTime::from_unix_timestamp(seconds.into()).ok()?;
    time.format(time::macros::format_description!("[year]:[month]:[day] [hour]:[minute]:[second]")).ok()
}
