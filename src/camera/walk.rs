//! The clips in a folder, and below it.

use super::{FORMATS, frame_number, head_of};
use crate::error::{Error, InFile, Result};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    ops::ControlFlow,
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
    _ = walk_each(path, &mut |one| found.add(one));
    found
}

/// [`walk`] of a folder whose files are brought when they are looked at: `bring` sees to it that the first bytes of one are there.
pub(crate) fn walk_brought(folder: &Path, bring: &dyn Fn(&Path) -> Result<()>) -> Found {
    let mut found = Found::default();
    _ = search(folder, 0, bring, &mut |one| found.add(one));
    found
}

/// What a folder is in which, and below which, no clip is.
pub fn no_clip(folder: &Path) -> Error {
    Error::invalid("no camera file here or below; a single still is opened by its name").file(folder)
}

/// [`walk`], one clip or error at a time, each as soon as it is found: a card of any size in the memory of one folder's
/// names. Ends when `found` breaks.
pub fn walk_each(path: &Path, found: &mut dyn FnMut(Result<PathBuf>) -> ControlFlow<()>) -> ControlFlow<()> {
    let mut any = false;
    let mut tell = |one: Result<PathBuf>| {
        any = true;
        found(one)
    };
    match fs::metadata(path).in_file(path) {
        Ok(meta) if meta.is_dir() => search(path, 0, &is_there, &mut tell)?,
        Ok(_) => tell(Ok(path.to_owned()))?,
        Err(e) => tell(Err(e))?,
    }
    if any { ControlFlow::Continue(()) } else { found(Err(no_clip(path))) }
}

/// The clips directly in `folder`, named by the first frame of each: files that differ only in their last run of
/// four or more digits are one clip. A file that cannot be read is an error where nothing else is found.
///
/// Stills (PNG, JPEG, TIFF) are clips here only as a sequence: two or more, numbered at the end of the name, and no camera
/// file in the folder. Any other is taken for what belongs to a clip, such as its reference still; named, it is opened.
pub fn find_clips(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Found::default();
    _ = read(folder, &is_there, &mut |one| found.add(one));
    match found.errors.into_iter().next() {
        Some(e) if found.clips.is_empty() => Err(e),
        _ => Ok(found.clips),
    }
}

impl Found {
    fn add(&mut self, one: Result<PathBuf>) -> ControlFlow<()> {
        match one {
            Ok(clip) => self.clips.push(clip),
            Err(e) => self.errors.push(e),
        }
        ControlFlow::Continue(())
    }
}

type Tell<'a> = &'a mut dyn FnMut(Result<PathBuf>) -> ControlFlow<()>;
type Bring<'a> = &'a dyn Fn(&Path) -> Result<()>;

/// Files of this machine are there.
fn is_there(_: &Path) -> Result<()> {
    Ok(())
}

fn search(folder: &Path, depth: usize, bring: Bring, tell: Tell) -> ControlFlow<()> {
    for folder in read(folder, bring, tell)? {
        if depth < MAX_DEPTH {
            search(&folder, depth + 1, bring, tell)?;
        } else {
            tell(Err(Error::unsupported(format!("more than {MAX_DEPTH} folders deep")).file(&folder)))?;
        }
    }
    ControlFlow::Continue(())
}

/// Tells of the clips directly in `folder`, by name; gives the folders in it.
fn read(folder: &Path, bring: Bring, tell: Tell) -> ControlFlow<(), BTreeSet<PathBuf>> {
    let (mut files, mut folders) = (BTreeSet::new(), BTreeSet::new());
    match fs::read_dir(folder) {
        Err(e) => tell(Err(Error::io(folder, &e)))?,
        Ok(entries) => {
            for entry in entries {
                if let Err(e) = entry.and_then(|e| sort(&e, &mut files, &mut folders)) {
                    tell(Err(Error::io(folder, &e)))?;
                }
            }
        }
    }
    // One clip, or else one error, for all files that are numbered alike.
    let mut alike: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let key = match frame_number(&name) {
            Some(n) => format!("{}#{}", &name[..n.digits.start], &name[n.digits.end..]),
            None => name.into_owned(),
        };
        alike.entry(key).or_default().push(file);
    }
    // Stills wait until it is known whether the folder holds a camera file.
    let (mut stills, mut camera) = (vec![], false);
    for (key, files) in alike {
        let (mut found, mut told_each, mut first_error) = (false, false, None);
        let count = files.len();
        for file in files {
            let head = match bring(&file).and_then(|()| head_of(&file)) {
                Ok(head) => head,
                Err(e) => {
                    first_error.get_or_insert(e);
                    continue;
                }
            };
            let format = FORMATS.iter().find(|f| f.recognises(&file, &head)).filter(|f| !f.is_later_part(&file));
            let Some(format) = format else { continue };
            found = true;
            if format.is_still() {
                // Numbered at the end of the name.
                if count > 1 && key.split_once('#').is_some_and(|(_, rest)| rest.starts_with('.')) {
                    stills.push(file);
                }
                break;
            }
            camera = true;
            told_each = !format.is_numbered(&file, &head);
            tell(Ok(file))?;
            if !told_each {
                break;
            }
        }
        if let Some(e) = first_error.filter(|_| !found || told_each) {
            tell(Err(e))?;
        }
    }
    for still in stills.into_iter().filter(|_| !camera) {
        tell(Ok(still))?;
    }
    ControlFlow::Continue(folders)
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
    fn stills_are_clips_as_sequences_with_no_camera_file_beside() {
        const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
        let dir = tempfile::tempdir().unwrap();
        let put = |name: &str, head: &[u8]| fs::write(dir.path().join(name), head).unwrap();
        let names = || -> Vec<String> {
            let clips = find_clips(dir.path()).unwrap();
            clips.iter().map(|p| p.file_name().unwrap().to_str().unwrap().to_owned()).collect()
        };
        // Single, numbered singly, and numbered by a date in the middle of the name: all left out.
        for name in ["still.png", "other.0001.png", "A001_261121_x.png", "A001_261122_x.png"] {
            put(name, PNG);
        }
        assert_eq!(names(), [""; 0]);
        assert!(walk(dir.path()).errors[0].to_string().contains("still"));
        put("grade.0002.png", PNG);
        put("grade.0001.png", PNG);
        assert_eq!(names(), ["grade.0001.png"]);
        put("plate.exr", &EXR);
        assert_eq!(names(), ["plate.exr"]);
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
