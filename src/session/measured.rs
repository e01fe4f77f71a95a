//! What every frame of a clip was found to hold, kept in the folder of the window's state, so that no restart loses it. It holds for the same
//! files and for the program that measured it.

use super::reload::stamp;
use crate::{
    camera::Clip,
    check::Whole,
    error::{Error, Result},
    files::{self, Existing},
    recipe,
};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

/// Bytes that are read: a clip of a day has two million frames at most, of which nobody looks at every one.
const LIMIT: u64 = 256 << 20;
/// Clips that are kept, those measured last.
const CLIPS: usize = 500;

/// Where it is kept; nowhere, where nothing of a session is.
#[derive(Clone)]
pub(super) struct Measured(Option<PathBuf>);

#[derive(Serialize)]
struct Kept<'a> {
    program: String,
    files: String,
    measured: Vec<&'a Whole>,
}

#[derive(Deserialize)]
struct Found {
    program: String,
    files: String,
    measured: Vec<Whole>,
}

impl Measured {
    /// Below the folder of the state.
    pub fn within(state: Option<&Path>) -> Self {
        Self(state.map(|folder| folder.join("every-frame")))
    }

    /// What was measured of a clip as it is; nothing where that cannot be told.
    pub fn of(&self, clip: &dyn Clip) -> Vec<Arc<Whole>> {
        let Some(file) = self.file(clip).filter(|file| file.is_file()) else { return vec![] };
        let read = || -> Option<Found> { serde_json::from_slice(&files::read_bounded(&file, LIMIT).ok()?).ok() };
        // The program is asked last: the first time it is read as a whole for it.
        let holds = |found: &Found| found.files == state_of_files(clip) && recipe::program().is_ok_and(|own| own == found.program);
        read().filter(holds).map(|found| found.measured.into_iter().map(Arc::new).collect()).unwrap_or_default()
    }

    /// Keeps what was measured of a clip whose files were in the state `files` before.
    ///
    /// # Errors
    /// I/O.
    pub fn keep<'a>(&self, clip: &dyn Clip, files: String, measured: impl Iterator<Item = &'a Whole>) -> Result<()> {
        let Some(file) = self.file(clip) else { return Ok(()) };
        let kept = Kept { program: recipe::program()?, files, measured: measured.filter(|whole| whole.keeps()).collect() };
        if kept.measured.is_empty() {
            return Ok(());
        }
        let bytes = serde_json::to_vec(&kept).map_err(|e| Error::invalid(e.to_string()).file(&file))?;
        let folder = files::folder_of(&file);
        files::create_folder(folder)?;
        files::write_bytes(&file, Existing::Replace, &bytes)?;
        prune(folder);
        Ok(())
    }

    fn file(&self, clip: &dyn Clip) -> Option<PathBuf> {
        let name = blake3::hash(clip.path().as_os_str().as_encoded_bytes());
        Some(self.0.as_ref()?.join(format!("{name}.json")))
    }
}

/// Names the files of a clip as they are: places, sizes, times.
pub(super) fn state_of_files(clip: &dyn Clip) -> String {
    let mut hasher = blake3::Hasher::new();
    for file in clip.files() {
        hasher.update(format!("{} {:?}\n", file.display(), stamp(&file)).as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// Lets go of those that were measured longest ago. What cannot be removed stays.
fn prune(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let when = |entry: &fs::DirEntry| entry.metadata().and_then(|m| m.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    let mut all: Vec<(SystemTime, PathBuf)> = entries.flatten().map(|entry| (when(&entry), entry.path())).collect();
    if all.len() > CLIPS {
        all.sort();
        all[..all.len() - CLIPS].iter().for_each(|(_, file)| _ = fs::remove_file(file));
    }
}
