//! The planes of a tile: one value a quad, a quad being the 2x2 block of the mosaic that has red at its top left.
//!
//! With the quads laid on red, every mosaic is the same one; with a plane for each site of the quad, neighbours in memory
//! are neighbours of one colour.

/// Sites of a quad. Exclusive or with 1 is the neighbour in the row, with 2 the one in the column.
pub const RED: usize = 0;
pub const BLUE: usize = 3;

pub type Plane = Vec<f32>;

/// The quads of a tile with its halo.
#[derive(Clone, Copy, Default)]
pub struct Grid {
    pub columns: usize,
    pub rows: usize,
}

impl Grid {
    pub fn area(self) -> usize {
        self.columns * self.rows
    }

    /// Calls `f(offset, length)` for every row of the grid, leaving out `inset` columns and rows (in this order) at either end.
    #[inline(always)]
    pub fn each_row(self, inset: [usize; 2], mut f: impl FnMut(usize, usize)) {
        let [x, y] = inset;
        for row in y..self.rows.saturating_sub(y) {
            f(row * self.columns + x, self.columns.saturating_sub(2 * x));
        }
    }

    pub fn horizontal(self) -> Direction {
        Direction { along: 1, across: self.columns as isize, neighbour: 1 }
    }

    pub fn vertical(self) -> Direction {
        Direction { along: self.columns as isize, across: 1, neighbour: 2 }
    }
}

/// Rows or columns of the mosaic.
#[derive(Clone, Copy)]
pub struct Direction {
    /// From quad to quad, as offsets in a plane.
    pub along: isize,
    pub across: isize,
    neighbour: usize,
}

impl Direction {
    /// 0 for rows, 1 for columns.
    pub fn index(self) -> usize {
        self.neighbour - 1
    }

    /// The site that alternates with `site` in this direction.
    pub fn neighbour(self, site: usize) -> usize {
        site ^ self.neighbour
    }

    /// The neighbour before `site`, as an offset in the plane of the neighbours; the one after it is [`along`](Self::along) further.
    pub fn before(self, site: usize) -> isize {
        if site & self.neighbour == 0 { -self.along } else { 0 }
    }

    /// Insets of `along` and `across` quads as columns and rows.
    pub fn inset(self, along: usize, across: usize) -> [usize; 2] {
        if self.neighbour == 1 { [along, across] } else { [across, along] }
    }
}

/// The `n` values of `plane` from `offset + shift` on.
#[inline(always)]
pub fn at(plane: &[f32], offset: usize, shift: isize, n: usize) -> &[f32] {
    let start = offset.wrapping_add_signed(shift);
    &plane[start..start + n]
}

/// Runs of `plane` from `offset` on, shifted by -2 to 2 steps.
#[inline(always)]
pub fn five(plane: &[f32], offset: usize, step: isize, n: usize) -> [&[f32]; 5] {
    std::array::from_fn(|i| at(plane, offset, (i as isize - 2) * step, n))
}

/// Runs of `plane` from `offset` on, shifted by -1 to 2 steps.
#[inline(always)]
pub fn four(plane: &[f32], offset: usize, step: isize, n: usize) -> [&[f32]; 4] {
    std::array::from_fn(|i| at(plane, offset, (i as isize - 1) * step, n))
}

#[inline(always)]
pub fn sum5(x: [&[f32]; 5], i: usize) -> f32 {
    ((x[0][i] + x[4][i]) + (x[1][i] + x[3][i])) + x[2][i]
}

/// Means over windows, times 4: at a site over the sites of its kind, and halfway between two of them.
#[inline(always)]
pub fn mean5(x: [&[f32]; 5], i: usize) -> f32 {
    (0.5 * (x[0][i] + x[4][i]) + (x[1][i] + x[3][i])) + x[2][i]
}

#[inline(always)]
pub fn mean4(x: [&[f32]; 4], i: usize) -> f32 {
    (x[1][i] + x[2][i]) + (x[0][i] + x[3][i])
}
