//! Text to lines.

use super::{Ale, Content, End, Line};
use crate::{
    error::{Error, InFile, Result},
    sidecar::xml::{self, Limits, Line as At},
};
use std::path::Path;

/// Columns of a list; Avid itself stops at some hundred.
const MAX_COLUMNS: usize = 4096;

/// Cells of a list in all: a hundred columns of twenty thousand clips.
const MAX_CELLS: usize = 2 << 20;

/// Reads a list of at most 16 MiB.
pub fn read(path: &Path) -> Result<Ale> {
    parse(&xml::read_bytes(path, Limits::default().bytes)?).in_file(path)
}

#[derive(Clone, Copy, PartialEq)]
enum Section {
    Start,
    Heading,
    Column,
    Data,
}

/// Parses a list.
///
/// # Errors
/// Not UTF-8; a section missing, twice or out of order; a heading that is no pairs; a delimiter other than tabs; a row with
/// more cells than columns; more than 2 097 152 cells. Each with its line.
pub fn parse(bytes: &[u8]) -> Result<Ale> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let line = 1 + bytes[..e.valid_up_to()].iter().filter(|b| **b == b'\n').count();
        Error::unsupported("not UTF-8; save it as UTF-8").line(u32::try_from(line).unwrap_or(u32::MAX))
    })?;
    let (mut ale, mut section) = (Ale::default(), Section::Start);
    let mut columns = None;
    let mut cells = 0usize;
    for (i, (line, end)) in lines(text).into_iter().enumerate() {
        let number = u32::try_from(i + 1).unwrap_or(u32::MAX);
        let content = content(line, &mut section, &mut columns).map_err(|e| e.line(number))?;
        if let Content::Heading(fields) | Content::Columns(fields) | Content::Row(fields) = &content {
            cells += fields.len();
        }
        if cells > MAX_CELLS {
            return Err(Error::unsupported(format!("more cells than {MAX_CELLS}")).line(number));
        }
        ale.lines.push(Line { content, end, at: At(number) });
    }
    let last = u32::try_from(ale.lines.len()).unwrap_or(u32::MAX);
    if section != Section::Data {
        return Err(Error::invalid("not a whole ALE: Heading, Column and Data were expected").line(last));
    }
    if let Some(delimiter) = ale.heading("FIELD_DELIM").filter(|d| *d != "TABS") {
        return Err(Error::unsupported("only tabs are read").field("FIELD_DELIM").value(delimiter));
    }
    Ok(ale)
}

fn content(line: &str, section: &mut Section, columns: &mut Option<usize>) -> Result<Content> {
    // The byte order mark belongs to the first word.
    let word = line.trim_start_matches('\u{feff}').trim_end();
    let next = match word {
        "Heading" => Some((Section::Start, Section::Heading)),
        "Column" => Some((Section::Heading, Section::Column)),
        "Data" => Some((Section::Column, Section::Data)),
        _ => None,
    };
    if let Some((before, now)) = next {
        // A clip or a column may be named so.
        let named = *section == Section::Data || (*section == Section::Column && columns.is_none());
        if *section == before && !(now == Section::Data && columns.is_none()) {
            *section = now;
            return Ok(Content::Section(line.into()));
        }
        if !named {
            return Err(Error::invalid("out of order: Heading, Column, Data were expected").value(word));
        }
    }
    if word.trim().is_empty() && (*section != Section::Data || !line.contains('\t')) {
        return Ok(Content::Blank(line.into()));
    }
    let fields: Vec<String> = line.split('\t').map(str::to_owned).collect();
    match *section {
        Section::Start => Err(Error::invalid("not an ALE: it begins with Heading").value(word.chars().take(80).collect::<String>())),
        Section::Heading => {
            let used = fields.iter().rposition(|f| !f.trim().is_empty()).map_or(0, |i| i + 1);
            if fields.len() < 2 || used > fields.len() / 2 * 2 {
                return Err(Error::invalid("a heading is a name, a tab and a value").field("Heading").value(word));
            }
            Ok(Content::Heading(fields))
        }
        Section::Column => {
            if columns.is_some() {
                return Err(Error::invalid("a second line of columns; Data was expected").field("Column"));
            }
            if fields.len() > MAX_COLUMNS {
                return Err(Error::invalid(format!("more columns than {MAX_COLUMNS}")).value(fields.len()));
            }
            *columns = Some(fields.len());
            Ok(Content::Columns(fields))
        }
        Section::Data => {
            let extra = fields.get(columns.unwrap_or(0)..).unwrap_or_default();
            match extra.iter().find(|f| !f.trim().is_empty()) {
                // Blank ones are harmless, and written by some programs.
                None => Ok(Content::Row(fields)),
                Some(cell) => Err(Error::invalid("more cells than columns").field("Data").value(cell)),
            }
        }
    }
}

/// The lines of a text with their ends; after the last end there is none.
fn lines(text: &str) -> Vec<(&str, End)> {
    let (mut found, mut rest) = (vec![], text);
    while !rest.is_empty() {
        let Some(at) = rest.find(['\n', '\r']) else {
            found.push((rest, End::None));
            break;
        };
        let (line, tail) = rest.split_at(at);
        let (end, length) = match tail.as_bytes() {
            [b'\r', b'\n', ..] => (End::CrLf, 2),
            [b'\r', ..] => (End::Cr, 1),
            _ => (End::Lf, 1),
        };
        found.push((line, end));
        rest = &tail[length..];
    }
    found
}
