//! The wall chart of rules and camera modes. Rule names and modes stay in view while the cells scroll.

use super::{Rooms, drawer};
use crate::{
    app::{
        profiles, theme,
        widgets::{Mark, Out, action_button, at_right, focus_ring, line, number, segments, weak},
    },
    camera::Rational,
    progress,
    session::{Action, CellAt, Family, Filter, Grade, Matrix, Row, Session, table},
    words::count,
};
use egui::{Align2, Color32, ComboBox, FontId, Panel, ProgressBar, Rect, RichText, ScrollArea, Sense, Stroke, Ui, pos2, vec2};

#[derive(Default)]
pub struct State {
    /// The cell that was scrolled to.
    seen: Option<CellAt>,
}

/// Points: the names of rules, the names of modes, a row; a mode takes what room there is within these.
const LEFT: f32 = 350.0;
const COLUMN: std::ops::RangeInclusive<f32> = 124.0..=200.0;
const HEAD: f32 = 58.0;
const ROW: f32 = 24.0;

impl Grade {
    pub fn mark(self) -> Mark {
        match self {
            Self::Blocks => Mark::Fail,
            Self::Warns => Mark::Warn,
            Self::Pending => Mark::Running,
            Self::Waived => Mark::Waived,
            Self::Passes => Mark::Pass,
            Self::Differs => Mark::Info,
            Self::NotApplicable => Mark::None,
        }
    }
}

pub fn show(ui: &mut Ui, session: &Session, rooms: &mut Rooms, out: &mut Out) {
    let matrix = session.matrix();
    head(ui, session, matrix, out);
    ui.add_space(4.0);
    let view = &session.view().evidence;
    if view.open
        && let Some(at) = &view.at
    {
        let width = (ui.available_width() * 0.42).clamp(360.0, 560.0);
        Panel::right("evidence").exact_size(width).resizable(false).show_separator_line(true).show(ui, |ui| {
            drawer::show(ui, session, matrix, at, &mut rooms.thumbs, out);
        });
    }
    if session.document().clips.is_empty() {
        ui.label(weak("No clip is open. Drop camera files or folders here."));
    } else if matrix.families.is_empty() {
        ui.horizontal(|ui| {
            let (done, of) = session.checks_done();
            (if done < of { Mark::Running } else { Mark::Pass }).show(ui);
            ui.label(if done < of { "Nothing fails so far." } else { "Nothing stands in the way of an approval." });
        });
    } else {
        chart(ui, session, matrix, &mut rooms.evidence, out);
    }
}

fn head(ui: &mut Ui, session: &Session, matrix: &Matrix, out: &mut Out) {
    ui.horizontal(|ui| {
        for grade in Grade::ALL {
            let n = matrix.count(grade);
            if n > 0 {
                grade.mark().show(ui);
                ui.label(format!("{n} {}", grade.counted())).on_hover_text(format!("Cells whose worst clip {}", grade.words()));
                ui.add_space(4.0);
            }
        }
        at_right(ui, |ui| {
            segments(ui, |ui| {
                for (filter, label) in [(Filter::All, "All"), (Filter::Failing, "Failing")] {
                    let now = session.view().evidence.filter == filter;
                    action_button(ui, session, out, &Action::EvidenceFilter(filter), label, now);
                }
            });
            rate(ui, session, out);
            profile(ui, session, out);
            action_button(ui, session, out, &Action::EvidenceNext, "Next failing", false);
            action_button(ui, session, out, &Action::EveryFrameOfAll, "Every frame", false);
            action_button(ui, session, out, &Action::RunAllChecks, "Run all again", false);
        });
    });
    running(ui, session, out);
    every_frame(ui, session, out);
}

/// Whole clips that are looked at, and how far that is.
fn every_frame(ui: &mut Ui, session: &Session, out: &mut Out) {
    let Some((clips, job)) = session.every_frame_job() else { return };
    let (done, of) = job.progress.steps();
    ui.horizontal(|ui| {
        let bar = ui.add(ProgressBar::new(done as f32 / of.max(1) as f32).desired_width(160.0).desired_height(8.0));
        bar.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ProgressIndicator, true, "Frames looked at"));
        let left = job.progress.time_left().map(|t| format!(", {} left", progress::in_words(t))).unwrap_or_default();
        let wait = if clips > 1 { format!("; {} to come", count(clips - 1, "clip")) } else { String::new() };
        ui.label(weak(format!("{}: {done} of {}{left}{wait}", job.title, count(of as usize, "frame"))));
        if ui.small_button("Stop").on_hover_text("Look at no more frames; what is done of a clip that is under way is lost").clicked() {
            out.push(Action::StopChecks);
        }
    });
}

fn profile(ui: &mut Ui, session: &Session, out: &mut Out) {
    let now = session.profile();
    let shown = ComboBox::from_id_salt("profile").selected_text(&now.title).width(150.0).truncate().show_ui(ui, |ui| {
        profiles::rows(ui, session, out);
    });
    if let Some(wrong) = session.profile_error() {
        let words = format!("The file of the profile was changed and cannot be used; what it said before holds: {wrong}");
        let mark = ui.scope(|ui| Mark::Warn.show(ui)).response;
        mark.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &words));
        mark.on_hover_text(&words);
    }
    let name = format!("Profile: {}", now.title);
    shown.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &name));
    shown.response.on_hover_text(format!("Whose limits the checks go by: {} {}", now.id, now.version));
}

/// The rate that clips have to play at.
fn rate(ui: &mut Ui, session: &Session, out: &mut Out) {
    let stated = session.rate_of_profile().map_or_else(|| "none stated".to_owned(), fps);
    let named = session.document().rate;
    let text = named.or(session.rate_of_profile()).map_or_else(|| "Any rate".to_owned(), fps);
    let shown = ComboBox::from_id_salt("rate").selected_text(&text).width(84.0).truncate().show_ui(ui, |ui| {
        for entry in table::ACTIONS.iter() {
            let Action::Rate(rate) = &entry.action else { continue };
            let rate: Option<Rational> = rate.as_ref().and_then(|r| r.parse().ok());
            let label = rate.map_or_else(|| format!("By the profile ({stated})"), fps);
            if ui.selectable_label(named == rate, label).clicked() {
                out.push(entry.action.clone());
                ui.close();
            }
        }
    });
    shown.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, format!("Rate of the project: {text}")));
    shown
        .response
        .on_hover_text("The rate of the project (META-03): clips have to play at it, unless they say that they were recorded off speed");
}

/// `23.976 fps`
fn fps(rate: Rational) -> String {
    format!("{} fps", number(rate.to_f64()))
}

/// What is being checked, and how far it is.
fn running(ui: &mut Ui, session: &Session, out: &mut Out) {
    let (done, of) = session.checks_done();
    if done == of {
        return;
    }
    ui.horizontal(|ui| {
        let bar = ui.add(ProgressBar::new(done as f32 / of.max(1) as f32).desired_width(160.0).desired_height(8.0));
        bar.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ProgressIndicator, true, "Clips checked"));
        ui.label(weak(format!("{done} of {of} clips checked")));
        if ui.small_button("Stop").on_hover_text("Stop the checks that run and those that wait").clicked() {
            out.push(Action::StopChecks);
        }
        if let Some((title, job)) = session.check_job() {
            let (step, steps) = job.steps();
            let far = if steps > 0 { format!(" ({step} of {steps})") } else { String::new() };
            ui.add(egui::Label::new(weak(format!("{title}: {}{far}", job.message()))).truncate());
        }
    });
}

fn chart(ui: &mut Ui, session: &Session, matrix: &Matrix, state: &mut State, out: &mut Out) {
    let height: f32 = matrix.families.iter().map(|f| (f.rows.len() + 1) as f32 * ROW).sum();
    let modes = matrix.modes.len().max(1) as f32;
    let column = ((ui.available_width() - LEFT - 10.0) / modes).clamp(*COLUMN.start(), *COLUMN.end());
    let size = vec2(LEFT + column * modes, HEAD + height);
    let at = session.view().evidence.at.as_ref();
    ScrollArea::both().id_salt("chart").auto_shrink(false).show_viewport(ui, |ui, _| {
        let (content, _) = ui.allocate_exact_size(size, Sense::hover());
        let window = ui.clip_rect();
        let chart = Chart {
            session,
            matrix,
            at,
            column,
            origin: content.min,
            window,
            cells: Rect::from_min_max(pos2(window.left() + LEFT, window.top() + HEAD), window.max),
        };
        let mut y = content.top() + HEAD;
        for family in &matrix.families {
            chart.family(ui, family, y);
            y += ROW;
            for row in &family.rows {
                chart.row(ui, row, y, state, out);
                y += ROW;
            }
        }
        chart.modes(ui);
    });
}

/// What every part of the chart is drawn from.
struct Chart<'a> {
    session: &'a Session,
    matrix: &'a Matrix,
    at: Option<&'a CellAt>,
    /// Width of a mode.
    column: f32,
    origin: egui::Pos2,
    /// What is seen of the chart, and of its cells.
    window: Rect,
    cells: Rect,
}

impl Chart<'_> {
    fn family(&self, ui: &Ui, family: &Family, y: f32) {
        let band = Rect::from_min_size(pos2(self.window.left(), y), vec2(self.window.width(), ROW));
        let painter = ui.painter_at(Rect::from_min_max(pos2(self.window.left(), self.cells.top()), self.window.max));
        painter.rect_filled(band, 0.0, Color32::from_gray(44));
        painter.text(band.left_center() + vec2(8.0, 0.0), Align2::LEFT_CENTER, family.title, FontId::proportional(13.0), theme::STRONG);
    }

    fn row(&self, ui: &mut Ui, row: &Row, y: f32, state: &mut State, out: &mut Out) {
        let here = |mode: &str| self.at.is_some_and(|at| at.rule == row.id && at.mode == mode);
        for (i, (cell, mode)) in row.cells.iter().zip(&self.matrix.modes).enumerate() {
            let rect = Rect::from_min_size(pos2(self.origin.x + LEFT + self.column * i as f32, y), vec2(self.column, ROW));
            let at = || CellAt { rule: row.id.to_owned(), mode: mode.name.clone() };
            if here(&mode.name) && state.seen.as_ref() != self.at {
                state.seen = self.at.cloned();
                // With the names at its left and above it, which cover what is scrolled under them.
                ui.scroll_to_rect(Rect::from_min_max(rect.min - vec2(LEFT, HEAD + ROW), rect.max + vec2(0.0, ROW)), None);
            }
            // A rule about clips has no cell in the column of the show, nor the other way round.
            if cell.of == 0 || !rect.intersects(self.cells) {
                continue;
            }
            let id = ui.scope_id().with(("cell", row.id, &mode.name));
            let response = ui.interact(rect.intersect(self.cells), id, Sense::click());
            let grade = cell.grade;
            let share = if cell.clips < cell.of { format!(" {}/{}", cell.clips, cell.of) } else { String::new() };
            let spoken = format!("{}, {}: {}{share}", row.id, mode.name, grade.words());
            response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, here(&mode.name), &spoken));
            let painter = ui.painter_at(self.cells);
            let inner = rect.shrink2(vec2(2.0, 1.5));
            painter.rect_filled(inner, 2.0, fill(grade, response.hovered()));
            grade.mark().paint(&painter, pos2(inner.left() + 12.0, inner.center().y));
            let color = if grade == Grade::NotApplicable { Color32::from_gray(112) } else { theme::TEXT };
            let text = format!("{}{share}", grade.short());
            painter.text(pos2(inner.left() + 23.0, inner.center().y), Align2::LEFT_CENTER, text, FontId::proportional(12.0), color);
            if here(&mode.name) {
                painter.rect_stroke(inner, 2.0, Stroke::new(1.5, theme::STRONG), egui::StrokeKind::Inside);
            }
            focus_ring(&painter, &response, rect);
            let response = response.on_hover_text(format!("{} {}\n{}\n{}", row.id, row.title, mode.name, grade.words()));
            if response.clicked() {
                out.push(Action::EvidenceCell(at()));
                if !self.session.view().evidence.open {
                    out.push(Action::EvidenceOpen);
                }
            }
        }
        self.name(ui, row, y);
    }

    /// Id and title of a rule, at the left edge of what is seen.
    fn name(&self, ui: &mut Ui, row: &Row, y: f32) {
        let names = Rect::from_min_max(pos2(self.window.left(), self.cells.top()), pos2(self.cells.left(), self.window.bottom()));
        let rect = Rect::from_min_size(pos2(names.left(), y), vec2(LEFT, ROW));
        if !rect.intersects(names) {
            return;
        }
        let current = self.at.is_some_and(|at| at.rule == row.id);
        let painter = ui.painter_at(names);
        painter.rect_filled(rect, 0.0, if current { Color32::from_gray(52) } else { ui.visuals().panel_fill });
        painter.text(rect.left_center() + vec2(8.0, 0.0), Align2::LEFT_CENTER, row.id, FontId::monospace(11.5), theme::WEAK);
        let color = if current { theme::STRONG } else { theme::TEXT };
        let at = pos2(rect.left() + 76.0, rect.center().y);
        line(&painter, Align2::LEFT_CENTER, at, LEFT - 84.0, row.title, FontId::proportional(12.5), color);
        let response = ui.interact(rect.intersect(names), ui.scope_id().with(("rule", row.id)), Sense::hover());
        let spoken = format!("Rule {} {}", row.id, row.title);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
        response.on_hover_text(format!("{} {}", row.id, row.title));
    }

    /// The names of modes, at the top edge of what is seen.
    fn modes(&self, ui: &mut Ui) {
        let area = Rect::from_min_max(self.window.min, pos2(self.window.right(), self.cells.top()));
        ui.painter_at(area).rect_filled(area, 0.0, ui.visuals().panel_fill);
        let painter = ui.painter_at(Rect::from_min_max(pos2(self.cells.left(), area.top()), area.max));
        for (i, mode) in self.matrix.modes.iter().enumerate() {
            let rect = Rect::from_min_size(pos2(self.origin.x + LEFT + self.column * i as f32, area.top()), vec2(self.column, HEAD));
            if !rect.intersects(area) {
                continue;
            }
            let current = self.at.is_some_and(|at| at.mode == mode.name);
            let color = if current { theme::STRONG } else { theme::TEXT };
            let mut job =
                egui::text::LayoutJob::single_section(mode.name.clone(), egui::TextFormat::simple(FontId::proportional(12.0), color));
            job.wrap = egui::text::TextWrapping { max_width: self.column - 10.0, max_rows: 2, ..Default::default() };
            painter.galley(rect.min + vec2(4.0, 2.0), painter.layout_job(job), color);
            let clips = count(mode.clips.len(), "clip");
            painter.text(rect.left_bottom() + vec2(4.0, -6.0), Align2::LEFT_BOTTOM, &clips, FontId::proportional(11.5), theme::WEAK);
            let response = ui.interact(rect.intersect(area), ui.scope_id().with(("mode", &mode.name)), Sense::hover());
            let spoken = format!("Camera mode {}, {clips}", mode.name);
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
            response.on_hover_text(&mode.name);
        }
        ui.painter().hline(area.x_range(), area.bottom(), Stroke::new(1.0, theme::LINE));
    }
}

/// Only what needs an eye is filled; the rest stays calm.
fn fill(grade: Grade, hovered: bool) -> Color32 {
    let lift = if hovered { 12 } else { 0 };
    match grade {
        Grade::Blocks => Color32::from_rgb(78 + lift, 44 + lift, 42 + lift),
        Grade::Warns => Color32::from_rgb(72 + lift, 60 + lift, 36 + lift),
        Grade::Passes => Color32::from_rgb(40 + lift, 50 + lift, 40 + lift),
        _ => Color32::from_gray(42 + lift),
    }
}

/// What a grade means, in its colour.
pub fn words(grade: Grade) -> RichText {
    RichText::new(grade.words()).color(grade.mark().color()).small()
}
