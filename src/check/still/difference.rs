//! Colour difference between two display pictures, block by block, as dE ITP.

use crate::{
    image::{Image, Size},
    scope::itp::delta_e_itp,
};

/// Differences by block: single pixels of a compressed still are noise, blocks are colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BlockDifference {
    /// Mean over the blocks, without the worst twentieth (burn-ins, moving edges).
    pub mean: f64,
    /// 99th percentile of the blocks.
    pub p99: f64,
    pub max: f64,
    pub blocks: usize,
}

/// Side of a block, in pixels (measured in `reference/validation.md` 4.0: JPEG noise averages out at 12).
pub const BLOCK: u32 = 12;

/// The dE ITP of every whole block of two pictures.
pub struct Blocks {
    pub columns: u32,
    pub rows: u32,
    /// Row by row.
    pub distances: Vec<f64>,
}

impl Blocks {
    /// Of two display pictures in Rec.709 primaries with BT.1886 code values (gamma 2.4, white 100 nit), in 0..=1. `None` when their
    /// sizes differ or there is no whole block.
    pub fn of(a: &Image, b: &Image) -> Option<Self> {
        let Size { width, height } = a.size();
        let (columns, rows) = (width / BLOCK, height / BLOCK);
        if a.size() != b.size() || columns == 0 || rows == 0 {
            return None;
        }
        let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        let distances = places.map(|(column, row)| delta_e_itp(block_mean(a, column, row), block_mean(b, column, row))).collect();
        Some(Self { columns, rows, distances })
    }

    /// What they come to.
    pub fn difference(&self) -> BlockDifference {
        let mut all = self.distances.clone();
        all.sort_by(f64::total_cmp);
        let kept = all.len() - all.len() / 20;
        BlockDifference {
            mean: all[..kept].iter().sum::<f64>() / kept as f64,
            p99: all[(all.len() - 1) * 99 / 100],
            max: all[all.len() - 1],
            blocks: all.len(),
        }
    }
}

/// Mean of a block in linear light, Rec.2020, nits.
fn block_mean(picture: &Image, column: u32, row: u32) -> [f64; 3] {
    let mut sum = [0.0; 3];
    for y in row * BLOCK..(row + 1) * BLOCK {
        for x in column * BLOCK..(column + 1) * BLOCK {
            for (s, v) in sum.iter_mut().zip(picture.pixel(x, y)) {
                *s += light(v);
            }
        }
    }
    to_nits(sum.map(|s| s / f64::from(BLOCK * BLOCK)))
}

/// Light of a BT.1886 code value (gamma 2.4), 1.0 = white.
pub(super) fn light(code: f32) -> f64 {
    f64::from(code.clamp(0.0, 1.0)).powf(2.4)
}

/// Linear Rec.709, 1.0 = white, to Rec.2020 in nits (ITU-R BT.2087, table 1; white 100 nit).
pub(super) fn to_nits(rgb: [f64; 3]) -> [f64; 3] {
    let [r, g, b] = rgb.map(|v| 100.0 * v);
    [0.6274 * r + 0.3293 * g + 0.0433 * b, 0.0691 * r + 0.9195 * g + 0.0114 * b, 0.0164 * r + 0.0880 * g + 0.8956 * b]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(size: Size, value: f32) -> Image {
        Image::from_planes(size, std::array::from_fn(|_| vec![value; size.area()]))
    }

    #[test]
    fn a_small_exposure_error_is_what_was_measured() {
        // reference/validation.md 4.0: +0.1 stop is about 3.3.
        let size = Size::new(24, 24);
        let (a, b) = (flat(size, 0.4), flat(size, 0.4 * 2f32.powf(0.1 / 2.4)));
        let d = Blocks::of(&a, &b).unwrap().difference();
        assert!((1.5..5.0).contains(&d.mean), "{d:?}");
        let same = Blocks::of(&a, &a).unwrap().difference();
        assert_eq!((same.max, same.blocks), (0.0, 4));
    }

    #[test]
    fn other_sizes_and_less_than_a_block_are_not_compared() {
        let of = |a: [u32; 2], b: [u32; 2]| Blocks::of(&flat(Size::new(a[0], a[1]), 0.5), &flat(Size::new(b[0], b[1]), 0.5));
        assert!(of([24, 24], [48, 12]).is_none() && of([24, 11], [24, 11]).is_none() && of([0, 0], [0, 0]).is_none());
        assert_eq!(of([25, 13], [25, 13]).unwrap().distances.len(), 2);
    }
}
