//! The rules of `ASCMHL.xsd`, held against the element tree: which elements and attributes there are, in which order, how often,
//! and what their values look like.

use super::{Action, Format, NAMESPACE, ProcessKind};
use crate::sidecar::{
    Diagnostic, Level,
    amf::parse_date_time,
    xml::{Element, Node, XSI},
};

/// A simple type.
#[derive(Clone, Copy)]
enum Simple {
    String,
    DateTime,
    Integer,
    Email,
    Action,
    Process,
    Version,
}

impl Simple {
    fn check(self, text: &str) -> Result<(), &'static str> {
        let (ok, why) = match self {
            Self::String => (true, ""),
            Self::DateTime => (parse_date_time(text.trim()).is_some(), "is not a date and time YYYY-MM-DDThh:mm:ss"),
            Self::Integer => {
                let digits = text.trim().trim_start_matches(['+', '-']);
                (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()), "is not a whole number")
            }
            Self::Email => (is_email(text), "is not an e-mail address"),
            Self::Action => (Action::from_name(text).is_some(), "is none of original, verified, failed"),
            Self::Process => (!matches!(ProcessKind::from_name(text), ProcessKind::Other(_)), "is none of in-place, transfer, flatten"),
            Self::Version => (text == "2.0", "is not 2.0"),
        };
        if ok { Ok(()) } else { Err(why) }
    }
}

/// Whether the schema takes it for an e-mail address (`[^@]+@[^\.]+\..+`).
pub fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    !name.is_empty() && host.split_once('.').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty())
}

/// Name, type, whether it is required.
type AttributeRule = (&'static str, Simple, bool);

/// A complex type.
struct Type {
    attributes: &'static [AttributeRule],
    content: Content,
}

enum Content {
    Text(Simple),
    /// In this order: name, type, least, most.
    Sequence(&'static [(&'static str, &'static Type, usize, usize)]),
    /// `hashes`, whose children were held against their types one by one.
    Records,
    Any,
}

const MANY: usize = usize::MAX;

const fn text(simple: Simple) -> Type {
    Type { attributes: &[], content: Content::Text(simple) }
}

static STRING: Type = text(Simple::String);
static DATE: Type = text(Simple::DateTime);
static METADATA: Type = Type { attributes: &[], content: Content::Any };
static RECORDS: Type = Type { attributes: &[], content: Content::Records };
static DIGEST: Type = Type {
    attributes: &[("action", Simple::Action, false), ("hashdate", Simple::DateTime, false), ("structure", Simple::String, false)],
    content: Content::Text(Simple::String),
};
/// A sequence with the digests of all formats, in the order of the schema, between what stands before and behind them.
macro_rules! with_digests {
    ([$($before:expr),*], [$($behind:expr),*]) => {
        Content::Sequence(&[
            $($before,)*
            (Format::C4.name(), &DIGEST, 0, 1),
            (Format::Md5.name(), &DIGEST, 0, 1),
            (Format::Sha1.name(), &DIGEST, 0, 1),
            (Format::Xxh128.name(), &DIGEST, 0, 1),
            (Format::Xxh3.name(), &DIGEST, 0, 1),
            (Format::Xxh64.name(), &DIGEST, 0, 1),
            $($behind,)*
        ])
    };
}
static DIGESTS: Type = Type { attributes: &[], content: with_digests!([], []) };
static FILE_PATH: Type = Type {
    attributes: &[
        ("size", Simple::Integer, false),
        ("creationdate", Simple::DateTime, false),
        ("lastmodificationdate", Simple::DateTime, false),
    ],
    content: Content::Text(Simple::String),
};
static FOLDER_PATH: Type = Type {
    attributes: &[("creationdate", Simple::DateTime, false), ("lastmodificationdate", Simple::DateTime, false)],
    content: Content::Text(Simple::String),
};
static FILE: Type = Type {
    attributes: &[],
    content: with_digests!([("path", &FILE_PATH, 1, 1)], [("previousPath", &STRING, 0, 1), ("metadata", &METADATA, 0, 1)]),
};
static FOLDER: Type = Type {
    attributes: &[],
    content: Content::Sequence(&[
        ("path", &FOLDER_PATH, 1, 1),
        ("content", &DIGESTS, 1, 1),
        ("structure", &DIGESTS, 1, 1),
        ("previousPath", &STRING, 0, 1),
        ("metadata", &METADATA, 0, 1),
    ]),
};
static TOOL: Type = Type { attributes: &[("version", Simple::String, false)], content: Content::Text(Simple::String) };
static AUTHOR: Type = Type {
    attributes: &[("email", Simple::Email, false), ("phone", Simple::String, false), ("role", Simple::String, false)],
    content: Content::Text(Simple::String),
};
static CREATOR: Type = Type {
    attributes: &[],
    content: Content::Sequence(&[
        ("creationdate", &DATE, 1, 1),
        ("hostname", &STRING, 1, 1),
        ("tool", &TOOL, 1, 1),
        ("author", &AUTHOR, 0, MANY),
        ("location", &STRING, 0, 1),
        ("comment", &STRING, 0, 1),
    ]),
};
static KIND: Type = text(Simple::Process);
static ROOT_HASH: Type =
    Type { attributes: &[], content: Content::Sequence(&[("content", &DIGESTS, 1, 1), ("structure", &DIGESTS, 1, 1)]) };
static IGNORE: Type = Type { attributes: &[], content: Content::Sequence(&[("pattern", &STRING, 1, MANY)]) };
static PROCESS: Type = Type {
    attributes: &[],
    content: Content::Sequence(&[("process", &KIND, 1, 1), ("roothash", &ROOT_HASH, 0, 1), ("ignore", &IGNORE, 0, 1)]),
};
static REFERENCE: Type = Type { attributes: &[], content: Content::Sequence(&[("path", &STRING, 1, 1), ("c4", &DIGEST, 1, 1)]) };
static REFERENCES: Type = Type { attributes: &[], content: Content::Sequence(&[("hashlistreference", &REFERENCE, 1, MANY)]) };
static MANIFEST: Type = Type {
    attributes: &[("version", Simple::Version, true)],
    content: Content::Sequence(&[
        ("creatorinfo", &CREATOR, 1, 1),
        ("processinfo", &PROCESS, 1, 1),
        ("hashes", &RECORDS, 0, 1),
        ("metadata", &METADATA, 0, 1),
        ("references", &REFERENCES, 0, 1),
    ]),
};

/// After so many the rest is no longer listed: who damages a manifest must not fill the memory with it.
const MOST: usize = 1000;

#[derive(Default)]
pub(super) struct Checker {
    path: String,
    records: usize,
    found: Vec<Diagnostic>,
}

impl Checker {
    /// Holds a child of `hashes` against its type.
    pub fn record(&mut self, element: &Element) {
        self.records += 1;
        self.path = format!("/hashlist/hashes/{}[{}]", element.name.local, self.records);
        match element.name.local.as_str() {
            "hash" if element.name.namespace == NAMESPACE => self.element(element, &FILE),
            "directoryhash" if element.name.namespace == NAMESPACE => self.element(element, &FOLDER),
            other => self.error(element, format!("<{other}> is not expected here")),
        }
    }

    /// Holds the rest of the document against the schema.
    pub fn document(mut self, root: &Element, children_of_hashes: usize) -> Vec<Diagnostic> {
        self.path = "/hashlist".into();
        self.element(root, &MANIFEST);
        if let Some(hashes) = root.elements().find(|e| e.name.is(NAMESPACE, "hashes"))
            && (children_of_hashes == 0 || self.records == 0)
        {
            self.path = "/hashlist/hashes".into();
            self.error(hashes, "hashes holds no hash and no directoryhash");
        }
        self.found
    }

    fn error(&mut self, element: &Element, message: impl Into<String>) {
        if self.found.len() < MOST {
            let (message, path) = (message.into(), self.path.clone());
            self.found.push(Diagnostic { level: Level::Error, code: "SCHEMA_VIOLATION", message, line: element.line.0, path });
        }
    }

    fn element(&mut self, element: &Element, kind: &'static Type) {
        if matches!(kind.content, Content::Any) {
            return;
        }
        for attribute in element.attributes.iter().filter(|a| a.name.namespace != XSI) {
            let name = &attribute.name.local;
            match kind.attributes.iter().find(|rule| attribute.name.is("", rule.0)) {
                None => self.error(element, format!("attribute `{name}` is not allowed here")),
                Some(rule) => {
                    if let Err(why) = rule.1.check(&attribute.value) {
                        self.error(element, format!("attribute `{name}` {why}: `{}`", excerpt(&attribute.value)));
                    }
                }
            }
        }
        for rule in kind.attributes.iter().filter(|rule| rule.2 && element.get(rule.0).is_none()) {
            self.error(element, format!("attribute `{}` is missing", rule.0));
        }
        match &kind.content {
            Content::Text(simple) => {
                if let Some(child) = element.elements().next() {
                    self.error(element, format!("{} must hold a value only, not <{}>", element.name.local, child.name.local));
                } else if let Err(why) = simple.check(&element.text()) {
                    self.error(element, format!("{} {why}: `{}`", element.name.local, excerpt(&element.text())));
                }
            }
            Content::Sequence(rules) => self.sequence(element, rules),
            Content::Records => self.no_text(element),
            Content::Any => {}
        }
    }

    fn no_text(&mut self, element: &Element) {
        if element.children.iter().any(|n| matches!(n, Node::Text(t) if !t.trim().is_empty())) {
            self.error(element, format!("{} must hold elements only, not text", element.name.local));
        }
    }

    fn sequence(&mut self, element: &Element, rules: &'static [(&'static str, &'static Type, usize, usize)]) {
        self.no_text(element);
        let (mut at, mut count) = (0, 0);
        let length = self.path.len();
        for child in element.elements() {
            let here = rules.iter().skip(at).position(|r| child.name.is(NAMESPACE, r.0));
            let Some((offset, rule)) = here.and_then(|o| Some((o, rules.get(at + o)?))) else {
                self.path.push('/');
                self.path.push_str(&child.name.local);
                self.error(child, format!("<{}> is not expected here", child.name.local));
                self.path.truncate(length);
                return;
            };
            self.skipped(element, rules, at, at + offset, count);
            count = if offset == 0 { count + 1 } else { 1 };
            at += offset;
            self.path.push('/');
            self.path.push_str(rule.0);
            if count > rule.3 {
                self.error(child, format!("more than {} <{}>", rule.3, rule.0));
            }
            self.element(child, rule.1);
            self.path.truncate(length);
        }
        self.skipped(element, rules, at, rules.len(), count);
    }

    /// Reports what is missing of the rules from `from` (met `count` times) to before `to`.
    fn skipped(
        &mut self,
        element: &Element,
        rules: &'static [(&'static str, &'static Type, usize, usize)],
        from: usize,
        to: usize,
        count: usize,
    ) {
        for (i, rule) in rules.iter().enumerate().take(to).skip(from) {
            if rule.2 > if i == from { count } else { 0 } {
                self.error(element, format!("<{}> is missing", rule.0));
            }
        }
    }
}

/// Enough of a value to recognise it.
pub(super) fn excerpt(text: &str) -> String {
    let short: String = text.chars().take(120).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}
