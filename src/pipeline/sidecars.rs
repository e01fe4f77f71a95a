//! Which documents belong to a clip, and how that was decided.

use super::{Looks, amf_index};
use crate::{
    camera::{self, Clip},
    error::Result,
    sidecar::{
        Diagnostic, Level,
        amf::{self, Amf},
        cdl::{self, Cdl},
        fdl::{self, Fdl},
    },
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A sidecar as it was read: the document, or why it could not be read.
#[derive(Clone, Debug)]
pub struct Document<T> {
    pub path: PathBuf,
    /// How it was paired with the clip.
    pub paired_by: String,
    pub content: Result<T>,
    pub diagnostics: Vec<Diagnostic>,
    /// What was read, so that what was seen is what is approved; empty where nothing could be read.
    bytes: Arc<[u8]>,
}

type Parsed<T> = Result<(T, Vec<Diagnostic>)>;

impl<T> Document<T> {
    fn load(
        path: PathBuf,
        paired_by: &str,
        read: impl FnOnce(&Path) -> Result<Vec<u8>>,
        parse: impl FnOnce(&[u8], Option<&Path>) -> Parsed<T>,
    ) -> Self {
        let (bytes, parsed) = match read(&path) {
            Ok(bytes) => (bytes.into(), Ok(())),
            Err(error) => (Arc::default(), Err(error)),
        };
        let parsed = parsed.and_then(|()| parse(&bytes, path.parent()).map_err(|e| e.file(&path)));
        let (content, diagnostics) = match parsed {
            Ok((document, diagnostics)) => (Ok(document), diagnostics),
            Err(error) => (Err(error), vec![]),
        };
        Self { path, paired_by: paired_by.to_owned(), content, diagnostics, bytes }
    }

    /// A document whose bytes were read and verified before.
    pub(crate) fn parsed(path: PathBuf, bytes: Vec<u8>, parse: impl FnOnce(&[u8], Option<&Path>) -> Parsed<T>) -> Self {
        Self::load(path, "recipe", |_| Ok(bytes), parse)
    }

    /// The file as it was read.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn file_name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

fn load_amf(path: PathBuf, paired_by: &str) -> Document<Amf> {
    Document::load(path, paired_by, amf::read_bytes, amf::parse)
}

fn load_fdl(path: PathBuf, paired_by: &str) -> Document<Fdl> {
    Document::load(path, paired_by, fdl::read_bytes, |bytes, _| fdl::parse(bytes))
}

/// Extensions of reference stills.
const STILLS: [&str; 3] = ["jpg", "jpeg", "png"];

/// Most AMFs beside a clip that are looked into to find its own.
const MOST_AMFS: usize = 4096;

/// The documents of one clip.
#[derive(Clone, Debug, Default)]
pub struct Sidecars {
    pub amf: Option<Document<Amf>>,
    /// The files that the AMF names.
    pub looks: Looks,
    pub fdl: Option<Document<Fdl>>,
    pub cdl: Option<Document<Vec<Cdl>>>,
    /// Reference still.
    pub still: Option<PathBuf>,
    /// Why none of several documents was taken.
    pub notes: Vec<Diagnostic>,
}

impl Sidecars {
    /// Looks in the clip's folder and beside it for documents that carry the clip's name, and for the one AMF that has it as its
    /// `clipId` where none carries it: writers name AMFs after the day, too.
    pub fn discover(clip: &dyn Clip) -> Self {
        let name = clip_name(clip);
        // Listed once: a clip may lie among many thousand frames.
        let files: Vec<PathBuf> = sidecar_folders(clip).iter().flat_map(|folder| sorted_documents(folder)).collect();
        let mut found = Self::default();
        for path in &files {
            found.take(path, &name, clip);
        }
        if found.amf.is_none() {
            found.take_amf_by_clip_id(files, &name);
        }
        found
    }

    /// Of several that name the clip nobody can say which is meant: then there is none, and a note.
    fn take_amf_by_clip_id(&mut self, files: Vec<PathBuf>, name: &str) {
        let mut amfs: Vec<PathBuf> = files.into_iter().filter(|path| extension(path) == "amf").collect();
        if amfs.len() > MOST_AMFS {
            let message =
                format!("of {} AMFs beside the clip, the first {MOST_AMFS} are looked into; choose one if it is another", amfs.len());
            self.note("AMF_NOT_LOOKED_INTO", message);
            amfs.truncate(MOST_AMFS);
        }
        let fitting: Vec<PathBuf> = amfs.into_iter().filter(|path| amf_index::clip_id(path).is_some_and(|id| id.is_of(name))).collect();
        match fitting.as_slice() {
            [] => {}
            [only] => self.set_amf(load_amf(only.clone(), "clipId")),
            several => {
                let names: Vec<_> = several.iter().take(5).filter_map(|p| p.file_name()).map(|n| n.to_string_lossy()).collect();
                self.note("AMF_AMBIGUOUS", format!("{} AMFs name the clip, none is taken: {}", several.len(), names.join(", ")));
            }
        }
    }

    fn note(&mut self, code: &'static str, message: String) {
        self.notes.push(Diagnostic { level: Level::Warning, code, message, line: 0, path: String::new() });
    }

    fn take(&mut self, path: &Path, clip_name: &str, clip: &dyn Clip) {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !stem.eq_ignore_ascii_case(clip_name) {
            return;
        }
        const BY_NAME: &str = "file name";
        match extension(path).as_str() {
            "amf" if self.amf.is_none() => self.set_amf(load_amf(path.to_owned(), BY_NAME)),
            "fdl" => {
                self.fdl.get_or_insert_with(|| load_fdl(path.to_owned(), BY_NAME));
            }
            _ if cdl::is_cdl_file(path) => {
                let parse = |bytes: &[u8], _: Option<&Path>| Ok((cdl::parse(bytes)?, vec![]));
                self.cdl.get_or_insert_with(|| Document::load(path.to_owned(), BY_NAME, cdl::read_bytes, parse));
            }
            // A clip of stills is not its own reference.
            extension if STILLS.contains(&extension) && self.still.is_none() && !is_own(clip, path) => self.still = Some(path.to_owned()),
            _ => {}
        }
    }

    /// Uses this AMF instead of the one that was found.
    pub fn with_amf(mut self, path: &Path) -> Self {
        self.set_amf(load_amf(path.to_owned(), "chosen"));
        self
    }
    fn set_amf(&mut self, document: Document<Amf>) {
        let folder = document.path.parent().unwrap_or(Path::new(""));
        self.looks = document.content.as_ref().map(|amf| Looks::load(amf, folder)).unwrap_or_default();
        self.amf = Some(document);
        self.notes.clear();
    }
    /// With an AMF that is in no file yet, as if it lay at `path`. Files that were read for these are not read again.
    pub(crate) fn with_draft(mut self, amf: Amf, path: PathBuf) -> Self {
        self.looks = self.looks.and_of(&amf, path.parent().unwrap_or(Path::new("")));
        self.amf = Some(Document { path, paired_by: "draft".into(), content: Ok(amf), diagnostics: vec![], bytes: Arc::default() });
        self.notes.clear();
        self
    }
    /// Without the AMF that was found.
    pub fn without_amf(mut self) -> Self {
        self.amf = None;
        self.looks = Looks::default();
        self
    }
    /// Uses this FDL instead of the one that was found.
    pub fn with_fdl(mut self, path: &Path) -> Self {
        self.fdl = Some(load_fdl(path.to_owned(), "chosen"));
        self
    }
    /// Uses this reference still instead of the one that was found.
    pub fn with_still(mut self, path: &Path) -> Self {
        self.still = Some(path.to_owned());
        self
    }
}

/// The name a clip goes by: what its metadata says, else its file without the extension, or its folder.
pub(crate) fn clip_name(clip: &dyn Clip) -> String {
    if let Some(field) = &clip.metadata().clip_name {
        return field.value.clone();
    }
    camera::name_of(clip.path()).unwrap_or_default()
}

/// Whether a file may be somebody's sidecar, by its extension.
pub(crate) fn is_sidecar(path: &Path) -> bool {
    matches!(extension(path).as_str(), "amf" | "fdl") || is_still(path) || cdl::is_cdl_file(path)
}

/// Whether a file may be a reference still, by its extension.
pub(crate) fn is_still(path: &Path) -> bool {
    STILLS.contains(&extension(path).as_str())
}

/// Where sidecars lie: beside the frames, and beside the folder that holds them.
pub(crate) fn sidecar_folders(clip: &dyn Clip) -> Vec<PathBuf> {
    // Absolute, so that the parent of `.` is found too.
    let path = clip.path().canonicalize().unwrap_or_else(|_| clip.path().to_owned());
    let inner = if path.is_dir() { Some(path.as_path()) } else { path.parent() };
    inner.into_iter().chain(inner.and_then(Path::parent)).map(Path::to_owned).collect()
}

/// The files of a folder that may be sidecars by their extension. Only of links the system is asked what they lead to.
fn sorted_documents(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return vec![] };
    let is_file = |entry: &fs::DirEntry| match entry.file_type() {
        Ok(kind) if kind.is_symlink() => entry.path().is_file(),
        kind => kind.is_ok_and(|kind| kind.is_file()),
    };
    let wanted = entries.filter_map(|e| e.ok()).filter(|e| is_sidecar(Path::new(&e.file_name())) && is_file(e));
    let mut files: Vec<PathBuf> = wanted.map(|e| e.path()).collect();
    files.sort();
    files
}

/// Whether a file is one of the clip's own.
fn is_own(clip: &dyn Clip, path: &Path) -> bool {
    path.canonicalize().is_ok_and(|real| clip.files().iter().any(|file| file.canonicalize().is_ok_and(|file| file == real)))
}

fn extension(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn still(path: &Path, level: u8) {
        ::image::RgbImage::from_pixel(4, 4, ::image::Rgb([level, 90, 9])).save(path).unwrap();
    }

    #[test]
    fn a_folder_is_called_by_all_of_its_name() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("A001.C002");
        fs::create_dir(&folder).unwrap();
        (1..=2).for_each(|n| still(&folder.join(format!("{n:04}.png")), n));
        still(&root.path().join("A001.png"), 8);
        let clip = camera::open(&folder).unwrap();
        assert_eq!(clip_name(&*clip), "A001.C002");
        assert_eq!(Sidecars::discover(&*clip).still, None);
        still(&root.path().join("A001.C002.png"), 9);
        assert!(Sidecars::discover(&*clip).still.is_some_and(|path| path.ends_with("A001.C002.png")));
        assert_eq!(camera::name_of(&folder).as_deref(), Some("A001.C002"));
        assert_eq!(camera::name_of(&folder.join("0001.png")).as_deref(), Some("0001"));
    }

    #[test]
    fn a_clip_is_not_its_own_reference() {
        let root = tempfile::tempdir().unwrap();
        let (path, other) = (root.path().join("still.png"), root.path().join("still.jpg"));
        still(&path, 1);
        let clip = camera::open_single(&path).unwrap();
        assert_eq!(Sidecars::discover(&*clip).still, None);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&path, &other).unwrap();
            assert_eq!(Sidecars::discover(&*clip).still, None, "a link to itself");
            fs::remove_file(&other).unwrap();
        }
        still(&other, 2);
        assert!(Sidecars::discover(&*clip).still.is_some_and(|path| path.ends_with("still.jpg")));
    }
}
