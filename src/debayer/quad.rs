//! Half size: one pixel a 2x2 block, with red and blue moved to the centre of the block, where the mean of the two
//! greens lies already. Left where they are they would sit half a pixel apart, seen as coloured edges.

use super::{
    curve::Curve,
    rows::{self, Rows},
    strips::Out,
};
use crate::image::CfaPlane;

#[inline(always)]
pub fn row<C: Curve>(cfa: &CfaPlane, rows: &mut Rows<'_, C>, curve: C, y: usize, out: Out<'_>) {
    let top = 2 * y as isize;
    rows.hold(top - 1, top + 2);
    let (rx, ry) = cfa.cfa.red();
    let (rx, ry) = (rx as usize, ry as usize);
    let pairs = rows::pairs(cfa);
    let [r, g, b] = out;
    centred(rows, curve, top, (rx, ry), 0, &mut r[..pairs]);
    centred(rows, curve, top, (1 - rx, 1 - ry), 2, &mut b[..pairs]);
    // The greens stand in the other column of either row.
    let (first, second) = (rows.columns(top + ry as isize, 1 - rx), rows.columns(top + 1 - ry as isize, rx));
    for ((g, a), b) in g.iter_mut().zip(&first[1..1 + pairs]).zip(&second[1..1 + pairs]) {
        *g = curve.decode(0.5 * (a + b), 1);
    }
}

/// Bilinear at the centre of each block, for the colour at `site` (column, row) of it: the centre lies half a pixel
/// from that sample and one and a half from the next of its colour on the far side, hence (9 3 3 1) / 16.
#[inline(always)]
fn centred<C: Curve>(rows: &Rows<'_, C>, curve: C, top: isize, site: (usize, usize), channel: usize, out: &mut [f32]) {
    let (x, y) = site;
    let near = top + y as isize;
    let far = if y == 0 { near + 2 } else { near - 2 };
    let (near, far) = (rows.columns(near, x), rows.columns(far, x));
    let step = if x == 0 { 2 } else { 0 };
    let n = out.len();
    let (near, near_side) = (&near[1..1 + n], &near[step..step + n]);
    let (far, far_side) = (&far[1..1 + n], &far[step..step + n]);
    for (i, out) in out.iter_mut().enumerate() {
        let sum = 0.5625 * near[i] + 0.1875 * (near_side[i] + far[i]) + 0.0625 * far_side[i];
        *out = curve.decode(sum, channel);
    }
}
