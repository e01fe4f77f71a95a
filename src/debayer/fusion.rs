//! Directional fusion: four estimates of the difference green minus chroma at every chroma site, one from each side, weighted
//! by how little such differences change there; then the chromas by differences to green, weighted by edges.
//!
//! Hamilton, Adams: US patent 5,629,734 (the interpolation along a row or column); Pekkucuksen, Altunbasak: "Gradient based
//! threshold free color filter array interpolation", ICIP 2010 (the four weights; shorter taps here, which suit textures of
//! saturated colours better); Kimmel: "Demosaicing: image reconstruction from color CCD samples", 1999, and Lu, Tan: "Color
//! filter array demosaicking", 2003 (the chromas). All choices are weights, no switches: nothing flickers from frame to frame.
//!
//! A row passes through five stages, each some rows behind the one before, so that all that is held is a ring of rows a stage:
//! differences along columns; along rows; green at chroma sites; the opposite chroma there; both chromas at green sites.
//! Even and odd columns stand apart, so that what is done at every second site is done to whole vectors.

use super::{
    kernel::{Kernel, Out, Tile},
    pixels::{Layout, Missing, mend_beside_clipped, write_row},
    rows::{Input, Rows},
    simd::{self, MAX_LANES, Pass},
};
use crate::color::scalar::Lanes;

/// Pairs of columns looked at beyond a block: green needs 7 columns to either side, the opposite chroma 2 more, the chromas at
/// green sites 1 more, and what is computed in pairs rounds up.
const HALO: usize = 6;
/// Pairs beyond those, which no result depends on: loops may look there.
const GUARD: usize = 2;
/// Rows looked at above and below: as for columns.
const ROWS: isize = 10;

/// Weight of the second difference of the own colour in the estimate along a line, over 4.
const SHARPEN: f64 = 0.80 / 4.0;
/// Of the differences met while walking away from a site.
const TAPS: [f64; 5] = [0.40, 0.28, 0.20, 0.08, 0.04];
/// Held above 0 where nothing changes, on a scale from black to clip: squares of gradient sums, and sums of gradients.
const SQUARES: f64 = 1e-10;
const GRADIENTS: f64 = 1e-2;
/// Squares of gradient sums are held below this, so that the product of three and a difference is an f32 whatever the samples.
const MOST: f64 = 1e10;

/// What a GPU that does the same has to know of it.
#[cfg(feature = "gpu")]
pub(crate) struct Constants {
    pub sharpen: f64,
    pub taps: [f64; 5],
    pub most: f64,
}

#[cfg(feature = "gpu")]
impl Constants {
    pub const FUSION: Constants = Constants { sharpen: SHARPEN, taps: TAPS, most: MOST };

    /// What holds squares of gradient sums, and sums of gradients, above 0 in a working domain.
    pub fn floors(curve: &super::curve::Curve) -> [f32; 2] {
        let range = f64::from(curve.range());
        [(SQUARES * range * range) as f32, (GRADIENTS * range) as f32]
    }
}

/// Rows of a stage, by their number modulo how many are held; even and odd columns apart.
struct Ring(Vec<[Vec<f32>; 2]>);

impl Ring {
    fn new(held: usize) -> Self {
        Self(vec![[vec![], vec![]]; held])
    }
    fn resize(&mut self, length: usize) {
        self.0.iter_mut().flatten().for_each(|half| half.resize(length, 0.0));
    }
    #[inline(always)]
    fn slot(&self, number: isize) -> usize {
        number.rem_euclid(self.0.len() as isize) as usize
    }
    #[inline(always)]
    fn at(&self, number: isize, parity: usize) -> &[f32] {
        &self.0[self.slot(number)][parity]
    }
    /// Taken out to be written while others are read, and to be put back.
    fn take(&mut self, number: isize, parity: usize) -> Vec<f32> {
        let slot = self.slot(number);
        std::mem::take(&mut self.0[slot][parity])
    }
    fn put(&mut self, number: isize, parity: usize, row: Vec<f32>) {
        let slot = self.slot(number);
        self.0[slot][parity] = row;
    }
}

pub struct Fusion<'a> {
    rows: Rows<'a>,
    /// Values a row of a stage has: those of the block and its halo, rounded up to whole vectors.
    length: usize,
    /// The first row of the tile, and the row that green is found of next.
    top: isize,
    clock: isize,
    /// Green minus chroma along columns and rows, and by how much it changes from one side of a pixel to the other.
    down: Ring,
    across: Ring,
    down_change: Ring,
    across_change: Ring,
    /// Sums of the changes over 5 rows, and over 5x5 at the chroma sites (in the place of the even columns).
    sums: [Vec<f32>; 2],
    down_box: Ring,
    across_box: Vec<f32>,
    /// At the chroma sites: green minus the chroma of the row and green (even, odd); green minus the other chroma and that chroma.
    own: Ring,
    other: Ring,
    missing: Missing,
}

impl<'a> Fusion<'a> {
    pub fn new(input: Input<'a>) -> Self {
        Self {
            rows: Rows::new(input, 13, HALO + GUARD),
            length: 0,
            top: 0,
            clock: 0,
            down: Ring::new(10),
            across: Ring::new(3),
            down_change: Ring::new(5),
            across_change: Ring::new(5),
            sums: [vec![], vec![]],
            down_box: Ring::new(5),
            across_box: vec![],
            own: Ring::new(5),
            other: Ring::new(3),
            missing: Missing::default(),
        }
    }

    /// Length of a row of a stage with what loops may look at beyond, also those that run over the pairs of the block.
    fn padded(&self) -> usize {
        self.length + 2 * GUARD + MAX_LANES
    }

    /// Green at the chroma sites of row `t`, and all that has to be known before.
    fn advance(&mut self, t: isize) {
        self.columns(t + 5);
        if t + 2 >= self.top - 5 {
            self.lines(t + 2);
        }
        if t >= self.top - 3 {
            self.green(t);
        }
        if t - 2 >= self.top - 1 {
            self.opposite(t - 2);
        }
    }

    /// Differences along columns in row `s`, their changes in row `s - 1`, the sums of these around row `s - 3`.
    fn columns(&mut self, s: isize) {
        self.rows.hold(s - 2, s + 2);
        let chroma = Layout::of(&self.rows.input, s).chroma;
        for parity in 0..2 {
            let mut difference = self.down.take(s, parity);
            let mut change = self.down_change.take(s - 1, parity);
            simd::run(AlongColumns {
                length: self.length,
                c: [-2, -1, 0, 1, 2].map(|dy| self.rows.work(s + dy, parity)),
                sign: if parity == chroma { 1.0 } else { -1.0 },
                before: self.down.at(s - 2, parity),
                changes: [-5, -4, -3, -2].map(|dy| self.down_change.at(s + dy, parity)),
                difference: &mut difference,
                change: &mut change,
                sum: &mut self.sums[parity],
            });
            self.down.put(s, parity, difference);
            self.down_change.put(s - 1, parity, change);
        }
        let mut sums = self.down_box.take(s - 3, 0);
        let parity = Layout::of(&self.rows.input, s - 3).chroma;
        simd::run(SumOfFive { length: self.length, sums: [&self.sums[parity], &self.sums[1 - parity]], parity, out: &mut sums });
        self.down_box.put(s - 3, 0, sums);
    }

    /// Differences along row `u`, their changes there, the sums of these around row `u - 2`.
    fn lines(&mut self, u: isize) {
        self.rows.hold(u, u);
        let chroma = Layout::of(&self.rows.input, u).chroma;
        for parity in 0..2 {
            let mut difference = self.across.take(u, parity);
            simd::run(AlongRow {
                length: self.length,
                c: self.rows.work(u, parity),
                beside: self.rows.work(u, 1 - parity),
                parity,
                sign: if parity == chroma { 1.0 } else { -1.0 },
                difference: &mut difference,
            });
            self.across.put(u, parity, difference);
        }
        for parity in 0..2 {
            let mut change = self.across_change.take(u, parity);
            simd::run(ChangeAlongRow {
                length: self.length,
                beside: self.across.at(u, 1 - parity),
                parity,
                changes: [-4, -3, -2, -1].map(|dy| self.across_change.at(u + dy, parity)),
                change: &mut change,
                sum: &mut self.sums[parity],
            });
            self.across_change.put(u, parity, change);
        }
        let parity = Layout::of(&self.rows.input, u - 2).chroma;
        let sums = [&self.sums[parity][..], &self.sums[1 - parity]];
        simd::run(SumOfFive { length: self.length, sums, parity, out: &mut self.across_box });
    }

    fn green(&mut self, t: isize) {
        let parity = Layout::of(&self.rows.input, t).chroma;
        let (mut difference, mut green) = (self.own.take(t, 0), self.own.take(t, 1));
        let range = f64::from(self.rows.input.curve.range());
        simd::run(Green {
            length: self.length,
            c: self.rows.work(t, parity),
            across: [self.across.at(t, parity), self.across.at(t, 1 - parity)],
            parity,
            down: std::array::from_fn(|i| self.down.at(t + i as isize - 4, parity)),
            boxes: [self.down_box.at(t - 2, 0), self.down_box.at(t + 2, 0), &self.across_box],
            floor: SQUARES * range * range,
            difference: &mut difference,
            green: &mut green,
        });
        self.own.put(t, 0, difference);
        self.own.put(t, 1, green);
    }

    fn opposite(&mut self, v: isize) {
        let parity = Layout::of(&self.rows.input, v).chroma;
        let (mut difference, mut chroma) = (self.other.take(v, 0), self.other.take(v, 1));
        let range = f64::from(self.rows.input.curve.range());
        simd::run(Opposite {
            length: self.length,
            parity,
            chroma: [self.rows.work(v - 1, 1 - parity), self.rows.work(v + 1, 1 - parity)],
            differences: [self.own.at(v - 1, 0), self.own.at(v + 1, 0)],
            greens: [-2, 0, 2].map(|dy| self.own.at(v + dy, 1)),
            floor: GRADIENTS * range,
            difference: &mut difference,
            value: &mut chroma,
        });
        self.other.put(v, 0, difference);
        self.other.put(v, 1, chroma);
    }
}

impl Kernel for Fusion<'_> {
    fn start(&mut self, tile: &Tile) {
        let pairs = tile.pairs();
        self.length = (pairs.len() + 2 * HALO).next_multiple_of(MAX_LANES);
        self.rows.start_padded(pairs.clone(), self.padded());
        let length = self.padded();
        for ring in [
            &mut self.down,
            &mut self.across,
            &mut self.down_change,
            &mut self.across_change,
            &mut self.down_box,
            &mut self.own,
            &mut self.other,
        ] {
            ring.resize(length);
        }
        self.sums.iter_mut().for_each(|s| s.resize(length, 0.0));
        self.across_box.resize(length, 0.0);
        self.missing.resize(pairs.len());
        self.top = tile.rows.start as isize;
        // Three rows before the first are made green, and what that needs is ten rows in the making.
        self.clock = self.top - 3 - ROWS;
    }

    fn row(&mut self, y: usize, out: Out<'_>) {
        let y = y as isize;
        while self.clock <= y + 3 {
            self.advance(self.clock);
            self.clock += 1;
        }
        let layout = Layout::of(&self.rows.input, y);
        let (chroma, green) = (layout.chroma, 1 - layout.chroma);
        let rows = &self.rows;
        simd::run(AtGreen {
            pairs: self.missing.len(),
            parity: green,
            green: [-2, 0, 2].map(|dy| rows.work(y + dy, green)),
            line: [rows.work(y, chroma), self.own.at(y, 0), self.other.at(y, 1), self.other.at(y, 0)],
            // Above and below a green site lie chroma sites whose own chroma is the other one of this row.
            above: [self.other.at(y - 1, 1), self.other.at(y - 1, 0), rows.work(y - 1, green), self.own.at(y - 1, 0)],
            below: [self.other.at(y + 1, 1), self.other.at(y + 1, 0), rows.work(y + 1, green), self.own.at(y + 1, 0)],
            at_chroma: [self.own.at(y, 1), self.other.at(y, 1)],
            tops: rows.input.limits.then(|| [-1, 0, 1].map(|dy| [rows.work(y + dy, chroma), rows.work(y + dy, green)])),
            clips: [1, layout.own, layout.other].map(|channel| rows.input.curve.clip(channel)),
            floor: GRADIENTS * f64::from(rows.input.curve.range()),
            out: self.missing.padded(),
        });
        self.missing.decode(&rows.input.curve, layout);
        mend_beside_clipped(rows, y, layout, &mut self.missing);
        write_row(rows, y, layout, &self.missing, out);
    }
}

// Closures are not inlined into code with other processor features than theirs; macros are.

/// The values of pair `i` of the rows that are numbered.
macro_rules! here {
    ($rows:expr, $i:ident; $($n:literal),+) => {
        [$(at($rows[$n], $i, 0)),+]
    };
}

/// The same done to each of four.
macro_rules! each {
    ($values:expr, |$v:ident| $result:expr) => {{
        let [a, b, c, d] = $values;
        [
            {
                let $v = a;
                $result
            },
            {
                let $v = b;
                $result
            },
            {
                let $v = c;
                $result
            },
            {
                let $v = d;
                $result
            },
        ]
    }};
}

/// The value of pair `i` of a row of a stage, and those `shift` pairs to the right.
#[inline(always)]
fn at<S: Lanes>(row: &[f32], i: usize, shift: isize) -> S {
    S::load(&row[(GUARD as isize + shift) as usize + i..])
}

#[inline(always)]
fn put<S: Lanes>(value: S, row: &mut [f32], i: usize) {
    value.store(&mut row[GUARD + i..]);
}

/// The values around a green site: above, below, to its left and right.
#[inline(always)]
fn around<S: Lanes>(above: &[f32], below: &[f32], line: &[f32], parity: usize, i: usize) -> [S; 4] {
    [at(above, i, 0), at(below, i, 0), beside(line, parity, i, -1), beside(line, parity, i, 1)]
}

/// The largest of three rows, in their chroma (0) or green (1) columns.
#[inline(always)]
fn highest<S: Lanes>(rows: [[&[f32]; 2]; 3], which: usize, i: usize, shift: isize) -> S {
    let [a, b, c] = rows;
    at::<S>(a[which], i, shift).max(at(b[which], i, shift)).max(at(c[which], i, shift))
}

/// The value `odd` (.. -3, -1, 1, 3 ..) columns to the right of that of column parity `parity`, from the `row` of the other parity.
#[inline(always)]
fn beside<S: Lanes>(row: &[f32], parity: usize, i: usize, odd: isize) -> S {
    // East of an even column is the odd one of its own pair; east of an odd one the even one of the next pair.
    at(row, i, (parity as isize + odd).div_euclid(2))
}

/// Estimate along a line at a site: what its neighbours say, sharpened by the second difference of its own colour.
#[inline(always)]
fn estimate<S: Lanes>(c: S, near: S, far: S) -> S {
    near * S::constant(0.5) + (c + c - far) * S::constant(SHARPEN)
}

/// Sum of five, from the outside in: the same for a mirrored picture.
#[inline(always)]
fn five<S: Lanes>(v: [S; 5]) -> S {
    ((v[0] + v[4]) + (v[1] + v[3])) + v[2]
}

struct AlongColumns<'a> {
    length: usize,
    c: [&'a [f32]; 5],
    /// 1 at chroma sites, -1 at green ones: the difference is always green minus chroma.
    sign: f64,
    /// The difference two rows up.
    before: &'a [f32],
    changes: [&'a [f32]; 4],
    difference: &'a mut [f32],
    change: &'a mut [f32],
    sum: &'a mut [f32],
}

impl Pass for AlongColumns<'_> {
    #[inline(always)]
    fn run<S: Lanes>(self) {
        let sign = S::constant(self.sign);
        for i in (0..self.length).step_by(S::COUNT) {
            let c: [S; 5] = here!(self.c, i; 0, 1, 2, 3, 4);
            let difference = (estimate(c[2], c[1] + c[3], c[0] + c[4]) - c[2]) * sign;
            let change = (at::<S>(self.before, i, 0) - difference).abs();
            let [a, b, c, d] = here!(self.changes, i; 0, 1, 2, 3);
            put(difference, self.difference, i);
            put(change, self.change, i);
            put(five([a, b, c, d, change]), self.sum, i);
        }
    }
}

/// Of sums over columns, the sums over five columns at the sites of one parity.
struct SumOfFive<'a> {
    length: usize,
    /// Of that parity, and of the other.
    sums: [&'a [f32]; 2],
    parity: usize,
    out: &'a mut [f32],
}

impl Pass for SumOfFive<'_> {
    #[inline(always)]
    fn run<S: Lanes>(self) {
        let [same, other] = self.sums;
        for i in (0..self.length).step_by(S::COUNT) {
            let (w, e) = (beside(other, self.parity, i, -1), beside(other, self.parity, i, 1));
            put(five([at::<S>(same, i, -1), w, at(same, i, 0), e, at(same, i, 1)]), self.out, i);
        }
    }
}

struct AlongRow<'a> {
    length: usize,
    c: &'a [f32],
    beside: &'a [f32],
    parity: usize,
    sign: f64,
    difference: &'a mut [f32],
}

impl Pass for AlongRow<'_> {
    #[inline(always)]
    fn run<S: Lanes>(self) {
        let sign = S::constant(self.sign);
        for i in (0..self.length).step_by(S::COUNT) {
            let c: S = at(self.c, i, 0);
            let near = beside::<S>(self.beside, self.parity, i, -1) + beside(self.beside, self.parity, i, 1);
            let far = at::<S>(self.c, i, -1) + at(self.c, i, 1);
            put((estimate(c, near, far) - c) * sign, self.difference, i);
        }
    }
}

struct ChangeAlongRow<'a> {
    length: usize,
    beside: &'a [f32],
    parity: usize,
    changes: [&'a [f32]; 4],
    change: &'a mut [f32],
    sum: &'a mut [f32],
}

impl Pass for ChangeAlongRow<'_> {
    #[inline(always)]
    fn run<S: Lanes>(self) {
        for i in (0..self.length).step_by(S::COUNT) {
            let change = (beside::<S>(self.beside, self.parity, i, -1) - beside(self.beside, self.parity, i, 1)).abs();
            let [a, b, c, d] = here!(self.changes, i; 0, 1, 2, 3);
            put(change, self.change, i);
            put(five([a, b, c, d, change]), self.sum, i);
        }
    }
}

struct Green<'a> {
    length: usize,
    c: &'a [f32],
    /// Of the chroma sites, and of the green ones between.
    across: [&'a [f32]; 2],
    parity: usize,
    down: [&'a [f32]; 9],
    /// Sums of changes along columns two rows up and two rows down; along the row.
    boxes: [&'a [f32]; 3],
    floor: f64,
    difference: &'a mut [f32],
    green: &'a mut [f32],
}

impl Pass for Green<'_> {
    #[inline(always)]
    fn run<S: Lanes>(self) {
        let p = self.parity;
        let [a, b, c, d, e] = TAPS;
        let taps = [S::constant(a), S::constant(b), S::constant(c), S::constant(d), S::constant(e)];
        let [same, between] = self.across;
        let (floor, most) = (S::constant(self.floor), S::constant(MOST));
        for i in (0..self.length).step_by(S::COUNT) {
            let d: [S; 9] = here!(self.down, i; 0, 1, 2, 3, 4, 5, 6, 7, 8);
            let n = walk([d[4], d[3], d[2], d[1], d[0]], taps);
            let s = walk([d[4], d[5], d[6], d[7], d[8]], taps);
            let here = at(same, i, 0);
            let w = walk([here, beside(between, p, i, -1), at(same, i, -1), beside(between, p, i, -3), at(same, i, -2)], taps);
            let e = walk([here, beside(between, p, i, 1), at(same, i, 1), beside(between, p, i, 3), at(same, i, 2)], taps);
            let [up, down, line] = self.boxes;
            let sums: [S; 4] = [at(up, i, 0), at(down, i, 0), at(line, i, -1), at(line, i, 1)];
            let q = each!(sums, |sum| (floor + sum * sum).min(most));
            let difference = weighted([n, s, w, e], q);
            put(difference, self.difference, i);
            put(at::<S>(self.c, i, 0) + difference, self.green, i);
        }
    }
}

/// The differences met on the way from a site, the nearest first.
#[inline(always)]
fn walk<S: Lanes>(v: [S; 5], taps: [S; 5]) -> S {
    ((v[0] * taps[0] + v[1] * taps[1]) + v[2] * taps[2]) + (v[3] * taps[3] + v[4] * taps[4])
}

/// Mean of `values`, each weighted by one over its `q`: over a common denominator, which takes one division for five.
#[inline(always)]
fn weighted<S: Lanes>(values: [S; 4], q: [S; 4]) -> S {
    let (first, second) = (q[0] * q[1], q[2] * q[3]);
    let sum = (values[0] * q[1] + values[1] * q[0]) * second + (values[2] * q[3] + values[3] * q[2]) * first;
    sum / ((q[0] + q[1]) * second + (q[2] + q[3]) * first)
}

struct Opposite<'a> {
    length: usize,
    parity: usize,
    /// Samples and differences of the rows above and below, at their chroma sites.
    chroma: [&'a [f32]; 2],
    differences: [&'a [f32]; 2],
    /// Green two rows up, here, two rows down.
    greens: [&'a [f32]; 3],
    floor: f64,
    difference: &'a mut [f32],
    value: &'a mut [f32],
}

impl Pass for Opposite<'_> {
    #[inline(always)]
    fn run<S: Lanes>(self) {
        let (p, floor) = (self.parity, S::constant(self.floor));
        for i in (0..self.length).step_by(S::COUNT) {
            let c: [S; 4] = diagonals(self.chroma, p, i);
            let d: [S; 4] = diagonals(self.differences, p, i);
            let here: S = at(self.greens[1], i, 0);
            let [up, _, down] = self.greens;
            let far: [S; 4] = [at(up, i, -1), at(down, i, 1), at(up, i, 1), at(down, i, -1)];
            let falling = floor + (c[0] - c[1]).abs();
            let rising = floor + (c[2] - c[3]).abs();
            let [nw, se, ne, sw] = each!(far, |far| (here - far).abs());
            let q = [falling + nw, falling + se, rising + ne, rising + sw];
            let difference = weighted(d, q);
            put(difference, self.difference, i);
            put(here - difference, self.value, i);
        }
    }
}

/// North-west and south-east, north-east and south-west of a site, in the rows above and below.
#[inline(always)]
fn diagonals<S: Lanes>([above, below]: [&[f32]; 2], parity: usize, i: usize) -> [S; 4] {
    [beside(above, parity, i, -1), beside(below, parity, i, 1), beside(above, parity, i, 1), beside(below, parity, i, -1)]
}

struct AtGreen<'a> {
    pairs: usize,
    /// Of the green columns.
    parity: usize,
    /// Samples two rows up, here, two rows down.
    green: [&'a [f32]; 3],
    /// Value and difference of the chroma of this row, value and difference of the other: in this row, above, below.
    line: [&'a [f32]; 4],
    above: [&'a [f32]; 4],
    below: [&'a [f32]; 4],
    /// Green and the other chroma at the chroma sites.
    at_chroma: [&'a [f32]; 2],
    /// Where results are held at the largest sample around, or at clip where that is higher: three rows of samples, of chroma and green columns.
    tops: Option<[[&'a [f32]; 2]; 3]>,
    /// Of green, of the chroma of this row and of the other.
    clips: [f32; 3],
    floor: f64,
    /// See [`Missing::parts`].
    out: [&'a mut [f32]; 4],
}

impl Pass for AtGreen<'_> {
    #[inline(always)]
    fn run<S: Lanes>(self) {
        let (p, floor) = (self.parity, S::constant(self.floor));
        let [green_at_chroma, other_at_chroma, own_at_green, other_at_green] = self.out;
        for first in (0..self.pairs).step_by(S::COUNT) {
            let i = first + HALO;
            let here: S = at(self.green[1], i, 0);
            let steps: [S; 4] = [at(self.green[0], i, 0), at(self.green[2], i, 0), at(self.green[1], i, -1), at(self.green[1], i, 1)];
            let steps = each!(steps, |far| floor + (here - far).abs());
            macro_rules! chroma {
                ($value:literal, $difference:literal) => {{
                    let c: [S; 4] = around(self.above[$value], self.below[$value], self.line[$value], p, i);
                    let d = around(self.above[$difference], self.below[$difference], self.line[$difference], p, i);
                    let (along, across) = ((c[0] - c[1]).abs(), (c[2] - c[3]).abs());
                    here - weighted(d, [steps[0] + along, steps[1] + along, steps[2] + across, steps[3] + across])
                }};
            }
            let (mut own, mut other): (S, S) = (chroma!(0, 1), chroma!(2, 3));
            let (mut green, mut opposite): (S, S) = (at(self.at_chroma[0], i, 0), at(self.at_chroma[1], i, 0));
            if let Some(rows) = self.tops {
                // Around a site lie both columns of its pair, and one of the other colour beyond.
                let both = highest::<S>(rows, 0, i, 0).max(highest(rows, 1, i, 0));
                let outward = if p == 1 { 1 } else { -1 };
                let (at_chroma, at_green) = (both.max(highest(rows, 1, i, -outward)), both.max(highest(rows, 0, i, outward)));
                let [c, d, e] = self.clips;
                let (c, d, e) = (S::constant(c.into()), S::constant(d.into()), S::constant(e.into()));
                green = green.min(at_chroma.max(c));
                own = own.min(at_green.max(d));
                opposite = opposite.min(at_chroma.max(e));
                other = other.min(at_green.max(e));
            }
            green.store(&mut green_at_chroma[first..]);
            opposite.store(&mut other_at_chroma[first..]);
            own.store(&mut own_at_green[first..]);
            other.store(&mut other_at_green[first..]);
        }
    }
}
