//! Whole clips, looked at because somebody asked: every frame is decoded once, and the checks then speak of all of them for as long as the
//! pipeline that they were made by is the clip's.

use super::{
    Change, ClipId, Session,
    jobs::{Job, JobId, Lane},
    measured,
    media::Media,
    reports::{Output, name_of},
};
use crate::{
    check::Whole,
    error::Error,
    words::{agree, count},
};
use std::{collections::BTreeMap, sync::Arc};

/// What was measured that a clip keeps: so many pipelines back it is not looked at again.
const KEPT: usize = 4;

/// Clips that are looked at as a whole, or wait for it.
#[derive(Default)]
pub(super) struct EveryFrame {
    jobs: BTreeMap<ClipId, (JobId, u64)>,
}

impl EveryFrame {
    /// Whether the job was one of ours.
    pub fn failed(&mut self, job: JobId) -> bool {
        let before = self.jobs.len();
        self.jobs.retain(|_, (j, _)| *j != job);
        self.jobs.len() < before
    }
}

impl Session {
    /// Looks at every frame of these clips, one clip after the other. What was looked at already by the same pipeline is left alone.
    pub(super) fn check_every_frame(&mut self, clips: Vec<ClipId>) {
        let before = self.every_frame.jobs.len();
        for id in clips {
            if self.every_frame.jobs.contains_key(&id) || self.is_whole(id) {
                continue;
            }
            let Some(opened) = self.opened(id) else { continue };
            let (subject, opening) = (opened.subject(self.rolls.unasked(), self.profiles.current()), opened.opening);
            let title = format!("Every frame of {}", name_of(opened.clip.path()));
            let (kept, clip, before) = (self.measured.clone(), opened.clip.clone(), opened.whole.clone());
            let job = self.jobs.spawn(Lane::Verify, title, move |progress| {
                // Before they are read: of files that change meanwhile nothing is kept that would hold.
                let files = measured::state_of_files(&*clip);
                let whole = Arc::new(Whole::measure(&subject.get(), progress)?);
                let all = std::iter::once(&whole).chain(&before).take(KEPT).map(|whole| &**whole);
                let unkept = kept.keep(&*clip, files, all).err();
                Ok(Output::Measured(whole, unkept))
            });
            self.every_frame.jobs.insert(id, (job, opening));
        }
        if self.every_frame.jobs.len() == before {
            self.log.info("Every frame is looked at already, or about to be");
        }
    }

    /// Whether every frame of a clip was looked at by the pipeline that it has.
    pub fn is_whole(&self, clip: ClipId) -> bool {
        self.opened(clip).is_some_and(|o| o.subject(self.rolls.unasked(), self.profiles.current()).is_whole())
    }
    /// The look at every frame that is under way: of how many clips, and the job of the first.
    pub fn every_frame_job(&self) -> Option<(usize, &Job)> {
        let ours = |job: &&Job| self.every_frame.jobs.values().any(|(j, _)| *j == job.id);
        Some((self.every_frame.jobs.len(), self.jobs.active().iter().find(ours)?))
    }

    /// Stops looking, at the clip under way and at those that wait.
    pub(super) fn stop_every_frame(&mut self) -> usize {
        let jobs = std::mem::take(&mut self.every_frame.jobs);
        jobs.values().for_each(|(job, _)| self.jobs.cancel(*job));
        jobs.len()
    }
    pub(super) fn forget_every_frame(&mut self, clip: ClipId) {
        if let Some((job, _)) = self.every_frame.jobs.remove(&clip) {
            self.jobs.cancel(job);
        }
    }

    /// Takes in what was measured, and has the clip checked with it.
    pub(super) fn take_whole(&mut self, job: JobId, whole: Arc<Whole>, unkept: Option<Error>, changes: &mut Vec<Change>) {
        if let Some(error) = unkept {
            self.log.error(format!("What every frame holds is known until the window closes, and was not kept: {error}"));
        }
        let Some((id, opening)) = self.every_frame.jobs.iter().find(|(_, (j, _))| *j == job).map(|(id, (_, opening))| (*id, *opening))
        else {
            return;
        };
        self.every_frame.jobs.remove(&id);
        let Some(Media::Ready(opened)) = self.media.get_mut(&id) else { return };
        if opened.opening != opening {
            return;
        }
        let (name, broken) = (opened.name.clone(), whole.broken().len());
        let words = format!("{name}: {} looked at", count(whole.frames(), "frame"));
        opened.whole.insert(0, whole);
        opened.whole.truncate(KEPT);
        if broken > 0 {
            self.log.error(format!("{words}, of which {broken} {} not decode", agree(&broken, "does", "do")));
        } else {
            self.log.info(words);
        }
        self.uncheck(|o| o.opening == opening);
        changes.push(Change::Checks(id));
    }
}
