//! The mean of the nearest samples of each colour.

use super::{
    kernel::{Kernel, Out, Tile},
    pixels::{Layout, Missing, mend_beside_clipped, write_row},
    rows::{Columns, Input, Rows},
    simd,
};

/// Pairs of columns looked at beyond a block.
const MARGIN: usize = 1;

pub struct Bilinear<'a> {
    rows: Rows<'a>,
    missing: Missing,
}

impl<'a> Bilinear<'a> {
    pub fn new(input: Input<'a>) -> Self {
        Self { rows: Rows::new(input, 3, MARGIN), missing: Missing::default() }
    }
}

impl Kernel for Bilinear<'_> {
    fn start(&mut self, tile: &Tile) {
        let pairs = tile.pairs();
        self.missing.resize(pairs.len());
        self.rows.start(pairs);
    }

    fn row(&mut self, y: usize, out: Out<'_>) {
        let (y, rows) = (y as isize, &mut self.rows);
        rows.hold(y - 1, y + 1);
        let layout = Layout::of(&rows.input, y);
        let at = |parity: usize| -> [Columns<'_>; 3] { std::array::from_fn(|dy| rows.work(y + dy as isize - 1, parity)) };
        let (chroma, green) = (at(layout.chroma), at(1 - layout.chroma));
        let missing = &mut self.missing;
        simd::vectorised(
            #[inline(always)]
            || {
                if layout.chroma == 0 {
                    interpolate::<0>(chroma, green, missing);
                } else {
                    interpolate::<1>(chroma, green, missing);
                }
            },
        );
        missing.decode(&rows.input.curve, layout);
        mend_beside_clipped(rows, y, layout, missing);
        write_row(rows, y, layout, missing, out);
    }
}

#[inline(always)]
fn interpolate<const CHROMA: usize>(chroma: [Columns<'_>; 3], green: [Columns<'_>; 3], missing: &mut Missing) {
    let [to_green, to_other, to_own, to_other_at_green] = missing.parts();
    let n = to_green.len();
    let chroma = chroma.map(|c| &c[..n + 2 * MARGIN]);
    let green = green.map(|c| &c[..n + 2 * MARGIN]);
    for i in 0..n {
        // Above and below a column, the two parities change roles: `chroma` there is green, `green` the other chroma.
        // West and east of a chroma site, then of a green one: see `mhc::Around`.
        let (w, e) = (i + CHROMA, i + CHROMA + 1);
        let vertical = chroma[0][i + 1] + chroma[2][i + 1];
        to_green[i] = 0.25 * (vertical + (green[1][w] + green[1][e]));
        to_other[i] = 0.25 * ((green[0][w] + green[0][e]) + (green[2][w] + green[2][e]));
        let (w, e) = (i + 1 - CHROMA, i + 2 - CHROMA);
        to_own[i] = 0.5 * (chroma[1][w] + chroma[1][e]);
        to_other_at_green[i] = 0.5 * (green[0][i + 1] + green[2][i + 1]);
    }
}
