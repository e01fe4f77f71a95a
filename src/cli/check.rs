//! `prelight check`: clips against their sidecars.

use super::{
    choices::Choices,
    out,
    subject::{self, Chosen},
};
use crate::{
    camera::Found,
    check::{self, Finding, Outcome},
    error::{Error, ErrorKind, Result},
    pipeline::Settings,
    progress::Progress,
};
use serde::Serialize;
use std::{fmt::Write, path::PathBuf};

#[derive(clap::Args)]
pub struct Args {
    /// Clips, or folders to search for clips
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    chosen: Chosen,
    #[command(flatten)]
    choices: Choices,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// What was found on one clip.
#[derive(Serialize)]
pub(super) struct Checked {
    pub clip: String,
    pub path: PathBuf,
    pub findings: Vec<Finding>,
}

impl Checked {
    fn failed(&self) -> usize {
        self.findings.iter().filter(|f| f.stands_in_the_way()).count()
    }
}

pub fn run(args: Args) -> Result<()> {
    let Found { clips, errors } = subject::clips_below(&args.paths);
    // Every clip is told about; the first failure decides the exit code.
    let mut outcome = Outcomes { json: args.json, ..Outcomes::default() };
    for error in errors {
        outcome.error(error);
    }
    let settings = args.choices.settings(|| subject::open_keys(&clips, &args.chosen))?;
    for path in &clips {
        match check_clip(path, &args.chosen, &settings) {
            Ok(checked) => outcome.checked(&checked)?,
            Err(error) => outcome.error(error.file(path)),
        }
    }
    outcome.finish()
}

/// What has come of the clips so far. Text is printed at once, JSON is one document at the end.
#[derive(Default)]
struct Outcomes {
    json: bool,
    document: Vec<serde_json::Value>,
    failed: usize,
    unchecked: usize,
    first: Option<ErrorKind>,
}

impl Outcomes {
    fn checked(&mut self, checked: &Checked) -> Result<()> {
        if self.json {
            self.document.push(serde_json::to_value(checked).map_err(|e| Error::invalid(e.to_string()))?);
        } else {
            out::write(text(checked))?;
        }
        self.failed += checked.failed();
        if checked.failed() > 0 {
            self.first.get_or_insert(ErrorKind::Verification);
        }
        Ok(())
    }

    fn error(&mut self, error: Error) {
        if self.json {
            let path = error.path().map(|p| p.display().to_string());
            self.document.push(serde_json::json!({ "path": path, "error": out::error_object(&error) }));
        } else {
            out::message(format_args!("prelight: {error}"));
        }
        self.unchecked += 1;
        self.first.get_or_insert(error.kind());
    }

    fn finish(self) -> Result<()> {
        if self.json {
            out::json(&self.document)?;
        }
        let Some(kind) = self.first else { return Ok(()) };
        let message = match (self.failed, self.unchecked) {
            (failed, 0) => format!("{failed} checks stand in the way"),
            (0, unchecked) => format!("{unchecked} could not be checked"),
            (failed, unchecked) => format!("{failed} checks stand in the way, {unchecked} could not be checked"),
        };
        Err(Error::new(kind, message))
    }
}

pub(super) fn check_clip(path: &std::path::Path, chosen: &Chosen, settings: &Settings) -> Result<Checked> {
    let opened = subject::open(path, chosen, settings)?;
    let findings = check::run(&opened.subject(), &Progress::default())?;
    Ok(Checked { clip: opened.name, path: path.to_owned(), findings })
}

/// The findings of a clip, a line or a few each.
pub(super) fn text(checked: &Checked) -> String {
    let mut text = format!("{}  ({})\n", checked.clip, checked.path.display());
    for f in &checked.findings {
        // Writing to a string does not fail.
        let _ = write(&mut text, f);
    }
    text
}

fn write(text: &mut String, f: &Finding) -> std::fmt::Result {
    if f.outcome == Outcome::NotApplicable {
        return writeln!(text, "  {:<4} {:<8} {}: {}", f.outcome, f.id, f.title, f.evidence);
    }
    writeln!(text, "  {:<4} {:<8} {}: {} (limit: {})", f.outcome, f.id, f.title, f.measured, f.limit)?;
    if f.outcome == Outcome::Fail {
        writeln!(text, "         {} · {}", f.severity, f.evidence)?;
        if let Some(mend) = &f.mend {
            writeln!(text, "         mend: {mend}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_failure_decides_and_every_clip_is_told_about() {
        let dir = tempfile::tempdir().unwrap();
        let damaged = dir.path().join("a.exr");
        std::fs::write(&damaged, [0x76, 0x2f, 0x31, 0x01]).unwrap();
        let run = |paths: &[&std::path::Path]| {
            let paths = paths.iter().map(|p| p.to_path_buf()).collect();
            run(Args { paths, chosen: Chosen::default(), choices: Choices::default(), json: false }).unwrap_err()
        };
        assert_eq!(run(&[&damaged, &damaged]).message(), "2 could not be checked");
        assert_eq!(run(&[dir.path()]).exit_code(), 10);

        let mut outcome = Outcomes { json: true, ..Outcomes::default() };
        outcome.error(Error::invalid("damaged").file(&damaged));
        outcome.error(Error::new(ErrorKind::Io, "gone").file("b.exr"));
        assert_eq!(outcome.document[0]["path"], damaged.display().to_string());
        assert_eq!(outcome.document[1]["error"]["kind"], "io");
        assert_eq!(outcome.finish().unwrap_err().exit_code(), 10);
    }
}
