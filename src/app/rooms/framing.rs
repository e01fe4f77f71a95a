//! Every clip against every canvas template: the canvas that comes out, and the arithmetic behind it.

use super::{
    Rooms, arithmetic,
    thumbs::{Shown, paint},
};
use crate::{
    app::{
        clips, theme,
        widgets::{self, Mark, Out, action_button, number, weak},
    },
    error::Result,
    framing::Frame,
    session::{Action, ClipEntry, Fit, FitAt, FitRow, FitTable, Session, ThumbSize, middle_frame},
};
use egui::{Align, Align2, Color32, FontId, Layout, Panel, Rect, ScrollArea, Sense, Stroke, Ui, pos2, vec2};

/// Points: clip and framing, a template, the titles, a line.
const LEFT: f32 = 380.0;
const COLUMN: f32 = 176.0;
const HEAD: f32 = 40.0;
const LINE: f32 = 52.0;

pub fn show(ui: &mut Ui, session: &Session, rooms: &mut Rooms, out: &mut Out) {
    let table = session.fits();
    ui.horizontal(|ui| {
        ui.label(format!("{} clips, {} templates", table.rows.len(), table.templates.len()));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            action_button(ui, session, out, &Action::AskTemplates, "Add templates…", false);
            action_button(ui, session, out, &Action::FramingEditor, "Edit frame lines", false);
        });
    });
    ui.add_space(4.0);
    if table.rows.is_empty() {
        ui.label(weak("No clip is open."));
        return;
    }
    if let Some((at, fit)) = &table.open
        && session.view().framing == Some(*at)
    {
        let width = (ui.available_width() * 0.45).clamp(420.0, 640.0);
        Panel::right("arithmetic").exact_size(width).resizable(false).show(ui, |ui| arithmetic::show(ui, session, table, *at, fit, out));
    }
    let size = vec2(LEFT + COLUMN * table.templates.len().max(1) as f32, HEAD + LINE * table.rows.len() as f32);
    ScrollArea::both().id_salt("framings").auto_shrink(false).show_viewport(ui, |ui, viewport| {
        let (content, _) = ui.allocate_exact_size(size, Sense::hover());
        let window = ui.clip_rect();
        let cells = Rect::from_min_max(window.min + vec2(LEFT, HEAD), window.max);
        let first = (viewport.top() / LINE).max(0.0) as usize;
        let last = (viewport.bottom() / LINE) as usize + 1;
        for (i, row) in table.rows.iter().enumerate().take(last.min(table.rows.len())).skip(first) {
            let y = content.top() + HEAD + LINE * i as f32;
            let Some((index, entry)) = session.place(row.clip) else { continue };
            let clip = Clip { index, entry, row };
            line(ui, session, table, &clip, Rect::from_min_size(pos2(content.left(), y), vec2(size.x, LINE)), cells, out);
            name(ui, session, rooms, &clip, Rect::from_min_size(pos2(window.left(), y), vec2(LEFT, LINE)), window, out);
        }
        titles(ui, table, content.left(), window);
    });
}

/// A clip of the table and its place in the show.
struct Clip<'a> {
    index: usize,
    entry: &'a ClipEntry,
    row: &'a FitRow,
}

/// The cells of a clip.
fn line(ui: &mut Ui, session: &Session, table: &FitTable, clip: &Clip, rect: Rect, cells: Rect, out: &mut Out) {
    let painter = ui.painter_at(cells);
    let Some(fits) = clip.row.fits.and_then(|i| table.fits.get(i)) else {
        if let Err(why) = &clip.row.frame {
            let at = pos2(rect.left() + LEFT + 8.0, rect.center().y);
            painter.text(at, Align2::LEFT_CENTER, why.message(), FontId::proportional(12.5), theme::WEAK);
        }
        return;
    };
    for (i, fit) in fits.iter().enumerate() {
        let cell =
            Rect::from_min_size(pos2(rect.left() + LEFT + COLUMN * i as f32, rect.top()), vec2(COLUMN, LINE)).shrink2(vec2(2.0, 2.0));
        if !cell.intersects(cells) {
            continue;
        }
        let at = FitAt { clip: clip.row.clip, template: i };
        let current = session.view().framing == Some(at);
        let used = clip.entry.settings.framing.template.as_ref().is_some_and(|t| table.templates[i].1.template == t.template);
        let response = ui.interact(cell.intersect(cells), ui.scope_id().with(("fit", clip.row.clip.0, i)), Sense::click());
        let (mark, first, second) = words(fit);
        let label = &table.templates[i].0;
        let spoken = format!("{}, {label}: {first}, {second}", clips::name(session, clip.entry));
        response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, current, &spoken));
        painter.rect_filled(cell, 2.0, Color32::from_gray(if response.hovered() { 54 } else { 42 }));
        mark.paint(&painter, pos2(cell.left() + 12.0, cell.top() + 15.0));
        painter.text(pos2(cell.left() + 23.0, cell.top() + 15.0), Align2::LEFT_CENTER, &first, FontId::proportional(13.0), theme::TEXT);
        painter.text(pos2(cell.left() + 23.0, cell.top() + 33.0), Align2::LEFT_CENTER, &second, FontId::proportional(11.5), theme::WEAK);
        if used {
            painter.text(cell.right_top() + vec2(-5.0, 4.0), Align2::RIGHT_TOP, "in use", FontId::proportional(11.0), theme::STRONG);
        }
        if current {
            painter.rect_stroke(cell, 2.0, Stroke::new(1.5, theme::STRONG), egui::StrokeKind::Inside);
        }
        if response.on_hover_text(format!("{label}\nClick for the arithmetic")).clicked() {
            out.extend([Action::SelectClip(clip.index), Action::FramingCell(Some(at))]);
        }
    }
}

/// Mark, canvas, and scale with what to know of it.
fn words(fit: &Fit) -> (Mark, String, String) {
    match &fit.exact {
        Err(error) => (Mark::Fail, "no canvas".into(), error.message().to_owned()),
        Ok(d) => {
            let (mark, note) = match &fit.asc {
                _ if d.scale_factor > 1.0 => (Mark::Warn, "enlarged".to_owned()),
                Ok(asc) if asc.canvas != d.canvas => (Mark::Warn, format!("1.0.2: {}", asc.canvas)),
                Err(_) => (Mark::None, "1.0.2: none".to_owned()),
                Ok(_) => (Mark::Pass, "as 1.0.2".to_owned()),
            };
            (mark, d.canvas.to_string(), format!("x {:.5}, {note}", d.scale_factor))
        }
    }
}

/// Picture, name and framing, at the left edge of what is seen.
fn name(ui: &mut Ui, session: &Session, rooms: &mut Rooms, clip: &Clip, rect: Rect, window: Rect, out: &mut Out) {
    let names = Rect::from_min_max(pos2(window.left(), window.top() + HEAD), pos2(window.left() + LEFT, window.bottom()));
    let selected = session.document().selected == Some(clip.row.clip);
    let painter = ui.painter_at(names);
    painter.rect_filled(rect, 0.0, if selected { Color32::from_gray(58) } else { ui.visuals().panel_fill });
    let picture = Rect::from_min_size(rect.min + vec2(2.0, 3.0), vec2(82.0, LINE - 6.0));
    painter.rect_filled(picture, 0.0, Color32::from_gray(theme::SURROUND));
    if let Some(opened) = session.opened(clip.row.clip)
        && let Shown::Picture(thumb, texture) =
            rooms.thumbs.get(ui.ctx(), session, (clip.row.clip, middle_frame(&*opened.clip), ThumbSize::Small))
    {
        let place = paint(&painter, picture, &thumb, texture);
        if let Ok(frame) = &clip.row.frame {
            outline(&painter, place, frame);
        }
    }
    let title = clips::name(session, clip.entry);
    let text = |y: f32, words: &str, size: f32, color: Color32| {
        let at = pos2(rect.left() + 94.0, rect.top() + y);
        widgets::line(&painter, Align2::LEFT_TOP, at, LEFT - 104.0, words, FontId::proportional(size), color);
    };
    text(7.0, &title, 13.5, if selected { theme::STRONG } else { theme::TEXT });
    let facts = facts(&clip.row.frame);
    text(27.0, &facts, 11.5, theme::WEAK);
    let response = ui.interact(rect.intersect(names), ui.scope_id().with(("framed clip", clip.row.clip.0)), Sense::click());
    let spoken = format!("Clip {title}: {facts}");
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::ListBoxOption, true, selected, &spoken));
    if response.on_hover_text(&spoken).clicked() {
        out.push(Action::SelectClip(clip.index));
    }
}

fn facts(frame: &Result<Frame>) -> String {
    match frame {
        Err(error) => error.message().to_owned(),
        Ok(f) => format!("canvas {}, {}x, decision {} x {}", f.canvas, f.squeeze, number(f.decision.width), number(f.decision.height)),
    }
}

/// The framing decision over the small picture.
fn outline(painter: &egui::Painter, place: Rect, frame: &Frame) {
    let (w, h) = (f64::from(frame.canvas.width.max(1)), f64::from(frame.canvas.height.max(1)));
    let d = frame.decision;
    let at = |x: f64, y: f64| place.min + vec2((x / w) as f32 * place.width(), (y / h) as f32 * place.height());
    let rect = Rect::from_two_pos(at(d.x, d.y), at(d.x + d.width, d.y + d.height));
    painter.rect_stroke(rect, 0.0, Stroke::new(1.0, theme::DECISION), egui::StrokeKind::Inside);
}

/// Labels of the templates, at the top edge of what is seen.
fn titles(ui: &mut Ui, table: &FitTable, left: f32, window: Rect) {
    let area = Rect::from_min_max(window.min, pos2(window.right(), window.top() + HEAD));
    ui.painter_at(area).rect_filled(area, 0.0, ui.visuals().panel_fill);
    let painter = ui.painter_at(Rect::from_min_max(pos2(window.left() + LEFT, area.top()), area.max));
    if table.templates.is_empty() {
        let at = pos2(window.left() + LEFT + 8.0, area.center().y);
        painter.text(at, Align2::LEFT_CENTER, "No template: add one, or an FDL that has some.", FontId::proportional(12.0), theme::WEAK);
    }
    for (i, (label, choice)) in table.templates.iter().enumerate() {
        let x = left + LEFT + COLUMN * i as f32 + 6.0;
        for (y, words, size, color) in [(2.0, label, 13.0, theme::STRONG), (20.0, &choice.file, 11.5, theme::WEAK)] {
            let at = pos2(x, area.top() + y);
            widgets::line(&painter, Align2::LEFT_TOP, at, COLUMN - 12.0, words, FontId::proportional(size), color);
        }
    }
    ui.painter().hline(area.x_range(), area.bottom(), Stroke::new(1.0, theme::LINE));
}
