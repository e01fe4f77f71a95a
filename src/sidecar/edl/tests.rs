use super::*;
use crate::camera::Rational;
use proptest::prelude::*;

fn rate(n: i64) -> Rational {
    Rational::new(n, 1).unwrap()
}

const LIST: &str = "TITLE: t\r
FCM: NON-DROP FRAME\r
* a note before
001  A001C001 V     C        01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00\r
* FROM CLIP NAME: A001C001_260101
* AMF_UUID urn:uuid:x
* AMF_NAME: A001C001.amf
* ASC_SOP (1.1 1 .9)(0 0 -0.1)(1 1 1)
* ASC_SAT 0.9
* something else
002  BL REEL  V     C        01:00:00:00 01:00:00:00 10:00:01:00 10:00:01:00
002  A002C001 V     D    012 02:00:00:00 02:00:02:00 10:00:01:00 10:00:02:00
M2   A002C001       048.0                02:00:00:00
";

#[test]
fn events_and_their_comments() {
    let edl = parse(LIST.as_bytes()).unwrap();
    assert_eq!((edl.title.as_deref(), edl.comments.as_slice()), (Some("t"), ["a note before".to_owned()].as_slice()));
    let [first, from, to] = edl.events.as_slice() else { panic!("{edl:?}") };
    assert_eq!((first.amf_uuid.as_deref(), first.amf_name.as_deref()), (Some("urn:uuid:x"), Some("A001C001.amf")));
    let cdl = Edl::correction(first).unwrap();
    assert_eq!(
        (cdl.id.as_deref(), cdl.slope, cdl.offset, cdl.saturation),
        (Some("A001C001_260101"), [1.1, 1.0, 0.9], [0.0, 0.0, -0.1], 0.9)
    );
    assert_eq!((first.comments.as_slice(), first.line.0), (["something else".to_owned()].as_slice(), 4));
    assert_eq!((from.reel.as_str(), from.is_empty(), &from.speed), ("BL REEL", true, &None));
    assert_eq!((to.transition.clone(), to.speed.as_ref().unwrap().frames_per_second), (Transition::Dissolve { frames: 12 }, 48.0));
    assert_eq!(edl.check(rate(24)), []);
    assert_eq!(parse(write(&edl).as_bytes()).unwrap(), edl);
}

#[test]
fn drop_frame_holds_until_the_next_mode() {
    let event = "001 R V C 01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00\n";
    let edl = parse(format!("FCM: DROP FRAME\n{event}FCM: NON-DROP FRAME\n{event}").as_bytes()).unwrap();
    assert_eq!(edl.events.iter().map(|e| e.record[0].drop_frame).collect::<Vec<_>>(), [true, false]);
    assert_eq!(edl.check(rate(24))[0].code, "DROP_FRAME_RATE");
    assert_eq!(parse(write(&edl).as_bytes()).unwrap(), edl);
}

#[test]
fn errors_name_the_line() {
    for (text, line) in [
        ("\n001 R V C 01:00:00:00 01:00:01:00 10:00:00:00", 2),
        ("001 R V C 01:00:00:00 01:00:01:00 10:00:00:00 10:00:61:00", 1),
        ("001 V C 01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00", 1),
        ("001 R V D 01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00", 1),
        ("001 R V X 01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00", 1),
        ("99999999999 R V C 01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00", 1),
        ("TITLE: t\nM2 R 048.0 01:00:00:00", 2),
        ("001 R V C 01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00\n* ASC_SOP (1 1)(0 0 0)(1 1 1)", 2),
        ("001 R V C 01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00\n* ASC_SAT nan", 2),
        ("001 R V C 01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00\nM2 R fast 01:00:00:00", 2),
    ] {
        let error = parse(text.as_bytes()).unwrap_err();
        assert_eq!((error.line_number(), error.exit_code()), (Some(line), 10), "{text}: {error}");
    }
    assert_eq!(parse(b"TITLE: t\n\xFF").unwrap_err().line_number(), Some(2));
}

#[test]
fn contradictions_are_found_at_a_rate() {
    let check = |text: &str| parse(text.as_bytes()).unwrap().check(rate(24)).into_iter().map(|d| d.code).collect::<Vec<_>>();
    assert_eq!(check("001 R V C 01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:01"), ["DURATION_MISMATCH"]);
    assert_eq!(check("001 R V C 01:00:00:24 01:00:01:00 10:00:00:00 10:00:01:00"), ["FRAME_BEYOND_RATE"]);
    assert_eq!(check("001 R V C 01:00:02:00 01:00:01:00 10:00:00:00 10:00:01:00"), ["OUT_BEFORE_IN"]);
    assert_eq!(
        check("001 R V D 030 01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00"),
        ["TRANSITION_TOO_LONG", "TRANSITION_WITHOUT_SOURCE"]
    );
}

fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9_.()]{1,6}( [a-z0-9*]{1,5})?"
}

fn code() -> impl Strategy<Value = Timecode> {
    (0..24u8, 0..60u8, 0..60u8, 0..30u8, any::<bool>()).prop_map(|(h, m, s, f, d)| Timecode::new(h, m, s, f, d).unwrap())
}

fn event() -> impl Strategy<Value = Event> {
    let transition = prop_oneof![
        Just(Transition::Cut),
        (0..999u32).prop_map(|frames| Transition::Dissolve { frames }),
        (0..999u32, 0..999u32).prop_map(|(pattern, frames)| Transition::Wipe { pattern, frames }),
        prop::option::of(0..999u32).prop_map(|frames| Transition::Key { kind: "KB".into(), frames }),
    ];
    let numbers = || [-9.0..9.0f64, -9.0..9.0, -9.0..9.0];
    let cdl = (numbers(), numbers(), numbers(), 0.0..4.0f64).prop_map(|(slope, offset, power, saturation)| Cdl {
        slope,
        offset,
        power,
        saturation,
        ..Cdl::default()
    });
    let locator =
        (code(), "[A-Z]{3,9}", prop::option::of(text())).prop_map(|(at, color, c)| Locator { at, color, comment: c.unwrap_or_default() });
    let texts =
        [prop::option::of(text()), prop::option::of(text()), prop::option::of(text()), prop::option::of(text()), prop::option::of(text())];
    // Of one event number each, so that a retime belongs to its own event.
    let speed = prop::option::of((-99.0..99.0f64, code()));
    let rest = (prop::option::of(cdl), prop::collection::vec(locator, 0..3), speed, prop::collection::vec("[a-z]{1,9}", 0..3));
    (transition, "[A-Z0-9_]{1,12}", [code(), code(), code(), code()], texts, rest).prop_map(
        |(transition, reel, [a, b, c, d], texts, rest)| {
            let [clip_name, to_clip_name, source_file, amf_uuid, amf_name] = texts;
            let (cdl, locators, speed, comments) = rest;
            let speed = speed.map(|(frames_per_second, at)| Speed { reel: reel.clone(), frames_per_second, at });
            let event = Event::cut(0, reel, [a, b], [c, d]);
            Event { transition, clip_name, to_clip_name, source_file, amf_uuid, amf_name, cdl, locators, speed, comments, ..event }
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(title in prop::option::of(text()), mut events in prop::collection::vec(event(), 1..5)) {
        for (event, number) in events.iter_mut().zip(1..) {
            event.number = number;
        }
        let edl = Edl { title, events, comments: vec![] };
        let text = write(&edl);
        prop_assert_eq!(parse(text.as_bytes()).map_err(|e| TestCaseError::fail(format!("{e}\n{text}")))?, edl, "{}", text);
    }

    #[test]
    fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "(00[12] [RV] V [CDW0-9]{1,4} ([0-9:;]{1,11} ){3,5}|[*M2 A-Z():0-9]{0,30}|\n){0,8}") {
        let _ = parse(&bytes);
        if let Ok(edl) = parse(text.as_bytes()) {
            edl.check(Rational::new(30000, 1001).unwrap());
            let _ = parse(write(&edl).as_bytes());
        }
    }
}
