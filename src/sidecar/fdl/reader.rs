//! Takes members out of a JSON object one by one, noting what is missing, wrong or unknown.

use super::{
    ids::Tree,
    json::{Node, Value},
    model::{Members, Number, Word},
};
use crate::sidecar::{Diagnostic, Level};

/// Digits and signs of a number that are looked at, and the powers of ten it may span: far beyond any picture, and
/// small enough that exact arithmetic on it stays cheap.
const MAX_NUMBER_LENGTH: usize = 40;
const NUMBER_RANGE: std::ops::RangeInclusive<f64> = 1e-12..=1e12;

/// What is found on the way.
pub struct Findings {
    pub list: Vec<Diagnostic>,
    /// Major and minor; (0, 0) until known.
    pub version: (u32, u32),
    /// What the document calls its parts.
    pub tree: Tree,
}

/// Findings kept; a hostile document could have one a byte.
const MAX_FINDINGS: usize = 1000;

impl Findings {
    pub fn add(&mut self, level: Level, code: &'static str, line: u32, path: &str, message: impl Into<String>) {
        if self.list.len() < MAX_FINDINGS {
            self.list.push(Diagnostic { level, code, message: message.into(), line, path: path.to_owned() });
        }
    }
    pub fn error(&mut self, code: &'static str, line: u32, path: &str, message: impl Into<String>) {
        self.add(Level::Error, code, line, path, message);
    }
}

/// The members of an object that were not taken yet.
pub struct Object {
    pub line: u32,
    pub path: String,
    members: Members,
}

impl Object {
    /// `node` as an object; otherwise the finding is noted.
    pub fn new(node: Node, path: &str, findings: &mut Findings) -> Option<Object> {
        let Node { line, value } = node;
        match value {
            Value::Object(members) => {
                let mut kept = Members::with_capacity(members.len());
                let mut seen = std::collections::HashSet::new();
                for (name, node) in members {
                    if seen.insert(name.clone()) {
                        kept.push((name, node));
                    } else {
                        findings.error("DUPLICATE_MEMBER", node.line, &join(path, &name), "given twice; the first is used");
                    }
                }
                Some(Object { line, path: path.to_owned(), members: kept })
            }
            other => {
                findings.error("TYPE", line, path, format!("{} where an object belongs", other.kind()));
                None
            }
        }
    }

    pub fn path_of(&self, name: &str) -> String {
        join(&self.path, name)
    }

    fn take(&mut self, name: &str) -> Option<Node> {
        let i = self.members.iter().position(|(n, _)| n == name)?;
        Some(self.members.remove(i).1)
    }

    /// A member that must be there.
    pub fn required<T>(&mut self, f: &mut Findings, name: &str, read: impl FnOnce(Node, &str, &mut Findings) -> Option<T>) -> Option<T> {
        match self.take(name) {
            Some(node) => read(node, &self.path_of(name), f),
            None => {
                f.error("MISSING_MEMBER", self.line, &self.path_of(name), "required");
                None
            }
        }
    }

    pub fn optional<T>(&mut self, f: &mut Findings, name: &str, read: impl FnOnce(Node, &str, &mut Findings) -> Option<T>) -> Option<T> {
        let node = self.take(name)?;
        read(node, &self.path_of(name), f)
    }

    /// The objects of an array; those that cannot be read are left out, which is noted.
    pub fn objects<T>(&mut self, f: &mut Findings, name: &str, read: impl Fn(Object, &mut Findings) -> Option<T>) -> Vec<T> {
        let path = self.path_of(name);
        let Some(node) = self.take(name) else { return vec![] };
        let Value::Array(items) = node.value else {
            f.error("TYPE", node.line, &path, format!("{} where an array belongs", node.value.kind()));
            return vec![];
        };
        let items = items.into_iter().enumerate();
        items.filter_map(|(i, item)| Object::new(item, &format!("{path}[{i}]"), f).and_then(|object| read(object, f))).collect()
    }

    /// What is left: custom members, kept. Others are errors, and kept too.
    pub fn rest(self, f: &mut Findings) -> Members {
        for (name, node) in &self.members {
            let path = join(&self.path, name);
            if !name.starts_with('_') {
                f.error("UNKNOWN_MEMBER", node.line, &path, "not a member of this object; custom names begin with _");
            } else if f.version < (2, 0) {
                f.error("NOT_IN_VERSION", node.line, &path, "custom members came with FDL 2.0");
            }
        }
        self.members
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn wrong(node: &Node, path: &str, f: &mut Findings, wanted: &str) {
    f.error("TYPE", node.line, path, format!("{} where {wanted} belongs", node.value.kind()));
}

pub fn string(node: Node, path: &str, f: &mut Findings) -> Option<String> {
    if let Value::String(text) = node.value {
        return Some(text);
    }
    wrong(&node, path, f, "a string");
    None
}

pub fn boolean(node: Node, path: &str, f: &mut Findings) -> Option<bool> {
    if let Value::Bool(b) = node.value {
        return Some(b);
    }
    wrong(&node, path, f, "a boolean");
    None
}

/// A number of bounded length and range.
pub fn number(node: Node, path: &str, f: &mut Findings) -> Option<Number> {
    let Value::Number(text) = node.value else {
        wrong(&node, path, f, "a number");
        return None;
    };
    let value: f64 = text.parse().unwrap_or(f64::NAN);
    let significant = text.bytes().take_while(|b| !matches!(b, b'e' | b'E')).any(|b| matches!(b, b'1'..=b'9'));
    let in_range = if significant { NUMBER_RANGE.contains(&value.abs()) } else { value == 0.0 };
    if text.len() > MAX_NUMBER_LENGTH || !in_range {
        let shown: String = text.chars().take(MAX_NUMBER_LENGTH).collect();
        f.error("NUMBER_RANGE", node.line, path, format!("{shown}: not within 1e-12 to 1e12 in {MAX_NUMBER_LENGTH} characters"));
        return None;
    }
    Some(Number(text))
}

/// A number above 0.
pub fn positive(node: Node, path: &str, f: &mut Findings) -> Option<Number> {
    let line = node.line;
    let number = number(node, path, f)?;
    if number.to_f64() > 0.0 {
        return Some(number);
    }
    f.error("NOT_POSITIVE", line, path, format!("{number}: must be above 0"));
    None
}

/// A number of at least 0. A negative one is noted and kept: a rectangle that sticks out must still be seen.
pub fn not_negative(node: Node, path: &str, f: &mut Findings) -> Option<Number> {
    let line = node.line;
    let number = number(node, path, f)?;
    if number.to_f64() < 0.0 {
        f.error("NEGATIVE", line, path, format!("{number}: must not be negative"));
    }
    Some(number)
}

/// A whole number from `least` up, however it is written: 4096.0 is one, as JSON Schema has it.
pub fn whole(least: u32) -> impl Fn(Node, &str, &mut Findings) -> Option<u32> {
    move |node, path, f| {
        let line = node.line;
        let number = number(node, path, f)?;
        let value = number.to_f64();
        if value.fract() != 0.0 || value < f64::from(least) || value > f64::from(u32::MAX) {
            f.error("NOT_WHOLE", line, path, format!("{number}: must be a whole number from {least} up"));
            return None;
        }
        Some(value as u32)
    }
}

/// One of the words of an enumeration.
pub fn word<T: Word>(node: Node, path: &str, f: &mut Findings) -> Option<T> {
    let line = node.line;
    let text = string(node, path, f)?;
    let found = T::all().iter().copied().find(|w| w.word() == text);
    if found.is_none() {
        let all: Vec<_> = T::all().iter().map(|w| w.word()).collect();
        f.error("UNKNOWN_WORD", line, path, format!("{text:?} is none of {}", all.join(", ")));
    }
    found
}

/// A name of 1 to 32 letters, digits and underscores. Another one is noted and kept, so that what refers to it is found.
pub fn id(node: Node, path: &str, f: &mut Findings) -> Option<String> {
    let line = node.line;
    let text = string(node, path, f)?;
    if !is_id(&text, 32) {
        f.error("ID_FORM", line, path, format!("{text:?}: 1 to 32 of A-Z a-z 0-9 _"));
    }
    Some(text)
}

/// Two such names joined by a hyphen.
pub fn decision_id(node: Node, path: &str, f: &mut Findings) -> Option<String> {
    let line = node.line;
    let text = string(node, path, f)?;
    let parts = text.split_once('-');
    if text.len() > 65 || !parts.is_some_and(|(a, b)| is_id(a, 63) && is_id(b, 63)) {
        f.error("ID_FORM", line, path, format!("{text:?}: <canvas id>-<framing intent id>"));
    }
    Some(text)
}

fn is_id(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
