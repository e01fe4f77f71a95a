//! A history as it lies on disk.

use super::{
    date, hash_bytes,
    ignore::{FOLDER, Patterns, inherit},
    lock::only_begun,
    outcome::{exit, missing_manifest, modified_manifest, no_chain, no_history},
    records::Records,
    references::References,
};
use crate::{
    error::{Error, InFile, Result},
    progress::Progress,
    sidecar::mhl::{self, Action, Chain, Creator, Entry, Format, Manifest, Process, Reference},
};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// The name of the chain file: the list of manifests in the folder of a history, written last.
pub const CHAIN: &str = "ascmhl_chain.xml";

/// Every file is held against every pattern: more would be an attack on the reader's time.
const PATTERNS: usize = 1000;
const PATTERN_BYTES: usize = 4096;

/// The history of one folder; empty where there is none yet.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The folder it is about.
    pub folder: PathBuf,
    /// The same relative to the outermost history; empty for that one itself.
    pub inside: String,
    /// Place of the history around it, in the list that this one is in.
    pub parent: Option<usize>,
    pub chain: Chain,
    /// The bytes of the chain file that was read, by which another writer is noticed.
    pub(super) chain_id: Option<String>,
    pub generations: Vec<Generation>,
    pub records: Records,
    pub(super) references: References,
    /// What it leaves out.
    pub patterns: Patterns,
    pub notices: Vec<String>,
}

/// One manifest, without its records.
#[derive(Clone, Debug)]
pub struct Generation {
    pub number: u32,
    /// The file name.
    pub name: String,
    pub creator: Creator,
    pub process: Process,
    pub references: Vec<Reference>,
    pub files: u64,
    pub folders: u64,
    /// Files with a digest of each kind.
    pub original: u64,
    pub verified: u64,
    pub failed: u64,
    /// What is wrong with the document.
    pub faults: usize,
}

impl History {
    /// Reads the history of `folder` alone: nested ones are found by [`super::Tree`].
    ///
    /// # Errors
    /// The chain is missing, a manifest of the chain is missing or not the one that the chain has, a document is none, a path leaves
    /// the folder.
    pub fn load(folder: &Path) -> Result<Self> {
        Self::load_watched(folder, &Progress::default())
    }

    /// [`History::load`] that ends once the work is cancelled.
    pub(super) fn load_watched(folder: &Path, progress: &Progress) -> Result<Self> {
        let mut history = Self { folder: folder.to_owned(), ..Self::default() };
        let documents = folder.join(FOLDER);
        let other = |e: Error| e.exit(exit::OTHER);
        match documents.symlink_metadata() {
            Err(_) => {
                history.patterns = Patterns::new(super::DEFAULT_IGNORE);
                return Ok(history);
            }
            // Through a link the next generation would be written somewhere else.
            Ok(there) if !there.is_dir() => return Err(other(Error::invalid("not a folder").file(&documents))),
            Ok(_) => {}
        }
        let chain = documents.join(CHAIN);
        if chain.symlink_metadata().is_err() {
            if only_begun(&documents)? {
                history.patterns = Patterns::new(super::DEFAULT_IGNORE);
                return Ok(history);
            }
            return Err(no_chain(&chain));
        }
        let bytes = mhl::read_chain_bytes(&chain).map_err(other)?;
        history.chain_id = Some(hash_bytes(Format::C4, &bytes));
        history.chain = mhl::parse_chain(&bytes).in_file(&chain).map_err(other)?;
        for link in history.chain.links.clone() {
            progress.check()?;
            let path = documents.join(&link.path);
            if link.path.contains('/') {
                let why = "a manifest of a chain stands beside it";
                return Err(other(Error::invalid(why).field("path").value(&link.path).file(&chain)));
            }
            if path.symlink_metadata().is_err() {
                return Err(missing_manifest(&path));
            }
            let bytes = mhl::read_bytes(&path).map_err(other)?;
            let found = hash_bytes(Format::C4, &bytes);
            if found != link.c4 {
                return Err(modified_manifest(&path, &found, &link.c4));
            }
            history.add(&bytes, link.number, &link.path).in_file(&path).map_err(other)?;
        }
        history.unlisted(&documents)?;
        let patterns = inherit(history.generations.last().map(|g| &g.process), &[]);
        history.patterns = Patterns::new(patterns.iter().map(String::as_str));
        Ok(history)
    }

    /// A packing list, as if it were the only generation of `folder`.
    pub fn of_packing_list(list: &Path, folder: &Path) -> Result<Self> {
        let mut history = Self { folder: folder.to_owned(), ..Self::default() };
        let name = list.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let added = mhl::read_bytes(list).and_then(|bytes| history.add(&bytes, 1, &name));
        added.in_file(list).map_err(|e| e.exit(exit::OTHER))?;
        let patterns = inherit(history.generations.last().map(|g| &g.process), &[]);
        history.patterns = Patterns::new(patterns.iter().map(String::as_str));
        Ok(history)
    }

    fn add(&mut self, bytes: &[u8], number: u32, name: &str) -> Result<()> {
        let (mut manifest, found) = mhl::parse(bytes)?;
        let faults = found.iter().filter(|d| d.level == crate::sidecar::Level::Error).count();
        if let Some(first) = found.iter().find(|d| d.level == crate::sidecar::Level::Error) {
            self.notices.push(format!("{name}:{}: {} ({faults} such)", first.line, first.message));
        }
        let patterns = manifest.process.ignore.iter().flatten();
        if patterns.clone().count() > PATTERNS || patterns.clone().any(|p| p.len() > PATTERN_BYTES) {
            return Err(Error::invalid(format!("more than {PATTERNS} patterns, or one of more than {PATTERN_BYTES} bytes")).field("ignore"));
        }
        self.references.add(&manifest);
        let mut generation = Generation {
            number,
            name: name.to_owned(),
            creator: std::mem::take(&mut manifest.creator),
            process: manifest.process.clone(),
            references: std::mem::take(&mut manifest.references),
            files: 0,
            folders: 0,
            original: 0,
            verified: 0,
            failed: 0,
            faults,
        };
        generation.count(&manifest);
        self.records.add(manifest, number)?;
        self.generations.push(generation);
        Ok(())
    }

    /// Notices manifests beside the chain, as an interrupted create leaves one.
    fn unlisted(&mut self, documents: &Path) -> Result<()> {
        for entry in std::fs::read_dir(documents).in_file(documents)? {
            let name = entry.in_file(documents)?.file_name().to_string_lossy().into_owned();
            // `._` files are what macOS leaves on other file systems.
            if name.ends_with(".mhl") && !name.starts_with('.') && !self.chain.links.iter().any(|l| l.path == name) {
                self.notices.push(format!("{name} is not in the chain and not counted"));
            }
        }
        Ok(())
    }

    pub fn exists(&self) -> bool {
        !self.generations.is_empty()
    }

    /// Fails where there is no history.
    pub(super) fn must_exist(&self) -> Result<()> {
        if self.exists() { Ok(()) } else { Err(no_history(&self.folder)) }
    }

    /// `path`, relative to the outermost history, as this one has it; empty for its own folder.
    pub fn within<'a>(&self, path: &'a str) -> &'a str {
        if self.inside.is_empty() {
            return path;
        }
        path.strip_prefix(&self.inside).map_or(path, |rest| rest.trim_start_matches('/'))
    }

    /// The opposite.
    pub fn outside(&self, path: &str) -> String {
        super::tree::join(&self.inside, path)
    }
}

impl Generation {
    fn count(&mut self, manifest: &Manifest) {
        for entry in &manifest.hashes {
            match entry {
                Entry::File(f) => {
                    self.files += 1;
                    let any = |action| u64::from(f.digests.iter().any(|d| d.action == Some(action)));
                    self.original += any(Action::Original);
                    self.verified += any(Action::Verified);
                    self.failed += any(Action::Failed);
                }
                Entry::Folder(_) => self.folders += 1,
                Entry::Other(_) => {}
            }
        }
    }
}

/// The folder at or above `folder` (a real path) that has a history: the nearest one. What a writer that broke off has left is none.
pub fn nearest(folder: &Path) -> Option<PathBuf> {
    let has_history = |folder: &&Path| {
        let documents = folder.join(FOLDER);
        documents.symlink_metadata().is_ok_and(|there| there.is_dir())
            && (documents.join(CHAIN).symlink_metadata().is_ok() || !only_begun(&documents).unwrap_or(false))
    };
    folder.ancestors().find(has_history).map(Path::to_owned)
}

/// What can be said of a folder's history without reading its records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    NoHistory,
    History {
        generations: u32,
        /// When the last generation was made, `xs:dateTime`.
        last: String,
        /// The file name of its manifest.
        manifest: String,
    },
}

/// The state of a folder's history, from its chain and the name (or head) of its last manifest: fast, whatever its size. Neither
/// manifests nor media are verified.
///
/// # Errors
/// Those of a history whose chain cannot be read.
pub fn state(folder: &Path) -> Result<State> {
    let documents = folder.join(FOLDER);
    if documents.symlink_metadata().is_err() {
        return Ok(State::NoHistory);
    }
    let path = documents.join(CHAIN);
    if path.symlink_metadata().is_err() {
        return if only_begun(&documents)? { Ok(State::NoHistory) } else { Err(no_chain(&path)) };
    }
    let chain = mhl::parse_chain(&mhl::read_chain_bytes(&path)?).in_file(&path)?;
    let Some(link) = chain.links.last() else { return Ok(State::NoHistory) };
    let last = match date::from_name(&link.path) {
        Some(date) => date::iso(date),
        None => mhl::read_creator(&documents.join(&link.path))?.date,
    };
    Ok(State::History { generations: link.number, last, manifest: link.path.clone() })
}
