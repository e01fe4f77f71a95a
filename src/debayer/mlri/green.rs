//! Green at red and blue sites: in rows and in columns each colour is interpolated by the other, and what they differ by
//! is averaged towards the four sides, the less the more it changes there.

use super::{
    fit::{self, Lines, Samples, Scratch},
    planes::{BLUE, Direction, Grid, Plane, RED, at, five, four, mean4, mean5},
};
use crate::debayer::simd;

/// Weights of green minus chroma at the site itself and one to four pixels to a side. Longer taps gain on smooth chroma
/// and lose on chroma of pixel scale.
type Taps = [f32; 5];
const SHORT: Taps = [0.5, 0.45, 0.05, 0.0, 0.0];
const LONG: Taps = [0.35, 0.3, 0.2, 0.1, 0.05];
/// Share of the Laplacian that directional interpolation of green (Hamilton, Adams) adds to the mean of two samples: of
/// the 1 they had, log-coded pictures want three quarters.
const LAPLACIAN: f32 = 0.75;
/// Square of a mean difference below which all sides count the same, in squares of the span of values.
const STILL: f32 = 2e-9;

#[derive(Default)]
pub struct Green {
    scratch: Scratch,
    lines: Lines,
    averaged: Lines,
    guide: Plane,
    difference: Plane,
    residual: Plane,
    /// Green minus chroma at every site: in rows, in columns.
    differences: [[Plane; 4]; 2],
    gradients: [Plane; 4],
    smoothed: [Plane; 4],
    /// How much the differences change, at red and blue sites, in rows and in columns.
    change: [Plane; 2],
    /// Whether differences are averaged with those of Hamilton and Adams, over longer taps.
    blend: bool,
}

impl Green {
    pub fn new(blend: bool) -> Self {
        Self { blend, ..Self::default() }
    }

    pub fn resize(&mut self, area: usize) {
        self.scratch.resize(area);
        self.lines.resize(area);
        self.averaged.resize(area);
        let single = [&mut self.guide, &mut self.difference, &mut self.residual];
        let many = self.differences.iter_mut().flatten().chain(&mut self.gradients).chain(&mut self.smoothed).chain(&mut self.change);
        for plane in single.into_iter().chain(many) {
            plane.resize(area, 0.0);
        }
    }

    /// Green at the red and the blue sites of `mosaic`, valid 10 quads from the border of the grid.
    pub fn interpolate(&mut self, grid: Grid, span: f32, mosaic: &[Plane; 4], at_red: &mut [f32], at_blue: &mut [f32]) {
        for direction in [grid.horizontal(), grid.vertical()] {
            for site in RED..=BLUE {
                self.differ(grid, direction, span, mosaic, site);
            }
        }
        for (site, to) in [(RED, at_red), (BLUE, at_blue)] {
            self.measure_change(grid, grid.horizontal(), grid.vertical(), site);
            self.measure_change(grid, grid.vertical(), grid.horizontal(), site);
            self.combine(grid, span, site, &mosaic[site], to);
        }
    }

    /// Green minus chroma at the neighbours of `site`, where the colour of `site` is interpolated.
    fn differ(&mut self, grid: Grid, direction: Direction, span: f32, mosaic: &[Plane; 4], site: usize) {
        let Direction { along, across, .. } = direction;
        let Self { scratch, lines, averaged, guide, difference, residual, differences, blend, .. } = self;
        let neighbour = direction.neighbour(site);
        let (own, other) = (&mosaic[site], &mosaic[neighbour]);
        let before = direction.before(site);
        let inset = direction.inset(1, 0);
        simd::vectorised(
            #[inline(always)]
            || {
                grid.each_row(inset, |o, n| {
                    let sides = [before, before + along].map(|s| at(other, o, s, n));
                    against_mean(at(own, o, 0, n), sides, &mut guide[o..o + n], &mut difference[o..o + n]);
                });
            },
        );
        fit::along(grid, direction, span, &Samples { guide, difference, inset }, scratch, lines);
        simd::vectorised(
            #[inline(always)]
            || {
                grid.each_row(direction.inset(4, 3), |o, n| {
                    average(five(&lines.slope, o, across, n), &mut averaged.slope[o..o + n]);
                    average(five(&lines.intercept, o, across, n), &mut averaged.intercept[o..o + n]);
                });
                grid.each_row(direction.inset(6, 3), |o, n| {
                    let (slope, intercept) = (five(&averaged.slope, o, along, n), five(&averaged.intercept, o, along, n));
                    residuals(slope, intercept, at(guide, o, 0, n), at(difference, o, 0, n), &mut residual[o..o + n]);
                });
            },
        );
        // The neighbour lies halfway between two sites.
        let before = direction.before(neighbour);
        let to = &mut differences[direction.index()][neighbour];
        // Green is one of the two: which, says the sign.
        let sign = if site == RED || site == BLUE { -1.0 } else { 1.0 };
        simd::vectorised(
            #[inline(always)]
            || {
                grid.each_row(direction.inset(7, 3), |o, n| {
                    let first = o.wrapping_add_signed(before);
                    let (slope, intercept) = (four(&averaged.slope, first, along, n), four(&averaged.intercept, first, along, n));
                    let residual = [0, along].map(|s| at(residual, first, s, n));
                    upsample(sign, slope, intercept, at(other, o, 0, n), residual, &mut to[o..o + n]);
                    if *blend {
                        let sides = [before, before + along].map(|s| at(own, o, s, n));
                        let here = [-along, 0, along].map(|s| at(other, o, s, n));
                        average_with_directional(sign, sides, here, &mut to[o..o + n]);
                    }
                });
            },
        );
    }

    /// The mean change of the differences of `direction` over the 3x3 pixels around `site`.
    fn measure_change(&mut self, grid: Grid, direction: Direction, crossing: Direction, site: usize) {
        let Self { differences, gradients, smoothed, change, .. } = self;
        let differences = &differences[direction.index()];
        let along = direction.along;
        let below = crossing.neighbour(site);
        for row in [site, below] {
            let beside = direction.neighbour(row);
            for site in [row, beside] {
                let (from, before) = (&differences[direction.neighbour(site)], direction.before(site));
                let to = &mut gradients[site];
                simd::vectorised(
                    #[inline(always)]
                    || {
                        grid.each_row(direction.inset(8, 3), |o, n| {
                            gradient([before, before + along].map(|s| at(from, o, s, n)), &mut to[o..o + n])
                        })
                    },
                );
            }
            let (from, sides, before) = (&gradients[row], &gradients[beside], direction.before(row));
            let to = &mut smoothed[row];
            simd::vectorised(
                #[inline(always)]
                || {
                    grid.each_row(direction.inset(9, 3), |o, n| {
                        smooth(at(from, o, 0, n), [before, before + along].map(|s| at(sides, o, s, n)), 1.0, &mut to[o..o + n]);
                    });
                },
            );
        }
        let (from, sides, before) = (&smoothed[site], &smoothed[below], crossing.before(site));
        let to = &mut change[direction.index()];
        simd::vectorised(
            #[inline(always)]
            || {
                grid.each_row(direction.inset(9, 4), |o, n| {
                    smooth(at(from, o, 0, n), [before, before + crossing.along].map(|s| at(sides, o, s, n)), 1.0 / 16.0, &mut to[o..o + n]);
                });
            },
        );
    }

    fn combine(&self, grid: Grid, span: f32, site: usize, mosaic: &[f32], to: &mut [f32]) {
        let still = STILL * (span * span);
        let directions = [grid.horizontal(), grid.vertical()];
        simd::vectorised(
            #[inline(always)]
            || {
                grid.each_row([10, 10], |o, n| {
                    let sides = [0, 1].map(|i| {
                        let d = directions[i];
                        let (own, beside, before) = (&self.differences[i][site], &self.differences[i][d.neighbour(site)], d.before(site));
                        Sides {
                            change: [-d.along, d.along].map(|s| at(&self.change[i], o, s, n)),
                            one: [before, before + d.along].map(|s| at(beside, o, s, n)),
                            two: [-d.along, d.along].map(|s| at(own, o, s, n)),
                            three: [before - d.along, before + 2 * d.along].map(|s| at(beside, o, s, n)),
                            four: [-2 * d.along, 2 * d.along].map(|s| at(own, o, s, n)),
                            here: at(own, o, 0, n),
                        }
                    });
                    if self.blend {
                        weigh::<true>(&sides, still, at(mosaic, o, 0, n), &mut to[o..o + n]);
                    } else {
                        weigh::<false>(&sides, still, at(mosaic, o, 0, n), &mut to[o..o + n]);
                    }
                });
            },
        );
    }
}

/// Two opposite sides of a site.
struct Sides<'a> {
    change: [&'a [f32]; 2],
    /// Differences at the site, and one to four pixels to either side.
    here: &'a [f32],
    one: [&'a [f32]; 2],
    two: [&'a [f32]; 2],
    three: [&'a [f32]; 2],
    four: [&'a [f32]; 2],
}

#[inline(always)]
fn against_mean(own: &[f32], sides: [&[f32]; 2], mean: &mut [f32], difference: &mut [f32]) {
    for (i, (mean, difference)) in mean.iter_mut().zip(difference).enumerate() {
        *mean = 0.5 * (sides[0][i] + sides[1][i]);
        *difference = own[i] - *mean;
    }
}

#[inline(always)]
fn average(x: [&[f32]; 5], to: &mut [f32]) {
    for (i, to) in to.iter_mut().enumerate() {
        *to = mean5(x, i) * (1.0 / 16.0);
    }
}

#[inline(always)]
fn residuals(slope: [&[f32]; 5], intercept: [&[f32]; 5], guide: &[f32], difference: &[f32], to: &mut [f32]) {
    for (i, to) in to.iter_mut().enumerate() {
        *to = difference[i] - (mean5(slope, i) * guide[i] + mean5(intercept, i));
    }
}

#[inline(always)]
fn upsample(sign: f32, slope: [&[f32]; 4], intercept: [&[f32]; 4], guide: &[f32], residual: [&[f32]; 2], to: &mut [f32]) {
    for (i, to) in to.iter_mut().enumerate() {
        let line = mean4(slope, i) * guide[i] + mean4(intercept, i);
        *to = sign * (line + 0.5 * (residual[0][i] + residual[1][i]));
    }
}

/// Means of `to` and the colour of `sides` less the one `here`.
#[inline(always)]
fn average_with_directional(sign: f32, sides: [&[f32]; 2], here: [&[f32]; 3], to: &mut [f32]) {
    for (i, to) in to.iter_mut().enumerate() {
        let laplacian = 2.0 * here[1][i] - (here[0][i] + here[2][i]);
        let directional = 0.5 * (sides[0][i] + sides[1][i]) + (LAPLACIAN / 4.0) * laplacian;
        *to = 0.5 * (*to + sign * (directional - here[1][i]));
    }
}

#[inline(always)]
fn gradient(x: [&[f32]; 2], to: &mut [f32]) {
    for (i, to) in to.iter_mut().enumerate() {
        *to = (x[0][i] - x[1][i]).abs();
    }
}

#[inline(always)]
fn smooth(centre: &[f32], sides: [&[f32]; 2], scale: f32, to: &mut [f32]) {
    for (i, to) in to.iter_mut().enumerate() {
        *to = (2.0 * centre[i] + (sides[0][i] + sides[1][i])) * scale;
    }
}

/// Weight of one side (0 before, 1 after), and the mean of its differences times that.
#[inline(always)]
fn part<const LONGER: bool>(of: &Sides<'_>, side: usize, still: f32, i: usize) -> (f32, f32) {
    let taps = if LONGER { LONG } else { SHORT };
    let change = of.change[side][i];
    let weight = 1.0 / (change * change + still);
    let mut mean = taps[0] * of.here[i] + taps[1] * of.one[side][i] + taps[2] * of.two[side][i];
    if LONGER {
        mean += taps[3] * of.three[side][i] + taps[4] * of.four[side][i];
    }
    (weight, weight * mean)
}

#[inline(always)]
fn weigh<const LONGER: bool>(sides: &[Sides<'_>; 2], still: f32, mosaic: &[f32], to: &mut [f32]) {
    let [first, second] = sides;
    for (i, to) in to.iter_mut().enumerate() {
        let (w0, d0) = part::<LONGER>(first, 0, still, i);
        let (w1, d1) = part::<LONGER>(first, 1, still, i);
        let (w2, d2) = part::<LONGER>(second, 0, still, i);
        let (w3, d3) = part::<LONGER>(second, 1, still, i);
        *to = mosaic[i] + ((d0 + d1) + (d2 + d3)) / ((w0 + w1) + (w2 + w3));
    }
}
