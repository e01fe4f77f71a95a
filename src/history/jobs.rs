//! Which files are hashed in which formats, and the hashing of them all.

use super::{
    hash::{Elsewhere, Hashed, Stamp, hash_elsewhere, hash_file, hash_file_in_parallel},
    memory::Remember,
    outcome::file_not_found,
    records::FileRecord,
    tree::{Tree, covers, join},
};
use crate::{
    error::{Error, ErrorKind, InFile, Result},
    files,
    progress::Progress,
    sidecar::mhl::Format,
};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// A file to be hashed.
pub(super) struct Job<'t> {
    pub history: usize,
    /// Relative to the root.
    pub path: String,
    pub size: u64,
    pub record: Option<&'t FileRecord>,
    /// Formats to compute.
    pub formats: Vec<Format>,
}

/// The chosen files and folders, relative to the root; each from where the program runs, else from the root.
pub(super) fn only(tree: &Tree, paths: &[PathBuf]) -> Result<Option<Vec<String>>> {
    if paths.is_empty() {
        return Ok(None);
    }
    let mut chosen = vec![];
    for path in paths {
        let inside = [path.clone(), tree.root.join(path)].into_iter().find_map(|p| {
            // The link itself, not what it leads to.
            let real = match p.file_name() {
                Some(name) if p.symlink_metadata().is_ok() => files::folder_of(&p).canonicalize().ok()?.join(name),
                _ => p.canonicalize().ok()?,
            };
            let inside = real.strip_prefix(&tree.root).ok()?.to_str()?.replace(std::path::MAIN_SEPARATOR, "/");
            Some(inside)
        });
        let inside = inside.ok_or_else(|| file_not_found(path))?;
        let there = tree.folders.iter().any(|f| covers(&inside, &f.path) || f.files.iter().any(|x| join(&f.path, &x.name) == inside))
            || tree.refused.iter().any(|(p, _)| covers(&inside, p));
        if !there {
            return Err(file_not_found(path));
        }
        chosen.push(inside);
    }
    Ok(Some(chosen))
}

/// Every file that is to be hashed, in the order of records. A format that is on record is computed where it was asked for, and the
/// first on record where none of these was: a new format needs one that can be verified.
pub(super) fn jobs<'t>(tree: &'t Tree, formats: &[Format], only: Option<&[String]>) -> Vec<Job<'t>> {
    let mut jobs = vec![];
    for folder in &tree.folders {
        let Some(history) = tree.histories.get(folder.history) else { continue };
        for file in &folder.files {
            let path = join(&folder.path, &file.name);
            if only.is_some_and(|o| !o.iter().any(|p| covers(p, &path))) {
                continue;
            }
            let record = history.records.files.get(history.within(&path));
            let known = record.map(FileRecord::formats).unwrap_or_default();
            let mut wanted = formats.to_vec();
            if let Some(first) = known.first()
                && !known.iter().any(|f| formats.contains(f))
            {
                wanted.push(*first);
            }
            jobs.push(Job { history: folder.history, path, size: file.size, record, formats: wanted });
        }
    }
    jobs
}

/// New files are hashed in the formats of what is gone too, so that nothing is read twice.
pub(super) fn add_formats_of_gone(tree: &Tree, gone: &[(usize, String, bool)], jobs: &mut [Job]) {
    let mut wanted: HashMap<usize, Vec<Format>> = HashMap::new();
    for (history, path, _) in gone {
        let known = tree.histories.get(*history).and_then(|h| h.records.files.get(path)).and_then(FileRecord::first);
        let list = wanted.entry(*history).or_default();
        if let Some(known) = known.filter(|k| !list.contains(&k.format)) {
            list.push(known.format);
        }
    }
    for job in jobs.iter_mut().filter(|j| j.record.is_none()) {
        for format in wanted.get(&job.history).into_iter().flatten() {
            if !job.formats.contains(format) {
                job.formats.push(*format);
            }
        }
    }
}

/// What became of a file: its digests, and whether they were still known.
pub(super) type Outcome = Result<(Hashed, bool)>;

/// Where digests come from.
#[derive(Clone, Copy, Default)]
pub(super) struct Source<'a> {
    /// What knows some of them already.
    pub known: Option<&'a dyn Remember>,
    /// What has the bytes, where the folder holds names alone.
    pub elsewhere: Option<&'a dyn Elsewhere>,
}

/// The outcome of each job. Files are taken in their order, each thread the next one, so
/// that a disk is read forwards.
///
/// # Errors
/// Cancelled. What happens to a single file is its own outcome.
pub(super) fn hash_all(
    root: &Path,
    jobs: &[Job],
    Source { known, elsewhere }: Source,
    threads: usize,
    progress: &Progress,
) -> Result<Vec<Outcome>> {
    progress.begin(jobs.iter().map(|j| j.size).sum(), "hashing");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|e| Error::new(ErrorKind::Io, format!("no threads to hash with: {e}")))?;
    // Fewer files than threads leave threads for the formats of one file.
    let hash = if jobs.len() < pool.current_num_threads() { hash_file_in_parallel } else { hash_file };
    let one = |job: &Job| -> Outcome {
        let path = root.join(&job.path);
        let stamp = Stamp::of(&path.metadata().in_file(&path)?);
        if let Some(hashed) = known.and_then(|k| k.find(&job.path, stamp, &job.formats)) {
            progress.advance(stamp.size)?;
            return Ok((hashed, true));
        }
        let hashed = match elsewhere {
            Some(from) => hash_elsewhere(from, &job.path, stamp, &job.formats, progress)?,
            None => hash(&path, &job.formats, progress)?,
        };
        if let Some(known) = known {
            known.note(&job.path, &hashed);
        }
        Ok((hashed, false))
    };
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Outcome)>> = Mutex::new(Vec::with_capacity(jobs.len()));
    pool.broadcast(|_| {
        while let Some((i, job)) = Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| Some((i, jobs.get(i)?))) {
            if progress.is_cancelled() {
                return;
            }
            let outcome = one(job);
            results.lock().unwrap_or_else(PoisonError::into_inner).push((i, outcome));
        }
    });
    progress.check()?;
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_unstable_by_key(|(i, _)| *i);
    Ok(results.into_iter().map(|(_, outcome)| outcome).collect())
}
