//! Functions of one number: camera logs, display curves, powers.

mod log;
mod power;

pub use log::{Linear, Log};
pub use power::{MonCurve, Negatives, Power};

use super::ChannelKernel;
use crate::color::scalar::Scalar;

/// A function of one number. Each kind is a small type of its own, with its formula and source.
#[derive(Clone, Debug, PartialEq)]
pub enum Curve {
    Identity,
    /// Code value to linear, of a log curve with or without a linear part.
    LogToLinear(Log),
    LinearToLog(Log),
    /// `x^exponent`.
    Power(Power),
    /// Code value to linear, of a power curve with a linear part near black (sRGB).
    MonCurve(MonCurve),
    MonCurveInverse(MonCurve),
}

impl Curve {
    /// The curve that undoes this one; `None` where it is flat.
    pub fn inverse(&self) -> Option<Curve> {
        Some(match self {
            Curve::Identity => Curve::Identity,
            Curve::LogToLinear(c) => Curve::LinearToLog(c.clone()),
            Curve::LinearToLog(c) => Curve::LogToLinear(c.clone()),
            Curve::Power(c) => Curve::Power(c.inverse()?),
            Curve::MonCurve(c) => Curve::MonCurveInverse(c.clone()),
            Curve::MonCurveInverse(c) => Curve::MonCurve(c.clone()),
        })
    }
}

impl ChannelKernel for Curve {
    #[inline(always)]
    fn eval<S: Scalar>(&self, x: S) -> S {
        match self {
            Curve::Identity => x,
            Curve::LogToLinear(c) => c.decode(x),
            Curve::LinearToLog(c) => c.encode(x),
            Curve::Power(c) => c.eval(x),
            Curve::MonCurve(c) => c.decode(x),
            Curve::MonCurveInverse(c) => c.encode(x),
        }
    }
}
