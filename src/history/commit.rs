//! Writing generations: a manifest appears whole, and the chain names it only then.

use super::{
    Origin, begun, date,
    hash::hash_bytes,
    ignore::{FOLDER, inherit, seen_from},
    load::{CHAIN, History},
    lock::{Lock, busy},
    outcome::{Made, Problem, Report},
};
use crate::{
    error::{InFile, Result},
    files::{self, Existing},
    sidecar::{
        amf::Extra,
        mhl::{self, Creator, Entry, FolderDigests, Format, Link, Manifest, Process, ProcessKind, Reference},
    },
};
use sha2::{Digest, Sha512};
use std::{collections::BTreeSet, io::Write, path::Path};
use time::OffsetDateTime;

/// What one history gets for its next generation.
#[derive(Default)]
pub(super) struct Draft {
    pub hashes: Vec<Entry>,
    pub root: Option<FolderDigests>,
    pub references: Vec<Reference>,
}

impl Draft {
    fn is_empty(&self) -> bool {
        self.hashes.is_empty() && self.root.is_none() && self.references.is_empty()
    }
}

pub(super) fn creator(origin: &Origin, date: OffsetDateTime) -> Creator {
    Creator {
        date: date::iso(date),
        host: origin.host.clone().unwrap_or_else(host),
        tool: "prelight".into(),
        tool_version: Some(env!("CARGO_PKG_VERSION").into()),
        authors: origin.author.iter().cloned().collect(),
        location: origin.location.clone(),
        comment: origin.comment.clone(),
        extra: Extra::default(),
    }
}

/// The name of this machine.
#[cfg(unix)]
pub(crate) fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}
#[cfg(not(unix))]
pub(crate) fn host() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_else(|_| "unknown".into())
}

/// Writes the drafts, nested histories first: the ones around refer to their new manifests. `drafts` has one for each of `histories`.
///
/// All of them are locked and found unchanged before the first is written.
///
/// # Errors
/// [`crate::error::ErrorKind::TryAgain`] where another program writes or has written into one of them; those of writing, as long as
/// nothing is written. What happens after that is in `report`, beside what is written.
pub(super) fn commit(
    histories: &[History],
    mut drafts: Vec<Draft>,
    ignore: &[String],
    origin: &Origin,
    date: OffsetDateTime,
    report: &mut Report,
) -> Result<()> {
    let locks = locks(histories, &drafts)?;
    while let (Some(mut draft), Some(history)) = (drafts.pop(), histories.get(drafts.len())) {
        if draft.is_empty() {
            continue;
        }
        draft.references.sort_by(|a, b| a.path.cmp(&b.path));
        let own: Vec<String> = match history.inside.as_str() {
            "" => ignore.to_vec(),
            inside => ignore.iter().filter_map(|p| seen_from(p, inside)).collect(),
        };
        let patterns = inherit(history.generations.last().map(|g| &g.process), &own);
        let process = Process { kind: ProcessKind::InPlace, root: draft.root, ignore: Some(patterns), extra: Extra::default() };
        let (hashes, references) = (draft.hashes, draft.references);
        let manifest = Manifest { creator: creator(origin, date), process, hashes, references, ..Manifest::default() };
        let (name, generation, c4) = match write_generation(history, &manifest, date) {
            Ok(written) => written,
            Err(e) if report.written.is_empty() => return Err(e),
            Err(e) => {
                report.problems.push(Problem::NotWritten { path: history.outside(FOLDER), message: e.to_string() });
                return Ok(());
            }
        };
        let path = format!("{FOLDER}/{name}");
        if let Some(around) = history.parent
            && let (Some(outer), Some(parent)) = (drafts.get_mut(around), histories.get(around))
        {
            let path = super::tree::join(parent.within(&history.inside), &path);
            outer.references.push(Reference { path, c4, ..Reference::default() });
        }
        report.written.push(Made { path: super::tree::join(&history.inside, &path), generation });
    }
    drop(locks);
    Ok(())
}

/// Locks every history that will be written: those with a draft, and those around them.
fn locks(histories: &[History], drafts: &[Draft]) -> Result<Vec<Lock>> {
    let mut writes: Vec<bool> = drafts.iter().map(|d| !d.is_empty()).collect();
    for (i, history) in histories.iter().enumerate().rev() {
        if writes.get(i) == Some(&true)
            && let Some(around) = history.parent.and_then(|p| writes.get_mut(p))
        {
            *around = true;
        }
    }
    let mut locks = vec![];
    for (history, _) in histories.iter().zip(writes).filter(|(_, writes)| *writes) {
        locks.push(Lock::take(&history.folder)?);
        unchanged(history)?;
    }
    Ok(locks)
}

/// Returns name, number and C4 ID of the manifest.
fn write_generation(history: &History, manifest: &Manifest, date: OffsetDateTime) -> Result<(String, u32, String)> {
    let documents = history.folder.join(FOLDER);
    let number = history.chain.links.len() as u32 + 1;
    let folder = history.folder.canonicalize().in_file(&history.folder)?;
    let folder = folder.file_name().map_or_else(|| "root".into(), |n| n.to_string_lossy().into_owned());
    let name = format!("{number:04}_{folder}_{}.mhl", date::in_name(date));
    let path = documents.join(&name);
    let mut links: BTreeSet<&str> = history.chain.links.iter().map(|link| link.path.as_str()).collect();
    // One that was begun in the same second has the same name.
    begun::sweep(&documents, &links);
    // What has the name and was not announced is somebody else's.
    files::refuse_existing(&path, Existing::Refuse)?;
    begun::announce(&documents, &name).in_file(&documents)?;
    let c4 = write_manifest(&path, manifest).inspect_err(|_| begun::withdraw(&documents, &name))?;
    let chained = write_chain(history, &documents, Link { number, path: name.clone(), c4: c4.clone(), ..Link::default() });
    if chained.is_ok() {
        links.insert(&name);
    }
    // Of ours, too, where nothing refers to it.
    begun::sweep(&documents, &links);
    chained.map(|()| (name, number, c4))
}

/// Returns the C4 ID of what was written.
pub(super) fn write_manifest(path: &Path, manifest: &Manifest) -> Result<String> {
    let mut hasher = Sha512::new();
    files::write(path, Existing::Refuse, |out| {
        mhl::write_to(manifest, &mut |piece| {
            hasher.update(piece.as_bytes());
            out.write_all(piece.as_bytes()).in_file(path)
        })
    })?;
    Ok(Format::C4.encode(&hasher.finalize()))
}

fn write_chain(history: &History, documents: &Path, link: Link) -> Result<()> {
    let path = documents.join(CHAIN);
    // Once more, because not every program knows our lock.
    unchanged(history)?;
    let mut chain = history.chain.clone();
    chain.links.push(link);
    let existing = if history.chain_id.is_some() { Existing::Replace } else { Existing::Refuse };
    files::write_bytes(&path, existing, mhl::write_chain(&chain).as_bytes())
}

/// Fails where the chain is no longer the one that was read.
fn unchanged(history: &History) -> Result<()> {
    let path = history.folder.join(FOLDER).join(CHAIN);
    let now = match path.symlink_metadata() {
        Ok(_) => Some(hash_bytes(Format::C4, &mhl::read_chain_bytes(&path)?)),
        Err(_) => None,
    };
    if now == history.chain_id { Ok(()) } else { Err(busy(&path)) }
}
