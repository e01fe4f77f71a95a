//! Where the decision of a draft may lie: aligned, moved and dragged within the rectangles around it.

use super::{Draft, edit::Side};
use crate::{
    image::{Rect, RectF},
    sidecar::fdl::{AlignHorizontal, AlignVertical, Canvas},
};

/// An axis of a rectangle: start and length.
type Span = [f64; 2];

fn span(r: RectF, axis: usize) -> Span {
    if axis == 0 { [r.x, r.width] } else { [r.y, r.height] }
}

fn set(r: &mut RectF, axis: usize, [start, length]: Span) {
    if axis == 0 { (r.x, r.width) = (start, length) } else { (r.y, r.height) = (start, length) }
}

/// The lower bound, `least`, wins where the two cross.
fn between(v: f64, least: f64, most: f64) -> f64 {
    v.min(most).max(least)
}

/// A framing decision and its protection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placed {
    pub decision: RectF,
    pub protection: Option<RectF>,
}

impl Placed {
    /// Aligned in `area` by shares of the room that is left on each axis, 0 to 1.
    pub fn aligned(mut self, area: RectF, shares: [Option<f64>; 2]) -> Self {
        for (axis, share) in shares.into_iter().enumerate() {
            let Some(share) = share else { continue };
            let within = |outer: RectF, inner: RectF| {
                let ([start, room], [_, length]) = (span(outer, axis), span(inner, axis));
                [start + (room - length) * share, length]
            };
            let mut around = area;
            if let Some(protection) = &mut self.protection {
                let to = within(area, *protection);
                set(protection, axis, to);
                around = *protection;
            }
            let to = within(around, self.decision);
            set(&mut self.decision, axis, to);
        }
        self
    }

    /// With the corner of the decision at `to`, within `area`; the protection is pushed along.
    pub fn placed(mut self, area: RectF, to: [f64; 2]) -> Self {
        for (axis, to) in to.into_iter().enumerate() {
            let ([from, room], [_, length]) = (span(area, axis), span(self.decision, axis));
            let at = between(to, from, from + room - length);
            set(&mut self.decision, axis, [at, length]);
            if let Some(protection) = &mut self.protection {
                let [start, room] = span(*protection, axis);
                if room >= length {
                    set(protection, axis, [between(start, at + length - room, at), room]);
                }
            }
        }
        self
    }

    /// With one edge of the decision at `to`, within the protection, else `area`. `centered`: the edge across goes as far the other way,
    /// else it stays.
    pub fn edged(mut self, area: RectF, side: Side, to: f64, centered: bool) -> Self {
        const LEAST: f64 = 1.0;
        let axis = side.axis();
        let [from, room] = span(self.protection.unwrap_or(area), axis);
        let [start, length] = span(self.decision, axis);
        let end = start + length;
        let new = match side {
            _ if centered => {
                let middle = start + length / 2.0;
                // What reaches beyond its room already does not have to shrink.
                let most = (middle - from).min(from + room - middle).max(length / 2.0);
                let half = between((to - middle).abs(), LEAST / 2.0, most);
                [middle - half, half * 2.0]
            }
            Side::Left | Side::Top => {
                let start = between(to, from.min(start), end - LEAST);
                [start, end - start]
            }
            Side::Right | Side::Bottom => [start, between(to, start + LEAST, (from + room).max(end)) - start],
        };
        set(&mut self.decision, axis, new);
        self
    }
}

/// The effective area, else the canvas.
pub(super) fn area(canvas: &Canvas) -> RectF {
    canvas.effective_rect().unwrap_or_else(|| Rect::of(canvas.size()).to_f64())
}

impl Draft {
    /// What the decision and its protection have to lie in: the effective area, else the canvas.
    pub fn area(&self) -> RectF {
        area(self.canvas())
    }

    pub(super) fn places(&self) -> Placed {
        let decision = self.decision();
        Placed { decision: decision.rect(), protection: decision.protection_rect() }
    }

    /// How the decision lies; none on an axis where it is at neither end nor in the middle.
    pub fn alignment(&self) -> (Option<AlignHorizontal>, Option<AlignVertical>) {
        let (now, area) = (self.places(), self.area());
        // The middle first: what fills its room is there, too.
        let share = |axis: usize| {
            [0.5, 0.0, 1.0].into_iter().find(|share| {
                let mut shares = [None; 2];
                shares[axis] = Some(*share);
                let there = now.aligned(area, shares);
                let near = |a: RectF, b: RectF| (span(a, axis)[0] - span(b, axis)[0]).abs() < 1e-6;
                near(there.decision, now.decision) && there.protection.zip(now.protection).is_none_or(|(a, b)| near(a, b))
            })
        };
        let horizontal = share(0).and_then(|share| AlignHorizontal::ALL.iter().copied().find(|a| across(*a) == share));
        let vertical = share(1).and_then(|share| AlignVertical::ALL.iter().copied().find(|a| down(*a) == share));
        (horizontal, vertical)
    }
}

/// The share of the room that is left before the rectangle.
pub(super) fn across(a: AlignHorizontal) -> f64 {
    match a {
        AlignHorizontal::Left => 0.0,
        AlignHorizontal::Center => 0.5,
        AlignHorizontal::Right => 1.0,
    }
}

pub(super) fn down(a: AlignVertical) -> f64 {
    match a {
        AlignVertical::Top => 0.0,
        AlignVertical::Center => 0.5,
        AlignVertical::Bottom => 1.0,
    }
}
