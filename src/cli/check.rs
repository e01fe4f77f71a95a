//! `prelight check`: clips against their sidecars.

use super::{
    choices::Choices,
    out,
    subject::{self, Chosen, Rules},
    watch::{in_words, watched},
};
use crate::{
    camera::Found,
    check::{
        self, Finding, Outcome, Profile, Rolls,
        report::{Page, Picture, Section, pictures},
    },
    error::{Error, ErrorKind, Result},
    files::{self, Existing},
    history,
    pipeline::Settings,
    recipe,
    words::{agree, count},
};
use serde::Serialize;
use std::{
    fmt::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

#[derive(clap::Args)]
#[command(after_help = "\
The hashes of a clip's files are held against the nearest ASC MHL history at or above them. Of a folder that has a history itself
every file is, and the roll as a whole gets findings of its own, after those of its clips.")]
pub struct Args {
    /// Clips, or folders to search for clips
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    chosen: Chosen,
    #[command(flatten)]
    choices: Choices,
    #[command(flatten)]
    rules: Rules,
    /// Second copy of the roll, or the folder that holds it: whether both are equal (MHL-10)
    #[arg(long, value_name = "FOLDER")]
    copy: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
    /// Write a page with pictures that needs nothing else
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write over a page that is there
    #[arg(long, requires = "html")]
    overwrite: bool,
}

/// What was found on one clip.
#[derive(Serialize)]
pub(super) struct Checked {
    pub clip: String,
    pub path: PathBuf,
    pub findings: Vec<Finding>,
}

pub fn run(args: Args) -> Result<()> {
    let Found { clips, errors } = subject::clips_below(&args.paths);
    // Every clip is told about; the first failure decides the exit code.
    let mut outcome = Outcomes { json: args.json, ..Outcomes::default() };
    for error in errors {
        outcome.error(error);
    }
    let settings = args.choices.settings(|| subject::open_keys(&clips, &args.chosen))?;
    let profile = args.rules.profile()?;
    let rolls = Arc::new(Rolls::default().with_copy(args.copy.clone()));
    // First, so that a clip's files need not be read once more.
    let whole: Vec<(PathBuf, Result<Vec<Finding>>)> = rolls_named(&args.paths)
        .into_iter()
        .map(|root| (root.clone(), watched(in_words, |progress| check::check_roll(&root, &rolls, &profile, progress))))
        .collect();
    let mut pages: Vec<(Checked, Vec<Picture>)> = vec![];
    for path in &clips {
        match check_clip(path, &args.chosen, &settings, &rolls, &profile, args.html.is_some()) {
            Ok((checked, pictures)) => {
                outcome.checked(&checked)?;
                pages.push((checked, pictures));
            }
            Err(error) => outcome.error(error.file(path)),
        }
    }
    for (path, findings) in whole {
        match findings {
            Ok(findings) => {
                let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
                let checked = Checked { clip: format!("Roll {name}"), path, findings };
                outcome.roll(&checked)?;
                pages.push((checked, vec![]));
            }
            Err(error) => outcome.error(error.file(path)),
        }
    }
    if let Some(file) = &args.html {
        let existing = if args.overwrite { Existing::Replace } else { Existing::Refuse };
        files::write_bytes(file, existing, page(&mut pages, &profile, &outcome.problems).html().as_bytes())?;
    }
    outcome.finish()
}

/// The findings as a page; what could not be checked stands at its head.
fn page<'a>(checked: &'a mut [(Checked, Vec<Picture>)], profile: &Profile, problems: &[String]) -> Page<'a> {
    let mut lines = vec![format!("Profile {} ({}), {}", profile.title, profile.id, profile.version), recipe::Engine::this().to_string()];
    lines.extend(problems.iter().map(|p| format!("Could not be checked: {p}")));
    let section = |(checked, pictures): &'a mut (Checked, Vec<Picture>)| Section {
        name: checked.clip.clone(),
        lines: vec![checked.path.display().to_string()],
        road: vec![],
        pictures: std::mem::take(pictures),
        findings: &checked.findings,
        accepted: vec![],
    };
    Page { title: "Checks".into(), lines, sections: checked.iter_mut().map(section).collect() }
}

/// The folders among `paths` that have a history themselves.
fn rolls_named(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut roots: Vec<PathBuf> =
        paths.iter().filter_map(|p| p.canonicalize().ok()).filter(|p| history::nearest(p).as_ref() == Some(p)).collect();
    roots.sort();
    roots.dedup();
    roots
}

/// What has come of the clips so far. Text is printed at once, JSON is one document at the end.
#[derive(Default)]
struct Outcomes {
    json: bool,
    document: Vec<serde_json::Value>,
    failed: usize,
    unchecked: usize,
    first: Option<ErrorKind>,
    /// What could not be checked, in words.
    problems: Vec<String>,
}

impl Outcomes {
    fn checked(&mut self, checked: &Checked) -> Result<()> {
        if self.json {
            self.document.push(serde_json::to_value(checked).map_err(|e| Error::invalid(e.to_string()))?);
        } else {
            out::write(text(checked))?;
        }
        self.count(&checked.findings);
        Ok(())
    }

    fn roll(&mut self, checked: &Checked) -> Result<()> {
        self.count(&checked.findings);
        if self.json {
            let name = checked.path.file_name().unwrap_or(checked.path.as_os_str()).to_string_lossy();
            self.document.push(serde_json::json!({ "roll": name, "path": checked.path, "findings": checked.findings }));
            return Ok(());
        }
        out::write(text(checked))
    }

    fn count(&mut self, findings: &[Finding]) {
        let failed = findings.iter().filter(|f| f.stands_in_the_way()).count();
        self.failed += failed;
        if failed > 0 {
            self.first.get_or_insert(ErrorKind::Verification);
        }
    }

    fn error(&mut self, error: Error) {
        if self.json {
            let path = error.path().map(|p| p.display().to_string());
            self.document.push(serde_json::json!({ "path": path, "error": out::error_object(&error) }));
        } else {
            out::message(format_args!("prelight: {error}"));
        }
        self.problems.push(error.to_string());
        self.unchecked += 1;
        self.first.get_or_insert(error.kind());
    }

    fn finish(self) -> Result<()> {
        if self.json {
            out::json(&self.document)?;
        }
        let Some(kind) = self.first else { return Ok(()) };
        let stand = format!("{} {} in the way", count(self.failed, "check"), agree(&self.failed, "stands", "stand"));
        let message = match (self.failed, self.unchecked) {
            (_, 0) => stand,
            (0, unchecked) => format!("{unchecked} could not be checked"),
            (_, unchecked) => format!("{stand}, {unchecked} could not be checked"),
        };
        Err(Error::new(kind, message))
    }
}

/// The findings of a clip, and its pictures where they are wanted.
pub(super) fn check_clip(
    path: &Path,
    chosen: &Chosen,
    settings: &Settings,
    rolls: &Arc<Rolls>,
    profile: &Arc<Profile>,
    wants_pictures: bool,
) -> Result<(Checked, Vec<Picture>)> {
    let opened = subject::open(path, chosen, settings)?;
    let subject = opened.subject_among(rolls.clone(), profile.clone());
    let findings = watched(in_words, |progress| check::run(&subject, progress))?;
    let pictures = if wants_pictures { watched(in_words, |progress| pictures(&subject, &findings, progress))? } else { vec![] };
    Ok((Checked { clip: opened.name, path: path.to_owned(), findings }, pictures))
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
            run(Args {
                paths,
                chosen: Chosen::default(),
                choices: Choices::default(),
                rules: Rules::default(),
                copy: None,
                json: false,
                html: None,
                overwrite: false,
            })
            .unwrap_err()
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
