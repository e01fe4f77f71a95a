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

/// A logarithm that no number has.
const UNBOUND: f64 = 1e4;

/// Two uniform quadratic B-splines that meet in a middle point, and a straight line beyond each end: the shape of all ACES 1 tone
/// scales (Academy ACESlib.Tonescales and ACESlib.SSTS).
///
/// In and out are base-2 logarithms. Pieces are counted from 0, the lower line; the knot coordinate of a number is its piece and how
/// far it is within.
#[derive(Clone, Debug, PartialEq)]
pub struct Spline {
    /// y below and above which nothing comes from: of the flat ends.
    range: (f64, f64),
    /// Where the upper half begins, and its knot coordinate.
    middle: (f64, f64),
    /// Knot coordinates to which y within `range` belongs.
    knots: (f64, f64),
    /// Scale and offset from x to the knot coordinate, below and above the middle.
    to_knots: [(f64, f64); 2],
    /// For each piece, `y = (a t + b) t + c` with `t` from its start.
    a: Table,
    b: Table,
    c: Table,
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
        let column = |i: usize| Table::new(pieces.iter().map(|p| p[i]).collect());
        let bound = |slope: f64, end: f64, none: f64| if slope == 0.0 { end } else { none };
        Self {
            range: (bound(slopes[0], first.y, -UNBOUND), bound(slopes[1], last.y, UNBOUND)),
            middle: (middle.x, start),
            knots: (bound(slopes[0], 1.0, -UNBOUND), bound(slopes[1], start + above, UNBOUND)),
            to_knots: [(1.0 / widths[0], 1.0 - first.x / widths[0]), (1.0 / widths[1], start - middle.x / widths[1])],
            a: column(0),
            b: column(1),
            c: column(2),
        }
    }

    /// The same curve with y counted from `zero`.
    pub fn counted_from(mut self, zero: f64) -> Self {
        self.range = (self.range.0 - zero, self.range.1 - zero);
        self.c = Table::new(self.c.wide().iter().map(|y| y - zero).collect());
        self
    }

    #[inline(always)]
    pub fn forward<S: Scalar>(&self, x: S) -> S {
        let constant = S::constant;
        let [low, high] = self.to_knots;
        let below = x.lt(constant(self.middle.0));
        let scale = S::select(below, constant(low.0), constant(high.0));
        let offset = S::select(below, constant(low.1), constant(high.1));
        let last = (self.c.len() - 1) as f64;
        let piece = x.fma(scale, offset).floor().max(constant(0.0)).min(constant(last));
        // From x once more, so that the coordinate's own rounding does not count.
        let t = x.fma(scale, offset - piece);
        t.fma(t.fma(S::fetch1(&self.a, piece), S::fetch1(&self.b, piece)), S::fetch1(&self.c, piece))
    }

    /// The x that [`forward`](Self::forward) takes to `y`. Where an end is flat y is held at it; where it is not, the line is undone,
    /// unlike in the Academy's inverse, which holds y at both ends and loses what the forward direction shows beyond them.
    #[inline(always)]
    pub fn backward<S: Scalar>(&self, y: S) -> S {
        let constant = S::constant;
        let y = y.max(constant(self.range.0)).min(constant(self.range.1));
        // The last piece that begins at y or below, by halves.
        let mut piece = constant(0.0);
        let mut step = self.c.len().next_power_of_two() / 2;
        while step > 0 {
            let next = piece + constant(step as f64);
            let begins = S::fetch1(&self.c, next);
            piece = S::select(y.lt(begins), piece, next);
            step /= 2;
        }
        let last = (self.c.len() - 1) as f64;
        let piece = piece.max(constant(self.knots.0.max(0.0))).min(constant(last));
        // The root that grows with y, without a difference of near numbers. At a flat end b is 0; the upper end is a piece of its own,
        // which spares it a root that would magnify the rounding of y.
        let (a, b) = (S::fetch1(&self.a, piece), S::fetch1(&self.b, piece));
        let rest = y - S::fetch1(&self.c, piece);
        let root = b.fma(b, constant(4.0) * a * rest).max(constant(0.0)).sqrt() + b;
        let knot = piece + (rest + rest) / root.max(constant(1e-30));
        let knot = knot.max(constant(self.knots.0)).min(constant(self.knots.1));
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

    const POINTS: [Point; 3] = [Point { x: -4.0, y: -6.0 }, Point { x: 0.0, y: 0.0 }, Point { x: 3.0, y: 3.0 }];
    const LOW: [f64; 4] = [-7.0, -5.0, -1.5, 1.5];
    const HIGH: [f64; 4] = [-1.0, 1.0, 2.5, 3.5];

    fn log10(log2: f64) -> f64 {
        log2 / LOG2_10
    }

    fn spline() -> Spline {
        Spline::new(POINTS, &LOW.map(log10), &HIGH.map(log10), [1.0, 0.25])
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
        assert!((s.backward(-100.0) + 98.0).abs() < 1e-9 && (s.backward(10.0) - 31.0).abs() < 1e-9);
        let flat = Spline::new(POINTS, &LOW.map(log10), &HIGH.map(log10), [0.0, 0.0]);
        assert_eq!((flat.backward(-100.0), flat.backward(100.0)), (-4.0, 3.0));
        // Published control points are rounded: the flat line and the curve need not quite meet.
        let rounded = Spline::new(POINTS, &[-7.0, -5.0 + 1e-10, -1.5, 1.5].map(log10), &HIGH.map(log10), [0.0, 0.0]);
        for y in [-6.0, -6.0 + 1e-11, -6.0 + 4e-11, -6.0 + 1e-10] {
            assert!((rounded.backward(y) + 4.0).abs() < 1e-9, "{y}");
        }
    }
}
