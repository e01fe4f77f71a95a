//! Reading cards and folders into the index: only what is new or changed since.

use super::{Entry, Library, Read, Stamp, entry::path_text, small};
use crate::{
    camera::{self, Clip},
    error::{Error, ErrorKind, InFile, Result},
    files,
    progress::Progress,
    words::count,
};
use rayon::prelude::*;
use std::{
    collections::{BTreeSet, HashMap},
    fmt, fs,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

/// What is read besides the metadata.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// SHA-256 of every file.
    pub hash: bool,
    /// A small picture of each clip.
    pub pictures: bool,
    /// Also what is not changed.
    pub again: bool,
}

/// What an index has become.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Indexed {
    pub added: u64,
    pub changed: u64,
    pub unchanged: u64,
    /// Clips that were there and are no more. Their rows stay.
    pub gone: u64,
    /// What could not be read, each under its path.
    pub errors: Vec<(PathBuf, String)>,
    /// Places at and below which there is nothing.
    pub empty: Vec<Empty>,
}

/// A place that is there, and no clip at it or below.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Empty {
    pub root: PathBuf,
    /// Clips that the index knows there, all of them gone.
    pub known: u64,
    /// Those of them that are gone since it was brought there last.
    pub gone: u64,
}

impl Empty {
    /// What it is to whoever asked for clips.
    pub fn error(&self) -> Error {
        let error = camera::no_clip(&self.root);
        if self.known == 0 {
            return error;
        }
        let Self { known, gone, .. } = self;
        error.hint(&format!(
            "what the index knows there is marked as gone: {}, {gone} of them now (`prelight find is:gone`)",
            count(*known, "clip")
        ))
    }
}

/// What lies at places of this machine, before an index is asked or made.
pub struct Searched {
    roots: Vec<PathBuf>,
    clips: BTreeSet<PathBuf>,
    /// What could not be searched.
    failed: Vec<Entry>,
}

impl Searched {
    /// # Errors
    /// A root is not there; cancelled.
    pub fn of(roots: &[PathBuf], progress: &Progress) -> Result<Self> {
        let roots: Vec<PathBuf> = roots.iter().map(|root| fs::canonicalize(root).in_file(root)).collect::<Result<_>>()?;
        let mut clips = BTreeSet::new();
        let mut unread = vec![];
        for root in &roots {
            progress.say(&format!("Searching {}", root.display()));
            let camera::Found { clips: found, errors } = camera::walk(root);
            progress.check()?;
            // A folder in which there is nothing is no failure here: what was in it is gone.
            unread.extend(
                errors.into_iter().filter(|e| !(e.kind() == ErrorKind::Invalid && found.is_empty() && e.path() == Some(root.as_path()))),
            );
            clips.extend(found);
        }
        let failed = unread.into_iter().map(|error| {
            let path = error.path().unwrap_or(Path::new("")).to_owned();
            Entry { stamp: stamp(&path).unwrap_or_default(), path, content: Err(error) }
        });
        let failed = failed.collect();
        Ok(Self { roots, clips, failed })
    }
    /// Whether there is neither a clip nor what could not be searched.
    pub fn is_empty(&self) -> bool {
        self.clips.is_empty() && self.failed.is_empty()
    }
}

/// What the index knows of a path.
struct Known {
    stamp: Option<Stamp>,
    gone: bool,
    failed: bool,
    hashed: bool,
    pictured: bool,
}

/// Clips that are read at once, and written together.
const BATCH: usize = 128;

/// What was found at some places, to be brought into the index.
pub(crate) struct Survey<'a> {
    /// What is known below these and was not found is gone.
    pub roots: Vec<PathBuf>,
    pub clips: BTreeSet<PathBuf>,
    /// What could not be searched.
    pub failed: Vec<Entry>,
    /// How a clip is now, in as much as the index knows how it was.
    pub now: &'a (dyn Fn(&Path, Stamp) -> Option<Stamp> + Sync),
    pub read: &'a (dyn Fn(&Path) -> Entry + Sync),
    /// Clips that are read at once, and written together.
    pub batch: usize,
}

impl fmt::Display for Indexed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { added, changed, unchanged, gone, errors, .. } = self;
        write!(f, "{added} new, {changed} changed, {unchanged} as before, {gone} gone, {} that cannot be read", errors.len())
    }
}

impl Indexed {
    /// With what was found elsewhere.
    pub(crate) fn plus(mut self, other: Self) -> Self {
        self.added += other.added;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        self.gone += other.gone;
        self.errors.extend(other.errors);
        self.empty.extend(other.empty);
        self
    }
}

impl Library {
    /// Brings the index to what is at `roots` and below. A file that cannot be read is kept with its error. Clips that were below a root
    /// and are there no more are marked, but where their folder could not be read.
    ///
    /// # Errors
    /// A root is not there; cancelled; what went wrong with the index.
    pub fn index(&mut self, roots: &[PathBuf], options: Options, progress: &Progress) -> Result<Indexed> {
        self.index_found(Searched::of(roots, progress)?, options, progress)
    }

    /// [`Library::index`] of what was searched before.
    ///
    /// # Errors
    /// Cancelled; what went wrong with the index.
    pub fn index_found(&mut self, found: Searched, options: Options, progress: &Progress) -> Result<Indexed> {
        let Searched { roots, clips, failed } = found;
        self.bring(Survey { roots, clips, failed, now: &now, read: &|path| read(path, options, progress), batch: BATCH }, options, progress)
    }

    /// Brings the index to what was found.
    pub(crate) fn bring(&mut self, survey: Survey, options: Options, progress: &Progress) -> Result<Indexed> {
        let Survey { roots, clips: found, mut failed, now, read, batch } = survey;
        let known = self.known()?;
        let mut done = Indexed::default();
        failed.retain(|entry| !found.contains(&entry.path));
        self.keep(&failed, &known, &mut done)?;

        let (stale, fresh): (Vec<&PathBuf>, Vec<&PathBuf>) = found.iter().partition(|path| is_stale(path, &known, options, now));
        done.unchanged = fresh.len() as u64;
        progress.begin(stale.len() as u64, "Reading clips");
        for batch in stale.chunks(batch) {
            let entries: Vec<Entry> = batch
                .par_iter()
                .map(|path| {
                    let entry = read(path);
                    // Also fails where that ended early: it says nothing of the file.
                    progress.step()?;
                    Ok(entry)
                })
                .collect::<Result<_>>()?;
            self.keep(&entries, &known, &mut done)?;
        }

        let below = |path: &Path| roots.iter().any(|root| path.starts_with(root));
        // Below a folder that could not be read, nobody knows what is gone.
        let hidden = |path: &Path| failed.iter().any(|entry| path.starts_with(&entry.path));
        let gone: Vec<&String> = known
            .iter()
            .filter(|(path, row)| !row.gone && !found.contains(Path::new(path)) && below(Path::new(path)) && !hidden(Path::new(path)))
            .map(|(path, _)| path)
            .collect();
        done.gone = gone.len() as u64;
        self.mark_gone(&gone)?;
        let bare = |root: &&PathBuf| !found.iter().chain(failed.iter().map(|entry| &entry.path)).any(|path| path.starts_with(root));
        done.empty = roots
            .iter()
            .filter(bare)
            .map(|root| Empty { root: root.clone(), known: count_below(known.keys(), root), gone: count_below(gone.iter().copied(), root) })
            .collect();
        Ok(done)
    }

    /// Writes entries and counts them.
    fn keep(&mut self, entries: &[Entry], known: &HashMap<String, Known>, done: &mut Indexed) -> Result<()> {
        let (kept, refused): (Vec<&Entry>, Vec<&Entry>) = entries.iter().partition(|entry| path_text(&entry.path).is_ok());
        for entry in &kept {
            match &entry.content {
                Err(error) => done.errors.push((entry.path.clone(), error.to_string())),
                Ok(_) if entry.path.to_str().is_some_and(|path| known.contains_key(path)) => done.changed += 1,
                Ok(_) => done.added += 1,
            }
        }
        let named = refused.iter().filter_map(|entry| Some((entry.path.clone(), path_text(&entry.path).err()?.to_string())));
        done.errors.extend(named);
        self.put(kept)
    }

    fn known(&self) -> Result<HashMap<String, Known>> {
        let read = || -> rusqlite::Result<HashMap<String, Known>> {
            let columns = "path, size, modified, folder_modified, gone, error IS NOT NULL, hashed, pictured";
            let mut statement = self.database.prepare(&format!("SELECT {columns} FROM clip"))?;
            let rows = statement.query_map([], |row| {
                let stamp = match (row.get(1)?, row.get(2)?) {
                    (Some(size), Some(modified)) => Some(Stamp { size, modified, folder_modified: row.get(3)? }),
                    _ => None,
                };
                let known = Known { stamp, gone: row.get(4)?, failed: row.get(5)?, hashed: row.get(6)?, pictured: row.get(7)? };
                Ok((row.get(0)?, known))
            })?;
            rows.collect()
        };
        read().map_err(|e| self.named(&e))
    }

    fn mark_gone(&mut self, paths: &[&String]) -> Result<()> {
        let mark = || -> rusqlite::Result<()> {
            let change = self.change()?;
            for path in paths {
                change.prepare_cached("UPDATE clip SET gone = 1 WHERE path = ?1")?.execute([path])?;
            }
            change.commit()
        };
        mark().map_err(|e| self.named(&e))
    }
}

fn count_below<'a>(paths: impl Iterator<Item = &'a String>, root: &Path) -> u64 {
    paths.filter(|path| Path::new(path).starts_with(root)).count() as u64
}

/// Whether a clip has to be read: it is new, came back, changed, could not be read before, or is to be known better.
fn is_stale(path: &Path, known: &HashMap<String, Known>, options: Options, now: &(dyn Fn(&Path, Stamp) -> Option<Stamp> + Sync)) -> bool {
    let Some(row) = path.to_str().and_then(|path| known.get(path)) else { return true };
    let unknown = (options.hash && !row.hashed) || (options.pictures && !row.pictured);
    let Some(known) = row.stamp.filter(|_| !(options.again || unknown || row.gone || row.failed)) else { return true };
    now(path, known) != Some(known)
}

/// How a file of this machine is now.
fn now(path: &Path, known: Stamp) -> Option<Stamp> {
    let now = stamp(path).ok()?;
    Some(Stamp { folder_modified: known.folder_modified.and_then(|_| folder_modified(path)), ..now })
}

fn nanoseconds(meta: &fs::Metadata) -> i64 {
    let since = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

fn stamp(path: &Path) -> Result<Stamp> {
    let meta = fs::metadata(path).in_file(path)?;
    Ok(Stamp { size: i64::try_from(meta.len()).unwrap_or(i64::MAX), modified: nanoseconds(&meta), folder_modified: None })
}

/// When the folder of a file was changed.
fn folder_modified(path: &Path) -> Option<i64> {
    fs::metadata(files::folder_of(path)).ok().as_ref().map(nanoseconds)
}

/// Whether the format of a clip is one of numbered frames.
fn is_numbered(clip: &dyn Clip) -> bool {
    let format = camera::FORMATS.iter().find(|format| format.name() == clip.format());
    format.is_some_and(|format| clip.files().len() > 1 || format.is_numbered(clip.path(), &[]))
}

fn read(path: &Path, options: Options, progress: &Progress) -> Entry {
    // Before it is read: what changes meanwhile is read again.
    let (mut stamp, folder_modified) = (stamp(path).unwrap_or_default(), folder_modified(path));
    let content = camera::open_watched(path, progress).in_file(path).and_then(|clip| {
        stamp.folder_modified = folder_modified.filter(|_| is_numbered(&*clip));
        Read::whole(&*clip, options, progress).in_file(path)
    });
    Entry { path: path.to_owned(), stamp, content }
}

impl Read {
    /// What a clip says of itself, and what else is asked for.
    pub(crate) fn whole(clip: &dyn Clip, options: Options, progress: &Progress) -> Result<Self> {
        let mut read = Self::of(clip);
        if options.hash {
            read.files = clip.files().into_iter().map(|file| Ok((file.clone(), clip.sha256(&file)?))).collect::<Result<_>>()?;
            read.hashed = true;
        }
        if options.pictures {
            // A clip without a picture is a clip all the same.
            read.picture = small::of_clip(clip, progress).ok();
            read.pictured = true;
        }
        progress.check()?;
        Ok(read)
    }
}
