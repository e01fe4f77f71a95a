//! From a framing intent to a framing decision on a canvas.

use super::{
    fraction::Fraction,
    frame::ExactRect,
    plate::Step,
    template::{Mode, number::Real},
};
use crate::{
    error::{Error, Result},
    image::RectF,
    sidecar::fdl::{Canvas, Dimensions, Even, Fdl, FramingDecision, FramingIntent, Number, Point, ProtectionSense, RoundMode},
};

/// What an intent comes to on a canvas, in its pixels (not desqueezed).
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    pub framing: RectF,
    /// Where the intent asks for protection.
    pub protection: Option<RectF>,
    pub steps: Vec<Step>,
}

/// Works out the framing of `intent`.
///
/// [`Mode::Exact`]: the outer rectangle is the largest of the intent's aspect, as displayed, in the effective area (else the
/// canvas), around its centre. Inward (FDL 1.1 and later) that is the protection, and the framing is `1 - protection` of
/// it. Outward (FDL 1.0) protection is a share of the framing, `1 + protection` of which is the outer rectangle: a sensor has
/// nothing beyond. The outer rectangle is rounded, then what is taken of it; a size that rounding takes beyond the area is
/// rounded down instead.
///
/// The other modes compute what the reference library does (`compute_framing_from_intent`, the same in 1.0.2 and on main): the
/// aspect is compared with that of the squeezed pixels, a pillarboxed width is not squeezed, both lie around the centre of the
/// canvas also where they were fitted into the effective area, and anchors may be negative.
///
/// Errors: a protection of the whole frame or more; no pixel left.
pub fn decide(canvas: &Canvas, intent: &FramingIntent, sense: ProtectionSense, round: (Even, RoundMode), mode: Mode) -> Result<Decided> {
    match mode {
        Mode::Exact => run::<Fraction>(canvas, intent, Some(sense), round),
        Mode::Asc102 | Mode::AscMain => run::<f64>(canvas, intent, None, round),
    }
}

/// `sense` is absent for the arithmetic of the reference.
fn run<T: Real>(canvas: &Canvas, intent: &FramingIntent, sense: Option<ProtectionSense>, round: (Even, RoundMode)) -> Result<Decided> {
    let exact = |n: &Number| Fraction::decimal(n.as_str());
    let whole = ExactRect::of(canvas.size());
    let area = match (&canvas.effective_dimensions, &canvas.effective_anchor_point) {
        (Some(d), Some(p)) => ExactRect { x: exact(&p.x)?, y: exact(&p.y)?, ..ExactRect::of(d.size()) },
        _ => whole.clone(),
    };
    let number = |n: &Option<Number>, default: Fraction| n.as_ref().map_or(Ok(default), exact).map(|v| T::from_exact(&v));
    let squeeze = number(&canvas.anamorphic_squeeze, Fraction::one())?;
    let protection = number(&intent.protection, Fraction::zero())?;
    let (zero, one) = (T::zero(), T::whole(1));
    if squeeze <= zero {
        return Err(Error::invalid("must be above 0").field("anamorphic_squeeze").value(squeeze));
    }
    if protection < zero || (protection >= one && sense != Some(ProtectionSense::Outward)) {
        return Err(Error::invalid("must be at least 0 and below 1").field("protection").value(protection));
    }
    let mut steps = vec![];
    let mut step = |name, text| steps.push(Step { name, text });

    let size = [T::from_exact(&area.width), T::from_exact(&area.height)];
    step("area", format!("{} x {} at {}, {}", area.width, area.height, area.x, area.y));
    let aspect = T::whole(intent.aspect_ratio.width).over(&T::whole(intent.aspect_ratio.height))?;
    let desqueezed = size[0].times(&squeeze);
    let strict = sense.is_some();
    let compared = if strict { &desqueezed } else { &size[0] };
    let letterboxed = aspect >= compared.over(&size[1])?;
    let outer = if letterboxed {
        [size[0].clone(), desqueezed.over(&aspect)?]
    } else {
        let width = size[1].times(&aspect);
        [if strict { width.over(&squeeze)? } else { width }, size[1].clone()]
    };
    step(if letterboxed { "letterbox" } else { "pillarbox" }, format!("{aspect}:1 is {} x {}", outer[0], outer[1]));

    let rounded = |size: &[T; 2], within: &[T; 2]| -> [T; 2] {
        std::array::from_fn(|k| {
            let rounded = size[k].to_grid(round.0, round.1);
            let fitted = if strict && rounded > within[k] { within[k].to_grid(round.0, RoundMode::Down) } else { rounded };
            // An area of one pixel holds no even size.
            if fitted > zero { fitted } else { size[k].clone() }
        })
    };
    let outside = rounded(&outer, &size);
    let share = match sense {
        None | Some(ProtectionSense::Inward) => one.minus(&protection),
        Some(ProtectionSense::Outward) => one.over(&one.plus(&protection))?,
    };
    let inner = outside.each_ref().map(|v| v.times(&share));
    step("framing", format!("{share} of it is {} x {}", inner[0], inner[1]));
    let protected = protection > zero;
    let inside = if protected { rounded(&inner, &outside) } else { outside.clone() };

    let centred = |size: &[T; 2]| {
        let around = if strict { &area } else { &whole };
        let start = [T::from_exact(&around.x), T::from_exact(&around.y)];
        let length = [T::from_exact(&around.width), T::from_exact(&around.height)];
        let [x, y]: [T; 2] = std::array::from_fn(|k| start[k].plus(&length[k].minus(&size[k]).half()));
        RectF::new(x.to_f64(), y.to_f64(), size[0].to_f64(), size[1].to_f64())
    };
    let framing = centred(&inside);
    step("rounded", format!("{} x {} at {}, {}", framing.width, framing.height, framing.x, framing.y));
    if framing.width <= 0.0 || framing.height <= 0.0 {
        return Err(Error::invalid("leaves no pixel").field("framing intent").value(&intent.id));
    }
    Ok(Decided { framing, protection: protected.then(|| centred(&outside)), steps })
}

/// `fdl` with the decision added to its canvas. The `uuid` is the caller's to renew.
///
/// Errors: the canvas has one for this intent already; an anchor that an FDL cannot hold (below 0).
pub fn with_decision(fdl: &Fdl, canvas_id: &str, intent: &FramingIntent, decided: &Decided) -> Result<Fdl> {
    let mut fdl = fdl.clone();
    let canvas = fdl.contexts.iter_mut().flat_map(|c| &mut c.canvases).find(|c| c.id == canvas_id);
    let canvas = canvas.ok_or_else(|| Error::invalid("is not in the FDL").field("canvas").value(canvas_id))?;
    let id = format!("{canvas_id}-{}", intent.id);
    if canvas.framing_decisions.iter().any(|d| d.id == id) {
        return Err(Error::invalid("the canvas has this framing decision already").field("framing decision").value(id));
    }
    let place = |r: RectF| -> Result<(Dimensions, Point)> {
        if r.x < 0.0 || r.y < 0.0 {
            let text = format!("{}, {}", r.x, r.y);
            return Err(Error::invalid("the framing leaves the canvas, which an FDL cannot say").field("anchor_point").value(text));
        }
        let dimensions = Dimensions { width: Number::try_from(r.width)?, height: Number::try_from(r.height)?, other: vec![] };
        Ok((dimensions, Point { x: Number::try_from(r.x)?, y: Number::try_from(r.y)?, other: vec![] }))
    };
    let (dimensions, anchor_point) = place(decided.framing)?;
    let (protection_dimensions, protection_anchor_point) = decided.protection.map(place).transpose()?.unzip();
    canvas.framing_decisions.push(FramingDecision {
        label: intent.label.clone(),
        id,
        framing_intent_id: intent.id.clone(),
        dimensions,
        anchor_point,
        protection_dimensions,
        protection_anchor_point,
        other: vec![],
    });
    Ok(fdl)
}

#[cfg(test)]
#[path = "intent_tests.rs"]
mod tests;
