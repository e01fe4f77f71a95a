//! `validate` of a document: what is wrong with it, for people or as JSON.

use super::out;
use crate::{
    error::{Error, ErrorKind, Result},
    sidecar::{Diagnostic, Level, is_valid},
    words::count,
};
use serde::Serialize;
use std::{fmt::Write as _, path::Path};

#[derive(Serialize)]
struct Report<'a> {
    valid: bool,
    diagnostics: &'a [Diagnostic],
}

/// Prints what was found in `file`, a document of the kind `what`. An error (exit 10) where it is not valid.
///
/// What cannot be read at all is an answer too, which `unreadable` words; only the operating system's refusal is not.
pub(super) fn validate(
    file: &Path,
    what: &str,
    found: Result<Vec<Diagnostic>>,
    unreadable: fn(&Error) -> Diagnostic,
    json: bool,
) -> Result<()> {
    let diagnostics = match found {
        Ok(diagnostics) => diagnostics,
        Err(error) if matches!(error.kind(), ErrorKind::Invalid | ErrorKind::Unsupported) => vec![unreadable(&error)],
        Err(error) => return Err(error),
    };
    let valid = is_valid(&diagnostics);
    if json {
        out::json(&Report { valid, diagnostics: &diagnostics })?;
    } else {
        let mut text = String::new();
        for diagnostic in &diagnostics {
            let _ = writeln!(text, "{}", line(file, diagnostic));
        }
        let of = |level, what| count(diagnostics.iter().filter(|d| d.level == level).count(), what);
        let counts = [of(Level::Error, "error"), of(Level::Warning, "warning"), of(Level::Info, "note")].join(", ");
        let _ = writeln!(text, "{}: {} ({counts})", file.display(), if valid { "valid" } else { "not valid" });
        out::write(text)?;
    }
    if valid { Ok(()) } else { Err(Error::invalid(format!("not a valid {what}")).file(file)) }
}

/// The finding of an AMF or a manifest that cannot be read, as AMF tools give it.
pub(super) fn load_error(error: &Error) -> Diagnostic {
    finding("LOAD_ERROR", error.to_string(), "/", error)
}

/// The finding of another document that cannot be read, with its field as the place.
pub(super) fn unreadable(error: &Error) -> Diagnostic {
    let message = match error.found() {
        Some(value) => format!("{} ({value})", error.message()),
        None => error.message().to_owned(),
    };
    finding("UNREADABLE", message, error.field_name().unwrap_or_default(), error)
}

fn finding(code: &'static str, message: String, path: &str, error: &Error) -> Diagnostic {
    Diagnostic { level: Level::Error, code, message, line: error.line_number().unwrap_or(0), path: path.into() }
}

/// A finding as a compiler would print it: `a.edl:3: error: event 2: message [CODE]`, line and place where there are any.
pub(super) fn line(file: &Path, d: &Diagnostic) -> String {
    let level = match d.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    };
    let line = if d.line == 0 { String::new() } else { format!(":{}", d.line) };
    let path = if matches!(d.path.as_str(), "" | "/") { String::new() } else { format!("{}: ", d.path) };
    // The message of what could not be read may name the file itself.
    let message = d.message.strip_prefix(&format!("{}{line}: ", file.display())).unwrap_or(&d.message);
    format!("{}{line}: {level}: {path}{message} [{}]", file.display(), d.code)
}
