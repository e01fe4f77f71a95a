//! The clips of a pull are asked several times: by the recipe, by what lies at the place of delivery, and to be rendered. They stay open
//! meanwhile, as many as have room here, so that what lies in a bucket is fetched once.

use crate::{
    camera::{self, Clip},
    error::Result,
    library::Source,
    progress::Progress,
    render::open_clip_sized,
};
use std::{
    collections::VecDeque,
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

/// Clips that stay open, at most: each may hold files of the process.
const MOST: usize = 64;
/// Bytes that what was fetched of them may take on this machine.
const ROOM: u64 = 16 << 30;

/// Open clips, those used last behind.
#[derive(Default)]
pub(super) struct Opened(Mutex<VecDeque<One>>);

struct One {
    path: PathBuf,
    clip: Arc<dyn Clip>,
    /// Bytes of it that are here because it was fetched.
    room: u64,
}

impl Opened {
    /// Takes in a clip that is open already; as many as have room.
    pub fn keep(&self, clip: Arc<dyn Clip>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() < MOST && !all.iter().any(|one| one.path == clip.path()) {
            all.push_back(One { path: clip.path().to_owned(), clip, room: 0 });
        }
    }

    /// A clip of the library, on this machine or in an object store.
    ///
    /// # Errors
    /// As [`open_clip`](crate::render::open_clip); cancelled.
    pub fn clip(&self, source: &Source, progress: &Progress) -> Result<Arc<dyn Clip>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.iter().position(|one| one.path == source.path).and_then(|place| all.remove(place));
        let one = match known {
            Some(one) => one,
            None => {
                let (clip, room) = match source.address() {
                    Some(address) => open_clip_sized(address)?,
                    None => (camera::open_watched(&source.path, progress)?, 0),
                };
                One { path: source.path.clone(), clip, room }
            }
        };
        let clip = one.clip.clone();
        all.push_back(one);
        // The one that is asked for stays, however large it is.
        while all.len() > 1 && (all.len() > MOST || all.iter().map(|one| one.room).fold(0, u64::saturating_add) > ROOM) {
            all.pop_front();
        }
        Ok(clip)
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} open", self.0.lock().unwrap_or_else(PoisonError::into_inner).len())
    }
}
