//! Conformance of `framing` and of the FDL it reads.

use prelight::{
    framing::{CropTo, Frame, ScaleTo, Selection, plate_geometry},
    image::Size,
    sidecar::{fdl, is_valid},
};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};

fn fdl_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            fdl_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "fdl") {
            found.push(path);
        }
    }
}

fn all() -> Option<Vec<PathBuf>> {
    let mut found = vec![];
    fdl_files(&crate::corpus("standards/fdl")?, &mut found);
    found.sort();
    Some(found)
}

/// Files of the published set that break a rule, and the rule.
const NOT_VALID: [(&str, &str); 5] = [
    ("B_5184x4320_133_10percentSafe.fdl", "DECISION_ID"),
    ("C_6560x3102_Spherical.fdl", "DECISION_ID"),
    ("Scen_33_PadToMax_ZeroHeightSentinel_TopLeft.fdl", "TARGET_ZERO"),
    ("not_fdl.fdl", "MISSING_MEMBER"),
    ("corrupt_fdl.fdl", "UNREADABLE"),
];

#[test]
fn published_files_are_valid_but_for_those_that_are_not() {
    let Some(files) = all() else { return };
    assert!(files.len() >= 240, "{}", files.len());
    let mut not_valid = vec![];
    for file in &files {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        match fdl::read(file) {
            Ok((_, found)) if is_valid(&found) => {}
            Ok((_, found)) => not_valid.push((name, found.into_iter().find(|d| d.level == prelight::sidecar::Level::Error).unwrap().code)),
            Err(_) => not_valid.push((name, "UNREADABLE")),
        }
    }
    not_valid.sort();
    let mut expected = NOT_VALID.map(|(name, code)| (name.to_owned(), code));
    expected.sort();
    assert_eq!(not_valid, expected);
}

/// The reference counts findings its own way (one for an object that lacks three members, none after the first); it
/// and we agree on which documents are valid.
#[test]
fn published_vectors_of_validity() {
    for name in ["schema_validation_vectors", "validation_vectors"] {
        let Some(path) = crate::corpus(&format!("standards/fdl/vectors/validation/{name}.json")) else { return };
        let vectors: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        for vector in vectors["vectors"].as_array().unwrap() {
            let (_, found) = fdl::parse(vector["input"].to_string().as_bytes()).unwrap();
            assert_eq!(is_valid(&found), vector["expected_error_count"] == 0, "{}: {found:?}", vector["label"]);
        }
    }
}

/// Written and read again, every document says the same, down to the digits; empty lists may be added.
#[test]
fn published_files_survive_a_round_trip() {
    fn same(a: &Value, b: &Value) -> bool {
        match (a, b) {
            (Value::Object(a), Value::Object(b)) => {
                a.iter().all(|(k, v)| b.get(k).is_some_and(|w| same(v, w)))
                    && b.iter().all(|(k, w)| a.contains_key(k) || w.as_array().is_some_and(Vec::is_empty))
            }
            (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
            // 4096 and 4096.0 are one whole number.
            (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
            _ => a == b,
        }
    }
    for file in all().unwrap_or_default() {
        let bytes = fs::read(&file).unwrap();
        let Ok((document, found)) = fdl::parse(&bytes) else { continue };
        if !is_valid(&found) {
            continue;
        }
        let text = fdl::write(&document);
        assert_eq!(fdl::parse(text.as_bytes()).unwrap().0, document, "{}", file.display());
        let (a, b): (Value, Value) = (serde_json::from_slice(&bytes).unwrap(), serde_json::from_str(&text).unwrap());
        assert!(same(&a, &b), "{}", file.display());
    }
}

/// Every decision of every valid file makes plates with square pixels, whose exact arithmetic fits.
#[test]
fn every_published_decision_makes_a_plate() {
    let mut plates = 0;
    for file in all().unwrap_or_default() {
        let Ok((document, found)) = fdl::read(&file) else { continue };
        if !is_valid(&found) {
            continue;
        }
        for (i, context) in document.contexts.iter().enumerate() {
            for canvas in &context.canvases {
                for decision in &canvas.framing_decisions {
                    let selection =
                        Selection { context: Some(i.to_string()), canvas: Some(canvas.id.clone()), decision: Some(decision.id.clone()) };
                    let frame = Frame::select(&document, &selection).unwrap();
                    for (crop, scale) in [(CropTo::Canvas, ScaleTo::Width(2048)), (CropTo::Decision, ScaleTo::Fit(Size::new(3840, 2160)))] {
                        let plate = plate_geometry(&frame, crop, scale, true).unwrap();
                        let across = plate.source.width / f64::from(plate.target.width) * frame.squeeze;
                        let down = plate.source.height / f64::from(plate.target.height);
                        assert!((across / down - 1.0).abs() < 1e-12, "{} {plate:?}", file.display());
                        plates += 1;
                    }
                }
            }
        }
    }
    assert!(plates > 400 || all().is_none(), "{plates}");
}
