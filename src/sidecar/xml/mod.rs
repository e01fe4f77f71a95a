//! The one door for XML: a bounded reader into a small tree, and a writer for that tree.
//!
//! The reader never expands entities, never opens anything a document points to, and stops at [`Limits`] before memory
//! or the stack are at risk. Everything a document holds is kept: comments, processing instructions, unknown elements.

mod chars;
mod read;
mod write;

pub(in crate::sidecar) use read::read_bytes;
pub use read::{Limits, Take, parse, parse_taking, parse_with, read_file};
pub use write::{Pieces, write, write_element};

/// The namespace of `xsi:schemaLocation` and `xsi:type`.
pub const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// A line number from 1, or 0 for what was made in memory. Where something stands is no part of what a document says,
/// so any two are equal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Line(pub u32);

impl PartialEq for Line {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
impl Eq for Line {}

/// A name with its namespace (empty: in none). The prefix is a wish for writing and does not count in comparison.
#[derive(Clone, Debug, Default)]
pub struct Name {
    pub prefix: String,
    pub local: String,
    pub namespace: String,
}

impl Name {
    pub fn new(prefix: &str, local: &str, namespace: &str) -> Self {
        Self { prefix: prefix.into(), local: local.into(), namespace: namespace.into() }
    }
    /// Whether it is `local` in `namespace`.
    pub fn is(&self, namespace: &str, local: &str) -> bool {
        self.local == local && self.namespace == namespace
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.local == other.local && self.namespace == other.namespace
    }
}
impl Eq for Name {}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    pub name: Name,
    pub value: String,
}

/// A prefix bound to a namespace by `xmlns` (empty prefix: the default namespace).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    pub prefix: String,
    pub namespace: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    Element(Element),
    /// Character data, references resolved; CDATA sections arrive as text.
    Text(String),
    Comment(String),
    /// A processing instruction: target and content. The target is a name without a colon, and never `xml`.
    Instruction(String),
}

/// An element. Where nothing but white space stands between child elements, it is layout and not kept.
#[derive(Clone, Debug, Default)]
pub struct Element {
    pub name: Name,
    pub attributes: Vec<Attribute>,
    /// What this element itself declares; the writer adds what else it needs. Not compared.
    pub declarations: Vec<Declaration>,
    pub children: Vec<Node>,
    pub line: Line,
}

impl PartialEq for Element {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.attributes == other.attributes && self.children == other.children
    }
}
impl Eq for Element {}

/// A document: its root and what stands around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Comments and instructions before the root.
    pub prolog: Vec<Node>,
    pub root: Element,
    /// Comments and instructions after the root.
    pub epilog: Vec<Node>,
}

impl Element {
    pub fn new(name: Name) -> Self {
        Self { name, ..Self::default() }
    }
    /// An element that holds only text.
    pub fn with_text(name: Name, text: impl Into<String>) -> Self {
        let text = text.into();
        let children = if text.is_empty() { vec![] } else { vec![Node::Text(text)] };
        Self { name, children, ..Self::default() }
    }
    /// Adds an attribute in no namespace.
    pub fn attribute(mut self, name: &str, value: impl Into<String>) -> Self {
        self.attributes.push(Attribute { name: Name::new("", name, ""), value: value.into() });
        self
    }
    /// The value of an attribute in no namespace.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|a| a.name.is("", name)).map(|a| a.value.as_str())
    }
    /// The child elements, in order.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(Node::element)
    }
    /// The text directly in it.
    pub fn text(&self) -> String {
        self.children.iter().filter_map(|n| if let Node::Text(t) = n { Some(t.as_str()) } else { None }).collect()
    }
}

impl Node {
    pub fn element(&self) -> Option<&Element> {
        if let Node::Element(e) = self { Some(e) } else { None }
    }
}

#[cfg(test)]
pub(in crate::sidecar) mod tests;
