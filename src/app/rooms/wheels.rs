//! The numbers of a CDL as three wheels: the balance of the channels by the point in a wheel, all channels by the slider below it.
//!
//! The wheels are grey, or they would bias the eye; hues stand at the rim where a vectorscope has them.

use crate::{
    app::{
        theme,
        widgets::{focus_ring, line, spoken_number},
    },
    session::CdlNumbers,
};
use egui::{Align, Align2, Color32, EventFilter, FontId, Key, Layout, Response, Sense, Slider, SliderClamping, Stroke, Ui, vec2};
use std::ops::RangeInclusive;

/// How the numbers of one row become a point and a height.
struct Part {
    name: &'static str,
    /// Numbers that multiply are measured in powers of two.
    multiplies: bool,
    /// What a number is at rest.
    rest: f64,
    range: RangeInclusive<f64>,
    /// From the middle to the rim, in the measure.
    rim: f64,
    /// Of the slider, in the measure, up and down.
    span: f64,
}

/// The rim is half a stop of gain, and 0.1 of the code values of ACEScct, which is not quite two stops of light.
const PARTS: [Part; 3] = [
    Part { name: "Slope", multiplies: true, rest: 1.0, range: 0.0..=10.0, rim: 0.5, span: 1.0 },
    Part { name: "Offset", multiplies: false, rest: 0.0, range: -2.0..=2.0, rim: 0.1, span: 0.3 },
    Part { name: "Power", multiplies: true, rest: 1.0, range: 0.01..=10.0, rim: 0.5, span: 1.0 },
];

/// Where red, green and blue lie, in degrees counterclockwise from the right: as in a vectorscope, but evenly apart.
const HUES: [f64; 3] = [103.0, 223.0, 343.0];

fn direction(channel: usize) -> [f64; 2] {
    let (sin, cos) = HUES[channel].to_radians().sin_cos();
    [cos, sin]
}

/// The numbers of a row: what all channels have, and how they differ, as a point with the rim at 1, up being positive.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Balance {
    all: f64,
    point: [f64; 2],
}

impl Part {
    fn measure(&self, value: f64) -> f64 {
        /// Below the least number that has four decimals.
        const LEAST: f64 = 1e-5;
        if self.multiplies { value.max(LEAST).log2() } else { value }
    }
    fn balance(&self, values: [f64; 3]) -> Balance {
        let m = values.map(|v| self.measure(v));
        let all = m.iter().sum::<f64>() / 3.0;
        let along = |axis: usize| (0..3).map(|c| (m[c] - all) * direction(c)[axis]).sum::<f64>() * 2.0 / 3.0 / self.rim;
        Balance { all, point: [along(0), along(1)] }
    }
    /// As the fields show them, with four decimals.
    fn values(&self, b: Balance) -> [f64; 3] {
        std::array::from_fn(|c| {
            let [x, y] = direction(c);
            let m = b.all + self.rim * (b.point[0] * x + b.point[1] * y);
            let value = if self.multiplies { m.exp2() } else { m };
            (value.clamp(*self.range.start(), *self.range.end()) * 1e4).round() / 1e4
        })
    }
}

/// Wheels and numbers, both ways in step.
pub fn show(ui: &mut Ui, n: &mut CdlNumbers) {
    ui.columns(3, |columns| {
        for ((ui, part), values) in columns.iter_mut().zip(&PARTS).zip([&mut n.slope, &mut n.offset, &mut n.power]) {
            ui.vertical_centered(|ui| {
                ui.label(part.name);
                wheel(ui, part, values);
                all_channels(ui, part, values);
            });
        }
    });
    ui.add_space(4.0);
    numbers(ui, n);
}

/// From the rim of a wheel to the edge of its place.
const MARGIN: f32 = 4.0;

/// Of the place of a wheel.
fn side(ui: &Ui) -> f32 {
    ui.available_width().clamp(60.0, 104.0)
}

fn wheel(ui: &mut Ui, part: &Part, values: &mut [f64; 3]) {
    let side = side(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::click_and_drag());
    let radius = side / 2.0 - MARGIN;
    let mut b = part.balance(*values);
    let moved = moved(ui, &response, f64::from(radius));
    let reset = response.has_focus() && ui.input(|i| i.key_pressed(Key::Backspace));
    if response.double_clicked() || reset {
        b.point = [0.0; 2];
        *values = part.values(b);
    } else if let Some([x, y]) = moved {
        b.point = [b.point[0] + x, b.point[1] + y];
        *values = part.values(b);
    }
    let name = format!("{} balance", part.name);
    let size = b.point[0].hypot(b.point[1]);
    response.widget_info(|| egui::WidgetInfo::slider(true, size, &name));
    let [r, g, blue] = *values;
    let tip = format!(
        "{}: R {r:.4}  G {g:.4}  B {blue:.4}\nDrag, with Shift finely; or arrow keys, once Tab leads here. Double-click or Backspace for no balance.",
        part.name
    );
    paint(ui, &response, rect, radius, b.point);
    response.on_hover_text(tip);
}

/// How far the point is to go: by a drag, or by keys.
fn moved(ui: &Ui, response: &Response, radius: f64) -> Option<[f64; 2]> {
    let fine = if ui.input(|i| i.modifiers.shift) { 0.2 } else { 1.0 };
    if response.dragged() && response.drag_delta() != egui::Vec2::ZERO {
        let d = response.drag_delta();
        return Some([f64::from(d.x) / radius * fine, -f64::from(d.y) / radius * fine]);
    }
    if !response.has_focus() {
        return None;
    }
    let arrows = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|m| m.set_focus_lock_filter(response.id, arrows));
    const STEP: f64 = 0.02;
    let pressed = |key| ui.input(|i| i.num_presses(key)) as f64;
    let x = pressed(Key::ArrowRight) - pressed(Key::ArrowLeft);
    let y = pressed(Key::ArrowUp) - pressed(Key::ArrowDown);
    (x != 0.0 || y != 0.0).then_some([x * STEP * fine, y * STEP * fine])
}

fn paint(ui: &Ui, response: &Response, rect: egui::Rect, radius: f32, [x, y]: [f64; 2]) {
    let (painter, c) = (ui.painter(), rect.center());
    let ring = Color32::from_gray(if response.hovered() { 150 } else { 92 });
    painter.circle(c, radius, Color32::from_gray(30), Stroke::new(1.0, ring));
    focus_ring(painter, response, rect);
    let hair = Stroke::new(1.0, Color32::from_gray(50));
    painter.hline(c.x - radius + 1.0..=c.x + radius - 1.0, c.y, hair);
    painter.vline(c.x, c.y - radius + 1.0..=c.y + radius - 1.0, hair);
    for (channel, (letter, hue)) in
        [("R", Color32::from_rgb(168, 84, 80)), ("G", Color32::from_rgb(86, 142, 86)), ("B", Color32::from_rgb(92, 112, 176))]
            .iter()
            .enumerate()
    {
        let [dx, dy] = direction(channel).map(|v| v as f32);
        let at = |r: f32| c + vec2(dx, -dy) * r;
        painter.line_segment([at(radius - 4.0), at(radius + 3.0)], Stroke::new(2.0, *hue));
        line(painter, Align2::CENTER_CENTER, at(radius - 11.0), 12.0, *letter, FontId::proportional(9.5), theme::WEAK);
    }
    let far = x.hypot(y);
    let scale = if far > 1.0 { 1.0 / far } else { 1.0 };
    let point = c + vec2((x * scale) as f32, -(y * scale) as f32) * radius;
    painter.line_segment([c, point], Stroke::new(1.0, Color32::from_gray(120)));
    // Beyond the rim it is hollow: the numbers say how far.
    let fill = if far > 1.0 { Color32::from_gray(30) } else { theme::STRONG };
    painter.circle(point, 3.5, fill, Stroke::new(1.5, theme::STRONG));
}

fn all_channels(ui: &mut Ui, part: &Part, values: &mut [f64; 3]) {
    let mut b = part.balance(*values);
    let before = b.all;
    let slider = Slider::new(&mut b.all, -part.span..=part.span).show_value(false).clamping(SliderClamping::Never);
    // From rim to rim. A slider takes all of a column and begins at its left: here it has a place of its own in the middle.
    let size = vec2(side(ui) - 2.0 * MARGIN, ui.spacing().interact_size.y);
    let place = ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().slider_width = size.x;
        ui.add(slider)
    });
    let response = place.inner;
    if response.double_clicked() {
        b.all = part.measure(part.rest);
    }
    if b.all != before {
        *values = part.values(b);
    }
    let name = format!("{} master", part.name);
    response.widget_info(|| egui::WidgetInfo::slider(true, b.all, &name));
    response.on_hover_text(format!("{} of all channels together. Double-click for {}.", part.name, part.rest));
}

fn numbers(ui: &mut Ui, n: &mut CdlNumbers) {
    egui::Grid::new("cdl").num_columns(4).spacing(vec2(6.0, 4.0)).show(ui, |ui| {
        for (part, values) in PARTS.iter().zip([&mut n.slope, &mut n.offset, &mut n.power]) {
            ui.label(part.name);
            for (value, channel) in values.iter_mut().zip(["R", "G", "B"]) {
                number(ui, value, &part.range, channel, &format!("{} {channel}", part.name));
            }
            ui.end_row();
        }
        ui.label("Saturation");
        number(ui, &mut n.saturation, &(0.0..=4.0), "", "Saturation");
        ui.end_row();
    });
    ui.spacing_mut().slider_width = (ui.available_width() - 8.0).clamp(56.0, 320.0);
    let response = ui.add(Slider::new(&mut n.saturation, 0.0..=2.0).show_value(false).clamping(SliderClamping::Never));
    let saturation = n.saturation;
    response.widget_info(|| egui::WidgetInfo::slider(true, saturation, "Saturation of the CDL"));
    if response.double_clicked() {
        n.saturation = 1.0;
    } else if response.changed() {
        n.saturation = (n.saturation * 1e4).round() / 1e4;
    }
    response.on_hover_text("Saturation. Double-click for 1.");
}

fn number(ui: &mut Ui, value: &mut f64, range: &RangeInclusive<f64>, prefix: &str, name: &str) {
    let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix} ") };
    let field =
        egui::DragValue::new(value).speed(0.002).range(range.clone()).clamp_existing_to_range(false).fixed_decimals(4).prefix(prefix);
    let field = ui.add(field);
    spoken_number(&field, name, *value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_a_point_and_come_back() {
        for (part, values) in PARTS.iter().zip([[1.2, 0.9, 1.05], [0.02, -0.03, 0.0], [0.8, 1.1, 1.0]]) {
            assert_eq!(part.values(part.balance(values)), values, "{}", part.name);
            let rest = part.balance([part.rest; 3]);
            assert!(rest.all == 0.0 && rest.point == [0.0; 2], "{rest:?}");
        }
    }

    #[test]
    fn towards_a_hue_its_channel_rises_and_the_others_fall_alike() {
        let part = &PARTS[0];
        for c in 0..3 {
            let values = part.values(Balance { all: 0.0, point: direction(c) });
            let (one, two) = (values[(c + 1) % 3], values[(c + 2) % 3]);
            assert!(values[c] > 1.4 && values[c] < 1.43 && one < 1.0 && (one - two).abs() < 1e-3, "{values:?}");
            let product: f64 = values.iter().product();
            assert!((product - 1.0).abs() < 1e-3, "all channels together stay");
        }
    }

    #[test]
    fn a_channel_of_nothing_is_no_end_of_the_world() {
        let b = PARTS[0].balance([0.0, 1.0, 1.0]);
        assert!(b.all.is_finite() && b.point.iter().all(|v| v.is_finite()));
        let balanced = PARTS[0].values(Balance { point: [0.0; 2], ..b });
        assert!(balanced.iter().all(|v| *v > 0.0 && *v < 1.0), "{balanced:?}");
    }
}
