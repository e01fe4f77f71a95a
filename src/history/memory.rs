//! Digests that were computed and are not computed again as long as their file is what it was.

use super::{
    hash::{Hashed, Stamp},
    volume,
};
use crate::sidecar::mhl::Format;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// What knows digests of files, by their paths relative to a root.
pub(super) trait Remember: Sync {
    /// The digests of a file, where all of them are known and the file has not changed since.
    fn find(&self, path: &str, stamp: Stamp, formats: &[Format]) -> Option<Hashed>;
    fn note(&self, path: &str, hashed: &Hashed);
}

/// Digests in memory, by the real paths of files: for one run, or for as long as a show is open. Where times of change cannot be
/// trusted ([`super::volume`]: camera cards with exFAT, network shares, everything on Windows), nothing is remembered.
#[derive(Default)]
pub struct Memory(Mutex<HashMap<PathBuf, Known>>);

#[derive(Clone)]
struct Known {
    hashed: Hashed,
    /// The file system: another card may be in the place of the first.
    volume: u64,
}

/// Files that are remembered: some hundred megabytes. A show has fewer.
const FILES: usize = 1 << 20;

/// A memory as it is seen from a root.
pub(super) struct Below<'m> {
    memory: &'m Memory,
    root: &'m Path,
}

impl Memory {
    pub(super) fn below<'m>(&'m self, root: &'m Path) -> Below<'m> {
        Below { memory: self, root }
    }

    /// Forgets every file below a real path, so that the next verification reads them.
    pub fn forget_below(&self, root: &Path) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|path, _| !path.starts_with(root));
    }

    /// Whether any digest of the file is known, as it is now.
    pub fn knows(&self, file: &Path) -> bool {
        let Ok(metadata) = file.metadata() else { return false };
        self.get(file).is_some_and(|known| known.is_of(file, Stamp::of(&metadata)))
    }

    /// A copy, so that nobody waits for the lock while the system is asked about the file.
    fn get(&self, file: &Path) -> Option<Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(file).cloned()
    }
}

impl Known {
    fn is_of(&self, file: &Path, stamp: Stamp) -> bool {
        self.hashed.stamp == stamp && volume::trusted(file) == Some(self.volume)
    }
}

impl Remember for Below<'_> {
    fn find(&self, path: &str, stamp: Stamp, formats: &[Format]) -> Option<Hashed> {
        let file = self.root.join(path);
        let Known { hashed, .. } = self.memory.get(&file).filter(|known| known.is_of(&file, stamp))?;
        let digest = |f: &Format| hashed.digests.iter().find(|(known, _)| known == f).cloned();
        Some(Hashed { digests: formats.iter().map(digest).collect::<Option<_>>()?, ..hashed })
    }

    fn note(&self, path: &str, hashed: &Hashed) {
        let path = self.root.join(path);
        let Some(volume) = volume::trusted(&path).filter(|_| hashed.is_settled()) else { return };
        let mut known = self.memory.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < FILES || known.contains_key(&path) {
            known.insert(path, Known { hashed: hashed.clone(), volume });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{history::hash_file, progress::Progress};
    use std::{fs, time::SystemTime};

    #[test]
    fn only_what_is_as_it_was_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "abc").unwrap();
        let hashed = hash_file(&path, &[Format::Xxh64], &Progress::default()).unwrap();
        let (stamp, memory) = (hashed.stamp, Memory::default());
        let below = memory.below(folder.path());
        below.note("a", &hashed);
        assert!(below.find("a", stamp, &[Format::Xxh64]).is_none(), "just written: it may change unseen");
        let later = Hashed { at: SystemTime::now() + std::time::Duration::from_secs(9), ..hashed.clone() };
        below.note("a", &later);
        assert!(memory.knows(&path));
        assert_eq!(below.find("a", stamp, &[Format::Xxh64]), Some(later));
        assert!(below.find("a", stamp, &[Format::Md5]).is_none());
        assert!(below.find("b", stamp, &[Format::Xxh64]).is_none());
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).unwrap();
        fs::write(inner.join("a"), "abc").unwrap();
        let other = memory.below(&inner);
        let again = hash_file(&inner.join("a"), &[Format::Xxh64], &Progress::default()).unwrap();
        other.note("a", &Hashed { at: SystemTime::now() + std::time::Duration::from_secs(9), ..again });
        assert!(memory.knows(&inner.join("a")));
        memory.forget_below(&inner);
        assert!(memory.knows(&path) && !memory.knows(&inner.join("a")));
        // Whose times of change say nothing.
        #[cfg(target_os = "linux")]
        {
            let (root, file) = (Path::new("/proc"), Path::new("/proc/version"));
            let untrusted = Hashed { stamp: Stamp::of(&file.metadata().unwrap()), ..hashed.clone() };
            memory.below(root).note("version", &Hashed { at: SystemTime::now() + std::time::Duration::from_secs(9), ..untrusted });
            assert!(!memory.knows(file));
        }
        fs::write(&path, "abcd").unwrap();
        assert!(!memory.knows(&path));
        assert!(below.find("a", Stamp { size: 4, ..stamp }, &[Format::Xxh64]).is_none());
    }
}
