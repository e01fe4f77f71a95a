//! The ACES 2 output transform: ACES2065-1 to linear light in the limiting gamut, and back.
//!
//! Academy "ACES 2.0 Output Transform" (CTL, aces-output 2025). Where the CTL and OpenColorIO 2.4.2 and later differ, this
//! is the algorithm as the latter has it, in exact arithmetic.
//!
//! Lightness J is carried as the achromatic response A with J = 100 A^cz: tone scale and chroma need A, not J, which
//! spares several powers a pixel.

mod chroma;
mod gamut;
mod model;
mod stage;
mod tables;
mod tonescale;

use super::PixelKernel;
use crate::color::{
    rgb::{self, Chromaticities},
    scalar::Scalar,
    table::Table,
};
pub use stage::Aces2Step;

use chroma::ChromaCompression;
use gamut::GamutCompression;
use model::{Model, cone, cone_inverse, times};
use std::sync::{Arc, Mutex};
use tonescale::ToneScale;

/// An ACES 2 output transform, or its inverse.
///
/// Forward takes ACES2065-1 to linear RGB of the limiting primaries, 1.0 = 100 nit. The result goes a little beyond
/// 0..peak/100 and is to be clamped; the inverse takes such values back.
#[derive(Clone)]
pub struct Aces2 {
    pub(super) parameters: Arc<Parameters>,
    pub(super) inverse: bool,
}

/// The intermediate results for one pixel, to compare with other implementations. J, M and hue in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aces2Stages {
    /// ACES2065-1 after the clamp to AP1.
    pub clamped: [f64; 3],
    pub jmh: [f64; 3],
    pub tonemapped: [f64; 3],
    pub compressed: [f64; 3],
}

impl Aces2 {
    /// `peak` in nit; `limiting` is the gamut that colours are compressed into. The tables of a pair are made once
    /// (a few milliseconds) and shared. `None` where peak is not within 10..=10000 nit or the primaries are degenerate.
    pub fn new(peak: f64, limiting: &Chromaticities) -> Option<Self> {
        static MADE: Mutex<Vec<Arc<Parameters>>> = Mutex::new(Vec::new());
        if !(10.0..=10000.0).contains(&peak) {
            return None;
        }
        let find = |made: &[Arc<Parameters>]| made.iter().find(|p| p.peak == peak && p.limiting == *limiting).cloned();
        // Nothing panics while the lock is held, and a list of finished tables is whole at any time.
        let known = find(&MADE.lock().unwrap_or_else(|e| e.into_inner()));
        let parameters = match known {
            Some(p) => p,
            None => {
                let made = Arc::new(Parameters::new(peak, *limiting)?);
                let mut all = MADE.lock().unwrap_or_else(|e| e.into_inner());
                find(&all).unwrap_or_else(|| {
                    all.push(made.clone());
                    made
                })
            }
        };
        Some(Self { parameters, inverse: false })
    }
    /// Peak luminance in nit.
    pub fn peak(&self) -> f64 {
        self.parameters.peak
    }
    pub fn limiting(&self) -> &Chromaticities {
        &self.parameters.limiting
    }
    pub fn is_inverse(&self) -> bool {
        self.inverse
    }
    pub(super) fn inverse(&self) -> Self {
        Self { inverse: !self.inverse, ..self.clone() }
    }
    /// Every number the transform is made of.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The forward transform of an ACES2065-1 pixel, stage by stage.
    pub fn stages(&self, aces: [f64; 3]) -> Aces2Stages {
        let p = &self.parameters.core;
        let ap1 = p.clamp(times(&rgb::AP0_TO_AP1, aces));
        let seen = p.see(&p.input, ap1);
        let toned = p.tone(seen);
        let (j, m) = p.gamut.compress(toned.j, toned.m, &p.hue(seen.hue), false);
        let j_in = 100.0 * seen.a.powf(model::CZ);
        Aces2Stages {
            clamped: times(&rgb::AP1_TO_AP0, ap1),
            jmh: [j_in, seen.m, seen.hue],
            tonemapped: [toned.j, toned.m, seen.hue],
            compressed: [j, m, seen.hue],
        }
    }
}

impl PartialEq for Aces2 {
    /// All else follows from these.
    fn eq(&self, other: &Self) -> bool {
        (self.peak(), self.limiting(), self.inverse) == (other.peak(), other.limiting(), other.inverse)
    }
}

impl std::fmt::Debug for Aces2 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let p = &self.parameters;
        f.debug_struct("Aces2").field("peak", &p.peak).field("limiting", &p.limiting).field("inverse", &self.inverse).finish()
    }
}

/// What the transform for one peak and limiting gamut is made of.
#[derive(Debug)]
pub struct Parameters {
    pub peak: f64,
    pub limiting: Chromaticities,
    pub(super) core: Core,
    /// The tables as they were made.
    pub tables: tables::HueTables,
}

/// What the arithmetic needs. The kernels own a copy: see [`Curve`](super::Curve).
#[derive(Clone, Debug)]
pub(crate) struct Core {
    /// Linear AP1 to the model, with the white of ACES.
    pub(super) input: Model,
    /// Linear limiting RGB to the model.
    pub(super) limit: Model,
    pub(super) tonescale: ToneScale,
    pub(super) chroma: ChromaCompression,
    pub(super) gamut: GamutCompression,
    /// Rows of eight, one a degree: reach M, its difference to the next; the first row of `hues` that may apply and
    /// the hues at which the three after it begin.
    pub(super) degrees: Table,
    /// Rows of eight, not evenly spaced: hue, 1 / distance to the next, then cusp J, cusp M and upper hull 1/gamma, each
    /// followed by its difference to the next.
    pub(super) hues: Table,
}

/// A colour as the model sees it.
#[derive(Clone, Copy)]
pub(super) struct Seen<S> {
    /// Achromatic response, 1 at the white.
    a: S,
    m: S,
    /// Degrees.
    hue: S,
    cos: S,
    sin: S,
}

/// What tone scale and chroma compression make of it.
#[derive(Clone, Copy)]
struct Toned<S> {
    j: S,
    m: S,
}

/// The tables at one hue.
#[derive(Clone, Copy)]
pub(super) struct AtHue<S> {
    pub cusp_j: S,
    pub cusp_m: S,
    pub upper_gamma: S,
    pub reach_m: S,
}

impl Parameters {
    fn new(peak: f64, limiting: Chromaticities) -> Option<Self> {
        let input = Model::new(&rgb::AP0)?;
        let reach = Model::new(&rgb::AP1)?;
        let limit = Model::new(&limiting)?;
        let tonescale = ToneScale::new(peak);
        let j_max = tonescale.j_of(peak);
        let gamut = GamutCompression::new(peak, j_max, tonescale.j_of(tonescale.mid * 100.0));
        let tables = tables::HueTables::new(peak, &tonescale, &gamut, &reach, &limit);
        let chroma = ChromaCompression::new(peak, j_max);
        let input = input.after(&rgb::AP1_TO_AP0);
        let (degrees, hues) = (tables.degrees(), tables.rows());
        Some(Self { peak, limiting, core: Core { input, limit, tonescale, chroma, gamut, degrees, hues }, tables })
    }
}

impl Core {
    /// AP1 within 0 and the largest value the tone scale takes.
    #[inline(always)]
    fn clamp<S: Scalar>(&self, ap1: [S; 3]) -> [S; 3] {
        let (low, high) = (S::constant(0.0), S::constant(self.tonescale.input_limit));
        [ap1[0].max(low).min(high), ap1[1].max(low).min(high), ap1[2].max(low).min(high)]
    }

    #[inline(always)]
    fn see<S: Scalar>(&self, model: &Model, linear: [S; 3]) -> Seen<S> {
        let lms = times(&model.to_cone, linear);
        let aab = times(&model.to_aab, [cone(lms[0]), cone(lms[1]), cone(lms[2])]);
        let a = aab[0].max(S::constant(0.0));
        let m = (aab[1] * aab[1] + aab[2] * aab[2]).sqrt();
        // At M = 0 hue has no meaning and is not used.
        let scale = S::constant(1.0) / m.max(S::constant(1e-30));
        Seen { a, m, hue: aab[2].atan2_degrees(aab[1]), cos: aab[1] * scale, sin: aab[2] * scale }
    }

    /// Back to linear light; `cos` and `sin` of the hue.
    #[inline(always)]
    fn unsee<S: Scalar>(model: &Model, a: S, m: S, cos: S, sin: S) -> [S; 3] {
        let cones = times(&model.from_aab, [a, m * cos, m * sin]);
        times(&model.from_cone, [cone_inverse(cones[0]), cone_inverse(cones[1]), cone_inverse(cones[2])])
    }

    #[inline(always)]
    fn hue<S: Scalar>(&self, hue: S) -> AtHue<S> {
        let one = S::constant(1.0);
        let degree = hue.floor().min(S::constant(359.0));
        let at = S::fetch8(&self.degrees, degree);
        let beyond = |bound: S| S::select(bound.lt(hue), one, S::constant(0.0));
        let row = at[2] + beyond(at[3]) + beyond(at[4]) + beyond(at[5]);
        let r = S::fetch8(&self.hues, row);
        let t = (hue - r[0]) * r[1];
        AtHue {
            cusp_j: t.fma(r[3], r[2]),
            cusp_m: t.fma(r[5], r[4]),
            upper_gamma: t.fma(r[7], r[6]),
            reach_m: (hue - degree).fma(at[1], at[0]),
        }
    }

    #[inline(always)]
    fn tone<S: Scalar>(&self, seen: Seen<S>) -> Toned<S> {
        let at = self.hue(seen.hue);
        self.tone_at(seen, &at)
    }

    #[inline(always)]
    fn tone_at<S: Scalar>(&self, seen: Seen<S>, at: &AtHue<S>) -> Toned<S> {
        let (a, j) = self.tonescale.forward(seen.a);
        Toned { j, m: self.chroma.compress(seen, a, j, at.reach_m) }
    }
}

/// ACES2065-1 to linear light in the limiting gamut.
pub(crate) struct Forward(pub Core);

impl PixelKernel for Forward {
    #[inline(always)]
    fn eval<S: Scalar>(&self, px: [S; 3]) -> [S; 3] {
        let p = &self.0;
        let seen = p.see(&p.input, p.clamp(times(&rgb::AP0_TO_AP1, px)));
        let at = p.hue(seen.hue);
        let toned = p.tone_at(seen, &at);
        let (j, m) = p.gamut.compress(toned.j, toned.m, &at, false);
        let a = (j * S::constant(0.01)).powf(model::INVERSE_CZ);
        Core::unsee(&p.limit, a, m, seen.cos, seen.sin)
    }
}

/// Linear light in the limiting gamut to ACES2065-1.
pub(crate) struct Backward(pub Core);

impl PixelKernel for Backward {
    #[inline(always)]
    fn eval<S: Scalar>(&self, px: [S; 3]) -> [S; 3] {
        let p = &self.0;
        let seen = p.see(&p.limit, px);
        let at = p.hue(seen.hue);
        let (j, m) = p.gamut.compress(seen.a.powf(model::CZ) * S::constant(100.0), seen.m, &at, true);
        let toned = Seen { a: (j * S::constant(0.01)).powf(model::INVERSE_CZ), m, ..seen };
        let a = p.tonescale.backward(toned.a);
        let m = p.chroma.expand(toned, a, j, at.reach_m);
        let ap1 = Core::unsee(&p.input, a, m, seen.cos, seen.sin);
        times(&rgb::AP1_TO_AP0, p.clamp(ap1))
    }
}
