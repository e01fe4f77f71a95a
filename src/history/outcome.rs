//! What was found, and which exit code that is.

use crate::{
    error::{Error, ErrorKind},
    sidecar::mhl::Format,
};
use serde::Serialize;
use std::path::Path;

/// The exit codes of the reference implementation (`ascmhl` 1.2, errors.py).
pub mod exit {
    pub const MISSING_FILES: u8 = 10;
    pub const MISMATCH: u8 = 11;
    pub const FOLDER_MISMATCH: u8 = 12;
    pub const FILE_NOT_FOUND: u8 = 20;
    pub const NEW_FILES: u8 = 21;
    pub const NO_HISTORY: u8 = 30;
    pub const MODIFIED_MANIFEST: u8 = 31;
    pub const NO_CHAIN: u8 = 32;
    pub const MISSING_MANIFEST: u8 = 33;
    /// What the reference ends with a traceback: a file that cannot be read, a document that is none.
    pub const OTHER: u8 = 1;
}

/// Something that is not as it should be. Paths are relative to the folder, steps separated by `/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum Problem {
    /// Its digest is not the one on record.
    Mismatch { path: String, format: Format, recorded: String, found: String, generation: u32 },
    /// It could not be read, so nothing is known of it.
    Unreadable { path: String, message: String },
    /// A folder whose digest is not the one on record; `structure`: of the names in it, else of the content.
    FolderMismatch { path: String, format: Format, structure: bool, recorded: String, found: String, generation: u32 },
    /// On disk, and in no generation.
    New { path: String },
    /// In the history, and not on disk.
    Missing { path: String },
    /// A nested history that a generation refers to is gone.
    HistoryGone { path: String },
    /// On record, and every digest of it failed: there is nothing to hold it against. Nothing is recorded as long as such a file is
    /// not accepted ([`super::Create::accept_failed`]).
    NoReference { path: String },
    /// No file has a digest on record in a format that was asked for: nothing was verified in it. `path` is the folder.
    FormatNotRecorded { path: String, format: Format },
    /// The generation of this `ascmhl` folder could not be written, and those of histories further inside were.
    NotWritten { path: String, message: String },
}

impl Problem {
    pub fn path(&self) -> &str {
        match self {
            Self::Mismatch { path, .. }
            | Self::Unreadable { path, .. }
            | Self::FolderMismatch { path, .. }
            | Self::New { path }
            | Self::Missing { path }
            | Self::HistoryGone { path }
            | Self::NoReference { path }
            | Self::FormatNotRecorded { path, .. }
            | Self::NotWritten { path, .. } => path,
        }
    }
}

/// A manifest that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Made {
    /// Relative to the folder.
    pub path: String,
    pub generation: u32,
}

/// What was done and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Files looked at.
    pub files: u64,
    /// Bytes that were read and hashed.
    pub bytes_hashed: u64,
    /// Files whose digests were still known: from a create that was interrupted, or from memory.
    pub resumed: u64,
    /// Files whose digest is the one on record.
    pub verified: u64,
    /// Files that went on record for the first time.
    pub original: u64,
    pub problems: Vec<Problem>,
    /// Old and new path of files and folders that were found under another name.
    pub renamed: Vec<(String, String)>,
    pub written: Vec<Made>,
    /// Worth knowing, and no problem.
    pub notices: Vec<String>,
}

impl Report {
    fn any(&self, test: impl Fn(&Problem) -> bool) -> bool {
        self.problems.iter().any(test)
    }

    /// The first of `order` that there is a problem of.
    fn exit(&self, order: &[u8]) -> u8 {
        let there = |code: u8| {
            self.any(|p| {
                code == match p {
                    Problem::Mismatch { .. } | Problem::Unreadable { .. } | Problem::NoReference { .. } => exit::MISMATCH,
                    Problem::FolderMismatch { .. } => exit::FOLDER_MISMATCH,
                    Problem::New { .. } => exit::NEW_FILES,
                    Problem::Missing { .. } => exit::MISSING_FILES,
                    Problem::HistoryGone { .. } => exit::NO_HISTORY,
                    Problem::NotWritten { .. } | Problem::FormatNotRecorded { .. } => exit::OTHER,
                }
            })
        };
        order.iter().copied().find(|code| there(*code)).unwrap_or(0)
    }

    /// Of a create, to which new files are no problem, and which writes nothing where anything could not be read.
    pub fn exit_of_create(&self) -> u8 {
        if self.any(|p| matches!(p, Problem::Unreadable { .. } | Problem::NotWritten { .. })) {
            return exit::OTHER;
        }
        self.exit(&[exit::MISMATCH, exit::MISSING_FILES, exit::NO_HISTORY])
    }

    /// Of a verify: what is wrong outweighs what is new, and that what is missing.
    pub fn exit_of_verify(&self) -> u8 {
        self.exit(&[exit::MISMATCH, exit::FOLDER_MISMATCH, exit::NEW_FILES, exit::MISSING_FILES, exit::NO_HISTORY, exit::OTHER])
    }

    /// Of a diff: what is missing outweighs what is new.
    pub fn exit_of_diff(&self) -> u8 {
        self.exit(&[exit::MISMATCH, exit::MISSING_FILES, exit::NEW_FILES, exit::NO_HISTORY])
    }
}

pub(super) fn no_history(folder: &Path) -> Error {
    Error::invalid("no ASC MHL history here (create makes one)").file(folder).exit(exit::NO_HISTORY)
}

pub(super) fn no_chain(chain: &Path) -> Error {
    Error::invalid("the chain is missing: the manifests beside it cannot be trusted").file(chain).exit(exit::NO_CHAIN)
}

/// Changed after the chain, or the history around it, has taken note of it.
pub(super) fn modified_manifest(manifest: &Path, found: &str, recorded: &str) -> Error {
    let message = format!("changed since it was made (its C4 ID is {found}, recorded is {recorded})");
    Error::new(ErrorKind::Verification, message).file(manifest).exit(exit::MODIFIED_MANIFEST)
}

pub(super) fn missing_manifest(manifest: &Path) -> Error {
    Error::invalid("the chain has this manifest, and it is missing").file(manifest).exit(exit::MISSING_MANIFEST)
}

/// The history it belonged to was replaced, or goes back to before it.
pub(super) fn missing_reference(manifest: &Path) -> Error {
    let message = "the history around this folder refers to this manifest, and the chain here does not have it";
    Error::invalid(message).file(manifest).exit(exit::MISSING_MANIFEST)
}

pub(super) fn file_not_found(file: &Path) -> Error {
    Error::invalid("not a file of this folder, or left out by a pattern").file(file).exit(exit::FILE_NOT_FOUND)
}

/// Bytes in the units that disks are sold in.
pub fn size_in_words(bytes: u64) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < units.len() {
        value /= 1000.0;
        unit += 1;
    }
    let name = units.get(unit).copied().unwrap_or("bytes");
    if unit == 0 { format!("{bytes} {name}") } else { format!("{value:.1} {name}") }
}
