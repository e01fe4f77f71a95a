//! Evidence that is pictures, causes and mends in the drawer, and the comparison with a reference still, by accessible names.

use super::ui::{Driven, opened};
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use prelight::{
    pipeline::Stage,
    session::{Action, CellAt, CompareMode, Room, With},
};

/// The frame that the still shows.
const STILL: u32 = 24;

/// Opens the evidence of a rule on the one clip.
fn evidence(d: &mut Driven, rule: &str) {
    let mode = d.session().modes()[0].name.clone();
    d.window.state_mut().ask(Action::EvidenceCell(CellAt { rule: rule.into(), mode }));
    d.steps();
    if !d.session().view().evidence.open {
        d.window.state_mut().ask(Action::EvidenceOpen);
        d.steps();
    }
    d.settle();
    d.steps();
}

fn attach(d: &mut Driven, path: std::path::PathBuf) {
    d.window.state_mut().ask(Action::Attach { clip: None, paths: vec![path] });
    d.steps();
    d.settle();
}

/// A chart with a still of which legal range was taken for full.
fn with_still() -> Driven {
    let mut d = opened(&["small.chart"]);
    d.window.state_mut().ask(Action::Go(STILL));
    d.steps();
    d.settle();
    let picture = d.session().screen_picture().unwrap().levels[0].clone();
    let legal = |v: &u8| (f64::from(*v) * 219.0 / 255.0 + 16.0).round() as u8;
    let rgb: Vec<u8> = picture.bytes.chunks_exact(4).flat_map(|p| p[..3].iter().map(legal)).collect();
    let path = d.folder.path().join("its still.png");
    image::RgbImage::from_raw(picture.size.width, picture.size.height, rgb).unwrap().save(&path).unwrap();
    d.window.state_mut().ask(Action::First);
    d.steps();
    attach(&mut d, path);
    d
}

#[test]
fn a_still_that_differs_is_shown_explained_and_compared() {
    let mut d = with_still();
    evidence(&mut d, "REF-02");
    for picture in ["Our picture", "Reference still", "dE ITP: blue 1, green 3, yellow 6, red 10, white 20"] {
        assert!(d.window.query_by_role_and_label(Role::Image, picture).is_some(), "{picture}");
    }
    evidence(&mut d, "REF-03");
    assert!(d.sees("1. legal range was taken for full: "));
    assert!(d.window.query_by_role_and_label(Role::Image, "Our picture").is_some());
    d.button("Still and first cause");
    d.settle();
    let view = d.session().view();
    assert_eq!((view.room, view.stage, &view.compare.with, d.frame()), (Room::Bench, Stage::Display, &With::Cause(1), STILL));
    assert_eq!(d.session().cause_in_view().unwrap().id, "legal-range");
    d.window.state_mut().ask(Action::CompareMode(CompareMode::Difference));
    d.steps();
    d.settle();
    let apart = d.session().side().unwrap().apart.unwrap();
    assert!(apart.mean < 8.0, "of 1023: {apart:?}");

    let go = format!("Go to frame {STILL}");
    assert!(!d.sees(&go));
    d.window.state_mut().ask(Action::First);
    d.steps();
    d.button(&go);
    assert_eq!(d.frame(), STILL);

    // The picture leads to the comparison with the still itself.
    evidence(&mut d, "REF-02");
    d.click(Role::Image, "Reference still");
    assert_eq!((d.session().view().room, &d.session().view().compare.with), (Room::Bench, &With::Still));
}

#[test]
fn one_click_in_the_drawer_sets_the_squeeze() {
    let mut d = opened(&["small 2x.chart"]);
    let fdl = d.folder.path().join("a.fdl");
    std::fs::write(&fdl, framed("1.3")).unwrap();
    attach(&mut d, fdl);
    evidence(&mut d, "FDL-03");
    d.button("Set the squeeze to 2");
    d.settle();
    assert!(d.session().edits_framing());
    assert_eq!(d.session().framing_in_view().unwrap().canvas().squeeze(), 2.0);
}

#[test]
fn a_map_of_photosites_has_the_frame_lines_over_it() {
    let mut d = opened(&["small capped.chart"]);
    evidence(&mut d, "RAW-04");
    assert!(d.window.query_by_role_and_label(Role::Image, "Frame 0 with the evidence").is_some(), "without an FDL there are none");
    let fdl = d.folder.path().join("a.fdl");
    std::fs::write(&fdl, framed("1")).unwrap();
    attach(&mut d, fdl);
    evidence(&mut d, "RAW-04");
    assert!(d.window.query_by_role_and_label(Role::Image, "Frame 0 with the evidence and frame lines").is_some());
}

#[test]
fn the_view_exposure_can_be_used_while_there_is_one() {
    let mut d = opened(&["small.chart"]);
    assert!(!d.sees("Use the view's exposure"));
    d.window.state_mut().ask(Action::Exposure(0.5));
    d.steps();
    d.button("Use the view's exposure");
    assert_eq!(d.session().document().selected_clip().unwrap().settings.decode.exposure, 0.5);
    assert!(!d.sees("Use the view's exposure"));
}

#[test]
fn scopes_have_no_stops_at_the_display() {
    let mut d = opened(&["small.chart"]);
    d.window.state_mut().ask(Action::Scope(prelight::scope::Kind::Waveform));
    d.steps();
    d.settle();
    let disabled = |d: &Driven, name: &str| d.window.get_by_role_and_label(Role::Button, name).accesskit_node().is_disabled();
    assert!(disabled(&d, "Stops over grey") && !disabled(&d, "Nits"));
    d.window.state_mut().ask(Action::Stage(Stage::Aces));
    d.steps();
    assert!(!disabled(&d, "Stops over grey") && disabled(&d, "Nits"));
    d.button("Stops over grey");
    d.settle();
    assert!(d.sees("Waveform, stops over 18 % grey"));
}

/// An FDL for a canvas of 320x240 with a protection, of this squeeze.
fn framed(squeeze: &str) -> String {
    format!(
        r#"{{ "uuid": "5463dbe4-ec30-4324-b8a1-67408aed40db", "version": {{ "major": 2, "minor": 0 }},
  "framing_intents": [ {{ "id": "I", "aspect_ratio": {{ "width": 2, "height": 1 }} }} ],
  "contexts": [ {{ "canvases": [ {{ "id": "C", "source_canvas_id": "C", "dimensions": {{ "width": 320, "height": 240 }},
    "anamorphic_squeeze": {squeeze}, "framing_decisions": [ {{ "id": "C-I", "framing_intent_id": "I",
      "dimensions": {{ "width": 200, "height": 100 }}, "anchor_point": {{ "x": 60, "y": 70 }},
      "protection_dimensions": {{ "width": 240, "height": 120 }}, "protection_anchor_point": {{ "x": 40, "y": 60 }} }} ] }} ] }} ] }}"#
    )
}
