//! Each rule about a cut list where it passes and where it fails.

use super::*;
use crate::{
    camera::{Field, Rational},
    check::{Found, Outcome, testing::Fake},
    pipeline::{Settings, Sidecars},
    sidecar::edl,
};

/// What a rule finds: two clips of 24 frames, from 10:00:00:00 and 11:00:00:00.
fn found(rule: &str, list: &str, handles: u32) -> Finding {
    let mut clips = [Fake::raw("A001C001_261121_R1AB"), Fake::raw("A001C002_261121_R1AB"), Fake::raw("A001C002_261121_R1AB")];
    for (clip, hour) in clips.iter_mut().zip([10, 11, 12]) {
        clip.metadata.reel = Some(Field::stated("A001".into(), "test"));
        clip.metadata.start_timecode = crate::camera::Timecode::new(hour, 0, 0, 0, false).map(|t| Field::stated(t, "test"));
        clip.metadata.frame_rate = Rational::new(24, 1).map(|r| Field::stated(r, "test"));
    }
    let (sidecars, settings) = (Sidecars::default(), Settings::default());
    let plans: Vec<_> = clips.iter().map(|c| c.plan(&sidecars, &settings)).collect();
    let subject = |(clip, plan)| {
        let clip: &Fake = clip;
        let name = clip.metadata.clip_name.as_ref().map_or("", |f| &f.value);
        Subject { name, clip, sidecars: &sidecars, plan, profile: Profile::neutral(), found: Found::default() }
    };
    let subjects: Vec<Subject> = clips.iter().zip(&plans).map(subject).collect();
    let edl = edl::parse(format!("TITLE: cut\n{list}").as_bytes()).unwrap();
    let found = check_edl(&edl, &subjects, Some(handles), &Profile::neutral(), &Progress::default()).unwrap();
    assert_eq!((found.findings.len(), found.events >= found.matched), (edl_rules().len(), true));
    found.findings.into_iter().find(|f| f.id == rule).unwrap()
}

fn is(rule: &str, list: &str, outcome: Outcome, says: &str) {
    let found = found(rule, list, 0);
    assert!(found.outcome == outcome && found.evidence.contains(says), "{rule}: {found:?}");
}

/// An event of the first clip, from `from` on for `frames`.
fn event(reel: &str, from: &str, to: &str, name: &str) -> String {
    let name = if name.is_empty() { String::new() } else { format!("* FROM CLIP NAME: {name}\n") };
    format!("001  {reel} V C {from} {to} 01:00:00:00 01:00:00:12\n{name}")
}
const FROM: &str = "10:00:00:06";
const TO: &str = "10:00:00:18";

fn whole() -> String {
    event("A001", FROM, TO, "A001C001_261121_R1AB.mov")
}

#[test]
fn events_are_matched_or_told() {
    is("EDL-01", &whole(), Outcome::Pass, "1 event");
    is("EDL-01", &event("B001", FROM, TO, "B001C001"), Outcome::Fail, "by picture: not tried");
    is(
        "EDL-01",
        "001  BL V C 00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n002  A001 A C 10:00:00:00 10:00:01:00 01:00:00:00 01:00:01:00\n",
        Outcome::NotApplicable,
        "",
    );
}

#[test]
fn changed_names_want_a_look() {
    is("EDL-02", &whole(), Outcome::Pass, "");
    is("EDL-02", &event("A001C001", FROM, TO, ""), Outcome::Fail, "reel cut to 8 characters");
    is("EDL-02", &event("B001", FROM, TO, ""), Outcome::NotApplicable, "");
}

#[test]
fn missing_frames_are_counted() {
    is("EDL-03", &whole(), Outcome::Pass, "");
    let short = found("EDL-03", &whole(), 8);
    assert!(
        short.outcome == Outcome::Fail && short.evidence.contains("2 frames before the first and 2 frames behind the last"),
        "{short:?}"
    );
    is("EDL-03", &event("A001", "09:00:00:00", "09:00:00:12", "A001C001_261121_R1AB"), Outcome::Fail, "before the first");
}

#[test]
fn reels_are_not_cut() {
    is("EDL-04", &whole(), Outcome::Pass, "");
    is("EDL-04", &event("A001C001", FROM, TO, ""), Outcome::Fail, "cut to 8 characters");
    is("EDL-04", &event("A001C00", FROM, TO, ""), Outcome::Fail, "begins 2 names");
}

#[test]
fn retimes_are_worked_out() {
    is("EDL-05", &whole(), Outcome::Pass, "");
    let fast = |speed: &str| {
        format!(
            "001  A001 V C 10:00:00:00 10:00:01:00 01:00:00:00 01:00:00:12\nM2 A001 {speed} 10:00:00:00\n* FROM CLIP NAME: A001C001_261121_R1AB\n"
        )
    };
    is("EDL-05", &fast("048.0"), Outcome::Pass, "");
    is("EDL-05", &fast("024.0"), Outcome::Fail, "expected 12");
    is("EDL-05", &event("A001", "10:00:00:00", "10:00:00:20", "A001C001_261121_R1AB"), Outcome::Fail, "no M2");
}

#[test]
fn two_clips_of_one_name_are_told() {
    is("EDL-06", &event("A001", "11:00:00:00", "11:00:00:12", "A001C002_261121_R1AB"), Outcome::Pass, "");
    is(
        "EDL-06",
        &event("A001", "15:00:00:00", "15:00:00:12", "A001C002_261121_R1AB"),
        Outcome::Fail,
        "fits A001C002_261121_R1AB, A001C002_261121_R1AB",
    );
}

#[test]
fn counting_is_the_clips() {
    is("EDL-07", &whole(), Outcome::Pass, "");
    is("EDL-07", &event("A001", "10:00:00;06", "10:00:00;18", "A001C001_261121_R1AB"), Outcome::Fail, "is drop-frame");
    is("EDL-07", &event("A001", "10:00:00:06", "10:00:00:26", "A001C001_261121_R1AB"), Outcome::Fail, "has a frame that 24");
}
