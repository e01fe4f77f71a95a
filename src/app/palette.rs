//! The command palette: every action by name.

use super::{
    keymap,
    widgets::{Mark, Out, weak},
};
use crate::session::{
    Action, Session,
    table::{self, ACTIONS, Entry},
};
use egui::{Button, Id, Key, Modal, Modifiers, ScrollArea, TextEdit, Ui};

#[derive(Default)]
pub struct PaletteState {
    text: String,
    chosen: usize,
}

pub fn show(ui: &Ui, session: &Session, state: &mut PaletteState, out: &mut Out) {
    let modal = Modal::new(Id::unique("palette")).show(ui.ctx(), |ui| {
        ui.set_width(460.0);
        let field = ui.add(
            TextEdit::singleline(&mut state.text).hint_text("Type a command, or Group/Verb").desired_width(f32::INFINITY).lock_focus(true),
        );
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Command"));
        field.request_focus();
        if field.changed() {
            state.chosen = 0;
        }
        let found = matches(&state.text);
        let (up, down) = ui.input(|i| (i.key_pressed(Key::ArrowUp), i.key_pressed(Key::ArrowDown)));
        let copies = ui.input_mut(|i| i.consume_key(Modifiers::COMMAND, Key::Enter));
        let enter = ui.input(|i| i.key_pressed(Key::Enter));
        state.chosen = (state.chosen + usize::from(down)).saturating_sub(usize::from(up)).min(found.len().saturating_sub(1));
        let mut done = None;
        ScrollArea::vertical().max_height(320.0).auto_shrink([false, false]).show(ui, |ui| {
            for (i, e) in found.iter().enumerate() {
                let why = table::offered(e, session).err();
                let text = format!("{}: {}", e.top(), e.text);
                let button = Button::selectable(i == state.chosen, text)
                    .shortcut_text(keymap::hint(ui.ctx(), &session.keys().of(e)))
                    .min_size(egui::vec2(ui.available_width(), 22.0));
                let response =
                    ui.add_enabled(why.is_none(), button).on_hover_text(e.tooltip).on_disabled_hover_text(why.unwrap_or_default());
                if response.clicked() || (enter && i == state.chosen && why.is_none()) {
                    done = Some(e.action.clone());
                }
                if (up || down) && i == state.chosen {
                    response.scroll_to_me(None);
                }
            }
            if found.is_empty() {
                ui.label(weak("No command is called that."));
            }
        });
        if let Some(e) = found.get(state.chosen) {
            let line = session.do_line(&e.action);
            if let Err(why) = table::offered(e, session) {
                ui.horizontal(|ui| {
                    Mark::None.show(ui);
                    ui.label(format!("Not now: {why}"));
                });
            }
            ui.horizontal(|ui| {
                let copy =
                    ui.small_button("Copy as command line").on_hover_text(format!("{line}  [{}]", keymap::hint(ui.ctx(), &["Ctrl+Enter"])));
                if copy.clicked() || copies {
                    ui.ctx().copy_text(line.clone());
                }
                ui.add(egui::Label::new(weak(&line)).truncate());
            });
        }
        // A whole action can be typed, as on the command line.
        if done.is_none() && enter && found.is_empty() {
            done = Action::parse(&state.text).ok();
        }
        done
    });
    let close = modal.should_close();
    if let Some(action) = modal.inner {
        *state = PaletteState::default();
        out.extend([Action::Palette, action]);
    } else if close {
        *state = PaletteState::default();
        out.push(Action::Palette);
    }
}

/// Entries whose text holds every word, the earliest hit first.
fn matches(text: &str) -> Vec<&'static Entry> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let score = |e: &Entry| {
        let name = format!("{} {} {}", e.text, e.menu, e.action.name()).to_lowercase();
        words.iter().map(|w| name.find(w.as_str())).sum::<Option<usize>>()
    };
    let mut found: Vec<(usize, &Entry)> = ACTIONS.iter().filter_map(|e| Some((score(e)?, e))).collect();
    found.sort_by_key(|(s, _)| *s);
    found.into_iter().map(|(_, e)| e).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_find_commands_in_any_order() {
        assert_eq!(matches("red only")[0].action, Action::Channel(crate::session::Channel::Red));
        assert_eq!(matches("recipe export")[0].text, "Approve and export recipe…");
        assert_eq!(matches("").len(), ACTIONS.len());
        assert!(matches("no such thing").is_empty());
    }
}
