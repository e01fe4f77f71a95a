//! A new history, or the next generation of one.

use super::{
    Origin,
    commit::{Draft, commit},
    hash::{Elsewhere, Hashed},
    jobs::{Job, Source, add_formats_of_gone, hash_all, jobs, only},
    journal::Journal,
    making::Making,
    memory::Remember,
    outcome::{Problem, Report},
    sums::folder_sums,
    tree::{Tree, covers},
};
use crate::{
    error::{Error, Result},
    progress::Progress,
    sidecar::mhl::Format,
};
use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

/// What to make.
#[derive(Clone, Debug)]
pub struct Create {
    /// Formats to record; none: those of the last root on record, [`Format::Xxh128`] where there is none.
    pub formats: Vec<Format>,
    /// Record the digests of folders.
    pub folder_hashes: bool,
    /// Look for what is gone under other names.
    pub detect_renaming: bool,
    /// Record these files alone (or the files in these folders), without a look at the rest.
    pub only: Vec<PathBuf>,
    /// Patterns beyond those on record.
    pub ignore: Vec<String>,
    pub origin: Origin,
    /// Record files as original again whose every digest on record failed.
    pub accept_failed: bool,
    /// Folder for the journal that an interrupted create goes on from; the one of this folder in there is removed when everything
    /// is on record.
    pub journal: Option<PathBuf>,
    /// Go on from the journal; else everything is read.
    pub resume: bool,
    /// 0: one a core.
    pub threads: usize,
}

impl Default for Create {
    fn default() -> Self {
        Self {
            formats: vec![],
            folder_hashes: true,
            detect_renaming: false,
            only: vec![],
            ignore: vec![],
            origin: Origin::default(),
            accept_failed: false,
            journal: None,
            resume: true,
            threads: 0,
        }
    }
}

/// Hashes every file of `root` (or those of [`Create::only`]) and writes a generation into its history and every nested one.
///
/// A digest that differs from the one on record is recorded as failed, and no new format beside it. Nothing is written where
/// anything could not be read, or has nothing but failed digests on record and is not accepted: see [`Report::written`].
///
/// # Errors
/// Those of the histories, of writing, and cancelling. Damaged and missing files are in the report.
pub fn create(root: &Path, options: &Create, progress: &Progress) -> Result<Report> {
    create_of(root, None, options, progress)
}

/// [`create`] of a folder whose files have their bytes elsewhere.
///
/// # Errors
/// As [`create`].
pub fn create_of(root: &Path, elsewhere: Option<&dyn Elsewhere>, options: &Create, progress: &Progress) -> Result<Report> {
    let tree = Tree::scan(root, &options.ignore, progress)?;
    let formats = formats(&tree, options);
    match only(&tree, &options.only)? {
        Some(chosen) => create_single(&tree, &formats, &chosen, elsewhere, options, progress),
        None => create_whole(&tree, &formats, elsewhere, options, progress),
    }
}

fn create_whole(
    tree: &Tree,
    formats: &[Format],
    elsewhere: Option<&dyn Elsewhere>,
    options: &Create,
    progress: &Progress,
) -> Result<Report> {
    let gone = tree.gone();
    let mut jobs = jobs(tree, formats, None);
    if options.detect_renaming {
        add_formats_of_gone(tree, &gone, &mut jobs);
    }
    let mut report = Report { files: jobs.len() as u64, notices: tree.notices(), ..Report::default() };
    if !ready(tree, &jobs, |_| true, options, &mut report) {
        return Ok(report);
    }
    let journal = options.journal.as_ref().map(|folder| Journal::open(folder, &tree.root, options.resume));
    let source = Source { known: journal.as_ref().map(|j| j as &dyn Remember), elsewhere };
    let Some(results) = read(tree, &jobs, source, options, progress, &mut report)? else { return Ok(report) };
    let folders = if options.folder_hashes { folder_sums(tree, formats, &results) } else { HashMap::new() };
    let making = Making::new(tree, formats, &jobs, &results, options);
    let renames = if options.detect_renaming { making.renames(&gone, &folders) } else { vec![] };
    let old_name = renames.iter().map(|r| ((r.history, r.folder, r.to.as_str()), r.from.as_str())).collect();
    let mut drafts: Vec<Draft> = tree.histories.iter().map(|_| Draft::default()).collect();
    for folder in &tree.folders {
        making.file_entries(folder, &old_name, &mut drafts, &mut report);
        making.folder_entry(folder, folders.get(folder.path.as_str()), &old_name, &mut drafts);
    }
    let outside = |history: usize, path: &str| tree.histories.get(history).map_or_else(String::new, |h| h.outside(path));
    report.renamed = renames.iter().map(|r| (outside(r.history, &r.from), outside(r.history, &r.to))).collect();
    let renamed: HashSet<(usize, &str)> = renames.iter().map(|r| (r.history, r.from.as_str())).collect();
    let missing = gone.iter().filter(|(h, p, _)| !renamed.contains(&(*h, p.as_str())));
    report.problems.extend(missing.map(|(history, path, _)| Problem::Missing { path: outside(*history, path) }));
    let moved: HashSet<&str> = report.renamed.iter().map(|(from, _)| from.as_str()).collect();
    let lost = tree.histories_gone().into_iter().filter(|path| !moved.contains(path.as_str()));
    report.problems.extend(lost.map(|path| Problem::HistoryGone { path }));
    progress.check()?;
    commit(&tree.histories, drafts, &options.ignore, &options.origin, making.now, &mut report)?;
    if let Some(journal) = journal.filter(|_| wholly_written(&report)) {
        journal.remove();
    }
    Ok(report)
}

/// Whether every generation that was to be written was: what was hashed for one that was not will be wanted again.
fn wholly_written(report: &Report) -> bool {
    !report.problems.iter().any(|p| matches!(p, Problem::NotWritten { .. }))
}

/// Records files alone: the rest is not looked at, and there are no digests of folders.
fn create_single(
    tree: &Tree,
    formats: &[Format],
    chosen: &[String],
    elsewhere: Option<&dyn Elsewhere>,
    options: &Create,
    progress: &Progress,
) -> Result<Report> {
    let jobs = jobs(tree, formats, Some(chosen));
    let mut report = Report { files: jobs.len() as u64, notices: tree.notices(), ..Report::default() };
    if !ready(tree, &jobs, |path| chosen.iter().any(|c| covers(c, path)), options, &mut report) {
        return Ok(report);
    }
    let journal = options.journal.as_ref().map(|folder| Journal::open(folder, &tree.root, true));
    let known = journal.as_ref().filter(|_| options.resume).map(|j| j as &dyn Remember);
    let source = Source { known, elsewhere };
    let Some(results) = read(tree, &jobs, source, options, progress, &mut report)? else { return Ok(report) };
    let making = Making::new(tree, formats, &jobs, &results, options);
    let mut drafts: Vec<Draft> = tree.histories.iter().map(|_| Draft::default()).collect();
    for folder in &tree.folders {
        making.file_entries(folder, &HashMap::new(), &mut drafts, &mut report);
    }
    progress.check()?;
    commit(&tree.histories, drafts, &options.ignore, &options.origin, making.now, &mut report)?;
    if let Some(journal) = journal.filter(|_| wholly_written(&report)) {
        results.iter().for_each(|(path, hashed)| journal.forget(path, hashed.stamp));
    }
    Ok(report)
}

/// Whether everything can be read and may be recorded, found out before hours of hashing.
fn ready(tree: &Tree, jobs: &[Job], selected: impl Fn(&str) -> bool, options: &Create, report: &mut Report) -> bool {
    for (path, e) in tree.refused.iter().filter(|(path, _)| selected(path)) {
        report.problems.push(Problem::Unreadable { path: path.clone(), message: e.to_string() });
    }
    for job in jobs {
        let path = tree.root.join(&job.path);
        if let Err(e) = std::fs::File::open(&path) {
            report.problems.push(Problem::Unreadable { path: job.path.clone(), message: Error::io(&path, &e).to_string() });
        }
        if !options.accept_failed && job.record.is_some_and(|r| r.first().is_none() && !r.digests.is_empty()) {
            report.problems.push(Problem::NoReference { path: job.path.clone() });
        }
    }
    nothing_wrong(report)
}

/// The digests of all files, `None` where any could not be read.
fn read<'j>(
    tree: &Tree,
    jobs: &'j [Job],
    source: Source,
    options: &Create,
    progress: &Progress,
    report: &mut Report,
) -> Result<Option<HashMap<&'j str, Hashed>>> {
    let mut results: HashMap<&str, Hashed> = HashMap::new();
    for (job, outcome) in jobs.iter().zip(hash_all(&tree.root, jobs, source, options.threads, progress)?) {
        match outcome {
            Ok((hashed, resumed)) => {
                report.resumed += u64::from(resumed);
                report.bytes_hashed += if resumed { 0 } else { hashed.stamp.size };
                results.insert(&job.path, hashed);
            }
            Err(e) => report.problems.push(Problem::Unreadable { path: job.path.clone(), message: e.to_string() }),
        }
    }
    Ok(nothing_wrong(report).then_some(results))
}

fn nothing_wrong(report: &mut Report) -> bool {
    if report.problems.is_empty() {
        return true;
    }
    report.notices.push("nothing was written, because not everything could be read, or held against a good digest".into());
    false
}

/// The formats to record, in their order, each once.
fn formats(tree: &Tree, options: &Create) -> Vec<Format> {
    let mut formats = options.formats.clone();
    if formats.is_empty() {
        // A generation of single files has no root.
        let last = tree.histories.first().and_then(|h| h.generations.iter().rev().find_map(|g| g.process.root.as_ref()));
        formats.extend(last.into_iter().flat_map(|root| &root.content).map(|d| d.format));
    }
    if formats.is_empty() {
        formats.push(Format::Xxh128);
    }
    formats.sort_unstable();
    formats.dedup();
    formats
}
