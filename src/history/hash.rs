//! Hashing: every file is read once for all its formats.

use crate::{
    error::{Error, ErrorKind, InFile, Result},
    progress::Progress,
    sidecar::mhl::Format,
};
use md5::Md5;
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::{Digest as _, Sha512};
use std::{
    fs::{File, Metadata},
    hash::Hasher as _,
    io::Read,
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};
use twox_hash::{XxHash3_64, XxHash3_128, XxHash64};

enum One {
    C4(Sha512),
    Md5(Md5),
    Sha1(Sha1),
    Xxh128(Box<XxHash3_128>),
    Xxh3(Box<XxHash3_64>),
    Xxh64(XxHash64),
}

impl One {
    fn new(format: Format) -> Self {
        match format {
            Format::C4 => Self::C4(Sha512::new()),
            Format::Md5 => Self::Md5(Md5::new()),
            Format::Sha1 => Self::Sha1(Sha1::new()),
            Format::Xxh128 => Self::Xxh128(Box::new(XxHash3_128::new())),
            Format::Xxh3 => Self::Xxh3(Box::new(XxHash3_64::new())),
            Format::Xxh64 => Self::Xxh64(XxHash64::with_seed(0)),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::C4(h) => h.update(bytes),
            Self::Md5(h) => h.update(bytes),
            Self::Sha1(h) => h.update(bytes),
            Self::Xxh128(h) => h.write(bytes),
            Self::Xxh3(h) => h.write(bytes),
            Self::Xxh64(h) => h.write(bytes),
        }
    }

    fn finish(self) -> String {
        match self {
            Self::C4(h) => Format::C4.encode(&h.finalize()),
            Self::Md5(h) => Format::Md5.encode(&h.finalize()),
            Self::Sha1(h) => Format::Sha1.encode(&h.finalize()),
            Self::Xxh128(h) => Format::Xxh128.encode(&h.finish_128().to_be_bytes()),
            Self::Xxh3(h) => Format::Xxh3.encode(&h.finish().to_be_bytes()),
            Self::Xxh64(h) => Format::Xxh64.encode(&h.finish().to_be_bytes()),
        }
    }
}

/// The digest of bytes in memory.
pub fn hash_bytes(format: Format, bytes: &[u8]) -> String {
    let mut one = One::new(format);
    one.update(bytes);
    one.finish()
}

/// What a file was when it was hashed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hashed {
    /// In the order of the formats asked for.
    pub digests: Vec<(Format, String)>,
    pub stamp: Stamp,
    /// When the last byte had been read.
    pub at: SystemTime,
}

/// What was modified so shortly before it was looked at may change once more without a trace in its times.
const UNSETTLED: Duration = Duration::from_secs(2);

impl Hashed {
    /// Whether a later change of the file would show in its stamp.
    pub(super) fn is_settled(&self) -> bool {
        self.stamp.is_settled_at(self.at)
    }
}

/// What tells a changed file without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// In bytes.
    pub size: u64,
    /// Of the last modification, nanoseconds since 1970.
    pub modified: i64,
    /// Where the system has them: the device, the inode, and the time of its last change, which no program can set back where the
    /// file system is one that has it.
    pub device: u64,
    pub inode: u64,
    pub changed: i64,
}

impl Stamp {
    /// Whether what changes later than `at` has another stamp.
    pub(super) fn is_settled_at(&self, at: SystemTime) -> bool {
        nanoseconds(at).saturating_sub(self.modified.max(self.changed)) >= UNSETTLED.as_nanos() as i64
    }
    pub fn of(metadata: &Metadata) -> Self {
        let modified = metadata.modified().map_or(0, nanoseconds);
        #[cfg(unix)]
        let (device, inode, changed) = {
            use std::os::unix::fs::MetadataExt;
            let changed = metadata.ctime().saturating_mul(1_000_000_000).saturating_add(metadata.ctime_nsec());
            (metadata.dev(), metadata.ino(), changed)
        };
        #[cfg(not(unix))]
        let (device, inode, changed) = (0, 0, 0);
        Self { size: metadata.len(), modified, device, inode, changed }
    }
}

pub fn nanoseconds(time: SystemTime) -> i64 {
    let clamp = |nanoseconds: u128| i64::try_from(nanoseconds).unwrap_or(i64::MAX);
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(d) => clamp(d.as_nanos()),
        Err(e) => -clamp(e.duration().as_nanos()),
    }
}

/// Large enough that the disk reads ahead, small enough to be hashed out of the second-level cache.
const PIECE: usize = 512 << 10;
/// From here on a thread a format is worth starting.
const LARGE: u64 = 32 << 20;

/// Hashes a regular file, with a step of `progress` for each byte.
///
/// # Errors
/// Not a regular file, not readable, changed while it was read, cancelled.
pub fn hash_file(path: &Path, formats: &[Format], progress: &Progress) -> Result<Hashed> {
    let mut reading = Reading::open(path)?;
    let mut hashers: Vec<(Format, One)> = formats.iter().map(|f| (*f, One::new(*f))).collect();
    // Small files do not pay for a large buffer.
    let size = usize::try_from(reading.before.len()).unwrap_or(PIECE).saturating_add(1);
    let mut piece = vec![0; PIECE.min(size)];
    while let Some(bytes) = reading.next(&mut piece, progress)? {
        hashers.iter_mut().for_each(|(_, h)| h.update(bytes));
    }
    reading.finish(hashers.into_iter().map(|(f, h)| (f, h.finish())).collect())
}

/// What reads the files of a folder that holds their names alone, as their bytes are in an object store.
pub trait Elsewhere: Sync {
    /// Hands over a file from its start to its end; `path` is relative to the root, with `/`.
    ///
    /// # Errors
    /// Those of reading it, and what `take` says.
    fn read(&self, path: &str, take: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()>;
}

/// [`hash_file`] of bytes that are elsewhere; `stamp` is what the folder knows of the file.
pub(super) fn hash_elsewhere(from: &dyn Elsewhere, path: &str, stamp: Stamp, formats: &[Format], progress: &Progress) -> Result<Hashed> {
    let mut hashers: Vec<(Format, One)> = formats.iter().map(|f| (*f, One::new(*f))).collect();
    from.read(path, &mut |bytes| {
        hashers.iter_mut().for_each(|(_, h)| h.update(bytes));
        progress.advance(bytes.len() as u64)
    })?;
    Ok(Hashed { digests: hashers.into_iter().map(|(f, h)| (f, h.finish())).collect(), stamp, at: SystemTime::now() })
}

/// [`hash_file`] with a thread a format, for a large file where cores are left: it takes as long as the slowest format alone.
pub fn hash_file_in_parallel(path: &Path, formats: &[Format], progress: &Progress) -> Result<Hashed> {
    let mut reading = Reading::open(path)?;
    if formats.len() < 2 || reading.before.len() < LARGE {
        return hash_file(path, formats, progress);
    }
    let digests = std::thread::scope(|scope| -> Result<Vec<(Format, String)>> {
        let start = |format: &Format| {
            let (send, receive) = crossbeam_channel::bounded::<Arc<(Vec<u8>, usize)>>(2);
            let format = *format;
            let work = move || {
                let mut one = One::new(format);
                receive.iter().for_each(|piece| one.update(piece.0.get(..piece.1).unwrap_or_default()));
                (format, one.finish())
            };
            (send, scope.spawn(work))
        };
        let (senders, threads): (Vec<_>, Vec<_>) = formats.iter().map(start).unzip();
        // As many as can be on their way, so that each comes back before its turn.
        let mut ring: Vec<Arc<(Vec<u8>, usize)>> = (0..5).map(|_| Arc::new((vec![0; PIECE], 0))).collect();
        for turn in (0..ring.len()).cycle() {
            let Some(place) = ring.get_mut(turn) else { break };
            if Arc::get_mut(place).is_none() {
                *place = Arc::new((vec![0; PIECE], 0));
            }
            if let Some(piece) = Arc::get_mut(place) {
                let Some(bytes) = reading.next(&mut piece.0, progress)? else { break };
                piece.1 = bytes.len();
            }
            // A thread that is gone has panicked, which shows when it is joined.
            senders.iter().for_each(|s| _ = s.send(place.clone()));
        }
        drop(senders);
        let joined = threads.into_iter().map(|t| t.join().map_err(|_| Error::new(ErrorKind::Io, "a hashing thread ended early")));
        joined.collect()
    })?;
    reading.finish(digests)
}

/// A file on its way through the hashers.
struct Reading<'p> {
    path: &'p Path,
    file: File,
    before: Metadata,
}

impl<'p> Reading<'p> {
    fn open(path: &'p Path) -> Result<Self> {
        let file = File::open(path).in_file(path)?;
        let before = file.metadata().in_file(path)?;
        if !before.is_file() {
            return Err(Error::invalid("not a regular file").file(path));
        }
        Ok(Self { path, file, before })
    }

    /// The next bytes, `None` at the end.
    fn next<'b>(&mut self, piece: &'b mut [u8], progress: &Progress) -> Result<Option<&'b [u8]>> {
        let read = loop {
            match self.file.read(piece) {
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                other => break other.in_file(self.path)?,
            }
        };
        progress.advance(read as u64)?;
        Ok(piece.get(..read).filter(|b| !b.is_empty()))
    }

    /// Refuses the digests where the file is not what it was.
    fn finish(self, digests: Vec<(Format, String)>) -> Result<Hashed> {
        let (at, stamp) = (SystemTime::now(), Stamp::of(&self.before));
        if Stamp::of(&self.file.metadata().in_file(self.path)?) != stamp {
            return Err(Error::invalid("changed while it was read").file(self.path));
        }
        Ok(Hashed { digests, stamp, at })
    }
}

/// The digest of a folder from those of its children: sorted as text, hashed as bytes (specification, "Directory hashes").
///
/// Text that is no digest counts as no bytes; our own digests always are.
pub fn hash_of_digests(format: Format, mut digests: Vec<String>) -> String {
    digests.sort_unstable();
    let mut one = One::new(format);
    digests.iter().for_each(|d| one.update(&format.decode(d).unwrap_or_default()));
    one.finish()
}

/// What a child adds to the structure of its folder: its name, then its digest.
pub fn named_digest(format: Format, name: &str, digest: &str) -> String {
    let mut one = One::new(format);
    one.update(name.as_bytes());
    one.update(&format.decode(digest).unwrap_or_default());
    one.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_hashed_as_its_bytes_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for size in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 17] {
            let bytes: Vec<u8> = (0..size).map(|i| ((i * 31) >> 3) as u8).collect();
            std::fs::write(&path, &bytes).unwrap();
            let progress = Progress::default();
            let hashed = hash_file(&path, &Format::ALL, &progress).unwrap();
            let expected: Vec<_> = Format::ALL.iter().map(|f| (*f, hash_bytes(*f, &bytes))).collect();
            assert_eq!(hashed.digests, expected, "{size}");
            assert_eq!((hashed.stamp.size, progress.steps().0), (size as u64, size as u64));
        }
        assert!(hash_file(folder.path(), &Format::ALL, &Progress::default()).is_err());
    }

    #[test]
    fn a_large_file_has_the_same_digests_in_parallel() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut bytes: Vec<u8> = (0..LARGE as usize + PIECE / 2).map(|i| ((i * 31) >> 3) as u8).collect();
        std::fs::write(&path, &bytes).unwrap();
        let formats = [Format::Xxh64, Format::Xxh3, Format::Xxh128];
        let progress = Progress::default();
        let parallel = hash_file_in_parallel(&path, &formats, &progress).unwrap();
        assert_eq!(parallel.digests, hash_file(&path, &formats, &Progress::default()).unwrap().digests);
        assert_eq!(progress.steps().0, bytes.len() as u64);
        progress.cancel();
        assert!(hash_file_in_parallel(&path, &formats, &progress).is_err());
        bytes.truncate(10);
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(hash_file_in_parallel(&path, &formats, &Progress::default()).unwrap().digests[0].1, hash_bytes(Format::Xxh64, &bytes));
    }

    #[test]
    fn a_cancelled_hash_stops() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a"), [1; 10]).unwrap();
        let progress = Progress::default();
        progress.cancel();
        let stopped = hash_file(&folder.path().join("a"), &[Format::Md5], &progress).unwrap_err();
        assert_eq!(stopped.kind(), crate::error::ErrorKind::Cancelled);
    }
}
