//! Bytes to tree.

use super::{
    Attribute, Declaration, Document, Element, Line, Name, Node,
    chars::{is_char, is_space, is_target, split_name},
};
use crate::{
    error::{Error, InFile, Result},
    files,
};
use quick_xml::{
    XmlVersion,
    errors::Error as XmlError,
    escape::EscapeError,
    events::{BytesRef, BytesStart, Event},
    name::ResolveResult,
    reader::NsReader,
};
use std::{io::Read, path::Path};

/// What a document may cost. A document beyond any of them is refused as invalid.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the whole document.
    pub bytes: u64,
    /// Elements within elements. Also bounds every recursion over the tree.
    pub depth: usize,
    /// Elements, texts, comments and instructions together.
    pub nodes: usize,
    /// Attributes of one element.
    pub attributes: usize,
    /// Bytes of one attribute as written.
    pub attribute_bytes: usize,
}

impl Default for Limits {
    /// Far above any sidecar seen, far below what would hurt.
    fn default() -> Self {
        Self { bytes: 16 << 20, depth: 64, nodes: 200_000, attributes: 256, attribute_bytes: 64 << 10 }
    }
}

/// Reads a whole document from a file of at most [`Limits::default`] bytes.
pub fn read_file(path: &Path) -> Result<Document> {
    parse(&read_bytes(path, Limits::default().bytes)?).in_file(path)
}

/// The bytes of a regular file of at most `limit` bytes.
pub(in crate::sidecar) fn read_bytes(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    files::open(path)?.take(limit + 1).read_to_end(&mut bytes).in_file(path)?;
    if bytes.len() as u64 > limit {
        return Err(too_much("bytes", limit).file(path));
    }
    Ok(bytes)
}

/// Parses a document within [`Limits::default`].
pub fn parse(bytes: &[u8]) -> Result<Document> {
    parse_with(bytes, &Limits::default())
}

/// Parses a document.
///
/// # Errors
/// Not UTF-8, not well-formed, a reference to an entity that XML itself does not define, an undeclared prefix, or beyond
/// `limits`; each with its line.
pub fn parse_with(bytes: &[u8], limits: &Limits) -> Result<Document> {
    parse_taking(bytes, limits, &mut |_, node| Ok(Some(node)))
}

/// Sees every element, comment and instruction when it is complete, with the elements that are still open around it
/// (outermost first), and returns it where it is to stay in the tree.
pub type Take<'t> = dyn FnMut(&[Element], Node) -> Result<Option<Node>> + 't;

/// [`parse_with`] for documents that are too long to stand in memory as a tree: `take` may take pieces out as they come.
///
/// # Errors
/// Those of [`parse_with`], and whatever `take` refuses.
pub fn parse_taking(bytes: &[u8], limits: &Limits, take: &mut Take) -> Result<Document> {
    if bytes.len() as u64 > limits.bytes {
        return Err(too_much("bytes", limits.bytes));
    }
    let text = decode(bytes)?;
    let mut builder = Builder { limits, take, lines: Lines::new(text), nodes: 0, open: vec![], prolog: vec![], root: None, epilog: vec![] };
    let mut reader = NsReader::from_str(text);
    reader.config_mut().check_comments = true;
    reader.config_mut().expand_empty_elements = true;
    loop {
        let at = reader.buffer_position();
        let line = builder.lines.at(at);
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                let line = builder.lines.at(reader.error_position().max(at));
                return Err(explain(&error).line(line));
            }
        };
        if matches!(event, Event::Eof) {
            break;
        }
        builder.event(event, &reader, line).map_err(|e| e.line(line))?;
    }
    builder.finish()
}

fn decode(bytes: &[u8]) -> Result<&str> {
    if matches!(bytes, [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0, b'<', ..] | [b'<', 0, ..]) {
        return Err(Error::unsupported("UTF-16; only UTF-8 is read").field("encoding").line(1));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let line_of = |offset: usize| 1 + bytes[..offset].iter().filter(|b| **b == b'\n').count() as u32;
    let text = std::str::from_utf8(bytes).map_err(|e| Error::invalid("not UTF-8").line(line_of(e.valid_up_to())))?;
    match text.char_indices().find(|(_, c)| !is_char(*c)) {
        Some((at, c)) => Err(Error::invalid("a character that XML forbids").value(format!("U+{:04X}", c as u32)).line(line_of(at))),
        None => Ok(text),
    }
}

fn too_much(what: &str, limit: impl std::fmt::Display) -> Error {
    Error::invalid(format!("more {what} than {limit}"))
}

fn explain(error: &XmlError) -> Error {
    match error {
        XmlError::Escape(EscapeError::UnrecognizedEntity(_, name)) => entity(name),
        other => Error::invalid(format!("not well-formed XML: {other}")),
    }
}

fn entity(name: &str) -> Error {
    Error::invalid("entities that the document declares are not expanded").field("entity").value(format!("&{name};"))
}

/// Line numbers of ascending offsets.
struct Lines<'a> {
    bytes: &'a [u8],
    offset: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), offset: 0, line: 1 }
    }
    fn at(&mut self, offset: u64) -> u32 {
        let end = usize::try_from(offset).unwrap_or(usize::MAX).clamp(self.offset, self.bytes.len());
        self.line += self.bytes[self.offset..end].iter().filter(|b| **b == b'\n').count() as u32;
        self.offset = end;
        self.line
    }
}

struct Builder<'a, 't> {
    limits: &'a Limits,
    take: &'a mut Take<'t>,
    lines: Lines<'a>,
    nodes: usize,
    /// The elements that are not closed yet, outermost first.
    open: Vec<Element>,
    prolog: Vec<Node>,
    root: Option<Element>,
    epilog: Vec<Node>,
}

impl Builder<'_, '_> {
    fn event(&mut self, event: Event, reader: &NsReader<&[u8]>, line: u32) -> Result<()> {
        match event {
            Event::Start(tag) => self.start(&tag, reader, line),
            Event::End(_) => self.end(),
            Event::Text(text) => {
                if text.contains("]]>") {
                    return Err(Error::invalid("not well-formed XML: `]]>` in text"));
                }
                self.text(&text.xml10_content())
            }
            Event::CData(text) if self.open.is_empty() => Err(Error::invalid("text outside the root element").value(&*text)),
            Event::CData(text) => self.text(&text.xml10_content()),
            Event::GeneralRef(reference) => self.text(resolve(&reference)?.encode_utf8(&mut [0; 4])),
            Event::Comment(text) => self.push(Node::Comment(text.xml10_content().into_owned())),
            Event::PI(text) => {
                let text = text.into_inner().replace("\r\n", "\n").replace('\r', "\n");
                let target = text.split(is_space).next().unwrap_or_default();
                if !is_target(target) {
                    return Err(Error::invalid("not well-formed XML: this cannot be the target of an instruction").value(target));
                }
                self.push(Node::Instruction(text))
            }
            Event::Decl(declaration) => self.declaration(&declaration),
            // Read past: nothing it declares is ever used.
            Event::DocType(_) if self.root.is_none() && self.open.is_empty() => Ok(()),
            Event::DocType(_) => Err(Error::invalid("not well-formed XML: DOCTYPE after the root element began")),
            Event::Empty(_) | Event::Eof => Ok(()),
        }
    }

    fn declaration(&self, declaration: &quick_xml::events::BytesDecl) -> Result<()> {
        if self.root.is_some() || !self.open.is_empty() || !self.prolog.is_empty() {
            return Err(Error::invalid("not well-formed XML: the XML declaration is not at the beginning"));
        }
        let Some(encoding) = declaration.encoding() else { return Ok(()) };
        let encoding = encoding.map_err(|e| Error::invalid(format!("not well-formed XML: {e}")))?;
        let ascii = self.lines.bytes.is_ascii();
        // Every encoding in use is a superset of ASCII once UTF-16 is excluded, so an ASCII document reads the same.
        if ascii || encoding.eq_ignore_ascii_case("utf-8") || encoding.eq_ignore_ascii_case("utf8") {
            return Ok(());
        }
        Err(Error::unsupported("only UTF-8 is read").field("encoding").value(encoding))
    }

    fn count(&mut self) -> Result<()> {
        self.nodes += 1;
        if self.nodes > self.limits.nodes { Err(too_much("nodes", self.limits.nodes)) } else { Ok(()) }
    }

    fn push(&mut self, node: Node) -> Result<()> {
        self.count()?;
        let Some(node) = (self.take)(&self.open, node)? else { return Ok(()) };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(node),
            None if self.root.is_none() => self.prolog.push(node),
            None => self.epilog.push(node),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<()> {
        match self.open.last_mut() {
            Some(parent) => {
                if let Some(Node::Text(before)) = parent.children.last_mut() {
                    before.push_str(text);
                    return Ok(());
                }
                if !text.is_empty() {
                    parent.children.push(Node::Text(text.to_owned()));
                    self.count()?;
                }
                Ok(())
            }
            None if text.chars().all(is_space) => Ok(()),
            None => Err(Error::invalid("text outside the root element").value(text.trim().chars().take(40).collect::<String>())),
        }
    }

    fn start(&mut self, tag: &BytesStart, reader: &NsReader<&[u8]>, line: u32) -> Result<()> {
        if self.root.is_some() {
            return Err(Error::invalid("a second root element").value(format!("<{}>", tag.name().0)));
        }
        if self.open.len() >= self.limits.depth {
            return Err(too_much("levels of elements", self.limits.depth));
        }
        self.count()?;
        let (bound, _) = reader.resolver().resolve_element(tag.name());
        let mut element = Element { name: name(tag.name().0, bound)?, line: Line(line), ..Element::default() };
        for (i, attribute) in tag.attributes().enumerate() {
            if i >= self.limits.attributes {
                return Err(too_much("attributes", self.limits.attributes));
            }
            let attribute = attribute.map_err(|e| Error::invalid(format!("not well-formed XML: {e}")))?;
            let key = attribute.key.0;
            if attribute.value.len() > self.limits.attribute_bytes {
                return Err(too_much("bytes in one attribute", self.limits.attribute_bytes).field(key));
            }
            if attribute.value.contains('<') {
                return Err(Error::invalid("not well-formed XML: `<` in an attribute").field(key));
            }
            let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|e| explain(&e))?.into_owned();
            if let Some(c) = value.chars().find(|c| !is_char(*c)) {
                return Err(Error::invalid("a character that XML forbids").field(key).value(format!("U+{:04X}", c as u32)));
            }
            match key.strip_prefix("xmlns") {
                Some("") => element.declarations.push(Declaration { prefix: String::new(), namespace: value }),
                Some(prefix) if prefix.starts_with(':') => {
                    let (_, prefix) = split_name(key).ok_or_else(|| bad_name(key))?;
                    element.declarations.push(Declaration { prefix: prefix.into(), namespace: value });
                }
                _ => {
                    let (bound, _) = reader.resolver().resolve_attribute(attribute.key);
                    let name = name(key, bound)?;
                    if element.attributes.iter().any(|a| a.name == name) {
                        return Err(Error::invalid("not well-formed XML: the same attribute twice").field(key));
                    }
                    element.attributes.push(Attribute { name, value });
                }
            }
        }
        self.open.push(element);
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        let Some(mut element) = self.open.pop() else { return Err(Error::invalid("an end tag without its start")) };
        let layout = |n: &Node| matches!(n, Node::Text(t) if t.chars().all(is_space));
        if element.elements().next().is_some() && element.children.iter().all(|n| layout(n) || !matches!(n, Node::Text(_))) {
            element.children.retain(|n| !layout(n));
        }
        if self.open.is_empty() {
            self.root = Some(element);
        } else if let Some(node) = (self.take)(&self.open, Node::Element(element))?
            && let Some(parent) = self.open.last_mut()
        {
            parent.children.push(node);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Document> {
        let last = self.lines.at(u64::MAX);
        if let Some(open) = self.open.last() {
            return Err(Error::invalid("the document ends inside an element").field(&open.name.local).line(last));
        }
        let root = self.root.ok_or_else(|| Error::invalid("no root element").line(last))?;
        Ok(Document { prolog: self.prolog, root, epilog: self.epilog })
    }
}

fn bad_name(name: &str) -> Error {
    Error::invalid("not an XML name").value(name.chars().take(80).collect::<String>())
}

fn name(qualified: &str, bound: ResolveResult) -> Result<Name> {
    let (prefix, local) = split_name(qualified).ok_or_else(|| bad_name(qualified))?;
    let namespace = match bound {
        ResolveResult::Bound(namespace) => namespace.0,
        ResolveResult::Unbound => "",
        ResolveResult::Unknown(_) => return Err(Error::invalid("the prefix is not declared").value(qualified)),
    };
    Ok(Name::new(prefix, local, namespace))
}

/// A character reference, or one of the five entities that XML itself defines.
fn resolve(reference: &BytesRef) -> Result<char> {
    if let Some(c) = reference.resolve_char_ref().map_err(|e| explain(&e))? {
        return if is_char(c) { Ok(c) } else { Err(Error::invalid("a character that XML forbids").value(format!("&{};", &**reference))) };
    }
    match &**reference {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        other => Err(entity(other)),
    }
}
