//! Scale, offset and clamp.

use super::ChannelKernel;
use crate::color::scalar::Scalar;

/// `x * scale + offset`, then held within the bounds that are set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    pub scale: f64,
    pub offset: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

impl Default for Range {
    fn default() -> Self {
        Self::clamp(None, None)
    }
}

impl Range {
    pub const fn clamp(low: Option<f64>, high: Option<f64>) -> Self {
        Self { scale: 1.0, offset: 0.0, low, high }
    }
    /// Takes `from` to `to`, clamped to `to` if asked. `None` where `from` is empty.
    pub fn map(from: (f64, f64), to: (f64, f64), clamped: bool) -> Option<Self> {
        let scale = (to.1 - to.0) / (from.1 - from.0);
        let bound = |x: f64| clamped.then_some(x);
        scale.is_finite().then(|| Self { scale, offset: to.0 - scale * from.0, low: bound(to.0), high: bound(to.1) })
    }

    /// Whether only the bounds do something.
    pub(crate) fn is_clamp(&self) -> bool {
        self.scale == 1.0 && self.offset == 0.0
    }

    /// Whether the bounds leave nothing between them.
    pub(crate) fn is_crossed(&self) -> bool {
        matches!((self.low, self.high), (Some(low), Some(high)) if low > high)
    }

    /// One range for `self` and then `next`; `None` where `next` falls, or bounds cross.
    pub(crate) fn then(&self, next: &Self) -> Option<Self> {
        if next.scale <= 0.0 || self.is_crossed() || next.is_crossed() {
            return None;
        }
        let moved = |x: f64| x * next.scale + next.offset;
        let held = |x: f64| x.max(next.low.unwrap_or(f64::NEG_INFINITY)).min(next.high.unwrap_or(f64::INFINITY));
        Some(Self {
            scale: self.scale * next.scale,
            offset: moved(self.offset),
            low: self.low.map(|x| held(moved(x))).or(next.low),
            high: self.high.map(|x| held(moved(x))).or(next.high),
        })
    }

    /// Bounds travel to the other side.
    pub(super) fn inverse(&self) -> Option<Self> {
        let scale = 1.0 / self.scale;
        if !scale.is_finite() || scale == 0.0 {
            return None;
        }
        let back = |x: f64| (x - self.offset) * scale;
        let (low, high) = (self.low.map(back), self.high.map(back));
        let (low, high) = if scale < 0.0 { (high, low) } else { (low, high) };
        Some(Self { scale, offset: -self.offset * scale, low, high })
    }
}

impl ChannelKernel for Range {
    #[inline(always)]
    fn eval<S: Scalar>(&self, x: S) -> S {
        let mut y = x.fma(S::constant(self.scale), S::constant(self.offset));
        if let Some(low) = self.low {
            y = y.max(S::constant(low));
        }
        if let Some(high) = self.high {
            y = y.min(S::constant(high));
        }
        y
    }
}
