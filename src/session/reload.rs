//! Files that change on disk while the show is open: they are noticed, and read again when somebody says so.

use super::{
    Change, ClipId, Media, Session,
    jobs::{JobId, Lane, Waker},
    media::Opened,
    profile::Shelf,
    reports::Output,
    watch::{Known, Stamped, Watcher},
};
use crate::camera::Clip;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

/// Files of a clip that are looked at: of a sequence, some from its first frame to its last.
const SAMPLE: usize = 16;

/// Size and time of a file; `None` where there is none.
pub(super) type Stamp = Option<(u64, Option<SystemTime>)>;

/// Files, as they were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamps(Vec<(PathBuf, Stamp)>);

impl Stamps {
    pub(super) fn of<'a>(clip: &dyn Clip, opened: impl Iterator<Item = &'a Path>) -> Self {
        let files = clip.files();
        let step = files.len().div_ceil(SAMPLE).max(1);
        let last = files.last().cloned();
        let sampled: BTreeSet<PathBuf> = files.into_iter().step_by(step).chain(last).chain(opened.map(Path::to_owned)).collect();
        Self::at(sampled.into_iter())
    }
    pub(super) fn at(files: impl Iterator<Item = PathBuf>) -> Self {
        Self(files.map(|p| (p.clone(), stamp(&p))).collect())
    }
    pub(super) fn changed(&self) -> bool {
        self.0.iter().any(|(path, then)| stamp(path) != *then)
    }
}

pub(super) fn stamp(path: &Path) -> Stamp {
    fs::metadata(path).ok().map(|m| (m.len(), m.modified().ok()))
}

pub(super) struct Watch {
    looking: Option<JobId>,
    pub changed: BTreeSet<ClipId>,
    /// Whether files are looked at now and then.
    on: bool,
    pub watcher: Watcher,
}

impl Watch {
    pub fn new(every: Duration, waker: Waker) -> Self {
        Self { looking: None, changed: BTreeSet::new(), on: false, watcher: Watcher::new(every, waker) }
    }
}

impl Session {
    /// Clips whose files or sidecars are not what they were when they were opened.
    pub fn changed_clips(&self) -> &BTreeSet<ClipId> {
        &self.watch.changed
    }

    /// Has files looked at now, and every so often until it is said again: while the window is in front. The session is woken only where
    /// something has changed.
    pub fn watch_files(&mut self, on: bool) {
        self.watch.on = on;
        if on {
            self.look_at_files();
        }
        self.refresh_watch();
    }

    /// Says what is known of the files that are watched.
    pub(super) fn refresh_watch(&mut self) {
        if self.watch.looking.is_some() {
            return; // it is known afterwards
        }
        let all = || Known {
            clips: self.stamps(),
            changed: self.watch.changed.clone(),
            lists: self.cut_lists.stamps(),
            shelf: self.profiles.shelf().clone(),
        };
        let known = self.watch.on.then(all).filter(|k| !k.clips.is_empty() || !k.lists.is_empty() || k.shelf.has_files());
        self.watch.watcher.watch(known);
    }

    fn stamps(&self) -> Vec<Stamped> {
        self.media.iter().filter_map(|(id, m)| if let Media::Ready(o) = m { Some((*id, o.stamps.clone())) } else { None }).collect()
    }

    /// Looks whether files have changed; off this thread.
    pub fn look_at_files(&mut self) {
        if self.watch.looking.is_some() {
            return;
        }
        let all = self.stamps();
        let lists = self.cut_lists.stamps();
        let shelf = self.profiles.shelf().clone();
        if all.is_empty() && lists.is_empty() && !shelf.has_files() {
            return;
        }
        self.watch.looking = Some(self.jobs.spawn(Lane::Save, "Looking for changed files", move |progress| {
            let mut changed = BTreeSet::new();
            for (id, stamps) in all {
                progress.check()?;
                if stamps.changed() {
                    changed.insert(id);
                }
            }
            let lists = lists.into_iter().filter(|(_, stamps)| stamps.changed()).map(|(path, _)| path).collect();
            Ok(Output::Changed(changed, lists, shelf.changed().then(|| shelf.read_again())))
        }));
    }

    pub(super) fn take_changed(
        &mut self,
        job: JobId,
        changed: BTreeSet<ClipId>,
        lists: BTreeSet<PathBuf>,
        shelf: Option<Shelf>,
        changes: &mut Vec<Change>,
    ) {
        if self.watch.looking.take_if(|j| *j == job).is_none() {
            return;
        }
        if self.read_lists_again(lists) {
            changes.push(Change::Show);
        }
        if let Some(shelf) = shelf {
            self.offer_profiles(shelf);
        }
        for id in changed.difference(&self.watch.changed) {
            if let Some(entry) = self.document.clip(*id) {
                self.log.info(format!("{}: changed on disk", entry.path.display()));
            }
        }
        let changed = changed.into_iter().filter(|id| self.opened(*id).is_some()).collect();
        if changed != self.watch.changed {
            self.watch.changed = changed;
            changes.push(Change::Clips);
        }
    }

    /// Whether the job was this one.
    pub(super) fn look_failed(&mut self, job: JobId) -> bool {
        self.watch.looking.take_if(|j| *j == job).is_some()
    }

    /// Opens clips again that changed on disk.
    pub(super) fn reload(&mut self) {
        for id in std::mem::take(&mut self.watch.changed) {
            if let Some(opened) = self.opened(id) {
                let frame = opened.playhead;
                self.keep_frame(id, frame);
            }
            self.drop_media(id);
        }
    }
}

impl Opened {
    /// What the clip was read from, beside its own files.
    pub(super) fn sidecar_paths(&self) -> impl Iterator<Item = &Path> {
        let s = &self.planned.sidecars;
        let documents = [s.amf.as_ref().map(|d| &*d.path), s.fdl.as_ref().map(|d| &*d.path), s.cdl.as_ref().map(|d| &*d.path)];
        documents.into_iter().chain([s.still.as_deref()]).flatten()
    }
}
