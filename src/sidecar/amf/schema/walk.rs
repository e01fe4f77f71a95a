//! The walk that holds a tree against the schema.

use super::{
    Content,
    Particle::{self, All, Amf, By, Many, One, Optional},
    ROOT, Tolerance, Type,
};
use crate::sidecar::{
    Diagnostic, Level,
    amf::{Version, names::CDL, values},
    xml::{Element, Node, XSI},
};
use std::collections::HashMap;

/// Every violation in a document whose root is an `acesMetadataFile` in `namespace`.
pub(in crate::sidecar::amf) fn check(root: &Element, version: Version, namespace: &str) -> Vec<Diagnostic> {
    let mut checker = Checker { version, namespace, path: format!("/{}", root.name.local), found: vec![], behind_working_location: false };
    checker.element(root, &ROOT);
    checker.found
}

struct Checker<'a> {
    version: Version,
    namespace: &'a str,
    path: String,
    found: Vec<Diagnostic>,
    behind_working_location: bool,
}

/// The content model does not hold; reported already.
struct Broken;

impl Checker<'_> {
    fn report(&mut self, level: Level, element: &Element, message: impl Into<String>) {
        let (message, path) = (message.into(), self.path.clone());
        self.found.push(Diagnostic { level, code: "SCHEMA_VIOLATION", message, line: element.line.0, path });
    }

    fn error(&mut self, element: &Element, message: impl Into<String>) {
        self.report(Level::Error, element, message);
    }

    fn element(&mut self, element: &Element, kind: &'static Type) {
        self.attributes(element, kind);
        match &kind.content {
            Content::Text(simple) => {
                if let Some(child) = element.elements().next() {
                    self.error(element, format!("{} must hold a value only, not <{}>", element.name.local, child.name.local));
                } else if let Err(why) = simple.check(&element.text(), self.version) {
                    self.error(element, format!("{} {why}: `{}`", element.name.local, values::excerpt(&element.text())));
                }
            }
            Content::Elements(particle) => self.children(element, particle),
            Content::Nothing => {
                if element.children.iter().any(|n| !matches!(n, Node::Comment(_) | Node::Instruction(_))) {
                    self.error(element, format!("{} must be empty", element.name.local));
                }
            }
        }
    }

    fn attributes(&mut self, element: &Element, kind: &'static Type) {
        let version = self.version;
        let allowed = || kind.attributes.iter().filter(move |(_, _, since)| *since <= version);
        for attribute in element.attributes.iter().filter(|a| a.name.namespace != XSI) {
            let name = &attribute.name.local;
            match allowed().find(|a| attribute.name.is("", a.0)) {
                None => self.error(element, format!("attribute `{name}` is not allowed here")),
                Some((_, simple, _)) => {
                    if let Err(why) = simple.check(&attribute.value, version) {
                        self.error(element, format!("attribute `{name}` {why}: `{}`", values::excerpt(&attribute.value)));
                    }
                }
            }
        }
        for (name, ..) in allowed().filter(|a| element.get(a.0).is_none()) {
            self.error(element, format!("attribute `{name}` is missing"));
        }
    }

    fn children(&mut self, element: &Element, particle: &'static Particle) {
        if element.children.iter().any(|n| matches!(n, Node::Text(t) if !t.trim().is_empty())) {
            self.error(element, format!("{} must hold elements only, not text", element.name.local));
        }
        let children: Vec<&Element> = element.elements().collect();
        let mut walk = Walk { parent: element, children: &children, next: 0, seen: HashMap::new() };
        let outer = self.behind_working_location;
        self.behind_working_location &= !matches!(element.name.local.as_str(), "pipeline" | "archivedPipeline");
        if self.run(particle, &mut walk).is_ok()
            && let Some(child) = walk.peek()
        {
            let length = walk.enter(&mut self.path);
            self.error(child, format!("<{}> is not expected here", child.name.local));
            self.path.truncate(length);
        }
        self.behind_working_location = outer;
    }

    fn is(&self, element: &Element, particle: &Particle) -> bool {
        match particle {
            Amf(local, _) => element.name.is(self.namespace, local),
            Particle::Cdl(local, other, _) => element.name.namespace == CDL && [local, other].contains(&&element.name.local.as_str()),
            _ => false,
        }
    }

    fn tolerates(&self, tolerance: Tolerance) -> bool {
        tolerance == Tolerance::Always || self.behind_working_location
    }

    /// Whether the particle can begin with `next`.
    fn begins(&self, particle: &Particle, next: &Element) -> bool {
        match particle {
            Amf(..) | Particle::Cdl(..) => self.is(next, particle),
            One(parts) => parts.iter().any(|p| self.begins(p, next)),
            Optional(p) | Many(p) | Particle::Expected(p, _) => self.begins(p, next),
            By(v1, v2) => self.begins(if self.version == Version::V1 { v1 } else { v2 }, next),
            All(parts) => {
                let optional = parts.iter().take_while(|p| self.may_be_absent(p)).count();
                parts.iter().take(optional + 1).any(|p| self.begins(p, next))
            }
        }
    }

    fn may_be_absent(&self, particle: &Particle) -> bool {
        match particle {
            Amf(..) | Particle::Cdl(..) => false,
            Optional(_) | Many(_) => true,
            Particle::Expected(_, tolerance) => self.tolerates(*tolerance),
            One(parts) => parts.iter().any(|p| self.may_be_absent(p)),
            All(parts) => parts.iter().all(|p| self.may_be_absent(p)),
            By(v1, v2) => self.may_be_absent(if self.version == Version::V1 { v1 } else { v2 }),
        }
    }

    /// What the particle can begin with, for messages.
    fn wanted(&self, particle: &Particle, out: &mut Vec<&'static str>) {
        match particle {
            Amf(local, _) | Particle::Cdl(local, ..) => out.push(local),
            One(parts) => parts.iter().for_each(|p| self.wanted(p, out)),
            Optional(p) | Many(p) | Particle::Expected(p, _) => self.wanted(p, out),
            By(v1, v2) => self.wanted(if self.version == Version::V1 { v1 } else { v2 }, out),
            All(parts) => {
                let optional = parts.iter().take_while(|p| self.may_be_absent(p)).count();
                parts.iter().take(optional + 1).for_each(|p| self.wanted(p, out));
            }
        }
    }

    /// The schemas are deterministic: one element of look-ahead decides. Recursion follows the schema's own nesting.
    fn run(&mut self, particle: &'static Particle, walk: &mut Walk) -> Result<(), Broken> {
        let next = walk.peek();
        let begins = |p: &Particle| next.is_some_and(|e| self.begins(p, e));
        match particle {
            Amf(_, kind) | Particle::Cdl(_, _, kind) => match next {
                Some(child) if self.is(child, particle) => {
                    let length = walk.enter(&mut self.path);
                    self.element(child, kind);
                    self.path.truncate(length);
                    walk.next += 1;
                    self.behind_working_location |= child.name.is(self.namespace, "workingLocation");
                    Ok(())
                }
                _ => self.expected(particle, walk),
            },
            All(parts) => parts.iter().try_for_each(|p| self.run(p, walk)),
            One(parts) => match parts.iter().find(|p| begins(p)) {
                Some(part) => self.run(part, walk),
                None if self.may_be_absent(particle) => Ok(()),
                None => self.expected(particle, walk),
            },
            Optional(part) => {
                if begins(part) {
                    self.run(part, walk)
                } else {
                    Ok(())
                }
            }
            Many(part) => {
                while walk.peek().is_some_and(|e| self.begins(part, e)) {
                    self.run(part, walk)?;
                }
                Ok(())
            }
            Particle::Expected(part, tolerance) => {
                if !begins(part) && self.tolerates(*tolerance) {
                    let mut wanted = vec![];
                    self.wanted(part, &mut wanted);
                    self.report(Level::Warning, walk.parent, format!("<{}> is missing", wanted.join("> or <")));
                    return Ok(());
                }
                self.run(part, walk)
            }
            By(v1, v2) => self.run(if self.version == Version::V1 { v1 } else { v2 }, walk),
        }
    }

    fn expected(&mut self, particle: &Particle, walk: &Walk) -> Result<(), Broken> {
        let mut wanted = vec![];
        self.wanted(particle, &mut wanted);
        let wanted = wanted.join("> or <");
        match walk.peek() {
            None => self.error(walk.parent, format!("<{wanted}> is missing")),
            Some(child) => {
                let length = walk.name(child, &mut self.path);
                self.error(child, format!("<{}> is not expected here, but <{wanted}>", child.name.local));
                self.path.truncate(length);
            }
        }
        Err(Broken)
    }
}

/// The child elements of one element, being consumed.
struct Walk<'a> {
    parent: &'a Element,
    children: &'a [&'a Element],
    next: usize,
    /// How many of each name were entered.
    seen: HashMap<&'a str, usize>,
}

impl<'a> Walk<'a> {
    fn peek(&self) -> Option<&'a Element> {
        self.children.get(self.next).copied()
    }

    /// Appends the next child to the path; gives the length to cut back to.
    fn enter(&mut self, path: &mut String) -> usize {
        let Some(child) = self.peek() else { return path.len() };
        let length = self.name(child, path);
        *self.seen.entry(&child.name.local).or_default() += 1;
        length
    }

    fn name(&self, child: &Element, path: &mut String) -> usize {
        let length = path.len();
        let local = child.name.local.as_str();
        path.push('/');
        path.push_str(local);
        if self.children.iter().filter(|c| c.name.local == local).take(2).count() > 1 {
            path.push_str(&format!("[{}]", self.seen.get(local).unwrap_or(&0) + 1));
        }
        length
    }
}
