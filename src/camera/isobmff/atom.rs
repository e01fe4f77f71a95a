//! The boxes of ISO/IEC 14496-12 section 4.2, which QuickTime calls atoms: a size, a type, a body. Walked without
//! recursion: every reader asks for the level it wants, so nesting is bounded by the readers themselves.

use crate::error::{Error, Result};
use std::fmt;

/// Four bytes that name a box, a codec, a brand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FourCc(pub [u8; 4]);

impl fmt::Display for FourCc {
    /// ASCII as it is, `©` for 0xA9 (Mac Roman, in QuickTime's user data), other bytes as `\xNN`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0 {
            match byte {
                0x20..=0x7e => write!(f, "{}", byte as char)?,
                0xa9 => write!(f, "©")?,
                other => write!(f, "\\x{other:02x}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for FourCc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{self}'")
    }
}

impl PartialEq<&[u8; 4]> for FourCc {
    fn eq(&self, other: &&[u8; 4]) -> bool {
        self.0 == **other
    }
}

/// A box: its type and what is inside.
#[derive(Clone, Copy, Debug)]
pub struct Atom<'a> {
    pub kind: FourCc,
    pub body: &'a [u8],
}

/// Most boxes of one level that are looked at: a movie has a few dozen, a hostile file half a billion.
const MAX_ATOMS: usize = 1 << 16;

/// The boxes of one level, in order. Ends after the first error.
#[derive(Clone)]
pub struct Atoms<'a> {
    rest: &'a [u8],
    /// Whether this is the file itself: there a box of media data may be cut short or reach to the end.
    top: bool,
    left: usize,
}

impl<'a> Atoms<'a> {
    /// Of a whole file.
    pub fn of_file(data: &'a [u8]) -> Self {
        Self { rest: data, top: true, left: MAX_ATOMS }
    }

    /// Of the body of a box.
    pub fn within(body: &'a [u8]) -> Self {
        Self { rest: body, top: false, left: MAX_ATOMS }
    }

    /// The first box of that type.
    pub fn find(self, kind: &[u8; 4]) -> Result<Option<Atom<'a>>> {
        for atom in self {
            let atom = atom?;
            if atom.kind == kind {
                return Ok(Some(atom));
            }
        }
        Ok(None)
    }

    fn read(&mut self) -> Result<Option<Atom<'a>>> {
        let &[a, b, c, d, k0, k1, k2, k3, ..] = self.rest else { return Ok(None) };
        let kind = FourCc([k0, k1, k2, k3]);
        let wrong = |message: &str, size: u64| Error::invalid(message).field(format!("size of box {kind}")).value(size);
        let (header, size) = match u32::from_be_bytes([a, b, c, d]) {
            // To the end of the file (14496-12 4.2.2); within a box, the zero that ends QuickTime's user data.
            0 if self.top => (8, self.rest.len() as u64),
            0 => return Ok(None),
            1 => {
                let large = self.rest.get(8..16).ok_or_else(|| wrong("the file ends within its header", 1))?;
                (16, u64::from_be_bytes(large.try_into().unwrap_or_default()))
            }
            size => (8, u64::from(size)),
        };
        if size < header as u64 {
            return Err(wrong("smaller than its own header", size));
        }
        if self.left == 0 {
            return Err(Error::invalid(format!("more than {MAX_ATOMS} boxes of one level")).field(format!("box {kind}")));
        }
        self.left -= 1;
        let end = match usize::try_from(size) {
            Ok(end) if end <= self.rest.len() => end,
            // A recording cut short ends in its media data, which is not read here.
            _ if self.top && matches!(&kind.0, b"mdat" | b"free" | b"skip" | b"wide" | b"uuid") => self.rest.len(),
            _ => return Err(wrong("ends past the end of what holds it", size)),
        };
        let body = self.rest.get(header..end).unwrap_or_default();
        self.rest = &self.rest[end..];
        Ok(Some(Atom { kind, body }))
    }
}

impl<'a> Iterator for Atoms<'a> {
    type Item = Result<Atom<'a>>;
    fn next(&mut self) -> Option<Self::Item> {
        let atom = self.read().transpose();
        if !matches!(atom, Some(Ok(_))) {
            self.rest = &[];
        }
        atom
    }
}

/// Fields of a box, big-endian, in order. An error names the box.
pub struct Fields<'a> {
    rest: &'a [u8],
    name: FourCc,
}

impl<'a> Fields<'a> {
    pub fn of(atom: &Atom<'a>) -> Self {
        Self { rest: atom.body, name: atom.kind }
    }
    /// Skips the header of a "full box"; gives its version.
    pub fn version(&mut self) -> Result<u8> {
        Ok(self.array::<4>()?[0])
    }
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (head, rest) = self.rest.split_first_chunk::<N>().ok_or_else(|| self.short())?;
        self.rest = rest;
        Ok(*head)
    }
    pub fn bytes(&mut self, len: usize) -> Result<&'a [u8]> {
        let (head, rest) = self.rest.split_at_checked(len).ok_or_else(|| self.short())?;
        self.rest = rest;
        Ok(head)
    }
    pub fn skip(&mut self, len: usize) -> Result<()> {
        self.bytes(len).map(|_| ())
    }
    pub fn u8(&mut self) -> Result<u8> {
        Ok(self.array::<1>()?[0])
    }
    pub fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_be_bytes)
    }
    pub fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_be_bytes)
    }
    pub fn i32(&mut self) -> Result<i32> {
        self.array().map(i32::from_be_bytes)
    }
    pub fn u64(&mut self) -> Result<u64> {
        self.array().map(u64::from_be_bytes)
    }
    /// A u64 where the box is of a later version, else a u32.
    pub fn time(&mut self, version: u8) -> Result<u64> {
        if version == 0 { self.u32().map(u64::from) } else { self.u64() }
    }
    pub fn kind(&mut self) -> Result<FourCc> {
        self.array().map(FourCc)
    }
    pub fn rest(self) -> &'a [u8] {
        self.rest
    }
    /// `count` entries of `width` bytes.
    pub fn table(&mut self, count: u32, width: usize) -> Result<&'a [u8]> {
        let len = u64::from(count) * width as u64;
        if len > self.rest.len() as u64 {
            let message = format!("{} bytes of entries in a box that has {}", len, self.rest.len());
            return Err(Error::invalid(message).field(format!("{} entry count", self.name)).value(count));
        }
        self.bytes(len as usize)
    }
    fn short(&self) -> Error {
        Error::invalid("ends before its fields do").field(format!("box {}", self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_checked_against_what_holds_them() {
        let walk = |data: &[u8], top: bool| {
            let atoms = if top { Atoms::of_file(data) } else { Atoms::within(data) };
            atoms.map(|a| a.map(|a| (a.kind.to_string(), a.body.len())).map_err(|e| e.to_string())).collect::<Vec<_>>()
        };
        assert_eq!(walk(b"\0\0\0\x0aftypab\0\0\0\0mdatcd", true), [Ok(("ftyp".into(), 2)), Ok(("mdat".into(), 2))]);
        assert_eq!(walk(b"\0\0\0\x01mdat\0\0\0\0\0\0\0\x12ab", false), [Ok(("mdat".into(), 2))]);
        assert_eq!(walk(b"\0\0\0\x63mdatcd", true), [Ok(("mdat".into(), 2))]);
        assert_eq!(walk(b"\0\0\0\x63moovcd", true), [Err("size of box moov = 99: ends past the end of what holds it".into())]);
        assert_eq!(walk(b"\0\0\0\x07moov", true), [Err("size of box moov = 7: smaller than its own header".into())]);
        assert_eq!(walk(b"\0\0\0\x01moov\0\0\0\0\0\0\0\x0f", true), [Err("size of box moov = 15: smaller than its own header".into())]);
        assert_eq!(walk(b"\0\0\0\x01moov\xff\xff\xff\xff\xff\xff\xff\xff", false).len(), 1);
        // The zero that ends user data.
        assert_eq!(walk(b"\0\0\0\x08\xa9day\0\0\0\0\0\0\0\0", false), [Ok(("©day".into(), 0))]);
        let many = b"\0\0\0\x08free".repeat(MAX_ATOMS + 1);
        assert!(walk(&many, true).last().unwrap().as_ref().unwrap_err().contains("more than 65536 boxes"));
    }

    #[test]
    fn a_table_larger_than_its_box_is_an_error() {
        let atom = Atom { kind: FourCc(*b"stco"), body: &[0; 16] };
        let mut fields = Fields::of(&atom);
        fields.skip(8).unwrap();
        assert_eq!(
            fields.table(u32::MAX, 8).unwrap_err().to_string(),
            "stco entry count = 4294967295: 34359738360 bytes of entries in a box that has 8"
        );
        assert_eq!(fields.table(2, 4).unwrap().len(), 8);
        assert_eq!(fields.u8().unwrap_err().to_string(), "box stco: ends before its fields do");
    }
}
