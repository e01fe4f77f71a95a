//! A process node as every family of nodes sees it.

use super::{
    depth::BitDepth,
    version::{Format, Version},
};
use crate::{
    error::{Error, Result},
    sidecar::{Diagnostic, Level, xml::Element},
};
use std::borrow::Cow;

/// Numbers in one array: a cube of 256, or a half domain three times over, with room.
const MOST_VALUES: usize = 3 * 256 * 256 * 256;

/// One process node of the list.
pub(super) struct Node<'a> {
    pub element: &'a Element,
    pub version: Version,
    pub input: BitDepth,
    pub output: BitDepth,
}

/// The dimensions an array declares, and its numbers, as many as they say.
pub(super) struct Array {
    pub dim: Vec<usize>,
    pub values: Vec<f64>,
    pub line: u32,
}

impl<'a> Node<'a> {
    pub(super) fn name(&self) -> &'a str {
        &self.element.name.local
    }

    /// An error about the node itself.
    pub(super) fn invalid(&self, message: impl Into<String>) -> Error {
        Error::invalid(message).field(self.name()).line(self.element.line.0)
    }
    pub(super) fn unsupported(&self, message: impl Into<String>) -> Error {
        Error::unsupported(message).field(self.name()).line(self.element.line.0)
    }

    /// What a `Reference` points to.
    pub(super) fn target(&self) -> &'a str {
        self.element.get("path").or(self.element.get("alias")).unwrap_or("")
    }

    /// The child elements of a name, in order.
    pub(super) fn children(&self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        children(self.element, name)
    }
    /// The one child of a name, if it is there.
    ///
    /// # Errors
    /// There are several.
    pub(super) fn child(&self, name: &'a str) -> Result<Option<&'a Element>> {
        only_child(self.element, name)
    }

    /// The `style` attribute, in lower case.
    pub(super) fn style(&self) -> Option<String> {
        self.element.get("style").map(|s| s.trim().to_ascii_lowercase())
    }
    /// The error for a style that the node does not have.
    pub(super) fn unknown_style(&self) -> Error {
        match self.element.get("style") {
            Some(style) => {
                Error::invalid(format!("{} has no such style", self.name())).field("style").value(style).line(self.element.line.0)
            }
            None => self.invalid("the style attribute is missing"),
        }
    }

    /// An attribute that is `true` or not there.
    ///
    /// # Errors
    /// It is anything else.
    pub(super) fn flag(&self, name: &str) -> Result<bool> {
        match self.element.get(name) {
            None => Ok(false),
            Some("true") => Ok(true),
            Some(other) => Err(Error::invalid("may only be \"true\"").field(name).value(other).line(self.element.line.0)),
        }
    }

    /// The array of the node.
    ///
    /// # Errors
    /// None, or several in CLF; no dimensions; another count of numbers than they say.
    pub(super) fn array(&self) -> Result<Array> {
        // A CTF reader takes the first.
        let ctf = self.version.format == Format::Ctf;
        let element = if ctf { self.children("Array").next() } else { self.child("Array")? };
        let element = element.ok_or_else(|| self.invalid("has no Array"))?;
        let line = element.line.0;
        let text = element.get("dim").ok_or_else(|| Error::invalid("is missing").field("dim").line(line))?;
        let dim: Option<Vec<usize>> = text.split_ascii_whitespace().map(|n| n.parse().ok()).collect();
        let bad = || Error::invalid("not the dimensions of an array").field("dim").value(text).line(line);
        let dim = dim.filter(|d| (2..=4).contains(&d.len())).ok_or_else(bad)?;
        if dim.iter().try_fold(1usize, |n, d| n.checked_mul(*d)).is_none_or(|n| n > MOST_VALUES) {
            return Err(Error::invalid(format!("more than {MOST_VALUES} values")).field("dim").value(text).line(line));
        }
        Ok(Array { dim, values: numbers(element)?, line })
    }
}

impl Array {
    /// The dimensions as the document has them.
    pub(super) fn written_dim(&self) -> String {
        self.dim.iter().map(usize::to_string).collect::<Vec<_>>().join(" ")
    }
    /// # Errors
    /// The count of numbers is not `count`.
    pub(super) fn holds(&self, count: usize) -> Result<()> {
        if self.values.len() == count {
            return Ok(());
        }
        Err(Error::invalid(format!("{} values where its dimensions say {count}", self.values.len())).field("Array").line(self.line))
    }
    /// # Errors
    /// One of the numbers is not finite.
    pub(super) fn finite(&self) -> Result<()> {
        match self.values.iter().find(|v| !is_sound(**v)) {
            Some(value) => Err(Error::invalid("not finite").field("Array").value(value).line(self.line)),
            None => Ok(()),
        }
    }
}

/// The child elements of a name, in order, whatever their prefix.
pub(super) fn children<'a>(parent: &'a Element, name: &'a str) -> impl Iterator<Item = &'a Element> {
    parent.elements().filter(move |e| same_namespace(parent, e) && e.name.local.eq_ignore_ascii_case(name))
}

/// Whether a child belongs to the schema of its parent: names of other namespaces are somebody else's.
pub(super) fn same_namespace(parent: &Element, child: &Element) -> bool {
    child.name.namespace.is_empty() || child.name.namespace == parent.name.namespace
}

/// # Errors
/// There are several.
pub(super) fn only_child<'a>(parent: &'a Element, name: &'a str) -> Result<Option<&'a Element>> {
    let mut all = children(parent, name);
    let first = all.next();
    match all.next() {
        Some(second) => Err(Error::invalid("is there twice").field(name).line(second.line.0)),
        None => Ok(first),
    }
}

fn text(element: &Element) -> Cow<'_, str> {
    match element.children.as_slice() {
        [crate::sidecar::xml::Node::Text(text)] => Cow::Borrowed(text),
        _ => Cow::Owned(element.text()),
    }
}

/// All numbers in the text of an element, also NaN and infinities.
///
/// # Errors
/// A word that is no number, or more than any array may have.
pub(super) fn numbers(element: &Element) -> Result<Vec<f64>> {
    let at = |message: String| Error::invalid(message).field(&element.name.local).line(element.line.0);
    let text = text(element);
    let mut values = vec![];
    for word in text.split(|c: char| c.is_ascii_whitespace() || c == ',').filter(|w| !w.is_empty()) {
        if values.len() == MOST_VALUES {
            return Err(at(format!("more than {MOST_VALUES} values")));
        }
        let value = word.parse().map_err(|_| at("not a number".into()).value(word.chars().take(40).collect::<String>()))?;
        values.push(value);
    }
    Ok(values)
}

/// As [`numbers`], of finite ones.
///
/// # Errors
/// As [`numbers`], and what is not finite.
pub(super) fn finite_list(element: &Element) -> Result<Vec<f64>> {
    let values = numbers(element)?;
    match values.iter().find(|v| !is_sound(**v)) {
        Some(value) => Err(Error::invalid("not finite").field(&element.name.local).value(value).line(element.line.0)),
        None => Ok(values),
    }
}

/// The `N` finite numbers in the text of an element.
///
/// # Errors
/// More, fewer, or not finite.
pub(super) fn finite_numbers<const N: usize>(element: &Element) -> Result<[f64; N]> {
    let values = finite_list(element)?;
    let count = values.len();
    let other = |_| Error::invalid(format!("{count} numbers instead of {N}")).field(&element.name.local).line(element.line.0);
    values.try_into().map_err(other)
}

/// Finite, also after something was done with it in f32.
fn is_sound(value: f64) -> bool {
    value.abs() <= crate::sidecar::lut::text::LARGEST
}

/// Finite numbers between white space.
pub(super) fn finite_words(text: &str) -> Option<Vec<f64>> {
    text.split_ascii_whitespace().map(|w| w.parse().ok().filter(|v: &f64| is_sound(*v))).collect()
}

/// Three finite numbers in an attribute, if it is there.
///
/// # Errors
/// It is anything else.
pub(super) fn three(element: &Element, name: &str) -> Result<Option<[f64; 3]>> {
    let Some(text) = element.get(name) else { return Ok(None) };
    let numbers = finite_words(text).and_then(|n| n.try_into().ok());
    let bad = || Error::invalid("not three finite numbers").field(name).value(text).line(element.line.0);
    Ok(Some(numbers.ok_or_else(bad)?))
}

/// A finite number in an attribute, if it is there.
///
/// # Errors
/// It is not a finite number.
pub(super) fn number(element: &Element, name: &str) -> Result<Option<f64>> {
    let Some(text) = element.get(name) else { return Ok(None) };
    match text.trim().parse::<f64>() {
        Ok(value) if is_sound(value) => Ok(Some(value)),
        _ => Err(Error::invalid("not a finite number").field(name).value(text).line(element.line.0)),
    }
}

/// As [`number`], for an attribute that has to be there.
///
/// # Errors
/// Missing, or not a finite number.
pub(super) fn required(element: &Element, name: &str) -> Result<f64> {
    number(element, name)?.ok_or_else(|| Error::invalid(format!("{} has no {name}", element.name.local)).field(name).line(element.line.0))
}

/// The elements with the parameters of red, green, blue, and, in CTF, of alpha.
pub(super) struct Channels<'a> {
    pub rgb: [Option<&'a Element>; 3],
    /// Has to be valid, and plays no part in a transform of colour.
    pub alpha: Option<&'a Element>,
}

/// The elements `name` by channel. One without a channel counts for red, green and blue.
///
/// # Errors
/// No such channel, or one that is given twice.
pub(super) fn by_channel<'a>(node: &Node<'a>, name: &'a str) -> Result<Channels<'a>> {
    let mut slots = [None; 4];
    for element in node.children(name) {
        let at = |message: &str| Error::invalid(message).field(name).line(element.line.0);
        let chosen = match element.get("channel") {
            None => 0..3,
            Some("R") => 0..1,
            Some("G") => 1..2,
            Some("B") => 2..3,
            Some("A") if node.version.format == Format::Ctf => 3..4,
            Some(other) => return Err(at("no such channel").value(other)),
        };
        for slot in &mut slots[chosen] {
            if slot.replace(element).is_some() {
                return Err(at("a channel is given twice"));
            }
        }
    }
    let [r, g, b, alpha] = slots;
    Ok(Channels { rgb: [r, g, b], alpha })
}

/// A finding that does not keep a document from being used.
pub(super) fn warning(code: &'static str, message: impl Into<String>, element: &Element, path: impl Into<String>) -> Diagnostic {
    Diagnostic { level: Level::Warning, code, message: message.into(), line: element.line.0, path: path.into() }
}
