//! The rectangles a viewer draws over the picture.

use super::Frame;
use crate::image::{Rect, RectF};
use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OverlayKind {
    Canvas,
    Effective,
    Protection,
    Decision,
}

/// One rectangle, in pixels of the canvas as recorded (not desqueezed).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OverlayRect {
    pub kind: OverlayKind,
    pub label: String,
    pub rect: RectF,
}

/// The rectangles of `frame`, outermost first.
pub fn overlay(frame: &Frame) -> Vec<OverlayRect> {
    let canvas = Some(Rect::of(frame.canvas).to_f64());
    let kinds = [
        (OverlayKind::Canvas, "Canvas", canvas),
        (OverlayKind::Effective, "Effective", frame.effective),
        (OverlayKind::Protection, "Protection", frame.protection),
        (OverlayKind::Decision, "Frame", Some(frame.decision)),
    ];
    let label = |name: &str, r: RectF| format!("{name} {:.3}:1", r.width * frame.squeeze / r.height);
    kinds.into_iter().filter_map(|(kind, name, rect)| rect.map(|rect| OverlayRect { kind, label: label(name, rect), rect })).collect()
}
