//! Half floats: what a plate can hold.

use super::Image;
use half::{f16, slice::HalfFloatSliceExt};
use rayon::prelude::*;

/// Samples that stay in the cache between their steps.
const STRETCH: usize = 1 << 12;

/// Rounds every sample to the nearest half float. Values beyond its range become the largest half.
pub fn round_to_half(image: &mut Image) {
    let limit = f16::MAX.to_f32();
    for plane in image.planes.iter_mut().chain(&mut image.alpha) {
        plane.par_chunks_mut(1 << 16).for_each(|chunk| {
            let mut halves = [f16::ZERO; STRETCH];
            for stretch in chunk.chunks_mut(STRETCH) {
                stretch.iter_mut().for_each(|v| *v = v.clamp(-limit, limit));
                let halves = &mut halves[..stretch.len()];
                // Of a slice, eight at once.
                halves.convert_from_f32_slice(stretch);
                halves.convert_to_f32_slice(stretch);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Size;

    #[test]
    fn beyond_half_is_the_largest_half() {
        let mut image = Image::from_planes(Size::new(1, 1), [vec![1e9], vec![f32::NEG_INFINITY], vec![0.1]]);
        round_to_half(&mut image);
        assert_eq!([image.planes[0][0], image.planes[1][0]], [65504.0, -65504.0]);
        assert_eq!(image.planes[2][0], f16::from_f32(0.1).to_f32());
    }
}
