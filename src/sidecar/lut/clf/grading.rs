//! The grading nodes of CTF: ExposureContrast, GradingPrimary, GradingTone, GradingRGBCurve, GradingHueCurve.

use super::node::{Node, finite_list, number, only_child, required, three};
use crate::{
    color::{
        Op,
        grading::{
            ControlPoints, ExposureContrast, GradingPrimary, GradingRgbCurve, GradingStyle, GradingTone,
            PrimaryControls, RgbCurves, Rgbm, ToneControls, Zone,
        },
    },
    error::{Error, Result},
    sidecar::xml::Element,
};

/// The style of a grading node, and whether it runs backwards.
fn style(node: &Node) -> Result<(GradingStyle, bool)> {
    let name = node.style().ok_or_else(|| node.unknown_style())?;
    let (base, inverse) = name.strip_suffix("rev").map_or((name.as_str(), false), |base| (base, true));
    let style = match base {
        "log" => GradingStyle::Log,
        "linear" => GradingStyle::Linear,
        "video" => GradingStyle::Video,
        _ => return Err(node.unknown_style()),
    };
    Ok((style, inverse))
}

fn directed(node: &Node, op: Op, inverse: bool) -> Result<Vec<Op>> {
    let op = if inverse { op.inverse().ok_or_else(|| node.unsupported("cannot be undone"))? } else { op };
    Ok(vec![op])
}

/// # Errors
/// No `ECParams`, or numbers missing in it.
pub(super) fn exposure_contrast(node: &Node) -> Result<Vec<Op>> {
    let (style, inverse) = style(node)?;
    let parameters = node.child("ECParams")?.ok_or_else(|| node.invalid("has no ECParams"))?;
    let neutral = ExposureContrast::neutral(style);
    let or = |name, default| Ok::<f64, Error>(number(parameters, name)?.unwrap_or(default));
    let op = Op::ExposureContrast(ExposureContrast {
        exposure: required(parameters, "exposure")?,
        contrast: required(parameters, "contrast")?,
        pivot: required(parameters, "pivot")?,
        gamma: or("gamma", neutral.gamma)?,
        log_exposure_step: or("logExposureStep", neutral.log_exposure_step)?,
        log_mid_gray: or("logMidGray", neutral.log_mid_gray)?,
        ..neutral
    });
    directed(node, op, inverse)
}

/// The attributes `rgb` and `master` of a child.
fn rgbm(node: &Node, child: &'static str, default: Rgbm) -> Result<Rgbm> {
    let Some(element) = node.child(child)? else { return Ok(default) };
    Ok(Rgbm::new(three(element, "rgb")?.unwrap_or(default.rgb), number(element, "master")?.unwrap_or(default.master)))
}

/// An attribute of a child.
fn control(node: &Node, child: &'static str, attribute: &str, default: f64) -> Result<f64> {
    let Some(element) = node.child(child)? else { return Ok(default) };
    Ok(number(element, attribute)?.unwrap_or(default))
}

/// # Errors
/// Controls that the op does not take.
pub(super) fn primary(node: &Node) -> Result<Vec<Op>> {
    let (style, inverse) = style(node)?;
    let c = PrimaryControls::neutral(style);
    let clamp = |attribute| match node.child("Clamp")? {
        Some(element) => number(element, attribute),
        None => Ok(None),
    };
    let controls = PrimaryControls {
        brightness: rgbm(node, "Brightness", c.brightness)?,
        contrast: rgbm(node, "Contrast", c.contrast)?,
        gamma: rgbm(node, "Gamma", c.gamma)?,
        offset: rgbm(node, "Offset", c.offset)?,
        exposure: rgbm(node, "Exposure", c.exposure)?,
        lift: rgbm(node, "Lift", c.lift)?,
        gain: rgbm(node, "Gain", c.gain)?,
        saturation: control(node, "Saturation", "master", c.saturation)?,
        pivot: control(node, "Pivot", "contrast", c.pivot)?,
        pivot_black: control(node, "Pivot", "black", c.pivot_black)?,
        pivot_white: control(node, "Pivot", "white", c.pivot_white)?,
        clamp_black: clamp("black")?,
        clamp_white: clamp("white")?,
    };
    directed(node, Op::GradingPrimary(Box::new(GradingPrimary::new(style, controls)?)), inverse)
}

/// A zone, by the names that its place and its extent have.
fn zone(node: &Node, child: &'static str, [place, extent]: [&str; 2], default: Zone) -> Result<Zone> {
    let rgbm = rgbm(node, child, Rgbm::new(default.rgb, default.master))?;
    let (start, width) = (control(node, child, place, default.start)?, control(node, child, extent, default.width)?);
    Ok(Zone::new(rgbm.rgb, rgbm.master, start, width))
}

/// # Errors
/// Controls that the op does not take.
pub(super) fn tone(node: &Node) -> Result<Vec<Op>> {
    let (style, inverse) = style(node)?;
    let c = ToneControls::neutral(style);
    let controls = ToneControls {
        blacks: zone(node, "Blacks", ["start", "width"], c.blacks)?,
        shadows: zone(node, "Shadows", ["start", "pivot"], c.shadows)?,
        midtones: zone(node, "Midtones", ["center", "width"], c.midtones)?,
        highlights: zone(node, "Highlights", ["start", "pivot"], c.highlights)?,
        whites: zone(node, "Whites", ["start", "width"], c.whites)?,
        s_contrast: control(node, "SContrast", "master", c.s_contrast)?,
    };
    directed(node, Op::GradingTone(Box::new(GradingTone::new(style, controls)?)), inverse)
}

/// The points of a curve, and its slopes if they are given.
fn curve(node: &Node, child: &'static str, default: ControlPoints) -> Result<ControlPoints> {
    let Some(element) = node.child(child)? else { return Ok(default) };
    let at = |message: &str, e: &Element| Error::invalid(message).field(child).line(e.line.0);
    let points = only_child(element, "ControlPoints")?.ok_or_else(|| at("has no ControlPoints", element))?;
    let numbers = finite_list(points)?;
    if numbers.len() % 2 != 0 {
        return Err(at("not pairs of numbers", points));
    }
    let mut curve = ControlPoints::new(numbers.chunks_exact(2).map(|p| [p[0], p[1]]).collect::<Vec<_>>());
    if let Some(slopes) = only_child(element, "Slopes")? {
        curve.slopes = finite_list(slopes)?;
    }
    Ok(curve)
}

/// # Errors
/// Curves that the op does not take.
pub(super) fn rgb_curve(node: &Node) -> Result<Vec<Op>> {
    let (style, inverse) = style(node)?;
    let c = RgbCurves::neutral(style);
    let curves = RgbCurves {
        red: curve(node, "Red", c.red)?,
        green: curve(node, "Green", c.green)?,
        blue: curve(node, "Blue", c.blue)?,
        master: curve(node, "Master", c.master)?,
    };
    let bypass = node.flag("bypassLinToLog")?;
    directed(node, Op::GradingRgbCurve(Box::new(GradingRgbCurve::new(style, curves, bypass)?)), inverse)
}
