//! Shapes painted over one another into scene-linear light, their edges by area coverage.

use crate::image::{Rect, RectF, glyphs};
use rayon::prelude::*;

/// Scene-linear ACES2065-1.
pub type Light = [f32; 3];
type Field = Box<dyn Fn(f64, f64) -> Light + Send + Sync>;

enum Shape {
    Rect,
    /// Straight edges as (nx, ny, d): inside where nx x + ny y + d > 0, normals of length 1.
    Convex(Vec<[f64; 3]>),
    Disc {
        center: [f64; 2],
        radius: f64,
    },
    /// A line with round ends.
    Stroke {
        a: [f64; 2],
        b: [f64; 2],
        half_width: f64,
    },
}

enum Ink {
    Flat(Light),
    /// Light at a pixel centre.
    Field(Field),
}

struct Paint {
    bounds: RectF,
    shape: Shape,
    ink: Ink,
}

/// Shapes in the order they are painted; coordinates in pixels of equal width and height, (0, 0) the top left corner.
#[derive(Default)]
pub struct Drawing {
    paints: Vec<Paint>,
}

impl Drawing {
    pub fn rect(&mut self, bounds: RectF, light: Light) {
        self.paints.push(Paint { bounds, shape: Shape::Rect, ink: Ink::Flat(light) });
    }

    /// A rectangle whose light depends on the place.
    pub fn field(&mut self, bounds: RectF, light: impl Fn(f64, f64) -> Light + Send + Sync + 'static) {
        self.paints.push(Paint { bounds, shape: Shape::Rect, ink: Ink::Field(Box::new(light)) });
    }

    /// The outline of `outer`, drawn inwards: its outer edge is the rectangle itself.
    pub fn frame(&mut self, outer: RectF, (tx, ty): (f64, f64), light: Light) {
        let RectF { x, y, width, height } = outer;
        self.rect(RectF::new(x, y, width, ty), light);
        self.rect(RectF::new(x, y + height - ty, width, ty), light);
        self.rect(RectF::new(x, y + ty, tx, height - 2.0 * ty), light);
        self.rect(RectF::new(x + width - tx, y + ty, tx, height - 2.0 * ty), light);
    }

    /// A convex polygon, corners clockwise on the screen.
    pub fn convex(&mut self, corners: &[[f64; 2]], light: Light) {
        let edges = corners.iter().zip(corners.iter().cycle().skip(1)).map(|(a, b)| {
            let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
            let length = (dx * dx + dy * dy).sqrt();
            let (nx, ny) = (-dy / length, dx / length);
            [nx, ny, -(nx * a[0] + ny * a[1])]
        });
        let shape = Shape::Convex(edges.collect());
        self.paints.push(Paint { bounds: bounds_of(corners, 1.0), shape, ink: Ink::Flat(light) });
    }

    pub fn disc(&mut self, center: [f64; 2], radius: f64, light: Light) {
        let shape = Shape::Disc { center, radius };
        self.paints.push(Paint { bounds: bounds_of(&[center], radius + 1.0), shape, ink: Ink::Flat(light) });
    }

    pub fn stroke(&mut self, a: [f64; 2], b: [f64; 2], width: f64, light: Light) {
        let half_width = width / 2.0;
        let shape = Shape::Stroke { a, b, half_width };
        self.paints.push(Paint { bounds: bounds_of(&[a, b], half_width + 1.0), shape, ink: Ink::Flat(light) });
    }

    /// A line of text whose capitals are `height` high, its top left corner at `at`.
    pub fn text(&mut self, text: &str, at: [f64; 2], height: f64, light: Light) {
        let unit = height / glyphs::HEIGHT;
        let mut left = at[0];
        for c in text.chars() {
            for line in glyphs::strokes(c).split(' ') {
                let point = |p: &[u8]| [left + f64::from(p[0] - b'0') * unit, at[1] + f64::from(p[1] - b'0') * unit];
                let points: Vec<[f64; 2]> = line.as_bytes().chunks_exact(2).map(point).collect();
                for pair in points.windows(2) {
                    self.stroke(pair[0], pair[1], 0.85 * unit, light);
                }
            }
            left += glyphs::ADVANCE * unit;
        }
    }

    pub fn text_right(&mut self, text: &str, [right, top]: [f64; 2], height: f64, light: Light) {
        self.text(text, [right - glyphs::width(text, height), top], height, light);
    }

    pub fn text_centered(&mut self, text: &str, [middle, top]: [f64; 2], height: f64, light: Light) {
        self.text(text, [middle - glyphs::width(text, height) / 2.0, top], height, light);
    }
}

/// Paints the drawings over one another, seen through `window`; rows top to bottom.
pub fn render(drawings: &[&Drawing], window: Rect) -> Vec<Light> {
    let mut pixels = vec![[0.0; 3]; window.size().area()];
    pixels.par_chunks_mut(window.width as usize).enumerate().for_each(|(row, out)| {
        let y = f64::from(window.y) + row as f64 + 0.5;
        for paint in drawings.iter().flat_map(|d| &d.paints) {
            paint.fill(f64::from(window.x), y, out);
        }
    });
    pixels
}

impl Paint {
    /// Paints onto one row of pixels whose centres are at `y` and whose first one begins at `left`.
    fn fill(&self, left: f64, y: f64, out: &mut [Light]) {
        let b = self.bounds;
        if y + 0.5 <= b.y || y - 0.5 >= b.bottom() {
            return;
        }
        let first = (b.x - left).floor().clamp(0.0, out.len() as f64) as usize;
        let last = (b.right() - left).ceil().clamp(0.0, out.len() as f64) as usize;
        for (x, pixel) in out.iter_mut().enumerate().take(last).skip(first) {
            let x = left + x as f64 + 0.5;
            let cover = self.coverage(x, y) as f32;
            if cover <= 0.0 {
                continue;
            }
            let light = match &self.ink {
                Ink::Flat(light) => *light,
                Ink::Field(field) => field(x, y),
            };
            for (p, v) in pixel.iter_mut().zip(light) {
                *p = if cover >= 1.0 { v } else { *p + cover * (v - *p) };
            }
        }
    }

    /// Share of the pixel centred at `x`, `y` that the shape covers: exact for upright rectangles, elsewhere the
    /// signed distance to the edge, clamped to one pixel.
    fn coverage(&self, x: f64, y: f64) -> f64 {
        match &self.shape {
            Shape::Rect => {
                let b = self.bounds;
                overlap(x, b.x, b.right()) * overlap(y, b.y, b.bottom())
            }
            Shape::Convex(edges) => edges.iter().map(|[nx, ny, d]| (nx * x + ny * y + d + 0.5).clamp(0.0, 1.0)).product(),
            Shape::Disc { center, radius } => (radius + 0.5 - distance([x, y], *center)).clamp(0.0, 1.0),
            Shape::Stroke { a, b, half_width } => {
                let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
                let square = dx * dx + dy * dy;
                let along = if square > 0.0 { (((x - a[0]) * dx + (y - a[1]) * dy) / square).clamp(0.0, 1.0) } else { 0.0 };
                (half_width + 0.5 - distance([x, y], [a[0] + along * dx, a[1] + along * dy])).clamp(0.0, 1.0)
            }
        }
    }
}

fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    let (dx, dy) = (a[0] - b[0], a[1] - b[1]);
    (dx * dx + dy * dy).sqrt()
}

/// Length of the unit interval around `center` that lies in `from..to`.
fn overlap(center: f64, from: f64, to: f64) -> f64 {
    ((center + 0.5).min(to) - (center - 0.5).max(from)).clamp(0.0, 1.0)
}

fn bounds_of(points: &[[f64; 2]], margin: f64) -> RectF {
    let fold = |axis: usize, f: fn(f64, f64) -> f64, start: f64| points.iter().map(|p| p[axis]).fold(start, f);
    let (x, y) = (fold(0, f64::min, f64::INFINITY) - margin, fold(1, f64::min, f64::INFINITY) - margin);
    let (right, bottom) = (fold(0, f64::max, f64::NEG_INFINITY) + margin, fold(1, f64::max, f64::NEG_INFINITY) + margin);
    RectF::new(x, y, right - x, bottom - y)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn red(drawing: &Drawing, window: Rect) -> Vec<f32> {
        render(&[drawing], window).iter().map(|p| p[0]).collect()
    }

    #[test]
    fn an_upright_rectangle_covers_its_exact_area() {
        let mut d = Drawing::default();
        d.rect(RectF::new(1.25, 0.5, 2.0, 1.0), [1.0; 3]);
        assert_eq!(red(&d, Rect::new(0, 0, 5, 2)), [0.0, 0.375, 0.5, 0.125, 0.0, 0.0, 0.375, 0.5, 0.125, 0.0]);
    }

    #[test]
    fn a_polygon_is_filled_on_its_inside() {
        let mut d = Drawing::default();
        d.convex(&[[1.0, 1.0], [4.0, 1.0], [4.0, 4.0], [1.0, 4.0]], [1.0; 3]);
        assert_eq!(red(&d, Rect::new(0, 2, 5, 1)), [0.0, 1.0, 1.0, 1.0, 0.0]);
    }

    #[test]
    fn a_window_shows_the_same_pixels_as_the_whole() {
        let mut d = Drawing::default();
        d.rect(RectF::new(-10.0, -10.0, 100.0, 100.0), [0.1; 3]);
        d.disc([12.3, 9.8], 6.4, [0.7; 3]);
        d.text("A8:", [3.0, 4.0], 9.0, [2.0; 3]);
        let whole = render(&[&d], Rect::new(0, 0, 32, 24));
        let part = render(&[&d], Rect::new(5, 3, 20, 14));
        for y in 0..14 {
            assert_eq!(part[y * 20..][..20], whole[(y + 3) * 32 + 5..][..20]);
        }
    }
}
