//! What an opcode acts on, and the part of it that an area specification names.

use crate::image::{Rect, Size};
use rayon::prelude::*;

/// Planes of samples.
pub struct Field<'a> {
    pub size: Size,
    /// The picture in coordinates of the full-size one: what is left of it by TrimBounds.
    pub bounds: Rect,
    /// Pixels of the full-size picture across one of these: 2 after a reduced debayer.
    pub step: u32,
    /// Width of a pixel over its height.
    pub aspect: f64,
    pub planes: Vec<&'a mut [f32]>,
}

/// A rectangle, planes, and of the rectangle each so many rows and columns (DNG 1.7 chapter 7).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Without pixels: the whole picture.
    pub rect: Rect,
    pub plane: u32,
    pub planes: u32,
    /// At least 1 each.
    pub row_pitch: u32,
    pub column_pitch: u32,
}

impl Area {
    /// Rows of the rectangle that the pitch names.
    pub fn rows(&self) -> u32 {
        self.rect.height.div_ceil(self.row_pitch)
    }
    pub fn columns(&self) -> u32 {
        self.rect.width.div_ceil(self.column_pitch)
    }
}

/// The positions along an axis that an area names: index into the field, position in the full-size picture, and number
/// within the area.
pub struct Positions {
    pub list: Vec<(usize, i32, usize)>,
}

impl Positions {
    fn along(field_length: u32, step: u32, bounds: (i32, u32), area: Option<(i32, u32)>, pitch: u32) -> Self {
        let end = |(from, n): (i32, u32)| i64::from(from) + i64::from(n);
        let (from, to) = match area {
            None => (i64::from(bounds.0), end(bounds)),
            Some(area) => (i64::from(area.0.max(bounds.0)), end(area).min(end(bounds))),
        };
        let origin = i64::from(area.map_or(bounds.0, |a| a.0));
        let list = (0..field_length).filter_map(|i| {
            let at = i64::from(i) * i64::from(step);
            let number = at - origin;
            ((from..to).contains(&at) && number % i64::from(pitch) == 0).then_some((
                i as usize,
                at as i32,
                (number / i64::from(pitch)) as usize,
            ))
        });
        Self { list: list.collect() }
    }
}

impl Field<'_> {
    fn rows(&self, area: &Area) -> Positions {
        let whole = area.rect.width == 0 || area.rect.height == 0;
        let rect = (!whole).then_some((area.rect.y, area.rect.height));
        Positions::along(self.size.height, self.step, (self.bounds.y, self.bounds.height), rect, area.row_pitch)
    }
    pub fn columns(&self, area: &Area) -> Positions {
        let whole = area.rect.width == 0 || area.rect.height == 0;
        let rect = (!whole).then_some((area.rect.x, area.rect.width));
        Positions::along(self.size.width, self.step, (self.bounds.x, self.bounds.width), rect, area.column_pitch)
    }

    /// Calls `change(plane, row number, row position, row, columns)` for every row that `area` names, in parallel.
    pub fn change(&mut self, area: &Area, change: impl Fn(usize, usize, i32, &mut [f32], &Positions) + Sync) {
        let (rows, columns) = (self.rows(area), self.columns(area));
        let width = self.size.width as usize;
        let mut wanted = vec![None; self.size.height as usize];
        rows.list.iter().for_each(|&(i, at, number)| wanted[i] = Some((at, number)));
        let planes = self.planes.iter_mut().enumerate().skip(area.plane as usize).take(area.planes as usize);
        for (plane, samples) in planes {
            samples.par_chunks_exact_mut(width).zip(&wanted).for_each(|(row, wanted)| {
                if let Some((at, number)) = wanted {
                    change(plane, *number, *at, row, &columns);
                }
            });
        }
    }
}
