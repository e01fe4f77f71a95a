//! The colour appearance model: Hellwig and Fairchild's CAM16 (2022), with the ACES 2 constants.

use crate::color::{
    rgb::{self, Chromaticities, Mat3},
    scalar::Scalar,
};

/// Reference luminance, nit: RGB 1.0.
pub const REFERENCE: f64 = 100.0;
/// Adapting luminance L_A, nit.
const ADAPTING: f64 = 100.0;
/// Surround "dim": c and N_c.
const SURROUND_C: f64 = 0.59;
const SURROUND_NC: f64 = 0.9;
/// Half-saturation constant of the cone response (ACES 2, CAM16).
const CONE_OFFSET: f64 = 27.13;
const CONE_POWER: f64 = 0.42;
/// Largest cone response that is inverted: above, the linear value runs away.
const CONE_LIMIT: f64 = 0.99;
/// sqrt(Y_b / reference) with background Y_b = 20.
const BACKGROUND_ROOT: f64 = 0.447_213_595_499_957_9;
/// Exponent of lightness, J = 100 A^cz.
pub const CZ: f64 = SURROUND_C * (1.48 + BACKGROUND_ROOT);
pub const INVERSE_CZ: f64 = 1.0 / CZ;

/// CAM16 cone primaries as chromaticities, under equal energy (ACES 2 CTL).
const CAM16: Chromaticities = Chromaticities::new([0.8336, 0.1735], [2.3854, -1.4659], [0.087, -0.125], [0.333, 0.333]);

/// Cone responses to achromatic response and opponent a, b, before scaling.
const CONE_TO_AAB: Mat3 = [[2.0, 1.0, 1.0 / 20.0], [1.0, -12.0 / 11.0, 1.0 / 11.0], [1.0 / 9.0, 1.0 / 9.0, -2.0 / 9.0]];
/// Scale of the cone responses, and of the chromatic axes (43 N_c).
const CONE_SCALE: f64 = 400.0;
const CHROMA_SCALE: f64 = 43.0 * SURROUND_NC;

/// `m * v`.
#[inline(always)]
pub fn times<S: Scalar>(m: &Mat3, v: [S; 3]) -> [S; 3] {
    [row(&m[0], v), row(&m[1], v), row(&m[2], v)]
}

#[inline(always)]
fn row<S: Scalar>(m: &[f64; 3], v: [S; 3]) -> S {
    v[0].fma(S::constant(m[0]), v[1].fma(S::constant(m[1]), v[2] * S::constant(m[2])))
}

/// Compressed response of a cone, odd about 0, below 1.
#[inline(always)]
pub fn cone<S: Scalar>(x: S) -> S {
    let f = x.abs().powf(CONE_POWER);
    (f / (f + S::constant(CONE_OFFSET))).copysign(x)
}

#[inline(always)]
pub fn cone_inverse<S: Scalar>(x: S) -> S {
    let a = x.abs().min(S::constant(CONE_LIMIT));
    let f = a * S::constant(CONE_OFFSET) / (S::constant(1.0) - a);
    f.powf(1.0 / CONE_POWER).copysign(x)
}

/// Luminance adaptation F_L over the reference, so that it applies to nit.
pub fn adaptation() -> f64 {
    let k = 1.0 / (5.0 * ADAPTING + 1.0);
    let k4 = k.powi(4);
    let f = 0.2 * k4 * 5.0 * ADAPTING + 0.1 * (1.0 - k4).powi(2) * (5.0 * ADAPTING).cbrt();
    f / REFERENCE
}

/// The matrices of one RGB space, fully adapted to its white.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Linear RGB to cone input.
    pub to_cone: Mat3,
    pub from_cone: Mat3,
    /// Cone responses to A, a, b, with A = 1 for RGB (1, 1, 1).
    pub to_aab: Mat3,
    pub from_aab: Mat3,
}

impl Model {
    pub fn new(space: &Chromaticities) -> Option<Self> {
        let to_cam = rgb::multiply(&rgb::xyz_to_rgb(&CAM16), &rgb::try_rgb_to_xyz(space)?);
        // Y of the white is the reference; each cone is scaled to it.
        let white = rgb::transform(&to_cam, [REFERENCE; 3]);
        let degree = white.map(|w| adaptation() * REFERENCE / w);
        let response = [0, 1, 2].map(|i| cone(degree[i] * white[i]));
        let achromatic = rgb::transform(&CONE_TO_AAB, response)[0];
        let to_cone = rgb::multiply(&rgb::diagonal(degree.map(|d| d * REFERENCE)), &to_cam);
        let scale = rgb::diagonal([1.0 / achromatic, CHROMA_SCALE * CONE_SCALE, CHROMA_SCALE * CONE_SCALE]);
        let to_aab = rgb::multiply(&scale, &CONE_TO_AAB);
        Some(Self { from_cone: rgb::invert(&to_cone)?, from_aab: rgb::invert(&to_aab)?, to_cone, to_aab })
    }

    /// The same model for a space from which `m` leads to this one.
    pub fn after(&self, m: &Mat3) -> Self {
        let to_cone = rgb::multiply(&self.to_cone, m);
        let from_cone = rgb::invert(&to_cone).unwrap_or(self.from_cone);
        Self { to_cone, from_cone, ..self.clone() }
    }

    /// A, a, b of linear RGB.
    pub fn aab(&self, linear: [f64; 3]) -> [f64; 3] {
        rgb::transform(&self.to_aab, rgb::transform(&self.to_cone, linear).map(cone))
    }

    /// J, M and hue in degrees, 0 to 360.
    pub fn jmh(&self, linear: [f64; 3]) -> [f64; 3] {
        let [achromatic, a, b] = self.aab(linear);
        if achromatic <= 0.0 {
            return [0.0; 3];
        }
        [100.0 * achromatic.powf(CZ), a.hypot(b), b.atan2_degrees(a)]
    }

    /// Linear RGB of J, M and hue in degrees.
    pub fn linear(&self, [j, m, hue]: [f64; 3]) -> [f64; 3] {
        let (sin, cos) = hue.to_radians().sin_cos();
        let cones = rgb::transform(&self.from_aab, [(j / 100.0).powf(INVERSE_CZ), m * cos, m * sin]);
        rgb::transform(&self.from_cone, cones.map(cone_inverse))
    }
}
