//! FixedFunction of CTF, and ACES and Function, its names before version 2.

use super::node::{Node, finite_words, required};
use crate::{
    color::{Op, fixed_function},
    error::{Error, Result},
};

/// The ops of a named style.
///
/// # Errors
/// A style that is not known, or not the parameters that it takes.
pub(super) fn read(node: &Node) -> Result<Vec<Op>> {
    let line = node.element.line.0;
    let style = node.element.get("style").ok_or_else(|| node.unknown_style())?;
    let parameters = match (node.element.get("params"), node.child("ACESParams")?) {
        (Some(text), _) => finite_words(text).ok_or_else(|| Error::invalid("not finite numbers").field("params").value(text).line(line))?,
        (None, Some(element)) => vec![required(element, "gamma")?],
        (None, None) => vec![],
    };
    fixed_function(style.trim(), &parameters)
}
