//! The state of a job as it lies where it delivers to, and whether what is there holds: what `prelight wall` and `prelight verify` say.
//! It is looked at again and again while its window is open.

use super::{
    Change, Dialog, Session, Verifying,
    given::text_of,
    jobs::{JobId, Lane},
    reports::Output,
};
use crate::{
    error::{Error, Result},
    render::{
        self, Against, Verified,
        store::Store,
        wall::{self, Cell, Wall, first_ranges},
    },
    words::count,
};
use std::{
    path::Path,
    sync::Arc,
    time::{Instant, SystemTime},
};

/// A look costs a tenth of the time at most.
const SELDOM: u32 = 10;
/// Cells of the strip of a clip, failures and stretches of frames that are listed of it, at most.
const CELLS: usize = 120;
const LISTED: usize = 12;
const STRETCHES: usize = 24;

/// What is known of the deliveries at a place.
pub struct Watched {
    /// A path or an address.
    pub place: String,
    /// What the last look has found that has found something, and when.
    pub seen: Option<(Arc<Seen>, SystemTime)>,
    /// Why the last look has found nothing.
    pub error: Option<Error>,
    pub verified: Verifying,
    /// When what is held against its receipts was read.
    pub verified_at: SystemTime,
    looking: Option<(JobId, Instant)>,
    /// When it is looked at again.
    next: Instant,
}

/// A wall as it is shown: worked out where it is read.
#[derive(Debug, PartialEq)]
pub struct Seen {
    /// `2 clips, 13 of 16 frames`.
    pub said: String,
    pub clips: Vec<SeenClip>,
    /// The first of the records that cannot be read, with their reasons, and how many there are.
    pub unreadable: Vec<String>,
    pub unread: usize,
}

#[derive(Debug, PartialEq)]
pub struct SeenClip {
    pub name: String,
    /// How far it is, in one line.
    pub said: String,
    pub is_done: bool,
    /// Its frames from first to last.
    pub cells: Vec<Cell>,
    /// The first of those that nobody has made good, and how many there are.
    pub failures: Vec<String>,
    pub failed: usize,
    /// What was made and is there no more.
    pub gone: Option<String>,
    /// Frames that are still to be made; empty where none is.
    pub left: String,
}

impl Seen {
    fn of(wall: &Wall) -> Self {
        let done: usize = wall.clips.iter().map(|c| c.done.len()).sum();
        let asked: usize = wall.clips.iter().map(|c| c.asked.len()).sum();
        Self {
            said: format!("{}, {done} of {}", count(wall.clips.len(), "clip"), count(asked, "frame")),
            clips: wall.clips.iter().map(SeenClip::of).collect(),
            unreadable: wall.unreadable.iter().take(LISTED).cloned().collect(),
            unread: wall.unreadable.len(),
        }
    }
}

impl SeenClip {
    fn of(clip: &wall::Clip) -> Self {
        Self {
            name: clip.name.clone(),
            said: clip.said(None),
            is_done: clip.is_done(),
            cells: clip.strip(CELLS),
            failures: clip.open_failures().take(LISTED).map(ToString::to_string).collect(),
            failed: clip.open_failures().count(),
            gone: clip.gone_said(),
            left: first_ranges(clip.left(), STRETCHES),
        }
    }
}

impl Watched {
    fn new(place: String) -> Self {
        Self {
            place,
            seen: None,
            error: None,
            verified: Verifying::NotAsked,
            verified_at: SystemTime::UNIX_EPOCH,
            looking: None,
            next: Instant::now(),
        }
    }
    pub fn is_verifying(&self) -> bool {
        matches!(self.verified, Verifying::Running(_))
    }
    fn verifies(&self, job: JobId) -> bool {
        matches!(self.verified, Verifying::Running(j) if j == job)
    }
    /// A verdict is of what was there then.
    fn forget_verdict(&mut self) {
        if !self.is_verifying() {
            self.verified = Verifying::NotAsked;
        }
    }
}

impl Session {
    /// The place that is looked at, or was last.
    pub fn watched(&self) -> Option<&Watched> {
        self.watched.as_ref()
    }

    fn sees_wall(&self) -> bool {
        self.view.dialogs.contains(&Dialog::Wall)
    }

    /// Opens the window on what lies at a place and looks at it; none closes it, or opens it on the one that was looked at last.
    ///
    /// # Errors
    /// No place, or an address of no store; a path that is not Unicode. Whether a job was there is told by the window.
    pub(super) fn show_wall(&mut self, place: Option<&Path>) -> Result<()> {
        if let Some(place) = place {
            let place = text_of(place)?;
            if self.watched.as_ref().is_none_or(|w| w.place != place) {
                self.let_go_of_wall();
                self.watched = Some(Watched::new(place));
            }
            self.view.show(Dialog::Wall);
        } else {
            self.view.toggle(Dialog::Wall);
        }
        let now = Instant::now();
        self.watched.iter_mut().for_each(|w| w.next = now);
        self.look_at_wall(now);
        Ok(())
    }

    fn let_go_of_wall(&mut self) {
        let Some(watched) = self.watched.take() else { return };
        let verifying = if let Verifying::Running(job) = watched.verified { Some(job) } else { None };
        watched.looking.map(|(job, _)| job).into_iter().chain(verifying).for_each(|job| self.jobs.cancel(job));
    }

    /// Looks, where somebody sees it and it is time.
    pub(super) fn look_at_wall(&mut self, now: Instant) {
        let is_seen = self.sees_wall();
        let Some(watched) = self.watched.as_mut().filter(|w| is_seen && w.looking.is_none() && w.next <= now) else { return };
        let place = watched.place.clone();
        let job = self.jobs.spawn(Lane::Wall, "Looking at a delivery", move |progress| {
            let found = Store::open(&place).and_then(|store| wall::read(&store, progress)).map(|wall| Seen::of(&wall));
            progress.check()?;
            Ok(Output::Wall(Box::new(found)))
        });
        watched.looking = Some((job, now));
    }

    /// When it is to be looked at again.
    pub(super) fn next_look_at_wall(&self) -> Option<Instant> {
        self.watched.as_ref().filter(|w| self.sees_wall() && w.looking.is_none()).map(|w| w.next)
    }

    pub(super) fn take_wall(&mut self, job: JobId, found: Result<Seen>, changes: &mut Vec<Change>) {
        let every = self.look_every;
        let Some(watched) = &mut self.watched else { return };
        let Some((_, begun)) = watched.looking.take_if(|(j, _)| *j == job) else { return };
        watched.next = Instant::now() + every.max(begun.elapsed() * SELDOM);
        match found {
            Ok(seen) => {
                if watched.seen.as_ref().is_some_and(|(before, _)| **before != seen) {
                    watched.forget_verdict();
                }
                (watched.seen, watched.error) = (Some((Arc::new(seen), SystemTime::now())), None);
            }
            Err(error) => {
                watched.forget_verdict();
                watched.error = Some(error);
            }
        }
        changes.push(Change::Wall);
    }

    /// Holds what lies at the place against its receipts.
    ///
    /// # Errors
    /// Refused where no place is looked at.
    pub(super) fn verify_wall(&mut self) -> Result<()> {
        let not = || Error::refused("no delivery is looked at").field("Wall/Verify");
        let watched = self.watched.as_mut().ok_or_else(not)?;
        let place = watched.place.clone();
        let job = self.jobs.spawn(Lane::Hold, "Verifying the delivery", move |progress| {
            let verified = render::verify_delivery(&Store::open(&place)?, &Against::default(), progress)?;
            Ok(Output::DeliveryVerified(verified))
        });
        (watched.verified, watched.verified_at) = (Verifying::Running(job), SystemTime::now());
        Ok(())
    }

    /// Whether it was this verification that came to an end.
    pub(super) fn wall_verified(&mut self, job: JobId, found: &Verified) -> bool {
        self.end_verifying(job, || Verifying::Done(found.clone()))
    }

    /// Whether it was a look or a verification that failed, or was stopped.
    pub(super) fn wall_failed(&mut self, job: JobId, error: &Error) -> bool {
        let every = self.look_every;
        if let Some(watched) = &mut self.watched
            && watched.looking.take_if(|(j, _)| *j == job).is_some()
        {
            watched.next = Instant::now() + every;
            watched.error = Some(error.clone());
            return true;
        }
        self.end_verifying(job, || Verifying::Failed(error.clone()))
    }

    fn end_verifying(&mut self, job: JobId, end: impl FnOnce() -> Verifying) -> bool {
        let Some(watched) = self.watched.as_mut().filter(|w| w.verifies(job)) else { return false };
        watched.verified = end();
        true
    }
}
