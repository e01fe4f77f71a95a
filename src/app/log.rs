//! Every message since the window opened, along the bottom: what happened, to which file, and what can be done.

use super::{
    theme,
    widgets::{Out, action_button, cut, fact, heading, mono, segments, weak},
};
use crate::session::{Action, LogEntry, LogLevel, Session};
use egui::{Align, Button, FontSelection, Label, Layout, Panel, RichText, ScrollArea, Style, Ui, text::LayoutJob};

/// What the panel keeps between passes.
#[derive(Default)]
pub struct State {
    only_errors: bool,
    /// The message that is shown whole; the last error where none was chosen.
    chosen: Option<u64>,
}

/// Points of a line.
const LINE: f32 = 20.0;

pub fn show(ui: &mut Ui, session: &Session, state: &mut State, out: &mut Out) {
    let entries = session.log().entries();
    let errors = entries.iter().filter(|e| e.level == LogLevel::Error).count();
    ui.horizontal(|ui| {
        heading(ui, "Log");
        segments(ui, |ui| {
            for (only, label) in [(false, format!("All {}", entries.len())), (true, format!("Errors {errors}"))] {
                if ui.selectable_label(state.only_errors == only, label).clicked() {
                    state.only_errors = only;
                }
            }
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            action_button(ui, session, out, &Action::Log, "Close", false);
            if ui.button("Copy all").on_hover_text("Every message, a line each").clicked() {
                let text: Vec<String> = entries.iter().map(line).collect();
                ui.ctx().copy_text(text.join("\n"));
            }
        });
    });
    let chosen = state.chosen.and_then(|n| entries.iter().find(|e| e.nth == n)).or(session.log().last_error());
    if let Some(entry) = chosen {
        let width = (ui.available_width() * 0.4).clamp(280.0, 560.0);
        Panel::right("message").exact_size(width).resizable(false).show(ui, |ui| whole(ui, entry));
    }
    if entries.is_empty() {
        ui.label(weak("Nothing to report."));
    }
    let shown: Vec<&LogEntry> = entries.iter().filter(|e| !state.only_errors || e.level == LogLevel::Error).collect();
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().id_salt("log").auto_shrink(false).stick_to_bottom(true).show_rows(ui, LINE, shown.len(), |ui, range| {
        for entry in &shown[range] {
            let is_chosen = chosen.is_some_and(|c| c.nth == entry.nth);
            let button = Button::selectable(is_chosen, job(ui.style(), entry)).truncate().min_size(egui::vec2(ui.available_width(), LINE));
            let row = ui.add(button);
            row.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, is_chosen, line(entry)));
            if row.clicked() {
                state.chosen = Some(entry.nth);
            }
        }
    });
}

/// As it is copied, and read by ear.
fn line(entry: &LogEntry) -> String {
    format!("{} {} {}", clock(entry.time), word(entry.level), entry.text)
}

fn word(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Info => "info",
        LogLevel::Error => "error",
    }
}

fn job(style: &Style, entry: &LogEntry) -> LayoutJob {
    let mut job = LayoutJob::default();
    let color = if entry.level == LogLevel::Error { theme::FAIL } else { theme::WEAK };
    let parts = [
        weak(format!("{}  ", clock(entry.time))),
        RichText::new(format!("{:<6}", word(entry.level))).small().monospace().color(color),
        RichText::new(entry.text.replace('\n', "  ")).color(theme::TEXT),
    ];
    parts.into_iter().for_each(|part| part.append_to(&mut job, style, FontSelection::Default, Align::Center));
    job
}

/// A message with its place, and what can be done.
fn whole(ui: &mut Ui, entry: &LogEntry) {
    ScrollArea::vertical().id_salt("message").auto_shrink(false).show(ui, |ui| {
        let Some(error) = &entry.error else {
            ui.add(Label::new(&entry.text).wrap());
            return;
        };
        ui.add(Label::new(RichText::new(error.message()).color(theme::STRONG)).wrap());
        ui.add_space(2.0);
        if let Some(path) = error.path() {
            let path = path.display().to_string();
            let place = error.line_number().map_or_else(|| path.clone(), |line| format!("{path}:{line}"));
            fact(ui, "File", place);
            if ui.small_button("Copy path").clicked() {
                ui.ctx().copy_text(path);
            }
        }
        if let Some(field) = error.field_name() {
            fact(ui, "Field", field);
        }
        if let Some(value) = error.found() {
            ui.horizontal(|ui| {
                ui.allocate_ui(egui::vec2(70.0, 16.0), |ui| {
                    ui.set_min_width(70.0);
                    ui.label(weak("Found"));
                });
                cut(ui, mono(value), value);
            });
        }
        if let Some(remedy) = error.kind().remedy() {
            ui.add_space(2.0);
            ui.add(Label::new(weak(remedy)).wrap());
        }
    });
}

/// Time of day, UTC.
pub fn clock(time: std::time::SystemTime) -> String {
    let t = time::OffsetDateTime::from(time);
    format!("{:02}:{:02}:{:02}Z", t.hour(), t.minute(), t.second())
}
