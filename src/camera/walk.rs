//! The clips in a folder, and below it.

use super::{FORMATS, frame_number, head_of};
use crate::error::{Error, InFile, Result};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Deepest folder below a named one that is searched.
const MAX_DEPTH: usize = 64;

/// What a search came upon.
#[derive(Debug, Default)]
pub struct Found {
    /// A file of each clip, the first; folder by folder, by name.
    pub clips: Vec<PathBuf>,
    /// What could not be searched or read; each names its file or folder.
    pub errors: Vec<Error>,
}

/// The clips that `path` stands for: a file for its clip, a folder for the clips in it and below.
///
/// Hidden folders are left out, and folders of recipes: their golden frames are plates, but no clips. Links to folders
/// are not followed: they may lead back. Where there is neither clip nor error, that is the error.
pub fn walk(path: &Path) -> Found {
    let mut found = Found::default();
    match fs::metadata(path).in_file(path) {
        Ok(meta) if meta.is_dir() => found.search(path, 0),
        Ok(_) => found.clips.push(path.to_owned()),
        Err(e) => found.errors.push(e),
    }
    if found.clips.is_empty() && found.errors.is_empty() {
        found.errors.push(Error::invalid("no camera file here or below").file(path));
    }
    found
}

/// The clips directly in `folder`, named by the first frame of each: files that differ only in their last run of
/// four or more digits are one clip. A file that cannot be read is an error where nothing else is found.
pub fn find_clips(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Found::default();
    found.read(folder);
    match found.errors.into_iter().next() {
        Some(e) if found.clips.is_empty() => Err(e),
        _ => Ok(found.clips),
    }
}

impl Found {
    fn search(&mut self, folder: &Path, depth: usize) {
        for folder in self.read(folder) {
            if depth < MAX_DEPTH {
                self.search(&folder, depth + 1);
            } else {
                self.errors.push(Error::unsupported(format!("more than {MAX_DEPTH} folders deep")).file(&folder));
            }
        }
    }

    /// Adds the clips directly in `folder`; gives the folders in it.
    fn read(&mut self, folder: &Path) -> BTreeSet<PathBuf> {
        let (mut files, mut folders) = (BTreeSet::new(), BTreeSet::new());
        match fs::read_dir(folder) {
            Err(e) => self.errors.push(Error::io(folder, &e)),
            Ok(entries) => {
                for entry in entries {
                    if let Err(e) = entry.and_then(|e| sort(&e, &mut files, &mut folders)) {
                        self.errors.push(Error::io(folder, &e));
                    }
                }
            }
        }
        // One clip, or else one error, for all files that are numbered alike.
        let mut clips: BTreeMap<String, Result<PathBuf>> = BTreeMap::new();
        for file in files {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let key = match frame_number(&name) {
                Some(n) => format!("{}#{}", &name[..n.digits.start], &name[n.digits.end..]),
                None => name.clone().into_owned(),
            };
            if matches!(clips.get(&key), Some(Ok(_))) {
                continue;
            }
            match head_of(&file) {
                Ok(head) => match FORMATS.iter().find(|f| f.recognises(&file, &head)) {
                    Some(format) if format.is_numbered(&file, &head) => _ = clips.insert(key, Ok(file)),
                    Some(_) => _ = clips.insert(name.into_owned(), Ok(file)),
                    None => {}
                },
                Err(e) => _ = clips.entry(key).or_insert(Err(e)),
            }
        }
        for clip in clips.into_values() {
            match clip {
                Ok(file) => self.clips.push(file),
                Err(e) => self.errors.push(e),
            }
        }
        folders
    }
}

/// Puts what may be a clip, or hold some, where it belongs.
fn sort(entry: &fs::DirEntry, files: &mut BTreeSet<PathBuf>, folders: &mut BTreeSet<PathBuf>) -> std::io::Result<()> {
    let (path, name) = (entry.path(), entry.file_name());
    let kind = entry.file_type()?;
    if name.as_encoded_bytes().starts_with(b".") {
        return Ok(());
    }
    if kind.is_dir() {
        if path.extension().is_none_or(|e| e != "recipe") {
            folders.insert(path);
        }
    } else if kind.is_file() || (kind.is_symlink() && !path.is_dir()) {
        // Neither devices nor pipes; a link that leads nowhere is found out when it is read.
        if !kind.is_symlink() || fs::metadata(&path).map_or(true, |m| m.is_file()) {
            files.insert(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXR: [u8; 4] = [0x76, 0x2f, 0x31, 0x01];

    #[test]
    fn finds_clips_below_and_leaves_recipes_and_hidden_out() {
        let dir = tempfile::tempdir().unwrap();
        let mut deep = dir.path().to_owned();
        (0..20).for_each(|_| deep.push("d"));
        for folder in [&deep, &dir.path().join("a.recipe"), &dir.path().join(".hidden")] {
            fs::create_dir_all(folder).unwrap();
            ["p.1001.exr", "p.1002.exr"].iter().for_each(|name| fs::write(folder.join(name), EXR).unwrap());
        }
        fs::write(dir.path().join("notes.txt"), "none").unwrap();
        let found = walk(dir.path());
        assert_eq!((found.clips, found.errors), (vec![deep.join("p.1001.exr")], vec![]));
    }

    #[test]
    fn movies_that_are_numbered_alike_are_clips_of_their_own() {
        let dir = tempfile::tempdir().unwrap();
        let movie = [&[0, 0, 0, 16][..], b"ftypqt  \0\0\0\0"].concat();
        ["C0001.MOV", "C0002.MOV", "p.1001.exr", "p.1002.exr"]
            .iter()
            .for_each(|name| fs::write(dir.path().join(name), if name.ends_with("exr") { &EXR[..] } else { &movie }).unwrap());
        let found = find_clips(dir.path()).unwrap();
        assert_eq!(found, ["C0001.MOV", "C0002.MOV", "p.1001.exr"].map(|n| dir.path().join(n)));
    }

    #[test]
    fn nothing_is_dropped_silently() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(walk(dir.path()).errors[0].exit_code(), 10);
        assert_eq!(walk(&dir.path().join("none")).errors[0].exit_code(), 20);
        let mut deep = dir.path().to_owned();
        (0..MAX_DEPTH + 1).for_each(|_| deep.push("d"));
        fs::create_dir_all(&deep).unwrap();
        assert_eq!(walk(dir.path()).errors[0].path(), Some(&*deep));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_cannot_be_read_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let link = dir.path().join("a.exr");
        std::os::unix::fs::symlink("nowhere", &link).unwrap();
        assert!(find_clips(dir.path()).is_err());
        fs::write(dir.path().join("b.exr"), EXR).unwrap();
        let found = walk(dir.path());
        assert_eq!((found.clips.len(), found.errors.len()), (1, 1));
        assert_eq!(found.errors[0].path(), Some(&*link));
        assert_eq!(find_clips(dir.path()).unwrap().len(), 1);
    }
}
