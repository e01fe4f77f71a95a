//! Model to text, in the schema's order.

use super::{Author, Creator, Digest, Entry, FileHash, FolderDigests, FolderHash, Manifest, NAMESPACE, Process, Reference};
use crate::{
    error::Result,
    sidecar::{
        amf::{Extra, extra::assemble},
        xml::{Attribute, Element, Name, Node, Pieces},
    },
};

/// The text of a manifest.
pub fn write(manifest: &Manifest) -> String {
    let mut text = String::new();
    // Writing into a string does not fail.
    let _ = write_to(manifest, &mut |piece| {
        text.push_str(&piece);
        Ok(())
    });
    text
}

/// Hands the text of a manifest to `out` piece by piece: manifests may be long.
pub fn write_to(manifest: &Manifest, out: &mut dyn FnMut(String) -> Result<()>) -> Result<()> {
    let mut pieces = Pieces::default();
    manifest.around.0.iter().for_each(|n| pieces.node(n));
    let with_hashes = !manifest.hashes.is_empty();
    // A place for the hashes, which are not built as a tree.
    let mut known = vec![creator(&manifest.creator), process(&manifest.process)];
    if with_hashes {
        known.push(Element::new(name("hashes")));
    }
    if !manifest.references.is_empty() {
        let references = manifest.references.iter().map(reference).map(Node::Element).collect();
        known.push(Element { children: references, ..Element::new(name("references")) });
    }
    let mut root = assemble(name("hashlist"), known, &manifest.extra);
    root.attributes.insert(0, attribute("version", "2.0"));
    pieces.open(&root);
    let mut written = false;
    for node in &root.children {
        let hashes = with_hashes && !written && node.element().is_some_and(|e| e.name.is(NAMESPACE, "hashes"));
        if !hashes {
            pieces.node(node);
            continue;
        }
        written = true;
        pieces.open(&Element::new(name("hashes")));
        for entry in &manifest.hashes {
            match entry {
                Entry::File(f) => pieces.element(&file(f)),
                Entry::Folder(f) => pieces.element(&folder(f)),
                Entry::Other(node) => pieces.node(node),
            }
            out(pieces.take())?;
        }
        pieces.close();
    }
    pieces.close();
    manifest.around.1.iter().for_each(|n| pieces.node(n));
    out(pieces.take())
}

fn name(local: &str) -> Name {
    Name::new("", local, NAMESPACE)
}

fn attribute(name: &str, value: &str) -> Attribute {
    Attribute { name: Name::new("", name, ""), value: value.to_owned() }
}

fn text(local: &str, value: &str) -> Element {
    Element::with_text(name(local), value)
}

/// Puts attributes before those that were kept.
fn with(mut element: Element, attributes: &[(&str, Option<&str>)], extra: Option<&Extra>) -> Element {
    element.attributes.extend(attributes.iter().filter_map(|(name, value)| value.map(|v| attribute(name, v))));
    element.attributes.extend(extra.into_iter().flat_map(|e| e.attributes.iter().cloned()));
    element
}

fn creator(c: &Creator) -> Element {
    let mut known = vec![text("creationdate", &c.date), text("hostname", &c.host)];
    known.push(with(text("tool", &c.tool), &[("version", c.tool_version.as_deref())], None));
    known.extend(c.authors.iter().map(author));
    known.extend(c.location.iter().map(|t| text("location", t)));
    known.extend(c.comment.iter().map(|t| text("comment", t)));
    assemble(name("creatorinfo"), known, &c.extra)
}

fn author(a: &Author) -> Element {
    let attributes = [("email", a.email.as_deref()), ("phone", a.phone.as_deref()), ("role", a.role.as_deref())];
    with(text("author", &a.name), &attributes, Some(&a.extra))
}

fn process(p: &Process) -> Element {
    let mut known = vec![text("process", p.kind.name())];
    known.extend(p.root.iter().map(|root| {
        let empty = Extra::default();
        assemble(name("roothash"), both(root), root.root_extra.as_deref().unwrap_or(&empty))
    }));
    known.extend(p.ignore.iter().map(|patterns| {
        let children = patterns.iter().map(|p| Node::Element(text("pattern", p))).collect();
        Element { children, ..Element::new(name("ignore")) }
    }));
    assemble(name("processinfo"), known, &p.extra)
}

fn reference(r: &Reference) -> Element {
    assemble(name("hashlistreference"), vec![text("path", &r.path), text("c4", &r.c4)], &r.extra)
}

fn digest(d: &Digest) -> Element {
    let kept = d.extra.iter().flat_map(|e| &e.attributes).any(|a| a.name.is("", "action"));
    let action = d.action.filter(|_| !kept).map(super::Action::name);
    let attributes = [("action", action), ("hashdate", d.date.as_deref())];
    with(text(d.format.name(), &d.text), &attributes, d.extra.as_deref())
}

fn both(d: &FolderDigests) -> Vec<Element> {
    let empty = (Extra::default(), Extra::default());
    let (content, structure) = d.extra.as_deref().unwrap_or(&empty);
    let list = |local, digests: &[Digest], extra| assemble(name(local), digests.iter().map(digest).collect(), extra);
    vec![list("content", &d.content, content), list("structure", &d.structure, structure)]
}

fn file(f: &FileHash) -> Element {
    let size = f.size.map(|s| s.to_string());
    let attributes = [("size", size.as_deref()), ("creationdate", f.created.as_deref()), ("lastmodificationdate", f.modified.as_deref())];
    let extra = f.extra.as_deref();
    let mut known = vec![with(text("path", &f.path), &attributes, extra.map(|e| &e.path))];
    known.extend(f.digests.iter().map(digest));
    known.extend(f.previous_path.iter().map(|p| text("previousPath", p)));
    assemble(name("hash"), known, extra.map_or(&Extra::default(), |e| &e.record))
}

fn folder(f: &FolderHash) -> Element {
    let attributes = [("creationdate", f.created.as_deref()), ("lastmodificationdate", f.modified.as_deref())];
    let extra = f.extra.as_deref();
    let mut known = vec![with(text("path", &f.path), &attributes, extra.map(|e| &e.path))];
    known.extend(both(&f.digests));
    known.extend(f.previous_path.iter().map(|p| text("previousPath", p)));
    assemble(name("directoryhash"), known, extra.map_or(&Extra::default(), |e| &e.record))
}
