//! Histories (ASC MHL) of what lies in a folder or in an object store, and their verification where it lies.

use super::{
    mirror::Mirror,
    store::{Put, Store},
};
use crate::{
    error::{InFile, Result},
    history::{self, Create, Report, Verify},
    progress::Progress,
};
use bytes::Bytes;
use std::{fs, path::Path};

/// Makes a history, or its next generation, as [`history::create`] does. In an object store every file is read once, in pieces, and
/// the documents of the history are put beside them: a manifest first, then the chain that names it, on condition that it is as it was.
///
/// # Errors
/// As [`history::create`]; those of [`Store`]; `TryAgain`: another program has continued it meanwhile.
pub fn create_history(store: &Store, options: &Create, progress: &Progress) -> Result<Report> {
    if let Some(folder) = store.as_folder() {
        return history::create(folder, options, progress);
    }
    let mirror = Mirror::new(store, progress)?;
    // What is here is gone afterwards: there is nothing to go on from.
    let options = Create { journal: None, ..options.clone() };
    let report =
        history::create_of(mirror.root(), Some(&mirror.below(mirror.root())), &options, progress).map_err(|e| mirror.outside(e))?;
    // Nested ones come first.
    for made in &report.written {
        put(store, &mirror, &made.path)?;
    }
    Ok(report)
}

/// A manifest, announced by its mark, and the chain beside it. Where that is written nobody else's will be: what others have announced
/// goes, with the marks.
fn put(store: &Store, mirror: &Mirror, manifest: &str) -> Result<()> {
    let bytes = |name: &str| {
        let path = mirror.root().join(name);
        fs::read(&path).in_file(&path)
    };
    let (documents, name) = manifest.rsplit_once('/').unwrap_or_default();
    let chain = format!("{documents}/{}", history::CHAIN);
    let busy = || history::busy(Path::new(&store.location(documents)));
    let in_folder = |name: &str| format!("{documents}/{name}");
    let mark = in_folder(&history::mark(name));
    // What has the name already is another writer's, or nobody's that was announced.
    if store.find(manifest)?.is_some() {
        return Err(busy());
    }
    store.put(&mark, Bytes::new())?;
    if store.put_new(manifest, bytes(manifest)?)? == Put::Exists {
        return Err(busy());
    }
    let put = match mirror.was(&chain) {
        None => store.put_new(&chain, bytes(&chain)?),
        Some(was) => store.put_after(&chain, was, bytes(&chain)?),
    };
    if matches!(put, Ok(Put::Written)) {
        for entry in store.list(documents).unwrap_or_default() {
            let Some(begun) = entry.name.rsplit('/').next().and_then(history::marked) else { continue };
            let begun = in_folder(begun);
            // Here lies what the chain names.
            if !mirror.root().join(&begun).exists() {
                _ = store.remove(&begun);
            }
            _ = store.remove(&entry.name);
        }
        return Ok(());
    }
    // Nothing refers to it.
    _ = store.remove(manifest);
    _ = store.remove(&mark);
    put.and_then(|_| Err(busy()))
}

/// Holds what lies in a folder or in an object store against its history, as [`history::verify`] does.
///
/// # Errors
/// As [`history::verify`]; those of [`Store`].
pub fn verify_history(store: &Store, options: &Verify, progress: &Progress) -> Result<Report> {
    if let Some(folder) = store.as_folder() {
        return history::verify(folder, options, progress);
    }
    let mirror = Mirror::new(store, progress)?;
    history::verify_of(mirror.root(), Some(&mirror.below(mirror.root())), options, progress).map_err(|e| mirror.outside(e))
}
