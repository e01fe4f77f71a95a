//! `prelight inspect`, through the binary.

use super::movie_builder::{Track, movie, visual};
use crate::corpus;
use serde_json::Value;
use std::{
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

fn inspect(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_prelight")).arg("inspect").args(args).output().unwrap()
}

/// The entries of a document.
fn entries(output: &Output) -> Vec<Value> {
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    document["entries"].as_array().unwrap().clone()
}

fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// Checks a value against a schema: the part of JSON Schema that ours uses.
fn check(root: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(reference) = schema.get("$ref") {
        let pointed = reference.as_str().unwrap().strip_prefix('#').and_then(|p| root.pointer(p)).unwrap();
        return check(root, pointed, value, at);
    }
    if let Some(constant) = schema.get("const") {
        assert_eq!(value, constant, "{at}");
    }
    if let Some(allowed) = schema.get("enum") {
        assert!(allowed.as_array().unwrap().contains(value), "{at}: {value}");
    }
    let is = |kind: &str| match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("{at}: type {other}"),
    };
    if let Some(kind) = schema.get("type") {
        assert!(is(kind.as_str().unwrap()), "{at}: {value} is no {kind}");
    }
    if let Some(members) = value.as_object() {
        for (name, member) in members {
            match (&schema["properties"][name], &schema["additionalProperties"]) {
                (Value::Null, rest @ Value::Object(_)) => check(root, rest, member, &format!("{at}.{name}")),
                (Value::Null, _) => panic!("{at}.{name} is not in the schema"),
                (known, _) => check(root, known, member, &format!("{at}.{name}")),
            }
        }
        for name in schema["required"].as_array().into_iter().flatten() {
            assert!(members.contains_key(name.as_str().unwrap()), "{at}: no {name}");
        }
    }
    for (i, item) in value.as_array().into_iter().flatten().enumerate() {
        check(root, &schema["items"], item, &format!("{at}[{i}]"));
    }
}

/// Checks a document by Python's `jsonschema`, a validator of the whole of JSON Schema, where it is installed.
fn by_python(schema: &Value, document: &Value) {
    const CHECK: &str = "import sys, json, jsonschema as j; s, d = json.load(sys.stdin); j.Draft202012Validator.check_schema(s); \
                         [sys.exit(str(e)[:2000]) for e in j.Draft202012Validator(s).iter_errors(d)]; \
                         d['entries'][0]['frames' if 'frames' in d['entries'][0] else 'error']['odd'] = 1; \
                         sys.exit(0 if any(j.Draft202012Validator(s).iter_errors(d)) else 'accepts anything')";
    let python = |interpreter: &str, code: &str| {
        let mut child = Command::new(interpreter).args(["-c", code]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().ok()?;
        let mut stdin = child.stdin.take().unwrap();
        // A Python without the module ends before it has read.
        let _ = stdin.write_all(serde_json::json!([schema, document]).to_string().as_bytes());
        drop(stdin);
        child.wait_with_output().ok()
    };
    // The module may be there for Debian's Python and not for the first on the path.
    let with_module = |p: &&str| python(p, "import jsonschema").is_some_and(|o| o.status.success());
    let Some(interpreter) = ["python3", "/usr/bin/python3"].into_iter().find(with_module) else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "python3 has no jsonschema");
        eprintln!("skipped: python3 has no jsonschema");
        return;
    };
    let output = python(interpreter, CHECK).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn every_clip_of_the_corpus_matches_the_schema() {
    let Some(root) = corpus("camera") else { return };
    let schema: Value = serde_json::from_slice(&inspect(&["--schema"]).stdout).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let output = inspect(&["--json", root.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    check(&schema, &schema, &document, "document");
    let clips = entries(&output);
    assert_eq!((document["clips"].as_u64().unwrap(), document["errors"].as_u64().unwrap()), (clips.len() as u64, 0));
    // A line of the stream is an entry of the document.
    assert_eq!(lines(&inspect(&["--jsonl", root.to_str().unwrap()])), clips);
    by_python(&schema, &document);
    let named = |end: &str| clips.iter().find(|c| c["path"].as_str().unwrap().ends_with(end)).unwrap_or_else(|| panic!("{end}"));
    // A sequence is one clip; files by themselves are one each.
    let sequence = named("A001_C001_seq12_000000.dng");
    assert_eq!(sequence["frames"]["count"], 4);
    assert_eq!(sequence["metadata"]["frame_rate"]["value"], serde_json::json!([24000, 1001]));
    assert_eq!(sequence["metadata"]["white_balance"]["unit"], "K");
    assert_eq!(named("aces_app5_frame0.exr")["format"], "OpenEXR");
    assert_eq!(named("exiftool_DNG.dng")["metadata"]["make"]["value"], "Canon");
    assert_eq!(clips.iter().filter(|c| c["path"].as_str().unwrap().contains("seq12")).count(), 1);
}

#[test]
fn a_bad_path_does_not_stop_the_others() {
    let Some(good) = corpus("camera/synthetic/cdng_14bit_packed.dng") else { return };
    let dir = tempfile::tempdir().unwrap();
    let bad = dir.path().join("x.dng");
    std::fs::write(&bad, b"II\x2a\0\xff\xff\xff\x7f").unwrap();
    let output = inspect(&["--json", bad.to_str().unwrap(), "/nowhere/at/all.dng", good.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(10));
    let schema: Value = serde_json::from_slice(&inspect(&["--schema"]).stdout).unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    check(&schema, &schema, &document, "document");
    by_python(&schema, &document);
    assert_eq!(document["errors"], 2);
    assert!(String::from_utf8_lossy(&output.stderr).contains("1 clip, 2 errors"));
    let objects = entries(&output);
    assert_eq!(objects.len(), 3);
    assert_eq!(objects[0]["error"]["kind"], "invalid");
    assert!(objects[0]["error"]["message"].as_str().unwrap().contains("offset of IFD0 = 2147483647"));
    assert_eq!(objects[1]["error"]["kind"], "io");
    assert_eq!(objects[2]["format"], "DNG");

    let output = inspect(&[Path::new("/nowhere").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(20));
    assert_eq!(inspect(&[dir.path().to_str().unwrap(), "--json"]).status.code(), Some(10));
    assert_eq!(inspect(&[]).status.code(), Some(2));
}

#[test]
fn a_card_of_many_clips_comes_in_order_and_tells_of_each_bad_one() {
    let dir = tempfile::tempdir().unwrap();
    let track = |n: usize| Track {
        handler: *b"vide",
        scale: 24,
        delta: 1,
        entry: visual(b"apch", 64, 32, &[]),
        samples: vec![vec![0; 4]; 1 + n % 7],
    };
    for n in 0..600 {
        let mut file = movie(&[b"qt  "], &[track(n)], &[]);
        if n % 100 == 50 {
            file.truncate(file.len() - 30);
        }
        let folder = dir.path().join(format!("ROLL{:02}", n / 50));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("C{n:03}.mov")), file).unwrap();
    }
    let output = inspect(&["--jsonl", dir.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(10));
    let lines = lines(&output);
    assert_eq!(lines.len(), 600);
    for (n, line) in lines.iter().enumerate() {
        assert!(line["path"].as_str().unwrap().ends_with(&format!("C{n:03}.mov")), "{line}");
        assert_eq!(line.get("error").is_some(), n % 100 == 50, "{line}");
        assert!(line.get("error").is_some() || line["metadata"]["frame_count"]["value"] == 1 + n % 7);
    }
    // Someone who has seen enough ends it: that is no failure.
    let mut child = Command::new(env!("CARGO_BIN_EXE_prelight"))
        .args(["inspect", "--jsonl", dir.path().to_str().unwrap()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn many_files_beside_a_clip_are_counted_and_some_named() {
    let dir = tempfile::tempdir().unwrap();
    let dng = super::builder::Dng::mosaic(16, 8, 12, vec![vec![7; 16 * 8 * 12 / 8]]).build();
    for n in 0..70 {
        std::fs::write(dir.path().join(format!("c{n}x_000000.dng")), &dng).unwrap();
    }
    let first = dir.path().join("c0x_000000.dng");
    let entry = &lines(&inspect(&["--jsonl", first.to_str().unwrap()]))[0];
    assert_eq!((entry["frames"]["foreign"].as_array().unwrap().len(), &entry["frames"]["foreign_count"]), (64, &serde_json::json!(69)));
}

#[test]
fn the_table_is_for_people() {
    let Some(path) = corpus("camera/synthetic/A001_C001_seq12_000001.dng") else { return };
    let output = inspect(&[path.to_str().unwrap()]);
    let text = String::from_utf8(output.stdout).unwrap();
    for words in ["0-3, 4 frames", "Reel", "10:00:00:00", "DNG 51044 FrameRate", "(derived)"] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
}

#[test]
fn gaps_and_strays_of_a_sequence_are_said() {
    let dir = tempfile::tempdir().unwrap();
    let dng = super::builder::Dng::mosaic(16, 8, 12, vec![vec![7; 16 * 8 * 12 / 8]]).build();
    for name in ["A_0001.dng", "A_0002.dng", "A_0005.dng", "A_00003.dng"] {
        std::fs::write(dir.path().join(name), &dng).unwrap();
    }
    let first = dir.path().join("A_0001.dng");
    let output = inspect(&["--json", first.to_str().unwrap()]);
    let clip = &entries(&output)[0]["frames"];
    assert_eq!((&clip["count"], &clip["missing"]), (&serde_json::json!(3), &serde_json::json!([[3, 4]])), "{clip}");
    assert!(clip["foreign"].to_string().contains("A_00003.dng"), "{clip}");
    let text = String::from_utf8(inspect(&[first.to_str().unwrap()]).stdout).unwrap();
    assert!(text.contains("missing") && text.contains("3-4"), "{text}");
    // META-02 finds them as well.
    let output = Command::new(env!("CARGO_BIN_EXE_prelight")).arg("check").arg(&first).arg("--json").output().unwrap();
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(report.contains("META-02") && report.contains("missing: 3-4; 1 files that are not frames"), "{report}");
}
