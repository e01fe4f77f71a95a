//! OpenTimelineIO JSON (`.otio`): read into the model of [`timeline`](super::timeline), written with nothing lost.
//!
//! Members and schemas that the model does not know, and later versions of those it knows, are kept as they are; only a marker or a
//! time of a later version is refused. Older names and versions are read (`Sequence.1`,
//! `Filler.1`, `Clip.1`, `Marker.1`) and written as the newer ones. `Marker.3` with its colour object, which OpenTimelineIO
//! 0.18.1 refuses, is read and can be written as `Marker.2` ([`Target`]). Bare `NaN` and `Inf`, which OpenTimelineIO writes,
//! are kept in metadata and refused in times.

mod members;
mod read;
mod write;

pub use write::{Target, write};

use super::{json, timeline::Object, xml};
use crate::error::{Error, InFile, Result};
use std::path::Path;

/// Documents above it are refused. Editing systems write some kilobytes a clip.
pub const MAX_BYTES: u64 = 64 << 20;

const LIMITS: json::Limits = json::Limits { depth: 256, nodes: 4 << 20, non_finite: true };

/// Reads a file.
pub fn read(path: &Path) -> Result<Object> {
    parse(&xml::read_bytes(path, MAX_BYTES)?).in_file(path)
}

/// Reads a document.
///
/// # Errors
/// Too large, not JSON, no `OTIO_SCHEMA` at the root, a known member of another type, a time that is not finite or beyond 64
/// bits, a rate or duration that is not above 0 (a duration may be 0); with line and member.
pub fn parse(bytes: &[u8]) -> Result<Object> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Error::invalid(format!("an OTIO document of more than {MAX_BYTES} bytes")));
    }
    read::object(json::parse_with(bytes, LIMITS)?)
}

#[cfg(test)]
mod tests;
