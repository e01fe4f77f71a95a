use super::*;
use crate::sidecar::timeline::{Content, EffectKind, Fraction, Item, MediaKind};

fn document(spine: &str, more: &str) -> String {
    format!(
        "<fcpxml version=\"1.9\"><resources><format id=\"r1\" frameDuration=\"1001/24000s\"/>\
         <asset id=\"r2\" name=\"A\" start=\"3600s\" duration=\"100s\" hasVideo=\"1\"><media-rep src=\"file:///A.mov\"/></asset>{more}</resources>\
         <project name=\"P\"><sequence format=\"r1\" tcStart=\"3603600/1000s\" tcFormat=\"NDF\"><spine>{spine}</spine></sequence></project></fcpxml>"
    )
}

fn read(text: &str) -> (Timeline, Vec<Diagnostic>) {
    let mut found = vec![];
    let Object::Timeline(timeline) = parse(text.as_bytes(), &mut found).unwrap_or_else(|e| panic!("{e}")) else { panic!() };
    (timeline, found)
}

fn tracks(timeline: &Timeline) -> Vec<(&str, &[Child])> {
    timeline
        .tracks
        .children()
        .iter()
        .map(|c| if let Child::Item(t) = c { (t.base.name.as_str(), t.children()) } else { panic!() })
        .collect()
}

fn range(child: &Child) -> (Fraction, Fraction) {
    let Child::Item(Item { range: Some(range), .. }) = child else { panic!("{child:?}") };
    (range.start.value.number, range.duration.value.number)
}

#[test]
fn storyline_lanes_transitions_and_retimes() {
    let spine = "<asset-clip name=\"a\" ref=\"r2\" offset=\"0s\" start=\"3604601/1000s\" duration=\"48048/24000s\">\
          <asset-clip name=\"over\" lane=\"1\" ref=\"r2\" offset=\"3605602/1000s\" duration=\"24024/24000s\"><marker start=\"0s\" duration=\"1001/24000s\" value=\"m\" completed=\"0\"/></asset-clip>\
          <timeMap><timept time=\"0s\" value=\"0s\"/><timept time=\"1s\" value=\"2s\"/></timeMap></asset-clip>\
        <transition name=\"Cross Dissolve\" offset=\"36036/24000s\" duration=\"24024/24000s\"/>\
        <asset-clip name=\"b\" ref=\"r2\" offset=\"48048/24000s\" duration=\"24024/24000s\" enabled=\"0\"/>\
        <gap offset=\"72072/24000s\" duration=\"1s\" start=\"3600s\"/>";
    let (timeline, found) = read(&document(spine, ""));
    assert_eq!(found, []);
    assert_eq!(timeline.start.as_ref().unwrap().value.number, Fraction::whole(86_400));
    let tracks = tracks(&timeline);
    let [("0", [a, Child::Transition(blend), b]), ("1", [gap, over])] = tracks.as_slice() else { panic!("{tracks:?}") };
    // Twice as fast, from where the map leads: 2 x 3604.601 s.
    assert_eq!(range(a), (Fraction::new(172_848, 1).unwrap(), Fraction::whole(48)));
    assert_eq!((blend.before.value.number, blend.after.value.number), (Fraction::whole(12), Fraction::whole(12)));
    assert_eq!((range(gap).1, range(over).1), (Fraction::whole(24), Fraction::whole(24)));
    let (Child::Item(a), Child::Item(b), Child::Item(over)) = (a, b, over) else { panic!() };
    let EffectKind::Speed(scalar) = &a.effects[0].kind else { panic!() };
    assert_eq!((scalar.number, b.enabled, over.markers[0].color.name()), (Fraction::whole(2), false, Some("RED")));
    assert!(matches!(&a.media().unwrap().kind, MediaKind::External(url) if url == "file:///A.mov"));
}

#[test]
fn a_source_counts_as_its_clip_does() {
    let spine = "<asset-clip ref=\"r2\" duration=\"1s\" tcFormat=\"DF\"/><asset-clip ref=\"r2\" duration=\"1s\" tcFormat=\"NDF\"/><asset-clip ref=\"r2\" duration=\"1s\"/>";
    let (timeline, _) = read(&document(spine, "").replace("1001/24000s\"/>", "1001/30000s\"/>"));
    let all = tracks(&timeline);
    let found: Vec<_> = all[0].1.iter().map(|c| if let Child::Item(i) = c { i.drop_frame() } else { panic!() }).collect();
    assert_eq!(found, [Some(true), Some(false), None]);
}

/// Speed by two points, with the frame at which the source begins.
#[test]
fn a_retimed_clip_begins_where_its_map_leads() {
    let clip = |points: &str| {
        format!(
            "<asset-clip name=\"a\" ref=\"r2\" offset=\"0s\" start=\"1001/1000s\" duration=\"2002/1000s\"><timeMap>{points}</timeMap><marker start=\"2002/1000s\" duration=\"1001/24000s\" value=\"m\"/></asset-clip>"
        )
    };
    let point = |time: &str, value: &str| format!("<timept time=\"{time}s\" value=\"{value}s\"/>");
    for (points, start) in [
        (point("0", "0") + &point("10010/1000", "20020/1000"), 48),
        (point("0", "10010/1000") + &point("10010/1000", "20020/1000"), 264),
        // Backwards from 10.01 s: two seconds from one second on, of which the last is the first frame.
        (point("0", "10010/1000") + &point("10010/1000", "0"), 168),
        // A freeze.
        (point("0", "5005/1000") + &point("10010/1000", "5005/1000"), 120),
    ] {
        let (timeline, found) = read(&document(&clip(&points), ""));
        assert_eq!(found, []);
        let all = tracks(&timeline);
        let Child::Item(item) = &all[0].1[0] else { panic!() };
        assert_eq!(range(&all[0].1[0]), (Fraction::whole(start), Fraction::whole(48)), "{points}");
        // The marker stays a second behind the beginning.
        let marker = item.markers[0].range.as_ref().unwrap().start.value.number;
        assert_eq!(marker, Fraction::whole(start + 24), "{points}");
    }
    let three = point("0", "0") + &point("1", "2") + &point("2", "3");
    let (_, found) = read(&document(&clip(&three), ""));
    assert_eq!(found.len(), 1);
    assert!(found[0].message.contains("where in its source"), "{found:?}");
}

#[test]
fn a_transition_over_no_cut_is_reported() {
    let blend = |offset: &str| format!("<transition name=\"Cross Dissolve\" offset=\"{offset}s\" duration=\"1s\"/>");
    let clips = "<asset-clip name=\"a\" ref=\"r2\" offset=\"0s\" duration=\"10s\"/><asset-clip name=\"b\" ref=\"r2\" offset=\"10s\" duration=\"10s\"/>";
    let (timeline, found) = read(&document(&(clips.to_owned() + &blend("4") + &blend("19/2")), ""));
    assert_eq!(tracks(&timeline)[0].1.len(), 3);
    assert_eq!(found.iter().map(|d| (d.code, d.message.contains("no cut"))).collect::<Vec<_>>(), [("LEFT_OUT", true)]);
    // Nothing but a transition.
    let (_, found) = read(&document(&blend("4"), ""));
    assert_eq!(found.len(), 1);
}

/// A long name in a compound clip: what it costs is counted at every use.
#[test]
fn bytes_are_counted_where_they_are_used() {
    let name = "x".repeat(60_000);
    let compound = format!(
        "<media id=\"r9\"><sequence format=\"r1\"><spine><asset-clip ref=\"r2\" name=\"{name}\" duration=\"1s\"/></spine></sequence></media>"
    );
    let uses = |n: usize| document(&"<ref-clip ref=\"r9\" duration=\"1s\"/>".repeat(n), &compound);
    assert!(parse(uses(30).as_bytes(), &mut vec![]).is_ok());
    let error = parse(uses(10_000).as_bytes(), &mut vec![]).unwrap_err();
    assert!(error.exit_code() == 10 && error.to_string().contains("where they are used"), "{error}");
}

#[test]
fn errors_name_the_line_and_loops_end() {
    let clip = |attributes: &str| document(&format!("<asset-clip name=\"a\" {attributes}/>"), "");
    let compound = "<media id=\"r9\"><sequence format=\"r1\"><spine><ref-clip ref=\"r9\" duration=\"1s\"/></spine></sequence></media>";
    for (text, word) in [
        (clip("ref=\"r2\" duration=\"1\""), "fraction of seconds"),
        (clip("ref=\"r2\" duration=\"1/0s\""), "fraction of seconds"),
        (clip("ref=\"r2\" duration=\"NaNs\""), "fraction of seconds"),
        (clip("ref=\"r2\" duration=\"-1s\""), "below 0"),
        (clip("ref=\"r7\" duration=\"1s\""), "does not hold"),
        (clip("duration=\"9223372036854775807/9223372036854775783s\""), "too many digits"),
        (document("", "").replace("1001/24000s", "0s"), "frameDuration"),
        (document("<ref-clip ref=\"r9\" duration=\"1s\"/>", compound), "contains itself"),
        (document(&format!("{}{}", "<gap duration=\"1s\" lane=\"1\">".repeat(110), "</gap>".repeat(110)), ""), "nested deeper"),
        ("<fcpxml/>".into(), "neither project nor clip"),
        ("<other/>".into(), "not an FCPXML"),
    ] {
        let error = parse(text.as_bytes(), &mut vec![]).unwrap_err();
        assert!((error.exit_code(), error.line_number().is_some()) == (10, true), "{text}: {error:?}");
        assert!(error.to_string().contains(word), "{word}: {error}");
    }
}

#[test]
fn clips_of_one_lane_that_overlap_get_a_track_each() {
    let over = |n: usize| "<asset-clip name=\"o\" lane=\"1\" ref=\"r2\" offset=\"0s\" duration=\"1s\"/>".repeat(n);
    let spine = |n| document(&format!("<gap duration=\"10s\" offset=\"0s\" start=\"0s\">{}</gap>", over(n)), "");
    let (timeline, _) = read(&spine(3));
    assert_eq!(tracks(&timeline).iter().map(|(name, c)| (*name, c.len())).collect::<Vec<_>>(), [("1", 1), ("1", 1), ("1", 1)]);
    assert!(matches!(&tracks(&timeline)[0].1[0], Child::Item(i) if matches!(i.content, Content::Clip(_))));
    assert!(parse(spine(65).as_bytes(), &mut vec![]).unwrap_err().to_string().contains("over each other"));
}
