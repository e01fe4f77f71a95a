//! Which documents belong to a clip, and how that was decided.

use super::{
    Looks,
    claims::{Claims, claims},
};
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

fn load_cdl(path: PathBuf, paired_by: &str) -> Document<Vec<Cdl>> {
    Document::load(path, paired_by, cdl::read_bytes, |bytes, _| Ok((cdl::parse(bytes)?, vec![])))
}

const BY_NAME: &str = "file name";
const BY_ROLL: &str = "roll";

/// Extensions of reference stills.
const STILLS: [&str; 3] = ["jpg", "jpeg", "png"];

/// Most AMFs, and most FDLs, beside a clip that are looked into to find its own.
const MOST: usize = 4096;

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
    /// Looks in the clip's folder and beside it. An AMF is the one that the clip's `AMF_UUID` means, else the one that carries the
    /// clip's name, else the one whose `clipId` it is: writers name AMFs after the day, too. Likewise an FDL, by its `clip_id`. What is
    /// left goes by the roll: a document that carries the reel's name, where a folder that the clip lies in does so, too.
    pub fn discover(clip: &dyn Clip) -> Self {
        let name = clip_name(clip);
        // Listed once: a clip may lie among many thousand frames.
        let files: Vec<PathBuf> = sidecar_folders(clip).iter().flat_map(|folder| sorted_documents(folder)).collect();
        let mut found = Self::default();
        for path in &files {
            found.take(path, &name, clip);
        }
        if let Some(uuid) = stated_uuid(clip) {
            let means = |c: &Claims| c.uuid.as_deref().is_some_and(|own| amf::is_same_uuid(own, uuid));
            found.take_amf_by("AMF_UUID", &files, "has the AMF_UUID of the clip", means);
        }
        // Where nobody can say which one is meant, nothing weaker says it.
        if found.ambiguous("AMF") {
            (found.amf, found.looks) = (None, Looks::default());
        } else if found.amf.is_none() {
            found.take_amf_by("clipId", &files, "names the clip", |c| c.is_of(&name));
        }
        if found.fdl.is_none() {
            // One of several clips does not say which of its framings is this one's.
            let fdl = found.only("FDL", &files, "names the clip", |c| c.is_of(&name) && c.clips.len() == 1);
            found.fdl = fdl.map(|path| load_fdl(path, "clip_id"));
        }
        found.take_by_roll(&files, &name, clip);
        found
    }

    fn take_amf_by(&mut self, way: &'static str, files: &[PathBuf], what: &str, fits: impl Fn(&Claims) -> bool) {
        let Some(path) = self.only("AMF", files, what, fits) else { return };
        match &mut self.amf {
            // It was loaded with its look files already.
            Some(known) if known.path == path => {
                known.paired_by = way.to_owned();
                self.notes.retain(|n| !n.code.starts_with("AMF"));
            }
            _ => self.set_amf(load_amf(path, way)),
        }
    }

    /// Takes what is of the whole roll, and nothing where it is ambiguous.
    fn take_by_roll(&mut self, files: &[PathBuf], name: &str, clip: &dyn Clip) {
        let Some(reel) = clip.metadata().reel.as_ref().map(|f| f.value.trim()).filter(|reel| !reel.is_empty()) else { return };
        let is_reel = |name: Option<&std::ffi::OsStr>| name.is_some_and(|n| n.to_string_lossy().eq_ignore_ascii_case(reel));
        if !sidecar_folders(clip).iter().any(|folder| is_reel(folder.file_name())) {
            return;
        }
        // One that names a clip is of no other.
        let fits = |path: &Path| {
            let claims = claims(path);
            claims.clips.is_empty() || claims.is_of(name) || claims.clips.iter().all(|id| id.name.eq_ignore_ascii_case(reel))
        };
        for path in files.iter().filter(|path| is_reel(path.file_stem())) {
            match extension(path).as_str() {
                "amf" if self.amf.is_none() && !self.ambiguous("AMF") && fits(path) => self.set_amf(load_amf(path.clone(), BY_ROLL)),
                "fdl" if self.fdl.is_none() && !self.ambiguous("FDL") && fits(path) => self.fdl = Some(load_fdl(path.clone(), BY_ROLL)),
                _ if cdl::is_cdl_file(path) && self.cdl.is_none() => self.cdl = Some(load_cdl(path.clone(), BY_ROLL)),
                _ => {}
            }
        }
    }

    /// The one document of a kind, AMF or FDL, of which something holds. Of several nobody can say which is meant: then there is none,
    /// and a note.
    fn only(&mut self, kind: &str, files: &[PathBuf], what: &str, fits: impl Fn(&Claims) -> bool) -> Option<PathBuf> {
        let (unseen, ambiguous) =
            if kind == "AMF" { ("AMF_NOT_LOOKED_INTO", "AMF_AMBIGUOUS") } else { ("FDL_NOT_LOOKED_INTO", "FDL_AMBIGUOUS") };
        let mut all: Vec<&PathBuf> = files.iter().filter(|path| extension(path).eq_ignore_ascii_case(kind)).collect();
        if all.len() > MOST {
            let message =
                format!("of {} {kind}s beside the clip, the first {MOST} are looked into; choose one if it is another", all.len());
            self.note(unseen, message);
            all.truncate(MOST);
        }
        let fitting: Vec<&PathBuf> = all.into_iter().filter(|path| fits(&claims(path))).collect();
        match fitting.as_slice() {
            [] => None,
            [only] => Some((*only).clone()),
            several => {
                let names: Vec<_> = several.iter().take(5).filter_map(|p| p.file_name()).map(|n| n.to_string_lossy()).collect();
                let message = format!("each of {} {kind}s {what}, none is taken: {}", several.len(), names.join(", "));
                self.note(ambiguous, message);
                None
            }
        }
    }

    /// Whether several documents of a kind would do.
    fn ambiguous(&self, kind: &str) -> bool {
        self.notes.iter().any(|n| n.code.strip_suffix("_AMBIGUOUS") == Some(kind))
    }

    fn note(&mut self, code: &'static str, message: String) {
        self.notes.push(Diagnostic { level: Level::Warning, code, message, line: 0, path: String::new() });
    }

    fn take(&mut self, path: &Path, clip_name: &str, clip: &dyn Clip) {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !stem.eq_ignore_ascii_case(clip_name) {
            return;
        }
        match extension(path).as_str() {
            "amf" if self.amf.is_none() => self.set_amf(load_amf(path.to_owned(), BY_NAME)),
            "fdl" => {
                self.fdl.get_or_insert_with(|| load_fdl(path.to_owned(), BY_NAME));
            }
            _ if cdl::is_cdl_file(path) => {
                self.cdl.get_or_insert_with(|| load_cdl(path.to_owned(), BY_NAME));
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
        self.notes.retain(|n| !n.code.starts_with("AMF"));
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
        self.notes.retain(|n| !n.code.starts_with("FDL"));
        self
    }
    /// Uses this reference still instead of the one that was found.
    pub fn with_still(mut self, path: &Path) -> Self {
        self.still = Some(path.to_owned());
        self
    }
}

/// The `AMF_UUID` that the clip states, whatever its format calls the place: `OpenEXR AMF_UUID`.
fn stated_uuid(clip: &dyn Clip) -> Option<&str> {
    let is_it = |key: &str| key.rsplit([' ', '.', '/', ':']).next().is_some_and(|last| last.eq_ignore_ascii_case("AMF_UUID"));
    clip.metadata().unmapped.iter().find(|(key, _)| is_it(key)).map(|(_, value)| value.as_str())
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

    /// A plate of one frame `A001/C001/A001C001.exr` with these attributes.
    fn plate(root: &Path, attributes: &[(&str, &str)]) -> PathBuf {
        use exr::prelude as e;
        let folder = root.join("A001/C001");
        fs::create_dir_all(&folder).unwrap();
        let mut layer = e::LayerAttributes::default();
        for (name, value) in attributes {
            layer.other.insert((*name).into(), e::AttributeValue::Text((*value).into()));
        }
        let channels = e::SpecificChannels::rgb(|_: e::Vec2<usize>| (0.1f32, 0.2f32, 0.3f32));
        let layer = e::Layer::new((4, 4), layer, e::Encoding::UNCOMPRESSED, channels);
        let path = folder.join("A001C001.exr");
        e::WritableImage::write(&e::Image::from_layer(layer)).to_file(&path).unwrap();
        path
    }
    fn amf_of(clip: &str, uuid: u128) -> String {
        let id = Some(amf::ClipId::new(clip, amf::Media::File(format!("{clip}.mov"))));
        let now = time::macros::datetime!(2026-01-01 0:00 UTC);
        amf::write(&Amf::new_v2("d", amf::Author::new("n", "n@n"), id, now, uuid::Uuid::from_u128(uuid)))
    }
    fn fdl_of(clip: &str) -> String {
        format!(
            "{{\"uuid\": \"AFE122BE-59D3-4360-AD69-33C10108FA7A\", \"version\": {{\"major\": 2, \"minor\": 0}}, \"fdl_creator\": \"t\", \"default_framing_intent\": \"I\",
             \"framing_intents\": [{{\"label\": \"i\", \"id\": \"I\", \"aspect_ratio\": {{\"width\": 2, \"height\": 1}}, \"protection\": 0}}],
             \"contexts\": [{{\"label\": \"c\", \"context_creator\": \"t\", \"clip_id\": {{\"clip_name\": \"{clip}\", \"file\": \"{clip}.mov\"}}, \"canvases\": []}}]}}"
        )
    }
    type Found = (String, String);
    /// The AMF, FDL and CDL that a clip has, and why.
    fn found(path: &Path) -> ([Option<Found>; 3], Vec<&'static str>) {
        let s = Sidecars::discover(&*camera::open_single(path).unwrap());
        let of = |name: String, by: &str| (name, by.to_owned());
        let all = [
            s.amf.as_ref().map(|d| of(d.file_name(), &d.paired_by)),
            s.fdl.as_ref().map(|d| of(d.file_name(), &d.paired_by)),
            s.cdl.as_ref().map(|d| of(d.file_name(), &d.paired_by)),
        ];
        (all, s.notes.iter().map(|n| n.code).collect())
    }
    fn some(name: &str, by: &str) -> Option<Found> {
        Some((name.into(), by.into()))
    }

    #[test]
    fn a_document_says_itself_whose_it_is() {
        let root = tempfile::tempdir().unwrap();
        let path = plate(root.path(), &[("AMF_UUID", "URN:UUID:00000000-0000-0000-0000-000000000007")]);
        let put = |name: &str, text: String| fs::write(root.path().join("A001/C001").join(name), text).unwrap();
        put("day1.fdl", fdl_of("A001C001"));
        put("day2.fdl", fdl_of("A001C002"));
        put("day1.amf", amf_of("A001C001", 6));
        assert_eq!(found(&path), ([some("day1.amf", "clipId"), some("day1.fdl", "clip_id"), None], vec![]));
        // A name goes before what is written in a document, and the UUID before both.
        put("A001C001.fdl", fdl_of("A001C002"));
        put("A001C001.amf", amf_of("A001C002", 5));
        assert_eq!(found(&path).0[..2], [some("A001C001.amf", "file name"), some("A001C001.fdl", "file name")]);
        put("grade.amf", amf_of("A001C002", 7));
        assert_eq!(found(&path).0[0], some("grade.amf", "AMF_UUID"));
        // Where two are meant, none is, and no weaker reason counts.
        put("graded again.amf", amf_of("A001C001", 7));
        let (of, notes) = found(&path);
        assert_eq!((&of[0], notes), (&None, vec!["AMF_AMBIGUOUS"]));
    }

    #[test]
    fn an_fdl_of_several_clips_does_not_say_which_framing_is_this_ones() {
        let root = tempfile::tempdir().unwrap();
        let path = plate(root.path(), &[]);
        let one = fdl_of("A001C001");
        let context = &one[one.find("{\"label\": \"c\"").unwrap()..one.len() - 2];
        let two = one.replace(context, &format!("{context}, {}", context.replace("A001C001", "A001C002")));
        fs::write(root.path().join("A001/C001/day.fdl"), two).unwrap();
        assert_eq!(found(&path), ([None, None, None], vec![]));
        fs::write(root.path().join("A001/C001/day.fdl"), one).unwrap();
        assert_eq!(found(&path).0[1], some("day.fdl", "clip_id"));
    }

    #[test]
    fn of_several_that_name_a_clip_none_is_taken() {
        let root = tempfile::tempdir().unwrap();
        let path = plate(root.path(), &[("reelName", "A001")]);
        for name in ["a.fdl", "b.fdl"] {
            fs::write(root.path().join("A001/C001").join(name), fdl_of("A001C001")).unwrap();
        }
        assert_eq!(found(&path), ([None, None, None], vec!["FDL_AMBIGUOUS"]));
        fs::write(root.path().join("A001/A001.fdl"), fdl_of("")).unwrap();
        assert_eq!(found(&path).0[1], None, "the roll's is no better where the clip is named twice");
    }

    #[test]
    fn what_is_of_a_roll_is_of_its_clips_where_the_folder_says_so() {
        let root = tempfile::tempdir().unwrap();
        let path = plate(root.path(), &[("reelName", "a001")]);
        let put = |name: &str, text: String| fs::write(root.path().join(name), text).unwrap();
        put("A001/A001.fdl", fdl_of("A001C007"));
        put("A001/A001.amf", amf_of("A001C007", 1));
        assert_eq!(found(&path), ([None, None, None], vec![]), "of another clip of the roll");
        put("A001/A001.fdl", fdl_of("A001"));
        put("A001/A001.amf", amf_of("A001", 1));
        put("A001/A001.cc", "<ColorCorrection id='a'><SatNode><Saturation>0.9</Saturation></SatNode></ColorCorrection>".into());
        let roll = [some("A001.amf", "roll"), some("A001.fdl", "roll"), some("A001.cc", "roll")];
        assert_eq!(found(&path), (roll, vec![]));
        put("A001/C001/A001C001.fdl", fdl_of("x"));
        assert_eq!(found(&path).0[1], some("A001C001.fdl", "file name"));

        // Another folder says nothing of the reel.
        let other = root.path().join("day/one");
        fs::create_dir_all(&other).unwrap();
        fs::copy(&path, other.join("A001C001.exr")).unwrap();
        fs::write(root.path().join("day/A001.fdl"), fdl_of("x")).unwrap();
        assert_eq!(found(&other.join("A001C001.exr")).0[1], None);
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
