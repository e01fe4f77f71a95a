//! Smaller pictures, for looking only.

use super::{Image, Size};
use rayon::prelude::*;

/// A smaller picture: each pixel the mean of `n` x `n`.
pub fn reduced(image: &Image, n: u32) -> Image {
    if n <= 1 {
        return image.clone();
    }
    let (w, h) = (image.data_window.width, image.data_window.height);
    let size = Size::new(w.div_ceil(n), h.div_ceil(n));
    let reduce = |plane: &Vec<f32>| {
        let mut out = vec![0.0f32; size.area()];
        out.par_chunks_mut(size.width.max(1) as usize).enumerate().for_each(|(y, row)| {
            let rows = (y as u32 * n)..((y as u32 + 1) * n).min(h);
            for (x, o) in row.iter_mut().enumerate() {
                let columns = (x as u32 * n) as usize..((x as u32 + 1) * n).min(w) as usize;
                let count = (rows.len() * columns.len()) as f32;
                let sum: f32 = rows.clone().map(|y| plane[y as usize * w as usize..][columns.clone()].iter().sum::<f32>()).sum();
                *o = sum / count;
            }
        });
        out
    };
    let mut out = Image::from_planes(size, std::array::from_fn(|c| reduce(&image.planes[c])));
    out.alpha = image.alpha.as_ref().map(reduce);
    out.pixel_aspect = image.pixel_aspect;
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reduced_picture_keeps_its_mean_and_its_edges() {
        let size = Size::new(5, 3);
        let plane: Vec<f32> = (0..15).map(|i| i as f32).collect();
        let image = Image::from_planes(size, [plane.clone(), plane.clone(), plane]);
        let half = reduced(&image, 2);
        assert_eq!(half.size(), Size::new(3, 2));
        assert_eq!(half.planes[0], [3.0, 5.0, 6.5, 10.5, 12.5, 14.0]);
    }
}
