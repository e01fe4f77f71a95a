//! The header of an ARRIRAW file: 4096 bytes, little-endian, fields at fixed places.
//!
//! Places: SMPTE RDD 30 as public readers of the format know it (the table in the design notes names them); no real file was
//! at hand. What a place holds is only believed where it can be right.

use crate::{
    camera::Timecode,
    error::{Error, Result},
    image::{Rect, Size},
};

/// Bytes of the header.
pub const LENGTH: usize = 4096;
/// First bytes of every file.
pub const MAGIC: &[u8; 4] = b"ARRI";
/// What follows in a file of little-endian numbers.
const LITTLE_ENDIAN: [u8; 4] = [0x12, 0x34, 0x56, 0x78];
/// The version whose places are known.
const VERSION: u32 = 3;
/// Largest width or height of a picture.
const MAX_SIDE: u32 = 16_384;

/// The bytes, and what decides how the picture is read.
pub struct Header<'a> {
    bytes: &'a [u8; LENGTH],
    pub size: Size,
    /// Within `size`; all of it where the header's does not lie there.
    pub active_area: Rect,
    /// Where the picture starts.
    pub offset: usize,
}

impl<'a> Header<'a> {
    pub fn read(file: &'a [u8]) -> Result<Self> {
        let bytes = file.first_chunk::<LENGTH>().ok_or_else(|| {
            Error::invalid(format!("the file ends within its header of {LENGTH} bytes")).field("length of the file").value(file.len())
        })?;
        if !bytes.starts_with(MAGIC) {
            return Err(Error::invalid("not an ARRIRAW file"));
        }
        if bytes[4..8] != LITTLE_ENDIAN {
            return Err(Error::unsupported("only little-endian files are read")
                .field("ARRI 0x004 byte order")
                .value(format!("{:02x?}", &bytes[4..8])));
        }
        let mut header = Self { bytes, size: Size::default(), active_area: Rect::default(), offset: 0 };
        let version = header.u32(0x00c);
        if version != VERSION {
            return Err(Error::unsupported(format!("only version {VERSION} is read")).field("ARRI 0x00C header version").value(version));
        }
        let offset = header.u32(0x008) as usize;
        if !(LENGTH..=file.len()).contains(&offset) {
            return Err(Error::invalid(format!("has to lie behind the header and within the file of {} bytes", file.len()))
                .field("ARRI 0x008 data offset")
                .value(offset));
        }
        let side = |at: usize, name: &str| match header.u32(at) {
            n @ 1..=MAX_SIDE => Ok(n),
            n => Err(Error::invalid(format!("has to be 1 to {MAX_SIDE}")).field(format!("ARRI {name}")).value(n)),
        };
        let size = Size::new(side(0x014, "0x014 width")?, side(0x018, "0x018 height")?);
        let [x, y, width, height] = [0x024, 0x028, 0x02c, 0x030].map(|at| header.u32(at));
        let fits = |start: u32, length: u32, whole: u32| length > 0 && start.checked_add(length).is_some_and(|end| end <= whole);
        let within = fits(x, width, size.width) && fits(y, height, size.height);
        header.active_area = if within { Rect::new(x as i32, y as i32, width, height) } else { Rect::of(size) };
        Ok(Self { size, offset, ..header })
    }

    /// Name of the camera by which the coding is known.
    pub fn family(&self) -> Option<String> {
        self.text(0x29c, 8)
    }

    pub fn u8(&self, at: usize) -> u8 {
        self.bytes[at]
    }
    pub fn u16(&self, at: usize) -> u16 {
        u16::from_le_bytes([self.bytes[at], self.bytes[at + 1]])
    }
    pub fn u32(&self, at: usize) -> u32 {
        u32::from_le_bytes([self.bytes[at], self.bytes[at + 1], self.bytes[at + 2], self.bytes[at + 3]])
    }
    pub fn u64(&self, at: usize) -> u64 {
        u64::from(self.u32(at)) | u64::from(self.u32(at + 4)) << 32
    }
    /// A number that is one.
    pub fn f32(&self, at: usize) -> Option<f64> {
        let v = f32::from_bits(self.u32(at));
        v.is_finite().then_some(f64::from(v))
    }
    pub fn bytes(&self, at: usize, len: usize) -> &'a [u8] {
        &self.bytes[at..at + len]
    }
    /// Text up to its first NUL, trimmed; `None` where empty.
    pub fn text(&self, at: usize, len: usize) -> Option<String> {
        let bytes = self.bytes(at, len);
        let end = bytes.iter().position(|&b| b == 0).unwrap_or(len);
        let text = String::from_utf8_lossy(&bytes[..end]).trim().to_owned();
        (!text.is_empty()).then_some(text)
    }
    /// BCD bytes: frames, seconds, minutes, hours. `None` where they are no timecode.
    pub fn timecode(&self, at: usize) -> Option<Timecode> {
        let [ff, ss, mm, hh] = [0, 1, 2, 3].map(|i| {
            let (tens, units) = (self.u8(at + i) >> 4, self.u8(at + i) & 0xf);
            (tens < 10 && units < 10).then_some(tens * 10 + units)
        });
        Timecode::new(hh?, mm?, ss?, ff?, false)
    }
}
