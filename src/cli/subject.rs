//! The clips a command line names, with what belongs to them.

use super::watch::{in_words, watched};
use crate::{
    camera::{self, Clip, Found, Rational},
    check::{self, Profile, Rolls, SourceLook, Subject, Whole},
    error::Result,
    files,
    pipeline::{Plan, Settings, Sidecars, clip_name},
    sidecar::amf,
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A clip opened by a command: everything a [`Subject`] borrows from.
pub(super) struct Opened {
    pub name: String,
    pub clip: Arc<dyn Clip>,
    pub sidecars: Sidecars,
    pub plan: Result<Plan>,
    /// What was measured of every frame, where that was asked for.
    pub whole: Vec<Arc<Whole>>,
}

impl Opened {
    /// Looks at every frame. What is only inspected is left as it is.
    ///
    /// # Errors
    /// Cancelled.
    pub fn measure(&mut self, profile: &Arc<Profile>) -> Result<()> {
        if self.clip.refusal().is_none() {
            let whole = watched(in_words, |progress| Whole::measure(&self.subject(profile.clone()), progress))?;
            self.whole.push(Arc::new(whole));
        }
        Ok(())
    }
    pub fn subject(&self, profile: Arc<Profile>) -> Subject<'_> {
        self.subject_among(Arc::default(), profile)
    }
    /// With rolls that other clips share.
    pub fn subject_among(&self, rolls: Arc<Rolls>, profile: Arc<Profile>) -> Subject<'_> {
        let found = check::Found::sharing(rolls).with_whole(self.whole.clone());
        Subject { name: &self.name, clip: &*self.clip, sidecars: &self.sidecars, plan: &self.plan, profile, found }
    }
}

/// Sidecars named on the command line instead of those that lie beside the clip.
#[derive(clap::Args, Clone, Default)]
pub(super) struct Chosen {
    /// AMF to use instead of the one beside the clip
    #[arg(long, value_name = "FILE")]
    pub amf: Option<PathBuf>,
    /// FDL to use instead of the one beside the clip
    #[arg(long, value_name = "FILE")]
    pub fdl: Option<PathBuf>,
    /// Reference still to use instead of the one beside the clip
    #[arg(long, value_name = "FILE")]
    pub still: Option<PathBuf>,
}

/// The rules of a studio.
#[derive(clap::Args, Clone, Default)]
pub(super) struct Rules {
    /// Profile of limits: neutral, netflix-capture, netflix-vfx, aces-st2065-4, one of those in prelight/profiles of your
    /// configuration folder by its id, or a TOML file
    #[arg(long, value_name = "NAME|FILE")]
    pub profile: Option<String>,
    /// Rate of the project, 24 or 23.976 or 24000/1001: clips have to play at it, unless they say that they were recorded off speed
    /// (META-03); without it what the profile states
    #[arg(long = "rate", value_name = "FPS")]
    pub rate: Option<Rational>,
    /// Source look that the looks are held against, from code values of the camera to those of the display: a look file or the name of a
    /// transform (COL-15)
    #[arg(long, value_name = "FILE|NAME", requires = "source_look_from")]
    pub source_look: Option<String>,
    /// Encoding of the camera that the source look takes: a name of `prelight color list`
    #[arg(long, value_name = "NAME", requires = "source_look")]
    pub source_look_from: Option<String>,
    /// Decode every frame: what rules say of a few frames otherwise they say of all
    #[arg(long)]
    pub every_frame: bool,
}

impl Rules {
    pub fn profile(&self) -> Result<Arc<Profile>> {
        let profile = self.profile.as_deref().map_or_else(|| Ok(Profile::neutral()), Profile::find)?;
        let profile = match self.rate {
            Some(rate) => {
                Profile::refuse_no_rate(rate).map_err(|e| e.field("--rate"))?;
                Arc::new(profile.at_rate(rate))
            }
            None => profile,
        };
        match (&self.source_look, &self.source_look_from) {
            (Some(look), Some(from)) => Ok(Arc::new(profile.with_source_look(&SourceLook { look: look.clone(), from: from.clone() }))),
            _ => Ok(profile),
        }
    }
}

/// Opens one clip with its sidecars and plan.
pub(super) fn open(path: &Path, chosen: &Chosen, settings: &Settings) -> Result<Opened> {
    let clip = camera::open(path)?;
    let mut sidecars = Sidecars::discover(&*clip);
    // What was named has to be a file; what was found beside the clip is judged by the checks.
    for named in chosen.amf.iter().chain(&chosen.fdl).chain(&chosen.still) {
        files::refuse_other(named)?;
    }
    if let Some(amf) = &chosen.amf {
        sidecars = sidecars.with_amf(amf);
    }
    if let Some(fdl) = &chosen.fdl {
        sidecars = sidecars.with_fdl(fdl);
    }
    if let Some(still) = &chosen.still {
        sidecars = sidecars.with_still(still);
    }
    let plan = Plan::new(&*clip, &sidecars, settings);
    Ok(Opened { name: clip_name(&*clip), clip, sidecars, plan, whole: vec![] })
}

/// What choices can be made for in the AMF that was chosen, or in those beside the clips. What cannot be opened has nothing to choose;
/// it is told about when it is.
pub(super) fn open_keys(clips: &[PathBuf], chosen: &Chosen) -> Result<BTreeSet<String>> {
    if let Some(amf) = &chosen.amf {
        return Ok(amf::read(amf)?.0.pipeline.choice_keys());
    }
    let beside = |path: &PathBuf| Sidecars::discover(&*camera::open(path).ok()?).amf?.content.ok();
    Ok(clips.iter().filter_map(beside).flat_map(|amf| amf.pipeline.choice_keys()).collect())
}

/// The clips that the given paths stand for, and what could not be searched.
pub(super) fn clips_below(paths: &[PathBuf]) -> Found {
    paths.iter().map(|path| camera::walk(path)).fold(Found::default(), |mut all, found| {
        all.clips.extend(found.clips);
        all.errors.extend(found.errors);
        all
    })
}
