//! Opcodes that change values where they stand.

use super::field::{Area, Field};
use crate::image::{Mosaic, Rect};

#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    Table(Table),
    Polynomial(Polynomial),
    Gain(GainMap),
    /// DeltaPerRow, DeltaPerColumn, ScalePerRow, ScalePerColumn.
    PerLine(PerLine),
    Vignette(Vignette),
}

/// Results of opcodes stay within -1 and 1; what is no number is -1.
fn limited(v: f32) -> f32 {
    if v > -1.0 { v.min(1.0) } else { -1.0 }
}

impl Values {
    pub fn name(&self) -> &'static str {
        match self {
            Values::Table(_) => "MapTable",
            Values::Polynomial(_) => "MapPolynomial",
            Values::Gain(_) => "GainMap",
            Values::PerLine(p) => match (p.rows, p.scale) {
                (true, false) => "DeltaPerRow",
                (false, false) => "DeltaPerColumn",
                (true, true) => "ScalePerRow",
                (false, true) => "ScalePerColumn",
            },
            Values::Vignette(_) => "FixVignetteRadial",
        }
    }

    /// Applies it to values that are fractions of `largest` in the unit of the opcode's parameters: 65535 for stored
    /// samples, 1 for linear values.
    pub fn apply(&self, field: &mut Field, largest: f32) {
        match self {
            Values::Table(map) => map.apply(field),
            Values::Polynomial(map) => map.apply(field, largest),
            Values::Gain(map) => map.apply(field),
            Values::PerLine(lines) => lines.apply(field, largest),
            Values::Vignette(vignette) => vignette.apply(field),
        }
    }
}

/// MapTable: a value of 16 bits to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub area: Area,
    /// 1 to 65536 entries; values past its end take its last.
    pub entries: Vec<u16>,
}

impl Table {
    fn at(&self, code: usize) -> u16 {
        self.entries[code.min(self.entries.len() - 1)]
    }

    fn apply(&self, field: &mut Field) {
        let look_up = |x: f32| f32::from(self.at((x * 65535.0 + 0.5) as usize)) / 65535.0;
        let start = look_up(0.0);
        field.change(&self.area, |_, _, _, row, columns| {
            for &(i, ..) in &columns.list {
                let x = row[i];
                row[i] = limited(if x < 0.0 { 2.0 * start - look_up(-x) } else { look_up(x) });
            }
        });
    }

    /// To stored samples, whole numbers as they are.
    pub fn apply_to_stored(&self, mosaic: &mut Mosaic) {
        let (size, bounds) = (mosaic.size, Rect::of(mosaic.size));
        let mut codes: Vec<f32> = mosaic.samples.iter().map(|&s| s.into()).collect();
        let mut field = Field { size, bounds, step: 1, aspect: 1.0, planes: vec![&mut codes] };
        field.change(&self.area, |_, _, _, row, columns| {
            columns.list.iter().for_each(|&(i, ..)| row[i] = self.at(row[i] as usize).into());
        });
        mosaic.samples.iter_mut().zip(&codes).for_each(|(s, &c)| *s = c as u16);
    }
}

/// MapPolynomial.
#[derive(Clone, Debug, PartialEq)]
pub struct Polynomial {
    pub area: Area,
    /// From the constant up; 1 to 9.
    pub coefficients: Vec<f64>,
}

impl Polynomial {
    fn apply(&self, field: &mut Field, largest: f32) {
        let scale = f64::from(largest);
        let value = |x: f64| self.coefficients.iter().rev().fold(0.0, |sum, c| sum * (x * scale) + c) / scale;
        let start = value(0.0);
        field.change(&self.area, |_, _, _, row, columns| {
            for &(i, ..) in &columns.list {
                let x = f64::from(row[i]);
                row[i] = limited(if x < 0.0 { 2.0 * start - value(-x) } else { value(x) } as f32);
            }
        });
    }
}

/// GainMap: factors at the points of a grid over the whole picture, linear between them, constant beyond them.
#[derive(Clone, Debug, PartialEq)]
pub struct GainMap {
    pub area: Area,
    pub points_v: usize,
    pub points_h: usize,
    /// Fractions of the height and width of the picture.
    pub spacing: (f64, f64),
    pub origin: (f64, f64),
    pub planes: usize,
    /// Rows of points, the planes of a point together.
    pub gains: Vec<f32>,
}

/// The points before and after a position, and how far it lies between them.
fn between(position: f64, origin: f64, spacing: f64, points: usize) -> (usize, usize, f32) {
    let at = ((position - origin) / spacing).max(0.0).min((points - 1) as f64);
    let low = (at as usize).min(points.saturating_sub(2));
    (low, (low + 1).min(points - 1), (at - low as f64) as f32)
}

impl GainMap {
    fn apply(&self, field: &mut Field) {
        let Rect { x, y, width, height } = field.bounds;
        let half = f64::from(field.step) / 2.0;
        // Positions are those of the centres of the pixels.
        let across = |at: i32| (f64::from(at - x) + half) / f64::from(width);
        let down = |at: i32| (f64::from(at - y) + half) / f64::from(height);
        let columns: Vec<_> = {
            let columns = field.columns(&self.area);
            columns.list.iter().map(|c| (c.0, between(across(c.1), self.origin.1, self.spacing.1, self.points_h))).collect()
        };
        field.change(&self.area, |plane, _, at, row, _| {
            let plane = plane.min(self.planes - 1);
            let (above, below, t) = between(down(at), self.origin.0, self.spacing.0, self.points_v);
            let point = |v: usize, h: usize| self.gains[(v * self.points_h + h) * self.planes + plane];
            let at = |h: usize| point(above, h) * (1.0 - t) + point(below, h) * t;
            if self.points_h > columns.len() {
                // Most points lie between the columns.
                for &(i, (left, right, s)) in &columns {
                    row[i] = limited(row[i] * (at(left) * (1.0 - s) + at(right) * s));
                }
                return;
            }
            let line: Vec<f32> = (0..self.points_h).map(at).collect();
            for &(i, (left, right, s)) in &columns {
                row[i] = limited(row[i] * (line[left] * (1.0 - s) + line[right] * s));
            }
        });
    }
}

/// A number for each row or column of an area, added or multiplied.
#[derive(Clone, Debug, PartialEq)]
pub struct PerLine {
    pub area: Area,
    pub rows: bool,
    pub scale: bool,
    pub numbers: Vec<f32>,
}

impl PerLine {
    fn apply(&self, field: &mut Field, largest: f32) {
        let change = |x: f32, n: f32| limited(if self.scale { x * n } else { x + n / largest });
        field.change(&self.area, |_, number, _, row, columns| {
            for &(i, _, column) in &columns.list {
                if let Some(&n) = self.numbers.get(if self.rows { number } else { column }) {
                    row[i] = change(row[i], n);
                }
            }
        });
    }
}

/// FixVignetteRadial: 1 + k0 r^2 + k1 r^4 + .. + k4 r^10, r = 1 at the corner farthest from the centre.
#[derive(Clone, Debug, PartialEq)]
pub struct Vignette {
    pub k: [f64; 5],
    /// Fractions of width and height.
    pub center: (f64, f64),
}

impl Vignette {
    fn apply(&self, field: &mut Field) {
        let lens = Lens::new(field.bounds, self.center, field.aspect, field.step);
        let whole = Area { rect: Rect::default(), plane: 0, planes: u32::MAX, row_pitch: 1, column_pitch: 1 };
        field.change(&whole, |_, _, at, row, columns| {
            for &(i, x, _) in &columns.list {
                let (dx, dy) = lens.relative(x, at);
                let r2 = dx * dx + dy * dy;
                let gain = 1.0 + r2 * self.k.iter().rev().fold(0.0, |sum, k| sum * r2 + k);
                row[i] = limited((f64::from(row[i]) * gain) as f32);
            }
        });
    }
}

/// The coordinates of radial corrections: the optical centre is 0, the corner of the picture farthest from it at 1.
#[derive(Clone, Copy)]
pub struct Lens {
    center: (f64, f64),
    radius: f64,
    aspect: f64,
    /// From the first pixel of a block to the middle of the block.
    middle: f64,
}

impl Lens {
    /// `bounds` in pixels; the centre lies between the middle of the first pixel and that of the last.
    pub fn new(bounds: Rect, center: (f64, f64), aspect: f64, step: u32) -> Self {
        let (x0, y0) = (f64::from(bounds.x), f64::from(bounds.y));
        let (x1, y1) = (x0 + f64::from(bounds.width - 1), y0 + f64::from(bounds.height - 1));
        let center = (x0 + center.0 * (x1 - x0), y0 + center.1 * (y1 - y0));
        let (dx, dy) = ((center.0 - x0).max(x1 - center.0), (center.1 - y0).max(y1 - center.1) / aspect);
        let radius = (dx * dx + dy * dy).sqrt().max(1.0);
        Self { center, radius, aspect, middle: f64::from(step - 1) / 2.0 }
    }

    /// Pixel to distance from the centre, with square pixels.
    pub fn relative(&self, x: i32, y: i32) -> (f64, f64) {
        let (x, y) = (f64::from(x) + self.middle, f64::from(y) + self.middle);
        ((x - self.center.0) / self.radius, (y - self.center.1) / self.aspect / self.radius)
    }

    /// And back.
    pub fn to_pixel(self, (dx, dy): (f64, f64)) -> (f64, f64) {
        (self.center.0 + dx * self.radius - self.middle, self.center.1 + dy * self.radius * self.aspect - self.middle)
    }
}
