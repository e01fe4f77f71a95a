//! What all generations together know of each file.

use crate::{
    error::Result,
    sidecar::mhl::{Action, Digest, Entry, FileHash, FolderDigests, FolderHash, Format, Manifest, check_path, find},
};
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};

/// A digest on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Known {
    pub format: Format,
    pub text: String,
    pub action: Option<Action>,
    pub date: Option<String>,
    pub generation: u32,
}

impl Known {
    /// Whether other digests may be held against it: a failed one never, nor one of an unknown action, nor text that is no digest.
    fn is_reference(&self) -> bool {
        !matches!(self.action, Some(Action::Failed | Action::Other)) && self.format.decode(&self.text).is_some()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FileRecord {
    pub size: Option<u64>,
    pub modified: Option<String>,
    /// Oldest first.
    pub digests: Vec<Known>,
    /// What it was called before.
    pub previous: Vec<String>,
}

impl FileRecord {
    /// The first digest in a format that others may be held against.
    pub fn reference(&self, format: Format) -> Option<&Known> {
        self.references().find(|k| k.format == format)
    }

    /// The first of all digests that others may be held against.
    pub fn first(&self) -> Option<&Known> {
        self.references().next()
    }

    /// The formats in which there is a reference.
    pub fn formats(&self) -> Vec<Format> {
        let mut formats = vec![];
        for known in self.references() {
            if !formats.contains(&known.format) {
                formats.push(known.format);
            }
        }
        formats
    }

    fn references(&self) -> impl Iterator<Item = &Known> {
        self.digests.iter().filter(|k| k.is_reference())
    }
}

/// The digests of a folder in the last generation that has any. Earlier ones say nothing once something was added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FolderRecord {
    pub digests: Vec<FolderKnown>,
    pub previous: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FolderKnown {
    pub format: Format,
    pub content: String,
    pub structure: String,
    pub generation: u32,
}

impl FolderRecord {
    fn add(&mut self, digests: &FolderDigests, generation: u32) {
        if !digests.content.is_empty() {
            self.digests.clear();
        }
        for content in &digests.content {
            let Some(structure) = find(&digests.structure, content.format) else { continue };
            let text = |d: &Digest| d.text.trim().to_owned();
            let (format, content, structure) = (content.format, text(content), text(structure));
            self.digests.push(FolderKnown { format, content, structure, generation });
        }
    }
}

/// By the names that files and folders have now, relative to the folder of the history.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Records {
    pub files: BTreeMap<String, FileRecord>,
    pub folders: BTreeMap<String, FolderRecord>,
    /// Of the folder itself.
    pub root: FolderRecord,
    /// Names that files and folders had before.
    #[serde(skip)]
    former: HashSet<String>,
}

impl Records {
    /// Adds what the next generation says.
    ///
    /// # Errors
    /// A path that leaves the folder.
    pub fn add(&mut self, manifest: Manifest, generation: u32) -> Result<()> {
        self.rename(&manifest)?;
        if let Some(root) = &manifest.process.root {
            self.root.add(root, generation);
        }
        for entry in manifest.hashes {
            match entry {
                Entry::File(f) => self.add_file(f, generation)?,
                Entry::Folder(f) => self.add_folder(f, generation)?,
                Entry::Other(_) => {}
            }
        }
        Ok(())
    }

    /// Whether there is, or was, a file or folder of this name.
    pub fn know(&self, path: &str) -> bool {
        self.files.contains_key(path) || self.folders.contains_key(path) || self.former.contains(path)
    }

    /// Takes all old names away before any new one is given: names may have been exchanged.
    fn rename(&mut self, manifest: &Manifest) -> Result<()> {
        let (mut files, mut folders) = (vec![], vec![]);
        for entry in &manifest.hashes {
            let (path, previous, line) = match entry {
                Entry::File(FileHash { path, previous_path: Some(previous), line, .. })
                | Entry::Folder(FolderHash { path, previous_path: Some(previous), line, .. }) => (path, previous, line),
                _ => continue,
            };
            check_path(previous).map_err(|e| e.line(line.0))?;
            let (path, previous) = (trimmed(path), trimmed(previous));
            if path == previous {
                continue;
            }
            if let Some(mut record) = self.files.remove(previous) {
                self.former.insert(previous.to_owned());
                record.previous.push(previous.to_owned());
                files.push((path.to_owned(), record));
            }
            if let Some(mut record) = self.folders.remove(previous) {
                self.former.insert(previous.to_owned());
                record.previous.push(previous.to_owned());
                folders.push((path.to_owned(), record));
            }
        }
        self.files.extend(files);
        self.folders.extend(folders);
        Ok(())
    }

    fn add_file(&mut self, file: FileHash, generation: u32) -> Result<()> {
        check_path(&file.path).map_err(|e| e.line(file.line.0))?;
        self.folders.remove(&file.path);
        let record = self.files.entry(file.path).or_default();
        (record.size, record.modified) = (file.size, file.modified);
        record.digests.extend(file.digests.into_iter().map(|d| {
            let Digest { format, text, action, date, .. } = d;
            Known { format, text: text.trim().to_owned(), action, date, generation }
        }));
        Ok(())
    }

    fn add_folder(&mut self, folder: FolderHash, generation: u32) -> Result<()> {
        check_path(&folder.path).map_err(|e| e.line(folder.line.0))?;
        let path = trimmed(&folder.path);
        self.files.remove(path);
        self.folders.entry(path.to_owned()).or_default().add(&folder.digests, generation);
        Ok(())
    }
}

pub(super) fn trimmed(path: &str) -> &str {
    path.strip_suffix('/').unwrap_or(path)
}
