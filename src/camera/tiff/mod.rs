//! The part of TIFF 6.0 that camera files are built on: a directory of typed values, read with every offset and count
//! checked against the file before anything is touched or allocated. Errors name the tag.

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
    first: u32,
}

impl<'a> Tiff<'a> {
    /// Whether `head` starts like a classic TIFF file of either byte order.
    pub fn recognises(head: &[u8]) -> bool {
        head.starts_with(b"II\x2a\x00") || head.starts_with(b"MM\x00\x2a")
    }

    /// Reads the 8-byte header (TIFF 6.0 section 2).
    pub fn new(data: &'a [u8]) -> Result<Self> {
        let order = match data {
            [b'I', b'I', ..] => ByteOrder::Little,
            [b'M', b'M', ..] => ByteOrder::Big,
            _ => return Err(Error::invalid("not a TIFF file")),
        };
        let mut tiff = Self { data, order, first: 0 };
        match tiff.u16_at(2) {
            Some(42) => {}
            Some(43) => return Err(Error::unsupported("BigTIFF is not read").field("TIFF version").value(43)),
            Some(other) => return Err(Error::invalid("not a TIFF file").field("TIFF version").value(other)),
            None => return Err(Error::invalid("the file ends within its header")),
        }
        tiff.first = tiff.u32_at(4).ok_or_else(|| Error::invalid("the file ends within its header"))?;
        Ok(tiff)
    }

    pub fn order(&self) -> ByteOrder {
        self.order
    }
    pub fn data(&self) -> &'a [u8] {
        self.data
    }
    /// Offset of the first directory.
    pub fn first_ifd(&self) -> u32 {
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
    pub fn ifd(&self, offset: u32, pointer: &str) -> Result<Ifd<'a>> {
        let outside = || Error::invalid("points past the end of the file").field(pointer).value(offset);
        let start = u64::from(offset);
        let count = self.u16_at(start).ok_or_else(outside)?;
        let table = self.bytes_at(start + 2, u64::from(count) * 12).ok_or_else(|| {
            Error::invalid(format!("a directory of {count} entries does not fit in the file")).field(pointer).value(offset)
        })?;
        let entries = table
            .chunks_exact(12)
            .enumerate()
            .map(|(i, e)| Entry {
                tag: Tag(self.u16(e)),
                kind: self.u16(&e[2..]),
                count: self.u32(&e[4..]),
                inline_at: start + 2 + i as u64 * 12 + 8,
            })
            .collect();
        // The link to the next directory may be missing in files that end here; that is the end of the chain.
        let next = self.u32_at(start + 2 + u64::from(count) * 12).unwrap_or(0);
        Ok(Ifd { tiff: *self, entries, next })
    }
}

/// One line of a directory: what the value is and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub tag: Tag,
    /// Field type, 1 to 12 (TIFF 6.0 section 2) or 13, IFD (TIFF supplement 1).
    pub kind: u16,
    pub count: u32,
    /// Where the value or, if it is longer than 4 bytes, its offset stands.
    inline_at: u64,
}

/// A directory (image file directory).
#[derive(Clone)]
pub struct Ifd<'a> {
    tiff: Tiff<'a>,
    entries: Vec<Entry>,
    next: u32,
}

/// Bytes of one value of a field type.
fn width(kind: u16) -> Option<u64> {
    Some(match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 => 8,
        _ => return None,
    })
}

impl<'a> Ifd<'a> {
    /// Offset of the next directory in the chain; 0 at its end.
    pub fn next(&self) -> u32 {
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
        let len = u64::from(entry.count) * width;
        let offset = if len <= 4 { entry.inline_at } else { u64::from(self.tiff.u32_at(entry.inline_at).unwrap_or(u32::MAX)) };
        self.tiff.bytes_at(offset, len).ok_or_else(|| {
            Error::invalid(format!("{} values at byte {offset} end past the end of the file", entry.count)).field(entry.tag.to_string())
        })
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

    /// Whole numbers without a sign (BYTE, SHORT, LONG, IFD).
    pub fn u32s(&self, tag: Tag) -> Result<Option<Vec<u32>>> {
        let Some(entry) = self.entry(tag) else { return Ok(None) };
        let raw = self.values(entry)?;
        let t = &self.tiff;
        Ok(Some(match entry.kind {
            1 | 7 => raw.iter().map(|&b| u32::from(b)).collect(),
            3 => raw.chunks_exact(2).map(|b| u32::from(t.u16(b))).collect(),
            4 | 13 => raw.chunks_exact(4).map(|b| t.u32(b)).collect(),
            kind => return Err(wrong_type(tag, kind, "whole numbers")),
        }))
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
            11 => raw.chunks_exact(4).map(|b| f64::from(f32::from_bits(t.u32(b)))).collect(),
            12 => raw.chunks_exact(8).map(|b| f64::from_bits(t.u64(b))).collect(),
            5 | 10 => self.rationals(tag)?.unwrap_or_default().into_iter().map(|r| r.map_or(f64::NAN, Rational::to_f64)).collect(),
            _ => self.u32s(tag)?.unwrap_or_default().into_iter().map(f64::from).collect(),
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
const MAX_VALUES: u32 = 3 << 16;
/// Longest text taken from a field, in bytes.
const MAX_TEXT: usize = 4096;
/// Longest text shown for a field without a place in the schema.
const MAX_DESCRIBED_CHARS: usize = 256;
/// Most numbers shown for such a field.
const MAX_DESCRIBED_VALUES: u32 = 16;

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
        let e = first(&f).u32s(Tag::STRIP_BYTE_COUNTS).unwrap_err().to_string();
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
