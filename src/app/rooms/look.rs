//! The pipeline as a row of steps, and what can be chosen and edited in it.

use crate::{
    app::{
        picker::Purpose,
        steps::{exposure, friendly, set},
        theme,
        widgets::{Mark, Out, action_button, cut, heading, rule, spoken_number, weak},
    },
    camera::Encoding,
    color::{self, Kind},
    pipeline::{ColorStep, Stage},
    session::{Action, CdlNumbers, LookEdit, Opened, Session},
};
use egui::{Color32, DragValue, Frame, Grid, Label, Margin, RichText, ScrollArea, Sense, TextEdit, Ui, vec2};
use serde_json::json;
use std::path::PathBuf;

#[derive(Default)]
pub struct State {
    search: String,
    cdl: CdlNumbers,
    /// What is to be written into the next AMF.
    edits: Vec<LookEdit>,
}

impl State {
    pub fn add_files(&mut self, paths: Vec<PathBuf>) {
        self.edits.extend(paths.into_iter().map(LookEdit::AddFile));
    }
    /// What writes the edits to a file; none are left after that.
    pub fn write(&mut self, out: PathBuf) -> Action {
        Action::WriteAmf { out, edits: std::mem::take(&mut self.edits) }
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
            card(
                ui,
                session,
                out,
                Card { stage: Stage::Raw, label: "Decode", detail: opened.codec(), id: format, source: format, state: None },
            );
            match opened.planned.result.as_ref() {
                Ok(plan) => plan.steps().iter().for_each(|s| step(ui, session, out, s)),
                Err(error) => {
                    Mark::Fail.show(ui);
                    ui.label(format!("No pipeline: {error}"));
                }
            }
        });
    });
}

fn step(ui: &mut Ui, session: &Session, out: &mut Out, s: &ColorStep) {
    arrow(ui);
    let state = match &s.ops {
        _ if s.applied => Some((Mark::Waived, "already in the pixels".to_owned())),
        Err(error) => Some((Mark::Fail, error.message().to_owned())),
        Ok(_) => None,
    };
    let detail = friendly(&s.detail);
    card(ui, session, out, Card { stage: s.kind.leads_to(), label: &s.label, detail: &detail, id: &s.detail, source: &s.source, state });
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
    state: Option<(Mark, String)>,
}

fn card(ui: &mut Ui, session: &Session, out: &mut Out, card: Card) {
    const WIDTH: f32 = 210.0;
    let current = session.view().stage == card.stage;
    let fill = Color32::from_gray(if current { 62 } else { 46 });
    let shown = Frame::new().fill(fill).corner_radius(2).inner_margin(Margin::symmetric(8, 5)).show(ui, |ui| {
        ui.set_width(WIDTH);
        ui.vertical(|ui| {
            ui.horizontal(|ui| {
                ui.label(RichText::new(card.label).color(theme::STRONG));
                ui.label(weak(card.stage.label()));
            });
            ui.add(Label::new(card.detail).truncate());
            ui.horizontal(|ui| {
                let (mark, words) = card.state.as_ref().map_or((Mark::Pass, "rendered"), |(m, w)| (*m, w.as_str()));
                mark.show(ui);
                ui.add(Label::new(weak(words)).truncate());
            });
            ui.add(Label::new(weak(card.source.lines().next().unwrap_or_default())).truncate());
        });
    });
    let response = shown.response.interact(Sense::click());
    let spoken = format!("Step {}: {}", card.label, card.detail);
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, current, &spoken));
    let tip = format!("{}\n{}\nClick: the picture after this step; of the step before, the picture without it", card.id, card.source);
    if response.on_hover_text(tip).clicked() {
        out.push(Action::Stage(card.stage));
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
        transforms(ui, opened, session, state, out);
        rule(ui);
        cdl(ui, state);
        rule(ui);
        ask = write(ui, opened, state);
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

/// The numbers of a CDL that is to be added.
fn cdl(ui: &mut Ui, state: &mut State) {
    heading(ui, "CDL, in ACEScct");
    let n = &mut state.cdl;
    Grid::new("cdl").num_columns(4).spacing(vec2(6.0, 4.0)).show(ui, |ui| {
        ui.label("");
        for channel in ["R", "G", "B"] {
            ui.label(weak(channel));
        }
        ui.end_row();
        for (name, values, range) in
            [("Slope", &mut n.slope, 0.0..=10.0), ("Offset", &mut n.offset, -2.0..=2.0), ("Power", &mut n.power, 0.01..=10.0)]
        {
            ui.label(name);
            for (value, channel) in values.iter_mut().zip(["R", "G", "B"]) {
                let field = ui.add(DragValue::new(value).speed(0.002).range(range.clone()).fixed_decimals(4));
                spoken_number(&field, &format!("{name} {channel}"), *value);
            }
            ui.end_row();
        }
        ui.label("Saturation");
        let field = ui.add(DragValue::new(&mut n.saturation).speed(0.002).range(0.0..=4.0).fixed_decimals(4));
        spoken_number(&field, "Saturation", n.saturation);
        ui.end_row();
    });
    ui.horizontal(|ui| {
        let changed = *n != CdlNumbers::default();
        if ui.add_enabled(changed, egui::Button::new("Add CDL")).on_hover_text("Behind the other looks, in the next AMF").clicked() {
            state.edits.push(LookEdit::AddCdl(*n));
            *n = CdlNumbers::default();
        }
        if ui.add_enabled(changed, egui::Button::new("Identity")).clicked() {
            *n = CdlNumbers::default();
        }
    });
}

/// What the next AMF will have that this one has not.
fn write(ui: &mut Ui, opened: &Opened, state: &mut State) -> Option<Purpose> {
    let mut ask = None;
    heading(ui, "AMF");
    let now = opened.planned.sidecars.amf.as_ref().map_or_else(|| "none: one is made".to_owned(), |d| d.file_name());
    cut(ui, weak(format!("Now: {now}")), &now);
    let looks = opened.planned.sidecars.amf.as_ref().and_then(|d| d.content.as_ref().ok()).map_or(0, |amf| amf.pipeline.looks().count());
    ui.horizontal_wrapped(|ui| {
        if ui.button("Add look file…").on_hover_text("A CLF or LUT in the folder of the AMF, or below it").clicked() {
            ask = Some(Purpose::LookFiles);
        }
        // From behind, so that the numbers stay true.
        let removed = state.edits.iter().filter(|e| matches!(e, LookEdit::RemoveLook(_))).count();
        if looks > removed && ui.button("Leave the last look out").clicked() {
            state.edits.push(LookEdit::RemoveLook(looks - removed));
            state.edits.sort_by_key(|e| !matches!(e, LookEdit::RemoveLook(_)));
        }
    });
    let mut gone = None;
    for (i, edit) in state.edits.iter().enumerate() {
        ui.horizontal(|ui| {
            if ui.small_button("×").on_hover_text("Not this").clicked() {
                gone = Some(i);
            }
            let words = edit.words();
            cut(ui, RichText::new(&words), &words);
        });
    }
    gone.map(|i| state.edits.remove(i));
    let ready = !state.edits.is_empty();
    let button = ui.add_enabled(ready, egui::Button::new("Write AMF…"));
    let tip = "A new AMF with these edits; the pipeline as it was stays on record in it. The clip has it then.";
    if button.on_hover_text(tip).on_disabled_hover_text("Nothing is edited yet").clicked() {
        ask = Some(Purpose::WriteAmf);
    }
    ask
}
