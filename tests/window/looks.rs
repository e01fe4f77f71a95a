//! Looks tried out in the Look room, by accessible names.

use super::ui::{Driven, NONE, opened};
use egui::{Key, accesskit::Role};
use egui_kittest::kittest::Queryable as _;
use prelight::session::{Action, CdlNumbers, LookEdit, Room};

fn graded(d: &Driven) -> Option<CdlNumbers> {
    d.session().look_edits().grade().map(|(_, numbers)| numbers)
}

/// In the Look room, with an AMF that has these looks.
fn in_the_room(looks: Vec<LookEdit>) -> Driven {
    let mut d = opened(&["small.chart"]);
    d.window.state_mut().ask(Action::Room(Room::Look));
    if !looks.is_empty() {
        let out = d.folder.path().join("show.amf");
        d.window.state_mut().ask(Action::WriteAmf { out, edits: Some(looks), version: None });
    }
    d.steps();
    d.settle();
    d
}

#[test]
fn a_wheel_grades_by_pointer_and_by_keys_in_step_with_the_numbers() {
    let mut d = in_the_room(vec![]);
    assert!(!d.sees("Draft look, not in the recipe"));
    let wheel = d.window.get_by_role_and_label(Role::Slider, "Slope balance").rect().center();
    d.drag(wheel, egui::vec2(0.0, -24.0));
    d.settle();
    let [r, g, b] = graded(&d).unwrap().slope;
    assert!(r > 1.05 && g < 1.0 && b < 1.0, "towards red: {r} {g} {b}");
    assert_eq!(
        d.window.get_by_role_and_label(Role::SpinButton, "Slope R").value().unwrap().trim_start_matches("R ").parse::<f64>().unwrap(),
        r
    );
    assert!(d.session().shows_draft() && d.sees("Draft look, not in the recipe"));

    let frame = d.frame();
    d.window.get_by_role_and_label(Role::Slider, "Offset balance").focus();
    d.steps();
    d.key(NONE, Key::ArrowLeft);
    let offset = graded(&d).unwrap().offset;
    assert!(offset[2] < 0.0 && offset[1] > 0.0, "away from blue: {offset:?}");
    assert_eq!(d.frame(), frame, "the key was the wheel's");
    d.key(NONE, Key::Backspace);
    assert_eq!(graded(&d).unwrap().offset, [0.0; 3]);

    d.key(NONE, Key::Q);
    assert!(d.session().view().before && !d.session().shows_draft());
    d.key(NONE, Key::Q);
    d.settle();
    assert!(d.session().shows_draft());
    d.window.state_mut().ask(Action::Approve);
    d.steps();
    assert!(d.sees("1 clip has a draft look, which is not in the recipe."));
    d.key(NONE, Key::Escape);
    d.button("Discard the draft");
    assert!(!d.session().has_draft() && !d.sees("Draft look, not in the recipe"));
}

#[test]
fn a_cdl_of_the_amf_is_edited_bypassed_and_left_out() {
    let numbers = CdlNumbers { slope: [1.2, 1.0, 0.9], ..CdlNumbers::default() };
    let mut d = in_the_room(vec![LookEdit::AddCdl(numbers)]);
    d.button("Bypass Look 1");
    d.settle();
    assert!(d.sees("Bypassed: Look 1") && d.session().shows_draft());
    d.button("Bypass Output Transform");
    d.settle();
    assert!(d.sees("shown; Bypassed: Look 1, Output Transform, for looking only"), "at the picture");
    d.button("Bypassed: Look 1, Output Transform");
    assert!(!d.session().shows_draft());
    d.button("Copy the ID of Output Transform");
    let id = "urn:ampas:aces:transformId:v2.0:Output.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.a2.v1";
    assert!(d.window.query_all_by_label(id).next().is_some(), "the whole ID is there to be read");

    d.button("Edit Look 1");
    assert_eq!(graded(&d), Some(numbers), "from the numbers that it has");
    assert!(d.sees("CDL of look 1"));
    d.window.get_by_role_and_label(Role::Slider, "Saturation of the CDL").focus();
    d.steps();
    d.key(NONE, Key::ArrowRight);
    d.settle();
    assert!(
        matches!(d.session().look_edits()[..], [LookEdit::Cdl { look: 1, numbers: n }] if n.saturation > 1.0 && n.slope == numbers.slope)
    );

    d.button("Leave out Look 1");
    d.settle();
    assert_eq!(**d.session().look_edits(), [LookEdit::RemoveLook(1)]);
    assert!(!d.sees("Step Look 1"));
    d.button("Not this: Without look 1");
    d.settle();
    assert!(d.sees("Step Look 1"));
}
