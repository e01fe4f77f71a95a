//! MHL-03, MHL-06: the manifests, and where they lie.

use super::{Rolls, Scope, few};
use crate::{
    check::Verdict,
    error::{ErrorKind, InFile, Result},
    history::{self, FOLDER, History},
    progress::Progress,
    sidecar::mhl::Chain,
    words::count,
};
use std::path::Path;

/// MHL-03: every manifest of the chain is there, unaltered and valid; no number is given twice; the histories around it refer to
/// the manifests that are there (mhl#119).
pub(super) fn whole(rolls: &Rolls, root: &Path, progress: &Progress) -> Result<Verdict> {
    let limit = "every manifest there, unaltered, valid, numbered once";
    let roll = rolls.roll(root, progress)?;
    let roll = match &roll {
        Ok(roll) => roll,
        Err(error) => {
            let verdict = Verdict::new(false, "broken", limit, error.to_string());
            return Ok(verdict.mend("take the manifests from another copy of the roll"));
        }
    };
    let mut wrong = vec![];
    let mut manifests = 0;
    for history in &roll.tree.histories {
        manifests += history.generations.len();
        wrong.extend(repeated(history)?);
        for generation in history.generations.iter().filter(|g| g.faults > 0) {
            wrong.push(format!("{}: {}", generation.name, count(generation.faults, "fault")));
        }
    }
    if let Some(inner) = roll.tree.histories.first() {
        wrong.extend(around(root, inner)?);
    }
    let notices: Vec<String> = roll.tree.histories.iter().flat_map(|h| h.notices.iter().cloned()).collect();
    if wrong.is_empty() {
        let evidence = if notices.is_empty() { root.join(FOLDER).display().to_string() } else { few(&notices) };
        return Ok(Verdict::new(true, format!("{} whole", count(manifests, "manifest")), limit, evidence));
    }
    wrong.extend(notices);
    Ok(Verdict::new(false, count(wrong.len(), "fault"), limit, few(&wrong)))
}

/// Manifests beside the chain that bear the number of one in it.
fn repeated(history: &History) -> Result<Vec<String>> {
    let documents = history.folder.join(FOLDER);
    let mut wrong = vec![];
    let entries = match std::fs::read_dir(&documents) {
        Ok(entries) => entries,
        // Below the root of a roll there may be folders without a history of their own.
        Err(_) if !history.exists() => return Ok(wrong),
        Err(e) => return Err(crate::Error::io(&documents, &e)),
    };
    for entry in entries {
        let name = entry.in_file(&documents)?.file_name().to_string_lossy().into_owned();
        let number = |name: &str| name.split('_').next().and_then(|n| n.parse::<u32>().ok());
        if !name.ends_with(".mhl") || name.starts_with('.') || history.chain.links.iter().any(|l| l.path == name) {
            continue;
        }
        if let Some(link) = history.chain.links.iter().find(|l| number(&name) == Some(l.number)) {
            wrong.push(format!("{name} repeats the number of {}", link.path));
        }
    }
    wrong.sort();
    Ok(wrong)
}

/// What the histories around a roll refer to and the roll's chain does not have.
fn around(root: &Path, inner: &History) -> Result<Vec<String>> {
    let mut wrong = vec![];
    let mut above = root.parent().map(Path::to_owned);
    while let Some(outer) = above.as_deref().and_then(history::nearest) {
        let inside = root.strip_prefix(&outer).ok().and_then(|p| p.to_str()).unwrap_or_default();
        let inside = inside.replace(std::path::MAIN_SEPARATOR, "/");
        match History::load(&outer) {
            Ok(history) => wrong.extend(unmet(&history, &inside, &inner.chain)),
            Err(e) if e.kind() == ErrorKind::Cancelled => return Err(e),
            Err(e) => wrong.push(e.to_string()),
        }
        above = outer.parent().map(Path::to_owned);
    }
    Ok(wrong)
}

/// References of `outer` to manifests in the folder `inside` that `chain` does not meet.
fn unmet(outer: &History, inside: &str, chain: &Chain) -> Vec<String> {
    let references = outer.generations.iter().flat_map(|g| &g.references);
    let ours =
        references.filter_map(|r| Some((r, r.path.strip_prefix(inside)?.strip_prefix('/')?.strip_prefix(FOLDER)?.strip_prefix('/')?)));
    let folder = outer.folder.display();
    let fault = |(reference, name): (&crate::sidecar::mhl::Reference, &str)| match chain.links.iter().find(|l| l.path == name) {
        Some(link) if link.c4 == reference.c4.trim() => None,
        Some(_) => Some(format!("{name} is not the one that the history of {folder} refers to")),
        None => Some(format!("{name}, which the history of {folder} refers to, is in no chain")),
    };
    let mut faults: Vec<String> = ours.filter_map(fault).collect();
    faults.sort();
    faults.dedup();
    faults
}

/// MHL-06: one history, at the root of the roll (ING-2).
pub(super) fn one_at_the_root(scope: &Scope, _: &Progress) -> Result<Verdict> {
    let (tree, limit) = (&scope.roll.tree, "one history, at the root of the roll");
    let mut wrong = vec![];
    let reel = scope.place.and_then(|p| p.reel_folder.as_ref());
    match reel {
        Some(reel) if tree.root != *reel => {
            wrong.push(format!("the roll is {}, its history is at {}", reel.display(), tree.root.display()))
        }
        _ => {}
    }
    // A reel that is kept within a larger folder has its own history there; within a roll there is one.
    let is_roll = |inside: &str| reel.is_none_or(|reel| tree.root.join(inside).starts_with(reel));
    wrong.extend(tree.histories.iter().skip(1).filter(|h| is_roll(&h.inside)).map(|h| format!("another history in {}", h.inside)));
    let top = tree.folders.iter().find(|f| f.path.is_empty());
    let is_manifest = |name: &str| name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("mhl"));
    wrong.extend(top.into_iter().flat_map(|f| &f.files).filter(|f| is_manifest(&f.name)).map(|f| format!("another manifest, {}", f.name)));
    if !wrong.is_empty() {
        return Ok(Verdict::new(false, count(wrong.len(), "fault"), limit, few(&wrong)));
    }
    if scope.place.is_some() && reel.is_none() {
        let why = format!("no folder bears the name of the reel: whether {} is the root of the roll is not known", tree.root.display());
        return Ok(Verdict::not_applicable(why));
    }
    Ok(Verdict::new(true, "1 history", limit, tree.root.display().to_string()))
}
