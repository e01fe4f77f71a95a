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
        enough(file, &meta)?;
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

/// Refuses files too short for their own chunk tables, and uncompressed ones too short for their pixels.
fn enough(file: &[u8], meta: &MetaData) -> Result<()> {
    // A chunk takes its 8-byte place in the offset table and at least 8 bytes of its own header.
    let chunks: usize = meta.headers.iter().map(|h| h.chunk_count).fold(0, usize::saturating_add);
    if chunks.saturating_mul(16) > file.len() {
        return Err(Error::invalid("more chunks than the file has room for").field("OpenEXR chunk count").value(chunks));
    }
    for header in meta.headers.iter().filter(|h| h.compression == Compression::Uncompressed && !h.deep) {
        let Vec2(width, height) = header.layer_size;
        let per_pixel: usize =
            header.channels.list.iter().filter(|c| c.sampling == Vec2(1, 1)).map(|c| c.sample_type.bytes_per_sample()).sum();
        let needed = width.saturating_mul(height).saturating_mul(per_pixel);
        if needed > file.len() {
            let error = Error::invalid(format!("its pixels alone need {needed} bytes, the file has {}", file.len()));
            return Err(error.field("OpenEXR dataWindow").value(format!("{width}x{height}")));
        }
    }
    Ok(())
}

/// The first layer with R, G and B, or else with Y alone.
fn picture_of(meta: &MetaData) -> Result<(usize, Channels)> {
    for (layer, header) in meta.headers.iter().enumerate() {
        if header.deep {
            continue;
        }
        let find = |name: &str| header.channels.list.iter().position(|c| c.name == *name);
        let alpha = find("A");
        let channels = match (find("R"), find("G"), find("B"), find("Y")) {
            (Some(r), Some(g), Some(b), _) => Channels { rgb: [r, g, b], alpha },
            (None, None, None, Some(y)) => {
                if find("RY").is_some() || find("BY").is_some() {
                    return Err(Error::unsupported("luminance and chroma (Y, RY, BY) are not read").field("OpenEXR channels"));
                }
                Channels { rgb: [y; 3], alpha }
            }
            _ => continue,
        };
        // Lines of subsampled channels are laid out differently in a block, also for the channels beside them.
        if let Some(c) = header.channels.list.iter().find(|c| c.sampling != Vec2(1, 1)) {
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
