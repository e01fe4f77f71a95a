//! What holds of every subcommand: which exit code what deserves, what is never overwritten, and what the messages name.

use crate::{json, prelight, run_to, text};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What a call says on standard error, and its exit code.
fn refused(arguments: &[&str]) -> (i32, String) {
    let output = prelight(arguments);
    (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// A camera file, an AMF and an FDL.
struct Show {
    folder: tempfile::TempDir,
}

const AMF: &str = r#"<aces:acesMetadataFile xmlns:aces="urn:ampas:aces:amf:v2.0" xmlns:cdl="urn:ASC:CDL:v1.01" version="2.0">
<aces:amfInfo><aces:dateTime><aces:creationDateTime>2026-01-01T00:00:00Z</aces:creationDateTime>
<aces:modificationDateTime>2026-01-01T00:00:00Z</aces:modificationDateTime></aces:dateTime>
<aces:uuid>urn:uuid:afe122be-59d3-4360-ad69-33c10108fa7a</aces:uuid></aces:amfInfo>
<aces:pipeline><aces:pipelineInfo><aces:dateTime><aces:creationDateTime>2026-01-01T00:00:00Z</aces:creationDateTime>
<aces:modificationDateTime>2026-01-01T00:00:00Z</aces:modificationDateTime></aces:dateTime>
<aces:uuid>urn:uuid:afe122be-59d3-4360-ad69-33c10108fa7b</aces:uuid>
<aces:systemVersion><aces:majorVersion>2</aces:majorVersion><aces:minorVersion>0</aces:minorVersion>
<aces:patchVersion>0</aces:patchVersion></aces:systemVersion></aces:pipelineInfo>
<aces:lookTransform applied="false">SPACE<cdl:ASC_SOP><cdl:Slope>1.1 1 1</cdl:Slope><cdl:Offset>0 0 0</cdl:Offset>
<cdl:Power>1 1 1</cdl:Power></cdl:ASC_SOP><cdl:ASC_SAT><cdl:Saturation>1</cdl:Saturation></cdl:ASC_SAT></aces:lookTransform>
LOOKS<aces:outputTransform applied="false">
<aces:transformId>urn:ampas:aces:transformId:v2.0:Output.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.a2.v1</aces:transformId>
</aces:outputTransform></aces:pipeline></aces:acesMetadataFile>
"#;

const SPACE: &str = r#"<aces:cdlWorkingSpace>
<aces:toCdlWorkingSpace><aces:transformId>urn:ampas:aces:transformId:v2.0:CSC.Academy.ACES_to_ACEScct.a2.v1</aces:transformId></aces:toCdlWorkingSpace>
<aces:fromCdlWorkingSpace><aces:transformId>urn:ampas:aces:transformId:v2.0:CSC.Academy.ACEScct_to_ACES.a2.v1</aces:transformId></aces:fromCdlWorkingSpace>
</aces:cdlWorkingSpace>"#;

const FDL: &str = r#"{ "uuid": "5463dbe4-ec30-4324-b8a1-67408aed40db", "version": { "major": 2, "minor": 0 },
    "framing_intents": [ { "id": "scope", "aspect_ratio": { "width": 2, "height": 1 }, "protection": 0 },
      { "id": "flat", "aspect_ratio": { "width": 1, "height": 1 }, "protection": 0 } ],
    "contexts": [ { "canvases": [ { "id": "c", "source_canvas_id": "c", "dimensions": { "width": 400, "height": 200 }, "anamorphic_squeeze": 1,
      "framing_decisions": [ { "id": "c-scope", "framing_intent_id": "scope", "dimensions": { "width": 400, "height": 200 }, "anchor_point": { "x": 0, "y": 0 } } ] } ] } ],
    "canvas_templates": [ { "id": "T", "target_dimensions": { "width": 200, "height": 100 }, "target_anamorphic_squeeze": 1,
      "fit_source": "framing_decision.dimensions", "fit_method": "fit_all" } ] }"#;

const EDL: &str = "001 R V C 01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00\n";

impl Show {
    fn new() -> Self {
        let show = Self { folder: tempfile::tempdir().unwrap() };
        use exr::prelude::*;
        write_rgb_file(show.path("a.exr"), 4, 2, |x, _| (x as f32, 0.2, 0.3)).unwrap();
        fs::write(show.path("a.amf"), AMF.replace("LOOKS", "").replace("SPACE", SPACE)).unwrap();
        fs::write(show.path("a.fdl"), FDL).unwrap();
        fs::write(show.path("a.edl"), EDL).unwrap();
        show
    }
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
    fn text(&self, name: &str) -> String {
        text(&self.path(name)).to_owned()
    }
}

/// Within ten seconds; a pipe that is waited for never ends.
fn ends(arguments: &[&str]) -> (i32, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_prelight"))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    for _ in 0..1000 {
        if child.try_wait().unwrap().is_some() {
            let output = child.wait_with_output().unwrap();
            return (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned());
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    child.kill().unwrap();
    panic!("still running: {arguments:?}");
}

#[test]
fn what_is_no_regular_file_is_refused_everywhere() {
    let show = Show::new();
    assert!(Command::new("mkfifo").arg(show.path("pipe")).status().unwrap().success());
    let (exr, fdl, edl) = (show.text("a.exr"), show.text("a.fdl"), show.text("a.edl"));
    for (other, kind) in [(show.text("pipe"), "pipe"), (show.folder.path().to_str().unwrap().to_owned(), "folder")] {
        let (x, out) = (other.as_str(), show.text("out"));
        let calls: &[(&[&str], i32)] = &[
            (&["amf", "validate", x], 10),
            (&["amf", "show", x], 10),
            (&["amf", "convert", x, "--to", "v1"], 10),
            (&["fdl", "validate", x], 10),
            (&["fdl", "explain", x], 10),
            (&["fdl", "template", "--source", &fdl, "--template", x], 10),
            (&["timeline", "validate", x], 10),
            (&["timeline", "convert", x, "--to", "otio"], 10),
            (&["timeline", "show", &edl, "--rate", "24", "--amf", x], 10),
            // 10 means something else there.
            (&["mhl", "validate", x], 1),
            (&["check", &exr, "--amf", x], 10),
            (&["check", &exr, "--fdl", x], 10),
            (&["check", &exr, "--still", x], 10),
            (&["check", &exr, "--settings", x], 10),
            (&["recipe", "new", &exr, "--fdl", x, "--out", &out, "--name", "a", "--role", "b"], 10),
            (&["color", "eval", x], 10),
            (&["color", "apply", x, &out, "--to", "srgb"], 10),
        ];
        for (arguments, code) in calls {
            let (found, said) = ends(arguments);
            assert_eq!(found, *code, "{arguments:?}: {said}");
            if arguments.get(1) != Some(&"validate") {
                assert!(said.contains(&format!("{x}: file type = {kind}: is no regular file")), "{arguments:?}: {said}");
            }
        }
    }
    for verb in ["amf", "fdl", "timeline"] {
        run_to(20, &[verb, "validate", &show.text("nothing")]);
    }
    run_to(20, &["check", &exr, "--amf", &show.text("nothing")]);
}

#[test]
fn an_unknown_name_is_wrong_use_in_every_option() {
    let show = Show::new();
    let (exr, amf, out) = (show.text("a.exr"), show.text("a.amf"), show.text("out"));
    let id = "urn:ampas:aces:transformId:v2.0:Output.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.a2.v9";
    let recipe = ["recipe", "new", &exr, "--out", &out, "--name", "a", "--role", "b"];
    for name in ["arri-logc5", id] {
        let calls: &[(&[&str], &str)] = &[
            (&["amf", "convert", &amf, "--to", "v1"], "--output-transform"),
            (&["amf", "edit", &amf, "-o", &out], "--output"),
            (&["amf", "edit", &amf, "-o", &out], "--add-look"),
            (&["amf", "apply", &amf], "--output-transform"),
            (&["amf", "apply", &amf], "--working-space"),
            (&["color", "apply", &exr, &out], "--to"),
            (&["color", "apply", &exr, &out], "--look"),
            (&["color", "bake", &show.text("a.cube")], "--from"),
            (&["color", "bake", &show.text("a.cube"), "--from", "acescg"], "--shaper"),
            (&["color", "eval"], "--transform"),
            (&["color", "bench"], "--transform"),
            (&["check", &exr], "--output-transform"),
            (&["check", &exr], "--input-transform"),
            (&["check", &exr], "--working-space"),
            (&recipe, "--output-transform"),
            (&recipe, "--working-space"),
        ];
        for (arguments, option) in calls {
            let (code, said) = refused(&[arguments, &[option, name][..]].concat());
            assert!(code == 2 && said.contains(&format!("{option} = {name}: ")), "{arguments:?} {option} {name}: {code} {said}");
        }
        run_to(2, &["color", "show", name]);
        let settings = show.path("settings.json");
        fs::write(&settings, format!("{{\"output\": \"{name}\"}}")).unwrap();
        for arguments in [&["check", &exr][..], &recipe] {
            let (code, said) = refused(&[arguments, &["--settings", text(&settings)]].concat());
            assert!(code == 10 && said.contains(&format!("settings.json: output = {name}: unknown")), "{code} {said}");
        }
    }
    assert!(!Path::new(&out).exists());
}

#[test]
fn an_existing_file_is_replaced_when_asked() {
    let show = Show::new();
    let out = show.path("out");
    let (fdl, edl, amf, exr) = (show.text("a.fdl"), show.text("a.edl"), show.text("a.amf"), show.text("a.exr"));
    let writers: &[(&[&str], &str)] = &[
        (&["fdl", "template", "--source", &fdl, "-o"], "out.fdl"),
        (&["fdl", "decide", "--source", &fdl, "--intent", "flat", "-o"], "out.fdl"),
        (&["timeline", "convert", &edl, "--rate", "24", "--to", "otio", "-o"], "out.otio"),
        (&["amf", "convert", &amf, "--to", "v1", "--output-transform", "aces1-sdr-video-rec709", "-o"], "out.amf"),
        (&["amf", "edit", &amf, "--description", "other", "-o"], "out.amf"),
        (&["color", "apply", &exr, "--from", "acescg"], "out.png"),
        (&["color", "bake", "--from", "acescg", "--size", "2"], "out.cube"),
    ];
    for (arguments, name) in writers {
        let path = out.with_file_name(name);
        fs::write(&path, "precious").unwrap();
        let call = [arguments, &[text(&path)][..]].concat();
        let (code, said) = refused(&call);
        assert!(code == 20 && said.contains(name), "{call:?}: {code} {said}");
        assert_eq!(fs::read(&path).unwrap(), b"precious", "{call:?}");
        run_to(0, &[&call[..], &["--overwrite"]].concat());
        assert_ne!(fs::read(&path).unwrap(), b"precious", "{call:?}");
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn messages_name_the_option_that_mends() {
    let show = Show::new();
    // A CDL in no space, and a transform that nobody knows.
    fs::write(show.path("b.amf"), AMF.replace("LOOKS", "").replace("SPACE", "")).unwrap();
    let (code, said) = refused(&["amf", "apply", &show.text("b.amf")]);
    assert!(code == 10 && said.contains("--working-space"), "{code} {said}");
    let look = "<aces:lookTransform applied=\"false\"><aces:transformId>urn:ampas:aces:transformId:v2.0:Look.Acme.Show.a2.v1</aces:transformId></aces:lookTransform>";
    fs::write(show.path("b.amf"), AMF.replace("LOOKS", look).replace("SPACE", SPACE)).unwrap();
    let (code, said) = refused(&["amf", "apply", &show.text("b.amf")]);
    assert!(code == 10 && said.contains("--map"), "{code} {said}");

    // Tracks without names, with theirs, and too few of them.
    let clip = r#"{ "OTIO_SCHEMA": "Clip.2", "source_range": { "OTIO_SCHEMA": "TimeRange.1",
        "start_time": { "OTIO_SCHEMA": "RationalTime.1", "value": 0, "rate": 24 }, "duration": { "OTIO_SCHEMA": "RationalTime.1", "value": 24, "rate": 24 } } }"#;
    let track = |name: &str| format!(r#"{{ "OTIO_SCHEMA": "Track.1", "kind": "Video", "name": "{name}", "children": [{clip}] }}"#);
    let tracks = [track(""), track("V2"), track("")].join(",");
    fs::write(
        show.path("a.otio"),
        format!(r#"{{ "OTIO_SCHEMA": "Timeline.1", "tracks": {{ "OTIO_SCHEMA": "Stack.1", "children": [{tracks}] }} }}"#),
    )
    .unwrap();
    let otio = show.text("a.otio");
    let convert = ["timeline", "convert", &otio, "--to", "edl"];
    let (code, said) = refused(&convert);
    assert!(code == 10 && said.contains("choose one of 3 by its number (--track): 1, 2 \"V2\", 3"), "{code} {said}");
    for track in ["0", "4"] {
        let (code, said) = refused(&[&convert[..], &["--track", track]].concat());
        assert!(code == 2 && said.contains(&format!("--track = {track}: ")), "{code} {said}");
    }
    run_to(0, &[&convert[..], &["--track", "2"]].concat());
    let (_, said) = refused(&["timeline", "show", &show.text("a.edl")]);
    assert!(said.contains("--rate"), "{said}");

    let mut child = Command::new(env!("CARGO_BIN_EXE_prelight"))
        .args(["color", "eval", "--transform", "acescct"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b".1,.2\n").unwrap();
    let said = String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap();
    assert!(said.contains("standard input:1: column 3: there is no number here; a row has three"), "{said}");
}

#[test]
fn one_is_singular_and_every_validate_has_one_voice() {
    let show = Show::new();
    for (verb, name) in [("amf", "a.amf"), ("fdl", "a.fdl"), ("timeline", "a.edl")] {
        fs::write(show.path("bad"), "{").unwrap();
        let (bad, good) = (show.text("bad"), show.text(name));
        let said = run_to(10, &[verb, "validate", &bad]);
        let lines: Vec<&str> = said.lines().collect();
        assert!(lines.len() == 2 && lines[1] == format!("{bad}: not valid (1 error, 0 warnings, 0 notes)"), "{said}");
        let finding = lines[0].strip_prefix(&bad).unwrap_or_else(|| panic!("{said}"));
        assert!(finding.contains(": error: ") && finding.ends_with(']') && !finding.contains(&bad), "{said}");
        let said = run_to(0, &[verb, "validate", &good]);
        assert!(said.lines().last().unwrap().starts_with(&format!("{good}: valid (0 errors, ")), "{said}");
        assert!(json(&[verb, "validate", &good, "--json"])["diagnostics"].is_array());
    }
    assert!(run_to(1, &["mhl", "validate", &show.text("bad")]).contains("not valid (1 error, 0 warnings, 0 notes)"));
    let (code, said) = refused(&["amf", "edit", &show.text("a.amf"), "-o", &show.text("o.amf"), "--remove-look", "2"]);
    assert!(code == 2 && said.contains("the AMF has 1 look, counted from 1"), "{code} {said}");
}

/// `| head`: what is wrong is told by the exit code all the same.
#[test]
fn a_closed_pipe_hides_no_missing_path() {
    let show = Show::new();
    let (exr, missing) = (show.text("a.exr"), show.text("missing"));
    let inspect = |arguments: &[&str]| {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = Command::new(env!("CARGO_BIN_EXE_prelight"));
        command.arg("inspect").args(arguments).stdout(writer).output().unwrap().status.code()
    };
    for style in [&[][..], &["--json"], &["--jsonl"]] {
        assert_eq!(inspect(&[style, &[&missing]].concat()), Some(20), "{style:?}");
        assert_eq!(inspect(&[style, &[&exr, &missing]].concat()), Some(20), "{style:?}");
        assert_eq!(inspect(&[style, &[&exr]].concat()), Some(0), "{style:?}");
    }
}

#[test]
fn options_that_say_nothing_are_refused() {
    let show = Show::new();
    let fdl = show.text("a.fdl");
    for (option, value) in [("--context", "0"), ("--canvas", "c"), ("--decision", "c-scope"), ("--mode", "exact")] {
        let (code, said) = refused(&["fdl", "explain", &fdl, option, value]);
        assert!(code == 2 && said.contains(option) && said.contains("--template"), "{option}: {code} {said}");
        run_to(0, &["fdl", "explain", &fdl, "--template", &fdl, option, value]);
    }
    let named = format!("{fdl}#T");
    let template = ["fdl", "template", "--source", &fdl, "--template"];
    let (code, said) = refused(&[&template[..], &[&named, "--index", "0"]].concat());
    assert!(code == 2 && said.contains("--index"), "{code} {said}");
    run_to(0, &[&template[..], &[&named]].concat());
    run_to(0, &[&template[..], &[&fdl, "--index", "0"]].concat());
}

#[test]
fn an_amf_is_shown_as_json() {
    let show = Show::new();
    let shown = json(&["amf", "show", &show.text("a.amf"), "--json"]);
    assert_eq!((&shown["version"], &shown["valid"], &shown["clip"]), (&"2.0".into(), &true.into(), &serde_json::Value::Null));
    let step = &shown["pipeline"]["steps"][0];
    assert_eq!((&step["step"], &step["applied"]), (&"look".into(), &false.into()));
    let cdl = &step["transform"]["cdl"];
    assert_eq!(
        (&cdl["slope"][0], &cdl["from"]["id"]),
        (&1.1.into(), &"urn:ampas:aces:transformId:v2.0:CSC.Academy.ACEScct_to_ACES.a2.v1".into())
    );
    assert_eq!(shown["pipeline"]["aces"], "2.0.0");
}

#[test]
fn a_pattern_that_hides_what_is_on_record_is_told() {
    let keep = tempfile::tempdir().unwrap();
    let folder = text(keep.path());
    for name in ["a.mov", "b.mov", "c.wav"] {
        fs::write(keep.path().join(name), name).unwrap();
    }
    let create = ["mhl", "create", folder, "--hostname", "set-pc", "--date"];
    let first = run_to(0, &[&create[..], &["2026-01-02T03:04:05Z", "-i", "*.tmp"]].concat());
    assert!(!first.contains("leave out"), "{first}");
    let second = run_to(0, &[&create[..], &["2026-01-02T03:04:06Z", "-i", "*.mov"]].concat());
    assert!(second.contains("note         the patterns given leave out 2 files on record: a.mov, b.mov"), "{second}");
    // Once they are on record, they say nothing new.
    let third = run_to(0, &[&create[..], &["2026-01-02T03:04:07Z", "-i", "*.mov"]].concat());
    assert!(!third.contains("leave out"), "{third}");
    assert!(run_to(0, &["mhl", "verify", folder, "-i", "c.wav"]).contains("leave out 1 file on record: c.wav"));
    assert!(run_to(0, &["mhl", "--help"]).contains("Where several apply"));
}
