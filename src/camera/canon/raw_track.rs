//! The track of the mosaic: CMP1, how it is coded, and CDI1/IAD1, which part of it is picture.

use crate::{
    camera::{
        Field, Metadata,
        isobmff::{Atom, Atoms, Fields, Movie, Visual},
    },
    error::Result,
    image::{Rect, Size},
};

/// Fills size, area, crop, depth and codec from the largest track that is a mosaic.
pub fn describe(movie: &Movie, m: &mut Metadata) {
    let raws = movie.tracks.iter().filter(|t| t.codec().is_some_and(|c| c == b"CRAW")).filter_map(|t| t.visual().ok());
    let mut best: Option<(Coding, Visual)> = None;
    for visual in raws {
        let found = Atoms::within(visual.rest).find(b"CMP1").ok().flatten().and_then(|a| Coding::read(&a).ok());
        if let Some(coding) = found.filter(|c| c.planes == 4)
            && best.as_ref().is_none_or(|(b, _)| b.size.area() < coding.size.area())
        {
            best = Some((coding, visual));
        }
    }
    let Some((coding, visual)) = best else { return };
    m.sensor_size = Some(Field::stated(coding.size, "CMP1"));
    m.bit_depth = Some(Field::stated(coding.bits.into(), "CMP1"));
    m.codec = Some(Field::stated("Canon RAW (CRX)".into(), "stsd CRAW"));
    m.cfa = coding.cfa().map(|cfa| Field::stated(cfa.to_owned(), "CMP1"));
    m.keep("CMP1 tile", coding.tile.to_string());
    m.keep("CMP1 wavelet levels", coding.levels.to_string());
    let areas = Atoms::within(visual.rest).find(b"CDI1").ok().flatten().and_then(|cdi| {
        // A full box: version and flags, then IAD1.
        let iad = Atoms::within(cdi.body.get(4..)?).find(b"IAD1").ok()??;
        Areas::read(&iad, coding.size)
    });
    match areas {
        Some(areas) => {
            let active = areas.active;
            m.active_area = Some(Field::stated(active, "IAD1"));
            m.resolution = Some(Field::stated(active.size(), "IAD1"));
            let crop = Rect::new(areas.crop.x - active.x, areas.crop.y - active.y, areas.crop.width, areas.crop.height);
            m.crop = Some(Field::stated(crop, "IAD1"));
        }
        None => m.resolution = Some(Field::stated(coding.size, "CMP1")),
    }
}

/// The head of CMP1.
#[derive(Debug)]
struct Coding {
    size: Size,
    tile: Size,
    bits: u8,
    planes: u8,
    layout: u8,
    levels: u8,
}

impl Coding {
    fn read(cmp1: &Atom) -> Result<Self> {
        let mut f = Fields::of(cmp1);
        // Version and header size.
        f.skip(8)?;
        let size = Size::new(f.u32()?, f.u32()?);
        let tile = Size::new(f.u32()?, f.u32()?);
        let (bits, planes, coding) = (f.u8()?, f.u8()?, f.u8()?);
        Ok(Self { size, tile, bits, planes: planes >> 4, layout: planes & 0xf, levels: coding & 0xf })
    }

    /// Of the whole mosaic.
    fn cfa(&self) -> Option<&'static str> {
        ["RGGB", "GRBG", "GBRG", "BGGR"].get(usize::from(self.layout)).copied()
    }
}

/// Rectangles of IAD1, within the mosaic.
struct Areas {
    active: Rect,
    crop: Rect,
}

impl Areas {
    /// Words: two of 0, width, height, four of kind, then rectangles of left, top, right, bottom with their last pixels: the
    /// crop; of stills (kind 2) black at the left, black above, active area; of movies the active area.
    fn read(iad1: &Atom, size: Size) -> Option<Self> {
        let words: Vec<u16> = iad1.body.as_chunks::<2>().0.iter().take(24).map(|b| u16::from_be_bytes(*b)).collect();
        let declared = Size::new((*words.get(2)?).into(), (*words.get(3)?).into());
        let rect = |index: usize| {
            let &[left, top, right, bottom] = words.get(8 + 4 * index..12 + 4 * index)? else { return None };
            let span = |from: u16, to: u16| u32::from(to).checked_sub(from.into()).map(|n| n + 1);
            Some(Rect::new(left.into(), top.into(), span(left, right)?, span(top, bottom)?)).filter(|&r| Rect::of(size).contains(r))
        };
        let active = if *words.get(5)? == 2 { rect(3)? } else { rect(1)? };
        let crop = rect(0)?;
        (declared == size && active.contains(crop)).then_some(Self { active, crop })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::isobmff::FourCc;

    fn areas(words: &[u16], size: Size) -> Option<(Rect, Rect)> {
        let body: Vec<u8> = words.iter().flat_map(|w| w.to_be_bytes()).collect();
        Areas::read(&Atom { kind: FourCc(*b"IAD1"), body: &body }, size).map(|a| (a.active, a.crop))
    }

    #[test]
    fn areas_of_a_still_and_of_a_movie() {
        // EOS M50, from a CR3; EOS C200, from the dump in lclevy/canon_cr3.
        let m50 = [0, 0, 6288, 4056, 1, 2, 1, 0, 276, 48, 6275, 4047, 0, 0, 263, 4055, 264, 0, 6287, 35, 264, 36, 6287, 4055];
        assert_eq!(areas(&m50, Size::new(6288, 4056)), Some((Rect::new(264, 36, 6024, 4020), Rect::new(276, 48, 6000, 4000))));
        let c200 = [0, 0, 4112, 2176, 1, 0, 1, 0, 8, 8, 4103, 2167, 0, 0, 4111, 2175];
        assert_eq!(areas(&c200, Size::new(4112, 2176)), Some((Rect::new(0, 0, 4112, 2176), Rect::new(8, 8, 4096, 2160))));
        // Outside the mosaic, backwards, of another size, cut.
        assert_eq!(areas(&c200, Size::new(4096, 2176)), None);
        let mut odd = c200;
        odd[10] = 7;
        assert_eq!(areas(&odd, Size::new(4112, 2176)), None);
        assert_eq!(areas(&c200[..14], Size::new(4112, 2176)), None);
    }
}
