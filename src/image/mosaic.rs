//! What a sensor recorded, before and after its levels are applied.

use super::{Rect, RectF, Size};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CfaColor {
    Red,
    Green,
    Blue,
}

/// A Bayer pattern: the 2x2 block at the top left, row by row. Other arrangements are refused by name where they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Cfa {
    Rggb,
    Bggr,
    Grbg,
    Gbrg,
}

impl Cfa {
    pub const ALL: [Cfa; 4] = [Cfa::Rggb, Cfa::Bggr, Cfa::Grbg, Cfa::Gbrg];

    /// Column (0 or 1) and row (0 or 1) of the red site within the block.
    pub const fn red(self) -> (u32, u32) {
        match self {
            Cfa::Rggb => (0, 0),
            Cfa::Grbg => (1, 0),
            Cfa::Gbrg => (0, 1),
            Cfa::Bggr => (1, 1),
        }
    }

    /// Colour of the filter over column `x`, row `y`.
    pub const fn color(self, x: u32, y: u32) -> CfaColor {
        let (rx, ry) = self.red();
        match ((x ^ rx) & 1, (y ^ ry) & 1) {
            (0, 0) => CfaColor::Red,
            (1, 1) => CfaColor::Blue,
            _ => CfaColor::Green,
        }
    }

    /// The pattern seen from a window that starts `dx`, `dy` pixels into this one.
    pub const fn shifted(self, dx: u32, dy: u32) -> Cfa {
        let (rx, ry) = self.red();
        match ((rx ^ dx) & 1, (ry ^ dy) & 1) {
            (0, 0) => Cfa::Rggb,
            (1, 0) => Cfa::Grbg,
            (0, 1) => Cfa::Gbrg,
            _ => Cfa::Bggr,
        }
    }
}

impl fmt::Display for Cfa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Cfa::Rggb => "RGGB",
            Cfa::Bggr => "BGGR",
            Cfa::Grbg => "GRBG",
            Cfa::Gbrg => "GBRG",
        })
    }
}

impl std::str::FromStr for Cfa {
    type Err = Error;
    fn from_str(s: &str) -> Result<Self> {
        Cfa::ALL
            .into_iter()
            .find(|c| c.to_string().eq_ignore_ascii_case(s))
            .ok_or_else(|| Error::unsupported("not a Bayer pattern (RGGB, BGGR, GRBG, GBRG)").field("CFA").value(s))
    }
}

/// Sensor black: a repeating pattern plus per-column and per-row offsets (DNG BlackLevel, BlackLevelDeltaH/V),
/// in the code values after the linearization table, counted from the top left of the active area.
#[derive(Clone, Debug, PartialEq)]
pub struct BlackLevel {
    /// Columns and rows of the repeating pattern; at least 1 each.
    pub repeat: (u32, u32),
    /// `repeat.0 * repeat.1` levels, row by row.
    pub levels: Vec<f32>,
    /// One a column of the active area, or empty.
    pub delta_h: Vec<f32>,
    /// One a row of the active area, or empty.
    pub delta_v: Vec<f32>,
}

impl BlackLevel {
    /// The same level everywhere.
    pub fn uniform(level: f32) -> Self {
        Self { repeat: (1, 1), levels: vec![level], delta_h: vec![], delta_v: vec![] }
    }
    /// The level of the repeating pattern alone, without what columns and rows add.
    pub fn pattern(&self, x: u32, y: u32) -> f32 {
        let (cols, rows) = self.repeat;
        self.levels[((y % rows) * cols + x % cols) as usize]
    }
    pub fn at(&self, x: u32, y: u32) -> f32 {
        let level = self.pattern(x, y);
        let h = self.delta_h.get(x as usize).copied().unwrap_or(0.0);
        let v = self.delta_v.get(y as usize).copied().unwrap_or(0.0);
        level + h + v
    }
    /// The highest level of the repeating pattern.
    pub fn max(&self) -> f32 {
        self.levels.iter().copied().fold(0.0, f32::max)
    }
}

/// The samples of one frame as the camera stored them, with what is needed to make them linear.
#[derive(Clone, Debug, PartialEq)]
pub struct Mosaic {
    pub size: Size,
    /// Code values, row by row.
    pub samples: Vec<u16>,
    /// Significant bits of a code value.
    pub bits: u32,
    /// The pattern at the top left of `active_area`.
    pub cfa: Cfa,
    /// Code value to linear code value; codes past its end take its last entry.
    pub linearization: Option<Vec<u16>>,
    pub black: BlackLevel,
    /// The linear code value at which the sensor clips.
    pub white: f32,
    /// The pixels that saw light, within `size`.
    pub active_area: Rect,
    /// The picture the maker means to be shown, within `active_area` (origin relative to it).
    pub default_crop: RectF,
    /// Width of a photosite's picture over its height, as the file says it (DNG DefaultScale): 2.0 for 2x anamorphic.
    pub pixel_aspect: f64,
}

/// The active area of a mosaic made linear: 0.0 = sensor black, 1.0 = sensor clip. Noise below black is negative and kept.
#[derive(Clone, Debug, PartialEq)]
pub struct CfaPlane {
    pub size: Size,
    pub samples: Vec<f32>,
    pub cfa: Cfa,
}

impl Mosaic {
    /// RGGB samples of so many bits from 0 to the largest code value, all of them lit and shown.
    pub fn new(size: Size, bits: u32, samples: Vec<u16>) -> Self {
        Self {
            size,
            samples,
            bits,
            cfa: Cfa::Rggb,
            linearization: None,
            black: BlackLevel::uniform(0.0),
            white: (1u64 << bits.min(32)) as f32 - 1.0,
            active_area: Rect::of(size),
            default_crop: Rect::of(size).to_f64(),
            pixel_aspect: 1.0,
        }
    }

    /// The same with only these pixels lit, all of which are shown.
    pub fn lit(self, area: Rect) -> Self {
        Self { active_area: area, default_crop: Rect::of(area.size()).to_f64(), ..self }
    }

    /// Applies linearization table, black and white to the active area.
    pub fn linear(&self) -> CfaPlane {
        use rayon::prelude::*;
        let area = self.active_area;
        let mut samples = vec![0.0f32; area.size().area()];
        samples.par_chunks_mut((area.width as usize).max(1)).enumerate().for_each(|(y, out)| self.read_linear(y, 0, out));
        CfaPlane { size: area.size(), samples, cfa: self.cfa }
    }

    /// Samples of row `y` of the active area from its column `x` on, linear: 0.0 = sensor black, 1.0 = sensor clip.
    #[inline(always)]
    pub(crate) fn read_linear(&self, y: usize, x: usize, out: &mut [f32]) {
        let start = (y + self.active_area.y as usize) * self.size.width as usize + self.active_area.x as usize + x;
        let codes = &self.samples[start..start + out.len()];
        let (x, y) = (x as u32, y as u32);
        let table = self.linearization.as_deref().filter(|t| !t.is_empty());
        if table.is_none() && self.black.repeat.0 <= 2 && self.black.delta_h.is_empty() {
            // What most files say, and the same arithmetic as below, in loops that become vectors.
            for (o, &code) in out.iter_mut().zip(codes) {
                *o = f32::from(code);
            }
            let [even, odd] = [x, x + 1].map(|x| (self.black.at(x, y), self.range(x, y)));
            if even == odd {
                for o in out {
                    *o = (*o - even.0) / even.1;
                }
            } else {
                for pair in out.chunks_mut(2) {
                    pair[0] = (pair[0] - even.0) / even.1;
                    if let [_, second] = pair {
                        *second = (*second - odd.0) / odd.1;
                    }
                }
            }
        } else {
            for (x, (o, &code)) in (x..).zip(out.iter_mut().zip(codes)) {
                let code = table.map_or(code, |t| t[usize::from(code).min(t.len() - 1)]);
                *o = (f32::from(code) - self.black.at(x, y)) / self.range(x, y);
            }
        }
    }

    /// From the pattern's black to white, at least one code value.
    fn range(&self, x: u32, y: u32) -> f32 {
        let (cols, rows) = self.black.repeat;
        (self.white - self.black.levels[((y % rows) * cols + x % cols) as usize]).max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_by_one_swaps_the_pattern() {
        for cfa in Cfa::ALL {
            for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1), (4, 7)] {
                let shifted = cfa.shifted(dx, dy);
                for (x, y) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                    assert_eq!(shifted.color(x, y), cfa.color(x + dx, y + dy), "{cfa} {dx} {dy}");
                }
            }
        }
    }

    #[test]
    fn levels_map_black_to_zero_and_white_to_one() {
        let mosaic = Mosaic {
            linearization: Some(vec![100, 90, 300, 500]),
            black: BlackLevel::uniform(100.0),
            white: 500.0,
            ..Mosaic::new(Size::new(4, 2), 12, vec![9, 0, 1, 2, 9, 3, 1, 9]).lit(Rect::new(1, 0, 2, 2))
        };
        assert_eq!(mosaic.linear().samples, [0.0, -0.025, 1.0, -0.025]);
    }
}
