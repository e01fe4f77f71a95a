//! What comes of a frame: the canvas, and where everything lies on it. Alike for a canvas template and for a plate without one.

use super::{
    Frame, PlateGeometry,
    template::{Derived, covered},
};
use crate::image::{Rect, RectF, Size};

/// A canvas that was made, in its own pixels (not desqueezed), origin top left.
#[derive(Clone, Debug, PartialEq)]
pub struct MadeCanvas {
    pub canvas: Size,
    /// Width of a pixel over its height when displayed.
    pub squeeze: f64,
    /// Lines of the canvas for one of the source.
    pub scale: f64,
    /// The part of the source canvas that is kept, in its pixels, and where that comes to lie.
    pub source: RectF,
    pub picture: RectF,
    /// The active area: what was recorded for the picture, as far as it is on the canvas.
    pub effective: RectF,
    pub protection: Option<RectF>,
    pub decision: RectF,
}

impl MadeCanvas {
    pub fn of_template(d: &Derived) -> Self {
        Self {
            canvas: d.canvas,
            squeeze: d.squeeze,
            scale: d.scale_factor,
            source: d.source,
            picture: d.picture,
            effective: d.effective,
            protection: d.protection,
            decision: d.framing,
        }
    }

    /// Of a plate that no template makes.
    pub fn of_plate(frame: &Frame, geometry: &PlateGeometry) -> Self {
        let canvas = Rect::of(geometry.target).to_f64();
        let all = Rect::of(frame.canvas).to_f64();
        let seen = |r: RectF| within(geometry.to_target(r), canvas);
        Self {
            canvas: geometry.target,
            squeeze: geometry.pixel_aspect,
            scale: canvas.height / geometry.source.height,
            source: geometry.source,
            picture: canvas,
            effective: seen(frame.effective.unwrap_or(all)),
            protection: frame.protection.map(seen),
            decision: seen(frame.decision),
        }
    }

    /// A rectangle of the canvas, in pixels of the source.
    pub fn to_source(&self, r: RectF) -> RectF {
        let (x, y) = (self.source.width / self.picture.width, self.source.height / self.picture.height);
        RectF::new(self.source.x + (r.x - self.picture.x) * x, self.source.y + (r.y - self.picture.y) * y, r.width * x, r.height * y)
    }

    /// Black at the left, at the top, at the right and at the bottom, in pixels. What rounding adds is none: the picture goes on there.
    pub fn pad(&self) -> [f64; 4] {
        let (width, height) = (f64::from(self.canvas.width), f64::from(self.canvas.height));
        let (left, right) = covered(self.picture.x, self.picture.right(), self.canvas.width);
        let (top, bottom) = covered(self.picture.y, self.picture.bottom(), self.canvas.height);
        [left, top, width - right, height - bottom].map(|v| v.max(0.0))
    }
}

fn within(r: RectF, of: RectF) -> RectF {
    let (x, y) = (r.x.max(of.x), r.y.max(of.y));
    RectF::new(x, y, (r.right().min(of.right()) - x).max(0.0), (r.bottom().min(of.bottom()) - y).max(0.0))
}
