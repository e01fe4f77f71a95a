//! The fields of frame lines that are being edited, beside the picture that they are drawn over.

use super::{foot::Foot, picture_bar};
use crate::{
    app::{
        fields::{grid, list, text, value, whole, words},
        theme,
        widgets::{Mark, Out, action_button, cut, fact, heading, number, weak},
    },
    framing::draft::{Alignment, CanvasEdit, DecisionEdit, Draft, Edit, IntentEdit, Rounding, TemplateEdit},
    image::{Rect, RectF},
    session::{Action, DraftFrom, Placement, Session},
    sidecar::fdl::{AlignHorizontal, AlignVertical, CanvasTemplate, Even, FitMethod, Layer, RoundMode},
};
use egui::{Label, RichText, Ui};

/// Above the picture: whose lines, and what they are made of.
pub fn bar(ui: &mut Ui, session: &Session, placement: Option<&Placement>, out: &mut Out) {
    picture_bar::show(ui, session, placement, out, |ui, out| {
        action_button(ui, session, out, &Action::FramingEditor, "Back to the table", false);
        action_button(ui, session, out, &Action::Squeezed, "As recorded", session.view().squeezed);
    });
}

pub fn panel(ui: &mut Ui, session: &Session, out: &mut Out) {
    let start = |ui: &mut Ui, out: &mut Out| {
        ui.horizontal_wrapped(|ui| {
            ui.label(weak("Begin with"));
            action_button(ui, session, out, &Action::FramingStart(DraftFrom::Clip), "the clip's FDL", false);
            action_button(ui, session, out, &Action::FramingStart(DraftFrom::Nothing), "nothing", false);
        });
    };
    match session.framing_draft() {
        None => {
            ui.label(weak("No clip is open."));
        }
        Some(Err(error)) => {
            start(ui, out);
            ui.horizontal_wrapped(|ui| {
                Mark::Fail.show(ui);
                ui.label(error.to_string());
            });
        }
        Some(Ok(draft)) => {
            // What begins afresh stands where no button of the table stood: a second click there drops nothing.
            let foot = Foot::below(ui, session, "frame lines", |ui| {
                let mut edit = |edit: Edit| out.push(Action::FramingEdit(edit));
                origin(ui, session, draft);
                intent(ui, draft, &mut edit);
                decision(ui, draft, &mut edit);
                canvas(ui, draft, &mut edit);
                template(ui, draft, &mut edit);
            });
            start(ui, out);
            foot_line(ui, session, draft, out);
            foot.end(ui);
        }
    }
}

fn foot_line(ui: &mut Ui, session: &Session, draft: &Draft, out: &mut Out) {
    ui.horizontal(|ui| {
        let ready = draft.problems().is_empty();
        ui.add_enabled_ui(ready, |ui| action_button(ui, session, out, &Action::AskWriteFdl, "Write FDL…", false));
        let words = match draft.problems().first() {
            Some(problem) => format!("{}: {}", problem.field, problem.message),
            None if draft.is_changed() => "Edited; valid FDL 2.0".to_owned(),
            None => "As begun; valid FDL 2.0".to_owned(),
        };
        if ready { Mark::Pass } else { Mark::Fail }.show(ui);
        cut(ui, RichText::new(&words), &words);
    });
}

/// What it is a copy of, and what does not fit the clip.
fn origin(ui: &mut Ui, session: &Session, draft: &Draft) {
    for note in draft.notes() {
        ui.add(Label::new(weak(&note.message)).wrap());
    }
    let (canvas, clip) = (draft.canvas().size(), session.selected_opened().map(|o| o.clip.size()));
    if let Some(clip) = clip.filter(|clip| *clip != canvas) {
        ui.horizontal_wrapped(|ui| {
            Mark::Warn.show(ui);
            ui.label(format!("The canvas is {canvas}, the clip's picture {clip}."));
        });
    }
}

/// What is wrong with a field, under it.
fn wrong(ui: &mut Ui, draft: &Draft, fields: &[&str]) {
    for problem in fields.iter().filter_map(|field| draft.problem(field)) {
        ui.horizontal_top(|ui| {
            Mark::Fail.show(ui);
            ui.add(Label::new(RichText::new(&problem.message).color(theme::FAIL).small()).wrap());
        });
    }
}

/// Position and size of a rectangle in two lines of a grid.
fn rectangle(ui: &mut Ui, name: &str, r: RectF, decimals: usize) -> Option<RectF> {
    let mut new = r;
    for (title, part, pair) in [
        ("x, y", ["x", "y"], [(&mut new.x, r.x), (&mut new.y, r.y)]),
        ("size, px", ["width", "height"], [(&mut new.width, r.width), (&mut new.height, r.height)]),
    ] {
        ui.label(format!("{name} {title}"));
        ui.horizontal(|ui| {
            for (part, (to, from)) in part.into_iter().zip(pair) {
                if let Some(v) = value(ui, &format!("{name} {part}"), from, 1.0, decimals) {
                    *to = v;
                }
            }
        });
        ui.end_row();
    }
    (new != r).then_some(new)
}

const ACROSS: [(AlignHorizontal, &str); 3] =
    [(AlignHorizontal::Left, "left"), (AlignHorizontal::Center, "centre"), (AlignHorizontal::Right, "right")];
const DOWN: [(AlignVertical, &str); 3] =
    [(AlignVertical::Top, "top"), (AlignVertical::Center, "centre"), (AlignVertical::Bottom, "bottom")];

fn intent(ui: &mut Ui, draft: &Draft, edit: &mut impl FnMut(Edit)) {
    let now = draft.intent();
    heading(ui, &format!("Framing intent {}", now.id));
    let mut new = IntentEdit::default();
    grid(ui, "intent", |ui| {
        ui.label("Label");
        new.label = text(ui, "Intent label", now.label.as_deref());
        ui.end_row();
        ui.label("Aspect ratio");
        ui.horizontal(|ui| {
            let (w, h) = (now.aspect_ratio.width, now.aspect_ratio.height);
            let width = whole(ui, "Aspect width", w);
            ui.label(":");
            let height = whole(ui, "Aspect height", h);
            if width.or(height).is_some() {
                new.aspect = Some([width.unwrap_or(w), height.unwrap_or(h)]);
            }
            ui.label(weak(format!("{}:1", number(f64::from(w) / f64::from(h.max(1))))));
        });
        ui.end_row();
        ui.label("Protection %");
        let percent = now.protection.as_ref().map_or(0.0, |p| (p.to_f64() * 1e10).round() / 1e8);
        new.protection = value(ui, "Protection percent", percent, 0.1, 4);
        ui.end_row();
    });
    wrong(ui, draft, &["intent"]);
    if new != IntentEdit::default() {
        edit(Edit::Intent(new));
    }
    let button = ui.button("Make from intent");
    let tip = "The largest protection of this shape in the effective area, and the frame in it; even sizes, rounded up";
    if button.on_hover_text(tip).clicked() {
        edit(Edit::FromIntent(Rounding::STANDARD));
    }
    arithmetic(ui, draft);
}

fn decision(ui: &mut Ui, draft: &Draft, edit: &mut impl FnMut(Edit)) {
    let now = draft.decision();
    heading(ui, &format!("Framing decision {}", now.id));
    let (rect, protection) = (now.rect(), now.protection_rect());
    let mut new = DecisionEdit::default();
    let mut align = Alignment::default();
    grid(ui, "decision", |ui| {
        ui.label("Label");
        new.label = text(ui, "Decision label", now.label.as_deref());
        ui.end_row();
        new.rect = rectangle(ui, "Frame", rect, 4);
        let (horizontal, vertical) = draft.alignment();
        ui.label("Align");
        align.horizontal = words(ui, "Align", horizontal, &ACROSS);
        ui.end_row();
        ui.label("");
        align.vertical = words(ui, "Align vertically", vertical, &DOWN);
        ui.end_row();
        match protection {
            Some(r) => {
                new.protection = rectangle(ui, "Protection", r, 4).map(Some);
                ui.label("");
                if ui.button("No protection").clicked() {
                    new.protection = Some(None);
                }
                ui.end_row();
            }
            None => {
                ui.label("Protection");
                if ui.button("Add protection").on_hover_text("As large as the effective area, to be made smaller").clicked() {
                    new.protection = Some(Some(draft.area()));
                }
                ui.end_row();
            }
        }
    });
    wrong(ui, draft, &["decision"]);
    if new != DecisionEdit::default() {
        edit(Edit::Decision(new));
    }
    if align != Alignment::default() {
        edit(Edit::Align(align));
    }
}

fn canvas(ui: &mut Ui, draft: &Draft, edit: &mut impl FnMut(Edit)) {
    let now = draft.canvas();
    heading(ui, &format!("Canvas {}, {}", now.id, now.size()));
    let mut new = CanvasEdit::default();
    grid(ui, "canvas", |ui| {
        ui.label("Label");
        new.label = text(ui, "Canvas label", now.label.as_deref());
        ui.end_row();
        ui.label("Squeeze");
        new.squeeze = value(ui, "Anamorphic squeeze", now.squeeze(), 0.01, 6);
        ui.end_row();
        match now.effective_rect() {
            Some(r) => {
                let whole = |r: RectF| RectF { width: r.width.round(), height: r.height.round(), ..r };
                new.effective = rectangle(ui, "Effective", r, 4).map(|r| Some(whole(r)));
                ui.label("");
                if ui.button("No effective area").clicked() {
                    new.effective = Some(None);
                }
            }
            None => {
                ui.label("Effective");
                if ui.button("Add effective area").on_hover_text("As large as the canvas, to be made smaller").clicked() {
                    new.effective = Some(Some(Rect::of(now.size()).to_f64()));
                }
            }
        }
        ui.end_row();
    });
    wrong(ui, draft, &["canvas"]);
    if new != CanvasEdit::default() {
        edit(Edit::Canvas(new));
    }
}

fn template(ui: &mut Ui, draft: &Draft, edit: &mut impl FnMut(Edit)) {
    heading(ui, "Canvas template");
    let now = draft.template();
    grid(ui, "template of", |ui| {
        ui.label("Edited");
        let mut options: Vec<(Option<&str>, &str)> = vec![(None, "none")];
        options.extend(draft.templates().iter().map(|t| (Some(t.id.as_str()), t.id.as_str())));
        ui.horizontal(|ui| {
            if let Some(chosen) = list(ui, "Canvas template", now.map(|t| t.id.as_str()), &options) {
                edit(Edit::UseTemplate(chosen.map(str::to_owned)));
            }
            if ui.button("New").on_hover_text("Adds a canvas template to the document").clicked() {
                let taken = |id: &str| draft.templates().iter().any(|t| t.id == id);
                let id = (1..).map(|n| format!("TEMPLATE_{n}")).find(|id| !taken(id));
                edit(Edit::UseTemplate(id));
            }
        });
        ui.end_row();
    });
    let Some(now) = now else { return };
    let mut new = TemplateEdit::default();
    grid(ui, "template", |ui| members(ui, now, &mut new));
    wrong(ui, draft, &["template"]);
    if new != TemplateEdit::default() {
        edit(Edit::Template(new));
    }
    match draft.derived() {
        None => {}
        Some(Err(error)) => {
            ui.horizontal_wrapped(|ui| {
                Mark::Fail.show(ui);
                ui.label(error.message());
            });
        }
        Some(Ok(d)) => {
            fact(ui, "Makes", format!("{}, squeeze {}", d.canvas, d.squeeze));
            fact(ui, "Scale", number(d.scale_factor));
            fact(ui, "Frame", line(d.framing));
        }
    }
}

fn members(ui: &mut Ui, now: &CanvasTemplate, new: &mut TemplateEdit) {
    const LAYERS: [(Layer, &str); 4] = [
        (Layer::Framing, "framing decision"),
        (Layer::Protection, "protection"),
        (Layer::Effective, "effective area"),
        (Layer::Canvas, "canvas"),
    ];
    ui.label("Label");
    new.label = text(ui, "Template label", now.label.as_deref());
    ui.end_row();
    let size = |ui: &mut Ui, name: &str, [w, h]: [u32; 2]| {
        let (width, height) = (whole(ui, &format!("{name} width"), w), whole(ui, &format!("{name} height"), h));
        width.or(height).map(|_| [width.unwrap_or(w), height.unwrap_or(h)])
    };
    ui.label("Target");
    ui.horizontal(|ui| new.target = size(ui, "Target", [now.target_dimensions.width, now.target_dimensions.height]));
    ui.end_row();
    ui.label("Target squeeze");
    new.squeeze = value(ui, "Target squeeze", now.target_anamorphic_squeeze.to_f64(), 0.01, 6);
    ui.end_row();
    ui.label("Fit");
    new.fit_source = list(ui, "Fit source", now.fit_source, &LAYERS);
    ui.end_row();
    ui.label("Fit method");
    let methods = FitMethod::ALL.iter().map(|m| (*m, m.word())).collect::<Vec<_>>();
    new.fit_method = words(ui, "Fit method", Some(now.fit_method), &methods);
    ui.end_row();
    ui.label("Align");
    new.horizontal = words(ui, "Template align", Some(now.alignment_method_horizontal.unwrap_or(AlignHorizontal::Center)), &ACROSS);
    ui.end_row();
    ui.label("");
    new.vertical = words(ui, "Template align vertically", Some(now.alignment_method_vertical.unwrap_or(AlignVertical::Center)), &DOWN);
    ui.end_row();
    ui.label("Preserve");
    let mut layers = vec![(None, "nothing beyond the fit")];
    layers.extend(LAYERS.map(|(layer, label)| (Some(layer), label)));
    new.preserve = list(ui, "Preserve from source", now.preserve_from_source_canvas, &layers);
    ui.end_row();
    ui.label("Maximum");
    match &now.maximum_dimensions {
        Some(d) => {
            ui.horizontal(|ui| {
                new.maximum = size(ui, "Maximum", [d.width, d.height]).map(Some);
                if ui.button("No maximum").clicked() {
                    new.maximum = Some(None);
                }
            });
        }
        None => {
            if ui.button("Add a maximum").clicked() {
                new.maximum = Some(Some([now.target_dimensions.width, now.target_dimensions.height]));
            }
        }
    }
    ui.end_row();
    ui.label("Pad");
    let mut pad = now.pad_to_maximum == Some(true);
    if ui.checkbox(&mut pad, "to the maximum").changed() {
        new.pad = Some(pad);
    }
    ui.end_row();
    ui.label("Round");
    let round = now.round.as_ref().map_or(Rounding::STANDARD, |r| Rounding { even: r.even, mode: r.mode });
    ui.horizontal(|ui| {
        let even = words(ui, "Round to", Some(round.even), &[(Even::Whole, "whole"), (Even::Even, "even")]);
        let modes = RoundMode::ALL.iter().map(|m| (*m, m.word())).collect::<Vec<_>>();
        let mode = words(ui, "Round", Some(round.mode), &modes);
        if even.is_some() || mode.is_some() {
            new.round = Some(Rounding { even: even.unwrap_or(round.even), mode: mode.unwrap_or(round.mode) });
        }
    });
    ui.end_row();
}

fn line(r: RectF) -> String {
    format!("{} x {} at {}, {}", number(r.width), number(r.height), number(r.x), number(r.y))
}

/// How the decision came of its intent.
fn arithmetic(ui: &mut Ui, draft: &Draft) {
    let Some(decided) = draft.decided() else { return };
    for step in &decided.steps {
        fact(ui, step.name, step.text.as_str());
    }
    fact(ui, "frame", line(decided.framing));
    if ui.button("Copy as text").clicked() {
        let lines: Vec<String> = decided.steps.iter().map(|s| format!("{}: {}", s.name, s.text)).collect();
        ui.ctx().copy_text(lines.join("\n"));
    }
}
