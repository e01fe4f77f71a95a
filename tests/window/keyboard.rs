//! The window used by keys alone.

use super::ui::{Driven, NONE, opened};
use egui::{
    Key, Modifiers,
    accesskit::{Role, Toggled},
};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use prelight::session::{Action, CdlNumbers, Channel, LookEdit, Room, SettingsPart};

fn has_keyboard(d: &Driven, role: Role, name: &str) -> bool {
    d.window.query_by_role_and_label(role, name).is_some_and(|n| n.accesskit_node().is_focused())
}

fn palette(d: &mut Driven, text: &str) {
    d.key(Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    d.window.get_by_role_and_label(Role::TextInput, "Command").type_text(text);
    d.steps();
}

#[test]
fn tab_goes_on_through_the_steps_of_the_bench_to_the_transport() {
    let mut d = opened(&["small.chart"]);
    let meets = |d: &mut Driven, name: &str| {
        (0..150).any(|_| {
            d.window.key_press(Key::Tab);
            d.window.step();
            d.window.step();
            d.window.query_all_by_label_contains(name).any(|n| n.accesskit_node().is_focused())
        })
    };
    assert!(meets(&mut d, "Step Decode"));
    assert!(meets(&mut d, "Play / pause"));
}

#[test]
fn no_key_acts_beneath_an_open_menu() {
    let mut d = opened(&["one-small.chart", "two-small.chart"]);
    d.button("File");
    assert!(d.sees("Open show…"));
    d.key(NONE, Key::R);
    d.key(NONE, Key::Delete);
    assert_eq!((d.session().view().channel, d.session().document().clips.len()), (Channel::Rgb, 2));
    d.key(NONE, Key::Escape);
    assert!(!d.sees("Open show…"));
    d.key(NONE, Key::R);
    assert_eq!(d.session().view().channel, Channel::Red);
}

#[test]
fn key_sheet_and_settings_take_the_keyboard() {
    let mut d = opened(&["small.chart"]);
    d.key(NONE, Key::Questionmark);
    assert!(has_keyboard(&d, Role::TextInput, "Filter the sheet"));
    d.key(NONE, Key::R);
    assert_eq!(d.session().view().channel, Channel::Rgb, "what is typed is no command");
    d.key(NONE, Key::Escape);
    assert!(d.windows().is_empty());
    d.key(Modifiers::COMMAND, Key::Comma);
    assert!(has_keyboard(&d, Role::Button, "Monitor"));
    d.window.state_mut().ask(Action::SettingsPart(SettingsPart::Keys));
    d.steps();
    assert!(has_keyboard(&d, Role::TextInput, "Filter keys"));
}

#[test]
fn what_gets_the_keyboard_is_scrolled_into_view() {
    let mut d = opened(&["small.chart"]);
    d.window.state_mut().ask(Action::SettingsPart(SettingsPart::Keys));
    d.steps();
    for nth in 0..80 {
        d.key(NONE, Key::Tab);
        let focused = d.window.ctx.memory(|m| m.focused()).and_then(|id| d.window.ctx.read_response(id)).unwrap();
        let (seen, whole) = (focused.interact_rect.y_range(), focused.rect.y_range());
        assert!(seen.contains(whole.min) && seen.contains(whole.max), "{nth}: {seen:?} of {whole:?}");
    }
}

#[test]
fn the_key_sheet_is_gone_through_by_pages() {
    let mut d = opened(&["small.chart"]);
    d.key(NONE, Key::Questionmark);
    let top = |d: &Driven| d.window.get_by_label("Open files…").rect().top();
    let before = top(&d);
    d.key(NONE, Key::PageDown);
    assert!(top(&d) < before - 100.0, "{} after {before}", top(&d));
    d.key(NONE, Key::PageUp);
    assert_eq!(top(&d), before);
}

#[test]
fn escape_answers_a_question_and_stay_has_the_keyboard() {
    let mut d = opened(&["small.chart"]);
    let cdl = LookEdit::AddCdl(CdlNumbers { slope: [1.2, 1.0, 1.0], ..CdlNumbers::default() });
    d.window.state_mut().ask(Action::Draft { edits: vec![cdl] });
    d.steps();
    d.settle();
    for answer in [Key::Escape, Key::Enter] {
        d.key(Modifiers::COMMAND, Key::Q);
        assert!(d.session().question().is_some());
        assert!(has_keyboard(&d, Role::Button, "Stay"));
        d.key(NONE, answer);
        assert!(d.session().question().is_none() && d.session().has_draft(), "{answer:?}");
    }
}

#[test]
fn the_arithmetic_keeps_its_place_while_another_cell_is_worked_out() {
    let mut d = opened(&["small.chart", "2x.chart"]);
    d.window.state_mut().ask(Action::Room(Room::Framing));
    d.steps();
    d.settle();
    d.key(NONE, Key::ArrowRight);
    d.settle();
    d.window.key_press(Key::ArrowDown);
    for pass in 0..4 {
        d.window.step();
        assert!(d.sees("Arithmetic") || d.window.query_by_label("…").is_some(), "pass {pass}");
    }
}

#[test]
fn enter_opens_the_selected_line_of_the_intake() {
    let mut d = opened(&["one-small.chart", "two-small.chart"]);
    d.window.state_mut().ask(Action::Room(Room::Intake));
    d.steps();
    d.key(NONE, Key::ArrowDown);
    assert_eq!(d.session().document().selected_index(), Some(1));
    d.key(NONE, Key::Enter);
    assert_eq!(d.session().view().room, Room::Bench);
}

#[test]
fn the_palette_says_why_not_keeps_the_keyboard_and_copies() {
    let mut d = opened(&["small.chart"]);
    palette(&mut d, "clear in and out");
    d.key(NONE, Key::Tab);
    assert!(has_keyboard(&d, Role::TextInput, "Command"));
    d.key(NONE, Key::Enter);
    assert!(d.session().view().palette && d.sees("Not now: nothing is marked"));
    // The key alone: what a pass puts out is that of the last.
    let (key, modifiers) = (Key::Enter, Modifiers::COMMAND);
    d.window.event(egui::Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers });
    d.window.step();
    let commands = &d.window.output().platform_output.commands;
    assert!(commands.iter().any(|c| matches!(c, egui::OutputCommand::CopyText(line) if line.contains("Play/ClearMarks"))), "{commands:?}");
}

#[test]
fn tab_goes_through_the_head_of_a_room_from_left_to_right() {
    let mut d = opened(&["small.chart"]);
    for (room, buttons) in [(Room::Evidence, ["All rules", "Failing rules"]), (Room::Intake, ["Order as opened", "Order by clip"])] {
        d.window.state_mut().ask(Action::Room(room));
        d.steps();
        let [left, right] = buttons.map(|name| d.window.get_by_role_and_label(Role::Button, name).rect());
        assert!(left.right() <= right.left());
        d.window.get_by_role_and_label(Role::Button, buttons[0]).focus();
        d.steps();
        d.key(NONE, Key::Tab);
        assert!(has_keyboard(&d, Role::Button, buttons[1]), "{room:?}");
    }
}

#[test]
fn menus_say_what_is_so() {
    let mut d = opened(&["small.chart"]);
    let is_on = |d: &mut Driven, name: &str| {
        d.button("View");
        // With its key behind it.
        let mut items = d.window.query_all_by_label_contains(name).filter(|n| n.accesskit_node().role() == Role::Button);
        let on = items.next().unwrap().accesskit_node().toggled();
        drop(items);
        d.key(NONE, Key::Escape);
        on
    };
    assert_eq!(is_on(&mut d, "Safe areas"), Some(Toggled::False));
    d.key(Modifiers::SHIFT, Key::V);
    assert_eq!(is_on(&mut d, "Safe areas"), Some(Toggled::True));
    assert_eq!(is_on(&mut d, "Measure frame times afresh"), None, "what leaves no state has none");
}

#[test]
fn the_line_of_a_wipe_is_moved_and_turned() {
    let mut d = opened(&["small.chart"]);
    d.key(NONE, Key::W);
    let before = d.session().view().compare.wipe;
    d.key(Modifiers::COMMAND, Key::ArrowLeft);
    d.key(Modifiers::COMMAND, Key::ArrowDown);
    let after = d.session().view().compare.wipe;
    assert!((after.at[0] - before.at[0] + 0.02).abs() < 1e-9 && (after.angle - before.angle - 5.0).abs() < 1e-9, "{after:?}");
}

#[test]
fn no_tab_stop_of_intake_does_nothing() {
    let mut d = opened(&["one-small.chart", "two-small.chart"]);
    let fdl = d.folder.path().canonicalize().unwrap().join("day.fdl");
    std::fs::write(&fdl, b"no FDL").unwrap();
    d.button("Intake");
    d.window.state_mut().ask(Action::Attach { clip: Some(1), paths: vec![fdl] });
    d.settle();
    assert!(d.sees("FDL of two-small, by chosen"));
    let mut met = false;
    for _ in 0..60 {
        d.key(NONE, Key::Tab);
        assert!(!has_keyboard(&d, Role::Label, "FDL of two-small, by chosen"), "it is dragged, and nothing else");
        met |= d.window.query_all_by_label_contains("Clip two-small:").any(|n| n.accesskit_node().is_focused());
    }
    assert!(met, "its clip takes the keyboard");
}
