//! Windows within the window and the log: they stay open while one works, and hold nothing up.

use super::ui::{Driven, NONE, opened, window};
use egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use prelight::session::{Action, DialogKind, SettingsPart};

fn typed(d: &Driven, name: &str) -> String {
    d.window.get_by_role_and_label(Role::TextInput, name).value().unwrap_or_default()
}

fn is_enabled(d: &Driven, name: &str) -> bool {
    !d.window.get_by_role_and_label(Role::Button, name).accesskit_node().is_disabled()
}

#[test]
fn every_window_stays_open_while_one_works_and_escape_closes_the_one_in_front() {
    let mut d = opened(&["one-small.chart", "gap-small.chart"]);
    // Asked for as menus do: the first field of each takes what is typed.
    for action in [Action::Keys, Action::SettingsPage, Action::Approve] {
        d.window.state_mut().ask(action);
        d.steps();
    }
    for name in ["Keys", "Settings", "Approve and export recipe"] {
        assert!(d.window.query_by_role_and_label(Role::Window, name).is_some(), "{name}");
    }
    // Beside them everything goes on, by pointer and by key.
    d.button("Next frame");
    assert_eq!(d.frame(), 1);
    d.window.get_by_label_contains("Clip gap-small:").click();
    d.steps();
    assert_eq!(d.session().document().selected_index(), Some(1));
    d.key(NONE, Key::ArrowUp);
    d.key(NONE, Key::ArrowRight);
    assert_eq!((d.session().document().selected_index(), d.frame()), (Some(0), 2), "and the windows are still there");
    assert_eq!(d.windows().len(), 3);

    // Whichever was clicked is in front.
    let settings = d.window.get_by_role_and_label(Role::Window, "Settings").rect();
    let at = settings.left_bottom() + egui::vec2(30.0, -40.0);
    d.drag(at, egui::Vec2::ZERO);
    d.key(NONE, Key::Escape);
    assert_eq!(d.windows(), [DialogKind::Keys, DialogKind::Approve]);
    d.key(NONE, Key::Escape);
    assert_eq!(d.windows(), [DialogKind::Keys]);
    // A field of a panel is left first.
    d.window.get_by_role_and_label(Role::TextInput, "Filter metadata").focus();
    d.steps();
    d.key(NONE, Key::Escape);
    assert_eq!(d.windows(), [DialogKind::Keys], "the field was left");
    d.key(NONE, Key::Escape);
    assert!(d.windows().is_empty());
}

#[test]
fn the_keyboard_goes_to_the_first_field_on_to_the_next_and_back() {
    let mut d = opened(&["small.chart"]);
    let focused = |d: &Driven, name: &str| d.window.get_by_role_and_label(Role::TextInput, name).accesskit_node().is_focused();
    d.window.get_by_role_and_label(Role::TextInput, "Filter metadata").click();
    d.steps();
    d.key(Modifiers::COMMAND, Key::E);
    assert!(d.windows().is_empty(), "what is typed is no command");
    d.window.state_mut().ask(Action::Approve);
    d.steps();
    assert!(focused(&d, "Name"));
    for next in ["Role", "Note"] {
        d.key(NONE, Key::Tab);
        assert!(focused(&d, next), "{next}");
    }
    d.key(Modifiers::SHIFT, Key::Tab);
    assert!(focused(&d, "Role"));
    d.key(NONE, Key::Escape);
    assert!(d.windows().is_empty());
    assert!(focused(&d, "Filter metadata"), "the keyboard goes back to where it was");
}

#[test]
fn a_waiver_is_of_the_clip_that_it_was_asked_for() {
    let mut d = opened(&["gap-small.chart", "gap-two-small.chart"]);
    d.button("Checks");
    d.window.query_all_by_label("Waive…").next().unwrap().click();
    d.steps();
    assert!(d.sees("Of gap-small."));
    d.fill("Name", "A. Name");
    d.fill("Reason", "pickup");
    d.window.state_mut().ask(Action::SelectClip(1));
    d.settle();
    assert!(d.sees("Of gap-small.") && d.session().document().selected_index() == Some(1));
    d.button("Waive");
    let waived = |d: &Driven, i: usize| d.session().document().clips[i].waiver("META-02").is_some();
    assert!(waived(&d, 0) && !waived(&d, 1));
    assert_eq!(d.session().document().selected_index(), Some(1), "which stays selected");

    // What was typed for one is no reason for another, and what is gone is not waived.
    d.window.state_mut().ask(Action::AskWaive("META-02".into()));
    d.steps();
    d.fill("Reason", "another");
    assert!(is_enabled(&d, "Waive"));
    d.window.state_mut().ask(Action::RunChecks);
    d.steps();
    assert!(!is_enabled(&d, "Waive") || d.session().is_settled());
    d.settle();
    d.window.state_mut().ask(Action::RemoveClip);
    d.settle();
    assert!(d.sees("The clip has left the show") && !is_enabled(&d, "Waive"));
    d.window.state_mut().ask(Action::Undo);
    d.settle();
    d.window.state_mut().ask(Action::AskWaive("COL-01".into()));
    d.steps();
    assert_eq!(typed(&d, "Reason"), "");
}

#[test]
fn a_clip_that_changes_while_an_approval_is_asked_for_is_not_approved_unseen() {
    let mut d = opened(&["small.chart"]);
    d.key(Modifiers::COMMAND, Key::E);
    d.fill("Name", "A. Name");
    d.fill("Role", "Colourist");
    let folder = d.folder.path().to_owned();
    d.window.state_mut().choose_export_folder(folder);
    d.steps();
    assert!(is_enabled(&d, "Approve and export"));
    d.window.state_mut().ask(Action::parse(r#"Clip/Set {"decode": {"exposure": 1.5}}"#).unwrap());
    d.settle();
    d.steps();
    assert!(d.sees("changed meanwhile: pipeline") && !is_enabled(&d, "Approve and export"));
    d.button("Take them as they are now");
    assert!(is_enabled(&d, "Approve and export") && !d.sees("changed meanwhile"));
    assert_eq!(typed(&d, "Name"), "A. Name", "what was typed stays");
}

#[test]
fn the_log_stays_open_along_the_bottom_and_says_what_happened_to_which_file() {
    let mut d = opened(&["small.chart"]);
    d.key(NONE, Key::F8);
    assert!(d.session().view().log && d.windows().is_empty());
    d.dropped(&[("damaged.dpx", b"SDPX")]);
    d.until("it was tried", |s| s.document().clips.len() == 2 && s.is_settled());
    d.steps();
    assert!(d.sees("error Opening damaged.dpx"), "a line of its own");
    let error = d.session().log().last_error().unwrap().error.clone().expect("with its place");
    let path = error.path().unwrap().display().to_string();
    for text in [error.message(), &path, error.kind().remedy().unwrap()] {
        assert!(d.window.query_all_by_label(text).next().is_some(), "{text}");
    }
    // One works on beside it.
    d.window.state_mut().ask(Action::SelectClip(0));
    d.settle();
    d.button("Next frame");
    assert_eq!(d.frame(), 1);
    d.window.query_all_by_label_contains("Errors ").next().unwrap().click();
    d.steps();
    let lines = |d: &Driven, level: &str| d.window.query_all_by_label_contains(&format!("Z {level} ")).count();
    assert!(lines(&d, "error") > 0 && lines(&d, "info") == 0);
    d.key(NONE, Key::F8);
    assert!(!d.session().view().log && lines(&d, "error") == 0);
}

#[test]
fn a_key_that_a_page_waits_for_closes_no_window() {
    let mut d = window(&[]);
    d.window.state_mut().ask(Action::SettingsPart(SettingsPart::Keys));
    d.steps();
    d.fill("Filter keys", "Next frame");
    d.button("Add a key to Next frame");
    d.key(NONE, Key::Escape);
    assert_eq!(d.windows(), [DialogKind::Settings], "the key was not wanted after all");
    assert!(d.session().preferences().keys.is_empty());
}
