use super::*;
use crate::sidecar::timeline::{Child, Content, EffectKind, Item, Object, Timeline, items};

const RATE: &str = "<rate><timebase>24</timebase><ntsc>TRUE</ntsc></rate>";

fn document(track: &str, more: &str) -> String {
    format!(
        "<xmeml version=\"5\"><sequence id=\"s\"><name>S</name>{RATE}<timecode>{RATE}<frame>86400</frame><displayformat>NDF</displayformat></timecode>\
         <media><video><track>{track}</track></video></media></sequence>{more}</xmeml>"
    )
}

fn clip(name: &str, places: [i64; 4], more: &str) -> String {
    let [start, end, first, last] = places;
    format!(
        "<clipitem id=\"{name}\"><name>{name}</name>{RATE}<start>{start}</start><end>{end}</end><in>{first}</in><out>{last}</out>{more}</clipitem>"
    )
}

fn read(text: &str) -> (Timeline, Vec<Diagnostic>) {
    let mut found = vec![];
    let Object::Timeline(timeline) = parse(text.as_bytes(), &mut found).unwrap_or_else(|e| panic!("{e}")) else { panic!() };
    (timeline, found)
}

fn children(timeline: &Timeline) -> Vec<Child> {
    let [Child::Item(track)] = timeline.tracks.children() else { panic!() };
    track.children().to_vec()
}

fn range(item: &Item) -> (String, String) {
    let range = item.range.as_ref().unwrap();
    (range.start.value.text(), range.duration.value.text())
}

#[test]
fn transitions_decide_where_minus_one_stands() {
    let blend = format!(
        "<transitionitem>{RATE}<start>90</start><end>115</end><alignment>center</alignment><effect><name>Cross Dissolve</name><effectid>Cross Dissolve</effectid></effect></transitionitem>"
    );
    let track = [clip("a", [0, -1, 10, 125], ""), blend, clip("b", [-1, 200, 6, 116], "")].concat();
    let (timeline, found) = read(&document(&track, ""));
    assert_eq!(found, []);
    let children = children(&timeline);
    let [Child::Item(a), Child::Transition(t), Child::Item(b)] = children.as_slice() else { panic!("{children:?}") };
    assert_eq!((range(a), range(b)), (("10.0".into(), "102.0".into()), ("18.0".into(), "98.0".into())));
    assert_eq!((t.before.value.text(), t.after.value.text()), ("12.0".into(), "13.0".into()));
    assert_eq!(timeline.start.unwrap().rate.text(), "23.976023976023978");
}

#[test]
fn files_retimes_links_and_flags() {
    let file = format!(
        "<file id=\"f\"><name>A.mov</name><pathurl>file:///A.mov</pathurl>{RATE}<duration>500</duration><timecode>{RATE}<frame>1000</frame><reel><name>A001</name></reel></timecode></file>"
    );
    let speed = |value: &str, reverse: &str, variable: &str| {
        let parameter = |id: &str, value: &str| format!("<parameter><parameterid>{id}</parameterid><value>{value}</value></parameter>");
        let parameters = [parameter("variablespeed", variable), parameter("speed", value), parameter("reverse", reverse)].concat();
        format!("<filter><effect><name>Time Remap</name><effectid>timeremap</effectid>{parameters}</effect></filter>")
    };
    let link = "<link><linkclipref>b</linkclipref></link><marker><name>m</name><in>7</in><out>-1</out></marker>";
    let track = [
        clip("a", [0, 50, 5, 55], &format!("{file}{link}{}", speed("250", "TRUE", "0"))),
        clip("b", [60, 70, 0, 10], &format!("<enabled>FALSE</enabled><file id=\"f\"/>{}", speed("100", "FALSE", "1"))),
    ]
    .concat();
    let (timeline, found) = read(&document(&track, ""));
    assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), ["LEFT_OUT"]);
    let children = children(&timeline);
    let [Child::Item(a), Child::Item(gap), Child::Item(b)] = children.as_slice() else { panic!("{children:?}") };
    assert_eq!((range(a), a.reel(), gap.content == Content::Gap), (("1005.0".into(), "50.0".into()), Some("A001"), true));
    let EffectKind::Speed(scalar) = &a.effects[0].kind else { panic!() };
    assert_eq!(scalar.number, crate::sidecar::timeline::Fraction::new(-5, 2).unwrap());
    assert_eq!(a.markers[0].range.as_ref().unwrap().start.value.text(), "1007.0");
    assert_eq!((range(b).0.as_str(), b.enabled, b.media().unwrap().base.name.as_str()), ("1000.0", false, "A.mov"));
}

#[test]
fn a_source_counts_as_its_file_does() {
    let rate = RATE.replace("24", "30");
    let file = |id: &str, format: &str| format!("<file id=\"{id}\">{rate}<timecode>{rate}<frame>0</frame>{format}</timecode></file>");
    let (drop, other) = ("<displayformat>DF</displayformat>", "<displayformat>NDF</displayformat>");
    let track = [
        clip("a", [0, 9, 0, 9], &file("f", drop)),
        clip("b", [9, 19, 0, 10], &file("g", other)),
        clip("c", [19, 29, 0, 10], &file("h", "")),
    ];
    let (timeline, _) =
        read(&document(&track.concat(), "").replace("24</timebase>", "30</timebase>").replace("86400</frame>", "0</frame>"));
    let found: Vec<_> = children(&timeline).iter().map(|c| if let Child::Item(i) = c { i.drop_frame() } else { panic!() }).collect();
    assert_eq!((found, timeline.drop_frame()), (vec![Some(true), Some(false), None], false));
    // 24 frames a second drop no labels, whatever the file says.
    let (timeline, _) = read(&document(&clip("a", [0, 9, 0, 9], &file("f", drop).replace("30<", "24<")), ""));
    assert!(matches!(&children(&timeline)[0], Child::Item(i) if i.drop_frame().is_none()));
}

#[test]
fn of_clips_that_overlap_the_later_holds() {
    let track = [clip("a", [0, 50, 0, 50], ""), clip("b", [40, 60, 5, 25], "")].concat();
    let (timeline, found) = read(&document(&track, ""));
    let children = children(&timeline);
    let [Child::Item(a), Child::Item(b)] = children.as_slice() else { panic!() };
    assert_eq!((range(a).1, range(b)), ("40.0".into(), ("5.0".into(), "20.0".into())));
    assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), ["OVERLAP"]);
}

#[test]
fn errors_name_the_line_and_loops_end() {
    for (text, word) in [
        (document(&[clip("a", [20, 50, 0, 30], ""), clip("b", [10, 60, 0, 50], "")].concat(), ""), "overlaps"),
        (document(&clip("a", [-1, 50, 0, 50], ""), ""), "no transition"),
        (document(&clip("a", [60, 50, 0, 50], ""), ""), "ends before"),
        (document(&clip("a", [0, 50, 0, 50], "<sequence id=\"s\"/>"), ""), "contains itself"),
        (document(&clip("a", [0, 50, 0, 50], "<sequence id=\"x\"/>"), ""), "does not hold"),
        (document("", "").replace("24</timebase>", "0</timebase>"), "timebase = 0"),
        (document("", "").replace("TRUE", "MAYBE"), "neither TRUE nor FALSE"),
        (document(&clip("a", [0, 50, 0, 50], "").replace("<in>0", "<in>NaN"), ""), "in = NaN"),
        ("<xmeml><bin/></xmeml>".into(), "no sequence"),
        ("<other/>".into(), "not a Final Cut Pro 7"),
        ("<xmeml>".repeat(1_000_000), "levels of elements"),
    ] {
        let error = parse(text.as_bytes(), &mut vec![]).unwrap_err();
        assert!((error.exit_code(), error.line_number().is_some()) == (10, true), "{error:?}");
        assert!(error.to_string().contains(word), "{word}: {error}");
    }
}

/// Each of 40 sequences uses the next twice: 2^40 clips, were they all laid out.
#[test]
fn nests_that_multiply_are_refused() {
    let sequence = |i: usize| {
        let inner = |at: i64| clip("c", [at, at + 1, 0, 1], &format!("<sequence id=\"n{}\"/>", i + 1));
        format!("<sequence id=\"n{i}\">{RATE}<media><video><track>{}{}</track></video></media></sequence>", inner(0), inner(1))
    };
    let last = |i: usize| format!("<sequence id=\"n{i}\">{RATE}<media/></sequence>");
    let deep: String = (0..40).map(sequence).collect();
    let error = parse(format!("<xmeml>{deep}{}</xmeml>", last(40)).as_bytes(), &mut vec![]).unwrap_err();
    assert!(error.to_string().contains("nested deeper"), "{error}");
    let wide: String = (0..25).map(sequence).collect();
    let error = parse(format!("<xmeml>{wide}{}</xmeml>", last(25)).as_bytes(), &mut vec![]).unwrap_err();
    assert!(error.to_string().contains("more clips than"), "{error}");
    let few: String = (0..4).map(sequence).collect();
    let object = parse(format!("<xmeml>{few}{}</xmeml>", last(4)).as_bytes(), &mut vec![]).unwrap();
    let Object::Collection(collection) = &object else { panic!() };
    assert_eq!((collection.children.len(), items(&object).unwrap().len()), (5, 0));
}

/// A long name of a file: what it costs is counted at every use.
#[test]
fn bytes_are_counted_where_they_are_used() {
    let file = format!("<bin><file id=\"f\"><name>{}</name></file></bin>", "x".repeat(8 << 20));
    let uses = |n: i64| document(&(0..n).map(|i| clip("c", [i, i + 1, 0, 1], "<file id=\"f\"/>")).collect::<String>(), &file);
    assert!(parse(uses(2).as_bytes(), &mut vec![]).is_ok());
    let error = parse(uses(100).as_bytes(), &mut vec![]).unwrap_err();
    assert!(error.exit_code() == 10 && error.to_string().contains("where they are used"), "{error}");
}
