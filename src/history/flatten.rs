//! A history with all its generations and nested histories as one manifest: a packing list.

use super::{
    Origin,
    commit::{creator, write_manifest},
    date,
    outcome::{Made, Report},
    records::FileRecord,
    tree::Tree,
};
use crate::{
    error::{InFile, Result},
    files,
    progress::Progress,
    sidecar::{
        amf::Extra,
        mhl::{Action, Digest, Entry, FileHash, Manifest, Process, ProcessKind},
    },
};
use std::path::Path;

#[derive(Clone, Debug, Default)]
pub struct Flatten {
    /// Patterns beyond those on record.
    pub ignore: Vec<String>,
    pub origin: Origin,
}

/// Writes `packinglist_<folder>_<date>.mhl` into `destination`: every file on record with its first digest in each format that no
/// failed one is. The media are not read.
///
/// # Errors
/// No history, those of reading one, those of writing, and cancelling.
pub fn flatten(root: &Path, destination: &Path, options: &Flatten, progress: &Progress) -> Result<Report> {
    let tree = Tree::scan(root, &options.ignore, progress)?;
    let mut report = Report { notices: tree.notices(), ..Report::default() };
    let owners = tree.owners();
    let mut patterns = vec![];
    let mut hashes = vec![];
    for (i, history) in tree.histories.iter().enumerate() {
        if i == 0 {
            history.must_exist()?;
            patterns = super::ignore::inherit(history.generations.last().map(|g| &g.process), &options.ignore);
        }
        for (path, record) in &history.records.files {
            let outside = history.outside(path);
            let digests = digests(record);
            if digests.is_empty() || owners.of(&outside) != Some(i) || tree.leaves_out_record(&outside, false, i) {
                continue;
            }
            hashes.push(FileHash { path: outside, size: record.size, modified: record.modified.clone(), digests, ..FileHash::default() });
        }
    }
    hashes.sort_by(|a, b| a.path.cmp(&b.path));
    report.files = hashes.len() as u64;
    let now = options.origin.date.unwrap_or_else(|| date::of(std::time::SystemTime::now()));
    let process = Process { kind: ProcessKind::Flatten, root: None, ignore: Some(patterns), extra: Extra::default() };
    let hashes = hashes.into_iter().map(Entry::File).collect();
    let manifest = Manifest { creator: creator(&options.origin, now), process, hashes, ..Manifest::default() };
    files::create_folder(destination)?;
    let folder = tree.root.file_name().map_or_else(|| "root".into(), |n| n.to_string_lossy().into_owned());
    let path = destination.join(format!("packinglist_{folder}_{}.mhl", date::in_name(now)));
    write_manifest(&path, &manifest).in_file(&path)?;
    report.written.push(Made { path: path.display().to_string(), generation: 1 });
    Ok(report)
}

fn digests(record: &FileRecord) -> Vec<Digest> {
    let mut digests: Vec<Digest> = record
        .formats()
        .into_iter()
        .filter_map(|f| record.reference(f))
        .map(|k| Digest { action: k.action.or(Some(Action::Original)), date: k.date.clone(), ..Digest::new(k.format, &k.text) })
        .collect();
    digests.sort_by_key(|d| d.format);
    digests
}
