//! Log.

use super::{
    node::{Node, by_channel, number, required},
    version::Format,
};
use crate::{
    color::{
        Op,
        curve::{Curve, Direction, Log},
    },
    error::{Error, Result},
    sidecar::xml::Element,
};

/// A logarithm of each channel or its inverse, in one of eight styles.
///
/// # Errors
/// An unknown style; parameters that it does not have or lacks; a base, slope or line that makes no curve.
pub(super) fn read(node: &Node) -> Result<Vec<Op>> {
    let style = node.style().ok_or_else(|| node.unknown_style())?;
    let plain = |base: f64| Ok(Parameters { base, ..Parameters::default() }.log(None));
    let camera = style.starts_with("camera");
    let (log, direction): (Result<Log>, _) = match style.as_str() {
        "log2" => (plain(2.0), Direction::Encode),
        "log10" => (plain(10.0), Direction::Encode),
        "antilog2" => (plain(2.0), Direction::Decode),
        "antilog10" => (plain(10.0), Direction::Decode),
        "lintolog" | "cameralintolog" => return by_parameters(node, camera, Direction::Encode),
        "logtolin" | "cameralogtolin" => return by_parameters(node, camera, Direction::Decode),
        _ => return Err(node.unknown_style()),
    };
    Ok(vec![Op::curve(Curve { kind: log?.into(), direction })])
}

fn by_parameters(node: &Node, camera: bool, direction: Direction) -> Result<Vec<Op>> {
    let channels = by_channel(node, "LogParams")?;
    let mut logs = vec![];
    let mut bases = vec![];
    for element in channels.rgb {
        let parameters = match element {
            None if camera => return Err(node.invalid("a channel has no linSideBreak")),
            None => Parameters::default(),
            Some(element) if is_cineon(node, element)? => cineon(element)?,
            Some(element) => Parameters::read(element)?,
        };
        bases.extend(element.and(Some(parameters.base)));
        let line = match (camera, element) {
            (true, Some(element)) => Some(line(element, &parameters)?),
            (false, Some(element)) if element.get("linSideBreak").is_some() || element.get("linearSlope").is_some() => {
                return Err(node.invalid("only the camera styles have linSideBreak and linearSlope"));
            }
            _ => None,
        };
        logs.push(Curve { kind: parameters.log(line).into(), direction });
    }
    if bases.windows(2).any(|b| b[0] != b[1]) {
        return Err(node.invalid("the base has to be the same in all channels"));
    }
    let curves: [Curve; 3] = logs.try_into().map_err(|_| node.invalid("has no three channels"))?;
    Ok(vec![Op::curves(curves)])
}

/// `logSideSlope * log(linSideSlope * x + linSideOffset, base) + logSideOffset`.
struct Parameters {
    base: f64,
    lin_slope: f64,
    lin_offset: f64,
    log_slope: f64,
    log_offset: f64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self { base: 2.0, lin_slope: 1.0, lin_offset: 0.0, log_slope: 1.0, log_offset: 0.0 }
    }
}

/// Below `lin_break`, `linear_slope * x + linear_offset`.
struct Line {
    lin_break: f64,
    slope: f64,
    offset: f64,
}

impl Parameters {
    fn read(element: &Element) -> Result<Self> {
        let default = Self::default();
        let or = |name, default| Ok::<f64, Error>(number(element, name)?.unwrap_or(default));
        let read = Self {
            base: or("base", default.base)?,
            lin_slope: or("linSideSlope", default.lin_slope)?,
            lin_offset: or("linSideOffset", default.lin_offset)?,
            log_slope: or("logSideSlope", default.log_slope)?,
            log_offset: or("logSideOffset", default.log_offset)?,
        };
        let at = |message: &str, field: &str, value: f64| Err(Error::invalid(message).field(field).value(value).line(element.line.0));
        // Beyond these a code value is no longer told from the next, in f32.
        let sound = |slope: f64, offset: f64| (1e-6..=1e6).contains(&slope.abs()) && (offset / slope).abs() <= 1e6;
        if read.log_slope != 0.0 && !sound(read.log_slope, read.log_offset) {
            return at("beyond all code values", "logSideSlope", read.log_slope);
        }
        if read.lin_slope != 0.0 && !(1e-12..=1e12).contains(&read.lin_slope.abs()) {
            return at("beyond all light", "linSideSlope", read.lin_slope);
        }
        if read.base <= 0.0 || read.base == 1.0 {
            return at("no base of a logarithm", "base", read.base);
        }
        if read.lin_slope == 0.0 {
            return at("may not be 0", "linSideSlope", read.lin_slope);
        }
        if read.log_slope == 0.0 {
            return at("may not be 0", "logSideSlope", read.log_slope);
        }
        Ok(read)
    }

    fn log(&self, line: Option<Line>) -> Log {
        let (rate, start) = (1.0 / self.log_slope, -self.log_offset / self.log_slope);
        let log = Log::to_base(self.base, rate, start, 1.0 / self.lin_slope, -self.lin_offset / self.lin_slope);
        match line {
            None => log,
            Some(line) => {
                let cut = line.lin_break * line.slope + line.offset;
                log.with_line(cut, 1.0 / line.slope, -line.offset / line.slope)
            }
        }
    }
}

/// The straight part of a camera style: by default with the slope of the logarithm where they meet; they always do meet.
fn line(element: &Element, p: &Parameters) -> Result<Line> {
    let lin_break = required(element, "linSideBreak")?;
    let at = |message: &str, field: &str, value: f64| Error::invalid(message).field(field).value(value).line(element.line.0);
    let inside = p.lin_slope * lin_break + p.lin_offset;
    if inside <= 0.0 {
        return Err(at("the logarithm is not defined there", "linSideBreak", lin_break));
    }
    let tangent = p.log_slope * p.lin_slope / (inside * p.base.ln());
    let slope = number(element, "linearSlope")?.unwrap_or(tangent);
    // The parts are told apart by the break and by its code value: the curve has to rise throughout.
    if tangent <= 0.0 || slope <= 0.0 || !slope.is_finite() {
        return Err(at("a camera style whose curve does not rise", "linearSlope", slope));
    }
    let code = p.log_slope * inside.log(p.base) + p.log_offset;
    Ok(Line { lin_break, slope, offset: code - slope * lin_break })
}

/// Whether the parameters are those of Cineon files, which CTF has besides its own from version 2.0 on, and alone before.
fn is_cineon(node: &Node, element: &Element) -> Result<bool> {
    if node.version.format != Format::Ctf {
        return Ok(false);
    }
    Ok(node.version.number < (2, 0) || ["gamma", "refWhite", "refBlack", "highlight", "shadow"].iter().any(|n| element.get(n).is_some()))
}

/// Kodak's film parameters: 10-bit codes of white and black, one code for 0.002 of density.
fn cineon(element: &Element) -> Result<Parameters> {
    let [gamma, white, black] = [required(element, "gamma")?, required(element, "refWhite")?, required(element, "refBlack")?];
    let [highlight, shadow] = [required(element, "highlight")?, required(element, "shadow")?];
    let at = |message: &str, field: &str| Error::invalid(message).field(field).line(element.line.0);
    if gamma < 0.01 {
        return Err(at("has to be at least 0.01", "gamma"));
    }
    if white <= black {
        return Err(at("has to be above refBlack", "refWhite"));
    }
    if highlight <= shadow {
        return Err(at("has to be above shadow", "highlight"));
    }
    const CODES: f64 = 1023.0;
    let rate = 0.002 * CODES / gamma;
    let black_light = 10f64.powf((black - white) / CODES * rate);
    let gain = (highlight - shadow) / (1.0 - black_light);
    // Light is gain * 10^((code - white) * rate) + base, which is shadow at black and highlight at white.
    let base = highlight - gain;
    Ok(Parameters { base: 10.0, lin_slope: 1.0 / gain, lin_offset: -base / gain, log_slope: 1.0 / rate, log_offset: white / CODES })
}
