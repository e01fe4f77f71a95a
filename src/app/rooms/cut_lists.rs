//! The cut lists of the show, at the foot of the intake: what each is, and how much of it the clips hold.

use crate::{
    app::{
        theme,
        widgets::{Out, number, told, weak},
    },
    check::matched_in_words,
    session::{Action, CellAt, Grade, ListState, Room, SHOW, Session, name_of, table},
    words::count,
};
use egui::{Button, Label, Panel, RichText, ScrollArea, Ui};
use std::path::Path;

/// Points of a line.
const LINE: f32 = 20.0;
/// Lines that are in view unless somebody makes room for more.
const SEEN: usize = 4;

pub fn show(ui: &mut Ui, session: &Session, out: &mut Out) {
    let lists = &session.document().cut_lists;
    if lists.is_empty() {
        return;
    }
    let height = 30.0 + LINE * 1.4 * lists.len().min(SEEN) as f32;
    Panel::bottom("cut lists").resizable(true).default_size(height).size_range(56.0..=300.0).show(ui, |ui| {
        ui.label(RichText::new(format!("Cut lists: {}", lists.len())).color(theme::STRONG));
        ScrollArea::vertical().id_salt("cut lists").auto_shrink(false).show_rows(ui, LINE, lists.len(), |ui, rows| {
            for path in &lists[rows] {
                ui.horizontal(|ui| line(ui, session, path, out));
            }
        });
    });
}

fn line(ui: &mut Ui, session: &Session, path: &Path, out: &mut Out) {
    let name = name_of(path);
    let grade = session.grade_of_list(path).unwrap_or(Grade::Pending);
    grade.mark().show(ui);
    let words = in_words(session, path);
    let label = ui.label(&name);
    let spoken = format!("Cut list {name}: {words}");
    label.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
    label.on_hover_text(format!("{}\n{}", path.display(), grade.words()));
    let color = if matches!(session.cut_list(path), Some(ListState::Failed(_))) { theme::FAIL } else { theme::TEXT };
    ui.label(RichText::new(&words).color(color));
    if let Some(rule) = worst(session, path)
        && button(ui, "Evidence", &format!("Evidence of {name}"), "What the rules about cut lists found", None)
    {
        out.push(Action::EvidenceCell(CellAt { rule, mode: SHOW.into() }));
        if !session.view().evidence.open {
            out.push(Action::EvidenceOpen);
        }
        out.push(Action::Room(Room::Evidence));
    }
    let pull = Action::AskPull(Some(path.to_owned()));
    let why_not = table::available(&pull, session).err();
    if button(ui, "Pull…", &format!("Pull {name}"), "Render what it uses of the clips, by the recipe of the selected one", why_not) {
        out.push(pull);
    }
    if button(ui, "Take out", &format!("Take {name} out of the show"), "The file is not touched; Ctrl+Z takes it back", None) {
        out.push(Action::RemoveCutList(path.to_owned()));
    }
    let folder = path.parent().map(|p| p.display().to_string()).unwrap_or_default();
    ui.add(Label::new(weak(&folder)).truncate());
}

/// Whether it was pressed. `spoken`: with the name of the list.
fn button(ui: &mut Ui, text: &str, spoken: &str, tip: &str, why_not: Option<&str>) -> bool {
    let enabled = why_not.is_none();
    let response = ui.add_enabled(enabled, Button::new(text).small());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, enabled, spoken));
    told(response, tip, why_not).clicked()
}

/// The rule that found the worst, the first of them.
fn worst(session: &Session, path: &Path) -> Option<String> {
    let found = session.found_on_list(path)?;
    let waivers = &session.document().waivers;
    found.findings.iter().min_by_key(|f| Grade::of(waivers, f)).map(|f| f.id.clone())
}

/// `CMX3600 EDL, counted as its clips, 11 of 12 events matched`
fn in_words(session: &Session, path: &Path) -> String {
    let list = match session.cut_list(path) {
        None | Some(ListState::Reading(_)) => return "is read".into(),
        Some(ListState::Failed(error)) => return error.message().to_owned(),
        Some(ListState::Ready(list)) => list,
    };
    let rate = list.rate.map_or_else(|| "states no rate".to_owned(), |r| format!("{} fps", number(r.to_f64())));
    let events = match session.found_on_list(path) {
        Some(found) => matched_in_words(found.matched, found.events),
        None => count(list.edl.events.len(), "event"),
    };
    format!("{}, {rate}, {events}", list.format.label())
}
