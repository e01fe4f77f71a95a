//! Sizes and rectangles. Origin top left, x to the right, y down, units of pixels.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

impl Size {
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }
    /// Number of pixels.
    pub const fn area(self) -> usize {
        self.width as usize * self.height as usize
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

/// A window of whole pixels. `x` and `y` may be negative, as OpenEXR windows may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rect {
    pub x: i32,
    pub y: i32,
    pub width: u32,
    pub height: u32,
}

impl Rect {
    pub const fn new(x: i32, y: i32, width: u32, height: u32) -> Self {
        Self { x, y, width, height }
    }
    /// The window of `size` at the origin.
    pub const fn of(size: Size) -> Self {
        Self::new(0, 0, size.width, size.height)
    }
    pub const fn size(self) -> Size {
        Size::new(self.width, self.height)
    }
    /// Whether both have a pixel in common.
    pub fn overlaps(self, other: Rect) -> bool {
        let meets =
            |a: i32, n: u32, b: i32, m: u32| i64::from(a) < i64::from(b) + i64::from(m) && i64::from(b) < i64::from(a) + i64::from(n);
        meets(self.x, self.width, other.x, other.width) && meets(self.y, self.height, other.y, other.height)
    }
    /// Whether `inner` lies wholly within `self`.
    pub fn contains(self, inner: Rect) -> bool {
        let end = |p: i32, n: u32| i64::from(p) + i64::from(n);
        inner.x >= self.x
            && inner.y >= self.y
            && end(inner.x, inner.width) <= end(self.x, self.width)
            && end(inner.y, inner.height) <= end(self.y, self.height)
    }
    pub fn to_f64(self) -> RectF {
        RectF::new(self.x.into(), self.y.into(), self.width.into(), self.height.into())
    }
}

impl fmt::Display for Rect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}{:+}{:+}", self.width, self.height, self.x, self.y)
    }
}

/// `1920x1080 at 0,60`.
impl fmt::Display for RectF {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{} at {},{}", self.width, self.height, self.x, self.y)
    }
}

/// A rectangle at sub-pixel precision: framing decisions are floats by their standard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RectF {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl RectF {
    pub const fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { x, y, width, height }
    }
    pub fn right(self) -> f64 {
        self.x + self.width
    }
    pub fn bottom(self) -> f64 {
        self.y + self.height
    }
    /// Whether `inner` lies within `self`, allowing it to stick out by `tolerance` pixels.
    pub fn contains(self, inner: RectF, tolerance: f64) -> bool {
        inner.x >= self.x - tolerance
            && inner.y >= self.y - tolerance
            && inner.right() <= self.right() + tolerance
            && inner.bottom() <= self.bottom() + tolerance
    }
}
