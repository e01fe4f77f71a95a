//! Each way to a clip where only it leads there, and where it has to be refused.

use super::*;
use crate::{
    camera::{Field, Metadata, Rational, Timecode},
    files::Existing,
    image::{Image, Size},
    library::{Entry, Frames, Library, Options, Read, Stamp},
    pipeline::plate_exr::{self, Compression, FrameInfo},
    sidecar::timeline::Fraction,
};
use std::path::Path;

fn film() -> Rational {
    Rational::new(24, 1).unwrap()
}

/// A clip of 240 frames of the library, which gives it as it gives every clip.
fn sources(clips: &[(&str, &str, &str)]) -> Vec<Source> {
    let mut library = Library::in_memory().unwrap();
    let entries: Vec<Entry> = clips
        .iter()
        .zip(0..)
        .map(|((name, reel, start), i)| {
            let metadata = Metadata {
                reel: (!reel.is_empty()).then(|| Field::stated((*reel).to_owned(), "k")),
                start_timecode: start.parse().ok().map(|code: Timecode| Field::stated(code, "k")),
                frame_rate: Some(Field::stated(film(), "k")),
                ..Metadata::default()
            };
            let frames = Frames { first: 1000, count: 240, missing: vec![] };
            let read = Read { name: (*name).into(), frames, metadata, ..Read::default() };
            Entry { path: format!("/cards/{i}/{name}.mxf").into(), stamp: Stamp::default(), content: Ok(read) }
        })
        .collect();
    library.put(&entries).unwrap();
    library.sources().unwrap()
}

fn event(name: &str, reel: &str, code: &str, frames: u64) -> Event {
    let code: Timecode = code.parse().unwrap();
    Event {
        number: 1,
        line: 0,
        track: "V".into(),
        names: if name.is_empty() { vec![] } else { vec![name.into()] },
        reel: (!reel.is_empty()).then(|| reel.into()),
        rate: film(),
        drop_frame: None,
        start: code.to_frame_count(film()) as i64,
        frames,
        blends: [0; 2],
        record: None,
        speed: None,
        notes: vec![],
    }
}

fn pull(events: Vec<Event>, sources: &[Source], handles: u32) -> Pull {
    let cut = Events { events, ..Events::default() };
    resolve(cut, sources.to_vec(), handles, None, &Progress::default()).unwrap()
}

const CLIPS: [(&str, &str, &str); 7] = [
    ("A001_C001_1121AB", "A001", "10:00:00:00"),
    ("A001_C002_1121AB", "A001", "10:00:20:00"),
    ("A001_C003_1121AB", "A001", "10:00:40:00"),
    ("B001_C003_1121CD", "B001", "10:00:40:00"),
    ("C012_C007_1122XY", "C012", "23:59:55:00"),
    ("INTERVIEW_07", "", "12:00:00:00"),
    ("no timecode", "", ""),
];

/// Name of the clip, the tier, and why.
fn found(event: Event) -> std::result::Result<(String, Tier, String), (String, usize)> {
    let sources = sources(&CLIPS);
    let pull = pull(vec![event], &sources, 0);
    match (pull.matched.as_slice(), pull.refused.as_slice()) {
        ([m], []) => Ok((pull.sources[m.source].name.clone(), m.tier, m.reason.clone())),
        ([], [r]) => Err((r.why.clone(), r.candidates.len())),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_rule_leads_to_its_clip() {
    let third = "A001_C003_1121AB";
    for (name, reel, code, clip, tier, why) in [
        ("", "A001", "10:00:41:00", third, Tier::Exact, "reel A001 and timecode"),
        ("", third, "10:00:41:00", third, Tier::Exact, "is the clip's name and timecode"),
        ("a001_c003_1121ab.mov", "", "10:00:41:00", third, Tier::Exact, "name a001_c003_1121ab.mov and timecode"),
        ("A001_C003_1121AB", "A001", "10:00:41:00", third, Tier::Exact, "reel A001, name A001_C003_1121AB and timecode"),
        // A reel that nobody knows does not take the name away.
        ("A001_C003_1121AB", "XYZ", "10:00:41:00", third, Tier::Exact, "name"),
        ("A001C003-1121AB", "", "10:00:41:00", third, Tier::Fuzzy, "separators differ"),
        ("A001_C003_1121AB.new.01", "", "10:00:41:00", third, Tier::Fuzzy, "an editing system put behind"),
        ("", "A001_C00", "10:00:41:00", third, Tier::Fuzzy, "8 characters of CMX3600"),
        ("", "A1", "10:00:41:00", third, Tier::Fuzzy, "zeros"),
        ("A_0001C003_261121_101010_h1XX", "", "10:00:41:00", third, Tier::Fuzzy, "camera, roll and clip"),
        ("A001_C003", "", "10:00:41:00", third, Tier::Fuzzy, "camera, roll and clip"),
        ("interv", "", "12:00:01:00", "INTERVIEW_07", Tier::Fuzzy, "only the beginning"),
        ("", "C012", "00:00:01:00", "C012_C007_1122XY", Tier::Fuzzy, "midnight"),
    ] {
        let (its, by, reason) = found(event(name, reel, code, 24)).unwrap_or_else(|e| panic!("{name} {reel}: {e:?}"));
        assert!(its == clip && by == tier && reason.contains(why), "{name} {reel}: {its} {by:?} {reason}");
    }
    let mut late = event("A001_C003_1121AB", "A001", "10:00:41:00", 24);
    late.start += 24 * 86400;
    let (its, by, reason) = found(late).unwrap();
    assert!(its == third && by == Tier::Fuzzy && reason.contains("a day off"), "{its} {reason}");
    let high = Event { rate: Rational::new(48, 1).unwrap(), start: 48 * 36041, ..event("A001_C003_1121AB", "", "10:00:41:00", 24) };
    let (its, by, reason) = found(high).unwrap();
    assert!(its == third && by == Tier::Fuzzy && reason.contains("another rate"), "{its} {reason}");
}

#[test]
fn what_is_not_sure_is_refused_with_what_it_could_be() {
    for (name, reel, code, why, candidates) in [
        // Reel and name say of different clips.
        ("B001_C003_1121CD", "A001", "10:00:41:00", "fits 2 clips", 2),
        ("A001_C003_1121AB", "", "10:00:11:00", "is named so and runs from 10:00:40:00 to 10:00:49:23, which has no 10:00:11:00", 1),
        ("", "A001", "15:00:00:00", "3 clips are named so, and none has 15:00:00:00", 3),
        ("no timecode", "", "10:00:41:00", "states no timecode", 1),
        ("Z999", "", "10:00:41:00", "no clip is named so", 0),
        ("inter", "", "12:00:01:00", "no clip is named so", 0),
        ("interv", "", "12:00:11:00", "is named so", 1),
        ("", "", "10:00:41:00", "no clip is named so", 0),
        ("A001C003-1121AB", "", "10:00:59:00", "is named so", 1),
        ("A001_C003_1121AB.new.01", "", "09:00:00:00", "is named so", 1),
        ("", "A001_C00", "10:00:15:00", "are named so", 3),
        ("", "A1", "10:00:15:00", "are named so", 3),
        ("A_0001C003_261121", "", "10:00:15:00", "is named so", 1),
        ("", "C012", "00:00:06:00", "which has no 00:00:06:00", 1),
    ] {
        let (said, offers) = found(event(name, reel, code, 24)).map_or_else(|e| e, |m| panic!("{name} {reel}: {m:?}"));
        assert!(said.contains(why) && offers == candidates, "{name} {reel}: {said} {offers}");
    }
    // Two takes of one second, named alike, and a name that was cut in front of what tells them apart.
    let twins = sources(&[("A001_C003_1121AB", "A001", "10:00:00:00"), ("A001_C003_1122CD", "A001", "10:00:05:00")]);
    let sure = pull(vec![event("", "A001_C00", "10:00:01:00", 24), event("", "A001_C00", "10:00:06:00", 24)], &twins, 0);
    assert_eq!((sure.matched.len(), sure.matched[0].source), (1, 0));
    assert_eq!((sure.refused.len(), sure.refused[0].candidates.len(), sure.refused[0].event), (1, 2, 1));
    // A roll that is named as another name begins.
    let rolls = sources(&[("one", "Z598_114", "10:00:00:00"), ("Z598_114B_LAY2", "Z598_COM", "10:00:00:00")]);
    assert_eq!(pull(vec![event("", "Z598_114", "10:00:01:00", 24)], &rolls, 0).refused[0].why, "fits 2 clips");
    assert_eq!(pull(vec![event("one", "Z598_114", "10:00:01:00", 24)], &rolls, 0).matched.len(), 1);
    // Of copies of one clip, none is taken.
    let copies = sources(&[("A001_C003_1121AB", "A001", "10:00:00:00"), ("A001_C003_1121AB", "A001", "10:00:00:00")]);
    assert_eq!(pull(vec![event("A001_C003_1121AB", "", "10:00:01:00", 24)], &copies, 0).refused[0].why, "fits 2 clips");
}

#[test]
fn reels_that_may_be_cut_are_warned_of() {
    let sources = sources(&CLIPS);
    let warned = |reel: &str| pull(vec![event("", reel, "10:00:41:00", 24)], &sources, 0).warnings;
    assert_eq!(warned("A001_C00"), ["reel A001_C00 has the 8 characters that CMX3600 cuts reels to, and begins the names of 3 clips"]);
    assert!(warned("A001").is_empty() && warned("ZZZZZZZZ").is_empty());
}

#[test]
fn handles_end_where_the_clip_does_and_overlaps_are_one_range() {
    let sources = sources(&CLIPS[..1]);
    let cut = |events: Vec<Event>, handles| pull(events, &sources, handles);
    let at = |code: &str, frames| event("A001_C001_1121AB", "", code, frames);
    let both = cut(vec![at("10:00:00:04", 10), at("10:00:09:00", 24), at("10:00:01:00", 10)], 8);
    let shown: Vec<_> = both.matched.iter().map(|m| (m.frames.clone(), m.handles)).collect();
    assert_eq!(shown, [(1004..=1013, [4, 8]), (1216..=1239, [8, 0]), (1024..=1033, [8, 8])]);
    let ranges: Vec<_> = both.ranges.iter().map(|r| (r.frames.clone(), r.events.clone())).collect();
    assert_eq!(ranges, [(1000..=1041, vec![0, 2]), (1208..=1239, vec![1])]);
    // What only touches is one, what leaves a frame between is not.
    assert_eq!(cut(vec![at("10:00:01:00", 10), at("10:00:01:10", 10)], 0).ranges.len(), 1);
    assert_eq!(cut(vec![at("10:00:01:00", 10), at("10:00:01:11", 10)], 0).ranges.len(), 2);
    // Frames of the cut itself are never left out.
    let long = cut(vec![at("10:00:09:20", 10)], 8);
    assert_eq!(long.refused[0].why, "A001_C001_1121AB lacks 6 frames behind its last");
    let blend = Event { blends: [5, 0], ..at("10:00:00:04", 10) };
    assert_eq!(cut(vec![blend], 0).refused[0].why, "A001_C001_1121AB lacks 1 frame before its first");
    let blend = Event { blends: [4, 2], ..at("10:00:00:04", 10) };
    assert_eq!(cut(vec![blend], 0).matched[0].frames, 1000..=1015);
}

#[test]
fn frames_that_are_missing_are_not_pulled() {
    let mut gappy = sources(&CLIPS[..1]);
    gappy[0].frames.missing = vec![1010..=1012];
    let cut = |code: &str| pull(vec![event("A001_C001_1121AB", "", code, 10)], &gappy, 8);
    assert_eq!(cut("10:00:00:05").refused[0].why, "A001_C001_1121AB lacks frame 1010-1012");
    let beside = &cut("10:00:00:15").matched[0];
    assert_eq!((beside.frames.clone(), beside.handles), (1015..=1024, [2, 8]));
    assert_eq!(cut("10:00:00:00").matched[0].handles, [0, 0]);
}

fn sequence(folder: &Path, name: &str, start: &str, seeds: &[u32]) {
    let metadata = Metadata { frame_rate: Some(Field::stated(film(), "k")), ..Metadata::default() };
    let code: Timecode = start.parse().unwrap();
    let folder = folder.join(name);
    std::fs::create_dir_all(&folder).unwrap();
    for (i, seed) in seeds.iter().enumerate() {
        let picture = perceptual::testing::picture(*seed, Size::new(96, 54), |v| v);
        let timecode = Some(code.offset(i as i64, film()));
        let info = FrameInfo { metadata: Some(&metadata), timecode, fdl: None };
        plate_exr::write(&folder.join(format!("{name}.{i:04}.exr")), &picture, &info, Compression::Zip, Existing::Refuse).unwrap();
    }
}

/// Clips whose names are of no use, two of one timecode, and the movie of a cut of one of them.
#[test]
fn the_picture_tells_what_names_do_not() {
    let work = tempfile::tempdir().unwrap();
    let cards = work.path().join("cards");
    sequence(&cards, "X1", "10:00:00:00", &[1; 24]);
    sequence(&cards, "X2", "10:00:00:00", &[2; 24]);
    sequence(&cards, "X3", "10:00:00:00", &[2; 24]);
    sequence(&cards, "X4", "11:00:00:00", &[4; 24]);
    let proxy = work.path().join("proxy");
    // Twelve frames each: of the first clip, of the two that look the same, of none, and black.
    sequence(&proxy, "cut", "01:00:00:00", &[[1; 12], [2; 12], [9; 12]].concat());
    let mut black = vec![];
    for i in 36..48 {
        let folder = proxy.join("cut");
        let path = folder.join(format!("cut.{i:04}.exr"));
        plate_exr::write(&path, &Image::new(Size::new(96, 54)), &FrameInfo::default(), Compression::Zip, Existing::Refuse).unwrap();
        black.push(path);
    }
    let mut library = Library::in_memory().unwrap();
    library.index(&[cards], Options::default(), &Progress::default()).unwrap();
    let half = Fraction::new(1, 2).unwrap();
    let placed = |i: u32, code: &str| Event {
        number: i + 1,
        record: Some([half.times(Fraction::whole(i)).unwrap(), half]),
        ..event("lost", "", code, 12)
    };
    let codes = ["10:00:00:06", "10:00:00:06", "10:00:00:06", "10:00:00:06", "12:00:00:00"];
    let events: Vec<Event> = codes.iter().zip(0..).map(|(code, i)| placed(i, code)).collect();
    let cut = Events { events, start: Some(Fraction::whole(3600)), ..Events::default() };
    let sources = library.sources().unwrap();
    let names: Vec<_> = sources.iter().map(|s| s.name.clone()).collect();
    let pull = resolve(cut, sources, 2, Some(&proxy.join("cut")), &Progress::default()).unwrap();
    let [only] = pull.matched.as_slice() else { panic!("{:?} {:?}", pull.matched, pull.refused) };
    assert_eq!((only.event, names[only.source].as_str(), only.tier, only.frames.clone()), (0, "X1", Tier::Picture, 6..=17));
    assert!(only.score > 0.9 && only.evidence[0].contains("differ in bits of 63"), "{:?}", only.evidence);
    let why: Vec<&str> = pull.refused.iter().map(|r| r.why.rsplit("; ").next().unwrap()).collect();
    assert!(why[0].contains("several look like it") && pull.refused[0].candidates.len() == 3, "{why:?}");
    assert!(why[1].contains("none looks like it"), "{why:?}");
    assert!(why[2].contains("no frame of it that shows enough"), "{why:?}");
    assert!(why[3].contains("no frame of it that shows enough") || why[3].contains("no clip has its timecode"), "{why:?}");
}

#[test]
fn the_report_says_everything_of_an_event() {
    let sources = sources(&CLIPS);
    let pull = pull(vec![event("A001_C003_1121AB", "A001", "10:00:41:00", 24), event("Z", "", "10:00:41:00", 24)], &sources, 4);
    let document = report(&pull);
    let one = &document["matched"][0];
    assert_eq!((one["tier"].as_str(), one["clip"].as_str(), one["score"].as_f64()), (Some("exact"), Some("A001_C003_1121AB"), Some(1.0)));
    assert_eq!((one["source_in"].as_str(), one["source_out"].as_str()), (Some("10:00:41:00"), Some("10:00:42:00")));
    assert_eq!((one["pulled"]["first"].as_u64(), one["pulled"]["last"].as_u64()), (Some(1020), Some(1051)));
    assert_eq!(
        (document["ranges"][0]["frames"].as_u64(), document["refused"][0]["refused"].as_str()),
        (Some(32), Some("no clip is named so"))
    );
}
