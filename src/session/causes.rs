//! The picture of a clip as a cause of its difference from the reference still (REF-03) would make it. It is seen beside the still, and
//! never checked, approved or exported.

use super::{
    ClipId, Opened, Plans, Session, With,
    jobs::Lane,
    latest::{ByPlace, Latest},
    reports::Output,
};
use crate::{
    camera::FrameNumber,
    check::still::{Cause, Comparison},
    error::{Error, Result},
};
use std::sync::Arc;

/// A cause that the checks have found, counted from 1.
#[derive(Clone, PartialEq)]
pub(super) struct Wish {
    of: ByPlace<Comparison>,
    nth: usize,
}

/// The pipeline with that cause.
pub struct Caused {
    wish: Wish,
    plans: Arc<Plans>,
}

pub(super) type Causes = Latest<Wish, Caused>;

fn named(still: &Comparison, nth: usize) -> Option<&Cause> {
    still.found()?.diagnosis.as_ref()?.named().get(nth.checked_sub(1)?)
}

impl Session {
    /// Why the reference still of a clip differs, as its checks have found: what explains most first.
    pub fn causes(&self, clip: ClipId) -> &[Cause] {
        let diagnosis = self.opened(clip).and_then(Opened::still_match).and_then(|found| found.diagnosis.as_ref());
        diagnosis.map_or(&[], |d| d.named())
    }
    /// One of them on the selected clip, counted from 1.
    pub fn cause(&self, nth: usize) -> Option<&Cause> {
        self.causes(self.document.selected?).get(nth.checked_sub(1)?)
    }
    /// The cause that is looked at beside the reference still.
    pub fn cause_in_view(&self) -> Option<&Cause> {
        match self.view.compare.with {
            With::Cause(nth) if self.compares() => self.cause(nth),
            _ => None,
        }
    }
    /// The frame that the reference still of the selected clip shows, once it was found.
    pub fn still_frame(&self) -> Option<FrameNumber> {
        let checked = self.selected_opened().and_then(Opened::still_match).map(|found| found.frame);
        checked.or_else(|| Some(self.side()?.still.as_ref()?.frame))
    }

    fn cause_wish(&self) -> Option<Wish> {
        match self.view.compare.with {
            With::Cause(nth) if self.compares() => {
                let still = self.selected_opened()?.still()?;
                named(still, nth).map(|_| Wish { of: ByPlace(still.clone()), nth })
            }
            _ => None,
        }
    }
    /// The plan of the cause that is looked at, once it is made.
    pub(super) fn plans_of_cause(&self) -> Option<&Arc<Plans>> {
        let made = self.causes.made()?;
        (self.cause_wish()? == made.wish).then_some(&made.plans)
    }
    /// Why it cannot be looked at.
    pub(super) fn cause_error(&self) -> Option<&Error> {
        let (wish, error) = self.causes.failed()?;
        (self.cause_wish()? == *wish).then_some(error)
    }

    /// Has the cause that is looked at planned.
    pub(super) fn refresh_cause(&mut self) {
        let Some(wish) = self.cause_wish() else { return };
        if self.causes.made().is_some_and(|made| made.wish == wish) || !self.causes.is_free_for(&wish) {
            return;
        }
        let Some(opened) = self.selected_opened() else { return };
        let (clip, planned, asked) = (opened.clip.clone(), opened.planned.clone(), wish.clone());
        let job = self.jobs.spawn(Lane::Draft, "Planning the cause", move |_| -> Result<Output> {
            let gone = || Error::refused("the checks have found no such cause").field("cause").value(asked.nth);
            let cause = named(&asked.of.0, asked.nth).ok_or_else(gone)?;
            let plans = Arc::new(planned.with_cause(&*clip, cause)?);
            Ok(Output::Caused(Box::new(Caused { wish: asked, plans })))
        });
        self.causes.start(wish, job);
    }
}
