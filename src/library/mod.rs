//! The library: which clips there are on cards and disks, and what they say of themselves, in one file that answers at once.
//!
//! It is an SQLite database with a full-text index. [`Library::index`] reads what is new or changed into it, [`Library::find`] answers a
//! [`Query`], and a pull takes its clips from [`Library::sources`]. Nothing in it is an original: it may be deleted and made again.

mod columns;
mod condition;
mod database;
mod entry;
mod find;
mod index;
mod line;
mod query;
mod small;
mod sources;
#[cfg(test)]
mod tests;
mod texts;

pub use entry::{Entry, Frames, Read, Small, Stamp};
pub use find::Hit;
pub(crate) use index::Survey;
pub use index::{Empty, Indexed, Options, Searched};
pub use line::Line;
pub use query::Query;
pub use small::{SIDE, small};
pub use sources::{Source, address};

use rusqlite::Connection;
use std::path::PathBuf;

/// What the file of an index is called where nobody names one.
pub const FILE: &str = "prelight.library";

/// An index that is open.
pub struct Library {
    database: Connection,
    /// For messages; none where it is in memory alone.
    file: Option<PathBuf>,
}
