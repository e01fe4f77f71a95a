//! EDL, ALE, OTIO, FCP7 XML and FCPXML against what OpenTimelineIO 0.18.1 makes of the same files (`expected_otio`).
//!
//! Equal to the last member, but for the differences that are named here. One that is not named, or a name that no file
//! needs any more, fails.

use super::files;
use crate::corpus;
use prelight::{
    camera::Rational,
    sidecar::{
        ale, is_valid, otio,
        timeline::{self, Content, Format, Object, items},
    },
};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, path::Path};

fn load(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What we write of a file, as JSON.
fn ours(path: &Path, rate: Option<Rational>) -> Value {
    let (object, _, found) = timeline::open(path, rate).unwrap_or_else(|e| panic!("{e}"));
    assert!(is_valid(&found), "{}: {found:?}", path.display());
    let (text, left_out) = otio::write(&object, otio::Target::Release018);
    assert_eq!(left_out, [], "{}", path.display());
    serde_json::from_str(&text).unwrap()
}

/// Takes out what only says that nothing is there: members that 0.18 added and that are null.
fn normal(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for name in ["color", "available_image_bounds"] {
                if members.get(name) == Some(&Value::Null) {
                    members.remove(name);
                }
            }
            members.values_mut().for_each(normal);
        }
        Value::Array(items) => items.iter_mut().for_each(normal),
        _ => {}
    }
}

/// Every path at which the two differ.
fn differences(theirs: &Value, ours: &Value, path: &str, found: &mut Vec<String>) {
    match (theirs, ours) {
        (Value::Object(a), Value::Object(b)) => {
            for name in a.keys().chain(b.keys().filter(|n| !a.contains_key(*n))) {
                differences(a.get(name).unwrap_or(&Value::Null), b.get(name).unwrap_or(&Value::Null), &format!("{path}/{name}"), found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().for_each(|(i, (a, b))| differences(a, b, &format!("{path}/{i}"), found));
        }
        (Value::Number(a), Value::Number(b)) if a.as_f64() == b.as_f64() => {}
        // The reference divides doubles; ours is the double nearest to the exact quotient.
        (Value::Number(a), Value::Number(b))
            if path.ends_with("time_scalar") && (a.as_f64().unwrap() / b.as_f64().unwrap() - 1.0).abs() < 3e-16 => {}
        (a, b) if a == b => {}
        (a, b) => found.push(format!("{path}: {} / {}", short(a), short(b))),
    }
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(160).collect()
}

/// The record time of a list's first event. The reference leaves `global_start_time` empty and puts the time, negated, into the
/// range of each track; a range outside what the track holds, which other programs read as black.
fn start_stands_in_the_timeline(theirs: &mut Value, ours: &mut Value) {
    let start = ours["global_start_time"].take();
    for track in theirs["tracks"]["children"].as_array_mut().unwrap() {
        let range = track["source_range"].take();
        if range.is_null() {
            assert_eq!(start["value"], json!(0.0), "{start}");
        } else {
            assert_eq!(range["start_time"]["value"].as_f64().unwrap(), -start["value"].as_f64().unwrap());
        }
    }
}

/// A marker in the time of its clip, as OpenTimelineIO defines it. The reference puts the record time there.
fn markers_count_in_their_clip(theirs: &mut Value, ours: &Value) {
    let zero = json!({ "OTIO_SCHEMA": "RationalTime.1", "rate": 24.0, "value": 0.0 });
    let mut record = ours["global_start_time"]["value"].as_f64().unwrap();
    for item in theirs["tracks"]["children"][0]["children"].as_array_mut().unwrap() {
        let range = item["source_range"].clone();
        if range.is_null() {
            continue;
        }
        let offset = range["start_time"]["value"].as_f64().unwrap() - record;
        record += range["duration"]["value"].as_f64().unwrap();
        for marker in item["markers"].as_array_mut().into_iter().flatten() {
            let marked = &mut marker["marked_range"];
            marked["start_time"]["value"] = json!(marked["start_time"]["value"].as_f64().unwrap() + offset);
            marked["duration"] = zero.clone();
        }
    }
}

/// What a list says that a timeline has no place for: the reference drops it, and writes something else in its stead.
fn kept_of_the_list(ours: &mut Value) {
    match ours {
        Value::Object(members) => {
            if let Some(Value::Object(list)) = members.get_mut("cmx_3600") {
                for name in ["retime", "from", "made_name", "number"] {
                    list.remove(name);
                }
                if list.is_empty() {
                    members.remove("cmx_3600");
                }
            }
            members.values_mut().for_each(kept_of_the_list);
        }
        Value::Array(items) => items.iter_mut().for_each(kept_of_the_list),
        _ => {}
    }
}

/// File, how often, and which paths: what differs and why.
const DIFFERENCES: &[(&str, usize, &str, &str)] = &[
    // `FCM` is the counting of timecode wherever it stands; the reference keeps it as a comment within a transition.
    ("dissolve_test_3.edl", 1, "/tracks/children/0/children/2/metadata/cmx_3600/comments", "FCM in a transition"),
    // `M2 000.0` on one frame is a freeze frame all the same; the reference drops it, and its ` FF` stays in the name.
    ("speed_effects_small.edl", 2, "/tracks/children/0/children/3/", "freeze of one frame"),
    ("speed_effects.edl", 2, "/tracks/children/0/children/183/", "freeze of one frame"),
    // `AUD 3` records a third channel of sound.
    ("multi_audio.edl", 1, "/tracks/children", "AUD 3"),
];

#[test]
fn every_edl_is_what_the_reference_reads() {
    let Some(folder) = corpus("standards/timelines") else { return };
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut seen = 0;
    for expected in files(&folder.join("expected_otio"), "otio") {
        let name = expected.file_stem().unwrap().to_str().unwrap().to_owned();
        let Some(list) = name.strip_prefix("cmx3600__") else { continue };
        let (list, rate) = list.strip_suffix("@25").map_or((list, 24), |l| (l, 25));
        let (mut theirs, mut ours) = (load(&expected), ours(&folder.join("cmx3600").join(list), Rational::new(rate, 1)));
        normal(&mut theirs);
        normal(&mut ours);
        kept_of_the_list(&mut ours);
        if ours["tracks"]["children"].as_array().unwrap().len() == 1 {
            markers_count_in_their_clip(&mut theirs, &ours);
        }
        start_stands_in_the_timeline(&mut theirs, &mut ours);
        let mut differ = vec![];
        differences(&theirs, &ours, "", &mut differ);
        if !differ.is_empty() {
            found.insert(list.to_owned(), differ);
        }
        seen += 1;
    }
    assert!(seen >= 17, "{seen}");
    explained(found, DIFFERENCES);
}

fn explained(found: BTreeMap<String, Vec<String>>, table: &[(&str, usize, &str, &str)]) {
    let mut wrong = vec![];
    for (file, differ) in &found {
        match table.iter().find(|(f, ..)| f == file) {
            Some((_, count, path, _)) if differ.len() == *count && differ.iter().all(|d| d.starts_with(path)) => {}
            _ => wrong.push(format!("{file}: {}\n  {}", differ.len(), differ.iter().take(12).cloned().collect::<Vec<_>>().join("\n  "))),
        }
    }
    wrong.extend(table.iter().filter(|(f, ..)| !found.contains_key(*f)).map(|(f, ..)| format!("{f}: no difference any more")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const ALE_DIFFERENCES: &[(&str, usize, &str, &str)] = &[
    // Where a row ends before the columns do, the reference makes blank cells; of 4096 columns that is 4096 for a row of one letter.
    ("sample2.ale", 2, "/children/0/metadata/ALE/", "cells that a row lacks"),
];

#[test]
fn every_ale_is_what_the_reference_reads_and_is_written_byte_for_byte() {
    let Some(folder) = corpus("standards/timelines") else { return };
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let lists = files(&folder.join("ale"), "ale");
    assert_eq!(lists.len(), 6);
    for path in lists {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let (mut theirs, mut ours) = (load(&folder.join(format!("expected_otio/ale__{name}.otio"))), ours(&path, None));
        normal(&mut theirs);
        normal(&mut ours);
        let mut differ = vec![];
        differences(&theirs, &ours, "", &mut differ);
        if !differ.is_empty() {
            found.insert(name.clone(), differ);
        }
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(ale::write(&ale::parse(&bytes).unwrap()).as_bytes(), bytes, "{name}");
    }
    explained(found, ALE_DIFFERENCES);
}

#[test]
fn every_otio_is_read_and_nothing_is_lost() {
    let Some(folder) = corpus("standards/timelines") else { return };
    let index = load(&folder.join("expected_index.json"));
    let documents = [files(&folder.join("otio"), "otio"), files(&folder.join("expected_otio"), "otio")].concat();
    let mut seen = 0;
    for path in documents {
        let object = otio::read(&path).unwrap_or_else(|e| panic!("{e}"));
        for target in [otio::Target::Lossless, otio::Target::Release018] {
            let (text, left_out) = otio::write(&object, target);
            let again = otio::parse(text.as_bytes()).unwrap();
            if left_out.is_empty() {
                assert_eq!(again, object, "{}", path.display());
            }
            assert_eq!(otio::write(&again, target).0, text, "{}", path.display());
        }
        // What the file says, our writing says, but for what older versions named otherwise.
        if let Ok(mut theirs) = serde_json::from_slice::<Value>(&std::fs::read(&path).unwrap()) {
            let mut ours: Value = serde_json::from_str(&otio::write(&object, otio::Target::Lossless).0).unwrap();
            upgrade(&mut theirs);
            upgrade(&mut ours);
            let mut differ = vec![];
            differences(&theirs, &ours, "", &mut differ);
            assert!(differ.is_empty(), "{}: {differ:#?}", path.display());
        } else {
            assert!(path.ends_with("big_int.otio"), "{}", path.display());
        }
        let clips = items(&object).unwrap().iter().filter(|p| matches!(p.item.content, Content::Clip(_))).count();
        let name = format!("otio/{}", path.file_name().unwrap().to_str().unwrap());
        if let Some(count) = index["index"][&name]["clips"].as_u64() {
            assert_eq!(clips as u64, count, "{name}");
        }
        seen += 1;
    }
    assert!(seen >= 54, "{seen}");
}

/// To the versions that we write, and with the members that OpenTimelineIO fills in.
fn upgrade(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(upgrade);
            match members.get("OTIO_SCHEMA").and_then(Value::as_str) {
                Some("Sequence.1") => _ = members.insert("OTIO_SCHEMA".into(), json!("Track.1")),
                Some("Clip.1") => {
                    members.insert("OTIO_SCHEMA".into(), json!("Clip.2"));
                    let missing = json!({ "OTIO_SCHEMA": "MissingReference.1" });
                    let media = members.remove("media_reference").filter(|m| !m.is_null()).unwrap_or(missing);
                    members.insert("media_references".into(), json!({ "DEFAULT_MEDIA": media }));
                    members.insert("active_media_reference_key".into(), json!("DEFAULT_MEDIA"));
                }
                _ => {}
            }
            let is_object = members.contains_key("OTIO_SCHEMA");
            let empty = |v: &Value| matches!(v, Value::Null) || *v == json!("") || *v == json!([]) || (is_object && *v == json!({}));
            members.retain(|name, v| !(empty(v) || (name == "enabled" && *v == json!(true))));
        }
        Value::Array(items) => items.iter_mut().for_each(upgrade),
        _ => {}
    }
}

#[test]
fn what_only_one_of_the_formats_has_is_kept() {
    let Some(folder) = corpus("standards/timelines/otio") else { return };
    let big = std::fs::read_to_string(folder.join("big_int.otio")).unwrap();
    let written = otio::write(&otio::read(&folder.join("big_int.otio")).unwrap(), otio::Target::Lossless).0;
    for text in
        ["57896044618658097711785492504343953926634992332820282019728792003956564819968", "Inf", "-Infinity", "NaN", "1.1", "\"Viel glück"]
    {
        assert!(big.contains(text) && written.contains(text), "{text}");
    }
    // The colour objects of `Marker.3` stay, and become names for 0.18.1.
    let premiere = otio::read(&folder.join("premiere_example.otio")).unwrap();
    assert!(otio::write(&premiere, otio::Target::Lossless).0.contains("Marker.3"));
    let (text, left_out) = otio::write(&premiere, otio::Target::Release018);
    assert!(!text.contains("Marker.3") && !text.contains("Color.1") && left_out.len() == 4, "{left_out:?}");
}

/// Tracks, items, ranges, transitions, media and markers of a document, a line each.
///
/// Left aside is what the reference does not read: which effect a retime is, what a nested sequence holds, and that a generator has no
/// length of its own (it writes none as 0 frames).
fn outline(value: &Value, depth: usize, lines: &mut Vec<String>) {
    let time = |t: &Value| t["value"].as_f64().map(|v| format!("{:.6}@{:.3}", v, t["rate"].as_f64().unwrap())).unwrap_or_default();
    let range = |r: &Value| if r.is_null() { String::new() } else { format!("{}+{}", time(&r["start_time"]), time(&r["duration"])) };
    let schema = value["OTIO_SCHEMA"].as_str().unwrap_or_default();
    let mut line =
        format!("{}{schema} {} {}", "  ".repeat(depth), value["name"].as_str().unwrap_or_default(), range(&value["source_range"]));
    if schema.starts_with("Transition") {
        line += &format!("{} {} {}", time(&value["in_offset"]), time(&value["out_offset"]), value["transition_type"]);
    }
    for media in value["media_references"].as_object().unwrap_or(&Map::new()).values() {
        let what = media.get("target_url").or(media.get("generator_kind")).and_then(Value::as_str).unwrap_or_default();
        let available = &media["available_range"];
        let available = if available["duration"]["value"] == json!(0.0) { String::new() } else { range(available) };
        line += &format!(" {} {what} {} {available}", media["OTIO_SCHEMA"], media["name"]);
    }
    for marker in value["markers"].as_array().into_iter().flatten() {
        line += &format!(" marker {} {}", marker["name"], range(&marker["marked_range"]));
    }
    line += &" effect".repeat(value["effects"].as_array().map_or(0, Vec::len));
    lines.push(format!("{line} {} {}", value["kind"].as_str().unwrap_or_default(), time(&value["global_start_time"])));
    if depth > 2 && schema.starts_with("Stack") {
        return;
    }
    for child in value["children"].as_array().into_iter().flatten().chain(value.get("tracks")) {
        outline(child, depth + 1, lines);
    }
}

/// File and the lines that differ, ours after theirs.
const FCP_DIFFERENCES: &[(&str, usize, &str, &str)] = &[
    // A marker counts from the beginning of the file; in the clip's own time its timecode comes to it, as to the clip's `in`.
    ("empty_name_tags.xml", 1, "Clip.2 mymovie.mov 1035.016983@23.976+128.000000@23.976", "a marker in the clip's own time"),
    // Sounds that overlap for a cross-fade: the later one begins where it says. The reference moves it behind the other.
    ("premiere_example.xml", 1, "Clip.2 sc01_master_layerA_sh030_temp.mov 133.000000@30.000+221.000000@30.000", "an overlap"),
];

#[test]
fn every_fcp7_xml_is_what_the_reference_reads() {
    let Some(folder) = corpus("standards/timelines") else { return };
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut seen = 0;
    for path in files(&folder.join("fcp"), "xml") {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let expected = folder.join(format!("expected_otio/fcp__{name}.otio"));
        if !expected.exists() {
            // A lone filter; the reference finds no sequence in it either.
            let error = timeline::open(&path, None).unwrap_err();
            assert!((error.exit_code(), error.to_string().contains("xmeml")) == (10, true), "{error}");
            continue;
        }
        let (mut theirs, mut mine) = (vec![], vec![]);
        outline(&load(&expected), 0, &mut theirs);
        let (object, format, _) = timeline::open(&path, None).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(format, Format::Fcp7);
        outline(&serde_json::from_str(&otio::write(&object, otio::Target::Release018).0).unwrap(), 0, &mut mine);
        let mut differ: Vec<String> =
            theirs.iter().zip(&mine).filter(|(a, b)| a != b).map(|(a, b)| format!("{}\n    / {}", a.trim(), b.trim())).collect();
        if theirs.len() != mine.len() {
            differ.push(format!("{} lines / {}", theirs.len(), mine.len()));
        }
        if !differ.is_empty() {
            found.insert(name, differ);
        }
        seen += 1;
    }
    assert_eq!(seen, 6);
    explained(found, FCP_DIFFERENCES);
}

/// Name, first frame and length of every clip, by track, whatever its order there. The reference rounds to frames; half a frame
/// of theirs is any of ours within one.
fn clips_by_track(value: &Value, track: &str, found: &mut Vec<(String, f64, f64)>) {
    let name = value["name"].as_str().unwrap_or_default();
    let schema = value["OTIO_SCHEMA"].as_str().unwrap_or_default();
    if schema.starts_with("Clip") {
        let range = |part: &str| value["source_range"][part]["value"].as_f64().unwrap();
        found.push((format!("{track} {name}"), range("start_time"), range("duration")));
    }
    let track = if schema.starts_with("Track") { format!("{track}/{name}") } else { track.to_owned() };
    for child in value["children"].as_array().into_iter().flatten().chain(value.get("tracks")) {
        clips_by_track(child, &track, found);
    }
}

#[test]
fn every_fcpxml_has_the_clips_of_the_reference() {
    let Some(folder) = corpus("standards/timelines") else { return };
    let lists = files(&folder.join("fcpx-xml"), "fcpxml");
    assert_eq!(lists.len(), 5);
    for path in lists {
        let name = path.file_name().unwrap().to_str().unwrap();
        let (mut theirs, mut mine) = (vec![], vec![]);
        clips_by_track(&load(&folder.join(format!("expected_otio/fcpx-xml__{name}.otio"))), "", &mut theirs);
        let (object, format, found) = timeline::open(&path, None).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!((format, found), (Format::Fcpx, vec![]), "{name}");
        let mut ours: Value = serde_json::from_str(&otio::write(&object, otio::Target::Release018).0).unwrap();
        // Of an event with projects the reference drops the clips that lie beside them.
        if let Some(children) = ours["children"].as_array_mut()
            && children.iter().any(|c| c["OTIO_SCHEMA"] == "Timeline.1")
        {
            children.retain(|c| c["OTIO_SCHEMA"] == "Timeline.1");
        }
        clips_by_track(&ours, "", &mut mine);
        theirs.sort_by(|a, b| a.partial_cmp(b).unwrap());
        mine.sort_by(|a, b| a.partial_cmp(b).unwrap());
        assert_eq!(theirs.len(), mine.len(), "{name}");
        for (a, b) in theirs.iter().zip(&mine) {
            assert!(a.0 == b.0 && (a.1 - b.1).abs() < 1.0 && (a.2 - b.2).abs() < 1.0, "{name}: {a:?} {b:?}");
        }
    }
}

#[test]
fn what_is_not_read_is_refused_by_name() {
    let Some(folder) = corpus("standards/timelines") else { return };
    for path in files(&folder.join("aaf"), "aaf") {
        let error = timeline::open(&path, None).unwrap_err();
        assert!((error.exit_code(), error.to_string().contains("AAF")) == (10, true), "{error}");
    }
    for (list, rate, code, line) in [
        ("timecode_mismatch.edl", 24, "FRAME_BEYOND_RATE", 13),
        ("timecode_mismatch.edl", 25, "DURATION_MISMATCH", 13),
        ("dissolve_test_fail.edl", 24, "TRANSITION_WITHOUT_SOURCE", 6),
        ("25fps.edl", 24, "FRAME_BEYOND_RATE", 13),
    ] {
        let error = timeline::open(&folder.join("cmx3600").join(list), Rational::new(rate, 1)).unwrap_err();
        assert!(error.to_string().contains(code) && error.line_number() == Some(line), "{list} {rate}: {error}");
    }
}

#[test]
fn the_load_test_has_548_clips() {
    let Some(path) = corpus("standards/timelines/cmx3600/speed_effects.edl") else { return };
    let (object, _, _) = timeline::open(&path, Rational::new(24, 1)).unwrap();
    let Object::Timeline(_) = &object else { panic!() };
    let clips: Vec<_> = items(&object).unwrap().into_iter().filter(|p| matches!(p.item.content, Content::Clip(_))).collect();
    assert_eq!(clips.len(), 548);
    assert_eq!(timeline::check(&object), []);
}
