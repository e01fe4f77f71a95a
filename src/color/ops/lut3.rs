//! Three-dimensional lookup tables: a cube of colours.

mod backward;

use super::{PixelKernel, Visitor};
use crate::color::{scalar::Scalar, table::Lattice};
use backward::Undo;
use std::sync::Arc;

/// What lies between the nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interpolation {
    /// The eight nodes of the cell, linear along each axis.
    Trilinear,
    /// The four nodes of the one of six tetrahedra around the cell's diagonal from dark to light: greys are interpolated
    /// between greys only.
    Tetrahedral,
}

/// A cube over 0..=1 in each channel, forward or undone. Inputs are clamped to it; cubes over another domain have a
/// [`Matrix`](super::Matrix) or a [`Range`](super::Range) before them. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Lut3 {
    lattice: Lattice,
    interpolation: Interpolation,
    undo: Option<Arc<Undo>>,
}

impl Lut3 {
    pub fn new(lattice: Lattice, interpolation: Interpolation) -> Self {
        Self { lattice, interpolation, undo: None }
    }

    /// The lookup that undoes this one, always of the tetrahedral interpolation, which alone can be undone exactly. On the
    /// CPU only.
    pub fn inverse(&self) -> Self {
        let undo = if self.is_inverse() { None } else { Some(Arc::new(Undo::new(&self.lattice))) };
        Self { undo, ..self.clone() }
    }
    pub fn lattice(&self) -> &Lattice {
        &self.lattice
    }
    pub fn interpolation(&self) -> Interpolation {
        self.interpolation
    }
    /// Whether this undoes the cube.
    pub fn is_inverse(&self) -> bool {
        self.undo.is_some()
    }

    pub(super) fn visit(&self, to: &mut impl Visitor) {
        match (&self.undo, self.interpolation) {
            (Some(undo), _) => to.pixels(&**undo),
            (None, Interpolation::Trilinear) => to.pixels(&Trilinear(self.lattice.clone())),
            (None, Interpolation::Tetrahedral) => to.pixels(&Tetrahedral(self.lattice.clone())),
        }
    }
}

impl PartialEq for Lut3 {
    fn eq(&self, other: &Self) -> bool {
        let flags = |l: &Self| (l.interpolation, l.is_inverse());
        flags(self) == flags(other) && self.lattice == other.lattice
    }
}

/// The cell that `x` lies in along an axis, and how far in it, 0..=1. The last cell has its end too.
#[inline(always)]
fn cell<S: Scalar>(lattice: &Lattice, x: S) -> (S, S) {
    let last = (lattice.size() - 1) as f64;
    let x = x.max(S::constant(0.0)).min(S::constant(1.0));
    let cell = (x * S::constant(last)).floor().min(S::constant(last - 1.0));
    (cell, x.fma(S::constant(last), -cell))
}

// They own the lattice: see `Curve`.
struct Trilinear(Lattice);

impl PixelKernel for Trilinear {
    #[inline(always)]
    fn eval<S: Scalar>(&self, [r, g, b]: [S; 3]) -> [S; 3] {
        let lattice = &self.0;
        let ((x, fx), (y, fy), (z, fz)) = (cell(lattice, r), cell(lattice, g), cell(lattice, b));
        let one = S::constant(1.0);
        macro_rules! mix {
            ($from:expr, $to:expr, $f:expr) => {{
                let (from, to, f) = ($from, $to, $f);
                [f.fma(to[0] - from[0], from[0]), f.fma(to[1] - from[1], from[1]), f.fma(to[2] - from[2], from[2])]
            }};
        }
        macro_rules! row {
            ($y:expr, $z:expr) => {
                mix!(S::node(lattice, [x, $y, $z]), S::node(lattice, [x + one, $y, $z]), fx)
            };
        }
        let near = mix!(row!(y, z), row!(y + one, z), fy);
        let far = mix!(row!(y, z + one), row!(y + one, z + one), fy);
        mix!(near, far, fz)
    }
}

struct Tetrahedral(Lattice);

impl PixelKernel for Tetrahedral {
    #[inline(always)]
    fn eval<S: Scalar>(&self, [r, g, b]: [S; 3]) -> [S; 3] {
        let lattice = &self.0;
        let ((x, fx), (y, fy), (z, fz)) = (cell(lattice, r), cell(lattice, g), cell(lattice, b));
        let (zero, one) = (S::constant(0.0), S::constant(1.0));

        // From the dark node along the axis of the largest fraction, then of the middle one, to the light node.
        let high = fx.max(fy).max(fz);
        let low = fx.min(fy).min(fz);
        let middle = fx.max(fy).min(fx.min(fy).max(fz));
        let (xy, xz, yz) = (fx.lt(fy), fx.lt(fz), fy.lt(fz));
        // 1 for the axis of the largest fraction; of equal ones the first.
        let high_x = S::select(xy, zero, S::select(xz, zero, one));
        let high_y = S::select(xy, S::select(yz, zero, one), zero);
        let high_z = S::select(xz, S::select(yz, one, zero), zero);
        // 0 for the axis of the smallest; of equal ones the last.
        let low_x = S::select(xy, S::select(xz, zero, one), one);
        let low_y = S::select(xy, one, S::select(yz, zero, one));
        let low_z = S::select(xz, one, S::select(yz, one, zero));

        let dark = S::node(lattice, [x, y, z]);
        let first = S::node(lattice, [x + high_x, y + high_y, z + high_z]);
        let second = S::node(lattice, [x + low_x, y + low_y, z + low_z]);
        let light = S::node(lattice, [x + one, y + one, z + one]);
        let (w_dark, w_first, w_second) = (one - high, high - middle, middle - low);
        macro_rules! channel {
            ($c:literal) => {
                dark[$c].fma(w_dark, first[$c].fma(w_first, second[$c].fma(w_second, light[$c] * low)))
            };
        }
        [channel!(0), channel!(1), channel!(2)]
    }
}
