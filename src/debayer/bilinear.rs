//! The mean of the nearest samples of each colour.

use super::{
    curve::Curve,
    rows::{Columns, Rows},
    strips::{self, Layout, Missing, Out},
};
use crate::image::CfaPlane;

#[inline(always)]
pub fn row<C: Curve>(cfa: &CfaPlane, rows: &mut Rows<'_, C>, curve: C, y: usize, out: Out<'_>) {
    let centre = y as isize;
    rows.hold(centre - 1, centre + 1);
    let layout = Layout::of(cfa, y);
    let at = |parity: usize| -> [Columns<'_>; 3] { std::array::from_fn(|dy| rows.columns(centre + dy as isize - 1, parity)) };
    let (chroma, green) = (at(layout.chroma), at(1 - layout.chroma));
    strips::write_row(cfa, layout, y, out, |first, pairs, missing| {
        if layout.chroma == 0 {
            interpolate::<C, 0>(curve, layout, chroma, green, first, pairs, missing);
        } else {
            interpolate::<C, 1>(curve, layout, chroma, green, first, pairs, missing);
        }
    });
}

#[inline(always)]
fn interpolate<C: Curve, const CHROMA: usize>(
    curve: C,
    layout: Layout,
    chroma: [Columns<'_>; 3],
    green: [Columns<'_>; 3],
    first: usize,
    pairs: usize,
    missing: &mut Missing,
) {
    let chroma = chroma.map(|c| &c[first..first + pairs + 2]);
    let green = green.map(|c| &c[first..first + pairs + 2]);
    let Missing { green_at_chroma, other_at_chroma, own_at_green, other_at_green } = missing;
    for i in 0..pairs {
        // Above and below a column, the two parities change roles: `chroma` there is green, `green` the other chroma.
        // West and east of a chroma site, then of a green one: see `mhc::Around`.
        let (w, e) = (i + CHROMA, i + CHROMA + 1);
        let vertical = chroma[0][i + 1] + chroma[2][i + 1];
        green_at_chroma[i] = curve.decode(0.25 * (vertical + (green[1][w] + green[1][e])), 1);
        other_at_chroma[i] = curve.decode(0.25 * ((green[0][w] + green[0][e]) + (green[2][w] + green[2][e])), layout.other);
        let (w, e) = (i + 1 - CHROMA, i + 2 - CHROMA);
        own_at_green[i] = curve.decode(0.5 * (chroma[1][w] + chroma[1][e]), layout.own);
        other_at_green[i] = curve.decode(0.5 * (green[0][i + 1] + green[2][i + 1]), layout.other);
    }
}
