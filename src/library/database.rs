//! The file: what it has to be to be opened, and its tables.

use super::{Library, columns::columns};
use crate::{
    error::{Error, ErrorKind, InFile, Result},
    files,
};
use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};
use std::{collections::BTreeSet, fs, path::Path, time::Duration};

/// Marks the file as ours (`PRAGMA application_id`): "PreL".
const APPLICATION: i64 = 0x5072_654c;
/// The layout of the tables (`PRAGMA user_version`).
const VERSION: i64 = 1;
/// How long a search or an index waits for another that writes.
const PATIENCE: Duration = Duration::from_secs(10);
/// Memory for pages, KiB: the table that is searched, with 100,000 clips in it.
const CACHE: i64 = 128 << 10;

/// `clip` is narrow, for it is what a search reads through; what is only shown of a clip lies in `detail`.
const TABLES: &str = "
CREATE TABLE clip (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    size INTEGER, modified INTEGER, folder_modified INTEGER,
    gone INTEGER NOT NULL DEFAULT 0,
    hashed INTEGER NOT NULL DEFAULT 0,
    pictured INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    name TEXT,
    format TEXT,
    first INTEGER, frames INTEGER, missing INTEGER, gaps TEXT,
    base INTEGER, start INTEGER, drop_frame INTEGER, rate_num INTEGER, rate_den INTEGER,
    width INTEGER, height INTEGER
);
CREATE INDEX clip_name ON clip (name COLLATE NOCASE, path);
CREATE TABLE detail (clip INTEGER PRIMARY KEY, metadata TEXT NOT NULL);
CREATE TABLE file (clip INTEGER NOT NULL, place INTEGER NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (clip, place)) WITHOUT ROWID;
CREATE INDEX file_hash ON file (sha256);
CREATE TABLE picture (clip INTEGER PRIMARY KEY, width INTEGER NOT NULL, height INTEGER NOT NULL, jpeg BLOB NOT NULL);
CREATE VIRTUAL TABLE words USING fts5 (text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2');
";

impl Library {
    /// Opens an index to write into it, and makes it where there is none. One without a field of this version gets it.
    ///
    /// # Errors
    /// `Invalid`: the file is another database, or none. `Unsupported`: it is of another version. `TryAgain`: another process writes.
    pub fn create(file: &Path) -> Result<Self> {
        match fs::metadata(file) {
            Ok(meta) if !meta.is_file() || meta.len() > 0 => files::refuse_other(file)?,
            _ => files::create_folder(files::folder_of(file))?,
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let library =
            Self { database: Connection::open_with_flags(file, flags).map_err(|e| failed(&e).file(file))?, file: Some(file.into()) };
        library.prepare().in_file(file)?;
        Ok(library)
    }

    /// An index that is in memory and goes with it.
    pub fn in_memory() -> Result<Self> {
        let library = Self { database: Connection::open_in_memory().map_err(|e| failed(&e))?, file: None };
        library.prepare()?;
        Ok(library)
    }

    /// Opens an index to search it; nothing is written.
    ///
    /// # Errors
    /// As [`Library::create`]; `Io`: it is not there.
    pub fn open(file: &Path) -> Result<Self> {
        files::refuse_other(file)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let library =
            Self { database: Connection::open_with_flags(file, flags).map_err(|e| failed(&e).file(file))?, file: Some(file.into()) };
        library.configure().and_then(|()| library.refuse_foreign()).and_then(|()| library.refuse_partial()).in_file(file)?;
        Ok(library)
    }

    /// The file may come from anybody: what its schema says runs nothing.
    fn configure(&self) -> Result<()> {
        let set = || -> rusqlite::Result<()> {
            self.database.busy_timeout(PATIENCE)?;
            self.database.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
            self.database.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
            self.database.pragma_update(None, "cell_size_check", true)?;
            self.database.pragma_update(None, "temp_store", "memory")?;
            self.database.pragma_update(None, "cache_size", -CACHE)
        };
        set().map_err(|e| failed(&e))
    }

    fn pragma(&self, name: &str) -> Result<i64> {
        self.database.pragma_query_value(None, name, |row| row.get(0)).map_err(|e| failed(&e))
    }

    /// Refuses what is no index, or one of another version.
    fn refuse_foreign(&self) -> Result<()> {
        if self.pragma("application_id")? != APPLICATION {
            return Err(Error::invalid("an SQLite database, and no index of a library"));
        }
        let version = self.pragma("user_version")?;
        if version == VERSION {
            return Ok(());
        }
        Err(Error::unsupported(format!("this program reads indices of version {VERSION}")).field("version").value(version))
    }

    /// Refuses an index that lacks a field.
    fn refuse_partial(&self) -> Result<()> {
        let missing = self.missing_columns()?;
        if missing.is_empty() {
            return Ok(());
        }
        let message = "made by an earlier program: index its folders again";
        Err(Error::unsupported(message).field("fields").value(missing.join(", ")))
    }

    /// Columns of this program's schema that the file lacks.
    fn missing_columns(&self) -> Result<Vec<String>> {
        let read = || -> rusqlite::Result<BTreeSet<String>> {
            let mut statement = self.database.prepare("SELECT name FROM pragma_table_info('clip')")?;
            statement.query_map([], |row| row.get(0))?.collect()
        };
        let there = read().map_err(|e| failed(&e))?;
        Ok(columns().map(|c| c.name()).filter(|name| !there.contains(name)).collect())
    }

    /// Makes the tables, or brings those that are there to this version.
    fn prepare(&self) -> Result<()> {
        self.configure()?;
        let tables = self.database.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0));
        let new = tables.map_err(|e| failed(&e))? == 0 && self.pragma("application_id")? == 0;
        if !new {
            self.refuse_foreign()?;
            return self.add_columns();
        }
        let make = || -> rusqlite::Result<()> {
            // Few large pages are read faster than many small ones; it is settled with the first write.
            self.database.pragma_update(None, "page_size", 16384)?;
            let change = self.database.unchecked_transaction()?;
            change.execute_batch(TABLES)?;
            change.pragma_update(None, "application_id", APPLICATION)?;
            change.pragma_update(None, "user_version", VERSION)?;
            change.commit()
        };
        make().map_err(|e| failed(&e))?;
        self.add_columns()
    }

    /// Adds the columns of fields that are new; every clip is then read again, for nobody knows what it says of them.
    fn add_columns(&self) -> Result<()> {
        let missing = self.missing_columns()?;
        if missing.is_empty() {
            return Ok(());
        }
        let add = || -> rusqlite::Result<()> {
            let change = self.database.unchecked_transaction()?;
            for column in columns().filter(|c| missing.contains(&c.name())) {
                change.execute_batch(&format!("ALTER TABLE clip ADD COLUMN {} {}", column.name(), column.declaration()))?;
            }
            change.execute("UPDATE clip SET modified = NULL", [])?;
            change.commit()
        };
        add().map_err(|e| failed(&e))
    }

    /// What a failure of the database is, with its file.
    pub(super) fn named(&self, error: &rusqlite::Error) -> Error {
        self.placed(failed(error))
    }

    /// Names the file on an error.
    pub(super) fn placed(&self, error: Error) -> Error {
        match &self.file {
            Some(file) => error.file(file),
            None => error,
        }
    }
}

/// What a failure of the database is to whoever called.
pub(super) fn failed(error: &rusqlite::Error) -> Error {
    let Some(code) = error.sqlite_error_code() else {
        // A value of a type that no index has.
        return Error::invalid(format!("a damaged index: {error}"));
    };
    match code {
        ErrorCode::NotADatabase => Error::invalid("no index of a library: not an SQLite database"),
        ErrorCode::DatabaseCorrupt => Error::invalid("a damaged index: delete it and index again"),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Error::new(ErrorKind::TryAgain, "another process writes into the index"),
        ErrorCode::CannotOpen | ErrorCode::SystemIoFailure | ErrorCode::ReadOnly | ErrorCode::DiskFull | ErrorCode::PermissionDenied => {
            Error::new(ErrorKind::Io, error.to_string())
        }
        _ => Error::invalid(format!("a damaged index: {error}")),
    }
}
