//! Curves over hue, saturation and luma.

use super::{
    ControlPoints, GradingStyle,
    hue_points::{Shape, nodes, spline},
    log::stops,
    spline::{Node, Spline},
};
use crate::{
    color::{
        ops::{
            PixelKernel,
            coordinates::{from_hsy, to_hsy, wrap},
            curve::{Log, Shape as _},
        },
        scalar::Scalar,
    },
    error::{Error, Result},
};

/// The curves of a [`GradingHueCurve`]: the first word says over what a curve is drawn, the second what it moves. Hue is 0..1
/// from magenta over red.
#[derive(Clone, Debug, PartialEq)]
pub struct HueCurves {
    /// The hue that a hue becomes.
    pub hue_hue: ControlPoints,
    /// A gain of saturation.
    pub hue_sat: ControlPoints,
    /// A gain of luma.
    pub hue_lum: ControlPoints,
    /// A gain of saturation.
    pub lum_sat: ControlPoints,
    /// The saturation that a saturation becomes.
    pub sat_sat: ControlPoints,
    /// The luma that a luma becomes.
    pub lum_lum: ControlPoints,
    /// A gain of luma.
    pub sat_lum: ControlPoints,
    /// What is added to hue.
    pub hue_fx: ControlPoints,
}

impl HueCurves {
    /// Curves that change nothing, with the points that OpenColorIO gives each style.
    pub fn neutral(style: GradingStyle) -> Self {
        let hues = |y: fn(f64) -> f64| ControlPoints::new((0..6).map(|i| f64::from(i) / 6.0).map(|x| [x, y(x)]).collect::<Vec<_>>());
        let (low, middle, high) = if style == GradingStyle::Linear { (-7.0, 0.0, 7.0) } else { (0.0, 0.5, 1.0) };
        Self {
            hue_hue: hues(|x| x),
            hue_sat: hues(|_| 1.0),
            hue_lum: hues(|_| 1.0),
            lum_sat: ControlPoints::new([[low, 1.0], [middle, 1.0], [high, 1.0]]),
            sat_sat: ControlPoints::new([[0.0, 0.0], [0.5, 0.5], [1.0, 1.0]]),
            lum_lum: ControlPoints::new([[low, low], [middle, middle], [high, high]]),
            sat_lum: ControlPoints::new([[0.0, 1.0], [0.5, 1.0], [1.0, 1.0]]),
            hue_fx: hues(|_| 0.0),
        }
    }
}

/// Curves over hue, saturation and luma, or their inverse.
///
/// The inverse is exact where the forward way can be undone: hue curves that do not fold back, gains of saturation and of
/// luma not below 0.01, saturations that are not 0.
#[derive(Clone, Debug, PartialEq)]
pub struct GradingHueCurve {
    style: GradingStyle,
    curves: HueCurves,
    from_rgb: bool,
    inverse: bool,
    kernel: Kernel,
}

impl GradingHueCurve {
    /// Takes RGB, or hue, saturation and luma already if not `from_rgb`. Errors name the curve.
    pub fn new(style: GradingStyle, curves: HueCurves, from_rgb: bool) -> Result<Self> {
        for (field, points, rises) in [
            ("hue_hue", &curves.hue_hue, true),
            ("hue_sat", &curves.hue_sat, false),
            ("hue_lum", &curves.hue_lum, false),
            ("lum_sat", &curves.lum_sat, false),
            ("sat_sat", &curves.sat_sat, true),
            ("lum_lum", &curves.lum_lum, true),
            ("sat_lum", &curves.sat_lum, false),
            ("hue_fx", &curves.hue_fx, false),
        ] {
            points.check(field, rises)?;
        }
        // As a turn, the hues from the last point on to the first have to rise too.
        let hues = &curves.hue_hue.points;
        if let (Some(first), Some(last)) = (hues.first(), hues.last())
            && (first[0] < 0.0 || last[0] > 1.0 || first[1] < last[1] - 1.0)
        {
            return Err(Error::invalid("hues are not within one turn").field("hue_hue"));
        }
        for (field, points) in
            [("hue_hue", hues), ("hue_sat", &curves.hue_sat.points), ("hue_lum", &curves.hue_lum.points), ("hue_fx", &curves.hue_fx.points)]
        {
            if let [a, b] = points[..]
                && (1.0 - (b[0] - a[0])).abs() < 1e-3
            {
                return Err(Error::invalid("the only two control points are one after a turn").field(field));
            }
        }
        Ok(Self::build(style, curves, from_rgb, false))
    }

    fn build(style: GradingStyle, curves: HueCurves, from_rgb: bool, inverse: bool) -> Self {
        let kernel = Kernel::new(style, &curves, from_rgb, inverse);
        Self { style, curves, from_rgb, inverse, kernel }
    }

    pub(in crate::color::ops) fn inverse(&self) -> Self {
        Self::build(self.style, self.curves.clone(), self.from_rgb, !self.inverse)
    }

    pub(in crate::color::ops) fn is_identity(&self) -> bool {
        self.kernel.is_identity()
    }

    pub(in crate::color::ops) fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    pub fn style(&self) -> GradingStyle {
        self.style
    }
    pub fn curves(&self) -> &HueCurves {
        &self.curves
    }
    /// Whether it takes RGB.
    pub fn takes_rgb(&self) -> bool {
        self.from_rgb
    }
    pub fn is_inverse(&self) -> bool {
        self.inverse
    }
}

/// What gains of saturation and of luma are held above to be undone.
const LEAST_GAIN: f64 = 0.01;
/// What a gain of 2 adds to the luma of logarithmic code values, where a sum is a gain of light.
const LOG_GAIN: f64 = 0.1;

/// The curves made ready for pixels; `None` for what changes nothing.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::color::ops) struct Kernel {
    style: GradingStyle,
    from_rgb: bool,
    log: Option<Log>,
    inverse: bool,
    hue_hue: Option<Spline>,
    hue_sat: Option<Spline>,
    hue_lum: Option<Spline>,
    lum_sat: Option<Spline>,
    sat_sat: Option<Spline>,
    lum_lum: Option<Spline>,
    sat_lum: Option<Spline>,
    hue_fx: Option<Spline>,
    /// Where the ranges of the inverse hue curves begin and end: what is outside is a turn off.
    hue_hue_range: [f64; 2],
    hue_fx_range: [f64; 2],
}

impl Kernel {
    fn new(style: GradingStyle, c: &HueCurves, from_rgb: bool, inverse: bool) -> Self {
        let gain = |curve: &ControlPoints, shape| (!curve.is(|_| 1.0)).then(|| spline(curve, shape));
        let value = |curve: &ControlPoints| (!curve.is(|x| x)).then(|| Spline::new(&nodes(curve, Shape::Diagonal), inverse));
        let hue_hue = (!c.hue_hue.is(|x| x)).then(|| nodes(&c.hue_hue, Shape::HueToHue));
        let hue_fx = (!c.hue_fx.is(|_| 0.0)).then(|| {
            let mut added = nodes(&c.hue_fx, Shape::Periodic);
            if inverse {
                // What is undone is hue plus the curve.
                added.iter_mut().for_each(|n| *n = Node::new(n.x, n.y + n.x, n.slope + 1.0));
            }
            added
        });
        let range = |nodes: &Option<Vec<Node>>| match nodes.as_deref() {
            Some([first, .., last]) => [first.y, last.y],
            _ => [0.0, 1.0],
        };
        Self {
            style,
            from_rgb,
            log: (style == GradingStyle::Linear).then(stops),
            inverse,
            hue_sat: gain(&c.hue_sat, Shape::Periodic),
            hue_lum: gain(&c.hue_lum, Shape::Periodic),
            lum_sat: gain(&c.lum_sat, Shape::Horizontal),
            sat_lum: gain(&c.sat_lum, Shape::Horizontal),
            sat_sat: value(&c.sat_sat),
            lum_lum: value(&c.lum_lum),
            hue_hue_range: range(&hue_hue),
            hue_fx_range: range(&hue_fx),
            hue_hue: hue_hue.map(|n| Spline::new(&n, inverse)),
            hue_fx: hue_fx.map(|n| Spline::new(&n, inverse)),
        }
    }

    fn is_identity(&self) -> bool {
        let gains = [&self.hue_sat, &self.hue_lum, &self.lum_sat, &self.sat_lum];
        let values = [&self.hue_hue, &self.sat_sat, &self.lum_lum, &self.hue_fx];
        gains.iter().chain(&values).all(|curve| curve.is_none())
    }

    /// What the gains of luma do, together.
    #[inline(always)]
    fn light<S: Scalar>(&self, luma: S, hue_gain: S, saturation: S, sat_gain: S) -> S {
        let one = S::constant(1.0);
        // The less saturated, the less is hue to be trusted.
        let hue_gain = one - (one - hue_gain) * saturation.min(one);
        match (self.style, self.inverse) {
            (GradingStyle::Log, false) => (hue_gain + sat_gain - S::constant(2.0)).fma(S::constant(LOG_GAIN), luma),
            (GradingStyle::Log, true) => (hue_gain + sat_gain - S::constant(2.0)).fma(S::constant(-LOG_GAIN), luma),
            (_, false) => luma * hue_gain * sat_gain,
            (_, true) => luma / (hue_gain * sat_gain).max(S::constant(LEAST_GAIN)),
        }
    }

    #[inline(always)]
    fn forward<S: Scalar>(&self, [hue, saturation, luma]: [S; 3]) -> [S; 3] {
        let hue_sat = gain(&self.hue_sat, hue);
        let hue_lum = gain(&self.hue_lum, hue);
        let turned = value(&self.hue_hue, hue);
        let code = self.encode(luma);
        let lum_sat = gain(&self.lum_sat, code);
        let saturation = value(&self.sat_sat, saturation).max(S::constant(0.0)) * (lum_sat * hue_sat);
        let sat_lum = gain(&self.sat_lum, saturation);
        let luma = self.light(self.decode(value(&self.lum_lum, code)), hue_lum, saturation, sat_lum);
        let turned = wrap(turned);
        let hue = match &self.hue_fx {
            Some(curve) => turned + curve.eval(turned),
            None => turned,
        };
        [hue, saturation, luma]
    }

    #[inline(always)]
    fn backward<S: Scalar>(&self, [hue, saturation, luma]: [S; 3]) -> [S; 3] {
        let zero = S::constant(0.0);
        let hue = value(&self.hue_fx, turn_into(hue, self.hue_fx.is_some(), self.hue_fx_range));
        let hue = wrap(value(&self.hue_hue, turn_into(hue, self.hue_hue.is_some(), self.hue_hue_range)));
        let hue_sat = gain(&self.hue_sat, hue);
        let hue_lum = gain(&self.hue_lum, hue);
        let saturation = saturation.max(zero);
        let sat_lum = gain(&self.sat_lum, saturation);
        let code = value(&self.lum_lum, self.encode(self.light(luma, hue_lum, saturation, sat_lum)));
        let lum_sat = gain(&self.lum_sat, code);
        let saturation = saturation / (lum_sat * hue_sat).max(S::constant(LEAST_GAIN));
        [hue, value(&self.sat_sat, saturation).max(zero), self.decode(code)]
    }

    #[inline(always)]
    fn encode<S: Scalar>(&self, luma: S) -> S {
        match &self.log {
            Some(log) => log.encode(luma),
            None => luma,
        }
    }

    #[inline(always)]
    fn decode<S: Scalar>(&self, code: S) -> S {
        match &self.log {
            Some(log) => log.decode(code),
            None => code,
        }
    }
}

/// The gain that a curve says, not below 0.
#[inline(always)]
fn gain<S: Scalar>(curve: &Option<Spline>, x: S) -> S {
    match curve {
        Some(curve) => curve.eval(x).max(S::constant(0.0)),
        None => S::constant(1.0),
    }
}

#[inline(always)]
fn value<S: Scalar>(curve: &Option<Spline>, x: S) -> S {
    match curve {
        Some(curve) => curve.eval(x),
        None => x,
    }
}

/// `hue` within the range of an inverse curve, by whole turns.
#[inline(always)]
fn turn_into<S: Scalar>(hue: S, needed: bool, [low, high]: [f64; 2]) -> S {
    if !needed {
        return hue;
    }
    let (low, high) = (S::constant(low), S::constant(high));
    let raised = hue - (hue - low).floor();
    let lowered = hue + (high - hue).floor();
    S::select(hue.lt(low), raised, S::select(high.lt(hue), lowered, hue))
}

impl PixelKernel for Kernel {
    #[inline(always)]
    fn eval<S: Scalar>(&self, px: [S; 3]) -> [S; 3] {
        let seen = if self.from_rgb { to_hsy(self.style, px) } else { px };
        let graded = if self.inverse { self.backward(seen) } else { self.forward(seen) };
        if self.from_rgb { from_hsy(self.style, graded) } else { graded }
    }
}
