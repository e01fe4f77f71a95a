//! Above the picture of a room: whose it is, the clips before and behind it, and how large it is shown.

use crate::{
    app::{
        clips, theme, toolbar,
        widgets::{Out, action_button, cut},
    },
    session::{Action, Placement, Session},
};
use egui::{Align, Layout, RichText, Ui};

/// `first` is what only this room has.
pub fn show(ui: &mut Ui, session: &Session, placement: Option<&Placement>, out: &mut Out, first: impl FnOnce(&mut Ui, &mut Out)) {
    ui.horizontal(|ui| {
        first(ui, out);
        let entry = session.document().selected_clip();
        let name = entry.map(|e| clips::name(session, e)).unwrap_or_default();
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            toolbar::zoom(ui, session, out, placement);
            action_button(ui, session, out, &Action::NextClip, "Next clip", false);
            action_button(ui, session, out, &Action::PreviousClip, "Previous clip", false);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                cut(ui, RichText::new(&name).color(theme::STRONG).strong(), &name);
            });
        });
    });
}
