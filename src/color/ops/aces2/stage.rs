//! Steps of the ACES 2 output transform by themselves, as OpenColorIO 2.4 has them (ACES_RGB_TO_JMH_20, ACES_TONESCALE_COMPRESS_20,
//! ACES_GAMUT_COMPRESS_20).

use super::{Aces2, Core, Seen, cone, cone_inverse, model, model::Model, times};
use crate::color::{
    ops::{PixelKernel, Visitor},
    rgb::{self, Chromaticities},
    scalar::Scalar,
};

/// A step between linear RGB and lightness J (100 for white), colourfulness M and hue in degrees, or its inverse.
#[derive(Clone, Debug, PartialEq)]
pub struct Aces2Step {
    kind: Kind,
    inverse: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    /// Of the model of an RGB space.
    Appearance(Box<(Chromaticities, Model)>),
    Tone(Aces2),
    Gamut(Aces2),
}

impl Aces2Step {
    /// Linear RGB with these primaries, 1.0 = 100 nit, to J, M and hue. `None` where they are degenerate.
    pub fn appearance(space: &Chromaticities) -> Option<Self> {
        let model = Model::new(space)?;
        Some(Self { kind: Kind::Appearance(Box::new((*space, model))), inverse: false })
    }
    /// Tone scale and chroma compression for a peak of 10 to 10000 nit.
    pub fn tone(peak: f64) -> Option<Self> {
        // The limiting gamut has no part in this step.
        Some(Self { kind: Kind::Tone(Aces2::new(peak, &rgb::REC2020)?), inverse: false })
    }
    /// Gamut compression for a peak of 10 to 10000 nit and limiting primaries.
    pub fn gamut(peak: f64, limiting: &Chromaticities) -> Option<Self> {
        Some(Self { kind: Kind::Gamut(Aces2::new(peak, limiting)?), inverse: false })
    }

    pub(in crate::color::ops) fn inverse(&self) -> Self {
        Self { inverse: !self.inverse, ..self.clone() }
    }

    pub(in crate::color::ops) fn visit(&self, to: &mut impl Visitor) {
        match (&self.kind, self.inverse) {
            (Kind::Appearance(space), false) => to.pixels(&ToAppearance(space.1.clone())),
            (Kind::Appearance(space), true) => to.pixels(&FromAppearance(space.1.clone())),
            (Kind::Tone(a), inverse) => to.pixels(&ToneStep { core: a.parameters.core.clone(), inverse }),
            (Kind::Gamut(a), inverse) => to.pixels(&GamutStep { core: a.parameters.core.clone(), inverse }),
        }
    }
}

struct ToAppearance(Model);

impl PixelKernel for ToAppearance {
    #[inline(always)]
    fn eval<S: Scalar>(&self, linear: [S; 3]) -> [S; 3] {
        let zero = S::constant(0.0);
        let lms = times(&self.0.to_cone, linear);
        let [a, x, y] = times(&self.0.to_aab, [cone(lms[0]), cone(lms[1]), cone(lms[2])]);
        // What has no lightness is black.
        let black = a.le(zero);
        let seen = [a.powf(model::CZ) * S::constant(100.0), (x * x + y * y).sqrt(), y.atan2_degrees(x)];
        [S::select(black, zero, seen[0]), S::select(black, zero, seen[1]), S::select(black, zero, seen[2])]
    }
}

struct FromAppearance(Model);

impl PixelKernel for FromAppearance {
    #[inline(always)]
    fn eval<S: Scalar>(&self, [j, m, hue]: [S; 3]) -> [S; 3] {
        let [cos, sin] = cos_sin_degrees(hue);
        let a = (j * S::constant(0.01)).powf(model::INVERSE_CZ);
        let cones = times(&self.0.from_aab, [a, m * cos, m * sin]);
        times(&self.0.from_cone, [cone_inverse(cones[0]), cone_inverse(cones[1]), cone_inverse(cones[2])])
    }
}

/// J, M and hue as the transform carries them, the hue within a turn.
#[inline(always)]
fn seen<S: Scalar>([j, m, hue]: [S; 3]) -> Seen<S> {
    let hue = hue - (hue * S::constant(1.0 / 360.0)).floor() * S::constant(360.0);
    let [cos, sin] = cos_sin_degrees(hue);
    Seen { a: (j * S::constant(0.01)).powf(model::INVERSE_CZ), m, hue, cos, sin }
}

struct ToneStep {
    core: Core,
    inverse: bool,
}

impl PixelKernel for ToneStep {
    #[inline(always)]
    fn eval<S: Scalar>(&self, px: [S; 3]) -> [S; 3] {
        let seen = seen(px);
        let at = self.core.hue(seen.hue);
        if self.inverse {
            let a = self.core.tonescale.backward(seen.a);
            let m = self.core.chroma.expand(seen, a, px[0], at.reach_m);
            [a.powf(model::CZ) * S::constant(100.0), m, px[2]]
        } else {
            let toned = self.core.tone_at(seen, &at);
            [toned.j, toned.m, px[2]]
        }
    }
}

struct GamutStep {
    core: Core,
    inverse: bool,
}

impl PixelKernel for GamutStep {
    #[inline(always)]
    fn eval<S: Scalar>(&self, px: [S; 3]) -> [S; 3] {
        let at = self.core.hue(seen(px).hue);
        let (j, m) = self.core.gamut.compress(px[0], px[1], &at, self.inverse);
        [j, m, px[2]]
    }
}

/// Taylor coefficients of cosine and sine in the square of the angle: to the last bit of f64 up to 45 degrees.
const COS: [f64; 9] = taylor(0);
const SIN: [f64; 9] = taylor(1);

/// (-1)^n / (2n + first)!
const fn taylor(first: usize) -> [f64; 9] {
    let mut c = [1.0; 9];
    let mut n = 1;
    while n < 9 {
        let k = (2 * n + first) as f64;
        c[n] = -c[n - 1] / (k * (k - 1.0));
        n += 1;
    }
    c
}

#[inline(always)]
fn cos_sin_degrees<S: Scalar>(degrees: S) -> [S; 2] {
    let quarter = (degrees * S::constant(1.0 / 90.0)).rint();
    let angle = quarter.fma(S::constant(-90.0), degrees) * S::constant(std::f64::consts::PI / 180.0);
    let square = angle * angle;
    let (mut cos, mut sin) = (S::constant(COS[8]), S::constant(SIN[8]));
    for n in (0..8).rev() {
        cos = cos.fma(square, S::constant(COS[n]));
        sin = sin.fma(square, S::constant(SIN[n]));
    }
    let sin = sin * angle;
    // Quarter turns swap the two and flip signs.
    let half = S::constant(0.5);
    let turn = quarter - (quarter * S::constant(0.25)).floor() * S::constant(4.0);
    let even = (turn - (turn * half).floor() * S::constant(2.0)).le(half);
    let (c, s) = (S::select(even, cos, sin), S::select(even, sin, cos));
    let left = half.lt(turn);
    let right = turn.lt(S::constant(2.5));
    let cos = S::select(left, S::select(right, -c, c), c);
    let sin = S::select(S::constant(1.5).lt(turn), -s, s);
    [cos, sin]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cosine_and_sine_are_those_of_the_library() {
        for i in -400..800 {
            let degrees = f64::from(i) * 0.93;
            let [cos, sin] = cos_sin_degrees(degrees);
            let want = degrees.to_radians().sin_cos();
            assert!((sin - want.0).abs() < 1e-14 && (cos - want.1).abs() < 1e-14, "{degrees}: {cos} {sin}");
        }
    }
}
