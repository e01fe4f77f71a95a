//! Functions of one number: camera logs, display curves, powers.

mod broadcast;
mod log;
mod power;
mod segments;
mod special;

pub use broadcast::{Hlg, Pq};
pub use log::{Linear, Log};
pub use power::{MonCurve, Negatives, Power};
pub use segments::{DoubleLog, GammaLog};
pub use special::{AcesCc, AppleLog, Shoulder, TwoSided};

use super::{ChannelKernel, Visitor};
use crate::color::scalar::Scalar;

/// A function of one number: a kind, which has its formula and source, and a direction.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    pub kind: CurveKind,
    pub direction: Direction,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Code value or signal to light.
    Decode,
    /// Light to code value or signal.
    Encode,
}

#[derive(Clone, Debug, PartialEq)]
pub enum CurveKind {
    Log(Log),
    TwoSided(TwoSided),
    AcesCc(AcesCc),
    AppleLog(AppleLog),
    Shoulder(Shoulder),
    Power(Power),
    MonCurve(MonCurve),
    Pq(Pq),
    Hlg(Hlg),
    GammaLog(GammaLog),
    DoubleLog(DoubleLog),
}

/// What every kind says: both directions.
pub(crate) trait Shape {
    fn decode<S: Scalar>(&self, code: S) -> S;
    fn encode<S: Scalar>(&self, light: S) -> S;
}

// They own the kind: behind a reference within the kernel its numbers would be read and converted again for every few pixels,
// since a store to the picture might change them for all the compiler knows.
struct Decode<C>(C);
struct Encode<C>(C);

impl<C: Shape> ChannelKernel for Decode<C> {
    #[inline(always)]
    fn eval<S: Scalar>(&self, x: S) -> S {
        self.0.decode(x)
    }
}

impl<C: Shape> ChannelKernel for Encode<C> {
    #[inline(always)]
    fn eval<S: Scalar>(&self, x: S) -> S {
        self.0.encode(x)
    }
}

macro_rules! from_kind {
    ($($kind:ident),*) => { $(
        impl From<$kind> for CurveKind {
            fn from(kind: $kind) -> Self {
                Self::$kind(kind)
            }
        }
    )* };
}
from_kind!(Log, TwoSided, AcesCc, AppleLog, Shoulder, Power, MonCurve, Pq, Hlg, GammaLog, DoubleLog);

impl Curve {
    pub fn decode(kind: impl Into<CurveKind>) -> Self {
        Self { kind: kind.into(), direction: Direction::Decode }
    }
    pub fn encode(kind: impl Into<CurveKind>) -> Self {
        Self { kind: kind.into(), direction: Direction::Encode }
    }

    /// The same curve the other way.
    pub fn inverse(&self) -> Self {
        let direction = match self.direction {
            Direction::Decode => Direction::Encode,
            Direction::Encode => Direction::Decode,
        };
        Self { kind: self.kind.clone(), direction }
    }
}

impl Curve {
    /// Shows `to` what the curve does to channel `c`.
    pub(crate) fn visit(&self, c: usize, to: &mut impl Visitor) {
        macro_rules! each_kind {
            ($($kind:ident),*) => {
                match (&self.kind, self.direction) { $(
                    (CurveKind::$kind(k), Direction::Decode) => to.channel(c, &Decode(k.clone())),
                    (CurveKind::$kind(k), Direction::Encode) => to.channel(c, &Encode(k.clone())),
                )* }
            };
        }
        each_kind!(Log, TwoSided, AcesCc, AppleLog, Shoulder, Power, MonCurve, Pq, Hlg, GammaLog, DoubleLog)
    }
}
