//! What a cut list uses is rendered from the window as the command line pulls it.

use super::{
    cut_lists::{dropped, edl},
    delivery::{approved, done},
    *,
};
use crate::{
    camera::Rational,
    sidecar::{self, otio::Target, timeline::Object},
};

/// Half a second of the clip.
const ONE: &str =
    "TITLE: DAY\nFCM: NON-DROP FRAME\n001  A001 V C 01:02:03:12 01:02:04:00 01:00:00:00 01:00:00:12\n* FROM CLIP NAME: one small\n";

#[test]
fn a_cut_list_is_pulled_by_the_recipe_and_holds() {
    let mut d = approved(&["one small.chart"], &[0]);
    let refused = |d: &mut Driven, action: Action| d.session.dispatch(action).unwrap_err().to_string();
    assert!(refused(&mut d, Action::AskPull(None)).contains("no cut list"));
    let list = dropped(&mut d, "day.edl", ONE);
    d.send(Action::AskPull(None));
    let asked = d.session.take_asks();
    assert!(asked.iter().any(|ask| matches!(ask, Ask::PickPullFolder { list: asked, .. } if *asked == list)), "{asked:?}");
    let out = d.folder.path().join("out");
    let pull = Action::Pull { list: list.clone(), out: out.clone() };
    for kept in [0, 12] {
        d.send(pull.clone());
        d.settle();
        assert_eq!(done(&d).0.iter().map(|d| (d.frames, d.kept)).collect::<Vec<_>>(), [(12, kept)]);
    }
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(out.join("day.pull.json")).unwrap()).unwrap();
    assert_eq!((&report["deliveries"][0]["frames"], &report["list"]["file"]), (&json!(12), &json!("day.edl")));
    d.send(Action::VerifyDelivery);
    d.settle();
    let Verifying::Done(found) = done(&d).1 else { panic!("{:?}", done(&d).1) };
    assert!(found.broken.is_empty() && found.frames >= 12, "{found:?}");

    let other = dropped(&mut d, "other.edl", ONE);
    assert!(refused(&mut d, Action::AskPull(None)).contains("several cut lists"));
    d.send(Action::RemoveCutList(other.clone()));
    assert!(refused(&mut d, Action::Pull { list: other, out }).contains("no such cut list"));
}

/// An EDL counts as its clips do, and these do not agree; another list says how it counts.
#[test]
fn clips_of_several_rates_stand_in_the_way_of_a_list_without_one() {
    let mut d = approved(&["one small.chart", "small 25fps.chart"], &[0]);
    let (edl, out) = (dropped(&mut d, "day.edl", ONE), d.folder.path().join("out"));
    d.send(Action::Pull { list: edl, out: out.clone() });
    d.settle();
    let Rendering::Failed { error, .. } = d.session.rendering() else { panic!("{:?}", d.session.rendering()) };
    assert!(error.message().contains("several rates") && !out.exists(), "{error}");

    let timeline = sidecar::edl::parse(ONE.as_bytes()).unwrap().to_timeline(Rational::new(24, 1).unwrap()).unwrap();
    let (text, _) = sidecar::otio::write(&Object::Timeline(timeline), Target::Lossless);
    let otio = dropped(&mut d, "day.otio", &text);
    d.send(Action::Pull { list: otio, out });
    d.settle();
    assert_eq!(done(&d).0.iter().map(|d| d.frames).collect::<Vec<_>>(), [12]);
}

#[test]
fn nothing_is_pulled_of_a_list_that_asks_for_more_than_there_is() {
    let mut d = approved(&["one small.chart"], &[0]);
    let (list, out) = (dropped(&mut d, "day.edl", &edl("B009")), d.folder.path().join("out"));
    d.send(Action::Pull { list, out: out.clone() });
    d.settle();
    let Rendering::Failed { error, .. } = d.session.rendering() else { panic!("{:?}", d.session.rendering()) };
    assert!(error.message().contains("1 of 2 events refused") && error.message().contains("event 2:"), "{error}");
    assert!(!out.exists());

    let mut d = Driven::open(&["one small.chart"]);
    let list = dropped(&mut d, "day.edl", ONE);
    for action in [Action::AskPull(None), Action::Pull { list, out }] {
        let error = d.session.dispatch(action).unwrap_err();
        assert!(error.exit_code() == 12 && error.message().contains("in no recipe"), "{error}");
    }
}
