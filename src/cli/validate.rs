//! `validate` of a document: what is wrong with it, for people or as JSON.

use super::out;
use crate::{
    error::{Error, ErrorKind, Result},
    sidecar::{Diagnostic, Level, is_valid},
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
/// What cannot be read at all is an answer too; only the operating system's refusal is not.
pub(super) fn validate(file: &Path, what: &str, found: Result<Vec<Diagnostic>>, json: bool) -> Result<()> {
    let diagnostics = match found {
        Ok(diagnostics) => diagnostics,
        Err(error) if error.kind() == ErrorKind::Io => return Err(error),
        Err(error) => {
            let message = error.to_string();
            vec![Diagnostic { level: Level::Error, code: "LOAD_ERROR", message, line: error.line_number().unwrap_or(0), path: "/".into() }]
        }
    };
    let valid = is_valid(&diagnostics);
    if json {
        out::json(&Report { valid, diagnostics: &diagnostics })?;
    } else {
        let mut text = String::new();
        for diagnostic in &diagnostics {
            let _ = writeln!(text, "{}", line(file, diagnostic));
        }
        let count = |level| diagnostics.iter().filter(|d| d.level == level).count();
        let verdict = if valid { "valid" } else { "not valid" };
        let (errors, warnings, notes) = (count(Level::Error), count(Level::Warning), count(Level::Info));
        let _ = writeln!(text, "{}: {verdict} ({errors} errors, {warnings} warnings, {notes} notes)", file.display());
        out::write(text)?;
    }
    if valid { Ok(()) } else { Err(Error::invalid(format!("not a valid {what}")).file(file)) }
}

/// A finding as a compiler would print it.
pub(super) fn line(file: &Path, d: &Diagnostic) -> String {
    let level = match d.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    };
    format!("{}:{}: {level}: {} [{}]", file.display(), d.line, d.message, d.code)
}
