//! IndexMap, which CLF had up to version 2: where on the input axis the entries of a table lie.

use super::node::{Node, finite_words, warning};
use crate::{
    color::{Op, Range},
    error::{Error, Result},
    sidecar::Diagnostic,
};

/// The range before a table of `count` entries that its index map says, if there is one. From version 3 on, index maps are
/// passed over with a warning.
///
/// # Errors
/// Several maps, or one that is not of two ascending pairs `value@index`.
pub(super) fn read(node: &Node, count: usize, findings: &mut Vec<Diagnostic>) -> Result<Vec<Op>> {
    let mut maps = node.children("IndexMap");
    let Some(map) = maps.next() else { return Ok(vec![]) };
    if !node.version.has_index_maps() {
        findings.push(warning("UNKNOWN_ELEMENT", "<IndexMap> ended with version 2 and was passed over", map, node.name()));
        return Ok(vec![]);
    }
    let line = map.line.0;
    if let Some(second) = maps.next() {
        return Err(Error::unsupported("one for each channel").field("IndexMap").line(second.line.0));
    }
    let text = map.text();
    let bad = || Error::unsupported("not two ascending pairs of value and index").field("IndexMap").value(text.trim()).line(line);
    let numbers = finite_words(&text.replace('@', " ")).ok_or_else(bad)?;
    let &[from, first, to, last] = numbers.as_slice() else { return Err(bad()) };
    if from >= to || first >= last || text.matches('@').count() != 2 {
        return Err(bad());
    }
    let (scale, entries) = (node.input.scale(), (count - 1) as f64);
    let range = Range::map((from / scale, to / scale), (first / entries, last / entries), true);
    Ok(vec![Op::Range(range.ok_or_else(bad)?)])
}
