//! The files that an AMF names: read once, so that what was hashed is what is rendered.

use crate::{
    color::Op,
    error::{Error, Result},
    files,
    sidecar::{
        amf::{self, Amf, Reference},
        cdl::{self, Cdl},
        lut,
    },
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
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
    pub bytes: Vec<u8>,
    /// Of the bytes: 64 lower-case hex digits.
    pub sha256: String,
}

impl LookFile {
    /// A file whose bytes are already there.
    pub(crate) fn new(reference: &str, path: PathBuf, place: String, bytes: Vec<u8>) -> Self {
        let sha256 = files::sha256(&bytes);
        Self { reference: reference.to_owned(), path, place, bytes, sha256 }
    }

    /// What it does. `part` names a correction of a CDL file.
    pub(super) fn ops(&self, part: Option<&str>) -> Result<Vec<Op>> {
        Ok(lut::parse(&self.path, &self.bytes, part)?.ops)
    }

    /// Whether it holds CDL corrections, which act in a working space.
    pub(super) fn is_cdl(&self) -> bool {
        self.path.extension().is_some_and(|e| ["cc", "ccc", "cdl"].iter().any(|known| e.eq_ignore_ascii_case(known)))
    }

    /// The correction `id`; without one, the only correction of the file.
    pub(super) fn correction(&self, id: Option<&str>) -> Result<Cdl> {
        let at = |e: Error| e.file(&self.path);
        let mut all = cdl::parse(&self.bytes).map_err(at)?;
        let found = match id {
            Some(id) => all.iter().position(|c| c.id.as_deref() == Some(id)),
            None => Some(0).filter(|_| all.len() == 1),
        };
        let Some(found) = found else {
            let ids: Vec<&str> = all.iter().filter_map(|c| c.id.as_deref()).take(5).collect();
            let ids = ids.join(", ");
            return Err(at(match id {
                Some(id) => Error::invalid(format!("the file has no such correction; it has {ids}")).field("ColorCorrectionRef").value(id),
                None => Error::invalid(format!("several corrections, and nothing says which: {ids}")),
            }));
        };
        let cdl = all.swap_remove(found);
        cdl.validate().map_err(at)?;
        Ok(cdl)
    }
}

/// Bytes of all look files of one AMF together.
const MOST_BYTES: usize = 1 << 30;

/// The look files of an AMF, by the reference that names them.
#[derive(Clone, Debug, Default)]
pub struct Looks {
    found: BTreeMap<String, Result<Arc<LookFile>>>,
    /// Where chosen files are looked for; without it, there are no others than those found.
    folder: Option<PathBuf>,
}

impl Looks {
    /// Reads every file that the pipeline of an AMF in `folder` names: `file` below that folder, `uuid` among the CLFs in it.
    /// What is missing is an error at the step that needs it.
    pub fn load(amf: &Amf, folder: &Path) -> Self {
        let mut looks = Self { found: BTreeMap::new(), folder: Some(folder.to_owned()) };
        let mut left = MOST_BYTES;
        amf.pipeline.visit(&mut |_, transform| {
            let uuid = match &transform.reference {
                Reference::Uuid(uuid) => Some(uuid.as_str()),
                _ => None,
            };
            if let Some(reference) = transform.file_reference().or(uuid)
                && !looks.found.contains_key(reference)
            {
                let read = if uuid.is_some() { by_uuid(folder, reference) } else { by_name(folder, reference) };
                let fitting = read.and_then(|file| match left.checked_sub(file.bytes.len()) {
                    Some(rest) => {
                        left = rest;
                        Ok(Arc::new(file))
                    }
                    None => Err(Error::invalid(format!("the look files of the AMF have more than {MOST_BYTES} bytes")).file(&file.path)),
                });
                looks.found.insert(reference.to_owned(), fitting);
            }
        });
        looks
    }

    /// Exactly these files: no other is ever read.
    pub(crate) fn sealed(files: Vec<LookFile>) -> Self {
        let found = files.into_iter().map(|f| (f.reference.clone(), Ok(Arc::new(f)))).collect();
        Self { found, folder: None }
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
        let full = folder.join(path);
        let bytes = lut::read_bytes(&full)?;
        let name = full.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        // Two chosen files may have one name.
        let place = format!("chosen/{}/{name}", &files::sha256(&bytes)[..8]);
        Ok(Arc::new(LookFile::new(path, full, place, bytes)))
    }
}

fn by_name(folder: &Path, reference: &str) -> Result<LookFile> {
    let path = amf::resolve(folder, reference)?;
    let place = amf::relative_path(reference).ok_or_else(|| Error::invalid("no path below the folder of the AMF").value(reference))?;
    Ok(LookFile::new(reference, path.clone(), place, lut::read_bytes(&path)?))
}

fn by_uuid(folder: &Path, uuid: &str) -> Result<LookFile> {
    let path = amf::resolve_uuid(folder, uuid)?;
    let place = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(LookFile::new(uuid, path.clone(), place, lut::read_bytes(&path)?))
}
