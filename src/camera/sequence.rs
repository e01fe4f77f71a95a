//! Numbered frames: the files of a clip that is stored one file a frame.

use super::{Field, FrameList, FrameNumber, frame_number};
use crate::{
    error::{Error, InFile, Result},
    files,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The frames of a clip and the file of each.
#[derive(Clone, Debug)]
pub struct FrameFiles {
    list: FrameList,
    files: BTreeMap<FrameNumber, PathBuf>,
    name: Option<Field<String>>,
}

impl FrameFiles {
    /// With `sequence`, all files beside `path` that differ from it only in the number (at least four digits, of the
    /// same width: CinemaDNG 1.1, "sequence field"); else, and where its name has no number, the one file as frame 0.
    pub fn find(path: &Path, sequence: bool) -> Result<Self> {
        let name = path.file_name().and_then(|n| n.to_str());
        match name.and_then(|n| Some((n, frame_number(n)?))) {
            Some((name, numbered)) if sequence => Self::scan(path, name, numbered.digits),
            _ => Ok(Self {
                list: FrameList::single(),
                files: BTreeMap::from([(0, path.to_owned())]),
                name: path.file_stem().map(|s| Field::assumed(s.to_string_lossy().into_owned(), "file name")),
            }),
        }
    }

    fn scan(path: &Path, name: &str, digits: std::ops::Range<usize>) -> Result<Self> {
        let (prefix, suffix) = (&name[..digits.start], &name[digits.end..]);
        let extension = Path::new(name).extension().map(|e| e.to_ascii_lowercase());
        let folder = files::folder_of(path);
        let mut files = BTreeMap::new();
        let mut foreign = BTreeSet::new();
        for entry in fs::read_dir(folder).in_file(folder)? {
            let file = entry.in_file(folder)?.path();
            let Some(other) = file.file_name().and_then(|n| n.to_str()) else { continue };
            let same_kind = Path::new(other).extension().map(|e| e.to_ascii_lowercase()) == extension;
            let Some(numbered) = frame_number(other).filter(|_| same_kind && !other.starts_with('.')) else { continue };
            let ours = &other[..numbered.digits.start] == prefix
                && &other[numbered.digits.end..] == suffix
                && numbered.digits.len() == digits.len();
            if ours {
                files.insert(numbered.number, file);
            } else {
                foreign.insert(file);
            }
        }
        // The folder is read after the file was named: it may be gone by now.
        if files.is_empty() {
            return Err(Error::invalid("the frame is no longer in its folder").file(path));
        }
        let list = FrameList { foreign: foreign.into_iter().collect(), ..FrameList::new(files.keys().copied().collect()) };
        let stem = prefix.trim_end_matches(['_', '.', '-', ' ']);
        let name = match (stem, folder.canonicalize()) {
            ("", Ok(folder)) => folder.file_name().map(|n| Field::assumed(n.to_string_lossy().into_owned(), "folder name")),
            ("", Err(_)) => None,
            (stem, _) => Some(Field::assumed(stem.to_owned(), "file name")),
        };
        Ok(Self { list, files, name })
    }

    pub fn list(&self) -> &FrameList {
        &self.list
    }
    /// The file of the first frame.
    pub fn first(&self) -> Result<&Path> {
        self.path(self.list.first())
    }
    /// The file of a frame.
    pub fn path(&self, frame: FrameNumber) -> Result<&Path> {
        let missing = || {
            let (first, last) = (self.list.first(), self.list.last());
            Error::invalid(format!("not among the frames of the clip ({first} to {last})")).field("frame").value(frame)
        };
        self.files.get(&frame).map(PathBuf::as_path).ok_or_else(missing)
    }
    /// Every file, in order.
    pub fn files(&self) -> Vec<PathBuf> {
        self.files.values().cloned().collect()
    }
    /// What the clip is called.
    pub fn name(&self) -> Option<Field<String>> {
        self.name.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(names: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for name in names {
            fs::write(dir.path().join(name), b"x").unwrap();
        }
        dir
    }

    #[test]
    fn gaps_doubles_and_strays_are_told_apart() {
        let names =
            ["A_0001.dng", "A_0002.dng", "A_0005.dng", "A_00002.dng", "A_0003.DNG", "B_0004.dng", "notes.txt", "A_0004.txt", "A_x.dng"];
        let dir = folder(&names);
        let frames = FrameFiles::find(&dir.path().join("A_0002.dng"), true).unwrap();
        assert_eq!(frames.list().present, [1, 2, 5]);
        assert_eq!(frames.list().missing, [3..=4]);
        let foreign: Vec<_> = frames.list().foreign.iter().map(|p| p.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(foreign, ["A_00002.dng", "A_0003.DNG", "B_0004.dng"]);
        assert_eq!(frames.name().unwrap().value, "A");
        assert_eq!(frames.path(5).unwrap(), dir.path().join("A_0005.dng"));
        assert!(frames.path(3).unwrap_err().to_string().contains("frame = 3"));
    }

    #[test]
    fn a_file_by_itself_is_frame_zero() {
        let dir = folder(&["A_0001.dng", "A_0002.dng"]);
        let frames = FrameFiles::find(&dir.path().join("A_0002.dng"), false).unwrap();
        assert_eq!((frames.list().present.as_slice(), frames.files().len()), ([0].as_slice(), 1));
        assert_eq!(frames.name().unwrap().value, "A_0002");
    }

    #[test]
    fn frames_that_are_only_numbers_are_named_by_their_folder() {
        let dir = folder(&["000001.dng"]);
        let name = FrameFiles::find(&dir.path().join("000001.dng"), true).unwrap().name().unwrap();
        assert_eq!(name.key, "folder name");
        assert_eq!(name.value, dir.path().file_name().unwrap().to_str().unwrap());
    }
}
