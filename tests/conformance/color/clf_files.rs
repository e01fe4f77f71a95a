//! Every CLF and CTF document that OpenColorIO tests itself with, against what OpenColorIO 2.6 makes of it.

use prelight::{
    color::{Op, Processor, eval_f64, invert},
    sidecar::lut::clf,
};
use serde_json::Value;
use std::path::Path;

/// Of each result, relative to the channel or a tenth of the largest one.
const GATE: f64 = 2e-6;
/// What single precision may cost at each op, likewise relative: OpenColorIO rounds after every one, and the ops that follow
/// may magnify that.
const ROUNDING: f64 = 4e-7;

/// Where OpenColorIO is not followed: the document, the direction, the pixels (empty: all), the reason.
const DIFFERENCES: &[(&str, &str, &[usize], &str)] = &[];

/// What counts as the size of a channel.
fn size(px: [f64; 3], c: usize) -> f64 {
    let largest = px.iter().fold(0.0f64, |m, x| m.max(x.abs()));
    px[c].abs().max(0.1 * largest)
}

/// How far each channel of the result moves where the input and every op's result is off by [`ROUNDING`].
fn spread(ops: &[Op], px: [f64; 3]) -> [f64; 3] {
    let end = eval_f64(ops, px);
    let mut sum = [0.0; 3];
    for k in 0..ops.len() {
        let stage = eval_f64(&ops[..k], px);
        let mut most = [0.0f64; 3];
        for c in 0..3 {
            for sign in [-1.0, 1.0] {
                let mut moved = stage;
                moved[c] += sign * ROUNDING * size(stage, c);
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

struct Case<'a> {
    name: &'a str,
    expected: &'a Value,
}

fn pixels(list: &Value) -> Vec<[f64; 3]> {
    let number = |v: &Value| v.as_f64().unwrap_or_else(|| v.as_str().unwrap().parse().unwrap());
    list.as_array().unwrap().iter().map(|px| [0, 1, 2].map(|c| number(&px[c]))).collect()
}

impl Case<'_> {
    /// What is wrong with the document as read here, if anything.
    fn judge(&self, directory: &Path, inputs: &[[f64; 3]]) -> Vec<String> {
        let read = clf::read(&directory.join(self.name));
        let mut wrong = vec![];
        for direction in ["forward", "inverse"] {
            let Some(expected) = self.expected.get(direction) else { continue };
            let refused = expected.get("error").is_some();
            let document = match (&read, refused) {
                (Err(_), true) => continue,
                (Err(error), false) => {
                    wrong.push(format!("{direction}: refused: {error}"));
                    continue;
                }
                (Ok(_), true) => {
                    wrong.push(format!("{direction}: read, where an error is expected"));
                    continue;
                }
                (Ok(document), false) => document,
            };
            let ops: Vec<Op> = match direction {
                "forward" => document.ops.clone(),
                _ => match invert(&document.ops) {
                    Some(ops) => ops,
                    None => {
                        wrong.push("inverse: there is none".into());
                        continue;
                    }
                },
            };
            for (i, (px, want)) in inputs.iter().zip(pixels(expected)).enumerate() {
                let left_out = |d: &&(&str, &str, &[usize], &str)| d.0 == self.name && d.1 == direction && (d.2.is_empty() || d.2.contains(&i));
                let px = px.map(|x| f64::from(x as f32));
                let bound = spread(&ops, px);
                let within = |got: [f64; 3]| (0..3).all(|c| (got[c] - want[c]).abs() <= GATE * size(want, c).max(1e-6) + bound[c]);
                let (exact, fast) = (eval_f64(&ops, px), fast(&ops, px));
                let agrees = within(exact) && within(fast);
                match (agrees, DIFFERENCES.iter().find(left_out)) {
                    (false, None) => wrong.push(format!("{direction} {i} {px:?}: f64 {exact:?}, cpu {fast:?}, not {want:?} by {bound:?}")),
                    (true, Some(_)) => wrong.push(format!("{direction} {i} agrees, and is listed as a difference")),
                    _ => {}
                }
            }
        }
        wrong
    }
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
        let wrong = Case { name, expected }.judge(&directory, &inputs);
        if !wrong.is_empty() {
            failures.push(format!("{name}: {}", wrong.join("\n    ")));
        }
    }
    assert!(count > 100, "{count} documents");
    assert!(failures.is_empty(), "{} of {count} documents:\n{}", failures.len(), failures.join("\n"));
}
