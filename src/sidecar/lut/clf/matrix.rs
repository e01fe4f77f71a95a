//! Matrix.

use super::{
    node::{Array, Node, warning},
    version::Format,
};
use crate::{
    color::{Matrix, Op},
    error::{Error, Result},
    sidecar::Diagnostic,
};

/// A matrix of RGB with or without an offset; in CTF also of RGBA.
///
/// A picture without alpha is opaque: what an RGBA matrix takes of alpha is added as if alpha were 1, and what it makes of
/// alpha is left out, with a warning where either is something.
///
/// # Errors
/// Dimensions that this version of the format does not have, another count of numbers, or numbers that are not finite.
pub(super) fn read(node: &Node, findings: &mut Vec<Diagnostic>) -> Result<Vec<Op>> {
    let array = node.array()?;
    let layout = layout(node, &array)?;
    array.holds(layout.rows * layout.columns)?;
    array.finite()?;
    let value = |row: usize, column: Option<usize>| column.map_or(0.0, |c| array.values[row * layout.columns + c]);
    let scale = node.input.scale() / node.output.scale();
    let m = [0, 1, 2].map(|row| [0, 1, 2].map(|column| value(row, Some(column)) * scale));
    let offset = [0, 1, 2].map(|row| value(row, layout.alpha) * scale + value(row, layout.offset) / node.output.scale());

    let takes = (0..3).any(|row| value(row, layout.alpha) != 0.0);
    let makes = layout.alpha.is_some() && (0..3).any(|column| value(3, Some(column)) != 0.0);
    if takes || makes {
        let message = "mixes alpha and colour: taken as of an opaque picture, alpha 1";
        findings.push(warning("ALPHA", message, node.element, "Matrix"));
    }
    Ok(vec![Op::Matrix(Matrix { m, offset })])
}

/// What the columns beyond blue are.
struct Layout {
    rows: usize,
    columns: usize,
    alpha: Option<usize>,
    offset: Option<usize>,
}

fn layout(node: &Node, array: &Array) -> Result<Layout> {
    let ctf = node.version.format == Format::Ctf;
    let (rows, columns, alpha, offset) = match array.dim[..] {
        [3, 3] | [3, 3, 3] => (3, 3, None, None),
        [3, 4] | [3, 4, 3] => (3, 4, None, Some(3)),
        // Up to CTF 1.2 an offset came in a square matrix.
        [4, 4, 3] if ctf && node.version.number < (1, 3) => (4, 4, None, Some(3)),
        [4, 4, 4] if ctf => (4, 4, Some(3), None),
        [4, 5, 4] if ctf => (4, 5, Some(3), Some(4)),
        _ => return Err(Error::invalid("not the dimensions of a Matrix").field("dim").value(array.written_dim()).line(array.line)),
    };
    Ok(Layout { rows, columns, alpha, offset })
}
