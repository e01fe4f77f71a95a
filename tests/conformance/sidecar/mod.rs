//! Sidecars against the published material in `standards/`.

mod amf;
mod amf_convert;
mod amf_delivery;
mod amf_edit;
mod amf_road;
mod cdl;
mod edl;
mod hostile;
mod mhl;
mod timeline;
mod timeline_cli;
mod timeline_peer;

use std::path::{Path, PathBuf};

/// Every file below `folder` with this extension, sorted.
pub fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = vec![];
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|e| e == extension) {
                found.push(entry);
            }
        }
    }
    found.sort();
    found
}
