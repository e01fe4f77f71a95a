//! Where the samples of a picture lie in the file, and what they are before any arithmetic.

use super::{
    deflate::{self, Predictor},
    float, jpeg, jpeg_xl, vc5,
};
use crate::{
    camera::tiff::{Ifd, Tag, Tiff},
    error::{Error, Result},
    image::{Rect, RectF, Size},
};

/// Largest width or height of a picture.
const MAX_SIDE: u32 = 65_535;
/// Most samples of a picture (512 MiB as u16).
const MAX_SAMPLES: u64 = 1 << 28;

/// The rectangles of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Stored pixels.
    pub size: Size,
    /// Pixels that saw light, within `size` (DNG 50829; all of it where absent).
    pub active_area: Rect,
    /// Relative to `active_area` (DNG 50719, 50720; all of it where absent).
    pub default_crop: RectF,
    /// Width over height (DNG 50718).
    pub pixel_aspect: f64,
}

impl Frame {
    pub fn read(ifd: &Ifd) -> Result<Self> {
        let side = |tag: Tag| {
            let n = ifd.u32(tag)?.ok_or_else(|| Error::invalid("missing").field(tag.to_string()))?;
            let ok = (1..=MAX_SIDE).contains(&n);
            if ok { Ok(n) } else { Err(Error::invalid(format!("has to be 1 to {MAX_SIDE}")).field(tag.to_string()).value(n)) }
        };
        let size = Size::new(side(Tag::IMAGE_WIDTH)?, side(Tag::IMAGE_LENGTH)?);
        let active_area = match ifd.u32_array::<4>(Tag::ACTIVE_AREA)? {
            None => Rect::of(size),
            Some([top, left, bottom, right]) if top < bottom && left < right && bottom <= size.height && right <= size.width => {
                Rect::new(left as i32, top as i32, right - left, bottom - top)
            }
            Some(a) => {
                let message = format!("top, left, bottom, right do not lie within {size}");
                return Err(Error::invalid(message).field(Tag::ACTIVE_AREA.to_string()).value(format!("{a:?}")));
            }
        };
        let pixel_aspect = match ifd.f64_array::<2>(Tag::DEFAULT_SCALE)? {
            None => 1.0,
            Some([h, v]) if h > 0.0 && v > 0.0 && (0.05..=20.0).contains(&(h / v)) => h / v,
            Some(s) => {
                return Err(Error::invalid("not a scale of pixels").field(Tag::DEFAULT_SCALE.to_string()).value(format!("{s:?}")));
            }
        };
        let default_crop = Self::crop(ifd, active_area.size())?;
        Ok(Self { size, active_area, default_crop, pixel_aspect })
    }

    fn crop(ifd: &Ifd, area: Size) -> Result<RectF> {
        let whole = Rect::of(area).to_f64();
        let Some([width, height]) = ifd.f64_array::<2>(Tag::DEFAULT_CROP_SIZE)? else { return Ok(whole) };
        let [x, y] = ifd.f64_array::<2>(Tag::DEFAULT_CROP_ORIGIN)?.unwrap_or_default();
        let crop = RectF::new(x, y, width, height);
        if x < 0.0 || y < 0.0 || width <= 0.0 || height <= 0.0 || !whole.contains(crop, 0.0) {
            return Err(Error::invalid(format!("does not lie within the active area of {area}"))
                .field(Tag::DEFAULT_CROP_SIZE.to_string())
                .value(format!("{width}x{height} at {x}, {y}")));
        }
        Ok(crop)
    }
}

/// How the samples are stored: a decoder for each in `decode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    None,
    /// Lossless or DCT, as each stream says.
    Jpeg,
    Deflate(Predictor),
    JpegXl,
    Vc5(vc5::Arrangement),
}

/// The strips or tiles of a picture. Every chunk's bytes have been checked to lie within the file.
#[derive(Debug)]
pub struct Storage {
    pub size: Size,
    pub samples_per_pixel: u32,
    pub bits: u32,
    /// Floating-point numbers (SampleFormat 3), else whole ones without a sign.
    pub is_float: bool,
    pub compression: Compression,
    /// Into how many fields columns and rows are sorted (DNG 52547, 50975); 1 and 1 for none.
    pub interleave: (u32, u32),
    /// Size of every chunk but the last of a row or column, which is cut.
    pub chunk: Size,
    /// Byte ranges in the file, left to right, top to bottom.
    pub ranges: Vec<std::ops::Range<usize>>,
}

impl Storage {
    /// Checks everything that decides how much is read and allocated.
    pub fn read(ifd: &Ifd, tiff: &Tiff, size: Size) -> Result<Self> {
        let is_float = is_float(ifd)?;
        let compression = match compression(ifd, tiff)? {
            Codec::Other(9) => Compression::Vc5(vc5::Arrangement::read(ifd)?),
            codec => codec.decodable(ifd, is_float)?,
        };
        if is_float && !matches!(compression, Compression::None | Compression::Deflate(_)) {
            // JPEG XL could hold them, but its arithmetic differs from machine to machine.
            let message = "floating-point samples (3) are read uncompressed and of Deflate only";
            return Err(Error::unsupported(message).field(Tag::SAMPLE_FORMAT.to_string()).value(3));
        }
        let samples_per_pixel = ifd.u32(Tag::SAMPLES_PER_PIXEL)?.unwrap_or(1);
        if !(1..=4).contains(&samples_per_pixel) {
            return Err(Error::unsupported("1 to 4 are read").field(Tag::SAMPLES_PER_PIXEL.to_string()).value(samples_per_pixel));
        }
        if matches!(compression, Compression::Vc5(_)) && samples_per_pixel != 1 {
            return Err(Error::unsupported("VC-5 is read with 1").field(Tag::SAMPLES_PER_PIXEL.to_string()).value(samples_per_pixel));
        }
        let samples = size.area() as u64 * u64::from(samples_per_pixel);
        if samples > MAX_SAMPLES {
            return Err(Error::unsupported(format!("more than {MAX_SAMPLES} samples")).field(Tag::IMAGE_WIDTH.to_string()).value(size));
        }
        let bits = bits(ifd, samples_per_pixel, compression, is_float)?;
        one_of(ifd, Tag::PLANAR_CONFIGURATION, 1, samples_per_pixel == 1)?;
        one_of(ifd, Tag::FILL_ORDER, 1, bits == 16)?;
        if !matches!(compression, Compression::Deflate(_)) {
            one_of(ifd, Tag::PREDICTOR, 1, false)?;
        }
        let factor = |tag: Tag, most: u32| match ifd.u32(tag)?.unwrap_or(1) {
            n if (1..=most).contains(&n) => Ok(n),
            n => Err(Error::invalid(format!("has to be 1 to {most}")).field(tag.to_string()).value(n)),
        };
        let interleave = (factor(Tag::COLUMN_INTERLEAVE_FACTOR, size.width)?, factor(Tag::ROW_INTERLEAVE_FACTOR, size.height)?);
        if let Some(block) = ifd.u32s(Tag::SUB_TILE_BLOCK_SIZE)?
            && block != [1, 1]
        {
            let error = Error::unsupported("only pixels in the order of their rows (1 1) are read");
            return Err(error.field(Tag::SUB_TILE_BLOCK_SIZE.to_string()).value(format!("{block:?}")));
        }
        let (chunk, offsets, counts) = chunks(ifd, size)?;
        // Tiles may be larger than the picture, but not beyond all measure: they are decoded whole.
        if chunk.area() as u64 * u64::from(samples_per_pixel) > MAX_SAMPLES {
            return Err(Error::unsupported(format!("more than {MAX_SAMPLES} samples")).field(Tag::TILE_WIDTH.to_string()).value(chunk));
        }
        if let Compression::Deflate(predictor) = compression {
            float::check_predictor(predictor, chunk.width)?;
        }
        let across = size.width.div_ceil(chunk.width) as usize;
        let down = size.height.div_ceil(chunk.height) as usize;
        let ranges = ranges(ifd, tiff, across * down, offsets, counts)?;
        let storage = Self { size, samples_per_pixel, bits, is_float, compression, interleave, chunk, ranges };
        storage.enough(samples, if chunk.width == size.width { Tag::STRIP_BYTE_COUNTS } else { Tag::TILE_BYTE_COUNTS })?;
        Ok(storage)
    }

    /// Bytes of one row of a chunk, stored without compression: rows start at whole bytes.
    pub fn row_bytes(&self) -> usize {
        (self.chunk.width as usize * self.samples_per_pixel as usize * self.bits as usize).div_ceil(8)
    }

    /// Refuses files too short for what they claim to hold, so that memory is bounded by the length of the file.
    fn enough(&self, samples: u64, tag: Tag) -> Result<()> {
        let stored: u64 = self.ranges.iter().map(|r| r.len() as u64).sum();
        let needed = match self.compression {
            // Each chunk is checked to the byte when it is unpacked; edge tiles are whole, so this is a lower bound.
            Compression::None => samples * u64::from(self.bits) / 8,
            // The densest of them is DCT; a lossless sample takes at least one bit (the shortest Huffman code).
            Compression::Jpeg => samples / jpeg::MAX_SAMPLES_PER_BYTE,
            Compression::Deflate(_) => samples * u64::from(self.bits) / 8 / deflate::MAX_RATIO,
            Compression::JpegXl => samples / jpeg_xl::MAX_SAMPLES_PER_BYTE,
            // The lowpass bands alone: a coefficient of at least eight bits for 64 samples.
            Compression::Vc5(_) => samples / 64,
        };
        if stored < needed {
            return Err(Error::invalid(format!("{} need at least {needed} bytes", self.size)).field(tag.to_string()).value(stored));
        }
        Ok(())
    }
}

/// TIFF 339: whole numbers (1, where absent) or floating-point ones (3), the same for each sample.
fn is_float(ifd: &Ifd) -> Result<bool> {
    let formats = ifd.u32s(Tag::SAMPLE_FORMAT)?.unwrap_or_default();
    match formats.first().copied().unwrap_or(1) {
        first @ (1 | 3) if formats.iter().all(|&f| f == first) => Ok(first == 3),
        _ => {
            let message = "only whole numbers without a sign (1) and floating-point numbers (3) are read";
            Err(Error::unsupported(message).field(Tag::SAMPLE_FORMAT.to_string()).value(format!("{formats:?}")))
        }
    }
}

fn bits(ifd: &Ifd, samples_per_pixel: u32, compression: Compression, is_float: bool) -> Result<u32> {
    let tag = Tag::BITS_PER_SAMPLE;
    let all = ifd.u32s(tag)?.ok_or_else(|| Error::invalid("missing").field(tag.to_string()))?;
    let first = all.first().copied().unwrap_or(0);
    if all.len() != samples_per_pixel as usize || all.iter().any(|&b| b != first) {
        return Err(Error::unsupported("has to be the same for each sample").field(tag.to_string()).value(format!("{all:?}")));
    }
    let readable = match compression {
        _ if is_float => float::BITS.contains(&first),
        Compression::None | Compression::Deflate(_) => [8, 10, 12, 14, 16].contains(&first),
        Compression::Jpeg => (2..=16).contains(&first),
        Compression::JpegXl | Compression::Vc5(_) => (8..=16).contains(&first),
    };
    if readable { Ok(first) } else { Err(Error::unsupported("not a depth that is read").field(tag.to_string()).value(first)) }
}

/// Refuses any value but `wanted` unless it makes no difference.
fn one_of(ifd: &Ifd, tag: Tag, wanted: u32, indifferent: bool) -> Result<()> {
    match ifd.u32(tag)? {
        Some(v) if v != wanted && !indifferent => Err(Error::unsupported(format!("only {wanted} is read")).field(tag.to_string()).value(v)),
        _ => Ok(()),
    }
}

/// Chunk size, and the tags that hold offsets and byte counts.
fn chunks(ifd: &Ifd, size: Size) -> Result<(Size, Tag, Tag)> {
    let side = |tag: Tag| match ifd.u32(tag)? {
        Some(n) if (1..=MAX_SIDE).contains(&n) => Ok(n),
        n => Err(Error::invalid(format!("has to be 1 to {MAX_SIDE}")).field(tag.to_string()).value(n.unwrap_or(0))),
    };
    if ifd.has(Tag::TILE_WIDTH) {
        return Ok((Size::new(side(Tag::TILE_WIDTH)?, side(Tag::TILE_LENGTH)?), Tag::TILE_OFFSETS, Tag::TILE_BYTE_COUNTS));
    }
    let rows = match ifd.u32(Tag::ROWS_PER_STRIP)? {
        Some(0) => return Err(Error::invalid("has to be at least 1").field(Tag::ROWS_PER_STRIP.to_string()).value(0)),
        rows => rows.unwrap_or(size.height).min(size.height),
    };
    Ok((Size::new(size.width, rows), Tag::STRIP_OFFSETS, Tag::STRIP_BYTE_COUNTS))
}

fn ranges(ifd: &Ifd, tiff: &Tiff, chunks: usize, offset_tag: Tag, count_tag: Tag) -> Result<Vec<std::ops::Range<usize>>> {
    let list = |tag: Tag| {
        let values = ifd.u64s(tag)?.ok_or_else(|| Error::invalid("missing").field(tag.to_string()))?;
        if values.len() == chunks { Ok(values) } else { Err(crate::camera::tiff::wrong_count(tag, chunks, values.len())) }
    };
    let (offsets, counts) = (list(offset_tag)?, list(count_tag)?);
    let mut total = 0u64;
    let mut ranges = Vec::with_capacity(chunks);
    for (i, (&offset, &count)) in offsets.iter().zip(&counts).enumerate() {
        if tiff.bytes_at(offset, count).is_none() {
            let message = format!("{count} bytes from here (chunk {i}) end past the end of the file");
            return Err(Error::invalid(message).field(offset_tag.to_string()).value(offset));
        }
        total = total.saturating_add(count);
        ranges.push(offset as usize..offset as usize + count as usize);
    }
    // Chunks that share bytes would let a small file claim a huge picture.
    if total > tiff.data().len() as u64 {
        return Err(Error::invalid("chunks add up to more than the file").field(count_tag.to_string()).value(total));
    }
    Ok(ranges)
}

/// What tag 259 says, refined by what the payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    None,
    LosslessJpeg,
    /// Compression 7 (lossless by the standard) or 34892 around a DCT JPEG: its SOF marker.
    DctJpeg(u8),
    Deflate,
    JpegXl,
    Other(u32),
}

impl Codec {
    pub fn name(self) -> String {
        match self {
            Codec::None => "uncompressed".into(),
            Codec::LosslessJpeg => "lossless JPEG".into(),
            Codec::DctJpeg(sof) => format!("lossy JPEG (DCT, SOF{})", sof & 0xf),
            Codec::Deflate => "Deflate".into(),
            Codec::JpegXl => "JPEG XL".into(),
            Codec::Other(5) => "LZW".into(),
            Codec::Other(6) => "JPEG (TIFF 6.0)".into(),
            Codec::Other(9) => "VC-5".into(),
            Codec::Other(n) => format!("compression {n}"),
        }
    }

    fn decodable(self, ifd: &Ifd, is_float: bool) -> Result<Compression> {
        match self {
            Codec::None => Ok(Compression::None),
            Codec::LosslessJpeg | Codec::DctJpeg(0xc0 | 0xc1) => Ok(Compression::Jpeg),
            Codec::Deflate => {
                let predictor = Predictor::from_tag(ifd.u32(Tag::PREDICTOR)?.unwrap_or(1), is_float);
                predictor.map(Compression::Deflate).map_err(|e| e.field(Tag::PREDICTOR.to_string()))
            }
            Codec::JpegXl => Ok(Compression::JpegXl),
            other => {
                let value = ifd.u32(Tag::COMPRESSION)?.unwrap_or(1);
                Err(Error::unsupported(format!("{} is not decoded", other.name())).field(Tag::COMPRESSION.to_string()).value(value))
            }
        }
    }
}

/// Names the codec of a picture. JPEG is looked into: cameras write DCT under the value of lossless JPEG.
pub fn compression(ifd: &Ifd, tiff: &Tiff) -> Result<Codec> {
    Ok(match ifd.u32(Tag::COMPRESSION)?.unwrap_or(1) {
        1 => Codec::None,
        8 | 32946 => Codec::Deflate,
        52546 => Codec::JpegXl,
        tag @ (7 | 34892) => {
            let first = |tag| ifd.u64s(tag).ok().flatten().and_then(|v| v.first().copied());
            let offset = first(Tag::TILE_OFFSETS).or_else(|| first(Tag::STRIP_OFFSETS)).unwrap_or(0);
            let data = tiff.data().get(usize::try_from(offset).unwrap_or(usize::MAX)..).unwrap_or_default();
            match jpeg::frame_marker(data) {
                Some(sof @ 0xc0..=0xc2) => Codec::DctJpeg(sof),
                None if tag == 34892 => Codec::DctJpeg(0xc0),
                _ => Codec::LosslessJpeg,
            }
        }
        other => Codec::Other(other),
    })
}
