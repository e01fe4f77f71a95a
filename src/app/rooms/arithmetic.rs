//! The arithmetic of a cell, step by step: of a canvas template in exact fractions beside what asc-fdl 1.0.2 computes.

use crate::{
    app::{
        clips, paging,
        steps::set,
        theme,
        widgets::{Mark, Out, action_button, cut, fact, heading, mono, number, rule, weak},
    },
    error::Result,
    framing::{
        MadeCanvas, Step,
        template::{Derived, TemplateStep},
    },
    image::RectF,
    session::{Action, By, Fit, FitAt, FitTable, Session},
};
use egui::{Align, Grid, Label, Layout, RichText, ScrollArea, Ui};
use serde_json::json;

pub fn show(ui: &mut Ui, session: &Session, table: &FitTable, at: FitAt, fit: &Fit, out: &mut Out) {
    let label = table.label(at.template);
    let choice = at.template.and_then(|t| table.templates.get(t)).map(|(_, choice)| choice);
    let row = table.row_of(at.clip).and_then(|row| table.rows.get(row));
    let name = session.document().clip(at.clip).map(|e| clips::name(session, e)).unwrap_or_default();
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.small_button("Close").on_hover_text("Back to the whole table  [Esc]").clicked() {
                out.push(Action::FramingCell(None));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                cut(ui, RichText::new(format!("{name}, {label}")).color(theme::STRONG).strong(), label);
            });
        });
    });
    let from = choice.map_or_else(|| "Crop and scale of the clip's settings".to_owned(), |c| format!("Template of {}", c.file));
    cut(ui, weak(&from), &from);
    ui.add_space(4.0);
    ScrollArea::vertical().id_salt("arithmetic").auto_shrink(false).show(ui, |ui| {
        match &fit.made {
            Err(error) => {
                ui.horizontal_wrapped(|ui| {
                    Mark::Fail.show(ui);
                    ui.label(error.to_string());
                });
            }
            Ok(made) => result(ui, made),
        }
        match fit.published_differs() {
            Some(Ok(canvas)) => note(ui, Mark::Warn, &format!("asc-fdl 1.0.2 makes {canvas}")),
            Some(Err(error)) => note(ui, Mark::None, &format!("asc-fdl 1.0.2 makes none: {}", error.message())),
            None => {}
        }
        ui.horizontal_wrapped(|ui| {
            let tip = match choice {
                Some(_) => "The plate is made by this template, in exact arithmetic",
                None => "The plate is made without a template",
            };
            if ui.button("Use for this clip").on_hover_text(tip).clicked() {
                out.push(set(json!({"framing": {"template": choice}})));
            }
            if let Some(row) = row.filter(|row| row.clips.len() > 1) {
                action_button(ui, session, out, &Action::FramingUse, &format!("Use for all {}", row.clips.len()), false);
            }
            if ui.button("Copy as text").clicked() {
                ui.ctx().copy_text(text(fit));
            }
        });
        rule(ui);
        heading(ui, "Arithmetic");
        match &fit.by {
            By::Settings(steps) => of_settings(ui, steps),
            By::Template { exact, asc } => of_template(ui, exact, asc),
        }
        paging::of_panel(ui, session);
    });
}

fn note(ui: &mut Ui, mark: Mark, words: &str) {
    ui.horizontal_wrapped(|ui| {
        mark.show(ui);
        ui.label(words);
    });
}

fn result(ui: &mut Ui, made: &MadeCanvas) {
    let rect = |r: RectF| format!("{} x {} at {}, {}", number(r.width), number(r.height), number(r.x), number(r.y));
    fact(ui, "Canvas", format!("{}, squeeze {}", made.canvas, number(made.squeeze)));
    fact(ui, "Scale", made.scale.to_string());
    fact(ui, "Source", rect(made.source));
    fact(ui, "Picture", rect(made.picture));
    fact(ui, "Effective", rect(made.effective));
    if let Some(p) = made.protection {
        fact(ui, "Protection", rect(p));
    }
    fact(ui, "Decision", rect(made.decision));
    let [left, top, right, bottom] = made.pad().map(number);
    fact(ui, "Pad", format!("left {left}, top {top}, right {right}, bottom {bottom}"));
}

/// Of a plate that no template makes: a line each.
fn of_settings(ui: &mut Ui, steps: &[Step]) {
    Grid::new("plate arithmetic").num_columns(2).striped(true).spacing([14.0, 3.0]).show(ui, |ui| {
        for step in steps {
            ui.label(weak(step.name));
            ui.add(Label::new(mono(&step.text).small()).wrap());
            ui.end_row();
        }
    });
}

fn of_template(ui: &mut Ui, exact: &Result<Derived>, asc: &Result<Derived>) {
    let none: &[TemplateStep] = &[];
    let exact = exact.as_ref().map_or(none, |d| &d.steps);
    let asc = asc.as_ref().map_or(none, |d| &d.steps);
    Grid::new("arithmetic").num_columns(3).striped(true).spacing([14.0, 3.0]).show(ui, |ui| {
        ui.label(weak("step"));
        ui.label(weak("exact"));
        ui.label(weak("asc-fdl 1.0.2"));
        ui.end_row();
        for step in exact {
            ui.label(RichText::new(format!("{}: {}", step.step, step.of)).color(theme::TEXT).small());
            ui.end_row();
            // The two need not go the same way: what has the same name is set beside each other.
            let other = asc.iter().find(|s| s.step == step.step && s.of == step.of);
            for value in &step.values {
                ui.label(weak(format!("    {}", value.name)));
                ui.add(Label::new(mono(&value.exact).small()).wrap());
                let theirs = other.and_then(|s| s.values.iter().find(|v| v.name == value.name));
                match theirs {
                    None => ui.label(weak("none")),
                    Some(v) if (v.value - value.value).abs() > 1e-9 => ui.label(mono(&v.exact).small().color(theme::WARN)),
                    Some(v) => ui.label(mono(&v.exact).small()),
                };
                ui.end_row();
            }
        }
    });
}

/// All steps, a line each.
fn text(fit: &Fit) -> String {
    let mut out = String::new();
    let (exact, asc) = match &fit.by {
        By::Settings(steps) => {
            steps.iter().for_each(|step| out.push_str(&format!("{}: {}\n", step.name, step.text)));
            return out;
        }
        By::Template { exact, asc } => (&**exact, &**asc),
    };
    for (name, derived) in [("exact", exact), ("asc-1.0.2", asc)] {
        out.push_str(&format!("{name}\n"));
        match derived {
            Err(error) => out.push_str(&format!("  {error}\n")),
            Ok(d) => {
                for step in &d.steps {
                    let values: Vec<String> = step.values.iter().map(|v| format!("{} {}", v.name, v.exact)).collect();
                    out.push_str(&format!("  {} {}: {}\n", step.step, step.of, values.join(", ")));
                }
                out.push_str(&format!("  canvas {}\n", d.canvas));
            }
        }
    }
    out
}
