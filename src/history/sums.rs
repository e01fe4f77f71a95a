//! The digests of folders (specification, "Directory hashes").

use super::{
    hash::{Hashed, hash_of_digests, named_digest},
    tree::{Tree, base, join},
};
use crate::sidecar::mhl::Format;
use std::collections::{BTreeMap, HashMap};

/// Content and structure of a folder in each format.
pub(super) type FolderSums = BTreeMap<Format, (String, String)>;

/// The digests of every folder from those of its files; all formats must be among the results.
pub(super) fn folder_sums<'t>(tree: &'t Tree, formats: &[Format], results: &HashMap<&str, Hashed>) -> HashMap<&'t str, FolderSums> {
    let mut sums: HashMap<&str, FolderSums> = HashMap::new();
    for folder in &tree.folders {
        let mut own = FolderSums::new();
        for format in formats {
            let (mut content, mut structure) = (vec![], vec![]);
            for file in &folder.files {
                let hashed = results.get(join(&folder.path, &file.name).as_str());
                let Some((_, digest)) = hashed.and_then(|h| h.digests.iter().find(|(f, _)| f == format)) else { continue };
                structure.push(named_digest(*format, &file.name, digest));
                content.push(digest.clone());
            }
            for inner in folder.folders.iter().filter_map(|i| tree.folders.get(*i)) {
                let Some((c, s)) = sums.get(inner.path.as_str()).and_then(|sums| sums.get(format)) else { continue };
                structure.push(named_digest(*format, base(&inner.path), s));
                content.push(c.clone());
            }
            own.insert(*format, (hash_of_digests(*format, content), hash_of_digests(*format, structure)));
        }
        sums.insert(&folder.path, own);
    }
    sums
}
