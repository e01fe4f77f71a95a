//! Safe areas and the centre of the frame, over the picture.

use super::{overlay, screen::to_points};
use crate::{
    framing::{OverlayKind, OverlayRect},
    image::RectF,
    session::{Placement, View},
};
use egui::{Align2, Color32, FontId, Painter, Rect, Stroke, vec2};

/// Parts of width and height that are safe for action and for titles (SMPTE ST 2046-1).
const SAFE: [(f64, &str); 2] = [(0.93, "Action 93 %"), (0.90, "Title 90 %")];

const LIGHT: Color32 = Color32::from_gray(220);
const DARK: Color32 = Color32::from_black_alpha(110);

/// The frame that they are of: the framing decision, or `canvas` where there is none.
pub fn frame(overlays: &[OverlayRect], canvas: RectF) -> RectF {
    overlays.iter().find(|o| o.kind == OverlayKind::Decision).map_or(canvas, |o| o.rect)
}

pub fn lines(painter: &Painter, area: Rect, placement: &Placement, frame: RectF, view: &View) {
    if view.safe_areas {
        for (part, _) in SAFE {
            let r = to_points(placement.on_screen(inner(frame, part)), area, painter.ctx());
            for (width, color) in [(2.5, DARK), (1.0, LIGHT)] {
                painter.rect_stroke(r, 0.0, Stroke::new(width, color), egui::StrokeKind::Middle);
            }
        }
    }
    if view.center_mark {
        let c = to_points(placement.on_screen(frame), area, painter.ctx()).center();
        for (width, color) in [(3.0, DARK), (1.0, LIGHT)] {
            for d in [vec2(1.0, 0.0), vec2(-1.0, 0.0), vec2(0.0, 1.0), vec2(0.0, -1.0)] {
                painter.line_segment([c + d * 4.0, c + d * 16.0], Stroke::new(width, color));
            }
        }
    }
}

/// The names of the safe areas, each on its line. `taken` is where labels stand; these are added.
pub fn labels(painter: &Painter, area: Rect, placement: &Placement, frame: RectF, view: &View, taken: &mut Vec<Rect>) {
    for (i, (part, name)) in SAFE.into_iter().enumerate().filter(|_| view.safe_areas) {
        let r = to_points(placement.on_screen(inner(frame, part)), area, painter.ctx());
        // Beside each other at the lower edge, so that neither hides the other's line.
        let at = r.center_bottom() + vec2([-56.0, 56.0][i], 0.0);
        let galley = painter.layout_no_wrap(name.to_owned(), FontId::proportional(10.5), LIGHT);
        overlay::label(painter, Align2::CENTER_CENTER.anchor_size(at, overlay::backed(galley.size())), galley, taken);
    }
}

/// A part of a rectangle, around the same middle.
fn inner(r: RectF, part: f64) -> RectF {
    let (width, height) = (r.width * part, r.height * part);
    RectF::new(r.x + (r.width - width) / 2.0, r.y + (r.height - height) / 2.0, width, height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn safe_areas_lie_around_the_middle_of_the_frame() {
        // ST 2046-1, 1920 x 1080: action 1786 x 1004, title 1728 x 972.
        let frame = RectF::new(100.0, 50.0, 1920.0, 1080.0);
        let [action, title] = SAFE.map(|(part, _)| inner(frame, part));
        assert!((action.width - 1785.6).abs() < 1e-9 && (action.height - 1004.4).abs() < 1e-9);
        assert!((title.x - 196.0).abs() < 1e-9 && (title.y - 104.0).abs() < 1e-9 && (title.right() - 1924.0).abs() < 1e-9);
    }
}
