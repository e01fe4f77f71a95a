//! What an interrupted create has hashed already, so that the next one goes on instead of beginning again.
//!
//! One line a file, in the user's cache and never beside the media. A digest is taken from it only where size, times of modification
//! and change, inode, device and file system are those of the file that was hashed, and only for [`AGE`]: the journal is for going
//! on, not for trusting old digests. What is on a file system whose times of change cannot be trusted ([`super::volume`]: camera
//! cards with exFAT, network shares, FUSE, everything on Windows) is not noted, and hashed again. When a create of everything has
//! written its manifests the journal is removed, also by one that did not go on from it; one of single files strikes out theirs.

use super::{
    hash::{Hashed, Stamp, nanoseconds},
    memory::Remember,
    volume,
};
use crate::{
    files::{read_bounded, sha256},
    sidecar::mhl::Format,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, HashMap},
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

/// How long a digest may be taken from the journal.
const AGE: Duration = Duration::from_secs(24 * 3600);
/// A million files and more.
const LIMIT: u64 = 512 << 20;

#[derive(Serialize, Deserialize)]
struct Line {
    path: String,
    stamp: Stamp,
    /// The file system.
    volume: u64,
    /// Nanoseconds since 1970.
    at: i64,
    digests: BTreeMap<String, String>,
}

pub(super) struct Journal {
    path: PathBuf,
    /// Of the files.
    root: PathBuf,
    /// The trusted file systems, by device.
    volumes: Mutex<HashMap<u64, Option<u64>>>,
    known: HashMap<String, Line>,
    /// Open for appending; `None` once it cannot be written, which costs nothing but the going on.
    file: Mutex<Option<fs::File>>,
}

/// The folder for journals in the user's cache.
pub fn default_folder() -> Option<PathBuf> {
    crate::files::user_cache().map(|cache| cache.join("mhl"))
}

impl Journal {
    /// The journal of the real path `root` in `folder`; one that is there is emptied where it is not to be gone on from.
    pub fn open(folder: &Path, root: &Path, go_on: bool) -> Self {
        let path = folder.join(format!("{}.journal", sha256(root.as_os_str().as_encoded_bytes())));
        if !go_on {
            let _ = fs::remove_file(&path);
        }
        let known = read(&path);
        let open = || fs::OpenOptions::new().create(true).append(true).open(&path);
        // A line that was cut off must not take the next one with it.
        let ended = |mut file: fs::File| if file.metadata()?.len() > 0 { file.write_all(b"\n").map(|()| file) } else { Ok(file) };
        let file = fs::create_dir_all(folder).and_then(|()| open()).and_then(ended).ok();
        Self { path, root: root.to_owned(), volumes: Mutex::default(), known, file: Mutex::new(file) }
    }

    /// The file system of a file, where its times of change can be trusted.
    fn volume(&self, path: &str, stamp: Stamp) -> Option<u64> {
        let mut volumes = self.volumes.lock().unwrap_or_else(PoisonError::into_inner);
        *volumes.entry(stamp.device).or_insert_with(|| volume::trusted(&self.root.join(path)))
    }

    /// Everything is in the history now.
    pub fn remove(self) {
        drop(self.file);
        let _ = fs::remove_file(&self.path);
    }

    /// Strikes out a file that is on record now.
    pub fn forget(&self, path: &str, stamp: Stamp) {
        self.append(&Line { path: path.to_owned(), stamp, volume: 0, at: 0, digests: BTreeMap::new() });
    }

    fn append(&self, line: &Line) {
        let Ok(mut text) = serde_json::to_string(line) else { return };
        text.push('\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        // In one piece, so that what another process appends stays whole.
        if file.as_mut().is_some_and(|f| f.write_all(text.as_bytes()).is_err()) {
            *file = None;
            if line.digests.is_empty() {
                let _ = fs::remove_file(&self.path);
            }
        }
    }
}

impl Remember for Journal {
    fn find(&self, path: &str, stamp: Stamp, formats: &[Format]) -> Option<Hashed> {
        let line = self.known.get(path).filter(|l| l.stamp == stamp)?;
        self.volume(path, stamp).filter(|v| *v == line.volume)?;
        let at = SystemTime::UNIX_EPOCH + Duration::from_nanos(u64::try_from(line.at).ok()?);
        // From the future, where somebody has set the clock, it is worth nothing either.
        SystemTime::now().duration_since(at).ok().filter(|age| *age <= AGE)?;
        let digest = |f: &Format| {
            let text = line.digests.get(f.name())?;
            f.decode(text)?;
            Some((*f, text.clone()))
        };
        Some(Hashed { digests: formats.iter().map(digest).collect::<Option<_>>()?, stamp, at })
    }

    fn note(&self, path: &str, hashed: &Hashed) {
        if !hashed.is_settled() {
            return;
        }
        let Some(volume) = self.volume(path, hashed.stamp) else { return };
        let at = nanoseconds(hashed.at);
        let digests = hashed.digests.iter().map(|(f, d)| (f.name().to_owned(), d.clone())).collect();
        self.append(&Line { path: path.to_owned(), stamp: hashed.stamp, volume, at, digests });
    }
}

/// Lines that are cut off or damaged are passed over.
fn read(path: &Path) -> HashMap<String, Line> {
    let Ok(bytes) = read_bounded(path, LIMIT) else {
        let _ = fs::remove_file(path);
        return HashMap::new();
    };
    let lines = bytes.split(|b| *b == b'\n').filter_map(|line| serde_json::from_slice::<Line>(line).ok());
    lines.map(|line| (line.path.clone(), line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_unchanged_is_taken_up_again() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::write(root.join("a"), "abc").unwrap();
        fs::write(root.join("kept"), "abc").unwrap();
        if volume::trusted(root).is_none() {
            eprintln!("skipped: the file system of {} is not trusted", root.display());
            return;
        }
        let here = Stamp::of(&root.metadata().unwrap());
        let stamp = Stamp { size: 3, modified: 1, device: here.device, inode: 2, changed: 1 };
        let now = SystemTime::now();
        let digests = vec![(Format::Xxh64, "44bc2cf5ad770999".to_owned())];
        let hashed = Hashed { digests, stamp, at: now };
        let journal = Journal::open(folder.path(), root, true);
        journal.note("a", &hashed);
        journal.note("old", &Hashed { at: now - 2 * AGE, ..hashed.clone() });
        journal.note("future", &Hashed { at: now + AGE, ..hashed.clone() });
        let fresh = Stamp { modified: nanoseconds(now), ..stamp };
        journal.note("unsettled", &Hashed { stamp: fresh, ..hashed.clone() });
        // A line that was cut off.
        fs::OpenOptions::new().append(true).open(&journal.path).unwrap().write_all(b"{\"path\":\"b\"").unwrap();

        let again = Journal::open(folder.path(), root, true);
        let found = again.find("a", stamp, &[Format::Xxh64]).unwrap();
        assert_eq!(found.digests, hashed.digests);
        assert!(again.find("a", Stamp { modified: 9, ..stamp }, &[Format::Xxh64]).is_none());
        assert!(again.find("a", Stamp { size: 4, ..stamp }, &[Format::Xxh64]).is_none());
        assert!(again.find("a", stamp, &[Format::Xxh64, Format::Md5]).is_none());
        assert!(again.find("old", stamp, &[Format::Xxh64]).is_none());
        assert!(again.find("future", stamp, &[Format::Xxh64]).is_none());
        assert!(again.find("unsettled", fresh, &[Format::Xxh64]).is_none());
        assert!(again.find("a", Stamp { device: !stamp.device, ..stamp }, &[Format::Xxh64]).is_none());
        // Another card with the same numbers.
        again.volumes.lock().unwrap().insert(stamp.device, Some(7));
        assert!(again.find("a", stamp, &[Format::Xxh64]).is_none());
        again.volumes.lock().unwrap().insert(stamp.device, None);
        assert!(again.find("a", stamp, &[Format::Xxh64]).is_none());
        again.note("card", &hashed);
        again.volumes.lock().unwrap().clear();
        again.note("kept", &hashed);
        again.note("struck", &hashed);
        again.forget("struck", stamp);
        let again = Journal::open(folder.path(), root, true);
        let found = |path: &str| again.find(path, stamp, &[Format::Xxh64]).is_some();
        assert_eq!(["a", "card", "kept", "struck"].map(found), [true, false, true, false]);
        assert!(Journal::open(folder.path(), root, false).find("a", stamp, &[Format::Xxh64]).is_none());
        again.remove();
        assert!(Journal::open(folder.path(), root, true).find("a", stamp, &[Format::Xxh64]).is_none());
    }
}
