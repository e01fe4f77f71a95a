//! The guided upsampling of minimized-Laplacian residual interpolation: around every site of a colour, the line
//! `colour = slope guide + intercept` whose Laplacian comes nearest to the colour's.
//!
//! What is fitted is `colour - guide`, so that a slope of 1 is a 0 that no rounding touches.

use super::planes::{Direction, Grid, Plane, at, five, sum5};
use crate::debayer::simd;

/// Draws slopes to 1, as if that had been seen on Laplacians of this mean square, in squares of the span of values:
/// in a flat or dark neighbourhood, where Laplacians are noise, colours then keep their distance.
const RIDGE: f32 = 0.0046;
/// Share of the colour's own Laplacian that counts as error of the guide's. Without it a slope has no bound where the
/// guide is flat; with it the largest is `1 / (2 sqrt(0.05))`, 2.2.
const GUIDE_ERROR: f32 = 0.05;

/// `colour - guide` is `slope * guide + intercept`, for every quad.
#[derive(Default)]
pub struct Lines {
    pub slope: Plane,
    pub intercept: Plane,
}

/// Planes that a fit uses on the way.
#[derive(Default)]
pub struct Scratch {
    products: [Plane; 2],
    sums: [Plane; 4],
}

impl Lines {
    pub fn resize(&mut self, area: usize) {
        self.slope.resize(area, 0.0);
        self.intercept.resize(area, 0.0);
    }
}

impl Scratch {
    pub fn resize(&mut self, area: usize) {
        for plane in self.products.iter_mut().chain(&mut self.sums) {
            plane.resize(area, 0.0);
        }
    }
}

/// What lines are fitted to.
pub struct Samples<'a> {
    pub guide: &'a [f32],
    /// Colour minus guide.
    pub difference: &'a [f32],
    /// Quads left out of both, columns and rows.
    pub inset: [usize; 2],
}

/// Fits along one direction: Laplacians along it, windows of 5 sites along and 3 across.
/// The lines are valid 3 quads further in along, 1 across.
pub fn along(grid: Grid, direction: Direction, span: f32, samples: &Samples<'_>, scratch: &mut Scratch, lines: &mut Lines) {
    let Direction { along, across, .. } = direction;
    let add = |inset: [usize; 2], by: [usize; 2]| [inset[0] + by[0], inset[1] + by[1]];
    let [products, sums] = [direction.inset(1, 0), direction.inset(1, 1)].map(|by| add(samples.inset, by));
    let solved = add(sums, direction.inset(2, 0));
    let Scratch { products: [numerator, denominator], sums: summed } = scratch;
    simd::vectorised(
        #[inline(always)]
        || {
            grid.each_row(products, |o, n| {
                let [g, d] = [samples.guide, samples.difference].map(|p| [-along, 0, along].map(|s| at(p, o, s, n)));
                products_along(g, d, &mut numerator[o..o + n], &mut denominator[o..o + n]);
            });
        },
    );
    for (from, to) in [&*numerator, &*denominator, samples.guide, samples.difference].into_iter().zip(&mut *summed) {
        simd::vectorised(
            #[inline(always)]
            || grid.each_row(sums, |o, n| sum3([-across, 0, across].map(|s| at(from, o, s, n)), &mut to[o..o + n])),
        );
    }
    solve_planes::<15>(grid, along, solved, span, summed, lines);
}

/// Fits in the plane: Laplacians of both directions, windows of 5 x 5 sites. The lines are valid 3 quads further in.
pub fn around(grid: Grid, span: f32, samples: &Samples<'_>, scratch: &mut Scratch, lines: &mut Lines) {
    let down = grid.columns as isize;
    let inset = samples.inset;
    let [products, sums, solved] = [[1, 1], [3, 1], [3, 3]].map(|by: [usize; 2]| [inset[0] + by[0], inset[1] + by[1]]);
    let Scratch { products: [numerator, denominator], sums: summed } = scratch;
    simd::vectorised(
        #[inline(always)]
        || {
            grid.each_row(products, |o, n| {
                let [g, d] = [samples.guide, samples.difference].map(|p| [-down, -1, 0, 1, down].map(|s| at(p, o, s, n)));
                products_around(g, d, &mut numerator[o..o + n], &mut denominator[o..o + n]);
            });
        },
    );
    for (from, to) in [&*numerator, &*denominator, samples.guide, samples.difference].into_iter().zip(&mut *summed) {
        simd::vectorised(
            #[inline(always)]
            || grid.each_row(sums, |o, n| sum_five(five(from, o, 1, n), &mut to[o..o + n])),
        );
    }
    solve_planes::<25>(grid, down, solved, span, summed, lines);
}

/// From the Laplacians of guide and difference, numerator and denominator of the slope's excess over 1.
#[inline(always)]
fn excess(guide: f32, difference: f32) -> (f32, f32) {
    let colour = guide + difference;
    let error = GUIDE_ERROR * (colour * colour);
    (guide * difference - error, guide * guide + error)
}

#[inline(always)]
fn products_along(g: [&[f32]; 3], d: [&[f32]; 3], numerator: &mut [f32], denominator: &mut [f32]) {
    for (i, (n, m)) in numerator.iter_mut().zip(denominator).enumerate() {
        let laplacian = |x: [&[f32]; 3]| 2.0 * x[1][i] - (x[0][i] + x[2][i]);
        (*n, *m) = excess(laplacian(g), laplacian(d));
    }
}

#[inline(always)]
fn products_around(g: [&[f32]; 5], d: [&[f32]; 5], numerator: &mut [f32], denominator: &mut [f32]) {
    for (i, (n, m)) in numerator.iter_mut().zip(denominator).enumerate() {
        let laplacian = |x: [&[f32]; 5]| 4.0 * x[2][i] - ((x[0][i] + x[4][i]) + (x[1][i] + x[3][i]));
        (*n, *m) = excess(laplacian(g), laplacian(d));
    }
}

#[inline(always)]
fn sum3(x: [&[f32]; 3], to: &mut [f32]) {
    for (i, to) in to.iter_mut().enumerate() {
        *to = (x[0][i] + x[2][i]) + x[1][i];
    }
}

#[inline(always)]
fn sum_five(x: [&[f32]; 5], to: &mut [f32]) {
    for (i, to) in to.iter_mut().enumerate() {
        *to = sum5(x, i);
    }
}

/// Sums of `COUNT` samples from those of the rows, and the lines they give.
fn solve_planes<const COUNT: usize>(grid: Grid, step: isize, inset: [usize; 2], span: f32, sums: &[Plane; 4], lines: &mut Lines) {
    let ridge = COUNT as f32 * RIDGE * (span * span);
    let Lines { slope, intercept } = lines;
    simd::vectorised(
        #[inline(always)]
        || {
            grid.each_row(inset, |o, n| {
                let [numerator, denominator, guide, difference] = [0, 1, 2, 3].map(|i| five(&sums[i], o, step, n));
                solve::<COUNT>(numerator, denominator, guide, difference, ridge, &mut slope[o..o + n], &mut intercept[o..o + n]);
            });
        },
    );
}

#[inline(always)]
fn solve<const COUNT: usize>(
    numerator: [&[f32]; 5],
    denominator: [&[f32]; 5],
    guide: [&[f32]; 5],
    difference: [&[f32]; 5],
    ridge: f32,
    slope: &mut [f32],
    intercept: &mut [f32],
) {
    let mean = 1.0 / COUNT as f32;
    for (i, (slope, intercept)) in slope.iter_mut().zip(intercept).enumerate() {
        *slope = sum5(numerator, i) / (sum5(denominator, i) + ridge);
        *intercept = (sum5(difference, i) - *slope * sum5(guide, i)) * mean;
    }
}
