//! Comparing a folder with its history, with and without reading the media.

use super::{
    hash::{Elsewhere, Hashed},
    jobs::{Job, Outcome, Source, hash_all, only},
    load::History,
    memory::{Memory, Remember},
    outcome::{Problem, Report, file_not_found},
    records::{FileRecord, Known},
    sums::folder_sums,
    tree::{Tree, join},
};
use crate::{error::Result, progress::Progress, sidecar::mhl::Format};
use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

/// What to compare.
#[derive(Clone, Debug, Default)]
pub struct Verify {
    /// Read the media. Without, only what there is and what should be is compared (diff).
    pub hash: bool,
    /// Formats to hold against the record; none: the first on record of each file. A file without any of them is held against its
    /// first, which is a notice; a format that no file has is a problem.
    pub formats: Vec<Format>,
    /// The digests of folders too, in the formats of the last generations.
    pub folders: bool,
    /// This file alone, from the root.
    pub only: Option<PathBuf>,
    /// Patterns beyond those on record.
    pub ignore: Vec<String>,
    /// Compare with this packing list instead of the history.
    pub packing_list: Option<PathBuf>,
    /// 0: one a core.
    pub threads: usize,
}

/// Compares `root` with its history. Nothing is written.
///
/// # Errors
/// No history, those of reading one, and cancelling. What differs is in the report.
pub fn verify(root: &Path, options: &Verify, progress: &Progress) -> Result<Report> {
    verify_of(root, None, options, progress)
}

/// [`verify`] of a folder whose files have their bytes elsewhere.
///
/// # Errors
/// As [`verify`].
pub fn verify_of(root: &Path, elsewhere: Option<&dyn Elsewhere>, options: &Verify, progress: &Progress) -> Result<Report> {
    let tree = match &options.packing_list {
        Some(list) => Tree::scan_with(root, History::of_packing_list(list, root)?, &options.ignore, progress)?,
        None => Tree::scan(root, &options.ignore, progress)?,
    };
    if let Some(history) = tree.histories.first() {
        history.must_exist()?;
    }
    let chosen: Option<HashSet<String>> = match &options.only {
        None => None,
        Some(path) => only(&tree, &[if path.is_absolute() { path.clone() } else { tree.root.join(path) }])?.map(HashSet::from_iter),
    };
    let report = compare_tree(&tree, options, chosen.as_ref(), Source { known: None, elsewhere }, progress)?;
    match &options.only {
        Some(path) if report.files == 0 => Err(file_not_found(path)),
        _ => Ok(report),
    }
}

/// [`verify`] of a folder that has been walked: of all of it, or of the files `chosen` (relative to it). Digests that `memory` holds
/// of files that have not changed since are not computed again.
///
/// # Errors
/// Cancelled.
pub fn verify_tree(
    tree: &Tree,
    options: &Verify,
    chosen: Option<&HashSet<String>>,
    memory: Option<&Memory>,
    progress: &Progress,
) -> Result<Report> {
    let known = memory.map(|m| m.below(&tree.root));
    let source = Source { known: known.as_ref().map(|k| k as &dyn Remember), elsewhere: None };
    compare_tree(tree, options, chosen, source, progress)
}

fn compare_tree(tree: &Tree, options: &Verify, chosen: Option<&HashSet<String>>, source: Source, progress: &Progress) -> Result<Report> {
    let folder_formats = if options.folders && chosen.is_none() { folder_formats(tree) } else { vec![] };
    let mut report = Report { notices: tree.notices(), ..Report::default() };
    let jobs = jobs(tree, options, &folder_formats, chosen, &mut report);
    if options.hash {
        formats_not_recorded(&jobs, &options.formats, &mut report);
    }
    if chosen.is_none() {
        for (path, e) in &tree.refused {
            report.problems.push(Problem::Unreadable { path: path.clone(), message: e.to_string() });
        }
    }
    if options.hash {
        let hashed = hash_all(&tree.root, &jobs, source, options.threads, progress)?;
        let results = compare(&jobs, hashed, options, &mut report);
        if !folder_formats.is_empty() {
            compare_folders(tree, &folder_formats, &results, &mut report);
        }
    }
    if chosen.is_none() {
        for (history, path, _) in tree.gone() {
            let outside = tree.histories.get(history).map_or_else(String::new, |h| h.outside(&path));
            report.problems.push(Problem::Missing { path: outside });
        }
        report.problems.extend(tree.histories_gone().into_iter().map(|path| Problem::HistoryGone { path }));
    }
    Ok(report)
}

/// The formats in which the last generation of any history has folder digests.
fn folder_formats(tree: &Tree) -> Vec<Format> {
    let mut formats: Vec<Format> = tree
        .histories
        .iter()
        .flat_map(|h| h.records.root.digests.iter().chain(h.records.folders.values().flat_map(|f| &f.digests)))
        .map(|k| k.format)
        .collect();
    formats.sort_unstable();
    formats.dedup();
    formats
}

fn jobs<'t>(
    tree: &'t Tree,
    options: &Verify,
    folder_formats: &[Format],
    only: Option<&HashSet<String>>,
    report: &mut Report,
) -> Vec<Job<'t>> {
    let mut jobs = vec![];
    for folder in &tree.folders {
        let Some(history) = tree.histories.get(folder.history) else { continue };
        for file in &folder.files {
            let path = join(&folder.path, &file.name);
            if only.is_some_and(|o| !o.contains(&path)) {
                continue;
            }
            report.files += 1;
            let record = history.records.files.get(history.within(&path)).filter(|r| r.first().is_some());
            if record.is_none() {
                report.problems.push(Problem::New { path: path.clone() });
            }
            let mut formats: Vec<Format> = record.into_iter().flat_map(|r| references(r, &options.formats)).map(|k| k.format).collect();
            formats.extend(folder_formats.iter().filter(|f| !formats.contains(f)).copied().collect::<Vec<_>>());
            if !formats.is_empty() {
                jobs.push(Job { history: folder.history, path, size: file.size, record, formats });
            }
        }
    }
    jobs
}

/// Says in which formats files were not verified, though it was asked for.
fn formats_not_recorded(jobs: &[Job], asked: &[Format], report: &mut Report) {
    let recorded: Vec<(&str, &FileRecord)> = jobs.iter().filter_map(|j| Some((j.path.as_str(), j.record?))).collect();
    let formats: std::collections::BTreeSet<Format> = asked.iter().copied().collect();
    for format in formats {
        let without: Vec<_> = recorded.iter().filter(|(_, r)| r.reference(format).is_none()).collect();
        if without.len() == recorded.len() && !recorded.is_empty() {
            report.problems.push(Problem::FormatNotRecorded { path: ".".into(), format });
            continue;
        }
        for (path, record) in without {
            let instead: Vec<&str> = references(record, asked).iter().map(|k| k.format.name()).collect();
            report.notices.push(format!("{path} has no {format} on record, and is held against {}", instead.join(" and ")));
        }
    }
}

/// The digests on record that a file is held against: in the formats asked for, where there are any, else the first of all.
fn references<'r>(record: &'r FileRecord, formats: &[Format]) -> Vec<&'r Known> {
    let asked: Vec<&Known> = formats.iter().filter_map(|f| record.reference(*f)).collect();
    if asked.is_empty() { record.first().into_iter().collect() } else { asked }
}

fn compare<'j>(jobs: &'j [Job], hashed: Vec<Outcome>, options: &Verify, report: &mut Report) -> HashMap<&'j str, Hashed> {
    let mut results = HashMap::new();
    for (job, outcome) in jobs.iter().zip(hashed) {
        let (hashed, known) = match outcome {
            Ok(hashed) => hashed,
            Err(e) => {
                report.problems.push(Problem::Unreadable { path: job.path.clone(), message: e.to_string() });
                continue;
            }
        };
        report.resumed += u64::from(known);
        report.bytes_hashed += if known { 0 } else { hashed.stamp.size };
        if let Some(record) = job.record {
            let mut good = true;
            for known in references(record, &options.formats) {
                let Some((format, found)) = hashed.digests.iter().find(|(f, _)| *f == known.format) else { continue };
                if !format.same(&known.text, found) {
                    good = false;
                    let (recorded, found) = (known.text.clone(), found.clone());
                    let (path, generation) = (job.path.clone(), known.generation);
                    report.problems.push(Problem::Mismatch { path, format: *format, recorded, found, generation });
                }
            }
            report.verified += u64::from(good);
        }
        results.insert(job.path.as_str(), hashed);
    }
    results
}

fn compare_folders(tree: &Tree, formats: &[Format], results: &HashMap<&str, Hashed>, report: &mut Report) {
    let sums = folder_sums(tree, formats, results);
    let owners = tree.owners();
    for folder in &tree.folders {
        let (Some(own), Some(sums)) = (tree.histories.get(folder.history), sums.get(folder.path.as_str())) else { continue };
        // The root of a nested history is on record in both.
        let root = (folder.path == own.inside).then_some(&own.records.root);
        let owner = owners.of(&folder.path).and_then(|i| tree.histories.get(i));
        let recorded = owner.and_then(|h| h.records.folders.get(h.within(&folder.path)));
        for known in root.into_iter().chain(recorded).flat_map(|r| &r.digests) {
            let Some((content, structure)) = sums.get(&known.format) else { continue };
            for (is_structure, recorded, found) in [(false, &known.content, content), (true, &known.structure, structure)] {
                if !known.format.same(recorded, found) {
                    report.problems.push(Problem::FolderMismatch {
                        path: if folder.path.is_empty() { ".".into() } else { folder.path.clone() },
                        format: known.format,
                        structure: is_structure,
                        recorded: recorded.clone(),
                        found: found.clone(),
                        generation: known.generation,
                    });
                }
            }
        }
    }
}
