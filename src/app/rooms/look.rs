//! What can be chosen and edited in the pipeline, and how a look is tried out.

use super::{foot::Foot, wheels};
use crate::{
    app::{
        picker::Purpose,
        steps::{exposes, exposure, set},
        theme,
        widgets::{Mark, Out, action_button, cut, heading, rule, weak},
    },
    camera::Encoding,
    color::{self, Kind},
    session::{Action, CdlNumbers, ClipId, LookEdit, Opened, Session, With},
    sidecar::amf::{Amf, Version},
    words::{agree, count},
};
use egui::{Align, Color32, Frame, Label, Layout, Margin, RichText, ScrollArea, TextEdit, Ui};
use serde_json::json;
use std::path::PathBuf;

#[derive(Default)]
pub struct State {
    search: String,
    /// The clip for which the next numbers are those of another CDL.
    another: Option<ClipId>,
    /// The clip whose next AMF is of another version, and that version.
    version: Option<(ClipId, Version)>,
}

impl State {
    /// Asks where to write the next AMF of a clip, in the version that was chosen for it.
    fn ask_to_write(&self, clip: ClipId) -> Purpose {
        Purpose::WriteAmf(clip, self.version.filter(|(of, _)| *of == clip).map(|(_, version)| version))
    }
    /// It is written: the next one is of the same version again.
    pub fn written(&mut self, clip: ClipId) {
        self.version.take_if(|(of, _)| *of == clip);
    }
}

/// What tries look files out on a clip, behind the looks that there are.
pub fn add_files(session: &Session, clip: ClipId, paths: Vec<PathBuf>) -> Action {
    session.look_edits_of(clip).clone().with_files(paths).draft()
}

pub(super) fn own_amf(opened: Option<&Opened>) -> Option<&Amf> {
    opened?.planned.sidecars.amf.as_ref()?.content.as_ref().ok()
}

/// An AMF that is made is of version 2.
fn other_version(amf: Option<&Amf>) -> Version {
    if amf.is_some_and(|amf| amf.version == Version::V1) { Version::V2 } else { Version::V1 }
}

/// Says which clips have a draft, where something is approved: it is not what is approved.
pub fn not_in_recipe(ui: &mut Ui, session: &Session) {
    let n = session.drafted_clips().len();
    if n > 0 {
        ui.horizontal_wrapped(|ui| {
            Mark::Warn.show(ui);
            ui.label(format!("{} {} a draft look, which is not in the recipe.", count(n, "clip"), agree(&n, "has", "have")));
        });
    }
}

/// Returns what to ask the user for.
pub fn controls(ui: &mut Ui, session: &Session, state: &mut State, out: &mut Out) -> Option<Purpose> {
    let (Some(opened), Some(entry)) = (session.selected_opened(), session.document().selected_clip()) else {
        ui.label(weak("No clip is open."));
        return None;
    };
    let mut ask = None;
    let foot = Foot::below(ui, session, "look", |ui| {
        ui.horizontal(|ui| {
            if exposes(opened) {
                exposure(ui, entry, "In scene-linear, of the recipe: changes what is rendered", out);
            } else {
                ui.label(weak("Exposure: only raw is exposed in the recipe"));
            }
            action_button(ui, session, out, &Action::ResetClip, "Reset", false);
        });
        rule(ui);
        grade(ui, session, state, out);
        rule(ui);
        ask = edits(ui, opened, session, out);
        rule(ui);
        transforms(ui, opened, session, state, out);
    });
    draft(ui, session, out);
    ask = write(ui, opened, session, state).or(ask);
    foot.end(ui);
    ask
}

/// The transforms of the catalogue, by search.
fn transforms(ui: &mut Ui, opened: &Opened, session: &Session, state: &mut State, out: &mut Out) {
    let Some(entry) = session.document().selected_clip() else { return };
    heading(ui, "Transforms");
    let field = ui.add(TextEdit::singleline(&mut state.search).hint_text("Search: rec709, p3, logc4…").desired_width(f32::INFINITY));
    field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Search transforms"));
    let words: Vec<String> = state.search.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let m = opened.clip.metadata();
    // A calibrated raw leaves no place for an input transform.
    let takes_input = m.cfa.is_none() && matches!(opened.clip.encoding(), Encoding::Coded { .. } | Encoding::Unknown);
    for (kind, title, now, member) in [
        (Kind::Input, "Input Transform", &entry.settings.input, "input"),
        (Kind::Output, "Output Transform", &entry.settings.output, "output"),
    ] {
        if kind == Kind::Input && !takes_input {
            ui.label(weak("Input Transform: from the camera's own calibration"));
            continue;
        }
        ui.label(weak(title));
        let matches = |n: &&color::Named| {
            let text = || format!("{} {} {}", n.name, n.title, n.ids.join(" ")).to_lowercase();
            let has_all = |text: String| words.iter().all(|w| text.contains(w.as_str()));
            n.kind == kind && (words.is_empty() || has_all(text()))
        };
        let found: Vec<&color::Named> = color::catalogue().iter().filter(matches).collect();
        const LINE: f32 = 22.0;
        const HEIGHT: f32 = 6.0 * LINE;
        // In a panel that scrolls there is no room of its own to fill: it says how high it is.
        let area = ScrollArea::vertical().id_salt(title).min_scrolled_height(HEIGHT).max_height(HEIGHT).auto_shrink([false, true]);
        area.show_rows(ui, LINE, found.len() + 1, |ui, rows| {
            for i in rows {
                let (name, label) = match i.checked_sub(1).and_then(|i| found.get(i)) {
                    None => (None, "as the file or the AMF says"),
                    Some(n) => (Some(n.name), n.title),
                };
                let selected = now.as_deref() == name;
                let button = ui.add(egui::Button::selectable(selected, label).truncate());
                if button.on_hover_text(name.unwrap_or("no choice")).clicked() && !selected {
                    out.push(set(json!({ member: name })));
                }
            }
        });
    }
}

/// Says that something is tried out, and what is wrong with it.
fn draft(ui: &mut Ui, session: &Session, out: &mut Out) {
    if session.has_draft() {
        Frame::new().fill(Color32::from_gray(56)).corner_radius(2).inner_margin(Margin::symmetric(6, 4)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal(|ui| {
                Mark::Warn.show(ui);
                ui.label("Draft look, not in the recipe");
            });
            ui.horizontal(|ui| {
                action_button(ui, session, out, &Action::Before, "Before", session.view().before);
                let with = Action::CompareWith(With::Document);
                let compares = session.view().compare.on && session.view().compare.with == With::Document;
                let action = if compares { Action::CompareOff } else { with };
                action_button(ui, session, out, &action, "Compare", compares);
                action_button(ui, session, out, &Action::DiscardDraft, "Discard", false);
            });
        });
    }
    if let Some(error) = session.draft_error() {
        ui.horizontal_top(|ui| {
            Mark::Fail.show(ui);
            let text = format!("Not shown, the picture is of before: {error}");
            ui.add(Label::new(RichText::new(text).color(theme::FAIL)).wrap());
        });
    } else if let Some(error) = session.draft_unwritable() {
        ui.horizontal_top(|ui| {
            Mark::Warn.show(ui);
            ui.add(Label::new(format!("For looking only, no AMF can be written with it: {error}")).wrap());
        });
        if let Some((folder, _)) = session.looks_elsewhere() {
            let shown = folder.display().to_string();
            action_button(ui, session, out, &Action::CopyLooks, "Copy beside the AMF", false).on_hover_text(shown);
        }
    }
}

/// The CDL under way: what is changed is seen at once.
fn grade(ui: &mut Ui, session: &Session, state: &mut State, out: &mut Out) {
    let edits = session.look_edits();
    let another = state.another.is_some() && state.another == session.document().selected;
    let current = edits.grade().filter(|_| !another);
    let (at, before) = (current.map(|(at, _)| at), current.map_or_else(CdlNumbers::default, |(_, n)| n));
    ui.horizontal(|ui| {
        let title = match at.and_then(|at| edits.get(at)) {
            Some(LookEdit::Cdl { look, .. }) => format!("CDL of look {look}"),
            Some(_) => "New CDL, in ACEScct".to_owned(),
            None => "CDL, in ACEScct".to_owned(),
        };
        heading(ui, &title);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if let Some(at) = at {
                if ui.small_button("Reset").on_hover_text("Without this edit: as the AMF has it").clicked() {
                    out.push(edits.clone().without(at).draft());
                }
                if ui.small_button("Another").on_hover_text("Leave this CDL as it is; the next numbers are one behind it").clicked() {
                    state.another = session.document().selected;
                }
            }
        });
    });
    let mut numbers = before;
    wheels::show(ui, &mut numbers);
    if numbers != before {
        state.another = None;
        out.push(edits.clone().graded(at, numbers).draft());
    }
}

/// What the next AMF will have that this one has not.
fn edits(ui: &mut Ui, opened: &Opened, session: &Session, out: &mut Out) -> Option<Purpose> {
    let mut ask = None;
    heading(ui, "AMF");
    let now = opened.planned.sidecars.amf.as_ref().map_or_else(|| "none: one is made".to_owned(), |d| d.file_name());
    cut(ui, weak(format!("Now: {now}")), &now);
    let edits = session.look_edits();
    for (i, edit) in edits.iter().enumerate() {
        ui.horizontal(|ui| {
            let words = edit.words();
            let button = ui.small_button("×").on_hover_text("Not this");
            button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Not this: {words}")));
            if button.clicked() {
                out.push(edits.clone().without(i).draft());
            }
            cut(ui, RichText::new(&words), &words);
        });
    }
    ui.horizontal_wrapped(|ui| {
        let tip = "A CLF, LUT or CDL, tried out at once. To be written, it has to lie in the folder of the AMF, or below it.";
        if ui.button("Add look file…").on_hover_text(tip).clicked() {
            ask = session.document().selected.map(Purpose::LookFiles);
        }
        let tip = "Opens the clip with this draft: prelight open … --do 'Look/Draft …'";
        if ui.add_enabled(!edits.is_empty(), egui::Button::new("Copy as command line")).on_hover_text(tip).clicked() {
            ui.ctx().copy_text(session.do_line(&edits.clone().draft()));
        }
    });
    ask
}

/// What is tried out becomes an AMF, of the version that is chosen.
fn write(ui: &mut Ui, opened: &Opened, session: &Session, state: &mut State) -> Option<Purpose> {
    let mut ask = None;
    ui.horizontal_wrapped(|ui| {
        let button = ui.add_enabled(session.has_draft(), egui::Button::new("Write AMF…"));
        let tip = "A new AMF with these edits; the pipeline as it was stays on record in it. The clip has it then.";
        if button.on_hover_text(tip).on_disabled_hover_text("Nothing is edited yet").clicked() {
            ask = session.document().selected.map(|clip| state.ask_to_write(clip));
        }
        let other = other_version(own_amf(Some(opened)));
        let choice = session.document().selected.map(|clip| (clip, other));
        let mut chosen = choice.is_some() && state.version == choice;
        let words = if other == Version::V1 { "as version 1" } else { "as version 2" };
        if ui.checkbox(&mut chosen, words).on_hover_text("What that version cannot say is refused, or noted in the log").changed() {
            state.version = choice.filter(|_| chosen);
        }
    });
    ask
}
