//! Sidecars against the published material in `standards/`.

use crate::corpus;
use prelight::sidecar::amf;
use std::path::{Path, PathBuf};

/// Every file below `folder` with this extension, sorted.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
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

#[test]
fn every_amf_survives_writing() {
    let Some(folder) = corpus("standards/amf") else { return };
    let files = files(&folder, "amf");
    assert!(files.len() >= 196, "{}", files.len());
    for path in files {
        let (first, _) = amf::read(&path).unwrap();
        let text = amf::write(&first);
        let (second, _) = amf::parse(text.as_bytes(), None).unwrap_or_else(|e| panic!("{}: {e}\n{text}", path.display()));
        assert_eq!(first, second, "{}", path.display());
        assert_eq!(text, amf::write(&second), "{}", path.display());
    }
}
