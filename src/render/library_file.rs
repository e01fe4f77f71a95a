//! The index of a library, where it lies: in a file, or as an object of a store, which is fetched to be searched and never written back.

use super::{
    fetched::Scratch,
    store::{self, Store},
};
use crate::{
    error::{Error, InFile, Result},
    files,
    library::Library,
    progress::Progress,
};
use std::{fs::File, io::Write, path::Path};

/// How an SQLite database begins.
const MARK: &[u8] = b"SQLite format 3\0";
/// Bytes of an index in a store, at most: ten million clips without pictures.
const LARGEST: u64 = 16 << 30;

/// Opens an index by a path or an address of an object store, to search it. What is fetched has no name while it is searched: it is gone
/// with the library, also of a process that is killed.
///
/// # Errors
/// Those of [`Library::open`] and [`Store`]; `Io`: nothing is there; `Invalid`: it is no index, or one that was put there half done;
/// cancelled.
pub fn open_library(location: &str, progress: &Progress) -> Result<Library> {
    if let Some(path) = store::local(location)? {
        return Library::open(&path);
    }
    let (parent, name) = store::locate(location)?;
    if !is_database(&parent, &name)? {
        return Err(match parent.find(&name)? {
            None => Error::io(Path::new(location), &std::io::ErrorKind::NotFound.into()),
            Some(_) => Error::invalid("no index of a library: not an SQLite database").file(location),
        });
    }
    let journal = format!("{name}-journal");
    if parent.find(&journal)?.is_some() {
        let why = "was put there while an `index` wrote into it: its journal lies beside";
        return Err(Error::invalid(why).field("object").value(journal).file(location));
    }
    let scratch = Scratch::new()?;
    let copy = scratch.path().join("index");
    let mut file = File::create_new(&copy).in_file(&copy)?;
    let take = |bytes: &[u8]| {
        progress.check()?;
        file.write_all(bytes).map_err(|e| files::no_room(scratch.path(), &e))
    };
    parent.read(&name, LARGEST, take)?.ok_or_else(|| parent.gone(&name))?;
    Library::open_copy(&copy, Path::new(location))
}

/// Whether a location is that of an index, and not of what is searched for clips: a file of this machine, or an object that is a database.
///
/// # Errors
/// Those of [`Store`].
pub fn is_library(location: &str) -> Result<bool> {
    if let Some(path) = store::local(location)? {
        return Ok(!path.is_dir());
    }
    // A bucket as a whole is no object.
    match store::locate(location) {
        Ok((parent, name)) => is_database(&parent, &name),
        Err(_) => Ok(false),
    }
}

fn is_database(parent: &Store, name: &str) -> Result<bool> {
    let length = MARK.len() as u64;
    // Asked by listing: a store that keeps folders is no wiser than one that has none.
    if !parent.below(name)?.list("")?.is_empty() {
        return Ok(false);
    }
    match parent.find(name)? {
        Some(entry) if entry.length >= length => Ok(parent.head(name, length)?.is_some_and(|head| head == MARK)),
        _ => Ok(false),
    }
}
