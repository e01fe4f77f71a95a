//! The files of a folder, in the order of records, with the histories further inside.

use super::{
    ignore::{FOLDER, Patterns, inherit},
    load::History,
};
use crate::{
    error::{Error, InFile, Result},
    progress::Progress,
    words::count,
};
use std::{
    collections::HashMap,
    fs::{self, Metadata},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Folders within folders: more is not descended.
const DEPTH: usize = 256;

/// A folder with everything in it that is not left out.
#[derive(Debug, Default)]
pub struct Tree {
    /// Its real path.
    pub root: PathBuf,
    /// Every folder behind those in it, the outermost last: the order of records.
    pub folders: Vec<Folder>,
    /// The outermost first, every other behind the one around it.
    pub histories: Vec<History>,
    /// Whether there are patterns beyond those on record.
    narrowed: bool,
    /// What could not be read or is no file, by path.
    pub refused: Vec<(String, Error)>,
}

#[derive(Debug)]
pub struct Folder {
    /// Relative to the root, empty for itself.
    pub path: String,
    /// The history that it is recorded in.
    pub history: usize,
    pub modified: SystemTime,
    /// By name.
    pub files: Vec<File>,
    /// Places of the folders in it, by name.
    pub folders: Vec<usize>,
}

#[derive(Debug)]
pub struct File {
    pub name: String,
    /// In bytes.
    pub size: u64,
    pub modified: SystemTime,
}

/// A walk that is under way.
struct Walk<'a> {
    tree: &'a mut Tree,
    /// Whether histories further inside are loaded.
    nested: bool,
    progress: &'a Progress,
    /// Found so far.
    files: usize,
}

impl Walk<'_> {
    /// Returns the place of the folder.
    fn folder(&mut self, path: &str, mut history: usize, depth: usize) -> Result<usize> {
        self.progress.check()?;
        let on_disk = self.tree.root.join(path);
        if depth > DEPTH {
            return Err(Error::unsupported(format!("more than {DEPTH} folders within folders")).file(on_disk));
        }
        if self.nested && depth > 0 && on_disk.join(FOLDER).is_dir() {
            let inner = History { inside: path.to_owned(), parent: Some(history), ..History::load_watched(&on_disk, self.progress)? };
            // Without a chain nobody but a writer that broke off has been there.
            if inner.chain_id.is_some() {
                history = self.tree.histories.len();
                self.tree.histories.push(inner);
            }
        }
        let modified = on_disk.metadata().and_then(|m| m.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        let (mut files, mut folders) = (vec![], vec![]);
        for name in self.tree.names(path, &on_disk) {
            let inner = join(path, &name);
            let child = on_disk.join(&name);
            let Some((is_folder, metadata)) = self.tree.look(&inner, &child, history) else { continue };
            if is_folder {
                folders.push(inner);
            } else {
                files.push(File { name, size: metadata.len(), modified: metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH) });
            }
            self.count(usize::from(!is_folder))?;
        }
        let folders = folders.into_iter().map(|inner| self.folder(&inner, history, depth + 1)).collect::<Result<_>>()?;
        self.tree.folders.push(Folder { path: path.to_owned(), history, modified, files, folders });
        Ok(self.tree.folders.len() - 1)
    }

    fn count(&mut self, files: usize) -> Result<()> {
        /// Files between two words of the progress.
        const EVERY: usize = 500;
        self.files += files;
        if files > 0 && self.files.is_multiple_of(EVERY) {
            let root = self.tree.root.file_name().unwrap_or(self.tree.root.as_os_str());
            self.progress.say(&format!("looking through {}: {} files", root.to_string_lossy(), self.files));
            self.progress.check()?;
        }
        Ok(())
    }
}

/// The path of `name` in `folder`, both relative.
pub(super) fn join(folder: &str, name: &str) -> String {
    match (folder, name) {
        ("", name) => name.to_owned(),
        (folder, "") => folder.to_owned(),
        _ => format!("{folder}/{name}"),
    }
}

/// Whether `path` is `folder` or in it, both relative.
pub(super) fn covers(folder: &str, path: &str) -> bool {
    folder.is_empty() || path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The last step of a path.
pub(super) fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

impl Tree {
    /// Walks `root` and loads its history and every nested one. `ignore` are patterns beyond those on record. `progress` says how many
    /// files were found so far.
    ///
    /// # Errors
    /// Those of the histories, `root` is no folder, and cancelling. What cannot be read is in [`Tree::refused`].
    pub fn scan(root: &Path, ignore: &[String], progress: &Progress) -> Result<Self> {
        let history = History::load_watched(root, progress)?;
        let mut tree = Self::of(root, history, ignore)?;
        Walk { tree: &mut tree, nested: true, progress, files: 0 }.folder("", 0, 0)?;
        tree.check_references()?;
        Ok(tree)
    }

    /// Walks `root` with this one history, whatever lies further inside.
    ///
    /// # Errors
    /// Those of [`Tree::scan`].
    pub fn scan_with(root: &Path, history: History, ignore: &[String], progress: &Progress) -> Result<Self> {
        let mut tree = Self::of(root, history, ignore)?;
        Walk { tree: &mut tree, nested: false, progress, files: 0 }.folder("", 0, 0)?;
        Ok(tree)
    }

    fn of(root: &Path, mut history: History, ignore: &[String]) -> Result<Self> {
        if !root.metadata().in_file(root)?.is_dir() {
            return Err(Error::usage("not a folder").file(root));
        }
        let root = root.canonicalize().in_file(root)?;
        let patterns = inherit(history.generations.last().map(|g| &g.process), ignore);
        history.patterns = Patterns::new(patterns.iter().map(String::as_str));
        Ok(Self { root, histories: vec![history], narrowed: !ignore.is_empty(), ..Self::default() })
    }

    /// The names in a folder, sorted; those that no manifest can hold are refused.
    fn names(&mut self, path: &str, on_disk: &Path) -> Vec<String> {
        let entries = match fs::read_dir(on_disk) {
            Ok(entries) => entries,
            Err(e) => {
                self.refused.push((path.to_owned(), Error::io(on_disk, &e)));
                return vec![];
            }
        };
        let mut names = vec![];
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(e) => {
                    self.refused.push((path.to_owned(), Error::io(on_disk, &e)));
                    continue;
                }
            };
            match entry.file_name().into_string() {
                // XML holds no control characters (XML 1.0, production [2]), and turns line ends into others.
                Ok(name) if !name.contains(|c: char| c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}')) => names.push(name),
                Ok(name) => self.refuse(path, &name, on_disk, "the name holds a character that a manifest cannot hold"),
                Err(name) => self.refuse(path, &name.to_string_lossy(), on_disk, "the name is not UTF-8"),
            }
        }
        names.sort_unstable();
        names
    }

    fn refuse(&mut self, folder: &str, name: &str, on_disk: &Path, why: &str) {
        self.refused.push((join(folder, name), Error::unsupported(why).file(on_disk.join(name))));
    }

    /// Whether it is a folder, and what the system knows of it; `None` where it is left out or refused.
    fn look(&mut self, path: &str, on_disk: &Path, history: usize) -> Option<(bool, Metadata)> {
        let checked = || -> Result<(bool, Metadata, Option<&str>)> {
            let link = on_disk.symlink_metadata().in_file(on_disk)?.is_symlink();
            if !link {
                let metadata = on_disk.metadata().in_file(on_disk)?;
                let other = (!metadata.is_file() && !metadata.is_dir()).then_some("neither a file nor a folder");
                return Ok((metadata.is_dir(), metadata, other));
            }
            let Ok(metadata) = on_disk.metadata() else {
                return Ok((false, on_disk.symlink_metadata().in_file(on_disk)?, Some("a link to nothing")));
            };
            let target = on_disk.canonicalize().in_file(on_disk)?;
            let why = match () {
                () if metadata.is_dir() => Some("a link to a folder"),
                () if !metadata.is_file() => Some("a link to what is no file"),
                () if !target.starts_with(&self.root) => Some("a link out of the folder"),
                () => None,
            };
            Ok((metadata.is_dir(), metadata, why))
        };
        let seen = checked();
        let is_folder = seen.as_ref().is_ok_and(|s| s.0);
        if base(path) == FOLDER && is_folder || self.leaves_out(path, is_folder, history, Patterns::leave_out) {
            return None;
        }
        match seen {
            Ok((is_folder, metadata, None)) => return Some((is_folder, metadata)),
            Ok((.., Some(why))) => self.refused.push((path.to_owned(), Error::unsupported(why).file(on_disk))),
            Err(e) => self.refused.push((path.to_owned(), e)),
        }
        None
    }

    fn leaves_out(&self, path: &str, folder: bool, history: usize, test: fn(&Patterns, &str, bool) -> bool) -> bool {
        self.any_around(path, history, |h, within| test(&h.patterns, within, folder))
    }

    /// Whether the test holds of a history, or of one around it, with the path as it is there.
    fn any_around(&self, path: &str, history: usize, test: impl Fn(&History, &str) -> bool) -> bool {
        let mut next = Some(history);
        while let Some(h) = next.and_then(|h| self.histories.get(h)) {
            let within = h.within(path);
            if !within.is_empty() && test(h, within) {
                return true;
            }
            next = h.parent;
        }
        false
    }

    /// The files on record that new patterns leave out, and those on record do not.
    fn newly_left_out(&self) -> Vec<String> {
        let Some(root) = self.histories.first().filter(|_| self.narrowed) else { return vec![] };
        let recorded = inherit(root.generations.last().map(|g| &g.process), &[]);
        let recorded = Patterns::new(recorded.iter().map(String::as_str));
        // New patterns are the root's; the others have those of their records.
        let before = |h: &History, within: &str| if h.inside.is_empty() { &recorded } else { &h.patterns }.leave_out_below(within, false);
        let on_record = self.histories.iter().enumerate().flat_map(|(i, h)| h.records.files.keys().map(move |path| (i, h.outside(path))));
        let newly = on_record.filter(|(i, path)| self.leaves_out_record(path, false, *i) && !self.any_around(path, *i, before));
        newly.map(|(_, path)| path).collect()
    }

    /// Whether patterns leave out what is on record in a history, and gone.
    pub(super) fn leaves_out_record(&self, path: &str, folder: bool, history: usize) -> bool {
        self.leaves_out(path, folder, history, Patterns::leave_out_below)
    }

    /// What is worth knowing of the histories.
    pub(super) fn notices(&self) -> Vec<String> {
        let notices = self.histories.iter().flat_map(|h| h.notices.iter().map(|n| join(&h.inside, n)));
        notices.chain(self.hidden()).collect()
    }

    /// That new patterns hide what is on record, with the first few files.
    fn hidden(&self) -> Option<String> {
        const NAMED: usize = 3;
        let hidden = self.newly_left_out();
        let (first, more) = hidden.split_at_checked(NAMED).unwrap_or((&hidden, &[]));
        let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
        let count = count(hidden.len(), "file");
        (!hidden.is_empty()).then(|| format!("the patterns given leave out {count} on record: {}{more}", first.join(", ")))
    }

    /// Every path there is, with whether it is a folder.
    pub(super) fn paths(&self) -> HashMap<String, bool> {
        let mut paths = HashMap::new();
        for folder in &self.folders {
            paths.extend(folder.files.iter().map(|f| (join(&folder.path, &f.name), false)));
            paths.insert(folder.path.clone(), true);
        }
        paths
    }
}
