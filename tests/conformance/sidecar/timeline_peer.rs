//! What we write, read by OpenTimelineIO 0.18.1 and its CMX3600 adapter, where they are installed (`tests/run` installs them and names
//! the Python in `PRELIGHT_PEER_PYTHON`; with `CI=true` they have to be).

use super::files;
use crate::corpus;
use prelight::{
    camera::Rational,
    sidecar::{
        edl::{self, Edl},
        otio,
        timeline::{Child, Content, Object},
    },
};
use serde_json::{Value, json};
use std::{
    io::Write,
    process::{Command, Stdio},
};

fn python() -> Option<String> {
    let named = std::env::var("PRELIGHT_PEER_PYTHON").ok();
    let has =
        |p: &String| Command::new(p).args(["-c", "import opentimelineio, otio_cmx3600_adapter"]).output().is_ok_and(|o| o.status.success());
    let found = named.into_iter().chain(["python3".into(), "/usr/bin/python3".into()]).find(has);
    if found.is_none() {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "no Python has opentimelineio and otio-cmx3600-adapter");
        eprintln!("skipped: no Python has opentimelineio and otio-cmx3600-adapter");
    }
    found
}

/// The answers to jobs of `tests/tools/otio_peer.py`.
fn ask(python: &str, jobs: &[Value]) -> Vec<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tools/otio_peer.py");
    let mut child = Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(json!(jobs).to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn opentimelineio_reads_what_we_write() {
    let Some(folder) = corpus("standards/timelines") else { return };
    let Some(python) = python() else { return };
    let index: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("expected_index.json")).unwrap()).unwrap();
    let index = &index["index"];
    let work = tempfile::tempdir().unwrap();
    let mut jobs = vec![];
    let file = |name: String, text: &str| {
        let path = work.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };

    for path in [files(&folder.join("otio"), "otio"), files(&folder.join("expected_otio"), "otio")].concat() {
        let name = path.file_name().unwrap().to_str().unwrap();
        let object = otio::read(&path).unwrap();
        let ours = file(format!("{name}.otio"), &otio::write(&object, otio::Target::Release018).0);
        let refused = index[format!("otio/{name}")]["error"].is_string();
        // It refuses `Marker.3`, and reads what we make of it.
        let kind = if refused { "reads" } else { "otio" };
        jobs.push(json!([kind, ours, path, 24]));
    }
    let equivalents = jobs.len();
    for path in files(&folder.join("cmx3600"), "edl") {
        let name = path.file_name().unwrap().to_str().unwrap();
        for rate in [24, 25] {
            let key = if rate == 24 { format!("cmx3600/{name}") } else { format!("cmx3600/{name}@{rate}") };
            if index[&key]["clips"].is_null() {
                continue;
            }
            let at = Rational::new(rate, 1).unwrap();
            let list = edl::read(&path).unwrap();
            jobs.push(json!(["edl", file(format!("{rate}{name}"), &edl::write(&list)), path, rate]));
            let (through, _) = Edl::from_timeline(&list.to_timeline(at).unwrap(), at, Default::default()).unwrap();
            jobs.push(json!(["edl", file(format!("{rate}through_{name}"), &edl::write(&through)), path, rate]));
        }
    }
    let lists = jobs.len();
    for path in files(&folder.join("otio"), "otio") {
        let Object::Timeline(line) = otio::read(&path).unwrap() else { continue };
        let cuts = line.tracks.children().iter().all(|t| {
            matches!(t, Child::Item(t) if matches!(t.content, Content::Track { .. }) && t.children().iter().all(|c| matches!(c, Child::Item(_))))
        });
        let readable = index[format!("otio/{}", path.file_name().unwrap().to_str().unwrap())]["clips"].is_u64();
        let Ok((list, notes)) = Edl::from_timeline(&line, Rational::new(24, 1).unwrap(), Default::default()) else { continue };
        if cuts && readable && notes.iter().all(|n| n.code != "LEFT_OUT") {
            let name = path.file_stem().unwrap().to_str().unwrap();
            jobs.push(json!(["clips", file(format!("{name}.edl"), &edl::write(&list)), path, 24]));
        }
    }
    assert!(equivalents >= 54 && lists - equivalents >= 54 && jobs.len() > lists, "{equivalents} {lists} {}", jobs.len());
    let answers = ask(&python, &jobs);
    let wrong: Vec<String> =
        jobs.iter().zip(&answers).filter(|(_, a)| !a.is_null()).map(|(j, a)| format!("{j}: {}", a.as_str().unwrap())).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), jobs.len(), wrong.join("\n"));
    eprintln!("{} answers of OpenTimelineIO", answers.len());
}
