//! Where a clip lies, and the rolls of a run.

use super::{reel, scans::Scans, tidy};
use crate::{
    camera::{Clip, FrameNumber},
    error::{Error, InFile, Result},
    files::folder_of,
    history::{self, FOLDER, FileRecord, Memory, Report, Tree, Untouched, Verify},
    progress::Progress,
};
use std::{
    collections::{BTreeMap, HashSet},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

/// What the clips of one run share: the rolls they lie in, each walked once, and the digests of files that were read.
#[derive(Default)]
pub struct Rolls {
    memory: Arc<Memory>,
    left: Option<Arc<AtomicU64>>,
    /// The second copy of whichever roll, and those of single rolls by their roots.
    copy: Option<PathBuf>,
    copies: BTreeMap<PathBuf, PathBuf>,
    /// What is kept beyond this run.
    scans: Arc<Scans>,
    walked: Mutex<BTreeMap<PathBuf, Result<Arc<Roll>>>>,
    tidied: Mutex<BTreeMap<PathBuf, Arc<tidy::Found>>>,
}

impl Rolls {
    /// With digests that are remembered beyond this run.
    pub fn remembering(memory: Arc<Memory>) -> Self {
        Self { memory, ..Self::default() }
    }
    /// With what earlier runs found, as long as it has not changed.
    pub fn sharing(self, scans: Arc<Scans>) -> Self {
        Self { scans, ..self }
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

    /// With second copies of single rolls, by the roots of these.
    pub fn with_copies(self, copies: BTreeMap<PathBuf, PathBuf>) -> Self {
        Self { copies, ..self }
    }

    pub(super) fn memory(&self) -> &Memory {
        &self.memory
    }
    /// What was named as the second copy of the roll with this root.
    pub(super) fn copy_of(&self, root: &Path) -> Option<&Path> {
        self.copies.get(root).or(self.copy.as_ref()).map(PathBuf::as_path)
    }
    /// What lies in the second copy.
    ///
    /// # Errors
    /// Cancelled, or it cannot be walked.
    pub(super) fn tree_of_copy(&self, root: &Path, progress: &Progress) -> Result<Arc<Tree>> {
        if let Some(tree) = self.scans.copies.get(root) {
            return Ok(tree);
        }
        let begun = SystemTime::now();
        let tree = Arc::new(Tree::scan(root, &[], progress)?);
        let untouched = tree.refused.is_empty().then(|| Untouched::since(begun, depends_on(&tree))).flatten();
        self.scans.copies.keep(root, &tree, untouched, tree.folders.iter().map(|f| f.files.len()).sum());
        Ok(tree)
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
    pub(super) fn roll(&self, root: &Path, progress: &Progress) -> Result<Result<Arc<Roll>>> {
        // Held while a roll is walked, so that another thread does not walk it too.
        let mut walked = self.walked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(roll) = walked.get(root) {
            return Ok(roll.clone());
        }
        let roll = match self.scans.rolls.get(root) {
            Some(roll) => Ok(roll),
            None => {
                let begun = SystemTime::now();
                let roll = Roll::walk(root, progress).map(Arc::new);
                if let Ok(roll) = &roll {
                    let untouched = roll.tree.refused.is_empty().then(|| Untouched::since(begun, depends_on(&roll.tree))).flatten();
                    self.scans.rolls.keep(root, roll, untouched, roll.tree.folders.iter().map(|f| f.files.len()).sum());
                }
                roll
            }
        };
        progress.check()?;
        walked.insert(root.to_owned(), roll.clone());
        Ok(roll)
    }

    /// What a walk through everything below a folder tells of litter and empty files.
    ///
    /// # Errors
    /// Cancelled.
    pub(super) fn tidy(&self, root: &Path, progress: &Progress) -> Result<Arc<tidy::Found>> {
        let mut tidied = self.tidied.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = tidied.get(root) {
            return Ok(found.clone());
        }
        let found = match self.scans.tidy.get(root) {
            Some(found) => found,
            None => {
                let begun = SystemTime::now();
                let found = Arc::new(tidy::Found::below(root, progress)?);
                let untouched = found.is_whole().then(|| Untouched::since(begun, found.depends_on().iter().cloned())).flatten();
                self.scans.tidy.keep(root, &found, untouched, found.files());
                found
            }
        };
        tidied.insert(root.to_owned(), found.clone());
        Ok(found)
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
        let tree = Tree::scan(root, &[], progress)?;
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

/// Where a change of what is there, or on record, would show.
fn depends_on(tree: &Tree) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = tree.folders.iter().map(|folder| tree.root.join(&folder.path)).collect();
    for history in tree.histories.iter().filter(|history| history.exists()) {
        let documents = tree.root.join(&history.inside).join(FOLDER);
        all.extend(std::fs::read_dir(&documents).into_iter().flatten().flatten().map(|entry| entry.path()));
        all.push(documents);
    }
    all
}

/// The folder whose history a file or folder belongs to: the nearest at or above it. A file that is a link lies where the link does.
///
/// # Errors
/// There is no such file.
pub fn history_of(path: &Path) -> Result<Option<PathBuf>> {
    path.symlink_metadata().in_file(path)?;
    Ok(history::nearest(&if path.is_dir() { path.canonicalize().in_file(path)? } else { real_folder(folder_of(path))? }))
}

fn real_folder(folder: &Path) -> Result<PathBuf> {
    folder.canonicalize().in_file(folder)
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
            let around = folder_of(&file);
            let real = match folders.get(around) {
                Some(real) => real.clone(),
                None => {
                    let real = real_folder(around)?;
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
        let extension = files.first().and_then(|f| f.extension()).unwrap_or_default().to_string_lossy();
        let reel_folder = clip.metadata().reel.as_ref().and_then(|reel| reel::folder_of(&folder, &reel.value, &extension));
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
