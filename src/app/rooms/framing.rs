//! Every camera mode against every canvas template: the picture as it comes out, its numbers, and the arithmetic behind them.

use super::{Rooms, arithmetic, fit_picture, thumbs::Shown};
use crate::{
    app::{
        clips, theme,
        widgets::{self, Mark, Out, action_button, at_right, focus_ring, weak},
    },
    framing::MadeCanvas,
    session::{Action, ClipId, Fit, FitAt, FitRow, FitTable, Session, ThumbSize, middle_frame},
    words::count,
};
use egui::{Align2, Color32, FontId, Panel, Rect, ScrollArea, Sense, Stroke, Ui, pos2, vec2};

/// Points: a camera mode, the titles, a line of the table, the picture in a cell; a template takes what room there is within these.
const LEFT: f32 = 236.0;
const COLUMN: std::ops::RangeInclusive<f32> = 285.0..=330.0;
const HEAD: f32 = 40.0;
const LINE: f32 = 106.0;
const PICTURE: egui::Vec2 = vec2(116.0, LINE - 14.0);
/// Clips that are named where one points at a row.
const NAMED: usize = 12;

#[derive(Default)]
pub struct State {
    /// The cell that was scrolled to.
    seen: Option<FitAt>,
}

pub fn show(ui: &mut Ui, session: &Session, rooms: &mut Rooms, out: &mut Out) {
    let table = session.fits();
    ui.horizontal(|ui| {
        ui.label(summary(session, table));
        at_right(ui, |ui| {
            action_button(ui, session, out, &Action::FramingEditor, "Edit frame lines", false);
            action_button(ui, session, out, &Action::AskTemplates, "Add templates…", false);
        });
    });
    ui.add_space(4.0);
    if table.rows.is_empty() {
        ui.label(weak("No clip is open."));
        return;
    }
    // There as long as a cell is open, also while its arithmetic is worked out: the table keeps its width, and the cell its place in view.
    let framed = |at: &FitAt| table.row_of(at.clip).and_then(|row| table.rows.get(row)).is_none_or(|row| row.frame.is_ok());
    if let Some(open) = session.view().framing.filter(framed) {
        let width = (ui.available_width() * 0.4).clamp(420.0, 640.0);
        Panel::right("arithmetic").exact_size(width).resizable(false).show(ui, |ui| match &table.open {
            Some((at, fit)) if *at == open => arithmetic::show(ui, session, table, *at, fit, out),
            _ => drop(ui.label(weak("…"))),
        });
    }
    let columns = table.columns() as f32;
    let column = ((ui.available_width() - LEFT - 10.0) / columns).clamp(*COLUMN.start(), *COLUMN.end());
    let size = vec2(LEFT + column * columns, HEAD + LINE * table.rows.len() as f32);
    ScrollArea::both().id_salt("framings").auto_shrink(false).show_viewport(ui, |ui, viewport| {
        let (content, _) = ui.allocate_exact_size(size, Sense::hover());
        let window = ui.clip_rect();
        let chart = Chart { session, table, column, content, window, cells: Rect::from_min_max(window.min + vec2(LEFT, HEAD), window.max) };
        chart.follow(ui, &mut rooms.framing);
        let first = (viewport.top() / LINE).max(0.0) as usize;
        let last = (viewport.bottom() / LINE) as usize + 1;
        for (i, row) in table.rows.iter().enumerate().take(last.min(table.rows.len())).skip(first) {
            let y = content.top() + HEAD + LINE * i as f32;
            chart.line(ui, rooms, row, y, out);
            chart.name(ui, row, y, out);
        }
        chart.titles(ui);
    });
}

/// `7 clips in 3 camera modes, framed in 4 ways, 2 templates; 1 clip is not open`
fn summary(session: &Session, table: &FitTable) -> String {
    let clips: usize = table.rows.iter().map(|r| r.clips.len()).sum();
    // Rows of one mode stand together.
    let modes = 1 + table.rows.windows(2).filter(|pair| pair[0].mode != pair[1].mode).count();
    let closed = session.document().clips.len().saturating_sub(clips);
    let rest = if closed > 0 { format!("; {} not open", count(closed, "clip")) } else { String::new() };
    let modes = if table.rows.is_empty() { 0 } else { modes };
    let ways = if table.rows.len() > modes { format!(", framed in {} ways", table.rows.len()) } else { String::new() };
    format!("{} in {}{ways}, {}{rest}", count(clips, "clip"), count(modes, "camera mode"), count(table.templates.len(), "template"))
}

/// The clips of a row, which tell it from others of the same camera mode.
fn members(session: &Session, ids: &[ClipId]) -> String {
    let first = ids.first().and_then(|id| session.document().clip(*id)).map(|entry| clips::name(session, entry)).unwrap_or_default();
    if ids.len() > 1 { format!("{first} and {} more", ids.len() - 1) } else { first }
}

/// What every part of the table is drawn from.
struct Chart<'a> {
    session: &'a Session,
    table: &'a FitTable,
    /// Width of a template.
    column: f32,
    content: Rect,
    /// What is seen of the table, and of its cells.
    window: Rect,
    cells: Rect,
}

impl Chart<'_> {
    /// Scrolls to the open cell where that became another.
    fn follow(&self, ui: &mut Ui, state: &mut State) {
        let at = self.session.view().framing;
        if state.seen == at {
            return;
        }
        if let Some(at) = at {
            let Some(row) = self.table.row_of(at.clip) else { return };
            let min = self.content.min + vec2(self.column * at.column() as f32, LINE * row as f32);
            // With the names at its left and above it, which cover what is scrolled under them.
            ui.scroll_to_rect(Rect::from_min_size(min, vec2(LEFT + self.column, HEAD + LINE)), None);
        }
        state.seen = at;
    }

    /// The cells of a row.
    fn line(&self, ui: &mut Ui, rooms: &mut Rooms, row: &FitRow, y: f32, out: &mut Out) {
        let painter = ui.painter_at(self.cells);
        if let Err(why) = &row.frame {
            let at = pos2(self.content.left() + LEFT, y);
            Mark::Fail.paint(&painter, at + vec2(16.0, 18.0));
            let width = (self.window.right() - at.x - 40.0).max(120.0);
            let galley = painter.layout(why.to_string(), FontId::proportional(12.5), theme::TEXT, width);
            painter.galley(at + vec2(28.0, 10.0), galley, theme::TEXT);
            return;
        }
        let picture = self.session.opened(row.clips[0]).map(|opened| {
            let wish = (row.clips[0], middle_frame(&*opened.clip), ThumbSize::Small);
            rooms.thumbs.get(ui.ctx(), self.session, wish)
        });
        for (column, fit) in row.fits.iter().enumerate() {
            let at = pos2(self.content.left() + LEFT + self.column * column as f32, y);
            let cell = Rect::from_min_size(at, vec2(self.column, LINE)).shrink(2.0);
            if cell.intersects(self.cells) {
                self.cell(ui, row, column, fit, picture.as_ref(), cell, out);
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what a cell shows, and where")]
    fn cell(&self, ui: &mut Ui, row: &FitRow, column: usize, fit: &Fit, picture: Option<&Shown>, cell: Rect, out: &mut Out) {
        let (session, template) = (self.session, column.checked_sub(1));
        let current = session.view().framing.is_some_and(|at| at.template == template && row.clips.contains(&at.clip));
        let id = ui.scope_id().with(("fit", row.clips[0].0, column));
        let response = ui.interact(cell.intersect(self.cells), id, Sense::click());
        let label = self.table.label(template);
        let (mark, lines) = words(fit);
        let used = match row.used[column] {
            0 => String::new(),
            n if n == row.clips.len() => "in use".to_owned(),
            n => format!("{n} of {}", row.clips.len()),
        };
        let spoken = format!("{}, {label}: {}{}", row.mode, lines.join(", "), if used.is_empty() { "" } else { ", in use" });
        response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, current, &spoken));
        let painter = ui.painter_at(cell.intersect(self.cells));
        painter.rect_filled(cell, 2.0, Color32::from_gray(if response.hovered() { 54 } else { 42 }));
        let room = Rect::from_min_size(cell.min + vec2(6.0, 5.0), PICTURE);
        if let Ok(frame) = &row.frame {
            fit_picture::paint(&painter, room, frame, fit.made.as_ref().ok(), picture);
        }
        let left = room.right() + 8.0;
        let width = cell.right() - 6.0 - left;
        match &fit.made {
            Err(error) => {
                mark.paint(&painter, pos2(left + 5.0, cell.top() + 15.0));
                let galley = painter.layout(error.message().to_owned(), FontId::proportional(11.5), theme::TEXT, width - 14.0);
                painter.galley(pos2(left + 14.0, cell.top() + 7.0), galley, theme::TEXT);
            }
            Ok(_) => {
                mark.paint(&painter, pos2(left + 5.0, cell.top() + 15.0));
                for (i, text) in lines.iter().enumerate() {
                    let (x, size, color) = if i == 0 { (left + 14.0, 13.5, theme::TEXT) } else { (left, 11.5, theme::WEAK) };
                    let at = pos2(x, cell.top() + 15.0 + 15.5 * i as f32);
                    widgets::line(&painter, Align2::LEFT_CENTER, at, cell.right() - 6.0 - x, text, FontId::proportional(size), color);
                }
            }
        }
        if !used.is_empty() {
            painter.text(cell.right_bottom() + vec2(-6.0, -4.0), Align2::RIGHT_BOTTOM, &used, FontId::proportional(11.5), theme::STRONG);
        }
        if current {
            painter.rect_stroke(cell, 2.0, Stroke::new(1.5, theme::STRONG), egui::StrokeKind::Inside);
        }
        focus_ring(&painter, &response, cell.expand(2.0));
        let about = fit.made.as_ref().map_or_else(|error| error.to_string(), |_| lines.join("\n"));
        if response.on_hover_text(format!("{label}\n{about}\nClick for the arithmetic")).clicked() {
            let selected = session.document().selected.filter(|id| row.clips.contains(id));
            out.push(Action::FramingCell(Some(FitAt { clip: selected.unwrap_or(row.clips[0]), template })));
        }
    }

    /// The camera mode and what is framed of it, at the left edge of what is seen.
    fn name(&self, ui: &mut Ui, row: &FitRow, y: f32, out: &mut Out) {
        let (session, window) = (self.session, self.window);
        let names = Rect::from_min_max(pos2(window.left(), window.top() + HEAD), pos2(window.left() + LEFT, window.bottom()));
        let rect = Rect::from_min_size(pos2(window.left(), y), vec2(LEFT, LINE));
        let selected = session.document().selected.filter(|id| row.clips.contains(id));
        let painter = ui.painter_at(names);
        painter.rect_filled(rect, 0.0, if selected.is_some() { Color32::from_gray(52) } else { ui.visuals().panel_fill });
        let color = if selected.is_some() { theme::STRONG } else { theme::TEXT };
        let mut job = egui::text::LayoutJob::single_section(row.mode.clone(), egui::TextFormat::simple(FontId::proportional(13.0), color));
        job.wrap = egui::text::TextWrapping { max_width: LEFT - 16.0, max_rows: 2, ..Default::default() };
        let title = painter.layout_job(job);
        let mut top = rect.top() + 8.0 + title.size().y + 3.0;
        painter.galley(pos2(rect.left() + 8.0, rect.top() + 8.0), title, color);
        let facts = facts(session, row);
        for text in &facts {
            let at = pos2(rect.left() + 8.0, top);
            widgets::line(&painter, Align2::LEFT_TOP, at, LEFT - 16.0, text, FontId::proportional(11.5), theme::WEAK);
            top += 15.0;
        }
        painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, theme::LINE));
        let response = ui.interact(rect.intersect(names), ui.scope_id().with(("framed mode", row.clips[0].0)), Sense::click());
        focus_ring(&painter, &response, rect);
        let spoken = format!("Camera mode {}: {}", row.mode, facts.join(", "));
        response.widget_info(|| egui::WidgetInfo::selected(egui::Role::ListBoxOption, true, selected.is_some(), &spoken));
        let tip = || {
            let named = row.clips.iter().take(NAMED).filter_map(|id| session.document().clip(*id));
            let mut lines: Vec<String> = named.map(|entry| clips::name(session, entry)).collect();
            if row.clips.len() > NAMED {
                lines.push(format!("and {} more", row.clips.len() - NAMED));
            }
            format!("{}\n{}", row.mode, lines.join("\n"))
        };
        if response.clicked()
            && selected.is_none()
            && let Some(index) = session.document().index(row.clips[0])
        {
            out.push(Action::SelectClip(index));
        }
        if response.hovered() {
            response.on_hover_text(tip());
        }
    }

    /// Labels of the templates, at the top edge of what is seen.
    fn titles(&self, ui: &mut Ui) {
        let area = Rect::from_min_max(self.window.min, pos2(self.window.right(), self.window.top() + HEAD));
        ui.painter_at(area).rect_filled(area, 0.0, ui.visuals().panel_fill);
        let painter = ui.painter_at(Rect::from_min_max(pos2(self.window.left() + LEFT, area.top()), area.max));
        let plain = "the clips' own crop and scale";
        for column in 0..self.table.columns() {
            let template = column.checked_sub(1);
            let x = self.content.left() + LEFT + self.column * column as f32;
            let file = template.and_then(|t| self.table.templates.get(t)).map_or(plain, |(_, choice)| choice.file.as_str());
            let label = self.table.label(template);
            let rect = Rect::from_min_size(pos2(x, area.top()), vec2(self.column, HEAD)).intersect(painter.clip_rect());
            if !rect.is_positive() {
                continue;
            }
            for (y, words, size, color) in [(2.0, label, 13.0, theme::STRONG), (20.0, file, 11.5, theme::WEAK)] {
                let at = pos2(x + 7.0, area.top() + y);
                widgets::line(&painter, Align2::LEFT_TOP, at, self.column - 14.0, words, FontId::proportional(size), color);
            }
            let response = ui.interact(rect, ui.scope_id().with(("template", column)), Sense::hover());
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, format!("Template {label}, {file}")));
            response.on_hover_text(format!("{label}\n{file}"));
        }
        ui.painter().hline(area.x_range(), area.bottom(), Stroke::new(1.0, theme::LINE));
    }
}

/// With one decimal at most: the arithmetic has them all.
fn number(v: f64) -> String {
    let text = format!("{v:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

/// Mark and lines of a cell: canvas, scale, active area, decision, padding, and what to know of it.
fn words(fit: &Fit) -> (Mark, Vec<String>) {
    let made = match &fit.made {
        Err(error) => return (Mark::Fail, vec![error.message().to_owned()]),
        Ok(made) => made,
    };
    let (mark, note) = match fit.published_differs() {
        // As much as a scale is off in floats.
        _ if made.scale > 1.0 + 1e-9 => (Mark::Warn, "enlarged".to_owned()),
        Some(Ok(other)) => (Mark::Warn, format!("asc-fdl: {other}")),
        Some(Err(_)) => (Mark::None, "asc-fdl: none".to_owned()),
        None => (Mark::Pass, String::new()),
    };
    let size = |r: crate::image::RectF| format!("{}x{}", number(r.width), number(r.height));
    let mut lines = vec![
        made.canvas.to_string(),
        format!("scale {:.5}", made.scale),
        format!("active {}", size(made.effective)),
        format!("frame {}", size(made.decision)),
        pad(made),
    ];
    if !note.is_empty() {
        lines.push(note);
    }
    (mark, lines)
}

/// `pad 0 x 138`: black at left and right, above and below; each side where the two are not alike.
fn pad(made: &MadeCanvas) -> String {
    let [left, top, right, bottom] = made.pad();
    let sides = |a: f64, b: f64| if (a - b).abs() < 1.0 { number((a + b) / 2.0) } else { format!("{}+{}", number(a), number(b)) };
    if [left, top, right, bottom].iter().all(|v| *v < 0.0005) {
        "no pad".into()
    } else {
        format!("pad {} x {}", sides(left, right), sides(top, bottom))
    }
}

/// What is framed of a camera mode.
fn facts(session: &Session, row: &FitRow) -> Vec<String> {
    let size = row.picture;
    let framing = match &row.frame {
        Err(error) => error.message().to_owned(),
        Ok(_) if !row.has_fdl => "no FDL: the whole picture".to_owned(),
        Ok(f) => format!("decision {}x{}", number(f.decision.width), number(f.decision.height)),
    };
    let stated = row.frame.as_ref().ok().map(|f| f.squeeze).filter(|squeeze| *squeeze != row.squeeze);
    let other = stated.map_or(String::new(), |squeeze| format!(", FDL {}", widgets::number(squeeze)));
    vec![format!("canvas {size}, squeeze {}{other}", widgets::number(row.squeeze)), framing, members(session, &row.clips)]
}
