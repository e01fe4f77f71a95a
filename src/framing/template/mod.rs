//! Canvas templates: source canvas + framing decision + template make a new canvas + decision (FDL 2.0.1, section 7.4).
//!
//! Published implementations do not agree with each other nor with the specification, so there are three [`Mode`]s. The
//! algorithm stands once, in [`engine`], over the kind of number and the [`engine::Rules`] of the mode.

mod choice;
mod derive;
mod engine;
pub(super) mod number;
mod picture;
mod trace;

pub use choice::{TemplateChoice, pick, split};
pub use derive::{canvas_ids, derived_fdl, free_id};
pub(super) use picture::covered;
pub use picture::template_geometry;
pub use trace::{TemplateStep, TemplateValue};

use super::{Frame, fraction::Fraction};
use crate::{
    error::{Error, Result},
    image::{RectF, Size},
    sidecar::fdl::{CanvasTemplate, Even, RoundMode},
};
use engine::{Outcome, Rect, Rules};
use number::Real;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trace::Trace;

/// Whose arithmetic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Mode {
    /// The specification in exact fractions: the scale is a ratio, `round` is even and up where it is not given, and only
    /// the canvas is rounded, once, at the end.
    ///
    /// * What is fitted to a target has exactly that size before rounding, and rounding goes to the next even (or whole)
    ///   number at most. The canvas never leaves `maximum_dimensions`, also where those are odd and `round` says even.
    /// * Half of what rounding adds to the canvas goes before the picture, half after; what rounding down takes away is
    ///   taken on both sides.
    /// * The effective area is the smallest of whole pixels around the scaled one, within the canvas: schemas ask for
    ///   whole numbers. Protection and framing decision stay as the fractions they are.
    /// * 0 on one axis of the target: that axis takes the size that the other one's scale gives it, or the maximum where that is
    ///   smaller. 0 as target squeeze keeps the source's.
    /// * A layer to preserve that lies within the one to fit changes nothing.
    #[default]
    #[serde(rename = "exact")]
    Exact,
    /// What the published `asc-fdl` 1.0.2 computes: floats, a scale that is rounded first, every size and anchor rounded once
    /// scaled; whole and nearest where `round` is not given.
    #[serde(rename = "asc-1.0.2")]
    Asc102,
    /// What the reference's main branch computes since its commit 18f285e: as [`Mode::Exact`], in floats.
    #[serde(rename = "asc-main")]
    AscMain,
}

impl Mode {
    pub const ALL: [Mode; 3] = [Mode::Exact, Mode::Asc102, Mode::AscMain];

    pub const fn name(self) -> &'static str {
        match self {
            Mode::Exact => "exact",
            Mode::Asc102 => "asc-1.0.2",
            Mode::AscMain => "asc-main",
        }
    }

    const fn rules(self) -> Rules {
        let spec = (Even::Even, RoundMode::Up);
        match self {
            Mode::Exact => Rules { ratio: true, rounds_early: false, default_round: spec, strict: true, zero_is_open: true },
            Mode::AscMain => Rules { ratio: true, rounds_early: false, default_round: spec, strict: false, zero_is_open: true },
            Mode::Asc102 => {
                let default_round = (Even::Whole, RoundMode::Round);
                Rules { ratio: false, rounds_early: true, default_round, strict: false, zero_is_open: false }
            }
        }
    }
}

impl std::fmt::Display for Mode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Mode {
    type Err = Error;
    fn from_str(s: &str) -> Result<Self> {
        let found = Mode::ALL.into_iter().find(|m| m.name() == s);
        found.ok_or_else(|| Error::usage("exact, asc-1.0.2 or asc-main").field("mode").value(s))
    }
}

/// A canvas that a template made, in its own pixels (not desqueezed), origin top left.
#[derive(Clone, Debug, PartialEq)]
pub struct Derived {
    pub mode: Mode,
    /// Pixels of the new canvas for one of the desqueezed source, before the target squeeze.
    pub scale_factor: f64,
    /// The part of the source canvas that is kept, in its pixels: the outermost of the layers to preserve and to fit.
    pub source: RectF,
    /// Where it comes to lie in the new canvas: `_content_translation` and `_scaled_bounding_box`. May reach beyond it.
    pub picture: RectF,
    pub canvas: Size,
    pub effective: RectF,
    pub protection: Option<RectF>,
    pub framing: RectF,
    /// Width of a pixel over its height when displayed.
    pub squeeze: f64,
    /// The arithmetic, where it was asked for.
    pub steps: Vec<TemplateStep>,
}

/// Applies a template.
///
/// Errors: a layer to fit or preserve that the source has not (never replaced by another), a target of 0 on the axis the
/// scale comes from, a canvas without pixels or beyond 32 bits, and in [`Mode::Exact`] a framing decision that would lie
/// outside the canvas.
pub fn apply(source: &Frame, template: &CanvasTemplate, mode: Mode) -> Result<Derived> {
    run(source, template, mode, false)
}

/// As [`apply`], with every step of the arithmetic.
pub fn explain(source: &Frame, template: &CanvasTemplate, mode: Mode) -> Result<Derived> {
    run(source, template, mode, true)
}

fn run(source: &Frame, template: &CanvasTemplate, mode: Mode, explained: bool) -> Result<Derived> {
    let mut trace = Trace::new(explained);
    let rules = mode.rules();
    let derived = match mode {
        Mode::Exact => finish(engine::run::<Fraction>(source, template, &rules, &mut trace)?, mode, trace),
        Mode::Asc102 | Mode::AscMain => finish(engine::run::<f64>(source, template, &rules, &mut trace)?, mode, trace),
    };
    derived.map_err(|e| e.field("canvas template").value(&template.id))
}

fn finish<T: Real>(outcome: Outcome<T>, mode: Mode, trace: Trace) -> Result<Derived> {
    let pixels = |v: &T| {
        let whole = v.to_u32().filter(|n| *n > 0);
        whole.ok_or_else(|| Error::invalid("not 1 pixel or more").field("canvas dimensions").value(v))
    };
    let rect = |r: &Rect<T>| RectF::new(r.at[0].to_f64(), r.at[1].to_f64(), r.size[0].to_f64(), r.size[1].to_f64());
    let framing = rect(&outcome.framing);
    if mode == Mode::Exact && (framing.width <= 0.0 || framing.height <= 0.0) {
        return Err(Error::invalid("the framing decision would lie outside the new canvas"));
    }
    Ok(Derived {
        mode,
        scale_factor: outcome.scale.to_f64(),
        source: rect(&outcome.source),
        picture: rect(&Rect { size: outcome.bounding_box, at: outcome.translation }),
        canvas: Size::new(pixels(&outcome.canvas[0])?, pixels(&outcome.canvas[1])?),
        effective: rect(&outcome.effective),
        protection: outcome.protection.as_ref().map(rect),
        framing,
        squeeze: outcome.squeeze.to_f64(),
        steps: trace.steps,
    })
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
