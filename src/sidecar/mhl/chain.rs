//! Chain files (`ascmhl_chain.xml`, and collections): which manifests there are, in order, and the C4 ID of each.

use super::{DIRECTORY_NAMESPACE, check_path, format::Format};
use crate::{
    error::{Error, Result},
    sidecar::{
        amf::{
            Extra,
            extra::{Sorter, assemble},
        },
        xml::{self, Attribute, Document, Element, Limits, Name, Node},
    },
};
use std::path::Path;

/// A generation every day for fifty years, at 200 bytes each.
const LINKS: usize = 20_000;
const LIMITS: Limits = Limits { bytes: 4 << 20, depth: 16, nodes: 10 * LINKS, attributes: 64, attribute_bytes: 4 << 10 };

/// Schema type `DirectoryType`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chain {
    pub links: Vec<Link>,
    pub extra: Extra,
    /// Comments and instructions before and after the root element.
    pub around: (Vec<Node>, Vec<Node>),
}

/// A manifest in a chain.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Link {
    /// The generation, from 1.
    pub number: u32,
    /// Of the manifest: a file name in a chain, a path in a collection.
    pub path: String,
    /// The C4 ID of the manifest's bytes.
    pub c4: String,
    pub extra: Extra,
}

/// The bytes of a chain file.
pub fn read_chain_bytes(path: &Path) -> Result<Vec<u8>> {
    xml::read_bytes(path, LIMITS.bytes)
}

/// Parses a chain file.
///
/// # Errors
/// Not XML within 4 MiB and 20,000 generations, not a chain, numbers that do not count from 1, the same manifest twice, a path that leaves the folder,
/// something that is no C4 ID.
pub fn parse_chain(bytes: &[u8]) -> Result<Chain> {
    let document = xml::parse_with(bytes, &LIMITS)?;
    let root = &document.root;
    if !root.name.is(DIRECTORY_NAMESPACE, "ascmhldirectory") {
        return Err(Error::invalid("not an ASC MHL chain").field("root element").value(&root.name.local).line(root.line.0));
    }
    let mut links: Vec<Link> = vec![];
    let mut names = std::collections::HashSet::new();
    let mut sorter = Sorter::new(root, &[]);
    for node in &root.children {
        let element = node.element().filter(|e| e.name.is(DIRECTORY_NAMESPACE, "hashlist"));
        if let Some(element) = element {
            let link = link(element).map_err(|e| e.line(element.line.0))?;
            let expected = links.len() as u32 + 1;
            let refuse = |why: &str| Error::invalid(why).line(element.line.0);
            if link.number != expected {
                return Err(refuse("generations count from 1 without a gap").field("sequencenr").value(link.number));
            }
            if !names.insert(link.path.clone()) {
                return Err(refuse("the same manifest twice").field("path").value(&link.path));
            }
            if links.len() == LINKS {
                return Err(refuse(&format!("more generations than {LINKS}")));
            }
            links.push(link);
        }
        sorter.file(node, element.map(|_| 0));
    }
    let extra = sorter.finish();
    Ok(Chain { links, extra, around: (document.prolog, document.epilog) })
}

fn link(element: &Element) -> Result<Link> {
    let missing = |what: &str| Error::invalid("is missing").field(what);
    let text = element.get("sequencenr").ok_or_else(|| missing("sequencenr"))?;
    let number = text.trim().parse().map_err(|_| Error::invalid("is not a number of a generation").field("sequencenr").value(text))?;
    let (mut path, mut c4) = (None, None);
    let mut sorter = Sorter::new(element, &["sequencenr"]);
    for node in &element.children {
        let slot = match node.element() {
            Some(e) if e.name.is(DIRECTORY_NAMESPACE, "path") && path.is_none() => Some((&mut path, e, 0)),
            Some(e) if e.name.is(DIRECTORY_NAMESPACE, "c4") && c4.is_none() => Some((&mut c4, e, 1)),
            _ => None,
        };
        let rank = slot.map(|(slot, e, rank)| {
            *slot = Some(e.text());
            rank
        });
        sorter.file(node, rank);
    }
    let (path, c4) = (path.ok_or_else(|| missing("path"))?, c4.ok_or_else(|| missing("c4"))?.trim().to_owned());
    check_path(&path)?;
    if Format::C4.decode(&c4).is_none() {
        return Err(Error::invalid("is not a C4 ID").field("c4").value(c4.chars().take(100).collect::<String>()));
    }
    Ok(Link { number, path, c4, extra: sorter.finish() })
}

/// The text of a chain file.
pub fn write_chain(chain: &Chain) -> String {
    let name = |local| Name::new("", local, DIRECTORY_NAMESPACE);
    let link = |l: &Link| {
        let known = vec![Element::with_text(name("path"), &l.path), Element::with_text(name("c4"), &l.c4)];
        let mut element = assemble(name("hashlist"), known, &l.extra);
        element.attributes.insert(0, Attribute { name: Name::new("", "sequencenr", ""), value: l.number.to_string() });
        element
    };
    let root = assemble(name("ascmhldirectory"), chain.links.iter().map(link).collect(), &chain.extra);
    xml::write(&Document { prolog: chain.around.0.clone(), root, epilog: chain.around.1.clone() })
}
