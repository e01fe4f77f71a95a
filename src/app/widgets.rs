//! Small things every panel uses.

use super::{keymap, theme};
use crate::session::{Action, Session, table};
pub(crate) use crate::words::number;
use egui::{
    Align, Align2, AsIdSalt, Button, Color32, FontId, Layout, Painter, Pos2, Rect, Response, RichText, ScrollArea, Sense, Shape, Stroke,
    StrokeKind, Ui, UiBuilder, Vec2, pos2,
    text::{LayoutJob, TextWrapping},
    vec2,
};
use std::mem;

/// What a panel wants done, in order.
pub type Out = Vec<Action>;

/// A button for an action of the table: tooltip with key, greyed out with the reason where it is of no use now.
pub fn action_button(ui: &mut Ui, session: &Session, out: &mut Out, action: &Action, label: &str, selected: bool) -> Response {
    let why = table::available(action, session).err();
    let entry = table::entry_of(action);
    let tip = entry.map(|e| keyed(ui, session, e, e.tooltip)).unwrap_or_default();
    let button = Button::selectable(selected, label).frame_when_inactive(true);
    let response = ui.add_enabled(why.is_none(), button);
    let name = entry.map_or(label, |e| e.text).to_owned();
    let enabled = why.is_none();
    response.widget_info(move || egui::WidgetInfo::selected(egui::Role::Button, enabled, selected, &name));
    let response = told(response, &tip, why);
    if response.clicked() {
        out.push(action.clone());
    }
    response
}

/// With a tooltip, and why it is of no use where it is not.
pub fn told(response: Response, tip: &str, why_not: Option<&str>) -> Response {
    match why_not {
        Some(why) => response.on_disabled_hover_text(format!("{tip}\nNot now: {why}")),
        None => response.on_hover_text(tip),
    }
}

/// A tooltip with the key of an action, where it has one.
pub fn with_key(ui: &Ui, session: &Session, action: &Action, tip: &str) -> String {
    table::entry_of(action).map_or_else(|| tip.to_owned(), |entry| keyed(ui, session, entry, tip))
}

fn keyed(ui: &Ui, session: &Session, entry: &table::Entry, tip: &str) -> String {
    let key = keymap::hint(ui.ctx(), &session.keys().of(entry));
    if key.is_empty() { tip.to_owned() } else { format!("{tip}  [{key}]") }
}

/// Lines of one height, of which those in view are drawn; which of them is `selected` comes into view when that changes. `id`: of the list,
/// among all of the panel.
pub fn list(
    ui: &mut Ui,
    area: ScrollArea,
    id: impl AsIdSalt,
    row: f32,
    rows: usize,
    selected: Option<usize>,
    mut add: impl FnMut(&mut Ui, usize),
) {
    let id = ui.scope_id().with(id);
    let is_new = ui.data_mut(|d| mem::replace(d.get_temp_mut_or_default::<Option<usize>>(id), selected)) != selected;
    area.id_salt(id).show_rows(ui, row, rows, |ui, seen| {
        if let Some(at) = selected.filter(|_| is_new) {
            let from = ui.max_rect().left_top() + vec2(0.0, (at as f32 - seen.start as f32) * (row + ui.spacing().item_spacing.y));
            ui.scroll_to_rect(Rect::from_min_size(from, vec2(1.0, row)), None);
        }
        seen.for_each(|at| add(ui, at));
    });
}

/// A section title within a panel.
pub fn heading(ui: &mut Ui, text: &str) {
    // In a row the space would be beside it.
    let spaced = ui.layout().is_vertical();
    if spaced {
        ui.add_space(2.0);
    }
    ui.label(RichText::new(text).color(theme::STRONG).strong());
    if spaced {
        ui.add_space(1.0);
    }
}

pub fn weak(text: impl Into<String>) -> RichText {
    RichText::new(text).color(theme::WEAK).small()
}

pub fn mono(text: impl Into<String>) -> RichText {
    RichText::new(text).monospace()
}

/// A line across the panel.
pub fn rule(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 9.0), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(1.0, theme::LINE));
}

/// What a result means, as a shape that is told apart without its colour.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Disc.
    Pass,
    /// Triangle.
    Warn,
    /// Cross.
    Fail,
    /// Ring.
    None,
    /// Disc, half: under way.
    Running,
    /// Bar: somebody answers for it.
    Waived,
    /// The letter i: for information.
    Info,
}

impl Mark {
    pub fn color(self) -> Color32 {
        match self {
            Self::Pass => theme::PASS,
            Self::Warn => theme::WARN,
            Self::Fail => theme::FAIL,
            Self::None | Self::Running | Self::Waived | Self::Info => theme::WEAK,
        }
    }
    pub fn paint(self, painter: &egui::Painter, center: egui::Pos2) {
        let (r, color) = (4.5, self.color());
        let stroke = Stroke::new(1.6, color);
        match self {
            Self::Pass => {
                painter.circle_filled(center, r - 0.5, color);
            }
            Self::None => {
                painter.circle_stroke(center, r - 1.0, Stroke::new(1.2, color));
            }
            Self::Running => {
                painter.circle_stroke(center, r - 1.0, Stroke::new(1.2, color));
                painter.circle_filled(center, 1.6, color);
            }
            Self::Warn => {
                let points = vec![center + vec2(0.0, -r), center + vec2(r, r * 0.8), center + vec2(-r, r * 0.8)];
                painter.add(Shape::convex_polygon(points, color, Stroke::NONE));
            }
            Self::Fail => {
                let d = r - 1.0;
                painter.line_segment([center + vec2(-d, -d), center + vec2(d, d)], stroke);
                painter.line_segment([center + vec2(d, -d), center + vec2(-d, d)], stroke);
            }
            Self::Waived => {
                painter.line_segment([center - vec2(r - 1.0, 0.0), center + vec2(r - 1.0, 0.0)], stroke);
            }
            Self::Info => {
                painter.circle_filled(center - vec2(0.0, r - 1.0), 1.2, color);
                painter.line_segment([center - vec2(0.0, 1.0), center + vec2(0.0, r)], Stroke::new(2.0, color));
            }
        }
    }
    /// As a widget in a line of text.
    pub fn show(self, ui: &mut Ui) {
        let (rect, _) = ui.allocate_exact_size(vec2(13.0, ui.spacing().interact_size.y.min(18.0)), Sense::hover());
        self.paint(ui.painter(), pos2(rect.left() + 5.0, rect.center().y));
    }
}

/// A label and its value under each other's edge: for short facts.
pub fn fact(ui: &mut Ui, label: &str, value: impl Into<String>) {
    let value: String = value.into();
    ui.horizontal_top(|ui| {
        ui.allocate_ui_with_layout(vec2(70.0, 16.0), Layout::left_to_right(Align::Min), |ui| {
            ui.set_min_width(70.0);
            ui.label(weak(label));
        });
        ui.add(egui::Label::new(mono(value)).wrap());
    });
}

/// Text that is cut to the room there is, whole in its tooltip.
pub fn cut(ui: &mut Ui, text: RichText, whole: &str) -> Response {
    ui.add(egui::Label::new(text).truncate()).on_hover_text(whole)
}

/// Paints one line of text, cut to a width. `anchor` is what of it lies at `at`.
pub fn line(painter: &Painter, anchor: Align2, at: Pos2, width: f32, text: impl Into<String>, font: FontId, color: Color32) {
    let mut job = LayoutJob::simple_singleline(text.into(), font, color);
    job.wrap = TextWrapping::truncate_at_width(width);
    let galley = painter.layout_job(job);
    painter.galley(anchor.anchor_size(at, galley.size()).min, galley, color);
}

/// The same in the letters of the app, from its left end at half its height.
pub fn text(ui: &Ui, at: Pos2, width: f32, text: &str, size: f32, color: Color32) {
    line(ui.painter(), Align2::LEFT_CENTER, at, width, text, FontId::proportional(size), color);
}

/// Names a field for who cannot see it, with what is typed in it.
pub fn name_field(field: &Response, name: &str, typed: &str) {
    field.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::TextInput, true, name);
        info.current_text_value = Some(typed.to_owned());
        info
    });
}

/// Strokes what has the keyboard, where the app draws it itself.
pub fn focus_ring(painter: &Painter, response: &Response, rect: Rect) {
    if response.has_focus() {
        painter.rect_stroke(rect, 2.0, Stroke::new(1.5, theme::FOCUS), StrokeKind::Inside);
    }
}

/// `2672.8x1118.6`: a size that need not be whole, to a tenth of a pixel.
pub fn size_of(width: f64, height: f64) -> String {
    let side = |v: f64| number((v * 10.0).round() / 10.0);
    format!("{}x{}", side(width), side(height))
}

/// Tells who reads the screen by ear the name and the value of a field for numbers.
pub fn spoken_number(field: &Response, name: &str, value: f64) {
    field.widget_info(|| egui::WidgetInfo { value: Some(value), ..egui::WidgetInfo::labeled(egui::Role::SpinButton, true, name) });
}

/// Widgets at the right end of a line, added from left to right: Tab goes through them in the order in which they are added. How wide they
/// are is known from the pass before.
pub fn at_right<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    let id = ui.scope_id().with("width at the right");
    let width: f32 = ui.data(|d| d.get_temp(id)).unwrap_or(0.0);
    let room = ui.available_rect_before_wrap();
    let rect = Rect::from_min_max(pos2(room.right() - width, room.top()), room.max);
    let builder = UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center));
    let shown = ui.scope_builder(builder, add);
    let now = shown.response.rect.width();
    if (now - width).abs() > 0.5 {
        ui.data_mut(|d| d.insert_temp(id, now));
        ui.ctx().request_discard("what stands at the right has another width");
    }
    shown.inner
}

/// A line of buttons that belong together, without a gap.
pub fn segments<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(1.0, 0.0);
        ui.horizontal(add).inner
    })
    .inner
}
