//! What lies in an object store as a folder of this machine: its documents, and the names and lengths of everything else.

use super::{
    Scratch,
    store::{LocalFile, Store},
    verify::LARGEST,
};
use crate::{
    error::{Error, InFile, Result},
    files::{self, Existing},
    history::{self, Elsewhere},
    progress::Progress,
};
use bytes::Bytes;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Bytes of a file of a delivery, at most.
const LARGEST_FILE: u64 = 4 << 40;

pub(super) struct Mirror {
    store: Store,
    /// The real path of the folder, which is called as the place is.
    root: PathBuf,
    /// The documents of histories, by name, as they were.
    histories: BTreeMap<String, Bytes>,
    _scratch: Scratch,
}

/// Whether a name is in the folder of a history.
fn is_of_history(name: &str) -> bool {
    name.rsplit_once('/').is_some_and(|(folder, _)| folder.split('/').any(|part| part == history::FOLDER))
}

impl Mirror {
    /// # Errors
    /// Those of [`Store`].
    pub fn new(store: &Store, progress: &Progress) -> Result<Self> {
        let entries = store.list("")?;
        let scratch = Scratch::new()?;
        let place = store.location("");
        let root = scratch.path().join(place.rsplit('/').next().filter(|last| !last.is_empty()).unwrap_or("root"));
        files::create_folder(&root)?;
        let root = root.canonicalize().in_file(&root)?;
        let mut mirror = Self { store: store.clone(), root, histories: BTreeMap::new(), _scratch: scratch };
        progress.begin(entries.len() as u64, "Documents");
        for entry in entries {
            progress.step()?;
            let hidden = entry.name.split('/').any(|part| part.starts_with('.'));
            let of_history = is_of_history(&entry.name);
            let path = mirror.root.join(&entry.name);
            files::create_folder(files::folder_of(&path))?;
            if of_history || (!hidden && entry.name.ends_with(".json")) {
                let bytes = store.get(&entry.name, LARGEST)?.ok_or_else(|| store.gone(&entry.name))?;
                files::write_bytes(&path, Existing::Refuse, &bytes)?;
                if of_history {
                    mirror.histories.insert(entry.name, bytes);
                }
            } else {
                // As long as it is, without taking room.
                let file = fs::File::create_new(&path).in_file(&path)?;
                file.set_len(entry.length).in_file(&path)?;
                file.set_modified(entry.modified).in_file(&path)?;
            }
        }
        Ok(mirror)
    }

    pub fn root(&self) -> &Path {
        &self.root
    }
    /// What a document of a history held when it was copied.
    pub fn was(&self, name: &str) -> Option<&Bytes> {
        self.histories.get(name)
    }
    /// Names what it is about as it is called outside.
    pub fn outside(&self, error: Error) -> Error {
        error.moved(&self.root, Path::new(&self.store.location("")))
    }
    /// Where a file of it lies.
    pub fn place(&self, file: &Path) -> PathBuf {
        self.name(file).map_or_else(|| file.to_owned(), |name| PathBuf::from(self.store.location(name)))
    }
    fn name<'f>(&self, file: &'f Path) -> Option<&'f str> {
        file.strip_prefix(&self.root).ok().and_then(Path::to_str)
    }

    /// The bytes of a file of it.
    ///
    /// # Errors
    /// Those of [`Store`]; I/O: there is none.
    pub fn bytes_of(&self, file: &Path) -> Result<LocalFile> {
        let gone = || Error::io(file, &std::io::ErrorKind::NotFound.into());
        self.store.local_file(self.name(file).ok_or_else(gone)?, LARGEST_FILE)?.ok_or_else(gone)
    }

    /// What reads the files of a folder of it.
    pub fn below(&self, folder: &Path) -> Below<'_> {
        Below { mirror: self, inside: self.name(folder).unwrap_or_default().to_owned() }
    }
}

/// A folder of a mirror.
pub(super) struct Below<'m> {
    mirror: &'m Mirror,
    /// Relative to its root; empty for that.
    inside: String,
}

impl Elsewhere for Below<'_> {
    fn read(&self, path: &str, take: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let name = if self.inside.is_empty() { path.to_owned() } else { format!("{}/{path}", self.inside) };
        let store = &self.mirror.store;
        store.read(&name, LARGEST_FILE, take)?.map(drop).ok_or_else(|| store.gone(&name))
    }
}
