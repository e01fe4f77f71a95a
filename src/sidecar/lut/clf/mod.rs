//! Common LUT Format: CLF 3.0 (Academy S-2014-006) and SMPTE ST 2136-1:2024, with the CLF 2 documents before them, and CTF,
//! OpenColorIO's superset. All are read; CLF is written.

mod cdl;
mod depth;
mod document;
mod exponent;
mod family;
mod fixed;
mod grading;
mod index_map;
mod log;
mod lut1d;
mod lut3d;
mod matrix;
mod node;
mod nodes;
mod range;
mod version;
mod write;

pub use document::Info;
pub use write::{Schema, write, write_as};

use super::LookFile;
use crate::{
    error::{InFile, Result},
    sidecar::xml,
};
use std::path::Path;

/// Reads a document from a file of at most 256 MB.
///
/// # Errors
/// As [`parse`], and of the file system. A `.clf` file has to say which version of CLF it is.
pub fn read(path: &Path) -> Result<LookFile> {
    let clf = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("clf"));
    parse_named(&xml::read_bytes(path, document::MAX_BYTES)?, clf).in_file(path)
}

/// Parses the bytes of a file; `clf`: its name ends in `.clf`.
pub(super) fn parse_named(bytes: &[u8], clf: bool) -> Result<LookFile> {
    document::parse(bytes, clf)
}

/// Parses a document of either format; one without any version is of CTF 1.2.
///
/// # Errors
/// Not such a document, of a later version, not as its standard has it, or beyond what memory is given to; with the line.
/// By name: a node that is not known, a file that is referred to.
pub fn parse(bytes: &[u8]) -> Result<LookFile> {
    document::parse(bytes, false)
}

#[cfg(test)]
mod tests;
