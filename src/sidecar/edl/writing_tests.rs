//! What a list says of a timeline, and what it notes of the rest.

use super::{
    timeline_tests::{blend, clip, item, lines, made, rate, round_trip, timeline, track},
    *,
};
use crate::{
    camera::Rational,
    sidecar::timeline::{Base, Child, Content, Effect, EffectKind, Item, Marker, MarkerColor, Time, TimeRange, Timeline},
};

fn range(start: i64, duration: i64) -> TimeRange {
    TimeRange { start: Time::frames(start, rate(24, 1)).unwrap(), duration: Time::frames(duration, rate(24, 1)).unwrap() }
}

fn gap(frames: i64) -> Child {
    Child::Item(Item::new(Base::default(), Some(range(0, frames)), Content::Gap))
}

fn off(name: &str, frames: i64) -> Child {
    Child::Item(Item { enabled: false, ..clip(name, 0, frames) })
}

fn marker(name: &str) -> Marker {
    Marker { base: Base::named(name, 0), color: MarkerColor::None, range: None, comment: String::new() }
}

/// The timeline with this in place of its tracks.
fn with_tracks(tracks: Vec<Item>) -> Timeline {
    let mut timeline = made(vec![]);
    timeline.tracks.content = Content::Stack { children: tracks.into_iter().map(Child::Item).collect() };
    timeline
}

fn track_of(kind: &str, name: &str, children: Vec<Child>) -> Item {
    Item::new(Base::named(name, 0), None, Content::Track { kind: kind.into(), children })
}

/// The messages of what is left out.
fn notes(timeline: &Timeline, options: Options) -> Vec<String> {
    Edl::from_timeline(timeline, rate(24, 1), options).unwrap().1.into_iter().map(|n| n.message).collect()
}

#[test]
fn the_source_counts_as_its_own_code_does() {
    let ntsc = rate(30000, 1001);
    for (source, record) in [(':', ';'), (';', ':'), (';', ';'), (':', ':')] {
        let times = format!("01:00:00{source}00 01:02:00{source}04 10:00:00{record}00 10:02:00{record}04");
        let text = format!("001 R V C {times}\n");
        // Two minutes and four labels are four frames fewer in drop-frame.
        let text = match (source, record) {
            (':', ';') => text.replace("01:02:00:04", "01:02:00:00"),
            (';', ':') => text.replace("10:02:00:04", "10:02:00:00"),
            _ => text,
        };
        let line = timeline(&text, ntsc);
        assert_eq!(item(track(&line, 0).1[0]).drop_frame(), Some(source == ';'), "{text}");
        assert_eq!(line.drop_frame(), record == ';', "{text}");
        let written = round_trip(&text, ntsc);
        assert_eq!(written.events[0].source, parse(text.as_bytes()).unwrap().events[0].source, "{text}");
        assert_eq!(written.events[0].record, parse(text.as_bytes()).unwrap().events[0].record, "{text}");
    }
    // What says nothing counts as the record side does.
    let mut silent = timeline("FCM: DROP FRAME\n001 R V C 01:00:00;00 01:00:01;00 10:00:00;00 10:00:01;00\n", ntsc);
    let Content::Stack { children } = &mut silent.tracks.content else { panic!() };
    let Some(Child::Item(Item { content: Content::Track { children, .. }, .. })) = children.first_mut() else { panic!() };
    let Some(Child::Item(only)) = children.first_mut() else { panic!() };
    only.base.metadata.0.clear();
    assert!(Edl::from_timeline(&silent, ntsc, Options::default()).unwrap().0.events[0].source[0].drop_frame);
}

#[test]
fn only_rates_that_drop_labels_have_drop_frame() {
    let text = "001 R V C 01:00:00;00 01:00:01;00 10:00:00;00 10:00:01;00\n";
    let list = parse(text.as_bytes()).unwrap();
    for (n, d, fits) in [(30000, 1001, true), (60000, 1001, true), (30, 1, false), (60, 1, false), (24, 1, false)] {
        let at = Rational::new(n, d).unwrap();
        assert_eq!(list.check(at).iter().map(|d| d.code).collect::<Vec<_>>(), if fits { vec![] } else { vec!["DROP_FRAME_RATE"] });
        assert_eq!(list.to_timeline(at).is_ok(), fits, "{at}");
        let options = Options { drop_frame: Some(true), ..Options::default() };
        assert_eq!(Edl::from_timeline(&Timeline { start: None, ..with_tracks(vec![]) }, at, options).is_ok(), fits, "{at}");
    }
}

#[test]
fn every_channel_keeps_its_name() {
    let times = "01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00";
    let later = "01:00:00:00 01:00:01:00 10:00:01:00 10:00:02:00";
    for (channel, more) in [("A2", ""), ("A3", ""), ("A4", ""), ("AA", "AUD  4\n"), ("V", "AUD  3    4\n"), ("A2/V", "AUD  3\n")] {
        round_trip(&format!("001 R {channel} C {times}\n{more}"), rate(24, 1));
    }
    // Sound that no word holds together stands in events of its own.
    let edl = round_trip(&format!("001 R A3 C {times}\n002 R A4 C {times}\n003 R A2 C {later}\n"), rate(24, 1));
    assert_eq!(edl.events.iter().map(|e| (e.number, e.track.as_str())).collect::<Vec<_>>(), [(1, "A3"), (2, "A4"), (3, "A2")]);
    // Both lines of a transition.
    let blended =
        |channel: &str| format!("002 R {channel} C 01:00:01:00 01:00:01:00 10:00:01:00 10:00:01:00\n002 S {channel} D 012 {later}\n");
    round_trip(&format!("001 R A3 C {times}\n{0}003 R A4 C {times}\n{1}", blended("A3"), blended("A4").replace("002", "004")), rate(24, 1));
}

#[test]
fn sound_without_the_name_of_a_channel_gets_a_free_one() {
    let sound = |name: &str, start: i64| track_of("Audio", name, vec![Child::Item(clip(name, start, 24))]);
    let timeline = with_tracks(vec![sound("Dialog", 0), sound("A1", 24), sound("A7", 48), sound("A4", 72), sound("Music", 96)]);
    let (edl, notes) = Edl::from_timeline(&timeline, rate(24, 1), Options::default()).unwrap();
    let found: Vec<_> = edl.events.iter().map(|e| (e.track.as_str(), e.clip_name.as_deref().unwrap())).collect();
    assert_eq!(found, [("A2", "Dialog"), ("A", "A1"), ("A3", "A7"), ("A4", "A4")]);
    let messages: Vec<_> = notes.iter().map(|n| n.message.as_str()).collect();
    assert_eq!(messages, ["the name of audio track \"A7\", which becomes A3", "audio track \"Music\": a list has four"]);
}

#[test]
fn a_timeline_of_which_a_part_is_used_is_refused() {
    let mut timeline = made(vec![Child::Item(clip("a", 0, 48))]);
    timeline.tracks.range = Some(range(0, 48));
    assert!(Edl::from_timeline(&timeline, rate(24, 1), Options::default()).is_ok());
    for part in [range(12, 36), range(0, 24), range(12, 48)] {
        timeline.tracks.range = Some(part);
        let error = Edl::from_timeline(&timeline, rate(24, 1), Options::default()).unwrap_err();
        assert!(error.to_string().contains("source_range") && error.exit_code() == 10, "{error}");
    }
}

#[test]
fn nothing_vanishes_without_a_note() {
    let picture = |name: &str| track_of("Video", name, vec![Child::Item(clip(name, 0, 24))]);
    let disabled = |item: Item| Item { enabled: false, ..item };
    let mut first = picture("V1");
    first.markers.push(marker("of the track"));
    first.effects.push(Effect { base: Base::default(), name: "Blur".into(), enabled: true, kind: EffectKind::Other("Effect".into()) });
    let mut hole = gap(24);
    let Child::Item(item) = &mut hole else { panic!() };
    item.markers.push(marker("in a gap"));
    let Content::Track { children, .. } = &mut first.content else { panic!() };
    children.push(hole);
    let mut timeline = with_tracks(vec![first, disabled(picture("V2")), disabled(track_of("Audio", "A1", vec![]))]);
    timeline.tracks.markers.push(marker("of all"));
    assert_eq!(
        notes(&timeline, Options::default()),
        [
            "marker \"of all\" of the timeline",
            "video track \"V2\", which is disabled",
            "audio track \"A1\", which is disabled",
            "marker \"of the track\" of track \"V1\"",
            "effect \"Blur\" of track \"V1\"",
            "marker \"in a gap\" of a gap",
        ]
    );
    let chosen = notes(&timeline, Options { track: Some(1), ..Options::default() });
    assert!(chosen.contains(&"video track \"V1\", which was not chosen".to_owned()), "{chosen:?}");
}

#[test]
fn a_clip_that_fades_into_a_gap_keeps_its_tail() {
    for black in [gap(24), off("off", 24)] {
        let children = vec![Child::Item(clip("a", 100, 48)), blend(12, 6), black, blend(4, 4), Child::Item(clip("b", 200, 48))];
        let (lines, notes) = lines(children, Options::default()).unwrap();
        assert_eq!(
            lines,
            [
                "001 AX V C 00:00:04:04 00:00:05:16 01:00:00:00 01:00:01:12",
                "002 AX V C 00:00:05:16 00:00:05:16 01:00:01:12 01:00:01:12",
                "002 BL V D 018 00:00:00:00 00:00:00:18 01:00:01:12 01:00:02:06",
                "003 BL V C 00:00:00:00 00:00:00:00 01:00:02:20 01:00:02:20",
                "003 AX V D 008 00:00:08:04 00:00:10:08 01:00:02:20 01:00:05:00",
            ]
        );
        // The disabled clip itself.
        assert!(notes.len() <= 1, "{notes:?}");
    }
    let refused = |children| lines(children, Options::default()).unwrap_err().to_string();
    let first = || Child::Item(clip("a", 100, 48));
    assert!(refused(vec![first(), blend(12, 30), gap(24)]).contains("leads into"));
    assert!(refused(vec![first(), blend(12, 20), gap(24), blend(8, 4), first()]).contains("reaches over"));
    // Between a gap and a gap.
    let (found, notes) = lines(vec![gap(24), blend(2, 2), gap(24)], Options::default()).unwrap();
    assert_eq!((found.len(), notes), (0, vec!["LEFT_OUT"]));
    // Out of a gap as long as its lead: from black, not from the clip before the gap.
    let (found, _) = lines(vec![first(), gap(8), blend(8, 4), first()], Options::default()).unwrap();
    assert!(found[1].starts_with("002 BL"), "{found:?}");
}
