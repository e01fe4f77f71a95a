//! LUT3D, and InverseLUT3D of CTF.

use super::{
    index_map,
    node::{Node, warning},
};
use crate::{
    color::{Interpolation, Lattice, Lut3, Op},
    error::{Error, Result},
    sidecar::Diagnostic,
};

/// A cube of colours, in the document blue fastest; before it, in documents of version 2, its index map.
///
/// # Errors
/// An interpolation that is neither trilinear nor tetrahedral, sides that differ, a count of numbers that does not fit, numbers
/// that are not finite.
pub(super) fn read(node: &Node, inverse: bool, findings: &mut Vec<Diagnostic>) -> Result<Vec<Op>> {
    let interpolation = match node.element.get("interpolation") {
        None | Some("trilinear") => Interpolation::Trilinear,
        Some("tetrahedral") => Interpolation::Tetrahedral,
        Some(other) => {
            return Err(Error::unsupported("only trilinear and tetrahedral").field("interpolation").value(other).line(node.element.line.0));
        }
    };
    let array = node.array()?;
    let size = match array.dim[..] {
        [x, y, z, 3] if x == y && y == z => x,
        _ => return Err(Error::invalid("not the dimensions of a LUT3D").field("dim").value(array.written_dim()).line(array.line)),
    };
    array.holds(size * size * size * 3)?;
    if array.finite().is_err() {
        findings.push(warning("NOT_FINITE", "has entries that are not finite: NaN is 0, infinity 2^64", node.element, node.name()));
    }
    // An inverse cube holds what comes in.
    let scale = if inverse { node.input } else { node.output }.scale();
    let mut nodes = Vec::with_capacity(size * size * size);
    for b in 0..size {
        for g in 0..size {
            for r in 0..size {
                let at = ((r * size + g) * size + b) * 3;
                nodes.push([0, 1, 2].map(|c| array.values[at + c] / scale));
            }
        }
    }
    let lattice = Lattice::new(size, &nodes)
        .ok_or_else(|| Error::unsupported("a cube has 2 to 256 entries a side").field("dim").value(array.written_dim()).line(array.line))?;
    let lut = Lut3::new(lattice, interpolation);
    let lut = if inverse { lut.inverse() } else { lut };
    let mut ops = index_map::read(node, size, findings)?;
    ops.push(Op::Lut3(lut));
    Ok(ops)
}
