//! MHL-10: two copies of a roll.

use super::{Scope, few};
use crate::{
    check::Verdict,
    error::{Error, InFile, Result},
    history::{FOLDER, FolderKnown, Tree},
    progress::Progress,
    sidecar::mhl::Format,
    words::count,
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// MHL-10: two copies list the same files with the same sizes, and the digests of the folder that their histories have are equal.
/// No media are read: that each copy is as its history says is MHL-01 and MHL-02 of each.
pub(super) fn equal(scope: &Scope, progress: &Progress) -> Result<Verdict> {
    let limit = "names, sizes and folder digests of both copies equal";
    let ours = &scope.roll.tree;
    let Some(named) = scope.rolls.copy_of(&ours.root) else {
        return Ok(Verdict::not_applicable("no second copy of the roll is named: Check > Name a second copy, or --copy"));
    };
    let root = root_of(named, &ours.root)?;
    if root == ours.root {
        return Err(Error::usage("the second copy is the roll itself").file(named));
    }
    let theirs = scope.rolls.tree_of_copy(&root, progress)?;
    let mut wrong: Vec<String> = theirs.refused.iter().map(|(_, e)| e.to_string()).collect();
    let (left, right) = (listing(ours), listing(&theirs));
    for (path, size) in &left {
        match right.get(path) {
            None => wrong.push(format!("{path}: only in the first copy")),
            Some(other) if other != size => wrong.push(format!("{path}: {size} bytes, in the second copy {other}")),
            Some(_) => {}
        }
    }
    wrong.extend(right.keys().filter(|p| !left.contains_key(*p)).map(|p| format!("{p}: only in the second copy")));
    let (a, b) = (digests(ours), digests(&theirs));
    let common: Vec<(&FolderKnown, &FolderKnown)> =
        a.iter().filter_map(|x| Some((*x, *b.iter().find(|y| y.format == x.format)?))).collect();
    for (x, y) in &common {
        for (what, one, other) in [("content", &x.content, &y.content), ("structure", &x.structure, &y.structure)] {
            if !x.format.same(one, other) {
                wrong.push(format!("{what} {}: {one}, in the second copy {other}", x.format));
            }
        }
    }
    if !wrong.is_empty() {
        return Ok(Verdict::new(false, count(wrong.len(), "difference"), limit, few(&wrong)));
    }
    if common.is_empty() {
        let names = |list: &[&FolderKnown]| list.iter().map(|k| k.format.name()).collect::<Vec<_>>().join(", ");
        let has = |list: &[&FolderKnown]| if list.is_empty() { "none".to_owned() } else { names(list) };
        let why = format!("names and sizes are equal; no folder digest in one format (first copy: {}, second: {})", has(&a), has(&b));
        return Ok(Verdict::not_applicable(why));
    }
    let formats: Vec<&str> = common.iter().map(|(x, _): &(&FolderKnown, &FolderKnown)| Format::name(x.format)).collect();
    Ok(Verdict::new(true, "0 differences", limit, format!("{} in {}, {}", count(left.len(), "file"), root.display(), formats.join(", "))))
}

/// The folder that was named, or the one in it that is called like the roll.
fn root_of(named: &Path, roll: &Path) -> Result<PathBuf> {
    let named = named.canonicalize().in_file(named)?;
    let inner = roll.file_name().map(|name| named.join(name)).filter(|p| p.is_dir());
    Ok(match inner {
        Some(inner) if !named.join(FOLDER).is_dir() => inner,
        _ => named,
    })
}

fn listing(tree: &Tree) -> BTreeMap<String, u64> {
    let path = |folder: &str, name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    tree.folders.iter().flat_map(|d| d.files.iter().map(move |f| (path(&d.path, &f.name), f.size))).collect()
}

/// The digests of the root in its last generation that has any.
fn digests(tree: &Tree) -> Vec<&FolderKnown> {
    tree.histories.first().map_or(vec![], |h| h.records.root.digests.iter().collect())
}
