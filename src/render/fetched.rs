//! Camera originals and recipes that lie in an object store, as files of this machine: as many as are in work, and no more.

use super::store::{self, Entry, Store};
use crate::{
    camera::{self, Clip, Encoding, Field, FrameList, FrameNumber, Metadata, NoiseProfile, Opcodes, Picture, Reading, Timecode},
    error::{Error, InFile, Result},
    files::{self, Existing, Passing},
    image::Size,
    progress::Progress,
    recipe::{self, OpenRecipe},
};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
};

/// Bytes of a camera file, at most: what fits on the largest card.
const LARGEST: u64 = 4 << 40;
/// Bytes of what lies beside a clip and may describe it, at most.
pub(super) const LARGEST_BESIDE: u64 = 64 << 20;
/// Bytes of the folder of a recipe, at most: its documents, looks and golden frames.
const LARGEST_RECIPE: u64 = 8 << 30;
/// Bytes by which a format is recognised: what stands before the first directory of a TIFF, and some more.
pub(super) const HEAD: u64 = 64 << 10;
/// Frames that are kept at hand: the one in work, those that are fetched ahead of it, and one that may be asked for again.
const AT_HAND: usize = 4;

/// Opens a clip by a path or an address of an object store: one of its frames, or the folder of a single clip. Of a numbered sequence
/// in an object store a few frames at a time are on this machine; of any other clip, its file.
///
/// # Errors
/// Those of [`camera::open`] and [`Store`]; `Usage`: there are several clips, or none.
pub fn open_clip(location: &str) -> Result<Arc<dyn Clip>> {
    open_clip_watched(location, &Progress::default())
}

/// The same of an object store, with the bytes that it may take on this machine.
pub(super) fn open_clip_sized(address: &str) -> Result<(Arc<dyn Clip>, u64)> {
    let clip = open_remote(address)?;
    let room = clip.files.room();
    Ok((clip, room))
}

/// The same. Opening a clip of this machine ends early once the work is cancelled.
///
/// # Errors
/// As [`open_clip`]; cancelled.
pub fn open_clip_watched(location: &str, progress: &Progress) -> Result<Arc<dyn Clip>> {
    match store::local(location)? {
        Some(path) => camera::open_watched(&path, progress),
        None => Ok(open_remote(location)?),
    }
}

/// Opens a recipe by a path or an address of an object store: a folder, or the file that it is packed into. What is fetched is gone when
/// the recipe is.
///
/// # Errors
/// Those of [`recipe::open`] and [`Store`].
pub fn open_recipe(location: &str) -> Result<(OpenRecipe, Option<Scratch>)> {
    if let Some(path) = store::local(location)? {
        return Ok((recipe::open(&path)?, None));
    }
    let scratch = Scratch::new()?;
    let path = fetch_recipe(location, &scratch)?;
    let mut open = recipe::open(&path).map_err(|e| e.moved(&path, Path::new(location)))?;
    open.source = location.into();
    Ok((open, Some(scratch)))
}

/// A document by a path or an address of an object store, as a file of this machine.
///
/// # Errors
/// Those of [`Store`]; `Io`: there is none.
pub fn open_document(location: &str, scratch: &Scratch) -> Result<PathBuf> {
    match store::local(location)? {
        Some(path) => Ok(path),
        None => fetch_one(location, scratch, LARGEST_BESIDE),
    }
}

/// A document by a path or an address of an object store, as a file of this machine: where it lies, or a copy that goes with this.
pub struct Document {
    path: PathBuf,
    location: PathBuf,
    _scratch: Option<Scratch>,
}

impl Document {
    /// # Errors
    /// As [`open_document`]; that a path leads to nothing is seen when it is read.
    pub fn open(location: &str) -> Result<Self> {
        if let Some(path) = store::local(location)? {
            return Ok(Self { location: path.clone(), path, _scratch: None });
        }
        let scratch = Scratch::new()?;
        let path = open_document(location, &scratch)?;
        Ok(Self { path, location: location.into(), _scratch: Some(scratch) })
    }
    /// Where it is read.
    pub fn path(&self) -> &Path {
        &self.path
    }
    /// Where it lies.
    pub fn location(&self) -> &Path {
        &self.location
    }
    /// An error of who read it, with the place where it lies.
    pub fn said(&self, error: Error) -> Error {
        error.moved(&self.path, &self.location)
    }
}

/// The object that a location names, and nothing else: of a prefix what lies there is told, and nothing fetched.
fn fetch_one(location: &str, scratch: &Scratch, limit: u64) -> Result<PathBuf> {
    let (parent, name) = store::locate(location)?;
    let below = parent.below(&name)?.list("")?;
    if !below.is_empty() {
        let documents: Vec<&str> = below.iter().map(|entry| entry.name.as_str()).filter(|name| is_document(name)).take(FEW).collect();
        let hint = if documents.is_empty() { "no document lies in it".to_owned() } else { format!("in it: {}", documents.join(", ")) };
        return Err(Error::usage("a prefix, where one file is meant").hint(&hint).file(location));
    }
    fetched_as(location, &parent, &name, scratch, limit)
}

/// Documents that are named where one was meant.
const FEW: usize = 8;

fn fetched_as(location: &str, parent: &Store, name: &str, scratch: &Scratch, limit: u64) -> Result<PathBuf> {
    let path = home_of(location, scratch).join(name);
    let gone = || Error::io(Path::new(location), &std::io::ErrorKind::NotFound.into());
    let bytes = parent.get(name, limit)?.ok_or_else(gone)?;
    files::create_folder(files::folder_of(&path))?;
    files::write_bytes(&path, Existing::Replace, &bytes)?;
    Ok(path)
}

fn home_of(location: &str, scratch: &Scratch) -> PathBuf {
    scratch.0.join(files::sha256(location.as_bytes()).get(..16).unwrap_or_default())
}

/// A recipe: the file that it is packed into, or its folder, which is known by its document before anything is fetched.
fn fetch_recipe(location: &str, scratch: &Scratch) -> Result<PathBuf> {
    let (parent, name) = store::locate(location)?;
    let path = home_of(location, scratch).join(&name);
    let below = parent.below(&name)?;
    let entries = below.list("")?;
    if entries.is_empty() {
        return fetched_as(location, &parent, &name, scratch, LARGEST_BESIDE);
    }
    if !entries.iter().any(|entry| entry.name == recipe::DOCUMENT) {
        return Err(Error::io(Path::new(&below.location(recipe::DOCUMENT)), &std::io::ErrorKind::NotFound.into()));
    }
    let bytes = entries.iter().map(|entry| entry.length).fold(0, u64::saturating_add);
    if bytes > LARGEST_RECIPE {
        let why = format!("more than the {LARGEST_RECIPE} bytes that the folder of a recipe may have");
        return Err(Error::invalid(why).field("bytes").value(bytes).file(location));
    }
    for entry in entries {
        let bytes = below.get(&entry.name, LARGEST_BESIDE)?.ok_or_else(|| below.gone(&entry.name))?;
        let file = path.join(&entry.name);
        files::create_folder(files::folder_of(&file))?;
        files::write_bytes(&file, Existing::Replace, &bytes)?;
    }
    Ok(path)
}

/// A folder for what is fetched; gone with it.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("prelight-fetched-{}", uuid::Uuid::new_v4().simple()));
        fs::create_dir(&folder).in_file(&folder)?;
        Ok(Self(folder))
    }
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(&self.0);
    }
}

fn open_remote(location: &str) -> Result<Arc<Fetched>> {
    let (parent, name) = store::locate(location)?;
    // Asked by listing: a store that keeps folders is no wiser than one that has none.
    let in_it = |folder: &Store| Ok(folder.list("")?.into_iter().filter(|e| !e.name.contains('/')).collect());
    let below = parent.below(&name)?;
    let entries: Vec<Entry> = in_it(&below)?;
    let named = if entries.is_empty() { parent.find(&name)? } else { None };
    let is_named = named.is_some();
    let (folder, siblings, first) = match named {
        Some(entry) => (parent.clone(), in_it(&parent)?, entry),
        None => {
            let first = only_clip(&entries).map_err(|e| e.file(location))?.clone();
            (below, entries, first)
        }
    };
    let scratch = Scratch::new()?;
    // A folder of the same name, as a clip whose frames are only numbers is called by it.
    let home = match folder.location("").rsplit('/').next() {
        Some(last) if !last.is_empty() => scratch.0.join(last),
        _ => scratch.0.join("clip"),
    };
    files::create_folder(&home)?;
    // Movies that are numbered alike are clips of their own.
    let siblings = match is_named && !is_frame(&folder, &first, &home)? {
        true => siblings.into_iter().filter(|e| e.name == first.name || !alike(&e.name, &first.name)).collect(),
        false => siblings,
    };
    // Opening reads the first frame, whichever is named.
    let first = siblings.iter().find(|e| alike(&e.name, &first.name)).cloned().unwrap_or(first);
    let (mut frames, mut digests) = (BTreeMap::new(), BTreeMap::new());
    let (mut here, mut beside) = (VecDeque::new(), vec![]);
    for entry in siblings {
        let path = home.join(&entry.name);
        if entry.name == first.name {
            let brought = fetch(&folder, &entry, &path)?;
            digests.insert(entry.name.clone(), brought.sha256.clone());
            here.push_back(brought);
            frames.insert(path, entry);
        } else if alike(&entry.name, &first.name) {
            // A frame is fetched when it is asked for; that it is there has to be seen.
            files::write_bytes(&path, Existing::Refuse, b"")?;
            frames.insert(path, entry);
        } else if describes(&entry.name, &first.name) && (entry.length <= LARGEST_BESIDE || is_part(&entry.name)) {
            beside.push(fetch(&folder, &entry, &path)?);
        }
    }
    let path = home.join(&first.name);
    let inner = camera::open(&path).map_err(|e| e.moved(&home, Path::new(&folder.location(""))))?;
    let own: BTreeSet<PathBuf> = inner.files().into_iter().collect();
    if !is_named && frames.keys().any(|path| !own.contains(path)) {
        return Err(Error::usage("several clips lie here: name one").file(location));
    }
    frames.retain(|path, _| own.contains(path));
    let files = Files { folder, frames, here: Mutex::new(here), digests: Mutex::new(digests), _beside: beside, _scratch: scratch };
    Ok(Arc::new(Fetched { inner, source: PathBuf::from(location), files: Arc::new(files), ahead: Mutex::default() }))
}

/// Whether what is numbered like a file is of its clip, by what stands at its beginning.
fn is_frame(folder: &Store, entry: &Entry, home: &Path) -> Result<bool> {
    let path = home.join(&entry.name);
    let head = match entry.length {
        0 => None,
        length => folder.head(&entry.name, length.min(HEAD))?,
    };
    files::write_bytes(&path, Existing::Refuse, &head.unwrap_or_default())?;
    let is_frame = camera::is_frame(&path);
    fs::remove_file(&path).in_file(&path)?;
    is_frame
}

/// The file to open a folder by: the first of its only clip.
fn only_clip(entries: &[Entry]) -> Result<&Entry> {
    let files: Vec<&Entry> = entries.iter().filter(|e| !e.name.starts_with('.') && !is_document(&e.name)).collect();
    let first = *files.first().ok_or_else(|| Error::usage("no clip lies here"))?;
    match files.iter().find(|e| e.name != first.name && !alike(&e.name, &first.name)) {
        Some(other) => Err(Error::usage(format!("several clips lie here, {} and {}: name a frame of one", first.name, other.name))),
        None => Ok(first),
    }
}

/// Whether a file is no clip, but may say something of one.
fn is_document(name: &str) -> bool {
    let end = Path::new(name).extension().map(|e| e.to_ascii_lowercase());
    end.is_some_and(|e| {
        let end = e.to_str().unwrap_or_default();
        matches!(end, "amf" | "fdl" | "xml" | "mhl" | "ale" | "edl" | "cdl" | "cc" | "cube" | "json" | "txt" | "wav" | "otio" | "fcpxml")
    })
}

/// Whether two files are numbered alike: frames of one clip.
pub(super) fn alike(a: &str, b: &str) -> bool {
    let shape = |name: &str| {
        camera::frame_number(name).map(|n| (name[..n.digits.start].to_owned(), name[n.digits.end..].to_owned(), n.digits.len()))
    };
    shape(a).is_some() && shape(a) == shape(b)
}

/// Whether a file may say something of a clip that it lies beside: the same name, or nothing but documents.
pub(super) fn describes(name: &str, clip: &str) -> bool {
    let stem = |n: &str| n.split('.').next().unwrap_or_default().to_ascii_lowercase();
    stem(name).starts_with(&stem(clip)) || stem(clip).starts_with(&stem(name))
}

/// Whether a file may be a further part of a clip: RED and Magic Lantern split theirs.
pub(super) fn is_part(name: &str) -> bool {
    let end = Path::new(name).extension().map(|e| e.to_ascii_lowercase());
    end.is_some_and(|e| {
        e == "r3d"
            || e == "mxf"
            || e.to_str().is_some_and(|e| e.len() == 3 && e.starts_with('m') && e[1..].bytes().all(|b| b.is_ascii_digit()))
    })
}

/// What lies in a store, as a file of this machine: at its path as long as this is there.
struct Brought {
    path: PathBuf,
    sha256: String,
    _file: Passing,
}

/// Brings a file whole, in the place of what is at `path`. What was open before keeps its bytes.
///
/// # Errors
/// `TryAgain`: it is not what was listed, or not one content; I/O: the folder for temporary files is full.
fn fetch(folder: &Store, entry: &Entry, path: &Path) -> Result<Brought> {
    let home = files::folder_of(path);
    let mut file = Passing::new(home, entry.length)?;
    let mut hasher = files::Sha256::default();
    let length = folder.read(&entry.name, LARGEST, |bytes| {
        hasher.update(bytes);
        file.append(bytes, home)
    })?;
    if length != Some(entry.length) {
        return Err(folder.gone(&entry.name));
    }
    file.appear_at(path)?;
    Ok(Brought { path: path.to_owned(), sha256: hasher.finish(), _file: file })
}

/// A clip of which a few frames are here.
struct Fetched {
    inner: Arc<dyn Clip>,
    source: PathBuf,
    files: Arc<Files>,
    /// The frame that was read last, and the work that fetches the one after it.
    ahead: Mutex<(Option<FrameNumber>, Option<JoinHandle<()>>)>,
}

/// The files of its frames.
struct Files {
    folder: Store,
    /// By their places on this machine.
    frames: BTreeMap<PathBuf, Entry>,
    /// Whose bytes are here, the newest last.
    here: Mutex<VecDeque<Brought>>,
    /// SHA-256 of what has been here, by name.
    digests: Mutex<BTreeMap<String, String>>,
    /// Further parts of the clip, and what describes it.
    _beside: Vec<Brought>,
    _scratch: Scratch,
}

impl Files {
    /// Bytes that may be here at once.
    fn room(&self) -> u64 {
        let largest = self.frames.values().map(|entry| entry.length).max().unwrap_or(0);
        let beside = self._beside.iter().filter_map(|one| fs::metadata(&one.path).ok());
        beside.map(|about| about.len()).fold(largest.saturating_mul(self.frames.len().min(AT_HAND) as u64), u64::saturating_add)
    }

    /// Sees to it that the bytes of a file are here.
    fn bring(&self, path: &Path) -> Result<()> {
        let Some(entry) = self.frames.get(path) else { return Ok(()) };
        // Held while it is fetched: who asks for the same frame waits for it.
        let mut here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        let brought = match here.iter().position(|b| b.path == path).and_then(|place| here.remove(place)) {
            Some(brought) => brought,
            None => {
                let brought = fetch(&self.folder, entry, path)?;
                self.digests.lock().unwrap_or_else(PoisonError::into_inner).insert(entry.name.clone(), brought.sha256.clone());
                brought
            }
        };
        here.push_back(brought);
        while here.len() > AT_HAND {
            if let Some(old) = here.pop_front() {
                // Before the file goes, so that its name never leads anywhere else.
                files::write_bytes(&old.path, Existing::Replace, b"")?;
            }
        }
        Ok(())
    }
}

impl Fetched {
    /// The file of a frame, of a clip that has one a frame.
    fn file(&self, frame: FrameNumber) -> Option<PathBuf> {
        self.inner.frames().file_of(&self.inner.files(), frame).cloned()
    }
    fn bring(&self, frame: FrameNumber) -> Result<()> {
        self.file(frame).map_or(Ok(()), |path| self.files.bring(&path))
    }
    /// Where frames are read one after the other, the next is fetched while this one is worked on. What comes of it is told when that
    /// one is asked for.
    fn look_ahead(&self, frame: FrameNumber) {
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        let follows = ahead.0.replace(frame).is_some_and(|last| last + 1 == frame);
        let next = frame.checked_add(1).filter(|_| follows).and_then(|next| self.file(next));
        if let Some(work) = ahead.1.take() {
            _ = work.join();
        }
        if let Some(next) = next {
            let files = self.files.clone();
            ahead.1 = Some(std::thread::spawn(move || _ = files.bring(&next)));
        }
    }
    fn said(&self, error: Error) -> Error {
        let home = self.inner.path().parent().unwrap_or(Path::new(""));
        error.moved(home, Path::new(&self.files.folder.location("")))
    }
}

impl Drop for Fetched {
    /// What is fetched has no folder any more.
    fn drop(&mut self) {
        let ahead = self.ahead.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(work) = ahead.1.take() {
            _ = work.join();
        }
    }
}

impl Clip for Fetched {
    fn format(&self) -> &'static str {
        self.inner.format()
    }
    fn path(&self) -> &Path {
        &self.source
    }
    fn metadata(&self) -> &Metadata {
        self.inner.metadata()
    }
    fn frames(&self) -> &FrameList {
        self.inner.frames()
    }
    fn size(&self) -> Size {
        self.inner.size()
    }
    fn timecode(&self, frame: FrameNumber) -> Result<Option<Timecode>> {
        self.bring(frame)?;
        self.inner.timecode(frame).map_err(|e| self.said(e))
    }
    fn read(&self, frame: FrameNumber, reading: &Reading) -> Result<Picture> {
        self.bring(frame)?;
        self.inner.read(frame, reading).map_err(|e| self.said(e))
    }
    fn refusal(&self) -> Option<Error> {
        self.inner.refusal()
    }
    fn has_range(&self) -> bool {
        self.inner.has_range()
    }
    fn read_watched(&self, frame: FrameNumber, reading: &Reading, progress: &Progress) -> Result<Picture> {
        self.bring(frame)?;
        self.look_ahead(frame);
        self.inner.read_watched(frame, reading, progress).map_err(|e| self.said(e))
    }
    fn noise(&self) -> Result<Option<Field<NoiseProfile>>> {
        self.bring(self.inner.frames().first())?;
        self.inner.noise().map_err(|e| self.said(e))
    }
    fn opcodes(&self, frame: FrameNumber) -> Result<Opcodes> {
        self.bring(frame)?;
        self.inner.opcodes(frame).map_err(|e| self.said(e))
    }
    fn encoding(&self) -> &Encoding {
        self.inner.encoding()
    }
    fn sha256(&self, file: &Path) -> Result<String> {
        let name = file.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let known = || self.files.digests.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        if let Some(digest) = known() {
            return Ok(digest);
        }
        // Brought here once, to be hashed and to be read.
        if let Some((path, _)) = self.files.frames.iter().find(|(_, entry)| entry.name == name) {
            self.files.bring(path)?;
        }
        known().ok_or_else(|| Error::invalid("is no file of the clip").file(file))
    }
    fn files(&self) -> Vec<PathBuf> {
        self.files.frames.values().map(|entry| PathBuf::from(self.files.folder.location(&entry.name))).collect()
    }
}
