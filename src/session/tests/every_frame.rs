//! Every frame of a clip, looked at because somebody asked.

use super::*;
use crate::check::Outcome;

#[test]
fn every_frame_is_looked_at_where_somebody_asks() {
    let mut d = Driven::open(&["small bad.chart"]);
    let clip = d.session.document().selected.unwrap();
    let told = |d: &Driven, rule: &str| d.session.finding(clip, rule).unwrap().clone();
    assert_eq!(d.outcome("META-01"), Outcome::Pass, "the first, the middle and the last");
    assert!(told(&d, "META-01").evidence.contains("3 of 48 frames looked at"), "{:?}", told(&d, "META-01"));
    assert!(told(&d, "EXR-06").evidence.contains("3 of 48 frames looked at"));
    d.send(Action::EveryFrame);
    assert!(d.session.every_frame_job().is_some());
    d.settle();
    let found = told(&d, "META-01");
    assert_eq!((found.outcome, found.frame, &*found.measured), (Outcome::Fail, Some(13), "47 of 48 decode"));
    assert!(found.evidence.contains("all 48 frames looked at"), "{found:?}");
    assert!(told(&d, "EXR-06").evidence.contains("47 of 48 frames looked at"), "{:?}", told(&d, "EXR-06"));
    assert!(d.session.dispatch(Action::EveryFrame).is_err(), "it was");
    // It is of the pipeline that the clip had, and holds again with that.
    d.send(Action::SetClip(json!({ "decode": { "exposure": 1.0 } }).as_object().cloned().unwrap()));
    d.settle();
    assert_eq!((d.outcome("META-01"), d.session.is_whole(clip)), (Outcome::Pass, false));
    d.send(Action::Undo);
    d.settle();
    assert_eq!((d.outcome("META-01"), d.session.is_whole(clip)), (Outcome::Fail, true));
}

#[test]
fn looking_at_every_frame_can_be_stopped() {
    let mut d = Driven::open(&["slow small.chart"]);
    let clip = d.session.document().selected.unwrap();
    d.send(Action::EveryFrameOfAll);
    d.until("it is under way", |s| s.every_frame_job().is_some_and(|(_, job)| job.progress.steps().0 > 0));
    d.send(Action::StopChecks);
    d.settle();
    assert!(d.session.every_frame_job().is_none() && !d.session.is_whole(clip));
}

#[test]
fn what_every_frame_holds_is_known_after_a_restart() {
    let (state, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let open = |name: &str| {
        let mut d = Driven::keeping(state.path());
        d.send(Action::Add(vec![folder.path().join(name)]));
        d.settle();
        let clip = d.session.document().selected.unwrap();
        let (is_whole, told) = (d.session.is_whole(clip), d.session.finding(clip, "EXR-06").unwrap().clone());
        (d, is_whole, told)
    };
    let write = |name: &str| std::fs::write(folder.path().join(name), b"chart").unwrap();
    for (name, keeps) in [("small.chart", true), ("small bad.chart", false)] {
        write(name);
        let (mut d, is_whole, _) = open(name);
        assert!(!is_whole, "{name}");
        d.send(Action::EveryFrame);
        d.settle();
        let clip = d.session.document().selected.unwrap();
        let told = d.session.finding(clip, "EXR-06").unwrap().clone();
        drop(d);
        let (_, is_whole, again) = open(name);
        assert_eq!((is_whole, again == told), (keeps, keeps), "{name}: what does not decode may do so tomorrow");
    }
    write("small.chart");
    assert!(!open("small.chart").1, "the file is another");
}
