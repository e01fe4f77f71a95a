//! Keeping what is not understood in its place.

use super::Extra;
use crate::sidecar::xml::{Attribute, Element, Name, Node};

/// Sorts the children of one element into understood ones and the rest.
pub(in crate::sidecar) struct Sorter {
    extra: Extra,
    /// Place in the schema's order of each understood child, as read.
    ranks: Vec<u8>,
}

impl Sorter {
    /// `understood` names the attributes (in no namespace) that the caller reads.
    pub(in crate::sidecar) fn new(element: &Element, understood: &[&str]) -> Self {
        let known = |a: &&Attribute| !(a.name.namespace.is_empty() && understood.contains(&a.name.local.as_str()));
        let attributes = element.attributes.iter().filter(known).cloned().collect();
        Self { extra: Extra { attributes, declarations: element.declarations.clone(), nodes: vec![] }, ranks: vec![] }
    }

    /// Files a child: `rank` is its place in the schema's order where it was understood.
    pub(in crate::sidecar) fn file(&mut self, node: &Node, rank: Option<u8>) {
        match rank {
            Some(rank) => self.ranks.push(rank),
            None => self.extra.nodes.push((self.ranks.len(), node.clone())),
        }
    }

    /// The rest, each behind every understood child it stood behind, also where those will be written in another order.
    pub(in crate::sidecar) fn finish(self) -> Extra {
        let Self { mut extra, ranks } = self;
        let mut order: Vec<usize> = (0..ranks.len()).collect();
        order.sort_by_key(|i| ranks[*i]);
        let mut written = vec![0; ranks.len()];
        for (place, read) in order.into_iter().enumerate() {
            written[read] = place;
        }
        for (position, _) in &mut extra.nodes {
            *position = written[..*position].iter().max().map_or(0, |last| last + 1);
        }
        extra
    }
}

/// An element of `known` children in the schema's order, with the rest put back where it stood.
pub(in crate::sidecar) fn assemble(name: Name, known: Vec<Element>, extra: &Extra) -> Element {
    let mut children = Vec::with_capacity(known.len() + extra.nodes.len());
    let mut rest = extra.nodes.iter().peekable();
    for (i, child) in known.into_iter().enumerate() {
        while let Some((_, node)) = rest.next_if(|(position, _)| *position <= i) {
            children.push(node.clone());
        }
        children.push(Node::Element(child));
    }
    children.extend(rest.map(|(_, node)| node.clone()));
    Element { name, attributes: extra.attributes.clone(), declarations: extra.declarations.clone(), children, ..Element::default() }
}
