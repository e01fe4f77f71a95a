//! Every CLF and CTF document that OpenColorIO tests itself with, against what OpenColorIO 2.6 makes of it.

use super::gates::{relative, worst};
use prelight::{
    color::{Op, eval_f64, invert},
    sidecar::lut::clf,
};
use serde_json::Value;
use std::path::Path;

/// Single precision all along a list of ops, on OpenColorIO's side.
const GATE: f64 = 2e-6;

/// A deliberate difference: the document, the directions, the reason.
const DIFFERENCES: &[(&str, &str)] = &[];

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
            let got: Vec<[f64; 3]> = inputs.iter().map(|px| eval_f64(&ops, px.map(|x| f64::from(x as f32)))).collect();
            let want = pixels(expected);
            let error = worst(&got, &want, relative);
            let i = error.sample;
            if error.error.is_nan() || error.error > GATE {
                wrong.push(format!("{direction}: {:.1e} at {:?}: {:?}, not {:?}", error.error, inputs[i], got[i], want[i]));
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
        let known = DIFFERENCES.iter().find(|d| d.0 == name);
        match (wrong.is_empty(), known) {
            (false, None) => failures.push(format!("{name}: {}", wrong.join("; "))),
            (true, Some(_)) => failures.push(format!("{name}: agrees, and is listed as a difference")),
            _ => {}
        }
    }
    assert!(count > 100, "{count} documents");
    assert!(failures.is_empty(), "{} of {count} documents:\n{}", failures.len(), failures.join("\n"));
}
