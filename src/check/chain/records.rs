//! MHL-02, MHL-04, MHL-05: what the history says, and of which files.

use super::{Scope, few};
use crate::{
    check::{Profile, Verdict},
    error::{Error, Result},
    history::{FileRecord, Problem},
    progress::Progress,
    sidecar::mhl::{Action, Format},
    words::count,
};

/// MHL-02: what is listed is there, what is there is listed. Patterns of the history are honoured.
pub(super) fn complete(scope: &Scope, _: &Progress) -> Result<Verdict> {
    let listing = &scope.roll.listing;
    let (mut missing, mut unlisted, mut unreadable) = (vec![], vec![], vec![]);
    for problem in &listing.problems {
        match problem {
            Problem::Missing { path } => missing.push(format!("missing: {path}")),
            Problem::HistoryGone { path } => missing.push(format!("missing: the history of {path}")),
            Problem::New { path } => unlisted.push(format!("unlisted: {path}")),
            Problem::Unreadable { message, .. } => unreadable.push(message.clone()),
            // Found by reading, which was not asked for.
            Problem::Mismatch { .. } | Problem::FolderMismatch { .. } => {}
            // Of making and of formats, which was not asked for either.
            Problem::NoReference { .. } | Problem::NotWritten { .. } | Problem::FormatNotRecorded { .. } => {}
        }
    }
    let measured = [(missing.len(), "missing"), (unlisted.len(), "unlisted"), (unreadable.len(), "unreadable")];
    let measured: Vec<String> = measured.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    if measured.is_empty() {
        let all = count(usize::try_from(listing.files).unwrap_or(usize::MAX), "file");
        return Ok(Verdict::new(true, "0 missing, 0 unlisted", "none", format!("{all} in {}", scope.roll.tree.root.display())));
    }
    let mend = match (missing.is_empty(), unlisted.is_empty()) {
        (false, _) => Some("copy what is missing again from the camera card"),
        (true, false) => Some("take the files away, or record them: prelight mhl create"),
        (true, true) => None,
    };
    missing.extend(unreadable);
    missing.extend(unlisted);
    let verdict = Verdict::new(false, measured.join(", "), "none", few(&missing));
    Ok(match mend {
        Some(mend) => verdict.mend(mend),
        None => verdict,
    })
}

/// MHL-04: each file came on record as original, once (mhl#116).
pub(super) fn originals_first(scope: &Scope, _: &Progress) -> Result<Verdict> {
    let (mut wrong, mut files) = (vec![], 0);
    for (path, record) in scope.roll.records() {
        files += 1;
        wrong.extend(origin_fault(record).map(|why| format!("{path}: {why}")));
    }
    let measured = if wrong.is_empty() { format!("{files} original") } else { format!("{} of {}", wrong.len(), count(files, "file")) };
    let evidence = if wrong.is_empty() { generations(scope) } else { few(&wrong) };
    Ok(Verdict::new(wrong.is_empty(), measured, "original in the first generation of a file, and in no other", evidence))
}

fn origin_fault(record: &FileRecord) -> Option<String> {
    let first = record.digests.iter().map(|k| k.generation).min()?;
    let original = |k: &&crate::history::Known| k.action == Some(Action::Original);
    if let Some(again) = record.digests.iter().filter(original).find(|k| k.generation != first) {
        return Some(format!("original again in generation {}, on record since generation {first}", again.generation));
    }
    let of_first = record.digests.iter().filter(|k| k.generation == first);
    let other = of_first.clone().find(|k| k.action != Some(Action::Original))?;
    let action = other.action.map_or("without an action", Action::name);
    Some(format!("first recorded {action} in generation {first} ({})", other.format))
}

fn generations(scope: &Scope) -> String {
    let n = scope.roll.tree.histories.first().map_or(0, |h| h.generations.len());
    count(n, "generation")
}

/// The formats of the profile.
fn allowed_formats(profile: &Profile) -> Result<Vec<Format>> {
    let unknown = |name: &str| Error::invalid("no hash format").field("MHL-05 formats").value(name);
    profile.list("MHL-05", "formats")?.into_iter().map(|name| Format::from_name(name).ok_or_else(|| unknown(name))).collect()
}

/// MHL-05: each file is on record in a format that a delivery may use.
pub(super) fn formats_allowed(scope: &Scope, _: &Progress) -> Result<Verdict> {
    let allowed = allowed_formats(scope.profile)?;
    let (mut wrong, mut files, mut found) = (vec![], 0, vec![]);
    for (path, record) in scope.roll.records() {
        files += 1;
        let formats = record.formats();
        if !formats.iter().any(|f| allowed.contains(f)) {
            let names = if formats.is_empty() { "none".into() } else { formats.iter().map(|f| f.name()).collect::<Vec<_>>().join(", ") };
            wrong.push(format!("{path}: {names}"));
        }
        found.extend(formats);
    }
    found.sort_unstable();
    found.dedup();
    let names = |formats: &[Format]| formats.iter().map(|f| f.name()).collect::<Vec<_>>().join(", ");
    let limit = format!("one of {} for each file", names(&allowed));
    if wrong.is_empty() {
        return Ok(Verdict::new(true, names(&found), limit, count(files, "file")));
    }
    let add = allowed.last().map_or("", |f| f.name());
    let measured = format!("{} of {} in {} only", wrong.len(), count(files, "file"), names(&found));
    Ok(Verdict::new(false, measured, limit, few(&wrong)).mend(format!("add a generation: prelight mhl create -h {add}")))
}
