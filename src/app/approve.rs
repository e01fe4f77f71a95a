//! Asks who approves, and who waives.

use super::{
    clips, paging,
    picker::Purpose,
    recipe::{golden_frames, paper},
    rooms, theme,
    widgets::{Mark, Out, cut, mono, segments, weak},
    windows::{Look, Place, State},
};
use crate::{
    check::{Outcome, is_about_show},
    session::{Action, ClipId, DialogKind, ExportState, GoldenFrame, Session, Standing, Waiving},
    words::count,
};
use egui::{
    Button, Grid, Id, Key, RichText, ScrollArea, TextEdit, Ui,
    text::{CCursor, CCursorRange},
    text_edit::TextEditState,
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// Of the height of the window, what the list of clips takes at most.
const LIST: f32 = 0.35;

/// What was typed; name and role stay for the next time.
#[derive(Default)]
pub struct Form {
    name: String,
    role: String,
    note: String,
    reason: String,
    /// What that is the reason for.
    reason_for: Option<(ClipId, String)>,
    /// Whether the waiver is for every clip of the camera mode.
    alike: bool,
    /// The folder the recipe folder is made in.
    pub parent: Option<PathBuf>,
    /// Clips taken out by hand.
    left_out: BTreeSet<ClipId>,
}

/// Returns a folder to be picked, if that was asked for.
pub fn show(ui: &Ui, session: &Session, windows: &mut State, form: &mut Form, out: &mut Out) -> Option<Purpose> {
    let look = Look { kind: DialogKind::Approve, title: "Approve and export recipe", width: 500.0, height: None, place: Place::Left };
    let mut pick = None;
    windows.show(ui, look, out, |ui, out, is_new| {
        if let ExportState::Done { recipe, golden, .. } = session.export() {
            return exported(ui, recipe, golden);
        }
        let chosen = choose_clips(ui, session, form, out);
        if let Some(why) = session.show_in_the_way(&chosen) {
            ui.horizontal(|ui| {
                Mark::Fail.show(ui);
                ui.label(weak(format!("The show: {why}")));
            });
        }
        rooms::look::not_in_recipe(ui, session);
        ui.add_space(6.0);
        pick = fields(ui, form, is_new);
        if let ExportState::Failed(error) = session.export() {
            ui.horizontal_wrapped(|ui| {
                Mark::Fail.show(ui);
                ui.label(RichText::new(format!("Not exported: {error}")).color(theme::FAIL));
            });
        }
        ui.add_space(6.0);
        let running = matches!(session.export(), ExportState::Running { .. });
        let missing = missing([
            (chosen.is_empty(), "a clip"),
            (form.name.trim().is_empty(), "a name"),
            (form.role.trim().is_empty(), "a role"),
            (form.parent.is_none(), "a folder"),
        ]);
        ui.horizontal(|ui| {
            let button = ui.add_enabled(missing.is_none() && !running, Button::new("Approve and export"));
            if button.clicked()
                && let Some(parent) = &form.parent
            {
                let dir = free_name(parent, &recipe_name(session, &chosen));
                let (name, role, note) = (form.name.clone(), form.role.clone(), form.note.clone());
                out.push(Action::Export { dir, name, role, note, clips: chosen });
            }
            if running {
                ui.label(weak("Exporting…"));
            } else if let Some(missing) = missing {
                ui.label(weak(missing));
            }
        });
    });
    pick
}

/// What is still to be said; none where nothing is.
fn missing<const N: usize>(parts: [(bool, &str); N]) -> Option<String> {
    let missing: Vec<&str> = parts.into_iter().filter(|(is_missing, _)| *is_missing).map(|(_, what)| what).collect();
    (!missing.is_empty()).then(|| format!("Needs {}.", missing.join(", ")))
}

fn exported(ui: &mut Ui, recipe: &Path, golden: &[GoldenFrame]) {
    ui.horizontal(|ui| {
        Mark::Pass.show(ui);
        ui.label("Exported to");
    });
    ui.add(egui::Label::new(mono(recipe.display().to_string())).wrap());
    ui.label(weak(paper()));
    ui.add_space(4.0);
    ScrollArea::vertical().max_height(320.0).show(ui, |ui| golden_frames(ui, golden));
}

/// The clips as boxes to tick; those that cannot be approved say why, and so do those that are not as they were when the window was
/// opened: those are taken as they are now, or not at all. Returns the places of those ticked.
fn choose_clips(ui: &mut Ui, session: &Session, form: &mut Form, out: &mut Out) -> Vec<usize> {
    let mut chosen = vec![];
    let mut has_changed = false;
    ui.label("Approved exactly as shown now:");
    // Nobody signs what they do not see: all of them, where the screen is high enough.
    let height = (ui.ctx().content_rect().height() * LIST).max(160.0);
    ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
        for (i, entry) in session.document().clips.iter().enumerate() {
            let changed = session.changed_since_asked(entry);
            has_changed |= !changed.is_empty();
            let problem = session.not_approvable(entry).map(|why| (Mark::Fail, why));
            let problem = problem.or((!changed.is_empty()).then(|| (Mark::Warn, format!("changed meanwhile: {}", changed.join(", ")))));
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
                if let Some((mark, why)) = problem {
                    mark.show(ui);
                    ui.add(egui::Label::new(weak(&why)).truncate()).on_hover_text(&why);
                }
            });
        }
        paging::of_window(ui, session, DialogKind::Approve);
    });
    ui.label(format!("{} of {}", chosen.len(), count(session.document().clips.len(), "clip")));
    if has_changed {
        ui.horizontal(|ui| {
            let again = ui.button("Take them as they are now");
            if again.on_hover_text("What changed since this window was opened is approved only once it was looked at").clicked() {
                out.push(Action::Approve);
            }
        });
    }
    chosen
}

fn fields(ui: &mut Ui, form: &mut Form, is_new: bool) -> Option<Purpose> {
    let mut pick = None;
    Grid::new("approve").num_columns(2).spacing([10.0, 6.0]).show(ui, |ui| {
        field(ui, "Name", &mut form.name, "", is_new, Some("Role"));
        ui.end_row();
        field(ui, "Role", &mut form.role, "Director of photography, colourist, …", false, Some("Note"));
        ui.end_row();
        field(ui, "Note", &mut form.note, "Optional", false, None);
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

/// Returns what is to be done about the clip that the window was opened for, whichever is selected.
pub fn waive(ui: &Ui, session: &Session, windows: &mut State, form: &mut Form, of: &Waiving, out: &mut Out) -> Option<(ClipId, Action)> {
    let look = Look { kind: DialogKind::Waive, title: "Waive a check", width: 440.0, height: None, place: Place::Left };
    let mut answer = None;
    windows.show(ui, look, out, |ui, out, is_new| {
        let about = (of.clip, of.check.clone());
        let is_another = form.reason_for.as_ref() != Some(&about);
        let is_new = is_new || is_another;
        if is_another {
            // The reason for another is none for this.
            form.reason.clear();
            form.alike = false;
            form.reason_for = Some(about);
        }
        let of_show = is_about_show(&of.check);
        let standing = session.standing(of);
        subject(ui, session, of, of_show, &standing);
        let (can, looked_at) = match &standing {
            Standing::Same(_) => (true, true),
            Standing::Other { .. } => (true, false),
            _ => (false, true),
        };
        let failing = if of_show { vec![] } else { session.failing_alike(Some(of.clip), &of.check) };
        let others = failing.iter().filter(|id| **id != of.clip).count();
        form.alike &= others > 0;
        if others > 0 {
            segments(ui, |ui| {
                let all = format!("All {} of this camera mode that fail it", count(failing.len(), "clip"));
                for (alike, label) in [(false, "This clip"), (true, all.as_str())] {
                    if ui.selectable_label(form.alike == alike, label).clicked() {
                        form.alike = alike;
                    }
                }
            });
        }
        let without_name = form.name.trim().is_empty();
        let mut entered = false;
        Grid::new("waive").num_columns(2).spacing([10.0, 6.0]).show(ui, |ui| {
            field(ui, "Name", &mut form.name, "", is_new && without_name, Some("Reason"));
            ui.end_row();
            entered = field(ui, "Reason", &mut form.reason, "", is_new && !without_name, None);
            ui.end_row();
        });
        ui.add_space(6.0);
        ui.horizontal(|ui| {
            let missing = missing([(form.name.trim().is_empty(), "a name"), (form.reason.trim().is_empty(), "a reason")]);
            let ready = can && looked_at && missing.is_none();
            if ui.add_enabled(ready, Button::new("Waive")).clicked() || (ready && entered) {
                let (name, reason) = (form.name.clone(), std::mem::take(&mut form.reason));
                let waive = Action::Waive { check: of.check.clone(), name, reason, alike: std::mem::take(&mut form.alike) };
                // A rule about the show asks for no clip.
                if of_show { out.push(waive) } else { answer = Some((of.clip, waive)) }
            }
            if let Some(missing) = missing.filter(|_| can && looked_at) {
                ui.label(weak(missing));
            }
            if !looked_at && ui.button("Take it as it is now").on_hover_text("What is waived is what is measured now").clicked() {
                answer = Some((of.clip, Action::AskWaive(of.check.clone())));
            }
        });
    });
    answer
}

/// What is asked to be waived, of which clip, and what has become of it since.
fn subject(ui: &mut Ui, session: &Session, of: &Waiving, of_show: bool, standing: &Standing<'_>) {
    let entry = session.document().clip(of.clip);
    let whose = match entry {
        _ if of_show => "For the show as a whole.".to_owned(),
        Some(entry) => format!("Of {}.", clips::name(session, entry)),
        None => "Of a clip that is no longer in the show.".to_owned(),
    };
    let found = match standing {
        Standing::Same(f) | Standing::Other { now: f, .. } | Standing::Settled(f) => Some(*f),
        _ if of_show => session.show_finding(&of.check),
        _ => session.finding(of.clip, &of.check),
    };
    match found {
        Some(f) => {
            ui.add(egui::Label::new(RichText::new(format!("{} {}", f.id, f.title)).color(theme::STRONG)).wrap());
            ui.label(weak(whose));
            ui.add(egui::Label::new(weak(format!("Measured: {}. Limit: {}.", f.measured, f.limit))).wrap());
        }
        None => {
            ui.label(RichText::new(&of.check).color(theme::STRONG));
            ui.label(weak(whose));
        }
    }
    let said = match standing {
        Standing::Same(_) => None,
        Standing::Other { was: [measured, limit], .. } => {
            Some((Mark::Warn, format!("Changed since this was opened. It was: {measured}; limit: {limit}.")))
        }
        Standing::Settled(f) if f.outcome == Outcome::Pass => Some((Mark::Pass, "It passes by now: there is nothing to waive.".to_owned())),
        Standing::Settled(_) => Some((Mark::None, "It does not apply any more: there is nothing to waive.".to_owned())),
        Standing::Waived(w) => Some((Mark::Waived, format!("Waived by {} meanwhile: {}", w.name, w.reason))),
        Standing::Unknown => Some((Mark::Running, "It is not checked yet, or being checked again.".to_owned())),
        Standing::Gone => Some((Mark::Fail, "The clip has left the show: there is nothing to waive.".to_owned())),
    };
    if let Some((mark, words)) = said {
        ui.horizontal_wrapped(|ui| {
            mark.show(ui);
            ui.label(words);
        });
    }
    ui.add_space(4.0);
}

/// A field with its name; one that is `first` takes the keyboard, what stands in it ready to be typed over. Enter goes on to the field
/// `next`. Returns whether Enter ended it.
fn field(ui: &mut Ui, name: &str, value: &mut String, hint: &str, first: bool, next: Option<&str>) -> bool {
    let id_of = |name: &str| Id::unique(("field of a question", name));
    let label = ui.label(name);
    let end = value.chars().count();
    let field = TextEdit::singleline(value).id(id_of(name)).hint_text(hint).desired_width(340.0);
    let field = ui.add(field).labelled_by(label.id);
    if first {
        field.request_focus();
        let mut state = TextEditState::load(ui.ctx(), field.id).unwrap_or_default();
        state.cursor.set_char_range(Some(CCursorRange::two(CCursor::new(0), CCursor::new(end))));
        state.store(ui.ctx(), field.id);
    }
    let entered = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
    if let Some(next) = next.filter(|_| entered) {
        ui.memory_mut(|m| m.request_focus(id_of(next)));
    }
    entered
}
