//! A look that is tried out on a clip: edits of its AMF that are in no file, and steps that are left out. It is seen in place of the
//! clip's own pipeline, and never checked, approved or exported.

use super::{
    Change, ClipId, LookEdit, LookEdits, Media, Opened, Plans, Session,
    jobs::{JobId, Lane},
    latest::{ByPlace, Latest},
    look_edit::DraftSource,
    reports::Output,
    undo::Steps,
};
use crate::{
    error::{Error, Result},
    pipeline::{Bypass, ColorStep, Sidecars, Stage, StepKind},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

/// What is tried out on one clip.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LookDraft {
    /// Looks are named by their numbers in the clip's AMF.
    pub edits: LookEdits,
    /// The steps that are left out; looks by their numbers as the edits leave them.
    pub bypass: BTreeSet<Bypass>,
}

impl LookDraft {
    /// Takes in every look that is left out.
    fn forget_looks(&mut self) {
        self.bypass.retain(|name| !matches!(name, Bypass::Look(_)));
    }
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What a draft is planned from.
#[derive(Clone, PartialEq)]
pub(super) struct Wish {
    draft: LookDraft,
    /// Of the clip as the document has it: those of another plan are others.
    base: ByPlace<Sidecars>,
}

static NO_EDITS: LookEdits = LookEdits::NONE;

fn looks(steps: &[ColorStep]) -> usize {
    steps.iter().filter(|s| s.kind == StepKind::Look).count()
}

/// A draft, planned.
pub struct Drafted {
    wish: Wish,
    plans: Arc<Plans>,
    /// With the files that it has read.
    source: DraftSource,
}

#[derive(Default)]
pub(super) struct OfClip {
    draft: LookDraft,
    latest: Latest<Wish, Drafted>,
}

pub(super) type Drafts = BTreeMap<ClipId, OfClip>;

impl Session {
    /// What is tried out on the selected clip.
    pub fn look_draft(&self) -> Option<&LookDraft> {
        Some(&self.look_drafts.get(&self.document.selected?)?.draft)
    }
    /// The edits of the draft of the selected clip; none where there is no draft.
    pub fn look_edits(&self) -> &LookEdits {
        self.document.selected.map_or(&NO_EDITS, |clip| self.look_edits_of(clip))
    }
    /// The same of any clip.
    pub fn look_edits_of(&self, clip: ClipId) -> &LookEdits {
        self.look_drafts.get(&clip).map_or(&NO_EDITS, |of| &of.draft.edits)
    }
    /// Whether the selected clip has edits that are in no AMF.
    pub fn has_draft(&self) -> bool {
        self.look_draft().is_some_and(|d| !d.edits.is_empty())
    }
    /// Clips with edits that are in no AMF, by their places in the list.
    pub fn drafted_clips(&self) -> Vec<usize> {
        let has = |id: &ClipId| self.look_drafts.get(id).is_some_and(|of| !of.draft.edits.is_empty());
        self.document.clips.iter().enumerate().filter(|(_, c)| has(&c.id)).map(|(i, _)| i).collect()
    }
    /// What is tried out on the clips of the show, to be put by.
    pub(super) fn keep_looks(&self) -> BTreeMap<ClipId, LookDraft> {
        let of = |id: ClipId| self.look_drafts.get(&id).map(|of| &of.draft).filter(|d| !d.is_empty());
        self.document.clips.iter().filter_map(|c| Some((c.id, of(c.id)?.clone()))).collect()
    }
    /// Takes up drafts that were put by, in place of those that there are.
    pub(super) fn restore_looks(&mut self, kept: BTreeMap<ClipId, LookDraft>) {
        self.look_steps.clear();
        self.look_drafts = kept.into_iter().map(|(id, draft)| (id, OfClip { draft, latest: Latest::default() })).collect();
    }
    /// Why the draft of the selected clip cannot be seen as it is; the one before it stays in view.
    pub fn draft_error(&self) -> Option<&Error> {
        let id = self.document.selected?;
        let of = self.look_drafts.get(&id)?;
        let (wish, error) = of.latest.failed()?;
        // Asked in every pass: compared in its place, not copied.
        let is_now = wish.draft == of.draft && Arc::ptr_eq(&wish.base.0, &self.opened(id)?.planned.sidecars);
        is_now.then_some(error)
    }
    /// Why the draft of the selected clip is seen but cannot be written as it is.
    pub fn draft_unwritable(&self) -> Option<&Error> {
        let of = self.look_drafts.get(&self.document.selected?)?;
        of.latest.made()?.source.unwritable.as_ref().filter(|_| !of.draft.edits.is_empty())
    }
    /// What the draft of the selected clip is planned by, as it is now.
    pub(super) fn draft_source(&self) -> Option<&DraftSource> {
        let of = self.look_drafts.get(&self.document.selected?)?;
        of.latest.made().filter(|made| made.wish.draft == of.draft).map(|made| &made.source)
    }
    /// Whether the picture in view is of the draft, or of some looks only.
    pub fn shows_draft(&self) -> bool {
        match (self.plans_in_view(), self.selected_opened().and_then(Opened::plans)) {
            (Some(seen), Some(own)) => !Arc::ptr_eq(seen, own),
            _ => false,
        }
    }
    /// The steps of the pipeline in view.
    pub fn steps_in_view(&self) -> Result<&[ColorStep], &Error> {
        match (self.plans_in_view(), self.selected_opened()) {
            (Some(plans), _) => Ok(plans.full.steps()),
            (None, Some(opened)) => opened.planned.result.as_ref().as_ref().map(|plan| plan.steps()),
            (None, None) => Ok(&[]),
        }
    }

    /// The plan of the picture in view: that of a cause that is looked at beside the reference still, that of the draft of the selected
    /// clip, or that of the document.
    pub fn plans_in_view(&self) -> Option<&Arc<Plans>> {
        let drafted = || {
            let of = self.look_drafts.get(&self.document.selected?)?;
            of.latest.made().filter(|_| !of.draft.is_empty() && !self.view.before).map(|made| &made.plans)
        };
        self.plans_of_cause().or_else(drafted).or_else(|| self.selected_opened()?.plans())
    }

    /// Why a step of the pipeline in view cannot be left out, or `Ok`.
    pub(super) fn bypassable(&self, name: Bypass) -> Result<(), &'static str> {
        let steps = self.steps_in_view().map_err(|_| "there is no pipeline")?;
        let (_, step) = Bypass::of(steps).find(|(n, _)| *n == name).ok_or("there is no such step")?;
        step.refuses_bypass().map_or(Ok(()), Err)
    }
    /// Whether all looks can be left out, or what is left out taken in again.
    pub(super) fn can_bypass_all(&self) -> bool {
        !self.bypassable_looks().is_empty() || self.look_draft().is_some_and(|d| !d.bypass.is_empty())
    }
    /// The looks of the pipeline in view that can be left out.
    fn bypassable_looks(&self) -> BTreeSet<Bypass> {
        let looks = |(name, step): &(Bypass, &ColorStep)| matches!(name, Bypass::Look(_)) && step.refuses_bypass().is_none();
        Bypass::of(self.steps_in_view().unwrap_or_default()).filter(looks).map(|(name, _)| name).collect()
    }
    /// What is left out of the picture in view, as the steps are called.
    pub fn bypassed(&self) -> Vec<&str> {
        let steps = self.steps_in_view().unwrap_or_default();
        steps.iter().filter(|s| s.bypassed).map(|s| s.label.as_str()).collect()
    }

    pub(super) fn set_draft(&mut self, edits: Vec<LookEdit>) {
        let before = self.look_edits().clone();
        self.put_edits(edits.into());
        if let Some(clip) = self.document.selected.filter(|_| *self.look_edits() != before) {
            self.look_edited(clip, before);
        }
    }
    /// Gives the draft of the selected clip other edits. Whoever undoes them does so, too: it is no step.
    pub(super) fn put_edits(&mut self, edits: LookEdits) {
        let own = self.selected_opened().and_then(Opened::plans).map_or(0, |p| looks(p.full.steps()));
        self.change_draft(|draft| {
            // Other numbers for the looks that are left: none of those that were bypassed is meant by its number any more.
            if !edits.left_out().eq(draft.edits.left_out()) {
                draft.forget_looks();
            }
            draft.edits = edits;
            if draft.edits.is_empty() {
                draft.bypass.retain(|name| !matches!(name, Bypass::Look(look) if *look > own));
            }
        });
    }
    /// Changes the edits of any clip, which leave the looks their numbers.
    pub(super) fn edit_looks(&mut self, clip: ClipId, change: impl FnOnce(LookEdits) -> LookEdits) {
        let draft = &mut self.look_drafts.entry(clip).or_default().draft;
        let before = draft.edits.clone();
        draft.edits = change(before.clone());
        if draft.edits != before {
            self.look_edited(clip, before);
        }
    }
    /// A look file of a clip lies elsewhere now. That is no edit: no step leads back to where it lay.
    pub(super) fn move_look(&mut self, clip: ClipId, from: &Path, to: &Path) {
        let draft = self.look_drafts.get_mut(&clip).map(|of| &mut of.draft.edits);
        let steps = self.look_steps.get_mut(&clip).into_iter().flat_map(Steps::iter_mut).map(|step| &mut step.edits);
        steps.chain(draft).for_each(|edits| *edits = std::mem::take(edits).moved(from, to));
    }
    /// Leaves a step out, or takes it in again. Without a name, takes in all that is left out, or leaves every look out.
    pub(super) fn bypass(&mut self, name: Option<Bypass>) {
        let all = self.bypassable_looks();
        self.change_draft(|draft| match name {
            Some(name) if draft.bypass.remove(&name) => {}
            Some(name) => _ = draft.bypass.insert(name),
            None if draft.bypass.is_empty() => draft.bypass = all,
            None => draft.bypass.clear(),
        });
    }
    fn change_draft(&mut self, change: impl FnOnce(&mut LookDraft)) {
        let Some(id) = self.document.selected else { return };
        // Whoever changes it wants to see it.
        self.view.before = false;
        change(&mut self.look_drafts.entry(id).or_default().draft);
    }

    fn wish(&self, id: ClipId) -> Option<Wish> {
        let draft = self.look_drafts.get(&id).map(|of| &of.draft).filter(|d| !d.is_empty())?;
        Some(Wish { draft: draft.clone(), base: ByPlace(self.opened(id)?.planned.sidecars.clone()) })
    }

    /// Has the draft of the selected clip planned where it has changed. One plan at a time, and its picture before the next: what
    /// is dragged is seen to move, and ends in what it came to rest at.
    pub(super) fn refresh_look_draft(&mut self) {
        // A draft that is no more leaves nothing behind; its job ends by itself. That of a clip that is removed comes back with it.
        self.look_drafts.retain(|_, of| !of.draft.is_empty());
        let Some(id) = self.document.selected else { return };
        let (Some(wish), Some(opened)) = (self.wish(id), self.opened(id)) else { return };
        let Some(of) = self.look_drafts.get(&id) else { return };
        let is_made = of.latest.made().is_some_and(|made| made.wish == wish);
        if is_made || !of.latest.is_free_for(&wish) || (self.wants_screen() && self.pictures.awaits_new_plan()) {
            return;
        }
        let (clip, planned) = (opened.clip.clone(), opened.planned.clone());
        let known = of.latest.made().filter(|m| m.wish.base == wish.base).map(|m| m.source.sidecars.clone());
        let asked = wish.clone();
        let job = self.jobs.spawn(Lane::Draft, "Planning the draft", move |_| {
            let draft = &asked.draft;
            let (plans, source) = planned.drafted(&*clip, &draft.edits, &draft.bypass, known)?;
            Ok(Output::Drafted(Box::new(Drafted { plans: Arc::new(plans), source, wish: asked })))
        });
        if let Some(of) = self.look_drafts.get_mut(&id) {
            of.latest.start(wish, job);
        }
    }

    pub(super) fn take_draft(&mut self, job: JobId, drafted: Drafted, changes: &mut Vec<Change>) {
        let Some(id) = self.look_drafts.iter().find(|(_, of)| of.latest.runs(job)).map(|(id, _)| *id) else { return };
        // A draft is a look at what could be: what the clip's own pipeline can show, it has to show, too.
        let own = self.opened(id).and_then(Opened::plans).is_some_and(|p| p.to(Stage::Display).is_ok());
        let refused = drafted.plans.to(Stage::Display).as_ref().err().filter(|_| own).cloned();
        match (refused, self.look_drafts.get_mut(&id)) {
            (Some(error), _) => _ = self.draft_failed(job, &error),
            (None, Some(of)) => _ = of.latest.take(job, drafted),
            (None, None) => {}
        }
        changes.push(Change::Picture);
    }

    /// Whether the job was one of these.
    pub(super) fn draft_failed(&mut self, job: JobId, error: &Error) -> bool {
        let Some((id, of)) = self.look_drafts.iter_mut().find(|(_, of)| of.latest.runs(job)) else { return false };
        of.latest.fail(job, error);
        // An earlier draft stays in view, but one of an earlier pipeline would hide what changed in that.
        let base = match self.media.get(id) {
            Some(Media::Ready(opened)) => Some(&opened.planned.sidecars),
            _ => None,
        };
        if of.latest.made().is_some_and(|m| base.is_none_or(|base| !Arc::ptr_eq(base, &m.wish.base.0))) {
            of.latest.clear();
        }
        true
    }
}
