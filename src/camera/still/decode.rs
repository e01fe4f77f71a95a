//! Stills to pixels, by the `image` and `zune-jpeg` crates, with their memory bounded by the length of the file.

use super::{Still, color, exif};
use crate::{
    camera::{
        Field, Levels, Metadata, Reading,
        tiff::{Tag, Tiff},
    },
    error::{Error, Result},
    image::{Image, Size},
};
use ::image::{
    ColorType, ImageDecoder, ImageError, Limits,
    codecs::{png::PngDecoder, tiff::TiffDecoder},
};
use std::io::Cursor;
use zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};
use zune_jpeg::JpegDecoder;

/// Most pixels of a picture.
const MAX_PIXELS: usize = 1 << 27;
/// Deflate: a match of 258 bytes takes 2 bits at least (zlib, "Maximum Expansion Factor").
const DEFLATE: usize = 1032;
/// LZW: a code of 12 bits stands for 3839 bytes at most (4094 codes, each a byte longer than the one before).
const LZW: usize = 2560;
/// PackBits: two bytes stand for 128.
const PACK_BITS: usize = 64;
/// JPEG: a block of 64 samples takes a bit at least in its DC scan, and chroma of one block may cover 4x4 of luma.
const JPEG: usize = 64 * 8 * 3;

/// What a still says of itself, checked before anything is decoded.
pub struct Header {
    format: Still,
    size: Size,
    channels: usize,
    /// Of a sample as it is decoded: 8, 16, or 32 for float.
    bits: u32,
    /// Exif 274: 1 upright, 2 to 8 mirrored and turned.
    orientation: u32,
    exif: Option<Vec<u8>>,
    icc: Option<Vec<u8>>,
    codec: &'static str,
}

impl Header {
    pub fn read(format: Still, file: &[u8]) -> Result<Self> {
        let (size, color, exif, icc, codec, ratio) = match format {
            Still::Png => {
                let mut d = PngDecoder::new(Cursor::new(file)).map_err(wrong)?;
                // Bits below a byte are spread out to bytes.
                (d.dimensions(), d.color_type(), d.exif_metadata().ok().flatten(), d.icc_profile().ok().flatten(), "PNG", DEFLATE * 8)
            }
            Still::Tiff => {
                let (codec, ratio) = tiff_codec(file)?;
                let mut d = TiffDecoder::new(Cursor::new(file)).map_err(wrong)?;
                (d.dimensions(), d.color_type(), None, d.icc_profile().ok().flatten(), codec, ratio)
            }
            Still::Jpeg => {
                let mut d = jpeg(file);
                d.decode_headers().map_err(wrong_jpeg)?;
                let (width, height) = d.dimensions().unwrap_or_default();
                let color = match d.input_colorspace() {
                    Some(ColorSpace::Luma) => ColorType::L8,
                    Some(ColorSpace::YCbCr | ColorSpace::RGB) => ColorType::Rgb8,
                    other => {
                        let value = other.map_or("none".to_owned(), |c| format!("{c:?}"));
                        return Err(Error::unsupported("grey, YCbCr and RGB are read").field("JPEG colour space").value(value));
                    }
                };
                ((width as u32, height as u32), color, d.exif().cloned(), d.icc_profile(), "JPEG", JPEG)
            }
        };
        let size = Size::new(size.0, size.1);
        if size.area() == 0 || size.area() > MAX_PIXELS {
            return Err(Error::unsupported(format!("1 to {MAX_PIXELS} pixels are read")).field("size").value(size));
        }
        let bytes = size.area() * usize::from(color.bytes_per_pixel());
        if bytes / ratio > file.len() {
            let message = format!("its {bytes} bytes of pixels cannot come out of a file of {} bytes", file.len());
            return Err(Error::invalid(message).field("size").value(size));
        }
        let channels = usize::from(color.channel_count());
        let bits = u32::from(color.bits_per_pixel()) / channels as u32;
        let orientation = exif::orientation(if format == Still::Tiff { Some(file) } else { exif.as_deref() });
        Ok(Self { format, size, channels, bits, orientation, exif, icc, codec })
    }

    /// Size of the picture as it is to be seen.
    pub fn upright(&self) -> Size {
        if self.orientation >= 5 { Size::new(self.size.height, self.size.width) } else { self.size }
    }

    /// Whether samples are floating-point numbers, which have no range.
    pub fn is_float(&self) -> bool {
        self.bits > 16
    }

    /// Everything but what concerns the clip as a whole.
    pub fn metadata(&self, file: &[u8]) -> Metadata {
        let name = match self.format {
            Still::Png => "PNG",
            Still::Jpeg => "JPEG",
            Still::Tiff => "TIFF",
        };
        let mut m = Metadata::default();
        match self.format {
            Still::Tiff => exif::fill(&mut m, file),
            _ => self.exif.iter().for_each(|bytes| exif::fill(&mut m, bytes)),
        }
        m.resolution = Some(Field::stated(self.upright(), format!("{name} width, height")));
        m.codec = Some(Field::stated(self.codec.to_owned(), format!("{name} compression")));
        m.bit_depth = Some(Field::stated(self.bits, format!("{name} bits a sample")));
        if self.format == Still::Png {
            color::png(&mut m, file);
        }
        if let Some(icc) = &self.icc {
            let description = color::icc_description(icc).unwrap_or_else(|| format!("{} bytes", icc.len()));
            m.keep(format!("{name} ICC profile"), description);
        }
        m
    }

    /// Decodes the picture, upright.
    pub fn picture(&self, file: &[u8], reading: &Reading) -> Result<Image> {
        let mut samples = vec![0u8; self.size.area() * self.channels * self.bits as usize / 8];
        let mut limits = Limits::default();
        // What a decoder may take beside the picture: a strip or line, and its tables.
        limits.max_alloc = Some(samples.len() as u64 * 2 + (1 << 24));
        match self.format {
            Still::Png => {
                let decoder = PngDecoder::with_limits(Cursor::new(file), limits).map_err(wrong)?;
                decoder.read_image(&mut samples).map_err(wrong)?;
            }
            Still::Tiff => {
                let mut decoder = TiffDecoder::new(Cursor::new(file)).map_err(wrong)?;
                decoder.set_limits(limits).map_err(wrong)?;
                decoder.read_image(&mut samples).map_err(wrong)?;
            }
            Still::Jpeg => {
                let mut decoder = jpeg(file);
                decoder.set_options(jpeg_options().jpeg_set_out_colorspace(if self.channels == 1 {
                    ColorSpace::Luma
                } else {
                    ColorSpace::RGB
                }));
                decoder.decode_into(&mut samples).map_err(wrong_jpeg)?;
            }
        }
        Ok(self.planes(&samples, reading))
    }

    fn planes(&self, samples: &[u8], reading: &Reading) -> Image {
        let (levels, alpha_levels) = (Levels::of(reading, self.bits.min(16)), Levels::of(&Reading::default(), self.bits.min(16)));
        let plane = |channel: usize, levels: Levels| -> Vec<f32> {
            let at = |bytes: usize| samples.chunks_exact(bytes).skip(channel).step_by(self.channels);
            let plane = match self.bits {
                8 => at(1).map(|b| levels.signal(b[0].into())).collect(),
                16 => at(2).map(|b| levels.signal(u16::from_ne_bytes([b[0], b[1]]).into())).collect(),
                _ => at(4).map(|b| f32::from_ne_bytes([b[0], b[1], b[2], b[3]])).collect(),
            };
            upright(plane, self.size, self.orientation)
        };
        let colors = if self.channels < 3 { [0; 3] } else { [0, 1, 2] };
        let mut image = Image::from_planes(self.upright(), colors.map(|c| plane(c, levels)));
        image.alpha = self.channels.is_multiple_of(2).then(|| plane(self.channels - 1, alpha_levels));
        image
    }
}

/// Turns a plane of `size` as Exif 274 says it was held.
fn upright(plane: Vec<f32>, size: Size, orientation: u32) -> Vec<f32> {
    let (w, h) = (size.width as usize, size.height as usize);
    let from = |x: usize, y: usize| match orientation {
        2 => (w - 1 - x, y),
        3 => (w - 1 - x, h - 1 - y),
        4 => (x, h - 1 - y),
        5 => (y, x),
        6 => (y, h - 1 - x),
        7 => (w - 1 - y, h - 1 - x),
        8 => (w - 1 - y, x),
        _ => (x, y),
    };
    match orientation {
        2..=8 => {
            let (columns, rows) = if orientation >= 5 { (h, w) } else { (w, h) };
            let places = (0..rows).flat_map(|y| (0..columns).map(move |x| (x, y)));
            places.map(|(x, y)| from(x, y)).map(|(x, y)| plane[y * w + x]).collect()
        }
        _ => plane,
    }
}

/// Strict, and without vector code: the same bits on every machine.
fn jpeg_options() -> DecoderOptions {
    DecoderOptions::new_safe().set_strict_mode(true).set_max_width(1 << 16).set_max_height(1 << 16)
}

fn jpeg(file: &[u8]) -> JpegDecoder<ZCursor<&[u8]>> {
    JpegDecoder::new_with_options(ZCursor::new(file), jpeg_options())
}

/// Name and largest expansion of the codec of a TIFF's first picture.
fn tiff_codec(file: &[u8]) -> Result<(&'static str, usize)> {
    let tiff = Tiff::new(file)?;
    let ifd = tiff.ifd(tiff.first_ifd(), "offset of IFD0")?;
    Ok(match ifd.u32(Tag::COMPRESSION)?.unwrap_or(1) {
        1 => ("uncompressed", 1),
        5 => ("LZW", LZW),
        8 | 32946 => ("deflate", DEFLATE),
        32773 => ("PackBits", PACK_BITS),
        other => {
            return Err(Error::unsupported("none, LZW, deflate and PackBits are read").field(Tag::COMPRESSION.to_string()).value(other));
        }
    })
}

fn wrong(error: ImageError) -> Error {
    match error {
        ImageError::Unsupported(what) => Error::unsupported(what.to_string()),
        other => Error::invalid(other.to_string()),
    }
}

fn wrong_jpeg(error: zune_jpeg::errors::DecodeErrors) -> Error {
    match error {
        zune_jpeg::errors::DecodeErrors::Unsupported(what) => Error::unsupported(format!("JPEG: {what:?}")),
        other => Error::invalid(format!("JPEG: {other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_hold_a_camera_is_undone() {
        // A F as 2 columns, 3 rows, stored in each of the eight ways (Exif 2.3, tag 274).
        let stored: [(u32, &[f32], Size); 8] = [
            (1, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], Size::new(2, 3)),
            (2, &[2.0, 1.0, 4.0, 3.0, 6.0, 5.0], Size::new(2, 3)),
            (3, &[6.0, 5.0, 4.0, 3.0, 2.0, 1.0], Size::new(2, 3)),
            (4, &[5.0, 6.0, 3.0, 4.0, 1.0, 2.0], Size::new(2, 3)),
            (5, &[1.0, 3.0, 5.0, 2.0, 4.0, 6.0], Size::new(3, 2)),
            (6, &[2.0, 4.0, 6.0, 1.0, 3.0, 5.0], Size::new(3, 2)),
            (7, &[6.0, 4.0, 2.0, 5.0, 3.0, 1.0], Size::new(3, 2)),
            (8, &[5.0, 3.0, 1.0, 6.0, 4.0, 2.0], Size::new(3, 2)),
        ];
        for (orientation, plane, size) in stored {
            assert_eq!(upright(plane.to_vec(), size, orientation), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], "{orientation}");
        }
    }
}
