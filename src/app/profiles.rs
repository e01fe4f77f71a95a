//! The profiles that can be chosen, one a row.

use super::widgets::{Mark, Out, weak};
use crate::session::{Action, Session};
use egui::{Label, Ui};

/// Built in, then the studio's; with what is wrong with a file that is no profile.
pub fn rows(ui: &mut Ui, session: &Session, out: &mut Out) {
    let now = session.profile();
    for offered in session.offered_profiles() {
        let file = offered.path.as_ref().map(|p| p.display().to_string());
        match &offered.profile {
            Ok(p) => {
                let row = ui.selectable_label(p.id == now.id, &p.title);
                let from = file.unwrap_or_else(|| "comes with the program".into());
                if row.on_hover_text(format!("{} {}, {from}", p.id, p.version)).clicked() {
                    if p != now {
                        out.push(Action::Profile(p.id.clone().into()));
                    }
                    ui.close();
                }
            }
            Err(why) => {
                let name = offered.path.as_deref().and_then(|p| p.file_name()).unwrap_or_default().to_string_lossy().into_owned();
                ui.horizontal(|ui| {
                    Mark::Fail.show(ui);
                    let spoken = format!("{name} is no profile: {why}");
                    let row = ui.add(Label::new(weak(format!("{name}: cannot be read"))).truncate());
                    row.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
                    row.on_hover_text(&spoken);
                });
            }
        }
    }
}
