//! Small grey pictures to align by: luma of code values, softened, in sizes halved from one to the next.

use crate::{
    error::Result,
    framing::{self, AntiRing, Filter, ResampleSettings},
    image::{Image, RectF, Size},
    scope::LUMA,
};

/// How still and render are made small: every pixel the mean of what it covers.
pub const MEAN: ResampleSettings = ResampleSettings { filter: Filter::Area, anti_ring: AntiRing::Off };

/// A grey picture.
#[derive(Clone)]
pub struct Grey {
    pub width: usize,
    pub height: usize,
    pub values: Vec<f32>,
}

impl Grey {
    /// The part `of` a picture of code values at a size.
    pub fn new(picture: &Image, of: RectF, size: Size) -> Result<Self> {
        let small = framing::resample(picture, of, size, &MEAN)?;
        let [r, g, b] = &small.planes;
        let values = r.iter().zip(g).zip(b).map(|((r, g), b)| LUMA[0] * r + LUMA[1] * g + LUMA[2] * b).collect();
        Ok(Self { width: size.width as usize, height: size.height as usize, values })
    }

    /// Softened twice by (1 2 1)/4 along both axes: a straight line between two pixels is then near enough to the picture that
    /// a shift by part of a pixel is found.
    pub fn softened(mut self) -> Self {
        for _ in 0..2 {
            self = self.blurred(1, 0).blurred(0, 1);
        }
        self
    }

    fn blurred(&self, dx: isize, dy: isize) -> Self {
        let at = |x: isize, y: isize| {
            self.values[y.clamp(0, self.height as isize - 1) as usize * self.width + x.clamp(0, self.width as isize - 1) as usize]
        };
        let pixel = |i: usize| {
            let (x, y) = ((i % self.width) as isize, (i / self.width) as isize);
            0.25 * at(x - dx, y - dy) + 0.5 * at(x, y) + 0.25 * at(x + dx, y + dy)
        };
        Self { values: (0..self.values.len()).map(pixel).collect(), ..*self }
    }

    /// Without what varies slowly, and of one contrast everywhere: what is left is alike in two pictures whatever curve lies
    /// between their values, since within a few pixels every curve is a line.
    pub fn flattened(&self) -> Self {
        const RADIUS: usize = 8;
        /// Contrast that is taken for noise: about a code value of eight bits.
        const NOISE: f64 = 0.004;
        let (w, h) = (self.width, self.height);
        // Sums over everything above and to the left, of values and of their squares.
        let mut sums = vec![[0.0f64; 2]; (w + 1) * (h + 1)];
        for y in 0..h {
            let mut row = [0.0; 2];
            for x in 0..w {
                let v = f64::from(self.values[y * w + x]);
                row = [row[0] + v, row[1] + v * v];
                let above = sums[y * (w + 1) + x + 1];
                sums[(y + 1) * (w + 1) + x + 1] = [above[0] + row[0], above[1] + row[1]];
            }
        }
        let pixel = |i: usize| {
            let (x, y) = (i % w, i / w);
            let (left, right) = (x.saturating_sub(RADIUS), (x + RADIUS + 1).min(w));
            let (top, bottom) = (y.saturating_sub(RADIUS), (y + RADIUS + 1).min(h));
            let n = ((right - left) * (bottom - top)) as f64;
            let at = |x: usize, y: usize| sums[y * (w + 1) + x];
            let [sum, squares] = [0, 1].map(|k| at(right, bottom)[k] - at(left, bottom)[k] - at(right, top)[k] + at(left, top)[k]);
            let mean = sum / n;
            let spread = (squares / n - mean * mean).max(0.0).sqrt();
            ((f64::from(self.values[i]) - mean) / (spread + NOISE)) as f32
        };
        Self { values: (0..self.values.len()).map(pixel).collect(), ..*self }
    }

    /// Half the size, each pixel the mean of four. `None` where little would be left.
    pub fn halved(&self) -> Option<Self> {
        const LEAST: usize = 12;
        let (width, height) = (self.width / 2, self.height / 2);
        if width < LEAST || height < LEAST {
            return None;
        }
        let at = |x: usize, y: usize| self.values[y * self.width + x];
        let values = (0..width * height)
            .map(|i| {
                let (x, y) = (2 * (i % width), 2 * (i / width));
                0.25 * (at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1))
            })
            .collect();
        Some(Self { width, height, values })
    }

    pub fn flipped(&self, [across, down]: [bool; 2]) -> Self {
        let values = (0..self.values.len())
            .map(|i| {
                let (x, y) = (i % self.width, i / self.width);
                let (x, y) = (if across { self.width - 1 - x } else { x }, if down { self.height - 1 - y } else { y });
                self.values[y * self.width + x]
            })
            .collect();
        Self { values, ..*self }
    }

    /// The part `shown` of the picture, 0..1 along both axes, in `width` x `height` pixels; the edge goes on beyond it.
    pub fn part(&self, shown: RectF, width: usize, height: usize) -> Self {
        let (w, h) = (self.width as f64, self.height as f64);
        let within = |v: f64, side: f64| v.clamp(0.5, (side - 1.5 - 1e-6).max(0.5));
        let pixel = |i: usize| {
            let u = shown.x + ((i % width) as f64 + 0.5) / width as f64 * shown.width;
            let v = shown.y + ((i / width) as f64 + 0.5) / height as f64 * shown.height;
            self.at(within(u * w, w), within(v * h, h)).map_or(0.0, |[value, ..]| value as f32)
        };
        Self { width, height, values: (0..width * height).map(pixel).collect() }
    }

    /// Value and slope a pixel, along x and y, at a place in pixels (the centre of the first is 0.5); none outside.
    pub fn at(&self, x: f64, y: f64) -> Option<[f64; 3]> {
        let (x, y) = (x - 0.5, y - 0.5);
        let (left, top) = (x.floor(), y.floor());
        if left < 0.0 || top < 0.0 || left + 1.0 >= self.width as f64 || top + 1.0 >= self.height as f64 {
            return None;
        }
        let (fx, fy) = (x - left, y - top);
        let i = top as usize * self.width + left as usize;
        let [a, b, c, d] = [i, i + 1, i + self.width, i + self.width + 1].map(|i| f64::from(self.values[i]));
        let (upper, lower) = (a + (b - a) * fx, c + (d - c) * fx);
        Some([upper + (lower - upper) * fy, (b - a) * (1.0 - fy) + (d - c) * fy, lower - upper])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp() -> Grey {
        Grey { width: 40, height: 30, values: (0..1200).map(|i| (i % 40) as f32 + 10.0 * (i / 40) as f32).collect() }
    }

    #[test]
    fn a_slope_stays_a_slope() {
        let soft = ramp().softened();
        let [v, dx, dy] = soft.at(20.75, 10.25).unwrap();
        assert!((v - 117.75).abs() < 1e-4 && (dx - 1.0).abs() < 1e-4 && (dy - 10.0).abs() < 1e-4, "{v} {dx} {dy}");
        assert!(soft.at(0.4, 10.0).is_none() && soft.at(20.0, 29.6).is_none());
        let half = ramp().halved().unwrap();
        assert_eq!((half.width, half.height, half.values[0]), (20, 15, 5.5));
        assert!(half.halved().is_none());
    }

    #[test]
    fn a_curve_between_two_pictures_is_flattened_away() {
        let wave = |f: fn(f32) -> f32| Grey {
            width: 80,
            height: 60,
            values: (0..4800).map(|i| f(0.5 + 0.3 * (i as f32 % 80.0 / 25.0).sin() + 0.1 * (i as f32 / 80.0).cos())).collect(),
        };
        let (a, b) = (wave(|v| v).flattened(), wave(|v| 0.8 * v.powf(1.2) + 0.06).flattened());
        let apart = |a: &Grey, b: &Grey| a.values.iter().zip(&b.values).map(|(a, b)| (a - b).abs()).sum::<f32>() / 4800.0;
        assert!(apart(&a, &b) < 0.1, "{}", apart(&a, &b));
        let other = apart(&a, &a.flipped([true, false]));
        assert!(other > 3.0 * apart(&a, &b), "{other}");
    }

    #[test]
    fn a_flip_twice_is_none() {
        for flip in [[true, false], [false, true], [true, true]] {
            let flipped = ramp().flipped(flip);
            assert_ne!(flipped.values, ramp().values);
            assert_eq!(flipped.flipped(flip).values, ramp().values);
        }
    }
}
