//! Every CLF and CTF document that OpenColorIO tests itself with, against what OpenColorIO 2.6 makes of it, forward and inverse.

use prelight::{
    color::{Interpolation, Lut3, Op, Processor, eval_f64, invert},
    sidecar::lut::clf,
};
use serde_json::Value;
use std::path::Path;

/// Of each result, relative to the channel or a tenth of the largest one.
const GATE: f64 = 2e-6;
/// What single precision may cost at each op, likewise relative: OpenColorIO rounds after every one, and the ops that follow
/// may magnify that.
const ROUNDING: f64 = 4e-7;
/// The gate of lookup tables, absolute.
const TABLE: f64 = 2e-7;
/// What OpenColorIO's ExposureContrast costs instead, which has a power of its own: off by up to 1.2e-5, whatever the optimisation.
const APPROXIMATE_POWER: f64 = 1.5e-5;
/// Hue curves add and subtract numbers of about 1 inside; single precision shows it, absolutely.
const HUE_CURVES: f64 = 4e-7;

/// Where OpenColorIO is not followed.
struct Difference {
    document: &'static str,
    direction: &'static str,
    /// Numbers of the pixels.
    pixels: &'static [usize],
    reason: Reason,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Reason {
    /// The default optimisation of OpenColorIO takes an op and its inverse after it for nothing at all, though the first of them
    /// clamps or is not undone exactly. Without optimisation it agrees with us.
    OptimisedAway,
    /// In OpenColorIO 10^61 overflows single precision, becomes infinite, and is clamped at the end of the document.
    Overflow,
    /// The inverse of a matrix of RGBA, applied to RGB, undoes no picture: the alpha that it would have needed is lost.
    Alpha,
    /// Entries of infinity are 2^64 here as all infinities are, the largest single-precision number there.
    Infinite,
    /// No colour has this result, and OpenColorIO's answer is another edge of the table; or several have, and ours is one of them.
    NotInvertible,
    /// A fixed function cancels inside. In single precision we have what OpenColorIO has, to its last digits.
    Cancels,
}

const fn of(document: &'static str, direction: &'static str, pixels: &'static [usize], reason: Reason) -> Difference {
    Difference { document, direction, pixels, reason }
}

const ALL: &[usize] = &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

const DIFFERENCES: &[Difference] = &[
    of("ocio_clf/log_all_styles.clf", "forward", &[10], Reason::Overflow),
    of("ocio_clf/lut1d_lut3d_lut1d.clf", "inverse", &[1, 6, 9, 10], Reason::NotInvertible),
    of("ocio_clf/lut3d_as_matrix.clf", "inverse", &[8, 9, 10], Reason::NotInvertible),
    of("ocio_clf/lut3d_bizarre.clf", "inverse", &[8, 9, 10], Reason::NotInvertible),
    of("ocio_clf/lut3d_preview_tier_test.clf", "inverse", &[0, 8], Reason::NotInvertible),
    of("ocio_clf/multiple_ops.clf", "inverse", &[9, 10], Reason::NotInvertible),
    of("ocio_ctf/cdl_various.ctf", "forward", &[0, 7, 8], Reason::OptimisedAway),
    of("ocio_ctf/cdl_various.ctf", "inverse", &[0, 7, 8], Reason::OptimisedAway),
    of("ocio_ctf/deprecated_ops.ctf", "forward", &[9], Reason::Cancels),
    of("ocio_ctf/lut_inv_pairs.ctf", "forward", &[6, 10], Reason::OptimisedAway),
    of("ocio_ctf/lut_inv_pairs.ctf", "inverse", &[6, 10], Reason::OptimisedAway),
    of("ocio_ctf/matrix_example_1_3_4x4.ctf", "inverse", ALL, Reason::Alpha),
    of("ocio_luts/lut3by1d_nan_infinity_example.clf", "forward", &[1, 3, 4, 7, 8, 9, 10, 11], Reason::Infinite),
    of("ocio_luts/lut3by1d_nan_infinity_example.clf", "inverse", ALL, Reason::Infinite),
];

/// What counts as the size of a channel.
fn size(px: [f64; 3], c: usize) -> f64 {
    let largest = px.iter().fold(0.0f64, |m, x| m.max(x.abs()));
    px[c].abs().max(0.1 * largest)
}

/// How far off OpenColorIO's result of an op may be.
fn rounding(op: &Op) -> f64 {
    if matches!(op, Op::ExposureContrast(_)) { APPROXIMATE_POWER } else { ROUNDING }
}

/// How far each channel of the result moves where the input is off by [`ROUNDING`] and the result of every op but the last by
/// what it costs.
fn spread(ops: &[Op], px: [f64; 3]) -> [f64; 3] {
    let end = eval_f64(ops, px);
    let mut sum = [0.0; 3];
    for k in 0..ops.len() {
        let stage = eval_f64(&ops[..k], px);
        let off = ops[..k].last().map_or(ROUNDING, rounding);
        let mut most = [0.0f64; 3];
        for c in 0..3 {
            for sign in [-1.0, 1.0] {
                let mut moved = stage;
                moved[c] += sign * off * size(stage, c);
                let moved = eval_f64(&ops[k..], moved);
                most = [0, 1, 2].map(|i| most[i].max((moved[i] - end[i]).abs()));
            }
        }
        sum = [0, 1, 2].map(|i| sum[i] + most[i]);
    }
    sum
}

fn fast(ops: &[Op], px: [f64; 3]) -> [f64; 3] {
    let [mut r, mut g, mut b] = px.map(|x| vec![x as f32]);
    Processor::new(ops).apply(&mut r, &mut g, &mut b);
    [r[0], g[0], b[0]].map(f64::from)
}

fn pixels(list: &Value) -> Vec<[f64; 3]> {
    let number = |v: &Value| v.as_f64().unwrap_or_else(|| v.as_str().unwrap().parse().unwrap());
    list.as_array().unwrap().iter().map(|px| [0, 1, 2].map(|c| number(&px[c]))).collect()
}

/// What the inverse has to undo: cubes are undone as of tetrahedral interpolation, here and there.
fn undone(ops: &[Op]) -> Vec<Op> {
    let tetrahedral = |op: &Op| match op {
        Op::Lut3(cube) if !cube.is_inverse() => Op::Lut3(Lut3::new(cube.lattice().clone(), Interpolation::Tetrahedral)),
        other => other.clone(),
    };
    ops.iter().map(tetrahedral).collect()
}

/// Distance of what `found` is mapped to from `px`.
fn miss(ops: &[Op], found: [f64; 3], px: [f64; 3]) -> f64 {
    let back = eval_f64(ops, found);
    (0..3).map(|c| (back[c] - px[c]).powi(2)).sum::<f64>().sqrt()
}

/// What is wrong with a direction of a document as read here.
fn judge(name: &str, direction: &str, ops: &[Op], inputs: &[[f64; 3]], expected: &Value) -> Vec<String> {
    let run = if direction == "forward" { Some(ops.to_vec()) } else { invert(ops) };
    let Some(run) = run else { return vec!["there is no inverse".into()] };
    let absolute = run.iter().map(|op| match op {
        Op::Lut1(_) | Op::Lut3(_) => TABLE,
        Op::GradingHueCurve(_) => HUE_CURVES,
        _ => 0.0,
    });
    let absolute = absolute.fold(0.0, f64::max);
    let gate = GATE.max(run.last().map_or(0.0, rounding));
    let mut wrong = vec![];
    for (i, (px, want)) in inputs.iter().zip(pixels(expected)).enumerate() {
        let px = px.map(|x| f64::from(x as f32));
        let bound = spread(&run, px);
        let within = |got: [f64; 3]| (0..3).all(|c| (got[c] - want[c]).abs() <= gate * size(want, c).max(1e-6) + absolute + bound[c]);
        let (exact, fast) = (eval_f64(&run, px), fast(&run, px));
        let agrees = within(exact) && within(fast);
        let listed = DIFFERENCES.iter().find(|d| d.document == name && d.direction == direction && d.pixels.contains(&i));
        let what = format!("{direction} {i} {px:?}: f64 {exact:?}, cpu {fast:?}, not {want:?} by {bound:?}");
        match (agrees, listed) {
            (false, None) => wrong.push(what),
            (true, Some(d)) => wrong.push(format!("{direction} {i} agrees, and is listed: {:?}", d.reason)),
            (false, Some(d)) if d.reason == Reason::NotInvertible => {
                let there = undone(ops);
                let (ours, theirs) = (miss(&there, exact, px), miss(&there, want, px));
                if theirs < 1e-6 && ours > 1e-6 {
                    wrong.push(format!("{what}: off by {ours}, OpenColorIO by {theirs}"));
                }
            }
            (false, Some(d)) if d.reason == Reason::Cancels && !within(fast) => wrong.push(what),
            _ => {}
        }
    }
    wrong
}

#[test]
fn documents_agree_with_opencolorio() {
    let Some(directory) = crate::corpus("standards/clf_lut") else { return };
    let json: Value = serde_json::from_str(&std::fs::read_to_string(directory.join("expected_ocio.json")).unwrap()).unwrap();
    let inputs = pixels(&json["inputs"]);
    let mut failures = vec![];
    let mut count = 0;
    for (name, expected) in json["files"].as_object().unwrap() {
        let ours = name.starts_with("ocio_clf/") || name.starts_with("ocio_ctf/") || name.ends_with(".clf");
        if !ours {
            continue;
        }
        count += 1;
        let look = clf::read(&directory.join(Path::new(name)));
        for direction in ["forward", "inverse"] {
            let Some(expected) = expected.get(direction) else { continue };
            match (&look, expected.get("error").is_some()) {
                (Err(_), true) => {}
                (Err(error), false) => failures.push(format!("{direction}: refused: {error}")),
                (Ok(_), true) => failures.push(format!("{name}: {direction}: read, where an error is expected")),
                (Ok(look), false) => {
                    let wrong = judge(name, direction, &look.ops, &inputs, expected);
                    failures.extend(wrong.iter().map(|w| format!("{name}: {w}")));
                }
            }
        }
    }
    assert_eq!(count, 135, "documents");
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}
