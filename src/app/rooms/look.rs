//! The pipeline as a row of steps, what can be chosen and edited in it, and how a look is tried out.

use super::wheels;
use crate::{
    app::{
        keymap,
        picker::Purpose,
        steps::{exposure, friendly, set},
        theme,
        widgets::{Mark, Out, action_button, cut, heading, rule, weak},
    },
    camera::Encoding,
    check::LookHealth,
    color::{self, Kind},
    pipeline::{ColorStep, Stage, StepKind},
    session::{Action, CdlNumbers, ClipId, LookEdit, Opened, Session, With, table},
    sidecar::amf::{Amf, Version},
    words::{agree, count},
};
use egui::{Align, Color32, Frame, Label, Layout, Margin, Response, RichText, ScrollArea, Sense, Stroke, TextEdit, Ui, UiBuilder, vec2};
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

fn own_amf(opened: Option<&Opened>) -> Option<&Amf> {
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

/// The steps from left to right. A click shows the picture where the step leads.
pub fn row(ui: &mut Ui, session: &Session, out: &mut Out) {
    let Some(opened) = session.selected_opened() else {
        ui.label(weak("No clip is open."));
        return;
    };
    ScrollArea::horizontal().id_salt("steps in a row").show(ui, |ui| {
        ui.horizontal(|ui| {
            let format = opened.clip.format();
            let decode = Card {
                stage: Stage::Raw,
                label: "Decode",
                detail: opened.codec(),
                id: format,
                source: format,
                state: (Mark::Pass, "rendered".into()),
                health: None,
                step: None,
            };
            card(ui, session, out, decode);
            match session.steps_in_view() {
                Ok(steps) => {
                    let mut looks = 0;
                    for s in steps {
                        looks += usize::from(s.kind == StepKind::Look);
                        step(ui, session, out, s, looks);
                    }
                }
                Err(error) => {
                    Mark::Fail.show(ui);
                    ui.label(format!("No pipeline: {error}"));
                }
            }
        });
    });
}

/// `number`: that of a look among the looks in view.
fn step(ui: &mut Ui, session: &Session, out: &mut Out, s: &ColorStep, number: usize) {
    arrow(ui);
    let own = session.selected_opened().and_then(|o| o.planned.result.as_ref().as_ref().ok()).map(|p| p.steps()).unwrap_or_default();
    let is_draft = !own.iter().any(|o| (o.kind, &o.detail) == (s.kind, &s.detail));
    let words = if is_draft { "draft" } else { "rendered" };
    let health = session.look_health(s);
    let state = match &s.ops {
        _ if s.applied => (Mark::Waived, "already in the pixels".to_owned()),
        _ if s.bypassed => (Mark::None, "bypassed".to_owned()),
        Err(error) => (Mark::Fail, error.message().to_owned()),
        Ok(_) => match health {
            Some(Ok(health)) => (mark_of(health), format!("{words}, {}", health.summary())),
            Some(Err(error)) => (Mark::Warn, error.message().to_owned()),
            None => (if is_draft { Mark::None } else { Mark::Pass }, words.to_owned()),
        },
    };
    let detail = friendly(&s.detail);
    let step = Some((s, number));
    card(
        ui,
        session,
        out,
        Card {
            stage: s.kind.leads_to(),
            label: &s.label,
            detail: &detail,
            id: &s.detail,
            source: &s.source,
            state,
            health: health.and_then(Result::ok),
            step,
        },
    );
}

fn mark_of(health: &LookHealth) -> Mark {
    if health.faults.is_empty() { Mark::Pass } else { Mark::Warn }
}

/// From one step to the next; the fonts have none.
fn arrow(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(vec2(10.0, 12.0), Sense::hover());
    let points = vec![rect.left_top(), rect.right_center(), rect.left_bottom()];
    ui.painter().add(egui::Shape::convex_polygon(points, theme::WEAK, egui::Stroke::NONE));
}

struct Card<'a> {
    stage: Stage,
    label: &'a str,
    detail: &'a str,
    /// Transform ID or numbers, as they stand in the file.
    id: &'a str,
    source: &'a str,
    state: (Mark, String),
    health: Option<&'a LookHealth>,
    /// None of the decode.
    step: Option<(&'a ColorStep, usize)>,
}

fn card(ui: &mut Ui, session: &Session, out: &mut Out, card: Card) {
    const WIDTH: f32 = 210.0;
    let current = session.view().stage == card.stage;
    let fill = Color32::from_gray(if current { 62 } else { 46 });
    let shown = ui.scope_builder(UiBuilder::new().id_salt(card.label).sense(Sense::click()), |ui| {
        Frame::new().fill(fill).corner_radius(2).inner_margin(Margin::symmetric(8, 5)).show(ui, |ui| {
            ui.set_width(WIDTH);
            ui.vertical(|ui| {
                ui.horizontal(|ui| {
                    ui.label(RichText::new(card.label).color(theme::STRONG));
                    ui.label(weak(card.stage.label()));
                    if let Some((step, number)) = card.step {
                        ui.with_layout(Layout::right_to_left(Align::Center), |ui| bypass(ui, session, out, step, number));
                    }
                });
                let text = if card.step.is_some_and(|(s, _)| s.bypassed) { theme::WEAK } else { theme::TEXT };
                ui.add(Label::new(RichText::new(card.detail).color(text)).truncate());
                ui.horizontal(|ui| {
                    let (mark, words) = &card.state;
                    mark.show(ui);
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        if let Some((step, number)) = card.step.filter(|(s, _)| s.kind == StepKind::Look) {
                            edit(ui, session, out, step, number);
                        }
                        ui.with_layout(Layout::left_to_right(Align::Center), |ui| ui.add(Label::new(weak(words.as_str())).truncate()));
                    });
                });
                ui.add(Label::new(weak(card.source.lines().next().unwrap_or_default())).truncate());
            });
        });
    });
    let response = shown.response;
    let spoken = format!("Step {}: {}", card.label, card.detail);
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, current, &spoken));
    let health = card.health.map(LookHealth::words).unwrap_or_default();
    let tip =
        format!("{}\n{}\n{health}Click: the picture after this step; of the step before, the picture without it", card.id, card.source);
    if response.on_hover_text(tip).clicked() {
        out.push(Action::Stage(card.stage));
    }
}

/// Whether the step is part of the picture, as an eye.
fn bypass(ui: &mut Ui, session: &Session, out: &mut Out, step: &ColorStep, number: usize) {
    let why = step.refuses_bypass();
    let (rect, response) = ui.allocate_exact_size(vec2(20.0, 16.0), if why.is_none() { Sense::click() } else { Sense::hover() });
    eye(ui, &response, rect.center(), why.is_none(), step.bypassed);
    let name = format!("Bypass {}", step.label);
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, why.is_none(), step.bypassed, &name));
    let key = table::entry_of(&Action::Bypass(None)).map(|e| keymap::hint(ui.ctx(), &session.keys().of(e))).unwrap_or_default();
    let all = if key.is_empty() { key } else { format!("  [{key}: every look]") };
    let tip = match why {
        None if step.bypassed => format!("Left out of the picture, for looking only. Click to take it in again.{all}"),
        None => format!("Leave it out of the picture, for looking only.{all}"),
        Some(why) => format!("Cannot be left out: {why}."),
    };
    if response.on_hover_text(tip).clicked() {
        out.push(Action::Bypass(Some(number)));
    }
}

/// Open, or struck out; dim where it cannot be changed.
fn eye(ui: &Ui, response: &Response, center: egui::Pos2, enabled: bool, closed: bool) {
    let color = match (enabled, closed || response.hovered() || response.has_focus()) {
        (false, _) => Color32::from_gray(78),
        (true, true) => theme::STRONG,
        (true, false) => theme::WEAK,
    };
    let (painter, stroke) = (ui.painter(), Stroke::new(1.2, color));
    const HALF: [f32; 2] = [7.0, 4.2];
    for side in [-1.0, 1.0] {
        let lid = (0..=12).map(|i| {
            let x = i as f32 / 6.0 - 1.0;
            center + vec2(x * HALF[0], side * HALF[1] * (1.0 - x * x))
        });
        painter.line(lid.collect(), stroke);
    }
    painter.circle_filled(center, 2.0, color);
    if closed {
        painter.line_segment([center + vec2(-6.0, 6.0), center + vec2(6.0, -6.0)], Stroke::new(1.6, color));
    }
}

/// What can be done with a look: other numbers for a CDL, and to do without it.
fn edit(ui: &mut Ui, session: &Session, out: &mut Out, step: &ColorStep, number: usize) {
    let (edits, looks) = (session.look_edits(), own_amf(session.selected_opened()).map_or(0, |amf| amf.pipeline.looks().count()));
    let Some(look) = edits.number_of(number, looks) else { return };
    let button = ui.small_button("×").on_hover_text("Leave it out of the next AMF: tried out at once");
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Leave out {}", step.label)));
    if button.clicked() {
        out.push(edits.clone().leave_out(look).draft());
    }
    let is_edited = edits.iter().any(|e| matches!(e, LookEdit::Cdl { look: of, .. } if *of == look));
    if let Some(numbers) = CdlNumbers::of(step).filter(|_| !is_edited && !step.applied) {
        let button = ui.small_button("Edit").on_hover_text("Grade on from the numbers of this CDL, in its place");
        button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Edit {}", step.label)));
        if button.clicked() {
            out.push(edits.clone().with(LookEdit::Cdl { look, numbers }).draft());
        }
    }
}

/// Returns what to ask the user for.
pub fn controls(ui: &mut Ui, session: &Session, state: &mut State, out: &mut Out) -> Option<Purpose> {
    let (Some(opened), Some(entry)) = (session.selected_opened(), session.document().selected_clip()) else {
        ui.label(weak("No clip is open."));
        return None;
    };
    let mut ask = None;
    ScrollArea::vertical().id_salt("look").auto_shrink(false).show(ui, |ui| {
        ui.horizontal(|ui| {
            exposure(ui, entry, "In scene-linear, of the recipe: changes what is rendered", out);
            action_button(ui, session, out, &Action::ResetClip, "Reset", false);
        });
        draft(ui, session, out);
        rule(ui);
        grade(ui, session, state, out);
        rule(ui);
        ask = write(ui, opened, session, state, out);
        rule(ui);
        transforms(ui, opened, session, state, out);
    });
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
        ScrollArea::vertical().id_salt(title).max_height(132.0).auto_shrink([false, true]).show_rows(
            ui,
            LINE,
            found.len() + 1,
            |ui, rows| {
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
            },
        );
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
fn write(ui: &mut Ui, opened: &Opened, session: &Session, state: &mut State, out: &mut Out) -> Option<Purpose> {
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
        let button = ui.add_enabled(!edits.is_empty(), egui::Button::new("Write AMF…"));
        let tip = "A new AMF with these edits; the pipeline as it was stays on record in it. The clip has it then.";
        if button.on_hover_text(tip).on_disabled_hover_text("Nothing is edited yet").clicked() {
            ask = session.document().selected.map(|clip| state.ask_to_write(clip));
        }
        let tip = "Opens the clip with this draft: prelight open … --do 'Look/Draft …'";
        if ui.add_enabled(!edits.is_empty(), egui::Button::new("Copy as command line")).on_hover_text(tip).clicked() {
            ui.ctx().copy_text(session.do_line(&edits.clone().draft()));
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
