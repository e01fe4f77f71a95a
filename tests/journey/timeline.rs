//! `prelight timeline`, from outside.

use super::{json, prelight, run_to, text};
use std::path::PathBuf;

const LIST: &str = "TITLE: t
001 A001C001_260101_R1AB V C 01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00
* FROM CLIP NAME: one
* AMF_UUID urn:uuid:afe122be-59d3-4360-ad69-33c10108fa7a
* ASC_SOP (1.1 1 1)(0 0 0)(1 1 1)
002 A002 V D 012 01:00:00:00 01:00:02:00 10:00:01:00 10:00:02:00
";

fn file(folder: &tempfile::TempDir, name: &str, content: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    path
}

#[test]
fn a_list_is_judged_shown_and_converted() {
    let folder = tempfile::tempdir().unwrap();
    let bad = file(&folder, "bad.edl", LIST);
    let report = run_to(10, &["timeline", "validate", text(&bad), "--rate", "24", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let codes: Vec<_> =
        report["diagnostics"].as_array().unwrap().iter().map(|d| (d["code"].as_str().unwrap(), d["line"].as_u64().unwrap())).collect();
    assert_eq!((report["valid"].as_bool(), codes), (Some(false), vec![("DURATION_MISMATCH", 6), ("TRANSITION_WITHOUT_SOURCE", 6)]));

    let good = file(&folder, "good.edl", &LIST.lines().take(5).map(|l| format!("{l}\n")).collect::<String>());
    run_to(0, &["timeline", "validate", text(&good), "--rate", "23.976"]);
    let shown = json(&["timeline", "show", text(&good), "--rate", "23.976", "--json"]);
    assert_eq!((shown["rate"].clone(), shown["format"].as_str()), (serde_json::json!([24000, 1001]), Some("edl")));
    let clip = &shown["clips"][0];
    assert_eq!(
        (clip["record_in"].as_str(), clip["source_out"].as_str(), clip["name"].as_str()),
        (Some("10:00:00:00"), Some("01:00:01:00"), Some("one"))
    );
    assert_eq!((clip["cdl"]["slope"][0].as_f64(), clip["amf_uuid"].as_str().map(|u| &u[..8])), (Some(1.1), Some("urn:uuid")));

    // The document goes to standard output, what was assumed to standard error.
    let output = prelight(&["timeline", "convert", text(&good), "--to", "otio"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stderr).contains("RATE_ASSUMED"));
    let otio = file(&folder, "good.otio", &String::from_utf8(output.stdout).unwrap());
    let again = run_to(0, &["timeline", "convert", text(&otio), "--to", "edl"]);
    assert!(again.contains("001  A001C001_260101_R1AB V") && again.contains("* AMF_UUID urn:uuid:afe122be"), "{again}");
    let short = run_to(0, &["timeline", "convert", text(&otio), "--to", "edl", "--reels", "cmx8"]);
    assert!(short.contains("001  A001C001 V"), "{short}");

    let out = folder.path().join("out.edl");
    run_to(0, &["timeline", "convert", text(&otio), "--to", "edl", "-o", text(&out)]);
    assert_eq!(std::fs::read_to_string(&out).unwrap(), again);
    // Nothing is overwritten.
    run_to(20, &["timeline", "convert", text(&otio), "--to", "edl", "-o", text(&out)]);
}

#[test]
fn an_event_finds_its_amf() {
    let folder = tempfile::tempdir().unwrap();
    let list = file(&folder, "a.edl", &LIST.lines().take(5).map(|l| format!("{l}\n")).collect::<String>());
    let amf = |uuid: &str| {
        format!(
            "<aces:acesMetadataFile xmlns:aces=\"urn:ampas:aces:amf:v2.0\" version=\"2.0\"><aces:amfInfo><aces:dateTime>\
             <aces:creationDateTime>2026-01-01T00:00:00Z</aces:creationDateTime><aces:modificationDateTime>2026-01-01T00:00:00Z</aces:modificationDateTime>\
             </aces:dateTime><aces:uuid>urn:uuid:{uuid}</aces:uuid></aces:amfInfo><aces:pipeline><aces:pipelineInfo><aces:dateTime>\
             <aces:creationDateTime>2026-01-01T00:00:00Z</aces:creationDateTime><aces:modificationDateTime>2026-01-01T00:00:00Z</aces:modificationDateTime>\
             </aces:dateTime><aces:systemVersion><aces:majorVersion>2</aces:majorVersion><aces:minorVersion>0</aces:minorVersion>\
             <aces:patchVersion>0</aces:patchVersion></aces:systemVersion></aces:pipelineInfo></aces:pipeline></aces:acesMetadataFile>"
        )
    };
    let one = file(&folder, "one.amf", &amf("afe122be-59d3-4360-ad69-33c10108fa7a"));
    let two = file(&folder, "two.amf", &amf("11111111-59d3-4360-ad69-33c10108fa7a"));
    let shown = json(&["timeline", "show", text(&list), "--rate", "24", "--json", "--amf", text(&two), text(&one)]);
    let link = &shown["clips"][0]["link"];
    assert_eq!((link["target"].as_str(), link["by"].as_str()), (Some(text(&one)), Some("AMF_UUID")));
    let shown = run_to(0, &["timeline", "show", text(&list), "--rate", "24", "--amf", text(&two)]);
    assert!(shown.contains("none: no AMF has AMF_UUID"), "{shown}");
}

#[test]
fn what_is_no_timeline_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (name, content, word) in [
        ("a.aaf", "\u{0}", "not an EDL"),
        ("a.xml", "<?xml version=\"1.0\"?><other/>", "neither xmeml"),
        ("a.otio", "{\"OTIO_SCHEMA\": \"Clip.2\", \"name\": NaN}", "a string was expected"),
        ("a.zip", "PK\u{3}\u{4}", "unpack it"),
    ] {
        let path = file(&folder, name, content);
        let output = prelight(&["timeline", "show", text(&path)]);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(10) && message.contains(word) && message.contains(name), "{message}");
    }
    let list = file(&folder, "a.edl", LIST);
    for rate in ["0", "-24", "NaN", "24/0", "x"] {
        assert_eq!(prelight(&["timeline", "show", text(&list), &format!("--rate={rate}")]).status.code(), Some(2), "{rate}");
    }
    assert_eq!(prelight(&["timeline", "show", "/nowhere.edl"]).status.code(), Some(20));
}
