//! A line at the top that asks before edits are dropped. Everything goes on below it.

use super::widgets::{Mark, Out, action_button};
use crate::session::{Action, Session};
use egui::{Align, Layout, Ui};

/// What is new takes the keyboard, at the answer that drops nothing.
pub fn show(ui: &mut Ui, session: &Session, words: &str, action: &Action, is_new: bool, out: &mut Out) {
    let (ahead, stay) = match action {
        Action::Quit => ("Quit without writing", "Stay"),
        Action::FramingStart(_) => ("Begin anew", "Keep editing"),
        _ => ("Open the other show", "Stay"),
    };
    ui.horizontal(|ui| {
        Mark::Warn.show(ui);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            // Called as it is labelled: the table has words for every question.
            let mut answer = |ui: &mut Ui, action, label: &str| {
                let button = action_button(ui, session, out, action, label, false);
                button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, label));
                button
            };
            let stays = answer(ui, &Action::Stay, stay);
            if is_new {
                stays.request_focus();
            }
            answer(ui, &Action::GoAhead, ahead);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| ui.add(egui::Label::new(words).truncate()));
        });
    });
}
