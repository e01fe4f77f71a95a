//! CIE chromaticities (CIE 15:2018): xyY, u'v'Y and L*u*v*.

use super::PixelKernel;
use crate::color::{rgb::D65, scalar::Scalar};

/// Divisors nearer to 0 have no quotient: it is 0.
const LEAST: f64 = 1e-18;
/// Quotients by what is just not 0 are held within 2^64.
const MOST: f64 = 18_446_744_073_709_551_616.0;

/// 1 / x, and 0 for 0.
#[inline(always)]
fn reciprocal<S: Scalar>(x: S) -> S {
    let none = x.abs().lt(S::constant(LEAST));
    S::select(none, S::constant(0.0), S::constant(1.0) / S::select(none, S::constant(1.0), x))
}

#[inline(always)]
fn hold<S: Scalar>(x: S) -> S {
    x.max(S::constant(-MOST)).min(S::constant(MOST))
}

/// u' and v' of XYZ.
#[inline(always)]
fn uv<S: Scalar>([x, y, z]: [S; 3]) -> [S; 2] {
    let per = reciprocal(y.fma(S::constant(15.0), z.fma(S::constant(3.0), x)));
    [hold(x * per * S::constant(4.0)), hold(y * per * S::constant(9.0))]
}

/// XYZ of u', v' and Y.
#[inline(always)]
fn xyz_of_uv<S: Scalar>(u: S, v: S, y: S) -> [S; 3] {
    let scale = y * reciprocal(v) * S::constant(0.25);
    let z = u.fma(S::constant(-3.0), v.fma(S::constant(-20.0), S::constant(12.0)));
    [hold(u * scale * S::constant(9.0)), y, hold(z * scale)]
}

pub(super) struct ToXyy;

impl PixelKernel for ToXyy {
    #[inline(always)]
    fn eval<S: Scalar>(&self, [x, y, z]: [S; 3]) -> [S; 3] {
        let per = reciprocal(x + y + z);
        [hold(x * per), hold(y * per), y]
    }
}

pub(super) struct FromXyy;

impl PixelKernel for FromXyy {
    #[inline(always)]
    fn eval<S: Scalar>(&self, [x, y, luminance]: [S; 3]) -> [S; 3] {
        let scale = luminance * reciprocal(y);
        [hold(x * scale), luminance, hold((S::constant(1.0) - x - y) * scale)]
    }
}

pub(super) struct ToUvy;

impl PixelKernel for ToUvy {
    #[inline(always)]
    fn eval<S: Scalar>(&self, px: [S; 3]) -> [S; 3] {
        let [u, v] = uv(px);
        [u, v, px[1]]
    }
}

pub(super) struct FromUvy;

impl PixelKernel for FromUvy {
    #[inline(always)]
    fn eval<S: Scalar>(&self, [u, v, y]: [S; 3]) -> [S; 3] {
        xyz_of_uv(u, v, y)
    }
}

/// Lightness is a cube root above this luminance and a straight line below.
const KNEE: f64 = 216.0 / 24389.0;
const SLOPE: f64 = 24389.0 / 2700.0;
/// u' and v' of D65.
const WHITE: [f64; 2] = {
    let [x, y] = D65;
    let sum = -2.0 * x + 12.0 * y + 3.0;
    [4.0 * x / sum, 9.0 * y / sum]
};

pub(super) struct ToLuv;

impl PixelKernel for ToLuv {
    #[inline(always)]
    fn eval<S: Scalar>(&self, px: [S; 3]) -> [S; 3] {
        let [u, v] = uv(px);
        let root = px[1].powf(1.0 / 3.0).affine(1.16, -0.16);
        let lightness = S::select(px[1].at_most(KNEE), px[1] * S::constant(SLOPE), root);
        let scale = lightness * S::constant(13.0);
        [lightness, hold((u - S::constant(WHITE[0])) * scale), hold((v - S::constant(WHITE[1])) * scale)]
    }
}

pub(super) struct FromLuv;

impl PixelKernel for FromLuv {
    #[inline(always)]
    fn eval<S: Scalar>(&self, [lightness, u, v]: [S; 3]) -> [S; 3] {
        let per = reciprocal(lightness * S::constant(13.0));
        let (u, v) = (hold(u.fma(per, S::constant(WHITE[0]))), hold(v.fma(per, S::constant(WHITE[1]))));
        // Lightness of 2^30 is luminance of 2^90 already.
        let root = lightness.affine(1.0 / 1.16, 0.16 / 1.16).min(S::constant(1e6));
        let luminance = S::select(lightness.at_most(0.08), lightness * S::constant(1.0 / SLOPE), root * root * root);
        xyz_of_uv(u, v, luminance)
    }
}
