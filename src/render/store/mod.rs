//! Where a job writes and what it finds there: a folder, or a prefix of an object store. A name, once taken, is never taken again
//! unless asked: a task that runs twice finds what is done.

mod folder;
mod objects;
mod parts;
mod runtime;
mod upload;

use crate::{
    error::{Error, ErrorKind, Result},
    files::{self, Passing},
};
use bytes::Bytes;
use folder::Folder;
use objects::Objects;
pub(super) use runtime::wait;
pub use runtime::{end, prepare};
use std::{
    fmt,
    path::{Component, Path, PathBuf},
    time::SystemTime,
};

/// A place that holds files by name.
#[derive(Clone, Debug)]
pub enum Store {
    Folder(Folder),
    Objects(Objects),
}

/// What became of a file that was not to take the place of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    Written,
    /// The name was taken, and what has it is as it was.
    Exists,
}

/// Something that lies in a store.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Parts between `/`, below the store.
    pub name: String,
    /// In bytes.
    pub length: u64,
    /// Tells one content from the next under one name: the time of change of a file, the tag of an object.
    pub mark: String,
    pub modified: SystemTime,
}

impl Store {
    /// A plain path, `file://`, `s3://BUCKET/PREFIX`, `gs://BUCKET/PREFIX` or `az://CONTAINER/PREFIX`. Keys, regions and endpoints of object
    /// stores are those of their vendors' environment variables (`AWS_…`, `GOOGLE_…`, `AZURE_…`). Nothing is asked of it yet.
    ///
    /// # Errors
    /// `Usage`: an address of another kind, or that cannot be read; `Invalid`: the environment says what cannot be.
    pub fn open(location: &str) -> Result<Self> {
        if location.is_empty() {
            return Err(Error::usage("an empty location"));
        }
        let Some((scheme, rest)) = location.split_once("://") else { return Ok(Self::folder(Path::new(location))) };
        // What a reader of addresses would resolve is not what was meant to be.
        let leads_up = |part: &str| matches!(part.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
        if rest.split(['/', '\\']).any(leads_up) || rest.to_ascii_lowercase().contains("%2f") {
            return Err(Error::usage("leads up, or hides where it leads").field("location").value(location));
        }
        match scheme {
            "file" => {
                let url = url::Url::parse(location).map_err(|e| Error::usage(e.to_string()).field("location").value(location))?;
                let path = url.to_file_path().map_err(|()| Error::usage("no path of this machine").field("location").value(location))?;
                Ok(Self::folder(&path))
            }
            "s3" | "gs" | "az" if !rest.is_empty() => Objects::open(location).map(Self::Objects),
            _ => Err(Error::usage("a path, file://, s3://, gs:// or az:// is meant").field("location").value(location)),
        }
    }
    pub fn folder(path: &Path) -> Self {
        Self::Folder(Folder::new(path))
    }
    /// The same, of which nothing outside of a folder of this machine is read or written, wherever links lead. Objects have no links.
    pub fn bounded(self, bounds: Option<&Path>) -> Self {
        match (self, bounds) {
            (Self::Folder(folder), Some(bounds)) => Self::Folder(folder.bounded(bounds)),
            (store, _) => store,
        }
    }
    /// The store of what lies below `name`.
    ///
    /// # Errors
    /// `Invalid`: it is no plain name; `Refused`: it is out of bounds.
    pub fn below(&self, name: &str) -> Result<Self> {
        let name = plain(name)?;
        Ok(match self {
            Self::Folder(folder) => Self::Folder(folder.below(name)?),
            Self::Objects(objects) => Self::Objects(objects.below(name)),
        })
    }

    /// Writes a file whole, unless something has its name.
    ///
    /// # Errors
    /// `TryAgain`: the store is busy or cannot be reached; `Io`: it says no.
    pub fn put_new(&self, name: &str, bytes: impl Into<Bytes>) -> Result<Put> {
        match self {
            Self::Folder(folder) => folder.put_new(plain(name)?, &bytes.into()),
            Self::Objects(objects) => objects.put_new(plain(name)?, bytes.into()),
        }
    }
    /// Writes a file whole, in the place of what has its name.
    ///
    /// # Errors
    /// As [`Store::put_new`].
    pub fn put(&self, name: &str, bytes: impl Into<Bytes>) -> Result<()> {
        match self {
            Self::Folder(folder) => folder.put(plain(name)?, &bytes.into()),
            Self::Objects(objects) => objects.put(plain(name)?, bytes.into()),
        }
    }
    /// Writes a file whole, in the place of what has its name, if that is still `was`.
    ///
    /// # Errors
    /// As [`Store::put_new`].
    pub fn put_after(&self, name: &str, was: &[u8], bytes: impl Into<Bytes>) -> Result<Put> {
        match self {
            Self::Folder(folder) => folder.put_after(plain(name)?, was, &bytes.into()),
            Self::Objects(objects) => objects.put_after(plain(name)?, was, bytes.into()),
        }
    }
    /// Takes a file away.
    ///
    /// # Errors
    /// As [`Store::put_new`].
    pub fn remove(&self, name: &str) -> Result<()> {
        match self {
            Self::Folder(folder) => folder.remove(plain(name)?),
            Self::Objects(objects) => objects.remove(plain(name)?),
        }
    }
    /// Gives a whole file of this machine a name, unless something has it and `replace` is not meant.
    ///
    /// # Errors
    /// As [`Store::put_new`].
    pub fn take_file(&self, name: &str, file: Passing, replace: bool) -> Result<Put> {
        match self {
            Self::Folder(folder) => folder.take_file(plain(name)?, file, replace),
            Self::Objects(objects) => objects.take_file(plain(name)?, file.path(), replace),
        }
    }
    /// What has a name, whole; `None` where nothing has.
    ///
    /// # Errors
    /// `Invalid`: more than `limit` bytes; else as [`Store::put_new`].
    pub fn get(&self, name: &str, limit: u64) -> Result<Option<Bytes>> {
        match self {
            Self::Folder(folder) => folder.get(plain(name)?, limit),
            Self::Objects(objects) => objects.get(plain(name)?, limit),
        }
    }
    /// Hands over what has a name from its start to its end, in pieces that fit into memory; says how long it is, `None` where nothing
    /// has the name. All of it is of one content.
    ///
    /// # Errors
    /// `TryAgain`: it has changed on the way; what `take` says; else as [`Store::get`].
    pub fn read(&self, name: &str, limit: u64, take: impl FnMut(&[u8]) -> Result<()>) -> Result<Option<u64>> {
        match self {
            Self::Folder(folder) => folder.read(plain(name)?, limit, take),
            Self::Objects(objects) => objects.read(plain(name)?, limit, take),
        }
    }
    /// The SHA-256 of what has a name; `None` where nothing has.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn sha256(&self, name: &str, limit: u64) -> Result<Option<String>> {
        let mut hasher = files::Sha256::default();
        let length = self.read(name, limit, |bytes| {
            hasher.update(bytes);
            Ok(())
        })?;
        Ok(length.map(|_| hasher.finish()))
    }
    /// Of what was listed and is not there any more, or is another. Who asks again lists anew.
    pub fn gone(&self, name: &str) -> Error {
        Error::new(ErrorKind::TryAgain, "is gone, or another, since it was listed").file(self.location(name))
    }
    /// What has exactly this name.
    ///
    /// # Errors
    /// As [`Store::put_new`].
    pub fn find(&self, name: &str) -> Result<Option<Entry>> {
        match self {
            Self::Folder(folder) => folder.find(plain(name)?),
            Self::Objects(objects) => objects.find(plain(name)?),
        }
    }
    /// The first bytes of what has a name, `length` of them or all; `None` where nothing has. Of what is empty none may be asked.
    ///
    /// # Errors
    /// As [`Store::put_new`].
    pub fn head(&self, name: &str, length: u64) -> Result<Option<Bytes>> {
        match self {
            Self::Folder(folder) => folder.head(plain(name)?, length),
            Self::Objects(objects) => objects.head(plain(name)?, length),
        }
    }
    /// Everything below a name (all of it where empty), by name.
    ///
    /// # Errors
    /// As [`Store::put_new`]. What is not there is empty.
    pub fn list(&self, below: &str) -> Result<Vec<Entry>> {
        let below = if below.is_empty() { below } else { plain(below)? };
        let mut entries = match self {
            Self::Folder(folder) => folder.list(below)?,
            Self::Objects(objects) => objects.list(below)?,
        };
        entries.sort();
        Ok(entries)
    }

    /// A file of this machine that holds what has a name; `None` where nothing has.
    ///
    /// # Errors
    /// As [`Store::get`].
    pub fn local_file(&self, name: &str, limit: u64) -> Result<Option<LocalFile>> {
        match self {
            Self::Folder(folder) => {
                let path = folder.at(plain(name)?)?;
                Ok(folder.find(name)?.map(|_| LocalFile::here(&path)))
            }
            Self::Objects(_) => {
                let folder = std::env::temp_dir();
                let Some(entry) = self.find(name)? else { return Ok(None) };
                let copy = Passing::new(&folder, entry.length.min(limit))?;
                let there = self.read(name, limit, |bytes| copy.append(bytes, &folder))?;
                Ok(there.map(|_| LocalFile { path: copy.path().to_owned(), _copy: Some(copy) }))
            }
        }
    }

    /// Whether bytes travel over a network to it.
    pub fn is_remote(&self) -> bool {
        matches!(self, Self::Objects(_))
    }
    /// The folder that it is, where it is one.
    pub fn as_folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder.path()),
            Self::Objects(_) => None,
        }
    }
    /// A name in it as people say it, and as another call takes it.
    pub fn location(&self, name: &str) -> String {
        let within = |root: &dyn fmt::Display| if name.is_empty() { root.to_string() } else { format!("{root}/{name}") };
        match self {
            Self::Folder(folder) => within(&folder.path().display()),
            Self::Objects(objects) => within(&objects.location()),
        }
    }
}

/// A file of this machine; a copy goes with it.
#[derive(Debug)]
pub struct LocalFile {
    path: PathBuf,
    _copy: Option<Passing>,
}

impl LocalFile {
    /// One that stays.
    pub(super) fn here(path: &Path) -> Self {
        Self { path: path.to_owned(), _copy: None }
    }
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl fmt::Display for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.location(""))
    }
}

/// Names do not leave the store: parts between `/`, none of them `.` or `..`.
fn plain(name: &str) -> Result<&str> {
    let parts = !name.is_empty() && name.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
    let normal = Path::new(name).components().all(|c| matches!(c, Component::Normal(_)));
    if parts && normal && !name.contains(['\\', '\0']) {
        return Ok(name);
    }
    Err(Error::invalid("leaves its place, or is no plain name").field("name").value(name))
}

/// What a location names: the store that it lies in, and its name there.
///
/// # Errors
/// As [`Store::open`]; `Usage`: it names a store, and nothing in it.
pub fn locate(location: &str) -> Result<(Store, String)> {
    let trimmed = location.trim_end_matches('/');
    if location.contains("://") && !location.starts_with("file://") {
        let (parent, name) = trimmed.rsplit_once('/').unwrap_or_default();
        if parent.is_empty() || parent.ends_with('/') {
            return Err(Error::usage("names a store, and nothing in it").field("location").value(location));
        }
        return Ok((Store::open(parent)?, name.to_owned()));
    }
    let path = local(trimmed)?.ok_or_else(|| Error::usage("no path").field("location").value(location))?;
    let name = path.file_name().and_then(|n| n.to_str()).ok_or_else(|| Error::usage("no name").field("location").value(location))?;
    Ok((Store::folder(files::folder_of(&path)), name.to_owned()))
}

/// The path that a location is on this machine; `None` for an object store's.
///
/// # Errors
/// As [`Store::open`].
pub fn local(location: &str) -> Result<Option<PathBuf>> {
    Ok(Store::open(location)?.as_folder().map(Path::to_path_buf))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_paths_or_addresses_of_stores() {
        let folder = |location: &str| local(location).unwrap();
        assert_eq!(folder("a/b"), Some("a/b".into()));
        assert_eq!(folder("file:///tmp/a%20b"), Some("/tmp/a b".into()));
        assert_eq!(folder("C:x"), Some("C:x".into()), "a name with a colon is a name");
        for bad in [
            "",
            "http://x/y",
            "ftp://x",
            "s3://",
            "file://host/x",
            "://",
            "s3://b/../c",
            "s3://b/%2E%2e/c",
            "file:///a/../b",
            "s3://b/a%2fb",
        ] {
            assert_eq!(Store::open(bad).unwrap_err().exit_code(), 2, "{bad}");
        }
        let (store, name) = locate("/a/b/c.dng").unwrap();
        assert_eq!((store.location(""), name.as_str()), ("/a/b".into(), "c.dng"));
        assert_eq!(locate("s3://bucket").unwrap_err().exit_code(), 2);
        assert_eq!(Store::folder(Path::new("/a")).below("b").unwrap().location("c"), "/a/b/c");
    }

    #[test]
    fn names_that_leave_the_store_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::folder(&folder.path().join("in"));
        for name in ["", "../x", "/x", "a/../../x", "a//b", ".", "a/.", "a\\b", "a\0b"] {
            assert_eq!(store.put(name, "x").unwrap_err().exit_code(), 10, "{name:?}");
            assert!(store.get(name, 9).is_err() && store.below(name).is_err());
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    /// Nor do links: neither to be written through, nor to be read.
    #[cfg(unix)]
    #[test]
    fn a_folder_is_not_left_by_links_where_it_is_bounded() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(at("in/out")).unwrap();
        std::fs::create_dir_all(at("away")).unwrap();
        std::fs::write(at("away/a"), "a").unwrap();
        symlink(at("away"), at("in/out/link")).unwrap();
        symlink(at("away/a"), at("in/out/a")).unwrap();
        symlink(at("away/new"), at("in/out/nothing")).unwrap();
        let store = Store::folder(&at("in/out")).bounded(Some(&at("in")));
        for name in ["link/a", "link/new", "link/new/b", "a", "nothing", "nothing/b"] {
            let refused = [
                store.put(name, "x").unwrap_err(),
                store.put_new(name, "x").unwrap_err(),
                store.get(name, 9).unwrap_err(),
                store.find(name).unwrap_err(),
                store.head(name, 1).unwrap_err(),
                store.sha256(name, 9).unwrap_err(),
                store.local_file(name, 9).unwrap_err(),
                store.list(name).unwrap_err(),
                store.remove(name).unwrap_err(),
                store.below(name).unwrap_err(),
            ];
            for error in refused {
                assert!(error.exit_code() == 12 && error.to_string().contains("lies outside of"), "{name}: {error}");
            }
        }
        assert!(!at("away/new").exists());
        assert_eq!((std::fs::read_dir(at("away")).unwrap().count(), std::fs::read(at("away/a")).unwrap()), (1, b"a".to_vec()));
        // A link that stays within them is as good as a folder.
        std::fs::create_dir(at("in/own")).unwrap();
        symlink(at("in/own"), at("in/out/own")).unwrap();
        assert_eq!(store.below("own").unwrap().put_new("new/x", "x").unwrap(), Put::Written);
        assert!(at("in/own/new/x").is_file());
        let free = Store::folder(&at("in/out")).bounded(None);
        assert_eq!(free.get("link/a", 9).unwrap().unwrap(), "a");
        keeps_its_word(&Store::folder(&at("in/kept")).bounded(Some(&at("in"))));
    }

    /// What every kind of store holds to.
    pub(super) fn keeps_its_word(store: &Store) {
        assert_eq!(store.list("").unwrap(), []);
        assert_eq!((store.get("a", 9).unwrap(), store.find("a").unwrap()), (None, None));
        assert_eq!(store.put_new("sub/b", "first").unwrap(), Put::Written);
        assert_eq!(store.put_new("sub/b", "second").unwrap(), Put::Exists);
        assert_eq!(store.get("sub/b", 9).unwrap().unwrap(), "first");
        assert_eq!(store.get("sub/b", 4).unwrap_err().exit_code(), 10);
        store.put("sub/b", "third").unwrap();
        store.put("a", "").unwrap();
        assert_eq!(store.get("sub/b", 5).unwrap().unwrap(), "third");
        let names = |below: &str| store.list(below).unwrap().into_iter().map(|e| (e.name, e.length)).collect::<Vec<_>>();
        assert_eq!(names(""), [("a".into(), 0), ("sub/b".into(), 5)]);
        assert_eq!(names("sub"), [("sub/b".into(), 5)]);
        assert_eq!(names("su"), [], "a name is whole");
        assert_eq!(store.find("sub/b").unwrap().unwrap(), store.list("sub").unwrap()[0]);
        assert_eq!(store.find("sub").unwrap(), None);
        let mut came = vec![];
        let read = store.read("sub/b", 5, |piece| {
            came.extend_from_slice(piece);
            Ok(())
        });
        assert_eq!((read, &*came), (Ok(Some(5)), &b"third"[..]));
        assert_eq!(store.read("sub/b", 4, |_| Ok(())).unwrap_err().exit_code(), 10);
        assert_eq!(store.read("sub/b", 9, |_| Err(Error::cancelled())).unwrap_err(), Error::cancelled());
        assert_eq!((store.sha256("c", 9), store.sha256("a", 9)), (Ok(None), Ok(Some(files::sha256(b"")))));
        assert_eq!(std::fs::read(store.local_file("sub/b", 9).unwrap().unwrap().path()).unwrap(), b"third");
        assert_eq!(store.put_after("sub/b", b"first", "fourth").unwrap(), Put::Exists);
        assert_eq!(store.put_after("sub/c", b"first", "fourth").unwrap(), Put::Exists);
        assert_eq!(store.put_after("sub/b", b"third", "fourth").unwrap(), Put::Written);
        store.put("sub/c", "c").unwrap();
        store.remove("sub/c").unwrap();
        let below = store.below("sub").unwrap();
        assert_eq!((below.get("b", 9).unwrap().unwrap(), below.find("c").unwrap()), ("fourth".into(), None));
        let head = |name: &str, length| store.head(name, length).unwrap().map(|bytes| bytes.to_vec());
        assert_eq!((head("sub/b", 2), head("sub/b", 9), head("sub/c", 2)), (Some(b"fo".to_vec()), Some(b"fourth".to_vec()), None));
    }

    #[test]
    fn a_folder_keeps_its_word() {
        let folder = tempfile::tempdir().unwrap();
        keeps_its_word(&Store::folder(&folder.path().join("new")));
    }
}
