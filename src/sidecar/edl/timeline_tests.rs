use super::*;
use crate::{
    camera::Rational,
    sidecar::{
        json, otio,
        timeline::{
            self, Child, Content, Effect, EffectKind, Fraction, Item, Media, MediaKind, Object, Sources, Time, TimeRange, Timeline,
        },
    },
};
use proptest::prelude::*;

pub(super) fn rate(n: i64, d: i64) -> Rational {
    Rational::new(n, d).unwrap()
}

pub(super) fn timeline(text: &str, at: Rational) -> Timeline {
    parse(text.as_bytes()).unwrap().to_timeline(at).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

pub(super) fn track(timeline: &Timeline, at: usize) -> (&str, Vec<&Child>) {
    let Some(Child::Item(track)) = timeline.tracks.children().get(at) else { panic!("{timeline:?}") };
    (&track.base.name, track.children().iter().collect())
}

pub(super) fn item(child: &Child) -> &Item {
    if let Child::Item(item) = child { item } else { panic!("{child:?}") }
}

fn frames(time: &Time) -> String {
    time.value.text()
}

pub(super) fn round_trip(text: &str, at: Rational) -> Edl {
    let first = timeline(text, at);
    let (edl, _) = Edl::from_timeline(&first, at, Options::default()).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let written = write(&edl);
    let again = timeline(&written, at);
    assert_eq!(unnamed(again), unnamed(first), "{written}");
    edl
}

/// A list has no name for a transition: ours says what it leads from and to, where the comments say so. What is kept of the list itself
/// is another where events come to have other numbers.
pub(super) fn unnamed(mut timeline: Timeline) -> Timeline {
    let Content::Stack { children } = &mut timeline.tracks.content else { panic!() };
    for track in children {
        let Child::Item(Item { content: Content::Track { children, .. }, .. }) = track else { panic!() };
        for child in children {
            let base = match child {
                Child::Transition(transition) => {
                    transition.base.name.clear();
                    &mut transition.base
                }
                Child::Item(item) => &mut item.base,
                Child::Unknown(_) => panic!(),
            };
            for (_, node) in &mut base.metadata.0 {
                if let json::Value::Object(members) = &mut node.value {
                    members.retain(|(name, _)| !matches!(name.as_str(), "made_name" | "number" | "from"));
                }
            }
            base.metadata.0.retain(|(_, node)| node.value != json::Value::Object(vec![]));
        }
    }
    timeline
}

#[test]
fn drop_frame_is_counted_exactly() {
    // A minute of drop-frame has 1798 frames, and an hour 107892.
    let text = "FCM: DROP FRAME\n001 R V C 01:00:00;00 01:01:00;02 10:00:00;00 10:01:00;02\n";
    let line = timeline(text, rate(30000, 1001));
    let range = item(track(&line, 0).1[0]).range.clone().unwrap();
    assert_eq!((frames(&range.start), frames(&range.duration)), ("107892.0".into(), "1800.0".into()));
    assert_eq!(line.start.as_ref().unwrap().seconds().unwrap(), Fraction::new(1_078_920 * 1001, 30000).unwrap());
    assert!(write(&round_trip(text, rate(30000, 1001))).contains("10:01:00;02"));
}

#[test]
fn channels_gaps_and_retimes() {
    let text = "TITLE: t
* of the list
001 A001 B C 01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00
002 A002 AA/V C 01:00:00:00 01:00:02:00 10:00:02:00 10:00:03:00
M2   A002  048.0  01:00:00:00
AUD  3    4
003 A003 V C 01:00:00:00 01:00:00:01 10:00:03:00 10:00:04:00
M2   A003  000.0  01:00:00:00
* FROM CLIP NAME: x FF
* * FREEZE FRAME
004 BL V C 00:00:00:00 00:00:01:00 10:00:04:00 10:00:05:00
005 A004 V C 01:00:00:00 01:00:01:00 10:00:05:00 10:00:06:00
* FROM CLIP: /a/b.[0101-0124].exr
* LOC: 10:00:05:12 PINK look
* AMF_UUID urn:uuid:x
* ASC_SAT 0.5
";
    let line = timeline(text, rate(24, 1));
    let names: Vec<_> = (0..5).map(|i| (track(&line, i).0, track(&line, i).1.len())).collect();
    assert_eq!(names, [("V", 6), ("A1", 3), ("A2", 2), ("A3", 2), ("A4", 2)]);
    let picture = track(&line, 0).1;
    assert_eq!(item(picture[1]).content, Content::Gap);
    let EffectKind::Speed(scalar) = &item(picture[2]).effects[0].kind else { panic!() };
    assert_eq!(scalar.number, Fraction::whole(2));
    assert_eq!((item(picture[3]).effects[0].kind.clone(), item(picture[3]).base.name.as_str()), (EffectKind::Freeze, "x"));
    assert!(matches!(&item(picture[4]).media().unwrap().kind, MediaKind::Generator { kind, .. } if kind == "black"));
    let last = item(picture[5]);
    assert_eq!((last.amf().uuid.as_deref(), last.cdl().unwrap().unwrap().saturation), (Some("urn:uuid:x"), 0.5));
    let MediaKind::Sequence(s) = &last.media().unwrap().kind else { panic!() };
    assert_eq!((s.folder.as_str(), s.prefix.as_str(), s.first, s.padding), ("/a", "b.", 101, 4));
    // In the clip's own time.
    assert_eq!(frames(&last.markers[0].range.as_ref().unwrap().start), "86412.0");
    let edl = round_trip(text, rate(24, 1));
    assert_eq!(edl.events.iter().map(|e| e.track.as_str()).collect::<Vec<_>>(), ["B", "AA/V", "V", "V", "V"]);
    assert!(edl.events[1].comments.contains(&"AUD  3    4".to_owned()));
}

#[test]
fn normal_speed_in_the_ntsc_family() {
    let speed = |m2: &str, source: &str, at: Rational| {
        let text = format!("001 R V C 01:00:00:00 01:00:{source} 10:00:00:00 10:00:10:00\nM2 R {m2} 01:00:00:00\n");
        let line = timeline(&text, at);
        let EffectKind::Speed(scalar) = item(track(&line, 0).1[0]).effects[0].kind.clone() else { panic!() };
        scalar.number
    };
    let film = rate(24000, 1001);
    assert_eq!(speed("048.0", "20:00", film), Fraction::whole(2));
    assert_eq!(speed("-024.0", "10:00", film), Fraction::new(-1, 1).unwrap());
    assert_eq!(speed("012.0", "05:00", rate(25, 1)), Fraction::new(12, 25).unwrap());
    assert_eq!(speed("023.98", "10:00", film), Fraction::ONE);
    assert_eq!(speed("047.95", "20:00", film), Fraction::whole(2));
    let text = "001 R V C 01:00:00:00 01:00:11:00 10:00:00:00 10:00:10:00\nM2 R 026.4 01:00:00:00\n";
    assert!(write(&round_trip(text, film)).contains("026.4"));
}

#[test]
fn final_cut_pro_names_the_whole_reel() {
    let text = "001 A001C001 V C 01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00\nFINAL CUT PRO REEL: A001C001_260101_R1AB REPLACED BY: A001C001\n";
    assert_eq!(item(track(&timeline(text, rate(24, 1)), 0).1[0]).reel(), Some("A001C001_260101_R1AB"));
    round_trip(text, rate(24, 1));
}

#[test]
fn what_a_timeline_cannot_hold_is_refused_with_its_line() {
    let errors = [
        ("001 R V KB 010 01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00", "a key"),
        (
            "001 R V C 01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00\n002 R V C 01:00:00:00 01:00:01:00 10:00:00:12 10:00:01:12",
            "overlaps",
        ),
        ("001 R V C 01:00:00:00 01:00:02:00 10:00:00:00 10:00:01:00", "DURATION_MISMATCH"),
    ];
    for (text, word) in errors {
        let first = "001 R V C 01:00:00:00 01:00:00:00 10:00:00:00 10:00:00:00\n";
        let error = parse(format!("{first}{text}").as_bytes()).unwrap().to_timeline(rate(24, 1)).unwrap_err();
        assert!(error.to_string().contains(word) && error.line_number().is_some_and(|l| l > 1), "{word}: {error:?}");
    }
    let list = parse(b"001 R V C 01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00").unwrap();
    for (n, d) in [(0, 1), (-24, 1), (48000, 1), (1, 1000)] {
        assert!(list.to_timeline(rate(n, d)).is_err(), "{n}/{d}");
    }
}

pub(super) fn clip(name: &str, start: i64, duration: i64) -> Item {
    let range = TimeRange { start: Time::frames(start, rate(24, 1)).unwrap(), duration: Time::frames(duration, rate(24, 1)).unwrap() };
    Item::new(timeline::Base::named(name, 0), Some(range), Content::Clip(Sources::one(Media::new(MediaKind::Missing))))
}

pub(super) fn blend(before: i64, after: i64) -> Child {
    let at = |n| Time::frames(n, rate(24, 1)).unwrap();
    Child::Transition(timeline::Transition {
        base: Default::default(),
        kind: "SMPTE_Dissolve".into(),
        before: at(before),
        after: at(after),
    })
}

pub(super) fn made(children: Vec<Child>) -> Timeline {
    let track = Item::new(timeline::Base::named("V1", 0), None, Content::Track { kind: "Video".into(), children });
    let stack = Item::new(timeline::Base::named("tracks", 0), None, Content::Stack { children: vec![Child::Item(track)] });
    Timeline { base: timeline::Base::named("made", 0), start: Some(Time::frames(86_400, rate(24, 1)).unwrap()), tracks: stack }
}

pub(super) fn lines(children: Vec<Child>, options: Options) -> crate::error::Result<(Vec<String>, Vec<&'static str>)> {
    let (edl, notes) = Edl::from_timeline(&made(children), rate(24, 1), options)?;
    let text = write(&edl);
    parse(text.as_bytes()).unwrap();
    let lines = text
        .lines()
        .filter(|l| l.starts_with(|c: char| c.is_ascii_digit()))
        .map(|l| l.split_ascii_whitespace().collect::<Vec<_>>().join(" "));
    Ok((lines.collect(), notes.iter().map(|n| n.code).collect()))
}

#[test]
fn a_transition_lies_on_the_clip_that_it_goes_to() {
    let children = vec![blend(0, 12), Child::Item(clip("a", 100, 48)), blend(5, 7), Child::Item(clip("b", 200, 48)), blend(24, 0)];
    let (lines, notes) = lines(children, Options::default()).unwrap();
    assert_eq!(
        lines,
        [
            "001 BL V C 00:00:00:00 00:00:00:00 01:00:00:00 01:00:00:00",
            "001 AX V D 012 00:00:04:04 00:00:05:23 01:00:00:00 01:00:01:19",
            "002 AX V C 00:00:05:23 00:00:05:23 01:00:01:19 01:00:01:19",
            "002 AX V D 012 00:00:08:03 00:00:09:08 01:00:01:19 01:00:03:00",
            "003 AX V C 00:00:09:08 00:00:09:08 01:00:03:00 01:00:03:00",
            "003 BL V D 024 00:00:00:00 00:00:01:00 01:00:03:00 01:00:04:00",
        ]
    );
    assert_eq!(notes, Vec::<&str>::new());
}

#[test]
fn the_files_of_both_sides_of_a_transition_have_their_own_words() {
    let external = |name: &str, start: i64| {
        let mut item = clip(name, start, 48);
        item.content = Content::Clip(Sources::one(Media::new(MediaKind::External(format!("/media/{name}.mov")))));
        Child::Item(item)
    };
    let (edl, _) = Edl::from_timeline(
        &made(vec![external("a", 100), blend(6, 6), external("b", 200), blend(0, 0), external("c", 300)]),
        rate(24, 1),
        Options::default(),
    )
    .unwrap();
    let said: Vec<_> = edl
        .events
        .iter()
        .filter(|e| !e.is_empty())
        .map(|e| (e.clip_name.as_deref().unwrap(), e.to_clip_name.as_deref(), e.comments[0].as_str()))
        .collect();
    assert_eq!(
        said,
        [("a", None, "FROM CLIP: /media/a.mov"), ("a", Some("b"), "TO CLIP: /media/b.mov"), ("b", Some("c"), "TO CLIP: /media/c.mov"),]
    );
    // And are read as they are meant, also where both stand there.
    let text = write(&edl).replace("* TO CLIP: /media/b.mov", "* FROM CLIP: /media/a.mov\n* TO CLIP: /media/b.mov");
    let read = timeline(&text, rate(24, 1));
    let urls: Vec<_> = track(&read, 0)
        .1
        .into_iter()
        .filter_map(|c| if let Child::Item(i) = c { Some(i.media().unwrap().kind.clone()) } else { None })
        .collect();
    assert_eq!(urls, ["a", "b", "c"].map(|n| MediaKind::External(format!("/media/{n}.mov"))));
    round_trip(&text, rate(24, 1));
}

#[test]
fn the_line_that_a_transition_comes_from_is_written_as_it_was() {
    let text = "001 R1 V C 01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00
* FROM CLIP NAME: a
002 R2 V C 01:00:09:00 01:00:09:00 10:00:01:00 10:00:01:00
002 R3 V D 012 02:00:00:00 02:00:01:00 10:00:01:00 10:00:02:00
* FROM CLIP NAME: another
* TO CLIP NAME: b
";
    let list = parse(text.as_bytes()).unwrap();
    let mut line = timeline(text, rate(24, 1));
    let lines = |line: &Timeline| {
        let (edl, _) = Edl::from_timeline(line, rate(24, 1), Options::default()).unwrap();
        edl.events.iter().map(|e| (e.reel.clone(), e.source, e.clip_name.clone())).collect::<Vec<_>>()
    };
    assert_eq!(lines(&line), list.events.iter().map(|e| (e.reel.clone(), e.source, e.clip_name.clone())).collect::<Vec<_>>());
    // Another clip before it: that is what the transition comes from.
    let Content::Stack { children } = &mut line.tracks.content else { panic!() };
    let Some(Child::Item(Item { content: Content::Track { children, .. }, .. })) = children.first_mut() else { panic!() };
    let Some(Child::Item(first)) = children.first_mut() else { panic!() };
    first.base.metadata.set(timeline::CMX, "reel", timeline::string("R9"));
    assert_eq!((lines(&line)[1].0.as_str(), lines(&line)[1].2.as_deref(), lines(&line)[2].2.as_deref()), ("R9", None, Some("a")));
}

#[test]
fn numbers_and_names_that_a_list_does_not_give_are_not_made_up() {
    let text = "003 R V C 01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00
004 R V C 01:00:00:00 01:00:01:00 10:00:01:00 10:00:02:00
* FROM CLIP: /media/c4.mov
060 R V C 01:00:00:00 01:00:01:00 10:00:02:00 10:00:03:00
";
    let edl = round_trip(text, rate(24, 1));
    assert_eq!(edl.events.iter().map(|e| (e.number, e.clip_name.clone())).collect::<Vec<_>>(), [(3, None), (4, None), (60, None)]);
    // A number that another event has by now is not taken again; the name that stood for it is a name then.
    let mut line = timeline(text, rate(24, 1));
    let Content::Stack { children } = &mut line.tracks.content else { panic!() };
    let Some(Child::Item(Item { content: Content::Track { children, .. }, .. })) = children.first_mut() else { panic!() };
    children.rotate_right(1);
    let (edl, _) = Edl::from_timeline(&line, rate(24, 1), Options::default()).unwrap();
    let said: Vec<_> = edl.events.iter().map(|e| (e.number, e.clip_name.as_deref())).collect();
    assert_eq!(said, [(60, None), (61, Some("003")), (62, None)]);
}

#[test]
fn what_an_edl_cannot_say_is_left_out_or_refused() {
    let mut off = clip("off", 0, 10);
    off.enabled = false;
    let mut blurred = clip("blurred", 0, 10);
    blurred.effects.push(Effect { base: Default::default(), name: "Blur".into(), enabled: true, kind: EffectKind::Other("Effect".into()) });
    let (found, notes) = lines(vec![Child::Item(off), Child::Item(blurred)], Options::default()).unwrap();
    assert_eq!((found.len(), notes), (1, vec!["LEFT_OUT", "LEFT_OUT"]));

    let refused = |child: Item| lines(vec![Child::Item(child)], Options::default()).unwrap_err().to_string();
    let nested = Item::new(Default::default(), None, Content::Stack { children: vec![Child::Item(clip("a", 0, 1))] });
    assert!(refused(nested).contains("nested"));
    let mut half = clip("half", 0, 10);
    half.range.as_mut().unwrap().duration.value = Fraction::new(21, 2).unwrap().into();
    assert!(refused(half).contains("not a whole frame"));
    assert!(refused(clip("long", 0, 24 * 3600 * 24)).contains("24 hours"));
    let early = lines(vec![Child::Item(clip("a", 0, 20)), blend(5, 5), Child::Item(clip("b", 2, 20))], Options::default());
    assert!(early.unwrap_err().to_string().contains("source in"));
    let mut huge = clip("huge", 0, 10);
    huge.range.as_mut().unwrap().start.value = timeline::Exact::whole(i64::MAX);
    assert!(refused(huge).contains("not a whole frame"));
    let mut two = made(vec![]);
    if let Content::Stack { children } = &mut two.tracks.content {
        children.push(children[0].clone());
    }
    assert!(Edl::from_timeline(&two, rate(24, 1), Options::default()).unwrap_err().to_string().contains("choose one"));
    assert!(Edl::from_timeline(&two, rate(24, 1), Options { track: Some(1), ..Options::default() }).is_ok());
    assert!(Edl::from_timeline(&two, rate(24, 1), Options { track: Some(2), ..Options::default() }).is_err());
    assert!(Edl::from_timeline(&two, rate(24, 1), Options { drop_frame: Some(true), ..Options::default() }).is_err());
}

#[test]
fn long_reels() {
    let named = |reel: &str| {
        let mut item = clip("c", 0, 10);
        item.base.metadata.set(timeline::CMX, "reel", timeline::string(reel));
        Child::Item(item)
    };
    let with = |reels, names: &[&str]| lines(names.iter().map(|n| named(n)).collect(), Options { reels, ..Options::default() });
    let long = ["A001C001_260101_R1AB", "A001C001_260101_R1AB"];
    let (found, notes) = with(Reels::Whole, &long).unwrap();
    assert!(found[0].contains(long[0]));
    assert_eq!(notes, ["REEL_LENGTH"]);
    let (found, notes) = with(Reels::Cmx8, &long).unwrap();
    assert!(found[0].starts_with("001 A001C001 V"), "{found:?}");
    assert_eq!(notes, ["REEL_LENGTH"]);
    assert!(with(Reels::Cmx8, &["A001C001_1", "A001C001_2"]).unwrap_err().to_string().contains("the same 8"));
    assert_eq!(with(Reels::File32, &long).unwrap().1, Vec::<&str>::new());
    assert!(with(Reels::File32, &["x".repeat(33).as_str()]).is_err());
}

/// Lists whose events follow each other, of cuts and transitions, retimes and gaps.
fn list() -> impl Strategy<Value = String> {
    let event = (1..200u32, 0..3u32, 0..50u32, "[A-Z][0-9]{3}", 0..4u32);
    (prop::collection::vec(event, 1..8)).prop_map(|events| {
        let (mut text, mut at) = ("TITLE: p\n".to_owned(), 900_000u64);
        let code = |f: u64| Timecode::from_frame_count(f, Rational::new(24, 1).unwrap(), false);
        for (i, (length, kind, gap, reel, speed)) in events.iter().enumerate() {
            let number = i + 1;
            at += if *kind == 0 { u64::from(*gap) } else { 0 };
            let (to, length) = (at + u64::from(*length), u64::from(*length));
            let head = match kind {
                1 if i > 0 => {
                    text += &format!("{number:03} {reel} V C {0} {0} {1} {1}\n", code(50), code(at));
                    format!("D {:03}", length.min(10))
                }
                _ => "C".into(),
            };
            // Programs round speeds, and cut the last frame or not.
            let (source, fps) = [(length, ""), (length, ""), (length * 119 / 60 + 1, "047.6"), (length * 2, "048.0")][*speed as usize % 4];
            text += &format!("{number:03} {reel} V {head} {} {} {} {}\n", code(1000), code(1000 + source), code(at), code(to));
            if !fps.is_empty() {
                text += &format!("M2 {reel} {fps} {}\n", code(1000));
            }
            text += &format!("* FROM CLIP NAME: clip {i}\n* note {i}\n");
            at = to;
        }
        text
    })
}

proptest! {
    #[test]
    fn a_list_survives_the_timeline_and_otio(text in list()) {
        let at = rate(24, 1);
        let first = timeline(&text, at);
        let edl = round_trip(&text, at);
        prop_assert_eq!(edl.check(at), []);
        let said = |list: &Edl| list.events.iter().map(|e| (e.number, e.reel.clone(), e.source, e.record, e.speed.clone())).collect::<Vec<_>>();
        prop_assert_eq!(said(&edl), said(&parse(text.as_bytes()).unwrap()));
        let object = Object::Timeline(first.clone());
        let (json, left_out) = otio::write(&object, otio::Target::Release018);
        prop_assert!(left_out.is_empty());
        prop_assert_eq!(otio::parse(json.as_bytes()).unwrap(), object.clone());
        prop_assert_eq!(timeline::check(&object), []);
        let Object::Timeline(again) = otio::parse(json.as_bytes()).unwrap() else { panic!() };
        prop_assert_eq!(Edl::from_timeline(&again, at, Options::default()).unwrap().0, edl);
    }
}
