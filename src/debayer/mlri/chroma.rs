//! Red and blue, with the green of all sites as guide.

use super::{
    GREEN_REACH,
    fit::{self, Lines, Samples, Scratch},
    planes::{Grid, Plane, at, five, four, mean4, mean5},
};
use crate::debayer::simd;

#[derive(Default)]
pub struct Chroma {
    scratch: Scratch,
    lines: Lines,
    /// Lines averaged over rows: at columns of the colour's sites, and halfway between them.
    averaged: [Lines; 2],
    difference: Plane,
    residual: Plane,
}

impl Chroma {
    pub fn resize(&mut self, area: usize) {
        self.scratch.resize(area);
        self.lines.resize(area);
        self.averaged.iter_mut().for_each(|l| l.resize(area));
        self.difference.resize(area, 0.0);
        self.residual.resize(area, 0.0);
    }

    /// The colour that was sampled at `site` at the other three, from `green` that is valid [`GREEN_REACH`] quads from the border.
    /// Valid 6 further in. The plane of `site` itself is left alone.
    pub fn interpolate(&mut self, grid: Grid, span: f32, site: usize, colour: &[f32], green: [&[f32]; 4], to: &mut [Plane; 4]) {
        let inset = GREEN_REACH;
        let (horizontal, vertical) = (grid.horizontal(), grid.vertical());
        let down = vertical.along;
        let Self { scratch, lines, averaged, difference, residual } = self;
        let guide = green[site];
        simd::vectorised(
            #[inline(always)]
            || grid.each_row([inset; 2], |o, n| subtract(at(colour, o, 0, n), at(guide, o, 0, n), &mut difference[o..o + n])),
        );
        fit::around(grid, span, &Samples { guide, difference, inset: [inset; 2] }, scratch, lines);

        let [own, half] = averaged;
        let between = horizontal.before(horizontal.neighbour(site));
        simd::vectorised(
            #[inline(always)]
            || {
                grid.each_row([inset + 5, inset + 3], |o, n| {
                    let first = o.wrapping_add_signed(between);
                    for (from, own, half) in
                        [(&lines.slope, &mut own.slope, &mut half.slope), (&lines.intercept, &mut own.intercept, &mut half.intercept)]
                    {
                        average(five(from, o, 1, n), four(from, first, 1, n), &mut own[o..o + n], &mut half[o..o + n]);
                    }
                });
                grid.each_row([inset + 5; 2], |o, n| {
                    let (slope, intercept) = (five(&own.slope, o, down, n), five(&own.intercept, o, down, n));
                    residuals(slope, intercept, at(guide, o, 0, n), at(difference, o, 0, n), &mut residual[o..o + n]);
                });
            },
        );

        let (beside, below) = (horizontal.neighbour(site), vertical.neighbour(site));
        let diagonal = horizontal.neighbour(below);
        let under = vertical.before(below);
        let inset = [inset + 6; 2];
        let residual = &residual[..];
        simd::vectorised(
            #[inline(always)]
            || {
                grid.each_row(inset, |o, n| {
                    let (slope, intercept) = (five(&half.slope, o, down, n), five(&half.intercept, o, down, n));
                    let residual = [between, between + 1].map(|s| at(residual, o, s, n));
                    beside_site(slope, intercept, at(green[beside], o, 0, n), residual, &mut to[beside][o..o + n]);
                });
                grid.each_row(inset, |o, n| {
                    let first = o.wrapping_add_signed(under);
                    let (slope, intercept) = (four(&own.slope, first, down, n), four(&own.intercept, first, down, n));
                    let residual = [under, under + down].map(|s| at(residual, o, s, n));
                    below_site(slope, intercept, at(green[below], o, 0, n), residual, &mut to[below][o..o + n]);
                });
                grid.each_row(inset, |o, n| {
                    let first = o.wrapping_add_signed(under);
                    let (slope, intercept) = (four(&half.slope, first, down, n), four(&half.intercept, first, down, n));
                    let corners = [under + between, under + between + 1, under + between + down, under + between + down + 1];
                    let residual = corners.map(|s| at(residual, o, s, n));
                    diagonal_to_site(slope, intercept, at(green[diagonal], o, 0, n), residual, &mut to[diagonal][o..o + n]);
                });
            },
        );
    }
}

#[inline(always)]
fn subtract(a: &[f32], b: &[f32], to: &mut [f32]) {
    for (i, to) in to.iter_mut().enumerate() {
        *to = a[i] - b[i];
    }
}

#[inline(always)]
fn average(at_sites: [&[f32]; 5], between: [&[f32]; 4], own: &mut [f32], half: &mut [f32]) {
    for (i, (own, half)) in own.iter_mut().zip(half).enumerate() {
        *own = mean5(at_sites, i) * (1.0 / 16.0);
        *half = mean4(between, i) * (1.0 / 16.0);
    }
}

#[inline(always)]
fn residuals(slope: [&[f32]; 5], intercept: [&[f32]; 5], guide: &[f32], difference: &[f32], to: &mut [f32]) {
    for (i, to) in to.iter_mut().enumerate() {
        *to = difference[i] - (mean5(slope, i) * guide[i] + mean5(intercept, i));
    }
}

#[inline(always)]
fn beside_site(slope: [&[f32]; 5], intercept: [&[f32]; 5], green: &[f32], residual: [&[f32]; 2], to: &mut [f32]) {
    for (i, to) in to.iter_mut().enumerate() {
        let line = mean5(slope, i) * green[i] + mean5(intercept, i);
        *to = green[i] + (line + 0.5 * (residual[0][i] + residual[1][i]));
    }
}

#[inline(always)]
fn below_site(slope: [&[f32]; 4], intercept: [&[f32]; 4], green: &[f32], residual: [&[f32]; 2], to: &mut [f32]) {
    for (i, to) in to.iter_mut().enumerate() {
        let line = mean4(slope, i) * green[i] + mean4(intercept, i);
        *to = green[i] + (line + 0.5 * (residual[0][i] + residual[1][i]));
    }
}

#[inline(always)]
fn diagonal_to_site(slope: [&[f32]; 4], intercept: [&[f32]; 4], green: &[f32], residual: [&[f32]; 4], to: &mut [f32]) {
    for (i, to) in to.iter_mut().enumerate() {
        let line = mean4(slope, i) * green[i] + mean4(intercept, i);
        let residual = (residual[0][i] + residual[1][i]) + (residual[2][i] + residual[3][i]);
        *to = green[i] + (line + 0.25 * residual);
    }
}
