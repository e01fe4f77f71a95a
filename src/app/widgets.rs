//! Small things every panel uses.

use super::{keymap, theme};
use crate::session::{Action, Session, table};
use egui::{
    Align, Align2, Button, Color32, FontId, Layout, Painter, Pos2, Response, RichText, Sense, Shape, Stroke, Ui, Vec2, pos2,
    text::{LayoutJob, TextWrapping},
    vec2,
};

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
    let response = match why {
        Some(why) => response.on_disabled_hover_text(format!("{tip}\nNot now: {why}")),
        None => response.on_hover_text(tip),
    };
    if response.clicked() {
        out.push(action.clone());
    }
    response
}

/// A tooltip with the key of an action, where it has one.
pub fn with_key(ui: &Ui, session: &Session, action: &Action, tip: &str) -> String {
    table::entry_of(action).map_or_else(|| tip.to_owned(), |entry| keyed(ui, session, entry, tip))
}

fn keyed(ui: &Ui, session: &Session, entry: &table::Entry, tip: &str) -> String {
    let key = keymap::hint(ui.ctx(), &session.keys().of(entry));
    if key.is_empty() { tip.to_owned() } else { format!("{tip}  [{key}]") }
}

/// A section title within a panel.
pub fn heading(ui: &mut Ui, text: &str) {
    ui.add_space(2.0);
    ui.label(RichText::new(text).color(theme::STRONG).strong());
    ui.add_space(1.0);
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
}

impl Mark {
    pub fn color(self) -> Color32 {
        match self {
            Self::Pass => theme::PASS,
            Self::Warn => theme::WARN,
            Self::Fail => theme::FAIL,
            Self::None | Self::Running | Self::Waived => theme::WEAK,
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

/// A number as people write it, with three decimals at most: 24, 23.976.
pub fn number(v: f64) -> String {
    let text = format!("{v:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Tells who reads the screen by ear the name and the value of a field for numbers.
pub fn spoken_number(field: &Response, name: &str, value: f64) {
    field.widget_info(|| egui::WidgetInfo { value: Some(value), ..egui::WidgetInfo::labeled(egui::Role::SpinButton, true, name) });
}

/// A line of buttons that belong together, without a gap.
pub fn segments<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(1.0, 0.0);
        ui.horizontal(add).inner
    })
    .inner
}
