//! Avid Log Exchange: a table of clips, tab-separated, under the words `Heading`, `Column` and `Data`.
//!
//! Read so that it is written back byte for byte: line ends, blank lines, blank cells and unknown columns stay.

mod clips;
mod read;

use crate::sidecar::xml::Line as At;
pub use read::{parse, read};

/// A list, line by line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ale {
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub content: Content,
    pub end: End,
    /// In the file.
    pub at: At,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Nothing, or nothing but white space, as it is.
    Blank(String),
    /// `Heading`, `Column` or `Data`, with the white space after it.
    Section(String),
    /// Names and values in turn, as it is.
    Heading(Vec<String>),
    /// The names of the columns.
    Columns(Vec<String>),
    /// The cells of a clip. Where there are fewer than columns, the rest is blank.
    Row(Vec<String>),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    #[default]
    Lf,
    CrLf,
    Cr,
    /// The file ends in the line.
    None,
}

impl Ale {
    /// A value of the heading: `FPS`, `VIDEO_FORMAT` …
    pub fn heading(&self, name: &str) -> Option<&str> {
        self.headings().find(|(n, _)| *n == name).map(|(_, value)| value)
    }

    /// The heading, in order.
    pub fn headings(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines.iter().flat_map(|line| {
            let fields = if let Content::Heading(fields) = &line.content { fields.as_slice() } else { &[] };
            fields.chunks(2).filter_map(|pair| if let [name, value] = pair { Some((name.as_str(), value.as_str())) } else { None })
        })
    }

    pub fn columns(&self) -> &[String] {
        self.lines
            .iter()
            .find_map(|l| if let Content::Columns(names) = &l.content { Some(names.as_slice()) } else { None })
            .unwrap_or_default()
    }

    /// Every clip: its cells, and its line in the file.
    pub fn rows(&self) -> impl Iterator<Item = (&[String], u32)> {
        self.lines.iter().filter_map(|l| if let Content::Row(cells) = &l.content { Some((cells.as_slice(), l.at.0)) } else { None })
    }
}

/// Writes a list; what [`parse`] read comes out byte for byte.
///
/// Tabs and line ends within a field, which the format cannot hold, become spaces.
pub fn write(ale: &Ale) -> String {
    let mut out = String::new();
    let clean = |field: &String| field.replace(['\t', '\n', '\r'], " ");
    for line in &ale.lines {
        match &line.content {
            Content::Blank(text) | Content::Section(text) => out.push_str(text),
            Content::Heading(fields) | Content::Columns(fields) | Content::Row(fields) => {
                out.push_str(&fields.iter().map(clean).collect::<Vec<_>>().join("\t"));
            }
        }
        out.push_str(match line.end {
            End::Lf => "\n",
            End::CrLf => "\r\n",
            End::Cr => "\r",
            End::None => "",
        });
    }
    out
}

#[cfg(test)]
mod tests;
