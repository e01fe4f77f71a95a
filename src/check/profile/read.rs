//! Reading profiles.

use super::{Confidence, Profile, Row};
use crate::{
    check::Severity,
    error::{Error, InFile, Result},
    files,
};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};
use toml::Value;

/// Profiles that extend one another, at most.
const DEEPEST: usize = 8;
/// Bytes of a profile, at most.
const LARGEST: u64 = 1 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    title: String,
    version: String,
    extends: Option<String>,
    #[serde(default)]
    rules: BTreeMap<String, RawRow>,
}

#[derive(Deserialize)]
struct RawRow {
    severity: Option<Severity>,
    asked: Option<bool>,
    source: Option<String>,
    seen: Option<String>,
    confidence: Option<Confidence>,
    #[serde(flatten)]
    limits: BTreeMap<String, Value>,
}

pub(super) fn open(path: &Path, depth: usize) -> Result<Profile> {
    if fs::metadata(path).in_file(path)?.len() > LARGEST {
        return Err(Error::invalid(format!("larger than {LARGEST} bytes")).file(path));
    }
    let text = fs::read_to_string(path).in_file(path)?;
    let mut failed = None;
    let read = profile(&text, |id| {
        if let Some(known) = Profile::built_in().iter().find(|p| p.id == id) {
            return Some(known.clone());
        }
        let beside = beside(path, id).filter(|file| depth < DEEPEST && file.is_file())?;
        open(&beside, depth + 1).map_err(|e| failed = Some(e)).ok().map(Arc::new)
    });
    match failed {
        Some(error) => Err(error),
        None => read.map(|profile| Profile { folder: path.parent().map(Path::to_owned), ..profile }).map_err(|e| e.file(path)),
    }
}

/// The file of the profile `id` beside another; an id that leads elsewhere has none.
fn beside(path: &Path, id: &str) -> Option<PathBuf> {
    (!id.contains(['/', '\\'])).then(|| path.with_file_name(format!("{id}.toml")))
}

/// The file of a profile, and those that it extends, each beside it: also one that is not there yet.
pub(super) fn files_of(path: &Path) -> Vec<PathBuf> {
    #[derive(Deserialize)]
    struct Head {
        extends: Option<String>,
    }
    let mut found = vec![path.to_owned()];
    while found.len() <= DEEPEST {
        let last = &found[found.len() - 1];
        let extends =
            files::read_bounded(last, LARGEST).ok().and_then(|bytes| toml::from_slice::<Head>(&bytes).ok()).and_then(|h| h.extends);
        let extends = extends.filter(|id| !Profile::built_in().iter().any(|p| p.id == *id));
        let Some(beside) = extends.and_then(|id| beside(path, &id)).filter(|file| !found.contains(file)) else { break };
        found.push(beside);
    }
    found
}

/// A profile from its text. Only one that extends nothing may name limits that are not known yet: it is where they are declared.
pub(super) fn profile(text: &str, known: impl FnOnce(&str) -> Option<Arc<Profile>>) -> Result<Profile> {
    let file: File = toml::from_str(text).map_err(|e| files::toml_error(text, &e))?;
    let base = match &file.extends {
        None => None,
        Some(id) => Some(
            known(id).ok_or_else(|| Error::invalid("no such profile, or too many that extend one another").field("extends").value(id))?,
        ),
    };
    let mut rows = base.as_ref().map(|b| b.rows.clone()).unwrap_or_default();
    for (rule, raw) in file.rules {
        if base.is_some() && !rows.contains_key(&rule) && !crate::check::is_rule(&rule) {
            return Err(Error::invalid("no such rule").field("rules").value(rule));
        }
        let row: &mut Row = rows.entry(rule.clone()).or_default();
        for (name, value) in raw.limits {
            if base.is_some() && row.limits.get(&name).is_none_or(|known| !same_kind(known, &value)) {
                let what = row.limits.get(&name).map_or("no such limit".into(), |known| format!("has to be a {}", known.type_str()));
                return Err(Error::invalid(what).field(format!("rules.{rule}.{name}")).value(value.to_string()));
            }
            row.limits.insert(name, value);
        }
        let set = raw.source.is_some();
        row.severity = raw.severity.or(row.severity);
        row.asked = raw.asked.or(row.asked);
        row.source = raw.source.or(row.source.take());
        // When and how sure belong to a source: those of another one do not hold.
        row.seen = if set { raw.seen } else { raw.seen.or(row.seen.take()) };
        row.confidence = if set { raw.confidence } else { raw.confidence.or(row.confidence) };
    }
    let digest = digest(&rows);
    Ok(Profile { id: file.id, title: file.title, version: file.version, digest, own: None, rows, folder: None })
}

/// Whether one may stand for the other: an integer for a number too.
fn same_kind(known: &Value, given: &Value) -> bool {
    known.same_type(given) || (known.is_float() && given.is_integer()) || (known.is_integer() && given.is_float())
}

pub(super) fn digest(rows: &BTreeMap<String, Row>) -> String {
    let mut text = String::new();
    for (rule, row) in rows {
        // Writing to a string does not fail.
        let _ = write!(text, "{rule} {:?} {:?}", row.severity, row.asked.unwrap_or(true));
        for (name, value) in &row.limits {
            let _ = write!(text, " {name}={value:?}");
        }
        text.push('\n');
    }
    files::sha256(text.as_bytes())
}
