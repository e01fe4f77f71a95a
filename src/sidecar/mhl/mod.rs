//! ASC Media Hash Lists (ASC MHL specification 1.0; schema namespace `urn:ASC:MHL:v2.0`): manifests and chain files, read,
//! validated, written, nothing lost.
//!
//! [`parse`] loads every document that is a manifest at all and says in [`Diagnostic`]s what is wrong with it. What a folder's
//! history makes of it is [`crate::history`]'s business.

mod chain;
mod format;
mod model;
mod path;
mod read;
mod schema;
mod validate;
mod write;

pub use chain::{Chain, Link, parse_chain, read_chain_bytes, write_chain};
pub use format::Format;
pub use model::*;
pub use path::check_path;
pub use schema::is_email;
pub use write::{write, write_to};

use crate::{
    error::{Error, InFile, Result},
    sidecar::{
        Diagnostic,
        xml::{self, Element, Limits, Node},
    },
};
use std::path::Path;

/// The namespace of manifests.
pub const NAMESPACE: &str = "urn:ASC:MHL:v2.0";
/// The namespace of chain and collection files.
pub const DIRECTORY_NAMESPACE: &str = "urn:ASC:MHL:DIRECTORY:v2.0";

/// A manifest has a record for every frame of a card that holds frames: half a gigabyte is more than a million of them. They are
/// taken out of the tree as they come, so only the records themselves stand in memory.
const LIMITS: Limits = Limits { bytes: 512 << 20, depth: 64, nodes: 40_000_000, attributes: 64, attribute_bytes: 64 << 10 };
/// Elements, comments and instructions of one record, its metadata among them.
const RECORD_NODES: usize = 10_000;
/// The same of everything that is no record of a file or folder: references, patterns, metadata, comments between records.
const OTHER_NODES: usize = 500_000;

/// Reads a manifest, with what is wrong with it.
pub fn read(path: &Path) -> Result<(Manifest, Vec<Diagnostic>)> {
    parse(&read_bytes(path)?).in_file(path)
}

/// The bytes of a manifest.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    xml::read_bytes(path, LIMITS.bytes)
}

/// Parses a manifest, with what is wrong with it.
///
/// # Errors
/// Not XML within bounds, or not a manifest. Everything else is a diagnostic.
pub fn parse(bytes: &[u8]) -> Result<(Manifest, Vec<Diagnostic>)> {
    let mut checker = schema::Checker::default();
    let mut hashes = vec![];
    let (mut in_record, mut others) = (0, 0);
    let document = xml::parse_taking(bytes, &LIMITS, &mut |open, node| {
        let in_hashes = matches!(open, [root, parent, ..] if is_manifest(root) && parent.name.is(NAMESPACE, "hashes"));
        if in_hashes && open.len() > 2 {
            in_record += 1;
            return if in_record > RECORD_NODES { Err(too_many(RECORD_NODES, "in one record")) } else { Ok(Some(node)) };
        }
        in_record = 0;
        let stays = if in_hashes {
            if let Node::Element(element) = &node {
                checker.record(element);
            }
            hashes.push(read::entry(node));
            if !matches!(hashes.last(), Some(Entry::Other(_))) {
                return Ok(None);
            }
            None
        } else {
            Some(node)
        };
        others += 1;
        if others > OTHER_NODES { Err(too_many(OTHER_NODES, "beside the records")) } else { Ok(stays) }
    })?;
    let root = &document.root;
    if root.name.local == "hashlist" && root.name.namespace.is_empty() {
        return Err(Error::unsupported("a media hash list from before ASC MHL").field("version").value(root.get("version").unwrap_or("?")));
    }
    if !is_manifest(root) {
        return Err(Error::invalid("not an ASC MHL manifest").field("root element").value(&root.name.local).line(root.line.0));
    }
    let mut found = checker.document(root, hashes.len());
    let manifest = read::manifest(document, hashes);
    validate::check(&manifest, &mut found);
    found.sort_by_key(|d| d.line);
    Ok((manifest, found))
}

/// Reads who made a manifest and when, from its first megabyte.
pub fn read_creator(path: &Path) -> Result<Creator> {
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut std::io::Read::take(crate::files::open(path)?, 1 << 20), &mut bytes).in_file(path)?;
    let mut creator = None;
    let stopped = xml::parse_taking(&bytes, &LIMITS, &mut |open, node| {
        match (open, node.element()) {
            ([root], Some(element)) if is_manifest(root) && element.name.is(NAMESPACE, "creatorinfo") => {
                creator = Some(read::creator(element));
                // What follows is of no interest, and may be cut off.
                Err(Error::cancelled())
            }
            _ => Ok(Some(node)),
        }
    });
    match (creator, stopped) {
        (Some(creator), _) => Ok(creator),
        (None, Err(e)) => Err(e.file(path)),
        (None, Ok(_)) => Err(Error::invalid("creatorinfo is missing").file(path)),
    }
}

fn too_many(limit: usize, place: &str) -> Error {
    Error::invalid(format!("more than {limit} nodes {place}"))
}

fn is_manifest(root: &Element) -> bool {
    root.name.is(NAMESPACE, "hashlist")
}

#[cfg(test)]
mod tests;
