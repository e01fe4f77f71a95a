//! The pixels of a DPX file: uncompressed samples in 8, 16 or 32-bit words.
//!
//! How samples lie in words (ST 268-1 clause 8 and annex C): filled words of 10 bits hold three samples, the first in the
//! highest bits - in the lowest where an element has one component, as the programs that write such files do. Packed
//! samples fill 32-bit words from the lowest bit up and cross their borders.

use super::{
    codes::descriptor,
    header::{Element, Header, key},
};
use crate::{
    camera::{Levels, Reading, tiff::ByteOrder},
    error::{Error, Result},
    image::{Image, Size},
};
use rayon::prelude::*;

/// How the samples of a line are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    Bytes,
    /// 16-bit words; the sample is this many bits up.
    Words(u32),
    /// Three samples of 10 bits in a 32-bit word, this many bits up; `reversed`: the first lowest.
    Triples {
        up: u32,
        reversed: bool,
    },
    /// Samples of that many bits through 32-bit words.
    Stream(u32),
}

/// An element whose lines are known to lie within the file.
struct Stored<'a> {
    lines: &'a [u8],
    line_bytes: usize,
    /// From the start of a line to the next.
    stride: usize,
    packing: Packing,
    components: usize,
    order: ByteOrder,
    bits: u32,
}

/// Which samples of which elements are red, green, blue and alpha: element and component.
struct Channels {
    rgb: [(usize, usize); 3],
    alpha: Option<(usize, usize)>,
}

/// Decodes the picture: code values over full scale, or as `reading` says. Bits, layout and size of every element are
/// checked against the file before memory is taken.
pub fn read(header: &Header, reading: &Reading) -> Result<Image> {
    let size = header.size()?;
    let version = header.text(key::VERSION.0, 8).unwrap_or_default();
    if version.starts_with("V2.0HDR") {
        return Err(Error::unsupported("pictures of SMPTE ST 268-2 are not read").field(key::VERSION.to_string()).value(version));
    }
    if header.u32(key::ENCRYPTION.0).is_some_and(|k| k != 0) {
        return Err(Error::unsupported("the file is encrypted").field(key::ENCRYPTION.to_string()));
    }
    let (mirrored, upside_down) = orientation(header)?;
    let elements = header.elements()?;
    let channels = channels(&elements)?;
    let mut stored = Vec::with_capacity(elements.len());
    let used = |index: usize| channels.rgb.iter().chain(&channels.alpha).any(|&(element, _)| element == index);
    for element in &elements {
        stored.push(if used(element.index) { Some(Stored::of(header, element, &elements, size)?) } else { None });
    }

    let mut image = Image::new(size);
    image.pixel_aspect = header.pixel_aspect()?.unwrap_or(1.0);
    image.alpha = channels.alpha.map(|_| vec![0.0; size.area()]);
    let width = size.width as usize;
    let height = size.height as usize;
    // Alpha is a share, not a signal: it has no black level.
    let whole = Reading::default();
    let [r, g, b] = &mut image.planes;
    let places = channels.rgb.into_iter().map(|c| (c, reading)).chain(channels.alpha.map(|c| (c, &whole)));
    for ((place, reading), plane) in places.zip([r, g, b].into_iter().chain(&mut image.alpha)) {
        let Some(stored) = &stored[place.0] else { continue };
        let levels = Levels::of(reading, stored.bits);
        plane.par_chunks_mut(width).enumerate().for_each(|(y, row)| {
            let y = if upside_down { height - 1 - y } else { y };
            stored.component(y, place.1, |x, code| row[x] = levels.signal(f32::from(code)), width);
            if mirrored {
                row.reverse();
            }
        });
    }
    Ok(image)
}

/// Whether lines run from right to left, and the frame from bottom to top.
fn orientation(header: &Header) -> Result<(bool, bool)> {
    match header.u16(key::ORIENTATION.0) {
        None => Ok((false, false)),
        Some(code @ 0..=3) => Ok((code & 1 == 1, code & 2 == 2)),
        Some(code) => {
            let name = super::codes::orientation_name(code).unwrap_or("unknown");
            Err(Error::unsupported(format!("{name}: only lines across the picture are read"))
                .field(key::ORIENTATION.to_string())
                .value(code))
        }
    }
}

fn channels(elements: &[Element]) -> Result<Channels> {
    let find = |descriptor: u8| elements.iter().find(|e| e.descriptor == descriptor).map(|e| e.index);
    let alone = find(descriptor::ALPHA).map(|i| (i, 0));
    let whole = [descriptor::RGB, descriptor::RGBA, descriptor::ABGR].into_iter().find_map(find);
    if let Some(i) = whole {
        return Ok(match elements[i].descriptor {
            descriptor::RGB => Channels { rgb: [(i, 0), (i, 1), (i, 2)], alpha: alone },
            descriptor::RGBA => Channels { rgb: [(i, 0), (i, 1), (i, 2)], alpha: Some((i, 3)) },
            _ => Channels { rgb: [(i, 3), (i, 2), (i, 1)], alpha: Some((i, 0)) },
        });
    }
    if let (Some(r), Some(g), Some(b)) = (find(descriptor::RED), find(descriptor::GREEN), find(descriptor::BLUE)) {
        return Ok(Channels { rgb: [(r, 0), (g, 0), (b, 0)], alpha: alone });
    }
    let only_luma = elements.iter().all(|e| matches!(e.descriptor, descriptor::LUMA | descriptor::ALPHA));
    if let (Some(y), true) = (find(descriptor::LUMA), only_luma) {
        return Ok(Channels { rgb: [(y, 0); 3], alpha: alone });
    }
    let names: Vec<String> = elements.iter().map(Element::descriptor_name).collect();
    Err(Error::unsupported("RGB, RGBA, ABGR, luma, or R, G and B apart are read")
        .field(elements[0].descriptor_key().to_string())
        .value(names.join(" + ")))
}

impl<'a> Stored<'a> {
    fn of(header: &Header<'a>, element: &Element, all: &[Element], size: Size) -> Result<Self> {
        let components = element.components().unwrap_or(1);
        let packing = packing(element, components)?;
        if element.encoding != 0 {
            return Err(Error::unsupported("run-length encoding is not read")
                .field(element.encoding_key().to_string())
                .value(element.encoding));
        }
        if element.signed {
            return Err(Error::unsupported("signed samples are not read").field(element.key(0, "data sign").to_string()).value(1));
        }
        let samples = size.width as usize * components;
        let line_bytes = match packing {
            Packing::Bytes => samples,
            Packing::Words(_) => samples * 2,
            Packing::Triples { .. } => samples.div_ceil(3) * 4,
            Packing::Stream(bits) => (samples * bits as usize).div_ceil(32) * 4,
        };
        let height = size.height as usize;
        let missing = |needed: usize| {
            Error::invalid(format!("{size} need {needed} bytes from there, the file has {}", header.data().len()))
                .field(element.offset_key().to_string())
                .value(element.offset)
        };
        if element.offset < 1664 {
            return Err(Error::invalid("lies within the header").field(element.offset_key().to_string()).value(element.offset));
        }
        let rest = header.data().get(element.offset..).unwrap_or_default();
        // Up to the next element, which for the last one is the end of the file.
        let next = all.iter().map(|e| e.offset).filter(|&o| o > element.offset).min().unwrap_or(header.data().len());
        let room = rest.len().min(next.saturating_sub(element.offset));
        let mut stride = line_bytes.saturating_add(element.line_padding);
        // Lines of 8 and 16-bit samples follow one another without a gap in most files; some programs (ImageMagick) start
        // each at a 32-bit word, which shows in the length alone.
        let aligned = line_bytes.next_multiple_of(4);
        if element.line_padding == 0 && aligned * height == room {
            stride = aligned;
        }
        let needed = stride.saturating_mul(height - 1).saturating_add(line_bytes);
        let lines = rest.get(..needed).ok_or_else(|| missing(needed))?;
        Ok(Self { lines, line_bytes, stride, packing, components, order: header.order, bits: element.bits.into() })
    }

    /// Hands out component `which` of each of the `width` pixels of line `y`.
    fn component(&self, y: usize, which: usize, mut out: impl FnMut(usize, u16), width: usize) {
        let line = &self.lines[y * self.stride..y * self.stride + self.line_bytes];
        let step = self.components;
        match self.packing {
            Packing::Bytes => (0..width).for_each(|x| out(x, line[x * step + which].into())),
            Packing::Words(up) => {
                for x in 0..width {
                    out(x, self.order.u16(&line[(x * step + which) * 2..]) >> up);
                }
            }
            Packing::Triples { up, reversed } => {
                for x in 0..width {
                    let (word, place) = ((x * step + which) / 3, (x * step + which) % 3);
                    let place = if reversed { place } else { 2 - place } as u32;
                    out(x, (self.order.u32(&line[word * 4..]) >> (place * 10 + up) & 0x3ff) as u16);
                }
            }
            Packing::Stream(bits) => {
                for x in 0..width {
                    let first = (x * step + which) * bits as usize;
                    let word = |i: usize| line.get(i * 4..i * 4 + 4).map_or(0, |b| u64::from(self.order.u32(b)));
                    let pair = word(first / 32) | word(first / 32 + 1) << 32;
                    out(x, (pair >> (first % 32) & ((1 << bits) - 1)) as u16);
                }
            }
        }
    }
}

fn packing(element: &Element, components: usize) -> Result<Packing> {
    // ST 268-1 table 3C: 0 packed, 1 filled method A (padding in the lowest bits), 2 method B (in the highest).
    Ok(match (element.bits, element.packing) {
        (8, _) => Packing::Bytes,
        (16, _) => Packing::Words(0),
        (10, 1) => Packing::Triples { up: 2, reversed: components == 1 },
        (10, 2) => Packing::Triples { up: 0, reversed: components == 1 },
        (12, 1) => Packing::Words(4),
        (12, 2) => Packing::Words(0),
        (bits @ (10 | 12), 0) => Packing::Stream(bits.into()),
        (10 | 12, other) => {
            return Err(Error::unsupported("packed (0), method A (1) or B (2) are read")
                .field(element.packing_key().to_string())
                .value(other));
        }
        (bits, _) => {
            return Err(Error::unsupported("8, 10, 12 or 16 are read").field(element.bits_key().to_string()).value(bits));
        }
    })
}

/// How the packing of an element is called.
pub fn packing_name(element: &Element) -> &'static str {
    match (element.bits, element.packing) {
        (8 | 16, _) => "whole words",
        (_, 0) => "packed",
        (_, 1) => "filled, method A",
        (_, 2) => "filled, method B",
        _ => "undefined",
    }
}
