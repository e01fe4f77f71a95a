//! One walk over all golden cases that `color eval` answers, for any engine that computes in f32: its results against
//! the f64 instance, which the tests of the groups hold to the references.

use super::{
    measures::{absolute, relative, response, spread},
    primitives::primitives,
};
use prelight::{
    cli::color::golden,
    color::{Op, eval_f64, invert},
    error::ErrorKind,
};
use serde_json::Value;
use std::{collections::BTreeMap, path::Path};

/// What a group is held to, as the corpus README has it.
struct Gate {
    space: Space,
    /// For each sample.
    max: f64,
    /// For 99 of 100.
    p99: f64,
}

/// In which numbers results are compared.
#[derive(Clone, Copy, PartialEq)]
enum Space {
    /// As they come, relative to the channel or to a tenth of the largest.
    Relative,
    /// As they come, within 0..1.
    Codes,
    /// Relative, beyond what it changes where the input moves by this share of its largest channel.
    Moved(f64),
    /// The same of code values; half an f32 step at 1 is none, whatever is left of the logarithm after its offset.
    Encoded(f64),
    /// Relative, of what the other direction takes back to the input: colours that the display has.
    Restored,
    /// Relative, of inputs within 0..1: code values of a camera.
    Camera,
    /// Undone to what went in: curves of infinite slope magnify the rounding of the matrix before them.
    Undone,
    /// As code values or undone, whichever is nearer: a curve is steep in the one or in the other.
    Shown,
    /// Light in units of the peak; encoded signals are decoded.
    Peak,
    /// Absolute below 1, relative above, whichever gate of the two a sample meets.
    Lookup,
}

fn gate(group: &str, file: &str) -> Gate {
    let of = |space, max, p99| Gate { space, max, p99 };
    match group {
        "idt" => of(Space::Camera, 2e-6, 2e-6),
        "studio" => of(Space::Undone, 2e-6, 2e-6),
        // The matrix before the curve may be off by its own gate.
        "idt_inverse" | "space_inverse" => of(Space::Encoded(4e-7), 2e-6, 2e-6),
        // Offsets leave as little as one likes of an input, which is itself rounded.
        "cdl" => of(Space::Moved(f64::from(f32::EPSILON)), 2e-6, 2e-6),
        "display" => of(Space::Shown, 2e-6, 2e-6),
        // Undoing a compression stretches what was rounded.
        "lmt" if file.contains("inverse") => of(Space::Relative, 5e-6, 5e-6),
        "aces1_output" => of(Space::Codes, 2e-5, 2e-5),
        "aces2_output" | "aces2_display" => of(Space::Peak, 1e-5, 2e-6),
        // Dark saturated colours near the gamut's edge magnify the input's own rounding.
        "aces1_output_inverse" | "aces2_output_inverse" | "aces2_display_inverse" => of(Space::Restored, 1e-3, 1e-4),
        "lut" | "clf" => of(Space::Lookup, 2e-7, 2e-7),
        _ => of(Space::Relative, 2e-6, 2e-6),
    }
}

/// The largest error of a group, in units of its gate.
#[derive(Default)]
struct Held {
    cases: usize,
    max: f64,
    p99: f64,
    worst: String,
}

/// Walks all cases. `engine` transforms planes in place; each result is held to `slack` times the gate of its group. Prints the
/// worst of each group and fails with all that are beyond.
pub fn walk(name: &str, slack: f64, mut engine: impl FnMut(&[Op], [&mut [f32]; 3])) {
    let Some(index) = crate::corpus("colour/index.json") else { return };
    let index: Value = serde_json::from_str(&std::fs::read_to_string(index).unwrap()).unwrap();
    let primitives: BTreeMap<String, Op> = primitives().into_iter().map(|(name, op)| (format!("op/{name}.csv"), op)).collect();
    let (mut groups, mut refused) = (BTreeMap::<String, Held>::new(), BTreeMap::<String, usize>::new());
    for case in index["cases"].as_array().unwrap() {
        let (group, file) = (case["group"].as_str().unwrap(), case["file"].as_str().unwrap());
        let path = crate::corpus(&format!("colour/{file}")).unwrap();
        // Intermediate results, which only the f64 instance has.
        if group == "aces2_stages" {
            continue;
        }
        let (ops, input) = match primitives.get(file) {
            Some(op) => (vec![op.clone()], golden::samples(&path).unwrap()),
            None => match golden::read(&path) {
                Ok(read) => read,
                Err(error) => {
                    assert!(matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::Invalid | ErrorKind::Usage), "{file}: {error}");
                    *refused.entry(group.to_owned()).or_default() += 1;
                    continue;
                }
            },
        };
        let [mut r, mut g, mut b] = [0, 1, 2].map(|c| input.iter().map(|px| px[c] as f32).collect::<Vec<f32>>());
        engine(&ops, [&mut r, &mut g, &mut b]);
        let got: Vec<[f64; 3]> = (0..r.len()).map(|i| [r[i], g[i], b[i]].map(f64::from)).collect();
        let errors = errors(&gate(group, file), &meta(&path), &ops, &input, &got);
        let held = groups.entry(group.to_owned()).or_default();
        held.cases += 1;
        let [max, p99] = errors;
        if max.max(p99) > held.max.max(held.p99) || max.is_nan() || p99.is_nan() {
            held.worst = file.to_owned();
        }
        // NaN stays.
        held.max = if max.is_nan() || max > held.max { max } else { held.max };
        held.p99 = if p99.is_nan() || p99 > held.p99 { p99 } else { held.p99 };
    }
    for (group, held) in &groups {
        let Held { cases, max, p99, worst } = held;
        eprintln!("{name} {group:22} {cases:3} cases: max {max:.2}, p99 {p99:.2} of the gate, worst {worst}");
    }
    for (group, count) in refused {
        eprintln!("{name} {group:22} {count:3} cases not answered");
    }
    let beyond: Vec<&String> = groups.iter().filter(|(_, h)| !(h.max <= slack && h.p99 <= slack)).map(|(g, _)| g).collect();
    assert!(beyond.is_empty(), "{name}: beyond {slack} times the gate: {beyond:?}");
    assert!(groups.len() >= 12, "only {} groups are answered", groups.len());
}

fn meta(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(text.lines().next().unwrap().trim_start_matches("# ")).unwrap()
}

/// The largest error and the 99th percentile, each over its gate.
fn errors(gate: &Gate, meta: &Value, ops: &[Op], input: &[[f64; 3]], got: &[[f64; 3]]) -> [f64; 2] {
    let undo = match gate.space {
        Space::Undone | Space::Shown | Space::Restored => invert(ops).unwrap_or_default(),
        Space::Peak => {
            ops.iter().rev().take_while(|op| !matches!(op, Op::Matrix(_) | Op::Aces2(_))).map(|op| op.inverse().unwrap()).collect()
        }
        _ => vec![],
    };
    let peak = ops.iter().find_map(|op| if let Op::Aces2(a) = op { Some(a.peak()) } else { None }).unwrap_or(100.0);
    // HLG signals are relative to what the display can do.
    let peak = if meta["ctl"].as_str().is_some_and(|c| c.contains("HLG")) { 100.0 } else { peak };
    let placed = meta.get("placement").is_some();
    let mut all: Vec<[f64; 2]> = vec![];
    for (&px, got) in input.iter().zip(got) {
        let exact = eval_f64(ops, px);
        let light = |v: [f64; 3]| if undo.is_empty() { v } else { eval_f64(&undo, v) };
        let unit = |v: [f64; 3]| v.map(|x| x.clamp(0.0, 1.0));
        let both = |error: f64| [error / gate.max, error / gate.p99];
        all.push(match gate.space {
            Space::Camera if px.iter().any(|x| !(0.0..=1.0).contains(x)) => continue,
            // No ACES file holds more; ADX16 goes on beyond.
            Space::Camera if exact.iter().any(|x| *x > 65504.0) => continue,
            // What has hardly any luminance is no colour, and HLG divides by a power of it.
            Space::Shown if px[1] <= 0.01 * (px[0].abs() + px[2].abs()) => continue,
            Space::Moved(_) if placed => [relative(*got, exact) / (gate.max + spread(ops, px)); 2],
            Space::Restored if absolute(eval_f64(&undo, exact), px) > 1e-6 => continue,
            Space::Encoded(_) if absolute(*got, exact) <= f64::from(f32::EPSILON) / 2.0 => [0.0; 2],
            Space::Moved(step) | Space::Encoded(step) => [relative(*got, exact) / (gate.max + response(ops, px, step)); 2],
            Space::Relative | Space::Camera | Space::Restored => both(relative(*got, exact)),
            Space::Codes => both(absolute(unit(*got), unit(exact))),
            Space::Shown => both(relative(*got, exact).min(relative(light(*got), light(exact)))),
            Space::Undone => both(relative(light(*got), light(exact))),
            Space::Peak => both(absolute(light(*got), light(exact)) * 100.0 / peak),
            Space::Lookup => both(absolute(*got, exact).min(relative(*got, exact) * 0.1)),
        });
    }
    assert!(!all.is_empty(), "{}: no sample is compared", meta["name"]);
    let of = |i: usize, share: usize| {
        let mut column: Vec<f64> = all.iter().map(|e| e[i]).collect();
        // NaN sorts above all numbers, so that it cannot pass.
        column.sort_by(f64::total_cmp);
        column[(column.len() - 1) * share / 100]
    };
    [of(0, 100), of(1, 99)]
}
