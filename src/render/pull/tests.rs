//! Each way to a clip where only it leads there, and where it has to be refused.

use super::*;
use crate::{
    camera::{Field, Metadata, Rational, Timecode},
    files::Existing,
    image::{Image, Size},
    library::{Entry, Frames, Library, Options, Read, Stamp},
    pipeline::plate_exr::{self, Compression, FrameInfo},
    sidecar::timeline::{Fraction, matching::Candidate},
};
use proptest::prelude::*;
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
        shot: None,
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
fn a_reason_says_what_is_equal_and_what_differs() {
    let pal = Event { rate: Rational::new(25, 1).unwrap(), start: 25 * 36041, ..event("", "A001", "10:00:41:00", 24) };
    let (its, by, reason) = found(pal).unwrap();
    assert_eq!((its.as_str(), by), ("A001_C003_1121AB", Tier::Fuzzy));
    assert_eq!(reason, "reel A001: the roll of the clip, timecode of another rate (the list counts 25, the clip 24)");
}

/// The names that lists have for a clip are no contradiction; that of another clip is, where reel and timecode say so.
#[test]
fn a_list_that_calls_a_clip_as_another_is_told() {
    let sources = sources(&CLIPS);
    let told = |names: &[&str]| {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let pull = pull(vec![Event { names, ..event("", "A001", "10:00:41:00", 24) }], &sources, 0);
        assert_eq!(pull.matched.iter().map(|m| pull.sources[m.source].name.as_str()).collect::<Vec<_>>(), ["A001_C003_1121AB"]);
        // In the evidence of the match for who reads the report, as a warning for who pulls, and nowhere else.
        let contradicts = |said: &&String| said.starts_with("the list calls it");
        let told: Vec<String> = pull.matched[0].evidence.iter().filter(contradicts).cloned().collect();
        assert_eq!(pull.warnings, told.iter().map(|said| format!("event 1: {said}")).collect::<Vec<_>>());
        let found = &report(&pull)["matched"][0];
        assert_eq!((&found["evidence"], &found["notes"]), (&serde_json::json!(pull.matched[0].evidence), &serde_json::json!([])));
        told
    };
    let calls = |name: &str| [format!("the list calls it {name}, the clip is A001_C003_1121AB")];
    for another in ["B001C001_261121_PRLT", "A001_C002_1121AB", "B001_C009.mov", "INTERVIEW_07", "interview_07.mov"] {
        assert_eq!(told(&[another]), calls(another));
    }
    for ordinary in [
        "A001_C003_1121AB",
        "/v/a001_c003_1121ab.mxf",
        "A001C003-1121AB",
        "A001_C003",
        "A001_C00",
        "A_0001C003_261121_101010_h1XX",
        "A001_C003_1121AB.new.01",
        "A001_C003_1121AB_graded_v2",
        "A001",
        "12A-3",
        "SC 12 TK 3*",
        "interior, wide",
        "",
    ] {
        assert_eq!(told(&[ordinary]), [""; 0], "{ordinary}");
    }
    assert_eq!(told(&["B001C001_261121_PRLT", "A001C003"]), [""; 0], "one of its names is the clip's");
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
    // A handle of the one before it was cut at the clip's first frame; what is numbered is the first that the cut shows.
    assert_eq!(both.ranges.iter().map(|r| r.begin).collect::<Vec<_>>(), [1004, 1216]);
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
fn two_shots_of_one_clip_are_two_ranges_whatever_they_share() {
    let sources = sources(&CLIPS[..1]);
    let of = |shot: &str, code: &str| {
        let named = (!shot.is_empty()).then(|| Shot { name: shot.into(), from: Said::Marker });
        Event { shot: named, ..event("A001_C001_1121AB", "", code, 10) }
    };
    let cut = |events: Vec<Event>| {
        let pull = pull(events, &sources, 8);
        let shown = |range: &Range| (pull.shot(&range.events, None).unwrap().name, range.frames.clone(), range.events.clone());
        pull.ranges.iter().map(shown).collect::<Vec<_>>()
    };
    let one = |name: &str, frames: std::ops::RangeInclusive<u32>, events: &[usize]| (name.to_owned(), frames, events.to_vec());
    // Their handles overlap; SH010 is used twice, with the other between.
    let both = cut(vec![of("SH010", "10:00:01:00"), of("SH020", "10:00:01:10"), of("SH010", "10:00:01:12")]);
    assert_eq!(both, [one("SH010", 1016..=1053, &[0, 2]), one("SH020", 1026..=1051, &[1])]);
    // The very same frames, and those of a shot that nobody names.
    let same = cut(vec![of("SH020", "10:00:01:00"), of("SH010", "10:00:01:00"), of("", "10:00:01:00"), of("", "10:00:01:04")]);
    assert_eq!(same, [one("SH020", 1016..=1041, &[0]), one("SH010", 1016..=1041, &[1]), one("001", 1016..=1045, &[2, 3])]);
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

fn sequence(folder: &Path, name: &str, rate: Rational, start: &str, seeds: &[u32]) {
    let metadata = Metadata { frame_rate: Some(Field::stated(rate, "k")), ..Metadata::default() };
    let code: Timecode = start.parse().unwrap();
    let folder = folder.join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let pictures: std::collections::BTreeMap<u32, Image> =
        seeds.iter().map(|seed| (*seed, perceptual::testing::picture(*seed, Size::new(96, 54), |v| v))).collect();
    for (i, seed) in seeds.iter().enumerate() {
        let picture = &pictures[seed];
        let timecode = Some(code.offset(i as i64, rate));
        let info = FrameInfo { metadata: Some(&metadata), timecode, fdl: None };
        plate_exr::write(&folder.join(format!("{name}.{i:04}.exr")), picture, &info, Compression::Zip, Existing::Refuse).unwrap();
    }
}

/// Clips whose names are of no use, two of one timecode, and the movie of a cut of one of them: at the rate that the list is read at, and
/// at the one that it means.
#[test]
fn the_picture_tells_what_names_do_not() {
    the_picture_tells(film());
    the_picture_tells(Rational::new(24000, 1001).unwrap());
}

fn the_picture_tells(rate: Rational) {
    let work = tempfile::tempdir().unwrap();
    let cards = work.path().join("cards");
    sequence(&cards, "X1", rate, "10:00:00:00", &[1; 24]);
    sequence(&cards, "X2", rate, "10:00:00:00", &[2; 24]);
    sequence(&cards, "X3", rate, "10:00:00:00", &[2; 24]);
    sequence(&cards, "X4", rate, "11:00:00:00", &[4; 24]);
    let proxy = work.path().join("proxy");
    // Twelve frames each: of the first clip, of the two that look the same, of none, and black.
    sequence(&proxy, "cut", rate, "01:00:00:00", &[[1; 12], [2; 12], [9; 12]].concat());
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
    let record = RecordClock { rate: film(), drop_frame: false, start: Some(Fraction::whole(24 * 3600)) };
    let cut = Events { events, record: Some(record), ..Events::default() };
    let sources = library.sources().unwrap();
    let names: Vec<_> = sources.iter().map(|s| s.name.clone()).collect();
    let pull = resolve(cut, sources, 2, proxy.join("cut").to_str(), &Progress::default()).unwrap();
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

/// More clips of one name and timecode than are listed, and than are compared at every moment; two of them cannot be decoded.
#[test]
fn every_clip_that_could_be_meant_is_looked_at() {
    const CLIPS: u32 = 52;
    let work = tempfile::tempdir().unwrap();
    let cards = work.path().join("cards");
    // The last is meant; those that cannot be decoded show what nobody else shows.
    for clip in 1..=CLIPS {
        let seed = match clip {
            CLIPS => 1,
            3 | 7 => 9,
            other => 2 + other % 4,
        };
        sequence(&cards.join(format!("{clip:02}")), "same", film(), "10:00:00:00", &[seed; 3]);
    }
    for folder in ["03", "07"] {
        for frame in std::fs::read_dir(cards.join(folder).join("same")).unwrap() {
            let path = frame.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            std::fs::write(&path, &bytes[..bytes.len() * 3 / 4]).unwrap();
        }
    }
    let proxy = work.path().join("proxy");
    sequence(&proxy, "cut", film(), "01:00:00:00", &[[1; 3], [9; 3]].concat());
    let mut library = Library::in_memory().unwrap();
    library.index(std::slice::from_ref(&cards), Options::default(), &Progress::default()).unwrap();
    let eighth = Fraction::new(1, 8).unwrap();
    let placed = |i: u32| Event {
        number: i + 1,
        record: Some([eighth.times(Fraction::whole(i)).unwrap(), eighth]),
        ..event("same", "", "10:00:00:00", 3)
    };
    let record = RecordClock { rate: film(), drop_frame: false, start: Some(Fraction::whole(24 * 3600)) };
    let cut = Events { events: vec![placed(0), placed(1)], record: Some(record), ..Events::default() };
    let sources = library.sources().unwrap();
    assert_eq!(sources.len(), CLIPS as usize);
    let pull = resolve(cut, sources, 0, proxy.join("cut").to_str(), &Progress::default()).unwrap();
    let [only] = pull.matched.as_slice() else { panic!("{:?} {:?}", pull.matched, pull.refused) };
    assert!(pull.sources[only.source].path.starts_with(cards.join(CLIPS.to_string())), "{:?}", pull.sources[only.source].path);
    let broken = |evidence: &[String]| {
        ["03", "07"].iter().all(|folder| {
            let named = cards.join(folder).display().to_string();
            evidence.iter().any(|said| said.starts_with(&named) && said.contains(" cannot be compared: "))
        })
    };
    assert!(broken(&only.evidence), "{:?}", only.evidence);
    // Of the other it is one of those that cannot be decoded: nothing looks like it, and why not all were compared is told.
    let [refused] = pull.refused.as_slice() else { panic!("{:?}", pull.refused) };
    assert!(refused.event == 1 && refused.why.contains("none looks like it") && broken(&refused.evidence), "{refused:?}");
    assert!(refused.possible.len() > refused.candidates.len(), "{refused:?}");
    assert_eq!(report(&pull)["refused"][0]["possible"], refused.possible.len());
}

/// Numbers at the edges of their types, and beside them.
fn extreme() -> impl Strategy<Value = u64> {
    prop_oneof![
        0..50u64,
        Just(u64::from(u32::MAX) - 1),
        Just(u64::from(u32::MAX)),
        Just(1 << 33),
        (i64::MAX as u64 - 2)..=(i64::MAX as u64 + 2),
        (u64::MAX - 2)..=u64::MAX
    ]
}

/// Rates as numbers, also those that no camera has.
fn rate() -> impl Strategy<Value = (i64, i64)> {
    proptest::sample::select(vec![(24, 1), (24000, 1001), (30000, 1001), (48, 1), (25, 1), (120, 1), (1, 1), (1, i64::MAX), (i64::MAX, 1)])
}

proptest! {
    /// Whatever a list and an index say, what is pulled are frames that the clip has.
    #[test]
    fn hostile_numbers_pull_nothing_that_is_not_there(
        start in prop_oneof![Just(i64::MIN), Just(i64::MAX), -50..50i64, 863_950..864_300i64, any::<i64>()],
        (frames, blends) in (extreme(), [extreme(), extreme()]),
        (first, count, handles) in (prop_oneof![0..2000u32, Just(u32::MAX - 1), Just(u32::MAX)], extreme(), prop_oneof![0..20u32, Just(u32::MAX)]),
        gaps in proptest::collection::vec((0..2100u32, 0..30u32), 0..3),
        rates in [rate(), rate()],
        code in prop_oneof![Just("10:00:00:00"), Just("23:59:59:23"), Just("00:00:00;00")],
        name in prop_oneof![Just("one"), Just("one_x"), Just("other")],
    ) {
        let [own, of_clip] = rates.map(|(n, d)| Rational::new(n, d).unwrap());
        let missing: Vec<_> = gaps.into_iter().map(|(from, length)| from..=from + length).collect();
        let spans = Frames { first, count, missing };
        let frames_of_clip = spans.span();
        let candidate = Candidate { names: vec!["one".into()], reel: None, start: code.parse().ok(), frames: frames_of_clip, rate: Some(of_clip) };
        let source = Source { path: "/one".into(), name: "one".into(), frames: spans, candidate };
        let cut = Event { rate: own, start, frames, blends, ..event(name, "", "10:00:00:00", 1) };
        let pull = pull(vec![cut], std::slice::from_ref(&source), handles);
        prop_assert_eq!(pull.matched.len() + pull.refused.len(), 1);
        _ = report(&pull);
        for found in &pull.matched {
            let pulled = found.with_handles();
            let last = u64::from(first).saturating_add(frames_of_clip).saturating_sub(1);
            prop_assert!(!pulled.is_empty() && *pulled.start() >= first && u64::from(*pulled.end()) <= last, "{:?}", found);
            let gap = source.frames.missing.iter().any(|gap| gap.start() <= pulled.end() && gap.end() >= pulled.start());
            prop_assert!(!gap && found.handles.iter().all(|had| *had <= handles), "{:?}", found);
        }
    }
}
