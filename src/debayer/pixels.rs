//! From what a kernel found to rows of pixels.

use super::{
    curve::Curve,
    highlights::share_clipped,
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

/// Mends what is `missing` of row `y`, decoded, beside clipped samples.
///
/// Red and blue are held at the largest of their nearest samples, or at what is neutral beside the other colours of the pixel
/// where that is more: what a filter finds beyond both it has from a level that is none. Then, beside clipped green, green is raised to the lower of red and blue in balanced light, or these lowered to green
/// where green was recorded: there is no magenta in a highlight.
pub fn mend_beside_clipped(rows: &Rows<'_>, y: isize, layout: Layout, missing: &mut Missing) {
    let Some(highlights) = rows.input.highlights else { return };
    if (-1..=1).all(|dy| !rows.has_clipped(y + dy)) {
        return;
    }
    let (chroma, green) = (layout.chroma, 1 - layout.chroma);
    let around = |parity: usize| [-1, 0, 1].map(|dy| rows.linear_around(y + dy, parity));
    let (at_chroma, at_green) = (around(chroma), around(green));
    let parts = missing.parts();
    let neutral = [layout.own, 1, layout.other].map(|channel| highlights.neutral[channel]);
    let balance = [layout.own, 1, layout.other].map(|channel| highlights.balance[channel]);
    simd::vectorised(
        #[inline(always)]
        || match chroma {
            0 => mend::<0>(at_chroma, at_green, neutral, balance, parts),
            _ => mend::<1>(at_chroma, at_green, neutral, balance, parts),
        },
    );
}

/// `neutral` and `balance` are of the row's own chroma, green, the other chroma.
#[inline(always)]
fn mend<const CHROMA: usize>(chroma: [&[f32]; 3], green: [&[f32]; 3], neutral: [f32; 3], balance: [f32; 3], parts: [&mut [f32]; 4]) {
    let [green_at_chroma, other_at_chroma, own_at_green, other_at_green] = parts;
    let n = other_at_chroma.len();
    let ([above_chroma, chroma, below_chroma], [above_green, green, below_green]) =
        (chroma.map(|c| &c[..n + 2]), green.map(|g| &g[..n + 2]));
    for i in 0..n {
        // Where the western neighbour of a chroma site lies; the eastern one is next.
        let (w, e) = (i + CHROMA, i + CHROMA + 1);
        let greens = above_chroma[i + 1].max(below_chroma[i + 1]).max(green[w].max(green[e]));
        let others = above_green[w].max(above_green[e]).max(below_green[w].max(below_green[e]));
        let own = chroma[i + 1];
        let light = (own * balance[0]).max(green_at_chroma[i] * balance[1]);
        let other = held(other_at_chroma[i], others.max(light * neutral[2]), own.max(greens).max(others));
        other_at_chroma[i] = other;
        let magenta = ((own * balance[0]).min(other * balance[2]) - green_at_chroma[i] * balance[1]).max(0.0);
        green_at_chroma[i] += share_clipped(greens) * magenta * neutral[1];
    }
    for i in 0..n {
        let (w, e) = (i + 1 - CHROMA, i + 2 - CHROMA);
        let (line, column) = (chroma[w].max(chroma[e]), above_green[i + 1].max(below_green[i + 1]));
        let greens = green[i + 1].max(above_chroma[w].max(above_chroma[e])).max(below_chroma[w].max(below_chroma[e]));
        let most = greens.max(line).max(column);
        let light = green[i + 1] * balance[1];
        let own = held(own_at_green[i], line.max(light * neutral[0]), most);
        let other = held(other_at_green[i], column.max(light * neutral[2]), most);
        let magenta = share_clipped(greens) * ((own * balance[0]).min(other * balance[2]) - green[i + 1] * balance[1]).max(0.0);
        own_at_green[i] = own - magenta * neutral[0];
        other_at_green[i] = other - magenta * neutral[2];
    }
}

/// A value held at `limit`, the more the nearer the largest sample around is to clip.
#[inline(always)]
fn held(value: f32, limit: f32, most: f32) -> f32 {
    value - share_clipped(most) * (value - limit).max(0.0)
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
