//! The diagnosis (REF-03): guesses ranked by what they leave unexplained.

use super::{
    causes::{Amounts, Guess, Road, Way, guesses},
    cells::Cells,
};
use crate::{color::Op, error::Result, progress::Progress};

/// Why a still does not match, as far as one cause can say.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// Mean dE ITP between the still and the picture as approved.
    pub difference: f64,
    /// Guesses that explain some of it, best first.
    pub causes: Vec<Cause>,
    /// Part of the picture that no guess explains and that was left out (burn-ins), 0..1.
    pub left_out: f64,
}

impl Diagnosis {
    /// The causes that are named: those that explain most (REF-03: the top three).
    pub fn named(&self) -> &[Cause] {
        const NAMED: usize = 3;
        &self.causes[..self.causes.len().min(NAMED)]
    }
}

/// A cause, as a road that makes the still of our picture.
#[derive(Clone, Debug)]
pub struct Cause {
    /// Stable name, `legal-range`.
    pub id: &'static str,
    /// In a colourist's words, with the amount where there is one.
    pub words: String,
    /// Mean dE ITP that is left once it is taken into account.
    pub residual: f64,
    /// What would mend it.
    pub mend: &'static str,
    /// ACES2065-1 to code values: shows our picture as the still would be.
    pub ops: Vec<Op>,
}

impl Cause {
    /// What it is and the dE ITP that it leaves.
    pub fn with_number(&self) -> String {
        format!("{}: {:.2} left", self.words, self.residual)
    }
}

/// Amounts are looked for on this part of the cells, and judged on all of them.
const THIN: usize = 9;
/// An amount can always be found that fits a little better; each has to earn this part of the difference.
const PRICE: f64 = 0.04;
/// A cause explains at least this part of the difference, and this much dE ITP: a JPEG leaves something to explain as well.
const WORTH: f64 = 0.1;
const WORTH_AT_LEAST: f64 = 0.3;

/// Ranks every guess.
pub fn diagnose(mut cells: Cells, road: &Road, progress: &Progress) -> Result<Diagnosis> {
    let thin = cells.thinned(THIN);
    let mut tried = vec![];
    let all = guesses(road);
    progress.begin(all.len() as u64, "looking for the cause");
    for Guess { id, mend, way } in all {
        let (words, ops, amounts) = match way {
            Way::Fixed(words, ops) => (words, ops, 0),
            Way::Fitted(guess) => {
                let amounts = fitted(&thin, &*guess);
                (guess.words(&amounts), guess.ops(&amounts), guess.count())
            }
        };
        let differences = cells.differences(&ops);
        tried.push((Cause { id, words, residual: 0.0, mend, ops }, differences, amounts));
        progress.step()?;
    }
    let approved = cells.differences(&road.ops());
    let least: Vec<f64> = (0..cells.len()).map(|i| tried.iter().map(|(_, d, _)| d[i]).fold(approved[i], f64::min)).collect();
    let left_out = cells.ignore_unexplained(&least) as f64 / cells.len().max(1) as f64;
    let difference = cells.mean(&approved);
    let mut causes: Vec<(f64, Cause)> = tried
        .into_iter()
        .map(|(cause, differences, amounts)| {
            let residual = cells.mean(&differences);
            (residual + PRICE * amounts as f64 * difference, Cause { residual, ..cause })
        })
        .filter(|(price, _)| *price < difference * (1.0 - WORTH) && *price < difference - WORTH_AT_LEAST)
        .collect();
    causes.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(Diagnosis { difference, causes: causes.into_iter().map(|(_, cause)| cause).collect(), left_out })
}

/// The amounts that leave least: each in turn, three times over, by trying and then by the golden section.
fn fitted(cells: &Cells, guess: &dyn Amounts) -> Vec<f64> {
    const ROUNDS: usize = 3;
    let mut amounts = vec![0.0; guess.count()];
    let rounds = if amounts.len() > 1 { ROUNDS } else { 1 };
    for _ in 0..rounds {
        for i in 0..amounts.len() {
            let residual = |amount: f64| {
                let mut tried = amounts.clone();
                tried[i] = amount;
                cells.residual(&guess.ops(&tried))
            };
            amounts[i] = smallest(residual);
        }
    }
    amounts
}

/// Where between -1 and 1 a function is smallest, to about 1e-4.
fn smallest(f: impl Fn(f64) -> f64) -> f64 {
    /// Denser around 0, where most errors are.
    const TRIED: [f64; 17] = [-1.0, -0.7, -0.5, -0.35, -0.25, -0.15, -0.08, -0.03, 0.0, 0.03, 0.08, 0.15, 0.25, 0.35, 0.5, 0.7, 1.0];
    const GOLDEN: f64 = 0.618_033_988_749_895;
    let values = TRIED.map(&f);
    let best = (0..TRIED.len()).min_by(|a, b| values[*a].total_cmp(&values[*b])).unwrap_or(TRIED.len() / 2);
    let (mut low, mut high) = (TRIED[best.saturating_sub(1)], TRIED[(best + 1).min(TRIED.len() - 1)]);
    let (mut a, mut b) = (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
    let (mut fa, mut fb) = (f(a), f(b));
    while high - low > 1e-4 {
        if fa < fb {
            (high, b, fb) = (b, a, fa);
            a = high - GOLDEN * (high - low);
            fa = f(a);
        } else {
            (low, a, fa) = (a, b, fb);
            b = low + GOLDEN * (high - low);
            fb = f(b);
        }
    }
    let middle = 0.5 * (low + high);
    if f(middle) <= values[best] { middle } else { TRIED[best] }
}

#[cfg(test)]
#[path = "diagnosis_tests.rs"]
mod tests;
