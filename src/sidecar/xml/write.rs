//! Tree to text: indented by two spaces, namespaces declared where they are first needed.

use super::{
    Declaration, Document, Element, Name, Node,
    chars::{is_char, is_nc_name},
};
use std::fmt::Write;

/// Writes a document with its XML declaration, as UTF-8.
///
/// What XML cannot hold is replaced so that the result is always well-formed: a forbidden character by U+FFFD, `--` in a
/// comment and `?>` in an instruction by the same with a space between. Names are written as they are.
pub fn write(document: &Document) -> String {
    let mut writer = Writer::default();
    writer.out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    for node in &document.prolog {
        writer.aside(node);
    }
    writer.element(&document.root, 0);
    writer.out.push('\n');
    for node in &document.epilog {
        writer.aside(node);
    }
    writer.out
}

/// Writes one element alone.
pub fn write_element(element: &Element) -> String {
    let mut writer = Writer::default();
    writer.element(element, 0);
    writer.out
}

/// A document written piece by piece, for one that is too long to stand in memory as a tree.
pub struct Pieces {
    writer: Writer,
    /// The elements that are open: tag, and where the scope around each ends.
    open: Vec<(String, usize)>,
}

impl Default for Pieces {
    fn default() -> Self {
        let writer = Writer { out: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".into(), ..Writer::default() };
        Self { writer, open: vec![] }
    }
}

impl Pieces {
    /// Opens an element, with its attributes and without its children.
    pub fn open(&mut self, element: &Element) {
        self.indent();
        let outer = self.writer.scope.len();
        let tag = self.writer.start(element);
        self.writer.out.push_str(">\n");
        self.open.push((tag, outer));
    }

    /// Writes a whole node into the element that is open.
    pub fn node(&mut self, node: &Node) {
        self.indent();
        self.writer.node(node, self.open.len());
        self.writer.out.push('\n');
    }

    pub fn element(&mut self, element: &Element) {
        self.indent();
        self.writer.element(element, self.open.len());
        self.writer.out.push('\n');
    }

    /// Closes the innermost element.
    pub fn close(&mut self) {
        let Some((tag, outer)) = self.open.pop() else { return };
        self.indent();
        let _ = writeln!(self.writer.out, "</{tag}>");
        self.writer.scope.truncate(outer);
    }

    /// What has been written since the last call.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.writer.out)
    }

    fn indent(&mut self) {
        let _ = write!(self.writer.out, "{:1$}", "", 2 * self.open.len());
    }
}

#[derive(Default)]
struct Writer {
    out: String,
    /// Every declaration in force, innermost last.
    scope: Vec<Declaration>,
}

impl Writer {
    fn aside(&mut self, node: &Node) {
        if !matches!(node, Node::Element(_) | Node::Text(_)) {
            self.node(node, 0);
            self.out.push('\n');
        }
    }

    fn node(&mut self, node: &Node, depth: usize) {
        match node {
            Node::Element(element) => self.element(element, depth),
            Node::Text(text) => escape(text, false, &mut self.out),
            Node::Comment(text) => {
                let mut text = clean(text);
                while text.contains("--") {
                    text = text.replace("--", "- -");
                }
                let space = if text.ends_with('-') { " " } else { "" };
                let _ = write!(self.out, "<!--{text}{space}-->");
            }
            Node::Instruction(text) => {
                let _ = write!(self.out, "<?{}?>", clean(text).replace("?>", "? >"));
            }
        }
    }

    /// The tree is at most as deep as the reader's limit, or made by this program.
    fn element(&mut self, element: &Element, depth: usize) {
        let outer = self.scope.len();
        let tag = self.start(element);
        self.content(element, &tag, depth);
        self.scope.truncate(outer);
    }

    /// The start tag but for its end; its declarations stay in scope.
    fn start(&mut self, element: &Element) -> String {
        let outer = self.scope.len();
        for declaration in &element.declarations {
            // `xmlns:p=""` and a new meaning for `xml` are not allowed; the same prefix twice is not well-formed.
            let allowed = !matches!(declaration.prefix.as_str(), "xml" | "xmlns")
                && (declaration.prefix.is_empty() || (is_nc_name(&declaration.prefix) && !declaration.namespace.is_empty()));
            if allowed && !self.scope[outer..].iter().any(|d| d.prefix == declaration.prefix) {
                self.scope.push(declaration.clone());
            }
        }
        let tag = self.qualified(&element.name, outer, true);
        let attributes: Vec<_> = element.attributes.iter().map(|a| (self.qualified(&a.name, outer, false), a.value.as_str())).collect();
        let _ = write!(self.out, "<{tag}");
        for Declaration { prefix, namespace } in &self.scope[outer..] {
            let _ = if prefix.is_empty() { write!(self.out, " xmlns=\"") } else { write!(self.out, " xmlns:{prefix}=\"") };
            escape(namespace, true, &mut self.out);
            self.out.push('"');
        }
        for (name, value) in attributes {
            let _ = write!(self.out, " {name}=\"");
            escape(value, true, &mut self.out);
            self.out.push('"');
        }
        tag
    }

    fn content(&mut self, element: &Element, tag: &str, depth: usize) {
        if element.children.is_empty() {
            self.out.push_str("/>");
            return;
        }
        self.out.push('>');
        // White space is only added where no text could be changed by it.
        let indent = element.elements().next().is_some() && !element.children.iter().any(|n| matches!(n, Node::Text(_)));
        for node in &element.children {
            if indent {
                let _ = write!(self.out, "\n{:1$}", "", 2 * (depth + 1));
            }
            self.node(node, depth + 1);
        }
        if indent {
            let _ = write!(self.out, "\n{:1$}", "", 2 * depth);
        }
        let _ = write!(self.out, "</{tag}>");
    }

    fn meaning(&self, prefix: &str) -> Option<&str> {
        self.scope.iter().rev().find(|d| d.prefix == prefix).map(|d| d.namespace.as_str())
    }

    /// The name as it is to be written, declaring its namespace on the element whose scope begins at `outer` if need be.
    fn qualified(&mut self, name: &Name, outer: usize, is_element: bool) -> String {
        let Name { prefix, local, namespace } = name;
        if namespace.is_empty() {
            // An element in no namespace must not fall into a default one; an attribute never does.
            if is_element && self.meaning("").is_some_and(|n| !n.is_empty()) {
                self.declare("", "", outer);
            }
            return local.clone();
        }
        if prefix == "xml" || namespace == "http://www.w3.org/XML/1998/namespace" {
            return format!("xml:{local}");
        }
        let may_use = |p: &str| is_element || !p.is_empty();
        if may_use(prefix) && self.meaning(prefix) == Some(namespace) {
            return join(prefix, local);
        }
        let known = self.scope.iter().rev().find(|d| &d.namespace == namespace && may_use(&d.prefix));
        if let Some(known) = known.map(|d| d.prefix.clone())
            && self.meaning(&known) == Some(namespace)
        {
            return join(&known, local);
        }
        // An attribute must not give a new meaning to a prefix that the element's own name may be using.
        let free = |p: &str| if is_element { !self.scope[outer..].iter().any(|d| d.prefix == p) } else { self.meaning(p).is_none() };
        let wish =
            (may_use(prefix) && (prefix.is_empty() || is_nc_name(prefix)) && prefix != "xmlns" && free(prefix)).then(|| prefix.clone());
        let chosen = wish.or_else(|| (1..).map(|i| format!("ns{i}")).find(|p| self.meaning(p).is_none())).unwrap_or_default();
        self.declare(&chosen, namespace, outer);
        join(&chosen, local)
    }

    fn declare(&mut self, prefix: &str, namespace: &str, outer: usize) {
        // An element in no namespace that itself declares a default one: the name wins.
        match self.scope[outer..].iter_mut().find(|d| d.prefix == prefix) {
            Some(own) => own.namespace = namespace.to_owned(),
            None => self.scope.push(Declaration { prefix: prefix.to_owned(), namespace: namespace.to_owned() }),
        }
    }
}

fn join(prefix: &str, local: &str) -> String {
    if prefix.is_empty() { local.to_owned() } else { format!("{prefix}:{local}") }
}

fn clean(text: &str) -> String {
    text.chars().map(|c| if is_char(c) { c } else { '\u{FFFD}' }).collect()
}

/// Appends `text` so that a reader gets it back unchanged.
fn escape(text: &str, attribute: bool, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if attribute => out.push_str("&quot;"),
            // Readers turn these into spaces or line feeds where they stand literally.
            '\r' => out.push_str("&#13;"),
            '\n' if attribute => out.push_str("&#10;"),
            '\t' if attribute => out.push_str("&#9;"),
            c if is_char(c) => out.push(c),
            _ => out.push('\u{FFFD}'),
        }
    }
}
