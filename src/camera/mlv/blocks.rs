//! The blocks of an MLV file (Magic Lantern Video 2.0): type, size, timestamp, then what the type says. Little-endian, packed.
//!
//! Layout: `mlv.h` and `raw.h` of Magic Lantern as public in MLVFS, and FFmpeg's demuxer.

use crate::error::{Error, Result};
use std::collections::{BTreeMap, btree_map::Entry};

/// Header of every block.
const HEAD: usize = 16;
/// Most different types of blocks that are counted.
const MAX_TYPES: usize = 64;

/// Little-endian numbers of a block that is long enough for its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block<'a>(pub &'a [u8]);

impl<'a> Block<'a> {
    pub fn u16(&self, at: usize) -> u16 {
        self.get(at).map_or(0, u16::from_le_bytes)
    }
    pub fn u32(&self, at: usize) -> u32 {
        self.get(at).map_or(0, u32::from_le_bytes)
    }
    pub fn i32(&self, at: usize) -> i32 {
        self.u32(at) as i32
    }
    pub fn u64(&self, at: usize) -> u64 {
        self.get(at).map_or(0, u64::from_le_bytes)
    }
    /// Text of at most `len` bytes up to its first NUL, trimmed; `None` where empty.
    pub fn text(&self, at: usize, len: usize) -> Option<String> {
        let bytes = self.0.get(at..)?;
        let bytes = &bytes[..len.min(bytes.len())];
        let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
        let text = String::from_utf8_lossy(&bytes[..end]).trim().to_owned();
        (!text.is_empty()).then_some(text)
    }
    /// `N` bytes; zeros stand for what shorter blocks of older recorders lack.
    fn get<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.0.get(at..)?.first_chunk().copied()
    }
}

/// What MLVI says, the first block of each file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileHeader {
    /// The same in all files of a recording.
    pub guid: u64,
    pub number: u16,
    pub count: u16,
    pub flags: u32,
    pub video_class: u16,
    pub rate: (u32, u32),
}

impl FileHeader {
    /// Reads the block that a file starts with.
    pub fn read(file: &[u8]) -> Result<Self> {
        let block = Block(file);
        if !recognises(file) {
            return Err(Error::invalid("not an MLV file"));
        }
        if file.len() < 52 || block.u32(4) < 52 {
            return Err(Error::invalid("shorter than its fields").field("MLVI block size").value(block.u32(4)));
        }
        Ok(Self {
            guid: block.u64(16),
            number: block.u16(24),
            count: block.u16(26),
            flags: block.u32(28),
            video_class: block.u16(32),
            rate: (block.u32(44), block.u32(48)),
        })
    }
}

/// Whether a file that starts like this is one of version 2.
pub fn recognises(head: &[u8]) -> bool {
    head.starts_with(b"MLVI") && head.get(8..12) == Some(b"v2.0")
}

/// Where a frame's data lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vidf {
    /// Which of the files.
    pub file: usize,
    pub data: std::ops::Range<usize>,
    /// Microseconds.
    pub timestamp: u64,
}

/// The blocks that describe a recording, and its frames.
#[derive(Default)]
pub struct Index<'a> {
    /// The first block of each type that is described once: RAWI, EXPO, LENS, RTCI, IDNT, WBAL, ELVL, DISO.
    pub first: BTreeMap<[u8; 4], Block<'a>>,
    pub frames: BTreeMap<u32, Vidf>,
    /// Texts of INFO blocks.
    pub info: Vec<String>,
    /// How many there are of every other type.
    pub skipped: BTreeMap<[u8; 4], u64>,
    /// From when on a frame is no longer as the first blocks describe it, and which type says so.
    pub changes: Option<(u64, [u8; 4])>,
    /// Frames whose number was there before.
    pub doubles: u64,
    /// Files that end within a block, or hold something else from some place on: number and place.
    pub broken: Vec<(usize, usize)>,
}

/// Types that describe the picture, and least size of each.
const DESCRIBING: &[(&[u8; 4], usize)] =
    &[(b"RAWI", 180), (b"EXPO", 32), (b"LENS", 32), (b"RTCI", 34), (b"IDNT", 52), (b"WBAL", 44), (b"ELVL", 24), (b"DISO", 24)];
/// Those without which a frame has another picture.
const DECIDING: &[&[u8; 4]] = &[b"RAWI", b"WBAL", b"DISO"];
/// Bytes of VIDF before its data.
const VIDF_HEAD: usize = 32;
/// Most texts of INFO blocks that are kept.
const MAX_INFO: usize = 16;

impl<'a> Index<'a> {
    /// Adds the blocks of file number `number`. Each step goes on by 16 bytes at least; what cannot be a block ends the file.
    pub fn add(&mut self, number: usize, file: &'a [u8]) {
        let mut at = 0;
        while at < file.len() {
            let rest = &file[at..];
            let size = rest.get(4..8).map_or(0, |_| Block(rest).u32(4) as usize);
            let Some(block) = rest.get(..size).filter(|b| b.len() >= HEAD) else {
                self.broken.push((number, at));
                return;
            };
            self.block(number, at, block);
            at += size;
        }
    }

    fn block(&mut self, number: usize, at: usize, bytes: &'a [u8]) {
        let block = Block(bytes);
        let kind = [bytes[0], bytes[1], bytes[2], bytes[3]];
        let timestamp = block.u64(8);
        if let Some((_, least)) = DESCRIBING.iter().find(|d| *d.0 == kind)
            && bytes.len() >= *least
        {
            match self.first.get(&kind) {
                None => _ = self.first.insert(kind, block),
                Some(first) if DECIDING.contains(&&kind) && first.0[HEAD..] != bytes[HEAD..] => {
                    let earlier = self.changes.is_none_or(|(at, _)| timestamp < at);
                    if earlier {
                        self.changes = Some((timestamp, kind));
                    }
                }
                Some(_) => {}
            }
            return;
        }
        match &kind {
            b"VIDF" if bytes.len() >= VIDF_HEAD => {
                // Dummy bytes first, so that the data are aligned in the camera's memory.
                let start = VIDF_HEAD + block.u32(28) as usize;
                let data = at + start.min(bytes.len())..at + bytes.len();
                let frame = block.u32(16);
                match self.frames.entry(frame) {
                    Entry::Vacant(place) => _ = place.insert(Vidf { file: number, data, timestamp }),
                    Entry::Occupied(_) => self.doubles += 1,
                }
            }
            b"INFO" => {
                if let Some(text) = block.text(HEAD, 1024).filter(|_| self.info.len() < MAX_INFO) {
                    self.info.push(text);
                }
            }
            b"MLVI" | b"NULL" | b"BKUP" => {}
            _ => {
                if self.skipped.len() < MAX_TYPES || self.skipped.contains_key(&kind) {
                    *self.skipped.entry(kind).or_default() += 1;
                }
            }
        }
    }

    pub fn get(&self, kind: &[u8; 4]) -> Option<Block<'a>> {
        self.first.get(kind).copied()
    }
}
