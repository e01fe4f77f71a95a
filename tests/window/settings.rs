//! The page of the settings.

use super::ui::{NONE, opened, window};
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use prelight::session::{Action, MonitorColor, SettingsPart};

#[test]
fn the_page_opens_by_its_key_and_the_window_goes_on_beside_it() {
    let mut d = opened(&["small.chart"]);
    d.key(egui::Modifiers::COMMAND, egui::Key::Comma);
    assert!(d.session().view().settings.is_some());
    assert!(d.sees("As it is") && d.sees("Not kept"), "where they are kept is said");
    assert!(d.sees("Monitor: as it is"), "and the status bar says what is done");
    d.click(Role::RadioButton, "Display P3");
    assert_eq!(d.session().preferences().monitor, MonitorColor::DisplayP3);
    assert!(d.sees("Monitor: Display P3"));
    d.key(NONE, egui::Key::ArrowRight);
    assert_eq!(d.frame(), 1, "nothing is held up by the page");
    d.key(egui::Modifiers::COMMAND, egui::Key::Comma);
    assert!(!d.sees("Not kept"));
}

#[test]
fn a_key_is_set_by_pressing_it_and_everything_follows() {
    let mut d = opened(&["small.chart"]);
    d.window.state_mut().ask(Action::SettingsPage);
    d.steps();
    d.button("Keys");
    d.fill("Filter keys", "Next frame");
    d.button("Add a key to Next frame");
    assert!(d.sees("Press a key"));
    // M does nothing yet; while the page waits for a key, C does not either.
    d.key(NONE, egui::Key::M);
    assert_eq!(d.session().preferences().keys["Play/Step 1"], ["ArrowRight", "M"]);
    d.button("Remove Right from Next frame");
    assert_eq!(d.session().preferences().keys["Play/Step 1"], ["M"]);
    d.window.state_mut().ask(Action::SettingsPage);
    d.steps();
    d.key(NONE, egui::Key::M);
    assert_eq!(d.frame(), 1);
    d.key(NONE, egui::Key::ArrowRight);
    assert_eq!(d.frame(), 1, "the old key does nothing");
    // The sheet of keys is drawn from the same place.
    d.window.state_mut().ask(Action::Keys);
    d.steps();
    assert!(d.window.query_all_by_label("M").next().is_some());
    d.window.state_mut().ask(Action::CloseDialog);

    // A key that another action has is a conflict, and is said.
    d.window.state_mut().ask(Action::SetKeys { action: "Play/Step 1".into(), keys: vec!["K".into()] });
    d.window.state_mut().ask(Action::SettingsPart(SettingsPart::Keys));
    d.steps();
    assert!(d.sees("also Stop"), "the other action that has it");
    d.button("Reset the keys of Next frame");
    assert!(d.session().preferences().keys.is_empty());
    assert!(!d.sees("also Stop"));
}

#[test]
fn numbers_and_profiles_are_set_on_the_page() {
    let mut d = window(&[]);
    d.window.state_mut().ask(Action::SettingsPage);
    d.steps();
    d.button("Memory");
    assert!(d.sees("MiB are in use"));
    assert_eq!(d.window.get_by_role_and_label(Role::SpinButton, "Decoded frames").accesskit_node().numeric_value(), Some(1024.0));
    d.button("New shows");
    d.click(Role::RadioButton, "Netflix: VFX pulls and plates");
    assert_eq!(d.session().preferences().profile.as_deref(), Some("netflix-vfx"));
}
