//! Clips of a library found from the window: the index that `prelight index` makes, asked as `prelight find` asks it.

use super::{
    Change, Dialog, Session,
    given::text_of,
    jobs::{JobId, Lane},
    latest::Latest,
    reports::Output,
};
use crate::{
    error::{Error, ErrorKind, Result},
    library::{Hit, Library, Query, SIDE, address},
    progress::Progress,
    render,
};
use std::{
    io::Cursor,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// Clips that are shown of a search, at most.
pub const SHOWN: usize = 100;

/// What a search found.
pub struct Found {
    /// By name.
    pub clips: Vec<FoundClip>,
    /// Whether more of them fit.
    pub more: bool,
}

pub struct FoundClip {
    pub hit: Hit,
    /// The small picture, where the index has one.
    pub picture: Option<SmallPicture>,
}

/// 8 bits a channel, as it is displayed.
pub struct SmallPicture {
    pub size: [u32; 2],
    pub rgb: Vec<u8>,
}

/// Whether a clip can be taken into the show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach<'a> {
    Within,
    /// It could not be read when the index was made.
    Failed(&'a str),
    /// It is no more where it was.
    Gone,
    /// Only the command line reads there.
    Store,
}

impl FoundClip {
    pub fn reach(&self) -> Reach<'_> {
        match &self.hit {
            Hit { error: Some(why), .. } => Reach::Failed(why),
            Hit { gone: true, .. } => Reach::Gone,
            Hit { path, .. } if address(path).is_some() => Reach::Store,
            _ => Reach::Within,
        }
    }
}

/// An index, once it is open, and which opening of the session it is.
type Shared = Arc<Mutex<Option<(u64, Library)>>>;

/// The library in use, and what was found in it last.
#[derive(Default)]
pub(super) struct Finder {
    /// Opened, and closed, by searches alone: both may take long.
    library: Shared,
    /// The opening that is meant.
    opening: u64,
    /// What was asked last.
    query: String,
    /// What is wrong with it.
    wrong: Option<Error>,
    /// Why the library cannot be opened or read. It is not tried again before it is chosen or its window opened again.
    unreadable: Option<Error>,
    search: Latest<(), Arc<Found>>,
}

impl Finder {
    pub fn take(&mut self, job: JobId, found: Found, changes: &mut Vec<Change>) {
        if self.search.take(job, Arc::new(found)) {
            changes.push(Change::Library);
        }
    }
    /// Whether the job was ours.
    pub fn failed(&mut self, job: JobId, error: &Error) -> bool {
        let ours = self.search.fail(job, error);
        if ours {
            self.search.clear();
            // Another process may be done writing when the next letter is typed.
            let stays = error.kind() != ErrorKind::TryAgain;
            *if stays { &mut self.unreadable } else { &mut self.wrong } = Some(error.clone());
        }
        ours
    }
}

impl Session {
    /// The library that is searched, a path or an address; kept with the settings.
    pub fn library(&self) -> Option<&str> {
        self.preferences().library.as_deref()
    }
    /// What was found last.
    pub fn found_in_library(&self) -> Option<&Arc<Found>> {
        self.finder.search.made()
    }
    /// Why nothing was found: the search is none, or the library cannot be read.
    pub fn library_error(&self) -> Option<&Error> {
        self.finder.unreadable.as_ref().or(self.finder.wrong.as_ref())
    }
    /// What was asked last.
    pub fn library_query(&self) -> &str {
        &self.finder.query
    }

    /// Opens the window of the library, or closes it. A file may have grown since it was searched, or be another by now; what is in a
    /// store was fetched for good.
    pub(super) fn toggle_library(&mut self) {
        self.view.toggle(Dialog::Library);
        if self.view.dialogs.contains(&Dialog::Library) {
            let is_file = self.library().is_some_and(|location| address(Path::new(location)).is_none());
            self.search_anew(is_file || self.finder.unreadable.is_some());
        }
    }

    /// Chooses a library, a path or an address, and shows what is in it.
    ///
    /// # Errors
    /// An address of no store; a path that is not Unicode. Whether it is a library is told by the search.
    pub(super) fn use_library(&mut self, location: &Path) -> Result<()> {
        self.adopt_library(text_of(location)?)?;
        self.view.show(Dialog::Library);
        Ok(())
    }

    pub(super) fn adopt_library(&mut self, location: String) -> Result<()> {
        self.keep_library(location)?;
        self.finder.search.clear();
        self.forget_indexing();
        self.search_anew(true);
        Ok(())
    }

    /// Searches once more for what was asked last; `anew`: with the library opened anew.
    pub(super) fn search_anew(&mut self, anew: bool) {
        if anew {
            self.finder.unreadable = None;
            self.finder.opening += 1;
        }
        let query = self.finder.query.clone();
        self.search_library(&query);
    }

    /// Searches the library for what is asked now. A search for anything else is let go.
    pub(super) fn search_library(&mut self, text: &str) {
        if let Some(job) = self.finder.search.let_go_unless(None) {
            self.jobs.cancel(job);
        }
        text.clone_into(&mut self.finder.query);
        self.finder.wrong = None;
        let Some(location) = self.library().map(str::to_owned).filter(|_| self.finder.unreadable.is_none()) else { return };
        let query: Query = match text.parse() {
            Ok(query) => query,
            Err(error) => {
                self.finder.wrong = Some(error);
                return;
            }
        };
        let (library, opening) = (self.finder.library.clone(), self.finder.opening);
        let job = self.jobs.spawn(Lane::Library, "Searching the library", move |progress| {
            searched(&library, opening, &location, &query, progress).map(|found| Output::Found(Box::new(found)))
        });
        self.finder.search.start((), job);
    }
}

fn searched(shared: &Shared, opening: u64, location: &str, query: &Query, progress: &Progress) -> Result<Found> {
    // Another was asked for meanwhile.
    progress.check()?;
    let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
    shared.take_if(|(nth, _)| *nth != opening);
    let (_, library) = match &mut *shared {
        Some(open) => open,
        none => none.insert((opening, render::open_library(location, progress)?)),
    };
    let (hits, more) = library.find_first(query, SHOWN)?;
    let mut clips = Vec::with_capacity(hits.len());
    for hit in hits {
        progress.check()?;
        let picture = library.picture(&hit.path)?.and_then(|small| decoded(&small.jpeg));
        clips.push(FoundClip { hit, picture });
    }
    Ok(Found { clips, more })
}

/// A picture of the index; one that is none is left out, or larger than those are that are made: the file may come from anybody.
fn decoded(jpeg: &[u8]) -> Option<SmallPicture> {
    let mut reader = ::image::ImageReader::with_format(Cursor::new(jpeg), ::image::ImageFormat::Jpeg);
    let mut limits = ::image::Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(SIDE), Some(SIDE));
    reader.limits(limits);
    let picture = reader.decode().ok()?.into_rgb8();
    Some(SmallPicture { size: [picture.width(), picture.height()], rgb: picture.into_raw() })
}
