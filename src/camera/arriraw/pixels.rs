//! The 12-bit mosaics of ARRIRAW: two packings, and the order of the pixels of a pair, which is found out from the picture.

use super::header::Header;
use crate::{
    error::{Error, Result},
    image::{Cfa, Rect},
};
use rayon::prelude::*;

/// How samples of 12 bits fill the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    /// Words of 32 bits, little-endian, filled from their most significant bit.
    Words,
    /// Bytes filled from their least significant bit.
    Plain,
}

/// Cameras whose coding is known: name in the header, packing, pattern in the order of the words. Read the other way round,
/// pairs swapped, the pattern is the mirrored one; which of the two is the geometry of the sensor is a matter on which the
/// public readers disagree (rawler: as stored; dcraw, RawSpeed: swapped). Patterns: rawler `data/cameras/arri`, dcraw.
const CAMERAS: &[(&str, Packing, Cfa)] = &[
    ("ALEXA", Packing::Words, Cfa::Rggb),
    ("ALEXA65", Packing::Words, Cfa::Gbrg),
    ("ALEXALF", Packing::Words, Cfa::Gbrg),
    ("A-MINI", Packing::Plain, Cfa::Bggr),
];

const BITS: usize = 12;
/// Samples and bytes that start anew together in both packings.
const GROUP: usize = 8;
const GROUP_BYTES: usize = GROUP * BITS / 8;

/// How the pictures of a clip are stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coding {
    packing: Packing,
    /// In the order that was found.
    cfa: Cfa,
    swapped: bool,
    /// Roughness of the greens as stored and with pairs swapped; `None` where the order is not in question.
    roughness: Option<[u64; 2]>,
}

impl Coding {
    /// From the camera's name, and the picture of the clip's first frame.
    pub fn find(h: &Header, file: &[u8]) -> Result<Self> {
        let family = h.family().unwrap_or_default();
        let &(_, packing, cfa) = CAMERAS.iter().find(|c| c.0 == family).ok_or_else(|| {
            let known: Vec<&str> = CAMERAS.iter().map(|c| c.0).collect();
            Error::unsupported(format!("the coding of this camera is not known; read are {}", known.join(", ")))
                .field("ARRI 0x29C camera family")
                .value(&family)
        })?;
        let as_stored = Self { packing, cfa, swapped: false, roughness: None };
        let payload = payload(h, file)?;
        if packing == Packing::Plain {
            return Ok(as_stored);
        }
        let swapped = Self { swapped: true, cfa: cfa.shifted(1, 0), ..as_stored };
        let roughness = [as_stored, swapped].map(|coding| coding.roughness(h, payload));
        // The sites of green are the same both ways, but only in the true order do they lie in their true places.
        let found = if roughness[1] < roughness[0] { swapped } else { as_stored };
        Ok(Self { roughness: Some(roughness), ..found })
    }

    /// The pattern at the top left of an area.
    pub fn cfa_of(&self, area: Rect) -> Cfa {
        self.cfa.shifted(area.x as u32 & 1, area.y as u32 & 1)
    }

    /// What was found, for people.
    pub fn describe(&self) -> String {
        let packing = match self.packing {
            Packing::Words => "32-bit words, most significant bit first",
            Packing::Plain => "least significant bit first",
        };
        match self.roughness {
            None => format!("{packing}; pixels in order"),
            Some([a, b]) if a == b => format!("{packing}; order of pixel pairs not to be told from this picture, taken as stored"),
            Some([a, b]) => {
                let order = if self.swapped { "pixel pairs swapped" } else { "pixel pairs as stored" };
                let (low, high) = (a.min(b), a.max(b));
                format!("{packing}; {order} (the other order is {:.2} times as rough)", high as f64 / low.max(1) as f64)
            }
        }
    }

    /// Decodes the picture.
    pub fn samples(&self, h: &Header, file: &[u8]) -> Result<Vec<u16>> {
        let payload = payload(h, file)?;
        let mut samples = vec![0u16; h.size.area()];
        samples.par_chunks_mut(GROUP * 4096).zip(payload.par_chunks(GROUP_BYTES * 4096)).for_each(|(out, bytes)| self.unpack(bytes, out));
        Ok(samples)
    }

    /// Whole groups.
    fn unpack(&self, bytes: &[u8], out: &mut [u16]) {
        let groups = out.as_chunks_mut::<GROUP>().0.iter_mut().zip(bytes.as_chunks::<GROUP_BYTES>().0);
        match (self.packing, self.swapped) {
            (Packing::Words, false) => groups.for_each(|(out, bytes)| *out = words(bytes)),
            (Packing::Words, true) => groups.for_each(|(out, bytes)| {
                let s = words(bytes);
                *out = std::array::from_fn(|i| s[i ^ 1]);
            }),
            (Packing::Plain, _) => groups.for_each(|(out, bytes)| *out = plain(bytes)),
        }
    }

    /// Sum of what each green differs from the mean of its four diagonal greens, in quarters, over bands of rows spread over
    /// the picture.
    fn roughness(&self, h: &Header, payload: &[u8]) -> u64 {
        let (width, height) = (h.size.width as usize, h.size.height as usize);
        // Bands start at whole groups: every eighth row does for any width.
        let step = (height / BANDS).next_multiple_of(GROUP).max(GROUP);
        let (red_x, red_y) = self.cfa.red();
        let band = |top: usize| {
            let rows = (height - top).min(BAND_ROWS);
            let groups = (rows * width).div_ceil(GROUP);
            let mut samples = vec![0u16; groups * GROUP];
            let from = top * width / GROUP * GROUP_BYTES;
            self.unpack(&payload[from..], &mut samples);
            let at = |x: usize, y: usize| i64::from(samples[y * width + x]);
            let mut sum = 0u64;
            for y in 1..rows.saturating_sub(1) {
                // Greens are where column and row together differ in parity from red.
                let first = 1 + (y + top + red_x as usize + red_y as usize) % 2;
                for x in (first..width.saturating_sub(1)).step_by(2) {
                    let around = at(x - 1, y - 1) + at(x + 1, y - 1) + at(x - 1, y + 1) + at(x + 1, y + 1);
                    sum += (4 * at(x, y) - around).unsigned_abs();
                }
            }
            sum
        };
        (0..height).step_by(step).collect::<Vec<_>>().into_par_iter().map(band).sum()
    }
}

/// Bands of rows that are looked at, and how many rows each.
const BANDS: usize = 64;
const BAND_ROWS: usize = 8;

/// The bytes of the picture: exactly as many as its samples take.
fn payload<'a>(h: &Header, file: &'a [u8]) -> Result<&'a [u8]> {
    let samples = h.size.area();
    if !samples.is_multiple_of(GROUP) || !h.size.width.is_multiple_of(2) {
        let error = Error::unsupported("the samples do not fill whole words, or the width is odd");
        return Err(error.field("ARRI 0x014 width, 0x018 height").value(h.size));
    }
    let stored = &file[h.offset.min(file.len())..];
    let needed = samples * BITS / 8;
    let of = |message: String| Err(Error::unsupported(message).field("length of the picture").value(stored.len()));
    if stored.len() < needed {
        return of(format!("{} in 12 bits takes {needed} bytes: cut short, or compressed (HDE), which is not decoded", h.size));
    }
    if stored.len() >= samples * 13 / 8 {
        return of(format!("{} in 12 bits takes {needed} bytes: 13 bit and other codings are not decoded", h.size));
    }
    Ok(&stored[..needed])
}

fn words(bytes: &[u8; GROUP_BYTES]) -> [u16; GROUP] {
    let mut s = *bytes;
    s.as_chunks_mut::<4>().0.iter_mut().for_each(|word| word.reverse());
    let mut out = [0; GROUP];
    for (out, b) in out.as_chunks_mut::<2>().0.iter_mut().zip(s.as_chunks::<3>().0) {
        let [a, b, c] = b.map(u16::from);
        *out = [a << 4 | b >> 4, (b & 15) << 8 | c];
    }
    out
}

fn plain(bytes: &[u8; GROUP_BYTES]) -> [u16; GROUP] {
    let mut out = [0; GROUP];
    for (out, b) in out.as_chunks_mut::<2>().0.iter_mut().zip(bytes.as_chunks::<3>().0) {
        let [a, b, c] = b.map(u16::from);
        *out = [a | (b & 15) << 8, b >> 4 | c << 4];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_lie_where_the_packings_say() {
        let samples: [u16; 8] = [0x123, 0x456, 0x789, 0xabc, 0xdef, 0x012, 0x345, 0x678];
        assert_eq!(words(&[0x61, 0x45, 0x23, 0x12, 0xde, 0xbc, 0x9a, 0x78, 0x78, 0x56, 0x34, 0xf0]), {
            // Words 12 34 56 78 | 9a bc de f0 | 12 34 56 78 read big-endian.
            let bytes: [u8; 12] = [0x12, 0x23, 0x45, 0x61, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0x34, 0x56, 0x78];
            let mut out = [0u16; 8];
            for (i, o) in out.iter_mut().enumerate() {
                let bit = i * 12;
                let three = (0..3).map(|k| bytes.get(bit / 8 + k).copied().unwrap_or(0)).fold(0u32, |w, b| w << 8 | u32::from(b));
                *o = (three >> (12 - bit % 8) & 0xfff) as u16;
            }
            out
        });
        let mut little = [0u8; GROUP_BYTES];
        for (i, s) in samples.iter().enumerate() {
            for b in 0..12 {
                little[(i * 12 + b) / 8] |= ((s >> b & 1) as u8) << ((i * 12 + b) % 8);
            }
        }
        assert_eq!(plain(&little), samples);
    }
}
