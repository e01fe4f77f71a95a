//! `prelight check`: clips against their sidecars.

use super::{
    choices::Choices,
    out, rules,
    subject::{self, Chosen, Opened, Rules},
    watch::{in_words, watched},
};
use crate::{
    camera::Found,
    check::{
        self, Finding, Outcome, Profile, Rolls, Subject,
        report::{Page, Picture, Section, pictures},
    },
    error::{Error, ErrorKind, InFile, Result},
    files::{self, Existing},
    history, recipe,
    session::{Saved, Waiver},
    sidecar::cut_list,
    words::{agree, count},
};
use serde::Serialize;
use serde_json::{Value, json, to_value};
use std::{
    collections::BTreeMap,
    fmt::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

#[derive(clap::Args)]
#[command(after_help = "\
The hashes of a clip's files are held against the nearest ASC MHL history at or above them. Of a folder that has a history itself
every file is, and the roll as a whole gets findings of its own, after those of its clips. Of two clips or more, the show gets
findings too.")]
pub struct Args {
    /// Clips, or folders to search for clips
    #[arg(required_unless_present = "list_rules")]
    paths: Vec<PathBuf>,
    /// Print every rule with its weight, its limits and where they come from, by the profile
    #[arg(long = "rules", conflicts_with = "paths")]
    list_rules: bool,
    #[command(flatten)]
    chosen: Chosen,
    #[command(flatten)]
    choices: Choices,
    #[command(flatten)]
    rules: Rules,
    /// Second copy of the roll, or the folder that holds it: whether both are equal (MHL-10)
    #[arg(long, value_name = "FOLDER")]
    copy: Option<PathBuf>,
    /// Cut list to hold against the clips: EDL, OTIO, FCP7 XML or FCPXML; may be given several times
    #[arg(long = "edl", visible_alias = "cut-list", value_name = "FILE")]
    cut_lists: Vec<PathBuf>,
    /// Frames that are wanted before and behind each event of the cut lists; without it what the profile asks for
    #[arg(long, value_name = "FRAMES", requires = "cut_lists")]
    handles: Option<u32>,
    /// Show file with waivers, of its clips, of the show and of cut lists: what they accept does not stand in the way
    #[arg(long, value_name = "SHOW")]
    waivers: Option<PathBuf>,
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
    /// Those of the show file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<recipe::Waiver>,
}

impl Checked {
    fn waiver(&self, finding: &Finding) -> Option<&recipe::Waiver> {
        self.waivers.iter().find(|w| w.check == finding.id)
    }
}

/// The waivers of a show file; none without one.
#[derive(Default)]
struct Waivers {
    clips: BTreeMap<PathBuf, Vec<recipe::Waiver>>,
    /// Of the show and of cut lists.
    show: Vec<recipe::Waiver>,
}

impl Waivers {
    fn read(file: Option<&Path>) -> Result<Self> {
        let Some(file) = file else { return Ok(Self::default()) };
        let show = Saved::read(file)?.document;
        let all = |waivers: &[Waiver]| waivers.iter().map(Into::into).collect();
        let clips = show.clips.iter().map(|c| (real(&c.path), all(&c.waivers))).collect();
        Ok(Self { clips, show: all(&show.waivers) })
    }
    fn of_clip(&self, path: &Path) -> Vec<recipe::Waiver> {
        self.clips.get(&real(path)).cloned().unwrap_or_default()
    }
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

pub fn run(args: Args) -> Result<()> {
    if args.list_rules {
        return rules::print(&*args.rules.profile()?, args.json);
    }
    let existing = if args.overwrite { Existing::Replace } else { Existing::Refuse };
    // Before anything is read for minutes.
    if let Some(file) = &args.html {
        files::refuse_existing(file, existing)?;
    }
    let waivers = Waivers::read(args.waivers.as_deref())?;
    let Found { clips, errors } = subject::clips_below(&args.paths);
    // Every clip is told about; the first failure decides the exit code.
    let mut outcome = Outcomes { json: args.json, ..Outcomes::default() };
    for error in errors {
        outcome.error(error);
    }
    let settings = args.choices.settings(|| subject::open_keys(&clips, &args.chosen))?;
    let profile = args.rules.profile()?;
    let lists = args.cut_lists.iter().map(|path| Ok((path, cut_list::open(path)?))).collect::<Result<Vec<_>>>()?;
    if let Some(copy) = &args.copy {
        std::fs::metadata(copy).in_file(copy)?;
    }
    let rolls = Arc::new(Rolls::default().with_copy(args.copy.clone()));
    // First, so that a clip's files need not be read once more.
    let whole: Vec<(PathBuf, Result<Vec<Finding>>)> = rolls_named(&args.paths)
        .into_iter()
        .map(|root| (root.clone(), watched(in_words, |progress| check::check_roll(&root, &rolls, &profile, progress))))
        .collect();
    let mut opened = vec![];
    let mut pages: Vec<(Checked, Vec<Picture>)> = vec![];
    for path in &clips {
        let checked = subject::open(path, &args.chosen, &settings)
            .and_then(|mut clip| {
                if args.rules.every_frame {
                    clip.measure(&profile)?;
                }
                Ok(clip)
            })
            .and_then(|clip| Ok((check_opened(&clip, path, &rolls, &profile, args.html.is_some())?, clip)));
        match checked {
            Ok(((mut checked, pictures), clip)) => {
                checked.waivers = waivers.of_clip(path);
                outcome.add(&checked, || to_value(&checked))?;
                pages.push((checked, pictures));
                opened.push(clip);
            }
            Err(error) if error.kind() == ErrorKind::Cancelled => return Err(error),
            Err(error) => outcome.error(error.file(path)),
        }
    }
    let subjects: Vec<Subject> = opened.iter().map(|clip| clip.subject_among(rolls.clone(), profile.clone())).collect();
    for (path, list) in &lists {
        let found = watched(in_words, |progress| check::check_edl(&list.edl, &subjects, args.handles, &profile, progress))?;
        let clip = format!("{}, {}", list.format.label(), check::matched_in_words(found.matched, found.events));
        let (events, matched) = (found.events, found.matched);
        let checked = Checked { clip, path: (*path).clone(), findings: found.findings, waivers: waivers.show.clone() };
        // A path may be no Unicode, which is an error of ours and no reason to fall over.
        outcome.add(&checked, || {
            let entry =
                |path| json!({ "edl": path, "format": list.format, "events": events, "matched": matched, "findings": checked.findings });
            to_value(&checked.path).map(|path| with_waivers(entry(path), &checked))
        })?;
        pages.push((checked, vec![]));
    }
    if opened.len() > 1 {
        let findings = watched(in_words, |progress| check::run_show(&subjects, &profile, progress))?;
        let clip = format!("Show of {} clips", opened.len());
        let checked = Checked { clip, path: PathBuf::new(), findings, waivers: waivers.show.clone() };
        let names: Vec<&str> = opened.iter().map(|c| c.name.as_str()).collect();
        outcome.add(&checked, || Ok(with_waivers(json!({ "show": names, "findings": checked.findings }), &checked)))?;
        pages.push((checked, vec![]));
    }
    for (path, findings) in whole {
        match findings {
            Ok(findings) => {
                let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
                let checked = Checked { clip: format!("Roll {name}"), path, findings, waivers: vec![] };
                let entry = |path| json!({ "roll": name, "path": path, "findings": checked.findings });
                outcome.add(&checked, || to_value(&checked.path).map(entry))?;
                pages.push((checked, vec![]));
            }
            Err(error) if error.kind() == ErrorKind::Cancelled => return Err(error),
            Err(error) => outcome.error(error.file(path)),
        }
    }
    if let Some(file) = &args.html {
        files::write_bytes(file, existing, page(&mut pages, &profile, &outcome.problems).html().as_bytes())?;
    }
    outcome.finish()
}

/// An entry of the JSON document with its waivers, where it has any.
fn with_waivers(mut entry: Value, checked: &Checked) -> Value {
    if !checked.waivers.is_empty() {
        entry["waivers"] = json!(checked.waivers);
    }
    entry
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
        accepted: recipe::accepted(&checked.waivers),
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
    document: Vec<Value>,
    failed: usize,
    unchecked: usize,
    first: Option<ErrorKind>,
    /// What could not be checked, in words.
    problems: Vec<String>,
}

impl Outcomes {
    /// Prints what was found, or puts it into the document as `entry`, which is made for that alone.
    fn add(&mut self, checked: &Checked, entry: impl FnOnce() -> serde_json::Result<Value>) -> Result<()> {
        let failed = checked.findings.iter().filter(|f| f.stands_in_the_way() && checked.waiver(f).is_none()).count();
        self.failed += failed;
        if failed > 0 {
            self.first.get_or_insert(ErrorKind::Verification);
        }
        if self.json {
            self.document.push(entry().map_err(|e| Error::invalid(e.to_string()))?);
            return Ok(());
        }
        out::write(text(checked))
    }

    fn error(&mut self, error: Error) {
        if self.json {
            let path = error.path().map(|p| p.display().to_string());
            self.document.push(json!({ "path": path, "error": out::error_object(&error) }));
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
pub(super) fn check_opened(
    opened: &Opened,
    path: &Path,
    rolls: &Arc<Rolls>,
    profile: &Arc<Profile>,
    wants_pictures: bool,
) -> Result<(Checked, Vec<Picture>)> {
    let subject = opened.subject_among(rolls.clone(), profile.clone());
    let findings = watched(in_words, |progress| check::run(&subject, progress))?;
    let pictures = if wants_pictures { watched(in_words, |progress| pictures(&subject, &findings, progress))? } else { vec![] };
    Ok((Checked { clip: opened.name.clone(), path: path.to_owned(), findings, waivers: vec![] }, pictures))
}

/// The findings of a clip, a line or a few each; a show has no path.
pub(super) fn text(checked: &Checked) -> String {
    let path = if checked.path.as_os_str().is_empty() { String::new() } else { format!("  ({})", checked.path.display()) };
    let mut text = format!("{}{path}\n", checked.clip);
    for f in &checked.findings {
        // Writing to a string does not fail.
        let _ = write(&mut text, f, checked.waiver(f));
    }
    text
}

fn write(text: &mut String, f: &Finding, waiver: Option<&recipe::Waiver>) -> std::fmt::Result {
    if f.outcome == Outcome::NotApplicable {
        return writeln!(text, "  {:<4} {:<8} {}: {}", f.outcome, f.id, f.title, f.evidence);
    }
    writeln!(text, "  {:<4} {:<8} {}: {} (limit: {})", f.outcome, f.id, f.title, f.measured, f.limit)?;
    if f.outcome == Outcome::Fail {
        writeln!(text, "         {} · {}", f.severity, f.evidence)?;
        if let Some(w) = waiver {
            writeln!(text, "         waived by {}: {}", w.by, w.reason)?;
        } else if let Some(mend) = &f.mend {
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
                list_rules: false,
                copy: None,
                cut_lists: vec![],
                handles: None,
                json: false,
                html: None,
                waivers: None,
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
