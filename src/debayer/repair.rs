//! Faults of the sensor that are mended on the way in, where asked for: pixels that are stuck, and greens that differ.

use super::{rows::mirror, simd, source::Source};
use crate::{color::scalar::Scalar, image::CfaColor};
use rayon::prelude::*;

/// Reads samples of a row with stuck pixels held within their neighbours.
#[derive(Default)]
pub struct Neighbours {
    /// The rows two above, here and two below, with two columns more at either end.
    rows: [Vec<f32>; 3],
}

impl Neighbours {
    /// As [`Source::read`], each sample held between the least and the largest of the eight of its colour around it.
    pub fn read(&mut self, source: Source<'_>, y: usize, x: usize, out: &mut [f32]) {
        let (width, height) = (source.size().width as usize, source.size().height as usize);
        let (first, end) = (x as isize - 2, (x + out.len()) as isize + 2);
        let (from, to) = (first.max(0), end.min(width as isize));
        for (row, dy) in self.rows.iter_mut().zip([-2, 0, 2]) {
            row.resize(out.len() + 4, 0.0);
            let y = mirror(y as isize + dy, height);
            let at = |x: isize| (x - first) as usize;
            source.read(y, from as usize, &mut row[at(from)..at(to)]);
            for x in (first..from).chain(to..end) {
                source.read(y, mirror(x, width), &mut row[at(x)..=at(x)]);
            }
        }
        let [above, here, below] = &self.rows;
        simd::vectorised(
            #[inline(always)]
            || hold(above, here, below, out),
        );
    }
}

#[inline(always)]
fn hold(above: &[f32], here: &[f32], below: &[f32], out: &mut [f32]) {
    let n = out.len();
    let (a, b, c) = (&above[..n], &above[2..n + 2], &above[4..n + 4]);
    let (d, e, f) = (&here[..n], &here[2..n + 2], &here[4..n + 4]);
    let (g, h, i) = (&below[..n], &below[2..n + 2], &below[4..n + 4]);
    for k in 0..n {
        let low = a[k].min(b[k]).min(c[k].min(d[k])).min(f[k].min(g[k]).min(h[k].min(i[k])));
        let high = a[k].max(b[k]).max(c[k].max(d[k])).max(f[k].max(g[k]).max(h[k].max(i[k])));
        out[k] = e[k].max(low).min(high);
    }
}

/// Columns and rows of a cell; even.
const CELL: usize = 64;
/// Light that is added before logarithms are taken, so that noise around black counts for little: as in the log domain.
const FLOOR: f32 = 1.0 / 2048.0;
/// Greens that differ by more (log2: 15 %) differ because the picture does.
const MOST: f32 = 0.2;
/// From here up a sample may be clipped, and says nothing.
const CLIPPED: f32 = 0.9;

/// By how much the greens of red rows are above those of blue rows, in log2, on a grid of cells.
pub struct Greens {
    columns: usize,
    rows: usize,
    differences: Vec<f32>,
    /// Parity of the rows that have red, and of their green columns.
    red_row: usize,
    green_column: usize,
}

impl Greens {
    /// Measures the whole picture: cell by cell, each in one order, so that threads make no difference.
    pub fn measure(source: Source<'_>) -> Self {
        let size = source.size();
        let (columns, rows) = ((size.width as usize).div_ceil(CELL), (size.height as usize).div_ceil(CELL));
        let (rx, ry) = source.cfa().red();
        let (red_row, green_column) = (ry as usize, 1 - rx as usize);
        let mut cells = vec![0.0; columns * rows];
        cells.par_chunks_mut(columns).enumerate().for_each(|(row, cells)| measure_row(source, row, red_row, green_column, cells));
        // The mean over 3x3 cells: what is left of texture is not the sensor's.
        let differences = (0..cells.len()).map(|i| {
            let (x, y) = (i % columns, i / columns);
            let (mut sum, mut n) = (0.0, 0.0);
            for v in y.saturating_sub(1)..(y + 2).min(rows) {
                for u in x.saturating_sub(1)..(x + 2).min(columns) {
                    sum += cells[v * columns + u];
                    n += 1.0;
                }
            }
            sum / n
        });
        Self { columns, rows, differences: differences.collect(), red_row, green_column }
    }

    /// Levels the greens among `values`, the samples of row `y` from column `first` on; both within the picture.
    pub fn level(&self, y: usize, first: usize, values: &mut [f32]) {
        let (green, half) = if y & 1 == self.red_row { (self.green_column, -0.5) } else { (1 - self.green_column, 0.5) };
        let start = (first ^ green) & 1;
        for (i, value) in values.iter_mut().enumerate().skip(start).step_by(2) {
            let difference = self.at(first + i, y) * half;
            *value += *value * difference.exp2_m1();
        }
    }

    /// Between the centres of cells in proportion.
    fn at(&self, x: usize, y: usize) -> f32 {
        let place = |i: usize, cells: usize| {
            let p = ((i as f32 + 0.5) / CELL as f32 - 0.5).clamp(0.0, (cells - 1) as f32);
            let low = (p as usize).min(cells.saturating_sub(2));
            (low, (low + 1).min(cells - 1), p - low as f32)
        };
        let ((l, r, u), (t, b, v)) = (place(x, self.columns), place(y, self.rows));
        let row = |y: usize| {
            let row = &self.differences[y * self.columns..];
            row[l] + (row[r] - row[l]) * u
        };
        row(t) + (row(b) - row(t)) * v
    }
}

/// Fills a row of cells: the mean difference of each green in a red row from the four around it in blue rows, which a slope
/// of the picture does not change; held towards none where few can be told.
fn measure_row(source: Source<'_>, row: usize, red_row: usize, green_column: usize, cells: &mut [f32]) {
    let (width, height) = (source.size().width as usize, source.size().height as usize);
    let (mut sums, mut counts) = (vec![0.0f32; cells.len()], vec![0.0f32; cells.len()]);
    let mut lines = [vec![0.0; width], vec![0.0; width], vec![0.0; width]];
    debug_assert_eq!(source.cfa().color(green_column as u32, red_row as u32), CfaColor::Green);
    for y in (row * CELL + red_row..((row + 1) * CELL).min(height)).step_by(2) {
        if y == 0 || y + 1 >= height {
            continue;
        }
        for (line, dy) in lines.iter_mut().zip([0, 1, 2]) {
            source.read(y + dy - 1, 0, line);
        }
        let [above, here, below] = &lines;
        for x in (green_column..width).step_by(2).filter(|x| *x > 0 && x + 1 < width) {
            let around = [above[x - 1], above[x + 1], below[x - 1], below[x + 1]];
            let mean = ((around[0] + around[1]) + (around[2] + around[3])) * 0.25;
            let (a, b) = (FLOOR + here[x], FLOOR + mean);
            if a > 0.0 && b > 0.0 && around.iter().chain([&here[x]]).all(|v| *v < CLIPPED) {
                let difference = Scalar::log2(a) - Scalar::log2(b);
                if difference.abs() < MOST {
                    sums[x / CELL] += difference;
                    counts[x / CELL] += 1.0;
                }
            }
        }
    }
    /// Sites of a cell that have to be told before half of what they say is believed.
    const ENOUGH: f32 = (CELL * CELL / 4 / 8) as f32;
    for ((cell, sum), count) in cells.iter_mut().zip(sums).zip(counts) {
        *cell = sum / (count + ENOUGH);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Options, Tier, debayer};
    use crate::image::{Cfa, CfaPlane, Size};

    #[test]
    fn a_stuck_pixel_is_mended_and_an_edge_stays() {
        let size = Size::new(24, 20);
        let mut plane = CfaPlane { size, samples: (0..480).map(|i| if i % 24 < 12 { 0.1 } else { 0.4 }).collect(), cfa: Cfa::Rggb };
        let clean = plane.clone();
        plane.samples[9 * 24 + 5] = 1.0;
        plane.samples[12 * 24 + 16] = 0.0;
        plane.samples[0] = 3.0;
        for tier in Tier::ALL {
            let options = Options { repair_pixels: true, ..Options::for_tier(tier) };
            let mended = debayer(&plane, tier, &options).unwrap();
            assert!(mended == debayer(&clean, tier, &Options::for_tier(tier)).unwrap(), "{tier}");
            assert!(debayer(&plane, tier, &Options::for_tier(tier)).unwrap() != mended);
        }
    }

    /// 4 % between the greens of a smooth picture are taken out all over; none are put into one without.
    #[test]
    fn greens_are_levelled() {
        for cfa in Cfa::ALL {
            let size = Size::new(200, 150);
            let scene = |i: usize| 0.2 + 0.1 * ((i % 200) as f32 / 200.0) + 0.05 * ((i / 200) as f32 / 150.0);
            let red_row = cfa.red().1 as usize;
            let of = |factor: f32| {
                let green = |i: usize| cfa.color((i % 200) as u32, (i / 200) as u32) == crate::image::CfaColor::Green;
                let sample = |i: usize| scene(i) * if green(i) && (i / 200) & 1 == red_row { factor } else { 1.0 };
                CfaPlane { size, samples: (0..size.area()).map(sample).collect(), cfa }
            };
            let options = Options { equilibrate_greens: true, ..Options::for_tier(Tier::Fusion) };
            let maze = |factor: f32, options: &Options| {
                let image = debayer(&of(factor), Tier::Fusion, options).unwrap();
                let green = |x: u32, y: u32| image.pixel(x, y)[1];
                let mut most = 0.0f32;
                for (x, y) in (12..138).flat_map(|y| (12..188).map(move |x| (x, y))) {
                    let mean = (green(x - 1, y) + green(x + 1, y) + green(x, y - 1) + green(x, y + 1)) / 4.0;
                    most = most.max((green(x, y) / mean - 1.0).abs());
                }
                most
            };
            assert!(maze(1.0, &options) < 1e-4, "{cfa}: {}", maze(1.0, &options));
            let (with, without) = (maze(1.04, &options), maze(1.04, &Options::for_tier(Tier::Fusion)));
            assert!(with < 0.2 * without, "{cfa}: {with} of {without}");
        }
    }
}
