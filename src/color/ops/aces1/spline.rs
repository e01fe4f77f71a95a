//! Piecewise quadratic curves between logarithms.

use crate::color::{scalar::Scalar, table::Table};
use std::f64::consts::LOG2_10;

/// A point of the curve: base-2 logarithms of what goes in and comes out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

impl Point {
    /// From linear values.
    pub fn linear(x: f64, y: f64) -> Self {
        Self { x: x.log2(), y: y.log2() }
    }
}

/// Two uniform quadratic B-splines that meet in a middle point, and a straight line beyond each end: the shape of all ACES 1 tone
/// scales (Academy ACESlib.Tonescales and ACESlib.SSTS).
///
/// In and out are base-2 logarithms. Pieces are counted from 0, the lower line; the knot coordinate of a number is its piece and how
/// far it is within.
#[derive(Clone, Debug, PartialEq)]
pub struct Spline {
    ends: [Point; 2],
    /// Where the upper half begins, and its knot coordinate.
    middle: (f64, f64),
    /// Scale and offset from x to the knot coordinate, below and above the middle.
    to_knots: [(f64, f64); 2],
    /// A row of four for each piece: `y = (a t + b) t + c` with `t` from the start of the piece; the fourth is unused.
    pieces: Table,
    /// y where the pieces 2, 3, … between the ends begin.
    starts: Vec<f64>,
}

impl Spline {
    /// `low` and `high` are the control points as the Academy lists them, base-10 logarithms, each two more than pieces; `slopes`
    /// those of the lines.
    pub fn new(points: [Point; 3], low: &[f64], high: &[f64], slopes: [f64; 2]) -> Self {
        let [first, middle, last] = points;
        let (below, above) = ((low.len() - 2) as f64, (high.len() - 2) as f64);
        // Width of a piece.
        let widths = [(middle.x - first.x) / below, (last.x - middle.x) / above];
        let inner = low.windows(3).chain(high.windows(3)).map(|c| {
            let c = [c[0] * LOG2_10, c[1] * LOG2_10, c[2] * LOG2_10];
            [0.5 * (c[0] + c[2]) - c[1], c[1] - c[0], 0.5 * (c[0] + c[1])]
        });
        let (rise, fall) = (slopes[0] * widths[0], slopes[1] * widths[1]);
        // The lower line ends at 1.
        let mut pieces = vec![[0.0, rise, first.y - rise]];
        pieces.extend(inner);
        pieces.push([0.0, fall, last.y]);
        let start = 1.0 + below;
        Self {
            ends: [first, last],
            middle: (middle.x, start),
            to_knots: [(1.0 / widths[0], 1.0 - first.x / widths[0]), (1.0 / widths[1], start - middle.x / widths[1])],
            starts: pieces[2..pieces.len() - 1].iter().map(|p| p[2]).collect(),
            pieces: Table::new(pieces.iter().flat_map(|&[a, b, c]| [a, b, c, 0.0]).collect()),
        }
    }

    /// The same curve with y counted from `zero`.
    pub fn counted_from(mut self, zero: f64) -> Self {
        self.ends = self.ends.map(|end| Point { y: end.y - zero, ..end });
        self.starts.iter_mut().for_each(|y| *y -= zero);
        self.pieces = Table::new(self.pieces.wide().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2] - zero, 0.0]).collect());
        self
    }

    #[inline(always)]
    pub fn forward<S: Scalar>(&self, x: S) -> S {
        let constant = S::constant;
        let [low, high] = self.to_knots;
        let below = x.lt(constant(self.middle.0));
        let scale = S::select(below, constant(low.0), constant(high.0));
        let offset = S::select(below, constant(low.1), constant(high.1));
        let last = (self.pieces.len() / 4 - 1) as f64;
        let piece = x.fma(scale, offset).floor().max(constant(0.0)).min(constant(last));
        // From x once more, so that the coordinate's own rounding does not count.
        let t = x.fma(scale, offset - piece);
        let [a, b, c, _] = S::fetch4(&self.pieces, piece);
        t.fma(t.fma(a, b), c)
    }

    /// The x that [`forward`](Self::forward) takes to `y`; y is held between the ends, as the Academy has it.
    #[inline(always)]
    pub fn backward<S: Scalar>(&self, y: S) -> S {
        let constant = S::constant;
        let y = y.max(constant(self.ends[0].y)).min(constant(self.ends[1].y));
        let mut piece = constant(1.0);
        for start in &self.starts {
            piece = piece + S::select(y.lt(constant(*start)), constant(0.0), constant(1.0));
        }
        let [a, b, c, _] = S::fetch4(&self.pieces, piece);
        // The root that grows with y, without a difference of near numbers. A flat end has b = 0.
        let rest = y - c;
        let root = b.fma(b, constant(4.0) * a * rest).max(constant(0.0)).sqrt() + b;
        let knot = piece + (rest + rest) / root.max(constant(1e-30));
        let [low, high] = self.to_knots;
        let below = knot.lt(constant(self.middle.1));
        let width = S::select(below, constant(1.0 / low.0), constant(1.0 / high.0));
        let start = S::select(below, constant(-low.1 / low.0), constant(-high.1 / high.0));
        knot.fma(width, start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spline() -> Spline {
        let points = [Point { x: -4.0, y: -6.0 }, Point { x: 0.0, y: 0.0 }, Point { x: 3.0, y: 3.0 }];
        let y = |v: f64| v / LOG2_10;
        Spline::new(points, &[y(-7.0), y(-5.0), y(-1.5), y(1.5)], &[y(-1.0), y(1.0), y(2.5), y(3.5)], [1.0, 0.25])
    }

    #[test]
    fn passes_its_points_without_a_step() {
        let s = spline();
        for (x, y) in [(-4.0, -6.0), (0.0, 0.0), (3.0, 3.0), (-5.0, -7.0), (7.0, 4.0)] {
            assert!((s.forward(x) - y).abs() < 1e-12, "{x}: {}", s.forward(x));
        }
        for i in 0..1000 {
            let x = -5.0 + f64::from(i) * 0.01;
            assert!(s.forward(x + 1e-9) - s.forward(x) < 1e-8);
        }
    }

    #[test]
    fn comes_back() {
        let s = spline();
        for i in 0..=700 {
            let x = -4.0 + f64::from(i) * 0.01;
            let back = s.backward(s.forward(x));
            assert!((back - x).abs() < 1e-9, "{x}: {back}");
        }
        assert_eq!((s.backward(-100.0), s.backward(100.0)), (-4.0, 3.0));
    }
}
