//! The inverse of the 2-6 wavelet (SMPTE ST 2073-1, "inverse wavelet transform"): rows first put together vertically, then
//! horizontally. Whole numbers throughout.

use rayon::prelude::*;

/// A band or a reconstructed lowpass: rows of `width` coefficients.
pub struct Plane {
    pub width: usize,
    pub height: usize,
    pub data: Vec<i16>,
}

impl Plane {
    pub fn row(&self, y: usize) -> &[i16] {
        &self.data[y * self.width..][..self.width]
    }
}

/// The four bands of one level of a channel, all of one size.
pub struct Level {
    pub low_low: Plane,
    /// High horizontally, low vertically.
    pub low_high: Plane,
    /// Low horizontally, high vertically.
    pub high_low: Plane,
    pub high_high: Plane,
}

/// What undoes the scaling of the encoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scaling {
    /// None: halves, held to 14 bits without a sign.
    None,
    /// The encoder's input was divided by four: doubles.
    Quarter,
}

/// Weights in eighths of three neighbouring lowpass values in an even and an odd result.
struct Taps {
    even: [i32; 3],
    odd: [i32; 3],
}

/// At the start of a line (its values 0, 1, 2), within it (before, at, after), at its end (the last three).
const FIRST: Taps = Taps { even: [11, -4, 1], odd: [5, 4, -1] };
const MIDDLE: Taps = Taps { even: [1, 8, -1], odd: [-1, 8, 1] };
const LAST: Taps = Taps { even: [-1, 4, 5], odd: [1, -4, 11] };

impl Taps {
    /// The taps of line position `i` of `n`, and the first of its three values. `n` is at least [`LEAST`].
    fn of(i: usize, n: usize) -> (&'static Taps, usize) {
        match i {
            0 => (&FIRST, 0),
            i if i + 1 == n => (&LAST, n - 3),
            i => (&MIDDLE, i - 1),
        }
    }
}

/// Shortest line of a band that can be inverted.
pub const LEAST: usize = 3;

/// The even and the odd result before they are halved.
#[inline(always)]
fn pair(taps: &Taps, low: [i16; 3], high: i16) -> (i32, i32) {
    let [a, b, c] = low.map(i32::from);
    let high = i32::from(high);
    let sum = |t: [i32; 3]| (t[0] * a + t[1] * b + t[2] * c + 4) >> 3;
    (sum(taps.even) + high, sum(taps.odd) - high)
}

#[inline(always)]
fn held(v: i32) -> i16 {
    v.clamp(i16::MIN.into(), i16::MAX.into()) as i16
}

/// One band row of each kind to two rows.
fn vertical(taps: &Taps, low: [&[i16]; 3], high: &[i16], even: &mut [i16], odd: &mut [i16]) {
    let n = high.len();
    let (even, odd) = (&mut even[..n], &mut odd[..n]);
    let low = low.map(|row| &row[..n]);
    for i in 0..n {
        let (e, o) = pair(taps, [low[0][i], low[1][i], low[2][i]], high[i]);
        even[i] = held(e >> 1);
        odd[i] = held(o >> 1);
    }
}

/// A row of each kind to one of twice the width, or one less.
fn horizontal(low: &[i16], high: &[i16], scaling: Scaling, out: &mut [i16]) {
    match scaling {
        Scaling::None => horizontal_as(low, high, out, |v| (v >> 1).clamp(0, (1 << 14) - 1) as i16),
        Scaling::Quarter => horizontal_as(low, high, out, |v| held(v << 1)),
    }
}

#[inline(always)]
fn horizontal_as(low: &[i16], high: &[i16], out: &mut [i16], finish: impl Fn(i32) -> i16) {
    let n = high.len();
    let low = &low[..n];
    let border = |i: usize| {
        let (taps, from) = Taps::of(i, n);
        let (e, o) = pair(taps, [low[from], low[from + 1], low[from + 2]], high[i]);
        [finish(e), finish(o)]
    };
    let (pairs, rest) = out.as_chunks_mut::<2>();
    pairs[0] = border(0);
    for (i, out) in pairs[1..n - 1].iter_mut().enumerate() {
        let (e, o) = pair(&MIDDLE, [low[i], low[i + 1], low[i + 2]], high[i + 1]);
        *out = [finish(e), finish(o)];
    }
    let last = border(n - 1);
    match rest {
        [one] => *one = last[0],
        _ => pairs[n - 1] = last,
    }
}

/// Rows in between: what the vertical pass leaves for the horizontal one.
pub struct Scratch {
    low: [Vec<i16>; 2],
    high: [Vec<i16>; 2],
}

impl Scratch {
    pub fn new(width: usize) -> Self {
        let rows = || [vec![0; width], vec![0; width]];
        Self { low: rows(), high: rows() }
    }
}

impl Level {
    /// The two rows that band row `y` stands for, each twice as wide as the bands or one less.
    pub fn rows(&self, y: usize, scaling: Scaling, scratch: &mut Scratch, even: &mut [i16], odd: Option<&mut [i16]>) {
        let (taps, from) = Taps::of(y, self.low_low.height);
        let three = |plane: &'_ Plane| -> [usize; 3] { std::array::from_fn(|i| (from + i) * plane.width) };
        let rows = |plane: &Plane, at: [usize; 3], low: &mut [Vec<i16>; 2], high: &[i16]| {
            let [even, odd] = low;
            vertical(taps, at.map(|a| &plane.data[a..a + plane.width]), high, even, odd);
        };
        rows(&self.low_low, three(&self.low_low), &mut scratch.low, self.high_low.row(y));
        rows(&self.low_high, three(&self.low_high), &mut scratch.high, self.high_high.row(y));
        horizontal(&scratch.low[0], &scratch.high[0], scaling, even);
        if let Some(odd) = odd {
            horizontal(&scratch.low[1], &scratch.high[1], scaling, odd);
        }
    }

    /// The lowpass band of the next level, `width` and `height` twice those of the bands or one less.
    pub fn invert(&self, scaling: Scaling, width: usize, height: usize) -> Plane {
        let mut data = vec![0i16; width * height];
        let scratch = || Scratch::new(self.low_low.width);
        data.par_chunks_mut(2 * width).enumerate().for_each_init(scratch, |scratch, (y, rows)| {
            let (even, odd) = rows.split_at_mut(width);
            self.rows(y, scaling, scratch, even, (!odd.is_empty()).then_some(odd));
        });
        Plane { width, height, data }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The forward transform of a line of even length (ST 2073-1): sums, and differences less what the sums foretell.
    fn forward(line: &[i32]) -> (Vec<i32>, Vec<i32>) {
        let low: Vec<i32> = line.chunks(2).map(|p| p[0] + p[1]).collect();
        let high = (0..low.len())
            .map(|i| {
                let (taps, from) = Taps::of(i, low.len());
                // The even result is (foretold + high) / 2.
                let foretold: i32 = (0..3).map(|t| taps.even[t] * low[from + t]).sum::<i32>() + 4;
                2 * line[2 * i] - (foretold >> 3)
            })
            .collect();
        (low, high)
    }

    #[test]
    fn the_inverse_undoes_the_transform() {
        let (width, height) = (14, 10);
        let mut seed = 1u32;
        let picture: Vec<i32> = (0..width * height)
            .map(|i| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (i % width * 90 + i / width * 40) as i32 + (seed >> 26) as i32
            })
            .collect();
        // Rows, then columns of the two halves.
        let (w, h) = (width / 2, height / 2);
        let (mut low, mut high) = (vec![], vec![]);
        for row in picture.chunks(width) {
            let (l, h) = forward(row);
            low.push(l);
            high.push(h);
        }
        let columns = |half: &[Vec<i32>]| {
            let (mut low, mut high) = (vec![0i16; w * h], vec![0i16; w * h]);
            for x in 0..w {
                let column: Vec<i32> = half.iter().map(|row| row[x]).collect();
                let (l, hi) = forward(&column);
                for y in 0..h {
                    low[y * w + x] = l[y] as i16;
                    high[y * w + x] = hi[y] as i16;
                }
            }
            let plane = |data| Plane { width: w, height: h, data };
            (plane(low), plane(high))
        };
        let ((low_low, high_low), (low_high, high_high)) = (columns(&low), columns(&high));
        let level = Level { low_low, low_high, high_low, high_high };
        let back = level.invert(Scaling::None, width, height);
        // Without loss: what the sums foretell of the even result and of the odd one adds up to the sum, or to half a step more.
        assert_eq!(back.data.iter().map(|&v| i32::from(v)).collect::<Vec<_>>(), picture);
        // A picture one row and one column smaller is the same without them.
        let less = level.invert(Scaling::None, width - 1, height - 1);
        for y in 0..height - 1 {
            assert_eq!(less.row(y), &back.row(y)[..width - 1]);
        }
    }
}
