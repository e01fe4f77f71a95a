//! How much fine detail a picture has: its power near the highest frequency beside that of the middle ones.

use crate::image::Image;
use rayon::prelude::*;

/// Lines that are looked at in each direction, and samples of each.
const LINES: usize = 48;
const LENGTH: usize = 512;
/// Bands, as parts of the highest frequency that pixels hold: what enlarging by a half or more leaves empty, and what it keeps.
const FINE: std::ops::Range<f64> = 0.70..0.95;
const MIDDLE: std::ops::Range<f64> = 0.15..0.40;
/// Power of the middle band below which a picture has no detail to tell by, as a part of the squared mean.
const LEAST: f64 = 1e-8;

/// Power of the fine band over that of the middle one, for rows and for columns. `None` of a picture that is too small, or without
/// detail.
pub fn fine_detail(image: &Image) -> Option<[f64; 2]> {
    let size = image.size();
    let (width, height) = (size.width as usize, size.height as usize);
    let plane = &image.planes[1];
    let rows = detail(height, width, |line, k| plane[line * width + k])?;
    let columns = detail(width, height, |line, k| plane[k * width + line])?;
    Some([rows, columns])
}

fn detail(lines: usize, along: usize, at: impl Fn(usize, usize) -> f32 + Sync) -> Option<f64> {
    let n = LENGTH.min(along);
    if n < 128 || lines < LINES {
        return None;
    }
    let from = (along - n) / 2;
    let turns: Vec<(f64, f64)> = (0..n).map(|i| (std::f64::consts::TAU * i as f64 / n as f64).sin_cos()).collect();
    let bins = |band: &std::ops::Range<f64>| (band.start * n as f64 / 2.0) as usize..(band.end * n as f64 / 2.0) as usize;
    let powers: Vec<[f64; 3]> = (0..LINES)
        .into_par_iter()
        .map(|i| {
            let line = i * (lines - 1) / (LINES - 1);
            // Compressed like a print, so that one light does not outweigh the picture; windowed, so that the ends do not leak.
            let value = |k: usize| {
                let v = f64::from(at(line, from + k)).max(0.0);
                v / (v + 0.18)
            };
            let values: Vec<f64> = (0..n).map(value).collect();
            let mean = values.iter().sum::<f64>() / n as f64;
            let windowed: Vec<f64> = values.iter().enumerate().map(|(k, v)| (v - mean) * (0.5 - 0.5 * turns[k].1)).collect();
            let power = |k: usize| {
                let (mut re, mut im) = (0.0, 0.0);
                for (i, v) in windowed.iter().enumerate() {
                    let (sin, cos) = turns[i * k % n];
                    re += v * cos;
                    im += v * sin;
                }
                (re * re + im * im) / (n * n) as f64
            };
            let band = |band: &std::ops::Range<f64>| bins(band).map(power).sum::<f64>() / bins(band).len().max(1) as f64;
            [band(&FINE), band(&MIDDLE), mean * mean]
        })
        .collect();
    let sum = |c: usize| powers.iter().map(|p| p[c]).sum::<f64>();
    let (fine, middle, level) = (sum(0), sum(1), sum(2));
    (middle > LEAST * level.max(1e-12)).then(|| fine / middle)
}
