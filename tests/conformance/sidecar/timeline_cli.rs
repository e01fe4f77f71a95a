//! `prelight timeline` as it is called.

use serde_json::{Value, json};
use std::{
    fs,
    process::{Command, Output, Stdio},
};

fn prelight(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_prelight"));
    command.arg("timeline").args(arguments);
    command
}

/// Runs it on a file of this name and content; `FILE` in the arguments is its path.
fn run(name: &str, content: &str, arguments: &[&str], stderr: Stdio) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    let path = path.to_str().unwrap();
    let arguments: Vec<&str> = arguments.iter().map(|a| if *a == "FILE" { path } else { a }).collect();
    prelight(&arguments).stderr(stderr).stdout(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap()
}

fn document(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {output:?}"))
}

fn shown(name: &str, content: &str, member: &str) -> Vec<Value> {
    let output = run(name, content, &["show", "FILE", "--json", "--rate", "30000/1001"], Stdio::piped());
    document(&output)["clips"].as_array().unwrap().iter().map(|c| c[member].clone()).collect()
}

/// One second of a source that counts by `source` in a sequence that counts by `record`.
fn list(source: char, record: char) -> String {
    format!("001 R V C 01:00:00{source}00 01:00:01{source}00 10:00:00{record}00 10:00:01{record}00\n")
}

#[test]
fn source_and_record_are_shown_as_they_are_counted() {
    for (source, record) in [(':', ';'), (';', ':'), (';', ';'), (':', ':')] {
        let text = list(source, record);
        assert_eq!(shown("a.edl", &text, "source_in"), [json!(format!("01:00:00{source}00"))], "{text}");
        assert_eq!(shown("a.edl", &text, "record_in"), [json!(format!("10:00:00{record}00"))], "{text}");
        // By way of OTIO, and back to a list.
        let otio = run("a.edl", &text, &["convert", "FILE", "--to", "otio", "--rate", "30000/1001"], Stdio::piped());
        let otio = String::from_utf8(otio.stdout).unwrap();
        assert_eq!(shown("a.otio", &otio, "source_in"), [json!(format!("01:00:00{source}00"))], "{otio}");
        let back = run("a.otio", &otio, &["convert", "FILE", "--to", "edl"], Stdio::piped());
        let back = String::from_utf8(back.stdout).unwrap();
        let times =
            |text: &str| text.lines().find(|l| l.starts_with("001")).map(|l| l.split_whitespace().skip(4).collect::<Vec<_>>().join(" "));
        assert_eq!(times(&back), times(&text), "{back}");
    }
    // `false` is not true.
    let otio = run("a.edl", &list(':', ';'), &["convert", "FILE", "--to", "otio", "--rate", "30000/1001"], Stdio::piped());
    let no = String::from_utf8(otio.stdout).unwrap().replace("\"drop_frame\": true", "\"drop_frame\": false");
    // The same frame by its other label: 10 hours are 1080 labels ahead.
    assert_eq!(shown("a.otio", &no, "record_in"), [json!("09:59:24:00")]);
}

#[test]
fn behind_a_clip_without_a_length_the_record_side_is_unknown() {
    let range = |n: u32| {
        let time = |n: u32| json!({ "OTIO_SCHEMA": "RationalTime.1", "value": f64::from(n), "rate": 24.0 });
        json!({ "OTIO_SCHEMA": "TimeRange.1", "start_time": time(0), "duration": time(n) })
    };
    let clip = |range: Value| json!({ "OTIO_SCHEMA": "Clip.2", "name": "c", "source_range": range });
    let track = json!({ "OTIO_SCHEMA": "Track.1", "kind": "Video", "children": [clip(range(24)), clip(Value::Null), clip(range(24))] });
    let timeline = json!({ "OTIO_SCHEMA": "Timeline.1", "tracks": { "OTIO_SCHEMA": "Stack.1", "children": [track] } });
    assert_eq!(shown("a.otio", &timeline.to_string(), "record_in"), [json!("00:00:00:00"), Value::Null, Value::Null]);
}

#[test]
fn what_cannot_be_read_is_named_with_its_field_and_value() {
    let text = "{\n\"OTIO_SCHEMA\": \"Clip.2\",\n\"name\": 1}";
    let output = run("a.otio", text, &["validate", "FILE", "--json"], Stdio::piped());
    assert_eq!(output.status.code(), Some(10));
    let finding = &document(&output)["diagnostics"][0];
    assert_eq!((&finding["code"], &finding["line"], &finding["path"]), (&json!("UNREADABLE"), &json!(3), &json!("name")), "{finding}");
    assert!(finding["message"].as_str().unwrap().contains("(a number)"), "{finding}");
}

/// Nobody reads the messages: the result comes all the same, with its own exit code.
#[test]
fn a_closed_standard_error_is_no_failure() {
    let closed = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        Stdio::from(writer)
    };
    // RATE_ASSUMED goes to standard error.
    let output = run("a.edl", &list(':', ':'), &["convert", "FILE", "--to", "otio"], closed());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(output.stdout.starts_with(b"{"));
    let output = run("a.edl", "nothing", &["show", "FILE"], closed());
    assert_eq!(output.status.code(), Some(10), "{output:?}");
}

#[test]
fn retimes_and_transitions_are_shown_as_they_are() {
    let list = "001 R V C 01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00
002 R V C 01:00:01:00 01:00:01:00 10:00:01:00 10:00:01:00
002 S V W001 012 02:00:00:00 02:00:02:00 10:00:01:00 10:00:02:00
M2 S 048.0 02:00:00:00
003 S V C 02:00:10:00 02:00:10:00 10:00:02:00 10:00:02:00
003 T V D 006 03:00:00:00 03:00:01:00 10:00:02:00 10:00:03:00
M2 T -024.0 03:00:01:00
004 U V C 04:00:00:00 04:00:00:01 10:00:03:00 10:00:04:00
M2 U 000.0 04:00:00:00
";
    let show = |json: &[&str]| run("a.edl", list, &[&["show", "FILE", "--rate", "24"], json].concat(), Stdio::piped());
    let document = document(&show(&["--json"]));
    let clips = document["clips"].as_array().unwrap();
    let outs: Vec<_> = clips.iter().map(|c| c["source_out"].as_str().unwrap()).collect();
    assert_eq!(outs, ["01:00:01:00", "02:00:02:00", "03:00:01:00", "04:00:00:01"]);
    let blend = |kind: &str, code: &str, frames: u32| json!({ "kind": kind, "code": code, "frames": frames, "before_cut": 0 });
    let (wipe, dissolve) = (blend("SMPTE_Wipe", "W001", 12), blend("SMPTE_Dissolve", "D", 6));
    let into: Vec<_> = clips.iter().map(|c| c["transition_in"].clone()).collect();
    let out_of: Vec<_> = clips.iter().map(|c| c["transition_out"].clone()).collect();
    assert_eq!(into, [Value::Null, wipe.clone(), dissolve.clone(), Value::Null]);
    assert_eq!(out_of, [wipe, dissolve, Value::Null, Value::Null]);
    let text = String::from_utf8(show(&[]).stdout).unwrap();
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert!(lines[1].contains("wipe W001 12  x2") && lines[2].contains("dissolve 6  x-1") && lines[3].contains("freeze"), "{text}");
    assert!(!lines[0].contains("wipe") && text.starts_with("CMX3600 EDL \"\": 4 clips, "), "{text}");
}

#[test]
fn a_fade_out_is_shown_where_it_is() {
    let time = |n: u32| json!({ "OTIO_SCHEMA": "RationalTime.1", "value": f64::from(n), "rate": 24.0 });
    let range = |n: u32| json!({ "OTIO_SCHEMA": "TimeRange.1", "start_time": time(0), "duration": time(n) });
    let clip = json!({ "OTIO_SCHEMA": "Clip.2", "name": "c", "source_range": range(24) });
    let fade = json!({ "OTIO_SCHEMA": "Transition.1", "transition_type": "SMPTE_Dissolve", "in_offset": time(8), "out_offset": time(4) });
    let track = json!({ "OTIO_SCHEMA": "Track.1", "kind": "Video", "children": [clip, fade] });
    let timeline = json!({ "OTIO_SCHEMA": "Timeline.1", "tracks": { "OTIO_SCHEMA": "Stack.1", "children": [track] } }).to_string();
    let output = run("a.otio", &timeline, &["show", "FILE"], Stdio::piped());
    assert!(String::from_utf8_lossy(&output.stdout).contains("out by dissolve 12"), "{output:?}");
    assert_eq!(shown("a.otio", &timeline, "transition_out")[0]["before_cut"], 8);
}
