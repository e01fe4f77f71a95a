//! LUT1D, and InverseLUT1D of CTF.

use super::{
    index_map,
    node::{Array, Node, warning},
    version::Format,
};
use crate::{
    color::{HALF_DOMAIN, Lut1, Lut1Domain, Op},
    error::{Error, Result},
    sidecar::Diagnostic,
};
use half::f16;

/// A table of one or three columns, over 0..1 or over every half; before it, in documents of version 2, its index map.
///
/// # Errors
/// Another interpolation than linear; attributes that are not what they may be; dimensions or a count of numbers that do not
/// fit.
pub(super) fn read(node: &Node, inverse: bool, findings: &mut Vec<Diagnostic>) -> Result<Vec<Op>> {
    if let Some(other) = node.element.get("interpolation").filter(|i| *i != "linear") {
        return Err(Error::unsupported("only linear").field("interpolation").value(other).line(node.element.line.0));
    }
    let half_domain = node.flag("halfDomain")?;
    let domain = if half_domain { Lut1Domain::Half } else { Lut1Domain::Uniform };
    let mut array = node.array()?;
    let (count, columns) = match array.dim[..] {
        [count, columns @ (1 | 3)] if count >= 2 => (count, columns),
        _ => return Err(Error::invalid("not the dimensions of a LUT1D").field("dim").value(array.written_dim()).line(array.line)),
    };
    if half_domain && count != HALF_DOMAIN {
        return Err(Error::invalid("a half domain has 65536 entries").field("dim").value(array.written_dim()).line(array.line));
    }
    array.holds(count * columns)?;
    if node.flag("rawHalfs")? {
        decode_halfs(&mut array)?;
    }
    // An inverse table holds what comes in.
    let scale = if inverse { node.input } else { node.output }.scale();
    let column = |c: usize| array.values.iter().skip(c).step_by(columns).map(|v| v / scale).collect::<Vec<f64>>();
    let channels = [0, 1, 2].map(|c| column(c.min(columns - 1)));
    if array.finite().is_err() {
        findings.push(warning("NOT_FINITE", "has entries that are not finite: NaN is 0, infinity 2^64", node.element, node.name()));
    }
    let lut = Lut1::new(domain, channels, hue_adjust(node)?)?;
    let lut = if inverse { lut.inverse() } else { lut };
    let mut ops = index_map::read(node, count, findings)?;
    ops.push(Op::Lut1(lut));
    Ok(ops)
}

/// Entries that are the bit patterns of halves.
fn decode_halfs(array: &mut Array) -> Result<()> {
    for value in &mut array.values {
        let bits = *value as u16;
        if f64::from(bits) != *value {
            return Err(Error::invalid("not the bits of a half").field("Array").value(value).line(array.line));
        }
        *value = f16::from_bits(bits).to_f64();
    }
    Ok(())
}

/// `hueAdjust` came with CTF 1.4; documents before may have anything there.
fn hue_adjust(node: &Node) -> Result<bool> {
    match node.element.get("hueAdjust") {
        None => Ok(false),
        Some(_) if node.version.format == Format::Ctf && node.version.number < (1, 4) => Ok(false),
        Some("dw3") => Ok(true),
        Some(other) => Err(Error::unsupported("only dw3").field("hueAdjust").value(other).line(node.element.line.0)),
    }
}
