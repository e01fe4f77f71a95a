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

/// The results that upstream stores for a target of no height (its commit 1a08b8c).
#[test]
fn equals_upstream_where_an_axis_is_open() {
    let Some(folder) = crate::corpus("standards/fdl") else { return };
    let template = fdl::read(&folder.join("upstream_newer/Scen_33_PadToMax_ZeroHeightSentinel_TopLeft.fdl")).unwrap().0;
    let rows: Value = serde_json::from_slice(&fs::read(folder.join("upstream_newer/newer_results_numbers.json")).unwrap()).unwrap();
    for (name, source) in [("scen33_A", "A_4448x3096_1-3x_FramingChart.fdl"), ("scen33_B", "B_4448x3096_1x_FramingChart.fdl")] {
        let row = rows["rows"].as_array().unwrap().iter().find(|r| r["name"] == name).unwrap();
        let source = fdl::read(&folder.join("resources/FDL/Original_Source_Files").join(source)).unwrap().0;
        let frame = Frame::select(&source, &Selection::default()).unwrap();
        for mode in [Mode::Exact, Mode::AscMain] {
            let d = apply(&frame, &template.canvas_templates[0], mode).unwrap();
            let rect = |r: RectF| json!([r.width, r.height, r.x, r.y]);
            let ours = json!({
                "canvas": [d.canvas.width, d.canvas.height], "eff": rect(d.effective), "fd": rect(d.framing), "prot": rect(d.protection.unwrap()),
                "sf": [d.scale_factor], "ct": [d.picture.x, d.picture.y], "bb": [d.picture.width, d.picture.height],
            });
            for (member, numbers) in ours.as_object().unwrap() {
                let wanted = row[member].as_array().cloned().unwrap_or_else(|| vec![row[member].clone()]);
                for (a, b) in numbers.as_array().unwrap().iter().zip(&wanted) {
                    assert_eq!(difference(a, b, member), None, "{name} {mode}");
                }
            }
        }
    }
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
        for mode in Mode::ALL {
            let Ok(derived) = apply(&frame, template, mode) else { continue };
            let made = prelight::framing::template::derived_fdl(source, &frame, &derived, &template.id).unwrap();
            let (read, found) = fdl::parse(fdl::write(&made).as_bytes()).unwrap();
            assert!(is_valid(&found), "{} {mode}: {found:?}", case["name"]);
            assert_eq!(read, made);
        }
    }
}

fn vectors(name: &str) -> Option<Vec<Value>> {
    let path = crate::corpus(&format!("standards/fdl/vectors/{name}_vectors.json"))?;
    let file: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    Some(file["vectors"].as_array().unwrap().clone())
}

/// A document of one canvas, from the parts that a vector gives.
fn wrapped(canvas: &Value, decisions: Value, intent: Value, templates: Value) -> Fdl {
    let mut canvas = canvas.clone();
    canvas["framing_decisions"] = decisions;
    let document = json!({
        "uuid": "5463dbe4-ec30-4324-b8a1-67408aed40db", "version": { "major": 2, "minor": 0 },
        "framing_intents": [intent], "contexts": [{ "canvases": [without_null(canvas)] }], "canvas_templates": templates,
    });
    let (fdl, found) = fdl::parse(document.to_string().as_bytes()).unwrap();
    assert!(is_valid(&found), "{found:?}");
    fdl
}

/// The members of an object that say something.
fn without_null(mut object: Value) -> Value {
    object.as_object_mut().unwrap().retain(|_, v| !v.is_null());
    object
}

/// What 1.0.2 makes of whole documents; `output_effective_*` are stale against its code, and nobody compares them.
#[test]
fn template_vectors() {
    for v in vectors("template/template").unwrap_or_default() {
        let intent = json!({ "id": "FI", "aspect_ratio": { "width": 239, "height": 100 } });
        let mut template = without_null(v["template"].clone());
        template.as_object_mut().unwrap().remove("has_maximum_dimensions");
        let mut decision = without_null(v["source_framing"].clone());
        // One of them has an id that is not made of its canvas and its intent.
        decision["id"] = format!("{}-FI", v["source_canvas"]["id"].as_str().unwrap()).into();
        decision["framing_intent_id"] = "FI".into();
        let fdl = wrapped(&v["source_canvas"], json!([decision]), intent, json!([template]));
        let frame = Frame::select(&fdl, &Selection::default()).unwrap();
        let ours = as_expected(&apply(&frame, &fdl.canvas_templates[0], Mode::Asc102).unwrap());
        let expected = &v["expected"];
        let mut wanted = json!({
            "scale_factor": expected["scale_factor"], "scaled_bounding_box": expected["scaled_bounding_box"],
            "content_translation": expected["content_translation"],
            "framing_decision": { "dimensions": expected["output_fd_dims"], "anchor_point": expected["output_fd_anchor"] },
        });
        if expected["output_has_protection"] == true {
            wanted["framing_decision"]["protection_dimensions"] = expected["output_protection_dims"].clone();
            wanted["framing_decision"]["protection_anchor_point"] = expected["output_protection_anchor"].clone();
        }
        let mut ours_less = ours.clone();
        ours_less.as_object_mut().unwrap().remove("canvas");
        assert_eq!(difference(&ours_less, &wanted, ""), None, "{}", v["label"]);
        assert_eq!(difference(&ours["canvas"]["dimensions"], &expected["output_canvas_dims"], ""), None, "{}", v["label"]);
    }
}

/// What the reference makes of intents; and ours wherever the picture is not squeezed and its area is the canvas.
#[test]
fn intent_vectors() {
    let all = vectors("framing/from_intent").unwrap_or_default();
    for v in &all {
        let whole = v["working_dims"]["width"] == v["canvas_dims"]["width"].as_f64().unwrap();
        let mut canvas = json!({ "id": "c", "source_canvas_id": "c", "dimensions": v["canvas_dims"], "anamorphic_squeeze": v["squeeze"] });
        if !whole {
            canvas["effective_dimensions"] = v["working_dims"].clone();
            canvas["effective_anchor_point"] = json!({ "x": 0, "y": 0 });
        }
        let intent = json!({ "id": "i", "aspect_ratio": v["aspect_ratio"], "protection": v["protection"] });
        let fdl = wrapped(&canvas, json!([]), intent, json!([]));
        let round = (
            *fdl::Even::ALL.iter().find(|e| e.word() == v["rounding"]["even"]).unwrap(),
            *fdl::RoundMode::ALL.iter().find(|m| m.word() == v["rounding"]["mode"]).unwrap(),
        );
        for mode in [Mode::Asc102, Mode::Exact] {
            if mode == Mode::Exact && (!whole || v["squeeze"] != 1.0) {
                continue;
            }
            let (canvas, intent) = (&fdl.contexts[0].canvases[0], &fdl.framing_intents[0]);
            let ours = prelight::framing::decide(canvas, intent, fdl.protection_sense(), round, mode).unwrap();
            let rect = |r: RectF| [r.width, r.height, r.x, r.y];
            let wanted = |prefix: &str, anchor: &str| {
                let (d, a) = (&v["expected"][format!("{prefix}dimensions")], &v["expected"][format!("{anchor}anchor_point")]);
                [&d["width"], &d["height"], &a["x"], &a["y"]].map(|v| v.as_f64().unwrap())
            };
            assert_eq!(rect(ours.framing), wanted("", ""), "{} {mode}", v["label"]);
            let protection = (v["expected"]["has_protection"] == true).then(|| wanted("protection_", "protection_"));
            assert_eq!(ours.protection.map(rect), protection, "{} {mode}", v["label"]);
        }
    }
    assert!(all.is_empty() || all.len() == 11);
}

/// Read and written, the published documents say the same, custom members and all.
#[test]
fn roundtrip_vectors() {
    for v in vectors("document/roundtrip").unwrap_or_default() {
        let (document, _) = fdl::parse(v["input"].to_string().as_bytes()).unwrap();
        let written: Value = serde_json::from_str(&fdl::write(&document)).unwrap();
        let mut wanted = v["expected"].clone();
        // Lists that are not given are written as empty ones.
        for list in ["framing_intents", "contexts", "canvas_templates"] {
            wanted.as_object_mut().unwrap().entry(list).or_insert(json!([]));
        }
        assert!(same(&written, &wanted), "{}: {written:#}", v["label"]);
    }
}

/// Equal, but for 4096 and 4096.0 and for empty lists.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let empty = |v: &Value| v.as_array().is_some_and(Vec::is_empty);
            a.iter().all(|(k, v)| b.get(k).map_or(empty(v), |w| same(v, w))) && b.iter().all(|(k, w)| a.contains_key(k) || empty(w))
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        _ => a == b,
    }
}
