//! What is kept of a clip, and how it is written.

use super::{Library, columns, texts};
use crate::{
    camera::{Clip, FrameNumber, Metadata, Timecode},
    error::{Error, Result},
    pipeline::clip_name,
};
use rusqlite::{Connection, OptionalExtension, params_from_iter, types::Value};
use std::{
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

/// A clip at a path, or why there is none.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Absolute; of a sequence its first frame.
    pub path: PathBuf,
    pub stamp: Stamp,
    pub content: std::result::Result<Read, Error>,
}

/// By what a changed file is known: length in bytes, and times in nanoseconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    pub size: i64,
    pub modified: i64,
    /// Of its folder, where a frame more or less makes another clip of it.
    pub folder_modified: Option<i64>,
}

/// What a clip says of itself.
#[derive(Clone, Debug, Default)]
pub struct Read {
    pub name: String,
    pub format: String,
    pub frames: Frames,
    /// Pixels of the stored picture.
    pub size: [u32; 2],
    pub metadata: Metadata,
    /// Its files with their SHA-256, where they were read for it.
    pub files: Vec<(PathBuf, String)>,
    pub hashed: bool,
    pub picture: Option<Small>,
    /// Whether a picture was tried to be made.
    pub pictured: bool,
}

/// A small picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Small {
    pub width: u32,
    pub height: u32,
    pub jpeg: Vec<u8>,
}

/// The frames of a clip, without the list of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frames {
    pub first: FrameNumber,
    /// How many exist.
    pub count: u64,
    pub missing: Vec<RangeInclusive<FrameNumber>>,
}

impl Frames {
    /// With those that are missing between the first and the last.
    pub fn span(&self) -> u64 {
        self.count.saturating_add(self.missing_count())
    }
    pub fn missing_count(&self) -> u64 {
        self.missing.iter().map(|r| u64::from(r.end() - r.start()) + 1).sum()
    }
}

impl Read {
    pub fn of(clip: &dyn Clip) -> Self {
        let list = clip.frames();
        let frames = Frames { first: list.first(), count: list.present.len() as u64, missing: list.missing.clone() };
        // Keys that the schema has no place for are many, and belong to the file.
        let metadata = Metadata { unmapped: Default::default(), unmapped_beyond: 0, ..clip.metadata().clone() };
        let size = clip.size();
        Self {
            name: clip_name(clip),
            format: clip.format().to_owned(),
            frames,
            size: [size.width, size.height],
            metadata,
            ..Self::default()
        }
    }

    /// Counting base, frame of the day, and whether labels are dropped; and the seconds of the day between which the labels of its frames
    /// lie, at least, those after midnight being of the day after: a search looks at them before it counts. None where start or rate is not
    /// stated.
    fn start(&self) -> Option<[i64; 5]> {
        let (start, rate) = (self.metadata.start_timecode.as_ref()?.value, self.metadata.frame_rate.as_ref()?.value);
        let (per_second, first) = (Timecode::per_second(rate), start.to_frame_count(rate));
        let own = [i64::try_from(per_second).ok()?, i64::try_from(first).ok()?, i64::from(start.drop_frame)];
        // As it counts: one that is dropped stands for a frame of the second before.
        let start = Timecode::from_frame_count(first, rate, start.drop_frame);
        let begins = (u64::from(start.hours) * 60 + u64::from(start.minutes)) * 60 + u64::from(start.seconds);
        let frames = u64::from(start.frames).saturating_add(self.frames.span());
        // Where labels are dropped it is one of a thousand over ten minutes, and less than a second more within them.
        let labels = frames.saturating_add(frames / 900);
        let ends = begins.saturating_add(labels / per_second).saturating_add(1);
        Some([own[0], own[1], own[2], i64::try_from(begins).ok()?, i64::try_from(ends).unwrap_or(i64::MAX)])
    }

    /// What full-text search finds it by.
    fn words(&self, path: &str) -> String {
        let mut text = format!("{}\n{path}\n{}\n", self.name, self.format);
        for row in self.metadata.rows() {
            text.push_str(&row.value);
            text.push('\n');
        }
        text
    }
}

/// A path as the index keeps it.
///
/// # Errors
/// It is not Unicode.
pub(super) fn path_text(path: &Path) -> Result<&str> {
    path.to_str().ok_or_else(|| Error::unsupported("the index keeps no path that is not Unicode").file(path))
}

fn whole(n: u64) -> Value {
    i64::try_from(n).map_or(Value::Null, Value::Integer)
}

impl Library {
    /// Writes what is known of clips, all of them or none, in place of what was known under their paths.
    pub fn put<'a>(&mut self, entries: impl IntoIterator<Item = &'a Entry>) -> Result<()> {
        let write = || -> rusqlite::Result<()> {
            let change = self.change()?;
            for entry in entries {
                put(&change, entry)?;
            }
            change.commit()
        };
        write().map_err(|e| self.named(&e))
    }

    /// The small picture of a clip.
    pub fn picture(&self, path: &Path) -> Result<Option<Small>> {
        let statement = "SELECT picture.width, picture.height, jpeg FROM picture JOIN clip ON clip.id = picture.clip WHERE path = ?1";
        let small = |row: &rusqlite::Row| Ok(Small { width: row.get(0)?, height: row.get(1)?, jpeg: row.get(2)? });
        self.database.query_row(statement, [path_text(path)?], small).optional().map_err(|e| self.named(&e))
    }
}

fn put(database: &Connection, entry: &Entry) -> rusqlite::Result<()> {
    // What is not Unicode never comes here; see `index`.
    let path = entry.path.to_string_lossy();
    let old: Option<i64> =
        database.prepare_cached("SELECT id FROM clip WHERE path = ?1")?.query_row([path.as_ref()], |row| row.get(0)).optional()?;
    if let Some(id) = old {
        for table in ["clip WHERE id", "detail WHERE clip", "file WHERE clip", "picture WHERE clip", "words WHERE rowid"] {
            database.prepare_cached(&format!("DELETE FROM {table} = ?1"))?.execute([id])?;
        }
    }
    let Stamp { size, modified, folder_modified } = entry.stamp;
    let mut names = vec!["id", "path", "size", "modified", "folder_modified"].into_iter().map(str::to_owned).collect::<Vec<_>>();
    let id = old.map_or(Value::Null, Value::Integer);
    let mut row = vec![id, Value::Text(path.to_string()), size.into(), modified.into(), folder_modified.into()];
    match &entry.content {
        Err(error) => {
            names.push("error".into());
            row.push(Value::Text(error.to_string()));
        }
        Ok(read) => {
            let start = read.start();
            let part = |i: usize| start.map_or(Value::Null, |s| Value::Integer(s[i]));
            let rate = read.metadata.frame_rate.as_ref().map(|f| f.value);
            let own = [
                ("hashed", read.hashed.into()),
                ("pictured", read.pictured.into()),
                ("name", read.name.clone().into()),
                ("format", read.format.clone().into()),
                ("first", i64::from(read.frames.first).into()),
                ("frames", whole(read.frames.count)),
                ("missing", whole(read.frames.missing_count())),
                ("gaps", gaps(&read.frames)?),
                ("base", part(0)),
                ("start", part(1)),
                ("drop_frame", part(2)),
                ("begins", part(3)),
                ("ends", part(4)),
                ("rate_num", rate.map(|r| r.num()).into()),
                ("rate_den", rate.map(|r| r.den()).into()),
                ("width", i64::from(read.size[0]).into()),
                ("height", i64::from(read.size[1]).into()),
            ];
            for (name, value) in own {
                names.push(name.to_owned());
                row.push(value);
            }
            for (column, value) in columns::columns().zip(columns::values(&read.metadata)) {
                let name = column.name();
                row.push(match value {
                    Value::Text(text) => texts::number(database, &name, &text)?.into(),
                    other => other,
                });
                names.push(name);
            }
        }
    }
    let marks = vec!["?"; names.len()].join(", ");
    database.prepare_cached(&format!("INSERT INTO clip ({}) VALUES ({marks})", names.join(", ")))?.execute(params_from_iter(row))?;
    let id = old.unwrap_or_else(|| database.last_insert_rowid());
    let words = entry.content.as_ref().map_or_else(|_| path.to_string(), |read| read.words(&path));
    database.prepare_cached("INSERT INTO words (rowid, text) VALUES (?1, ?2)")?.execute((id, words))?;
    if let Ok(read) = &entry.content {
        put_detail(database, id, read)?;
    }
    Ok(())
}

/// The ranges that are missing, as JSON; null where there are none, which is nearly always.
fn gaps(frames: &Frames) -> rusqlite::Result<Value> {
    if frames.missing.is_empty() {
        return Ok(Value::Null);
    }
    json(&frames.missing.iter().map(|r| [*r.start(), *r.end()]).collect::<Vec<_>>()).map(Value::Text)
}

fn json(value: &impl serde::Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|e| rusqlite::Error::ToSqlConversionFailure(e.into()))
}

fn put_detail(database: &Connection, id: i64, read: &Read) -> rusqlite::Result<()> {
    let statement = "INSERT INTO detail (clip, metadata) VALUES (?1, ?2)";
    database.prepare_cached(statement)?.execute((id, json(&read.metadata)?))?;
    let mut file = database.prepare_cached("INSERT INTO file (clip, place, path, sha256) VALUES (?1, ?2, ?3, ?4)")?;
    for ((path, sha256), place) in read.files.iter().zip(0i64..) {
        file.execute((id, place, path.to_string_lossy(), sha256))?;
    }
    if let Some(small) = &read.picture {
        let statement = "INSERT INTO picture (clip, width, height, jpeg) VALUES (?1, ?2, ?3, ?4)";
        database.prepare_cached(statement)?.execute((id, small.width, small.height, &small.jpeg))?;
    }
    Ok(())
}
