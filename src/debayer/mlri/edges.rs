//! Red and blue by their distance to green, averaged over the neighbours, the less the more colour and green change
//! towards them: Kimmel, "Demosaicing: image reconstruction from color CCD samples", IEEE TIP 8 (1999); Lu, Tan, "Color
//! filter array demosaicking: new method and performance measures", IEEE TIP 12 (2003).

use super::planes::{BLUE, Direction, Grid, Plane, RED, at};
use crate::debayer::simd;

/// Change below which all neighbours count the same, as a part of the span of values.
const STILL: f32 = 1e-5;

/// Red and blue at all sites but their own.
#[derive(Default)]
pub struct Edges {
    pub red: [Plane; 4],
    pub blue: [Plane; 4],
}

impl Edges {
    pub fn resize(&mut self, area: usize) {
        for plane in self.red.iter_mut().chain(&mut self.blue) {
            plane.resize(area, 0.0);
        }
    }

    /// Averages the planes of the colour sampled at `site`.
    pub fn average_into(&self, site: usize, planes: &mut [Plane; 4]) {
        let ours = if site == RED { &self.red } else { &self.blue };
        for (plane, ours) in planes.iter_mut().zip(ours) {
            simd::vectorised(
                #[inline(always)]
                || {
                    for (a, b) in plane.iter_mut().zip(ours) {
                        *a = 0.5 * (*a + *b);
                    }
                },
            );
        }
    }

    /// From `green`, valid `inset` quads from the border; valid 3 further in.
    pub fn interpolate(&mut self, grid: Grid, span: f32, inset: usize, mosaic: &[Plane; 4], green: [&[f32]; 4]) {
        let still = STILL * span;
        let Self { red, blue } = self;
        red[RED].copy_from_slice(&mosaic[RED]);
        blue[BLUE].copy_from_slice(&mosaic[BLUE]);
        diagonal(grid, still, inset + 1, RED, &mosaic[BLUE], green, &mut blue[RED]);
        diagonal(grid, still, inset + 1, BLUE, &mosaic[RED], green, &mut red[BLUE]);
        for colour in [red, blue] {
            let [at_red, first, second, at_blue] = colour;
            for (site, to) in [(1, first), (2, second)] {
                axial(grid, still, inset + 2, site, [at_red, at_blue], green, to);
            }
        }
    }
}

/// A neighbour: the colour there and on the opposite side, green there and twice as far.
struct Neighbour<'a> {
    colour: &'a [f32],
    opposite: &'a [f32],
    green: &'a [f32],
    beyond: &'a [f32],
}

/// The colour of the site diagonal to `site`, at `site`.
fn diagonal(grid: Grid, still: f32, inset: usize, site: usize, colour: &[f32], green: [&[f32]; 4], to: &mut [f32]) {
    let (horizontal, vertical) = (grid.horizontal(), grid.vertical());
    let down = vertical.along;
    let first = horizontal.before(site) + vertical.before(site);
    // Top left, top right, bottom left, bottom right, as offsets in the plane of the colour and in that of the site.
    let there = [first, first + 1, first + down, first + down + 1];
    let twice = [-1 - down, 1 - down, down - 1, down + 1];
    let (from, here) = (green[RED + BLUE - site], green[site]);
    simd::vectorised(
        #[inline(always)]
        || {
            grid.each_row([inset; 2], |o, n| {
                let neighbours = [0, 1, 2, 3].map(|k| Neighbour {
                    colour: at(colour, o, there[k], n),
                    opposite: at(colour, o, there[3 - k], n),
                    green: at(from, o, there[k], n),
                    beyond: at(here, o, twice[k], n),
                });
                weigh(still, &neighbours, at(here, o, 0, n), &mut to[o..o + n]);
            });
        },
    );
}

/// A colour at the green sites `site`, from red and blue sites around.
fn axial(grid: Grid, still: f32, inset: usize, site: usize, [at_red, at_blue]: [&[f32]; 2], green: [&[f32]; 4], to: &mut [f32]) {
    let directions = [grid.horizontal(), grid.vertical()];
    let here = green[site];
    simd::vectorised(
        #[inline(always)]
        || {
            grid.each_row([inset; 2], |o, n| {
                let neighbour = |d: Direction, after: bool| {
                    let (site, before) = (d.neighbour(site), d.before(site));
                    let colour = if site == RED { at_red } else { at_blue };
                    let (there, opposite) = if after { (before + d.along, before) } else { (before, before + d.along) };
                    Neighbour {
                        colour: at(colour, o, there, n),
                        opposite: at(colour, o, opposite, n),
                        green: at(green[site], o, there, n),
                        beyond: at(here, o, if after { d.along } else { -d.along }, n),
                    }
                };
                let [h, v] = directions;
                weigh(
                    still,
                    &[neighbour(h, false), neighbour(h, true), neighbour(v, false), neighbour(v, true)],
                    at(here, o, 0, n),
                    &mut to[o..o + n],
                );
            });
        },
    );
}

/// Weight of a neighbour, and its colour less green times that.
#[inline(always)]
fn part(of: &Neighbour<'_>, here: &[f32], still: f32, i: usize) -> (f32, f32) {
    let change = (of.colour[i] - of.opposite[i]).abs() + (here[i] - of.beyond[i]).abs();
    let weight = 1.0 / (still + change);
    (weight, weight * (of.colour[i] - of.green[i]))
}

#[inline(always)]
fn weigh(still: f32, neighbours: &[Neighbour<'_>; 4], here: &[f32], to: &mut [f32]) {
    let [a, b, c, d] = neighbours;
    for (i, to) in to.iter_mut().enumerate() {
        let (w0, d0) = part(a, here, still, i);
        let (w1, d1) = part(b, here, still, i);
        let (w2, d2) = part(c, here, still, i);
        let (w3, d3) = part(d, here, still, i);
        *to = here[i] + ((d0 + d1) + (d2 + d3)) / ((w0 + w1) + (w2 + w3));
    }
}
