//! Why a reference still differs (REF-03): each cause with what it leaves, to be seen beside the still.

use crate::{
    app::{
        theme,
        widgets::{Out, action_button, heading, weak},
    },
    session::{Action, ClipId, Session, With},
};
use egui::{Align, Label, Layout, RichText, Ui};

/// The rule whose evidence this is.
pub const RULE: &str = "REF-03";

pub fn show(ui: &mut Ui, session: &Session, clip: ClipId, out: &mut Out) {
    let causes = session.causes(clip);
    if causes.is_empty() {
        return;
    }
    heading(ui, "Causes, by the dE ITP that each leaves");
    let compare = &session.view().compare;
    for (nth, cause) in (1..).zip(causes) {
        let with = With::Cause(nth);
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
            let shown = compare.on && compare.with == with;
            action_button(ui, session, out, &Action::CompareWith(with), "Compare", shown);
            ui.with_layout(Layout::top_down(Align::Min), |ui| {
                ui.add(Label::new(RichText::new(format!("{nth}. {}", cause.with_number())).color(theme::TEXT)).wrap());
                ui.add(Label::new(weak(cause.mend)).wrap());
            });
        });
    }
}
