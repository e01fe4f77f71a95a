//! Which clips the AMFs of a folder name. A folder of a thousand clips is asked a thousand times.

use crate::sidecar::amf::{self, ClipId};
use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{LazyLock, Mutex, PoisonError},
    time::SystemTime,
};

/// What a file was when it was read: it is read again once it is another.
type Stamp = (u64, Option<SystemTime>);

/// Entries that are remembered; beyond, all are forgotten.
const MOST_ENTRIES: usize = 16_384;

type Known = HashMap<PathBuf, (Stamp, Option<ClipId>)>;

static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);

/// The `clipId` of the AMF at `path`; none where it has none or cannot be read.
pub(super) fn clip_id(path: &Path) -> Option<ClipId> {
    let of = fs::metadata(path).ok()?;
    let stamp = (of.len(), of.modified().ok());
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((at, id)) = known().get(path)
        && *at == stamp
    {
        return id.clone();
    }
    // The files that it names are nobody's business here.
    let id = amf::read_bytes(path).and_then(|bytes| amf::parse(&bytes, None)).ok().and_then(|(amf, _)| amf.clip_id);
    let mut known = known();
    if known.len() >= MOST_ENTRIES {
        known.clear();
    }
    known.insert(path.to_owned(), (stamp, id.clone()));
    id
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
        let name = || clip_id(&path).map(|id| id.name);
        assert_eq!(name(), None);
        write("A001");
        assert_eq!(name().as_deref(), Some("A001"));
        write("A001C002");
        assert_eq!(name().as_deref(), Some("A001C002"));
        fs::write(&path, "no AMF").unwrap();
        assert_eq!(name(), None);
    }
}
