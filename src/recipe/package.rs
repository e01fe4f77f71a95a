//! A recipe as one file: a ZIP archive of its folder, named `*.recipe`.
//!
//! The same folder makes the same bytes: its files in one order, stored as they are, with no times. What is read is not trusted: no path
//! that leaves the folder, no links, nothing twice or overlapping, no more bytes than an archive of that length can honestly hold.

use super::{
    OpenRecipe, contents,
    contents::{DEEPEST, MOST},
    export::WorkFolder,
};
use crate::{
    error::{Error, InFile, Result},
    files::{self, Existing},
};
use std::{
    collections::BTreeSet,
    fs,
    io::{self, Read, Seek, Write},
    path::{Component, Path, PathBuf},
};
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter, result::ZipError, write::SimpleFileOptions};

/// Bytes of an archive, and of what is in it, at most.
const LARGEST: u64 = 64 << 30;
/// What is in it may be so many times as large as the archive, and a little more: plates and pictures are compressed already.
const RATIO: u64 = 20;
const SPARE: u64 = 16 << 20;
/// Bytes of a path, at most.
const LONGEST: usize = 1024;

/// Writes the archive of a recipe that was opened, and so verified.
///
/// # Errors
/// I/O; what [`contents`] fails with.
pub fn pack(recipe: &OpenRecipe, file: &Path, existing: Existing) -> Result<()> {
    let paths = contents(&recipe.folder)?;
    let mut taken = BTreeSet::new();
    for path in &paths {
        let place = |e: Error| e.file(recipe.folder.join(path));
        inside(Path::new(""), path).map_err(place)?;
        if !taken.insert(path.to_lowercase()) {
            return Err(place(Error::invalid("is there twice, but for letter case")));
        }
    }
    // Names with a dot in front are no contents, but a file of the recipe may have one.
    let mut files = recipe.recipe.clips.iter().flat_map(|clip| clip.files());
    if let Some(path) = files.find(|path| !taken.contains(&path.to_lowercase()) && recipe.folder.join(path).exists()) {
        return Err(Error::unsupported("cannot be packed: a name in its path begins with a dot").file(recipe.folder.join(path)));
    }
    files::write(file, existing, |out| {
        let mut archive = ZipWriter::new(out);
        for path in &paths {
            let from = recipe.folder.join(path);
            let mut source = files::open(&from)?;
            let large = source.metadata().in_file(&from)?.len() >= u64::from(u32::MAX);
            let options = SimpleFileOptions::default()
                .compression_method(CompressionMethod::Stored)
                .last_modified_time(DateTime::default())
                .unix_permissions(0o644)
                .large_file(large);
            archive.start_file(path, options).map_err(|e| of_zip(e, file))?;
            io::copy(&mut source, &mut archive).in_file(&from)?;
        }
        archive.finish().map_err(|e| of_zip(e, file))?.flush().in_file(file)
    })
}

/// Writes what is in an archive into `folder`, which has to be there and empty.
///
/// # Errors
/// Invalid: no archive of a recipe, or one that would do harm, with the path in question; I/O.
pub fn unpack_into(file: &Path, folder: &Path) -> Result<()> {
    let source = files::open(file)?;
    let length = source.metadata().in_file(file)?.len();
    extract(source, length, folder).in_file(file)
}

/// Unpacks an archive into `folder`, which must not exist, and appears once its documents are verified. Returns
/// the SHA-256 of its `recipe.json`.
///
/// # Errors
/// What [`unpack_into`] and [`super::open`] fail with.
pub fn unpack(file: &Path, folder: &Path) -> Result<String> {
    let work = WorkFolder::beside(folder)?;
    unpack_into(file, &work.0)?;
    let digest = super::open(&work.0).map_err(|e| e.moved(&work.0, file))?.digest;
    work.take_name(folder)?;
    Ok(digest)
}

/// [`unpack_into`] of what is read from `source`, of so many bytes.
pub fn extract(source: impl Read + Seek, length: u64, folder: &Path) -> Result<()> {
    let bad = |e: ZipError| Error::invalid(format!("no ZIP archive of a recipe: {e}"));
    if length > LARGEST {
        return Err(Error::invalid(format!("larger than {LARGEST} bytes")).value(length));
    }
    let mut archive = ZipArchive::new(source).map_err(bad)?;
    if archive.len() > MOST {
        return Err(Error::invalid(format!("more than {MOST} files")).field("entries").value(archive.len()));
    }
    if archive.has_duplicate_names() || archive.has_overlapping_entries().map_err(bad)? {
        return Err(Error::invalid("two entries have one name, or lie over each other").field("entries"));
    }
    let mut left = length.saturating_mul(RATIO).saturating_add(SPARE).min(LARGEST);
    let mut taken = BTreeSet::new();
    for i in 0..archive.len() {
        let mut entry = archive.by_index(i).map_err(bad)?;
        let name = entry.name().map_err(bad)?.into_owned();
        let place = |e: Error| e.field("entry").value(&name);
        let path = inside(folder, name.strip_suffix('/').unwrap_or(&name)).map_err(place)?;
        if entry.is_dir() {
            files::create_folder(&path)?;
            continue;
        }
        if entry.is_symlink() || entry.unix_mode().is_some_and(|mode| !matches!(mode & 0o170_000, 0 | 0o100_000)) {
            return Err(place(Error::invalid("a recipe holds files only, no links")));
        }
        if entry.encrypted() {
            return Err(place(Error::unsupported("is encrypted")));
        }
        // Names that differ in letter case are one on many disks.
        if !taken.insert(name.to_lowercase()) {
            return Err(place(Error::invalid("is there twice, but for letter case")));
        }
        files::create_folder(files::folder_of(&path))?;
        let mut out = fs::File::create_new(&path).in_file(&path)?;
        // What the header says of the size is not asked: what comes out is counted.
        let copied = io::copy(&mut (&mut entry).take(left.saturating_add(1)), &mut out);
        let copied = copied.map_err(|e| match e.raw_os_error() {
            // The disk's fault, not the archive's.
            Some(_) => Error::io(&path, &e),
            None => place(Error::invalid(format!("cannot be read: {e}"))),
        })?;
        left = left.checked_sub(copied).ok_or_else(|| place(Error::invalid("more bytes than an archive of this length may hold")))?;
    }
    if !taken.contains(super::DOCUMENT) {
        return Err(Error::invalid("has no recipe.json at its top").field("entry").value(super::DOCUMENT));
    }
    Ok(())
}

/// The path of an entry below `folder`: plain names, alike on every system.
fn inside(folder: &Path, name: &str) -> Result<PathBuf> {
    let plain = |c: Component| matches!(c, Component::Normal(_));
    let odd = name.chars().any(|c| c.is_control() || matches!(c, '\\' | ':'));
    let doubled = name.split('/').any(|part| part.is_empty() || part == ".");
    if name.is_empty() || name.len() > LONGEST || odd || doubled || !Path::new(name).components().all(plain) {
        return Err(Error::invalid("leaves the folder, or is no plain path"));
    }
    if name.split('/').count() > DEEPEST {
        return Err(Error::invalid("folders too deep"));
    }
    Ok(folder.join(name))
}

fn of_zip(error: ZipError, file: &Path) -> Error {
    match error {
        ZipError::Io(error) => Error::io(file, &error),
        other => Error::invalid(other.to_string()).file(file),
    }
}

/// A folder for what is in an archive while it is open; gone when nobody uses it any more.
#[derive(Debug)]
pub struct Unpacked(PathBuf);

impl Unpacked {
    pub fn new(file: &Path) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("prelight-recipe-{}", uuid::Uuid::new_v4().simple()));
        fs::create_dir(&folder).in_file(&folder)?;
        let this = Self(folder);
        unpack_into(file, &this.0)?;
        Ok(this)
    }
    pub fn folder(&self) -> &Path {
        &self.0
    }
}

impl Drop for Unpacked {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use std::io::Cursor;

    const PLAIN: SimpleFileOptions = SimpleFileOptions::DEFAULT;

    /// An archive of these files; `deflated` or stored.
    fn archive(files: &[(&str, &[u8])], deflated: bool) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(vec![]));
        let method = if deflated { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        for (name, bytes) in files {
            zip.start_file(*name, PLAIN.compression_method(method)).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// What comes of an archive, and what it left.
    fn outcome(bytes: &[u8]) -> (Result<()>, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("in");
        fs::create_dir(&inner).unwrap();
        let result = extract(Cursor::new(bytes), bytes.len() as u64, &inner);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing beside the folder");
        (result, contents(&inner).unwrap())
    }

    #[test]
    fn a_packed_recipe_is_the_folder_again_and_always_the_same_bytes() {
        let work = tempfile::tempdir().unwrap();
        let (folder, one, two, back) =
            (work.path().join("r"), work.path().join("1.recipe"), work.path().join("2.recipe"), work.path().join("b"));
        testing::write(&folder, &testing::recipe(&["B", "A"]));
        let open = crate::recipe::open(&folder).unwrap();
        pack(&open, &one, Existing::Refuse).unwrap();
        pack(&open, &two, Existing::Refuse).unwrap();
        assert_eq!(fs::read(&one).unwrap(), fs::read(&two).unwrap());
        assert_eq!(pack(&open, &one, Existing::Refuse).unwrap_err().exit_code(), 20);
        fs::create_dir(&back).unwrap();
        unpack_into(&one, &back).unwrap();
        let paths = contents(&folder).unwrap();
        assert_eq!(contents(&back).unwrap(), paths);
        paths.iter().for_each(|path| assert_eq!(fs::read(back.join(path)).unwrap(), fs::read(folder.join(path)).unwrap()));

        // Nothing that was approved is left behind without a word.
        let dotted = work.path().join("dotted");
        testing::write(&dotted, &testing::recipe(&[".A"]));
        let refused = pack(&crate::recipe::open(&dotted).unwrap(), &work.path().join("3.recipe"), Existing::Refuse).unwrap_err();
        assert!(refused.to_string().contains("begins with a dot") && !work.path().join("3.recipe").exists(), "{refused}");

        // The file is opened as the folder is; what was unpacked for it goes with it.
        let packed = crate::recipe::open(&one).unwrap();
        assert_eq!((&packed.digest, &packed.source), (&open.digest, &one));
        let temporary = packed.folder.clone();
        assert!(temporary.is_dir());
        drop(packed);
        assert!(!temporary.exists());
    }

    #[test]
    fn what_would_leave_the_folder_is_refused() {
        for name in ["../x", "/x", "a/../../x", "a\\..\\x", "C:x", "a//b", "./a", "a/./b", "x\u{7}", ".."] {
            let (result, left) = outcome(&archive(&[(name, b"x"), ("recipe.json", b"{}")], false));
            let error = result.unwrap_err();
            assert_eq!((error.exit_code(), left.len()), (10, 0), "{name}: {error}");
        }
        let mut zip = ZipWriter::new(Cursor::new(vec![]));
        zip.add_symlink("golden", "/tmp", PLAIN).unwrap();
        zip.start_file("golden/x", PLAIN).unwrap();
        let error = outcome(&zip.finish().unwrap().into_inner()).0.unwrap_err();
        assert_eq!((error.exit_code(), error.found()), (10, Some("golden")), "{error}");
    }

    #[test]
    fn bombs_and_doubles_are_refused() {
        // 64 MB of zeros in some 64 kB.
        let (result, _) = outcome(&archive(&[("recipe.json", b"{}"), ("bomb", &vec![0; 64 << 20])], true));
        assert!(result.unwrap_err().message().contains("more bytes"));
        let (result, _) = outcome(&archive(&[("recipe.json", b"{}"), ("A", b"1"), ("a", b"2")], false));
        assert!(result.unwrap_err().message().contains("twice"));
        let (result, _) = outcome(&archive(&[("golden/x", b"1")], false));
        assert!(result.unwrap_err().message().contains("no recipe.json"));
        // A file where a folder is needed.
        assert!(outcome(&archive(&[("a", b"1"), ("a/b", b"2"), ("recipe.json", b"{}")], false)).0.is_err());
        let honest = archive(&[("recipe.json", b"{}"), ("a/b", b"2")], true);
        assert_eq!(outcome(&honest).1, ["recipe.json", "a/b"]);
        // Another name in the directory than in front of the file, a wrong checksum, a cut.
        let stored = archive(&[("recipe.json", b"{}"), ("a", b"content")], false);
        let mut wrong = stored.clone();
        let at = wrong.windows(7).position(|w| w == b"content").unwrap();
        wrong[at] ^= 1;
        assert!(outcome(&wrong).0.is_err());
        for cut in (0..stored.len()).step_by(7) {
            assert_eq!(outcome(&stored[..cut]).0.unwrap_err().exit_code(), 10);
        }
    }
}
