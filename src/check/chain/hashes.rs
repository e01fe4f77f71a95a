//! MHL-01: the media themselves.

use super::{Scope, few, size};
use crate::{
    check::Verdict,
    error::Result,
    history::{FileRecord, Problem, Verify, verify_tree},
    progress::Progress,
    sidecar::mhl::Action,
    words::count,
};
use std::collections::HashSet;

/// MHL-01: each file has the digest that is on record. A file of another size is not read: it is another file (mhl#26).
pub(super) fn hold(scope: &Scope, progress: &Progress) -> Result<Verdict> {
    let (tree, limit) = (&scope.roll.tree, "size and digest of each file as recorded");
    let own = scope.place.map(|p| p.below(&tree.root));
    let (mut chosen, mut unrecorded, mut bytes, mut unread) = (HashSet::new(), 0, 0, 0);
    // Path and what is wrong.
    let mut wrong: Vec<(String, String)> = vec![];
    for (path, length, record) in scope.roll.files() {
        if own.as_ref().is_some_and(|own| !own.contains(&path)) {
            continue;
        }
        let Some(record) = record else {
            unrecorded += 1;
            continue;
        };
        // Of a clip as it is now: the roll may have been walked some time ago.
        let now = own.as_ref().and_then(|_| tree.root.join(&path).metadata().ok());
        let length = now.map_or(length, |now| now.len());
        match size_of(record).filter(|recorded| *recorded != length) {
            Some(recorded) => wrong.push((path.clone(), format!("{path}: {length} bytes, recorded {recorded}"))),
            None => {
                bytes += length;
                unread += if scope.rolls.memory().knows(&tree.root.join(&path)) { 0 } else { length };
                chosen.insert(path);
            }
        }
    }
    let files = chosen.len() + wrong.len();
    if files == 0 {
        return Ok(Verdict::not_applicable(format!("none of {} is on record", count(own.map_or(unrecorded, |o| o.len()), "file"))));
    }
    match scope.rolls.refuses(unread) {
        Some(why) if wrong.is_empty() => return Ok(Verdict::not_applicable(why)),
        Some(_) => {}
        None => {
            let options = Verify { hash: true, ..Verify::default() };
            let report = verify_tree(tree, &options, Some(&chosen), Some(scope.rolls.memory()), progress)?;
            for problem in report.problems {
                let path = problem.path().to_owned();
                match problem {
                    Problem::Mismatch { format, recorded, found, generation, .. } => {
                        wrong.push((path.clone(), format!("{path}: {format} {found}, generation {generation} has {recorded}")));
                    }
                    Problem::Unreadable { message, .. } => wrong.push((path, message)),
                    _ => {}
                }
            }
        }
    }
    wrong.sort();
    let more = if unrecorded == 0 { String::new() } else { format!("; {} not on record", count(unrecorded, "file")) };
    let verified = format!("{}, {}{more}", count(files, "file"), size(bytes));
    if wrong.is_empty() {
        return Ok(Verdict::new(true, "0 differ", limit, verified));
    }
    let list: Vec<String> = wrong.iter().map(|(_, what)| what.clone()).collect();
    let measured = format!("{} of {} differ", wrong.len(), count(files, "file"));
    let frame = scope.place.and_then(|p| wrong.first().and_then(|(path, _)| p.frame_of(&tree.root.join(path))));
    let verdict = Verdict::new(false, measured, limit, few(&list)).frame(frame);
    Ok(verdict.mend("copy these files again from the camera card, and verify the copy"))
}

/// The size on record; `None` where the last generation found the file altered and recorded that size.
fn size_of(record: &FileRecord) -> Option<u64> {
    let last = record.digests.last()?.generation;
    let failed = record.digests.iter().any(|k| k.generation == last && k.action == Some(Action::Failed));
    record.size.filter(|_| !failed)
}
