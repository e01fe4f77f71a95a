//! The framing of the FDL over the picture. Told apart by line as well as by colour.

use super::{screen::to_points, theme};
use crate::{
    framing::{OverlayKind, OverlayRect},
    session::Placement,
};
use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Shape, Stroke, vec2};

pub fn paint(painter: &Painter, area: Rect, placement: &Placement, overlays: &[OverlayRect]) {
    let mut taken: Vec<Rect> = vec![];
    for o in overlays {
        let r = to_points(placement.on_screen(o.rect), area, painter.ctx());
        let (color, dash) = style(o.kind);
        outline(painter, r, color, dash);
        label(painter, area, r, &o.label, color, &mut taken);
    }
}

/// Colour, and dash and gap in points; solid where `None`.
fn style(kind: OverlayKind) -> (Color32, Option<(f32, f32)>) {
    match kind {
        OverlayKind::Canvas => (theme::CANVAS, Some((1.0, 3.0))),
        OverlayKind::Effective => (theme::EFFECTIVE, Some((3.0, 3.0))),
        OverlayKind::Protection => (theme::PROTECTION, Some((8.0, 5.0))),
        OverlayKind::Decision => (theme::DECISION, None),
    }
}

fn outline(painter: &Painter, r: Rect, color: Color32, dash: Option<(f32, f32)>) {
    // A dark line under the coloured one keeps it legible on bright pictures.
    painter.rect_stroke(r, 0.0, Stroke::new(2.5, Color32::from_black_alpha(90)), egui::StrokeKind::Middle);
    let stroke = Stroke::new(1.2, color);
    match dash {
        None => {
            painter.rect_stroke(r, 0.0, stroke, egui::StrokeKind::Middle);
        }
        Some((dash, gap)) => {
            let corners = [r.left_top(), r.right_top(), r.right_bottom(), r.left_bottom(), r.left_top()];
            painter.extend(Shape::dashed_line(&corners, stroke, dash, gap));
        }
    }
}

/// Inside the top left corner; moved down where another label stands already.
fn label(painter: &Painter, area: Rect, r: Rect, text: &str, color: Color32, taken: &mut Vec<Rect>) {
    let galley = painter.layout_no_wrap(text.to_owned(), FontId::proportional(11.5), color);
    let corner: Pos2 = r.left_top().max(area.left_top()) + vec2(5.0, 3.0);
    let mut rect = Align2::LEFT_TOP.anchor_size(corner, galley.size()).expand2(vec2(3.0, 1.0));
    while let Some(other) = taken.iter().find(|t| t.intersects(rect)) {
        rect = rect.translate(vec2(0.0, other.bottom() + 1.0 - rect.top()));
    }
    painter.rect_filled(rect, 2.0, Color32::from_black_alpha(150));
    painter.galley(rect.min + vec2(3.0, 1.0), galley, color);
    taken.push(rect);
}
