//! AMF against the reference's results for every AMF in the corpus (`expected_diagnostics.json`).

use super::files;
use crate::corpus;
use prelight::sidecar::{
    Diagnostic, Level,
    amf::{self, Amf, Author, ClipId, Media, Stage, Transform, Version, WorkingSpace},
    cdl::Cdl,
    is_valid,
};
use serde_json::Value;
use std::{path::Path, process::Command};
use time::macros::datetime;

#[test]
fn every_amf_survives_writing() {
    let Some(folder) = corpus("standards/amf") else { return };
    let files = files(&folder, "amf");
    assert!(files.len() >= 196, "{}", files.len());
    for path in files {
        let (first, _) = amf::read(&path).unwrap();
        let text = amf::write(&first);
        let (second, _) = amf::parse(text.as_bytes(), None).unwrap_or_else(|e| panic!("{}: {e}\n{text}", path.display()));
        assert_eq!(first, second, "{}", path.display());
        assert_eq!(text, amf::write(&second), "{}", path.display());
    }
}

/// Codes that the reference has no counterpart for, or that are the schema's.
const OURS: [&str; 5] = ["SCHEMA_VIOLATION", "HASH_ENCODING", "NIL_UUID", "APPLIED_ORDER_GAP", "UUID_FILE_NOT_FOUND"];

/// Where we differ on purpose: file, and why.
const EXCEPTIONS: [(&str, &str); 5] = [
    ("examples_ampas/examples/example2.amf", RELEASE),
    ("examples_ampas/examples/example3.amf", RELEASE),
    ("examples_ampas/examples/example4.amf", RELEASE),
    ("examples_ampas/examples/example6.amf", RELEASE),
    (
        "cclark_data/test_ASC_SOP_no_cdlworkingSpace.amf",
        "a bare CDL behind workingLocation is a warning: real exports are never rejected for it",
    ),
];
const RELEASE: &str =
    "declares ACES 1.0, for which the reference knows no URN at all: a warning, as the IDs are official ones of later 1.x";

fn expected() -> Option<Vec<Value>> {
    let text = std::fs::read_to_string(corpus("standards/amf/expected_diagnostics.json")?).unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    Some(json["files"].as_array().unwrap().clone())
}

fn codes<'a>(found: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let mut codes: Vec<_> = found.filter(|(_, code)| !OURS.contains(code)).map(|(level, code)| format!("{level} {code}")).collect();
    codes.sort();
    codes
}

fn level(d: &Diagnostic) -> &'static str {
    match d.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "info",
    }
}

#[test]
fn agrees_with_the_reference() {
    let Some(expected) = expected() else { return };
    let folder = corpus("standards/amf").unwrap();
    let (mut valid_differs, mut codes_differ) = (vec![], vec![]);
    for entry in &expected {
        let name = entry["file"].as_str().unwrap();
        let (amf, found) = amf::read(&folder.join(name)).unwrap();
        let key = if amf.version == Version::V1 { "v1.0" } else { "v2.0" };
        let schema = entry["xsd"][key]["valid"].as_bool().unwrap();
        let semantic: Option<Vec<_>> =
            entry["semantic"].as_array().map(|a| a.iter().map(|d| (d["level"].as_str().unwrap(), d["type"].as_str().unwrap())).collect());
        let theirs = schema && semantic.iter().flatten().all(|(level, _)| *level != "error");
        if is_valid(&found) != theirs {
            valid_differs.push(name.to_owned());
        }
        // Version 1 is not read by the reference.
        if let Some(semantic) = semantic {
            let (theirs, ours) = (codes(semantic.into_iter()), codes(found.iter().map(|d| (level(d), d.code))));
            if theirs != ours {
                eprintln!("{name}\n  reference {theirs:?}\n  ours      {ours:?}");
                codes_differ.push(name.to_owned());
            }
        }
    }
    eprintln!("{} files: validity differs on {valid_differs:?}, codes on {codes_differ:?}", expected.len());
    codes_differ.sort();
    let mut exceptions = EXCEPTIONS.map(|(name, _)| name);
    exceptions.sort_unstable();
    assert_eq!(codes_differ, exceptions);
    assert_eq!(valid_differs, ["examples_ampas/examples/example4.amf"]);
}

#[test]
fn agrees_with_the_schemas() {
    let Some(expected) = expected() else { return };
    let folder = corpus("standards/amf").unwrap();
    for entry in &expected {
        let name = entry["file"].as_str().unwrap();
        let (amf, found) = amf::read(&folder.join(name)).unwrap();
        let key = if amf.version == Version::V1 { "v1.0" } else { "v2.0" };
        // The schema also bounds the numbers of a CDL.
        let ours = !found.iter().any(|d| matches!(d.code, "SCHEMA_VIOLATION" | "CDL_INVALID_VALUES"));
        let violation = found.iter().find(|d| d.code == "SCHEMA_VIOLATION");
        assert_eq!(ours, entry["xsd"][key]["valid"].as_bool().unwrap(), "{name}: {violation:?}");
        for d in found.iter().filter(|d| d.code == "SCHEMA_VIOLATION") {
            assert!(d.line > 0 && d.path.starts_with("/acesMetadataFile"), "{name}: {d:?}");
        }
        // The lines of the schema processor, where it names one.
        if let (Some(error), Some(violation)) = (entry["xsd"][key]["errors"].as_array().unwrap().first(), violation) {
            let error = error.as_str().unwrap();
            let line: u32 = error.rsplit_once("(line ").unwrap().1.trim_end_matches(')').parse().unwrap();
            assert_eq!(violation.line, line, "{name}: {error} / {violation:?}");
        }
    }
}

#[test]
fn a_real_export_loads() {
    let Some(path) = corpus("standards/amf/cclark_data/test_ASC_SOP_no_cdlworkingSpace.amf") else { return };
    let (amf, found) = amf::read(&path).unwrap();
    assert_eq!(amf.pipeline.looks().count(), 13);
    assert!(amf.pipeline.looks().all(Transform::is_applied));
    let errors: Vec<_> = found.iter().filter(|d| d.level == Level::Error).map(|d| d.code).collect();
    // Nothing but the files that are really missing.
    assert_eq!(errors, ["MISSING_REFERENCED_FILE"; 2]);
}

/// What the pipeline writes.
fn made() -> Amf {
    let author = Author::new("Prelight", "prelight@example.com");
    let clip = ClipId::new("A001C001", Media::File("A001C001.mov".into()));
    let uuid = uuid::Uuid::from_u128(0x1234_5678_9abc_4def_8123_4567_89ab_cdef);
    let mut amf = Amf::new_v2("Day 12 & <night>", author, Some(clip), datetime!(2026-11-21 03:00 UTC), uuid);
    let id = |name: &str| Transform::id(&format!("urn:ampas:aces:transformId:v2.0:{name}"));
    amf.pipeline.set_input(id("CSC.Arri.LogC4_to_ACES.a2.v1"));
    amf.pipeline.push_look(id("Look.Academy.ReferenceGamutCompress.a2.v1").described("Gamut compression"));
    let grade = Cdl { slope: [1.1, 1.0, 0.9], offset: [0.01, 0.0, -0.02], saturation: 1.05, ..Cdl::default() };
    amf.pipeline.push_look(Transform::cdl(grade, WorkingSpace::acescct()).described("Grade"));
    amf.pipeline.set_output(id("Output.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.a2.v1"));
    amf
}

#[test]
fn what_we_write_is_valid() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("show look.clf"), b"look").unwrap();
    let digest: [u8; 32] = amf::Algorithm::Sha256.of_file(&folder.path().join("show look.clf")).unwrap().try_into().unwrap();
    let mut documents = vec![];
    for stage in [None, Some(Stage::Input), Some(Stage::Look(0)), Some(Stage::Looks), Some(Stage::Output)] {
        let mut amf = made();
        amf.pipeline.push_look(Transform::file("show look.clf", Some(digest)).described("Show look"));
        if let Some(stage) = stage {
            amf.mark_applied(stage);
        }
        let applied: Vec<bool> = amf.pipeline.looks().map(Transform::is_applied).collect();
        match stage {
            None | Some(Stage::Input) => assert_eq!(applied, [false; 3]),
            Some(Stage::Look(_)) => assert_eq!(applied, [true, false, false]),
            _ => assert_eq!(applied, [true; 3]),
        }
        if stage == Some(Stage::Look(0)) {
            amf.archive_pipeline(datetime!(2026-11-22 03:00 UTC), uuid::Uuid::from_u128(7 << 64));
        }
        assert_eq!(amf::validate(&amf, Some(folder.path())).unwrap(), [], "{stage:?}");
        documents.push(amf);
    }
    let text = amf::write(&documents[0]);
    assert_eq!(amf::parse(text.as_bytes(), None).unwrap().0, documents[0]);
    let Some(schema) = corpus("standards/amf/schema/v2.0/acesMetadataFile.xsd") else { return };
    for amf in &documents {
        xmllint(&schema, &amf::write(amf));
    }
}

/// Everything that the schemas accept is still accepted by them after we have read and written it.
#[test]
fn what_was_valid_stays_valid() {
    let Some(expected) = expected() else { return };
    let folder = corpus("standards/amf").unwrap();
    for entry in &expected {
        let name = entry["file"].as_str().unwrap();
        let by = |v: &str| entry["xsd"][v]["valid"].as_bool() == Some(true);
        let Some(version) = ["v1.0", "v2.0"].into_iter().find(|v| by(v)) else { continue };
        // One generated example stands for its kind.
        if name.contains("generated/aces") && !name.contains("ACEScct_to_ACES__odt_P3D65") {
            continue;
        }
        let text = amf::write(&amf::read(&folder.join(name)).unwrap().0);
        if !xmllint(&folder.join("schema").join(version).join("acesMetadataFile.xsd"), &text) {
            return;
        }
    }
}

/// Panics where the schema processor rejects the text; `false` where there is none.
pub fn xmllint(schema: &Path, text: &str) -> bool {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    match Command::new("xmllint").args(["--noout", "--nonet", "--schema"]).arg(schema).arg(file.path()).output() {
        Err(_) => {
            eprintln!("skipped: no xmllint (libxml2-utils)");
            false
        }
        Ok(output) => {
            assert!(output.status.success(), "{}\n{text}", String::from_utf8_lossy(&output.stderr));
            true
        }
    }
}
