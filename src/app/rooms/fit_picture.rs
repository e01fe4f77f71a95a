//! A camera mode's frame with what a template makes of it drawn over: what is cut off is dimmed, what is padded is black.

use super::thumbs::Shown;
use crate::{
    app::{
        overlay::{self, Over},
        theme,
    },
    framing::{Frame, MadeCanvas, OverlayKind, OverlayRect},
    image::{self, RectF},
};
use egui::{Color32, Painter, Pos2, Rect, pos2, vec2};

/// Over what does not come onto the canvas.
const CUT: Color32 = Color32::from_black_alpha(170);

/// `made`: what comes of it, where something does.
pub fn paint(painter: &Painter, room: Rect, frame: &Frame, made: Option<&MadeCanvas>, picture: Option<&Shown>) {
    let source = image::Rect::of(frame.canvas).to_f64();
    let canvas = made.map(|m| m.to_source(image::Rect::of(m.canvas).to_f64()));
    let around = canvas.map_or(source, |c| union(source, c));
    // Desqueezed, as large as there is room, at its middle.
    let (width, height) = (around.width * frame.squeeze, around.height);
    let scale = (f64::from(room.width()) / width.max(1.0)).min(f64::from(room.height()) / height.max(1.0));
    let shown = Rect::from_center_size(room.center(), vec2((width * scale) as f32, (height * scale) as f32));
    let on = |r: RectF| {
        let at = |x: f64, y: f64| pos2(((x - around.x) * frame.squeeze * scale) as f32, ((y - around.y) * scale) as f32);
        Rect::from_min_max(at(r.x, r.y), at(r.right(), r.bottom())).translate(shown.min.to_vec2())
    };
    let all = on(source);
    if let Some(canvas) = canvas {
        painter.rect_filled(on(canvas), 0.0, Color32::BLACK);
    }
    painter.rect_filled(all, 0.0, Color32::from_gray(theme::SURROUND));
    if let Some(Shown::Picture(_, texture)) = picture {
        painter.image(*texture, all, Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0)), Color32::WHITE);
    }
    let (Some(made), Some(canvas)) = (made, canvas) else { return };
    // What is not kept of the source is black where the canvas goes on, and cut off where it ends.
    let kept = on(made.source).intersect(all);
    for part in beside(all, on(canvas)) {
        painter.rect_filled(part, 0.0, CUT);
    }
    for part in beside(on(canvas).intersect(all), kept) {
        painter.rect_filled(part, 0.0, Color32::BLACK);
    }
    let to = |kind, r: RectF| OverlayRect { kind, label: String::new(), rect: made.to_source(r) };
    let canvas = OverlayRect { kind: OverlayKind::Canvas, label: String::new(), rect: canvas };
    let protection = made.protection.map(|r| to(OverlayKind::Protection, r));
    let lines: Vec<_> =
        [Some(canvas), Some(to(OverlayKind::Effective, made.effective)), protection, Some(to(OverlayKind::Decision, made.decision))]
            .into_iter()
            .flatten()
            .collect();
    overlay::outlines(painter, &lines, Over::Picture, on);
}

fn union(a: RectF, b: RectF) -> RectF {
    let (x, y) = (a.x.min(b.x), a.y.min(b.y));
    RectF::new(x, y, a.right().max(b.right()) - x, a.bottom().max(b.bottom()) - y)
}

/// What of `all` lies outside `within`: above, below, at the left, at the right.
fn beside(all: Rect, within: Rect) -> impl Iterator<Item = Rect> {
    let inner = within.intersect(all);
    let parts = if inner.is_positive() {
        [
            Rect::from_min_max(all.min, pos2(all.right(), inner.top())),
            Rect::from_min_max(pos2(all.left(), inner.bottom()), all.max),
            Rect::from_min_max(pos2(all.left(), inner.top()), pos2(inner.left(), inner.bottom())),
            Rect::from_min_max(pos2(inner.right(), inner.top()), pos2(all.right(), inner.bottom())),
        ]
    } else {
        [all, Rect::NOTHING, Rect::NOTHING, Rect::NOTHING]
    };
    parts.into_iter().filter(|r| r.is_positive())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beside_is_all_but_what_is_within() {
        let all = Rect::from_min_max(pos2(0.0, 0.0), pos2(10.0, 10.0));
        for (within, area) in [
            (Rect::from_min_max(pos2(2.0, 3.0), pos2(8.0, 9.0)), 64.0),
            (Rect::from_min_max(pos2(-5.0, 3.0), pos2(20.0, 9.0)), 40.0),
            (all, 0.0),
            (Rect::from_min_max(pos2(20.0, 20.0), pos2(30.0, 30.0)), 100.0),
        ] {
            let parts: Vec<Rect> = beside(all, within).collect();
            assert_eq!(parts.iter().map(|r| r.area()).sum::<f32>(), area, "{within:?}");
            assert!(parts.iter().all(|r| all.contains_rect(*r) && !r.shrink(0.1).intersects(within)), "{within:?}");
        }
    }
}
