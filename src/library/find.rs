//! A search, answered.

use super::{
    Frames, Library,
    condition::{Condition, conditions, matching},
    query::Query,
};
use crate::{
    camera::{FrameNumber, Metadata},
    error::{Error, Result},
};
use rusqlite::{Connection, params_from_iter, types::Value};
use std::{
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

/// A clip that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    pub path: PathBuf,
    pub name: String,
    pub format: String,
    pub frames: Frames,
    pub metadata: Metadata,
    /// Whether it is no more where it was.
    pub gone: bool,
    /// Why it could not be read; then there is nothing else.
    pub error: Option<String>,
}

impl Library {
    /// The clips that fit, by name, at most `limit` of them. Those that are gone only where the search asks for them.
    ///
    /// # Errors
    /// The index is damaged, or in use for too long.
    pub fn find(&self, query: &Query, limit: usize) -> Result<Vec<Hit>> {
        let search = Search::of(&self.database, query).map_err(|e| self.named(&e))?;
        // The first by name, of those the first of all: where enough of them fit, the others need not be looked at.
        if search.words.is_none() {
            let hits = self.ask(&search, limit, Some(FIRST))?;
            if hits.len() >= limit {
                return Ok(hits);
            }
        }
        self.ask(&search, limit, None)
    }

    /// As [`Library::find`], and whether more fit than these.
    ///
    /// # Errors
    /// Those of [`Library::find`].
    pub fn find_first(&self, query: &Query, limit: usize) -> Result<(Vec<Hit>, bool)> {
        let mut hits = self.find(query, limit.saturating_add(1))?;
        let more = hits.len() > limit;
        hits.truncate(limit);
        Ok((hits, more))
    }

    /// Asks all clips, or the first so many by name.
    fn ask(&self, search: &Search, limit: usize, first: Option<usize>) -> Result<Vec<Hit>> {
        let (statement, values) = search.statement(limit, first);
        let read = || -> rusqlite::Result<Vec<(Hit, [Option<String>; 2])>> {
            let mut statement = self.database.prepare_cached(&statement)?;
            let rows = statement.query_map(params_from_iter(values), hit)?;
            rows.collect()
        };
        read().map_err(|e| self.named(&e))?.into_iter().map(|(hit, detail)| self.whole(hit, detail)).collect()
    }

    /// How many clips there are, those that are gone and files that could not be read left out.
    pub fn clips(&self) -> Result<u64> {
        let count = self.database.query_row("SELECT count(*) FROM clip WHERE gone = 0 AND error IS NULL", [], |row| row.get::<_, i64>(0));
        count.map(|n| n.unsigned_abs()).map_err(|e| self.named(&e))
    }

    fn whole(&self, mut hit: Hit, [metadata, gaps]: [Option<String>; 2]) -> Result<Hit> {
        if let Some(text) = metadata {
            hit.metadata = serde_json::from_str(&text).map_err(|e| self.unreadable("metadata", &hit.path, &e))?;
        }
        if let Some(text) = gaps {
            hit.frames.missing = self.gaps(&text, &hit.path)?;
        }
        Ok(hit)
    }

    /// The frames that a clip lacks, as the index has them.
    pub(super) fn gaps(&self, text: &str, path: &Path) -> Result<Vec<RangeInclusive<FrameNumber>>> {
        let gaps: Vec<[FrameNumber; 2]> = serde_json::from_str(text).map_err(|e| self.unreadable("gaps", path, &e))?;
        Ok(gaps.into_iter().filter(|[from, to]| from <= to).map(|[from, to]| from..=to).collect())
    }

    fn unreadable(&self, what: &str, path: &Path, error: &serde_json::Error) -> Error {
        let error = Error::invalid(format!("not as this program writes it ({error}); index again")).field(what).value(path.display());
        self.placed(error)
    }
}

/// A clip, with its metadata and gaps still to be read.
fn hit(row: &rusqlite::Row) -> rusqlite::Result<(Hit, [Option<String>; 2])> {
    let text = |i: usize| row.get::<_, Option<String>>(i);
    let number = |i: usize| row.get::<_, Option<i64>>(i);
    let frames = Frames {
        first: number(5)?.and_then(|n| FrameNumber::try_from(n).ok()).unwrap_or(0),
        count: number(6)?.and_then(|n| u64::try_from(n).ok()).unwrap_or(0),
        missing: vec![],
    };
    let hit = Hit {
        path: row.get::<_, String>(0)?.into(),
        name: text(1)?.unwrap_or_default(),
        format: text(2)?.unwrap_or_default(),
        gone: row.get(3)?,
        error: text(4)?,
        frames,
        metadata: Metadata::default(),
    };
    Ok((hit, [text(7)?, text(8)?]))
}

/// Clips that are looked at first.
const FIRST: usize = 4000;

/// A search as the database is asked.
struct Search {
    /// All words at once: the index of words is asked once, and first, for it leaves the fewest.
    words: Option<String>,
    conditions: Vec<Condition>,
    gone: bool,
}

impl Search {
    fn of(database: &Connection, query: &Query) -> rusqlite::Result<Self> {
        let words: Vec<String> = query.terms.iter().filter(|t| !t.negated).filter_map(|t| matching(&t.test)).collect();
        let others = query.terms.iter().filter(|t| t.negated || matching(&t.test).is_none());
        let words = (!words.is_empty()).then(|| words.join(" AND "));
        Ok(Self { words, conditions: conditions(database, others)?, gone: query.asks_for_gone() })
    }

    /// The statement and its values, every one of which is bound. `first`: only so many clips are looked at, the first by name, where no
    /// words are asked for.
    fn statement(&self, limit: usize, first: Option<usize>) -> (String, Vec<Value>) {
        let mut values = vec![];
        let (from, mut tests) = match (first, &self.words) {
            (Some(first), None) => {
                values.push(whole(first));
                ("(SELECT id FROM clip ORDER BY name COLLATE NOCASE, path LIMIT ?) AS f CROSS JOIN clip AS c ON c.id = f.id", vec![])
            }
            // In the order of the table: a way by name would read it page by page at random.
            (None, None) => ("clip AS c NOT INDEXED", vec![]),
            (_, Some(words)) => {
                values.push(Value::Text(words.clone()));
                ("words CROSS JOIN clip AS c ON c.id = words.rowid", vec!["words MATCH ?"])
            }
        };
        if !self.gone {
            tests.push("c.gone = 0");
        }
        for condition in &self.conditions {
            tests.push(&condition.sql);
            values.extend(condition.values.iter().cloned());
        }
        let tests = if tests.is_empty() { "1".to_owned() } else { tests.join(" AND ") };
        values.push(whole(limit));
        let found = format!("SELECT c.id, c.name, c.path FROM {from} WHERE {tests} ORDER BY c.name COLLATE NOCASE, c.path LIMIT ?");
        let shown = "clip.path, clip.name, format, gone, error, first, frames, detail.metadata, gaps";
        let statement = format!(
            "SELECT {shown} FROM ({found}) AS found JOIN clip ON clip.id = found.id LEFT JOIN detail ON detail.clip = clip.id \
             ORDER BY found.name COLLATE NOCASE, found.path"
        );
        (statement, values)
    }
}

fn whole(n: usize) -> Value {
    Value::Integer(i64::try_from(n).unwrap_or(i64::MAX))
}
