//! COL: the colour pipeline against its documents, the clip and the preview.

use super::{Subject, Verdict};
use crate::{
    camera::Encoding,
    color,
    error::{Error, Result},
    pipeline::Document,
    progress::Progress,
    sidecar::amf::Amf,
};

const NO_AMF: &str = "the clip has no AMF (the ACES Rec.709 default applies)";

fn amf<'a>(subject: &'a Subject) -> Option<&'a Document<Amf>> {
    subject.sidecars.amf.as_ref()
}

/// COL-01: schema and semantics.
pub(super) fn amf_is_valid(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let Some(document) = amf(subject) else { return Ok(Verdict::not_applicable(NO_AMF)) };
    if let Err(error) = &document.content {
        return Ok(Verdict::new(false, "cannot be read", "valid", error.to_string()));
    }
    Ok(super::valid_document(&document.file_name(), &document.diagnostics))
}
