//! Asks who approves, and who waives.

use super::{
    clips,
    help::dialog,
    picker::Purpose,
    recipe::{golden_frames, paper},
    rooms, theme,
    widgets::{Mark, Out, cut, mono, segments, weak},
};
use crate::{
    session::{Action, ClipId, ExportState, Session},
    words::count,
};
use egui::{Button, Grid, RichText, ScrollArea, TextEdit, Ui};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// What was typed; name and role stay for the next time.
#[derive(Default)]
pub struct Form {
    name: String,
    role: String,
    note: String,
    reason: String,
    /// Whether the waiver is for every clip of the camera mode.
    alike: bool,
    /// The folder the recipe folder is made in.
    pub parent: Option<PathBuf>,
    /// Clips taken out by hand.
    left_out: BTreeSet<ClipId>,
}

/// Returns a folder to be picked, if that was asked for.
pub fn show(ui: &Ui, session: &Session, form: &mut Form, out: &mut Out) -> Option<Purpose> {
    dialog(ui, "approve", "Approve and export recipe", 500.0, out, |ui, out| {
        if let ExportState::Done { recipe, golden, .. } = session.export() {
            ui.horizontal(|ui| {
                Mark::Pass.show(ui);
                ui.label("Exported to");
            });
            ui.add(egui::Label::new(mono(recipe.display().to_string())).wrap());
            ui.label(weak(paper()));
            ui.add_space(4.0);
            ScrollArea::vertical().max_height(360.0).show(ui, |ui| golden_frames(ui, golden));
            return None;
        }
        let chosen = choose_clips(ui, session, form);
        if let Some(why) = session.show_in_the_way(&chosen) {
            ui.horizontal(|ui| {
                Mark::Fail.show(ui);
                ui.label(weak(format!("The show: {why}")));
            });
        }
        rooms::look::not_in_recipe(ui, session);
        ui.add_space(6.0);
        let pick = fields(ui, form);
        if let ExportState::Failed(error) = session.export() {
            ui.horizontal_wrapped(|ui| {
                Mark::Fail.show(ui);
                ui.label(RichText::new(format!("Not exported: {error}")).color(theme::FAIL));
            });
        }
        ui.add_space(6.0);
        let running = matches!(session.export(), ExportState::Running { .. });
        let missing = [
            (chosen.is_empty(), "a clip"),
            (form.name.trim().is_empty(), "a name"),
            (form.role.trim().is_empty(), "a role"),
            (form.parent.is_none(), "a folder"),
        ];
        let missing: Vec<&str> = missing.into_iter().filter(|(m, _)| *m).map(|(_, what)| what).collect();
        ui.horizontal(|ui| {
            let button = ui.add_enabled(missing.is_empty() && !running, Button::new("Approve and export"));
            if button.clicked()
                && let Some(parent) = &form.parent
            {
                let dir = free_name(parent, &recipe_name(session, &chosen));
                let (name, role, note) = (form.name.clone(), form.role.clone(), form.note.clone());
                out.push(Action::Export { dir, name, role, note, clips: chosen });
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

/// The clips as boxes to tick; those that cannot be approved say why. Returns the places of those ticked.
fn choose_clips(ui: &mut Ui, session: &Session, form: &mut Form) -> Vec<usize> {
    let mut chosen = vec![];
    ui.label("Approved exactly as shown now:");
    ScrollArea::vertical().max_height(160.0).show(ui, |ui| {
        for (i, entry) in session.document().clips.iter().enumerate() {
            let problem = match (session.opened(entry.id), session.tally(entry)) {
                (None, _) => Some("not open".to_owned()),
                (Some(_), None) => Some("its checks have not run".to_owned()),
                (Some(_), Some(t)) if t.open() > 0 => Some(t.open_in_words()),
                _ => None,
            };
            ui.horizontal(|ui| {
                let mut ticked = problem.is_none() && !form.left_out.contains(&entry.id);
                let name = clips::name(session, entry);
                let box_ = ui.add_enabled(problem.is_none(), egui::Checkbox::new(&mut ticked, &name));
                if box_.changed() {
                    if ticked {
                        form.left_out.remove(&entry.id)
                    } else {
                        form.left_out.insert(entry.id)
                    };
                }
                if ticked {
                    chosen.push(i);
                }
                if let Some(why) = problem {
                    Mark::Fail.show(ui);
                    ui.label(weak(why));
                }
            });
        }
    });
    chosen
}

fn fields(ui: &mut Ui, form: &mut Form) -> Option<Purpose> {
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
            if ui.button("Choose…").on_hover_text("The recipe is a folder; it is made in this one").clicked() {
                pick = Some(Purpose::ExportFolder);
            }
            match &form.parent {
                Some(dir) => cut(ui, mono(dir.display().to_string()), &dir.display().to_string()),
                None => ui.label(weak("none chosen")),
            };
        });
        ui.end_row();
    });
    pick
}

/// One clip's recipe carries its name.
fn recipe_name(session: &Session, chosen: &[usize]) -> String {
    let name = match chosen {
        [one] => session.document().clips.get(*one).map(|e| clips::name(session, e)),
        _ => None,
    };
    crate::recipe::safe_name(&name.unwrap_or_else(|| "show".into()))
}

/// `parent/name.recipe`, numbered where that exists: nothing is overwritten.
fn free_name(parent: &Path, name: &str) -> PathBuf {
    let numbered = |i: u32| parent.join(if i == 1 { format!("{name}.recipe") } else { format!("{name}-{i}.recipe") });
    (1..=999).map(numbered).find(|p| !p.exists()).unwrap_or_else(|| numbered(1))
}

pub fn waive(ui: &Ui, session: &Session, form: &mut Form, clip: ClipId, check: &str, out: &mut Out) {
    dialog(ui, "waive", "Waive a check", 440.0, out, |ui, out| {
        let of_show = crate::check::is_about_show(check);
        let found = if of_show { session.show_finding(check) } else { session.finding(clip, check) };
        if let Some(f) = found {
            ui.label(RichText::new(format!("{} {}", f.id, f.title)).color(theme::STRONG));
            ui.add(egui::Label::new(weak(format!("Measured: {}. Limit: {}.", f.measured, f.limit))).wrap());
        }
        ui.add_space(4.0);
        let failing = if of_show { vec![] } else { session.failing_alike(check) };
        let others = failing.iter().filter(|id| **id != clip).count();
        form.alike &= others > 0;
        if of_show {
            ui.label(weak("For the show as a whole."));
        } else if others > 0 {
            segments(ui, |ui| {
                let all = format!("All {} of this camera mode that fail it", count(failing.len(), "clip"));
                for (alike, label) in [(false, "This clip"), (true, all.as_str())] {
                    if ui.selectable_label(form.alike == alike, label).clicked() {
                        form.alike = alike;
                    }
                }
            });
        }
        Grid::new("waive").num_columns(2).spacing([10.0, 6.0]).show(ui, |ui| {
            field(ui, "Name", &mut form.name, "");
            ui.end_row();
            field(ui, "Reason", &mut form.reason, "");
            ui.end_row();
        });
        ui.add_space(6.0);
        let ready = !form.name.trim().is_empty() && !form.reason.trim().is_empty();
        if ui.add_enabled(ready, Button::new("Waive")).on_disabled_hover_text("Needs a name and a reason").clicked() {
            let (name, reason) = (form.name.clone(), std::mem::take(&mut form.reason));
            out.push(Action::Waive { check: check.to_owned(), name, reason, alike: std::mem::take(&mut form.alike) });
        }
    });
}

fn field(ui: &mut Ui, name: &str, value: &mut String, hint: &str) {
    let label = ui.label(name);
    ui.add(TextEdit::singleline(value).hint_text(hint).desired_width(360.0)).labelled_by(label.id);
}
