//! The framing of the FDL over the picture. Told apart by line as well as by colour.

use super::theme;
use crate::{
    framing::{OverlayKind, OverlayRect},
    image::RectF,
};
use egui::{Align2, Color32, FontId, Painter, Rect, Shape, Stroke, vec2};

/// `place`: from pixels of the canvas to points within `area`.
pub fn paint(painter: &Painter, area: Rect, overlays: &[OverlayRect], place: impl Fn(RectF) -> Rect) {
    let mut taken: Vec<Rect> = vec![];
    for o in overlays {
        let r = place(o.rect);
        let (color, dash) = style(o.kind);
        outline(painter, r, color, dash);
        label(painter, r.intersect(area), corner(o.kind), &o.label, color, &mut taken);
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

/// Each kind writes into a corner of its own, so that rectangles that share an edge do not share a label's place.
fn corner(kind: OverlayKind) -> Align2 {
    match kind {
        OverlayKind::Canvas => Align2::RIGHT_TOP,
        OverlayKind::Effective => Align2::RIGHT_BOTTOM,
        OverlayKind::Protection => Align2::LEFT_BOTTOM,
        OverlayKind::Decision => Align2::LEFT_TOP,
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

/// Inside a corner of `r`; moved towards its middle where another label stands already.
fn label(painter: &Painter, r: Rect, corner: Align2, text: &str, color: Color32, taken: &mut Vec<Rect>) {
    let galley = painter.layout_no_wrap(text.to_owned(), FontId::proportional(11.5), color);
    let inside = r.shrink2(vec2(8.0, 4.0));
    let mut rect = corner.align_size_within_rect(galley.size(), inside).expand2(vec2(3.0, 1.0));
    let upwards = corner.y() == egui::Align::BOTTOM;
    while let Some(other) = taken.iter().find(|t| t.intersects(rect)) {
        let step = if upwards { other.top() - 1.0 - rect.bottom() } else { other.bottom() + 1.0 - rect.top() };
        rect = rect.translate(vec2(0.0, step));
    }
    painter.rect_filled(rect, 2.0, Color32::from_black_alpha(150));
    painter.galley(rect.min + vec2(3.0, 1.0), galley, color);
    taken.push(rect);
}
