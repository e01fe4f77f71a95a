//! Final Cut Pro X XML (`fcpxml`): projects to timelines, clips of events to a collection.
//!
//! Times are fractions of seconds and stay exact: what lies between two frames has a fractional frame count. The primary
//! storyline is the track `0`; connected clips and storylines go to a track of their lane, sound apart from pictures.
//! Multicam, sync and audition clips are clips without media here, and reported.

mod clip;
mod lanes;
mod resources;

use super::{
    Diagnostic,
    timeline::{Base, Child, Collection, Object, Timeline, frame_rate, set_drop_frame},
    xml::{self, Element, Limits},
};
use crate::error::{Error, InFile, Result};
use resources::{Reader, seconds, text, time};
use std::path::Path;

const LIMITS: Limits = Limits { bytes: 64 << 20, depth: 128, nodes: 4_000_000, attributes: 256, attribute_bytes: 64 << 10 };

/// Reads a file; see [`parse`].
pub fn read(path: &Path, found: &mut Vec<Diagnostic>) -> Result<Object> {
    parse(&xml::read_bytes(path, LIMITS.bytes)?, found).in_file(path)
}

/// Reads a document: its project, or a collection of projects and clips. What the timeline cannot hold is reported in `found`.
///
/// # Errors
/// Not XML, neither project nor clip, a time that is no fraction of seconds, a resource that is missing or contains itself;
/// with the line.
pub fn parse(bytes: &[u8], found: &mut Vec<Diagnostic>) -> Result<Object> {
    let document = xml::parse_with(bytes, &LIMITS)?;
    let root = &document.root;
    if root.name.local != "fcpxml" {
        return Err(Error::invalid("not an FCPXML document").value(format!("<{}>", root.name.local)).line(root.line.0));
    }
    let mut reader = Reader::new(root, found);
    let mut objects = vec![];
    let mut rest: Vec<&Element> = vec![root];
    while let Some(element) = rest.pop() {
        match element.name.local.as_str() {
            "fcpxml" | "library" | "event" => rest.extend(element.elements().collect::<Vec<_>>().into_iter().rev()),
            "project" => objects.extend(project(&mut reader, element)?.map(Object::Timeline)),
            "clip" | "asset-clip" | "ref-clip" | "mc-clip" | "sync-clip" | "audition" => {
                let rate = reader.rate_of(element)?;
                let item = clip::item(&mut reader, element, rate).map_err(|e| e.line(element.line.0))?;
                objects.push(Object::Child(Child::Item(item)));
            }
            _ => {}
        }
    }
    match <[Object; 1]>::try_from(objects) {
        Ok([one @ Object::Timeline(_)]) => Ok(one),
        Ok([one]) => Ok(Object::Collection(Collection { children: vec![one], ..Collection::default() })),
        Err(none) if none.is_empty() => Err(Error::invalid("neither project nor clip in the document").line(root.line.0)),
        Err(several) => Ok(Object::Collection(Collection { children: several, ..Collection::default() })),
    }
}

fn project<'a>(reader: &mut Reader<'a>, project: &'a Element) -> Result<Option<Timeline>> {
    let Some(sequence) = project.elements().find(|e| e.name.local == "sequence") else { return Ok(None) };
    let rate = reader.rate_of(sequence)?;
    let start = sequence.get("tcStart").map(|_| seconds(sequence, "tcStart")).transpose()?;
    let tracks = lanes::stack(reader, sequence, rate)?;
    let mut base = Base::named(text(project, "name"), project.line.0);
    if sequence.get("tcFormat") == Some("DF")
        && let Ok(rate) = frame_rate(rate)
    {
        set_drop_frame(&mut base.metadata, true, rate);
    }
    Ok(Some(Timeline { base, start: start.map(|s| time(s, rate)).transpose()?, tracks }))
}

#[cfg(test)]
mod tests;
