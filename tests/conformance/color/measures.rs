//! Distances of results from their reference.

use prelight::color::{Op, eval_f64};

/// Difference over the larger of the channel and a tenth of the largest channel: matrices cancel in small channels.
pub fn relative(got: [f64; 3], want: [f64; 3]) -> f64 {
    let largest = want.iter().fold(0.0f64, |m, x| m.max(x.abs()));
    let error = |i: usize| if got[i] == want[i] { 0.0 } else { (got[i] - want[i]).abs() / want[i].abs().max(0.1 * largest).max(1e-6) };
    larger([error(0), error(1), error(2)])
}

pub fn absolute(got: [f64; 3], want: [f64; 3]) -> f64 {
    larger([0, 1, 2].map(|i| (got[i] - want[i]).abs()))
}

/// The largest, or NaN if there is one.
fn larger(errors: [f64; 3]) -> f64 {
    errors.into_iter().fold(0.0, |m, e| if e.is_nan() || e > m { e } else { m })
}

/// How far the result of a grade in ACEScct moves where the matrix that begins it is off by its own gate, 4e-7 of the largest
/// channel, and the graded code values by a quarter of theirs: the whole is held to the sum of its parts.
pub fn spread(ops: &[Op], px: [f64; 3]) -> f64 {
    let largest = px.iter().fold(0.0f64, |m, x| m.max(x.abs()));
    let (linear, codes, want) = (eval_f64(&ops[..1], px), eval_f64(&ops[..3], px), eval_f64(ops, px));
    let mut most = 0.0f64;
    for c in 0..3 {
        for sign in [-1.0, 1.0] {
            let (mut moved, mut code) = (linear, codes);
            moved[c] += sign * 4e-7 * largest;
            code[c] *= 1.0 + sign * 5e-7;
            most = most.max(relative(eval_f64(&ops[1..], moved), want)).max(relative(eval_f64(&ops[3..], code), want));
        }
    }
    most
}

/// How far the result moves where a channel of the input moves by `step` of the largest.
pub fn response(ops: &[Op], px: [f64; 3], step: f64) -> f64 {
    let largest = px.iter().fold(0.0f64, |m, x| m.max(x.abs()));
    let want = eval_f64(ops, px);
    let mut most = 0.0f64;
    for c in 0..3 {
        for sign in [-1.0, 1.0] {
            let mut moved = px;
            moved[c] += sign * step * largest;
            most = most.max(relative(eval_f64(ops, moved), want));
        }
    }
    most
}
