//! Which format a file is, and its timeline.

use super::model::Object;
use crate::{
    camera::Rational,
    error::{Error, InFile, Result},
    sidecar::{Diagnostic, Level, ale, edl, fcp7, fcpx, otio, xml},
};
use serde::Serialize;
use std::path::Path;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// CMX3600
    Edl,
    /// Avid Log Exchange
    Ale,
    /// OpenTimelineIO JSON
    Otio,
    /// Final Cut Pro 7 XML (`xmeml`), which Premiere and Resolve write
    Fcp7,
    /// Final Cut Pro X XML
    Fcpx,
}

impl Format {
    pub fn label(self) -> &'static str {
        match self {
            Format::Edl => "CMX3600 EDL",
            Format::Ale => "ALE",
            Format::Otio => "OTIO",
            Format::Fcp7 => "FCP7 XML",
            Format::Fcpx => "FCPXML",
        }
    }
}

/// The rate at which an EDL is read where none is given; OpenTimelineIO's adapter takes the same.
pub const ASSUMED_RATE: Rational = match Rational::new(24, 1) {
    Some(rate) => rate,
    None => unreachable!(),
};

/// Recognises a format by its content.
///
/// # Errors
/// AAF, OTIO in a zip, and everything else, by name where it has one.
pub fn recognise(bytes: &[u8]) -> Result<Format> {
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Err(Error::unsupported("AAF (or another compound file) is not read: it needs a converter to OTIO or an EDL"));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(Error::unsupported("a zip (OTIOZ) is not read: unpack it and give the .otio in it"));
    }
    let head = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let head = String::from_utf8_lossy(head.get(..4096).unwrap_or(head));
    let text = head.trim_start();
    let first = text.lines().next().unwrap_or_default().trim();
    let is_event = |l: &str| l.trim_start().starts_with(|c: char| c.is_ascii_digit());
    match text {
        t if t.starts_with('{') => Ok(Format::Otio),
        t if t.starts_with('<') && t.contains("<xmeml") => Ok(Format::Fcp7),
        t if t.starts_with('<') && t.contains("<fcpxml") => Ok(Format::Fcpx),
        t if t.starts_with('<') => Err(Error::unsupported("XML that is neither xmeml (Final Cut Pro 7) nor fcpxml")),
        _ if first == "Heading" || first.starts_with("Heading\t") => Ok(Format::Ale),
        t if t.lines().any(|l| l.trim_start().starts_with("TITLE:") || l.trim_start().starts_with("FCM:") || is_event(l)) => {
            Ok(Format::Edl)
        }
        _ => Err(Error::invalid("not an EDL, ALE, OTIO, FCP7 XML or FCPXML")),
    }
}

/// Reads a file. See [`parse`].
pub fn open(path: &Path, rate: Option<Rational>) -> Result<(Object, Format, Vec<Diagnostic>)> {
    parse(&xml::read_bytes(path, otio::MAX_BYTES)?, rate).in_file(path)
}

/// Reads a document of any of the formats. `rate` is needed for an EDL, which has none, and wins over that of an ALE; the
/// others state theirs and ignore it.
///
/// With it come findings of the reader: `RATE_ASSUMED`, and what is read and has no place in a timeline.
///
/// # Errors
/// Not one of the formats, or what its reader refuses.
pub fn parse(bytes: &[u8], rate: Option<Rational>) -> Result<(Object, Format, Vec<Diagnostic>)> {
    let format = recognise(bytes)?;
    let mut found = vec![];
    let object = match format {
        Format::Edl => {
            let list = edl::parse(bytes)?;
            if rate.is_none() {
                let message = format!("an EDL has no frame rate: taken as {ASSUMED_RATE}; give another with --rate");
                found.push(Diagnostic { level: Level::Warning, code: "RATE_ASSUMED", message, line: 0, path: String::new() });
            }
            Object::Timeline(list.to_timeline(rate.unwrap_or(ASSUMED_RATE))?)
        }
        Format::Ale => {
            let (clips, unread) = ale::parse(bytes)?.to_collection(rate)?;
            found.extend(unread);
            Object::Collection(clips)
        }
        Format::Otio => otio::parse(bytes)?,
        Format::Fcp7 => fcp7::parse(bytes, &mut found)?,
        Format::Fcpx => fcpx::parse(bytes, &mut found)?,
    };
    Ok((object, format, found))
}
