//! A file of this machine goes to an object store in parts, a few at once, and appears under its name when it is whole. What fails is taken
//! back; of a process that is killed the store keeps parts that nobody sees, until its rule for those takes them away.

use super::{
    Put,
    parts::{IN_FLIGHT, PART, ranges},
    runtime,
};
use crate::error::{InFile, Result};
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::{
    Error as StoreError, MultipartId, ObjectStore, ObjectStoreExt,
    multipart::{MultipartStore, PartId},
    path::Path,
};
use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    ops::Range,
    path::Path as FilePath,
    sync::Arc,
};

/// Parts of an upload, at most: those of S3 and of Google Cloud Storage.
const MOST: u64 = 10_000;

/// How an object is made of parts.
#[derive(Clone)]
pub(super) struct Uploads {
    pub parts: Arc<dyn MultipartStore>,
    pub ending: Ending,
}

/// How a store keeps an upload from the place of another object.
#[derive(Clone)]
pub(super) enum Ending {
    /// The end of an upload has a condition (`If-None-Match: *`): this client sets it.
    Conditional(Arc<dyn MultipartStore>),
    /// It has none, and a copy within the store has.
    Copied,
    /// Neither: the name is looked at before the end. Of two tasks that end in one moment the later one's object stays.
    LookedAt,
}

/// Why it is not there.
#[derive(Debug)]
pub(super) enum Failed {
    Here(crate::error::Error),
    There(StoreError),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::There(error)
    }
}

/// Whether a file has to go in parts.
pub(super) fn is_large(length: u64) -> bool {
    length > PART
}

/// Uploads a file under a name; with `replace`, in the place of what is there.
pub(super) fn upload(
    store: &dyn ObjectStore,
    uploads: &Uploads,
    to: &Path,
    aside: &Path,
    file: &FilePath,
    replace: bool,
) -> Result<Result<Put, Failed>> {
    let length = std::fs::metadata(file).in_file(file)?.len();
    runtime::wait_for_end(async {
        let taken = async || match store.head(to).await {
            Ok(_) => Ok(true),
            Err(StoreError::NotFound { .. }) => Ok(false),
            Err(error) => Err(Failed::from(error)),
        };
        // Before its bytes go.
        if !replace && taken().await? {
            return Ok(Put::Exists);
        }
        let own = &*uploads.parts;
        let into = |to| Upload { store: own, to, file, length };
        match &uploads.ending {
            _ if replace => into(to).whole(own, None).await,
            Ending::Conditional(last) => into(to).whole(&**last, None).await,
            Ending::LookedAt => into(to).whole(own, Some(store)).await,
            Ending::Copied => {
                into(aside).whole(own, None).await?;
                let copied = store.copy_if_not_exists(aside, to).await;
                let gone = store.delete(aside).await;
                match copied {
                    Err(error) => is_taken(error),
                    Ok(()) => gone.map(|()| Put::Written).map_err(Failed::from),
                }
            }
        }
    })
}

/// What is put together: a file, to an object.
struct Upload<'a> {
    store: &'a dyn MultipartStore,
    to: &'a Path,
    file: &'a FilePath,
    length: u64,
}

impl Upload<'_> {
    /// `last` says that it is whole; in `look` the name is looked at before.
    async fn whole(&self, last: &dyn MultipartStore, look: Option<&dyn ObjectStore>) -> Result<Put, Failed> {
        let Self { store, to, .. } = *self;
        let id = store.create_multipart(to).await?;
        let sent = self.send(&id, last, look).await;
        if !matches!(sent, Ok(Put::Written)) {
            // What is told is why it failed, not whether this does.
            _ = store.abort_multipart(to, &id).await;
        }
        sent
    }

    async fn send(&self, id: &MultipartId, last: &dyn MultipartStore, look: Option<&dyn ObjectStore>) -> Result<Put, Failed> {
        let Self { store, to, file, length } = *self;
        let put = async |(i, range): (usize, Range<u64>)| -> Result<PartId, Failed> {
            let bytes = piece(file, range).map_err(Failed::Here)?;
            Ok(store.put_part(to, id, i, bytes.into()).await?)
        };
        let pieces = ranges(length, PART.max(length.div_ceil(MOST))).enumerate();
        let parts: Vec<PartId> = stream::iter(pieces).map(put).buffered(IN_FLIGHT).try_collect().await?;
        if let Some(look) = look
            && look.head(to).await.is_ok()
        {
            return Ok(Put::Exists);
        }
        match last.complete_multipart(to, id, parts).await {
            Ok(_) => Ok(Put::Written),
            Err(error) => is_taken(error),
        }
    }
}

fn is_taken(error: StoreError) -> Result<Put, Failed> {
    match error {
        StoreError::AlreadyExists { .. } | StoreError::Precondition { .. } => Ok(Put::Exists),
        error => Err(Failed::There(error)),
    }
}

fn piece(path: &FilePath, range: Range<u64>) -> Result<Vec<u8>> {
    let mut file = File::open(path).in_file(path)?;
    file.seek(SeekFrom::Start(range.start)).in_file(path)?;
    let mut bytes = vec![0; (range.end - range.start) as usize];
    file.read_exact(&mut bytes).in_file(path)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use object_store::memory::InMemory;

    #[test]
    fn a_store_without_a_condition_at_the_end_keeps_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, seed: u8| {
            let bytes: Vec<u8> = (0..2 * PART + 5).map(|i| (i >> 9) as u8 ^ seed).collect();
            let path = folder.path().join(name);
            std::fs::write(&path, &bytes).unwrap();
            (path, bytes)
        };
        let ((first, bytes), (second, other)) = (write("a", 0), write("b", 1));
        assert!(is_large(bytes.len() as u64) && !is_large(PART));
        for ending in [Ending::Copied, Ending::LookedAt] {
            let memory = Arc::new(InMemory::new());
            let uploads = Uploads { parts: memory.clone(), ending };
            let (to, aside) = (Path::from("x/movie.mov"), Path::from("x/.movie.mov.part"));
            let put = |file: &FilePath, replace| upload(&*memory, &uploads, &to, &aside, file, replace).unwrap().unwrap();
            let now = || runtime::wait(async { memory.get(&to).await?.bytes().await }).unwrap().unwrap();
            assert_eq!(put(&first, false), Put::Written);
            assert_eq!((put(&second, false), now() == bytes), (Put::Exists, true));
            assert_eq!((put(&second, true), now() == other), (Put::Written, true));
            let all: Vec<_> = runtime::wait(memory.list(None).try_collect()).unwrap().unwrap();
            assert_eq!(all.len(), 1, "{all:?}");
            assert!(matches!(upload(&*memory, &uploads, &aside, &to, &folder.path().join("none"), false), Err(e) if e.exit_code() == 20));
        }
    }
}
