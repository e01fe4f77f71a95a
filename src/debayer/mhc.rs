//! Malvar, He, Cutler 2004: bilinear plus a share of the Laplacian of the colour that is known at the site.

use super::{
    curve::Curve,
    rows::{Columns, Rows},
    strips::{self, Layout, Missing, Out},
};
use crate::image::CfaPlane;

#[inline(always)]
pub fn row<C: Curve>(cfa: &CfaPlane, rows: &mut Rows<'_, C>, curve: C, y: usize, out: Out<'_>) {
    let centre = y as isize;
    rows.hold(centre - 2, centre + 2);
    let layout = Layout::of(cfa, y);
    let at = |parity: usize| -> [Columns<'_>; 5] { std::array::from_fn(|dy| rows.columns(centre + dy as isize - 2, parity)) };
    let (chroma, green) = (at(layout.chroma), at(1 - layout.chroma));
    strips::write_row(cfa, layout, y, out, |first, pairs, missing| {
        // The optimiser gets one loop a case, without tests inside.
        match (layout.chroma, curve.limits()) {
            (0, false) => interpolate::<C, 0, false>(curve, layout, chroma, green, first, pairs, missing),
            (0, true) => interpolate::<C, 0, true>(curve, layout, chroma, green, first, pairs, missing),
            (_, false) => interpolate::<C, 1, false>(curve, layout, chroma, green, first, pairs, missing),
            (_, true) => interpolate::<C, 1, true>(curve, layout, chroma, green, first, pairs, missing),
        }
    });
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
fn interpolate<C: Curve, const CHROMA: usize, const LIMIT: bool>(
    curve: C,
    layout: Layout,
    chroma: [Columns<'_>; 5],
    green: [Columns<'_>; 5],
    first: usize,
    pairs: usize,
    missing: &mut Missing,
) {
    // Cut to one length, which the optimiser then knows to be in range.
    let chroma = chroma.map(|c| &c[first..first + pairs + 2]);
    let green = green.map(|c| &c[first..first + pairs + 2]);
    let hold = |y: f32, top: f32| if LIMIT { y.min(top) } else { y };

    let (to_green, to_other) = (&mut missing.green_at_chroma[..pairs], &mut missing.other_at_chroma[..pairs]);
    for i in 0..pairs {
        let a = if CHROMA == 0 { Around::read::<0>(chroma, green, i) } else { Around::read::<1>(chroma, green, i) };
        let top = a.c.max(a.axial_max()).max(a.diagonal_max());
        to_green[i] = curve.decode(hold(a.green(), top), 1);
        to_other[i] = curve.decode(hold(a.opposite(), top), layout.other);
    }
    let (to_own, to_other) = (&mut missing.own_at_green[..pairs], &mut missing.other_at_green[..pairs]);
    for i in 0..pairs {
        let a = if CHROMA == 0 { Around::read::<1>(green, chroma, i) } else { Around::read::<0>(green, chroma, i) };
        let top = a.c.max(a.axial_max()).max(a.diagonal_max());
        to_own[i] = curve.decode(hold(a.beside(), top), layout.own);
        to_other[i] = curve.decode(hold(a.above(), top), layout.other);
    }
}
