//! Frame lines edited over the picture, by accessible names.

use super::ui::{Driven, NONE, opened};
use egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::Queryable as _;
use prelight::{
    framing::draft::Draft,
    image::RectF,
    session::{Action, CompareMode, Room, Tab, With},
};

fn draft(d: &Driven) -> &Draft {
    d.session().framing_in_view().expect("frame lines are edited")
}

fn frame(d: &Driven) -> RectF {
    draft(d).decision().rect()
}

fn editor(clips: &[&str]) -> Driven {
    let mut d = opened(clips);
    d.button("Framing");
    d.button("Edit frame lines");
    d.settle();
    d.steps();
    d
}

#[test]
fn frame_lines_are_made_dragged_nudged_and_written() {
    let mut d = editor(&["small.chart"]);
    assert!(d.session().edits_framing() && d.sees("As begun; valid FDL 2.0"));
    assert_eq!(frame(&d), RectF::new(0.0, 0.0, 320.0, 240.0));
    d.window.state_mut().ask(Action::parse(r#"Framing/Edit {"intent": {"aspect": [16, 9], "protection": 10}}"#).unwrap());
    d.steps();
    d.button("Make from intent");
    assert_eq!(frame(&d), RectF::new(16.0, 39.0, 288.0, 162.0));
    assert!(d.sees("letterbox") && d.sees("Edited; valid FDL 2.0"), "the arithmetic is shown");

    let handle = d.window.get_by_role_and_label(Role::Slider, "Left edge of the frame").rect().center();
    d.drag(handle, egui::vec2(60.0, 0.0));
    let narrower = frame(&d);
    assert!(narrower.x > 16.0 && narrower.x.fract() == 0.0 && narrower.right() == 304.0, "{narrower:?}");
    let right = d.window.get_by_role_and_label(Role::Slider, "Right edge of the frame").rect().center();
    let left = d.window.get_by_role_and_label(Role::Slider, "Left edge of the frame").rect().center();
    let middle = left + (right - left) / 2.0 + egui::vec2(0.0, 30.0);
    d.drag(middle, egui::vec2(-20.0, 10.0));
    let moved = frame(&d);
    assert!(moved.x < narrower.x && moved.y > narrower.y && moved.x.fract() == 0.0, "{moved:?}");
    assert_eq!((moved.width, moved.height), (narrower.width, narrower.height));
    d.key(NONE, Key::ArrowRight);
    d.key(Modifiers::SHIFT, Key::ArrowUp);
    assert_eq!((frame(&d).x, frame(&d).y), (moved.x + 1.0, moved.y - 10.0));
    d.button("Align vertically top");
    assert_eq!(frame(&d).y, 0.0, "at the top of its protection, and that at the top of the canvas");

    // Beside the clip it would be found by its clip_id, also when it is not chosen.
    let out = d.folder.path().canonicalize().unwrap().join("elsewhere/made.fdl");
    std::fs::create_dir(out.parent().unwrap()).unwrap();
    d.window.state_mut().ask(Action::WriteFdl { out: out.clone() });
    d.steps();
    d.settle();
    d.steps();
    assert!(out.exists() && d.sees("As begun; valid FDL 2.0"));
    d.key(Modifiers::COMMAND, Key::Z);
    d.settle();
    d.steps();
    assert_eq!(frame(&d), RectF::new(0.0, 0.0, 320.0, 240.0), "the clip has no FDL again");
    d.button("Edit frame lines");
    assert!(!d.session().edits_framing() && d.session().view().room == Room::Framing);
}

#[test]
fn an_edge_is_dragged_from_the_middle_with_ctrl_or_alt() {
    let mut d = editor(&["small.chart"]);
    let mut width = 320.0;
    for held in [Modifiers::COMMAND, Modifiers::ALT] {
        let left = d.window.get_by_role_and_label(Role::Slider, "Left edge of the frame").rect().center();
        d.window.event(egui::Event::ModifiersChanged(held));
        d.drag(left, egui::vec2(30.0, 0.0));
        let frame = frame(&d);
        assert!(frame.width < width && frame.x + frame.right() == 320.0, "{held:?}: {frame:?}");
        width = frame.width;
        d.window.event(egui::Event::ModifiersChanged(NONE));
        d.steps();
    }
}

#[test]
fn what_is_wrong_is_said_at_its_field() {
    let mut d = editor(&["small.chart"]);
    d.window
        .state_mut()
        .ask(Action::parse(r#"Framing/Edit {"decision": {"rect": {"x": 10, "y": 0, "width": 320, "height": 240}}}"#).unwrap());
    d.steps();
    assert!(d.sees("is not within the canvas"));
    assert!(d.sees("decision.dimensions: "), "and where it would be written");
    for name in ["Frame x", "Frame width", "Anamorphic squeeze", "Aspect width", "Protection percent"] {
        assert!(d.window.query_by_role_and_label(Role::SpinButton, name).is_some(), "{name}");
    }
    d.button("Add protection");
    assert!(draft(&d).decision().protection_rect().is_some());
    d.button("New");
    assert!(draft(&d).template().is_some() && d.sees("Fit source"));
    // It is further down than the window reaches.
    d.window.get_by_role_and_label(Role::Button, "Fit method fill").click_accesskit();
    d.steps();
    assert_eq!(draft(&d).template().unwrap().fit_method.word(), "fill");
    // The keys of the table and of the window are there where nothing is edited.
    d.button("Edit frame lines");
    let before = frame_of(&d);
    d.key(NONE, Key::ArrowRight);
    assert_eq!(frame_of(&d), before);
}

fn frame_of(d: &Driven) -> RectF {
    d.session().framing_draft().unwrap().as_ref().unwrap().decision().rect()
}

#[test]
fn a_comparison_side_by_side_has_scopes_of_both() {
    let mut d = opened(&["small.chart", "small 2x.chart"]);
    for action in
        [Action::Tab(Tab::Scopes), Action::CompareWith(With::Clip { index: 1, frame: None }), Action::CompareMode(CompareMode::Side)]
    {
        d.window.state_mut().ask(action);
    }
    d.steps();
    d.settle();
    d.until("scopes of both", |s| s.scopes_of_b().is_some());
    d.steps();
    for name in ["Scope levels of A", "Scope levels of B", "Scope colours of B", "Scope histogram of B"] {
        assert!(d.window.query_by_role_and_label(Role::Image, name).is_some(), "{name}");
    }
    d.button("Stop comparing");
    assert!(d.window.query_by_role_and_label(Role::Image, "Scope levels of B").is_none());
}

#[test]
fn a_canvas_larger_than_the_picture_is_in_reach_when_it_fits() {
    let mut d = editor(&["small.chart"]);
    let canvas = r#"Framing/Edit {"canvas": {"dimensions": [640, 480]}}"#;
    let frame = r#"Framing/Edit {"decision": {"rect": {"x": 0, "y": 0, "width": 640, "height": 480}}}"#;
    for edit in [canvas, frame] {
        d.window.state_mut().ask(Action::parse(edit).unwrap());
        d.steps();
    }
    let pane = d.window.get_by_role_and_label(Role::Image, "Picture: frame 0 shown").rect();
    for side in ["Left", "Right", "Top", "Bottom"] {
        let handle = d.window.get_by_role_and_label(Role::Slider, &format!("{side} edge of the frame")).rect();
        assert!(pane.contains_rect(handle.shrink(6.0)), "{side}: {handle:?} in {pane:?}");
    }
    let right = d.window.get_by_role_and_label(Role::Slider, "Right edge of the frame").rect().center();
    d.drag(right, egui::vec2(-40.0, 0.0));
    assert!(self::frame(&d).width < 640.0 && self::frame(&d).width > 320.0, "{:?}", self::frame(&d));
}
