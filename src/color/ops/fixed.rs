//! The fixed functions of CTF files and OpenColorIO 2.6, by the names they have in CTF.

use super::{
    Aces2, Aces2Step, CoordinateSystem, Coordinates, Curve, Ootf, Op, ReferenceGamutCompression,
    aces1::{Glow, RedModifier, Surround},
    curve::{DoubleLog, GammaLog, Log, Pq},
    grading::GradingStyle,
};
use crate::{
    color::rgb::Chromaticities,
    error::{Error, Result},
};

/// Luminance below which OpenColorIO's Rec.2100 surround has a constant gain.
const SURROUND_FLOOR: f64 = 1e-4;
/// And its surround of ACES 1, which the Academy's makes black below 0.
const DIM_FLOOR: f64 = 1e-10;

/// The op of the `FixedFunction` element of a CTF (formerly `ACES` and `Function`) with this `style`, in any case of letters, and these
/// `params`.
///
/// Errors name `style` that is not known, or `params` that are too few, too many or outside what the function takes.
pub fn fixed_function(style: &str, params: &[f64]) -> Result<Vec<Op>> {
    let name = style.to_ascii_lowercase();
    let (forward, inverse) = forward_op(&name, params)?
        .map_or_else(|| Err(Error::unsupported("a fixed function that is not known").field("style").value(style)), Ok)?;
    if !inverse {
        return Ok(vec![forward]);
    }
    let back = forward.inverse().ok_or_else(|| Error::invalid("a function that cannot be undone").field("style").value(style))?;
    Ok(vec![back])
}

/// The op of a style, and whether the style means its inverse.
fn forward_op(name: &str, params: &[f64]) -> Result<Option<(Op, bool)>> {
    let coordinates = |system| Op::Coordinates(Coordinates::to(system));
    let none = |op: Op| numbers::<0>(params).map(|[]| op);
    let op = match name {
        "redmod03fwd" | "redmod03rev" => none(Op::RedModifier(RedModifier::V03))?,
        "redmod10fwd" | "redmod10rev" => none(Op::RedModifier(RedModifier::V10))?,
        "glow03fwd" | "glow03rev" => none(Op::Glow(Glow::V03))?,
        "glow10fwd" | "glow10rev" => none(Op::Glow(Glow::V10))?,
        "darktodim10" | "dimtodark10" => none(Op::Surround(Surround { floor: DIM_FLOOR, ..Surround::DARK_TO_DIM }))?,
        "gamutcomp13fwd" | "gamutcomp13rev" => gamut_compression(numbers(params)?)?,
        "surround" | "rec2100surroundfwd" | "rec2100surroundrev" => surround(numbers(params)?)?,
        "rgb_to_hsv" | "hsv_to_rgb" => none(coordinates(CoordinateSystem::Hsv))?,
        "rgb_to_hsy_log" | "hsy_log_to_rgb" => none(coordinates(CoordinateSystem::Hsy(GradingStyle::Log)))?,
        "rgb_to_hsy_lin" | "hsy_lin_to_rgb" => none(coordinates(CoordinateSystem::Hsy(GradingStyle::Linear)))?,
        "rgb_to_hsy_vid" | "hsy_vid_to_rgb" => none(coordinates(CoordinateSystem::Hsy(GradingStyle::Video)))?,
        "xyz_to_xyy" | "xyy_to_xyz" => none(coordinates(CoordinateSystem::Xyy))?,
        "xyz_to_uvy" | "uvy_to_xyz" => none(coordinates(CoordinateSystem::Uvy))?,
        "xyz_to_luv" | "luv_to_xyz" => none(coordinates(CoordinateSystem::Luv))?,
        "lin_to_pq" | "pq_to_lin" => none(Op::curve(Curve::encode(Pq)))?,
        "lin_to_gammalog" | "gammalog_to_lin" => Op::curve(Curve::encode(gamma_log(numbers(params)?)?)),
        "lin_to_doublelog" | "doublelog_to_lin" => Op::curve(Curve::encode(double_log(numbers(params)?)?)),
        "acesoutputtransform20fwd" | "acesoutputtransform20inv" => {
            let [peak, rest @ ..]: [f64; 9] = numbers(params)?;
            Op::Aces2(Aces2::new(peak, &primaries(rest)).ok_or_else(|| outside(PEAK_AND_PRIMARIES, params))?)
        }
        "rgb_to_jmh_20" | "jmh_to_rgb_20" => {
            let space = primaries(numbers(params)?);
            Op::Aces2Step(Aces2Step::appearance(&space).ok_or_else(|| outside("primaries with an area", params))?)
        }
        "tonescalecompress20fwd" | "tonescalecompress20inv" => {
            let [peak] = numbers(params)?;
            Op::Aces2Step(Aces2Step::tone(peak).ok_or_else(|| outside("a peak of 10 to 10000 nit", params))?)
        }
        "gamutcompress20fwd" | "gamutcompress20inv" => {
            let [peak, rest @ ..]: [f64; 9] = numbers(params)?;
            Op::Aces2Step(Aces2Step::gamut(peak, &primaries(rest)).ok_or_else(|| outside(PEAK_AND_PRIMARIES, params))?)
        }
        _ => return Ok(None),
    };
    let back = ["rev", "inv", "_to_rgb", "_to_rgb_20", "_to_xyz", "_to_lin", "dimtodark10"];
    Ok(Some((op, back.iter().any(|end| name.ends_with(end)))))
}

const PEAK_AND_PRIMARIES: &str = "a peak of 10 to 10000 nit and primaries with an area";

fn primaries([rx, ry, gx, gy, bx, by, wx, wy]: [f64; 8]) -> Chromaticities {
    Chromaticities::new([rx, ry], [gx, gy], [bx, by], [wx, wy])
}

/// `params`, of which there have to be `N`, all of them numbers.
fn numbers<const N: usize>(params: &[f64]) -> Result<[f64; N]> {
    if let Some(bad) = params.iter().find(|x| !x.is_finite()) {
        return Err(Error::invalid("not a number").field("params").value(bad));
    }
    params.try_into().map_err(|_| Error::invalid(format!("has to be {N} numbers")).field("params").value(params.len()))
}

fn outside(what: &str, params: &[f64]) -> Error {
    Error::invalid(format!("has to be {what}")).field("params").value(format!("{params:?}"))
}

fn surround([gamma]: [f64; 1]) -> Result<Op> {
    match (0.001..=100.0).contains(&gamma) {
        true => Ok(Op::Ootf(Ootf { gamma, floor: SURROUND_FLOOR })),
        false => Err(outside("a gamma of 0.001 to 100", &[gamma])),
    }
}

fn gamut_compression(params: [f64; 7]) -> Result<Op> {
    let [cyan, magenta, yellow, cyan_from, magenta_from, yellow_from, power] = params;
    ReferenceGamutCompression::new([cyan, magenta, yellow], [cyan_from, magenta_from, yellow_from], power)
        .map(Op::GamutCompression)
        .ok_or_else(|| outside("limits of 1.001 to 65504, thresholds of 0 to 0.9995 and a power of 1 to 65504", &params))
}

/// `log_slope * log_base(slope * light + offset) + log_offset` as code to light.
fn log(base: f64, log_slope: f64, log_offset: f64, slope: f64, offset: f64) -> Option<Log> {
    let curve = Log::to_base(base, 1.0 / log_slope, -log_offset / log_slope, 1.0 / slope, -offset / slope);
    let sound = base > 0.0 && base != 1.0 && log_slope != 0.0 && slope != 0.0;
    (sound && [curve.rate, curve.start, curve.gain, curve.base].iter().all(|x| x.is_finite())).then_some(curve)
}

fn gamma_log(params: [f64; 10]) -> Result<GammaLog> {
    let [mirror, break_point, power, slope, offset, base, log_slope, log_offset, linear_slope, linear_offset] = params;
    log(base, log_slope, log_offset, linear_slope, linear_offset)
        .filter(|_| power != 0.0 && slope != 0.0 && break_point >= mirror)
        .map(|log| GammaLog { mirror, break_point, power, slope, offset, log })
        .ok_or_else(|| outside("slopes and a power that are not 0, a base above 0 that is not 1, a break not below the mirror", &params))
}

fn double_log(params: [f64; 13]) -> Result<DoubleLog> {
    let [base, break1, break2, log_slope1, log_offset1, slope1, offset1, log_slope2, log_offset2, slope2, offset2, slope, intercept] =
        params;
    let low = log(base, log_slope1, log_offset1, slope1, offset1);
    let high = log(base, log_slope2, log_offset2, slope2, offset2);
    match (low, high) {
        (Some(low), Some(high)) if break1 <= break2 && (slope != 0.0 || break1 == break2) => {
            // Without a width, the line has no part.
            let slope = if slope == 0.0 { 1.0 } else { slope };
            Ok(DoubleLog { breaks: [break1, break2], low, high, slope, intercept })
        }
        _ => Err(outside("slopes that are not 0, a base above 0 that is not 1, breaks in order", &params)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_styles_and_wrong_parameters_are_errors() {
        for (style, params, says) in [
            ("Glow11Fwd", vec![], "style = Glow11Fwd"),
            ("Glow10Fwd", vec![1.0], "params = 1"),
            ("Rec2100SurroundFwd", vec![], "params = 0"),
            ("Rec2100SurroundFwd", vec![0.0], "0.001"),
            ("GamutComp13Fwd", vec![1.0, 1.2, 1.3, 0.8, 0.8, 0.8, 1.2], "1.001"),
            ("Lin_TO_GammaLog", vec![f64::NAN; 10], "not a number"),
        ] {
            let error = fixed_function(style, &params).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
