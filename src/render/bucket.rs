//! Clips of object stores, into the library: by listing what lies there, the beginning of what may be a clip, and the first file of each.

use super::{
    fetched::{HEAD, LARGEST_BESIDE, Scratch, alike, describes, is_part, open_clip},
    store::{self, Entry, Store},
};
use crate::{
    camera,
    error::{Error, InFile, Result},
    files::{self, Existing},
    library::{self, Indexed, Library, Options, Read, Stamp, Survey},
    progress::Progress,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// Bytes that are fetched of a clip of an object store where nobody says otherwise.
pub const FETCHED: u64 = 4 << 30;
/// Objects below one prefix, at most.
const MOST: usize = 1_000_000;
/// Clips that are fetched before they are written together: an index that is killed has to fetch few again.
const BATCH: usize = 8;

/// Brings the library to what is at `roots` and below: paths of this machine, and prefixes of object stores.
///
/// What lies in an object store is listed, recognised by its first bytes, and known again by names, lengths and tags. Of a clip that is
/// new or changed its first file is fetched whole, with what lies beside it and describes it (of a numbered sequence its first frame; all
/// files for their hashes), read and dropped. A clip of which that is more than `limit` bytes is kept as one that could not be read.
///
/// # Errors
/// A root is not there; those of [`Store`]; as [`Library::index`].
pub fn index(library: &mut Library, roots: &[String], options: Options, limit: u64, progress: &Progress) -> Result<Indexed> {
    Searched::of(roots, Some(library), progress)?.bring(library, options, limit, progress)
}

/// [`index`] into a file, which is made where there is none; but for nothing none is made.
///
/// # Errors
/// Those of [`index`] and [`Library::create`]; `Invalid`: no clip is at any of the roots, nor was.
pub fn index_file(file: &Path, roots: &[String], options: Options, limit: u64, progress: &Progress) -> Result<(Library, Indexed)> {
    let nothing = || camera::no_clip(Path::new(roots.first().map_or("", String::as_str)));
    let known = if file.exists() { Some(Library::create(file)?) } else { None };
    // A card that is not plugged in takes nothing along.
    let stays = |e: Error| if known.is_none() || e.kind() != crate::ErrorKind::Io { e } else { e.hint("the index stays as it is") };
    let found = Searched::of(roots, known.as_ref(), progress).map_err(stays)?;
    let mut library = match known {
        Some(library) => library,
        None if found.is_empty() => return Err(nothing()),
        None => Library::create(file)?,
    };
    let done = found.bring(&mut library, options, limit, progress)?;
    let is_bare = done.empty.len() == roots.len() && done.empty.iter().all(|empty| empty.known == 0);
    if is_bare { Err(nothing()) } else { Ok((library, done)) }
}

/// What lies at some places, before an index is asked or made.
struct Searched {
    here: Option<library::Searched>,
    buckets: Vec<Bucket>,
}

impl Searched {
    /// `library`: the one that is brought there, where there is one.
    ///
    /// # Errors
    /// A root is not there; those of [`Store`]; cancelled.
    fn of(roots: &[String], library: Option<&Library>, progress: &Progress) -> Result<Self> {
        let stores: Vec<Store> = roots.iter().map(|root| Store::open(root)).collect::<Result<_>>()?;
        let paths: Vec<PathBuf> = stores.iter().filter_map(|store| store.as_folder().map(Path::to_path_buf)).collect();
        let here = if paths.is_empty() { None } else { Some(library::Searched::of(&paths, progress)?) };
        let buckets = stores.iter().filter(|store| store.is_remote()).map(|store| -> Result<Bucket> {
            progress.say(&format!("Searching {store}"));
            let bucket = Bucket::search(store, library)?;
            progress.check()?;
            Ok(bucket)
        });
        let buckets = buckets.collect::<Result<Vec<_>>>()?;
        Ok(Self { here, buckets })
    }
    /// Whether there is neither a clip nor what could not be searched.
    fn is_empty(&self) -> bool {
        let is_bare = |bucket: &Bucket| bucket.clips.is_empty() && bucket.failed.is_empty();
        self.here.as_ref().is_none_or(library::Searched::is_empty) && self.buckets.iter().all(is_bare)
    }
    /// Brings the library to it.
    ///
    /// # Errors
    /// As [`Library::index_found`].
    fn bring(self, library: &mut Library, options: Options, limit: u64, progress: &Progress) -> Result<Indexed> {
        let mut done = self.here.map_or_else(|| Ok(Indexed::default()), |here| library.index_found(here, options, progress))?;
        for bucket in self.buckets {
            done = done.plus(bucket.bring(library, options, limit, progress)?);
        }
        Ok(done)
    }
}

/// What was found in an object store.
struct Bucket {
    root: PathBuf,
    /// By address.
    clips: BTreeMap<PathBuf, Listed>,
    failed: Vec<Error>,
}

/// A clip that was listed.
struct Listed {
    stamp: Stamp,
    /// Bytes that have to be fetched to read it.
    first: u64,
    /// All of its bytes, and those of what describes it.
    all: u64,
}

impl Bucket {
    /// # Errors
    /// Nothing is there, nor was when the library looked last; those of the store.
    fn search(store: &Store, library: Option<&Library>) -> Result<Self> {
        let location = store.location("");
        let root = PathBuf::from(&location);
        let entries = store.list("")?;
        if entries.len() > MOST {
            let why = format!("more than the {MOST} objects that are searched at once: name a prefix");
            return Err(Error::unsupported(why).field("objects").value(entries.len()).file(&root));
        }
        if !entries.is_empty() {
            return Self::of(store, root, &entries);
        }
        // One object, by its name.
        if let Ok((parent, name)) = store::locate(&location)
            && let Some(entry) = parent.find(&name)?
        {
            let listed = Listed::new(&entry, std::slice::from_ref(&entry), true);
            return Ok(Self { clips: BTreeMap::from([(root.clone(), listed)]), root, failed: vec![] });
        }
        // Of a store that answers what is listed no more is gone; a folder may be a card that is not plugged in.
        let sources = library.map_or_else(|| Ok(vec![]), Library::sources)?;
        if sources.iter().any(|source| source.path.starts_with(&root)) {
            return Ok(Self { root, clips: BTreeMap::new(), failed: vec![] });
        }
        Err(Error::io(&root, &ErrorKind::NotFound.into()))
    }

    /// Looks for clips as in folders of this machine: in files of the same names that get their first bytes when they are looked at.
    fn of(store: &Store, root: PathBuf, entries: &[Entry]) -> Result<Self> {
        let scratch = Scratch::new()?;
        let home = scratch.path();
        let (mut failed, mut folders) = (vec![], BTreeMap::<&str, Vec<Entry>>::new());
        for entry in entries {
            match place(home, &entry.name) {
                Ok(()) => {
                    let (folder, name) = entry.name.rsplit_once('/').unwrap_or(("", &entry.name));
                    folders.entry(folder).or_default().push(Entry { name: name.to_owned(), ..entry.clone() });
                }
                Err(error) => failed.push(error.file(PathBuf::from(store.location(&entry.name)))),
            }
        }
        let lengths: BTreeMap<&str, u64> = entries.iter().map(|entry| (entry.name.as_str(), entry.length)).collect();
        let bring = |path: &Path| -> Result<()> {
            let name = path.strip_prefix(home).ok().and_then(Path::to_str).unwrap_or_default();
            let length = lengths.get(name).copied().unwrap_or(0);
            let head = if length == 0 { None } else { store.head(name, length.min(HEAD))? };
            files::write_bytes(path, Existing::Replace, &head.unwrap_or_default())
        };
        let camera::Found { clips: found, errors } = camera::walk_brought(home, &bring);
        failed.extend(errors.into_iter().map(|error| error.moved(home, &root)));
        let found: Vec<&str> = found.iter().filter_map(|path| path.strip_prefix(home).ok()?.to_str()).collect();
        let mut clips = BTreeMap::new();
        for name in &found {
            let (folder, first) = name.rsplit_once('/').unwrap_or(("", name));
            let siblings = folders.get(folder).map(Vec::as_slice).unwrap_or_default();
            let Some(entry) = siblings.iter().find(|entry| entry.name == first) else { continue };
            // Of files that are numbered alike and are clips of their own, each was found.
            let is_frame =
                !found.iter().any(|other| other != name && other.rsplit_once('/').unwrap_or(("", other)).0 == folder && alike(other, name));
            clips.insert(PathBuf::from(store.location(name)), Listed::new(entry, siblings, is_frame));
        }
        Ok(Self { root, clips, failed })
    }

    fn bring(self, library: &mut Library, options: Options, limit: u64, progress: &Progress) -> Result<Indexed> {
        let Self { root, clips, failed } = self;
        let failed = failed.into_iter().map(|error| {
            let path = error.path().unwrap_or(&root).to_owned();
            library::Entry { path, stamp: Stamp::default(), content: Err(error) }
        });
        let failed = failed.collect();
        let now = |path: &Path, _| clips.get(path).map(|clip| clip.stamp);
        let read = |path: &Path| -> library::Entry {
            let content = fetched(path, clips.get(path), options, limit, progress).in_file(path);
            library::Entry { path: path.to_owned(), stamp: now(path, Stamp::default()).unwrap_or_default(), content }
        };
        let survey = Survey {
            roots: vec![root],
            clips: clips.keys().cloned().collect::<BTreeSet<_>>(),
            failed,
            now: &now,
            read: &read,
            batch: BATCH,
        };
        library.bring(survey, options, progress)
    }
}

fn fetched(path: &Path, listed: Option<&Listed>, options: Options, limit: u64, progress: &Progress) -> Result<Read> {
    progress.check()?;
    let bytes = listed.map_or(0, |clip| if options.hash { clip.all } else { clip.first });
    if bytes > limit {
        let why = format!("more than the {limit} bytes that are fetched to read a clip");
        return Err(Error::unsupported(why).field("bytes").value(bytes));
    }
    let address = path.to_str().unwrap_or_default();
    Read::whole(&*open_clip(address)?, options, progress)
}

/// Makes the file of a name, empty.
fn place(home: &Path, name: &str) -> Result<()> {
    let is_plain = !name.contains(['\\', '\0']) && name.split('/').all(|part| !matches!(part, "" | "." | ".."));
    if !is_plain {
        return Err(Error::unsupported("no plain name of a file").field("object").value(name));
    }
    let path = home.join(name);
    files::create_folder(files::folder_of(&path))?;
    std::fs::File::create_new(&path).map(drop).in_file(&path)
}

impl Listed {
    /// Of the first file of a clip and all that lies in its folder. `is_frame`: what is numbered like it is of the clip.
    fn new(first: &Entry, siblings: &[Entry], is_frame: bool) -> Self {
        let (mut fetched, mut all, mut known) = (first.length, 0u64, String::new());
        for entry in siblings {
            let own = entry.name == first.name;
            let is_alike = !own && alike(&entry.name, &first.name);
            let beside = !own && !is_alike && describes(&entry.name, &first.name);
            if !(own || beside || (is_alike && is_frame)) {
                continue;
            }
            all = all.saturating_add(entry.length);
            if beside && (entry.length <= LARGEST_BESIDE || is_part(&entry.name)) {
                fetched = fetched.saturating_add(entry.length);
            }
            known += &format!("{}\0{}\0{}\n", entry.name, entry.length, entry.mark);
        }
        let digest = files::sha256(known.as_bytes());
        // Sixty bits of it.
        let mark = digest.get(..15).and_then(|hex| i64::from_str_radix(hex, 16).ok()).unwrap_or_default();
        let size = i64::try_from(all).unwrap_or(i64::MAX);
        Self { stamp: Stamp { size, modified: mark, folder_modified: None }, first: fetched, all }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, length: u64, mark: &str) -> Entry {
        Entry { name: name.into(), length, mark: mark.into(), modified: std::time::SystemTime::UNIX_EPOCH }
    }

    #[test]
    fn a_clip_is_known_by_its_own_files_and_what_describes_it() {
        let frames = [entry("a.0001.exr", 10, "1"), entry("a.0002.exr", 10, "1"), entry("a.amf", 3, "1"), entry("other.mov", 99, "1")];
        let of = |siblings: &[Entry]| Listed::new(&siblings[0], siblings, true);
        let whole = of(&frames);
        assert_eq!((whole.first, whole.all, whole.stamp.size), (13, 23, 23));
        let changed = |i: usize, entry: Entry| {
            let mut frames = frames.clone();
            frames[i] = entry;
            of(&frames).stamp != whole.stamp
        };
        assert!(changed(1, entry("a.0002.exr", 10, "2")) && changed(2, entry("a.amf", 3, "2")));
        assert!(of(&frames[..3]).stamp == whole.stamp && !changed(3, entry("other.mov", 98, "2")));
        // Movies that are numbered alike are clips of their own.
        let movies = [entry("C0001.MOV", 10, "1"), entry("C0002.MOV", 20, "1")];
        assert_eq!(Listed::new(&movies[0], &movies, false).all, 10);
    }
}
