//! Asks who approves, and who waives.

use super::{
    clips,
    help::dialog,
    picker::Purpose,
    recipe::golden_frames,
    theme,
    widgets::{Mark, Out, mono, weak},
};
use crate::session::{Action, ClipId, ExportState, Session};
use egui::{Button, Grid, RichText, TextEdit, Ui};
use std::path::PathBuf;

/// What was typed; name and role stay for the next time.
#[derive(Default)]
pub struct Form {
    name: String,
    role: String,
    note: String,
    reason: String,
    pub dir: Option<PathBuf>,
}

/// Returns a folder to be picked, if that was asked for.
pub fn show(ui: &Ui, session: &Session, form: &mut Form, out: &mut Out) -> Option<Purpose> {
    dialog(ui, "approve", "Approve and export recipe", 480.0, out, |ui, out| {
        if let ExportState::Done { recipe, golden } = session.export() {
            ui.horizontal(|ui| {
                Mark::Pass.show(ui);
                ui.label("Exported to");
            });
            ui.add(egui::Label::new(mono(recipe.display().to_string())).wrap());
            ui.add_space(4.0);
            golden_frames(ui, golden);
            return None;
        }
        let mut problems = vec![];
        for entry in &session.document().clips {
            match session.tally(entry.id) {
                None => problems.push(format!("{}: its checks have not run", clips::name(entry))),
                Some(t) if t.blocking > 0 => problems.push(format!("{}: {} blocking checks fail", clips::name(entry), t.blocking)),
                Some(_) => {}
            }
        }
        let n = session.document().clips.len();
        ui.label(format!("{n} {} approved exactly as shown now.", if n == 1 { "clip is" } else { "clips are" }));
        ui.add_space(4.0);
        let mut pick = None;
        Grid::new("approve").num_columns(2).spacing([10.0, 6.0]).show(ui, |ui| {
            field(ui, "Name", &mut form.name, "");
            ui.end_row();
            field(ui, "Role", &mut form.role, "Director of photography, colourist, …");
            ui.end_row();
            field(ui, "Note", &mut form.note, "Optional");
            ui.end_row();
            ui.label("Folder");
            ui.horizontal(|ui| {
                if ui.button("Choose…").on_hover_text("Folder for the recipe").clicked() {
                    pick = Some(Purpose::ExportFolder);
                }
                match &form.dir {
                    Some(dir) => super::widgets::cut(ui, mono(dir.display().to_string()), &dir.display().to_string()),
                    None => ui.label(weak("none chosen")),
                };
            });
            ui.end_row();
        });
        for p in &problems {
            ui.horizontal_wrapped(|ui| {
                Mark::Fail.show(ui);
                ui.label(p);
            });
        }
        if let ExportState::Failed(error) = session.export() {
            ui.horizontal_wrapped(|ui| {
                Mark::Fail.show(ui);
                ui.label(RichText::new(format!("Not exported: {error}")).color(theme::FAIL));
            });
        }
        ui.add_space(6.0);
        let running = matches!(session.export(), ExportState::Running { .. });
        let missing = [(form.name.trim().is_empty(), "a name"), (form.role.trim().is_empty(), "a role"), (form.dir.is_none(), "a folder")]
            .into_iter()
            .filter(|(m, _)| *m)
            .map(|(_, what)| what)
            .collect::<Vec<_>>();
        let ready = problems.is_empty() && missing.is_empty() && !running;
        ui.horizontal(|ui| {
            let button = ui.add_enabled(ready, Button::new("Approve and export"));
            if button.clicked()
                && let Some(dir) = form.dir.clone()
            {
                out.push(Action::Export { dir, name: form.name.clone(), role: form.role.clone(), note: form.note.clone() });
            }
            if running {
                ui.label(weak("Exporting…"));
            } else if !missing.is_empty() {
                ui.label(weak(format!("Needs {}.", missing.join(", "))));
            }
        });
        pick
    })
}

pub fn waive(ui: &Ui, session: &Session, form: &mut Form, clip: ClipId, check: &str, out: &mut Out) {
    dialog(ui, "waive", "Waive a check", 440.0, out, |ui, out| {
        let finding = session.opened(clip).and_then(|o| o.findings()).and_then(|f| f.iter().find(|f| f.id == check));
        if let Some(f) = finding {
            ui.label(RichText::new(&f.title).color(theme::STRONG));
            ui.label(weak(format!("Measured {}, limit {}", f.measured, f.limit)));
        }
        ui.add_space(4.0);
        Grid::new("waive").num_columns(2).spacing([10.0, 6.0]).show(ui, |ui| {
            field(ui, "Name", &mut form.name, "");
            ui.end_row();
            field(ui, "Reason", &mut form.reason, "");
            ui.end_row();
        });
        ui.add_space(6.0);
        let ready = !form.name.trim().is_empty() && !form.reason.trim().is_empty();
        if ui.add_enabled(ready, Button::new("Waive")).on_disabled_hover_text("Needs a name and a reason").clicked() {
            out.push(Action::Waive { check: check.to_owned(), name: form.name.clone(), reason: std::mem::take(&mut form.reason) });
        }
    });
}

fn field(ui: &mut Ui, name: &str, value: &mut String, hint: &str) {
    let label = ui.label(name);
    ui.add(TextEdit::singleline(value).hint_text(hint).desired_width(340.0)).labelled_by(label.id);
}
