//! ACES Metadata Files: read, validated, written, nothing lost.
//!
//! [`read`] and [`parse`] load every document that is an AMF at all, also damaged and non-conforming ones, and say in
//! [`Diagnostic`]s what is wrong with it. Whether a step can be rendered is a question to that step, not to the diagnostics.

mod build;
mod convert;
mod edit;
pub(in crate::sidecar) mod extra;
mod files;
mod hash;
mod ids;
mod link;
mod model;
mod names;
mod read;
mod registry;
mod release;
mod schema;
mod validate;
mod values;
mod walk;
mod write;

pub use build::{Stage, date_time, urn};
pub use convert::{Conversion, Converted, convert};
pub use edit::{Edit, Place, Stamp};
pub use files::{ClfIds, encode_path, is_portable, refuse_elsewhere, relative_path, resolve};
pub use hash::{Algorithm, Decoded};
pub use ids::Role;
pub use link::{is_called, is_same_uuid};
pub use model::*;
pub use names::{AMF_PRE_RELEASE, AMF_V1, AMF_V2, CDL};
pub use registry::{Standing, edition, full_id, is_official, opposite, predecessor, short_name, standing, states_direction, successor};
pub use release::Release;
pub use values::parse_date_time;
pub use write::write;

use crate::{
    error::{Error, InFile, Result},
    sidecar::{
        Diagnostic, Level,
        xml::{self, Limits},
    },
};
use std::path::Path;

/// Reads an AMF, with what is wrong with it. Files it names are looked for in its folder.
pub fn read(path: &Path) -> Result<(Amf, Vec<Diagnostic>)> {
    parse(&read_bytes(path)?, path.parent()).in_file(path)
}

/// The bytes of a regular file of no more than an AMF has.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    xml::read_bytes(path, Limits::default().bytes)
}

/// Most looks of a pipeline. Those of the field have a handful; each is rendered, and may be a large table.
const MOST_LOOKS: usize = 256;

/// Parses an AMF, with what is wrong with it. Without a folder, the files it names are not checked.
///
/// # Errors
/// Not XML within the limits of [`xml::Limits`], not an AMF, or more than 256 looks in a pipeline. Everything else is a diagnostic.
pub fn parse(bytes: &[u8], folder: Option<&Path>) -> Result<(Amf, Vec<Diagnostic>)> {
    let document = xml::parse(bytes)?;
    let root = &document.root;
    let namespace = root.name.namespace.as_str();
    let version = match namespace {
        AMF_V2 => Version::V2,
        AMF_V1 => Version::V1,
        other if other.starts_with(AMF_PRE_RELEASE) => Version::V1,
        other => return Err(Error::invalid("not an AMF namespace").field("xmlns").value(other).line(root.line.0)),
    };
    if root.name.local != "acesMetadataFile" {
        return Err(Error::invalid("not an AMF: the root is not acesMetadataFile").value(&root.name.local).line(root.line.0));
    }
    let amf = read::amf(root, version, namespace);
    for pipeline in std::iter::once(&amf.pipeline).chain(&amf.archived) {
        let looks = pipeline.looks().count();
        if looks > MOST_LOOKS {
            return Err(Error::invalid(format!("more looks than the {MOST_LOOKS} that a pipeline may have"))
                .field("lookTransform")
                .value(looks)
                .line(pipeline.line.0));
        }
    }
    let mut diagnostics = schema::check(root, version, namespace);
    if namespace.starts_with(AMF_PRE_RELEASE) {
        // No schema of that time is at hand: what differs from 1.0 is pointed out, not held against the file.
        diagnostics.iter_mut().for_each(|d| d.level = Level::Warning);
        let message = format!("{namespace} is from before AMF 1.0; read as version 1.0");
        let path = "/acesMetadataFile".into();
        diagnostics.push(Diagnostic { level: Level::Warning, code: "PRE_RELEASE_NAMESPACE", message, line: root.line.0, path });
    }
    diagnostics.extend(validate::check(&amf, folder));
    diagnostics.sort_by_key(|d| d.line);
    Ok((amf, diagnostics))
}

/// What is wrong with a document made in memory: everything [`parse`] would say of it once written, with the lines of the
/// written text.
pub fn validate(amf: &Amf, folder: Option<&Path>) -> Result<Vec<Diagnostic>> {
    Ok(parse(write(amf).as_bytes(), folder)?.1)
}

/// The errors of a document that it did not have before, leaving out what is on record only.
pub fn new_errors(before: &Amf, after: &Amf, folder: Option<&Path>) -> Result<Vec<Diagnostic>> {
    let errors = |amf: &Amf| -> Result<Vec<Diagnostic>> {
        Ok(validate(amf, folder)?.into_iter().filter(|d| d.level == Level::Error && !is_archived(d)).collect())
    };
    let mut found = errors(after)?;
    if found.is_empty() {
        return Ok(found);
    }
    let mut known = errors(before)?;
    found.retain(|error| match known.iter().position(|k| k.code == error.code) {
        Some(at) => {
            known.swap_remove(at);
            false
        }
        None => true,
    });
    Ok(found)
}

/// Whether a finding is about a pipeline that is on record only, and never rendered.
pub fn is_archived(found: &Diagnostic) -> bool {
    found.path.contains("/archivedPipeline")
}

#[cfg(test)]
mod tests;
