//! Frame lines edited from the command line: what comes out is an FDL to readers that are not ours.

use crate::{corpus, json, peers::by_jsonschema, prelight, run_to, text};
use serde_json::{Value, json as value};
use std::{fs, path::Path};

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Has Python's `jsonschema` hold a document against the schema that the ASC published, where both are there.
fn by_the_published_schema(document: &Path) {
    let Some(folder) = corpus("standards/fdl/schema/v2.0.1") else { return };
    let schema = fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).find(|p| p.extension().is_some_and(|e| e == "json")).unwrap();
    const CHECK: &str = "import sys, json, jsonschema as j; s, d = json.load(sys.stdin); v = j.Draft202012Validator(s); \
                         [sys.exit(str(e)[:2000]) for e in v.iter_errors(d)]; d['contexts'][0]['canvases'][0]['dimensions']['width'] = 0; \
                         sys.exit(0 if any(v.iter_errors(d)) else 'accepts anything')";
    by_jsonschema(CHECK, &value!([read(&schema), read(document)]));
}

#[test]
fn a_new_fdl_is_made_from_a_size_and_an_intent() {
    let work = tempfile::tempdir().unwrap();
    let out = work.path().join("new.fdl");
    let new = ["fdl", "edit", "--new", "4448x3096", "--squeeze", "2", "--clip", "A001_C001"];
    let intent = ["--effective", "224,48,4000,3000", "--aspect", "239:100", "--protection", "8.8", "--label", "Scope", "--from-intent"];
    let template = ["--edit", r#"{"template": {"target": [3840, 2160], "fit_method": "fit_all", "maximum": [3840, 2160], "pad": true}}"#];
    let all = [&new[..], &intent, &["--align", "center-top"], &template, &["--json", "-o", text(&out)]].concat();
    let made = json(&all);
    // 3000 x 2.39 / 2 is 3585, even and up 3586; less 8.8 %, 3270.432 x 2736.
    assert_eq!(made["framing_decision"]["dimensions"], value!({ "width": 3272.0, "height": 2736.0 }));
    assert_eq!(made["framing_decision"]["anchor_point"], value!({ "x": 588.0, "y": 48.0 }));
    assert_eq!(made["alignment"], value!({ "horizontal": "center", "vertical": "top" }));
    assert!(made["steps"].as_array().unwrap().iter().any(|s| s["step"] == "pillarbox"));
    assert_eq!(json(&["fdl", "validate", text(&out), "--json"])["valid"], true);
    by_the_published_schema(&out);
    // The same template is worked out by those who had it before.
    let plate = json(&["fdl", "template", "--source", text(&out), "--json"]);
    assert_eq!(plate["canvas"]["dimensions"], value!({ "width": 3840, "height": 2160 }));
    run_to(20, &all);
}

#[test]
fn a_copy_is_edited_and_everything_else_stays() {
    let Some(source) = corpus("standards/fdl/resources/FDL/Original_Source_Files/B_4448x3096_1x_FramingChart.fdl") else { return };
    let (work, before) = (tempfile::tempdir().unwrap(), fs::read(&source).unwrap());
    let out = work.path().join("moved.fdl");
    let chosen = ["--context", "0", "--canvas", "0", "--decision", "0"];
    run_to(0, &[&["fdl", "edit", text(&source), "--edit", r#"{"move": [-10, 4]}"#, "-o", text(&out)][..], &chosen].concat());
    let (old, mut new) = (read(&source), read(&out));
    let decision = |d: &Value| d["contexts"][0]["canvases"][0]["framing_decisions"][0].clone();
    let (was, is) = (decision(&old), decision(&new));
    assert_eq!(is["anchor_point"]["x"].as_f64().unwrap(), was["anchor_point"]["x"].as_f64().unwrap() - 10.0);
    assert_eq!(is["anchor_point"]["y"].as_f64().unwrap(), was["anchor_point"]["y"].as_f64().unwrap() + 4.0);
    assert_eq!(is["dimensions"], was["dimensions"]);
    new["contexts"][0]["canvases"][0]["framing_decisions"][0] = was;
    assert_ne!(new["uuid"], old["uuid"]);
    new["uuid"] = old["uuid"].clone();
    for (member, value) in old.as_object().unwrap() {
        assert_eq!(new[member], *value, "{member}");
    }
    assert_eq!(fs::read(&source).unwrap(), before);
    by_the_published_schema(&out);
}

#[test]
fn what_would_be_no_fdl_is_refused_with_field_and_value() {
    let work = tempfile::tempdir().unwrap();
    let out = work.path().join("x.fdl");
    let new = ["fdl", "edit", "--new", "1920x1080", "-o", text(&out)];
    for (arguments, field, shown) in [
        (["--frame", "-3,0,10,10"], "decision.anchor_point.x", "-3"),
        (["--frame", "1900,0,100,10"], "decision.dimensions", "1900"),
        (["--frame", "0,0,0,10"], "decision.dimensions.width", "0"),
        (["--protect", "0,0,1900,1080"], "decision.dimensions", "1920"),
        (["--effective", "0,0,100.5,10"], "canvas.effective_dimensions", "100.5"),
        (["--protection", "100"], "intent.protection", "1"),
        (["--squeeze", "0"], "squeeze", "0"),
    ] {
        let joined = format!("{}={}", arguments[0], arguments[1]);
        let refused = prelight(&[&new[..], &[&joined]].concat());
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(10), "{joined}: {said}");
        assert!(said.contains(field) && said.contains(shown), "{joined}: {said}");
        assert!(!out.exists());
    }
    for wrong in ["--aspect=2.39", "--frame=1,2,3", "--frame=1,x,2,3,4", "--align=top", r#"--edit={"frame": 1}"#] {
        run_to(2, &[&new[..], &[wrong]].concat());
    }
    run_to(2, &["fdl", "edit"]);
}
