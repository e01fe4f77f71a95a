//! Files and folders that are gone, found again under other names by their digests.

use super::{
    hash::hash_of_digests,
    tree::{Tree, base},
};
use crate::sidecar::mhl::Format;
use std::collections::HashMap;

/// What is on disk and not on record, with its digests.
pub(super) struct Candidate {
    pub history: usize,
    /// Relative to the history.
    pub path: String,
    pub folder: bool,
    /// Of a folder: content and structure in one.
    pub digests: Vec<(Format, String)>,
}

/// A name that changed.
pub(super) struct Rename {
    pub history: usize,
    pub folder: bool,
    pub from: String,
    pub to: String,
}

/// Both digests of a folder as one text to compare.
pub(super) fn folder_key(content: &str, structure: &str) -> String {
    format!("{content} {structure}")
}

/// Pairs each gone thing with at most one candidate of its own history that has the same digest; one of the same name first.
/// Empty files and folders are all the same and are not paired.
pub(super) fn pair(tree: &Tree, gone: &[(usize, String, bool)], candidates: &[Candidate]) -> Vec<Rename> {
    let mut by_digest: HashMap<(usize, bool, Format, &str), Vec<usize>> = HashMap::new();
    for (i, c) in candidates.iter().enumerate() {
        for (format, text) in &c.digests {
            by_digest.entry((c.history, c.folder, *format, text)).or_default().push(i);
        }
    }
    let mut taken = vec![false; candidates.len()];
    let mut renames = vec![];
    for (history, path, folder) in gone {
        let Some(records) = tree.histories.get(*history).map(|h| &h.records) else { continue };
        let known: Vec<(Format, String)> = if *folder {
            let all = records.folders.get(path).into_iter().flat_map(|r| &r.digests);
            all.map(|k| (k.format, folder_key(&k.content, &k.structure))).collect()
        } else {
            records.files.get(path).and_then(|r| r.first()).map(|k| (k.format, k.text.clone())).into_iter().collect()
        };
        let empty = |f: Format| hash_of_digests(f, vec![]);
        let known = known.iter().filter(|(f, text)| *text != empty(*f) && *text != folder_key(&empty(*f), &empty(*f)));
        let fits: Vec<usize> = known
            .flat_map(|(format, text)| by_digest.get(&(*history, *folder, *format, text.as_str())).into_iter().flatten())
            .copied()
            .filter(|i| taken.get(*i) == Some(&false))
            .collect();
        let same_name = fits.iter().find(|i| candidates.get(**i).is_some_and(|c| base(&c.path) == base(path)));
        if let Some(i) = same_name.or(fits.first())
            && let (Some(taken), Some(c)) = (taken.get_mut(*i), candidates.get(*i))
        {
            *taken = true;
            renames.push(Rename { history: *history, folder: *folder, from: path.clone(), to: c.path.clone() });
        }
    }
    renames
}
