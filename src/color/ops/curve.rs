//! Functions of one number: camera logs, display curves, powers.

mod broadcast;
mod log;
mod power;
mod special;

pub use broadcast::{Hlg, Pq};
pub use log::{Linear, Log};
pub use power::{MonCurve, Negatives, Power};
pub use special::{AcesCc, AppleLog, Shoulder, TwoSided};

use super::ChannelKernel;
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
}

/// Curve kinds with two written directions: their name, once.
macro_rules! each_kind {
    ($self:expr, $k:ident => $e:expr) => {
        match $self {
            CurveKind::Log($k) => $e,
            CurveKind::TwoSided($k) => $e,
            CurveKind::AcesCc($k) => $e,
            CurveKind::AppleLog($k) => $e,
            CurveKind::Shoulder($k) => $e,
            CurveKind::Power($k) => $e,
            CurveKind::MonCurve($k) => $e,
            CurveKind::Pq($k) => $e,
            CurveKind::Hlg($k) => $e,
        }
    };
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
from_kind!(Log, TwoSided, AcesCc, AppleLog, Shoulder, Power, MonCurve, Pq, Hlg);

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

impl ChannelKernel for Curve {
    #[inline(always)]
    fn eval<S: Scalar>(&self, x: S) -> S {
        match self.direction {
            Direction::Decode => each_kind!(&self.kind, k => k.decode(x)),
            Direction::Encode => each_kind!(&self.kind, k => k.encode(x)),
        }
    }
}
