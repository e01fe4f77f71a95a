//! ASC Color Decision List, version 1.2: slope, offset, power, then saturation.

use super::PixelKernel;
use crate::color::scalar::{Scalar, shortcut};

/// What happens outside 0..1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CdlStyle {
    /// As the ASC writes it: clamped to 0..1 before the power and at the end.
    Asc,
    /// Nothing is clamped; power leaves negatives as they are. The AMF default for grades in ACEScct.
    NoClamp,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cdl {
    pub slope: [f64; 3],
    pub offset: [f64; 3],
    pub power: [f64; 3],
    pub saturation: f64,
    pub style: CdlStyle,
    /// Whether this undoes the grade.
    pub inverse: bool,
}

/// Luma weights of ITU-R BT.709, which the ASC prescribes whatever the space.
pub(super) const LUMA: [f64; 3] = [0.2126, 0.7152, 0.0722];

impl Cdl {
    pub const fn new(slope: [f64; 3], offset: [f64; 3], power: [f64; 3], saturation: f64, style: CdlStyle) -> Self {
        Self { slope, offset, power, saturation, style, inverse: false }
    }

    pub(super) fn is_identity(&self) -> bool {
        *self == Self { inverse: self.inverse, ..Self::new([1.0; 3], [0.0; 3], [1.0; 3], 1.0, CdlStyle::NoClamp) }
    }

    pub(super) fn inverse(&self) -> Option<Self> {
        let possible = self.saturation != 0.0 && self.slope.iter().chain(&self.power).all(|&x| x != 0.0);
        possible.then_some(Self { inverse: !self.inverse, ..*self })
    }

    #[inline(always)]
    fn clamp<S: Scalar>(&self, x: S) -> S {
        match self.style {
            CdlStyle::Asc => x.max(S::constant(0.0)).min(S::constant(1.0)),
            CdlStyle::NoClamp => x,
        }
    }

    /// Powers of exactly 1 pass, whatever the size of `x`.
    #[inline(always)]
    fn power<S: Scalar>(&self, x: S, exponent: f64) -> S {
        shortcut!(S; exponent == 1.0, x, {
            let y = x.powf_live(exponent);
            match self.style {
                CdlStyle::Asc => y,
                CdlStyle::NoClamp => S::select(x.lt(S::constant(0.0)), x, y),
            }
        })
    }

    #[inline(always)]
    fn forward<S: Scalar>(&self, x: S, i: usize) -> S {
        self.power(self.clamp(x.affine_live(self.slope[i], self.offset[i])), self.power[i])
    }

    #[inline(always)]
    fn backward<S: Scalar>(&self, x: S, i: usize) -> S {
        let y = self.power(self.clamp(x), 1.0 / self.power[i]);
        self.clamp(y.affine_live(1.0 / self.slope[i], -self.offset[i] / self.slope[i]))
    }

    /// Distance from luma times `by`: luma itself stays, so dividing undoes it. By 1, all stays.
    #[inline(always)]
    fn saturate<S: Scalar>(px: [S; 3], by: f64) -> [S; 3] {
        let luma = px[0].fma(S::constant(LUMA[0]), px[1].fma(S::constant(LUMA[1]), px[2] * S::constant(LUMA[2])));
        let factor = S::parameter(by);
        macro_rules! channel {
            ($i:literal) => {
                shortcut!(S; by == 1.0, px[$i], (px[$i] - luma).fma(factor, luma))
            };
        }
        [channel!(0), channel!(1), channel!(2)]
    }
}

impl PixelKernel for Cdl {
    #[inline(always)]
    fn eval<S: Scalar>(&self, px: [S; 3]) -> [S; 3] {
        if self.inverse {
            let px = [self.clamp(px[0]), self.clamp(px[1]), self.clamp(px[2])];
            let px = Self::saturate(px, 1.0 / self.saturation);
            [self.backward(px[0], 0), self.backward(px[1], 1), self.backward(px[2], 2)]
        } else {
            let px = [self.forward(px[0], 0), self.forward(px[1], 1), self.forward(px[2], 2)];
            let px = Self::saturate(px, self.saturation);
            [self.clamp(px[0]), self.clamp(px[1]), self.clamp(px[2])]
        }
    }
}
