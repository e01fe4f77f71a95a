//! ASC Framing Decision Lists 1.0, 1.1, 2.0 and 2.0.1: read, validated, written with nothing lost.
//!
//! The rules are those of the JSON Schemas of the ASC (2.0.1 where an edition has none) and of the specification's id
//! tree and geometry. Stricter than the published schema: dimensions and points must be objects, names may not repeat,
//! numbers are bounded.

mod build;
mod convert;
mod geometry;
mod ids;
mod model;
mod reader;
mod write;

pub use super::json::{Node, Value};
pub use convert::{Converted, Edition, convert};
pub use model::*;
pub use write::{write, write_template};

use super::{Diagnostic, Level, json};
use crate::{
    error::{Error, InFile, Result},
    files,
};
use reader::{Findings, Object};
use std::{io::Read, path::Path};

/// Documents above it are refused; real ones are some kilobytes.
pub const MAX_BYTES: u64 = 16 << 20;

/// Reads and validates a file. See [`parse`].
pub fn read(path: &Path) -> Result<(Fdl, Vec<Diagnostic>)> {
    parse(&read_bytes(path)?).in_file(path)
}

/// The bytes of a file, of a larger one than an FDL may be so many that [`parse`] refuses them.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = vec![];
    files::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes).in_file(path)?;
    Ok(bytes)
}

/// Reads and validates a document.
///
/// With an error among the diagnostics the document is not valid, and what could not be read is left out of it: ask
/// [`super::is_valid`] before using it. Paths in diagnostics count the items of the document as it was written.
///
/// Errors: too large, not JSON, not an object.
pub fn parse(bytes: &[u8]) -> Result<(Fdl, Vec<Diagnostic>)> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Error::invalid(format!("an FDL of more than {MAX_BYTES} bytes")));
    }
    let root = json::parse(bytes)?;
    let mut findings = Findings { list: vec![], version: (0, 0), tree: Default::default() };
    let line = root.line;
    let Some(object) = Object::new(root, "", &mut findings) else {
        return Err(Error::invalid("not an FDL: the document is not a JSON object").line(line));
    };
    let fdl = build::fdl(object, &mut findings);
    Ok((fdl, findings.list))
}

/// Reads and validates one canvas template that stands alone, as [`write_template`] writes it.
///
/// Errors: not JSON, not an object, anything that [`refuse_unusable`] refuses.
pub fn parse_template(bytes: &[u8]) -> Result<CanvasTemplate> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Error::invalid(format!("a canvas template of more than {MAX_BYTES} bytes")));
    }
    let mut findings = Findings { list: vec![], version: (2, 0), tree: Default::default() };
    let template = Object::new(json::parse(bytes)?, "", &mut findings).and_then(|o| build::canvas_template(o, &mut findings));
    refuse_unusable(&findings.list)?;
    template.ok_or_else(|| Error::invalid("not a canvas template"))
}

/// The first error among the findings, if one makes the document unfit for framing: all do but a target of 0, which only
/// the schemas refuse.
pub fn refuse_unusable(found: &[Diagnostic]) -> Result<()> {
    match found.iter().find(|d| d.level == Level::Error && d.code != build::TARGET_ZERO) {
        None => Ok(()),
        Some(d) => Err(Error::invalid(format!("not a valid FDL: {}: {}", d.code, d.message)).line(d.line).field(&d.path)),
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
