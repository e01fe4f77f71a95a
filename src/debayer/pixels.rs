//! From what a kernel found to rows of pixels.

use super::{
    curve::Curve,
    kernel::Out,
    rows::{Input, Rows},
    simd::{self, MAX_LANES},
};

/// Where the colours lie in a row of the mosaic.
#[derive(Clone, Copy)]
pub struct Layout {
    /// Parity of the columns under red or blue.
    pub chroma: usize,
    /// Channel of those columns, 0 or 2.
    pub own: usize,
    /// The other chroma's channel.
    pub other: usize,
}

impl Layout {
    pub fn of(input: &Input<'_>, y: isize) -> Self {
        let chroma = usize::from(input.channel(0, y) == 1);
        let own = input.channel(chroma as isize, y);
        Self { chroma, own, other: 2 - own }
    }
}

/// What a row of the mosaic lacks, one value a column pair: at the chroma site of each pair green and the opposite
/// chroma, at its green site the chroma of this row and that of the rows above and below.
///
/// Each part is as long as whole vectors are.
#[derive(Default)]
pub struct Missing {
    pairs: usize,
    green_at_chroma: Vec<f32>,
    other_at_chroma: Vec<f32>,
    own_at_green: Vec<f32>,
    other_at_green: Vec<f32>,
}

impl Missing {
    pub fn resize(&mut self, pairs: usize) {
        self.pairs = pairs;
        for part in [&mut self.green_at_chroma, &mut self.other_at_chroma, &mut self.own_at_green, &mut self.other_at_green] {
            part.resize(pairs.next_multiple_of(MAX_LANES), 0.0);
        }
    }

    pub fn len(&self) -> usize {
        self.pairs
    }

    /// Green and the opposite chroma at chroma sites, the chroma of this row and the other one at green sites; one a pair.
    #[inline(always)]
    pub fn parts(&mut self) -> [&mut [f32]; 4] {
        let n = self.pairs;
        self.padded().map(|part| &mut part[..n])
    }

    /// As [`parts`](Self::parts), with what fills the last vectors.
    #[inline(always)]
    pub fn padded(&mut self) -> [&mut [f32]; 4] {
        [&mut self.green_at_chroma, &mut self.other_at_chroma, &mut self.own_at_green, &mut self.other_at_green]
    }

    /// From the working domain back to light.
    pub fn decode(&mut self, curve: &Curve, layout: Layout) {
        curve.decode(&mut self.green_at_chroma, 1);
        curve.decode(&mut self.other_at_chroma, layout.other);
        curve.decode(&mut self.own_at_green, layout.own);
        curve.decode(&mut self.other_at_green, layout.other);
    }
}

/// Writes row `y`: the samples of the mosaic as they are, and between them what is `missing`, decoded.
pub fn write_row(rows: &Rows<'_>, y: isize, layout: Layout, missing: &Missing, out: Out<'_>) {
    let (chroma, greens) = (rows.linear(y, layout.chroma), rows.linear(y, 1 - layout.chroma));
    let [r, green, b] = out;
    let (own, other) = if layout.own == 0 { (r, b) } else { (b, r) };
    let m = missing;
    simd::vectorised(
        #[inline(always)]
        || {
            if layout.chroma == 0 {
                interleave(own, chroma, &m.own_at_green);
                interleave(green, &m.green_at_chroma, greens);
                interleave(other, &m.other_at_chroma, &m.other_at_green);
            } else {
                interleave(own, &m.own_at_green, chroma);
                interleave(green, greens, &m.green_at_chroma);
                interleave(other, &m.other_at_green, &m.other_at_chroma);
            }
        },
    );
}

/// Even and odd columns side by side. A row may end within a pair.
#[inline(always)]
fn interleave(out: &mut [f32], even: &[f32], odd: &[f32]) {
    let whole = out.len() / 2;
    for ((out, even), odd) in out.chunks_exact_mut(2).zip(even).zip(odd) {
        out[0] = *even;
        out[1] = *odd;
    }
    if let [last] = out.chunks_exact_mut(2).into_remainder() {
        *last = even[whole];
    }
}
