//! The documents that travel beside clips: read, validated, written, nothing lost.

pub mod ale;
pub mod amf;
pub mod cdl;
pub mod cut_list;
pub mod edl;
pub mod fcp7;
pub mod fcpx;
pub mod fdl;
pub mod json;
pub mod lut;
pub mod mhl;
pub mod otio;
pub mod timeline;
pub mod xml;

use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Info,
    Warning,
    Error,
}

/// One finding about a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    pub level: Level,
    /// Stable name, e.g. `INVALID_APPLIED_ORDER`.
    pub code: &'static str,
    pub message: String,
    /// From 1; 0 where the format has no lines.
    pub line: u32,
    /// Where in the document: `/acesMetadataFile/pipeline/lookTransform[2]`, `contexts[0].canvases[1].dimensions`.
    pub path: String,
}

/// Whether none of them is an error.
pub fn is_valid(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().all(|d| d.level != Level::Error)
}
