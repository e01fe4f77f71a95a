//! Lines that are written into a display picture: letters of our own font on a darkened ground.

use crate::image::{Image, glyphs};

/// Where a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    TopLeft,
    TopRight,
    BottomLeft,
    BottomMiddle,
    BottomRight,
}

/// A line and its place.
pub struct Line {
    pub place: Place,
    pub text: String,
}

/// Letters are this part of the picture's height high: 20 pixels of 720.
const HEIGHT: f64 = 1.0 / 36.0;
/// And at least so many pixels, or they are not read.
const LEAST: f64 = 7.0;
/// Of the height of letters: from the edge of the picture to the ground, and from there to the letters.
const MARGIN: f64 = 0.8;
const PADDING: f64 = 0.5;
/// Of a unit of the font's grid.
const STROKE: f64 = 0.85;
/// How much of the picture is seen through the ground.
const GROUND: f32 = 0.45;

/// Writes the lines. `white` is the code value of the letters.
pub fn write(image: &mut Image, lines: &[Line], white: f32) {
    let size = image.size();
    // In square pixels: those of an anamorphic picture are as wide as they are shown.
    let aspect = if image.pixel_aspect.is_finite() && image.pixel_aspect > 0.0 { image.pixel_aspect } else { 1.0 };
    let (wide, high) = (f64::from(size.width) * aspect, f64::from(size.height));
    for line in lines {
        let mut letters = (high.min(wide * 9.0 / 16.0) * HEIGHT).max(LEAST);
        // A long line gets smaller letters rather than losing some.
        let room = wide - 2.0 * (MARGIN + PADDING) * letters;
        let width = glyphs::width(&line.text, letters);
        if width > room && room > 0.0 {
            letters *= room / width;
        }
        let width = glyphs::width(&line.text, letters);
        let (edge, padding) = (MARGIN * letters, PADDING * letters);
        let left = match line.place {
            Place::TopLeft | Place::BottomLeft => edge,
            Place::BottomMiddle => (wide - width) / 2.0 - padding,
            Place::TopRight | Place::BottomRight => wide - edge - width - 2.0 * padding,
        };
        let top = match line.place {
            Place::TopLeft | Place::TopRight => edge,
            _ => high - edge - letters - 2.0 * padding,
        };
        let ground = Area::new((left / aspect, top), ((left + width + 2.0 * padding) / aspect, top + letters + 2.0 * padding), image);
        let Some(ground) = ground else { continue };
        let cover = ground.letters(&line.text, (left + padding, top + padding), letters, aspect);
        ground.blend(image, &cover, white);
    }
}

/// Whole pixels.
struct Area {
    x: std::ops::Range<usize>,
    y: std::ops::Range<usize>,
}

impl Area {
    fn new(from: (f64, f64), to: (f64, f64), image: &Image) -> Option<Self> {
        let size = image.size();
        let side = |a: f64, b: f64, end: u32| (a.floor().max(0.0) as usize)..(b.ceil().clamp(0.0, end.into()) as usize);
        let area = Self { x: side(from.0, to.0, size.width), y: side(from.1, to.1, size.height) };
        (!area.x.is_empty() && !area.y.is_empty()).then_some(area)
    }

    /// How much of each pixel letters cover. `at`: their top left in square pixels.
    fn letters(&self, text: &str, at: (f64, f64), height: f64, aspect: f64) -> Vec<f32> {
        let mut cover = vec![0f32; self.x.len() * self.y.len()];
        let unit = height / glyphs::HEIGHT;
        for (i, c) in text.chars().enumerate() {
            let left = at.0 + i as f64 * glyphs::ADVANCE * unit;
            for line in glyphs::strokes(c).split(' ') {
                let point = |p: &[u8]| [left + f64::from(p[0] - b'0') * unit, at.1 + f64::from(p[1] - b'0') * unit];
                let points: Vec<[f64; 2]> = line.as_bytes().chunks_exact(2).map(point).collect();
                for pair in points.windows(2) {
                    self.stroke(&mut cover, pair[0], pair[1], STROKE * unit / 2.0, aspect);
                }
            }
        }
        cover
    }

    /// A line with round ends, over what is covered already.
    fn stroke(&self, cover: &mut [f32], a: [f64; 2], b: [f64; 2], half: f64, aspect: f64) {
        let within = |low: f64, high: f64, of: &std::ops::Range<usize>| {
            let low = (low.floor().max(0.0) as usize).clamp(of.start, of.end);
            low..(high.ceil().max(0.0) as usize).clamp(low, of.end)
        };
        let reach = half + 1.0;
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let length = dx * dx + dy * dy;
        for y in within(a[1].min(b[1]) - reach, a[1].max(b[1]) + reach, &self.y) {
            for x in within((a[0].min(b[0]) - reach) / aspect, (a[0].max(b[0]) + reach) / aspect, &self.x) {
                let (px, py) = ((x as f64 + 0.5) * aspect - a[0], y as f64 + 0.5 - a[1]);
                let t = if length > 0.0 { ((px * dx + py * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
                let (ex, ey) = (px - t * dx, py - t * dy);
                let covered = (half + 0.5 - (ex * ex + ey * ey).sqrt()).clamp(0.0, 1.0) as f32;
                let place = &mut cover[(y - self.y.start) * self.x.len() + x - self.x.start];
                *place = place.max(covered);
            }
        }
    }

    fn blend(&self, image: &mut Image, cover: &[f32], white: f32) {
        let width = image.size().width as usize;
        for plane in &mut image.planes {
            for (y, row) in self.y.clone().zip(cover.chunks_exact(self.x.len())) {
                let pixels = &mut plane[y * width + self.x.start..y * width + self.x.end];
                for (pixel, covered) in pixels.iter_mut().zip(row) {
                    let ground = *pixel * GROUND;
                    *pixel = ground + (white - ground) * covered;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Size;

    fn grey(width: u32, height: u32) -> Image {
        let size = Size::new(width, height);
        Image::from_planes(size, std::array::from_fn(|_| vec![0.5; size.area()]))
    }

    fn line(place: Place, text: &str) -> Line {
        Line { place, text: text.into() }
    }

    #[test]
    fn letters_are_white_on_a_darkened_ground_in_their_corner() {
        let mut image = grey(640, 360);
        write(&mut image, &[line(Place::BottomRight, "000042")], 0.9);
        let changed = |x: std::ops::Range<u32>, y: std::ops::Range<u32>| {
            y.flat_map(|y| x.clone().map(move |x| (x, y))).filter(|(x, y)| image.pixel(*x, *y)[0] != 0.5).count()
        };
        assert_eq!(changed(0..320, 0..360) + changed(0..640, 0..180), 0);
        assert!(changed(320..640, 180..360) > 500);
        let brightest = image.planes[1].iter().copied().fold(0.0, f32::max);
        assert!((brightest - 0.9).abs() < 1e-6);
        assert!(image.planes[0].iter().any(|v| (*v - 0.5 * GROUND).abs() < 1e-6));
        assert_eq!(image.planes[0], image.planes[2]);
    }

    #[test]
    fn every_line_fits_into_any_picture() {
        let places = [Place::TopLeft, Place::TopRight, Place::BottomLeft, Place::BottomMiddle, Place::BottomRight];
        for (width, height) in [(1, 1), (3, 200), (40, 30), (2000, 20)] {
            for aspect in [0.5, 1.0, 2.0] {
                let mut image = Image { pixel_aspect: aspect, ..grey(width, height) };
                write(&mut image, &places.map(|place| line(place, "A VERY LONG LINE OF WORDS 01:02:03;04")), 0.9);
            }
        }
    }
}
