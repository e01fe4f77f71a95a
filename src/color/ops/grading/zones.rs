//! The curves of a tone grade, each from its control.

use super::{
    GradingStyle,
    spline::{Node, Spline},
    tone::{ToneControls, Zone},
};
use crate::color::scalar::Scalar;

/// One curve of a tone grade. All of them rise, so that each has an inverse.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stage {
    curve: Spline,
    /// What continues the curve above a bound of its argument.
    beyond: Option<(f64, Spline)>,
}

/// The least slope of a zone's far end.
const LEAST_SLOPE: f64 = 0.01;
/// Arguments above 2^40 give the same as that, so that squares are finite. Grades are clamped far below.
const LARGEST: f64 = 1_099_511_627_776.0;

impl Stage {
    fn new(curve: Spline) -> Self {
        Self { curve, beyond: None }
    }

    #[inline(always)]
    pub fn eval<S: Scalar>(&self, x: S) -> S {
        match &self.beyond {
            None => self.curve.eval(x),
            Some((bound, beyond)) => {
                let x = x.min(S::constant(LARGEST));
                S::select(x.lt(S::constant(*bound)), self.curve.eval(x), beyond.eval(x))
            }
        }
    }
}

/// Midtones: steeper below the centre and flatter above, or the reverse, with 0 and `top` left where they are.
pub(super) fn midtones(value: f64, zone: &Zone, [bottom, top]: [f64; 2], inverse: bool) -> Option<Stage> {
    /// How much of the change is left half a width from the centre.
    const HALO: f64 = 0.4;
    /// Of a control at its end.
    const LEAST_MID_SLOPE: f64 = 0.1;
    let change = (value.clamp(0.01, 1.99) - 1.0) * (1.0 - LEAST_MID_SLOPE);
    if change == 0.0 {
        return None;
    }
    let width = zone.width.clamp(0.01, (top - bottom) * 0.95);
    let centre = zone.start.clamp(bottom + 0.51 * width, top - 0.51 * width);
    let x = [bottom, centre - 0.5 * width, centre - 0.25 * width, centre + 0.25 * width, centre + 0.5 * width, top];
    let mut slope = [1.0, 1.0 + change * HALO, 1.0 + change, 1.0 - change, 1.0 - change * HALO, 1.0];
    // The slope at the outer corner on the roomier side makes up for what the rest leaves over, so that the top stays. Between
    // the inner corners the mean slope is 1.
    let corner = if centre <= 0.5 * (bottom + top) { 4 } else { 1 };
    let others: f64 = (0..5)
        .map(|i| {
            let sum: f64 = [i, i + 1].iter().filter(|&&k| k != corner).map(|&k| slope[k]).sum();
            sum * (x[i + 1] - x[i])
        })
        .sum();
    slope[corner] = (2.0 * (top - bottom) - others) / (x[corner + 1] - x[corner - 1]);
    let mut nodes = vec![Node::new(bottom, bottom, slope[0])];
    for i in 1..6 {
        let y = nodes[i - 1].y + 0.5 * (slope[i - 1] + slope[i]) * (x[i] - x[i - 1]);
        nodes.push(Node::new(x[i], y, slope[i]));
    }
    Some(Stage::new(Spline::new(&nodes, inverse)))
}

/// Shadows or highlights: two quadratics from the identity to another slope at the pivot.
fn bent(value: f64, from: f64, to: f64, inverse: bool, node_slopes: impl Fn(f64) -> [f64; 2]) -> Option<Spline> {
    // Above 1 the curve is the inverse of that below: the control is symmetric.
    let (depth, inverse) = if value < 1.0 { (value, inverse) } else { (2.0 - value, !inverse) };
    if value == 1.0 {
        return None;
    }
    let [m0, m2] = node_slopes(depth.max(LEAST_SLOPE));
    let half = 0.5 * (to - from);
    let middle = Node::new(from + half, 0.5 * (from + to) + 0.25 * half * (m0 - m2), 1.0);
    let slope = 2.0 * (middle.y - from) / half - m0;
    Some(Spline::new(&[Node::new(from, from, m0), Node { slope, ..middle }, Node::new(to, to, m2)], inverse))
}

fn highlights_curve(value: f64, zone: &Zone, inverse: bool) -> Option<Spline> {
    bent(2.0 - value, zone.start.min(zone.width - 0.01), zone.width, inverse, |slope| [1.0, slope])
}

fn shadows_curve(value: f64, zone: &Zone, inverse: bool) -> Option<Spline> {
    bent(value, zone.width, zone.start.max(zone.width + 0.01), inverse, |slope| [slope, 1.0])
}

pub(super) fn highlights(value: f64, zone: &Zone, inverse: bool) -> Option<Stage> {
    highlights_curve(value, zone, inverse).map(Stage::new)
}

pub(super) fn shadows(value: f64, zone: &Zone, inverse: bool) -> Option<Stage> {
    shadows_curve(value, zone, inverse).map(Stage::new)
}

/// Where whites begin and end after the highlights' master has moved them.
pub(super) fn whites_range(c: &ToneControls) -> [f64; 2] {
    let moved = |x: f64| highlights_curve(c.highlights.master, &c.highlights, false).map_or(x, |curve| curve.eval(x));
    [moved(c.whites.start), moved(c.whites.start + c.whites.width)]
}

/// Where blacks end and begin after the shadows' master has moved them.
pub(super) fn blacks_range(c: &ToneControls) -> [f64; 2] {
    let moved = |x: f64| shadows_curve(c.shadows.master, &c.shadows, false).map_or(x, |curve| curve.eval(x));
    [moved(c.blacks.start - c.blacks.width), moved(c.blacks.start)]
}

/// Whites: the slope changes from 1 at the start to `value` at the end and stays.
///
/// Above 1 it is an inverse, scaled about the start so that it ends where the zone does, and beyond that a parabola, which holds the
/// highest values better.
pub(super) fn whites(value: f64, [from, to]: [f64; 2], inverse: bool) -> Option<Stage> {
    if value == 1.0 {
        return None;
    }
    let width = to - from;
    if value < 1.0 {
        let slope = value.max(LEAST_SLOPE);
        let nodes = [Node::new(from, from, 1.0), Node::new(to, from + 0.5 * (1.0 + slope) * width, slope)];
        return Some(Stage::new(Spline::new(&nodes, inverse)));
    }
    let slope = (2.0 - value).max(LEAST_SLOPE);
    let end = from + width / (0.5 * (1.0 + slope));
    let nodes = [Node::new(from, from, 1.0), Node::new(end, to, slope)];
    // It goes on as the slope of the curve changed over the last hundredth of the zone.
    let before = 1.0 / (1.0 + 0.99 * (slope - 1.0));
    let square = 0.5 * (1.0 / slope - before) / (0.01 * width);
    let beyond = Spline::quadratic(Node::new(to, end, 1.0 / slope), square, inverse);
    let bound = if inverse { end } else { to };
    Some(Stage { curve: Spline::new(&nodes, !inverse), beyond: Some((bound, beyond)) })
}

/// Blacks: the slope changes from 1 at the upper end to `2 - value` at the lower and stays. Below 1 it is an inverse, scaled about
/// the upper end so that it ends where the zone does.
pub(super) fn blacks(value: f64, [from, to]: [f64; 2], inverse: bool) -> Option<Stage> {
    if value == 1.0 {
        return None;
    }
    let width = to - from;
    if value > 1.0 {
        let slope = (2.0 - value).max(LEAST_SLOPE);
        let nodes = [Node::new(from, to - 0.5 * (1.0 + slope) * width, slope), Node::new(to, to, 1.0)];
        return Some(Stage::new(Spline::new(&nodes, inverse)));
    }
    let slope = value.max(LEAST_SLOPE);
    let nodes = [Node::new(to - width / (0.5 * (1.0 + slope)), from, slope), Node::new(to, to, 1.0)];
    Some(Stage::new(Spline::new(&nodes, !inverse)))
}

/// An S: `contrast` about a pivot, easing towards both ends of the range, which stay.
pub(super) fn s_contrast(control: f64, style: GradingStyle, inverse: bool) -> Option<Stage> {
    let (bottom, pivot, top) = match style {
        GradingStyle::Linear => (-5.5, 0.0, 6.5),
        GradingStyle::Log | GradingStyle::Video => (0.0, 0.4, 1.0),
    };
    if control == 1.0 {
        return None;
    }
    // So limited, nothing is reversed.
    let contrast = if control > 1.0 { 1.0 / (1.8125 - 0.8125 * control.min(1.99)) } else { 0.28125 + 0.71875 * control.max(0.01) };
    // With the distance from the pivot to the end as the unit: straight up to `y0`, then a parabola onto a line through the end.
    let y0 = 0.25;
    let x0 = y0 / contrast;
    let least = 0.3 * (1.0 - x0);
    // Where the straight part meets a line of slope 1 / contrast through the end: half way along the parabola.
    let mut slope = 1.0 / contrast;
    let mut x1 = 2.0 / (contrast + 1.0) - x0;
    if x1 - x0 < least {
        x1 = x0 + least;
        let middle = 0.5 * (x0 + x1);
        slope = (1.0 - contrast * middle) / (1.0 - middle);
    }
    let y1 = y0 + 0.5 * (contrast + slope) * (x1 - x0);
    let node = |end: f64, x: f64, y: f64, slope: f64| Node::new(pivot + (end - pivot) * x, pivot + (end - pivot) * y, slope);
    let nodes = [node(bottom, x1, y1, slope), node(bottom, x0, y0, contrast), node(top, x0, y0, contrast), node(top, x1, y1, slope)];
    Some(Stage::new(Spline::new(&nodes, inverse)))
}
