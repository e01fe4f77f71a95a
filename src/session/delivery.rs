//! What was approved, rendered from the window: the same job that the command line and a farm do, and its verification.

use super::{
    Approved, Change, Session,
    approval::open_approved,
    jobs::{JobId, Lane},
    reports::Output,
};
use crate::{
    camera::Clip,
    error::{Error, Result},
    recipe::sign::{self, TrustPolicy},
    render::{self, Against, Also, Cache, Job, Order, Verified, Watch, store::Store},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// What has become of the last rendering.
#[derive(Debug, Default)]
pub enum Rendering {
    #[default]
    Idle,
    Running {
        out: PathBuf,
        job: JobId,
    },
    Done {
        out: PathBuf,
        delivered: Vec<Delivered>,
        verified: Verifying,
    },
    Failed {
        out: PathBuf,
        error: Error,
    },
}

/// The delivery of a clip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The folder that it lies in.
    pub place: String,
    /// Frames that were delivered, and those among them that were there before, pixel for pixel.
    pub frames: u32,
    pub kept: u32,
}

/// Whether what was delivered is what its receipts say.
#[derive(Debug, Default)]
pub enum Verifying {
    #[default]
    NotAsked,
    Running(JobId),
    Done(Verified),
    Failed(Error),
}

impl Session {
    pub fn rendering(&self) -> &Rendering {
        &self.rendering
    }

    /// The clips that are in one recipe with the selected one, by their places.
    pub fn approved_with_selected(&self) -> Vec<usize> {
        let Some(digest) = self.document.selected_clip().and_then(|c| c.approved.as_ref()).map(|a| &a.digest) else { return vec![] };
        let same = |a: &Approved| a.digest == *digest;
        self.document.clips.iter().enumerate().filter(|(_, c)| c.approved.as_ref().is_some_and(same)).map(|(i, _)| i).collect()
    }

    /// Renders clips as the recipe of the selected clip has them, below a folder: those in these places, or all that were approved with
    /// it where none is named. Who has signed is asked for by the policy that `PRELIGHT_TRUST` names.
    ///
    /// # Errors
    /// Refused: a clip is in no recipe, or not open; something is being rendered. What else stands in the way is told by the job.
    pub(super) fn start_rendering(&mut self, out: PathBuf, clips: Vec<usize>) -> Result<()> {
        let not = |why: &str| Error::refused(why).field("Recipe/Render");
        if let Rendering::Running { .. } = self.rendering {
            return Err(not("something is being rendered"));
        }
        let clips = if clips.is_empty() { self.approved_with_selected() } else { clips };
        let mut work: Vec<(Approved, Arc<dyn Clip>)> = vec![];
        for place in clips {
            let entry = self.document.clips.get(place).ok_or_else(|| Error::usage("no such clip").field("Recipe/Render").value(place))?;
            let of = |e: Error| e.file(&entry.path);
            let approved = entry.approved.clone().ok_or_else(|| of(not("the clip is in no recipe yet")))?;
            let opened = self.opened(entry.id).ok_or_else(|| of(not("the clip is not open")))?;
            work.push((approved, opened.clip.clone()));
        }
        if work.is_empty() {
            return Err(not("the clip is in no recipe yet"));
        }
        let folder = out.clone();
        let job = self.jobs.spawn(Lane::Render, "Rendering", move |progress| {
            let policy = TrustPolicy::of_environment()?;
            let cache = Cache::of_user();
            let place = Store::folder(&folder);
            let deliver = |(approved, clip): &(Approved, Arc<dyn Clip>)| {
                let recipe = open_approved(&approved.recipe, &approved.digest)?;
                let approvals = sign::admit_by(&recipe, policy.as_ref())?;
                let job = Job {
                    order: Order::Recipe(&recipe),
                    clip: &**clip,
                    approvals: &approvals,
                    frames: None,
                    out: &place,
                    overwrite: false,
                    cache: cache.as_ref(),
                    also: Also::default(),
                };
                let made = render::render(&job, &Watch::new(progress))?;
                Ok(Delivered { place: made.place, frames: made.frames, kept: made.kept })
            };
            work.iter().map(deliver).collect::<Result<_>>().map(Output::Rendered)
        });
        self.rendering = Rendering::Running { out, job };
        Ok(())
    }

    pub(super) fn rendered(&mut self, job: JobId, delivered: Vec<Delivered>, changes: &mut Vec<Change>) {
        if let Rendering::Running { out, job: j } = &self.rendering
            && *j == job
        {
            let out = out.clone();
            self.log.info(format!("Rendered to {}", out.display()));
            self.rendering = Rendering::Done { out, delivered, verified: Verifying::NotAsked };
            changes.push(Change::Exported);
        }
    }

    /// Holds what was rendered last against its receipts.
    ///
    /// # Errors
    /// Refused where nothing was rendered.
    pub(super) fn start_verifying(&mut self) -> Result<()> {
        let Rendering::Done { delivered, verified, .. } = &mut self.rendering else {
            return Err(Error::refused("nothing was rendered yet").field("Recipe/VerifyDelivery"));
        };
        if let Verifying::Running(_) = verified {
            return Ok(());
        }
        let places: Vec<String> = delivered.iter().map(|d| d.place.clone()).collect();
        let job = self.jobs.spawn(Lane::Hold, "Verifying the delivery", move |progress| {
            let mut all = Verified::default();
            for place in &places {
                let one = render::verify_delivery(&Store::folder(Path::new(place)), &Against::default(), progress)?;
                all.frames += one.frames;
                all.files += one.files;
                all.broken.extend(one.broken);
                all.unclaimed.extend(one.unclaimed);
                all.absent.extend(one.absent);
            }
            Ok(Output::DeliveryVerified(all))
        });
        *verified = Verifying::Running(job);
        Ok(())
    }

    fn verifying(&mut self, job: JobId) -> Option<&mut Verifying> {
        match &mut self.rendering {
            Rendering::Done { verified, .. } => Some(verified).filter(|v| matches!(v, Verifying::Running(j) if *j == job)),
            _ => None,
        }
    }

    pub(super) fn delivery_verified(&mut self, job: JobId, found: Verified, changes: &mut Vec<Change>) {
        if self.wall_verified(job, &found) {
            changes.push(Change::Wall);
        } else if let Some(verified) = self.verifying(job) {
            *verified = Verifying::Done(found);
            changes.push(Change::Exported);
        }
    }

    /// Whether it was one of these jobs that failed.
    pub(super) fn rendering_failed(&mut self, job: JobId, error: &Error) -> bool {
        if let Some(verified) = self.verifying(job) {
            *verified = Verifying::Failed(error.clone());
            return true;
        }
        match &self.rendering {
            Rendering::Running { out, job: j } if *j == job => {
                self.rendering = Rendering::Failed { out: out.clone(), error: error.clone() };
                true
            }
            _ => false,
        }
    }
}
