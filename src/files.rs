//! Writing files so that nothing is ever half-written, and naming their content.

use crate::error::{Error, ErrorKind, InFile, Result};
use sha2::Digest;
use std::{
    fs,
    io::{self, BufWriter, Read, Write},
    path::{Component, Path, PathBuf},
};

/// What to do when the file is already there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    Refuse,
    Replace,
}

/// Writes `path` through a file that takes the name only once it is complete.
/// On failure that file is gone and `path` is as it was. What was written can be read again and mended before that.
pub fn write(path: &Path, existing: Existing, content: impl FnOnce(&mut BufWriter<fs::File>) -> Result<()>) -> Result<()> {
    refuse_existing(path, existing)?;
    #[cfg(target_os = "linux")]
    if existing == Existing::Refuse
        && let Some(nameless) = nameless::create(folder_of(path))
    {
        return nameless::take_name(&fill(nameless, path, content)?, path);
    }
    let temporary = Temporary::beside(path)?;
    let file = fs::File::options().read(true).write(true).create_new(true).open(&temporary.0).in_file(path)?;
    fill(file, path, content)?;
    temporary.take_name(path, existing)
}

fn fill(file: fs::File, path: &Path, content: impl FnOnce(&mut BufWriter<fs::File>) -> Result<()>) -> Result<fs::File> {
    let mut out = BufWriter::with_capacity(1 << 20, file);
    content(&mut out).in_file(path)?;
    let file = out.into_inner().map_err(|e| Error::io(path, e.error()))?;
    file.sync_data().in_file(path)?;
    Ok(file)
}

/// A new file without a name: of a process that is killed nothing is left.
#[cfg(target_os = "linux")]
mod nameless {
    use super::{Result, already_there};
    use crate::error::InFile;
    use rustix::{
        fs::{AtFlags, CWD, Mode, OFlags, linkat, openat},
        io::Errno,
    };
    use std::{
        fs::File,
        os::fd::AsRawFd,
        path::{Path, PathBuf},
    };

    /// `None` where the file system has no such files, or nothing would give them a name.
    pub fn create(folder: &Path) -> Option<File> {
        let mode = Mode::from_raw_mode(0o666);
        let file = openat(CWD, folder, OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC, mode).ok().map(File::from)?;
        Path::new(&handle(&file)).symlink_metadata().ok().map(|_| file)
    }

    /// Of two that want a name, one gets it.
    pub fn take_name(file: &File, path: &Path) -> Result<()> {
        match linkat(CWD, handle(file), CWD, path, AtFlags::SYMLINK_FOLLOW) {
            Err(Errno::EXIST) => Err(already_there(path)),
            linked => linked.map_err(std::io::Error::from).in_file(path),
        }
    }

    fn handle(file: &File) -> String {
        format!("/proc/self/fd/{}", file.as_raw_fd())
    }

    /// Where programs that this one starts find it, too; `None` where `/proc` speaks of other processes than ours.
    pub fn path(file: &File) -> Option<PathBuf> {
        let own = std::process::id().to_string();
        let is_ours = std::fs::read_link("/proc/self").is_ok_and(|link| link.as_os_str() == own.as_str());
        is_ours.then(|| PathBuf::from(format!("/proc/{own}/fd/{}", file.as_raw_fd())))
    }
}

/// A file that is needed for a while, and gone with this: where the system has files without a name, also of a process that is killed.
#[derive(Debug)]
pub struct Passing {
    file: fs::File,
    /// Where it is read, also by programs that are started.
    path: PathBuf,
    /// To be taken away.
    named: bool,
}

impl Passing {
    /// An empty one in a folder. Room for `length` bytes is set aside where the file system can, so that a disk that is too full says so
    /// before the work is done.
    ///
    /// # Errors
    /// I/O; of a disk that is full it says what would help.
    pub fn new(folder: &Path, length: u64) -> Result<Self> {
        let made = Self::create(folder)?;
        #[cfg(target_os = "linux")]
        if length > 0 {
            use rustix::{
                fs::{FallocateFlags, fallocate},
                io::Errno,
            };
            // A file system that sets nothing aside says it when it is written.
            if let Err(e @ (Errno::NOSPC | Errno::DQUOT)) = fallocate(&made.file, FallocateFlags::KEEP_SIZE, 0, length) {
                return Err(no_room(folder, &e.into()).field("bytes").value(length));
            }
        }
        Ok(made)
    }

    /// Where the system has no files without a name it is locked as long as it is needed: see [`sweep`].
    fn create(folder: &Path) -> Result<Self> {
        #[cfg(target_os = "linux")]
        if let Some(file) = nameless::create(folder)
            && let Some(path) = nameless::path(&file)
        {
            return Ok(Self { file, path, named: false });
        }
        Self::named(folder)
    }

    fn named(folder: &Path) -> Result<Self> {
        loop {
            let path = folder.join(partial_name(PASSING));
            let file = fs::File::options().read(true).write(true).create_new(true).open(&path).in_file(&path)?;
            match file.try_lock() {
                // Somebody who sweeps has come before, and takes it away.
                Err(fs::TryLockError::WouldBlock) => {}
                Ok(()) if path.symlink_metadata().is_err() => {}
                // A file system without locks knows nobody who would sweep.
                Ok(()) | Err(fs::TryLockError::Error(_)) => return Ok(Self { file, path, named: true }),
            }
        }
    }

    /// Has it stay, under this name.
    ///
    /// # Errors
    /// As [`write()`]: nothing is at `path` then that was not there before.
    pub fn take_name(mut self, path: &Path, existing: Existing) -> Result<()> {
        refuse_existing(path, existing)?;
        self.file.sync_data().in_file(path)?;
        #[cfg(target_os = "linux")]
        if !self.named {
            if existing == Existing::Refuse {
                return nameless::take_name(&self.file, path);
            }
            let beside = Temporary::beside(path)?;
            nameless::take_name(&self.file, &beside.0)?;
            return beside.take_name(path, existing);
        }
        self.named = false;
        Temporary(std::mem::take(&mut self.path)).take_name(path, existing)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes on at its end.
    ///
    /// # Errors
    /// As [`Passing::new`].
    pub fn append(&self, bytes: &[u8], folder: &Path) -> Result<()> {
        (&self.file).write_all(bytes).map_err(|e| no_room(folder, &e))
    }

    /// Has it read at `path`, too, in the place of what is there. That is left there when this goes: take it away before.
    ///
    /// # Errors
    /// I/O.
    pub fn appear_at(&mut self, path: &Path) -> Result<()> {
        #[cfg(unix)]
        if !self.named {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let link = path.with_file_name(partial_name(&name));
            std::os::unix::fs::symlink(&self.path, &link).in_file(path)?;
            return fs::rename(&link, path).in_file(path);
        }
        fs::rename(&self.path, path).in_file(path)?;
        self.path = path.to_owned();
        self.named = false;
        Ok(())
    }
}

/// Takes away what processes that were killed have left in a folder of files that they needed for a while. That one cannot be taken away is
/// no failure of who comes later.
pub fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_passing = name.to_str().is_some_and(|n| is_partial(n) && n[1..].starts_with(PASSING));
        // To open a pipe would wait for somebody at its other end.
        if !is_passing || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        // Whoever is alive holds a lock; this one is held until the file is gone.
        if let Ok(file) = fs::File::options().write(true).open(entry.path())
            && file.try_lock().is_ok()
        {
            _ = fs::remove_file(entry.path());
        }
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        if self.named {
            let _ = fs::remove_file(&self.path);
        }
    }
}

pub(crate) fn no_room(folder: &Path, error: &io::Error) -> Error {
    let said = Error::io(folder, error);
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            said.hint("TMPDIR names another folder for what is needed for a while")
        }
        _ => said,
    }
}

/// [`write()`] of bytes that are already there.
pub fn write_bytes(path: &Path, existing: Existing, bytes: &[u8]) -> Result<()> {
    write(path, existing, |out| out.write_all(bytes).in_file(path))
}

/// Refuses at once what [`write()`] would refuse: for work that takes long before it writes.
pub fn refuse_existing(path: &Path, existing: Existing) -> Result<()> {
    if existing == Existing::Refuse && path.symlink_metadata().is_ok() {
        return Err(already_there(path));
    }
    Ok(())
}

/// What is said of a name that is taken.
pub(crate) fn already_there(path: &Path) -> Error {
    Error::new(ErrorKind::Io, "already exists and is not overwritten unless asked").file(path)
}

/// Whether a name is that of a file that is being written, or of one whose writer was killed.
pub fn is_partial(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(PARTIAL)
}

/// A name for a file that is being written, which nobody else has.
pub(crate) fn partial_name(name: &str) -> String {
    // Random, because processes on other machines may write beside us.
    format!(".{name}.{}{PARTIAL}", uuid::Uuid::new_v4().simple())
}

/// How the name of a file ends that is being written.
const PARTIAL: &str = ".part";
/// How one begins that is needed for a while, behind the dot.
const PASSING: &str = "passing";

/// A temporary file that is removed unless it takes its final name.
struct Temporary(PathBuf);

impl Temporary {
    fn beside(path: &Path) -> Result<Self> {
        let name = path.file_name().ok_or_else(|| Error::usage("not a file name").file(path))?.to_string_lossy();
        Ok(Self(path.with_file_name(partial_name(&name))))
    }

    fn take_name(self, path: &Path, existing: Existing) -> Result<()> {
        if existing == Existing::Refuse {
            // A hard link fails where the name exists, so two writers cannot both win.
            match fs::hard_link(&self.0, path) {
                Ok(()) => return Ok(()),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => return Err(already_there(path)),
                // File systems without hard links: the check above has to do.
                Err(_) => {}
            }
        }
        fs::rename(&self.0, path).in_file(path)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// The path that a variable of the environment names; `None` where it names none.
pub fn named_by(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|v| !v.is_empty()).map(PathBuf::from)
}

/// The folder for what this program may forget, in the user's cache; `None` where there is none.
pub fn user_cache() -> Option<PathBuf> {
    let cache = named_by("XDG_CACHE_HOME").or_else(|| named_by("LOCALAPPDATA")).or_else(|| Some(named_by("HOME")?.join(".cache")))?;
    cache.is_absolute().then(|| cache.join("prelight"))
}

/// The folder for what the user adds to this program, in their configuration; `None` where there is none.
pub fn user_config() -> Option<PathBuf> {
    let config = if cfg!(windows) {
        named_by("APPDATA")
    } else if cfg!(target_os = "macos") {
        named_by("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        named_by("XDG_CONFIG_HOME").or_else(|| named_by("HOME").map(|home| home.join(".config")))
    };
    config.map(|folder| folder.join("prelight"))
}

/// Creates `folder` and its parents.
pub fn create_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).in_file(folder)
}

/// The folder that a file lies in: `.` where the path names none, since the empty path cannot be opened.
pub fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Where a path leads, or will when what of it is not there is made: wherever links lead, and up from there.
///
/// # Errors
/// The system does not say where it runs.
pub fn place_of(path: &Path) -> Result<PathBuf> {
    let mut place = PathBuf::new();
    for part in std::path::absolute(path).in_file(path)?.components() {
        if part == Component::ParentDir {
            place.pop();
        } else {
            place.push(part);
        }
        if let Ok(real) = place.canonicalize() {
            place = real;
        }
    }
    Ok(place)
}

/// Fails where what lies at a path, or is still to be made there, does not lie in a folder nor is it, wherever links lead.
///
/// # Errors
/// `Refused`: it lies elsewhere, or may. The folder is not there; the system does not say where it runs.
pub fn refuse_outside(path: &Path, folder: &Path) -> Result<()> {
    let folder = folder.canonicalize().in_file(folder)?;
    let absolute = std::path::absolute(path).in_file(path)?;
    // What is still to be made lies where its nearest folder lies; `..` behind what is not there leads anywhere, as a link to nothing does.
    let there = absolute.ancestors().find(|p| p.symlink_metadata().is_ok());
    let leads_up = absolute.components().any(|c| c == Component::ParentDir);
    let is_inside = |there: &Path| there.canonicalize().is_ok_and(|real| real.starts_with(&folder)) && (!leads_up || there == absolute);
    if there.is_some_and(is_inside) { Ok(()) } else { Err(Error::refused(format!("lies outside of {}", folder.display()))) }
}

/// Opens a regular file to read it.
///
/// # Errors
/// As [`refuse_other`].
pub fn open(path: &Path) -> Result<fs::File> {
    refuse_other(path)?;
    fs::File::open(path).in_file(path)
}

/// Refuses what is no regular file, before it is opened: opening a pipe waits for its writer.
///
/// # Errors
/// `Invalid`: a folder, a pipe, a device, a socket; `Io`: there is nothing, or the system does not say.
pub fn refuse_other(path: &Path) -> Result<()> {
    let kind = fs::metadata(path).in_file(path)?.file_type();
    if kind.is_file() {
        return Ok(());
    }
    Err(Error::invalid("is no regular file").field("file type").value(name_of(kind)).file(path))
}

fn name_of(kind: fs::FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let others = [(kind.is_fifo(), "pipe"), (kind.is_socket(), "socket"), (kind.is_block_device() || kind.is_char_device(), "device")];
        if let Some((_, name)) = others.into_iter().find(|(is, _)| *is) {
            return name;
        }
    }
    if kind.is_dir() { "folder" } else { "unknown" }
}

/// Reads a whole regular file of at most `limit` bytes.
pub fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes).in_file(path)?;
    if bytes.len() as u64 > limit {
        return Err(Error::invalid(format!("larger than the {limit} bytes such a file may have")).file(path));
    }
    Ok(bytes)
}

/// [`read_bounded`] of a text.
pub fn read_text(path: &Path, limit: u64) -> Result<String> {
    String::from_utf8(read_bounded(path, limit)?).map_err(|_| Error::invalid("not UTF-8").file(path))
}

/// Why a text is not the TOML that was expected, with its line.
pub(crate) fn toml_error(text: &str, error: &toml::de::Error) -> Error {
    let wrong = Error::invalid(format!("TOML: {}", error.message()));
    match error.span() {
        Some(span) => wrong.line(text[..span.start.min(text.len())].matches('\n').count() as u32 + 1),
        None => wrong,
    }
}

/// SHA-256 of what comes in pieces, 64 lower-case hex digits.
#[derive(Clone, Debug, Default)]
pub struct Sha256(sha2::Sha256);

impl Sha256 {
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
    pub fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

/// SHA-256 of bytes, 64 lower-case hex digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&sha2::Sha256::digest(bytes))
}

/// Tells the system that a file of this machine will soon be read as a whole: it reads ahead, into memory that is its own to take back.
/// What cannot be told is no failure.
pub fn expect(path: &Path) {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if let Ok(file) = open(path) {
        _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::WillNeed);
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let _ = path;
}

/// SHA-256 of a file, read in pieces.
pub fn sha256_of_file(path: &Path) -> Result<String> {
    let mut hasher = sha2::Sha256::new();
    io::copy(&mut open(path)?, &mut hasher).in_file(path)?;
    Ok(hex(&hasher.finalize()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        let failed = write(&path, Existing::Refuse, |out| {
            out.write_all(b"half").unwrap();
            Err(Error::invalid("broken"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn an_existing_file_survives_unless_asked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        write_bytes(&path, Existing::Refuse, b"first").unwrap();
        let refused = write_bytes(&path, Existing::Refuse, b"second").unwrap_err();
        assert_eq!(refused.exit_code(), 20);
        assert_eq!(fs::read(&path).unwrap(), b"first");
        write_bytes(&path, Existing::Replace, b"third").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"third");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn only_regular_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |path: &Path| read_bounded(path, 10).unwrap_err();
        let error = refused(folder.path());
        assert_eq!((error.exit_code(), error.found()), (10, Some("folder")), "{error}");
        assert_eq!(refused(&folder.path().join("nothing")).exit_code(), 20);
        assert!(sha256_of_file(folder.path()).is_err() && read_text(folder.path(), 10).is_err());
        #[cfg(unix)]
        {
            let socket = folder.path().join("socket");
            let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
            assert_eq!(refused(&socket).found(), Some("socket"));
            assert_eq!(refused(Path::new("/dev/null")).found(), Some("device"));
        }
        let file = folder.path().join("a");
        fs::write(&file, b"0123456789").unwrap();
        assert_eq!((read_text(&file, 10).unwrap().len(), read_bounded(&file, 9).unwrap_err().exit_code()), (10, 10));
    }

    #[test]
    fn what_is_needed_for_a_while_is_read_by_others_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("a.mov");
        let mut passing = Passing::new(folder.path(), 6).unwrap();
        passing.append(b"abc", folder.path()).unwrap();
        passing.append(b"def", folder.path()).unwrap();
        assert_eq!(fs::read(passing.path()).unwrap(), b"abcdef");
        // Of a process that is killed now nothing is left.
        #[cfg(target_os = "linux")]
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        fs::write(&at, "").unwrap();
        passing.appear_at(&at).unwrap();
        assert_eq!(read_bounded(&at, 6).unwrap(), b"abcdef");
        #[cfg(unix)]
        assert_eq!(std::process::Command::new("cat").arg(&at).output().unwrap().stdout, b"abcdef");
        fs::remove_file(&at).unwrap();
        drop(passing);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_is_needed_for_a_while_may_stay_under_a_name() {
        for make in [|folder: &Path| Passing::new(folder, 0), Passing::named] {
            let folder = tempfile::tempdir().unwrap();
            let (at, other) = (folder.path().join("a.mov"), folder.path().join("b.mov"));
            let write = |text: &[u8]| {
                let passing = make(folder.path()).unwrap();
                // As another program does that is told where it is.
                fs::write(passing.path(), text).unwrap();
                passing
            };
            let read = |path: &Path| fs::read(path).unwrap();
            write(b"first").take_name(&at, Existing::Refuse).unwrap();
            assert_eq!(write(b"second").take_name(&at, Existing::Refuse).unwrap_err().exit_code(), 20);
            assert_eq!(read(&at), b"first");
            write(b"third").take_name(&at, Existing::Replace).unwrap();
            write(b"fourth").take_name(&other, Existing::Replace).unwrap();
            assert_eq!((read(&at), read(&other)), (b"third".to_vec(), b"fourth".to_vec()));
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
        }
    }

    #[test]
    fn only_what_nobody_needs_any_more_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        let alive = Passing::named(folder.path()).unwrap();
        let left = folder.path().join(partial_name(PASSING));
        let others = ["a.exr", ".passing", ".a.exr.0.part"].map(|name| folder.path().join(name));
        for path in others.iter().chain([&left]) {
            fs::write(path, "x").unwrap();
        }
        sweep(folder.path());
        assert!(!left.exists() && alive.path().exists() && others.iter().all(|path| path.exists()));
        sweep(&folder.path().join("none"));
    }

    #[test]
    fn sha256_is_the_standard_one() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
