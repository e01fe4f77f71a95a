//! The id tree: what is named once, and what refers to it.

use super::reader::{Findings, Object};
use std::collections::HashSet;

/// An id and where it stands.
pub struct Place {
    pub id: String,
    pub line: u32,
    pub path: String,
}

impl Place {
    pub fn new(id: &str, object: &Object, member: &str) -> Self {
        Place { id: id.to_owned(), line: object.line, path: object.path_of(member) }
    }
}

/// Every id of a document.
#[derive(Default)]
pub struct Tree {
    pub intents: Vec<Place>,
    pub intent_uses: Vec<Place>,
    pub canvases: Vec<Place>,
    pub source_canvases: Vec<Place>,
    pub templates: Vec<Place>,
}

/// Notes ids given twice and ids that name nothing.
pub fn check(f: &mut Findings) {
    let tree = std::mem::take(&mut f.tree);
    let intents = once(&tree.intents, "framing intent", f);
    let canvases = once(&tree.canvases, "canvas", f);
    once(&tree.templates, "canvas template", f);
    found(&tree.intent_uses, &intents, ("UNKNOWN_INTENT", "framing_intents"), f);
    found(&tree.source_canvases, &canvases, ("UNKNOWN_CANVAS", "the canvases of this file"), f);
}

/// The ids, each of which may be given once.
pub fn once<'a>(places: &'a [Place], what: &str, f: &mut Findings) -> HashSet<&'a str> {
    let mut seen = HashSet::new();
    for p in places {
        if !seen.insert(p.id.as_str()) {
            f.error("DUPLICATE_ID", p.line, &p.path, format!("{:?} is the id of another {what}", p.id));
        }
    }
    seen
}

fn found(uses: &[Place], known: &HashSet<&str>, (code, where_): (&'static str, &str), f: &mut Findings) {
    for p in uses.iter().filter(|p| !known.contains(p.id.as_str())) {
        f.error(code, p.line, &p.path, format!("{:?} is not in {where_}", p.id));
    }
}
