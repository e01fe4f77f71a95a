//! Which documents belong to a clip, and how that was decided.

use super::Looks;
use crate::{
    camera::Clip,
    error::Result,
    sidecar::{
        Diagnostic,
        amf::{self, Amf},
        cdl::{self, Cdl},
        fdl::{self, Fdl},
    },
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A sidecar as it was read: the document, or why it could not be read.
#[derive(Clone, Debug)]
pub struct Document<T> {
    pub path: PathBuf,
    /// How it was paired with the clip.
    pub paired_by: String,
    pub content: Result<T>,
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Document<T> {
    fn load(path: PathBuf, paired_by: &str, read: impl FnOnce(&Path) -> Result<(T, Vec<Diagnostic>)>) -> Self {
        let (content, diagnostics) = match read(&path) {
            Ok((document, diagnostics)) => (Ok(document), diagnostics),
            Err(error) => (Err(error), vec![]),
        };
        Self { path, paired_by: paired_by.to_owned(), content, diagnostics }
    }

    /// A document whose bytes were read and verified before.
    pub(crate) fn parsed(path: PathBuf, parse: impl FnOnce(Option<&Path>) -> Result<(T, Vec<Diagnostic>)>) -> Self {
        Self::load(path, "recipe", |p| parse(p.parent()).map_err(|e| e.file(p)))
    }

    pub fn file_name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// Most AMFs that are opened to find the one of a clip.
const MOST_AMFS: usize = 64;

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
}

impl Sidecars {
    /// Looks in the clip's folder and beside it for documents that carry the clip's name, and for the one AMF that has it as its
    /// `clipId` where none carries it: writers name AMFs after the day, too.
    pub fn discover(clip: &dyn Clip) -> Self {
        let name = clip_name(clip);
        // A clip of stills is not its own reference.
        let own: Vec<_> = clip.files().iter().filter_map(|f| f.canonicalize().ok()).collect();
        let mut found = Self::default();
        for folder in folders(clip) {
            for path in sorted_files(&folder) {
                if !own.contains(&path) {
                    found.take(path, &name);
                }
            }
        }
        if found.amf.is_none() {
            found.take_amf_by_clip_id(clip, &name);
        }
        found
    }

    /// Of several that name the clip nobody can say which is meant: then there is none.
    fn take_amf_by_clip_id(&mut self, clip: &dyn Clip, name: &str) {
        let all = folders(clip).into_iter().flat_map(|folder| sorted_files(&folder));
        let amfs: Vec<PathBuf> = all.filter(|path| extension(path) == "amf").take(MOST_AMFS + 1).collect();
        if amfs.len() > MOST_AMFS {
            return;
        }
        let names_clip = |d: &Document<Amf>| d.content.as_ref().is_ok_and(|amf| amf.is_of_clip(name));
        let mut fitting = amfs.into_iter().map(|path| Document::load(path, "clipId", amf::read)).filter(names_clip);
        if let (Some(only), None) = (fitting.next(), fitting.next()) {
            self.set_amf(only);
        }
    }

    fn take(&mut self, path: PathBuf, clip_name: &str) {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !stem.eq_ignore_ascii_case(clip_name) {
            return;
        }
        const BY_NAME: &str = "file name";
        match extension(&path).as_str() {
            "amf" if self.amf.is_none() => self.set_amf(Document::load(path, BY_NAME, amf::read)),
            "fdl" => {
                self.fdl.get_or_insert_with(|| Document::load(path, BY_NAME, fdl::read));
            }
            "cc" | "cdl" | "ccc" => {
                self.cdl.get_or_insert_with(|| Document::load(path, BY_NAME, |p| Ok((cdl::read(p)?, vec![]))));
            }
            "jpg" | "jpeg" | "png" => {
                self.still.get_or_insert(path);
            }
            _ => {}
        }
    }

    /// Uses this AMF instead of the one that was found.
    pub fn with_amf(mut self, path: &Path) -> Self {
        self.set_amf(Document::load(path.to_owned(), "chosen", amf::read));
        self
    }
    fn set_amf(&mut self, document: Document<Amf>) {
        let folder = document.path.parent().unwrap_or(Path::new(""));
        self.looks = document.content.as_ref().map(|amf| Looks::load(amf, folder)).unwrap_or_default();
        self.amf = Some(document);
    }
    /// Uses this FDL instead of the one that was found.
    pub fn with_fdl(mut self, path: &Path) -> Self {
        self.fdl = Some(Document::load(path.to_owned(), "chosen", fdl::read));
        self
    }
    /// Uses this reference still instead of the one that was found.
    pub fn with_still(mut self, path: &Path) -> Self {
        self.still = Some(path.to_owned());
        self
    }
}

/// The name a clip goes by: what its metadata says, else its file or folder.
pub(crate) fn clip_name(clip: &dyn Clip) -> String {
    if let Some(field) = &clip.metadata().clip_name {
        return field.value.clone();
    }
    clip.path().file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Where sidecars lie: beside the frames, and beside the folder that holds them.
fn folders(clip: &dyn Clip) -> Vec<PathBuf> {
    // Absolute, so that the parent of `.` is found too.
    let path = clip.path().canonicalize().unwrap_or_else(|_| clip.path().to_owned());
    let inner = if path.is_dir() { Some(path.as_path()) } else { path.parent() };
    inner.into_iter().chain(inner.and_then(Path::parent)).map(Path::to_owned).collect()
}

fn sorted_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return vec![] };
    let mut files: Vec<PathBuf> = entries.filter_map(|e| e.ok()).map(|e| e.path()).filter(|p| p.is_file()).collect();
    files.sort();
    files
}

fn extension(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase()
}
