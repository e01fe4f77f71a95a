//! Where a clip lies, and the rolls of a run.

use crate::{
    camera::{Clip, FrameNumber},
    error::{Error, InFile, Result},
    history::{self, FileRecord, Memory, Report, Tree, Verify},
    progress::Progress,
};
use std::{
    collections::{BTreeMap, HashSet},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// What the clips of one run share: the rolls they lie in, each walked once, and the digests of files that were read.
#[derive(Default)]
pub struct Rolls {
    memory: Arc<Memory>,
    left: Option<Arc<AtomicU64>>,
    copy: Option<PathBuf>,
    walked: Mutex<BTreeMap<PathBuf, Arc<Result<Roll>>>>,
}

impl Rolls {
    /// With digests that are remembered beyond this run.
    pub fn remembering(memory: Arc<Memory>) -> Self {
        Self { memory, ..Self::default() }
    }
    /// Reads no more than is left of so many bytes, for all clips that share the number; where it takes more, the rule says who has
    /// to ask for it.
    pub fn reading_at_most(self, left: Arc<AtomicU64>) -> Self {
        Self { left: Some(left), ..self }
    }
    /// With a second copy of the roll to compare: its folder, or the one that holds it.
    pub fn with_copy(self, copy: Option<PathBuf>) -> Self {
        Self { copy, ..self }
    }

    pub(super) fn memory(&self) -> &Memory {
        &self.memory
    }
    pub(super) fn copy(&self) -> Option<&Path> {
        self.copy.as_deref()
    }
    /// Why `bytes` are not read, where they are more than is left to be read unasked.
    pub(super) fn refuses(&self, bytes: u64) -> Option<String> {
        let take = |left: u64| left.checked_sub(bytes);
        let too_much = self.left.as_ref().is_some_and(|left| left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_err());
        too_much.then(|| format!("{} are not read unasked: Check > Verify the roll's hashes does", super::size(bytes)))
    }

    /// The roll with this root, or why its history cannot be read.
    ///
    /// # Errors
    /// Cancelled.
    pub(super) fn roll(&self, root: &Path, progress: &Progress) -> Result<Arc<Result<Roll>>> {
        // Held while a roll is walked, so that another thread does not walk it too.
        let mut walked = self.walked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(roll) = walked.get(root) {
            return Ok(roll.clone());
        }
        let roll = Arc::new(Roll::walk(root, progress));
        progress.check()?;
        walked.insert(root.to_owned(), roll.clone());
        Ok(roll)
    }
}

/// A roll: the folder of a history with everything in it.
pub struct Roll {
    pub tree: Tree,
    /// What is there compared with what is on record, without reading the media.
    pub listing: Report,
}

impl Roll {
    fn walk(root: &Path, progress: &Progress) -> Result<Self> {
        let tree = Tree::scan(root, &[])?;
        let listing = history::verify_tree(&tree, &Verify::default(), None, None, progress)?;
        Ok(Self { tree, listing })
    }

    /// Every file that is there: its path from the root, its size in bytes, what is on record of it.
    pub(super) fn files(&self) -> impl Iterator<Item = (String, u64, Option<&FileRecord>)> {
        self.tree.folders.iter().flat_map(|folder| {
            let history = self.tree.histories.get(folder.history);
            folder.files.iter().map(move |file| {
                let path = if folder.path.is_empty() { file.name.clone() } else { format!("{}/{}", folder.path, file.name) };
                let record = history.and_then(|h| h.records.files.get(h.within(&path)));
                (path, file.size, record.filter(|r| r.first().is_some()))
            })
        })
    }

    /// Every record, by its path from the root.
    pub(super) fn records(&self) -> impl Iterator<Item = (String, &FileRecord)> {
        self.tree.histories.iter().flat_map(|h| h.records.files.iter().map(|(path, record)| (h.outside(path), record)))
    }
}

/// The folder whose history a file or folder belongs to: the nearest at or above it.
///
/// # Errors
/// There is no such file.
pub fn history_of(path: &Path) -> Result<Option<PathBuf>> {
    let real = path.canonicalize().in_file(path)?;
    Ok(history::nearest(if real.is_dir() { &real } else { real.parent().unwrap_or(&real) }))
}

/// Where the files of a clip lie.
pub(in crate::check) struct Place {
    /// Their real paths, but that a link stands for itself.
    pub files: Vec<PathBuf>,
    /// The frame of each, where each is one.
    pub frames: Vec<FrameNumber>,
    /// The folder of the first.
    pub folder: PathBuf,
    /// The root of the history it belongs to.
    pub history: Option<PathBuf>,
    /// The folder that bears the name of the clip's reel.
    pub reel_folder: Option<PathBuf>,
}

impl Place {
    pub(in crate::check) fn of(clip: &dyn Clip) -> Result<Self> {
        let mut folders: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
        let mut files = vec![];
        for file in clip.files() {
            let around = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let real = match folders.get(around) {
                Some(real) => real.clone(),
                None => {
                    let real = around.canonicalize().in_file(around)?;
                    folders.insert(around.to_owned(), real.clone());
                    real
                }
            };
            files.push(real.join(file.file_name().unwrap_or_default()));
        }
        let first = files.first().and_then(|f| f.parent());
        let folder = first.ok_or_else(|| Error::invalid("a clip without files").file(clip.path()))?.to_owned();
        let frames = &clip.frames().present;
        let frames = if frames.len() == files.len() && files.len() > 1 { frames.clone() } else { vec![] };
        let reel_folder = clip.metadata().reel.as_ref().and_then(|reel| named_as(&folder, &reel.value));
        Ok(Self { history: history::nearest(&folder), reel_folder, folder, files, frames })
    }

    /// The paths of its files from `root`.
    pub fn below(&self, root: &Path) -> HashSet<String> {
        let path = |file: &PathBuf| Some(file.strip_prefix(root).ok()?.to_str()?.replace(std::path::MAIN_SEPARATOR, "/"));
        self.files.iter().filter_map(path).collect()
    }

    /// The frame that a file is.
    pub fn frame_of(&self, file: &Path) -> Option<FrameNumber> {
        let at = self.files.iter().position(|f| f == file)?;
        self.frames.get(at).copied()
    }
}

/// The folder at or above `folder` that is called like the reel; else the outermost whose name begins with it (`A002R2EC` of reel
/// `A002`), unless it goes on as that of a clip does (`A002C001`, `A002_C001`).
fn named_as(folder: &Path, reel: &str) -> Option<PathBuf> {
    /// Folders above a clip that are looked at: a card's `Contents/Clips/Reel/Clip`, and two more.
    const DEPTH: usize = 6;
    let reel = reel.trim().to_lowercase();
    if reel.is_empty() {
        return None;
    }
    let name = |f: &Path| f.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
    let around: Vec<&Path> = folder.ancestors().take(DEPTH).collect();
    let exact = around.iter().find(|f| name(f) == reel);
    let is_roll = |rest: &str| {
        let clip = rest.trim_start_matches(['_', '-']).strip_prefix('c');
        !clip.is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
    };
    let begins = around.iter().rev().find(|f| name(f).strip_prefix(&reel).is_some_and(is_roll));
    exact.or(begins).map(|f| (*f).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_a_reel_is_found_by_its_name() {
        for (folder, reel, found) in [
            ("/show/A001/A001C001_261121", "A001", Some("/show/A001")),
            ("/show/A002R2EC/Clips", "A002", Some("/show/A002R2EC")),
            ("/show/A002R2EC/A002C001", "A002", Some("/show/A002R2EC")),
            ("/show/a001/clips", "A001", Some("/show/a001")),
            ("/show/cards/one", "A001", None),
            ("/cards/one/A001_C001_1121", "A001", None),
            ("/A001/2/3/4/5/6/7", "A001", None),
            ("/A001", " ", None),
        ] {
            assert_eq!(named_as(Path::new(folder), reel), found.map(PathBuf::from), "{folder} {reel}");
        }
    }
}
