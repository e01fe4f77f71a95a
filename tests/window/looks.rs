//! Looks tried out in the Look room, by accessible names.

use super::ui::{Driven, NONE, opened};
use egui::{Key, Modifiers, Rect, accesskit::Role};
use egui_kittest::kittest::Queryable as _;
use prelight::{
    color::{self, Kind},
    pipeline::Stage,
    session::{Action, CdlNumbers, LookEdit, Room, Tab, Zoom},
};

fn graded(d: &Driven) -> Option<CdlNumbers> {
    d.session().look_edits().grade().map(|(_, numbers)| numbers)
}

/// Where a widget stands.
fn place(d: &Driven, role: Role, name: &str) -> Rect {
    d.window.get_by_role_and_label(role, name).rect()
}

fn asked(d: &mut Driven, action: Action) {
    d.window.state_mut().ask(action);
    d.steps();
    d.settle();
    d.steps();
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
    // It may be scrolled out of sight.
    d.window.get_by_role_and_label(Role::Button, "Not this: Without look 1").click_accesskit();
    d.steps();
    d.settle();
    assert!(d.sees("Step Look 1"));
}

#[test]
fn the_first_touch_of_a_wheel_moves_nothing_and_undo_turns_it_back() {
    let mut d = in_the_room(vec![]);
    d.steps();
    let still = |d: &Driven| ["Slope balance", "Power master"].map(|name| place(d, Role::Slider, name));
    let before = still(&d);
    d.drag(before[0].center(), egui::vec2(0.0, -24.0));
    d.settle();
    assert!(graded(&d).is_some() && d.sees("Draft look, not in the recipe"));
    assert_eq!(still(&d), before);
    let [write, discard] = ["Write AMF…", "Discard the draft"].map(|name| place(&d, Role::Button, name));
    let version = place(&d, Role::CheckBox, "as version 1");
    assert!([write, discard, version].iter().all(|r| r.bottom() < 776.0), "in sight: {write} {discard} {version}");
    assert!(write.top() > discard.bottom(), "in a foot");

    d.drag(before[1].center(), egui::vec2(12.0, 0.0));
    let both = graded(&d).unwrap();
    assert!(both.power != [1.0; 3] && both.slope != [1.0; 3]);
    d.key(Modifiers::COMMAND, Key::Z);
    assert!(graded(&d).is_some_and(|n| n.power == [1.0; 3] && n.slope == both.slope), "a drag is a step: {:?}", graded(&d));
    d.key(Modifiers::COMMAND, Key::Z);
    d.key(Modifiers::COMMAND, Key::Z);
    d.settle();
    assert_eq!((graded(&d), d.session().document().clips.len()), (None, 1));
}

#[test]
fn sliders_and_titles_stand_in_line() {
    let d = in_the_room(vec![]);
    for part in ["Slope", "Offset", "Power"] {
        let [wheel, slider] = ["balance", "master"].map(|what| place(&d, Role::Slider, &format!("{part} {what}")));
        assert!((wheel.center().x - slider.center().x).abs() < 0.51, "{part}: {wheel} {slider}");
    }
    let left = |title: &str| d.window.get_by_role_and_label(Role::Label, title).rect().left();
    assert_eq!(left("CDL, in ACEScct"), left("Transforms"));
}

#[test]
fn some_output_transforms_are_in_sight_at_once() {
    let d = in_the_room(vec![]);
    let is_there =
        |n: &&color::Named| n.kind == Kind::Output && d.window.query_all_by_role_and_label(Role::Button, n.title).next().is_some();
    let shown = color::catalogue().iter().filter(is_there).count();
    assert!((5..12).contains(&shown), "{shown}");
}

#[test]
fn the_bar_says_whose_picture_it_is_and_leads_to_the_next() {
    for action in [Action::Room(Room::Look), Action::FramingEditor] {
        let mut d = opened(&["one.chart", "two.chart"]);
        asked(&mut d, action);
        assert_eq!(d.session().document().selected_index(), Some(0));
        let name = |d: &Driven, name: &str| d.window.query_all_by_role_and_label(Role::Label, name).count();
        assert!(name(&d, "one") == 1 && name(&d, "two") == 0);
        d.button("Next clip");
        d.settle();
        assert!(name(&d, "one") == 0 && name(&d, "two") == 1);
        d.button("Previous clip");
        d.button("1:1");
        assert_eq!(d.session().view().zoom, Zoom::Factor(1.0));
        assert!(d.sees("100.0 %"));
        d.button("Fit");
        assert_eq!((d.session().view().zoom, d.session().document().selected_index()), (Zoom::Fit, Some(0)));
    }
}

#[test]
fn the_bench_scrolls_to_the_step_in_view() {
    let looks = (1..=10).map(|i| LookEdit::AddCdl(CdlNumbers { slope: [1.0 + f64::from(i) / 50.0; 3], ..CdlNumbers::default() }));
    let mut d = in_the_room(looks.collect());
    asked(&mut d, Action::Room(Room::Bench));
    let step = |d: &Driven, name: &str| d.window.get_all_by_label_contains(name).map(|n| n.rect()).next().unwrap();
    let top = d.window.get_by_role_and_label(Role::Label, "Pipeline").rect().bottom();
    asked(&mut d, Action::Stage(Stage::Raw));
    let raw = step(&d, "Step Decode");
    assert!(raw.top() >= top - 1.0 && step(&d, "Step Output Transform").bottom() > 780.0, "{raw} {top}");
    asked(&mut d, Action::Stage(Stage::Display));
    let display = step(&d, "Step Output Transform");
    assert!(display.top() > top && display.bottom() < 780.0, "{display}");
}

#[test]
fn the_inspector_says_which_pipeline_its_values_are_of() {
    let looks = vec![LookEdit::AddCdl(CdlNumbers { slope: [1.2; 3], ..CdlNumbers::default() })];
    let mut d = in_the_room(looks);
    asked(&mut d, Action::Tab(Tab::Inspector));
    asked(&mut d, Action::Pin(Some([10, 10])));
    assert!(d.sees("These are the values that will be rendered."));
    asked(&mut d, Action::Bypass(None));
    assert!(d.sees("With a step bypassed, for looking only.") && !d.sees("will be rendered"));
    asked(&mut d, Action::Bypass(None));
    asked(&mut d, Action::Draft { edits: vec![LookEdit::RemoveLook(1)] });
    assert!(d.sees("With the draft look, which is not in the recipe. In 32-bit float"));
    asked(&mut d, Action::Before);
    assert!(d.sees("These are the values that will be rendered."));
}
