//! Colour difference between two display pictures, block by block, as dE ITP.

use crate::{image::Size, scope::itp::delta_e_itp};

/// A display picture in Rec.709 primaries with a BT.1886 code value (gamma 2.4, white 100 nit), 8 bit or float.
pub struct DisplayPicture<'a> {
    pub size: Size,
    /// Interleaved R, G, B in 0..=1.
    pub rgb: &'a [f32],
}

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

/// Compares two pictures of one size block by block. `None` when the sizes differ or there is no whole block.
pub fn block_difference(a: &DisplayPicture, b: &DisplayPicture) -> Option<BlockDifference> {
    if a.size != b.size {
        return None;
    }
    let (cols, rows) = (a.size.width / BLOCK, a.size.height / BLOCK);
    let mut all: Vec<f64> = (0..rows)
        .flat_map(|row| (0..cols).map(move |col| (col, row)))
        .map(|(col, row)| delta_e_itp(block_mean(a, col, row), block_mean(b, col, row)))
        .collect();
    if all.is_empty() {
        return None;
    }
    all.sort_by(f64::total_cmp);
    let kept = all.len() - all.len() / 20;
    Some(BlockDifference {
        mean: all[..kept].iter().sum::<f64>() / kept as f64,
        p99: all[(all.len() - 1) * 99 / 100],
        max: all[all.len() - 1],
        blocks: all.len(),
    })
}

/// Mean of a block in linear light, Rec.2020, nits.
fn block_mean(picture: &DisplayPicture, col: u32, row: u32) -> [f64; 3] {
    let mut sum = [0.0; 3];
    for y in row * BLOCK..(row + 1) * BLOCK {
        for x in col * BLOCK..(col + 1) * BLOCK {
            let i = 3 * (y as usize * picture.size.width as usize + x as usize);
            for (s, v) in sum.iter_mut().zip(&picture.rgb[i..i + 3]) {
                *s += light(*v);
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

    fn flat(value: f32) -> Vec<f32> {
        vec![value; 3 * 24 * 24]
    }

    #[test]
    fn a_small_exposure_error_is_what_was_measured() {
        // reference/validation.md 4.0: +0.1 stop is about 3.3.
        let size = Size::new(24, 24);
        let (a, b) = (flat(0.4), flat(0.4 * 2f32.powf(0.1 / 2.4)));
        let d = block_difference(&DisplayPicture { size, rgb: &a }, &DisplayPicture { size, rgb: &b }).unwrap();
        assert!((1.5..5.0).contains(&d.mean), "{d:?}");
        let same = block_difference(&DisplayPicture { size, rgb: &a }, &DisplayPicture { size, rgb: &a }).unwrap();
        assert_eq!((same.max, same.blocks), (0.0, 4));
    }

    #[test]
    fn other_sizes_are_not_compared() {
        let a = flat(0.5);
        assert!(
            block_difference(&DisplayPicture { size: Size::new(24, 24), rgb: &a }, &DisplayPicture { size: Size::new(48, 12), rgb: &a })
                .is_none()
        );
    }
}
