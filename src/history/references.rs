//! What a history knows of the histories further inside: the manifests that its generations refer to.

use super::{
    ignore::FOLDER,
    outcome::{missing_reference, modified_manifest},
    records::trimmed,
    tree::Tree,
};
use crate::{
    error::Result,
    sidecar::mhl::{Entry, Manifest},
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The manifests that all generations refer to, by the folder whose history they are: its name now, relative to this history.
#[derive(Clone, Debug, Default)]
pub(super) struct References(BTreeMap<String, Vec<Known>>);

#[derive(Clone, Debug)]
struct Known {
    /// The file name of the manifest.
    name: String,
    c4: String,
}

/// Folder and file name of `folder/ascmhl/name`.
fn split(path: &str) -> Option<(&str, &str)> {
    let (documents, name) = path.rsplit_once('/')?;
    Some((documents.rsplit_once('/')?.0, name))
}

/// A path and the folders around it, the innermost first, each with the rest; without the outermost, which has no name.
fn outwards(path: &str) -> impl Iterator<Item = (&str, &str)> {
    let ends = path.match_indices('/').map(|(at, _)| at).rev();
    std::iter::once(path.len()).chain(ends).filter_map(|at| path.split_at_checked(at))
}

/// Old and new path of a folder.
fn moved(entry: &Entry) -> Option<(&str, &str)> {
    let Entry::Folder(folder) = entry else { return None };
    Some((trimmed(folder.previous_path.as_deref()?), trimmed(&folder.path)))
}

impl References {
    /// Adds what the next generation says.
    pub fn add(&mut self, manifest: &Manifest) {
        self.rename(manifest);
        for reference in &manifest.references {
            let Some((folder, name)) = split(&reference.path) else { continue };
            let known = Known { name: name.to_owned(), c4: reference.c4.trim().to_owned() };
            self.0.entry(folder.to_owned()).or_default().push(known);
        }
    }

    /// Follows folders that have another name now, all at once: names may have been exchanged.
    fn rename(&mut self, manifest: &Manifest) {
        let moves: HashMap<&str, &str> = manifest.hashes.iter().filter_map(moved).collect();
        if moves.is_empty() {
            return;
        }
        for (folder, known) in std::mem::take(&mut self.0) {
            // Its own new name, else that of the nearest folder around it.
            let now = outwards(&folder).find_map(|(around, rest)| Some(format!("{}{rest}", moves.get(around)?)));
            self.0.entry(now.unwrap_or(folder)).or_default().extend(known);
        }
    }
}

/// Says whose record of a path counts.
pub(super) struct Owners<'t> {
    tree: &'t Tree,
    places: HashMap<&'t str, usize>,
}

impl Owners<'_> {
    /// The innermost history around a path that has it on record, or had it under an earlier name: what a nested history took over
    /// is its business alone.
    pub fn of(&self, path: &str) -> Option<usize> {
        let around = outwards(path).map(|(folder, _)| folder).chain([""]);
        let mut histories = around.filter_map(|folder| self.places.get(folder).copied());
        histories.find(|i| self.tree.histories.get(*i).is_some_and(|h| h.records.know(h.within(path))))
    }
}

impl Tree {
    /// Holds the chains of nested histories against what the histories around them refer to: who changes a manifest together with
    /// its chain, or puts another history in the place of one, is found out here.
    pub(super) fn check_references(&self) -> Result<()> {
        let places = self.places();
        for history in &self.histories {
            for (folder, manifests) in &history.references.0 {
                let inner = places.get(history.outside(folder).as_str()).and_then(|i| self.histories.get(*i));
                let Some(inner) = inner else { continue };
                let links: HashMap<&str, &str> = inner.chain.links.iter().map(|l| (l.path.as_str(), l.c4.as_str())).collect();
                for known in manifests {
                    let path = || inner.folder.join(FOLDER).join(&known.name);
                    match links.get(known.name.as_str()) {
                        Some(c4) if *c4 == known.c4 => {}
                        Some(c4) => return Err(modified_manifest(&path(), c4, &known.c4)),
                        None => return Err(missing_reference(&path())),
                    }
                }
            }
        }
        Ok(())
    }

    /// Folders of nested histories that any generation refers to, under the names they have now, and that have none any more.
    pub(super) fn histories_gone(&self) -> Vec<String> {
        let there = self.places();
        let mut gone = vec![];
        for (i, history) in self.histories.iter().enumerate() {
            for folder in history.references.0.keys() {
                let outside = history.outside(folder);
                if !there.contains_key(outside.as_str()) && !self.leaves_out_record(&outside, true, i) {
                    gone.push(outside);
                }
            }
        }
        gone.sort_unstable();
        gone.dedup();
        gone
    }

    pub(super) fn owners(&self) -> Owners<'_> {
        Owners { tree: self, places: self.places() }
    }

    /// Each history by its folder.
    fn places(&self) -> HashMap<&str, usize> {
        self.histories.iter().enumerate().map(|(i, h)| (h.inside.as_str(), i)).collect()
    }

    /// What is on record and gone: history, path relative to it, whether it was a folder.
    pub(super) fn gone(&self) -> Vec<(usize, String, bool)> {
        let paths = self.paths();
        let owners = self.owners();
        let refused: HashSet<&str> = self.refused.iter().map(|(p, _)| p.as_str()).collect();
        let mut gone = vec![];
        for (i, history) in self.histories.iter().enumerate() {
            let records = &history.records;
            let all = records.files.keys().map(|p| (p, false)).chain(records.folders.keys().map(|p| (p, true)));
            for (path, folder) in all {
                let outside = history.outside(path);
                let there = paths.contains_key(&outside) || refused.contains(outside.as_str());
                if !there && !self.leaves_out_record(&outside, folder, i) && owners.of(&outside) == Some(i) {
                    gone.push((i, path.clone(), folder));
                }
            }
        }
        gone
    }
}
