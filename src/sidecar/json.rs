//! The one door for JSON documents: numbers kept as they are written, members in their order, and every value with its line.
//!
//! A framing decision of 3710.7000000000003 pixels is a decimal number; read as binary floating point it is another one.
//! The reader stops at [`Limits`] before memory or the stack are at risk.

use crate::error::{Error, Result};
use std::fmt::Write;

/// What a document may hold. One beyond any of them is refused as invalid.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Nested arrays and objects. Also bounds every recursion over the tree.
    pub depth: usize,
    /// Values in all.
    pub nodes: usize,
    /// Whether `NaN`, `Inf`, `Infinity` and their negatives are numbers, which JSON has not and OpenTimelineIO writes.
    pub non_finite: bool,
}

impl Default for Limits {
    /// An FDL has seven levels and some hundred values.
    fn default() -> Self {
        Self { depth: 64, nodes: 1 << 20, non_finite: false }
    }
}

/// A value and the line (from 1) on which it begins.
#[derive(Clone, Debug)]
pub struct Node {
    pub line: u32,
    pub value: Value,
}

/// Equal when the values are; where they stand does not matter.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    /// The text of the number, which follows JSON's grammar (or names what is not finite, see [`Limits::non_finite`]).
    Number(String),
    String(String),
    Array(Vec<Node>),
    /// Names may repeat; what that means is the caller's decision.
    Object(Vec<(String, Node)>),
}

impl Value {
    /// The first member of that name, if it is an object.
    pub fn member(&self, name: &str) -> Option<&Node> {
        if let Value::Object(members) = self { members.iter().find(|(n, _)| n == name).map(|(_, node)| node) } else { None }
    }
    pub fn text(&self) -> Option<&str> {
        if let Value::String(text) = self { Some(text) } else { None }
    }
    pub fn items(&self) -> &[Node] {
        if let Value::Array(items) = self { items } else { &[] }
    }
    /// What it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        }
    }
}

impl From<Value> for Node {
    fn from(value: Value) -> Self {
        Node { line: 0, value }
    }
}

/// Reads one JSON text (RFC 8259, UTF-8, an initial byte order mark allowed) within [`Limits::default`].
pub fn parse(bytes: &[u8]) -> Result<Node> {
    parse_with(bytes, Limits::default())
}

/// Reads one JSON text.
///
/// # Errors
/// Not UTF-8, not JSON, or beyond `limits`; with the line.
pub fn parse_with(bytes: &[u8], limits: Limits) -> Result<Node> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let line = 1 + bytes[..e.valid_up_to()].iter().filter(|b| **b == b'\n').count();
        Error::invalid(format!("not UTF-8 at byte {}", e.valid_up_to())).line(u32::try_from(line).unwrap_or(u32::MAX))
    })?;
    let mut parser = Parser { bytes: text.trim_start_matches('\u{feff}').as_bytes(), at: 0, line: 1, limits, nodes: 0 };
    let node = parser.value(0)?;
    parser.blank();
    match parser.peek() {
        None => Ok(node),
        Some(_) => Err(parser.error("text after the end of the document")),
    }
}

struct Parser<'a> {
    /// Valid UTF-8.
    bytes: &'a [u8],
    at: usize,
    line: u32,
    limits: Limits,
    nodes: usize,
}

impl Parser<'_> {
    fn error(&self, message: &str) -> Error {
        Error::invalid(format!("not JSON: {message}")).line(self.line)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blank(&mut self) {
        while let Some(b @ (b' ' | b'\t' | b'\r' | b'\n')) = self.peek() {
            self.line += u32::from(b == b'\n');
            self.at += 1;
        }
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.bytes[self.at..].starts_with(word.as_bytes());
        self.at += if found { word.len() } else { 0 };
        found
    }

    fn value(&mut self, depth: usize) -> Result<Node> {
        if depth >= self.limits.depth {
            return Err(self.error("nested too deeply"));
        }
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            return Err(self.error("too many values"));
        }
        self.blank();
        let line = self.line;
        let value = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b'N' | b'I' | b'-') if self.limits.non_finite && self.not_finite() => Value::Number(self.non_finite()),
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            Some(_) if self.take("true") => Value::Bool(true),
            Some(_) if self.take("false") => Value::Bool(false),
            Some(_) if self.take("null") => Value::Null,
            Some(_) => return Err(self.error("a value was expected")),
            None => return Err(self.error("the text ends in the middle")),
        };
        Ok(Node { line, value })
    }

    fn object(&mut self, depth: usize) -> Result<Value> {
        let mut members = vec![];
        self.at += 1;
        self.blank();
        if self.take("}") {
            return Ok(Value::Object(members));
        }
        loop {
            self.blank();
            if self.peek() != Some(b'"') {
                return Err(self.error("a member name was expected"));
            }
            let name = self.string()?;
            self.blank();
            if !self.take(":") {
                return Err(self.error("':' was expected"));
            }
            members.push((name, self.value(depth + 1)?));
            self.blank();
            if self.take("}") {
                return Ok(Value::Object(members));
            }
            if !self.take(",") {
                return Err(self.error("',' or '}' was expected"));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value> {
        let mut items = vec![];
        self.at += 1;
        self.blank();
        if self.take("]") {
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.blank();
            if self.take("]") {
                return Ok(Value::Array(items));
            }
            if !self.take(",") {
                return Err(self.error("',' or ']' was expected"));
            }
        }
    }

    fn digits(&mut self) -> Result<()> {
        let from = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == from { Err(self.error("a digit was expected")) } else { Ok(()) }
    }

    fn number(&mut self) -> Result<String> {
        let from = self.at;
        self.take("-");
        if !self.take("0") {
            self.digits()?;
        }
        if self.take(".") {
            self.digits()?;
        }
        if self.take("e") || self.take("E") {
            let _ = self.take("+") || self.take("-");
            self.digits()?;
        }
        Ok(String::from_utf8_lossy(&self.bytes[from..self.at]).into_owned())
    }

    fn not_finite(&self) -> bool {
        let rest = &self.bytes[self.at..];
        matches!(rest.strip_prefix(b"-").unwrap_or(rest).first(), Some(b'N' | b'I'))
    }

    /// The longest word that names what is not finite; anything else fails at the next value or comma.
    fn non_finite(&mut self) -> String {
        let from = self.at;
        self.take("-");
        let _ = self.take("NaN") || self.take("Infinity") || self.take("Inf");
        String::from_utf8_lossy(&self.bytes[from..self.at]).into_owned()
    }

    fn string(&mut self) -> Result<String> {
        self.at += 1;
        let mut out = vec![];
        loop {
            match self.peek() {
                None => return Err(self.error("the text ends within a string")),
                Some(b'"') => break,
                Some(0..=0x1f) => return Err(self.error("a control character within a string")),
                Some(b'\\') => {
                    self.at += 1;
                    let c = self.escape()?;
                    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
                Some(b) => {
                    out.push(b);
                    self.at += 1;
                }
            }
        }
        self.at += 1;
        String::from_utf8(out).map_err(|_| self.error("not UTF-8"))
    }

    fn escape(&mut self) -> Result<char> {
        let b = self.peek().ok_or_else(|| self.error("the text ends within a string"))?;
        self.at += 1;
        Ok(match b {
            b'"' | b'\\' | b'/' => char::from(b),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let high = self.hex()?;
                let code = match high {
                    0xd800..=0xdbff if self.take("\\u") => match self.hex()? {
                        low @ 0xdc00..=0xdfff => 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00),
                        _ => return Err(self.error("half a surrogate pair")),
                    },
                    code => code,
                };
                char::from_u32(code).ok_or_else(|| self.error("half a surrogate pair"))?
            }
            _ => return Err(self.error("an unknown escape")),
        })
    }

    fn hex(&mut self) -> Result<u32> {
        let digits = self.bytes.get(self.at..self.at + 4).filter(|d| d.iter().all(u8::is_ascii_hexdigit));
        let digits = digits.ok_or_else(|| self.error("four hex digits were expected"))?;
        let code = digits.iter().fold(0, |n, d| n * 16 + char::from(*d).to_digit(16).unwrap_or(0));
        self.at += 4;
        Ok(code)
    }
}

/// Writes `node` with an indent of two spaces and a final newline.
pub fn print(node: &Node) -> String {
    let mut out = String::new();
    print_value(&node.value, 0, &mut out);
    out.push('\n');
    out
}

fn print_value(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Number(text) => out.push_str(text),
        Value::String(text) => print_string(text, out),
        Value::Array(items) => print_items(('[', ']'), items, depth, out, |item, out| print_value(&item.value, depth + 1, out)),
        Value::Object(members) => print_items(('{', '}'), members, depth, out, |(name, item), out| {
            print_string(name, out);
            out.push_str(": ");
            print_value(&item.value, depth + 1, out);
        }),
    }
}

fn print_items<T>(ends: (char, char), items: &[T], depth: usize, out: &mut String, print: impl Fn(&T, &mut String)) {
    out.push(ends.0);
    for (i, item) in items.iter().enumerate() {
        out.push_str(if i == 0 { "\n" } else { ",\n" });
        out.push_str(&"  ".repeat(depth + 1));
        print(item, out);
    }
    if !items.is_empty() {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    }
    out.push(ends.1);
}

fn print_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c < ' ' => drop(write!(out, "\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written() {
        let text = "{\n  \"a\": [\n    1.50,\n    -2e-3,\n    \"\\u00e9\\ud83d\\ude00\\n\\\"\"\n  ],\n  \"b\": {},\n  \"c\": null,\n  \"d\": []\n}\n";
        let node = parse(text.as_bytes()).unwrap();
        let printed = print(&node);
        assert_eq!(printed, text.replace("\\u00e9\\ud83d\\ude00", "é😀"));
        assert_eq!(parse(printed.as_bytes()).unwrap(), node);
        let Value::Object(members) = &node.value else { panic!() };
        assert_eq!((members[0].1.line, members[2].1.line), (2, 8));
    }

    #[test]
    fn what_is_not_finite_is_read_where_it_is_allowed() {
        let read = |text: &str| parse_with(text.as_bytes(), Limits { non_finite: true, ..Limits::default() });
        let text = "[\n  Inf,\n  -Infinity,\n  NaN,\n  -1\n]\n";
        assert_eq!(print(&read(text).unwrap()), text);
        for text in ["[Nan]", "[-]", "[Infi]", "-N", "I"] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(parse_with(b"[1,2,3]", Limits { nodes: 3, ..Limits::default() }).is_err());
    }

    #[test]
    fn what_is_not_json_is_refused() {
        let deep = "[".repeat(100_000);
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\" 1}",
            "01",
            "1.",
            "NaN",
            "Infinity",
            "+1",
            "\"\\ud800\"",
            "\"\\u12\"",
            "\"a",
            "\"\t\"",
            "1 2",
            "{a:1}",
            "tru",
            "-",
            "1e",
            &deep,
        ] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
        assert!(parse(b"\"\xff\"").is_err());
        assert_eq!(parse(b"\n\n  x").unwrap_err().to_string(), "not JSON: a value was expected");
    }
}
