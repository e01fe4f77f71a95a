//! The texts of fields, each kept once: a clip has its number, so that a search compares few texts however many clips there are.
//!
//! A text that no clip has any more stays until the index is made anew; nothing is found by it.

use super::query::Asked;
use rusqlite::{Connection, OptionalExtension, params, types::Value};

/// The number of a text in a column of a field; one that is new gets one.
pub fn number(database: &Connection, column: &str, text: &str) -> rusqlite::Result<i64> {
    let mut known = database.prepare_cached("SELECT id FROM value WHERE field = ?1 AND text = ?2")?;
    if let Some(number) = known.query_row([column, text], |row| row.get(0)).optional()? {
        return Ok(number);
    }
    database.prepare_cached("INSERT INTO value (field, text) VALUES (?1, ?2)")?.execute([column, text])?;
    Ok(database.last_insert_rowid())
}

/// Texts of a column that are asked by their numbers, at most: beyond it, it takes longer to write them down than to look them up.
const FEW: usize = 64;

/// The test that a clip has one of some texts in a column.
pub struct Among {
    pub sql: String,
    pub values: Vec<Value>,
    /// Whether they are few numbers, written down.
    pub few: bool,
}

/// The texts of a column that are asked for; none where no clip ever had one.
pub fn among(database: &Connection, column: &str, asked: &Asked) -> rusqlite::Result<Option<Among>> {
    let (way, value) = comparison(asked);
    let these = format!("SELECT id FROM value WHERE field = ? AND text {way}");
    let mut statement = database.prepare_cached(&format!("{these} LIMIT ?"))?;
    let numbers = statement.query_map(params![column, value, FEW as i64 + 1], |row| row.get::<_, i64>(0))?;
    let numbers: Vec<i64> = numbers.collect::<rusqlite::Result<_>>()?;
    let few = numbers.len() <= FEW;
    let (these, values) = if few {
        (vec!["?"; numbers.len()].join(", "), numbers.iter().copied().map(Value::Integer).collect())
    } else {
        (these, vec![Value::Text(column.to_owned()), value])
    };
    Ok((!numbers.is_empty()).then(|| Among { sql: format!("c.{column} IN ({these})"), values, few }))
}

/// How a text is compared with what is asked, and with which value.
pub fn comparison(asked: &Asked) -> (&'static str, Value) {
    let Asked { text, whole } = asked;
    if *whole {
        return ("= ? COLLATE NOCASE", Value::Text(text.clone()));
    }
    let text = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    ("LIKE ? ESCAPE '\\'", Value::Text(format!("%{text}%")))
}
