//! Real lists against a library that is made of them: each event has the clip it was cut from, before and after what editing systems do
//! to names and timecode. What is matched is never another clip.

use crate::{corpus, sidecar::files};
use prelight::{
    camera::{Field, Metadata, Rational, Timecode},
    library::{Entry, Frames, Library, Read, Source, Stamp},
    progress::Progress,
    render::pull::{self, Event, Events, Pull, Tier},
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// Frames that every clip has before and behind what is used of it.
const SPARE: i64 = 24;

fn name(event: &Event) -> String {
    event.names.first().cloned().unwrap_or_default()
}

/// A clip for each name, reel and rate; the path of each event's.
fn library(events: &[Event]) -> (Vec<Source>, Vec<PathBuf>) {
    let key = |e: &Event| (name(e), e.reel.clone(), e.rate.to_string());
    let mut clips = BTreeMap::new();
    for e in events {
        let (from, to) = (e.start - e.blends[0] as i64, e.start + (e.frames + e.blends[1]) as i64);
        let clip = clips.entry(key(e)).or_insert((e.rate, e.drop_frame == Some(true), from, to));
        (clip.2, clip.3) = (clip.2.min(from), clip.3.max(to));
    }
    let path = |at: usize| PathBuf::from(format!("/library/{at:04}/{at:04}.mxf"));
    let entries: Vec<Entry> = clips
        .iter()
        .zip(0..)
        .map(|(((name, reel, _), (rate, drop, from, to)), at)| {
            let first = (from - SPARE).max(0);
            let metadata = Metadata {
                reel: reel.clone().map(|reel| Field::stated(reel, "list")),
                start_timecode: Some(Field::stated(Timecode::from_frame_count(first as u64, *rate, *drop), "list")),
                frame_rate: Some(Field::stated(*rate, "list")),
                ..Metadata::default()
            };
            let frames = Frames { first: 0, count: (to + SPARE - first) as u64, missing: vec![] };
            let read = Read { name: name.clone(), frames, metadata, ..Read::default() };
            Entry { path: path(at), stamp: Stamp::default(), content: Ok(read) }
        })
        .collect();
    let mut library = Library::in_memory().unwrap();
    library.put(&entries).unwrap();
    let truth = events.iter().map(|e| path(clips.keys().position(|k| *k == key(e)).unwrap())).collect();
    (library.sources().unwrap(), truth)
}

/// Resolves, and fails where an event is matched to another clip than its own.
fn resolve(events: Vec<Event>, sources: &[Source], truth: &[PathBuf], what: &str) -> Pull {
    let cut = Events { events, ..Events::default() };
    let found = pull::resolve(cut, sources.to_vec(), 8, None, &Progress::default()).unwrap();
    for m in &found.matched {
        assert_eq!(found.sources[m.source].path, truth[m.event], "{what}: {:?} {}", found.events[m.event], m.reason);
    }
    assert_eq!(found.matched.len() + found.refused.len(), found.events.len());
    found
}

/// Lists with names, and their events.
fn lists() -> Option<Vec<(PathBuf, Vec<Event>)>> {
    let folder = corpus("standards/timelines")?;
    let mut lists = vec![];
    for (kind, extension) in [("cmx3600", "edl"), ("ale", "ale"), ("fcp", "xml"), ("fcpx-xml", "fcpxml"), ("otio", "otio")] {
        for path in files(&folder.join(kind), extension) {
            let rate = if path.ends_with("25fps.edl") { Rational::new(25, 1) } else { None };
            // What a list may not be is for other tests. A transition of a still may reach before its first frame.
            let Ok(cut) = pull::events(&path, rate) else { continue };
            let day = |e: &Event| i64::from(Timecode::new(0, 0, 1, 0, false).unwrap().to_frame_count(e.rate) as u32) * 86_400;
            let events: Vec<Event> =
                cut.events.into_iter().filter(|e| !name(e).is_empty() && (e.blends[0] as i64..day(e) / 2).contains(&e.start)).collect();
            if !events.is_empty() {
                lists.push((path, events));
            }
        }
    }
    Some(lists)
}

fn short(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

#[test]
fn every_event_of_a_real_list_finds_its_clip() {
    let Some(lists) = lists() else { return };
    let (mut all, mut matched, mut exact) = (0, 0, 0);
    for (path, events) in lists {
        let (sources, truth) = library(&events);
        let found = resolve(events, &sources, &truth, &short(&path));
        for refused in &found.refused {
            // Names that several clips of one moment have: without a reel nobody knows which.
            assert!(refused.why.starts_with("fits "), "{}: {:?} {}", short(&path), found.events[refused.event], refused.why);
        }
        all += found.events.len();
        matched += found.matched.len();
        exact += found.matched.iter().filter(|m| m.tier == Tier::Exact).count();
    }
    println!("{matched} of {all} events matched, {exact} exactly");
    assert!(all > 700 && matched == exact && matched * 100 >= all * 98, "{matched} {exact} of {all}");
}

/// What is done to an event; none where there is nothing to do it to.
type Fault = fn(&Event) -> Option<Event>;

fn renamed(event: &Event, change: impl Fn(&str) -> String) -> Option<Event> {
    let name = name(event);
    let plain = !name.contains(['/', '.']) && name.len() > 3;
    plain.then(|| Event { names: vec![change(&name)], reel: None, ..event.clone() })
}

#[test]
fn dialects_of_names_and_timecode_lead_to_the_same_clips() {
    let Some(lists) = lists() else { return };
    let faults: [(&str, Fault, usize); 5] = [
        ("separators", |e| renamed(e, |n| n.replace(['_', ' '], "-")), 90),
        ("an ending", |e| renamed(e, |n| format!("{n}.new.01")), 90),
        ("a day off", |e| Some(Event { start: e.start + (e.rate.to_f64().round() as i64) * 86_400, ..e.clone() }), 85),
        (
            "double rate",
            |e| {
                let rate = Rational::new(e.rate.num() * 2, e.rate.den())?;
                (e.rate.to_f64() < 31.0 && e.drop_frame.is_none()).then(|| Event {
                    rate,
                    start: e.start * 2,
                    frames: e.frames * 2,
                    blends: [0; 2],
                    ..e.clone()
                })
            },
            90,
        ),
        // Of names that only differ behind their eighth character, timecode has to tell.
        (
            "8 characters",
            |e| {
                let reel: String = name(e).chars().take(8).collect();
                let cut = reel.chars().count() == 8 && !name(e).contains(['/', '.']) && name(e).chars().count() > 8;
                cut.then(|| Event { reel: Some(reel), names: vec![], ..e.clone() })
            },
            20,
        ),
    ];
    for (what, fault, least) in faults {
        let (mut all, mut matched) = (0, 0);
        for (path, events) in &lists {
            let (sources, truth) = library(events);
            // A name that two clips of other rates have is not told apart by another rate.
            if what == "double rate" && events.iter().any(|e| e.rate != events[0].rate) {
                continue;
            }
            let (changed, truth): (Vec<Event>, Vec<PathBuf>) = events.iter().zip(truth).filter_map(|(e, t)| Some((fault(e)?, t))).unzip();
            if changed.is_empty() {
                continue;
            }
            let found = resolve(changed, &sources, &truth, &format!("{what}, {}", short(path)));
            // A name without a separator is not changed by other ones, and some of these reels are whole.
            assert!(matches!(what, "separators" | "8 characters") || found.matched.iter().all(|m| m.tier == Tier::Fuzzy), "{what}");
            all += found.events.len();
            matched += found.matched.len();
        }
        println!("{what}: {matched} of {all} matched, the others refused");
        assert!(all > 50 && matched * 100 >= all * least, "{what}: {matched} of {all}");
    }
}
