//! Element tree to model. Takes whatever it can make sense of; what the schema thinks of it is [`super::schema`]'s business.

use super::{
    Action, Author, Creator, Digest, Entry, FileHash, FolderDigests, FolderHash, Format, Manifest, NAMESPACE, Process, ProcessKind,
    RecordExtra, Reference,
};
use crate::sidecar::{
    amf::{Extra, extra::Sorter},
    xml::{Document, Element, Node},
};

pub(super) fn manifest(document: Document, hashes: Vec<Entry>) -> Manifest {
    let mut manifest = Manifest { hashes, around: (document.prolog, document.epilog), ..Manifest::default() };
    let (mut creator, mut process, mut references) = (None, None, None);
    let mut filled = (!manifest.hashes.is_empty()).then_some(2);
    manifest.extra = children(&document.root, &["version"], |local, child| match local {
        "creatorinfo" => set(&mut creator, Some(self::creator(child)), 0),
        "processinfo" => set(&mut process, Some(self::process(child)), 1),
        // Its children have been taken already; the element is written where there are any.
        "hashes" => filled.take(),
        "references" => set(&mut references, self::references(child), 4),
        _ => None,
    });
    manifest.creator = creator.unwrap_or_default();
    manifest.process = process.unwrap_or_default();
    manifest.references = references.unwrap_or_default();
    manifest
}

/// A child of `hashes`.
pub(super) fn entry(node: Node) -> Entry {
    let known = match &node {
        Node::Element(e) if e.name.is(NAMESPACE, "hash") => file(e).map(Entry::File),
        Node::Element(e) if e.name.is(NAMESPACE, "directoryhash") => folder(e).map(Entry::Folder),
        _ => None,
    };
    known.unwrap_or(Entry::Other(node))
}

/// Walks the children; `take` returns the rank of a child it understood.
fn children(element: &Element, attributes: &[&str], mut take: impl FnMut(&str, &Element) -> Option<u8>) -> Extra {
    let mut sorter = Sorter::new(element, attributes);
    for node in &element.children {
        let rank = node.element().filter(|c| c.name.namespace == NAMESPACE).and_then(|c| take(&c.name.local, c));
        sorter.file(node, rank);
    }
    sorter.finish()
}

/// Files `value` in an empty slot; with its rank if that worked.
fn set<T>(slot: &mut Option<T>, value: Option<T>, rank: u8) -> Option<u8> {
    if slot.is_some() || value.is_none() {
        return None;
    }
    *slot = value;
    Some(rank)
}

/// The text of an element that holds nothing else, and its attributes beyond those understood.
fn leaf(element: &Element, attributes: &[&str]) -> Option<(String, Extra)> {
    if element.children.iter().any(|n| !matches!(n, Node::Text(_))) {
        return None;
    }
    let mut extra = Sorter::new(element, attributes).finish();
    extra.declarations.clear();
    Some((element.text(), extra))
}

/// The same of an element without any attributes of its own.
fn plain(element: &Element) -> Option<String> {
    leaf(element, &[]).filter(|(_, extra)| extra.attributes.is_empty()).map(|(text, _)| text)
}

fn owned(element: &Element, name: &str) -> Option<String> {
    element.get(name).map(str::to_owned)
}

pub(super) fn creator(element: &Element) -> Creator {
    let mut c = Creator::default();
    let (mut date, mut host, mut tool) = (None, None, None);
    c.extra = children(element, &[], |local, child| match local {
        "creationdate" => set(&mut date, plain(child), 0),
        "hostname" => set(&mut host, plain(child), 1),
        "tool" => {
            let text = leaf(child, &["version"]).filter(|(_, extra)| extra.attributes.is_empty());
            set(&mut tool, text.map(|(text, _)| (text, owned(child, "version"))), 2)
        }
        "author" => leaf(child, &["email", "phone", "role"]).map(|(name, extra)| {
            let of = |name| owned(child, name);
            c.authors.push(Author { name, email: of("email"), phone: of("phone"), role: of("role"), extra });
            3
        }),
        "location" => set(&mut c.location, plain(child), 4),
        "comment" => set(&mut c.comment, plain(child), 5),
        _ => None,
    });
    c.date = date.unwrap_or_default();
    c.host = host.unwrap_or_default();
    (c.tool, c.tool_version) = tool.unwrap_or_default();
    c
}

fn process(element: &Element) -> Process {
    let mut p = Process::default();
    let mut kind = None;
    p.extra = children(element, &[], |local, child| match local {
        "process" => set(&mut kind, plain(child).map(|t| ProcessKind::from_name(&t)), 0),
        "roothash" => {
            let mut root = FolderDigests::default();
            let extra = children(child, &[], |local, child| folder_digests(&mut root, local, child, 0));
            root.root_extra = boxed(extra);
            set(&mut p.root, Some(root), 1)
        }
        "ignore" => set(&mut p.ignore, patterns(child), 2),
        _ => None,
    });
    p.kind = kind.unwrap_or_default();
    p
}

fn patterns(element: &Element) -> Option<Vec<String>> {
    if !element.attributes.is_empty() {
        return None;
    }
    let pattern = |n: &Node| n.element().filter(|e| e.name.is(NAMESPACE, "pattern")).and_then(plain);
    element.children.iter().map(pattern).collect()
}

/// `None` where it holds anything but references: then it is kept as it is.
fn references(element: &Element) -> Option<Vec<Reference>> {
    if !element.attributes.is_empty() {
        return None;
    }
    element.children.iter().map(|n| n.element().filter(|e| e.name.is(NAMESPACE, "hashlistreference")).and_then(reference)).collect()
}

fn reference(element: &Element) -> Option<Reference> {
    let (mut path, mut c4) = (None, None);
    let extra = children(element, &[], |local, child| match local {
        "path" => set(&mut path, plain(child), 0),
        "c4" => set(&mut c4, plain(child), 1),
        _ => None,
    });
    Some(Reference { path: path?, c4: c4?, line: element.line, extra })
}

fn boxed(extra: Extra) -> Option<Box<Extra>> {
    (!extra.attributes.is_empty() || !extra.nodes.is_empty()).then(|| Box::new(extra))
}

fn record_extra(record: Extra, path: Extra) -> Option<Box<RecordExtra>> {
    let any = |e: &Extra| !e.attributes.is_empty() || !e.nodes.is_empty();
    (any(&record) || any(&path)).then(|| Box::new(RecordExtra { record, path }))
}

/// The rank of `content` and `structure`, after `first`, where they were taken.
fn folder_digests(into: &mut FolderDigests, local: &str, child: &Element, first: u8) -> Option<u8> {
    let structure = local == "structure";
    if !structure && local != "content" || !child.attributes.is_empty() {
        return None;
    }
    let slot = if structure { &mut into.structure } else { &mut into.content };
    if !slot.is_empty() {
        return None;
    }
    let extra = children(child, &[], |local, child| digest(slot, local, child, 0));
    if !extra.nodes.is_empty() {
        let both = into.extra.get_or_insert_default();
        *(if structure { &mut both.1 } else { &mut both.0 }) = Extra { declarations: vec![], ..extra };
    }
    Some(first + u8::from(structure))
}

/// The rank of a digest, after `first`, where it was taken: once a format.
fn digest(into: &mut Vec<Digest>, local: &str, child: &Element, first: u8) -> Option<u8> {
    let format = Format::from_name(local).filter(|f| into.iter().all(|d| d.format != *f))?;
    let action = child.get("action").map(|word| Action::from_name(word).unwrap_or(Action::Other));
    // The word itself is kept as an attribute.
    let attributes: &[_] = if action == Some(Action::Other) { &["hashdate"] } else { &["action", "hashdate"] };
    let (text, extra) = leaf(child, attributes)?;
    into.push(Digest { format, text, action, date: owned(child, "hashdate"), extra: boxed(extra) });
    into.sort_by_key(|d| d.format);
    Some(first + format as u8)
}

/// `None` without a path.
fn file(element: &Element) -> Option<FileHash> {
    let mut f = FileHash { line: element.line, ..FileHash::default() };
    let (mut path, mut path_extra) = (None, Extra::default());
    let extra = children(element, &[], |local, child| match local {
        "path" => {
            let size = child.get("size").and_then(|s| s.parse::<u64>().ok().filter(|n| n.to_string() == s));
            let known: &[_] =
                if size.is_some() { &["size", "creationdate", "lastmodificationdate"] } else { &["creationdate", "lastmodificationdate"] };
            let (text, extra) = leaf(child, known)?;
            let rank = set(&mut path, Some(text), 0)?;
            (f.size, path_extra) = (size, extra);
            (f.created, f.modified) = (owned(child, "creationdate"), owned(child, "lastmodificationdate"));
            Some(rank)
        }
        "previousPath" => set(&mut f.previous_path, plain(child), 7),
        _ => digest(&mut f.digests, local, child, 1),
    });
    f.path = path?;
    f.extra = record_extra(extra, path_extra);
    Some(f)
}

/// `None` without a path.
fn folder(element: &Element) -> Option<FolderHash> {
    let mut f = FolderHash { line: element.line, ..FolderHash::default() };
    let (mut path, mut path_extra) = (None, Extra::default());
    let extra = children(element, &[], |local, child| match local {
        "path" => {
            let (text, extra) = leaf(child, &["creationdate", "lastmodificationdate"])?;
            let rank = set(&mut path, Some(text), 0)?;
            path_extra = extra;
            (f.created, f.modified) = (owned(child, "creationdate"), owned(child, "lastmodificationdate"));
            Some(rank)
        }
        "previousPath" => set(&mut f.previous_path, plain(child), 3),
        _ => folder_digests(&mut f.digests, local, child, 1),
    });
    f.path = path?;
    f.extra = record_extra(extra, path_extra);
    Some(f)
}
