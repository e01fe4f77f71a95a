//! The arithmetic of a canvas template, step by step: exact fractions beside what asc-fdl 1.0.2 computes.

use crate::{
    app::{
        clips,
        steps::set,
        theme,
        widgets::{Mark, Out, cut, fact, heading, mono, number, rule, weak},
    },
    framing::template::{Derived, TemplateStep},
    image::RectF,
    session::{Action, Fit, FitAt, FitTable, Session},
};
use egui::{Align, Grid, Label, Layout, RichText, ScrollArea, Ui};
use serde_json::json;

pub fn show(ui: &mut Ui, session: &Session, table: &FitTable, at: FitAt, fit: &Fit, out: &mut Out) {
    let Some((label, choice)) = table.templates.get(at.template) else { return };
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
    ui.label(weak(format!("Template of {}", choice.file)));
    ui.add_space(4.0);
    ScrollArea::vertical().id_salt("arithmetic").auto_shrink(false).show(ui, |ui| {
        match &fit.exact {
            Err(error) => {
                ui.horizontal_wrapped(|ui| {
                    Mark::Fail.show(ui);
                    ui.label(error.to_string());
                });
            }
            Ok(d) => result(ui, d),
        }
        if !fit.agrees()
            && let Ok(asc) = &fit.asc
        {
            ui.horizontal_wrapped(|ui| {
                Mark::Warn.show(ui);
                ui.label(format!("asc-fdl 1.0.2 makes {}", asc.canvas));
            });
        }
        ui.horizontal(|ui| {
            if ui.button("Use for this clip").on_hover_text("The plate is made by this template, in exact arithmetic").clicked() {
                out.push(set(json!({"framing": {"template": choice}})));
            }
            if ui.button("Copy as text").clicked() {
                ui.ctx().copy_text(text(fit));
            }
        });
        rule(ui);
        steps(ui, fit);
    });
}

fn result(ui: &mut Ui, d: &Derived) {
    let rect = |r: RectF| format!("{} x {} at {}, {}", number(r.width), number(r.height), number(r.x), number(r.y));
    fact(ui, "Canvas", format!("{}, squeeze {}", d.canvas, d.squeeze));
    fact(ui, "Scale", d.scale_factor.to_string());
    fact(ui, "Source", rect(d.source));
    fact(ui, "Picture", rect(d.picture));
    fact(ui, "Effective", rect(d.effective));
    if let Some(p) = d.protection {
        fact(ui, "Protection", rect(p));
    }
    fact(ui, "Decision", rect(d.framing));
}

fn steps(ui: &mut Ui, fit: &Fit) {
    let none: &[TemplateStep] = &[];
    let exact = fit.exact.as_ref().map_or(none, |d| &d.steps);
    let asc = fit.asc.as_ref().map_or(none, |d| &d.steps);
    heading(ui, "Arithmetic");
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
    for (name, derived) in [("exact", &fit.exact), ("asc-1.0.2", &fit.asc)] {
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
