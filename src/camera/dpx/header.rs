//! The header of a DPX file (SMPTE ST 268-1): fields at fixed offsets, each of which may be undefined (all bits set).

use super::codes::{self, descriptor};
use crate::{
    camera::tiff::ByteOrder,
    error::{Error, Result},
    image::Size,
};
use std::{fmt, ops::Range};

/// Largest width or height of a picture.
const MAX_SIDE: u32 = 1 << 16;
/// Most pixels of a picture.
const MAX_PIXELS: usize = 1 << 27;
/// Most image elements (ST 268-1 table 1).
const MAX_ELEMENTS: u16 = 8;
/// Bytes of the generic header: file, image, and orientation part.
const GENERIC: usize = 1664;
/// Where the image elements are described, and how many bytes each takes.
const ELEMENTS: usize = 780;
const ELEMENT: usize = 72;

/// A field: where it stands and what it is called. Shown as `DPX 1940 temporal sampling rate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(pub usize, pub &'static str);

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DPX {} {}", self.0, self.1)
    }
}

pub mod key {
    use super::Key;
    pub const OFFSET: Key = Key(4, "offset to image data");
    pub const VERSION: Key = Key(8, "version");
    pub const ENCRYPTION: Key = Key(660, "encryption key");
    pub const ORIENTATION: Key = Key(768, "image orientation");
    pub const NUMBER: Key = Key(770, "number of image elements");
    pub const WIDTH: Key = Key(772, "pixels per line");
    pub const HEIGHT: Key = Key(776, "lines per image element");
    pub const ASPECT: Key = Key(1628, "pixel aspect ratio");
}

/// A DPX file in memory, its header checked for what decides where things are.
#[derive(Clone, Copy)]
pub struct Header<'a> {
    data: &'a [u8],
    pub order: ByteOrder,
    /// Where the header ends and picture may begin: fields past it are not there.
    end: usize,
}

/// One image element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element {
    /// From 0.
    pub index: usize,
    pub signed: bool,
    pub descriptor: u8,
    pub transfer: u8,
    pub colorimetric: u8,
    pub bits: u8,
    pub packing: u16,
    /// 1: run lengths.
    pub encoding: u16,
    pub offset: usize,
    pub line_padding: usize,
}

impl<'a> Header<'a> {
    /// Whether a file that starts like this is DPX of either byte order.
    pub fn recognises(head: &[u8]) -> bool {
        head.starts_with(b"SDPX") || head.starts_with(b"XPDS")
    }

    pub fn read(data: &'a [u8]) -> Result<Self> {
        let order = match data {
            [b'S', b'D', b'P', b'X', ..] => ByteOrder::Big,
            [b'X', b'P', b'D', b'S', ..] => ByteOrder::Little,
            _ => return Err(Error::invalid("not a DPX file")),
        };
        if data.len() < GENERIC {
            return Err(Error::invalid(format!("the file ends within its header of {GENERIC} bytes")));
        }
        let header = Self { data, order, end: GENERIC };
        let offset = header.u32(key::OFFSET.0).unwrap_or(u32::MAX);
        if (offset as usize) < GENERIC {
            return Err(Error::invalid("lies within the header").field(key::OFFSET.to_string()).value(offset));
        }
        Ok(Self { end: data.len().min(offset as usize), ..header })
    }

    pub fn data(&self) -> &'a [u8] {
        self.data
    }
    fn bytes(&self, range: Range<usize>) -> Option<&'a [u8]> {
        if range.end > self.end { None } else { self.data.get(range) }
    }
    pub fn u8(&self, at: usize) -> Option<u8> {
        self.bytes(at..at + 1).map(|b| b[0]).filter(|&v| v != u8::MAX)
    }
    pub fn u16(&self, at: usize) -> Option<u16> {
        self.bytes(at..at + 2).map(|b| self.order.u16(b)).filter(|&v| v != u16::MAX)
    }
    pub fn u32(&self, at: usize) -> Option<u32> {
        self.bytes(at..at + 4).map(|b| self.order.u32(b)).filter(|&v| v != u32::MAX)
    }
    /// A number above zero; infinity is what some programs write for "not known".
    pub fn positive(&self, at: usize) -> Option<f32> {
        self.u32(at).map(f32::from_bits).filter(|v| v.is_finite() && *v > 0.0)
    }
    /// Text up to its first NUL, or byte of all ones; `None` where empty.
    pub fn text(&self, at: usize, length: usize) -> Option<String> {
        let bytes = self.bytes(at..at + length)?;
        let end = bytes.iter().position(|&b| b == 0 || b == 0xff).unwrap_or(length);
        let text = String::from_utf8_lossy(&bytes[..end]).trim().to_owned();
        (!text.is_empty()).then_some(text)
    }

    pub fn size(&self) -> Result<Size> {
        let side = |key: Key| match self.u32(key.0) {
            Some(n) if (1..=MAX_SIDE).contains(&n) => Ok(n),
            other => {
                let value = other.map_or("undefined".to_owned(), |n| n.to_string());
                Err(Error::invalid(format!("has to be 1 to {MAX_SIDE}")).field(key.to_string()).value(value))
            }
        };
        let size = Size::new(side(key::WIDTH)?, side(key::HEIGHT)?);
        if size.area() > MAX_PIXELS {
            return Err(Error::unsupported(format!("more than {MAX_PIXELS} pixels")).field(key::WIDTH.to_string()).value(size));
        }
        Ok(size)
    }

    /// Width of a pixel over its height; `None` where it is not stated.
    pub fn pixel_aspect(&self) -> Result<Option<f64>> {
        match (self.u32(key::ASPECT.0), self.u32(key::ASPECT.0 + 4)) {
            (Some(h), Some(v)) if h > 0 && v > 0 => {
                let aspect = f64::from(h) / f64::from(v);
                if !(0.05..=20.0).contains(&aspect) {
                    return Err(Error::invalid("not a pixel aspect").field(key::ASPECT.to_string()).value(format!("{h}:{v}")));
                }
                Ok(Some(aspect))
            }
            _ => Ok(None),
        }
    }

    /// The image elements.
    pub fn elements(&self) -> Result<Vec<Element>> {
        let number = self.u16(key::NUMBER.0).unwrap_or(0);
        if !(1..=MAX_ELEMENTS).contains(&number) {
            return Err(Error::invalid(format!("has to be 1 to {MAX_ELEMENTS}")).field(key::NUMBER.to_string()).value(number));
        }
        let whole = self.u32(key::OFFSET.0).unwrap_or(u32::MAX);
        let read = |index: usize| {
            let at = ELEMENTS + index * ELEMENT;
            Element {
                index,
                signed: self.u32(at) == Some(1),
                descriptor: self.u8(at + 20).unwrap_or(u8::MAX),
                transfer: self.u8(at + 21).unwrap_or(u8::MAX),
                colorimetric: self.u8(at + 22).unwrap_or(u8::MAX),
                bits: self.u8(at + 23).unwrap_or(u8::MAX),
                packing: self.u16(at + 24).unwrap_or(u16::MAX),
                encoding: self.u16(at + 26).unwrap_or(0),
                // The only element may leave its place to the file's header.
                offset: self.u32(at + 28).filter(|&o| o != 0 || index > 0).unwrap_or(whole) as usize,
                line_padding: self.u32(at + 32).unwrap_or(0) as usize,
            }
        };
        Ok((0..usize::from(number)).map(read).collect())
    }
}

impl Element {
    /// A field of this element.
    pub fn key(&self, at: usize, name: &'static str) -> Key {
        Key(ELEMENTS + self.index * ELEMENT + at, name)
    }
    pub fn descriptor_key(&self) -> Key {
        self.key(20, "descriptor")
    }
    pub fn transfer_key(&self) -> Key {
        self.key(21, "transfer characteristic")
    }
    pub fn colorimetric_key(&self) -> Key {
        self.key(22, "colorimetric specification")
    }
    pub fn bits_key(&self) -> Key {
        self.key(23, "bit size")
    }
    pub fn packing_key(&self) -> Key {
        self.key(24, "packing")
    }
    pub fn encoding_key(&self) -> Key {
        self.key(26, "encoding")
    }
    pub fn offset_key(&self) -> Key {
        self.key(28, "offset to data")
    }
    /// Samples of a pixel; `None` for descriptors that are not read.
    pub fn components(&self) -> Option<usize> {
        Some(match self.descriptor {
            descriptor::RED | descriptor::GREEN | descriptor::BLUE | descriptor::ALPHA | descriptor::LUMA => 1,
            descriptor::RGB => 3,
            descriptor::RGBA | descriptor::ABGR => 4,
            _ => return None,
        })
    }
    pub fn descriptor_name(&self) -> String {
        codes::descriptor_name(self.descriptor).map_or_else(|| format!("code {}", self.descriptor), str::to_owned)
    }
}
