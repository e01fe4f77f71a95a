//! The hue tables of an ACES 2 output transform, searched in f64 with the steps and tolerances of the published code, which are part
//! of what it defines.

use super::{
    gamut::{GamutCompression, SMOOTH_CUSP, SMOOTH_M},
    model::{INVERSE_CZ, Model, REFERENCE},
    tonescale::ToneScale,
};
use crate::color::{exact, table::Table};
use rayon::prelude::*;

/// Rows of each table.
pub const HUES: usize = 360;

/// The tables as the searches found them.
#[derive(Clone, Debug)]
pub struct HueTables {
    /// M of AP1's boundary at J_max, one a degree.
    pub reach_m: Vec<f64>,
    /// Degrees: not evenly spaced, so that every corner of the limiting and the reach gamut is met.
    pub hue: Vec<f64>,
    pub cusp_j: Vec<f64>,
    pub cusp_m: Vec<f64>,
    /// 1 / gamma of the upper hull.
    pub upper_gamma: Vec<f64>,
}

impl HueTables {
    pub(super) fn new(peak: f64, tonescale: &ToneScale, gamut: &GamutCompression, reach: &Model, limit: &Model) -> Self {
        let reach_m = (0..HUES).into_par_iter().map(|hue| reach_m(reach, gamut.j_max, hue as f64)).collect();
        let limit_corners = sorted_by_hue((0..6).map(|i| {
            let rgb = corner(i).map(|x| x * peak / REFERENCE);
            (rgb, limit.jmh(rgb))
        }));
        let reach_corners: Vec<f64> = (0..6).map(|i| reach_corner_hue(reach, gamut.j_max, tonescale.input_limit, i)).collect();
        let hue = spread(limit_corners.iter().map(|(_, jmh)| jmh[2]).chain(reach_corners).collect());
        let cusp: Vec<[f64; 2]> = hue.par_iter().map(|&h| cusp(limit, &limit_corners, h)).collect();
        let upper_gamma = cusp.par_iter().zip(&hue).map(|(&c, &h)| upper_gamma(limit, gamut, c, h, peak / REFERENCE)).collect();
        Self { reach_m, hue, cusp_j: cusp.iter().map(|c| c[0]).collect(), cusp_m: cusp.iter().map(|c| c[1]).collect(), upper_gamma }
    }

    /// The table `degrees` of [`Parameters`](super::Parameters).
    pub(super) fn degrees(&self) -> Table {
        let bound = |row: usize| self.hue.get(row).copied().unwrap_or(720.0);
        let rows = (0..HUES).flat_map(|i| {
            let first = self.hue.iter().rposition(|&h| h < i as f64).unwrap_or(0);
            let next = self.reach_m[(i + 1) % HUES];
            [self.reach_m[i], next - self.reach_m[i], first as f64, bound(first + 1), bound(first + 2), bound(first + 3), 0.0, 0.0]
        });
        Table::new(rows.collect())
    }

    /// The table `hues` of [`Parameters`](super::Parameters).
    pub(super) fn rows(&self) -> Table {
        let rows = (0..HUES).flat_map(|i| {
            let n = (i + 1) % HUES;
            let end = if n == 0 { 360.0 } else { self.hue[n] };
            let step = |column: &[f64]| [column[i], column[n] - column[i]];
            let ([j, dj], [m, dm], [g, dg]) = (step(&self.cusp_j), step(&self.cusp_m), step(&self.upper_gamma));
            [self.hue[i], 1.0 / (end - self.hue[i]), j, dj, m, dm, g, dg]
        });
        Table::new(rows.collect())
    }
}

/// The largest M at J_max and `hue` that is still a positive colour: steps of 50, then halving to 0.01.
fn reach_m(reach: &Model, j_max: f64, hue: f64) -> f64 {
    let outside = |m: f64| reach.linear([j_max, m, hue]).iter().any(|&x| x < 0.0);
    search(50.0, 1300.0, 1e-2, outside)
}

/// Where `hit` becomes true: steps of `step` from 0 up to `end`, then halving down to `tolerance`; the upper bound.
fn search(step: f64, end: f64, tolerance: f64, hit: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, step);
    while high < end && !hit(high) {
        low = high;
        high += step;
    }
    while high - low > tolerance {
        let middle = (high + low) / 2.0;
        if hit(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

/// Red, yellow, green, cyan, blue, magenta.
fn corner(i: usize) -> [f64; 3] {
    [(i + 1) % 6, (i + 5) % 6, (i + 3) % 6].map(|n| if n < 3 { 1.0 } else { 0.0 })
}

/// Hue of a corner of the reach gamut where it is as light as the display's white.
fn reach_corner_hue(reach: &Model, j_max: f64, input_limit: f64, i: usize) -> f64 {
    let white = exact::pow(j_max / 100.0, INVERSE_CZ);
    let at = |t: f64| corner(i).map(|x| x * t);
    let (mut low, mut high) = (0.0, input_limit);
    while high - low > 1e-3 {
        let t = (low + high) / 2.0;
        let a = reach.aab(at(t))[0];
        if a < white {
            low = t;
        } else {
            high = t;
        }
        if a == white {
            break;
        }
    }
    reach.jmh(at(high))[2]
}

type Corner = ([f64; 3], [f64; 3]);

/// Corners in order from the one of least hue, with the last before the first and the first after the last.
fn sorted_by_hue(corners: impl Iterator<Item = Corner>) -> Vec<Corner> {
    let mut around: Vec<Corner> = corners.collect();
    let first = (0..around.len()).min_by(|&a, &b| around[a].1[2].total_cmp(&around[b].1[2])).unwrap_or(0);
    around.rotate_left(first);
    let (mut before, mut after) = (around[around.len() - 1], around[0]);
    before.1[2] -= 360.0;
    after.1[2] += 360.0;
    around.insert(0, before);
    around.push(after);
    around
}

/// [`HUES`] hues over the circle that meet all of `corners` and are even in between.
fn spread(mut corners: Vec<f64>) -> Vec<f64> {
    corners.retain(|h| (0.0..360.0).contains(h));
    corners.sort_by(f64::total_cmp);
    corners.dedup();

    // The row of each corner: its degree, moved where two would share one.
    let mut rows: Vec<usize> = Vec::new();
    let mut least = if corners.first() == Some(&0.0) { 0 } else { 1 };
    let mut last = None;
    for (i, h) in corners.iter().enumerate() {
        let mut row = ((h + 0.5).floor() as usize).max(least).min(HUES - 1);
        if last == Some(row) {
            if i > 1 && rows[i - 2] + 1 != rows[i - 1] {
                rows[i - 1] -= 1;
            } else {
                row += 1;
            }
        }
        rows.push(row.min(HUES - 1));
        last = Some(row);
        least = row;
    }

    let mut hues = Vec::with_capacity(HUES);
    let mut from = 0.0;
    for (row, to) in rows.into_iter().zip(corners).chain([(HUES, 360.0)]) {
        let n = row.saturating_sub(hues.len());
        hues.extend((0..n).map(|i| from + i as f64 * ((to - from) / n as f64)));
        from = to;
    }
    hues
}

/// J and M of the limiting gamut's cusp at `hue`: along the edge between its neighbour corners, halved to 1e-7.
fn cusp(limit: &Model, corners: &[Corner], hue: f64) -> [f64; 2] {
    let up = (1..corners.len()).find(|&i| corners[i].1[2] > hue).unwrap_or(corners.len() - 1);
    let ((from, low), (to, high)) = (corners[up - 1], corners[up]);
    let on_edge = |t: f64| limit.jmh([0, 1, 2].map(|i| from[i] + (to[i] - from[i]) * t));
    let [j, m, _] = if low[2] == hue {
        low
    } else {
        let (mut a, mut b) = (0.0, 1.0);
        while b - a > 1e-7 {
            let t = (a + b) / 2.0;
            let h = on_edge(t)[2];
            if h < low[2] || (h < high[2] && h > hue) {
                b = t;
            } else {
                a = t;
            }
        }
        on_edge((a + b) / 2.0)
    };
    [j, m * (1.0 + SMOOTH_M * SMOOTH_CUSP)]
}

/// 1 / gamma of the upper hull that first encloses the gamut at five heights: steps of 0.4 in gamma, then halved to 1e-5.
fn upper_gamma(limit: &Model, gamut: &GamutCompression, cusp: [f64; 2], hue: f64, peak: f64) -> f64 {
    let probes = [0.01, 0.1, 0.5, 0.8, 0.99].map(|share| gamut.probe(cusp, share));
    let encloses = |gamma: f64| {
        probes.iter().all(|probe| {
            let [j, m] = probe.boundary(1.0 / gamma);
            limit.linear([j, m, hue]).iter().any(|&x| x > peak)
        })
    };
    1.0 / search(0.4, 5.0, 1e-5, encloses)
}
