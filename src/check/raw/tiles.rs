//! Statistics of small tiles: the level and the noise of each colour, whatever single photosites say.

use super::{PLANES, survey::Sites};
use crate::image::Rect;
use rayon::prelude::*;

/// Photosites a side: small beside shading and glow, large enough for a deviation that is sure to a few percent.
pub const TILE: usize = 64;
/// Sites further than this from the median are not of the tile's level: defects.
const TRIM: f32 = 4.0;

/// One colour of one tile.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tile {
    /// Mean of those that are no outliers.
    pub mean: f32,
    /// Their standard deviation.
    pub sigma: f32,
}

/// The tiles of a picture, row by row.
#[derive(Clone, Debug)]
pub struct Tiles {
    pub across: usize,
    pub all: Vec<[Tile; PLANES]>,
}

impl Tiles {
    pub fn of(sites: &Sites) -> Self {
        Self::over(sites.width, sites.height, &|x, y| sites.values[y * sites.width + x])
    }

    /// Of any picture with the colours in the same places.
    pub fn over(width: usize, height: usize, value: &(impl Fn(usize, usize) -> f32 + Sync)) -> Self {
        let (across, down) = (width.div_ceil(TILE), height.div_ceil(TILE));
        let all = (0..across * down)
            .into_par_iter()
            .map_init(
                || (vec![], vec![]),
                |(values, apart), i| {
                    let (left, top) = (i % across * TILE, i / across * TILE);
                    std::array::from_fn(|p| {
                        values.clear();
                        for y in (top + p / 2..(top + TILE).min(height)).step_by(2) {
                            values.extend((left + p % 2..(left + TILE).min(width)).step_by(2).map(|x| value(x, y)));
                        }
                        tile(values, apart)
                    })
                },
            )
            .collect();
        Self { across, all }
    }

    /// The tile of a photosite.
    pub fn at(&self, x: usize, y: usize) -> &[Tile; PLANES] {
        &self.all[y / TILE * self.across + x / TILE]
    }

    /// The photosites of a tile.
    pub fn rect(&self, index: usize, width: usize, height: usize) -> Rect {
        let (left, top) = (index % self.across * TILE, index / self.across * TILE);
        Rect::new(left as i32, top as i32, TILE.min(width - left) as u32, TILE.min(height - top) as u32)
    }

    /// Of each colour the median over the tiles.
    pub fn median(&self, of: impl Fn(&Tile) -> f32) -> [f32; PLANES] {
        std::array::from_fn(|p| median(&mut self.all.iter().map(|t| of(&t[p])).collect::<Vec<_>>()))
    }

    /// Of each colour the mean level.
    pub fn level(&self) -> [f64; PLANES] {
        let n = self.all.len().max(1) as f64;
        std::array::from_fn(|p| self.all.iter().map(|t| f64::from(t[p].mean)).sum::<f64>() / n)
    }
}

fn tile(values: &mut [f32], apart: &mut Vec<f32>) -> Tile {
    let (mean, sigma, _) = trimmed(values, apart);
    Tile { mean: mean as f32, sigma: sigma as f32 }
}

/// Mean and deviation without outliers, and how many were left; 0 of none. `apart` is room to work in.
pub fn trimmed(values: &mut [f32], apart: &mut Vec<f32>) -> (f64, f64, usize) {
    if values.is_empty() {
        return (0.0, 0.0, 0);
    }
    let middle = median(values);
    apart.clear();
    apart.extend(values.iter().map(|v| (v - middle).abs()));
    // Of codes that hardly vary the deviation is 0; a code to either side is no outlier.
    let reach = TRIM * (deviation(apart)).max(0.5);
    let near = |v: &&f32| (**v - middle).abs() <= reach;
    let count = values.iter().filter(near).count();
    let n = count.max(1) as f64;
    let mean = values.iter().filter(near).map(|v| f64::from(*v)).sum::<f64>() / n;
    let variance = values.iter().filter(near).map(|v| (f64::from(*v) - mean).powi(2)).sum::<f64>() / n;
    (mean, variance.sqrt(), count)
}

/// The median; the upper one of two. 0 of none.
pub fn median(values: &mut [f32]) -> f32 {
    let middle = values.len() / 2;
    if values.is_empty() { 0.0 } else { *values.select_nth_unstable_by(middle, f32::total_cmp).1 }
}

/// Standard deviation from distances to the median, if these are Gaussian.
pub fn deviation(apart: &mut [f32]) -> f32 {
    median(apart) * 1.4826
}
