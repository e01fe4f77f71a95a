//! MHL-08: what has no business on a roll, and what was cut.

use super::{Place, Rolls, few, policy, size};
use crate::{
    camera,
    check::Verdict,
    error::{Error, Result},
    history::FOLDER,
    progress::Progress,
    words::count,
};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Folders within folders that are looked into.
const DEPTH: usize = 64;
const LIMIT: &str = "no litter, no empty file, no file cut short";

/// What was found in a folder.
#[derive(Clone, Default)]
pub(super) struct Found {
    /// Those that were walked through.
    folders: Vec<PathBuf>,
    files: usize,
    litter: Vec<String>,
    empty: Vec<String>,
    cut: Vec<String>,
    unreadable: Vec<String>,
    /// To be looked at for their end.
    containers: Vec<PathBuf>,
}

/// MHL-08 of a whole roll; of the files of a clip the end is looked at, without one that of every movie.
pub(super) fn of_roll(rolls: &Rolls, root: &Path, clip: Option<&Place>, progress: &Progress) -> Result<Verdict> {
    let mut found = Found::clone(&*rolls.tidy(root, progress)?);
    // The walk may have been some time ago, and bytes of a file show in the file alone.
    found.empty.retain(|path| is_empty(&root.join(path)));
    match clip {
        Some(place) => {
            for file in place.files.iter().filter(|file| is_empty(file)) {
                let path = shown(root, file);
                if !found.empty.contains(&path) {
                    found.empty.push(path);
                }
            }
            found.look_at_clip(place, progress)?;
        }
        None => found.look_at_ends(progress)?,
    }
    Ok(found.verdict(root))
}

fn is_empty(file: &Path) -> bool {
    file.symlink_metadata().is_ok_and(|there| holds_nothing(&there))
}

fn holds_nothing(there: &fs::Metadata) -> bool {
    there.is_file() && there.len() == 0
}

/// MHL-08 of a clip of which no roll is known: its own files, and the names beside them.
pub(super) fn of_folder(place: &Place, progress: &Progress) -> Result<Verdict> {
    let mut found = Found::default();
    for (path, is_folder) in found.entries(&place.folder) {
        found.name(&place.folder, &path, is_folder);
    }
    found.files = place.files.len();
    for file in &place.files {
        match fs::metadata(file) {
            Ok(metadata) if metadata.len() == 0 => found.empty.push(shown(&place.folder, file)),
            Ok(_) => {}
            Err(e) => found.unreadable.push(Error::io(file, &e).to_string()),
        }
    }
    found.look_at_clip(place, progress)?;
    Ok(found.verdict(&place.folder))
}

/// A path from the folder in question.
fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

impl Found {
    /// What there is below `root`, before any file is looked into.
    pub fn below(root: &Path, progress: &Progress) -> Result<Self> {
        let mut found = Self::default();
        found.walk(root, progress)?;
        Ok(found)
    }

    /// The folders in which a change of what is there would show.
    pub fn depends_on(&self) -> &[PathBuf] {
        &self.folders
    }

    /// Whether everything could be looked at.
    pub fn is_whole(&self) -> bool {
        self.unreadable.is_empty()
    }

    pub fn files(&self) -> usize {
        self.files
    }

    /// Everything below `root`. Links are not followed, and what is litter is not entered.
    fn walk(&mut self, root: &Path, progress: &Progress) -> Result<()> {
        let mut folders = vec![(root.to_owned(), 0)];
        while let Some((folder, depth)) = folders.pop() {
            progress.check()?;
            self.folders.push(folder.clone());
            for (path, is_folder) in self.entries(&folder) {
                // The history itself is another rule's.
                let is_history = is_folder && path.file_name().is_some_and(|n| n == FOLDER);
                if is_history || self.name(root, &path, is_folder) {
                    continue;
                }
                if !is_folder {
                    self.file(root, path);
                } else if depth < DEPTH {
                    folders.push((path, depth + 1));
                } else {
                    self.unreadable.push(format!("{}: more than {DEPTH} folders deep", path.display()));
                }
            }
        }
        Ok(())
    }

    /// What is in a folder, by name, with whether it is a folder.
    fn entries(&mut self, folder: &Path) -> Vec<(PathBuf, bool)> {
        let read = || -> std::io::Result<Vec<(PathBuf, bool)>> {
            fs::read_dir(folder)?.map(|entry| entry.and_then(|e| Ok((e.path(), e.file_type()?.is_dir())))).collect()
        };
        match read() {
            Ok(mut entries) => {
                entries.sort();
                entries
            }
            Err(e) => {
                self.unreadable.push(Error::io(folder, &e).to_string());
                vec![]
            }
        }
    }

    /// Notes litter; whether it is.
    fn name(&mut self, root: &Path, path: &Path, is_folder: bool) -> bool {
        let who = path.file_name().and_then(|n| policy::litter(&n.to_string_lossy()));
        if let Some(who) = who {
            let slash = if is_folder { "/" } else { "" };
            self.litter.push(format!("{}{slash} (left by {who})", shown(root, path)));
        }
        who.is_some()
    }

    fn file(&mut self, root: &Path, path: PathBuf) {
        self.files += 1;
        match path.symlink_metadata() {
            Ok(metadata) if holds_nothing(&metadata) => self.empty.push(shown(root, &path)),
            Ok(_) => {}
            Err(e) => self.unreadable.push(Error::io(&path, &e).to_string()),
        }
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        if extension.is_some_and(|e| policy::CONTAINERS.contains(&&*e)) {
            self.containers.push(path);
        }
    }

    fn look_at_clip(&mut self, place: &Place, progress: &Progress) -> Result<()> {
        // A clip is one or a few containers, whose ends are looked at, or many frames, which are compared by their size.
        if place.frames.is_empty() {
            self.containers.clone_from(&place.files);
            self.look_at_ends(progress)
        } else {
            self.cut.extend(short_frames(place));
            Ok(())
        }
    }

    /// Whether containers end as they say.
    fn look_at_ends(&mut self, progress: &Progress) -> Result<()> {
        for file in std::mem::take(&mut self.containers) {
            progress.check()?;
            match camera::ending(&file) {
                Ok(Some(what)) => self.cut.push(format!("{}: {what}", file.file_name().unwrap_or_default().to_string_lossy())),
                Ok(None) => {}
                Err(e) => self.unreadable.push(e.to_string()),
            }
        }
        Ok(())
    }

    fn verdict(self, root: &Path) -> Verdict {
        let counted = [
            (self.litter.len(), "of litter"),
            (self.empty.len(), "empty"),
            (self.cut.len(), "cut short"),
            (self.unreadable.len(), "unreadable"),
        ];
        let measured: Vec<String> = counted.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        if measured.is_empty() {
            return Verdict::new(true, "nothing", LIMIT, format!("{} in {}", count(self.files, "file"), root.display()));
        }
        let mend = match (self.cut.is_empty() && self.empty.is_empty(), self.litter.is_empty()) {
            (false, _) => Some("copy what is empty or cut again from the camera card"),
            (true, false) => Some("remove what the operating system left"),
            (true, true) => None,
        };
        let empty = self.empty.into_iter().map(|p| format!("{p}: empty"));
        let list: Vec<String> = self.cut.into_iter().chain(empty).chain(self.unreadable).chain(self.litter).collect();
        let verdict = Verdict::new(false, measured.join(", "), LIMIT, few(&list));
        match mend {
            Some(mend) => verdict.mend(mend),
            None => verdict,
        }
    }
}

/// Frames that are shorter than most, where most have one size: those of an uncompressed clip.
fn short_frames(place: &Place) -> Vec<String> {
    let sizes: Vec<(&PathBuf, u64)> = place.files.iter().filter_map(|f| Some((f, fs::metadata(f).ok()?.len()))).collect();
    let mut times: BTreeMap<u64, usize> = BTreeMap::new();
    sizes.iter().for_each(|(_, length)| *times.entry(*length).or_default() += 1);
    let Some((usual, _)) = times.into_iter().find(|(_, n)| *n > 1 && *n * 2 > sizes.len()) else { return vec![] };
    // Empty ones are told of as such.
    let short = sizes.iter().filter(|(_, length)| *length > 0 && length.saturating_add(policy::SHORT_FRAME) <= usual);
    short.map(|(f, n)| format!("{}: {} where most frames have {}", shown(&place.folder, f), size(*n), size(usual))).collect()
}
