//! What goes on record: the entries of the next generation.

use super::{
    Create,
    commit::Draft,
    date,
    hash::Hashed,
    jobs::Job,
    outcome::{Problem, Report},
    rename::{Candidate, Rename, folder_key, pair},
    sums::FolderSums,
    tree::{Folder, Tree, join},
};
use crate::sidecar::mhl::{Action, Digest, Entry, FileHash, FolderDigests, FolderHash, Format};
use std::collections::HashMap;
use time::OffsetDateTime;

/// The earlier name of a file or (`true`) folder in a history, by the new one.
pub(super) type OldNames<'r> = HashMap<(usize, bool, &'r str), &'r str>;

pub(super) struct Making<'t> {
    tree: &'t Tree,
    formats: &'t [Format],
    jobs: HashMap<&'t str, &'t Job<'t>>,
    results: &'t HashMap<&'t str, Hashed>,
    /// The date of everything, where it was given.
    fixed: Option<OffsetDateTime>,
    pub now: OffsetDateTime,
    folder_hashes: bool,
}

impl<'t> Making<'t> {
    pub fn new(
        tree: &'t Tree,
        formats: &'t [Format],
        jobs: &'t [Job<'t>],
        results: &'t HashMap<&'t str, Hashed>,
        options: &Create,
    ) -> Self {
        let fixed = options.origin.date;
        let now = fixed.unwrap_or_else(|| date::of(std::time::SystemTime::now()));
        let jobs = jobs.iter().map(|j| (j.path.as_str(), j)).collect();
        Self { tree, formats, jobs, results, fixed, now, folder_hashes: options.folder_hashes }
    }

    /// Puts the files of a folder on record that were hashed.
    pub fn file_entries(&self, folder: &Folder, old_name: &OldNames, drafts: &mut [Draft], report: &mut Report) {
        for file in &folder.files {
            let path = join(&folder.path, &file.name);
            let (Some(job), Some(hashed)) = (self.jobs.get(path.as_str()), self.results.get(path.as_str())) else { continue };
            let Some((history, draft)) = self.tree.histories.get(folder.history).zip(drafts.get_mut(folder.history)) else { continue };
            let path = history.within(&path).to_owned();
            let digests = self.file_digests(job, hashed, report);
            let previous_path = old_name.get(&(folder.history, false, path.as_str())).map(|p| (*p).to_owned());
            let (size, modified) = (Some(hashed.stamp.size), Some(date::iso(date::of(file.modified))));
            draft.hashes.push(Entry::File(FileHash { path, size, modified, digests, previous_path, ..FileHash::default() }));
        }
    }

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
    pub fn folder_entry(&self, folder: &Folder, sums: Option<&FolderSums>, old_name: &OldNames, drafts: &mut [Draft]) {
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

    /// What is gone and was found under another name.
    pub fn renames(&self, gone: &[(usize, String, bool)], folders: &HashMap<&str, FolderSums>) -> Vec<Rename> {
        let within = |history: usize, path: &str| self.tree.histories.get(history).map_or_else(String::new, |h| h.within(path).to_owned());
        let mut candidates = vec![];
        for job in self.jobs.values().filter(|j| j.record.is_none()) {
            let Some(hashed) = self.results.get(job.path.as_str()) else { continue };
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
