//! FixBadPixelsConstant and FixBadPixelsList: sites of the mosaic that record nothing.

use crate::{
    error::{Error, Result},
    image::{CfaColor, Mosaic, Rect},
};

#[derive(Clone, Debug, PartialEq)]
pub enum BadPixels {
    /// Every sample of this value.
    Constant(u32),
    List {
        /// Column, row.
        points: Vec<(u32, u32)>,
        rects: Vec<Rect>,
    },
}

/// Sites of the same colour around one, nearest first: rings of equal distance. Around green, around red and blue.
const GREEN: [&[(i32, i32)]; 4] = [
    &[(-1, -1), (1, -1), (-1, 1), (1, 1)],
    &[(0, -2), (-2, 0), (2, 0), (0, 2)],
    &[(-2, -2), (2, -2), (-2, 2), (2, 2)],
    &[(-1, -3), (1, -3), (-3, -1), (3, -1), (-3, 1), (3, 1), (-1, 3), (1, 3)],
];
const OTHER: [&[(i32, i32)]; 3] =
    [&[(0, -2), (-2, 0), (2, 0), (0, 2)], &[(-2, -2), (2, -2), (-2, 2), (2, 2)], &[(0, -4), (-4, 0), (4, 0), (0, 4)]];

impl BadPixels {
    /// Replaces each bad sample by the mean of the nearest good ones of its colour, rounded half up. One that has none
    /// within four pixels stays as it is.
    pub fn fix(&self, mosaic: &mut Mosaic) -> Result<()> {
        let (width, height) = (mosaic.size.width as usize, mosaic.size.height as usize);
        let mut bad = vec![false; mosaic.samples.len()];
        match self {
            Self::Constant(value) => bad.iter_mut().zip(&mosaic.samples).for_each(|(b, &s)| *b = u32::from(s) == *value),
            Self::List { points, rects } => {
                let whole = Rect::of(mosaic.size);
                let outside = |what: String| Error::invalid(format!("names a pixel outside the {} stored", mosaic.size)).value(what);
                for &(x, y) in points {
                    if x >= mosaic.size.width || y >= mosaic.size.height {
                        return Err(outside(format!("{x}, {y}")).field("DNG OpcodeList1 FixBadPixelsList"));
                    }
                    bad[y as usize * width + x as usize] = true;
                }
                let mut area = 0;
                for rect in rects {
                    area += rect.size().area();
                    if !whole.contains(*rect) || area > mosaic.samples.len() {
                        return Err(outside(rect.to_string()).field("DNG OpcodeList1 FixBadPixelsList"));
                    }
                    for row in bad.chunks_exact_mut(width).skip(rect.y as usize).take(rect.height as usize) {
                        row[rect.x as usize..][..rect.width as usize].fill(true);
                    }
                }
            }
        }
        let (ox, oy) = (mosaic.active_area.x as u32 & 1, mosaic.active_area.y as u32 & 1);
        let mut fixed = vec![];
        for (at, _) in bad.iter().enumerate().filter(|b| *b.1) {
            let (x, y) = (at % width, at / width);
            let color = mosaic.cfa.color(x as u32 ^ ox, y as u32 ^ oy);
            let rings: &[&[(i32, i32)]] = if color == CfaColor::Green { &GREEN } else { &OTHER };
            let good = |&(dx, dy): &(i32, i32)| {
                let (x, y) = (x.checked_add_signed(dx as isize)?, y.checked_add_signed(dy as isize)?);
                let at = (x < width && y < height).then_some(y * width + x)?;
                (!bad[at]).then(|| u32::from(mosaic.samples[at]))
            };
            for ring in rings {
                let (sum, n) = ring.iter().filter_map(good).fold((0, 0), |(sum, n), v| (sum + v, n + 1));
                if n > 0 {
                    fixed.push((at, ((2 * sum + n) / (2 * n)) as u16));
                    break;
                }
            }
        }
        fixed.into_iter().for_each(|(at, value)| mosaic.samples[at] = value);
        Ok(())
    }
}
