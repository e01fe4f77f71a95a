//! Gamut compression: along a line towards a focus on the J axis, into the hull of the limiting gamut.

use super::{
    AtHue,
    model::{INVERSE_CZ, REFERENCE},
};
use crate::color::exact;
use crate::color::scalar::Scalar;

/// Width of the rounded cusp, in cusp M, and how far the cusp moves out for it.
pub const SMOOTH_CUSP: f64 = 0.12;
pub const SMOOTH_M: f64 = 0.27;
/// How far the focus moves from the cusp to middle grey.
const CUSP_MID_BLEND: f64 = 1.3;
/// The focus distance grows above this share of the way from cusp to J_max.
const FOCUS_GAIN_BLEND: f64 = 0.3;
const FOCUS_DISTANCE: f64 = 1.35;
const FOCUS_DISTANCE_SCALE: f64 = 1.75;
/// Colours within this share of the boundary are left alone.
const THRESHOLD: f64 = 0.75;

#[derive(Clone, Debug)]
pub struct GamutCompression {
    pub j_max: f64,
    pub mid_j: f64,
    pub focus_distance: f64,
    /// 1 / gamma of the lower hull.
    pub lower_gamma: f64,
}

/// The line through a colour, and where it is cut.
struct Line<S> {
    /// J where it meets the axis.
    j: S,
    slope: S,
    /// J where the parallel through the cusp meets the axis.
    cusp: S,
}

impl GamutCompression {
    pub fn new(peak: f64, j_max: f64, mid_j: f64) -> Self {
        let decades = exact::log10(peak / REFERENCE);
        let focus_distance = FOCUS_DISTANCE + FOCUS_DISTANCE * FOCUS_DISTANCE_SCALE * decades;
        Self { j_max, mid_j, focus_distance, lower_gamma: 1.0 / (1.14 + 0.07 * decades) }
    }

    #[inline(always)]
    fn focus<S: Scalar>(&self, cusp_j: S) -> S {
        let t = cusp_j.fma(S::constant(-1.0 / self.j_max), S::constant(CUSP_MID_BLEND)).min(S::constant(1.0));
        t.fma(S::constant(self.mid_j) - cusp_j, cusp_j)
    }

    /// The J above which the focus moves away, for a cusp.
    #[inline(always)]
    pub fn gain_start<S: Scalar>(&self, cusp_j: S) -> S {
        (S::constant(self.j_max) - cusp_j).fma(S::constant(FOCUS_GAIN_BLEND), cusp_j)
    }

    /// 1 / slope gain at lightness `j`.
    #[inline(always)]
    fn inverse_gain<S: Scalar>(&self, j: S, start: S) -> S {
        let j_max = S::constant(self.j_max);
        let one = S::constant(1.0);
        let decades = ((j_max - start) / (j_max - j).max(S::constant(1e-4))).log2() * S::constant(std::f64::consts::LOG10_2);
        let growth = S::select(start.lt(j), decades.fma(decades, one), one);
        one / (growth * S::constant(self.j_max * self.focus_distance))
    }

    /// J at which the line through (`j`, `m`) meets the axis: the root of a quadratic, on either side of the focus.
    #[inline(always)]
    fn meet_axis<S: Scalar>(&self, j: S, m: S, focus: S, inverse_gain: S) -> S {
        let (one, four, zero) = (S::constant(1.0), S::constant(4.0), S::constant(0.0));
        let j_max = S::constant(self.j_max);
        let scaled = m * inverse_gain;
        let a = scaled / focus;
        let below = j.lt(focus);
        let b = S::select(below, one - scaled, j_max.fma(a, one + scaled));
        let c = S::select(below, j, j_max.fma(scaled, j));
        let ac = S::select(below, a, -a) * c;
        (c + c) / (b + four.fma(ac, b * b).max(zero).sqrt())
    }

    #[inline(always)]
    fn line<S: Scalar>(&self, at_j: S, j: S, m: S, cusp: [S; 2], start: S) -> Line<S> {
        let focus = self.focus(cusp[0]);
        let inverse_gain = self.inverse_gain(at_j, start);
        let on_axis = self.meet_axis(j, m, focus, inverse_gain);
        let height = S::select(on_axis.lt(focus), on_axis, S::constant(self.j_max) - on_axis);
        Line {
            j: on_axis,
            slope: height * (on_axis - focus) * inverse_gain / focus,
            cusp: self.meet_axis(cusp[0], cusp[1], focus, inverse_gain),
        }
    }

    /// M where a line of `slope` meets a hull from the origin through `hull` (J, M); `power` is its J on the axis over
    /// `reference`, to the hull's exponent, and `reference` where the line through `hull` meets the axis.
    #[inline(always)]
    fn meet_hull<S: Scalar>(slope: S, power: S, hull: [S; 2], reference: S) -> S {
        reference * power * hull[1] / slope.fma(-hull[1], hull[0])
    }

    /// M of the limiting gamut's boundary along the line: the lower and the upper hull, the corner between them rounded.
    #[inline(always)]
    fn boundary<S: Scalar>(&self, line: &Line<S>, cusp: [S; 2], upper_gamma: S) -> S {
        let (zero, j_max) = (S::constant(0.0), S::constant(self.j_max));
        let lower = Self::meet_hull(line.slope, (line.j / line.cusp).powf(self.lower_gamma), cusp, line.cusp);
        let (above, cusp_above) = (j_max - line.j, j_max - line.cusp);
        let power = (above / cusp_above).pow(upper_gamma);
        let upper = Self::meet_hull(-line.slope, power, [j_max - cusp[0], cusp[1]], cusp_above);
        let width = cusp[1] * S::constant(SMOOTH_CUSP);
        let h = (width - (lower - upper).abs()).max(zero) / width;
        lower.min(upper) - h * h * h * width * S::constant(1.0 / 6.0)
    }

    /// Boundary M and test line for making the upper-hull table: for a point `share` of the way from the cusp to J_max.
    pub(super) fn probe(&self, cusp: [f64; 2], share: f64) -> Probe<'_> {
        let start = self.gain_start(cusp[0]);
        let j = cusp[0] + (self.j_max - cusp[0]) * share;
        Probe { gamut: self, cusp, line: self.line(j, j, cusp[1], cusp, start) }
    }

    /// J and M moved into the gamut, or back out of it.
    #[inline(always)]
    pub(super) fn compress<S: Scalar>(&self, j: S, m: S, at: &AtHue<S>, inverse: bool) -> (S, S) {
        let start = self.gain_start(at.cusp_j);
        let at_j = if inverse {
            // The gain belongs to the J before compression, which a first pass estimates.
            let (first, _) = self.remap(j, j, m, at, start, true);
            S::select(start.lt(j), first, j)
        } else {
            j
        };
        let (moved_j, moved_m) = self.remap(at_j, j, m, at, start, inverse);
        let (zero, j_max) = (S::constant(0.0), S::constant(self.j_max));
        // Neutral, or beyond what the gamut has: nothing to move, no colour.
        let out_j = S::select(m.le(zero), j, S::select(j_max.lt(j), j, moved_j));
        let out_m = S::select(m.le(zero), zero, S::select(j_max.lt(j), zero, moved_m));
        (S::select(j.le(zero), zero, out_j), S::select(j.le(zero), zero, out_m))
    }

    #[inline(always)]
    fn remap<S: Scalar>(&self, at_j: S, j: S, m: S, at: &AtHue<S>, start: S, inverse: bool) -> (S, S) {
        let (zero, one, j_max) = (S::constant(0.0), S::constant(1.0), S::constant(self.j_max));
        let cusp = [at.cusp_j, at.cusp_m];
        let line = self.line(at_j, j, m, cusp, start);
        let boundary = self.boundary(&line, cusp, at.upper_gamma);
        let reach_power = (line.j * S::constant(1.0 / self.j_max)).powf(INVERSE_CZ);
        let reach = Self::meet_hull(line.slope, reach_power, [j_max, at.reach_m], j_max);

        // Reinhard from the threshold on, so that the reach lands on the boundary.
        let share = (boundary / reach).max(S::constant(THRESHOLD));
        let threshold = share * boundary;
        let (gamut, reach, excess) = (boundary - threshold, reach - threshold, m - threshold);
        let scale = reach * gamut / (reach - gamut);
        let moved = if inverse {
            let y = scale * excess / (scale - excess);
            S::select(scale.le(excess), scale, y)
        } else {
            scale * excess / (scale + excess)
        };
        let moved = S::select(m.le(threshold), m, threshold + moved);
        let moved = S::select(one.le(share), m, moved);
        let hollow = boundary.le(zero);
        (S::select(hollow, j, moved.fma(line.slope, line.j)), S::select(hollow, zero, moved))
    }
}

/// A line of the hull fit.
pub(super) struct Probe<'a> {
    gamut: &'a GamutCompression,
    cusp: [f64; 2],
    line: Line<f64>,
}

impl Probe<'_> {
    /// J and M where the line meets the boundary if the upper hull has 1/gamma `upper_gamma`.
    pub fn boundary(&self, upper_gamma: f64) -> [f64; 2] {
        let m = self.gamut.boundary(&self.line, self.cusp, upper_gamma);
        [self.line.j + self.line.slope * m, m]
    }
}
