//! An object that is too large for memory comes in parts: a few are on their way at once, and each is asked for again where a connection
//! breaks. All are of one content: the tag of the first word about it is a condition of every other.

use super::runtime::{self, pause};
use crate::error::{Error, ErrorKind, Result};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use object_store::{Error as StoreError, GetOptions, GetRange, ObjectMeta, ObjectStore};
use std::{ops::Range, sync::Arc};

/// Bytes of a part.
pub(super) const PART: u64 = 8 << 20;
/// Parts that are on their way at once, and with them bytes in memory.
pub(super) const IN_FLIGHT: usize = 4;
/// How often a part is asked for whose bytes do not come. The client of the store has its own retries of requests.
const TRIES: u32 = 5;

/// What became of a part.
#[derive(Debug)]
pub(super) enum Lost {
    /// The object is another by now.
    Changed,
    Said(StoreError),
}

/// Hands over an object from its start to its end.
///
/// # Errors
/// What `take` says; what the store says.
pub(super) fn read(
    store: &Arc<dyn ObjectStore>,
    about: &ObjectMeta,
    mut take: impl FnMut(&[u8]) -> Result<()>,
) -> Result<Result<(), Lost>> {
    let ask = |range: Range<u64>| {
        let (store, about) = (store.clone(), about.clone());
        // A task of its own: it goes on while what came before is taken.
        tokio::spawn(async move { part(&*store, &about, range).await })
    };
    runtime::wait(async {
        let mut coming = stream::iter(ranges(about.size, PART)).map(ask).buffered(IN_FLIGHT);
        while let Some(part) = coming.next().await {
            match part.map_err(|e| Error::new(ErrorKind::TryAgain, format!("the thread of a part has ended: {e}")))? {
                Ok(bytes) => take(&bytes)?,
                Err(lost) => return Ok(Err(lost)),
            }
        }
        Ok(Ok(()))
    })?
}

async fn part(store: &dyn ObjectStore, about: &ObjectMeta, range: Range<u64>) -> Result<Bytes, Lost> {
    let mut tries = 0;
    loop {
        match once(store, about, range.clone()).await {
            Err(Lost::Said(_)) if tries + 1 < TRIES => tries += 1,
            done => return done,
        }
        pause(tries).await;
    }
}

async fn once(store: &dyn ObjectStore, about: &ObjectMeta, range: Range<u64>) -> Result<Bytes, Lost> {
    let options = GetOptions { range: Some(GetRange::Bounded(range.clone())), if_match: about.e_tag.clone(), ..GetOptions::default() };
    let got = match store.get_opts(&about.location, options).await {
        Ok(got) => got,
        Err(StoreError::Precondition { .. }) => return Err(Lost::Changed),
        Err(error) => return Err(Lost::Said(error)),
    };
    // Not every store obeys the condition.
    let same = got.meta.size == about.size
        && match (&got.meta.e_tag, &about.e_tag) {
            (Some(found), Some(tag)) => found == tag,
            _ => got.meta.last_modified == about.last_modified,
        };
    if !same {
        return Err(Lost::Changed);
    }
    let bytes = got.bytes().await.map_err(Lost::Said)?;
    let short = || StoreError::Generic { store: "part", source: "ended before its end".into() };
    if bytes.len() as u64 == range.end - range.start { Ok(bytes) } else { Err(Lost::Said(short())) }
}

/// All of `length` bytes, in pieces of `most`.
pub(super) fn ranges(length: u64, most: u64) -> impl Iterator<Item = Range<u64>> {
    let most = most.max(1);
    (0..length.div_ceil(most)).map(move |i| i * most..((i + 1) * most).min(length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use object_store::{ObjectStoreExt, memory::InMemory};

    #[test]
    fn an_object_comes_in_order_and_is_of_one_content() {
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let path = object_store::path::Path::from("a");
        let put = |seed: u8| -> (Vec<u8>, ObjectMeta) {
            let bytes: Vec<u8> = (0..6 * PART + 3).map(|i| (i >> 10) as u8 ^ seed).collect();
            let about = runtime::wait(async {
                store.put(&path, bytes.clone().into()).await?;
                store.head(&path).await
            });
            (bytes, about.unwrap().unwrap())
        };
        let (bytes, about) = put(0);
        let mut came = vec![];
        let all = read(&store, &about, |piece| {
            came.extend_from_slice(piece);
            Ok(())
        });
        assert!(all.unwrap().is_ok() && came == bytes);
        assert_eq!(read(&store, &about, |_| Err(Error::cancelled())).unwrap_err(), Error::cancelled());
        // Another of the same length, in the middle.
        let mut pieces = 0;
        let changed = read(&store, &about, |_| {
            pieces += 1;
            if pieces == 1 {
                put_in_a_thread(&store, &path);
            }
            Ok(())
        });
        assert!(matches!(changed.unwrap(), Err(Lost::Changed)) && pieces < 7, "{pieces}");
    }

    fn put_in_a_thread(store: &Arc<dyn ObjectStore>, path: &object_store::path::Path) {
        let put = || runtime::wait(store.put(path, vec![7; 6 * PART as usize + 3].into())).unwrap().map(drop).unwrap();
        std::thread::scope(|scope| scope.spawn(put).join().unwrap());
    }

    #[test]
    fn parts_are_all_of_it() {
        let list = |length, most| ranges(length, most).collect::<Vec<_>>();
        assert_eq!(list(0, 4), []);
        assert_eq!(list(8, 4), [0..4, 4..8]);
        assert_eq!(list(9, 4), [0..4, 4..8, 8..9]);
    }
}
