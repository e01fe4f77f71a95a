//! Templates and intents from the command line, and a recipe whose plates a template makes.

use crate::{corpus, demo_show, json, prelight, run_to, text};
use serde_json::Value;
use std::{fs, path::PathBuf};

const FDL: &str = "standards/fdl/resources/FDL";

fn scenario(source: &str, template: &str) -> Option<(PathBuf, PathBuf)> {
    let folder = corpus(FDL)?;
    let template = folder.join("Scenarios_For_Implementers").join(template);
    let file = fs::read_dir(&template).unwrap().map(|e| e.unwrap().path()).find(|p| p.extension().is_some_and(|e| e == "fdl"));
    Some((folder.join("Original_Source_Files").join(source), file.unwrap()))
}

#[test]
fn a_template_makes_a_canvas_or_says_why_not() {
    let Some((source, template)) = scenario("B_4448x3096_1x_FramingChart.fdl", "Scen_1_FitDecision-into-UHD") else { return };
    let work = tempfile::tempdir().unwrap();
    let out = work.path().join("derived.fdl");
    let places = ["--context", "0", "--canvas", "0", "--decision", "0", "--index", "0"];
    let arguments = ["fdl", "template", "--source", text(&source), "--template", text(&template), "--json"];

    let exact = json(&[&arguments[..], &places, &["-o", text(&out)]].concat());
    assert_eq!(exact["canvas"]["dimensions"], serde_json::json!({ "width": 3840, "height": 2160 }));
    assert_eq!(exact["content_translation"]["y"], 120.0 / 1001.0);
    let published = json(&[&arguments[..], &places, &["--mode", "asc-1.0.2"]].concat());
    assert_eq!((&published["content_translation"]["y"], &published["scaled_bounding_box"]["height"]), (&0.0.into(), &2160.0.into()));

    // What was written is valid, keeps what it came from, and is not overwritten.
    assert_eq!(json(&["fdl", "validate", text(&out), "--json"])["valid"], true);
    let read = |path| -> Value { serde_json::from_slice(&fs::read(path).unwrap()).unwrap() };
    let (before, after) = (read(&source), read(&out));
    assert_eq!(before["contexts"][0]["canvases"][0], after["contexts"][0]["canvases"][0]);
    assert_ne!(before["uuid"], after["uuid"]);
    assert_eq!(after["contexts"][0]["canvases"][1]["_scale_factor"], exact["scale_factor"]);
    run_to(20, &[&arguments[..], &places, &["-o", text(&out)]].concat());

    // Two canvases now: one is named, or the call says which there are.
    let derived = ["fdl", "template", "--source", text(&out), "--template", text(&template)];
    let refused = prelight(&derived);
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("2 fit, name one framing decision") && said.contains("canvas VX220310"), "{said}");
    run_to(0, &[&derived[..], &["--canvas", "VX220310"]].concat());

    let explained = json(&["fdl", "explain", text(&source), "--template", text(&template), "--json"]);
    let scale = explained["steps"].as_array().unwrap().iter().find(|s| s["step"] == "scale").unwrap();
    assert_eq!(scale["values"][2]["exact"], "960/1001 (0.959041)");
    assert!(explained["differences"].as_array().unwrap().iter().any(|d| d["member"] == "scaled_bounding_box.height"));
}

#[test]
fn a_layer_that_is_missing_ends_in_an_error_and_exit_code_10() {
    let Some((_, template)) = scenario("B_4448x3096_1x_FramingChart.fdl", "Scen_2_FitProtection-into-UHD") else { return };
    let source = corpus(FDL).unwrap().join("New_Source_Files/Test_56_Sony_FX3_CustomFraming.fdl");
    for mode in ["exact", "asc-1.0.2", "asc-main"] {
        let printed = run_to(10, &["fdl", "template", "--source", text(&source), "--template", text(&template), "--mode", mode, "--json"]);
        let document: Value = serde_json::from_str(&printed).unwrap();
        assert!(document["error"].as_str().unwrap().contains("fit_source"), "{printed}");
    }
}

#[test]
fn an_intent_becomes_a_decision() {
    let work = tempfile::tempdir().unwrap();
    let (source, out) = (work.path().join("s.fdl"), work.path().join("o.fdl"));
    let document = r#"{ "uuid": "5463dbe4-ec30-4324-b8a1-67408aed40db", "version": { "major": 2, "minor": 0 },
        "framing_intents": [ { "id": "scope", "aspect_ratio": { "width": 239, "height": 100 }, "protection": 0.1 } ],
        "contexts": [ { "canvases": [ { "id": "c", "source_canvas_id": "c", "dimensions": { "width": 4448, "height": 3096 }, "anamorphic_squeeze": 2 } ] } ] }"#;
    fs::write(&source, document).unwrap();
    let made = json(&["fdl", "decide", "--source", text(&source), "--intent", "scope", "-o", text(&out), "--json"]);
    assert_eq!(made["framing_decision"]["protection_dimensions"], serde_json::json!({ "width": 3700.0, "height": 3096.0 }));
    assert_eq!(json(&["fdl", "validate", text(&out), "--json"])["valid"], true);
    // The reference's arithmetic leaves the canvas, which an FDL cannot say.
    run_to(
        10,
        &["fdl", "decide", "--source", text(&source), "--intent", "scope", "--mode", "asc-1.0.2", "-o", text(&work.path().join("x.fdl"))],
    );
    run_to(2, &["fdl", "decide", "--source", text(&source), "--intent", "flat"]);
}

/// The template travels in the recipe; the plates are its canvas, and their own FDL says so.
#[test]
fn a_recipe_renders_what_a_template_asks_for() {
    let work = tempfile::tempdir().unwrap();
    let show = work.path().join("show");
    run_to(0, &["demo", text(&show)]);
    let (clip, name) = demo_show::clean_clip(&show);
    let template = work.path().join("vfx.fdl");
    let document = r#"{ "uuid": "5463dbe4-ec30-4324-b8a1-67408aed40db", "version": { "major": 2, "minor": 0 }, "canvas_templates": [
        { "id": "VFX", "target_dimensions": { "width": 300, "height": 200 }, "target_anamorphic_squeeze": 1, "fit_source": "framing_decision.dimensions",
          "fit_method": "fit_all", "maximum_dimensions": { "width": 320, "height": 240 }, "pad_to_maximum": true },
        { "id": "OTHER", "target_dimensions": { "width": 1, "height": 1 }, "target_anamorphic_squeeze": 1, "fit_source": "framing_decision.dimensions",
          "fit_method": "fit_all" } ] }"#;
    fs::write(&template, document).unwrap();
    let recipe = work.path().join("show.recipe");
    let named = format!("{}#VFX", text(&template));
    let new = ["recipe", "new", &clip, "--out", text(&recipe), "--name", "A. Colourist", "--role", "colourist", "--template"];
    run_to(2, &[&new[..], &[text(&template)]].concat());
    // Exact arithmetic is not what the published library would make of it: somebody has to want that.
    run_to(12, &[&new[..], &[&named]].concat());
    run_to(0, &[&new[..], &[&named, "--waive", "FDL-07=exact arithmetic is what we deliver"]].concat());
    fs::remove_file(&template).unwrap();

    let entry = &json(&["recipe", "show", text(&recipe), "--json"])["clips"][0];
    assert_eq!(entry["plate"]["size"], serde_json::json!({ "width": 320, "height": 240 }));
    assert_eq!(entry["settings"]["framing"]["template"]["mode"], "exact");
    let out = work.path().join("out");
    run_to(0, &["render", "--recipe", text(&recipe), "--clip", &clip, "--out", text(&out), "--frames", "1"]);
    let fdl: Value = serde_json::from_slice(&fs::read(out.join(&name).join(format!("{name}.fdl"))).unwrap()).unwrap();
    let canvases = fdl["contexts"][0]["canvases"].as_array().unwrap();
    let plate = canvases.iter().find(|c| c["id"] == "PLATE").unwrap();
    assert_eq!(plate["dimensions"], serde_json::json!({ "width": 320, "height": 240 }));
    assert!(plate["_scaled_bounding_box"]["width"].as_f64().unwrap() <= 300.0);
}

#[test]
fn another_edition_leads_to_the_same_frame() {
    let work = tempfile::tempdir().unwrap();
    let (old, new) = (work.path().join("old.fdl"), work.path().join("new.fdl"));
    let document = r#"{ "uuid": "5463dbe4-ec30-4324-b8a1-67408aed40db", "version": { "major": 1, "minor": 0 },
        "framing_intents": [ { "id": "I", "aspect_ratio": { "width": 2, "height": 1 }, "protection": 0.25 } ],
        "contexts": [ { "canvases": [ { "id": "C", "source_canvas_id": "C", "dimensions": { "width": 4000, "height": 2000 }, "framing_decisions": [] } ] } ] }"#;
    fs::write(&old, document).unwrap();
    run_to(0, &["fdl", "convert", text(&old), "--to", "2.0", "-o", text(&new)]);
    run_to(20, &["fdl", "convert", text(&old), "--to", "2.0", "-o", text(&new)]);
    let converted: Value = serde_json::from_slice(&fs::read(&new).unwrap()).unwrap();
    assert_eq!((&converted["version"]["major"], &converted["framing_intents"][0]["protection"]), (&2.into(), &0.2.into()));
    assert_ne!(converted["uuid"], "5463dbe4-ec30-4324-b8a1-67408aed40db");
    assert_eq!(json(&["fdl", "validate", text(&new), "--json"])["valid"], true);
    let decide = |file: &PathBuf| {
        let mut made = json(&["fdl", "decide", "--source", text(file), "--intent", "I", "--json"]);
        made.as_object_mut().unwrap().remove("uuid");
        made
    };
    assert_eq!(decide(&old), decide(&new));
    let said = run_to(0, &["fdl", "convert", text(&new), "--to", "1.0"]);
    assert!(said.contains("0.25"), "{said}");
    fs::write(&old, document.replace("\"major\": 1", "\"major\": 2").replace("0.25", "1.5")).unwrap();
    run_to(10, &["fdl", "convert", text(&old), "--to", "1.0"]);
}
