//! Code values of a picture: what is written, and what a reader makes of it.

use crate::image::{Image, PixelHash, hash_pixels};

/// Rounded to whole codes of that many bits, full range. Below 0 and above 1 is cut off.
pub struct Codes {
    pub width: usize,
    pub height: usize,
    /// Red, green, blue, pixel by pixel.
    pub samples: Vec<u16>,
    max: f32,
}

impl Codes {
    /// `bits` is 8 to 16.
    pub fn of(image: &Image, bits: u32) -> Self {
        let max = ((1u32 << bits) - 1) as f32;
        // What is no number becomes 0.
        let code = |v: f32| (v.clamp(0.0, 1.0) * max).round_ties_even() as u16;
        let [r, g, b] = &image.planes;
        let samples = r.iter().zip(g).zip(b).flat_map(|((r, g), b)| [code(*r), code(*g), code(*b)]).collect();
        let size = image.size();
        Self { width: size.width as usize, height: size.height as usize, samples, max }
    }

    /// The hash of what a reader gets: codes over full scale.
    pub fn hash(&self) -> PixelHash {
        let plane = |c: usize| self.samples.iter().skip(c).step_by(3).map(|code| f32::from(*code) / self.max).collect();
        let size = crate::image::Size::new(self.width as u32, self.height as u32);
        hash_pixels(&Image::from_planes(size, std::array::from_fn(plane)))
    }

    pub fn little_endian(&self) -> Vec<u8> {
        self.samples.iter().flat_map(|code| code.to_le_bytes()).collect()
    }
    pub fn big_endian(&self) -> Vec<u8> {
        self.samples.iter().flat_map(|code| code.to_be_bytes()).collect()
    }
    /// Of pictures of 8 bits.
    pub fn bytes(&self) -> Vec<u8> {
        self.samples.iter().map(|code| *code as u8).collect()
    }
}
