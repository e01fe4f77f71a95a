//! Which clips the AMFs and FDLs of a folder name. A folder of a thousand clips is asked a thousand times.

use crate::sidecar::{
    amf::{self, ClipId, Media},
    fdl,
};
use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::SystemTime,
};

/// What a file was when it was read: it is read again once it is another.
type Stamp = (u64, Option<SystemTime>);

/// Entries that are remembered; beyond, all are forgotten.
const MOST_ENTRIES: usize = 16_384;

/// What a document says it is, and of which clips.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Claims {
    /// Of an AMF: what `AMF_UUID` means.
    pub uuid: Option<String>,
    pub clips: Vec<ClipId>,
}

type Known = HashMap<PathBuf, (Stamp, Arc<Claims>)>;

static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);

/// What the AMF or FDL at `path` says; nothing where it cannot be read.
pub(crate) fn claims(path: &Path) -> Arc<Claims> {
    let Ok(of) = fs::metadata(path) else { return Arc::default() };
    let stamp = (of.len(), of.modified().ok());
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((at, claims)) = known().get(path)
        && *at == stamp
    {
        return claims.clone();
    }
    let claims: Arc<Claims> = read(path).unwrap_or_default().into();
    let mut known = known();
    if known.len() >= MOST_ENTRIES {
        known.clear();
    }
    known.insert(path.to_owned(), (stamp, claims.clone()));
    claims
}

fn read(path: &Path) -> Option<Claims> {
    if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("fdl")) {
        let (fdl, _) = fdl::parse(&fdl::read_bytes(path).ok()?).ok()?;
        let clips = fdl.contexts.into_iter().filter_map(|context| context.clip_id).map(|id| {
            let sequence = id.sequence.map(|s| Media::Sequence { template: s.value, idx: s.idx, min: s.min.into(), max: s.max.into() });
            ClipId { name: id.clip_name, media: sequence.or(id.file.map(Media::File)), ..ClipId::default() }
        });
        return Some(Claims { uuid: None, clips: clips.collect() });
    }
    // The files that it names are nobody's business here.
    let (amf, _) = amf::parse(&amf::read_bytes(path).ok()?, None).ok()?;
    Some(Claims { uuid: amf.info.uuid.clone(), clips: amf.clip_id.into_iter().collect() })
}

impl Claims {
    /// Whether it names the clip of this name.
    pub fn is_of(&self, clip: &str) -> bool {
        self.clips.iter().any(|id| id.is_of(clip))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sidecar::amf::{Amf, Author, Media};

    #[test]
    fn a_file_that_changes_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.amf");
        let write = |name: &str| {
            let id = ClipId::new(name, Media::File(format!("{name}.mov")));
            let now = time::macros::datetime!(2026-01-01 0:00 UTC);
            fs::write(&path, amf::write(&Amf::new_v2("d", Author::new("n", "n@n"), Some(id), now, uuid::Uuid::from_u128(1)))).unwrap();
        };
        let name = || claims(&path).clips.first().map(|id| id.name.clone());
        assert_eq!(name(), None);
        write("A001");
        assert_eq!(name().as_deref(), Some("A001"));
        write("A001C002");
        assert_eq!(name().as_deref(), Some("A001C002"));
        fs::write(&path, "no AMF").unwrap();
        assert_eq!(name(), None);
    }
}
