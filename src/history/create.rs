//! A new history, or the next generation of one.

use super::{
    Origin,
    commit::{Draft, commit},
    date,
    hash::Hashed,
    jobs::{Job, add_formats_of_gone, hash_all, jobs, only},
    journal::Journal,
    memory::Remember,
    outcome::{Problem, Report},
    rename::{Candidate, Rename, folder_key, pair},
    sums::{FolderSums, folder_sums},
    tree::{Folder, Tree, covers, join},
};
use crate::{
    error::{Error, Result},
    progress::Progress,
    sidecar::mhl::{Action, Digest, Entry, FileHash, FolderDigests, FolderHash, Format},
};
use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};
use time::OffsetDateTime;

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
    /// Folder for the journal that an interrupted create goes on from.
    pub journal: Option<PathBuf>,
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
            journal: None,
            threads: 0,
        }
    }
}

/// Hashes every file of `root` and writes a generation into its history and every nested one.
///
/// A digest that differs from the one on record is recorded as failed, and no new format beside it. Nothing is written where
/// anything could not be read: see [`Report::written`].
///
/// # Errors
/// Those of the histories, of writing, and cancelling. Damaged and missing files are in the report.
pub fn create(root: &Path, options: &Create, progress: &Progress) -> Result<Report> {
    let tree = Tree::scan(root, &options.ignore)?;
    let formats = formats(&tree, options);
    let only = only(&tree, &options.only)?;
    let gone = if only.is_some() { vec![] } else { tree.gone() };
    let mut jobs = jobs(&tree, &formats, only.as_ref());
    if options.detect_renaming {
        add_formats_of_gone(&tree, &gone, &mut jobs);
    }
    let mut report = Report { files: jobs.len() as u64, notices: tree.notices(), ..Report::default() };
    let selected = |path: &str| only.as_ref().is_none_or(|o| o.iter().any(|p| covers(p, path)));
    for (path, e) in tree.refused.iter().filter(|(path, _)| selected(path)) {
        report.problems.push(Problem::Unreadable { path: path.clone(), message: e.to_string() });
    }
    // Before hours of hashing.
    for job in &jobs {
        let path = tree.root.join(&job.path);
        if let Err(e) = std::fs::File::open(&path) {
            report.problems.push(Problem::Unreadable { path: job.path.clone(), message: Error::io(&path, &e).to_string() });
        }
    }
    if !report.problems.is_empty() {
        return Ok(nothing_written(report));
    }
    let journal = options.journal.as_ref().map(|folder| Journal::open(folder, &tree.root));
    let hashed = hash_all(&tree.root, &jobs, journal.as_ref().map(|j| j as &dyn Remember), options.threads, progress)?;
    let mut results: HashMap<&str, Hashed> = HashMap::new();
    for (job, outcome) in jobs.iter().zip(hashed) {
        match outcome {
            Ok((hashed, resumed)) => {
                report.resumed += u64::from(resumed);
                report.bytes_hashed += if resumed { 0 } else { hashed.stamp.size };
                results.insert(&job.path, hashed);
            }
            Err(e) => report.problems.push(Problem::Unreadable { path: job.path.clone(), message: e.to_string() }),
        }
    }
    if !report.problems.is_empty() {
        return Ok(nothing_written(report));
    }
    let now = options.origin.date.unwrap_or_else(|| date::of(std::time::SystemTime::now()));
    let making = Making { tree: &tree, formats: &formats, fixed: options.origin.date, now, folder_hashes: options.folder_hashes };
    let folders = if only.is_none() && options.folder_hashes { folder_sums(&tree, &formats, &results) } else { HashMap::new() };
    let mut drafts: Vec<Draft> = tree.histories.iter().map(|_| Draft::default()).collect();
    let by_path: HashMap<&str, &Job> = jobs.iter().map(|j| (j.path.as_str(), j)).collect();
    let renames = if options.detect_renaming { making.renames(&gone, &jobs, &results, &folders) } else { vec![] };
    let old_name: HashMap<(usize, bool, &str), &str> =
        renames.iter().map(|r| ((r.history, r.folder, r.to.as_str()), r.from.as_str())).collect();

    for folder in &tree.folders {
        for file in &folder.files {
            let path = join(&folder.path, &file.name);
            let (Some(job), Some(hashed)) = (by_path.get(path.as_str()), results.get(path.as_str())) else { continue };
            let Some((history, draft)) = tree.histories.get(folder.history).zip(drafts.get_mut(folder.history)) else { continue };
            let within = history.within(&path);
            let digests = making.file_digests(job, hashed, &mut report);
            let previous_path = old_name.get(&(folder.history, false, within)).map(|p| (*p).to_owned());
            let (size, modified) = (Some(hashed.stamp.size), Some(date::iso(date::of(file.modified))));
            draft.hashes.push(Entry::File(FileHash {
                path: within.to_owned(),
                size,
                modified,
                digests,
                previous_path,
                ..FileHash::default()
            }));
        }
        if only.is_none() {
            making.folder_entry(folder, folders.get(folder.path.as_str()), &old_name, &mut drafts);
        }
    }
    let renamed: HashSet<(usize, &str)> = renames.iter().map(|r| (r.history, r.from.as_str())).collect();
    for (history, path, _) in gone.iter().filter(|(h, p, _)| !renamed.contains(&(*h, p.as_str()))) {
        let outside = tree.histories.get(*history).map_or_else(String::new, |h| h.outside(path));
        report.problems.push(Problem::Missing { path: outside });
    }
    for r in &renames {
        let outside = |path: &str| tree.histories.get(r.history).map_or_else(String::new, |h| h.outside(path));
        report.renamed.push((outside(&r.from), outside(&r.to)));
    }
    if only.is_none() {
        let moved = |path: &String| report.renamed.iter().any(|(from, _)| from == path);
        let lost: Vec<_> = tree.histories_gone().into_iter().filter(|p| !moved(p)).collect();
        report.problems.extend(lost.into_iter().map(|path| Problem::HistoryGone { path }));
    }
    progress.check()?;
    report.written = commit(&tree.histories, drafts, &options.ignore, &options.origin, now)?;
    if let Some(journal) = journal {
        journal.remove();
    }
    Ok(report)
}

fn nothing_written(mut report: Report) -> Report {
    report.notices.push("nothing was written, because not everything could be read".into());
    report
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

struct Making<'t> {
    tree: &'t Tree,
    formats: &'t [Format],
    /// The date of everything, where it was given.
    fixed: Option<OffsetDateTime>,
    now: OffsetDateTime,
    folder_hashes: bool,
}

impl Making<'_> {
    /// The digests of a file as they go on record.
    fn file_digests(&self, job: &Job, hashed: &Hashed, report: &mut Report) -> Vec<Digest> {
        let date = date::iso(self.fixed.unwrap_or_else(|| date::of(hashed.at)));
        let known = job.record.filter(|r| r.first().is_some());
        let mut digests = vec![];
        let mut good = true;
        let mut fresh = vec![];
        for (format, text) in &hashed.digests {
            let mut digest = Digest { date: Some(date.clone()), ..Digest::new(*format, text) };
            let Some(reference) = known.and_then(|r| r.reference(*format)) else {
                if self.formats.contains(format) {
                    fresh.push(digest);
                }
                continue;
            };
            let same = format.same(&reference.text, text);
            digest.action = Some(if same { Action::Verified } else { Action::Failed });
            digests.push(digest);
            if !same {
                good = false;
                let (recorded, found) = (reference.text.clone(), text.clone());
                let (path, generation) = (job.path.clone(), reference.generation);
                report.problems.push(Problem::Mismatch { path, format: *format, recorded, found, generation });
            }
        }
        // In a new format only together with one that was verified.
        if good {
            let action = if known.is_some() { Action::Verified } else { Action::Original };
            digests.extend(fresh.into_iter().map(|d| Digest { action: Some(action), ..d }));
        }
        digests.sort_by_key(|d| d.format);
        report.verified += u64::from(known.is_some() && good);
        report.original += u64::from(known.is_none());
        digests
    }

    /// Puts a folder on record: in its own history as its root, in the one around it (or its own, where it is no root) as a folder.
    fn folder_entry(
        &self,
        folder: &Folder,
        sums: Option<&FolderSums>,
        old_name: &HashMap<(usize, bool, &str), &str>,
        drafts: &mut [Draft],
    ) {
        let Some(history) = self.tree.histories.get(folder.history) else { return };
        let date = Some(date::iso(self.now));
        let mut digests = FolderDigests::default();
        for (format, (content, structure)) in sums.into_iter().flatten() {
            digests.content.push(Digest { date: date.clone(), ..Digest::new(*format, content) });
            digests.structure.push(Digest { date: date.clone(), ..Digest::new(*format, structure) });
        }
        let is_root = folder.path == history.inside;
        if is_root
            && self.folder_hashes
            && let Some(draft) = drafts.get_mut(folder.history)
        {
            draft.root = Some(digests.clone());
        }
        let recorder = if is_root { history.parent } else { Some(folder.history) };
        let Some((place, recorder)) = recorder.and_then(|p| Some((p, self.tree.histories.get(p)?))) else { return };
        let path = recorder.within(&folder.path).to_owned();
        let previous_path = old_name.get(&(place, true, path.as_str())).map(|p| (*p).to_owned());
        let modified = Some(date::iso(date::of(folder.modified)));
        if let Some(draft) = drafts.get_mut(place) {
            draft.hashes.push(Entry::Folder(FolderHash { path, modified, digests, previous_path, ..FolderHash::default() }));
        }
    }

    fn renames(
        &self,
        gone: &[(usize, String, bool)],
        jobs: &[Job],
        results: &HashMap<&str, Hashed>,
        folders: &HashMap<&str, FolderSums>,
    ) -> Vec<Rename> {
        let within = |history: usize, path: &str| self.tree.histories.get(history).map_or_else(String::new, |h| h.within(path).to_owned());
        let mut candidates = vec![];
        for job in jobs.iter().filter(|j| j.record.is_none()) {
            let Some(hashed) = results.get(job.path.as_str()) else { continue };
            let (path, digests) = (within(job.history, &job.path), hashed.digests.clone());
            candidates.push(Candidate { history: job.history, path, folder: false, digests });
        }
        for folder in &self.tree.folders {
            let Some(own) = self.tree.histories.get(folder.history) else { continue };
            // The root of a nested history is a folder of the one around it.
            let history = if folder.path == own.inside { own.parent } else { Some(folder.history) };
            let (Some(history), Some(sums)) = (history, folders.get(folder.path.as_str())) else { continue };
            let path = within(history, &folder.path);
            if self.tree.histories.get(history).is_some_and(|h| h.records.folders.contains_key(&path)) {
                continue;
            }
            let digests = sums.iter().map(|(f, (content, structure))| (*f, folder_key(content, structure))).collect();
            candidates.push(Candidate { history, path, folder: true, digests });
        }
        pair(self.tree, gone, &candidates)
    }
}
