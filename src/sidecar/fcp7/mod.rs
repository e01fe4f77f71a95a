//! Final Cut Pro 7 XML (`xmeml`), which Premiere, Resolve and others write: sequences to timelines.
//!
//! Read are sequences, tracks, clips, generators, nested sequences, transitions, retimes, markers, file references and
//! timecodes. Source times count from the file's own timecode. Links between clips, labels and other settings stay in the file.

mod clip;
mod elements;
mod sequence;

use super::{
    Diagnostic,
    timeline::{Base, Collection, Object},
    xml::{self, Element, Limits},
};
use crate::error::{Error, InFile, Result};
use std::path::Path;

/// What an export of a feature film may cost.
const LIMITS: Limits = Limits { bytes: 64 << 20, depth: 256, nodes: 4_000_000, attributes: 256, attribute_bytes: 64 << 10 };

/// Reads a file; see [`parse`].
pub fn read(path: &Path, found: &mut Vec<Diagnostic>) -> Result<Object> {
    parse(&xml::read_bytes(path, LIMITS.bytes)?, found).in_file(path)
}

/// Reads a document: its sequence, or a collection of several. What the timeline cannot hold is reported in `found`.
///
/// # Errors
/// Not XML, no sequence, a rate or time that cannot be read, clips that overlap on a track, a sequence that contains itself;
/// with the line.
pub fn parse(bytes: &[u8], found: &mut Vec<Diagnostic>) -> Result<Object> {
    let document = xml::parse_with(bytes, &LIMITS)?;
    if document.root.name.local != "xmeml" {
        return Err(Error::invalid("not a Final Cut Pro 7 document")
            .value(format!("<{}>", document.root.name.local))
            .line(document.root.line.0));
    }
    let sequences = sequences(&document.root);
    let mut reader = sequence::Reader::new(&document.root, found);
    let timelines = sequences.iter().map(|s| reader.timeline(s).map(Object::Timeline)).collect::<Result<Vec<_>>>()?;
    let name = elements::text(&document.root, "name");
    match <[Object; 1]>::try_from(timelines) {
        Ok([one]) => Ok(one),
        Err(none) if none.is_empty() => Err(Error::invalid("no sequence in the document").line(document.root.line.0)),
        Err(several) => Ok(Object::Collection(Collection { base: Base::named(name, document.root.line.0), children: several })),
    }
}

/// The sequences of a project, bins searched.
fn sequences(root: &Element) -> Vec<&Element> {
    let (mut found, mut rest) = (vec![], vec![root]);
    while let Some(element) = rest.pop() {
        match element.name.local.as_str() {
            "sequence" => found.push(element),
            "xmeml" | "project" | "bin" | "children" => rest.extend(element.elements().collect::<Vec<_>>().into_iter().rev()),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests;
