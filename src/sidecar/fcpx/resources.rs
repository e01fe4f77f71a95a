//! Attributes, and what they refer to.

use crate::{
    error::{Error, Result},
    sidecar::{
        Diagnostic, Level,
        timeline::{Budget, Fraction, Time},
        xml::Element,
    },
};
use std::collections::HashMap;

/// Items of a document in all, compound clips counted wherever they are used.
const MAX_ITEMS: usize = 1 << 18;
/// Compound clips within compound clips.
const MAX_DEPTH: usize = 24;
/// Clips on clips, wherever they are.
const MAX_CONNECTED: usize = 100;

/// What stands in a storyline or is connected to one, but for transitions and storylines.
pub(super) const ITEMS: [&str; 10] =
    ["clip", "asset-clip", "ref-clip", "mc-clip", "sync-clip", "audition", "gap", "title", "video", "audio"];

pub(super) struct Reader<'a> {
    resources: HashMap<&'a str, &'a Element>,
    open: Vec<*const Element>,
    /// Clips connected to clips and within compound clips, of the one being read.
    depth: usize,
    items: usize,
    budget: Budget,
    pub found: &'a mut Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    pub fn new(root: &'a Element, found: &'a mut Vec<Diagnostic>) -> Self {
        let mut resources = HashMap::new();
        for list in root.elements().filter(|e| e.name.local == "resources") {
            for resource in list.elements() {
                if let Some(id) = resource.get("id") {
                    resources.entry(id).or_insert(resource);
                }
            }
        }
        Self { resources, open: vec![], depth: 0, items: 0, budget: Budget::new(), found }
    }

    pub fn warn(&mut self, message: String, element: &Element) {
        self.warn_at(message, element.line.0);
    }
    pub fn warn_at(&mut self, message: String, line: u32) {
        self.found.push(Diagnostic { level: Level::Warning, code: "LEFT_OUT", message, line, path: String::new() });
    }

    pub fn resource(&self, element: &Element, attribute: &str) -> Result<Option<&'a Element>> {
        let Some(id) = element.get(attribute) else { return Ok(None) };
        let found = self.resources.get(id).copied();
        found
            .map(Some)
            .ok_or_else(|| Error::invalid("a resource that the document does not hold").field(attribute).value(id).line(element.line.0))
    }

    /// Frames a second of a sequence or clip: of its format, its asset's, or of the sequence it stands for.
    pub fn rate_of(&self, element: &Element) -> Result<Fraction> {
        let mut formats = vec![element];
        if let Some(resource) = self.resource(element, "ref")? {
            formats.push(resource);
            formats.extend(resource.elements().filter(|e| e.name.local == "sequence"));
        }
        // The asset of a clip stands in it.
        for inner in element.elements().filter(|e| matches!(e.name.local.as_str(), "video" | "audio")) {
            formats.extend(self.resource(inner, "ref")?);
        }
        for holder in formats {
            let Some(format) = self.resource(holder, "format")? else { continue };
            if format.get("frameDuration").is_some() {
                let duration = seconds(format, "frameDuration")?;
                if !duration.is_positive() {
                    return Err(Error::invalid("not above 0").field("frameDuration").value(duration).line(format.line.0));
                }
                return Fraction::ONE.over(duration);
            }
        }
        Err(Error::invalid("no format with a frame rate").field("format").value(text(element, "name")).line(element.line.0))
    }

    pub fn count(&mut self, element: &Element) -> Result<()> {
        self.items += 1;
        if self.items > MAX_ITEMS {
            return Err(
                Error::unsupported(format!("more clips than {MAX_ITEMS}, compound clips counted where they are used")).line(element.line.0)
            );
        }
        self.spend(element)?;
        // The name and file of what it is made of.
        let gaps = element.elements().filter(|e| e.name.local == "gap").flat_map(Element::elements);
        let inner = element.elements().chain(gaps).filter(|e| matches!(e.name.local.as_str(), "video" | "audio"));
        for source in inner.chain([element]) {
            if let Some(resource) = source.get("ref").and_then(|id| self.resources.get(id)) {
                self.budget.spend(resource, &["sequence"])?;
            }
        }
        Ok(())
    }

    /// Pays for an element and what stands in it, but for items.
    pub fn spend(&mut self, element: &Element) -> Result<()> {
        self.budget.spend(element, &ITEMS)
    }

    /// One clip deeper; the way back is [`Self::ascend`].
    pub fn descend(&mut self, element: &Element) -> Result<()> {
        self.depth += 1;
        if self.depth > MAX_CONNECTED {
            return Err(Error::unsupported(format!("clips nested deeper than {MAX_CONNECTED}")).line(element.line.0));
        }
        Ok(())
    }
    pub fn ascend(&mut self) {
        self.depth -= 1;
    }

    /// Enters a sequence; leave it with [`Self::leave`].
    pub fn enter(&mut self, sequence: &'a Element) -> Result<()> {
        if self.open.contains(&std::ptr::from_ref(sequence)) {
            return Err(Error::invalid("a compound clip that contains itself").field("sequence").line(sequence.line.0));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(Error::unsupported(format!("compound clips nested deeper than {MAX_DEPTH}")).line(sequence.line.0));
        }
        self.open.push(sequence);
        Ok(())
    }
    pub fn leave(&mut self) {
        self.open.pop();
    }
}

pub(super) fn text(element: &Element, attribute: &str) -> String {
    element.get(attribute).unwrap_or_default().to_owned()
}

/// `10s`, `28500/3000s`; 0 where it is missing.
pub(super) fn seconds(element: &Element, attribute: &str) -> Result<Fraction> {
    let Some(text) = element.get(attribute) else { return Ok(Fraction::ZERO) };
    let bad = || Error::invalid("not a fraction of seconds such as 1001/24000s").field(attribute).value(text).line(element.line.0);
    let number = text.trim().strip_suffix('s').ok_or_else(bad)?;
    let (n, d) = number.split_once('/').unwrap_or((number, "1"));
    let (n, d): (i64, i64) = (n.parse().map_err(|_| bad())?, d.parse().map_err(|_| bad())?);
    if d <= 0 { Err(bad()) } else { Fraction::new(n.into(), d.into()) }
}

/// Seconds, counted in frames.
pub(super) fn time(seconds: Fraction, rate: Fraction) -> Result<Time> {
    Ok(Time { value: seconds.times(rate)?.into(), rate: rate.into() })
}
