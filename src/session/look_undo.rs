//! Undo of a look that is tried out, while the Look room is in view: what is undone is what is seen.

use super::{ClipId, LookEdits, Room, Session, undo::Steps};
use std::collections::BTreeMap;

/// The edits of a draft before one of them.
pub(super) struct Step {
    pub edits: LookEdits,
    /// Steps of the document that could be undone then. The room sets exposure and transforms, too, which are of the document: what
    /// was done last is undone first.
    over: usize,
}

pub(super) type LookSteps = BTreeMap<ClipId, Steps<Step>>;

impl Session {
    /// The edits of the selected clip were others before.
    pub(super) fn look_edited(&mut self, clip: ClipId, before: LookEdits) {
        let over = self.history.depth();
        self.look_steps.entry(clip).or_default().edited(Step { edits: before, over });
    }
    /// Ends a gesture: the next edit is a step of its own.
    pub(super) fn seal_looks(&mut self) {
        self.look_steps.values_mut().for_each(Steps::seal);
    }
    /// What was edited is in an AMF now: from here on that is undone.
    pub(super) fn forget_look_steps(&mut self) {
        if let Some(clip) = self.document.selected {
            self.look_steps.remove(&clip);
        }
    }

    fn look_steps_in_view(&self) -> Option<&Steps<Step>> {
        self.look_steps.get(&self.document.selected?).filter(|_| self.view.room == Room::Look)
    }
    /// Whether undo, or redo, is one of the look in view.
    pub(super) fn steps_look(&self, back: bool) -> bool {
        let depth = self.history.depth();
        let is_next = |step: &Step| if back { step.over >= depth } else { step.over <= depth || self.history.redo_label().is_none() };
        self.look_steps_in_view().and_then(|steps| steps.next(back)).is_some_and(is_next)
    }
    /// Whether undo leads behind the first edit of the look in view: to what is not seen there.
    pub(super) fn undoes_behind_look(&self) -> bool {
        self.look_steps_in_view().and_then(Steps::first).is_some_and(|first| self.history.depth() <= first.over)
    }
    /// Undoes an edit of the look in view, or does it again.
    pub(super) fn step_look(&mut self, back: bool) {
        let Some(clip) = self.document.selected else { return };
        let mut edits = self.look_edits_of(clip).clone();
        if let Some(steps) = self.look_steps.get_mut(&clip) {
            steps.step(back, |step| std::mem::swap(&mut step.edits, &mut edits));
        }
        self.put_edits(edits);
    }
}
