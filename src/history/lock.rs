//! One writer at a time in a history.
//!
//! The lock is the operating system's on a file in the folder `ascmhl`, where no walk of ours or of the reference looks, and the
//! file is there only while a generation is being written. After a crash it may stay, without the lock: the next writer takes it
//! and removes it.

use super::{begun::is_begun, ignore::FOLDER};
use crate::{
    error::{Error, ErrorKind, InFile, Result},
    files,
};
use std::{
    collections::BTreeSet,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

const NAME: &str = ".prelight.lock";

/// The right to write into a history, as long as it lives.
pub(super) struct Lock {
    path: PathBuf,
    /// The folder `ascmhl`, where nothing was in it before.
    made: Option<PathBuf>,
    /// `None` once it was closed.
    file: Option<File>,
}

impl Lock {
    /// Locks the history of `folder`, without waiting.
    ///
    /// # Errors
    /// [`ErrorKind::TryAgain`] where another writer has it. Where a file system knows no locks, none is held: then comparing the
    /// chain before it is replaced has to do.
    pub fn take(folder: &Path) -> Result<Self> {
        let documents = folder.join(FOLDER);
        // Empty, it was left by one that was killed before it had locked it.
        let is_new = documents.symlink_metadata().is_err() || fs::read_dir(&documents).is_ok_and(|mut names| names.next().is_none());
        let made = is_new.then(|| documents.clone());
        files::create_folder(&documents)?;
        let path = documents.join(NAME);
        let file = match open(&path) {
            Ok(file) => file,
            // The one before has just removed the folder, which it had made.
            Err(e) if e.kind() == io::ErrorKind::NotFound || is_open_elsewhere(&e) => return Err(busy(&documents)),
            Err(e) => {
                if let Some(made) = made {
                    let _ = fs::remove_dir(made);
                }
                return Err(Error::io(&path, &e));
            }
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(busy(&documents)),
            Err(fs::TryLockError::Error(e)) if has_no_locks(&e) => {}
            Err(fs::TryLockError::Error(e)) => return Err(Error::io(&path, &e)),
        }
        // The one before may have removed the file between our opening and our locking it: then somebody else may lock another.
        if !is_at(&file, &path).in_file(&path)? {
            return Err(busy(&documents));
        }
        Ok(Self { path, made, file: Some(file) })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // As long as it is held, so that nobody has locked it meanwhile.
        let _ = fs::remove_file(&self.path);
        drop(self.file.take());
        if let Some(made) = &self.made {
            // Only where it is empty.
            let _ = fs::remove_dir(made);
        }
    }
}

/// Whether what stands in a folder `ascmhl` without a chain is the work of writers that did not end: nothing yet.
///
/// # Errors
/// [`ErrorKind::TryAgain`] where that writer is at work.
pub(super) fn only_begun(documents: &Path) -> Result<bool> {
    let path = documents.join(NAME);
    match File::open(&path).map(|file| file.try_lock_shared()) {
        Ok(Err(fs::TryLockError::WouldBlock)) => return Err(busy(documents)),
        Err(e) if is_open_elsewhere(&e) => return Err(busy(documents)),
        // A writer that was killed between making the folder and locking it leaves no lock, and nothing else.
        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
        Err(_) => return Ok(false),
        Ok(_) => {}
    }
    let entries = fs::read_dir(documents).in_file(documents)?.flatten();
    let names: BTreeSet<String> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    // Parts are manifests that never took their names.
    Ok(names.iter().all(|n| n == NAME || files::is_partial(n) || is_begun(n, &names)))
}

pub(crate) fn busy(documents: &Path) -> Error {
    Error::new(ErrorKind::TryAgain, "another program is continuing this history; run it again").file(documents)
}

#[cfg(not(windows))]
fn open(path: &Path) -> io::Result<File> {
    match File::options().write(true).create(true).truncate(false).open(path) {
        // What a crash of another user left can be locked all the same.
        Err(e) if e.kind() == io::ErrorKind::PermissionDenied => File::open(path).map_err(|_| e),
        opened => opened,
    }
}

/// Nobody else may open it, and it is gone when it is closed.
#[cfg(windows)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::windows::fs::OpenOptionsExt;
    const FILE_FLAG_DELETE_ON_CLOSE: u32 = 0x0400_0000;
    File::options().write(true).create(true).truncate(false).share_mode(0).custom_flags(FILE_FLAG_DELETE_ON_CLOSE).open(path)
}

/// `ERROR_SHARING_VIOLATION`.
fn is_open_elsewhere(e: &io::Error) -> bool {
    cfg!(windows) && e.raw_os_error() == Some(32)
}

#[cfg(unix)]
fn has_no_locks(e: &io::Error) -> bool {
    use rustix::io::Errno;
    let none = [Errno::NOTSUP, Errno::NOSYS, Errno::NOLCK, Errno::INVAL];
    e.kind() == io::ErrorKind::Unsupported || none.iter().any(|n| e.raw_os_error() == Some(n.raw_os_error()))
}
#[cfg(not(unix))]
fn has_no_locks(e: &io::Error) -> bool {
    e.kind() == io::ErrorKind::Unsupported
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let (own, there) = (file.metadata()?, path.symlink_metadata());
    Ok(there.is_ok_and(|there| (own.dev(), own.ino()) == (there.dev(), there.ino())))
}
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}
