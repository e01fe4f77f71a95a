//! Range.

use super::node::{Node, finite_numbers};
use crate::{
    color::{Op, Range},
    error::Result,
};

/// Scale, offset and clamp: both pairs of values, or one pair as a bound on one side.
///
/// # Errors
/// No pair or half of one, a bound whose two values differ, values out of order, or `noClamp` without both pairs.
pub(super) fn read(node: &Node) -> Result<Vec<Op>> {
    let clamped = match node.style().as_deref() {
        None | Some("clamp") => true,
        Some("noclamp") => false,
        Some(_) => return Err(node.unknown_style()),
    };
    let value = |name: &'static str, scale: f64| -> Result<Option<f64>> {
        let Some(element) = node.child(name)? else { return Ok(None) };
        let [number] = finite_numbers(element)?;
        Ok(Some(number / scale))
    };
    let (input, output) = (node.input.scale(), node.output.scale());
    let min = pair(node, "minimum", value("minInValue", input)?, value("minOutValue", output)?)?;
    let max = pair(node, "maximum", value("maxInValue", input)?, value("maxOutValue", output)?)?;
    let range = match (min, max) {
        (Some(min), Some(max)) => {
            if min.0 >= max.0 || min.1 > max.1 {
                return Err(node.invalid("the minimum is not below the maximum"));
            }
            Range::map((min.0, max.0), (min.1, max.1), clamped).ok_or_else(|| node.invalid("the input range is empty"))?
        }
        _ if !clamped => return Err(node.invalid("noClamp needs all four values")),
        (None, None) => return Err(node.invalid("has neither minimum nor maximum")),
        (min, max) => Range::clamp(bound(node, min)?, bound(node, max)?),
    };
    Ok(vec![Op::Range(range)])
}

fn pair(node: &Node, which: &str, input: Option<f64>, output: Option<f64>) -> Result<Option<(f64, f64)>> {
    match (input, output) {
        (Some(input), Some(output)) => Ok(Some((input, output))),
        (None, None) => Ok(None),
        _ => Err(node.invalid(format!("the {which} has only one of its two values"))),
    }
}

/// A bound on one side moves nothing: its two values are the same, but for the digits written.
fn bound(node: &Node, pair: Option<(f64, f64)>) -> Result<Option<f64>> {
    match pair {
        Some((input, output)) if (input - output).abs() > 1e-6 * input.abs().max(1.0) => {
            Err(node.invalid(format!("a bound on one side would move values from {input} to {output}")))
        }
        other => Ok(other.map(|(_, output)| output)),
    }
}
