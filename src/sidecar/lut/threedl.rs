//! `.3dl` of Lustre and Flame: whole numbers, an optional shaper on one line, then a cube with blue running fastest.

use super::{
    Format, LookFile,
    text::{Line, blue_fastest, edge_of, lines},
};
use crate::{
    color::{Interpolation, Lut1, Lut1Domain, Lut3, Op},
    error::{Error, Result},
};

/// Shaper entries this far in code values from a straight line are rounding.
const SHAPER_TOLERANCE: f64 = 2.0;

pub fn parse(text: &str) -> Result<LookFile> {
    let mut shaper: Option<Vec<f64>> = None;
    let mut rows: Vec<[f64; 3]> = Vec::new();
    for line in lines(text) {
        // Headers and footers (`3DMESH`, `Mesh 4 12`, `LUT8`, `gamma 1.0`) say nothing that the numbers do not.
        if !line.text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) || line.text.starts_with("3DMESH") {
            continue;
        }
        let values: Vec<f64> = line.words().map(|word| code(line, word)).collect::<Result<_>>()?;
        match values[..] {
            [r, g, b] => rows.push([r, g, b]),
            _ if shaper.is_none() && rows.is_empty() && values.len() > 3 => shaper = Some(values),
            _ => return Err(line.error("neither three numbers nor, before them, a shaper")),
        }
    }
    let size = edge_of(rows.len()).ok_or_else(|| Error::invalid("the number of colours is not that of a cube").value(rows.len()))?;

    let mut ops = Vec::new();
    if let Some(shaper) = shaper {
        ops.extend(shaper_op(&shaper)?);
    }
    let full = full_scale(rows.iter().flatten().fold(0.0, |m, v| v.max(m)));
    for value in rows.iter_mut().flatten() {
        *value /= full;
    }
    let lattice = blue_fastest(size, &rows).ok_or_else(|| Error::invalid("not a cube").value(size))?;
    ops.push(Op::Lut3(Lut3::new(lattice, Interpolation::Trilinear)));
    Ok(LookFile::of(Format::ThreeDl, ops))
}

fn code(line: Line<'_>, word: &str) -> Result<f64> {
    match word.parse::<u32>() {
        Ok(n) => Ok(n.into()),
        Err(_) => Err(Error::invalid("not a whole number").value(word).line(line.number)),
    }
}

/// The code value that means 1: of the fewest bits, 8 to 16 by twos, that reach half as far as `largest`.
/// (OpenColorIO's rule: tables need not reach white, and may go beyond it.)
fn full_scale(largest: f64) -> f64 {
    let bits = [8, 10, 12, 14].into_iter().find(|bits| largest < f64::from(2 << bits)).unwrap_or(16);
    f64::from((1 << bits) - 1)
}

/// The shaper as a 1D table before the cube, unless it is a straight line.
fn shaper_op(shaper: &[f64]) -> Result<Option<Op>> {
    let largest = shaper.iter().fold(0.0f64, |m, v| v.max(m));
    if largest < 128.0 {
        return Err(Error::invalid("too small for code values").field("shaper").value(largest));
    }
    let full = full_scale(largest);
    let step = full / (shaper.len() - 1) as f64;
    if shaper.iter().enumerate().all(|(i, v)| (v - i as f64 * step).abs() < SHAPER_TOLERANCE) {
        return Ok(None);
    }
    Ok(Some(Op::Lut1(Lut1::same(Lut1Domain::Uniform, shaper.iter().map(|v| v / full).collect())?)))
}
