//! Conformance of canvas templates: every published case in the arithmetic of both published implementations, and what
//! the exact one keeps that they do not.

use prelight::{
    framing::{
        Frame, Selection,
        template::{Derived, Mode, apply},
    },
    image::RectF,
    sidecar::{
        fdl::{self, CanvasTemplate, Fdl},
        is_valid,
    },
};
use serde_json::{Value, json};
use std::{collections::HashMap, fs, path::PathBuf};

/// The golden cases, with the documents they name.
struct Cases {
    cases: Vec<Value>,
    documents: HashMap<String, Fdl>,
}

impl Cases {
    fn load() -> Option<Cases> {
        let folder = crate::corpus("standards/fdl")?;
        let mut cases = vec![];
        for group in ["scenario", "edge", "cross"] {
            let file: Value = serde_json::from_slice(&fs::read(folder.join(format!("expected/cases_{group}.json"))).unwrap()).unwrap();
            cases.extend(file["cases"].as_array().unwrap().iter().cloned());
        }
        let mut documents = HashMap::new();
        for case in &cases {
            for member in ["source", "template"] {
                let name = case[member].as_str().unwrap();
                let path: PathBuf = folder.join("resources/FDL").join(name);
                documents.entry(name.to_owned()).or_insert_with(|| fdl::read(&path).unwrap().0);
            }
        }
        Some(Cases { cases, documents })
    }

    fn of(&self, case: &Value) -> (&Fdl, Frame, &CanvasTemplate) {
        let text = |member: &str| case[member].as_str().unwrap();
        let place = |member: &str| case[member].as_u64().unwrap() as usize;
        let source = &self.documents[text("source")];
        let canvas = &source.contexts[place("context_index")].canvases[place("canvas_index")];
        let selection = Selection {
            context: Some(place("context_index").to_string()),
            canvas: Some(canvas.id.clone()),
            decision: Some(canvas.framing_decisions[place("framing_decision_index")].id.clone()),
        };
        let template = &self.documents[text("template")].canvas_templates[place("template_index")];
        (source, Frame::select(source, &selection).unwrap(), template)
    }
}

/// As the corpus writes results.
fn as_expected(d: &Derived) -> Value {
    let size = |r: RectF| json!({ "width": r.width, "height": r.height });
    let point = |r: RectF| json!({ "x": r.x, "y": r.y });
    let mut decision = json!({ "dimensions": size(d.framing), "anchor_point": point(d.framing) });
    if let Some(p) = d.protection {
        decision["protection_dimensions"] = size(p);
        decision["protection_anchor_point"] = point(p);
    }
    json!({
        "scale_factor": d.scale_factor,
        "scaled_bounding_box": size(d.picture),
        "content_translation": point(d.picture),
        "canvas": {
            "dimensions": { "width": d.canvas.width, "height": d.canvas.height },
            "effective_dimensions": size(d.effective),
            "effective_anchor_point": point(d.effective),
            "anamorphic_squeeze": d.squeeze,
        },
        "framing_decision": decision,
    })
}

/// The first member that differs by more than the tolerance of upstream's own tests: relative 1e-9, absolute 1e-6.
fn difference(ours: &Value, wanted: &Value, path: &str) -> Option<String> {
    match (ours, wanted) {
        (Value::Object(a), Value::Object(b)) => {
            let missing = a.keys().chain(b.keys()).find(|k| !(a.contains_key(*k) && b.contains_key(*k)));
            let missing = missing.map(|k| format!("{path}.{k} is in one of them"));
            missing.or_else(|| a.iter().find_map(|(k, v)| difference(v, &b[k], &format!("{path}.{k}"))))
        }
        _ => {
            let (a, b) = (ours.as_f64().unwrap(), wanted.as_f64().unwrap());
            ((a - b).abs() > (1e-9 * b.abs()).max(1e-6)).then(|| format!("{path}: {a}, expected {b}"))
        }
    }
}

fn equals_published(mode: Mode, member: &str) {
    let Some(all) = Cases::load() else { return };
    let (mut equal, mut errors, mut other) = (0, 0, vec![]);
    for case in &all.cases {
        let (_, frame, template) = all.of(case);
        match (apply(&frame, template, mode), case[member].get("error")) {
            (Ok(derived), None) => match difference(&as_expected(&derived), &case[member], "") {
                None => equal += 1,
                Some(text) => other.push(format!("{}{text}", case["name"])),
            },
            (Err(_), Some(_)) => errors += 1,
            (ours, _) => other.push(format!("{}: {ours:?}", case["name"])),
        }
    }
    assert!(other.is_empty(), "{} of {} differ: {:#?}", other.len(), all.cases.len(), &other[..other.len().min(10)]);
    assert!(equal >= 900 && errors >= 31, "{equal} equal, {errors} errors");
}

#[test]
fn equals_asc_fdl_1_0_2_on_every_case() {
    equals_published(Mode::Asc102, "ref_1_0_2");
}

#[test]
fn equals_upstream_main_on_every_case() {
    equals_published(Mode::AscMain, "main_18f285e");
}

/// Where nothing overshoots and nothing is cut by rounding, exact fractions and upstream's floats differ by their last digits only.
#[test]
fn exact_is_upstream_main_without_its_floats() {
    let Some(all) = Cases::load() else { return };
    let mut other = vec![];
    for case in &all.cases {
        let (_, frame, template) = all.of(case);
        match (apply(&frame, template, Mode::Exact), case["main_18f285e"].get("error")) {
            (Ok(derived), None) => {
                other.extend(difference(&as_expected(&derived), &case["main_18f285e"], "").map(|t| format!("{}{t}", case["name"])));
            }
            (Err(_), Some(_)) => {}
            (ours, _) => other.push(format!("{}: {ours:?}", case["name"])),
        }
    }
    assert!(other.is_empty(), "{} differ: {:#?}", other.len(), &other[..other.len().min(20)]);
}

/// What is derived is valid, and can be derived from.
#[test]
fn derived_documents_are_valid() {
    let Some(all) = Cases::load() else { return };
    for case in all.cases.iter().step_by(7) {
        let (source, frame, template) = all.of(case);
        let Ok(derived) = apply(&frame, template, Mode::Exact) else { continue };
        let made = prelight::framing::template::derived_fdl(source, &frame, &derived, &template.id).unwrap();
        let (read, found) = fdl::parse(fdl::write(&made).as_bytes()).unwrap();
        assert!(is_valid(&found), "{}: {found:?}", case["name"]);
        assert_eq!(read, made);
    }
}
