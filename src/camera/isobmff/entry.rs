//! What the pictures of a track are: the visual sample entry (ISO/IEC 14496-12 section 12.1, QTFF "Video Media") and the
//! boxes in it that a colourist has to know of.

use super::{
    atom::{Atom, Atoms, Fields, FourCc},
    codec,
};
use crate::{
    camera::Rational,
    error::{Error, Result},
    image::Size,
};

/// A visual sample entry.
#[derive(Clone, Debug)]
pub struct Visual<'a> {
    pub codec: FourCc,
    /// As the encoder called itself: `Apple ProRes 422 HQ`.
    pub compressor: String,
    pub size: Size,
    /// Clean aperture, in pixels: size and offset of its centre from the picture's.
    pub clean: Option<Clean>,
    /// Width of a pixel over its height (`pasp`).
    pub pixel_aspect: Option<Rational>,
    pub color: Option<Color>,
    /// Bits of a sample, where the codec or its configuration says.
    pub bit_depth: Option<(u32, &'static str)>,
    /// What else the entry holds: `CMP1`, `CDI1`, `bver`.
    pub rest: &'a [u8],
}

/// Clean aperture (`clap`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clean {
    pub width: f64,
    pub height: f64,
    pub x: f64,
    pub y: f64,
}

/// Code points of ISO/IEC 23091-2 (`colr` of type nclc or nclx).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color {
    pub primaries: u16,
    pub transfer: u16,
    pub matrix: u16,
    /// Only nclx says.
    pub full_range: Option<bool>,
}

impl<'a> Visual<'a> {
    /// From one entry of `stsd`.
    pub fn read(entry: &Atom<'a>) -> Result<Self> {
        let mut f = Fields::of(entry);
        // Reserved and data reference, then version, revision, vendor and two qualities.
        f.skip(8 + 16)?;
        let size = Size::new(f.u16()?.into(), f.u16()?.into());
        // Resolutions, data size, frames in a sample.
        f.skip(4 + 4 + 4 + 2)?;
        let name = f.array::<32>()?;
        let len = usize::from(name[0]).min(31);
        let compressor = text(&name[1..1 + len]);
        // Depth of QuickTime (24, 32: with alpha), colour table.
        f.skip(2 + 2)?;
        if entry.kind == b"CRAW" {
            // Canon's entries have two words more.
            f.skip(4)?;
        }
        let mut visual = Self {
            codec: entry.kind,
            compressor,
            size,
            clean: None,
            pixel_aspect: None,
            color: None,
            bit_depth: codec::bit_depth(entry.kind),
            rest: f.rest(),
        };
        for atom in Atoms::within(visual.rest) {
            // What follows may be a colour table of old, which is no box: the pictures do not depend on it.
            let Ok(atom) = atom else { break };
            visual.take(&atom)?;
        }
        if size.width == 0 || size.height == 0 {
            return Err(Error::invalid("a picture without extent").field(format!("size of sample entry {}", entry.kind)).value(size));
        }
        Ok(visual)
    }

    fn take(&mut self, atom: &Atom) -> Result<()> {
        let mut f = Fields::of(atom);
        match &atom.kind.0 {
            b"clap" => {
                let mut ratio = || Ok(Rational::new(f.i32()?.into(), f.i32()?.into()).map(Rational::to_f64));
                let values: [Option<f64>; 4] = [ratio()?, ratio()?, ratio()?, ratio()?];
                if let [Some(width), Some(height), Some(x), Some(y)] = values {
                    self.clean = Some(Clean { width, height, x, y }).filter(|c| c.width > 0.0 && c.height > 0.0);
                }
            }
            b"pasp" => {
                let (h, v) = (f.u32()?, f.u32()?);
                self.pixel_aspect = Rational::new(h.into(), v.into()).filter(|r| r.num() > 0);
            }
            b"colr" => {
                let kind = f.kind()?;
                if kind == b"nclc" || kind == b"nclx" {
                    let (primaries, transfer, matrix) = (f.u16()?, f.u16()?, f.u16()?);
                    let full_range = if kind == b"nclx" { Some(f.u8()? & 0x80 != 0) } else { None };
                    self.color = Some(Color { primaries, transfer, matrix, full_range });
                }
            }
            b"hvcC" => self.bit_depth = atom.body.get(17).map(|b| (8 + u32::from(b & 7), "hvcC bit_depth_luma")),
            b"avcC" => self.bit_depth = avc_depth(atom.body).map(|b| (b, "avcC bit_depth_luma")),
            b"av1C" => {
                if let Some(&flags) = atom.body.get(2) {
                    let bits = if flags & 0x40 == 0 {
                        8
                    } else if flags & 0x20 == 0 {
                        10
                    } else {
                        12
                    };
                    self.bit_depth = Some((bits, "av1C high_bitdepth"));
                }
            }
            b"jp2h" => {
                if let Some(ihdr) = Atoms::within(atom.body).find(b"ihdr")? {
                    // Height, width, components, then bits less one, the sign in bit 7; 255 where they differ.
                    let bits = ihdr.body.get(10).copied().filter(|&b| b != 255);
                    self.bit_depth = bits.map(|b| (u32::from(b & 0x7f) + 1, "jp2h ihdr"));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// Luma depth of an AVC configuration (ISO/IEC 14496-15 section 5.3.3): after the parameter sets, for profiles that have
/// it; the others are of 8 bits.
fn avc_depth(body: &[u8]) -> Option<u32> {
    let profile = *body.get(1)?;
    if matches!(profile, 66 | 77 | 88) {
        return Some(8);
    }
    let mut at = 5;
    for mask in [0x1f, 0xff] {
        let count = body.get(at)? & mask;
        at += 1;
        for _ in 0..count {
            at += 2 + usize::from(u16::from_be_bytes([*body.get(at)?, *body.get(at + 1)?]));
        }
    }
    Some(8 + u32::from(body.get(at + 1)? & 7))
}

/// Text up to its first NUL; bytes that are not UTF-8 become U+FFFD.
pub fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).trim().to_owned()
}
