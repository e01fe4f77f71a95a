//! Curves as Log and Exponent nodes.

use super::{child, node, number, range, refused};
use crate::{
    color::{
        Range,
        curve::{Curve, CurveKind, Direction, Linear, Log, MonCurve, Negatives, Power},
    },
    error::Result,
    sidecar::xml::{Element, Name},
};

/// How far the straight part of a curve may be from where CLF puts it, in code values: less than single precision shows.
const CLOSE: f64 = 1e-8;

/// # Errors
/// The kind of a curve that CLF does not have, or channels that do not go into one node.
pub(super) fn of(curves: &[Curve; 3]) -> Result<Vec<Element>> {
    let direction = curves[0].direction;
    if curves.iter().any(|c| c.direction != direction) {
        return Err(refused("a curve", "encodes one channel and decodes another, which is not one node in CLF"));
    }
    macro_rules! all {
        ($kind:ident) => {
            match [&curves[0].kind, &curves[1].kind, &curves[2].kind] {
                [CurveKind::$kind(r), CurveKind::$kind(g), CurveKind::$kind(b)] => Some([r, g, b]),
                _ => None,
            }
        };
    }
    if let Some(logs) = all!(Log) {
        return log(logs, direction);
    }
    if let Some(powers) = all!(Power) {
        return power(powers, direction);
    }
    if let Some(curves) = all!(MonCurve) {
        return mon_curve(curves, direction);
    }
    match curves.iter().find_map(|c| unwritten(&c.kind)) {
        Some(name) => Err(refused(name, "has no node in CLF")),
        None => Err(refused("a curve", "of another kind in each channel is not one node in CLF")),
    }
}

fn unwritten(kind: &CurveKind) -> Option<&'static str> {
    match kind {
        CurveKind::Log(_) | CurveKind::Power(_) | CurveKind::MonCurve(_) => None,
        CurveKind::TwoSided(_) => Some("a log curve of two sides (Canon Log 2 and 3)"),
        CurveKind::AcesCc(_) => Some("the ACEScc curve"),
        CurveKind::AppleLog(_) => Some("the Apple Log curve"),
        CurveKind::NLog(_) => Some("the N-Log curve"),
        CurveKind::FilmExposure(_) => Some("the ADX film density curve"),
        CurveKind::Shoulder(_) => Some("the shoulder of ARRI LogC3"),
        CurveKind::Pq(_) => Some("the PQ curve"),
        CurveKind::Hlg(_) => Some("the HLG curve"),
        CurveKind::GammaLog(_) => Some("a gamma and log curve"),
        CurveKind::DoubleLog(_) => Some("a log curve in two pieces"),
    }
}

/// One element of parameters where the channels are the same, else three.
fn parameters<T: PartialEq>(parent: &mut Element, name: &str, channels: [T; 3], attributes: impl Fn(&T) -> Vec<(&'static str, f64)>) {
    let same = channels[0] == channels[1] && channels[0] == channels[2];
    for (channel, of) in ["R", "G", "B"].into_iter().zip(&channels).take(if same { 1 } else { 3 }) {
        let mut element = Element::new(Name::new("", name, ""));
        if !same {
            element = element.attribute("channel", channel);
        }
        for (attribute, value) in attributes(of) {
            element = element.attribute(attribute, number(value));
        }
        child(parent, element);
    }
}

fn log(logs: [&Log; 3], direction: Direction) -> Result<Vec<Element>> {
    let lines = logs.map(|l| l.line);
    let camera = lines[0].is_some();
    if lines.iter().any(|l| l.is_some() != camera) {
        return Err(refused("a log curve", "with a straight part in some channels only is not one node in CLF"));
    }
    for log in logs {
        let finite = [1.0 / log.rate, log.start / log.rate, 1.0 / log.gain, log.base / log.gain].iter().all(|v| v.is_finite());
        if !finite {
            return Err(refused("a log curve", "that is flat has no node in CLF"));
        }
        if let Some(line) = log.line {
            meets(log, line)?;
        }
    }
    let style = match (camera, direction) {
        (false, Direction::Encode) => "linToLog",
        (false, Direction::Decode) => "logToLin",
        (true, Direction::Encode) => "cameraLinToLog",
        (true, Direction::Decode) => "cameraLogToLin",
    };
    let mut element = node("Log").attribute("style", style);
    parameters(&mut element, "LogParams", logs, |log| {
        let mut values = vec![
            ("base", 2.0),
            ("linSideSlope", 1.0 / log.gain),
            ("linSideOffset", -log.base / log.gain),
            ("logSideSlope", 1.0 / log.rate),
            ("logSideOffset", -log.start / log.rate),
        ];
        if let Some(line) = log.line {
            values.push(("linSideBreak", line.cut * line.slope + line.intercept));
            values.push(("linearSlope", 1.0 / line.slope));
        }
        values
    });
    Ok(vec![element])
}

/// CLF says the slope of the straight part, and has it begin where the logarithm ends.
fn meets(log: &Log, line: Linear) -> Result<()> {
    let linear = line.cut * line.slope + line.intercept;
    let inside = (linear - log.base) / log.gain;
    let code = (inside.log2() - log.start) / log.rate;
    let rises = log.rate > 0.0 && log.gain > 0.0 && line.slope > 0.0 && line.slope.is_finite();
    // A comparison with NaN is no.
    if rises && (code - line.cut).abs() <= CLOSE {
        return Ok(());
    }
    Err(refused("a log curve", "whose straight part does not meet it has no node in CLF"))
}

fn power(powers: [&Power; 3], direction: Direction) -> Result<Vec<Element>> {
    let negatives = powers[0].negatives;
    if powers.iter().any(|p| p.negatives != negatives) {
        return Err(refused("a power", "that treats negatives otherwise in each channel is not one node in CLF"));
    }
    if powers.iter().any(|p| !(0.01..=100.0).contains(&p.exponent)) {
        return Err(refused("a power", "has an exponent beyond 0.01 to 100, all that CLF takes"));
    }
    let style = match (negatives, direction) {
        (Negatives::Clamp, Direction::Decode) => "basicFwd",
        (Negatives::Clamp, Direction::Encode) => "basicRev",
        (Negatives::Mirror, Direction::Decode) => "basicMirrorFwd",
        (Negatives::Mirror, Direction::Encode) => "basicMirrorRev",
        (Negatives::Pass, Direction::Decode) => "basicPassThruFwd",
        (Negatives::Pass, Direction::Encode) => "basicPassThruRev",
    };
    let mut element = node("Exponent").attribute("style", style);
    parameters(&mut element, "ExponentParams", powers, |p| vec![("exponent", p.exponent)]);
    Ok(vec![element])
}

fn mon_curve(curves: [&MonCurve; 3], direction: Direction) -> Result<Vec<Element>> {
    let negatives = curves[0].negatives;
    if curves.iter().any(|p| p.negatives != negatives) {
        return Err(refused("a monCurve", "that treats negatives otherwise in each channel is not one node in CLF"));
    }
    if curves.iter().any(|c| !(1.0..=10.0).contains(&c.gamma) || !(0.0..=0.9).contains(&c.offset)) {
        return Err(refused("a monCurve", "has an exponent beyond 1 to 10 or an offset beyond 0 to 0.9, all that CLF takes"));
    }
    let style = match (negatives, direction) {
        (Negatives::Mirror, Direction::Decode) => "monCurveMirrorFwd",
        (Negatives::Mirror, Direction::Encode) => "monCurveMirrorRev",
        (_, Direction::Decode) => "monCurveFwd",
        (_, Direction::Encode) => "monCurveRev",
    };
    let mut element = node("Exponent").attribute("style", style);
    parameters(&mut element, "ExponentParams", curves, |c| vec![("exponent", c.gamma), ("offset", c.offset)]);
    let mut nodes = if negatives == Negatives::Clamp { range(&Range::clamp(Some(0.0), None)) } else { vec![] };
    nodes.push(element);
    Ok(nodes)
}
