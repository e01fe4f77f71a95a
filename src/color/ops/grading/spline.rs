//! Curves through control points: quadratic B-splines with a continuous slope.

use crate::error::{Error, Result};

/// The points of a curve, in the order of x.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ControlPoints {
    /// x and y.
    pub points: Vec<[f64; 2]>,
    /// The slope at each point. Empty or all 0: estimated from the points.
    pub slopes: Vec<f64>,
}

impl ControlPoints {
    pub fn new(points: impl Into<Vec<[f64; 2]>>) -> Self {
        Self { points: points.into(), slopes: Vec::new() }
    }

    /// Points there are enough, in order, and with a slope each or none.
    pub(super) fn check(&self, field: &str, least: usize) -> Result<()> {
        let error = |message: &str| Err(Error::invalid(message).field(field));
        if self.points.len() < least {
            return error(&format!("fewer than {least} control points"));
        }
        if !self.slopes.is_empty() && self.slopes.len() != self.points.len() {
            return error("not as many slopes as control points");
        }
        if self.points.iter().flatten().chain(&self.slopes).any(|x| !x.is_finite()) {
            return error("not a number");
        }
        match self.points.windows(2).find(|w| w[1][0] < w[0][0]) {
            Some(w) => Err(Error::invalid("control points are not in order").field(field).value(w[1][0])),
            None => Ok(()),
        }
    }
}
