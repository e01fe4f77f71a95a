//! The picture, what stands over it and what it is compared with, by accessible names.

use super::ui::{Driven, NONE, opened, window};
use egui::{Event, Key, PointerButton, Pos2, Rect, accesskit::Role, vec2};
use egui_kittest::kittest::Queryable as _;
use prelight::session::{Action, CompareMode, Zoom};

fn picture(d: &Driven) -> Rect {
    d.window.get_by_role_and_label(Role::Image, "Picture: frame 0 shown").rect()
}

fn ask(d: &mut Driven, action: Action) {
    d.window.state_mut().ask(action);
    d.steps();
}

#[test]
fn what_cannot_be_shown_is_no_picture() {
    let mut d = opened(&["bad small.chart"]);
    ask(&mut d, Action::Go(13));
    d.settle();
    d.steps();
    assert!(d.sees("Picture: this frame cannot be shown") && d.sees("Lamp: No picture"));
    d.button("Next frame");
    d.settle();
    d.steps();
    assert!(d.sees("Picture: frame 14 shown") && d.sees("Lamp: CPU picture"));
}

#[test]
fn a_wipe_is_moved_by_its_line_wherever_that_is_seen() {
    let mut d = opened(&["small.chart"]);
    d.key(NONE, Key::W);
    d.settle();
    d.steps();
    let ring = |d: &Driven| d.window.get_by_role_and_label(Role::Slider, "Wipe position").rect();
    let at = ring(&d).center() + vec2(2.0, 110.0);
    d.drag(at, vec2(-80.0, 0.0));
    let wipe = d.session().view().compare.wipe;
    assert!(wipe.at[0] < 0.45 && wipe.at[1] == 0.5 && wipe.angle == 0.0, "{wipe:?}");
    assert_eq!(d.session().view().zoom, Zoom::Fit, "the picture stayed where it was");
    // Beside the line, the picture moves.
    d.drag(at, vec2(40.0, 0.0));
    assert_eq!(d.session().view().compare.wipe, wipe);
    assert_ne!(d.session().view().zoom, Zoom::Fit);

    // The middle of the line is far below what is in view.
    ask(&mut d, Action::Look { zoom: Zoom::Factor(16.0), center: [wipe.at[0], 0.15] });
    let (ring, seen) = (ring(&d), picture(&d));
    assert!(seen.contains_rect(ring) && ring.is_positive(), "{ring:?} in {seen:?}");
    d.drag(ring.center(), vec2(60.0, 0.0));
    assert!(d.session().view().compare.wipe.at[0] > wipe.at[0]);
}

#[test]
fn what_is_compared_is_chosen_from_a_list_that_scrolls() {
    let mut d = window(&["small.chart"]);
    d.button("Open files…");
    d.until("it is open", |s| s.document().clips.len() == 1 && s.is_settled());
    // They need not open to be in the list.
    let names: Vec<String> = (0..40).map(|i| format!("d{i:02}.dpx")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), b"SDPX".as_slice())).collect();
    d.dropped(&files);
    d.until("all are there", |s| s.document().clips.len() == 41 && s.is_settled());
    ask(&mut d, Action::SelectClip(0));
    d.settle();
    d.key(NONE, Key::W);
    d.settle();
    d.steps();
    d.window.get_by_label_contains("With: ").click();
    d.steps();
    let item = |d: &Driven, name: &str| d.window.query_by_role_and_label(Role::Button, name).map(|n| n.rect());
    let first = item(&d, "d00.dpx").expect("called what it is called in the list");
    assert!(item(&d, "d39.dpx").is_none() && first.bottom() < 800.0);
    d.window.hover_at(first.center());
    d.window.step();
    d.window.event(Event::MouseWheel {
        unit: egui::MouseWheelUnit::Line,
        delta: vec2(0.0, -500.0),
        modifiers: NONE,
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
    });
    (0..30).for_each(|_| d.window.step());
    let last = item(&d, "d39.dpx").expect("it scrolls");
    assert!(last.bottom() < 800.0, "{last:?}");
}

#[test]
fn the_bar_of_a_difference_keeps_swap_and_off_in_its_first_line() {
    let mut d = opened(&["small.chart"]);
    d.key(NONE, Key::W);
    ask(&mut d, Action::CompareMode(CompareMode::Difference));
    d.settle();
    d.steps();
    let line = d.window.get_by_label_contains("With: ").rect().center().y;
    for name in ["Swap A and B", "Stop comparing"] {
        let at = d.window.get_by_role_and_label(Role::Button, name).rect().center().y;
        assert!((at - line).abs() < 3.0, "{name}: {at}, {line}");
    }
}

#[test]
fn a_pin_outside_the_picture_has_no_values() {
    let mut d = opened(&["small.chart"]);
    d.key(NONE, Key::F3);
    ask(&mut d, Action::Pin(Some([319, 239])));
    assert!(d.sees("10 bit") && !d.sees("outside this picture"));
    // Pinned on a larger clip.
    ask(&mut d, Action::Pin(Some([187, 434])));
    assert!(d.sees("The pinned pixel is outside this picture") && !d.sees("10 bit"));
}

/// A press and its release in one pass.
fn click(d: &mut Driven, pos: Pos2) {
    let events = &mut d.window.input_mut().events;
    events.push(Event::PointerMoved(pos));
    for pressed in [true, false] {
        events.push(Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers: NONE });
    }
    d.window.step();
}

#[test]
fn a_double_click_fits_and_pins_nothing() {
    let mut d = opened(&["small.chart"]);
    let at = picture(&d).center();
    for before in [None, Some([10, 20])] {
        for action in [Action::Pin(before), Action::Zoom(Zoom::Factor(1.0))] {
            // Nothing is pinned at first, and cannot be freed.
            if action != Action::Pin(d.session().view().pin) {
                ask(&mut d, action);
            }
        }
        d.window.hover_at(at);
        d.steps();
        // The first pins; that is taken up in the pass of the second.
        (0..2).for_each(|_| click(&mut d, at));
        d.steps();
        assert_eq!((d.session().view().pin, d.session().view().zoom), (before, Zoom::Fit));
    }
}

#[test]
fn the_edge_of_a_panel_can_be_taken_from_the_picture_too() {
    let mut d = opened(&["small.chart"]);
    let row = |d: &Driven| d.window.get_by_label_contains("Clip small:").rect().right();
    // Beyond the margin of the panel.
    let (before, y) = (row(&d), picture(&d).center().y);
    d.drag(egui::pos2(before + 10.0 + 3.0, y), vec2(40.0, 0.0));
    assert!(row(&d) > before + 20.0, "{} {before}", row(&d));
    assert_eq!(d.session().view().zoom, Zoom::Fit);
}
