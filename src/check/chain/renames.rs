//! MHL-07: files that have another name and the same content.

use super::{Scope, few};
use crate::{
    check::Verdict,
    error::{ErrorKind, Result},
    history::{FileRecord, Problem, hash_file},
    progress::Progress,
    words::count,
};
use std::collections::HashMap;

/// MHL-07: nothing that is missing is there under another name. Only unlisted files of a missing file's size are read.
pub(super) fn none(scope: &Scope, progress: &Progress) -> Result<Verdict> {
    let limit = "no file under another name than recorded";
    let (tree, listing) = (&scope.roll.tree, &scope.roll.listing);
    let missing: Vec<&str> =
        listing.problems.iter().filter_map(|p| if let Problem::Missing { path } = p { Some(&**path) } else { None }).collect();
    let unlisted: Vec<&str> =
        listing.problems.iter().filter_map(|p| if let Problem::New { path } = p { Some(&**path) } else { None }).collect();
    if missing.is_empty() || unlisted.is_empty() {
        let documented = scope.roll.records().filter(|(_, record)| !record.previous.is_empty()).count();
        let evidence = if documented == 0 { String::new() } else { format!("{} recorded", count(documented, "renaming")) };
        return Ok(Verdict::new(true, "0 renamed", limit, evidence));
    }
    let records: HashMap<String, &FileRecord> = scope.roll.records().collect();
    let gone: Vec<(&str, &FileRecord)> = missing.iter().filter_map(|p| Some((*p, *records.get(*p)?))).collect();
    // Empty files are all the same.
    let fits = |record: &FileRecord, size: u64| size > 0 && record.size.is_none_or(|s| s == size);
    let candidates: Vec<(&str, u64)> = unlisted
        .iter()
        .filter_map(|p| Some((*p, tree.root.join(p).metadata().ok()?.len())))
        .filter(|(_, size)| gone.iter().any(|(_, record)| fits(record, *size)))
        .collect();
    let bytes = candidates.iter().map(|(_, size)| size).sum();
    if let Some(why) = scope.rolls.refuses(bytes) {
        return Ok(Verdict::not_applicable(why));
    }
    progress.begin(bytes, "looking for renamed files");
    let mut formats: Vec<_> = gone.iter().filter_map(|(_, record)| Some(record.first()?.format)).collect();
    formats.sort_unstable();
    formats.dedup();
    let (mut renamed, mut unreadable) = (vec![], vec![]);
    let mut left = gone;
    for (path, size) in candidates {
        let hashed = match hash_file(&tree.root.join(path), &formats, progress) {
            Ok(hashed) => hashed,
            Err(e) if e.kind() == ErrorKind::Cancelled => return Err(e),
            Err(e) => {
                unreadable.push(e.to_string());
                continue;
            }
        };
        let same = |record: &FileRecord| {
            let known = record.first().filter(|_| fits(record, size));
            known.is_some_and(|k| hashed.digests.iter().any(|(format, text)| *format == k.format && format.same(text, &k.text)))
        };
        if let Some(at) = left.iter().position(|(_, record)| same(record)) {
            renamed.push(format!("{} is now {path}", left.swap_remove(at).0));
        }
    }
    let pass = renamed.is_empty() && unreadable.is_empty();
    let measured = format!("{} renamed", renamed.len());
    let mend = (!renamed.is_empty()).then_some("give them their names back, or record the new ones: prelight mhl create --detect-renaming");
    renamed.extend(unreadable);
    let verdict = Verdict::new(pass, measured, limit, few(&renamed));
    Ok(match mend {
        Some(mend) => verdict.mend(mend),
        None => verdict,
    })
}
