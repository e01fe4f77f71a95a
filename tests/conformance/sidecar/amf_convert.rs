//! AMFs from one version of the schema to the other: by the schemas, and by what is rendered.

use super::{amf::xmllint, files};
use crate::corpus;
use prelight::{
    color::eval_f64,
    pipeline::{Settings, amf_road},
    sidecar::{
        Level,
        amf::{self, Amf, Conversion, Reference, Role, Transform, Version, convert},
        is_valid,
    },
};
use std::path::Path;
use time::macros::datetime;

const NOW: time::OffsetDateTime = datetime!(2026-11-26 12:00 UTC);

fn codes(notes: &[prelight::sidecar::Diagnostic]) -> Vec<&'static str> {
    let mut codes: Vec<_> = notes.iter().map(|n| n.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// Two roads that do the same to some samples.
fn same_picture(a: &Amf, b: &Amf, path: &Path) {
    let ops = |amf: &Amf| -> Vec<_> {
        let steps = amf_road(amf, path, &Settings::default()).unwrap_or_else(|e| panic!("{e}"));
        steps.into_iter().filter(|s| !s.applied).flat_map(|s| s.ops.unwrap()).collect()
    };
    let (a, b) = (ops(a), ops(b));
    for px in [[0.18, 0.18, 0.18], [0.5, 0.3, 0.2], [0.05, 0.1, 0.4]] {
        assert_eq!(eval_f64(&a, px), eval_f64(&b, px), "{}", path.display());
    }
}

#[test]
fn version_1_becomes_a_valid_version_2() {
    let Some(folder) = corpus("standards/amf/pomfort_v1/Material/amf") else { return };
    let schema = corpus("standards/amf/schema/v2.0/acesMetadataFile.xsd").unwrap();
    let choices = Conversion { folder: Some(&folder), output: None };
    let mut seen = 0;
    for path in files(&folder, "amf") {
        let (old, _) = amf::read(&path).unwrap();
        assert_eq!(old.version, Version::V1);
        let converted = convert(&old, Version::V2, NOW, &choices).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let expected = codes(&converted.notes);
        assert!(expected.contains(&"VERSION") && expected.contains(&"APPLIED_ADDED"), "{name}: {expected:?}");
        let (found, before) = (amf::validate(&converted.amf, None).unwrap(), amf::parse(amf::write(&old).as_bytes(), None).unwrap().1);
        assert_eq!(is_valid(&found), is_valid(&before), "{name}: {found:?}");
        if is_valid(&found) {
            xmllint(&schema, &amf::write(&converted.amf));
        }
        // Twice the same, whatever the hour.
        assert_eq!(convert(&old, Version::V2, NOW, &choices).unwrap(), converted);
        // ACES 1 outputs have no counterpart: what is rendered stays what it was.
        if amf_road(&old, &path, &Settings::default()).is_ok() {
            same_picture(&old, &converted.amf, &path);
        }
        // And back: nothing was there that version 1 cannot say.
        let back = convert(&converted.amf, Version::V1, NOW, &choices).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!((&back.amf.pipeline.steps, &back.amf.clip_id), (&old.pipeline.steps, &old.clip_id), "{name}");
        assert_eq!(back.amf.pipeline.output, old.pipeline.output, "{name}");
        seen += 1;
    }
    assert_eq!(seen, 11);
}

#[test]
fn a_whole_pipeline_of_aces_1_becomes_one_of_aces_2() {
    let Some(path) = corpus("standards/amf/pomfort_v1/Material/amf/LogCEI800-Rec.709100nitsdim.amf") else { return };
    let (old, _) = amf::read(&path).unwrap();
    let output = Transform::named("aces2-rec709-d65-100nit-in-rec709-d65-bt1886", Role::Output);
    let converted = convert(&old, Version::V2, NOW, &Conversion { folder: path.parent(), output }).unwrap();
    assert_eq!(converted.amf.pipeline.system_version.unwrap().major, 2);
    // The registry lists no successor of ARRI's IDTs: EI 800 is LogC3, by arithmetic.
    let Reference::TransformId(input) = &converted.amf.pipeline.input.as_ref().unwrap().reference else { panic!() };
    assert_eq!(Some(input), amf::full_id("CSC.Arri.LogC3_to_ACES.a2.v1").as_ref());
    let note = converted.notes.iter().find(|n| n.code == "ID_CHANGED").unwrap();
    assert!(note.message.contains("same arithmetic") && note.line > 0, "{note:?}");
    assert_eq!(converted.amf.archived.len(), 1);
    assert!(is_valid(&amf::validate(&converted.amf, None).unwrap()), "{:?}", amf::validate(&converted.amf, None).unwrap());
    let schema = corpus("standards/amf/schema/v2.0/acesMetadataFile.xsd").unwrap();
    xmllint(&schema, &amf::write(&converted.amf));
    // ACES 1 cannot say an output of ACES 2.
    let error = convert(&converted.amf, Version::V1, NOW, &Conversion::default()).unwrap_err();
    assert!(error.to_string().contains("Output.Academy.Rec709-D65_100nit"), "{error}");

    // Other exposure indices have curves of their own.
    let text = amf::write(&old).replace("EI800.a1.v2", "EI1600.a1.v2");
    let (other, _) = amf::parse(text.as_bytes(), None).unwrap();
    let output = Transform::named("aces2-rec709-d65-100nit-in-rec709-d65-bt1886", Role::Output);
    let kept = convert(&other, Version::V2, NOW, &Conversion { folder: None, output }).unwrap();
    assert!(codes(&kept.notes).contains(&"ID_WITHOUT_SUCCESSOR"));
    assert_eq!(kept.amf.pipeline.input.as_ref().unwrap().reference, other.pipeline.input.as_ref().unwrap().reference);
}

/// Everything of version 2: it becomes a valid version 1 that renders the same, or what cannot be said is named.
#[test]
fn version_2_becomes_version_1_where_it_can() {
    let Some(folder) = corpus("standards/amf") else { return };
    let schema = folder.join("schema/v1.0/acesMetadataFile.xsd");
    let (mut done, mut refused) = (0, 0);
    for path in files(&folder, "amf") {
        let (amf, found) = amf::read(&path).unwrap();
        if amf.version != Version::V2 {
            continue;
        }
        match convert(&amf, Version::V1, NOW, &Conversion { folder: path.parent(), output: None }) {
            Err(error) => {
                assert!(error.exit_code() == 10 && !error.message().is_empty(), "{error}");
                refused += 1;
            }
            Ok(converted) => {
                done += 1;
                if found.iter().any(|d| d.code == "SCHEMA_VIOLATION" || d.level == Level::Error) {
                    continue;
                }
                let violations: Vec<_> = amf::validate(&converted.amf, path.parent()).unwrap();
                assert!(!violations.iter().any(|d| d.code == "SCHEMA_VIOLATION"), "{}: {violations:?}", path.display());
                if done % 20 == 1 {
                    xmllint(&schema, &amf::write(&converted.amf));
                }
                if amf_road(&amf, &path, &Settings::default()).is_ok() {
                    same_picture(&amf, &converted.amf, &path);
                }
            }
        }
    }
    eprintln!("{done} of version 2 become version 1, {refused} cannot");
    // Most take a conversion for their input transform, or have outputs of ACES 2.
    assert_eq!((done, refused), (47, 138));
}

#[test]
fn a_correction_finds_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let Some(path) = corpus("standards/amf/pomfort_v1/Material/amf/LogCEI800-Rec.709100nitsdim.amf") else { return };
    let look = "<aces:lookTransform applied=\"false\"><aces:cdlWorkingSpace><aces:fromCdlWorkingSpace><aces:transformId>urn:ampas:aces:transformId:v1.5:ACEScsc.Academy.ACEScct_to_ACES.a1.0.3</aces:transformId></aces:fromCdlWorkingSpace></aces:cdlWorkingSpace><cdl:ColorCorrectionRef ref=\"day\"/></aces:lookTransform>";
    let text = std::fs::read_to_string(path).unwrap().replace("<aces:outputTransform>", &format!("{look}<aces:outputTransform>"));
    let (amf, _) = amf::parse(text.as_bytes(), None).unwrap();
    let choices = Conversion { folder: Some(folder.path()), output: None };
    let error = convert(&amf, Version::V2, NOW, &choices).unwrap_err();
    assert!(error.to_string().contains("day") && error.line_number().is_some(), "{error}");
    let cc = "<ColorCorrection id='day'><SatNode><Saturation>0.5</Saturation></SatNode></ColorCorrection>";
    std::fs::write(folder.path().join("my grade.cc"), cc).unwrap();
    let converted = convert(&amf, Version::V2, NOW, &choices).unwrap();
    assert!(codes(&converted.notes).contains(&"CDL_FILE_FOUND"));
    assert_eq!(converted.amf.pipeline.looks().next().unwrap().file_reference(), Some("my%20grade.cc"));
    // Back, the numbers stand in the document.
    let back = convert(&converted.amf, Version::V1, NOW, &choices).unwrap();
    assert!(codes(&back.notes).contains(&"CDL_INLINED") && amf::write(&back.amf).contains(">0.5<"));
    std::fs::write(folder.path().join("second.cc"), cc).unwrap();
    assert!(convert(&amf, Version::V2, NOW, &choices).is_err());
}

#[test]
fn unknown_content_moves_along() {
    let Some(path) = corpus("standards/amf/pomfort_v1/Material/amf/LogCEI800-Rec.709100nitsdim.amf") else { return };
    let text = std::fs::read_to_string(path).unwrap().replace(
        "<aces:pipelineInfo>",
        "<aces:future a='1'><aces:x/></aces:future><v:note xmlns:v='urn:v'>kept</v:note><aces:pipelineInfo>",
    );
    let (amf, _) = amf::parse(text.as_bytes(), None).unwrap();
    let converted = convert(&amf, Version::V2, NOW, &Conversion::default()).unwrap().amf;
    let written = amf::write(&converted);
    assert!(written.contains("kept") && written.contains("<aces:future") && !written.contains("amf:v1.0"), "{written}");
    assert_eq!(amf::parse(written.as_bytes(), None).unwrap().0, converted);
}

#[test]
fn the_command_lists_what_it_decided() {
    let Some(path) = corpus("standards/amf/pomfort_v1/Material/amf/LogCEI800-Rec.709100nitsdim.amf") else { return };
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("v2.amf");
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_prelight"));
        command.args(["amf", "convert"]).arg(&path).args(["--to", "v2"]).args(arguments).output().unwrap()
    };
    let arguments = ["-o", out.to_str().unwrap(), "--json"];
    let output = run(&arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let notes = report["notes"].as_array().unwrap();
    let has = |code: &str| notes.iter().any(|n| n["code"] == code && n["message"].is_string() && n["path"].is_string());
    assert!(["VERSION", "UUID_ADDED", "APPLIED_ADDED", "ID_WITHOUT_SUCCESSOR", "ID_KEPT"].iter().all(|code| has(code)), "{report}");
    assert_eq!(amf::read(&out).unwrap().0.version, Version::V2);
    assert_eq!(run(&arguments).status.code(), Some(20));
    // Without a file, the document is the output and the decisions are messages.
    let output = run(&[]);
    assert_eq!(amf::parse(&output.stdout, None).unwrap().0.version, Version::V2);
    assert!(String::from_utf8_lossy(&output.stderr).contains("[UUID_ADDED]"));
}

#[test]
fn a_correction_is_taken_from_the_file_that_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    let good =
        "<ColorCorrection id='a'><SOPNode><Slope>2 2 2</Slope><Offset>0 0 0</Offset><Power>1 1 1</Power></SOPNode></ColorCorrection>";
    let path = folder.path().join("a.cc");
    std::fs::write(&path, good).unwrap();
    let mut amf = Amf::new_v2("d", amf::Author::new("n", "n@n"), None, NOW, uuid::Uuid::from_u128(5));
    amf.pipeline.push_look(Transform::of_file(&path, Some("a"), &amf::WorkingSpace::acescct(), folder.path()).unwrap());
    amf.pipeline.set_output(Transform::named("ODT.Academy.Rec709_100nits_dim.a1.0.3", Role::Output).unwrap());
    // In version 1 the space goes by its ACES 1 IDs.
    let convert = || convert(&amf, Version::V1, NOW, &Conversion { folder: Some(folder.path()), output: None });
    let converted = convert().unwrap();
    let look = converted.amf.pipeline.looks().next().unwrap().clone();
    assert!(look.hash.is_none() && matches!(&look.reference, Reference::Cdl(_)), "{look:?}");
    std::fs::write(&path, good.replace("2 2 2", "3 3 3")).unwrap();
    let error = convert().unwrap_err();
    assert!(error.exit_code() == 11 && error.to_string().contains("a.cc"), "{error}");
    // The right bytes of no CDL.
    let bad = good.replace("<Power>1 1 1", "<Power>0 1 1");
    std::fs::write(&path, &bad).unwrap();
    amf.pipeline.looks_mut().next().unwrap().hash = Some(amf::Hash::of(bad.as_bytes()));
    let error =
        prelight::sidecar::amf::convert(&amf, Version::V1, NOW, &Conversion { folder: Some(folder.path()), output: None }).unwrap_err();
    assert!(error.exit_code() == 10 && error.to_string().contains("power"), "{error}");
}
