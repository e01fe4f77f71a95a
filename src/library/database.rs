//! The file: what it has to be to be opened, and its tables.

use super::{Library, columns::columns};
use crate::{
    error::{Error, ErrorKind, InFile, Result},
    files,
};
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior, config::DbConfig, ffi};
use std::{collections::BTreeSet, fs, path::Path, time::Duration};

/// Marks the file as ours (`PRAGMA application_id`): "PreL".
const APPLICATION: i64 = 0x5072_654c;
/// The layout of the tables (`PRAGMA user_version`).
const VERSION: i64 = 2;
/// How long a search or an index waits for another that writes.
const PATIENCE: Duration = Duration::from_secs(10);
/// Memory for pages, KiB: the table that is searched, with 100,000 clips in it.
const CACHE: i64 = 128 << 10;

/// What a search asks of a clip, and the order it is shown in.
const ASKED: &str = "
    id INTEGER PRIMARY KEY,
    gone INTEGER NOT NULL DEFAULT 0,
    begins INTEGER, ends INTEGER, base INTEGER, start INTEGER, drop_frame INTEGER, frames INTEGER, missing INTEGER,
    width INTEGER, height INTEGER,
    name TEXT,
    path TEXT NOT NULL UNIQUE,
    error TEXT,
    format TEXT";

/// What is read of those that were found, of all sources, and to know what changed.
const READ: &str = "
    size INTEGER, modified INTEGER, folder_modified INTEGER,
    hashed INTEGER NOT NULL DEFAULT 0,
    pictured INTEGER NOT NULL DEFAULT 0,
    first INTEGER, gaps TEXT,
    rate_num INTEGER, rate_den INTEGER";

/// `clip` is narrow, for it is what a search reads through, each row from its beginning to the last column that is asked: what is asked
/// most stands first, texts of fields lie in `value`, and what is only shown of a clip lies in `detail`.
const OTHERS: &str = "
CREATE INDEX clip_name ON clip (name COLLATE NOCASE, path);
CREATE TABLE value (id INTEGER PRIMARY KEY, field TEXT NOT NULL, text TEXT NOT NULL, UNIQUE (field, text));
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

    /// Opens an index to search it. Nothing is written, but that what an `index` that was killed has left half done is taken back.
    ///
    /// # Errors
    /// As [`Library::create`]; `Io`: it is not there, or is half done and may not be written.
    pub fn open(file: &Path) -> Result<Self> {
        files::refuse_other(file)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connect = || Connection::open_with_flags(file, flags).map_err(|e| failed(&e).file(file));
        let mut database = connect()?;
        if is_half_done(&database) {
            take_back(file)?;
            database = connect()?;
        }
        let library = Self { database, file: Some(file.into()) };
        library.refuse_unreadable().in_file(file)?;
        Ok(library)
    }

    /// Opens a copy of an index that lies at `place`, to search it. Nobody else has the copy, and it may lose its name once it is open.
    ///
    /// # Errors
    /// As [`Library::open`], of `place`.
    pub fn open_copy(copy: &Path, place: &Path) -> Result<Self> {
        let mut url = std::path::absolute(copy)
            .ok()
            .and_then(|copy| url::Url::from_file_path(copy).ok())
            .ok_or_else(|| Error::invalid("no path of a file").file(copy))?;
        // No locks, and no journal that is looked for by name.
        url.set_query(Some("immutable=1"));
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
        let database = Connection::open_with_flags(url.as_str(), flags).map_err(|e| failed(&e).file(place))?;
        let library = Self { database, file: Some(place.into()) };
        library.refuse_unreadable().in_file(place)?;
        Ok(library)
    }

    fn refuse_unreadable(&self) -> Result<()> {
        self.configure()?;
        self.refuse_foreign()?;
        self.refuse_partial()
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
        let message = format!("this program reads indices of version {VERSION}: index into another file");
        Err(Error::unsupported(message).field("version").value(version))
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

    /// Makes the tables, or brings those that are there to this version: one process at a time, and none where there is nothing to do.
    fn prepare(&self) -> Result<()> {
        self.configure()?;
        if !self.is_new()? {
            self.refuse_foreign()?;
            if self.missing_columns()?.is_empty() {
                return Ok(());
            }
        }
        // Few large pages are read faster than many small ones; it is settled with the first write.
        self.database.pragma_update(None, "page_size", 16384).map_err(|e| failed(&e))?;
        let change = self.change().map_err(|e| failed(&e))?;
        // Another process may have been faster.
        if self.is_new()? {
            make(&change).map_err(|e| failed(&e))?;
        } else {
            self.refuse_foreign()?;
        }
        self.add_columns(&change)?;
        change.commit().map_err(|e| failed(&e))
    }

    fn is_new(&self) -> Result<bool> {
        Ok(tables(&self.database).map_err(|e| failed(&e))? == 0 && self.pragma("application_id")? == 0)
    }

    /// Begins to write. It waits for others that write before it reads anything: who has read cannot wait any more.
    pub(super) fn change(&self) -> rusqlite::Result<Transaction<'_>> {
        Transaction::new_unchecked(&self.database, TransactionBehavior::Immediate)
    }

    /// Adds the columns of fields that are new; every clip is then read again, for nobody knows what it says of them.
    fn add_columns(&self, change: &Transaction) -> Result<()> {
        let missing = self.missing_columns()?;
        if missing.is_empty() {
            return Ok(());
        }
        let add = || -> rusqlite::Result<usize> {
            for column in columns().filter(|c| missing.contains(&c.name())) {
                change.execute_batch(&format!("ALTER TABLE clip ADD COLUMN {} {}", column.name(), column.declaration()))?;
            }
            change.execute("UPDATE clip SET modified = NULL", [])
        };
        add().map(drop).map_err(|e| failed(&e))
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

fn make(change: &Transaction) -> rusqlite::Result<()> {
    let fields: Vec<String> = columns().map(|c| format!("{} {}", c.name(), c.declaration())).collect();
    change.execute_batch(&format!("CREATE TABLE clip ({ASKED}, {}, {READ});{OTHERS}", fields.join(", ")))?;
    change.pragma_update(None, "application_id", APPLICATION)?;
    change.pragma_update(None, "user_version", VERSION)
}

/// How many tables and indices there are: the least that reads the file.
fn tables(database: &Connection) -> rusqlite::Result<i64> {
    database.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
}

/// Whether somebody was killed who wrote: a journal lies beside that says what was before, and this connection may not take it back.
fn is_half_done(database: &Connection) -> bool {
    matches!(tables(database), Err(rusqlite::Error::SqliteFailure(error, _)) if error.extended_code == ffi::SQLITE_READONLY_ROLLBACK)
}

/// Brings an index back to what it was before somebody was killed who wrote into it: SQLite does so when a connection that may write reads.
fn take_back(file: &Path) -> Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let read = || -> rusqlite::Result<i64> {
        let database = Connection::open_with_flags(file, flags)?;
        database.busy_timeout(PATIENCE)?;
        tables(&database)
    };
    read().map(drop).map_err(|e| match failed(&e) {
        error if error.kind() == ErrorKind::Io => {
            let why = format!(
                "an `index` that was killed has left it half done, and it cannot be taken back ({e}): index again where it may be written"
            );
            Error::new(ErrorKind::Io, why).file(file)
        }
        other => other.file(file),
    })
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
