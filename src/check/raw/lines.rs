//! RAW-06: rows and columns that stand out, and banding.

use super::{
    PLANES,
    clipping::looked_at,
    not_of, on_sensor,
    stack::Stack,
    tells_of_sensor,
    tiles::{deviation, median},
};
use crate::{
    check::{Proof, Subject, Verdict, count, proof::Curve},
    error::Result,
    progress::Progress,
};
use rayon::prelude::*;

/// Lines of one parity to either side that a line is compared with.
const BESIDE: usize = 8;
/// Below, a projection has no noise to compare with.
const LEAST_LINES: usize = 64;
/// One line of so many or more stands out: banding.
const MANY: usize = 16;
/// Lines that are listed.
const MOST_LISTED: usize = 100;

/// The lines of one direction.
struct Projection {
    name: &'static str,
    /// DN by which each line differs from those beside it, of one parity.
    residuals: Vec<f32>,
    /// Noise of the residuals.
    sigma: f32,
    /// Those that stand out.
    bad: Vec<usize>,
    /// How many sigmas each frequency of the rest stands out, from 2 cycles a picture on, and the amplitude in DN.
    spectrum: Vec<[f32; 2]>,
}

impl Projection {
    fn of(stack: &Stack, rows: bool, line: f32, visible: f32) -> Self {
        let (n, across) = if rows { (stack.height, stack.width) } else { (stack.width, stack.height) };
        let at = |i: usize, k: usize| if rows { stack.mean(k, i) } else { stack.mean(i, k) };
        let level = |i: usize| {
            let half = |parity: usize| median(&mut (parity..across).step_by(2).map(|k| at(i, k)).collect::<Vec<_>>());
            (half(0) + half(1)) / 2.0
        };
        let mut levels: Vec<f32> = (0..n).into_par_iter().map(level).collect();
        take_off_shading(&mut levels);
        let residuals: Vec<f32> = (0..n)
            .map(|i| {
                // As many to either side, so that a slope makes no difference; the outermost have nothing to be compared with.
                let beside = BESIDE.min(i / 2).min((n - 1 - i) / 2);
                levels[i] - median(&mut (0..=2 * beside).map(|k| levels[i + 2 * k - 2 * beside]).collect::<Vec<_>>())
            })
            .collect();
        let sigma = deviation(&mut residuals.iter().map(|v| v.abs()).collect::<Vec<_>>()).max(1e-3);
        let bad: Vec<usize> = (0..n).filter(|&i| residuals[i].abs() > line * sigma && residuals[i].abs() > visible).collect();
        let mut rest = residuals.clone();
        // Single lines have all frequencies; many are banding themselves.
        if bad.len() * MANY <= n {
            bad.iter().for_each(|&i| rest[i] = 0.0);
        }
        Self { name: if rows { "row" } else { "column" }, spectrum: spectrum(&rest), residuals, sigma, bad }
    }

    /// The frequency that stands out most: cycles a picture, sigmas, amplitude in DN.
    fn peak(&self) -> (usize, f32, f32) {
        let highest = self.spectrum.iter().enumerate().max_by(|a, b| a.1[0].total_cmp(&b.1[0]));
        highest.map_or((0, 0.0, 0.0), |(i, [z, amplitude])| (i + FIRST, *z, *amplitude))
    }
}

/// Takes a polynomial of degree four off, fitted twice: the second time without what stands out from the first.
fn take_off_shading(levels: &mut [f32]) {
    const TERMS: usize = 5;
    let n = levels.len() as f64;
    // Chebyshev polynomials, which stay apart.
    let terms = |i: usize| -> [f64; TERMS] {
        let x = (2.0 * i as f64 + 1.0) / n - 1.0;
        let mut t = [1.0, x, 0.0, 0.0, 0.0];
        (2..TERMS).for_each(|k| t[k] = 2.0 * x * t[k - 1] - t[k - 2]);
        t
    };
    let mut used = vec![true; levels.len()];
    let mut rest = levels.to_vec();
    for _ in 0..2 {
        let mut normal = [[0.0; TERMS + 1]; TERMS];
        for (i, v) in levels.iter().enumerate().filter(|(i, _)| used[*i]) {
            let t = terms(i);
            for (row, a) in normal.iter_mut().zip(t) {
                (0..TERMS).for_each(|c| row[c] += a * t[c]);
                row[TERMS] += a * f64::from(*v);
            }
        }
        let Some(fit) = solve(normal) else { return };
        for (i, v) in levels.iter().enumerate() {
            rest[i] = (f64::from(*v) - terms(i).iter().zip(fit).map(|(t, f)| t * f).sum::<f64>()) as f32;
        }
        let reach = 4.0 * deviation(&mut rest.iter().map(|v| v.abs()).collect::<Vec<_>>());
        used.iter_mut().zip(&rest).for_each(|(used, v)| *used = v.abs() <= reach);
    }
    levels.copy_from_slice(&rest);
}

/// Gauss with pivots, the right side in the last column. `None` where there is no one solution.
fn solve<const N: usize, const M: usize>(mut m: [[f64; M]; N]) -> Option<[f64; N]> {
    for k in 0..N {
        let pivot = (k..N).max_by(|a, b| m[*a][k].abs().total_cmp(&m[*b][k].abs()))?;
        m.swap(k, pivot);
        if m[k][k].abs() < 1e-9 {
            return None;
        }
        let of = m[k];
        for (_, row) in m.iter_mut().enumerate().filter(|(i, _)| *i != k) {
            let factor = row[k] / of[k];
            row.iter_mut().zip(of).for_each(|(v, p)| *v -= factor * p);
        }
    }
    Some(std::array::from_fn(|i| m[i][N] / m[i][i]))
}

/// The lowest frequency that is looked at: below lie shading and the level itself.
const FIRST: usize = 2;

/// Amplitudes of the frequencies of a line of numbers, by how far they stand out from one another.
fn spectrum(values: &[f32]) -> Vec<[f32; 2]> {
    let n = values.len();
    let turns: Vec<(f64, f64)> = (0..n).map(|i| (std::f64::consts::TAU * i as f64 / n as f64).sin_cos()).collect();
    let amplitude = |k: usize| {
        let (mut re, mut im) = (0.0f64, 0.0f64);
        for (i, v) in values.iter().enumerate() {
            let (sin, cos) = turns[i * k % n];
            re += f64::from(*v) * cos;
            im += f64::from(*v) * sin;
        }
        (2.0 * (re * re + im * im).sqrt() / n as f64) as f32
    };
    let all: Vec<f32> = (FIRST..n / 2).into_par_iter().map(amplitude).collect();
    let middle = median(&mut all.clone());
    let sigma = deviation(&mut all.iter().map(|a| (a - middle).abs()).collect::<Vec<_>>());
    if sigma <= 0.0 {
        return all.iter().map(|a| [0.0, *a]).collect();
    }
    all.iter().map(|a| [(a - middle) / sigma, *a]).collect()
}

/// RAW-06: of a capped or flat clip no row or column stands out, and no frequency among them.
pub(super) fn none_stand_out(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let number = |name: &str| subject.profile.number("RAW-06", name);
    let (peak, line, visible) = (number("peak")?, number("line")?, number("visible")?);
    on_sensor(subject, progress, |sensor| {
        let Some(stack) = sensor.stack.as_ref().filter(|_| tells_of_sensor(sensor)) else {
            return Ok(not_of(sensor, "a capped or flat clip"));
        };
        if stack.width < LEAST_LINES || stack.height < LEAST_LINES {
            return Ok(Verdict::not_applicable(format!("fewer than {LEAST_LINES} rows or columns")));
        }
        let noise = stack.noise().iter().sum::<f32>() / PLANES as f32;
        let least = visible as f32 * noise;
        let both = [true, false].map(|rows| Projection::of(stack, rows, line as f32, least));
        progress.check()?;
        let banded = |p: &Projection| f64::from(p.peak().1) > peak && p.peak().2 > least;
        let bad: usize = both.iter().map(|p| p.bad.len()).sum();
        let pass = bad == 0 && !both.iter().any(banded);
        let said = both.iter().map(|p| {
            let (cycles, z, amplitude) = p.peak();
            format!("{}, peak {z:.1} sigma at {cycles} cycles ({amplitude:.2} DN)", count(p.bad.len(), p.name))
        });
        let mut verdict = Verdict::new(
            pass,
            said.collect::<Vec<_>>().join("; "),
            format!(
                "no line beyond {line} sigma, no frequency beyond {peak} sigma, of what is over {visible} of the noise ({least:.2} DN)"
            ),
            format!("{}; mean of {}", sensor.why, looked_at(sensor)),
        );
        for p in &both {
            if !p.bad.is_empty() {
                let row = |&i: &usize| {
                    let v = p.residuals[i];
                    vec![format!("{} {i}", p.name), format!("{v:+.2}"), format!("{:.0}", v.abs() / p.sigma)]
                };
                let rows = p.bad.iter().take(MOST_LISTED).map(row).collect();
                verdict = verdict.proof(Proof::table("Lines that stand out", &["Line", "DN", "Sigma"], rows));
            }
            if banded(p) {
                let points = p.spectrum.iter().enumerate().map(|(i, [z, _])| [(i + FIRST) as f64, f64::from(*z)]).collect();
                verdict = verdict.proof(Proof::Plot {
                    title: format!("Banding over the {}s", p.name),
                    x: "cycles a picture".into(),
                    y: "sigma".into(),
                    curves: vec![Curve { name: format!("{}s", p.name), points }],
                    limit: Some(peak),
                });
            }
        }
        if pass {
            return Ok(verdict);
        }
        let frame = sensor.frames.first().copied().unwrap_or(0);
        Ok(verdict.frame(frame).mend("look for what lies beside the camera (power, radio), calibrate the sensor, else change the body"))
    })
}
