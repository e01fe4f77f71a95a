//! The scopes, drawn: brightness stands for how many pixels there are, lines for what they mean.

use super::{
    paging, theme,
    widgets::{Out, action_button, heading, segments, weak},
};
use crate::{
    color::rgb::{AP0, AP1, Chromaticities, P3_D65, REC709, REC2020},
    scope::{CHROMA_EDGE, CIE_EDGE, Kind, LOCUS, Plot, Scale, Unit, chroma},
    session::{Action, Quality, ScopeKey, ScopeSet, Session, table},
};
use egui::{
    Align2, Color32, ColorImage, FontId, Painter, Pos2, Rect, ScrollArea, Sense, Shape, Stroke, TextureHandle, TextureOptions, Ui, pos2,
    vec2,
};
use std::sync::Arc;

/// The plots on their way to the screen, of A and of B.
#[derive(Default)]
pub struct Textures([Option<(Arc<ScopeSet>, Vec<TextureHandle>)>; 2]);

/// Of red, green and blue where they lie on a dark ground: equally bright.
const RED: Color32 = Color32::from_rgb(224, 96, 88);
const GREEN: Color32 = Color32::from_rgb(96, 188, 96);
const BLUE: Color32 = Color32::from_rgb(104, 140, 236);
const GROUND: Color32 = Color32::from_gray(18);
const GRID: Color32 = Color32::from_gray(62);

pub fn show(ui: &mut Ui, session: &Session, textures: &mut Textures, out: &mut Out) {
    let view = session.view().scopes;
    segments(ui, |ui| {
        for kind in [Kind::Waveform, Kind::Parade] {
            action_button(ui, session, out, &Action::Scope(kind), kind.label(), view.levels == kind);
        }
    });
    segments(ui, |ui| {
        for kind in [Kind::Vectorscope, Kind::Chromaticity] {
            action_button(ui, session, out, &Action::Scope(kind), kind.label(), view.colors == kind);
        }
    });
    segments(ui, |ui| {
        for (unit, label) in [(None, "Auto"), (Some(Unit::Code), "Code"), (Some(Unit::Stops), "Stops"), (Some(Unit::Nits), "Nits")] {
            let action = Action::ScopeUnit(unit);
            let in_use = view.unit == unit && table::available(&action, session).is_ok();
            action_button(ui, session, out, &action, label, in_use);
        }
    });
    if let Some(error) = session.scopes_error() {
        ui.label(weak(format!("Not counted: {error}")));
    }
    let Some(set) = session.scopes() else {
        ui.label(weak(if session.shown().is_some() { "Counting…" } else { "No picture is shown." }));
        return;
    };
    let of_b = session.scopes_of_b();
    let sets: Vec<(&str, &Arc<ScopeSet>)> = match of_b {
        Some(of_b) => vec![("A", set), ("B", of_b)],
        None => vec![("", set)],
    };
    textures.take(ui, &sets);
    let n = sets.len() as f32;
    let room = (ui.available_height() - 90.0 - 34.0 * (n - 1.0)).max(240.0);
    let unit = match set.key.scale.unit() {
        Unit::Code => "code values",
        Unit::Stops => "stops over 18 % grey",
        Unit::Nits => "cd/m²",
    };
    // As high as the panel, and no less than can be read: what is more scrolls.
    ScrollArea::vertical().id_salt("scopes").auto_shrink(false).show(ui, |ui| {
        let width = ui.available_width();
        heading(ui, &format!("{}, {unit}", set.key.levels.label()));
        for (i, (name, set)) in sets.iter().enumerate() {
            plot(ui, width, (room * 0.3).min(220.0) * if of_b.is_some() { 0.6 } else { 1.0 }, name, "levels", |painter, rect| {
                levels(painter, rect, textures.id(i, 0), set);
            });
        }
        heading(ui, set.key.colors.label());
        let square = if of_b.is_some() { (width - 4.0) / 2.0 } else { width }.min(room * 0.48);
        ui.vertical_centered(|ui| {
            ui.allocate_ui(vec2(square * n + 4.0 * (n - 1.0), square), |ui| {
                ui.horizontal(|ui| {
                    ui.spacing_mut().item_spacing.x = 4.0;
                    for (i, (name, set)) in sets.iter().enumerate() {
                        plot(ui, square, square, name, "colours", |painter, rect| colors(painter, rect, textures.id(i, 1), &set.key));
                    }
                });
            });
        });
        heading(ui, &format!("Histogram, {unit}"));
        for (name, set) in &sets {
            plot(ui, width, (room * 0.2).min(120.0) * if of_b.is_some() { 0.6 } else { 1.0 }, name, "histogram", |painter, rect| {
                histogram(painter, rect, &set.plots[2], set.key.scale);
            });
        }
        if let Some(side) = session.side().filter(|_| of_b.is_some()) {
            let still = side.still.is_some() && set.key.colors == Kind::Chromaticity;
            let without = if still { "; a still has no chromaticities of the scene" } else { "" };
            ui.label(weak(format!("B: {}, in the scale of A{without}.", side.label)));
        }
        let whose = match session.look() {
            Some(look) if look != set.key.look => "Of an earlier picture.",
            _ if set.key.look.frame.quality == Quality::Draft => "Of a draft of the frame, in fewer pixels, by the CPU engine.",
            _ => "Of every pixel of the frame, by the CPU engine.",
        };
        ui.label(weak(whose));
        paging::of_panel(ui, session);
    });
}

/// `name` is that of the side, where there are two.
fn plot(ui: &mut Ui, width: f32, height: f32, name: &str, what: &str, draw: impl FnOnce(&Painter, Rect)) {
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 2.0, GROUND);
    draw(&painter, rect.shrink(2.0));
    if !name.is_empty() {
        painter.text(rect.right_top() + vec2(-6.0, 3.0), Align2::RIGHT_TOP, name, FontId::proportional(13.0), theme::STRONG);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, format!("Scope {what} of {name}")));
    }
}

impl Textures {
    fn take(&mut self, ui: &Ui, sets: &[(&str, &Arc<ScopeSet>)]) {
        for (i, slot) in self.0.iter_mut().enumerate() {
            let Some((_, set)) = sets.get(i) else {
                *slot = None;
                continue;
            };
            if !slot.as_ref().is_some_and(|(of, _)| Arc::ptr_eq(of, set)) {
                let load = |plot: &Plot| ui.ctx().load_texture(plot.kind.label(), picture(plot), TextureOptions::LINEAR);
                *slot = Some(((*set).clone(), set.plots[..2].iter().map(load).collect()));
            }
        }
    }
    fn id(&self, side: usize, i: usize) -> Option<egui::TextureId> {
        self.0.get(side)?.as_ref()?.1.get(i).map(TextureHandle::id)
    }
}

/// Counts as brightness: a single pixel is seen, and a plane of one colour does not glare.
fn picture(plot: &Plot) -> ColorImage {
    let most = (plot.most() as f32).ln_1p();
    let (columns, rows) = (plot.columns as usize, plot.rows as usize);
    let wide = columns * plot.channels as usize;
    let mut pixels = vec![Color32::TRANSPARENT; wide * rows];
    for channel in 0..plot.channels {
        let color = match (plot.channels, channel) {
            (1, _) => Color32::from_gray(225),
            (_, 0) => RED,
            (_, 1) => GREEN,
            _ => BLUE,
        };
        for (i, n) in plot.channel(channel).iter().enumerate().filter(|(_, n)| **n > 0) {
            let x = channel as usize * columns + i % columns;
            pixels[i / columns * wide + x] = color.gamma_multiply(0.18 + 0.82 * (*n as f32).ln_1p() / most);
        }
    }
    ColorImage::new([wide, rows], pixels)
}

fn image(painter: &Painter, rect: Rect, texture: Option<egui::TextureId>) {
    if let Some(texture) = texture {
        painter.image(texture, rect, Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0)), Color32::WHITE);
    }
}

fn text(painter: &Painter, at: Pos2, align: Align2, text: &str) {
    painter.text(at, align, text, FontId::proportional(10.0), theme::WEAK);
}

fn levels(painter: &Painter, rect: Rect, texture: Option<egui::TextureId>, set: &ScopeSet) {
    const MARGIN: f32 = 30.0;
    let area = Rect::from_min_max(pos2(rect.left() + MARGIN, rect.top()), rect.max);
    for (height, label) in set.key.scale.marks() {
        let y = area.bottom() - height * area.height();
        painter.hline(area.x_range(), y, Stroke::new(1.0, GRID));
        let at = y.clamp(area.top() + 6.0, area.bottom() - 6.0);
        text(painter, pos2(area.left() - 4.0, at), Align2::RIGHT_CENTER, &label);
    }
    if set.key.levels == Kind::Parade {
        for third in [1.0, 2.0] {
            painter.vline(area.left() + area.width() * third / 3.0, area.y_range(), Stroke::new(1.0, GRID));
        }
    }
    image(painter, area, texture);
}

fn histogram(painter: &Painter, rect: Rect, plot: &Plot, scale: Scale) {
    let area = Rect::from_min_max(rect.min, pos2(rect.right(), rect.bottom() - 13.0));
    for (height, label) in scale.marks() {
        let x = area.left() + height * area.width();
        painter.vline(x, area.y_range(), Stroke::new(1.0, GRID));
        text(painter, pos2(x.clamp(rect.left() + 12.0, rect.right() - 14.0), rect.bottom()), Align2::CENTER_BOTTOM, &label);
    }
    // The ends hold everything beyond the scale; they would flatten the rest.
    let inner = |c| &plot.channel(c)[1..plot.columns as usize - 1];
    let most = (0..3).flat_map(inner).copied().max().unwrap_or(0).max(1) as f32;
    for (channel, color) in [(0, RED), (1, GREEN), (2, BLUE)] {
        let points = plot.channel(channel).iter().enumerate().map(|(i, n)| {
            let x = area.left() + (i as f32 + 0.5) / plot.columns as f32 * area.width();
            pos2(x, area.bottom() - (*n as f32 / most).min(1.0).sqrt() * area.height())
        });
        painter.add(Shape::line(points.collect(), Stroke::new(1.0, color)));
    }
}

fn colors(painter: &Painter, rect: Rect, texture: Option<egui::TextureId>, key: &ScopeKey) {
    match key.colors {
        Kind::Chromaticity => chromaticities(painter, rect),
        _ => targets(painter, rect),
    }
    image(painter, rect, texture);
}

/// The axes of a vectorscope, and where full bars of 75 and 100 % lie.
fn targets(painter: &Painter, rect: Rect) {
    let place = |v: f32| 0.5 + 0.5 * v / CHROMA_EDGE;
    let at = |[cb, cr]: [f32; 2]| pos2(rect.left() + place(cb) * rect.width(), rect.bottom() - place(cr) * rect.height());
    let line = Stroke::new(1.0, GRID);
    painter.hline(rect.x_range(), rect.center().y, line);
    painter.vline(rect.center().x, rect.y_range(), line);
    painter.circle_stroke(rect.center(), rect.width() * 0.25 / CHROMA_EDGE, line);
    for (name, px) in [
        ("R", [1.0, 0.0, 0.0]),
        ("Mg", [1.0, 0.0, 1.0]),
        ("B", [0.0, 0.0, 1.0]),
        ("Cy", [0.0, 1.0, 1.0]),
        ("G", [0.0, 1.0, 0.0]),
        ("Yl", [1.0, 1.0, 0.0]),
    ] {
        for share in [0.75, 1.0] {
            let center = at(chroma(px.map(|v: f32| v * share)));
            painter.rect_stroke(
                Rect::from_center_size(center, vec2(7.0, 7.0)),
                0.0,
                Stroke::new(1.0, theme::WEAK),
                egui::StrokeKind::Middle,
            );
        }
        let inner = at(chroma(px.map(|v: f32| v * 0.62)));
        text(painter, inner, Align2::CENTER_CENTER, name);
    }
}

/// The gamuts that chromaticities are seen in, each with its grey.
const GAMUTS: [(&str, &Chromaticities, Color32); 5] = [
    ("AP0", &AP0, Color32::from_gray(80)),
    ("AP1", &AP1, Color32::from_gray(120)),
    ("Rec.2020", &REC2020, Color32::from_gray(100)),
    ("P3", &P3_D65, Color32::from_gray(140)),
    ("Rec.709", &REC709, Color32::from_gray(170)),
];

/// A chromaticity in a plot.
fn place_of([x, y]: [f32; 2], rect: Rect) -> Pos2 {
    pos2(rect.left() + x / CIE_EDGE * rect.width(), rect.bottom() - y / CIE_EDGE * rect.height())
}

/// Where the name of a gamut is written: above its green where that is at the top, else below it, out of the way of the next.
fn name_of_gamut(name: &str, green: Pos2, rect: Rect) -> (Pos2, Align2) {
    let green = pos2(green.x, green.y.max(rect.top() + 12.0));
    if name.starts_with("AP") { (green, Align2::LEFT_BOTTOM) } else { (green + vec2(8.0, 0.0), Align2::LEFT_TOP) }
}

fn chromaticities(painter: &Painter, rect: Rect) {
    let at = |p| place_of(p, rect);
    painter.add(Shape::closed_line(LOCUS.iter().map(|p| at(*p)).collect(), Stroke::new(1.0, Color32::from_gray(110))));
    for (name, space, color) in GAMUTS {
        let corner = |c: [f64; 2]| at(c.map(|v| v as f32));
        painter.add(Shape::closed_line(vec![corner(space.red), corner(space.green), corner(space.blue)], Stroke::new(1.0, color)));
        let (place, align) = name_of_gamut(name, corner(space.green), rect);
        text(painter, place, align, name);
    }
    for mark in [0.2, 0.4, 0.6, 0.8] {
        text(painter, pos2(at([mark, 0.0]).x, rect.bottom()), Align2::CENTER_BOTTOM, &mark.to_string());
        text(painter, pos2(rect.left() + 2.0, at([0.0, mark]).y), Align2::LEFT_CENTER, &mark.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_of_a_gamut_covers_another() {
        // The smallest plot that there is room for, and a large one.
        for side in [115.0, 230.0, 500.0] {
            let rect = Rect::from_min_size(Pos2::ZERO, vec2(side, side));
            let names = GAMUTS.map(|(name, space, _)| {
                let (at, align) = name_of_gamut(name, place_of(space.green.map(|v| v as f32), rect), rect);
                // As large as the font makes them at most.
                align.anchor_size(at, vec2(6.0 * name.len() as f32, 12.0))
            });
            for (i, a) in names.iter().enumerate() {
                for b in &names[..i] {
                    assert!(!a.shrink(0.5).intersects(b.shrink(0.5)), "{side}: {a} {b}");
                }
            }
        }
    }
}
