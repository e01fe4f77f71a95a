//! A folder of this machine as a store.

use super::{Entry, Put};
use crate::{
    error::{Error, ErrorKind, InFile, Result},
    files::{self, Existing, Passing},
};
use bytes::Bytes;
use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

/// Bytes that are read at once.
const PIECE: usize = 1 << 20;

#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
    /// Nothing outside of this folder is read or written, wherever links below the root lead.
    bounds: Option<PathBuf>,
}

impl Folder {
    pub(super) fn new(path: &Path) -> Self {
        Self { root: path.to_owned(), bounds: None }
    }
    pub(super) fn bounded(self, bounds: &Path) -> Self {
        Self { bounds: Some(bounds.to_owned()), ..self }
    }
    pub(super) fn path(&self) -> &Path {
        &self.root
    }
    /// Refused at once where it is out of bounds: not all that is made in a folder of this machine is made by this store.
    pub(super) fn below(&self, name: &str) -> Result<Self> {
        Ok(Self { root: self.at(name)?, bounds: self.bounds.clone() })
    }

    pub(super) fn put_new(&self, name: &str, bytes: &[u8]) -> Result<Put> {
        let path = self.place(name)?;
        written(&path, files::write_bytes(&path, Existing::Refuse, bytes))
    }
    pub(super) fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        files::write_bytes(&self.place(name)?, Existing::Replace, bytes)
    }
    pub(super) fn put_after(&self, name: &str, was: &[u8], bytes: &[u8]) -> Result<Put> {
        match self.get(name, was.len() as u64) {
            Ok(Some(now)) if now == was => self.put(name, bytes).map(|()| Put::Written),
            Ok(_) => Ok(Put::Exists),
            // Longer than it was.
            Err(error) if error.kind() == ErrorKind::Invalid => Ok(Put::Exists),
            Err(error) => Err(error),
        }
    }
    pub(super) fn remove(&self, name: &str) -> Result<()> {
        let path = self.at(name)?;
        fs::remove_file(&path).in_file(&path)
    }
    pub(super) fn take_file(&self, name: &str, file: Passing, replace: bool) -> Result<Put> {
        let path = self.place(name)?;
        if replace {
            return file.take_name(&path, Existing::Replace).map(|()| Put::Written);
        }
        written(&path, file.take_name(&path, Existing::Refuse))
    }
    pub(super) fn get(&self, name: &str, limit: u64) -> Result<Option<Bytes>> {
        let path = self.at(name)?;
        match fs::metadata(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            _ => files::read_bounded(&path, limit).map(|bytes| Some(bytes.into())),
        }
    }
    pub(super) fn read(&self, name: &str, limit: u64, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<Option<u64>> {
        let path = self.at(name)?;
        let about = match fs::metadata(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            about => about.in_file(&path)?,
        };
        if about.len() > limit {
            return Err(Error::invalid(format!("larger than the {limit} bytes such a file may have")).file(path));
        }
        let mut file = files::open(&path)?.take(limit);
        let mut piece = vec![0; PIECE];
        let mut length = 0;
        loop {
            match file.read(&mut piece).in_file(&path)? {
                0 => return Ok(Some(length)),
                n => {
                    take(&piece[..n])?;
                    length += n as u64;
                }
            }
        }
    }
    pub(super) fn find(&self, name: &str) -> Result<Option<Entry>> {
        let path = self.at(name)?;
        match fs::metadata(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Error::io(&path, &e)),
            Ok(about) => Ok(about.is_file().then(|| entry(name.to_owned(), &about))),
        }
    }
    pub(super) fn head(&self, name: &str, length: u64) -> Result<Option<Bytes>> {
        let path = self.at(name)?;
        let mut bytes = vec![];
        match fs::File::open(&path).and_then(|file| file.take(length).read_to_end(&mut bytes)) {
            Ok(_) => Ok(Some(bytes.into())),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Error::io(&path, &e)),
        }
    }
    /// Files that are being written are not told.
    pub(super) fn list(&self, below: &str) -> Result<Vec<Entry>> {
        // Links in it are not followed.
        self.at(below)?;
        let mut found = vec![];
        let mut open = vec![below.to_owned()];
        while let Some(name) = open.pop() {
            let path = self.root.join(&name);
            let list = match fs::read_dir(&path) {
                Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
                list => list.in_file(&path)?,
            };
            for child in list {
                let child = child.in_file(&path)?;
                let Ok(last) = child.file_name().into_string() else { continue };
                if files::is_partial(&last) {
                    continue;
                }
                let name = if name.is_empty() { last } else { format!("{name}/{last}") };
                match child.metadata() {
                    Ok(about) if about.is_dir() => open.push(name),
                    Ok(about) if about.is_file() => found.push(entry(name, &about)),
                    // Gone since, or no file.
                    _ => {}
                }
            }
        }
        Ok(found)
    }

    /// The path of a name, in a folder that is there.
    fn place(&self, name: &str) -> Result<PathBuf> {
        let path = self.at(name)?;
        files::create_folder(files::folder_of(&path))?;
        Ok(path)
    }
    /// The path of a name, within the bounds.
    pub(super) fn at(&self, name: &str) -> Result<PathBuf> {
        let path = self.root.join(name);
        if let Some(bounds) = &self.bounds {
            files::refuse_outside(&path, bounds).in_file(&path)?;
        }
        Ok(path)
    }
}

/// What became of a name that was wanted.
fn written(path: &Path, outcome: Result<()>) -> Result<Put> {
    match outcome {
        Ok(()) => Ok(Put::Written),
        // Whoever won the name: what lies there is whole.
        Err(_) if path.symlink_metadata().is_ok() => Ok(Put::Exists),
        Err(error) => Err(error),
    }
}

fn entry(name: String, about: &fs::Metadata) -> Entry {
    let modified = about.modified().unwrap_or(UNIX_EPOCH);
    let changed = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
    Entry { name, length: about.len(), mark: changed.as_nanos().to_string(), modified }
}
