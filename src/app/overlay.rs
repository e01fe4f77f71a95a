//! The framing of the FDL over the picture. Told apart by line as well as by colour. Every line is drawn before any label, so that none
//! is struck through.

use super::theme;
use crate::{
    framing::{OverlayKind, OverlayRect},
    image::RectF,
};
use egui::{Align, Align2, Color32, FontId, Painter, Rect, Shape, Stroke, Vec2, pos2, vec2};

/// Behind labels: what is under it is dimmed enough for them to be read.
const BACKING: Color32 = Color32::from_black_alpha(205);

/// `on_screen`: from pixels of the canvas to points.
pub fn outlines(painter: &Painter, overlays: &[OverlayRect], on_screen: impl Fn(RectF) -> Rect) {
    for o in overlays {
        let (color, dash) = style(o.kind);
        outline(painter, on_screen(o.rect), color, dash);
    }
}

/// Of each rectangle, inside a corner of its part within `area`. `taken` is where labels stand already; these are added.
pub fn labels(painter: &Painter, area: Rect, overlays: &[OverlayRect], on_screen: impl Fn(RectF) -> Rect, taken: &mut Vec<Rect>) {
    let lines: Vec<Rect> = overlays.iter().map(|o| on_screen(o.rect)).collect();
    for (o, r) in overlays.iter().zip(&lines) {
        let (color, _) = style(o.kind);
        let galley = painter.layout_no_wrap(o.label.clone(), FontId::proportional(11.5), color);
        let at = place(backed(galley.size()), r.intersect(area), corner(o.kind), &lines, taken);
        label(painter, at, galley, taken);
    }
}

/// A label on its backing, at a place of [`backed`] size.
pub fn label(painter: &Painter, at: Rect, galley: std::sync::Arc<egui::Galley>, taken: &mut Vec<Rect>) {
    painter.rect_filled(at, 2.0, BACKING);
    painter.galley(at.center() - galley.size() / 2.0, galley, Color32::WHITE);
    taken.push(at);
}

/// The size of a label with its backing.
pub fn backed(text: Vec2) -> Vec2 {
    text + vec2(6.0, 2.0)
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

/// Where a label of this size stands: in the corner of `r`, or near it where another label stands there or a line would run under it.
/// Where there is no room without a line, over one.
fn place(size: Vec2, r: Rect, corner: Align2, lines: &[Rect], taken: &[Rect]) -> Rect {
    /// Places that are tried along the edge, and away from it.
    const TRIED: [u8; 2] = [6, 4];
    let inside = r.shrink2(vec2(5.0, 3.0));
    let first = corner.align_size_within_rect(size, inside);
    let step =
        vec2(if corner.x() == Align::RIGHT { -20.0 } else { 20.0 }, (size.y + 1.0) * if corner.y() == Align::BOTTOM { -1.0 } else { 1.0 });
    let tried =
        (0..TRIED[1]).flat_map(|down| (0..TRIED[0]).map(move |along| first.translate(vec2(f32::from(along), f32::from(down)) * step)));
    let free = |at: &Rect| !taken.iter().any(|t| t.intersects(*at));
    let clear = |at: &Rect| !lines.iter().any(|line| line.intersects(at.expand(1.0)) && !line.shrink(1.0).contains_rect(*at));
    let fitting: Vec<Rect> = tried.filter(|at| inside.expand(0.5).contains_rect(*at)).filter(free).collect();
    if let Some(at) = fitting.iter().find(|at| clear(at)).or(fitting.first()) {
        return *at;
    }
    // Smaller than its label: past whatever stands there.
    let mut at = first;
    while let Some(other) = taken.iter().find(|t| t.intersects(at)) {
        let top = if step.y < 0.0 { other.top() - 1.0 - size.y } else { other.bottom() + 1.0 };
        at = Rect::from_min_size(pos2(at.left(), top), size);
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Vec2 = vec2(96.0, 16.0);

    fn crosses(line: &Rect, label: &Rect) -> bool {
        line.intersects(*label) && !line.contains_rect(*label)
    }

    /// The frame lines of a clip whose protection, effective area and canvas lie a few points apart.
    #[test]
    fn no_label_is_struck_through_or_lies_over_another() {
        let canvas = Rect::from_min_size(pos2(10.0, 186.0), vec2(888.0, 528.0));
        let lines = [canvas, canvas.shrink2(vec2(7.0, 4.0)), canvas.shrink2(vec2(7.0, 71.0)), canvas.shrink2(vec2(30.0, 81.0))];
        let kinds = [OverlayKind::Canvas, OverlayKind::Effective, OverlayKind::Protection, OverlayKind::Decision];
        let mut taken: Vec<Rect> = vec![];
        for (r, kind) in lines.iter().zip(kinds) {
            let at = place(SIZE, *r, corner(kind), &lines, &taken);
            assert!(at.size() == SIZE && r.contains_rect(at), "{kind:?} {at:?}");
            assert!(!lines.iter().any(|line| crosses(line, &at)), "{kind:?} {at:?} is struck through");
            assert!(!taken.iter().any(|t| t.intersects(at)), "{kind:?} {at:?}");
            taken.push(at);
        }
    }

    #[test]
    fn labels_of_one_corner_stand_beside_each_other_even_where_there_is_no_room() {
        for r in [
            Rect::from_min_size(pos2(0.0, 0.0), vec2(300.0, 200.0)),
            Rect::from_min_size(pos2(5.0, 5.0), vec2(20.0, 8.0)),
            Rect::from_min_max(pos2(50.0, 50.0), pos2(10.0, 20.0)),
        ] {
            let mut taken: Vec<Rect> = vec![];
            for corner in [Align2::LEFT_BOTTOM, Align2::LEFT_TOP].repeat(12) {
                let at = place(SIZE, r, corner, &[r], &taken);
                assert!(!taken.iter().any(|t| t.intersects(at)), "{at:?} in {r:?}");
                taken.push(at);
            }
        }
    }
}
