//! MHL: a clip's files against the history of its roll (ASC MHL), and the roll as it lies on disk.
//!
//! A clip belongs to the nearest history at or above its folder; what that covers is the *roll*. MHL-01 is about the files of the
//! clip, MHL-09 too; the other rules are about the roll that the clip lies in: a roll of which a file is missing is in nobody's
//! hands. [`check_roll`] runs them on a whole roll, MHL-01 with every file of it. Without a history they do not apply, but for
//! MHL-08, which then looks at the roll's folder where one bears the name of the reel, else at the clip's own.

mod copies;
mod hashes;
mod place;
mod policy;
mod records;
mod reel;
mod renames;
mod roots;
mod scans;
#[cfg(test)]
mod tests;
mod tidy;
mod unchanged;

pub(super) use place::Place;
pub use place::{Roll, Rolls, history_of};
pub use scans::Scans;
pub(super) use unchanged::Snapshot;

use super::{Finding, Profile, Rule, Severity, Subject, Verdict, few};
use crate::{
    error::{Error, Result},
    history::size_in_words as size,
    progress::Progress,
};
use std::path::Path;

/// The chain of custody.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "MHL-01",
        title: "Files are as their hashes say",
        severity: Severity::Block,
        source: "ASC MHL specification; ascmitc/mhl#26",
        method: |clip, progress| on_roll(clip, progress, hashes::hold),
    },
    Rule {
        id: "MHL-02",
        title: "Roll is complete, with nothing added",
        severity: Severity::Block,
        source: "ASC MHL specification",
        method: |clip, progress| on_roll(clip, progress, records::complete),
    },
    Rule {
        id: "MHL-03",
        title: "Chain of manifests is whole",
        severity: Severity::Block,
        source: "ASC MHL specification; ascmitc/mhl#119",
        method: chain_is_whole,
    },
    Rule {
        id: "MHL-04",
        title: "Every file came on record as original, once",
        severity: Severity::Warn,
        source: "ASC MHL specification; ascmitc/mhl#116",
        method: |clip, progress| on_roll(clip, progress, records::originals_first),
    },
    Rule {
        id: "MHL-05",
        title: "Hash formats are allowed",
        // A warning where the profile of its source is asked for (netflix-capture).
        severity: Severity::Inform,
        source: "Netflix Partner Help Center: data management",
        method: |clip, progress| on_roll(clip, progress, records::formats_allowed),
    },
    Rule {
        id: "MHL-06",
        title: "One history, at the root of the roll",
        severity: Severity::Warn,
        source: "Netflix Partner Help Center: data management",
        method: |clip, progress| on_roll(clip, progress, roots::one_at_the_root),
    },
    Rule {
        id: "MHL-07",
        title: "No file is renamed",
        severity: Severity::Inform,
        source: "ASC MHL specification",
        method: |clip, progress| on_roll(clip, progress, renames::none),
    },
    Rule {
        id: "MHL-08",
        title: "No litter, no empty file, no file cut short",
        severity: Severity::Warn,
        source: "Netflix Partner Help Center: ingest; what is litter is Prelight's list",
        method: roll_is_tidy,
    },
    Rule {
        id: "MHL-10",
        title: "Second copy equals the roll",
        severity: Severity::Inform,
        source: "ASC MHL specification: directory hashes",
        method: |clip, progress| on_roll(clip, progress, copies::equal),
    },
];

/// Comes after every other rule: it is about what they have read.
pub(super) const LAST: &[Rule] = &[Rule {
    id: "MHL-09",
    title: "Our reading changed no source",
    severity: Severity::Block,
    source: "Prelight",
    method: unchanged::unchanged,
}];

/// What a rule of a roll looks at.
struct Scope<'a> {
    roll: &'a Roll,
    rolls: &'a Rolls,
    /// Of the clip, where it is about one.
    place: Option<&'a Place>,
    profile: &'a Profile,
}

type OnRoll = fn(&Scope, &Progress) -> Result<Verdict>;

const NO_HISTORY: &str = "no ASC MHL history at or above the clip's folder";
const BROKEN: &str = "the history cannot be read: see MHL-03";

fn on_roll(subject: &Subject, progress: &Progress, rule: OnRoll) -> Result<Verdict> {
    let place = subject.place()?;
    let Some(root) = &place.history else { return Ok(Verdict::not_applicable(NO_HISTORY)) };
    let rolls = subject.found.rolls();
    match rolls.roll(root, progress)? {
        Ok(roll) => rule(&Scope { roll: &roll, rolls, place: Some(place), profile: &subject.profile }, progress),
        Err(_) => Ok(Verdict::not_applicable(BROKEN)),
    }
}

fn chain_is_whole(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    match &subject.place()?.history {
        Some(root) => roots::whole(subject.found.rolls(), root, progress),
        None => Ok(Verdict::not_applicable(NO_HISTORY)),
    }
}
fn roll_is_tidy(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let place = subject.place()?;
    match place.history.as_ref().or(place.reel_folder.as_ref()) {
        Some(root) => tidy::of_roll(subject.found.rolls(), root, Some(place), progress),
        None => tidy::of_folder(place, progress),
    }
}

/// Runs the rules of a roll on the whole roll at `root`, the folder of a history: MHL-01 to MHL-08 and MHL-10.
///
/// # Errors
/// Cancelled. What cannot be read is a finding.
pub fn check_roll(root: &Path, rolls: &Rolls, profile: &Profile, progress: &Progress) -> Result<Vec<Finding>> {
    let root = root.canonicalize().map_err(|e| Error::io(root, &e))?;
    let roll = rolls.roll(&root, progress)?;
    let on = |rule: OnRoll| match &roll {
        Ok(roll) => rule(&Scope { roll, rolls, place: None, profile }, progress),
        Err(_) => Ok(Verdict::not_applicable(BROKEN)),
    };
    let mut findings = vec![];
    for rule in RULES {
        // What the profile leaves out is not read either.
        let finding = rule.ask(profile, |_| match rule.id {
            "MHL-01" => on(hashes::hold),
            "MHL-02" => on(records::complete),
            "MHL-03" => roots::whole(rolls, &root, progress),
            "MHL-04" => on(records::originals_first),
            "MHL-05" => on(records::formats_allowed),
            "MHL-06" => on(roots::one_at_the_root),
            "MHL-07" => on(renames::none),
            "MHL-08" => tidy::of_roll(rolls, &root, None, progress),
            "MHL-10" => on(copies::equal),
            _ => Ok(Verdict::not_applicable("is about clips, not about a roll")),
        })?;
        findings.push(finding);
        progress.check()?;
    }
    Ok(findings)
}
