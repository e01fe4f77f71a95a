//! The splines of hue curves.

use super::{
    points::{ControlPoints, Span, averaged_slopes, fit, secants, with_ends},
    spline::{Node, Spline},
};

/// What a curve is drawn over and what it says, which decide its slopes and its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A hue for each hue: rises by 1 in a turn.
    HueToHue,
    /// A gain or an offset for each hue: comes back in a turn.
    Periodic,
    /// A gain over saturation or luma.
    Horizontal,
    /// A saturation or luma for each.
    Diagonal,
}

/// Two slopes whose mean is this close to that of the line need no knot between them.
const STRAIGHT: f64 = 1e-5;
/// Points nearer than this part of the whole are moved apart.
const LEAST_DISTANCE: f64 = 2e-3;

/// The nodes of the curve through `curve`'s points.
pub(super) fn nodes(curve: &ControlPoints, shape: Shape) -> Vec<Node> {
    let points = prepare(curve, shape);
    let slopes = match shape {
        _ if curve.has_slopes() => given_slopes(curve, shape),
        Shape::Diagonal => preserve_shape(&points, averaged_slopes(&points)),
        Shape::Horizontal => preserve_shape(&points, harmonic_slopes(&points)),
        Shape::Periodic | Shape::HueToHue => {
            let mut slopes = preserve_shape(&points, harmonic_slopes(&points));
            let last = slopes.len() - 1;
            (slopes[0], slopes[last]) = (slopes[last - 1], slopes[1]);
            slopes
        }
    };
    fit(&points, &slopes, STRAIGHT, eased_knot)
}

/// The curve as a function.
pub(super) fn spline(curve: &ControlPoints, shape: Shape) -> Spline {
    Spline::new(&nodes(curve, shape), false)
}

fn periodic(shape: Shape) -> bool {
    matches!(shape, Shape::HueToHue | Shape::Periodic)
}

/// How much y is more after a turn.
fn turn(shape: Shape) -> f64 {
    if shape == Shape::HueToHue { 1.0 } else { 0.0 }
}

/// Indices of the points in the order of x, and the points, within one turn if the curve is periodic.
fn in_order(curve: &ControlPoints, shape: Shape) -> Vec<(usize, [f64; 2])> {
    let wrapped = |[x, y]: [f64; 2]| match periodic(shape) {
        true if x < 0.0 => [x + 1.0, y + turn(shape)],
        true if x >= 1.0 => [x - 1.0, y - turn(shape)],
        _ => [x, y],
    };
    let mut points: Vec<_> = curve.points.iter().copied().map(wrapped).enumerate().collect();
    points.sort_by(|a, b| a.1[0].total_cmp(&b.1[0]));
    points
}

/// The points in order and apart; of a periodic curve with the last before the first, and the first after the last.
fn prepare(curve: &ControlPoints, shape: Shape) -> Vec<[f64; 2]> {
    let mut points: Vec<[f64; 2]> = in_order(curve, shape).into_iter().map(|(_, point)| point).collect();
    let last = points.len() - 1;
    let axes = if matches!(shape, Shape::Diagonal | Shape::HueToHue) { 0..2 } else { 0..1 };
    for axis in axes {
        let whole = points[last][axis] - points[0][axis];
        // Points that all lie on one have no whole to be a part of.
        let least = if whole > 0.0 {
            whole * LEAST_DISTANCE
        } else if axis == 0 {
            LEAST_DISTANCE
        } else {
            0.0
        };
        for i in 1..points.len() {
            points[i][axis] = points[i][axis].max(points[i - 1][axis] + least);
        }
    }
    if periodic(shape) {
        let (first, last) = (points[0], points[last]);
        points.insert(0, [last[0] - 1.0, last[1] - turn(shape)]);
        let after = [first[0] + 1.0, first[1] + turn(shape)];
        // A first point that is also the last has its turn later.
        points.push([after[0].max(last[0] + LEAST_DISTANCE), after[1]]);
    }
    points
}

/// The slopes that came with the points; those of the ends of a turn with their points.
fn given_slopes(curve: &ControlPoints, shape: Shape) -> Vec<f64> {
    let mut slopes: Vec<f64> = in_order(curve, shape).into_iter().map(|(i, _)| curve.slopes[i]).collect();
    if periodic(shape) {
        let (first, last) = (slopes[0], slopes[slopes.len() - 1]);
        slopes.insert(0, last);
        slopes.push(first);
    }
    slopes
}

/// Harmonic means of the secants that meet, 0 where they turn.
fn harmonic_slopes(points: &[[f64; 2]]) -> Vec<f64> {
    let secants = secants(points);
    let mean = |pair: &[f64]| {
        let product = pair[0] * pair[1];
        let sum = pair[0] + pair[1];
        if product <= 0.0 { 0.0 } else { 2.0 * product / sum.abs().max(1e-3).copysign(sum) }
    };
    let inner: Vec<f64> = secants.windows(2).map(mean).collect();
    with_ends(&secants, &inner, f64::NEG_INFINITY)
}

/// Which part of an interval lies before its knot, where that is not in the middle.
const SIDE: f64 = 0.2;

/// Flattens slopes that would make the curve overshoot between its points.
fn preserve_shape(points: &[[f64; 2]], mut slopes: Vec<f64>) -> Vec<f64> {
    if points.len() == 2 {
        return slopes;
    }
    for (i, secant) in secants(points).into_iter().enumerate() {
        let [s0, s1] = [slopes[i], slopes[i + 1]];
        let side = if s0.abs() > s1.abs() { 1.0 - SIDE } else { SIDE };
        let near_least = s0 + side * (s1 - s0);
        let scale = if near_least == 0.0 { 1.0 } else { 1.5 * secant / near_least };
        if scale < 1.0 {
            (slopes[i], slopes[i + 1]) = (scale * s0, scale * s1);
        }
    }
    slopes
}

/// Towards the flatter end if the line is steep for the slopes, towards the steeper if it is flat, the middle if they hardly differ.
fn eased_knot(span: &Span) -> f64 {
    let sign = if span.secant() < 0.0 { -1.0 } else { 1.0 };
    let secant = span.secant() * sign;
    let [m0, m1] = span.slopes.map(|s| s * sign);
    let (least, most) = (m0.min(m1), m0.max(m1));
    let middle = span.from[0] + 0.5 * span.width();
    let (left, right) = (span.from[0] + SIDE * span.width(), span.to[0] - SIDE * span.width());
    let difference = ((most - least) / most.max(0.01) - 0.05) / (0.75 - 0.05);
    let away = |x: f64| middle + difference.clamp(0.0, 1.0) * (x - middle);
    let (steep, flat) = if m0 > m1 { (away(right), away(left)) } else { (away(left), away(right)) };
    let between = |from: f64, to: f64, low: f64, high: f64| from + (secant - low) / (high - low) * (to - from);
    // A secant within these shares of the slopes' difference slides the knot from one side to the other.
    let [low, high] = [0.5 * SIDE, 1.0 - 0.5 * SIDE].map(|share| least + share * (most - least));
    if secant >= 4.0 * most {
        middle
    } else if secant > 1.1 * most {
        between(steep, middle, 1.1 * most, 4.0 * most)
    } else if secant >= high {
        steep
    } else if secant > low && high != low {
        between(flat, steep, low, high)
    } else {
        flat
    }
}
