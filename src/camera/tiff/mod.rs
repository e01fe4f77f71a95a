//! The part of TIFF 6.0 that camera files are built on, classic and BigTIFF (the same with offsets and counts of 64 bits):
//! a directory of typed values, read with every offset and count checked against the file before anything is touched or
//! allocated. Errors name the tag.

mod tags;

pub use tags::Tag;

use super::Rational;
use crate::error::{Error, Result};

/// Byte order of the numbers in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    Little,
    Big,
}

impl ByteOrder {
    /// The first two bytes of `b`.
    pub fn u16(self, b: &[u8]) -> u16 {
        let a = [b[0], b[1]];
        if self == Self::Little { u16::from_le_bytes(a) } else { u16::from_be_bytes(a) }
    }
    /// The first four bytes of `b`.
    pub fn u32(self, b: &[u8]) -> u32 {
        let a = [b[0], b[1], b[2], b[3]];
        if self == Self::Little { u32::from_le_bytes(a) } else { u32::from_be_bytes(a) }
    }
}

/// A TIFF file in memory.
#[derive(Clone, Copy)]
pub struct Tiff<'a> {
    data: &'a [u8],
    order: ByteOrder,
    /// BigTIFF (version 43).
    big: bool,
    first: u64,
}

impl<'a> Tiff<'a> {
    /// Whether `head` starts like a TIFF or BigTIFF file of either byte order.
    pub fn recognises(head: &[u8]) -> bool {
        [b"II\x2a\x00", b"MM\x00\x2a", b"II\x2b\x00", b"MM\x00\x2b"].iter().any(|start| head.starts_with(*start))
    }

    /// Reads the header: 8 bytes (TIFF 6.0 section 2), in BigTIFF 16.
    pub fn new(data: &'a [u8]) -> Result<Self> {
        let order = match data {
            [b'I', b'I', ..] => ByteOrder::Little,
            [b'M', b'M', ..] => ByteOrder::Big,
            _ => return Err(Error::invalid("not a TIFF file")),
        };
        let mut tiff = Self { data, order, big: false, first: 0 };
        let ends = || Error::invalid("the file ends within its header");
        match tiff.u16_at(2) {
            Some(42) => tiff.first = tiff.u32_at(4).ok_or_else(ends)?.into(),
            Some(43) => {
                let size = tiff.u16_at(4).ok_or_else(ends)?;
                if size != 8 {
                    return Err(Error::invalid("has to be 8").field("BigTIFF bytes of an offset").value(size));
                }
                tiff.big = true;
                tiff.first = tiff.u64_at(8).ok_or_else(ends)?;
            }
            Some(other) => return Err(Error::invalid("not a TIFF file").field("TIFF version").value(other)),
            None => return Err(ends()),
        }
        Ok(tiff)
    }

    pub fn order(&self) -> ByteOrder {
        self.order
    }
    pub fn data(&self) -> &'a [u8] {
        self.data
    }
    /// Offset of the first directory.
    pub fn first_ifd(&self) -> u64 {
        self.first
    }

    /// `len` bytes at `offset`, or `None` where the file is shorter.
    pub fn bytes_at(&self, offset: u64, len: u64) -> Option<&'a [u8]> {
        let end = offset.checked_add(len)?;
        self.data.get(usize::try_from(offset).ok()?..usize::try_from(end).ok()?)
    }
    fn u16_at(&self, offset: u64) -> Option<u16> {
        self.bytes_at(offset, 2).map(|b| self.u16(b))
    }
    fn u32_at(&self, offset: u64) -> Option<u32> {
        self.bytes_at(offset, 4).map(|b| self.u32(b))
    }
    fn u64_at(&self, offset: u64) -> Option<u64> {
        self.bytes_at(offset, 8).map(|b| self.u64(b))
    }
    /// The offset at `offset`: 4 bytes, in BigTIFF 8.
    fn offset_at(&self, offset: u64) -> Option<u64> {
        if self.big { self.u64_at(offset) } else { self.u32_at(offset).map(u64::from) }
    }
    /// Bytes of a value that stands in its entry.
    fn inline(&self) -> u64 {
        if self.big { 8 } else { 4 }
    }
    /// The first two bytes of `b` in the file's order.
    fn u16(&self, b: &[u8]) -> u16 {
        self.order.u16(b)
    }
    fn u32(&self, b: &[u8]) -> u32 {
        self.order.u32(b)
    }
    fn u64(&self, b: &[u8]) -> u64 {
        let a = [b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]];
        if self.order == ByteOrder::Little { u64::from_le_bytes(a) } else { u64::from_be_bytes(a) }
    }

    /// Reads the directory at `offset`; the error is about `pointer`, the tag that led here.
    pub fn ifd(&self, offset: u64, pointer: &str) -> Result<Ifd<'a>> {
        let outside = || Error::invalid("points past the end of the file").field(pointer).value(offset);
        let (head, line) = if self.big { (8, 20) } else { (2, 12) };
        let count = if self.big { self.u64_at(offset) } else { self.u16_at(offset).map(u64::from) }.ok_or_else(outside)?;
        let start = offset + head;
        let table = count.checked_mul(line).and_then(|len| self.bytes_at(start, len)).ok_or_else(|| {
            Error::invalid(format!("a directory of {count} entries does not fit in the file")).field(pointer).value(offset)
        })?;
        let entries = table
            .chunks_exact(line as usize)
            .enumerate()
            .map(|(i, e)| Entry {
                tag: Tag(self.u16(e)),
                kind: self.u16(&e[2..]),
                count: if self.big { self.u64(&e[4..]) } else { self.u32(&e[4..]).into() },
                inline_at: start + i as u64 * line + line - self.inline(),
            })
            .collect();
        // The link to the next directory may be missing in files that end here; that is the end of the chain.
        let next = self.offset_at(start + count * line).unwrap_or(0);
        Ok(Ifd { tiff: *self, entries, next })
    }
}

/// One line of a directory: what the value is and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub tag: Tag,
    /// Field type, 1 to 12 (TIFF 6.0 section 2), 13, IFD (TIFF supplement 1), or 16 to 18, LONG8, SLONG8 and IFD8 (BigTIFF).
    pub kind: u16,
    pub count: u64,
    /// Where the value or, if it is longer than 4 bytes (BigTIFF: 8), its offset stands.
    inline_at: u64,
}

/// A directory (image file directory).
#[derive(Clone)]
pub struct Ifd<'a> {
    tiff: Tiff<'a>,
    entries: Vec<Entry>,
    next: u64,
}

/// Bytes of one value of a field type.
fn width(kind: u16) -> Option<u64> {
    Some(match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16..=18 => 8,
        _ => return None,
    })
}

impl<'a> Ifd<'a> {
    /// Offset of the next directory in the chain; 0 at its end.
    pub fn next(&self) -> u64 {
        self.next
    }
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
    /// The first entry of that tag.
    pub fn entry(&self, tag: Tag) -> Option<&Entry> {
        self.entries.iter().find(|e| e.tag == tag)
    }
    pub fn has(&self, tag: Tag) -> bool {
        self.entry(tag).is_some()
    }

    /// The bytes of an entry, as they stand in the file.
    pub fn raw(&self, entry: &Entry) -> Result<&'a [u8]> {
        let width = width(entry.kind)
            .ok_or_else(|| Error::invalid("not a field type of TIFF 6.0").field(format!("type of {}", entry.tag)).value(entry.kind))?;
        let len = entry.count.saturating_mul(width);
        let inline = len <= self.tiff.inline();
        let offset = if inline { entry.inline_at } else { self.tiff.offset_at(entry.inline_at).unwrap_or(u64::MAX) };
        self.tiff.bytes_at(offset, len).ok_or_else(|| {
            Error::invalid(format!("{} values at byte {offset} end past the end of the file", entry.count)).field(entry.tag.to_string())
        })
    }

    /// The number that bytes of an UNDEFINED field start with, in the order of the file.
    pub fn u16_of(&self, bytes: &[u8]) -> Option<u16> {
        bytes.get(..2).map(|b| self.tiff.u16(b))
    }
    /// As [`Ifd::u16_of`], an unsigned ratio; `None` where it is n/0.
    pub fn rational_of(&self, bytes: &[u8]) -> Option<Rational> {
        let b = bytes.get(..8)?;
        Rational::new(self.tiff.u32(b).into(), self.tiff.u32(&b[4..]).into())
    }

    /// The bytes of a BYTE or UNDEFINED field.
    pub fn bytes(&self, tag: Tag) -> Result<Option<&'a [u8]>> {
        self.entry(tag).map(|e| self.raw(e)).transpose()
    }

    /// The bytes of a numeric entry, of a count that is worth an array.
    fn values(&self, entry: &Entry) -> Result<&'a [u8]> {
        if entry.count > MAX_VALUES {
            return Err(Error::invalid(format!("more than {MAX_VALUES} values"))
                .field(format!("count of {}", entry.tag))
                .value(entry.count));
        }
        self.raw(entry)
    }

    /// Text up to its first NUL, trimmed; `None` where absent or empty. Bytes that are not UTF-8 become U+FFFD.
    pub fn text(&self, tag: Tag) -> Result<Option<String>> {
        let Some(bytes) = self.bytes(tag)? else { return Ok(None) };
        let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len()).min(MAX_TEXT);
        let text = String::from_utf8_lossy(&bytes[..end]).trim().to_owned();
        Ok((!text.is_empty()).then_some(text))
    }

    /// Whole numbers without a sign (BYTE, SHORT, LONG, LONG8, IFD, IFD8).
    pub fn u64s(&self, tag: Tag) -> Result<Option<Vec<u64>>> {
        let Some(entry) = self.entry(tag) else { return Ok(None) };
        let raw = self.values(entry)?;
        let t = &self.tiff;
        Ok(Some(match entry.kind {
            1 | 7 => raw.iter().map(|&b| u64::from(b)).collect(),
            3 => raw.chunks_exact(2).map(|b| u64::from(t.u16(b))).collect(),
            4 | 13 => raw.chunks_exact(4).map(|b| u64::from(t.u32(b))).collect(),
            16 | 18 => raw.chunks_exact(8).map(|b| t.u64(b)).collect(),
            kind => return Err(wrong_type(tag, kind, "whole numbers")),
        }))
    }

    /// Whole numbers of at most 32 bits.
    pub fn u32s(&self, tag: Tag) -> Result<Option<Vec<u32>>> {
        let narrow = |v: u64| u32::try_from(v).map_err(|_| Error::invalid("more than 32 bits").field(tag.to_string()).value(v));
        self.u64s(tag)?.map(|v| v.into_iter().map(narrow).collect()).transpose()
    }

    /// A single whole number of up to 64 bits: an offset.
    pub fn u64(&self, tag: Tag) -> Result<Option<u64>> {
        match self.u64s(tag)?.as_deref() {
            None => Ok(None),
            Some([one]) => Ok(Some(*one)),
            Some(more) => Err(wrong_count(tag, 1, more.len())),
        }
    }

    /// A single whole number; more than one is an error.
    pub fn u32(&self, tag: Tag) -> Result<Option<u32>> {
        match self.u32s(tag)?.as_deref() {
            None => Ok(None),
            Some([one]) => Ok(Some(*one)),
            Some(more) => Err(wrong_count(tag, 1, more.len())),
        }
    }

    /// Exactly `N` whole numbers.
    pub fn u32_array<const N: usize>(&self, tag: Tag) -> Result<Option<[u32; N]>> {
        self.u32s(tag)?.map(|v| <[u32; N]>::try_from(v).map_err(|v| wrong_count(tag, N, v.len()))).transpose()
    }

    /// Ratios as written; a zero denominator gives `None` in its place (cameras write 0/0 for "not known").
    pub fn rationals(&self, tag: Tag) -> Result<Option<Vec<Option<Rational>>>> {
        let Some(entry) = self.entry(tag) else { return Ok(None) };
        let raw = self.values(entry)?;
        let t = &self.tiff;
        let pair = |b: &[u8]| (t.u32(b), t.u32(&b[4..]));
        Ok(Some(match entry.kind {
            5 => raw.chunks_exact(8).map(pair).map(|(n, d)| Rational::new(n.into(), d.into())).collect(),
            10 => raw.chunks_exact(8).map(pair).map(|(n, d)| Rational::new((n as i32).into(), (d as i32).into())).collect(),
            _ => self.u32s(tag)?.unwrap_or_default().into_iter().map(|v| Rational::new(v.into(), 1)).collect(),
        }))
    }

    /// A single ratio; `None` where absent or 0/0.
    pub fn rational(&self, tag: Tag) -> Result<Option<Rational>> {
        match self.rationals(tag)?.as_deref() {
            None => Ok(None),
            Some([one]) => Ok(*one),
            Some(more) => Err(wrong_count(tag, 1, more.len())),
        }
    }

    /// Numbers of any type. NaN, infinity and n/0 are errors.
    pub fn f64s(&self, tag: Tag) -> Result<Option<Vec<f64>>> {
        let Some(entry) = self.entry(tag) else { return Ok(None) };
        let raw = self.values(entry)?;
        let t = &self.tiff;
        let values: Vec<f64> = match entry.kind {
            6 => raw.iter().map(|&b| f64::from(b as i8)).collect(),
            8 => raw.chunks_exact(2).map(|b| f64::from(t.u16(b) as i16)).collect(),
            9 => raw.chunks_exact(4).map(|b| f64::from(t.u32(b) as i32)).collect(),
            17 => raw.chunks_exact(8).map(|b| (t.u64(b) as i64) as f64).collect(),
            11 => raw.chunks_exact(4).map(|b| f64::from(f32::from_bits(t.u32(b)))).collect(),
            12 => raw.chunks_exact(8).map(|b| f64::from_bits(t.u64(b))).collect(),
            5 | 10 => self.rationals(tag)?.unwrap_or_default().into_iter().map(|r| r.map_or(f64::NAN, Rational::to_f64)).collect(),
            _ => self.u64s(tag)?.unwrap_or_default().into_iter().map(|v| v as f64).collect(),
        };
        match values.iter().position(|v| !v.is_finite()) {
            Some(i) => Err(Error::invalid("not a finite number").field(tag.to_string()).value(format!("value {i}"))),
            None => Ok(Some(values)),
        }
    }

    /// Exactly `N` numbers.
    pub fn f64_array<const N: usize>(&self, tag: Tag) -> Result<Option<[f64; N]>> {
        self.f64s(tag)?.map(|v| <[f64; N]>::try_from(v).map_err(|v| wrong_count(tag, N, v.len()))).transpose()
    }

    /// An entry's value as text for people, cut where it is long.
    pub fn describe(&self, entry: &Entry) -> Result<String> {
        let raw = self.raw(entry)?;
        if entry.kind == 2 {
            return Ok(self.text(entry.tag)?.unwrap_or_default().chars().take(MAX_DESCRIBED_CHARS).collect());
        }
        if entry.count > MAX_DESCRIBED_VALUES || entry.kind == 7 && !(1..=16).contains(&entry.count) {
            return Ok(format!("{} bytes", raw.len()));
        }
        let words: Vec<String> = match entry.kind {
            5 | 10 => {
                let ratios = self.rationals(entry.tag)?.unwrap_or_default();
                ratios.into_iter().map(|r| r.map_or_else(|| "undefined".to_owned(), |r| r.to_string())).collect()
            }
            7 => raw.iter().map(|b| format!("{b:02x}")).collect(),
            _ => self.f64s(entry.tag)?.unwrap_or_default().into_iter().map(|v| v.to_string()).collect(),
        };
        Ok(words.join(" "))
    }
}

/// Most values of a numeric field: a strip for each of 65535 rows of three planes fits.
const MAX_VALUES: u64 = 3 << 16;
/// Longest text taken from a field, in bytes.
const MAX_TEXT: usize = 4096;
/// Longest text shown for a field without a place in the schema.
const MAX_DESCRIBED_CHARS: usize = 256;
/// Most numbers shown for such a field.
const MAX_DESCRIBED_VALUES: u64 = 16;

fn wrong_type(tag: Tag, kind: u16, wanted: &str) -> Error {
    Error::invalid(format!("has to hold {wanted}")).field(format!("type of {tag}")).value(kind)
}

/// A field that holds another number of values than it must.
pub fn wrong_count(tag: Tag, wanted: usize, found: usize) -> Error {
    Error::invalid(format!("has to hold {wanted} values")).field(format!("count of {tag}")).value(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A little-endian file of one directory with the given entries (tag, type, count, 4 value bytes).
    fn file(entries: &[(u16, u16, u32, [u8; 4])], tail: &[u8]) -> Vec<u8> {
        let mut f = b"II\x2a\0\x08\0\0\0".to_vec();
        f.extend((entries.len() as u16).to_le_bytes());
        for (tag, kind, count, value) in entries {
            f.extend(tag.to_le_bytes());
            f.extend(kind.to_le_bytes());
            f.extend(count.to_le_bytes());
            f.extend(value);
        }
        f.extend([0; 4]);
        f.extend(tail);
        f
    }

    fn first(f: &[u8]) -> Ifd<'_> {
        let tiff = Tiff::new(f).unwrap();
        tiff.ifd(tiff.first_ifd(), "first IFD").unwrap()
    }

    #[test]
    fn a_huge_count_is_an_error_that_names_the_tag() {
        let f = file(&[(273, 4, u32::MAX, [8, 0, 0, 0]), (279, 4, 1000, [8, 0, 0, 0])], &[]);
        let e = first(&f).u32s(Tag::STRIP_OFFSETS).unwrap_err().to_string();
        assert_eq!(e, "count of TIFF 273 StripOffsets = 4294967295: more than 196608 values");
        let e = first(&f).u64s(Tag::STRIP_BYTE_COUNTS).unwrap_err().to_string();
        assert_eq!(e, "TIFF 279 StripByteCounts: 1000 values at byte 8 end past the end of the file");
    }

    #[test]
    fn an_offset_past_the_end_is_an_error_that_names_the_tag() {
        let f = file(&[(51044, 10, 1, [0xff, 0xff, 0xff, 0x7f])], &[]);
        let e = first(&f).rational(Tag::FRAME_RATE).unwrap_err().to_string();
        assert!(e.starts_with("DNG 51044 FrameRate: "), "{e}");
        let tiff = Tiff::new(&f).unwrap();
        let e = tiff.ifd(9999, "TIFF 330 SubIFDs").err().unwrap().to_string();
        assert_eq!(e, "TIFF 330 SubIFDs = 9999: points past the end of the file");
    }

    #[test]
    fn both_byte_orders_read_alike() {
        let little = file(&[(256, 3, 1, [0x80, 0x07, 0, 0])], &[]);
        assert_eq!(first(&little).u32(Tag::IMAGE_WIDTH).unwrap(), Some(1920));
        let big = [b"MM\0\x2a\0\0\0\x08\0\x01\x01\0\0\x03\0\0\0\x01\x07\x80\0\0".as_slice(), &[0; 4]].concat();
        assert_eq!(first(&big).u32(Tag::IMAGE_WIDTH).unwrap(), Some(1920));
    }

    #[test]
    fn bigtiff_reads_as_tiff_does() {
        for big in [false, true] {
            let n2 = |v: u16| if big { v.to_be_bytes() } else { v.to_le_bytes() };
            let n8 = |v: u64| if big { v.to_be_bytes() } else { v.to_le_bytes() };
            let mut f = if big { b"MM\0\x2b".to_vec() } else { b"II\x2b\0".to_vec() };
            f.extend([n2(8), n2(0)].concat());
            f.extend(n8(16));
            f.extend(n8(3));
            // Two SHORT values in the entry, two LONG8 values behind the directory, an offset beyond 32 bits.
            let after = 16 + 8 + 3 * 20 + 8;
            for (tag, kind, count, value) in [
                (258, 3, 2, [n2(12), n2(13), [0; 2], [0; 2]].concat()),
                (273, 16, 2, n8(after).to_vec()),
                (330, 18, 1, n8(1 << 40).to_vec()),
            ] {
                f.extend([n2(tag), n2(kind)].concat());
                f.extend(n8(count));
                f.extend(value);
            }
            f.extend(n8(77));
            f.extend([n8(5), n8(1 << 33)].concat());
            assert!(Tiff::recognises(&f));
            let ifd = first(&f);
            assert_eq!(ifd.next(), 77);
            assert_eq!(ifd.u32s(Tag::BITS_PER_SAMPLE).unwrap().unwrap(), [12, 13]);
            assert_eq!(ifd.u64s(Tag::STRIP_OFFSETS).unwrap().unwrap(), [5, 1 << 33]);
            let e = ifd.u32s(Tag::STRIP_OFFSETS).unwrap_err().to_string();
            assert_eq!(e, "TIFF 273 StripOffsets = 8589934592: more than 32 bits");
            let tiff = Tiff::new(&f).unwrap();
            assert!(tiff.ifd(ifd.u64(Tag::SUB_IFDS).unwrap().unwrap(), "TIFF 330 SubIFDs").is_err());
            // A directory that claims 2^61 entries.
            f[16..24].copy_from_slice(&n8(1 << 61));
            let tiff = Tiff::new(&f).unwrap();
            assert!(tiff.ifd(16, "IFD0").err().unwrap().to_string().contains("does not fit"));
        }
    }

    #[test]
    fn not_known_is_not_a_number() {
        let f = file(&[(50730, 10, 1, [26, 0, 0, 0])], &[0; 8]);
        assert_eq!(first(&f).rational(Tag::BASELINE_EXPOSURE).unwrap(), None);
        assert!(first(&f).f64s(Tag::BASELINE_EXPOSURE).is_err());
    }

    #[test]
    fn a_directory_larger_than_the_file_is_an_error() {
        let mut f = file(&[], &[]);
        f[8] = 0xff;
        let tiff = Tiff::new(&f).unwrap();
        assert!(tiff.ifd(tiff.first_ifd(), "first IFD").is_err());
        assert!(Tiff::new(b"II").is_err());
        assert!(Tiff::new(b"II\x2b\0\x08\0\0\0").is_err());
    }
}
