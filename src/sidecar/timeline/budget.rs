//! How much a document may come to where parts of it are used more than once.

use crate::{
    error::{Error, Result},
    sidecar::xml::{Element, Node},
};

/// What all items together may come to, in bytes of their XML and [`NODE`] for each element: a feature film fits many times.
const MAX_COPIED: usize = 512 << 20;
/// What an element costs besides its text.
const NODE: usize = 128;

/// What is left of it.
pub(in crate::sidecar) struct Budget(usize);

impl Budget {
    pub fn new() -> Self {
        Self(MAX_COPIED)
    }

    /// Pays for an element and what stands in it, but for elements of the names in `apart`, which pay for themselves.
    ///
    /// # Errors
    /// Nothing is left.
    pub fn spend(&mut self, element: &Element, apart: &[&str]) -> Result<()> {
        let left = self.0.checked_sub(weight(element, apart));
        self.0 = left.ok_or_else(|| {
            Error::unsupported(format!("more than {MAX_COPIED} bytes, nested sequences counted where they are used")).line(element.line.0)
        })?;
        Ok(())
    }
}

fn weight(element: &Element, apart: &[&str]) -> usize {
    let attributes: usize = element.attributes.iter().map(|a| a.value.len()).sum();
    let children = element.children.iter().map(|child| match child {
        Node::Element(inner) if apart.contains(&inner.name.local.as_str()) => 0,
        Node::Element(inner) => weight(inner, apart),
        Node::Text(text) => text.len(),
        _ => 0,
    });
    NODE + attributes + children.sum::<usize>()
}
