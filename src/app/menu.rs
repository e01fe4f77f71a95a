//! The menu bar, read from the table of actions.

use super::{
    keymap,
    widgets::{Out, told},
};
use crate::session::{
    Action, Session, name_of,
    table::{self, ACTIONS, Entry, MENUS},
};
use egui::{Button, MenuBar, Ui};

pub fn show(ui: &mut Ui, session: &Session, out: &mut Out) {
    MenuBar::new().ui(ui, |ui| {
        for menu in MENUS {
            ui.menu_button(menu, |ui| {
                ui.set_min_width(210.0);
                let mut done: Vec<&str> = vec![];
                for e in ACTIONS.iter().filter(|e| e.top() == menu) {
                    match e.menu.split_once('/') {
                        None => item(ui, session, out, e),
                        Some((_, sub)) if !done.contains(&sub) => {
                            done.push(sub);
                            ui.menu_button(sub, |ui| {
                                ui.set_min_width(210.0);
                                ACTIONS.iter().filter(|x| x.menu == e.menu).for_each(|x| item(ui, session, out, x));
                            });
                        }
                        Some(_) => {}
                    }
                }
                if menu == "File" {
                    recent(ui, session, out);
                }
            });
        }
    });
}

/// The shows that were saved or opened last.
fn recent(ui: &mut Ui, session: &Session, out: &mut Out) {
    if session.recent().is_empty() {
        return;
    }
    ui.menu_button("Recent", |ui| {
        for path in session.recent() {
            let name = name_of(path);
            if ui.button(name).on_hover_text(path.display().to_string()).clicked() {
                out.push(Action::OpenShow(path.clone()));
                ui.close();
            }
        }
    });
}

pub fn item(ui: &mut Ui, session: &Session, out: &mut Out, entry: &Entry) {
    let why = table::offered(entry, session).err();
    let [undo, redo] = session.undo_labels();
    let text = match (&entry.action, undo, redo) {
        (Action::Undo, Some(what), _) => format!("{} {what}", entry.text),
        (Action::Redo, _, Some(what)) => format!("{} {what}", entry.text),
        _ => entry.text.to_owned(),
    };
    let keys = keymap::hint(ui.ctx(), &session.keys().of(entry));
    let button = match table::holds(&entry.action, session) {
        Some(on) => Button::selectable(on, text),
        None => Button::new(text).frame_when_inactive(false),
    };
    let button = button.shortcut_text(keys);
    let response = told(ui.add_enabled(why.is_none(), button), entry.tooltip, why);
    if response.clicked() {
        out.push(entry.action.clone());
        ui.close();
    }
}
