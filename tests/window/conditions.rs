//! On what conditions recipes may be used, typed in the Recipe room.

use super::ui::{Driven, opened};
use egui::accesskit::Role;
use prelight::session::{Action, Room};

#[test]
fn a_scope_is_widened_by_typing_and_what_does_not_hold_is_said() {
    let mut d = opened(&["small.chart"]);
    d.window.state_mut().ask(Action::Room(Room::Recipe));
    d.settle();
    let scope = |d: &Driven| d.session().document().conditions.scope.to_string();
    let field = |d: &mut Driven, name: &str, text: &str| {
        d.fill(name, text);
        d.key(egui::Modifiers::NONE, egui::Key::Enter);
        d.settle();
    };
    field(&mut d, "Scope EI", "400..1600");
    assert_eq!(scope(&d), "ei:400..1600");
    field(&mut d, "Scope sensor mode", "any");
    assert_eq!(scope(&d), "mode:any ei:400..1600");
    field(&mut d, "Scope squeeze", "wide");
    assert_eq!(scope(&d), "mode:any ei:400..1600", "nothing is taken up");
    assert!(d.sees("scope.squeeze = wide"), "and it is said under the field");
    d.click(Role::CheckBox, "Another engine on proof");
    d.settle();
    assert!(d.session().document().conditions.proved);
}
