//! Exponent, and Gamma, its name in CTF.

use super::node::{Node, by_channel, number};
use crate::{
    color::{
        Op,
        curve::{Curve, CurveKind, Direction, MonCurve, Negatives, Power},
    },
    error::{Error, Result},
    sidecar::xml::Element,
};
use std::ops::RangeInclusive;

/// The exponents of the basic styles, and exponents and offsets of monCurve, that ST 2136-1 allows.
const BASIC: RangeInclusive<f64> = 0.01..=100.0;
const MON_CURVE: RangeInclusive<f64> = 1.0..=10.0;
const OFFSET: RangeInclusive<f64> = 0.0..=0.9;

/// Names of the element with the parameters and of the exponent in it.
#[derive(Clone, Copy)]
pub(super) struct Names {
    parameters: &'static str,
    exponent: &'static str,
}

pub(super) const EXPONENT: Names = Names { parameters: "ExponentParams", exponent: "exponent" };
pub(super) const GAMMA: Names = Names { parameters: "GammaParams", exponent: "gamma" };

struct Style {
    mon_curve: bool,
    negatives: Negatives,
}

/// A power of each channel, in one of ten styles. A channel without parameters has exponent 1.
///
/// # Errors
/// An unknown style, no parameters, parameters that the style does not have or that are out of its range.
pub(super) fn read(node: &Node, names: Names) -> Result<Vec<Op>> {
    let name = node.style().ok_or_else(|| node.unknown_style())?;
    let (base, direction) = match (name.strip_suffix("fwd"), name.strip_suffix("rev")) {
        (Some(base), _) => (base, Direction::Decode),
        (_, Some(base)) => (base, Direction::Encode),
        _ => return Err(node.unknown_style()),
    };
    let (mon_curve, negatives) = match base {
        "basic" => (false, Negatives::Clamp),
        "basicmirror" => (false, Negatives::Mirror),
        "basicpassthru" => (false, Negatives::Pass),
        "moncurve" => (true, Negatives::Pass),
        "moncurvemirror" => (true, Negatives::Mirror),
        _ => return Err(node.unknown_style()),
    };
    let style = Style { mon_curve, negatives };
    let channels = by_channel(node, names.parameters)?;
    if channels.rgb.iter().all(Option::is_none) {
        return Err(node.invalid(format!("has no {}", names.parameters)));
    }
    if let Some(alpha) = channels.alpha {
        style.curve(alpha, names)?;
    }
    let mut curves = vec![];
    for channel in channels.rgb {
        let kind = channel.map_or_else(|| Ok(style.identity()), |c| style.curve(c, names))?;
        curves.push(Curve { kind, direction });
    }
    let curves: [Curve; 3] = curves.try_into().map_err(|_| node.invalid("has no three channels"))?;
    Ok(vec![Op::curves(curves)])
}

impl Style {
    fn identity(&self) -> CurveKind {
        self.kind(1.0, 0.0)
    }

    fn kind(&self, exponent: f64, offset: f64) -> CurveKind {
        let negatives = self.negatives;
        if self.mon_curve { MonCurve { gamma: exponent, offset, negatives }.into() } else { Power { exponent, negatives }.into() }
    }

    fn curve(&self, parameters: &Element, names: Names) -> Result<CurveKind> {
        let at = |message: String, field: &str| Error::invalid(message).field(field).line(parameters.line.0);
        let exponent = number(parameters, names.exponent)?.ok_or_else(|| at("is missing".into(), names.exponent))?;
        let offset = match (self.mon_curve, number(parameters, "offset")?) {
            (true, Some(offset)) => offset,
            (false, None) => 0.0,
            (true, None) => return Err(at("is missing: the monCurve styles have one".into(), "offset")),
            (false, Some(_)) => return Err(at("the basic styles have none".into(), "offset")),
        };
        let exponents = if self.mon_curve { MON_CURVE } else { BASIC };
        for (value, range, field) in [(exponent, exponents, names.exponent), (offset, OFFSET, "offset")] {
            if !range.contains(&value) {
                return Err(at(format!("not within {} to {}", range.start(), range.end()), field).value(value));
            }
        }
        Ok(self.kind(exponent, offset))
    }
}
