//! The golden frames of clips as an approval would have them: proposed, which is worked out in the background, and edited by hand.

use super::{
    Change, ClipEntry, ClipId, Command, Opened, Room, Session,
    jobs::{JobId, Lane},
    reports::Output,
};
use crate::{
    camera::FrameNumber,
    error::{Error, Result},
    recipe::golden::{Choice, Chosen, Edits, even},
};
use std::{collections::BTreeMap, sync::Arc};

/// What decides which frames are proposed: the opening of the clip, and its plan.
type Key = (u64, Arc<str>);

#[derive(Default)]
pub(super) struct Proposals {
    known: BTreeMap<ClipId, (Key, Result<Vec<Chosen>>)>,
    running: Option<(ClipId, Key, JobId)>,
}

impl Session {
    /// The golden frames that an approval of a clip would have, ascending: those proposed, edited by hand. None while they are looked for.
    /// Where nothing could be proposed, the edits are of first, middle and last; without edits it is the error.
    pub fn golden_frames(&self, entry: &ClipEntry) -> Option<Result<Vec<Chosen>, &Error>> {
        let edits = &entry.golden_edits;
        match self.proposed(entry.id)? {
            Ok(proposed) => Some(Ok(edits.of(proposed))),
            Err(error) if edits.is_empty() => Some(Err(error)),
            Err(_) => Some(Ok(edits.of(&even(self.opened(entry.id)?.clip.frames())))),
        }
    }
    /// What looks for the golden frames of a clip says of itself, while it does.
    pub fn golden_job(&self, clip: ClipId) -> Option<String> {
        self.proposals.running.as_ref().filter(|(id, ..)| *id == clip).map(|(.., job)| self.job_message(*job))
    }
    fn proposed(&self, clip: ClipId) -> Option<&Result<Vec<Chosen>>> {
        let key = golden_key(self.opened(clip)?);
        self.proposals.known.get(&clip).filter(|(of, _)| *of == key).map(|(_, found)| found)
    }
    /// What a recipe is told: the frames that are shown, so that no others are approved; where none are shown yet, how to find them.
    pub(super) fn golden_choice(&self, entry: &ClipEntry) -> Choice {
        match self.golden_frames(entry) {
            Some(Ok(frames)) => Choice::Frames(frames),
            _ if entry.golden_edits.is_empty() => Choice::Auto,
            _ => Choice::Edited(entry.golden_edits.clone()),
        }
    }

    /// Makes a frame of the selected clip golden: the one in view where none is named.
    ///
    /// # Errors
    /// No clip is open; it has no such frame; it is golden already.
    pub(super) fn add_golden(&mut self, frame: Option<FrameNumber>) -> Result<()> {
        let not = |why: &str| Error::refused(why).field("Recipe/AddGolden");
        let (Some(entry), Some(opened)) = (self.document.selected_clip(), self.selected_opened()) else {
            return Err(not("no clip is open"));
        };
        let frame = frame.unwrap_or(opened.playhead);
        if !opened.clip.frames().contains(frame) {
            return Err(Error::usage("the clip has no such frame").field("Recipe/AddGolden").value(frame));
        }
        let shown = self.golden_frames(entry).and_then(Result::ok);
        if entry.golden_edits.added.contains(&frame) || shown.is_some_and(|list| list.iter().any(|c| c.frame == frame)) {
            return Err(not("is a golden frame already").value(frame));
        }
        let mut edits = entry.golden_edits.clone();
        edits.add(frame);
        self.set_golden(edits);
        Ok(())
    }

    /// Takes a golden frame from the selected clip.
    ///
    /// # Errors
    /// It is none, as far as is known yet, or the last one.
    pub(super) fn remove_golden(&mut self, frame: FrameNumber) -> Result<()> {
        let not = |why: &str| Error::refused(why).field("Recipe/RemoveGolden").value(frame);
        let entry = self.document.selected_clip().ok_or_else(|| not("no clip is open"))?;
        match self.golden_frames(entry).and_then(Result::ok) {
            Some(list) if !list.iter().any(|c| c.frame == frame) => return Err(not("is no golden frame")),
            Some(list) if list.len() == 1 => return Err(not("a recipe needs a golden frame of every clip")),
            Some(_) => {}
            None if entry.golden_edits.added.contains(&frame) => {}
            None => return Err(not("is no golden frame that is known yet")),
        }
        let mut edits = entry.golden_edits.clone();
        edits.remove(frame);
        self.set_golden(edits);
        Ok(())
    }

    /// Takes the proposed frames for the selected clip again, and looks for them anew where that failed.
    pub(super) fn propose_golden(&mut self) {
        if let Some(id) = self.document.selected
            && self.proposals.known.get(&id).is_some_and(|(_, found)| found.is_err())
        {
            self.proposals.known.remove(&id);
        }
        self.set_golden(Edits::default());
    }

    fn set_golden(&mut self, edits: Edits) {
        let changed = self.document.selected_clip().filter(|e| e.golden_edits != edits).map(|e| e.id);
        if let Some(clip) = changed {
            self.run(Command::SetGolden { clip, edits });
        }
    }

    /// Looks for the worst frames of the selected clip, in the room that shows them.
    pub(super) fn refresh_golden(&mut self) {
        if self.view.room != Room::Recipe || self.proposals.running.is_some() || self.playback.is_some() || !self.pictures.at_rest() {
            return;
        }
        let Some(entry) = self.document.selected_clip() else { return };
        let (id, Some(opened)) = (entry.id, self.opened(entry.id)) else { return };
        if self.proposed(id).is_some() || opened.planned.result.is_err() || !opened.planned.is_for(entry) {
            return;
        }
        let (key, subject) = (golden_key(opened), opened.subject(self.rolls.unasked(), self.profiles.current()));
        let title = format!("Looking for the worst frames of {}", opened.name);
        let job = self.jobs.spawn(Lane::Propose, title, move |progress| Choice::Auto.of(&subject.get(), progress).map(Output::Proposed));
        self.proposals.running = Some((id, key, job));
    }

    pub(super) fn take_golden(&mut self, job: JobId, found: Vec<Chosen>, changes: &mut Vec<Change>) {
        if let Some((id, key, _)) = self.proposals.running.take_if(|(.., j)| *j == job) {
            self.proposals.known.insert(id, (key, Ok(found)));
            changes.push(Change::Clips);
        }
    }

    /// Whether the job was one of these. It is not tried again unless that is asked for.
    pub(super) fn golden_failed(&mut self, job: JobId, error: &Error) -> bool {
        let Some((id, key, _)) = self.proposals.running.take_if(|(.., j)| *j == job) else { return false };
        self.proposals.known.insert(id, (key, Err(error.clone())));
        true
    }

    /// Drops what was found of a clip, whose files changed or that is gone.
    pub(super) fn forget_golden(&mut self, clip: ClipId) {
        if let Some((.., job)) = self.proposals.running.take_if(|(id, ..)| *id == clip) {
            self.jobs.cancel(job);
        }
        self.proposals.known.remove(&clip);
    }
}

fn golden_key(opened: &Opened) -> Key {
    (opened.opening, opened.planned.key())
}
