//! Text files of numbers: lines, words, tables of three columns.

use crate::{
    color::{Lattice, Matrix, Op},
    error::{Error, InFile, Result},
    files,
};
use std::{borrow::Cow, io::Read, path::Path};

/// The largest file read: a cube of 256 nodes along an edge, in long numbers, is about this.
const MAX_BYTES: u64 = 1 << 29;

/// The bytes of a regular file.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    files::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes).in_file(path)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Error::invalid("larger than any lookup table").value(format!("more than {MAX_BYTES} bytes")));
    }
    Ok(bytes)
}

/// The text of a file. Bytes that are not UTF-8 can only be in names and comments; they are replaced.
pub fn of(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// A line that is not empty.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// From 1.
    pub number: u32,
    /// Without white space around it.
    pub text: &'a str,
}

/// The lines that say something, without those that begin with `#`.
pub fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let numbered = text.lines().zip(1..).map(|(text, number)| Line { number, text: text.trim() });
    numbered.filter(|line| !line.text.is_empty() && !line.text.starts_with('#'))
}

impl<'a> Line<'a> {
    pub fn words(&self) -> std::str::SplitAsciiWhitespace<'a> {
        self.text.split_ascii_whitespace()
    }
    /// The first word and the rest.
    pub fn key(&self) -> (&'a str, &'a str) {
        let (key, rest) = self.text.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((self.text, ""));
        (key, rest.trim_start())
    }
    pub fn error(&self, message: impl Into<String>) -> Error {
        let shown: String = self.text.chars().take(80).collect();
        Error::invalid(message).value(shown).line(self.number)
    }
    /// Exactly `N` finite numbers.
    pub fn numbers<const N: usize>(&self) -> Result<[f64; N]> {
        numbers_of(*self, self.text)
    }
}

/// Exactly `N` finite numbers of `text`, a part of `line`.
pub fn numbers_of<const N: usize>(line: Line<'_>, text: &str) -> Result<[f64; N]> {
    let mut out = [0.0; N];
    let mut words = text.split_ascii_whitespace();
    for x in &mut out {
        *x = number(line, words.next().ok_or_else(|| line.error(format!("not {N} numbers")))?)?;
    }
    match words.next() {
        Some(_) => Err(line.error(format!("not {N} numbers"))),
        None => Ok(out),
    }
}

/// Numbers beyond would not be finite in f32 once something is done with them.
pub const LARGEST: f64 = 1e30;

pub fn number(line: Line<'_>, word: &str) -> Result<f64> {
    match word.parse::<f64>() {
        Ok(x) if x.abs() <= LARGEST => Ok(x),
        Ok(x) if x.is_finite() => Err(Error::invalid("larger than any colour").value(word).line(line.number)),
        _ => Err(Error::invalid("not a finite number").value(word).line(line.number)),
    }
}

/// A whole number from 0 to `most`.
pub fn count(line: Line<'_>, word: &str, most: usize) -> Result<usize> {
    match word.parse::<usize>() {
        Ok(n) if n <= most => Ok(n),
        _ => Err(Error::invalid(format!("not a whole number up to {most}")).value(word).line(line.number)),
    }
}

/// Nodes along an edge of a cube: 2 to 256.
pub fn cube_size(line: Line<'_>, word: &str) -> Result<usize> {
    match count(line, word, 256)? {
        0 | 1 => Err(Error::invalid("fewer than 2 nodes along an edge").value(word).line(line.number)),
        n => Ok(n),
    }
}

/// Entries of a 1D table.
pub fn table_size(line: Line<'_>, word: &str) -> Result<usize> {
    match count(line, word, crate::color::Lut1::MAX_ENTRIES)? {
        0 | 1 => Err(Error::invalid("fewer than 2 entries").value(word).line(line.number)),
        n => Ok(n),
    }
}

/// `values` must be as many as the header says.
pub fn check_count(what: &str, got: usize, want: usize) -> Result<()> {
    if got == want { Ok(()) } else { Err(Error::invalid(format!("{got} values where the header says {want}")).field(what.to_owned())) }
}

/// What brings `low..=high` of each channel to 0..=1, if it is another range. `None` where a range is empty.
pub fn to_unit(low: [f64; 3], high: [f64; 3]) -> Option<Vec<Op>> {
    if (low, high) == ([0.0; 3], [1.0; 3]) {
        return Some(Vec::new());
    }
    let scale: [f64; 3] = std::array::from_fn(|c| 1.0 / (high[c] - low[c]));
    let offset: [f64; 3] = std::array::from_fn(|c| -low[c] * scale[c]);
    let sound = scale.iter().all(|x| x.abs() <= LARGEST && *x != 0.0) && offset.iter().all(|x| x.abs() <= LARGEST);
    sound.then(|| vec![Op::Matrix(Matrix { m: crate::color::rgb::diagonal(scale), offset })])
}

/// Rows of three columns as tables of the channels.
pub fn columns(rows: &[[f64; 3]]) -> [Vec<f64>; 3] {
    [0, 1, 2].map(|c| rows.iter().map(|row| row[c]).collect())
}

/// Nodes along the edge of a cube of `count` nodes.
pub fn edge_of(count: usize) -> Option<usize> {
    (2..=256).find(|n| n * n * n == count)
}

/// A cube of `size` along an edge, from nodes in an order where blue runs fastest.
pub fn blue_fastest(size: usize, nodes: &[[f64; 3]]) -> Option<Lattice> {
    if nodes.len() != size.checked_pow(3)? {
        return None;
    }
    let red_fastest = |i: usize| nodes[(i % size * size + i / size % size) * size + i / size / size];
    Lattice::new(size, &(0..nodes.len()).map(red_fastest).collect::<Vec<_>>())
}
