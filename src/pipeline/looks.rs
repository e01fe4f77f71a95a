//! The files that an AMF names: read once, so that what was hashed is what is rendered.

use crate::{
    color::Op,
    error::{Error, Result},
    files,
    sidecar::{
        amf::{self, Amf, ClfIds, Reference},
        cdl::{self, Cdl},
        lut,
    },
};
use std::{
    cell::OnceCell,
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

/// A look file as it was read.
#[derive(Debug)]
pub struct LookFile {
    /// As the AMF, or the choice of a person, names it.
    pub reference: String,
    /// Where it was read; its extension says its format.
    pub path: PathBuf,
    /// Where it belongs beside the AMF: a relative path with `/` that stays in the folder.
    pub place: String,
    content: Arc<Content>,
}

/// What is in a file, parsed once, however many looks it is.
#[derive(Debug)]
struct Content {
    bytes: Vec<u8>,
    sha256: String,
    ops: OnceLock<Result<Vec<Op>>>,
    corrections: OnceLock<Result<Vec<Cdl>>>,
}

/// Bytes of all look files of one AMF, or of one recipe, together.
const MOST_BYTES: usize = 1 << 30;

/// The contents of files, each held once.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    /// By digest and name, as some formats say in the name what they are.
    held: BTreeMap<(String, OsString), Arc<Content>>,
    bytes: usize,
}

impl Pool {
    /// The file of these bytes. Fails where all together become more than [`MOST_BYTES`].
    pub fn file(&mut self, reference: &str, path: PathBuf, place: String, bytes: Vec<u8>) -> Result<LookFile> {
        self.file_within(MOST_BYTES, reference, path, place, bytes)
    }

    /// Counts a file that was read before among these.
    fn hold(&mut self, file: &LookFile) {
        let key = (file.sha256().to_owned(), file.path.file_name().unwrap_or_default().to_owned());
        if self.held.insert(key, file.content.clone()).is_none() {
            self.bytes = self.bytes.saturating_add(file.bytes().len());
        }
    }

    fn file_within(&mut self, most: usize, reference: &str, path: PathBuf, place: String, bytes: Vec<u8>) -> Result<LookFile> {
        let sha256 = files::sha256(&bytes);
        let name = path.file_name().unwrap_or_default().to_owned();
        let content = match self.held.get(&(sha256.clone(), name.clone())) {
            Some(held) => held.clone(),
            None => {
                self.bytes = self.bytes.saturating_add(bytes.len());
                if self.bytes > most {
                    return Err(Error::invalid(format!("the look files have more than {most} bytes together")).file(&path));
                }
                let content = Arc::new(Content { bytes, sha256: sha256.clone(), ops: OnceLock::new(), corrections: OnceLock::new() });
                self.held.insert((sha256, name), content.clone());
                content
            }
        };
        Ok(LookFile { reference: reference.to_owned(), path, place, content })
    }
}

impl LookFile {
    pub fn bytes(&self) -> &[u8] {
        &self.content.bytes
    }
    /// Of the bytes: 64 lower-case hex digits.
    pub fn sha256(&self) -> &str {
        &self.content.sha256
    }

    /// What it does; only CDL files have parts.
    pub(super) fn ops(&self, part: Option<&str>) -> Result<Vec<Op>> {
        lut::refuse_part(&self.path, part)?;
        self.content.ops.get_or_init(|| Ok(lut::parse(&self.path, self.bytes(), None)?.ops)).clone()
    }

    /// Whether it holds CDL corrections, which act in a working space.
    pub(super) fn is_cdl(&self) -> bool {
        cdl::is_cdl_file(&self.path)
    }

    /// The correction `id`; without one, the only correction of the file.
    pub(super) fn correction(&self, id: Option<&str>) -> Result<Cdl> {
        let at = |e: Error| e.file(&self.path);
        let all = self.content.corrections.get_or_init(|| cdl::parse(self.bytes())).as_ref().map_err(|e| at(e.clone()))?;
        let found = match id {
            Some(id) => all.iter().position(|c| c.id.as_deref() == Some(id)),
            None => Some(0).filter(|_| all.len() == 1),
        };
        let Some(cdl) = found.and_then(|at| all.get(at)) else {
            let ids: Vec<&str> = all.iter().filter_map(|c| c.id.as_deref()).take(5).collect();
            let ids = ids.join(", ");
            return Err(at(match id {
                Some(id) => Error::invalid(format!("the file has no such correction; it has {ids}")).field("ColorCorrectionRef").value(id),
                None => Error::invalid(format!("several corrections, and nothing says which: {ids}")),
            }));
        };
        cdl.validate().map_err(at)?;
        Ok(cdl.clone())
    }
}

/// The look files of an AMF, by the reference that names them.
#[derive(Clone, Debug, Default)]
pub struct Looks {
    found: BTreeMap<String, Result<Arc<LookFile>>>,
    /// Where chosen files are looked for; without it, there are no others than those found.
    folder: Option<PathBuf>,
    chosen: Arc<Mutex<ChosenFiles>>,
}

/// Files that were chosen, each read once, so that every plan of these looks renders the same bytes.
#[derive(Debug, Default)]
struct ChosenFiles {
    pool: Pool,
    found: BTreeMap<String, Arc<LookFile>>,
}

impl Looks {
    /// Reads every file that the pipeline of an AMF in `folder` names: `file` below that folder, `uuid` among the CLFs in it.
    /// What is missing is an error at the step that needs it.
    pub fn load(amf: &Amf, folder: &Path) -> Self {
        Self::default().and_of(amf, folder)
    }

    /// The files of another AMF in `folder`. What these have read is not read again, unless another content is stated for it.
    pub(super) fn and_of(&self, amf: &Amf, folder: &Path) -> Self {
        let mut found = BTreeMap::new();
        let mut pool = Pool::default();
        let known = |reference: &str, hash: Option<&amf::Hash>| {
            let file = self.found.get(reference).filter(|_| self.folder.as_deref() == Some(folder))?.as_ref().ok()?;
            hash.is_none_or(|hash| hash.verify(file.bytes()).is_ok()).then(|| file.clone())
        };
        let clfs = OnceCell::new();
        amf.pipeline.visit(&mut |_, transform| {
            let uuid = match &transform.reference {
                Reference::Uuid(uuid) => Some(uuid.as_str()),
                _ => None,
            };
            if let Some(reference) = transform.file_reference().or(uuid)
                && !found.contains_key(reference)
            {
                let read = match (known(reference, transform.hash.as_ref()), uuid) {
                    (Some(file), _) => {
                        pool.hold(&file);
                        Ok(file)
                    }
                    (None, Some(uuid)) => by_uuid(clfs.get_or_init(|| ClfIds::of(folder)), uuid, &mut pool).map(Arc::new),
                    (None, None) => by_name(folder, reference, &mut pool).map(Arc::new),
                };
                found.insert(reference.to_owned(), read);
            }
        });
        let chosen = match &self.folder {
            Some(same) if same == folder => self.chosen.clone(),
            _ => Arc::new(Mutex::new(ChosenFiles { pool, found: BTreeMap::new() })),
        };
        Self { found, folder: Some(folder.to_owned()), chosen }
    }

    /// Exactly these files: no other is ever read.
    pub(crate) fn sealed(files: Vec<LookFile>) -> Self {
        let found = files.into_iter().map(|f| (f.reference.clone(), Ok(Arc::new(f)))).collect();
        Self { found, folder: None, chosen: Arc::default() }
    }

    /// The file that the AMF names.
    pub(super) fn get(&self, reference: &str) -> Result<Arc<LookFile>> {
        let missing = || Error::invalid("file not found").field("file").value(reference);
        self.found.get(reference).cloned().unwrap_or_else(|| Err(missing()))
    }

    /// A file that a person chose: a path, relative to the folder of the AMF.
    pub(super) fn chosen(&self, path: &str) -> Result<Arc<LookFile>> {
        if let (Some(found), None) = (self.found.get(path), &self.folder) {
            return found.clone();
        }
        let Some(folder) = &self.folder else {
            return Err(Error::refused("the recipe does not carry this look file").field("transforms").value(path));
        };
        let mut chosen = self.chosen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = chosen.found.get(path) {
            return Ok(found.clone());
        }
        let full = folder.join(path);
        let bytes = lut::read_bytes(&full)?;
        let name = full.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        // Two chosen files may have one name.
        let place = format!("chosen/{}/{name}", &files::sha256(&bytes)[..8]);
        let file = Arc::new(chosen.pool.file(path, full, place, bytes)?);
        chosen.found.insert(path.to_owned(), file.clone());
        Ok(file)
    }
}

fn by_name(folder: &Path, reference: &str, pool: &mut Pool) -> Result<LookFile> {
    let path = amf::resolve(folder, reference)?;
    let place = amf::relative_path(reference).ok_or_else(|| Error::invalid("no path below the folder of the AMF").value(reference))?;
    let bytes = lut::read_bytes(&path)?;
    pool.file(reference, path, place, bytes)
}

fn by_uuid(clfs: &ClfIds, uuid: &str, pool: &mut Pool) -> Result<LookFile> {
    let path = clfs.find(uuid)?;
    let place = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let bytes = lut::read_bytes(&path)?;
    pool.file(uuid, path, place, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUBE: &[u8] = b"LUT_1D_SIZE 2\n0 0 0\n1 1 1\n";

    #[test]
    fn a_content_is_held_and_parsed_once() {
        let mut pool = Pool::default();
        let mut file = |reference: &str, path: &str| pool.file(reference, path.into(), reference.into(), CUBE.to_vec()).unwrap();
        let (a, b, other) = (file("a", "x/show.cube"), file("b", "y/show.cube"), file("c", "x/show.lut"));
        assert!(Arc::ptr_eq(&a.content, &b.content) && !Arc::ptr_eq(&a.content, &other.content));
        assert!(a.ops(None).is_ok() && b.content.ops.get().is_some() && other.ops(None).is_err());
        assert_eq!(a.ops(Some("x")).unwrap_err().exit_code(), 2);
    }

    #[test]
    fn all_together_are_bounded() {
        let mut pool = Pool::default();
        let most = 2 * CUBE.len() + 1;
        let mut take = |name: &str| pool.file_within(most, name, name.into(), name.into(), CUBE.to_vec());
        assert!(take("a.cube").is_ok() && take("b.cube").is_ok() && take("a.cube").is_ok());
        assert!(take("c.cube").unwrap_err().to_string().contains("c.cube"));
    }

    #[test]
    fn a_chosen_file_is_read_once() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.cube"), CUBE).unwrap();
        let looks = Looks { folder: Some(folder.path().to_owned()), ..Looks::default() };
        let first = looks.chosen("a.cube").unwrap();
        std::fs::write(folder.path().join("a.cube"), b"changed").unwrap();
        assert!(Arc::ptr_eq(&first, &looks.clone().chosen("a.cube").unwrap()));
    }
}
