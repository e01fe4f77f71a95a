//! Minimized-Laplacian residual interpolation: Kiku, Monno, Tanaka, Okutomi, "Minimized-Laplacian residual interpolation
//! for color image demosaicking", SPIE Electronic Imaging 2014, and "Beyond color difference: residual interpolation for
//! color image demosaicking", IEEE TIP 25 (2016).
//!
//! A colour is not interpolated, but what a line through another colour leaves of it (the residual). The line is fitted
//! so that the Laplacian of that residue is small, for then its linear interpolation is right. Colour differences, which
//! other methods interpolate, are the case of slope 1; where chroma is saturated and fine, slopes differ.
//!
//! What differs from the papers, because it scores better on log-coded mosaics or costs less: lines are fitted at the
//! sites of a colour only; their slopes are drawn to 1 and bounded; their means are unweighted, as in the first paper;
//! weights of the four sides are taken from smoothed gradients two pixels away.
//!
//! The premium tier averages, with what this finds, directional interpolation in green and edge-weighted colour
//! differences in red and blue. They err in different places: ARI (Monno, Kiku, Tanaka, Okutomi, ICIP 2015) combines its
//! interpolations pixel by pixel for the same reason, but here a plain mean already has the gain.

mod chroma;
mod edges;
mod fit;
mod green;
mod limit;
mod planes;

#[cfg(test)]
mod tests;

use super::{
    kernel::{Kernel, Out, Tile},
    pixels::{Layout, Missing, mend_beside_clipped, write_row},
    rows::{Input, Rows},
    simd,
};
use chroma::Chroma;
use edges::Edges;
use green::Green;
use limit::Limit;
use planes::{BLUE, Grid, Plane, RED, at};

/// Quads that green is made of around its own, and red and blue around theirs.
const GREEN_REACH: usize = 10;
const HALO: usize = GREEN_REACH + 6;

pub struct Mlri<'a> {
    rows: Rows<'a>,
    missing: Missing,
    /// Column and row of the red site in the pattern: quads start there.
    red: [usize; 2],
    /// Length of the range from black to clip in the working domain.
    span: f32,
    grid: Grid,
    /// Quad that the grid starts with.
    first: [isize; 2],
    planes: Planes,
    green: Green,
    chroma: Chroma,
    limit: Limit,
    /// The premium tier's second opinion on red and blue.
    edges: Option<Edges>,
}

/// All that a tile has in the end, by the site of the quad.
#[derive(Default)]
struct Planes {
    mosaic: [Plane; 4],
    green_at_red: Plane,
    green_at_blue: Plane,
    red: [Plane; 4],
    blue: [Plane; 4],
}

impl<'a> Mlri<'a> {
    pub fn new(input: Input<'a>, premium: bool) -> Self {
        let (x, y) = input.source.cfa().red();
        let mut span = [0.0];
        input.curve.encode(&[1.0], 1, &mut span);
        Self {
            // One pair more than the halo, as quads may start in the middle of a pair.
            rows: Rows::new(input, 3, HALO + 1),
            missing: Missing::default(),
            red: [x as usize, y as usize],
            span: span[0],
            grid: Grid::default(),
            first: [0, 0],
            planes: Planes::default(),
            green: Green::new(premium),
            chroma: Chroma::default(),
            limit: Limit::default(),
            edges: premium.then(Edges::default),
        }
    }

    /// Deals the samples of the tile and its halo out to the planes.
    fn read(&mut self, first_pair: isize) {
        let Self { rows, red: [red_x, red_y], grid, first: [first_x, first_y], planes, .. } = self;
        // Index 0 of a row of `Rows` is this pair.
        let start = (*first_x - (first_pair - (HALO as isize + 1))) as usize;
        for row in 0..grid.rows {
            for odd in 0..2 {
                let y = 2 * (*first_y + row as isize) + (*red_y + odd) as isize;
                rows.hold(y, y);
                let line = row * grid.columns..(row + 1) * grid.columns;
                planes.mosaic[2 * odd][line.clone()].copy_from_slice(&rows.work(y, *red_x)[start..start + grid.columns]);
                planes.mosaic[2 * odd + 1][line].copy_from_slice(&rows.work(y, 1 - *red_x)[start + *red_x..start + *red_x + grid.columns]);
            }
        }
    }

    fn interpolate(&mut self) {
        let Self { rows, span, grid, planes, green, chroma, limit, edges, .. } = self;
        let Planes { mosaic, green_at_red, green_at_blue, red, blue } = planes;
        green.interpolate(*grid, *span, mosaic, green_at_red, green_at_blue);
        let limits = rows.input.limits;
        if limits {
            limit.find(*grid, mosaic);
            limit.hold(RED, green_at_red);
            limit.hold(BLUE, green_at_blue);
        }
        let greens: [&[f32]; 4] = [green_at_red, &mosaic[1], &mosaic[2], green_at_blue];
        if let Some(edges) = edges {
            edges.interpolate(*grid, *span, GREEN_REACH, mosaic, greens);
        }
        for (site, to) in [(RED, red), (BLUE, blue)] {
            chroma.interpolate(*grid, *span, site, &mosaic[site], greens, to);
            if let Some(edges) = edges {
                edges.average_into(site, to);
            }
            if limits {
                (0..4).filter(|other| *other != site).for_each(|other| limit.hold(other, &mut to[other]));
            }
        }
    }
}

impl Kernel for Mlri<'_> {
    fn start(&mut self, tile: &Tile) {
        let pairs = tile.pairs();
        let [red_x, red_y] = self.red.map(|r| r as isize);
        // Quads that have pixels of the tile.
        let (left, right) = (pairs.start as isize - red_x, pairs.end as isize);
        let (top, bottom) = ((tile.rows.start as isize - red_y).div_euclid(2), (tile.rows.end as isize - 1 - red_y).div_euclid(2) + 1);
        let halo = HALO as isize;
        self.first = [left - halo, top - halo];
        self.grid = Grid { columns: (right - left + 2 * halo) as usize, rows: (bottom - top + 2 * halo) as usize };
        let area = self.grid.area();
        let Planes { mosaic, green_at_red, green_at_blue, red, blue } = &mut self.planes;
        for plane in mosaic.iter_mut().chain([green_at_red, green_at_blue]).chain(red).chain(blue) {
            plane.resize(area, 0.0);
        }
        self.green.resize(area);
        self.chroma.resize(area);
        self.limit.resize(area);
        if let Some(edges) = &mut self.edges {
            edges.resize(area);
        }
        self.missing.resize(pairs.len());
        self.rows.start(pairs.clone());
        self.read(pairs.start as isize);
        self.interpolate();
    }

    fn row(&mut self, y: usize, out: Out<'_>) {
        let y = y as isize;
        self.rows.hold(y - 1, y + 1);
        let layout = Layout::of(&self.rows.input, y);
        let [red_x, red_y] = self.red;
        let (from_red, odd) = (y - red_y as isize, (y - red_y as isize) & 1 == 1);
        let line = (from_red.div_euclid(2) - self.first[1]) as usize * self.grid.columns;
        let Planes { green_at_red, green_at_blue, red, blue, .. } = &self.planes;
        // Odd columns of the quads are one pair later where red is in an odd column of the mosaic.
        let even = line + HALO + red_x;
        let late = even - red_x;
        let [green_at_chroma, other_at_chroma, own_at_green, other_at_green] = self.missing.parts();
        let n = green_at_chroma.len();
        let parts: [(&mut [f32], &[f32], usize); 4] = if odd {
            [
                (green_at_chroma, green_at_blue, late),
                (other_at_chroma, &red[3], late),
                (own_at_green, &blue[2], even),
                (other_at_green, &red[2], even),
            ]
        } else {
            [
                (green_at_chroma, green_at_red, even),
                (other_at_chroma, &blue[0], even),
                (own_at_green, &red[1], late),
                (other_at_green, &blue[1], late),
            ]
        };
        for (to, plane, offset) in parts {
            to.copy_from_slice(at(plane, offset, 0, n));
        }
        self.missing.decode(&self.rows.input.curve, layout);
        mend_beside_clipped(&self.rows, y, layout, &mut self.missing);
        write_row(&self.rows, y, layout, &self.missing, out);
    }
}
