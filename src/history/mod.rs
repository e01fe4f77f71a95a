//! The history of a folder in ASC Media Hash Lists (ASC MHL specification 1.0): hash, verify, continue.
//!
//! A history is the folder `ascmhl` with one manifest a generation and a chain that holds the C4 ID of each. A folder further
//! inside that has an `ascmhl` of its own is a *nested* history: its files are recorded there and nowhere else, and the history
//! around it refers to its manifests.
//!
//! Symbolic links: a link to a regular file inside the folder is recorded as that file, as the reference does. A link to a folder,
//! out of the folder or to nothing, and whatever is no file, is refused by name unless a pattern leaves it out: silently leaving
//! it out would make a list that claims to be complete.

mod begun;
mod commit;
mod create;
mod date;
mod flatten;
mod hash;
mod ignore;
mod jobs;
mod journal;
mod load;
mod lock;
mod making;
mod memory;
mod outcome;
mod records;
mod references;
mod rename;
mod sums;
mod tree;
mod untouched;
mod verify;
mod volume;

pub(crate) use begun::{mark, marked};
pub(crate) use commit::host;
pub use create::{Create, create, create_of};
pub use date::{iso, parse as parse_date};
pub use flatten::{Flatten, flatten};
pub use hash::{Elsewhere, Hashed, Stamp, hash_bytes, hash_file, hash_file_in_parallel, hash_of_digests, named_digest};
pub use ignore::{DEFAULT as DEFAULT_IGNORE, FOLDER, Patterns};
pub use journal::default_folder as journal_folder;
pub use load::{CHAIN, Generation, History, State, nearest, state};
pub(crate) use lock::busy;
pub use memory::Memory;
pub use outcome::{Made, Problem, Report, exit, size_in_words};
pub use records::{FileRecord, FolderKnown, FolderRecord, Known, Records};
pub use tree::{File, Folder, Tree};
pub use untouched::Untouched;
pub use verify::{Verify, verify, verify_of, verify_tree};

use crate::sidecar::mhl::Author;

/// Who makes a manifest, and what it says of its making. Everything that is not given is found out.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The moment of making, also that of every digest; now, where it is `None`.
    pub date: Option<time::OffsetDateTime>,
    pub host: Option<String>,
    pub author: Option<Author>,
    pub location: Option<String>,
    pub comment: Option<String>,
}

#[cfg(test)]
mod tests;
