//! What RAWI says of the picture, and the samples of a frame.

use super::blocks::Block;
use crate::{
    camera::dng::{decode::Chunk, jpeg},
    error::{Error, Result},
    image::{BlackLevel, Cfa, Mosaic, Rect, Size},
};
use rayon::prelude::*;

/// Flags of the video class. What says that a frame is lossless JPEG differs between programs: its own marker decides.
const DELTA: u16 = 0x40;
const LZMA: u16 = 0x80;
/// The class "raw", below the flags.
const RAW: u16 = 1;

/// The raw picture of a recording.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Raw {
    pub size: Size,
    pub bits: u32,
    pub cfa: Cfa,
    pub black: i32,
    pub white: i32,
    /// XYZ to camera RGB, and for which Exif light source; `None` where the file has none.
    pub matrix: Option<([f64; 9], u32)>,
    /// Stops by which sensor clip lies above 1.0.
    pub exposure_bias: f64,
}

impl Raw {
    pub fn read(b: Block) -> Result<Self> {
        let bad = |name: &str, value: &dyn std::fmt::Display| {
            Error::unsupported("not a value that is read").field(format!("RAWI {name}")).value(value)
        };
        let size = Size::new(b.u16(16).into(), b.u16(18).into());
        if size.area() == 0 {
            return Err(bad("xRes, yRes", &size));
        }
        let bits = b.u32(44);
        if ![10, 12, 14].contains(&bits) {
            return Err(bad("bits_per_pixel", &bits));
        }
        let cfa = match b.u32(96).to_le_bytes() {
            [0, 1, 1, 2] => Cfa::Rggb,
            [2, 1, 1, 0] => Cfa::Bggr,
            [1, 0, 2, 1] => Cfa::Grbg,
            [1, 2, 0, 1] => Cfa::Gbrg,
            other => return Err(bad("cfa_pattern", &format!("{other:02x?}"))),
        };
        let (black, white) = (b.i32(48), b.i32(52));
        if !(0..1 << 16).contains(&black) || !(0..1 << 16).contains(&white) || white <= black {
            return Err(bad("black_level, white_level", &format!("{black}, {white}")));
        }
        let ratio = |at: usize| f64::from(b.i32(at)) / f64::from(b.i32(at + 4));
        let values: [f64; 9] = std::array::from_fn(|i| ratio(104 + 8 * i));
        let usable = values.iter().all(|v| v.is_finite() && v.abs() < 100.0) && values.iter().any(|&v| v != 0.0);
        let bias = ratio(88);
        let exposure_bias = if bias.is_finite() && bias.abs() <= 20.0 { bias } else { 0.0 };
        Ok(Self { size, bits, cfa, black, white, matrix: usable.then_some((values, b.u32(100))), exposure_bias })
    }

    /// The frame whose data are given.
    pub fn mosaic(&self, video_class: u16, data: &[u8]) -> Result<Mosaic> {
        let class = |message: &str| Err(Error::unsupported(message).field("MLVI videoClass").value(format!("{video_class:#x}")));
        match video_class {
            c if c & 0xf != RAW => return class("only raw video (1) is read"),
            c if c & LZMA != 0 => return class("LZMA compression (0x80) is not decoded"),
            c if c & DELTA != 0 => return class("frames stored as differences (0x40) are not decoded"),
            _ => {}
        }
        let samples = if self.is_jpeg(data) { self.lossless_jpeg(data)? } else { self.packed(data)? };
        let whole = Rect::of(self.size);
        Ok(Mosaic {
            size: self.size,
            samples,
            bits: self.bits,
            cfa: self.cfa,
            linearization: None,
            black: BlackLevel::uniform(self.black as f32),
            white: self.white as f32,
            active_area: whole,
            default_crop: whole.to_f64(),
            pixel_aspect: 1.0,
        })
    }

    /// Whether a frame is lossless JPEG: it starts like such a stream, up to its frame header.
    pub fn is_jpeg(&self, data: &[u8]) -> bool {
        jpeg::frame_marker(data) == Some(LOSSLESS)
    }

    fn enough(&self, data: &[u8], needed: usize) -> Result<()> {
        if data.len() >= needed {
            return Ok(());
        }
        let message = format!("{} in {} bits needs at least {needed} bytes", self.size, self.bits);
        Err(Error::invalid(message).field("VIDF data").value(data.len()))
    }

    /// 16-bit words, little-endian, filled from their most significant bit, without a break at the end of a row.
    fn packed(&self, data: &[u8]) -> Result<Vec<u16>> {
        let bits = self.bits as usize;
        let count = self.size.area();
        self.enough(data, (count * bits).div_ceil(16) * 2)?;
        let mut samples = vec![0u16; count];
        // Eight samples fill `bits / 2` words.
        const TASK: usize = 8 * 4096;
        samples.par_chunks_mut(TASK).zip(data.par_chunks(TASK / 8 * bits)).for_each(|(out, bytes)| {
            let mut words = bytes.as_chunks::<2>().0.iter();
            let (mut held, mut available) = (0u32, 0);
            for o in out {
                while available < bits {
                    held = held << 16 | u32::from(words.next().map_or(0, |w| u16::from_le_bytes(*w)));
                    available += 16;
                }
                available -= bits;
                *o = (held >> available) as u16 & ((1 << bits) - 1) as u16;
            }
        });
        Ok(samples)
    }

    fn lossless_jpeg(&self, data: &[u8]) -> Result<Vec<u16>> {
        // A sample takes one bit at least.
        self.enough(data, self.size.area() / 8)?;
        let width = self.size.width as usize;
        let mut samples = vec![0u16; self.size.area()];
        let mut rows: Vec<&mut [u16]> = samples.chunks_exact_mut(width).collect();
        let mut chunk = Chunk { row_samples: width, height: self.size.height as usize, samples_per_pixel: 1, rows: &mut rows };
        jpeg::decode(data, self.bits, &mut chunk)?;
        Ok(samples)
    }
}

/// SOF3.
const LOSSLESS: u8 = 0xc3;
