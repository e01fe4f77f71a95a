//! The header of a plate, checked before anything is decoded.

use crate::{
    error::{Error, Result},
    image::Rect,
};
use ::exr::{
    compression::Compression,
    math::Vec2,
    meta::{
        MetaData,
        attribute::{IntegerBounds, SampleType},
        header::Header,
    },
};

/// Largest width or height of a window.
const MAX_SIDE: usize = 1 << 16;
/// Most pixels of a data window (2 GiB as RGBA f32).
const MAX_PIXELS: usize = 1 << 27;

/// The layer of an OpenEXR file that is the picture.
pub struct Plate {
    pub meta: MetaData,
    /// Which header.
    pub layer: usize,
    /// Indices among the header's channels.
    pub channels: Channels,
    pub data_window: Rect,
    pub display_window: Rect,
}

/// Where red, green, blue and alpha are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Channels {
    /// Three times the same for luminance.
    pub rgb: [usize; 3],
    pub alpha: Option<usize>,
}

impl Plate {
    /// Reads and checks the header of a file in memory.
    pub fn read(file: &[u8]) -> Result<Self> {
        let meta = MetaData::read_from_buffered(file, false).map_err(super::wrong)?;
        let (layer, channels) = picture_of(&meta)?;
        let header = &meta.headers[layer];
        let data_window = window("OpenEXR dataWindow", header.data_window())?;
        let display_window = window("OpenEXR displayWindow", header.shared_attributes.display_window)?;
        if data_window.size().area() > MAX_PIXELS {
            let error = Error::unsupported(format!("more than {MAX_PIXELS} pixels"));
            return Err(error.field("OpenEXR dataWindow").value(data_window.size()));
        }
        let aspect = header.shared_attributes.pixel_aspect;
        if !(0.05..=20.0).contains(&aspect) {
            return Err(Error::invalid("not a pixel aspect").field("OpenEXR pixelAspectRatio").value(aspect));
        }
        enough(file.len(), &meta.headers)?;
        Ok(Self { layer, channels, data_window, display_window, meta })
    }

    pub fn header(&self) -> &Header {
        &self.meta.headers[self.layer]
    }

    /// Sample type of red.
    pub fn sample_type(&self) -> SampleType {
        self.header().channels.list[self.channels.rgb[0]].sample_type
    }
}

/// Most bytes that one byte of a file can decode to; `None` for codecs that are not read.
pub fn largest_ratio(compression: Compression) -> Option<usize> {
    /// Deflate: a match of 258 bytes takes 2 bits at least (zlib, "Maximum Expansion Factor").
    const DEFLATE: usize = 1032;
    /// Run lengths: two bytes stand for 128 at most.
    const RUNS: usize = 64;
    Some(match compression {
        Compression::Uncompressed => 1,
        Compression::RLE => RUNS,
        Compression::ZIP1 | Compression::ZIP16 => DEFLATE,
        // The Huffman code of a run takes a bit at least and 8 for its length, up to 255 samples of two bytes: 453.3.
        Compression::PIZ => 454,
        // Deflated 24-bit floats become 32-bit ones.
        Compression::PXR24 => DEFLATE * 4 / 3,
        // A flat block of 4x4 halves, 32 bytes, takes 3.
        Compression::B44 | Compression::B44A => 11,
        // Deflated run lengths. The lossy part of it is no denser: a block of 8x8 floats, 256 bytes, has 2 deflated bytes
        // of DC and 2 of AC, its end mark.
        Compression::DWAA(_) | Compression::DWAB(_) => DEFLATE * RUNS,
        Compression::HTJ2K32 | Compression::HTJ2K256 => return None,
    })
}

/// Refuses files too short for their own chunk tables, and for their pixels however well these compress.
fn enough(length: usize, headers: &[Header]) -> Result<()> {
    // A chunk takes its 8-byte place in the offset table and at least 8 bytes of its own header.
    let chunks: usize = headers.iter().map(|h| h.chunk_count).fold(0, usize::saturating_add);
    if chunks.saturating_mul(16) > length {
        return Err(Error::invalid("more chunks than the file has room for").field("OpenEXR chunk count").value(chunks));
    }
    for header in headers.iter().filter(|h| !h.deep) {
        let Some(ratio) = largest_ratio(header.compression) else { continue };
        let Vec2(width, height) = header.layer_size;
        let per_pixel: usize =
            header.channels.list.iter().filter(|c| c.sampling == Vec2(1, 1)).map(|c| c.sample_type.bytes_per_sample()).sum();
        let needed = width.saturating_mul(height).saturating_mul(per_pixel).div_ceil(ratio);
        if needed > length {
            let message = format!("its pixels alone need {needed} bytes at least ({}), the file has {length}", header.compression);
            return Err(Error::invalid(message).field("OpenEXR dataWindow").value(format!("{width}x{height}")));
        }
    }
    Ok(())
}

/// Which of R, G, B, A and Y a part has: colour, or luminance alone.
pub fn channels_of(header: &Header) -> Option<Channels> {
    let find = |name: &str| header.channels.list.iter().position(|c| c.name == *name);
    let alpha = find("A");
    match (find("R"), find("G"), find("B"), find("Y")) {
        (Some(r), Some(g), Some(b), _) => Some(Channels { rgb: [r, g, b], alpha }),
        (None, None, None, Some(y)) => Some(Channels { rgb: [y; 3], alpha }),
        _ => None,
    }
}

/// The picture of a file: of its parts, the first with R, G and B, or else the first with Y alone. Deep parts are none.
fn picture_of(meta: &MetaData) -> Result<(usize, Channels)> {
    let candidates = || meta.headers.iter().enumerate().filter(|(_, h)| !h.deep).filter_map(|(i, h)| Some((i, channels_of(h)?)));
    let is_color = |c: &Channels| c.rgb[0] != c.rgb[1];
    if let Some((layer, channels)) = candidates().find(|(_, c)| is_color(c)).or_else(|| candidates().next()) {
        let list = &meta.headers[layer].channels.list;
        if !is_color(&channels) && list.iter().any(|c| c.name == *"RY" || c.name == *"BY") {
            return Err(Error::unsupported("luminance and chroma (Y, RY, BY) are not read").field("OpenEXR channels"));
        }
        // Lines of subsampled channels are laid out differently in a block, also for the channels beside them.
        if let Some(c) = list.iter().find(|c| c.sampling != Vec2(1, 1)) {
            let Vec2(x, y) = c.sampling;
            return Err(Error::unsupported("subsampled channels are not read")
                .field(format!("sampling of OpenEXR channel {}", c.name))
                .value(format!("{x}x{y}")));
        }
        return Ok((layer, channels));
    }
    if meta.headers.iter().all(|h| h.deep) {
        return Err(Error::unsupported("deep pictures are not read").field("OpenEXR type"));
    }
    let names: Vec<String> = meta.headers.iter().flat_map(|h| h.channels.list.iter().map(|c| c.name.to_string())).take(16).collect();
    Err(Error::unsupported("neither R, G, B nor Y is among them").field("OpenEXR channels").value(names.join(" ")))
}

fn window(name: &str, bounds: IntegerBounds) -> Result<Rect> {
    let (Vec2(x, y), Vec2(width, height)) = (bounds.position, bounds.size);
    let far = |v: i32| v.unsigned_abs() as usize > MAX_SIDE;
    if !(1..=MAX_SIDE).contains(&width) || !(1..=MAX_SIDE).contains(&height) || far(x) || far(y) {
        let error = Error::invalid(format!("has to be 1 to {MAX_SIDE} pixels a side, near the origin"));
        return Err(error.field(name).value(format!("{width}x{height} at {x}, {y}")));
    }
    Ok(Rect::new(x, y, width as u32, height as u32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::exr::meta::attribute::ChannelDescription;

    fn enough_for(compression: Compression, width: usize, height: usize, length: usize) -> Result<()> {
        let channels = ["B", "G", "R"].map(|name| ChannelDescription::named(name, SampleType::F16));
        let header = Header::new("".into(), Vec2(width, height), channels.into_iter().collect());
        let order = header.line_order;
        enough(length, &[header.with_encoding(compression, exr::meta::BlockDescription::ScanLines, order)])
    }

    #[test]
    fn a_small_file_cannot_claim_a_large_picture() {
        let codecs = [Compression::RLE, Compression::ZIP1, Compression::ZIP16, Compression::PIZ, Compression::PXR24];
        let lossy = [Compression::B44, Compression::B44A, Compression::DWAA(None), Compression::DWAB(None)];
        for codec in codecs.into_iter().chain(lossy) {
            let error = enough_for(codec, 65536, 2048, 3000).err().unwrap_or_else(|| panic!("{codec} is believed"));
            assert_eq!(error.exit_code(), 10, "{error}");
        }
        // 128 chunks: the table has room, the pixels have none.
        let error = enough_for(Compression::ZIP16, 65536, 2048, 3000).unwrap_err();
        assert!(error.to_string().contains("pixels alone"), "{error}");
        assert_eq!(enough_for(Compression::ZIP16, 1024, 160, 3000), Ok(()));
    }
}
