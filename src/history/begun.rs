//! Manifests whose chain is still to come. Each is announced by a mark beside it, which is taken away once the chain names it: so the
//! manifest of a writer that was killed in between is told from one whose chain somebody took away.

use std::{collections::BTreeSet, fs, io, path::Path};

const ENDING: &str = ".begun";

/// The name of the mark of a manifest.
pub(crate) fn mark(manifest: &str) -> String {
    format!(".{manifest}{ENDING}")
}

/// The manifest that a name is the mark of.
pub(crate) fn marked(name: &str) -> Option<&str> {
    name.strip_prefix('.')?.strip_suffix(ENDING).filter(|manifest| manifest.ends_with(".mhl"))
}

/// Whether a name in a folder is a mark, or a manifest with one beside it.
pub(super) fn is_begun(name: &str, names: &BTreeSet<String>) -> bool {
    marked(name).is_some() || names.contains(&mark(name))
}

/// Announces a manifest.
pub(super) fn announce(documents: &Path, manifest: &str) -> io::Result<()> {
    fs::File::create(documents.join(mark(manifest))).map(drop)
}

/// Takes the mark of a manifest away that was not written.
pub(super) fn withdraw(documents: &Path, manifest: &str) {
    _ = fs::remove_file(documents.join(mark(manifest)));
}

/// Takes marks away, and the manifests of writers that did not come to the chain, which has these `links`. By who holds the lock: what
/// cannot be removed stays, and does no harm.
pub(super) fn sweep(documents: &Path, links: &BTreeSet<&str>) {
    let Ok(entries) = fs::read_dir(documents) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(manifest) = name.to_str().and_then(marked) else { continue };
        if !links.contains(manifest) {
            _ = fs::remove_file(documents.join(manifest));
        }
        _ = fs::remove_file(entry.path());
    }
}
