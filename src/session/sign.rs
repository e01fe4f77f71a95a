//! Signing the recipe that the selected clip was approved in.

use super::{
    Change, Session,
    approval::open_approved,
    jobs::{JobId, Lane},
    reports::Output,
};
use crate::{
    error::{Error, Result},
    recipe::sign::{self, SecretKey, Signer},
    render,
};
use std::path::{Path, PathBuf};
use time::OffsetDateTime;

/// What has become of the last signature, of a recipe that is known by its folder.
#[derive(Debug, Default)]
pub enum Signing {
    #[default]
    Idle,
    Running {
        recipe: PathBuf,
        job: JobId,
    },
    Signed(Signature),
    Failed {
        recipe: PathBuf,
        error: Error,
    },
}

/// A signature that was added to a recipe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Folder of the recipe.
    pub recipe: PathBuf,
    pub envelope: PathBuf,
    /// Id of the key.
    pub key: String,
}

impl Session {
    pub fn signing(&self) -> &Signing {
        &self.signing
    }

    /// Signs with the key in a file, as whoever has approved.
    ///
    /// # Errors
    /// Refused where the selected clip is in no recipe. What the key or the folder is lacking is told by the job.
    pub(super) fn start_signing(&mut self, key: &Path) -> Result<()> {
        let approved = self.document.selected_clip().and_then(|c| c.approved.clone());
        let approved = approved.ok_or_else(|| Error::refused("the clip is in no recipe yet"))?;
        let (key, recipe) = (key.to_owned(), approved.recipe.clone());
        let job = self.jobs.spawn(Lane::Long, "Signing the recipe", move |progress| {
            let open = open_approved(&approved.recipe, &approved.digest)?;
            render::refuse_altered(&open, progress)?;
            let key = SecretKey::open(&key)?;
            let signer = Signer { name: approved.name, role: approved.role, note: approved.note, expires: None };
            let envelope = sign::sign(&open, &key, &signer, OffsetDateTime::now_utc())?;
            Ok(Output::Signed(Signature { recipe: open.folder, envelope, key: key.public().id() }))
        });
        self.signing = Signing::Running { recipe, job };
        Ok(())
    }

    pub(super) fn signed(&mut self, job: JobId, signature: Signature, changes: &mut Vec<Change>) {
        self.log.info(format!("Signed: {}", signature.envelope.display()));
        // Another one may have been asked for since.
        if matches!(self.signing, Signing::Running { job: j, .. } if j == job) {
            self.signing = Signing::Signed(signature);
        }
        changes.push(Change::Exported);
    }

    /// Whether it was this job that failed.
    pub(super) fn signing_failed(&mut self, job: JobId, error: &Error) -> bool {
        let recipe = match &self.signing {
            Signing::Running { recipe, job: j } if *j == job => recipe.clone(),
            _ => return false,
        };
        self.signing = Signing::Failed { recipe, error: error.clone() };
        true
    }
}
