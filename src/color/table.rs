//! Numbers an op looks up: in f64 for the oracle, in f32 for pictures and the GPU.

use super::ops::{ChannelKernel, Finite};
use std::{fmt, sync::Arc};

/// An immutable row of numbers, never empty, cheap to clone. Equal by content.
#[derive(Clone)]
pub struct Table(Arc<Data>);

struct Data {
    wide: Vec<f64>,
    narrow: Vec<f32>,
}

impl Table {
    /// Takes at least one value, and no more than four for each row that an f32 can count (2^24).
    pub fn new(values: Vec<f64>) -> Self {
        assert!(!values.is_empty() && values.len() <= 4 << 24, "a table has 1 to 2^26 values, not {}", values.len());
        let narrow = values.iter().map(|&v| v as f32).collect();
        Self(Arc::new(Data { wide: values, narrow }))
    }
    pub fn wide(&self) -> &[f64] {
        &self.0.wide
    }
    pub fn narrow(&self) -> &[f32] {
        &self.0.narrow
    }
    pub fn len(&self) -> usize {
        self.0.wide.len()
    }
    pub fn is_empty(&self) -> bool {
        false
    }
    /// Whether both are the same memory.
    pub fn is(&self, other: &Table) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
    /// Where row `row` of `width` values begins, held within the whole rows; NaN is 0.
    pub(super) fn start_of(&self, row: f64, width: usize) -> usize {
        (row as usize).min(self.len() / width - 1) * width
    }
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        self.is(other) || self.wide() == other.wide()
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Table({} values)", self.len())
    }
}

/// RGB values at the nodes of a cube, for three-dimensional lookups.
#[derive(Clone, Debug, PartialEq)]
pub struct Lattice {
    size: usize,
    /// Four values a node: R, G, B and 0. Red runs fastest.
    nodes: Table,
}

impl Lattice {
    /// `nodes` are `size`^3, red fastest; of what is not finite, NaN becomes 0 and an infinity 2^64. `None` where their number
    /// is another, or `size` is not 2 to 256.
    pub fn new(size: usize, nodes: &[[f64; 3]]) -> Option<Self> {
        let fits = (2..=256).contains(&size) && nodes.len() == size * size * size;
        fits.then(|| Self {
            size,
            nodes: Table::new(nodes.iter().map(|node| node.map(|x| Finite.eval(x))).flat_map(|[r, g, b]| [r, g, b, 0.0]).collect()),
        })
    }
    /// Nodes along an edge.
    pub fn size(&self) -> usize {
        self.size
    }
    /// Four values a node, red fastest.
    pub fn nodes(&self) -> &Table {
        &self.nodes
    }
    /// The RGB values, red fastest.
    pub fn values(&self) -> impl ExactSizeIterator<Item = [f64; 3]> + '_ {
        self.nodes.wide().chunks_exact(4).map(|n| [n[0], n[1], n[2]])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_numbers() {
        let mut nodes = [[0.5; 3]; 8];
        nodes[3] = [f64::NAN, f64::INFINITY, 1e39];
        let lattice = Lattice::new(2, &nodes).unwrap();
        assert!(lattice.nodes().narrow().iter().all(|x| x.is_finite()));
        assert_eq!(lattice.values().nth(3).unwrap()[0], 0.0);
        assert!(Lattice::new(3, &nodes).is_none() && Lattice::new(1, &nodes[..1]).is_none());
    }
}
