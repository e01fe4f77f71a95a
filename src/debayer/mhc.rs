//! Malvar, He, Cutler 2004: bilinear plus a share of the Laplacian of the colour that is known at the site.

use super::{
    kernel::{Kernel, Out, Tile},
    pixels::{Layout, Missing, mend_beside_clipped, write_row},
    rows::{Columns, Input, Rows},
    simd,
};

/// Pairs of columns looked at beyond a block.
const MARGIN: usize = 1;

pub struct Mhc<'a> {
    rows: Rows<'a>,
    missing: Missing,
}

impl<'a> Mhc<'a> {
    pub fn new(input: Input<'a>) -> Self {
        Self { rows: Rows::new(input, 5, MARGIN), missing: Missing::default() }
    }
}

impl Kernel for Mhc<'_> {
    fn start(&mut self, tile: &Tile) {
        let pairs = tile.pairs();
        self.missing.resize(pairs.len());
        self.rows.start(pairs);
    }

    fn row(&mut self, y: usize, out: Out<'_>) {
        let (y, rows) = (y as isize, &mut self.rows);
        rows.hold(y - 2, y + 2);
        let layout = Layout::of(&rows.input, y);
        let at = |parity: usize| -> [Columns<'_>; 5] { std::array::from_fn(|dy| rows.work(y + dy as isize - 2, parity)) };
        let (chroma, green) = (at(layout.chroma), at(1 - layout.chroma));
        let (missing, limits) = (&mut self.missing, rows.input.limits);
        simd::vectorised(
            #[inline(always)]
            // The optimiser gets one loop a case, without tests inside.
            || match (layout.chroma, limits) {
                (0, false) => interpolate::<0, false>(chroma, green, missing),
                (0, true) => interpolate::<0, true>(chroma, green, missing),
                (_, false) => interpolate::<1, false>(chroma, green, missing),
                (_, true) => interpolate::<1, true>(chroma, green, missing),
            },
        );
        missing.decode(&rows.input.curve, layout);
        mend_beside_clipped(rows, y, layout, missing);
        write_row(rows, y, layout, missing, out);
    }
}

/// The samples around a site whose column parity is `PARITY`, named by compass point; `n2` is two rows up.
struct Around {
    c: f32,
    n: f32,
    s: f32,
    w: f32,
    e: f32,
    n2: f32,
    s2: f32,
    w2: f32,
    e2: f32,
    diagonals: [f32; 4],
}

impl Around {
    /// `same`: the five rows at the site's own parity, `off`: at the other one; each starts at pair `i - 1`, so that
    /// index 1 is the site's pair.
    #[inline(always)]
    fn read<const PARITY: usize>(same: [Columns<'_>; 5], off: [Columns<'_>; 5], i: usize) -> Around {
        // West of an even column is the odd column of the pair before; east of it the odd one of its own.
        let (w, e) = (i + PARITY, i + PARITY + 1);
        Around {
            c: same[2][i + 1],
            n: same[1][i + 1],
            s: same[3][i + 1],
            w: off[2][w],
            e: off[2][e],
            n2: same[0][i + 1],
            s2: same[4][i + 1],
            w2: same[2][i],
            e2: same[2][i + 2],
            diagonals: [off[1][w], off[1][e], off[3][w], off[3][e]],
        }
    }

    #[inline(always)]
    fn diagonal_sum(&self) -> f32 {
        let [nw, ne, sw, se] = self.diagonals;
        (nw + ne) + (sw + se)
    }
    #[inline(always)]
    fn diagonal_max(&self) -> f32 {
        let [nw, ne, sw, se] = self.diagonals;
        nw.max(ne).max(sw.max(se))
    }
    #[inline(always)]
    fn axial_max(&self) -> f32 {
        self.n.max(self.s).max(self.w.max(self.e))
    }

    /// Green at a chroma site.
    #[inline(always)]
    fn green(&self) -> f32 {
        let far = (self.n2 + self.s2) + (self.w2 + self.e2);
        0.5 * self.c + 0.25 * ((self.n + self.s) + (self.w + self.e)) - 0.125 * far
    }
    /// The opposite chroma at a chroma site.
    #[inline(always)]
    fn opposite(&self) -> f32 {
        let far = (self.n2 + self.s2) + (self.w2 + self.e2);
        0.75 * self.c + 0.25 * self.diagonal_sum() - 0.1875 * far
    }
    /// At a green site, the chroma to its west and east.
    #[inline(always)]
    fn beside(&self) -> f32 {
        0.625 * self.c + 0.5 * (self.w + self.e) - 0.125 * ((self.w2 + self.e2) + self.diagonal_sum()) + 0.0625 * (self.n2 + self.s2)
    }
    /// At a green site, the chroma above and below it.
    #[inline(always)]
    fn above(&self) -> f32 {
        0.625 * self.c + 0.5 * (self.n + self.s) - 0.125 * ((self.n2 + self.s2) + self.diagonal_sum()) + 0.0625 * (self.w2 + self.e2)
    }
}

#[inline(always)]
fn interpolate<const CHROMA: usize, const LIMIT: bool>(chroma: [Columns<'_>; 5], green: [Columns<'_>; 5], missing: &mut Missing) {
    let [to_green, to_other, to_own, to_other_at_green] = missing.parts();
    let n = to_green.len();
    // Cut to one length, which the optimiser then knows to be in range.
    let chroma = chroma.map(|c| &c[..n + 2 * MARGIN]);
    let green = green.map(|c| &c[..n + 2 * MARGIN]);
    let hold = |y: f32, top: f32| if LIMIT { y.min(top) } else { y };
    for i in 0..n {
        let a = if CHROMA == 0 { Around::read::<0>(chroma, green, i) } else { Around::read::<1>(chroma, green, i) };
        let top = a.c.max(a.axial_max()).max(a.diagonal_max());
        to_green[i] = hold(a.green(), top);
        to_other[i] = hold(a.opposite(), top);
    }
    for i in 0..n {
        let a = if CHROMA == 0 { Around::read::<1>(green, chroma, i) } else { Around::read::<0>(green, chroma, i) };
        let top = a.c.max(a.axial_max()).max(a.diagonal_max());
        to_own[i] = hold(a.beside(), top);
        to_other_at_green[i] = hold(a.above(), top);
    }
}
