//! The rows a kernel looks at: linear as they were recorded, and in the working domain.

use super::{
    curve::Curve,
    highlights::{Highlights, Line, Site},
    repair::{Greens, Neighbours},
    simd,
    source::Source,
};
use crate::image::CfaColor;
use std::ops::Range;

/// What a kernel works on.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    pub source: Source<'a>,
    pub curve: Curve,
    /// Whether interpolated values are held at the largest sample they were made of.
    pub limits: bool,
    /// Whether stuck pixels are mended.
    pub repair_pixels: bool,
    /// How the greens differ, where they are to be levelled.
    pub greens: Option<&'a Greens>,
    /// How clipped samples are lifted, where they are to be.
    pub highlights: Option<Highlights>,
}

impl Input<'_> {
    /// The channel (0 red, 1 green, 2 blue) of the filter over column `x`, row `y`; both may be negative.
    pub fn channel(&self, x: isize, y: isize) -> usize {
        match self.source.cfa().color((x & 1) as u32, (y & 1) as u32) {
            CfaColor::Red => 0,
            CfaColor::Green => 1,
            CfaColor::Blue => 2,
        }
    }
}

/// One row, its even and odd columns apart so that neighbouring samples of a colour are neighbours in memory.
#[derive(Clone)]
struct Row {
    number: Option<isize>,
    /// Whether samples count as clipped, where they are to be lifted.
    clipped: bool,
    linear: [Vec<f32>; 2],
    work: [Vec<f32>; 2],
}

/// The last few rows of a block of columns, with the margin around it: pixels of the picture where there are some,
/// beyond its borders those they mirror.
pub struct Rows<'a> {
    pub input: Input<'a>,
    /// Pairs of columns beyond either end of the block.
    margin: usize,
    block: Range<usize>,
    ring: Vec<Row>,
    scratch: Vec<f32>,
    /// Columns of the block and its margin.
    read: usize,
    neighbours: Neighbours,
    /// The rows above, here and below, while clipped samples of a row are lifted.
    lines: [Line; 3],
}

/// Columns of one parity in one row, from the margin on.
pub type Columns<'a> = &'a [f32];

impl<'a> Rows<'a> {
    /// Holds `held` rows at a time, with `margin` pairs of columns beyond either end.
    pub fn new(input: Input<'a>, held: usize, margin: usize) -> Self {
        let row = Row { number: None, clipped: false, linear: [vec![], vec![]], work: [vec![], vec![]] };
        Self {
            input,
            margin,
            block: 0..0,
            ring: vec![row; held],
            scratch: vec![],
            read: 0,
            neighbours: Neighbours::default(),
            lines: Default::default(),
        }
    }

    /// Turns to a block of column pairs; rows held so far are forgotten.
    pub fn start(&mut self, block: Range<usize>) {
        let length = block.len() + 2 * self.margin;
        self.start_padded(block, length);
    }

    /// As [`start`](Self::start), for rows of `length` pairs at least: what they have beyond the right margin is 0.
    pub fn start_padded(&mut self, block: Range<usize>, length: usize) {
        let read = block.len() + 2 * self.margin;
        let length = length.max(read);
        for row in &mut self.ring {
            row.number = None;
            for half in row.linear.iter_mut().chain(&mut row.work) {
                half.resize(length, 0.0);
            }
        }
        self.scratch.clear();
        // With a pair more at either end, for the lines beside clipped samples.
        self.scratch.resize(2 * length + 4, 0.0);
        self.read = 2 * read;
        self.block = block;
    }

    /// Makes sure that rows `first..=last` are held. Rows outside the picture are those they mirror.
    pub fn hold(&mut self, first: isize, last: isize) {
        debug_assert!(((last - first) as usize) < self.ring.len());
        for number in first..=last {
            let slot = self.slot(number);
            if self.ring[slot].number != Some(number) {
                self.ring[slot].number = Some(number);
                self.fill(slot, number);
            }
        }
    }

    /// The even (0) or odd (1) columns of a row that is held, in the working domain.
    /// Index `i + margin` is pair `i` of the block.
    #[inline(always)]
    pub fn work(&self, number: isize, parity: usize) -> Columns<'_> {
        &self.held(number).work[parity]
    }

    /// As [`work`](Self::work), as recorded, without the margin.
    #[inline(always)]
    pub fn linear(&self, number: isize, parity: usize) -> Columns<'_> {
        &self.held(number).linear[parity][self.margin..self.margin + self.block.len()]
    }

    /// As [`linear`](Self::linear), with a pair more at either end.
    pub fn linear_around(&self, number: isize, parity: usize) -> Columns<'_> {
        &self.held(number).linear[parity][self.margin - 1..self.margin + self.block.len() + 1]
    }

    /// Whether a row that is held has samples that were lifted.
    pub fn has_clipped(&self, number: isize) -> bool {
        self.held(number).clipped
    }

    #[inline(always)]
    fn held(&self, number: isize) -> &Row {
        let row = &self.ring[self.slot(number)];
        debug_assert_eq!(row.number, Some(number));
        row
    }

    #[inline(always)]
    fn slot(&self, number: isize) -> usize {
        number.rem_euclid(self.ring.len() as isize) as usize
    }

    fn fill(&mut self, slot: usize, number: isize) {
        let y = mirror(number, self.input.source.size().height as usize);
        // Columns of the block with its margin.
        let first = 2 * (self.block.start as isize - self.margin as isize);
        self.read_line(y, first, self.read);
        let channels = [0, 1].map(|x| self.input.channel(x, y as isize));
        let (curve, scratch) = (self.input.curve, &self.scratch[..]);
        let linear = &mut self.ring[slot].linear;
        simd::vectorised(
            #[inline(always)]
            || deinterleave(scratch, linear),
        );
        let clipped = self.input.highlights.is_some() && Highlights::concern(scratch);
        self.ring[slot].clipped = clipped;
        if clipped {
            self.lift(slot, y, first);
        }
        let Row { linear, work, .. } = &mut self.ring[slot];
        for parity in 0..2 {
            curve.encode(&linear[parity], channels[parity], &mut work[parity]);
        }
    }
}

impl Rows<'_> {
    /// Reads `count` columns from `first` on of row `y`, mirrored beyond the borders, into `scratch`.
    fn read_line(&mut self, y: usize, first: isize, count: usize) {
        let width = self.input.source.size().width as usize;
        // Columns within the picture are read in one go.
        let end = first + count as isize;
        let (from, to) = (first.max(0), end.min(width as isize));
        let at = |x: isize| (x - first) as usize;
        self.read_row(y, from as usize, at(from)..at(to));
        for x in (first..from).chain(to..end) {
            self.read_row(y, mirror(x, width), at(x)..at(x) + 1);
        }
    }

    /// Lifts the clipped samples of row `y`, which is held in `slot` and whose first column is `first`.
    fn lift(&mut self, slot: usize, y: usize, first: isize) {
        let Some(highlights) = self.input.highlights else { return };
        let (y, height) = (y as isize, self.input.source.size().height as usize);
        // With a pair more at either end.
        let count = self.read + 4;
        for (i, dy) in [-1, 0, 1].into_iter().enumerate() {
            self.read_line(mirror(y + dy, height), first - 2, count);
            let line = &mut self.lines[i];
            line.iter_mut().for_each(|half| half.resize(count / 2, 0.0));
            deinterleave(&self.scratch, line);
        }
        self.scratch[self.read..count].fill(0.0);
        let [above, here, below] = &self.lines;
        for parity in 0..2 {
            let channel = |dx: isize, dy: isize| self.input.channel(parity as isize + dx, y + dy);
            let site = Site { parity, own: channel(0, 0), beside: channel(1, 0), above: channel(0, 1), diagonal: channel(1, 1) };
            let out = &mut self.ring[slot].linear[parity][..self.read / 2];
            highlights.lift([above, here, below], site, out);
        }
    }

    /// Samples of row `y` from column `x` on, mended as the options ask, to a part of `scratch`.
    fn read_row(&mut self, y: usize, x: usize, to: Range<usize>) {
        let (input, out) = (self.input, &mut self.scratch[to]);
        if input.repair_pixels {
            self.neighbours.read(input.source, y, x, out);
        } else {
            input.source.read(y, x, out);
        }
        if let Some(greens) = input.greens {
            greens.level(y, x, out);
        }
    }
}

#[inline(always)]
fn deinterleave(from: &[f32], [even, odd]: &mut [Vec<f32>; 2]) {
    for ((pair, e), o) in from.chunks_exact(2).zip(even).zip(odd) {
        *e = pair[0];
        *o = pair[1];
    }
}

/// Where index `i` of a picture `n` wide lies when it is mirrored without repeating its edges: -1 is 1, `n` is `n - 2`.
/// The parity is kept, but for `n` = 1, which has no other.
pub fn mirror(i: isize, n: usize) -> usize {
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
