use super::*;
use crate::sidecar::timeline::{
    Base, Child, Content, Effect, EffectKind, Exact, Item, Marker, MarkerColor, Media, MediaKind, Object, Sequence, Sources, Time,
    TimeRange, Timeline, Transition, string, strings,
};
use proptest::prelude::*;

fn range(start: &str, duration: &str, rate: &str) -> String {
    let time = |value: &str| format!(r#"{{"OTIO_SCHEMA": "RationalTime.1", "value": {value}, "rate": {rate}}}"#);
    format!(r#"{{"OTIO_SCHEMA": "TimeRange.1", "start_time": {}, "duration": {}}}"#, time(start), time(duration))
}

fn clip(range: &str) -> String {
    format!("{{\n\"OTIO_SCHEMA\": \"Clip.2\",\n\"name\": \"a\",\n\"source_range\": {range}}}")
}

#[test]
fn errors_name_line_and_member() {
    for (text, line, word) in [
        (clip(&range("NaN", "1", "24")), 4, "value = NaN"),
        (clip(&range("0", "Inf", "24")), 4, "value = Inf"),
        (clip(&range("0", "-1", "24")), 4, "below 0"),
        (clip(&range("0", "1", "0")), 4, "rate = 0"),
        (clip(&range("0", "1", "-24.0")), 4, "above 0"),
        (clip(&range("99999999999999999999", "1", "24")), 4, "beyond"),
        (clip("3"), 4, "OTIO_SCHEMA"),
        (clip(r#"{"OTIO_SCHEMA": "RationalTime.1"}"#), 4, "TimeRange was expected"),
        ("{\n\"OTIO_SCHEMA\": \"Clip.2\",\n\"name\": 1}".into(), 3, "a string was expected"),
        ("{\n\"OTIO_SCHEMA\": \"Clip.2\",\n\"name\": \"a\",\n\"name\": \"b\"}".into(), 3, "twice"),
        ("{\n\"OTIO_SCHEMA\": \"Clip.2\",\n\"markers\": {}}".into(), 3, "an array was expected"),
        ("{\n\"OTIO_SCHEMA\": \"Stack.1\",\n\"children\": [3]}".into(), 3, "a number"),
        ("{}".into(), 1, "OTIO_SCHEMA"),
        ("[]".into(), 1, "an array"),
        ("\n{".into(), 2, "not JSON"),
    ] {
        let error = parse(text.as_bytes()).unwrap_err();
        assert_eq!((error.line_number(), error.exit_code()), (Some(line), 10), "{text}: {error}");
        assert!(error.to_string().contains(word), "{word}: {error}");
    }
}

#[test]
fn hostile_documents_end_quickly() {
    for open in ["[", "{\"a\":", r#"{"OTIO_SCHEMA": "Stack.1", "children": ["#] {
        let error = parse(open.repeat(1_000_000).as_bytes()).unwrap_err();
        assert!(error.to_string().contains("nested too deeply"), "{error}");
    }
    let huge = format!(r#"{{"OTIO_SCHEMA": "Clip.2", "name": "{}"}}"#, "x".repeat(8 << 20));
    assert!(parse(huge.as_bytes()).is_ok());
    let many = format!("[{}1]", "1,".repeat(5 << 20));
    assert!(parse(many.as_bytes()).unwrap_err().to_string().contains("too many values"));
}

/// The deepest document that is read passes every recursion, on the stack of a test's thread.
#[test]
fn nesting_up_to_the_limit_is_served() {
    let levels = 126;
    let text = format!("{}{}", r#"{"OTIO_SCHEMA": "Stack.1", "children": ["#.repeat(levels), "]}".repeat(levels));
    let object = parse(text.as_bytes()).unwrap();
    assert_eq!(crate::sidecar::timeline::check(&object), []);
    assert!(crate::sidecar::timeline::items(&object).unwrap().is_empty());
    assert_eq!(parse(write(&object, Target::Lossless).0.as_bytes()).unwrap(), object);
}

#[test]
fn a_later_version_of_what_is_known_is_kept_as_it_is() {
    let text = r#"{"OTIO_SCHEMA": "Stack.1", "children": [
        {"OTIO_SCHEMA": "Clip.9", "media_references": 3}, {"OTIO_SCHEMA": "Gap.2"}, {"OTIO_SCHEMA": "Transition.0"},
        {"OTIO_SCHEMA": "Clip.2", "media_references": {"DEFAULT_MEDIA": {"OTIO_SCHEMA": "ExternalReference.4", "target_url": 5}},
            "effects": [{"OTIO_SCHEMA": "LinearTimeWarp.2", "time_scalar": "x"}]}]}"#;
    let object = parse(text.as_bytes()).unwrap();
    let Object::Child(Child::Item(stack)) = &object else { panic!() };
    let [Child::Unknown(_), Child::Unknown(_), Child::Unknown(_), Child::Item(last)] = stack.children() else { panic!("{stack:?}") };
    assert!(matches!(last.media().unwrap().kind, MediaKind::Unknown(_)));
    assert!(matches!(last.effects[0].kind, EffectKind::Unknown(_)));
    let written = write(&object, Target::Lossless).0;
    for kept in ["Clip.9", "Gap.2", "Transition.0", "ExternalReference.4", "LinearTimeWarp.2"] {
        assert!(written.contains(kept), "{kept}: {written}");
    }
    assert_eq!(parse(written.as_bytes()).unwrap(), object);
    assert!(matches!(parse(br#"{"OTIO_SCHEMA": "Timeline.2", "tracks": 1}"#).unwrap(), Object::Child(Child::Unknown(_))));
    // What cannot be kept in its place is refused.
    for text in [
        r#"{"OTIO_SCHEMA": "Timeline.1", "tracks": {"OTIO_SCHEMA": "Stack.2"}}"#.to_owned(),
        clip(r#"null, "markers": [{"OTIO_SCHEMA": "Marker.4"}]"#),
        clip(&range("0", "1", "24").replace("RationalTime.1", "RationalTime.2")),
    ] {
        let error = parse(text.as_bytes()).unwrap_err();
        assert!(error.exit_code() == 10 && error.to_string().contains("a version that is not known"), "{error}");
    }
}

#[test]
fn older_versions_and_unknown_schemas() {
    let text = r#"{"OTIO_SCHEMA": "Timeline.1", "name": "t", "future": [1, 2], "tracks": {"OTIO_SCHEMA": "Stack.1", "children": [
        {"OTIO_SCHEMA": "Sequence.1", "kind": "Video", "children": [
            {"OTIO_SCHEMA": "Filler.1", "source_range": null},
            {"OTIO_SCHEMA": "Clip.1", "media_reference": {"OTIO_SCHEMA": "MyMedia.7", "deep": {"x": NaN}}},
            {"OTIO_SCHEMA": "SuperClip.9", "value": 1e400}
        ]}]}}"#;
    let object = parse(text.as_bytes()).unwrap();
    let Object::Timeline(timeline) = &object else { panic!() };
    let [Child::Item(track)] = timeline.tracks.children() else { panic!() };
    let [Child::Item(gap), Child::Item(clip), Child::Unknown(_)] = track.children() else { panic!("{track:?}") };
    assert_eq!(gap.content, Content::Gap);
    assert!(matches!(clip.media().unwrap().kind, MediaKind::Unknown(_)));
    let written = write(&object, Target::Lossless).0;
    for kept in ["MyMedia.7", "NaN", "SuperClip.9", "1e400", "\"future\"", "Track.1", "Gap.1", "Clip.2"] {
        assert!(written.contains(kept), "{kept}: {written}");
    }
    assert_eq!(parse(written.as_bytes()).unwrap(), object);
}

fn time() -> impl Strategy<Value = Time> {
    let rate =
        prop_oneof![Just("24.0"), Just("23.976023976023978"), Just("23.976"), Just("29.97"), Just("25"), Just("48000.0"), Just("12.5")];
    let value = prop_oneof![(0..1_000_000i64).prop_map(Exact::whole), (0.0..1e6f64).prop_map(|v| Exact::parse(&format!("{v:?}")).unwrap())];
    (value, rate).prop_map(|(value, rate)| Time { value, rate: Exact::parse_rate(rate).unwrap() })
}

fn base() -> impl Strategy<Value = Base> {
    ("[ -~äß漢\\n\"\\\\]{0,12}", any::<bool>(), "[a-z]{1,8}").prop_map(|(name, filled, key)| {
        let mut base = Base::named(name, 0);
        if filled {
            base.metadata.set("space", &key, strings(["a", "b"]));
            base.extra.push((format!("extra_{key}"), string("x").into()));
        }
        base
    })
}

fn range_of() -> impl Strategy<Value = Option<TimeRange>> {
    prop::option::of((time(), time()).prop_map(|(start, duration)| TimeRange { start, duration }))
}

fn media() -> impl Strategy<Value = Media> {
    let sequence = ("[a-z/]{0,9}", "[a-z.]{0,9}", 0..9999i64).prop_map(|(folder, prefix, first)| {
        MediaKind::Sequence(Sequence { folder, prefix, suffix: ".exr".into(), first, step: 1, rate: Exact::whole(24), padding: 4 })
    });
    let kind = prop_oneof![
        Just(MediaKind::Missing),
        "[ -~]{0,20}".prop_map(MediaKind::External),
        Just(MediaKind::Generator { kind: "black".into(), parameters: crate::sidecar::json::Value::Object(vec![]) }),
        sequence
    ];
    (base(), range_of(), kind).prop_map(|(base, available, kind)| Media { base, available, kind })
}

fn item() -> impl Strategy<Value = Child> {
    let kind = prop_oneof![
        Just(EffectKind::Freeze),
        (-900..900i64).prop_map(|n| EffectKind::Speed(crate::sidecar::timeline::Fraction::new(n.into(), 60).unwrap().into())),
        Just(EffectKind::Other("Effect".into())),
    ];
    let effect =
        (base(), "[a-zA-Z]{0,9}", any::<bool>(), kind).prop_map(|(base, name, enabled, kind)| Effect { base, name, enabled, kind });
    let color = prop_oneof![Just(MarkerColor::None), Just(MarkerColor::Name("PINK".into()))];
    let marker = (base(), color, range_of(), "[ -~]{0,9}").prop_map(|(base, color, range, comment)| Marker { base, color, range, comment });
    let content = prop_oneof![media().prop_map(|m| Content::Clip(Sources::one(m))), Just(Content::Gap)];
    let leaf = (base(), range_of(), prop::collection::vec(effect, 0..2), prop::collection::vec(marker, 0..2), any::<bool>(), content)
        .prop_map(|(base, range, effects, markers, enabled, content)| {
            Child::Item(Item { base, range, effects, markers, enabled, content })
        });
    let transition = (base(), time(), time())
        .prop_map(|(base, before, after)| Child::Transition(Transition { base, kind: "SMPTE_Dissolve".into(), before, after }));
    prop_oneof![3 => leaf, 1 => transition].prop_recursive(3, 12, 4, |inner| {
        (base(), prop::collection::vec(inner, 0..4), any::<bool>()).prop_map(|(base, children, track)| {
            let content = if track { Content::Track { kind: "Audio".into(), children } } else { Content::Stack { children } };
            Child::Item(Item::new(base, None, content))
        })
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(base in base(), start in prop::option::of(time()), children in prop::collection::vec(item(), 0..4)) {
        let tracks = Item::new(Base::named("tracks", 0), None, Content::Stack { children });
        let object = Object::Timeline(Timeline { base, start, tracks });
        for target in [Target::Lossless, Target::Release018] {
            let (text, left_out) = write(&object, target);
            prop_assert!(left_out.is_empty());
            let again = parse(text.as_bytes()).map_err(|e| TestCaseError::fail(format!("{e}\n{text}")))?;
            prop_assert_eq!(&again, &object);
            prop_assert_eq!(write(&again, target).0, text);
        }
    }
}
