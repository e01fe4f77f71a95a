//! How noisy a sensor is in the dark: what a file states, and what its pixels tell that saw no light.

use crate::image::{Mosaic, Rect};
use serde::{Deserialize, Serialize};

/// The noise of linear samples (0 = black, 1 = clip) as DNG 1.3 states it (51041): a sample of `x` has the variance
/// `scale x + offset`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NoiseProfile(
    /// Scale and offset, neither of them negative: one pair for all colours, or one a colour.
    pub Vec<[f64; 2]>,
);

impl NoiseProfile {
    /// Variance of a sample of `x`, of the noisiest colour.
    pub fn variance(&self, x: f64) -> f64 {
        self.0.iter().map(|[scale, offset]| scale * x + offset).fold(0.0, f64::max)
    }
}

/// Standard deviation of the noise of a mosaic's masked pixels, per unit of sensor clip; 0 where it is less than half a code value.
///
/// From the median of the differences of pixels two columns apart, which are under one filter: neither stuck pixels nor a level that
/// drifts from row to row change it. An area whose median lies three deviations or more from black is no masked one. `None` without
/// an area that is, or with too few pixels.
pub(super) fn of_masked_pixels(mosaic: &Mosaic, areas: &[Rect]) -> Option<f64> {
    /// The median of so many is sure to a few percent.
    const ENOUGH: u64 = 1000;
    let clip = mosaic.white - mosaic.black.max();
    let mut differences = Histogram::default();
    for area in areas {
        // One that is too narrow, or lies elsewhere, tells nothing; others may.
        let Some((codes, between)) = counted(mosaic, *area) else { continue };
        let (Some(level), Some(sigma)) = (codes.median(), between.deviation()) else { continue };
        // Black is a mean of codes, a median at best one of them.
        if (level - f64::from(mosaic.black.max())).abs() < 3.0 * sigma.max(1.0) {
            differences.add(&between);
        }
    }
    if differences.count < ENOUGH || clip < 1.0 {
        return None;
    }
    let sigma = differences.deviation()?;
    Some(if differences.at(0) * 2 >= differences.count { 0.0 } else { sigma / f64::from(clip) })
}

/// The strips of a mosaic beside its active area: above, below, left and right of it.
pub(crate) fn beside_active_area(mosaic: &Mosaic) -> Vec<Rect> {
    let (size, active) = (mosaic.size, mosaic.active_area);
    let (right, bottom) = (active.x.saturating_add_unsigned(active.width), active.y.saturating_add_unsigned(active.height));
    let to = |end: u32, start: i32| end.saturating_sub(start.max(0) as u32);
    let strips = [
        Rect::new(0, 0, size.width, active.y.max(0) as u32),
        Rect::new(0, bottom, size.width, to(size.height, bottom)),
        Rect::new(0, active.y, active.x.max(0) as u32, active.height),
        Rect::new(right, active.y, to(size.width, right), active.height),
    ];
    // Less is no pair under one filter.
    strips.into_iter().filter(|r| r.width > 2 && r.height > 0).collect()
}

/// The linear codes of an area, and how far apart those are that lie two columns from each other. `None` where it leaves the mosaic.
fn counted(mosaic: &Mosaic, area: Rect) -> Option<(Histogram, Histogram)> {
    let table = mosaic.linearization.as_deref().filter(|t| !t.is_empty());
    let linear = |code: u16| table.map_or(code, |t| t[usize::from(code).min(t.len() - 1)]);
    if !Rect::of(mosaic.size).contains(area) {
        return None;
    }
    let (mut codes, mut between) = (Histogram::default(), Histogram::default());
    let rows = mosaic.samples.chunks_exact((mosaic.size.width as usize).max(1));
    for row in rows.skip(area.y as usize).take(area.height as usize) {
        let row = row.get(area.x as usize..)?.get(..area.width as usize)?;
        row.iter().for_each(|&code| codes.note(linear(code)));
        row.windows(3).for_each(|w| between.note(linear(w[0]).abs_diff(linear(w[2]))));
    }
    Some((codes, between))
}

/// How often each value occurs.
struct Histogram {
    counts: Vec<u64>,
    count: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; 1 << 16], count: 0 }
    }
}

impl Histogram {
    fn note(&mut self, value: u16) {
        self.counts[usize::from(value)] += 1;
        self.count += 1;
    }

    fn add(&mut self, other: &Histogram) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(a, b)| *a += b);
        self.count += other.count;
    }

    fn at(&self, value: u16) -> u64 {
        self.counts[usize::from(value)]
    }

    /// As if the values that were rounded to a whole number lay evenly around it.
    fn median(&self) -> Option<f64> {
        let half = self.count as f64 / 2.0;
        let mut before = 0.0;
        for (value, &count) in self.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let count = count as f64;
            if before + count >= half {
                let from = (value as f64 - 0.5).max(0.0);
                return Some(from + (half - before) / count * (value as f64 + 0.5 - from));
            }
            before += count;
        }
        None
    }

    /// Standard deviation of single pixels, if these are distances of two whose noise is Gaussian: half of such distances are below
    /// 0.6745 of their own deviation.
    fn deviation(&self) -> Option<f64> {
        Some(self.median()? / 0.674_489_750_196_081_7 * std::f64::consts::FRAC_1_SQRT_2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::{BlackLevel, Size};

    const ACTIVE: Rect = Rect::new(40, 8, 160, 80);

    /// Noise of `sigma` codes around black, and a bright active area.
    fn mosaic(sigma: f64) -> Mosaic {
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        let mut uniform = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 40) as f64 / (1u64 << 24) as f64
        };
        let size = Size::new(200, 100);
        let samples = (0..size.area() as i32).map(|i| {
            let (x, y) = (i % 200, i / 200);
            let level = if ACTIVE.contains(Rect::new(x, y, 1, 1)) { 9000.0 + f64::from(x * 20) } else { 2048.0 };
            let gaussian = (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
            (level + sigma * gaussian).round() as u16
        });
        let plain = Mosaic::new(size, 14, samples.collect()).lit(ACTIVE);
        Mosaic { black: BlackLevel::uniform(2048.0), white: 15000.0, ..plain }
    }

    fn codes(mosaic: &Mosaic) -> Option<f64> {
        of_masked_pixels(mosaic, &beside_active_area(mosaic)).map(|sigma| sigma * 12952.0)
    }

    #[test]
    fn the_noise_of_masked_pixels_is_found() {
        // Coarsest where there are but few code values.
        for (sigma, tolerance) in [(0.7, 0.1), (1.5, 0.04), (4.0, 0.04), (16.0, 0.04)] {
            let found = codes(&mosaic(sigma)).unwrap();
            // A code value more by its rounding, whose variance is 1/12.
            let expected = (sigma * sigma + 1.0 / 12.0).sqrt();
            assert!((found / expected - 1.0).abs() < tolerance, "{sigma}: {found}");
        }
        assert_eq!((codes(&mosaic(0.0)), codes(&mosaic(0.2))), (Some(0.0), Some(0.0)));
    }

    #[test]
    fn stuck_pixels_and_drifting_rows_change_nothing() {
        let clean = mosaic(8.0);
        let mut odd = clean.clone();
        for (i, code) in odd.samples.iter_mut().enumerate() {
            *code = if i % 97 == 0 { 16383 } else { *code + (i / 200 % 5) as u16 };
        }
        let (clean, odd) = (codes(&clean).unwrap(), codes(&odd).unwrap());
        assert!((odd / clean - 1.0).abs() < 0.06, "{clean} {odd}");
    }

    #[test]
    fn what_saw_light_or_is_not_there_tells_nothing() {
        let lit = Mosaic { black: BlackLevel::uniform(1000.0), ..mosaic(8.0) };
        assert_eq!(codes(&lit), None);
        let whole = Mosaic { active_area: Rect::of(Size::new(200, 100)), ..mosaic(8.0) };
        assert_eq!(codes(&whole), None);
        assert_eq!(of_masked_pixels(&mosaic(8.0), &[Rect::new(0, 0, 201, 8)]), None);
        assert_eq!(of_masked_pixels(&mosaic(8.0), &[Rect::new(0, 0, 20, 20)]), None);
    }

    #[test]
    fn the_noisiest_colour_counts() {
        let profile = NoiseProfile(vec![[0.5, 0.25], [1.0, 0.125], [0.5, 0.0]]);
        assert_eq!([0.0, 1.0].map(|x| profile.variance(x)), [0.25, 1.125]);
        assert_eq!(NoiseProfile(vec![]).variance(1.0), 0.0);
    }
}
