//! What the schema cannot say.

use super::{Digest, Entry, Manifest, check_path, schema::excerpt};
use crate::sidecar::{Diagnostic, Level};
use std::collections::HashMap;

pub(super) fn check(manifest: &Manifest, found: &mut Vec<Diagnostic>) {
    let mut checker = Checker { found, first: HashMap::new() };
    if let Some(root) = &manifest.process.root {
        checker.digests(&root.content, 0, "/hashlist/processinfo/roothash/content");
        checker.digests(&root.structure, 0, "/hashlist/processinfo/roothash/structure");
    }
    for entry in &manifest.hashes {
        match entry {
            Entry::File(f) => {
                let line = f.line.0;
                checker.path(&f.path, line);
                checker.previous(f.previous_path.as_deref(), line);
                checker.digests(&f.digests, line, &f.path);
                if f.digests.is_empty() {
                    checker.report(Level::Error, "NO_DIGEST", line, &f.path, "a file without any digest".into());
                }
                checker.twice(&f.path, &f.digests, line);
            }
            Entry::Folder(f) => {
                let line = f.line.0;
                checker.path(&f.path, line);
                checker.previous(f.previous_path.as_deref(), line);
                checker.digests(&f.digests.content, line, &f.path);
                checker.digests(&f.digests.structure, line, &f.path);
                let formats = |digests: &[Digest]| digests.iter().map(|d| d.format).collect::<Vec<_>>();
                if formats(&f.digests.content) != formats(&f.digests.structure) {
                    let message = "content and structure are not in the same formats";
                    checker.report(Level::Warning, "UNEVEN_FOLDER_DIGESTS", line, &f.path, message.into());
                }
                checker.twice(&f.path, &f.digests.content, line);
            }
            Entry::Other(_) => {}
        }
    }
    for reference in &manifest.references {
        checker.path(&reference.path, reference.line.0);
        if super::Format::C4.decode(reference.c4.trim()).is_none() {
            let message = format!("not a C4 ID: `{}`", excerpt(&reference.c4));
            checker.report(Level::Error, "INVALID_DIGEST", reference.line.0, &reference.path, message);
        }
    }
}

struct Checker<'a> {
    found: &'a mut Vec<Diagnostic>,
    /// Line and digests of the first record of each path.
    first: HashMap<&'a str, (u32, &'a [Digest])>,
}

impl<'a> Checker<'a> {
    fn report(&mut self, level: Level, code: &'static str, line: u32, path: &str, message: String) {
        if self.found.len() < 2000 {
            self.found.push(Diagnostic { level, code, message, line, path: excerpt(path) });
        }
    }

    fn path(&mut self, path: &str, line: u32) {
        if let Err(e) = check_path(path) {
            self.report(Level::Error, "UNSAFE_PATH", line, path, format!("the path {}: `{}`", e.message(), excerpt(path)));
        }
    }

    fn previous(&mut self, path: Option<&str>, line: u32) {
        if let Some(path) = path {
            self.path(path, line);
        }
    }

    fn digests(&mut self, digests: &[Digest], line: u32, path: &str) {
        for d in digests {
            let text = d.text.trim();
            if d.format.decode(text).is_none() {
                self.report(Level::Error, "INVALID_DIGEST", line, path, format!("not a digest of {}: `{}`", d.format, excerpt(text)));
            } else if d.format != super::Format::C4 && text.bytes().any(|b| b.is_ascii_uppercase()) {
                self.report(Level::Warning, "UPPER_CASE_DIGEST", line, path, format!("a digest of {} in upper case: `{text}`", d.format));
            }
        }
    }

    fn twice(&mut self, path: &'a str, digests: &'a [Digest], line: u32) {
        let Some((first, before)) = self.first.insert(path, (line, digests)) else { return };
        let differs = |d: &Digest| super::find(before, d.format).is_some_and(|b| !d.format.same(&b.text, &d.text));
        if digests.iter().any(differs) {
            let message = format!("recorded with another digest in line {first}");
            self.report(Level::Error, "CONTRADICTING_RECORDS", line, path, message);
        } else {
            self.report(Level::Warning, "RECORDED_TWICE", line, path, format!("also recorded in line {first}"));
        }
    }
}
