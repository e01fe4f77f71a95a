//! Half size: one pixel a 2x2 block, with red and blue moved to the centre of the block, where the mean of the two
//! greens lies already. Left where they are they would sit half a pixel apart, seen as coloured edges.

use super::{
    kernel::{Kernel, Out, Tile},
    rows::{Input, Rows},
    simd,
};

/// Pairs of columns looked at beyond a block.
const MARGIN: usize = 1;

pub struct Quad<'a> {
    rows: Rows<'a>,
}

impl<'a> Quad<'a> {
    pub fn new(input: Input<'a>) -> Self {
        Self { rows: Rows::new(input, 4, MARGIN) }
    }
}

impl Kernel for Quad<'_> {
    fn start(&mut self, tile: &Tile) {
        self.rows.start(tile.columns.clone());
    }

    fn row(&mut self, y: usize, out: Out<'_>) {
        let (top, rows) = (2 * y as isize, &mut self.rows);
        rows.hold(top - 1, top + 2);
        let (rx, ry) = rows.input.source.cfa().red();
        let (rx, ry) = (rx as usize, ry as usize);
        let rows = &self.rows;
        let [r, g, b] = out;
        simd::vectorised(
            #[inline(always)]
            || {
                centred(rows, top, (rx, ry), r);
                centred(rows, top, (1 - rx, 1 - ry), b);
                // The greens stand in the other column of either row.
                let n = g.len();
                let (first, second) = (rows.work(top + ry as isize, 1 - rx), rows.work(top + 1 - ry as isize, rx));
                for ((g, a), b) in g.iter_mut().zip(&first[MARGIN..MARGIN + n]).zip(&second[MARGIN..MARGIN + n]) {
                    *g = 0.5 * (a + b);
                }
            },
        );
        for (channel, plane) in [r, g, b].into_iter().enumerate() {
            rows.input.curve.decode(plane, channel);
        }
    }
}

/// Bilinear at the centre of each block, for the colour at `site` (column, row) of it: the centre lies half a pixel
/// from that sample and one and a half from the next of its colour on the far side, hence (9 3 3 1) / 16.
#[inline(always)]
fn centred(rows: &Rows<'_>, top: isize, site: (usize, usize), out: &mut [f32]) {
    let (x, y) = site;
    let near = top + y as isize;
    let far = if y == 0 { near + 2 } else { near - 2 };
    let (near, far) = (rows.work(near, x), rows.work(far, x));
    let step = if x == 0 { 2 } else { 0 };
    let n = out.len();
    let (near, near_side) = (&near[MARGIN..MARGIN + n], &near[step..step + n]);
    let (far, far_side) = (&far[MARGIN..MARGIN + n], &far[step..step + n]);
    for (i, out) in out.iter_mut().enumerate() {
        *out = 0.5625 * near[i] + 0.1875 * (near_side[i] + far[i]) + 0.0625 * far_side[i];
    }
}
