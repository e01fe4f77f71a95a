//! The rows a kernel looks at, in the working domain.

use super::curve::Curve;
use crate::image::{CfaColor, CfaPlane};

/// Pairs of columns beyond either end of a row.
const MARGIN: usize = 1;
/// Rows held at a time: two above and two below the one being made.
const HELD: usize = 5;

/// One row, its even and odd columns apart so that neighbouring samples of a colour are neighbours in memory.
/// Pair `i` (columns `2 i`, `2 i + 1`) stands at index `i + MARGIN` of both.
#[derive(Clone)]
struct Row {
    number: Option<isize>,
    halves: [Vec<f32>; 2],
}

/// The last few encoded rows of a mosaic, with the margin that mirrors it.
pub struct Rows<'a, C> {
    cfa: &'a CfaPlane,
    curve: C,
    ring: Vec<Row>,
}

/// Columns of one parity in one row: `columns[i + 1]` is pair `i`.
pub type Columns<'a> = &'a [f32];

impl<'a, C: Curve> Rows<'a, C> {
    pub fn new(cfa: &'a CfaPlane, curve: C) -> Self {
        let half = vec![0.0; pairs(cfa) + 2 * MARGIN];
        Self { cfa, curve, ring: vec![Row { number: None, halves: [half.clone(), half] }; HELD] }
    }

    /// Makes sure that rows `first..=last` (at most 5) are held. Rows outside the picture are those they mirror.
    #[inline(always)]
    pub fn hold(&mut self, first: isize, last: isize) {
        debug_assert!((last - first) < HELD as isize);
        for number in first..=last {
            let row = &mut self.ring[slot(number)];
            if row.number != Some(number) {
                row.number = Some(number);
                fill(row, self.cfa, self.curve, mirror(number, self.cfa.size.height as usize));
            }
        }
    }

    /// The even (0) or odd (1) columns of a row that is held.
    #[inline(always)]
    pub fn columns(&self, number: isize, parity: usize) -> Columns<'_> {
        let row = &self.ring[slot(number)];
        debug_assert_eq!(row.number, Some(number));
        &row.halves[parity]
    }
}

/// Pairs of columns that a row has, the last one perhaps with one column only.
pub fn pairs(cfa: &CfaPlane) -> usize {
    (cfa.size.width as usize).div_ceil(2)
}

/// The channel (0 red, 1 green, 2 blue) of the filter over column `x`, row `y`.
pub fn channel(cfa: &CfaPlane, x: usize, y: usize) -> usize {
    match cfa.cfa.color((x & 1) as u32, (y & 1) as u32) {
        CfaColor::Red => 0,
        CfaColor::Green => 1,
        CfaColor::Blue => 2,
    }
}

fn slot(number: isize) -> usize {
    number.rem_euclid(HELD as isize) as usize
}

#[inline(always)]
fn fill<C: Curve>(row: &mut Row, cfa: &CfaPlane, curve: C, y: usize) {
    let width = cfa.size.width as usize;
    let samples = &cfa.samples[y * width..(y + 1) * width];
    let [even, odd] = &mut row.halves;
    let (first, second) = (channel(cfa, 0, y), channel(cfa, 1, y));
    let whole = samples.chunks_exact(2);
    if let [last] = whole.remainder() {
        even[MARGIN + width / 2] = curve.encode(*last, first);
    }
    for ((e, o), pair) in even[MARGIN..].iter_mut().zip(&mut odd[MARGIN..]).zip(whole) {
        *e = curve.encode(pair[0], first);
        *o = curve.encode(pair[1], second);
    }
    let end = 2 * (pairs(cfa) + MARGIN) as isize;
    for x in (-2 * MARGIN as isize..0).chain(width as isize..end) {
        let from = mirror(x, width);
        let value = row.halves[from & 1][MARGIN + from / 2];
        row.halves[(x & 1) as usize][(x + 2 * MARGIN as isize) as usize / 2] = value;
    }
}

/// Where index `i` of a picture `n` wide lies when it is mirrored without repeating its edges: -1 is 1, `n` is `n - 2`.
/// The parity is kept, but for `n` = 1, which has no other.
fn mirror(i: isize, n: usize) -> usize {
    let period = 2 * (n as isize - 1);
    if period == 0 {
        return 0;
    }
    let i = i.rem_euclid(period);
    i.min(period - i) as usize
}

#[cfg(test)]
mod tests {
    use super::mirror;

    #[test]
    fn mirrors_without_repeating_the_edge() {
        let at = |n: usize| (-3..n as isize + 3).map(|i| mirror(i, n)).collect::<Vec<_>>();
        assert_eq!(at(5), [3, 2, 1, 0, 1, 2, 3, 4, 3, 2, 1]);
        assert_eq!(at(2), [1, 0, 1, 0, 1, 0, 1, 0]);
        assert_eq!(at(1), [0; 7]);
    }
}
