//! The hash of a picture: of its pixels, not of a file, so that it is the same whatever the container.

use super::Image;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// BLAKE3 over a short header (kind, size, channels) and the samples as little-endian f32, plane after plane.
///
/// A half-float picture hashes as its samples widened to f32, which is exact: a written EXR read back has the hash
/// of the picture that was written.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("pattern" = "^[0-9a-f]{64}$"))]
pub struct PixelHash(String);

impl PixelHash {
    /// 64 lower-case hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PixelHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl fmt::Debug for PixelHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Hashes the stored pixels of `image` (windows and pixel aspect are not part of it; they stand in the receipt).
pub fn hash_pixels(image: &Image) -> PixelHash {
    let mut hasher = blake3::Hasher::new();
    let size = image.size();
    let channels = 3 + u32::from(image.alpha.is_some());
    hasher.update(format!("prelight pixels 1 {} {} {channels}\n", size.width, size.height).as_bytes());
    for plane in image.planes.iter().chain(&image.alpha) {
        if cfg!(target_endian = "little") {
            // Its tree is the same, however many threads make it.
            hasher.update_rayon(bytemuck::cast_slice(plane));
        } else {
            plane.iter().for_each(|v| _ = hasher.update(&v.to_le_bytes()));
        }
    }
    PixelHash(hasher.finalize().to_hex().to_string())
}

/// Names a sequence of pictures: BLAKE3 over a short header and their hashes, in order.
pub fn hash_sequence(pictures: &[PixelHash]) -> PixelHash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(format!("prelight sequence 1 {}\n", pictures.len()).as_bytes());
    pictures.iter().for_each(|hash| _ = hasher.update(hash.0.as_bytes()));
    PixelHash(hasher.finalize().to_hex().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Size;

    #[test]
    fn one_bit_of_one_sample_changes_the_hash() {
        let a = Image::new(Size::new(3, 2));
        let mut b = a.clone();
        assert_eq!(hash_pixels(&a), hash_pixels(&b));
        b.planes[2][5] = f32::from_bits(1);
        assert_ne!(hash_pixels(&a), hash_pixels(&b));
    }

    #[test]
    fn the_shape_is_part_of_the_hash() {
        assert_ne!(hash_pixels(&Image::new(Size::new(3, 2))), hash_pixels(&Image::new(Size::new(2, 3))));
    }
}
