//! The ops: plain data, and each one's arithmetic written once over [`Scalar`].

mod aces1;
mod aces2;
mod cdl;
mod compress;
mod coordinates;
pub mod curve;
#[cfg(test)]
mod examples;
mod exposure;
mod fixed;
pub mod grading;
mod highlights;
mod lut1;
mod lut3;
mod matrix;
mod ootf;
mod range;

pub use aces1::{Glow, RedModifier, Surround, Sweeteners, ToneScale, WhiteRolloff};
pub use aces2::{Aces2, Aces2Stages, Aces2Step};
pub use cdl::{Cdl, CdlStyle};
pub use compress::ReferenceGamutCompression;
pub use coordinates::{CoordinateSystem, Coordinates};
pub use curve::Curve;
#[cfg(test)]
pub(super) use examples::examples;
pub use exposure::Exposure;
pub use fixed::fixed_function;
pub use grading::{ExposureContrast, GradingHueCurve, GradingPrimary, GradingRgbCurve, GradingTone};
pub use highlights::ClippedHighlights;
pub use lut1::{HALF_DOMAIN, Lut1, Lut1Domain};
pub use lut3::{Interpolation, Lut3};
pub use matrix::Matrix;
pub use ootf::Ootf;
pub use range::Range;

pub(crate) use aces2::{Backward, Forward};

use super::{rgb::Mat3, scalar::Scalar};

/// One step of a colour transform. Parameters in f64.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// 3x3 and offset.
    Matrix(Matrix),
    /// A factor that a control moves.
    Exposure(Exposure),
    /// Sensor values clipped in some channels.
    ClippedHighlights(ClippedHighlights),
    /// Scale, offset and clamp, the same for the three channels.
    Range(Range),
    /// A function of one number, for each of red, green and blue.
    Curve(Box<[Curve; 3]>),
    /// ASC CDL: slope, offset, power, saturation.
    Cdl(Cdl),
    /// ACES 1.3 reference gamut compression, on linear AP1.
    GamutCompression(ReferenceGamutCompression),
    /// Scene light to display light of HLG.
    Ootf(Ootf),
    /// 1D tables, one for each of red, green and blue.
    Lut1(Lut1),
    /// A cube of colours.
    Lut3(Lut3),
    /// ACES 1 glow and red modifier, on ACES2065-1.
    Sweeteners(Sweeteners),
    /// ACES glow alone, on ACES2065-1.
    Glow(Glow),
    /// ACES red modifier alone, on ACES2065-1.
    RedModifier(RedModifier),
    /// ACES 1 tone scale, the same for the three channels.
    ToneScale(ToneScale),
    /// Compensation for the surround, on linear AP1.
    Surround(Surround),
    /// Highlights bent to make room for a white, the same for the three channels.
    WhiteRolloff(WhiteRolloff),
    /// Exposure and contrast about a pivot.
    ExposureContrast(ExposureContrast),
    /// Brightness, contrast, gamma, lift, gain, saturation.
    GradingPrimary(Box<GradingPrimary>),
    /// Blacks, shadows, midtones, highlights, whites.
    GradingTone(Box<GradingTone>),
    /// Curves drawn over red, green, blue and all.
    GradingRgbCurve(Box<GradingRgbCurve>),
    /// Curves drawn over hue, saturation and luma.
    GradingHueCurve(Box<GradingHueCurve>),
    /// Hue and saturation, or chromaticity.
    Coordinates(Coordinates),
    /// A step of the ACES 2 output transform.
    Aces2Step(Aces2Step),
    /// ACES 2 output transform, without the clamp and the display encoding.
    Aces2(Aces2),
}

/// What an op does to a pixel.
pub(crate) trait PixelKernel {
    fn eval<S: Scalar>(&self, px: [S; 3]) -> [S; 3];
}

/// What an op does to a channel.
pub(crate) trait ChannelKernel {
    fn eval<S: Scalar>(&self, x: S) -> S;
}

/// What is done with the kernels of an op: applied to one pixel, or to planes.
pub(crate) trait Visitor {
    /// `kernel` on channel `c` of three.
    fn channel<K: ChannelKernel>(&mut self, c: usize, kernel: &K);
    fn pixels<K: PixelKernel>(&mut self, kernel: &K);
}

impl Op {
    pub const fn matrix(m: Mat3) -> Self {
        Self::Matrix(Matrix { m, offset: [0.0; 3] })
    }
    /// Multiplies the three channels by `factor`.
    pub const fn scale(factor: f64) -> Self {
        Self::matrix(super::rgb::diagonal([factor; 3]))
    }
    /// Exposure in stops: multiplies by `2^stops`.
    pub fn exposure(stops: f64) -> Self {
        Self::Exposure(Exposure::stops(stops))
    }
    /// Holds the channels within `low..=high`.
    pub const fn clamp(low: f64, high: f64) -> Self {
        Self::Range(Range::clamp(Some(low), Some(high)))
    }
    /// The same curve on the three channels.
    pub fn curve(curve: Curve) -> Self {
        Self::curves([curve.clone(), curve.clone(), curve])
    }
    /// A curve for each of red, green and blue.
    pub fn curves(curves: [Curve; 3]) -> Self {
        Self::Curve(Box::new(curves))
    }

    /// The op that undoes this one, where there is one. Clamping is not undone: its inverse clamps to the same range.
    pub fn inverse(&self) -> Option<Op> {
        Some(match self {
            Op::Matrix(m) => Op::Matrix(m.inverse()?),
            Op::Exposure(e) => Op::Exposure(e.inverse()?),
            // What was clipped is gone.
            Op::ClippedHighlights(_) => return None,
            Op::Range(r) => Op::Range(r.inverse()?),
            Op::Curve(curves) => Op::curves([0, 1, 2].map(|c| curves[c].inverse())),
            Op::Cdl(c) => Op::Cdl(c.inverse()?),
            Op::GamutCompression(c) => Op::GamutCompression(c.inverse()),
            Op::Ootf(o) => Op::Ootf(o.inverse()?),
            Op::Lut1(l) => Op::Lut1(l.inverse()),
            Op::Lut3(l) => Op::Lut3(l.inverse()),
            Op::Sweeteners(s) => Op::Sweeteners(Sweeteners { inverse: !s.inverse }),
            Op::Glow(g) => Op::Glow(g.inverse()),
            Op::RedModifier(r) => Op::RedModifier(r.inverse()),
            Op::ToneScale(t) => Op::ToneScale(t.inverse()),
            Op::Surround(s) => Op::Surround(s.inverse()?),
            Op::WhiteRolloff(r) => Op::WhiteRolloff(r.inverse()),
            Op::ExposureContrast(e) => Op::ExposureContrast(e.inverse()),
            Op::GradingPrimary(g) => Op::GradingPrimary(Box::new(g.inverse())),
            Op::GradingTone(g) => Op::GradingTone(Box::new(g.inverse())),
            Op::GradingRgbCurve(g) => Op::GradingRgbCurve(Box::new(g.inverse())),
            Op::GradingHueCurve(g) => Op::GradingHueCurve(Box::new(g.inverse())),
            Op::Coordinates(c) => Op::Coordinates(c.inverse()),
            Op::Aces2Step(a) => Op::Aces2Step(a.inverse()),
            Op::Aces2(a) => Op::Aces2(a.inverse()),
        })
    }

    /// Whether the op leaves every finite pixel as it is.
    pub fn is_identity(&self) -> bool {
        match self {
            Op::Matrix(m) => *m == Matrix::IDENTITY,
            Op::Exposure(e) => e.factor == 1.0,
            Op::Range(r) => *r == Range::default(),
            Op::Cdl(c) => c.is_identity(),
            Op::ClippedHighlights(_) | Op::Curve(_) | Op::GamutCompression(_) | Op::Ootf(_) => false,
            Op::Lut1(_) | Op::Lut3(_) | Op::Aces2(_) => false,
            Op::Sweeteners(_) | Op::ToneScale(_) | Op::Surround(_) | Op::WhiteRolloff(_) => false,
            Op::ExposureContrast(e) => e.is_identity(),
            Op::GradingPrimary(g) => g.is_identity(),
            Op::GradingTone(g) => g.is_identity(),
            Op::GradingRgbCurve(g) => g.is_identity(),
            Op::GradingHueCurve(g) => g.is_identity(),
            Op::Aces2Step(_) | Op::Coordinates(_) | Op::Glow(_) | Op::RedModifier(_) => false,
        }
    }

    /// The name of an op whose arithmetic cannot be recorded as WGSL.
    pub(crate) fn without_wgsl(&self) -> Option<&'static str> {
        match self {
            Op::Lut3(l) if l.is_inverse() => Some("the inverse of a 3D lookup table"),
            _ => None,
        }
    }

    /// Shows `to` what the op does: the one place that knows which kernel belongs to which op.
    pub(crate) fn visit(&self, to: &mut impl Visitor) {
        match self {
            Op::Matrix(k) => to.pixels(k),
            Op::Exposure(k) => (0..3).for_each(|c| to.channel(c, k)),
            Op::ClippedHighlights(k) => to.pixels(k),
            Op::Range(k) => (0..3).for_each(|c| to.channel(c, k)),
            Op::Curve(curves) => (0..3).for_each(|c| curves[c].visit(c, to)),
            Op::Cdl(k) => to.pixels(k),
            Op::GamutCompression(k) => to.pixels(k),
            Op::Ootf(k) => to.pixels(k),
            Op::Lut1(k) => k.visit(to),
            Op::Lut3(k) => k.visit(to),
            Op::Sweeteners(k) => to.pixels(k),
            Op::ToneScale(k) => (0..3).for_each(|c| to.channel(c, k)),
            Op::Surround(k) => to.pixels(k),
            Op::WhiteRolloff(k) => (0..3).for_each(|c| to.channel(c, k)),
            Op::Aces2(k) if k.inverse => to.pixels(&Backward(k.parameters.core.clone())),
            Op::Aces2(k) => to.pixels(&Forward(k.parameters.core.clone())),
            Op::ExposureContrast(k) => (0..3).for_each(|c| to.channel(c, &k.kernel())),
            Op::GradingPrimary(k) => to.pixels(&k.kernel()),
            Op::GradingTone(k) => (0..3).for_each(|c| to.channel(c, k.channel(c))),
            Op::GradingRgbCurve(k) => (0..3).for_each(|c| to.channel(c, k.channel(c))),
            Op::Glow(k) => to.pixels(k),
            Op::RedModifier(k) => to.pixels(k),
            Op::GradingHueCurve(k) => to.pixels(k.kernel()),
            Op::Coordinates(k) => k.visit(to),
            Op::Aces2Step(k) => k.visit(to),
        }
    }

    pub(crate) fn eval<S: Scalar>(&self, px: [S; 3]) -> [S; 3] {
        struct Eval<S>([S; 3]);
        impl<S: Scalar> Visitor for Eval<S> {
            fn channel<K: ChannelKernel>(&mut self, c: usize, kernel: &K) {
                self.0[c] = kernel.eval(self.0[c]);
            }
            fn pixels<K: PixelKernel>(&mut self, kernel: &K) {
                self.0 = kernel.eval(self.0);
            }
        }
        let mut out = Eval(px);
        self.visit(&mut out);
        out.0
    }
}

/// The ops that undo `ops`, last first; `None` where one cannot be undone.
pub fn invert(ops: &[Op]) -> Option<Vec<Op>> {
    ops.iter().rev().map(Op::inverse).collect()
}

/// The largest magnitude that enters a list of ops, 2^64.
const INPUT_LIMIT: f64 = 18_446_744_073_709_551_616.0;

/// What happens to numbers that are none, before the first op, on every instance: NaN becomes 0, and infinities the
/// largest magnitude that the ops stay finite with, so that an output transform shows +Inf as its peak.
pub(crate) struct Finite;

impl ChannelKernel for Finite {
    #[inline(always)]
    fn eval<S: Scalar>(&self, x: S) -> S {
        let number = S::select(x.is_nan(), S::constant(0.0), x);
        number.max(S::constant(-INPUT_LIMIT)).min(S::constant(INPUT_LIMIT))
    }
}
