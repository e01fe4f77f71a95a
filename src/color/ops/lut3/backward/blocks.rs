//! The cells of a lattice in blocks, and those in larger ones, each with the range of its values.

/// Blocks of 2, 4, 8, … cells along an edge.
#[derive(Debug)]
pub struct Blocks {
    /// Cells along an edge of the whole.
    cells: usize,
    /// From the smallest blocks to the one of all cells.
    levels: Vec<Level>,
}

#[derive(Debug)]
struct Level {
    /// Blocks along an edge.
    size: usize,
    bounds: Vec<Bounds>,
}

/// The least and the largest value in each channel, rounded outwards.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    low: [f32; 3],
    high: [f32; 3],
}

/// What is looked for.
pub trait Search {
    fn target(&self) -> [f64; 3];
    /// Blocks whose values are all farther from the target than this are passed over; squared.
    fn limit(&self) -> f64;
    fn cell(&mut self, cell: [usize; 3]);
}

/// Squared distance of `target` from the range of `values`.
pub fn distance(target: [f64; 3], values: &[[f64; 3]]) -> f64 {
    let mut sum = 0.0;
    for c in 0..3 {
        let low = values.iter().fold(f64::INFINITY, |m, v| m.min(v[c]));
        let high = values.iter().fold(f64::NEG_INFINITY, |m, v| m.max(v[c]));
        let d = target[c] - target[c].clamp(low, high);
        sum += d * d;
    }
    sum
}

impl Bounds {
    const NOTHING: Self = Self { low: [f32::INFINITY; 3], high: [f32::NEG_INFINITY; 3] };

    fn include(&mut self, value: [f64; 3]) {
        for (c, x) in value.into_iter().enumerate() {
            self.low[c] = self.low[c].min((x as f32).next_down());
            self.high[c] = self.high[c].max((x as f32).next_up());
        }
    }
    fn join(&mut self, other: &Self) {
        for c in 0..3 {
            self.low[c] = self.low[c].min(other.low[c]);
            self.high[c] = self.high[c].max(other.high[c]);
        }
    }
    fn distance(&self, target: [f64; 3]) -> f64 {
        distance(target, &[self.low.map(f64::from), self.high.map(f64::from)])
    }
}

impl Blocks {
    /// Of a lattice of `nodes` (at least 2) along an edge, whose values `at` gives.
    pub fn new(nodes: usize, at: impl Fn([usize; 3]) -> [f64; 3]) -> Self {
        let cells = nodes - 1;
        let smallest = Level::new(cells.div_ceil(2), |block| {
            let mut bounds = Bounds::NOTHING;
            for i in 0..27 {
                let offset = [i % 3, i / 3 % 3, i / 9];
                bounds.include(at([0, 1, 2].map(|c| (2 * block[c] + offset[c]).min(cells))));
            }
            bounds
        });
        let mut levels = vec![smallest];
        while levels[levels.len() - 1].size > 1 {
            let below = &levels[levels.len() - 1];
            let next = Level::new(below.size.div_ceil(2), |block| {
                let mut bounds = Bounds::NOTHING;
                children(block, below.size, |child| bounds.join(below.at(child)));
                bounds
            });
            levels.push(next);
        }
        Self { cells, levels }
    }

    /// Shows `search` the cells of all blocks that are near enough, the nearer first, in a fixed order where they are equally
    /// near.
    pub fn walk(&self, search: &mut impl Search) {
        self.enter(self.levels.len() - 1, [0; 3], search);
    }

    fn enter(&self, level: usize, block: [usize; 3], search: &mut impl Search) {
        let Some(below) = level.checked_sub(1) else {
            return children(block, self.cells, |cell| search.cell(cell));
        };
        let mut near = [(0.0, [0; 3]); 8];
        let mut count = 0;
        children(block, self.levels[below].size, |child| {
            near[count] = (self.levels[below].at(child).distance(search.target()), child);
            count += 1;
        });
        // Stable.
        near[..count].sort_by(|a, b| a.0.total_cmp(&b.0));
        for (distance, child) in &near[..count] {
            if *distance <= search.limit() {
                self.enter(below, *child, search);
            }
        }
    }
}

impl Level {
    fn new(size: usize, bounds: impl Fn([usize; 3]) -> Bounds) -> Self {
        let bounds = (0..size * size * size).map(|i| bounds([i % size, i / size % size, i / size / size])).collect();
        Self { size, bounds }
    }
    fn at(&self, [x, y, z]: [usize; 3]) -> &Bounds {
        &self.bounds[x + self.size * (y + self.size * z)]
    }
}

/// The up to eight parts of a block, of `size` along the edge of the whole.
fn children(block: [usize; 3], size: usize, mut each: impl FnMut([usize; 3])) {
    for i in 0..8 {
        let child = [2 * block[0] + (i & 1), 2 * block[1] + (i >> 1 & 1), 2 * block[2] + (i >> 2)];
        if child.iter().all(|&c| c < size) {
            each(child);
        }
    }
}
