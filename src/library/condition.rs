//! A term of a search as a statement asks it of the row `c` of a clip. Every value is bound.

use super::{
    query::{Range, Term, Test},
    texts,
};
use crate::camera::Timecode;
use rusqlite::{Connection, types::Value};

/// A test in SQL, and its values.
#[derive(Debug)]
pub struct Condition {
    pub sql: String,
    pub values: Vec<Value>,
    cost: Cost,
}

/// How long one row takes. A statement's tests are taken from the left, until one fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Cost {
    /// A number is compared, or few.
    Number,
    Timecode,
    /// Looked up in what another table was asked for, once.
    Lookup,
    /// A text is read.
    Text,
}

/// The terms in the order in which they take least time.
pub fn conditions<'a>(database: &Connection, terms: impl Iterator<Item = &'a Term>) -> rusqlite::Result<Vec<Condition>> {
    let mut conditions: Vec<Condition> = terms.map(|term| condition(database, term)).collect::<rusqlite::Result<_>>()?;
    conditions.sort_by_key(|c| c.cost);
    Ok(conditions)
}

/// Words as the index of words is asked for them.
pub fn matching(test: &Test) -> Option<String> {
    let Test::Words { text, whole } = test else { return None };
    Some(format!("\"{}\"{}", text.replace('"', "\"\""), if *whole { "" } else { " *" }))
}

fn condition(database: &Connection, Term { negated, test }: &Term) -> rusqlite::Result<Condition> {
    let of = |cost, sql: &str, values| Condition { sql: sql.to_owned(), values, cost };
    let mut condition = match test {
        Test::Words { .. } => {
            let words = Value::Text(matching(test).unwrap_or_default());
            of(Cost::Lookup, "c.id IN (SELECT rowid FROM words WHERE words MATCH ?)", vec![words])
        }
        Test::Text { columns, asked } => {
            let (mut tests, mut values, mut cost) = (vec![], vec![], Cost::Number);
            for column in columns {
                let Some(among) = texts::among(database, column, asked)? else { continue };
                tests.push(among.sql);
                values.extend(among.values);
                cost = cost.max(if among.few { Cost::Number } else { Cost::Lookup });
            }
            let tests = if tests.is_empty() { "0".to_owned() } else { tests.join(" OR ") };
            of(cost, &format!("({tests})"), values)
        }
        Test::Own { column, asked } => {
            let (way, value) = texts::comparison(asked);
            of(Cost::Text, &format!("c.{column} {way}"), vec![value])
        }
        Test::Number { column, range } => number(column, range),
        Test::Holds(code) => holds(*code),
        Test::Hash(hash) => of(Cost::Lookup, "c.id IN (SELECT clip FROM file WHERE sha256 GLOB ?)", vec![Value::Text(format!("{hash}*"))]),
        Test::Gone => of(Cost::Number, "c.gone = 1", vec![]),
        Test::Failed => of(Cost::Number, "c.error IS NOT NULL", vec![]),
    };
    if *negated {
        // What a clip does not state is not what was asked for, nor is it what was asked not to be.
        condition.sql = format!("NOT coalesce({}, 0)", condition.sql);
    }
    Ok(condition)
}

fn number(column: &str, Range { from, to }: &Range) -> Condition {
    let mut values = vec![];
    let bounds = [(from, ">"), (to, "<")].into_iter().filter_map(|(bound, sign)| {
        let (number, among) = (*bound)?;
        values.push(Value::Real(number));
        Some(format!("c.{column} {sign}{} ?", if among { "=" } else { "" }))
    });
    let sql = format!("({})", bounds.collect::<Vec<_>>().join(" AND "));
    Condition { sql, values, cost: Cost::Number }
}

/// A timecode is a frame of the day once it is known how the clip counts: in the base of its rate, less the labels that it drops. Before
/// the first frame it is of the next day: the clip may run past midnight. Of most clips its second is enough to tell that they do not.
fn holds(code: Timecode) -> Condition {
    /// Minutes of a day, and those of them at which labels are dropped.
    const MINUTES: [i64; 2] = [24 * 60, 24 * 60 - 24 * 6];
    let minutes = i64::from(code.hours) * 60 + i64::from(code.minutes);
    let seconds = minutes * 60 + i64::from(code.seconds);
    let counted = "(? * c.base + ? - c.drop_frame * (c.base / 15) * ?)";
    let at = [seconds, i64::from(code.frames), minutes - minutes / 10];
    let day = [MINUTES[0] * 60, 0, MINUTES[1]];
    let near = "(? BETWEEN c.begins AND c.ends OR ? BETWEEN c.begins AND c.ends)";
    let place = format!("(({counted} - c.start + {counted}) % {counted})");
    let values = [seconds, seconds + MINUTES[0] * 60].into_iter().chain([at, day, day].concat()).chain([i64::from(code.frames)]);
    let sql = format!("({near} AND {place} < c.frames + c.missing AND c.base > ?)");
    Condition { sql, values: values.map(Value::Integer).collect(), cost: Cost::Timecode }
}
