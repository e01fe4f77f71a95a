//! What came in, line by line: only the lines in view are drawn, so that a thousand clips scroll as ten do.

use super::{Rooms, cut_lists, line};
use crate::{
    app::{
        theme,
        widgets::{Out, action_button, at_right, segments, weak},
    },
    session::{Action, Chosen, ClipId, Leftover, Line, Room, Session, Sort, name_of},
    sidecar::lut,
    words::count,
};
use egui::{Align2, Color32, FontId, Panel, Rect, ScrollArea, Sense, Ui, pos2, vec2};
use std::path::PathBuf;

#[derive(Default)]
pub struct State {
    /// The place of the clip under the pointer, for what is dropped there.
    pub hovered: Option<usize>,
    /// The clip that was selected in the pass before: another one is scrolled to.
    seen: Option<ClipId>,
}

/// Points: a heading of a camera mode.
const MODE: f32 = 30.0;
/// Left-over sidecars that are listed.
const LEFTOVERS: usize = 500;

pub fn show(ui: &mut Ui, session: &Session, rooms: &mut Rooms, out: &mut Out) {
    rooms.intake.hovered = None;
    head(ui, session, out);
    if !session.leftovers().is_empty() {
        Panel::bottom("left over").resizable(true).default_size(120.0).size_range(64.0..=300.0).show(ui, |ui| leftovers(ui, session, out));
    }
    cut_lists::show(ui, session, out);
    if session.document().clips.is_empty() {
        ui.add_space(8.0);
        ui.label("Drop cards, folders or camera files here.");
        ui.horizontal(|ui| {
            action_button(ui, session, out, &Action::OpenFolder, "Open folder…", false);
            action_button(ui, session, out, &Action::Open, "Open files…", false);
        });
        return;
    }
    list(ui, session, rooms, out);
}

fn head(ui: &mut Ui, session: &Session, out: &mut Out) {
    let view = &session.view().intake;
    ui.horizontal(|ui| {
        let clips = session.document().clips.len();
        let ready = session.document().clips.iter().filter_map(|c| session.opened(c.id));
        let (mut open, mut bytes) = (0, 0);
        for o in ready {
            open += 1;
            bytes += o.bytes;
        }
        let text = if open == clips {
            format!("{clips} clips, {}", line::size(bytes))
        } else {
            format!("{open} of {clips} clips open, {}", line::size(bytes))
        };
        ui.label(text);
        at_right(ui, |ui| {
            segments(ui, |ui| {
                for sort in Sort::ALL {
                    let now = view.sort == sort;
                    // In words: the fonts have no arrow.
                    let label = if now && view.descending { format!("{}, reversed", sort.label()) } else { sort.label().to_owned() };
                    action_button(ui, session, out, &Action::IntakeSort(sort), &label, now);
                }
            });
            action_button(ui, session, out, &Action::IntakeGroup, "By camera mode", view.grouped);
            ui.add_space(6.0);
            action_button(ui, session, out, &Action::VerifyRoll, "Verify roll", false);
            action_button(ui, session, out, &Action::AskCutLists, "Add cut lists…", false);
            action_button(ui, session, out, &Action::AskAttach, "Attach…", false);
            action_button(ui, session, out, &Action::OpenFolder, "Open folder…", false);
        });
    });
    ui.add_space(4.0);
}

fn list(ui: &mut Ui, session: &Session, rooms: &mut Rooms, out: &mut Out) {
    line::titles(ui);
    let lines = session.intake();
    let mut tops = Vec::with_capacity(lines.len() + 1);
    let mut height = 0.0;
    for l in &lines {
        tops.push(height);
        height += if matches!(l, Line::Mode(..)) { MODE } else { line::HEIGHT };
    }
    tops.push(height);
    ScrollArea::vertical().id_salt("intake").auto_shrink(false).show_viewport(ui, |ui, viewport| {
        let width = ui.available_width();
        let (content, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        let selected = session.document().selected;
        if rooms.intake.seen != selected {
            rooms.intake.seen = selected;
            let at = lines.iter().position(|l| matches!(l, Line::Clip(_, entry) if selected == Some(entry.id)));
            if let Some(i) = at {
                let top = content.top() + tops[i];
                ui.scroll_to_rect(Rect::from_min_size(pos2(content.left(), top), vec2(width, line::HEIGHT)), None);
            }
        }
        let first = tops.partition_point(|top| *top <= viewport.top()).saturating_sub(1);
        for (i, l) in lines.iter().enumerate().skip(first) {
            if tops[i] > viewport.bottom() {
                break;
            }
            let rect =
                Rect::from_min_max(pos2(content.left(), content.top() + tops[i]), pos2(content.right(), content.top() + tops[i + 1]));
            match l {
                Line::Mode(name, n) => mode(ui, rect, name, *n),
                Line::Clip(index, entry) => line::show(ui, session, rooms, rect, *index, entry, out),
            }
        }
    });
}

fn mode(ui: &mut Ui, rect: Rect, name: &str, clips: usize) {
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect.shrink2(vec2(0.0, 2.0)), 2.0, Color32::from_gray(44));
    let title = painter.text(rect.left_center() + vec2(8.0, 0.0), Align2::LEFT_CENTER, name, FontId::proportional(13.0), theme::STRONG);
    let count = count(clips, "clip");
    painter.text(title.right_center() + vec2(10.0, 0.0), Align2::LEFT_CENTER, &count, FontId::proportional(11.5), theme::WEAK);
    let response = ui.interact(rect, ui.scope_id().with(("camera mode", name)), Sense::hover());
    let spoken = format!("Camera mode {name}, {count}");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
}

/// Sidecars beside the clips that none of them has, and files that were dropped and are nothing: none is passed over without a word.
fn leftovers(ui: &mut Ui, session: &Session, out: &mut Out) {
    let all = session.leftovers();
    ui.horizontal(|ui| {
        ui.label(egui::RichText::new(format!("Left over: {}", all.len())).color(theme::STRONG));
        ui.label(weak("Drag a sidecar onto a clip to attach it."));
    });
    let n = all.len().min(LEFTOVERS);
    ScrollArea::vertical().id_salt("left over").auto_shrink(false).show_rows(ui, 20.0, n, |ui, rows| {
        for Leftover { path, why, given } in &all[rows] {
            let name = name_of(path);
            ui.horizontal(|ui| {
                let id = ui.scope_id().with(("left over", path));
                let drag = ui.dnd_drag_source(id, path.clone(), |ui| ui.label(&name)).response;
                let spoken = format!("Left over: {name}");
                drag.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
                drag.on_hover_text(path.display().to_string());
                ui.label(weak(why));
                if Chosen::takes(path) {
                    let attach =
                        ui.add_enabled(session.document().selected.is_some(), egui::Button::new("Attach to the selected clip").small());
                    if attach.clicked() {
                        out.push(Action::Attach { clip: None, paths: vec![path.clone()] });
                    }
                }
                if *given {
                    let action = Action::TakeOff(path.clone());
                    let off = ui.small_button("Take off the list");
                    let spoken = format!("Take {name} off the list");
                    off.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &spoken));
                    if off.on_hover_text("The file is not touched").clicked() {
                        out.push(action);
                    }
                }
                let folder = path.parent().map(|p| p.display().to_string()).unwrap_or_default();
                ui.add(egui::Label::new(weak(&folder)).truncate());
            });
        }
    });
    if all.len() > n {
        ui.label(weak(format!("and {} more", all.len() - n)));
    }
}

impl Rooms {
    /// What dropping files asks for: onto a clip of the intake, sidecars and look files are that clip's; everything else is told apart
    /// by the session.
    pub fn dropped(&self, session: &Session, paths: Vec<PathBuf>) -> Vec<Action> {
        let on = self.intake.hovered.filter(|_| session.view().room == Room::Intake);
        match on {
            Some(clip) if paths.iter().all(|p| Chosen::takes(p)) => vec![Action::Attach { clip: Some(clip), paths }],
            Some(clip) if paths.iter().all(|p| Chosen::takes(p) || lut::is_look_file(p)) => {
                vec![Action::SelectClip(clip), Action::Add(paths)]
            }
            _ => vec![Action::Add(paths)],
        }
    }
}
