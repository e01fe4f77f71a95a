//! The recipe that the selected clip was approved in: what has changed since, and whether it holds on this machine.

use super::{
    Approved, Change, ClipId, Room, Session, Waiver,
    jobs::{JobId, Lane},
    latest::{ByPlace, Latest},
    reports::Output,
};
use crate::{
    camera::Clip,
    check::Finding,
    error::{Error, Result},
    pipeline::Sidecars,
    recipe::{self, sign::TrustPolicy},
    render::{container, deliver},
};
use std::path::{Path, PathBuf};

/// Everything that decides what has changed.
#[derive(Clone, PartialEq)]
pub struct SinceKey {
    clip: ClipId,
    /// SHA-256 of the `recipe.json` that was approved.
    digest: String,
    plan: String,
    opening: u64,
    /// The documents as they were read.
    sidecars: ByPlace<Sidecars>,
    /// How often checks have come to an end: what they found may be another.
    checked: u64,
    waivers: Vec<Waiver>,
    /// Frames that would be golden; none where they cannot be told.
    golden: Option<Vec<recipe::golden::Chosen>>,
    output: Option<recipe::Output>,
    conditions: recipe::Conditions,
}

/// What has changed since the approval.
pub struct Since {
    key: SinceKey,
    pub changes: Vec<recipe::Change>,
}

pub(super) type SinceApproval = Latest<SinceKey, Since>;

/// What has become of the last validation of a recipe, which is known by its folder.
#[derive(Debug, Default)]
pub enum Validation {
    #[default]
    Idle,
    Running {
        recipe: PathBuf,
        job: JobId,
    },
    /// The findings of the rules ENG and PKG.
    Done {
        recipe: PathBuf,
        findings: Vec<Finding>,
    },
    Failed {
        recipe: PathBuf,
        error: Error,
    },
}

impl Session {
    /// What has changed of the selected clip since it was approved; none while that is not known.
    pub fn since_approval(&self) -> Option<Result<&[recipe::Change], &Error>> {
        let key = self.since_key()?;
        let made = self.since.made().filter(|s| s.key == key).map(|s| Ok(s.changes.as_slice()));
        made.or_else(|| self.since.failed().filter(|(k, _)| *k == key).map(|(_, error)| Err(error)))
    }

    fn since_key(&self) -> Option<SinceKey> {
        let (entry, opened) = (self.document.selected_clip()?, self.selected_opened()?);
        opened.findings()?;
        let golden = self.golden_frames(entry)?.ok();
        Some(SinceKey {
            clip: entry.id,
            digest: entry.approved.as_ref()?.digest.clone(),
            plan: opened.planned.key().to_string(),
            opening: opened.opening,
            sidecars: ByPlace(opened.planned.sidecars.clone()),
            checked: self.checked,
            waivers: entry.waivers.clone(),
            golden,
            output: self.document.output.clone(),
            conditions: self.document.conditions.clone(),
        })
    }

    /// Compares the clip with its recipe, in the room that tells.
    pub(super) fn refresh_since(&mut self) {
        let key = if self.view.room == Room::Recipe { self.since_key() } else { None };
        let Some(key) = key.filter(|key| self.since.made().is_none_or(|s| s.key != *key) && self.since.is_free_for(key)) else { return };
        let (Some(entry), Some(opened)) = (self.document.selected_clip(), self.selected_opened()) else { return };
        let (Some(approved), Some(findings)) = (entry.approved.clone(), opened.findings().map(<[Finding]>::to_vec)) else { return };
        let waivers = entry.waivers.iter().map(recipe::Waiver::from).collect();
        let subject = opened.subject(self.rolls.unasked(), self.profiles.current());
        let of = key.clone();
        let job = self.jobs.spawn(Lane::Thumbs, "Comparing with the recipe", move |_| {
            let open = open_approved(&approved.recipe, &approved.digest)?;
            let (golden, output, conditions) = (of.golden.clone(), of.output.as_ref(), &of.conditions);
            let subject = subject.get();
            let mut checks = findings;
            checks.push(deliver::check_clip(&subject, output)?);
            let now = recipe::Now { subject, checks, waivers, golden, output, conditions };
            let changes = recipe::since(&open.recipe, now)?;
            Ok(Output::Since(Box::new(Since { key: of, changes })))
        });
        self.since.start(key, job);
    }

    /// The approval that one of these clips takes the place of: where all that have one were approved together.
    pub fn superseded(&self, clips: &[usize]) -> Option<&Approved> {
        let chosen = |i: usize| clips.is_empty() || clips.contains(&i);
        let mut approvals = self.document.clips.iter().enumerate().filter(|(i, _)| chosen(*i)).filter_map(|(_, c)| c.approved.as_ref());
        let first = approvals.next()?;
        approvals.all(|a| a.digest == first.digest).then_some(first)
    }

    pub fn validation(&self) -> &Validation {
        &self.validation
    }

    /// Looks whether the recipe of the selected clip holds here: the engine, the documents, the golden frames of the clips of the show that
    /// are in it, in every way of computing, and the signatures by the policy that `PRELIGHT_TRUST` names.
    ///
    /// # Errors
    /// Refused where the clip is in no recipe.
    pub(super) fn start_validation(&mut self) -> Result<()> {
        let approved = self.document.selected_clip().and_then(|c| c.approved.clone());
        let approved = approved.ok_or_else(|| Error::refused("the clip is in no recipe yet"))?;
        let clips = self.open_clips();
        if let Validation::Running { job, .. } = self.validation {
            self.jobs.cancel(job);
        }
        let recipe = approved.recipe.clone();
        let job = self.jobs.spawn(Lane::Long, "Validating the recipe", move |progress| {
            let open = open_approved(&approved.recipe, &approved.digest)?;
            let policy = TrustPolicy::of_environment()?;
            let clips: Vec<&dyn Clip> = clips.iter().map(|c| &**c).collect();
            let root = container::of_environment();
            Ok(Output::Validated(container::check(&open, &clips, policy.as_ref(), root.as_deref(), progress)?))
        });
        self.validation = Validation::Running { recipe, job };
        Ok(())
    }

    /// The recipe that a job validates.
    fn validating(&self, job: JobId) -> Option<PathBuf> {
        match &self.validation {
            Validation::Running { recipe, job: j } if *j == job => Some(recipe.clone()),
            _ => None,
        }
    }

    pub(super) fn validated(&mut self, job: JobId, findings: Vec<Finding>, changes: &mut Vec<Change>) {
        if let Some(recipe) = self.validating(job) {
            self.validation = Validation::Done { recipe, findings };
            changes.push(Change::Exported);
        }
    }

    /// Whether it was this job that failed.
    pub(super) fn validation_failed(&mut self, job: JobId, error: &Error) -> bool {
        let Some(recipe) = self.validating(job) else { return false };
        self.validation = Validation::Failed { recipe, error: error.clone() };
        true
    }
}

/// Opens a recipe, if it is the one that was approved.
pub(super) fn open_approved(folder: &Path, digest: &str) -> Result<recipe::OpenRecipe> {
    let open = recipe::open(folder)?;
    if open.digest != digest {
        let message = format!("the folder does not hold the recipe that was approved, with SHA-256 {digest}");
        return Err(Error::verification(message).file(folder).field("digest").value(&open.digest));
    }
    Ok(open)
}
