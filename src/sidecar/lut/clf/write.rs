//! Ops to a CLF 3.0 document.

use super::{
    document::Info,
    nodes,
    version::{ACADEMY, SMPTE, SMPTE_VERSION},
};
use crate::{
    color::{Matrix, Op},
    error::Result,
    sidecar::xml::{self, Document, Element, Name, Node},
};
use uuid::Uuid;

/// Whose schema a document is written by. They hold the same nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// Academy S-2014-006, version 3.0: what is read everywhere.
    Academy,
    /// SMPTE ST 2136-1:2024.
    Smpte,
}

impl Schema {
    fn namespace(self) -> &'static str {
        match self {
            Self::Academy => ACADEMY,
            Self::Smpte => SMPTE,
        }
    }
}

/// Writes `ops` by the Academy's schema, in full floating point: every number reads back as it is.
///
/// Without an id in `info`, the document gets a UUID that its contents make.
///
/// # Errors
/// An op that CLF cannot express exactly (`Unsupported`), by name; bake such a transform to a table first.
pub fn write(ops: &[Op], info: &Info) -> Result<String> {
    write_as(Schema::Academy, ops, info)
}

/// As [`write`], by either schema. By SMPTE's, an id that is no UUID is replaced by one.
///
/// # Errors
/// As [`write`].
pub fn write_as(schema: Schema, ops: &[Op], info: &Info) -> Result<String> {
    let mut nodes = vec![];
    for op in ops {
        nodes.extend(nodes::of(op)?);
    }
    if nodes.is_empty() {
        // A list may not be empty.
        nodes.extend(nodes::of(&Op::Matrix(Matrix::IDENTITY))?);
    }
    let mut root = Element::new(Name::new("", "ProcessList", ""));
    let mut text = |name: &str, text: &str| root.children.push(Node::Element(Element::with_text(Name::new("", name, ""), text)));
    info.descriptions.iter().for_each(|d| text("Description", d));
    info.input_descriptor.iter().for_each(|d| text("InputDescriptor", d));
    info.output_descriptor.iter().for_each(|d| text("OutputDescriptor", d));
    if let Some(info) = &info.info {
        let mut info = info.clone();
        // What was of the schema it was read from is now of this one.
        let own = info.name.namespace.clone();
        rename(&mut info, &own, "");
        info.declarations.clear();
        info.attributes.retain(|a| !a.name.is("", "version"));
        root.children.push(Node::Element(info));
    }
    root.children.extend(nodes.into_iter().map(Node::Element));

    let id = identifier(schema, info, &root);
    let version = match schema {
        Schema::Academy => "3.0",
        Schema::Smpte => SMPTE_VERSION,
    };
    let mut attributes = Element::default().attribute("compCLFversion", version);
    match schema {
        Schema::Academy => attributes = attributes.attribute("id", id),
        Schema::Smpte => root.children.insert(0, Node::Element(Element::with_text(Name::new("", "Id", ""), id))),
    }
    for (name, value) in [("name", &info.name), ("inverseOf", &info.inverse_of)] {
        if let Some(value) = value {
            attributes = attributes.attribute(name, value);
        }
    }
    root.attributes = attributes.attributes;
    rename(&mut root, "", schema.namespace());
    Ok(xml::write(&Document { prolog: vec![], root, epilog: vec![] }))
}

/// The id given, where the schema takes it, or a UUID of the contents (RFC 9562, version 5).
fn identifier(schema: Schema, info: &Info, root: &Element) -> String {
    let given = info.id.as_deref().map(str::trim).filter(|id| !id.is_empty());
    let takes = |id: &&str| schema == Schema::Academy || id.strip_prefix("urn:uuid:").is_some_and(|u| Uuid::try_parse(u).is_ok());
    match given.filter(takes) {
        Some(id) => id.to_owned(),
        None => {
            let space = Uuid::new_v5(&Uuid::NAMESPACE_URL, ACADEMY.as_bytes());
            format!("urn:uuid:{}", Uuid::new_v5(&space, xml::write_element(root).as_bytes()))
        }
    }
}

/// Moves elements from one namespace to another. The tree is as deep as the reader's limit, or made here.
fn rename(element: &mut Element, from: &str, to: &str) {
    if element.name.namespace == from {
        element.name.namespace = to.to_owned();
        element.name.prefix = String::new();
    }
    for node in &mut element.children {
        if let Node::Element(child) = node {
            rename(child, from, to);
        }
    }
}
