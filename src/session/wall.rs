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
        wall::{self, Wall},
    },
};
use std::{
    path::Path,
    sync::Arc,
    time::{Instant, SystemTime},
};

/// A look costs a tenth of the time at most.
const SELDOM: u32 = 10;

/// What is known of the deliveries at a place.
pub struct Watched {
    /// A path or an address.
    pub place: String,
    /// What the last look has found that has found something, and when.
    pub seen: Option<(Arc<Wall>, SystemTime)>,
    /// Why the last look has found nothing.
    pub error: Option<Error>,
    pub verified: Verifying,
    looking: Option<(JobId, Instant)>,
    /// When it is looked at again.
    next: Instant,
}

impl Watched {
    fn new(place: String) -> Self {
        Self { place, seen: None, error: None, verified: Verifying::NotAsked, looking: None, next: Instant::now() }
    }
    pub fn is_verifying(&self) -> bool {
        matches!(self.verified, Verifying::Running(_))
    }
    fn verifies(&self, job: JobId) -> bool {
        matches!(self.verified, Verifying::Running(j) if j == job)
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

    /// Opens the window on what lies at a place; null closes it, or opens it on the one that was looked at last.
    ///
    /// # Errors
    /// No place, or an address of no store. Whether a job was there is told by the window.
    pub(super) fn show_wall(&mut self, place: Option<&str>) -> Result<()> {
        let Some(place) = place.map(str::trim) else {
            self.view.toggle(Dialog::Wall);
            self.look_at_wall(Instant::now());
            return Ok(());
        };
        let place = text_of(Path::new(place))?;
        if self.watched.as_ref().is_none_or(|w| w.place != place) {
            self.let_go_of_wall();
            self.watched = Some(Watched::new(place));
        }
        if !self.sees_wall() {
            self.view.open(Dialog::Wall);
        }
        self.look_at_wall(Instant::now());
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
            let found = Store::open(&place).and_then(|store| wall::read(&store, progress));
            progress.check()?;
            Ok(Output::Wall(Box::new(found)))
        });
        watched.looking = Some((job, now));
    }

    /// When it is to be looked at again.
    pub(super) fn next_look_at_wall(&self) -> Option<Instant> {
        self.watched.as_ref().filter(|w| self.sees_wall() && w.looking.is_none()).map(|w| w.next)
    }

    pub(super) fn take_wall(&mut self, job: JobId, found: Result<Wall>, changes: &mut Vec<Change>) {
        let every = self.look_every;
        let Some(watched) = &mut self.watched else { return };
        let Some((_, begun)) = watched.looking.take_if(|(j, _)| *j == job) else { return };
        watched.next = Instant::now() + every.max(begun.elapsed() * SELDOM);
        match found {
            Ok(wall) => {
                // A verdict is of what was there then.
                if watched.seen.as_ref().is_some_and(|(before, _)| **before != wall) && !watched.is_verifying() {
                    watched.verified = Verifying::NotAsked;
                }
                (watched.seen, watched.error) = (Some((Arc::new(wall), SystemTime::now())), None);
            }
            Err(error) => watched.error = Some(error),
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
        let job = self.jobs.spawn(Lane::Render, "Verifying the delivery", move |progress| {
            let verified = render::verify_delivery(&Store::open(&place)?, &Against::default(), progress)?;
            Ok(Output::DeliveryVerified(verified))
        });
        watched.verified = Verifying::Running(job);
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
