//! ASC_CDL.

use super::node::{Node, finite_numbers, only_child};
use crate::{
    color::{Cdl, CdlStyle, Op},
    error::{Error, Result},
    sidecar::xml::Element,
};

/// Slope, offset, power and saturation; either may be missing.
///
/// # Errors
/// An incomplete `SOPNode`, or numbers outside the ASC's ranges; a reverse style of what cannot be undone.
pub(super) fn read(node: &Node) -> Result<Vec<Op>> {
    let (style, inverse) = match node.style().as_deref() {
        // CTF's own names come second.
        None | Some("fwd" | "v1.2_fwd") => (CdlStyle::Asc, false),
        Some("rev" | "v1.2_rev") => (CdlStyle::Asc, true),
        Some("fwdnoclamp" | "noclampfwd") => (CdlStyle::NoClamp, false),
        Some("revnoclamp" | "noclamprev") => (CdlStyle::NoClamp, true),
        Some(_) => return Err(node.unknown_style()),
    };
    let mut cdl = Cdl::new([1.0; 3], [0.0; 3], [1.0; 3], 1.0, style);
    if let Some(sop) = node.child("SOPNode")? {
        cdl.slope = three(sop, "Slope")?;
        cdl.offset = three(sop, "Offset")?;
        cdl.power = three(sop, "Power")?;
    }
    if let Some(sat) = node.child("SatNode")?
        && let Some(element) = only_child(sat, "Saturation")?
    {
        [cdl.saturation] = finite_numbers(element)?;
    }
    if cdl.slope.iter().any(|&s| s < 0.0) || cdl.power.iter().any(|&p| p <= 0.0) || cdl.saturation < 0.0 {
        return Err(node.invalid("slope and saturation may not be negative, power has to be above 0"));
    }
    let op = Op::Cdl(cdl);
    let op = if inverse { op.inverse().ok_or_else(|| node.invalid("cannot be undone: a slope or the saturation is 0"))? } else { op };
    Ok(vec![op])
}

fn three(sop: &Element, name: &'static str) -> Result<[f64; 3]> {
    let element = only_child(sop, name)?;
    finite_numbers(element.ok_or_else(|| Error::invalid(format!("the SOPNode has no {name}")).field(name).line(sop.line.0))?)
}
