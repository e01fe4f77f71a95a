//! A cube undone: the colour that it maps to a given one.

mod blocks;
mod tetrahedron;

use crate::color::{ops::PixelKernel, scalar::Scalar, table::Lattice};
use blocks::{Blocks, Search, distance};
use tetrahedron::tetrahedra;

/// The cells of a lattice, ready to be searched.
///
/// What the tetrahedral interpolation maps to a colour is found exactly; where that is more than one colour, the one of
/// the first cell in the order of the search. Colours that the cube does not reach are looked for in a shell of cells
/// around it, whose outer nodes are those of the surface four times as far from middle grey, as OpenColorIO does, and
/// what is found there is clamped to the cube. Where there is nothing either (OpenColorIO answers black), it is the colour
/// whose result is nearest.
///
/// Cells are counted with the shell: cell 0 and node 0 are the shell's, the cube's own begin at 1.
#[derive(Debug)]
pub struct Undo {
    nodes: Nodes,
    blocks: Blocks,
    /// What each channel is clamped to first: the range of the cube, and 0..=1.
    range: [(f64, f64); 3],
}

/// The nodes of a lattice and of the shell around it.
#[derive(Debug)]
struct Nodes(Lattice);

impl Nodes {
    /// Nodes along an edge, with the shell.
    fn size(&self) -> usize {
        self.0.size() + 2
    }
    fn at(&self, node: [usize; 3]) -> [f64; 3] {
        let size = self.0.size();
        let held = node.map(|i| i.clamp(1, size));
        let start = 4 * (held[0] - 1 + size * (held[1] - 1 + size * (held[2] - 1)));
        let value = &self.0.nodes().wide()[start..start + 3];
        let shell = |v: f64| if held == node { v } else { (v - 0.5) * 4.0 + 0.5 };
        [shell(value[0]), shell(value[1]), shell(value[2])]
    }
    /// The corners of a cell: bit 0 of their number is red, 1 green, 2 blue.
    fn corners(&self, cell: [usize; 3]) -> [[f64; 3]; 8] {
        std::array::from_fn(|i| self.at([cell[0] + (i & 1), cell[1] + (i >> 1 & 1), cell[2] + (i >> 2)]))
    }
    /// Whether the cell is one of the cube, not of the shell.
    fn is_inner(&self, cell: [usize; 3]) -> bool {
        cell.iter().all(|i| (1..self.0.size()).contains(i))
    }
    /// The input colour at `fraction` of a cell, held within the cube.
    fn input(&self, cell: [usize; 3], fraction: [f64; 3]) -> [f64; 3] {
        let last = (self.0.size() - 1) as f64;
        std::array::from_fn(|c| ((cell[c] as f64 - 1.0 + fraction[c]) / last).clamp(0.0, 1.0))
    }
}

impl Undo {
    pub fn new(lattice: &Lattice) -> Self {
        let nodes = Nodes(lattice.clone());
        let blocks = Blocks::new(nodes.size(), |node| nodes.at(node));
        let mut range = [(0.0f64, 1.0f64); 3];
        for value in lattice.values() {
            for ((low, high), v) in range.iter_mut().zip(value) {
                (*low, *high) = (low.min(v), high.max(v));
            }
        }
        Self { nodes, blocks, range }
    }

    fn find(&self, target: [f64; 3]) -> [f64; 3] {
        let target = std::array::from_fn(|c| target[c].clamp(self.range[c].0, self.range[c].1));
        let mut exact = Exact { nodes: &self.nodes, target, found: None, in_shell: None };
        self.blocks.walk(&mut exact);
        exact.found.or(exact.in_shell).unwrap_or_else(|| {
            let mut nearest = Nearest { nodes: &self.nodes, target, distance: f64::INFINITY, found: [0.0; 3] };
            self.blocks.walk(&mut nearest);
            nearest.found
        })
    }
}

impl PixelKernel for Undo {
    #[inline(always)]
    fn eval<S: Scalar>(&self, px: [S; 3]) -> [S; 3] {
        S::on_host(px, |target| self.find(target))
    }
}

/// The first cell of the cube that holds the target, or else of the shell.
struct Exact<'a> {
    nodes: &'a Nodes,
    target: [f64; 3],
    found: Option<[f64; 3]>,
    in_shell: Option<[f64; 3]>,
}

impl Search for Exact<'_> {
    fn target(&self) -> [f64; 3] {
        self.target
    }
    fn limit(&self) -> f64 {
        // Nothing is as near as this once it is found.
        if self.found.is_some() { -1.0 } else { 0.0 }
    }
    fn cell(&mut self, cell: [usize; 3]) {
        let inner = self.nodes.is_inner(cell);
        if !inner && self.in_shell.is_some() {
            return;
        }
        let corners = self.nodes.corners(cell);
        if distance(self.target, &corners) > 0.0 {
            return;
        }
        if let Some(fraction) = tetrahedra(&corners).find_map(|t| t.holds(self.target)) {
            let place = if inner { &mut self.found } else { &mut self.in_shell };
            *place = Some(self.nodes.input(cell, fraction));
        }
    }
}

/// The point of the cube whose value is nearest to the target.
struct Nearest<'a> {
    nodes: &'a Nodes,
    target: [f64; 3],
    /// Squared.
    distance: f64,
    found: [f64; 3],
}

impl Search for Nearest<'_> {
    fn target(&self) -> [f64; 3] {
        self.target
    }
    fn limit(&self) -> f64 {
        self.distance
    }
    fn cell(&mut self, cell: [usize; 3]) {
        let corners = self.nodes.corners(cell);
        if !self.nodes.is_inner(cell) || distance(self.target, &corners) >= self.distance {
            return;
        }
        for tetrahedron in tetrahedra(&corners) {
            let (distance, fraction) = tetrahedron.nearest(self.target);
            if distance < self.distance {
                self.distance = distance;
                self.found = self.nodes.input(cell, fraction);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::{Interpolation, Lut3, Op, eval_f64};

    /// A smooth, bent, one-to-one cube whose values reach beyond 0..1.
    fn bent(size: usize) -> Lut3 {
        let node = |i: usize| {
            let [r, g, b] = [i % size, i / size % size, i / size / size].map(|i| i as f64 / (size - 1) as f64);
            [1.2 * r.powf(1.3) - 0.1 + 0.1 * g * b, g * (0.9 + 0.2 * r) - 0.05 * b, b.sqrt() + 0.1 * r]
        };
        let nodes: Vec<_> = (0..size * size * size).map(node).collect();
        Lut3::new(Lattice::new(size, &nodes).unwrap(), Interpolation::Tetrahedral)
    }

    #[test]
    fn inverse_undoes_a_cube_exactly() {
        for size in [2, 3, 9, 20] {
            let lut = bent(size);
            let there_and_back = [Op::Lut3(lut.clone()), Op::Lut3(lut.inverse())];
            for i in 0..400u32 {
                let px = [7, 11, 13].map(|p| f64::from(i * p % 101) / 100.0);
                let out = eval_f64(&there_and_back, px);
                assert!((0..3).all(|c| (out[c] - px[c]).abs() < 1e-12), "{size}: {px:?} {out:?}");
            }
        }
    }

    #[test]
    fn what_no_colour_gives_becomes_the_nearest() {
        // A cube of greys: everything is flat.
        let nodes: Vec<_> = (0..27).map(|i| [f64::from(i % 3) / 2.0; 3]).collect();
        let lut = Lut3::new(Lattice::new(3, &nodes).unwrap(), Interpolation::Tetrahedral).inverse();
        for (target, red) in [([0.25; 3], 0.25), ([0.5, 0.4, 0.6], 0.5), ([7.0; 3], 1.0), ([-1.0, -2.0, 0.0], 0.0)] {
            let out = eval_f64(&[Op::Lut3(lut.clone())], target);
            assert!((out[0] - red).abs() < 1e-12, "{target:?} {out:?}");
        }
    }
}
