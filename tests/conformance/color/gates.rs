//! How far from the reference a result may be.

pub use super::measures::{absolute, relative, spread};
use prelight::color::{Op, eval_f64};

/// The worst of some errors and where it was.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Worst {
    pub error: f64,
    pub sample: usize,
    pub p99: f64,
}

/// Largest and 99th percentile of `error(got, want)` over the samples.
pub fn worst(got: &[[f64; 3]], want: &[[f64; 3]], error: impl Fn([f64; 3], [f64; 3]) -> f64) -> Worst {
    assert_eq!(got.len(), want.len());
    let mut all: Vec<(f64, usize)> = got.iter().zip(want).enumerate().map(|(i, (&g, &w))| (error(g, w), i)).collect();
    // NaN sorts above all numbers, so that it cannot pass.
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (error, sample) = all[all.len() - 1];
    Worst { error, sample, p99: all[(all.len() - 1) * 99 / 100].0 }
}
/// [`relative`] of the encoded values or, where that is less, of the light they stand for.
///
/// A matrix before a curve may be off by 4e-7 of the largest channel. Where the curve is steep (a power or a root next to 0,
/// a log of what cancels) that shows in the code value of a dark channel and means nothing; the same gate in light is as strict
/// as the one for the matrix alone.
pub fn in_code_or_light(decode: &[Op]) -> impl Fn([f64; 3], [f64; 3]) -> f64 + '_ {
    move |got, want| {
        let code = relative(got, want);
        if code < 1e-6 { code } else { code.min(relative(eval_f64(decode, got), eval_f64(decode, want))) }
    }
}
