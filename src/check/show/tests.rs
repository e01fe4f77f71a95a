//! Each rule about a show where it passes and where it fails.

use super::*;
use crate::{
    camera::Timecode,
    check::{Found, Outcome, testing::Fake},
    framing::template::{Mode, TemplateChoice},
    image::Size,
    pipeline::{Framing, Plan, Settings, Sidecars},
};
use std::fs;

/// What a rule finds on these clips.
fn found(rule: &str, clips: &[Fake], settings: &[Settings], sidecars: &Sidecars) -> Finding {
    let default = Settings::default();
    let plans: Vec<Result<Plan>> = clips.iter().enumerate().map(|(i, c)| c.plan(sidecars, settings.get(i).unwrap_or(&default))).collect();
    let subjects: Vec<Subject> = clips
        .iter()
        .zip(&plans)
        .map(|(clip, plan)| Subject {
            name: clip.metadata.clip_name.as_ref().map_or("", |f| &f.value),
            clip,
            sidecars,
            plan,
            profile: Profile::neutral(),
            found: Found::default(),
        })
        .collect();
    let findings = run_show(&subjects, &Profile::neutral(), &Progress::default()).unwrap();
    assert_eq!(findings.len(), show_rules().len());
    findings.into_iter().find(|f| f.id == rule).unwrap()
}

fn is(rule: &str, clips: &[Fake], outcome: Outcome, says: &str) {
    let found = found(rule, clips, &[], &Sidecars::default());
    assert!(found.outcome == outcome && found.evidence.contains(says), "{rule}: {found:?}");
}

fn text(value: &str) -> Option<Field<String>> {
    Some(Field::stated(value.into(), "test"))
}

/// A clip of a camera with a serial number, from `hour` on.
fn clip(name: &str, serial: &str, hour: u8) -> Fake {
    let mut clip = Fake::raw(name);
    clip.metadata.serial = text(serial);
    clip.metadata.reel = text(&name[..4]);
    clip.metadata.date_time = text(&format!("2026-11-21T{hour:02}:00:00Z"));
    clip.metadata.start_timecode = Timecode::new(hour, 0, 0, 0, false).map(|t| Field::stated(t, "test"));
    clip
}

#[test]
fn timecode_of_a_camera_is_told_once_a_day() {
    is("META-05", &[clip("A001C001", "1", 10), clip("A001C002", "1", 11)], Outcome::Pass, "2 clips");
    is("META-05", &[clip("A001C001", "1", 10), clip("A001C002", "1", 10)], Outcome::Fail, "A001C001 and A001C002");
    is("META-05", &[clip("A001C001", "1", 10), clip("B001C001", "2", 10)], Outcome::NotApplicable, "");
    let mut tomorrow = clip("A001C002", "1", 10);
    tomorrow.metadata.date_time = text("2026-11-22T10:00:00Z");
    is("META-05", &[clip("A001C001", "1", 10), tomorrow], Outcome::Pass, "");
    // One frame after the other is no overlap.
    let mut next = clip("A001C002", "1", 10);
    next.metadata.start_timecode = Timecode::new(10, 0, 1, 0, false).map(|t| Field::stated(t, "test"));
    is("META-05", &[clip("A001C001", "1", 10), next], Outcome::Pass, "");
}

#[test]
fn a_name_stands_for_one_content() {
    let folder = tempfile::tempdir().unwrap();
    let stored = |name: &str, at: &str, bytes: &[u8]| {
        let mut clip = clip(name, "1", 10);
        clip.path = folder.path().join(at);
        fs::write(&clip.path, bytes).unwrap();
        clip
    };
    is("META-06", &[stored("A001C001", "a", b"1"), stored("A001C002", "b", b"2")], Outcome::Pass, "2 clips");
    is("META-06", &[stored("A001C001", "c", b"1"), stored("A001C001", "d", b"1")], Outcome::Pass, "copies");
    is("META-06", &[stored("A001C001", "e", b"1"), stored("a001c001", "f", b"2")], Outcome::Fail, "A001C001");
}

#[test]
fn a_body_keeps_its_firmware_and_mode() {
    let with = |name: &str, firmware: &str| {
        let mut clip = clip(name, "1", 10);
        clip.metadata.firmware = text(firmware);
        clip
    };
    is("META-10", &[with("A001C001", "4.0"), with("A001C002", "4.0")], Outcome::Pass, "");
    is("META-10", &[with("A001C001", "4.0"), with("A001C002", "4.1")], Outcome::Fail, "firmware 4.1");
    is("META-10", &[with("A001C001", "4.0"), clip("B001C001", "2", 10)], Outcome::NotApplicable, "");
}

#[test]
fn cameras_of_a_set_up_are_set_alike() {
    let with = |name: &str, serial: &str, ei: u32| {
        let mut clip = clip(name, serial, 10);
        (clip.metadata.scene, clip.metadata.take) = (text("12"), text("3"));
        clip.metadata.exposure_index = Some(Field::stated(ei, "test"));
        clip
    };
    is("META-11", &[with("A001C001", "1", 800), with("B001C001", "2", 800)], Outcome::Pass, "1 pair");
    is("META-11", &[with("A001C001", "1", 800), with("B001C001", "2", 1600)], Outcome::Fail, "EI 800 and 1600");
    is("META-11", &[with("A001C001", "1", 800), with("A001C002", "1", 1600)], Outcome::NotApplicable, "");
}

#[test]
fn timecode_is_held_against_the_clock() {
    let late = |seconds: u8| {
        let mut clip = clip("A001C002", "1", 12);
        clip.metadata.start_timecode = Timecode::new(12, 0, seconds, 0, false).map(|t| Field::stated(t, "test"));
        clip
    };
    is("META-13", &[clip("A001C001", "1", 10), late(0)], Outcome::Pass, "");
    is("META-13", &[clip("A001C001", "1", 10), late(9)], Outcome::Fail, "8 s between");
    // Timecode that runs only while the camera does says nothing.
    let mut run = clip("A001C002", "1", 12);
    run.metadata.start_timecode = Timecode::new(10, 0, 1, 0, false).map(|t| Field::stated(t, "test"));
    is("META-13", &[clip("A001C001", "1", 10), run], Outcome::NotApplicable, "");
}

#[test]
fn rolls_come_from_one_camera() {
    is("ING-5", &[clip("A001C001", "1", 10), clip("A001C002", "1", 11)], Outcome::Pass, "1 roll");
    is("ING-5", &[clip("A001C001", "1", 10), clip("A001C002", "2", 11)], Outcome::Fail, "a001");
}

#[test]
fn all_clips_go_to_one_display() {
    let clips = [clip("A001C001", "1", 10), clip("A001C002", "1", 11)];
    is("COL-09", &clips, Outcome::Pass, "2 clips");
    let other = Settings { output: Some("aces1-sdr-video-srgb".into()), ..Settings::default() };
    let found = found("COL-09", &clips, &[Settings::default(), other], &Sidecars::default());
    assert!(found.outcome == Outcome::Fail && found.measured == "2 output transforms", "{found:?}");
}

#[test]
fn a_template_makes_one_canvas() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.fdl");
    let canvas = |id: &str, w: u32, h: u32| {
        format!(
            "{{\"label\": \"k\", \"id\": \"{id}\", \"source_canvas_id\": \"{id}\", \"dimensions\": {{\"width\": {w}, \"height\": {h}}}, \"anamorphic_squeeze\": 1,
             \"framing_decisions\": [{{\"label\": \"d\", \"id\": \"{id}-I\", \"framing_intent_id\": \"I\", \"dimensions\": {{\"width\": {w}, \"height\": {h}}}, \"anchor_point\": {{\"x\": 0, \"y\": 0}}}}]}}"
        )
    };
    let text = format!(
        "{{\"uuid\": \"AFE122BE-59D3-4360-AD69-33C10108FA7A\", \"version\": {{\"major\": 2, \"minor\": 0}}, \"fdl_creator\": \"t\", \"default_framing_intent\": \"I\",
         \"framing_intents\": [{{\"label\": \"i\", \"id\": \"I\", \"aspect_ratio\": {{\"width\": 2, \"height\": 1}}, \"protection\": 0}}],
         \"contexts\": [{{\"label\": \"c\", \"context_creator\": \"t\", \"canvases\": [{}, {}]}}]}}",
        canvas("ONE", 4000, 2000),
        canvas("TWO", 4000, 3000)
    );
    fs::write(&path, text).unwrap();
    let sidecars = Sidecars::default().with_fdl(&path);
    let template = |more: &str| {
        format!(
            "{{\"label\": \"t\", \"id\": \"T\", \"target_dimensions\": {{\"width\": 2000, \"height\": 1000}}, \"target_anamorphic_squeeze\": 1, \"fit_source\": \"framing_decision.dimensions\", \"fit_method\": \"width\"{more}}}"
        )
    };
    let sized = |name: &str, w, h| {
        let mut clip = clip(name, "1", 10);
        clip.size = Size::new(w, h);
        clip
    };
    let clips = [sized("A001C001", 4000, 2000), sized("B001C001", 4000, 3000)];
    let of = |more: &str| {
        let choice = TemplateChoice { file: "t".into(), template: template(more), mode: Mode::Exact };
        let settings = Settings { framing: Framing { template: Some(choice), ..Framing::default() }, ..Settings::default() };
        found("FDL-11", &clips, &[settings.clone(), settings], &sidecars)
    };
    let open = of("");
    assert!(open.outcome == Outcome::Fail && open.evidence.contains("B001C001 2000x1500"), "{open:?}");
    let padded = of(", \"maximum_dimensions\": {\"width\": 2000, \"height\": 1000}, \"pad_to_maximum\": true");
    assert_eq!(padded.outcome, Outcome::Pass, "{padded:?}");
    is("FDL-11", &clips, Outcome::NotApplicable, "");
}

#[test]
fn plates_are_no_recordings() {
    let of_a_set_up = |name: &str, serial: &str| {
        let mut clip = clip(name, serial, 10);
        (clip.metadata.scene, clip.metadata.take) = (text("12"), text("3"));
        clip
    };
    let plate_of = |mut clip: Fake| {
        clip.format = "OpenEXR";
        clip.metadata.firmware = text("Prelight");
        clip.metadata.exposure_index = Some(Field::stated(100, "test"));
        clip
    };
    // Each pair fails the rule, or is at least compared, where both are recordings.
    let pairs = [
        ("META-05", of_a_set_up("A001C001", "1"), of_a_set_up("A001C001", "1")),
        ("META-06", of_a_set_up("A001C001", "1"), of_a_set_up("A001C001", "1")),
        ("META-10", of_a_set_up("A001C001", "1"), of_a_set_up("A001C002", "1")),
        ("META-11", of_a_set_up("A001C001", "1"), of_a_set_up("B001C001", "2")),
        ("META-13", of_a_set_up("A001C001", "1"), of_a_set_up("A001C002", "1")),
    ];
    for (rule, recording, plate) in pairs {
        is(rule, &[recording, plate_of(plate)], Outcome::NotApplicable, "");
    }
}

#[test]
fn one_clip_is_no_show() {
    let clip = Fake::raw("A001C001");
    let (sidecars, plan) = (Sidecars::default(), clip.plan(&Sidecars::default(), &Settings::default()));
    let subject =
        Subject { name: "a", clip: &clip, sidecars: &sidecars, plan: &plan, profile: Profile::neutral(), found: Found::default() };
    assert!(run_show(&[subject], &Profile::neutral(), &Progress::default()).unwrap().is_empty());
}
