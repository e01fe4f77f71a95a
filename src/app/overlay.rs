//! The framing of the FDL over the picture. Told apart by line as well as by colour. Every line is drawn before any label, so that none
//! is struck through.

use super::theme;
use crate::{
    framing::{OverlayKind, OverlayRect},
    image::RectF,
};
use egui::{Align, Align2, Color32, FontId, Painter, Rect, Shape, Stroke, Vec2, emath::GuiRounding, pos2, vec2};

/// Behind labels: what is under it is dimmed enough for them to be read.
const BACKING: Color32 = Color32::from_black_alpha(205);

/// What the lines are drawn over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Over {
    Picture,
    /// Its colours are those of the lines, which are greys then.
    HeatMap,
}

/// `on_screen`: from pixels of the canvas to points.
pub fn outlines(painter: &Painter, overlays: &[OverlayRect], over: Over, on_screen: impl Fn(RectF) -> Rect) {
    for o in overlays {
        let (color, dash) = style(o.kind, over);
        outline(painter, on_screen(o.rect), over, color, dash);
    }
}

/// Of each rectangle, at a corner of it: just outside where there is room in `area`, else inside the part within that. `taken` is
/// where labels stand already; these are added.
pub fn labels(
    painter: &Painter,
    area: Rect,
    overlays: &[OverlayRect],
    over: Over,
    on_screen: impl Fn(RectF) -> Rect,
    taken: &mut Vec<Rect>,
) {
    let lines: Vec<Rect> = overlays.iter().map(|o| on_screen(o.rect)).collect();
    let decision = overlays.iter().position(|o| o.kind == OverlayKind::Decision).map(|i| lines[i]);
    for (o, r) in overlays.iter().zip(&lines) {
        let (color, _) = style(o.kind, over);
        let galley = painter.layout_no_wrap(o.label.clone(), FontId::proportional(11.5), color);
        let size = backed(galley.size());
        let at = beside(size, *r, area, corner(o.kind), (&lines, decision), taken)
            .unwrap_or_else(|| place(size, r.intersect(area), corner(o.kind), &lines, taken));
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
fn style(kind: OverlayKind, over: Over) -> (Color32, Option<(f32, f32)>) {
    let (color, grey, dash) = match kind {
        OverlayKind::Canvas => (theme::CANVAS, 170, Some((2.0, 3.0))),
        OverlayKind::Effective => (theme::EFFECTIVE, 200, Some((3.0, 3.0))),
        OverlayKind::Protection => (theme::PROTECTION, 225, Some((8.0, 5.0))),
        OverlayKind::Decision => (theme::DECISION, 255, None),
    };
    (if over == Over::HeatMap { Color32::from_gray(grey) } else { color }, dash)
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

fn outline(painter: &Painter, r: Rect, over: Over, color: Color32, dash: Option<(f32, f32)>) {
    // Dashes as short as a point are lost between two pixels.
    let r = r.round_to_pixel_center(painter.pixels_per_point());
    // A dark line under the coloured one keeps it legible on bright pictures.
    let (width, alpha) = if over == Over::HeatMap { (4.0, 230) } else { (2.5, 90) };
    painter.rect_stroke(r, 0.0, Stroke::new(width, Color32::from_black_alpha(alpha)), egui::StrokeKind::Middle);
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

/// Places that are tried along an edge, and points from one to the next.
const ALONG: (u8, f32) = (6, 20.0);

/// Whether no line runs under a label, or touches it.
fn clear(lines: &[Rect], at: &Rect) -> bool {
    !lines.iter().any(|line| line.intersects(at.expand(1.0)) && !line.shrink(1.0).contains_rect(*at))
}

/// Where a label of this size stands just outside `r`, at its corner and within `area`; none where lines, other labels or the picture
/// within the decision leave no room.
fn beside(size: Vec2, r: Rect, area: Rect, corner: Align2, (lines, decision): (&[Rect], Option<Rect>), taken: &[Rect]) -> Option<Rect> {
    /// From the line, points.
    const GAP: f32 = 2.0;
    let (x, step) = if corner.x() == Align::RIGHT { (r.right() - size.x, -ALONG.1) } else { (r.left(), ALONG.1) };
    let y = if corner.y() == Align::BOTTOM { r.bottom() + GAP } else { r.top() - GAP - size.y };
    let tried = (0..ALONG.0).map(|i| Rect::from_min_size(pos2(x + f32::from(i) * step, y), size));
    let is_beside = |at: &Rect| at.left() >= r.left() - 0.5 && at.right() <= r.right() + 0.5;
    tried
        .filter(|at| area.contains_rect(*at) && is_beside(at))
        .find(|at| clear(lines, at) && !decision.is_some_and(|d| d.intersects(*at)) && !taken.iter().any(|t| t.intersects(*at)))
}

/// Where a label of this size stands: in the corner of `r`, or near it where another label stands there or a line would run under it.
/// Where there is no room without a line, over one.
fn place(size: Vec2, r: Rect, corner: Align2, lines: &[Rect], taken: &[Rect]) -> Rect {
    /// Places that are tried away from the edge.
    const AWAY: u8 = 4;
    let inside = r.shrink2(vec2(5.0, 3.0));
    let first = corner.align_size_within_rect(size, inside);
    let step = vec2(
        if corner.x() == Align::RIGHT { -ALONG.1 } else { ALONG.1 },
        (size.y + 1.0) * if corner.y() == Align::BOTTOM { -1.0 } else { 1.0 },
    );
    let tried = (0..AWAY).flat_map(|down| (0..ALONG.0).map(move |along| first.translate(vec2(f32::from(along), f32::from(down)) * step)));
    let free = |at: &Rect| !taken.iter().any(|t| t.intersects(*at));
    let fitting: Vec<Rect> = tried.filter(|at| inside.expand(0.5).contains_rect(*at)).filter(free).collect();
    if let Some(at) = fitting.iter().find(|at| clear(lines, at)).or(fitting.first()) {
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
    fn a_label_stands_outside_its_rectangle_where_there_is_room() {
        let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(900.0, 700.0));
        let canvas = Rect::from_min_size(pos2(10.0, 100.0), vec2(880.0, 500.0));
        let (protection, decision) = (canvas.shrink2(vec2(0.0, 60.0)), canvas.shrink2(vec2(40.0, 66.0)));
        let lines = [canvas, protection, decision];
        let place = |r: Rect, kind| beside(SIZE, r, area, corner(kind), (&lines, Some(decision)), &[]);
        let of_canvas = place(canvas, OverlayKind::Canvas).unwrap();
        assert!(of_canvas.bottom() < canvas.top() && area.contains_rect(of_canvas), "{of_canvas:?}");
        let of_protection = place(protection, OverlayKind::Protection).unwrap();
        assert!(of_protection.top() > protection.bottom() && of_protection.bottom() < canvas.bottom(), "{of_protection:?}");
        assert_eq!(place(decision, OverlayKind::Decision), None, "the line of the protection is too near");
        // A picture that fills the window leaves no room around it.
        assert_eq!(beside(SIZE, area, area, corner(OverlayKind::Canvas), (&[area], None), &[]), None);
        let name = of_canvas.expand(200.0);
        assert_eq!(beside(SIZE, canvas, area, corner(OverlayKind::Canvas), (&lines, None), &[name]), None, "a name stands there");
        // Outside its own rectangle, and inside the decision of another shape.
        let tall = Rect::from_min_max(pos2(300.0, 200.0), pos2(600.0, 300.0));
        assert_eq!(beside(SIZE, tall, area, corner(OverlayKind::Canvas), (&[tall, decision], Some(decision)), &[]), None);
    }

    #[test]
    fn lines_over_a_heat_map_have_none_of_its_colours() {
        for kind in [OverlayKind::Canvas, OverlayKind::Effective, OverlayKind::Protection, OverlayKind::Decision] {
            let (grey, dash) = style(kind, Over::HeatMap);
            assert!(grey.r() == grey.g() && grey.g() == grey.b() && dash == style(kind, Over::Picture).1);
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
