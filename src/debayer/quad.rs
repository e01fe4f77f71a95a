//! Half size: one pixel a 2x2 block, with red and blue moved to the centre of the block, where the mean of the two
//! greens lies already. Left where they are they would sit half a pixel apart, seen as coloured edges.

use super::{
    highlights::{Highlights, share_clipped},
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
        for (channel, plane) in [&mut *r, &mut *g, &mut *b].into_iter().enumerate() {
            rows.input.curve.decode(plane, channel);
        }
        if let Some(highlights) = rows.input.highlights
            && (top - 1..=top + 2).any(|y| rows.has_clipped(y))
        {
            // Rows that red is in have green in the other column.
            let greens = std::array::from_fn(|i| {
                let y = top + i as isize - 1;
                let parity = if y.rem_euclid(2) as usize == ry { 1 - rx } else { rx };
                (rows.linear_around(y, parity), parity)
            });
            simd::vectorised(
                #[inline(always)]
                || raise_green(highlights, greens, [r, g, b]),
            );
        }
    }
}

/// Raises green to the lower of red and blue in balanced light where a green sample that these reach is clipped: there is no
/// magenta in a highlight. `greens`: the green columns of four rows, each from a pair before the block, and their parity.
#[inline(always)]
fn raise_green(highlights: Highlights, greens: [(&[f32], usize); 4], [r, g, b]: Out<'_>) {
    let Highlights { neutral, balance } = highlights;
    let n = g.len();
    let greens = greens.map(|(row, parity)| &row[1 - parity..1 - parity + n + 1]);
    for (i, ((r, g), b)) in r.iter().zip(g).zip(b.iter()).enumerate() {
        let most = greens.iter().fold(0.0f32, |most, row| most.max(row[i].max(row[i + 1])));
        let magenta = ((r * balance[0]).min(b * balance[2]) - *g * balance[1]).max(0.0);
        *g += share_clipped(most) * magenta * neutral[1];
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
