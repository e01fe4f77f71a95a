//! Functions of one number in quadratic pieces, both ways.

use crate::color::{scalar::Scalar, table::Table};

/// A point of a spline and the slope there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Node {
    pub x: f64,
    pub y: f64,
    pub slope: f64,
}

impl Node {
    pub const fn new(x: f64, y: f64, slope: f64) -> Self {
        Self { x, y, slope }
    }
}

/// A rising function: quadratic from node to node, straight beyond the first and the last; or its inverse.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spline {
    /// Where the second piece begins, and on.
    bounds: Vec<f64>,
    /// A row for each piece: x and y where it begins, the slope there, the coefficient of the square.
    pieces: Table,
    inverse: bool,
}

/// Ends that are flatter are not undone: their inverse stays at the end, by a slope so steep that it is upright.
const FLAT: f64 = 1e-5;
const UPRIGHT: f64 = 1e18;
/// The least divisor of an inverse. In a piece that rises it only meets 0 / 0.
const LEAST_DIVISOR: f64 = 1e-12;

impl Spline {
    /// Through at least two nodes, in the order of x and apart. Slopes are those of a continuous curve: the mean of two
    /// neighbours is that of the line between them.
    pub fn new(nodes: &[Node], inverse: bool) -> Self {
        let mut rows = Vec::with_capacity(4 * (nodes.len() + 1));
        if let Some(first) = nodes.first() {
            rows.push([first.x, first.y, first.slope, 0.0]);
        }
        for pair in nodes.windows(2) {
            rows.push([pair[0].x, pair[0].y, pair[0].slope, 0.5 * (pair[1].slope - pair[0].slope) / (pair[1].x - pair[0].x)]);
        }
        if let Some(last) = nodes.last() {
            rows.push([last.x, last.y, last.slope, 0.0]);
        }
        Self::pieces(rows, inverse)
    }

    /// The quadratic that begins at `node`, over all x.
    pub fn quadratic(node: Node, square: f64, inverse: bool) -> Self {
        Self::pieces(vec![[node.x, node.y, node.slope, square]], inverse)
    }

    fn pieces(mut rows: Vec<[f64; 4]>, inverse: bool) -> Self {
        if inverse {
            let last = rows.len() - 1;
            for i in [0, last] {
                if rows[i][2].abs() < FLAT && rows[i][3] == 0.0 {
                    rows[i][2] = UPRIGHT;
                }
            }
        }
        let bounds = rows.iter().skip(1).map(|row| row[usize::from(inverse)]).collect();
        Self { bounds, pieces: Table::new(rows.concat()), inverse }
    }

    #[inline(always)]
    pub fn eval<S: Scalar>(&self, x: S) -> S {
        let (zero, one) = (S::constant(0.0), S::constant(1.0));
        let mut piece = zero;
        for &bound in &self.bounds {
            piece = piece + S::select(x.lt(S::constant(bound)), zero, one);
        }
        let [from, to, slope, square] = S::fetch4(&self.pieces, piece);
        if self.inverse {
            // The root of square t^2 + slope t = distance, as a quotient that is exact for small squares.
            let distance = x - to;
            let root = (slope * slope + square * distance * S::constant(4.0)).max(zero).sqrt();
            distance * S::constant(2.0) / (slope + root).max(S::constant(LEAST_DIVISOR)) + from
        } else {
            let t = x - from;
            t.fma(t.fma(square, slope), to)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODES: [Node; 3] = [Node::new(0.0, 0.1, 1.0), Node::new(1.0, 0.85, 0.5), Node::new(2.0, 2.1, 2.0)];

    #[test]
    fn meets_its_nodes_and_is_straight_beyond() {
        let spline = Spline::new(&NODES, false);
        for node in NODES {
            assert!((spline.eval(node.x) - node.y).abs() < 1e-15);
        }
        assert_eq!(spline.eval(-1.0), -0.9);
        assert_eq!(spline.eval(4.0), 6.1);
    }

    #[test]
    fn the_inverse_undoes_every_piece() {
        let (there, back) = (Spline::new(&NODES, false), Spline::new(&NODES, true));
        for i in -40..80 {
            let x = f64::from(i) * 0.05;
            assert!((back.eval(there.eval(x)) - x).abs() < 1e-14, "{x}");
        }
    }

    #[test]
    fn a_flat_end_comes_back_to_its_node() {
        let nodes = [Node::new(0.0, 0.0, 0.0), Node::new(1.0, 0.5, 1.0)];
        assert!(Spline::new(&nodes, true).eval(-3.0f64).abs() < 1e-15);
    }
}
