//! The largest sample within two pixels, which interpolated values are held at: a line may lead beyond what was seen.

use super::{
    planes::{Direction, Grid, Plane, at},
    simd,
};

#[derive(Default)]
pub struct Limit {
    in_rows: [Plane; 4],
    largest: [Plane; 4],
}

impl Limit {
    pub fn resize(&mut self, area: usize) {
        for plane in self.in_rows.iter_mut().chain(&mut self.largest) {
            plane.resize(area, 0.0);
        }
    }

    /// Of the 5x5 pixels around every site, of all colours.
    pub fn find(&mut self, grid: Grid, mosaic: &[Plane; 4]) {
        let Self { in_rows, largest } = self;
        largest_along(grid, grid.horizontal(), [1, 0], mosaic, in_rows);
        largest_along(grid, grid.vertical(), [1, 1], in_rows, largest);
    }

    /// Holds the values of a plane of `site`.
    pub fn hold(&self, site: usize, plane: &mut [f32]) {
        simd::vectorised(
            #[inline(always)]
            || {
                for (value, limit) in plane.iter_mut().zip(&self.largest[site]) {
                    *value = value.min(*limit);
                }
            },
        );
    }
}

fn largest_along(grid: Grid, direction: Direction, inset: [usize; 2], from: &[Plane; 4], to: &mut [Plane; 4]) {
    for (site, to) in to.iter_mut().enumerate() {
        let (own, beside, before) = (&from[site], &from[direction.neighbour(site)], direction.before(site));
        let along = direction.along;
        simd::vectorised(
            #[inline(always)]
            || {
                grid.each_row(inset, |o, n| {
                    let own = [-along, 0, along].map(|s| at(own, o, s, n));
                    largest(own, [before, before + along].map(|s| at(beside, o, s, n)), &mut to[o..o + n]);
                });
            },
        );
    }
}

#[inline(always)]
fn largest(own: [&[f32]; 3], beside: [&[f32]; 2], to: &mut [f32]) {
    for (i, to) in to.iter_mut().enumerate() {
        *to = own[0][i].max(own[1][i]).max(own[2][i]).max(beside[0][i].max(beside[1][i]));
    }
}
