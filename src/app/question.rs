//! A line at the top that asks before edits are dropped. Everything goes on below it.

use super::widgets::{Mark, Out, action_button};
use crate::session::{Action, Session};
use egui::{Align, Layout, Ui};

pub fn show(ui: &mut Ui, session: &Session, words: &str, action: &Action, out: &mut Out) {
    let (ahead, stay) = match action {
        Action::Quit => ("Quit without writing", "Stay"),
        Action::FramingStart(_) => ("Begin anew", "Keep editing"),
        _ => ("Open the other show", "Stay"),
    };
    ui.horizontal(|ui| {
        Mark::Warn.show(ui);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            action_button(ui, session, out, &Action::Stay, stay, false);
            action_button(ui, session, out, &Action::GoAhead, ahead, false);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| ui.add(egui::Label::new(words).truncate()));
        });
    });
}
