//! Other coordinates of a colour: hue and saturation, chromaticity and luminance.

mod cie;
mod hsv;
mod hsy;

pub(super) use hsy::{from_hsy, to_hsy};

use super::{PixelKernel, Visitor, grading::GradingStyle};
use crate::color::scalar::Scalar;

/// RGB or CIE XYZ to other coordinates, or back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coordinates {
    pub system: CoordinateSystem,
    /// Whether it leads back to RGB or XYZ.
    pub inverse: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoordinateSystem {
    /// RGB: hue 0..1 from red, saturation 0..2 (above 1 where some channels are negative), value.
    Hsv,
    /// RGB: hue 0..1 from magenta, a saturation that suits the style, luma of ITU-R BT.709.
    Hsy(GradingStyle),
    /// XYZ: CIE 1931 chromaticity x, y, and Y.
    Xyy,
    /// XYZ: CIE 1976 chromaticity u', v', and Y.
    Uvy,
    /// XYZ with Y = 1 for white: CIE 1976 L*, u*, v* over 100, with the white D65.
    Luv,
}

impl Coordinates {
    pub const fn to(system: CoordinateSystem) -> Self {
        Self { system, inverse: false }
    }
    pub(super) fn inverse(self) -> Self {
        Self { inverse: !self.inverse, ..self }
    }
    pub(super) fn visit(self, to: &mut impl Visitor) {
        match (self.system, self.inverse) {
            (CoordinateSystem::Hsv, false) => to.pixels(&hsv::ToHsv),
            (CoordinateSystem::Hsv, true) => to.pixels(&hsv::FromHsv),
            (CoordinateSystem::Hsy(style), false) => to.pixels(&hsy::ToHsy(style)),
            (CoordinateSystem::Hsy(style), true) => to.pixels(&hsy::FromHsy(style)),
            (CoordinateSystem::Xyy, false) => to.pixels(&cie::ToXyy),
            (CoordinateSystem::Xyy, true) => to.pixels(&cie::FromXyy),
            (CoordinateSystem::Uvy, false) => to.pixels(&cie::ToUvy),
            (CoordinateSystem::Uvy, true) => to.pixels(&cie::FromUvy),
            (CoordinateSystem::Luv, false) => to.pixels(&cie::ToLuv),
            (CoordinateSystem::Luv, true) => to.pixels(&cie::FromLuv),
        }
    }
}

/// Where on the hexagon of hues a colour is, in sixths from red over green: 0..6, or -1..5 for what is between magenta and red.
/// Grey is `grey`.
#[inline(always)]
fn hexagon<S: Scalar>([r, g, b]: [S; 3], high: S, low: S, grey: S) -> S {
    let range = high - low;
    // A range that f32 cannot divide by is none.
    let flat = range.le(S::constant(1e-36));
    let per_range = S::constant(1.0) / S::select(flat, S::constant(1.0), range);
    let from_red = (g - b) * per_range;
    let from_green = (b - r).fma(per_range, S::constant(2.0));
    let from_blue = (r - g).fma(per_range, S::constant(4.0));
    let sixths = S::select(high.le(r), from_red, S::select(high.le(g), from_green, from_blue));
    S::select(flat, grey, sixths)
}

/// The colour of full saturation, largest channel 1 and smallest 0, at a place on the hexagon, 0..6.
#[inline(always)]
fn pure<S: Scalar>(sixths: S) -> [S; 3] {
    let (zero, one, two) = (S::constant(0.0), S::constant(1.0), S::constant(2.0));
    let r = (sixths - S::constant(3.0)).abs() - one;
    let g = two - (sixths - two).abs();
    let b = two - (sixths - S::constant(4.0)).abs();
    [r.max(zero).min(one), g.max(zero).min(one), b.max(zero).min(one)]
}

/// `hue` from 0 to 1, however often it went round.
#[inline(always)]
pub(super) fn wrap<S: Scalar>(hue: S) -> S {
    hue - hue.floor()
}
