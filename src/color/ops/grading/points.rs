//! Control points of a curve, and the spline through them.

use super::spline::{Node, Spline};
use crate::error::{Error, Result};

/// The points of a curve, in the order of x.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ControlPoints {
    /// x and y.
    pub points: Vec<[f64; 2]>,
    /// The slope at each point. Empty or all 0: estimated from the points.
    pub slopes: Vec<f64>,
}

/// More points than anyone draws; each costs a comparison a pixel.
const MOST: usize = 256;

impl ControlPoints {
    pub fn new(points: impl Into<Vec<[f64; 2]>>) -> Self {
        Self { points: points.into(), slopes: Vec::new() }
    }

    /// Points there are enough, numbers, in the order of x and, where the curve has to `rise`, of y, and with a slope each or none.
    pub(super) fn check(&self, field: &str, rise: bool) -> Result<()> {
        let error = |message: &str| Err(Error::invalid(message).field(field));
        if self.points.len() < 2 {
            return error("fewer than two control points");
        }
        if self.points.len() > MOST {
            return Err(Error::unsupported(format!("more than {MOST} control points")).field(field).value(self.points.len()));
        }
        if !self.slopes.is_empty() && self.slopes.len() != self.points.len() {
            return error("not as many slopes as control points");
        }
        if self.points.iter().flatten().chain(&self.slopes).any(|x| x.abs() > 1e6 || x.is_nan()) {
            return error("a control point or slope is no number, or too large");
        }
        let falls = |axis: usize| self.points.windows(2).find(|w| w[1][axis] < w[0][axis]).map(|w| w[1][axis]);
        if let Some(x) = falls(0) {
            return Err(Error::invalid("control points are not in the order of x").field(field).value(x));
        }
        if let Some(y) = falls(1).filter(|_| rise) {
            return Err(Error::invalid("a curve falls that has to rise").field(field).value(y));
        }
        Ok(())
    }

    /// Two points may not share an x, nor come so near that a curve between them is none in f32.
    pub(super) fn check_apart(&self, field: &str) -> Result<()> {
        match self.points.windows(2).find(|w| w[1][0] - w[0][0] < 1e-6) {
            Some(w) => Err(Error::invalid("two control points at one x").field(field).value(w[1][0])),
            None => Ok(()),
        }
    }

    pub(super) fn has_slopes(&self) -> bool {
        self.slopes.iter().any(|&s| s != 0.0)
    }

    /// Whether every point has the y that `neutral` says.
    pub(super) fn is(&self, neutral: impl Fn(f64) -> f64) -> bool {
        !self.has_slopes() && self.points.iter().all(|&[x, y]| y == neutral(x))
    }

    /// A diagonal curve for tone: `None` where it changes nothing.
    pub(super) fn tone_curve(&self, inverse: bool) -> Option<Spline> {
        if self.is(|x| x) {
            return None;
        }
        let mut slopes = if self.has_slopes() { self.slopes.clone() } else { averaged_slopes(&self.points) };
        keep_rising(&self.points, &mut slopes);
        Some(Spline::new(&fit(&self.points, &slopes, STRAIGHT, tangent_knot), inverse))
    }
}

/// Two slopes whose mean is this close to that of the line need no knot between them.
const STRAIGHT: f64 = 1e-6;
/// The least slope that is estimated at an end.
const LEAST_END_SLOPE: f64 = 0.01;

/// An interval between two control points.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub from: [f64; 2],
    pub to: [f64; 2],
    /// The slopes at both.
    pub slopes: [f64; 2],
}

impl Span {
    pub fn width(&self) -> f64 {
        self.to[0] - self.from[0]
    }
    /// The slope of the line between the two.
    pub fn secant(&self) -> f64 {
        (self.to[1] - self.from[1]) / self.width()
    }
    /// The slope at a knot at `x`, where two quadratics meet that have the span's points and slopes.
    pub fn slope_at(&self, x: f64) -> f64 {
        let [s0, s1] = self.slopes;
        2.0 * self.secant() - s1 + (s1 - s0) * (x - self.from[0]) / self.width()
    }
}

pub(super) fn spans<'a>(points: &'a [[f64; 2]], slopes: &'a [f64]) -> impl Iterator<Item = Span> + 'a {
    points.windows(2).zip(slopes.windows(2)).map(|(p, s)| Span { from: p[0], to: p[1], slopes: [s[0], s[1]] })
}

/// Nodes of the quadratic spline that has these slopes at these points, with a knot more where one quadratic cannot
/// (Schumaker, "On shape preserving quadratic spline interpolation", 1983). `knot` places it.
pub(super) fn fit(points: &[[f64; 2]], slopes: &[f64], straight: f64, knot: impl Fn(&Span) -> f64) -> Vec<Node> {
    let mut nodes = Vec::with_capacity(2 * points.len());
    for span in spans(points, slopes) {
        let ([x, y], [s0, s1]) = (span.from, span.slopes);
        nodes.push(Node::new(x, y, s0));
        if (s0 + s1 - 2.0 * span.secant()).abs() >= straight {
            let at = knot(&span);
            let slope = span.slope_at(at);
            nodes.push(Node::new(at, y + 0.5 * (s0 + slope) * (at - x), slope));
        }
    }
    if let (Some(&[x, y]), Some(&slope)) = (points.last(), slopes.last()) {
        nodes.push(Node::new(x, y, slope));
    }
    nodes
}

/// Where the tangents say: in the middle if both slopes are steeper, or both flatter, than the line.
fn tangent_knot(span: &Span) -> f64 {
    let [a, b] = span.slopes.map(|s| s - span.secant());
    if a * b >= 0.0 {
        span.from[0] + 0.5 * span.width()
    } else if a.abs() > b.abs() {
        span.to[0] + a * span.width() / (b - a)
    } else {
        span.from[0] + b * span.width() / (b - a)
    }
}

pub(super) fn secants(points: &[[f64; 2]]) -> Vec<f64> {
    points.windows(2).map(|p| (p[1][1] - p[0][1]) / (p[1][0] - p[0][0])).collect()
}

/// Slopes as means of the two secants that meet, weighted by their lengths; secants in one line count as one.
pub(super) fn averaged_slopes(points: &[[f64; 2]]) -> Vec<f64> {
    let secants = secants(points);
    let mut lengths: Vec<f64> = points.windows(2).map(|p| (p[1][0] - p[0][0]).hypot(p[1][1] - p[0][1])).collect();
    let mut start = 0;
    for end in 1..=secants.len() {
        if end == secants.len() || (secants[end] - secants[end - 1]).abs() >= STRAIGHT {
            let whole = lengths[start..end].iter().sum();
            lengths[start..end].fill(whole);
            start = end;
        }
    }
    let inner: Vec<f64> =
        (1..secants.len()).map(|k| (lengths[k] * secants[k] + lengths[k - 1] * secants[k - 1]) / (lengths[k] + lengths[k - 1])).collect();
    with_ends(&secants, &inner, LEAST_END_SLOPE)
}

/// `inner` slopes between those of the ends, which make the outer spans parabolas; not below `least`.
pub(super) fn with_ends(secants: &[f64], inner: &[f64], least: f64) -> Vec<f64> {
    let (Some(&first), Some(&last)) = (inner.first(), inner.last()) else {
        return vec![secants[0]; 2];
    };
    let end = |secant: f64, next: f64| (0.5 * (3.0 * secant - next)).max(least);
    let mut slopes = vec![end(secants[0], first)];
    slopes.extend(inner);
    slopes.push(end(secants[secants.len() - 1], last));
    slopes
}

/// Flattens slopes between which the curve would fall.
fn keep_rising(points: &[[f64; 2]], slopes: &mut [f64]) {
    let placed: Vec<Span> = spans(points, slopes).collect();
    for (i, span) in placed.iter().enumerate() {
        let [s0, s1] = [slopes[i], slopes[i + 1]];
        let secant = span.secant();
        let straight = (span.slopes[0] + span.slopes[1] - 2.0 * secant).abs() < STRAIGHT;
        let knot = if straight { span.to[0] } else { tangent_knot(span) };
        let (before, after) = ((knot - span.from[0]) / span.width(), (span.to[0] - knot) / span.width());
        let blend = before * s0 + after * s1;
        if 2.0 * secant - blend < 0.0 {
            let aim = (0.005 * (s0 + s1)).min(secant);
            let factor = (2.0 * secant - aim) / blend;
            (slopes[i], slopes[i + 1]) = (s0 * factor, s1 * factor);
        }
    }
}
