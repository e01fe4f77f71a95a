//! What was found by walking rolls, kept from one check to the next for as long as nothing in their folders changes.

use super::{Roll, tidy};
use crate::history::{Tree, Untouched};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// Rolls that checks share while a show is open. What is not sure to show its changes (see [`Untouched`]) is walked again.
#[derive(Default)]
pub struct Scans {
    pub(super) rolls: Kept<Roll>,
    pub(super) tidy: Kept<tidy::Found>,
    /// Second copies.
    pub(super) copies: Kept<Tree>,
}

impl Scans {
    /// Forgets what is known of the roll with this root, so that the next check walks it.
    pub fn forget(&self, root: &Path) {
        self.rolls.forget(root);
        self.tidy.forget(root);
    }
    /// Forgets what lies in second copies.
    pub fn forget_copies(&self) {
        self.copies.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// What was found below roots, each with the folders that it depends on.
pub(super) struct Kept<T>(Mutex<BTreeMap<PathBuf, One<T>>>);

struct One<T> {
    found: Arc<T>,
    untouched: Untouched,
    files: usize,
}

/// Files of all rolls that are kept: some hundred megabytes with their records. A show has fewer.
const FILES: usize = 1 << 20;

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Kept<T> {
    pub fn get(&self, root: &Path) -> Option<Arc<T>> {
        let (found, untouched) = {
            let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            kept.get(root).map(|one| (one.found.clone(), one.untouched.clone()))?
        };
        untouched.holds().then_some(found)
    }

    /// `files`: how many the roll has.
    pub fn keep(&self, root: &Path, found: &Arc<T>, untouched: Option<Untouched>, files: usize) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.remove(root);
        let Some(untouched) = untouched.filter(|_| files <= FILES) else { return };
        if kept.values().map(|one| one.files).sum::<usize>() + files > FILES {
            kept.clear();
        }
        kept.insert(root.to_owned(), One { found: found.clone(), untouched, files });
    }

    fn forget(&self, root: &Path) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(root);
    }
}
