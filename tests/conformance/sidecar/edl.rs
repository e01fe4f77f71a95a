//! CMX3600 against what OpenTimelineIO's adapter makes of the same lists (`expected_index.json`).

use crate::corpus;
use prelight::{
    camera::Rational,
    sidecar::{
        edl::{self, Edl},
        otio,
        timeline::Object,
    },
};
use serde_json::Value;

/// Clips as the reference counts them: lines that take time, one for each track they lie on.
fn clips(edl: &Edl) -> usize {
    let tracks = |e: &edl::Event| {
        let extra = e.comments.iter().filter(|c| c.starts_with("AUD ")).flat_map(|c| c.split_ascii_whitespace().skip(1)).count();
        // `AA` is two channels; the reference makes one clip of it, and none of the channels that AUD adds beyond it.
        if e.track == "AA" { 1 + extra } else { 1 }
    };
    edl.events.iter().filter(|e| !e.is_empty()).map(tracks).sum()
}

#[test]
fn every_list_loads_or_fails_as_in_the_reference() {
    let Some(index) = corpus("standards/timelines/expected_index.json") else { return };
    let json: Value = serde_json::from_str(&std::fs::read_to_string(&index).unwrap()).unwrap();
    let mut seen = 0;
    for (name, expected) in json["index"].as_object().unwrap() {
        let Some(list) = name.strip_prefix("cmx3600/").filter(|n| !n.ends_with("@ignore_tc")) else { continue };
        let (file, rate) = list.strip_suffix("@25").map_or((list, 24), |f| (f, 25));
        let edl = edl::read(&index.with_file_name("cmx3600").join(file)).unwrap_or_else(|e| panic!("{e}"));
        let found = edl.check(Rational::new(rate, 1).unwrap());
        match expected["clips"].as_u64() {
            Some(count) => assert_eq!((clips(&edl) as u64, found.as_slice()), (count, [].as_slice()), "{name}"),
            None => {
                let error = expected["error"].as_str().unwrap();
                let code = match error {
                    e if e.contains("has frames beyond") => "FRAME_BEYOND_RATE",
                    e if e.contains("duration don't match") => "DURATION_MISMATCH",
                    // The reference crashes on a dissolve whose first half has another number.
                    e if e.contains("transaction_id") => "TRANSITION_WITHOUT_SOURCE",
                    e => panic!("{name}: {e}"),
                };
                assert!(found.iter().any(|d| d.code == code && d.line > 0), "{name}: {error} / {found:?}");
            }
        }
        assert_eq!(edl::parse(edl::write(&edl).as_bytes()).unwrap(), edl, "{name}");
        seen += 1;
    }
    assert!(seen >= 36, "{seen}");
}

#[test]
fn comments_are_understood() {
    let Some(folder) = corpus("standards/timelines/cmx3600") else { return };
    let read = |name: &str| edl::read(&folder.join(name)).unwrap();
    for event in &read("cdl.edl").events {
        let cdl = event.cdl.as_ref().unwrap();
        assert_eq!((cdl.slope, cdl.offset, cdl.power, cdl.saturation), ([0.1, 0.2, 0.3], [1.0, -0.0122, 0.0305], [1.0, 0.0, 1.0], 0.9));
        assert_eq!(event.source_file.as_deref(), Some("ZZ100_501.LAY3.01"));
        assert_eq!(event.clip_name.as_deref(), Some("ZZ100_501 (LAY3)"));
    }
    let screening = read("screening_example.edl");
    let locators = &screening.events[3].locators;
    assert_eq!(locators.len(), 2);
    assert_eq!(
        (locators[1].at.to_string().as_str(), locators[1].color.as_str(), locators[1].comment.as_str()),
        ("01:00:02:14", "PINK", "ANIM FIX NEEDED")
    );
    let speeds: Vec<_> = read("speed_effects_small.edl").events.iter().map(|e| e.speed.as_ref().map(|s| s.frames_per_second)).collect();
    assert_eq!(speeds, [None, Some(0.0), Some(0.0), None, Some(47.6)]);
    assert_eq!(read("gap_test.edl").events[2].clip_name.as_deref(), Some("shot3"));
    assert_eq!(read("wipe_test.edl").events[2].transition, edl::Transition::Wipe { pattern: 1, frames: 10 });
}

/// What a list says in other words once it has been a timeline: file, how many events, and why.
const OTHERWISE: &[(&str, usize, &str)] = &[
    // The file of a clip, in the word of another program.
    ("nucoda_example.edl", 2, "FROM FILE for FROM CLIP"),
];

/// An event without what a timeline says in other words all the same: its line, and the order of its comments.
fn said(event: &edl::Event) -> edl::Event {
    let mut comments = event.comments.clone();
    comments.sort();
    edl::Event { comments, line: Default::default(), ..event.clone() }
}

#[test]
fn every_list_is_the_same_after_it_has_been_a_timeline() {
    let Some(folder) = corpus("standards/timelines/cmx3600") else { return };
    let (mut wrong, mut seen) = (vec![], 0);
    for path in super::files(&folder, "edl") {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let list = edl::read(&path).unwrap();
        let rate = Rational::new(if name == "25fps.edl" { 25 } else { 24 }, 1).unwrap();
        // Those that contradict themselves are in another test.
        let Ok(timeline) = list.to_timeline(rate) else { continue };
        // By way of a file too.
        let (otio, left_out) = otio::write(&Object::Timeline(timeline.clone()), otio::Target::Release018);
        assert_eq!(left_out, [], "{name}");
        let Object::Timeline(read) = otio::parse(otio.as_bytes()).unwrap() else { panic!("{name}") };
        for timeline in [timeline, read] {
            let (written, _) = Edl::from_timeline(&timeline, rate, edl::Options::default()).unwrap_or_else(|e| panic!("{name}: {e}"));
            let again = edl::parse(edl::write(&written).as_bytes()).unwrap();
            assert_eq!((&again.title, &again.comments, again.events.len()), (&list.title, &list.comments, list.events.len()), "{name}");
            let differ: Vec<String> = list
                .events
                .iter()
                .zip(&again.events)
                .map(|(a, b)| (said(a), said(b)))
                .filter(|(a, b)| a != b)
                .map(|(a, b)| format!("{a:?}\n    / {b:?}"))
                .collect();
            if differ.len() != OTHERWISE.iter().find(|(file, ..)| *file == name).map_or(0, |(_, count, _)| *count) {
                wrong.push(format!("{name}: {}\n  {}", differ.len(), differ.iter().take(4).cloned().collect::<Vec<_>>().join("\n  ")));
            }
        }
        seen += 1;
    }
    assert!(wrong.is_empty() && seen == 17, "{seen}\n{}", wrong.join("\n"));
}
