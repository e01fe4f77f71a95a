//! What is known of the clips of the show: opened files, plans, findings. Rebuilt from the document at any time.

use super::stand_in::{
    check::{Finding, Outcome, Severity, Subject},
    pipeline::{Plan, Settings, Sidecars, Tier},
};
use super::{document::ClipEntry, jobs::JobId};
use crate::{
    camera::{self, Clip, FrameNumber},
    error::{Error, Result},
    progress::Progress,
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Opens one clip; replaced in tests.
pub type Opener = Arc<dyn Fn(&Path) -> Result<Arc<dyn Clip>> + Send + Sync>;

/// A clip of the document, as far as it was opened.
pub enum Media {
    /// Waiting for its turn.
    Waiting,
    Opening(JobId),
    Failed(Error),
    Ready(Box<Opened>),
}

/// An opened clip.
pub struct Opened {
    pub clip: Arc<dyn Clip>,
    pub sidecars: Arc<Sidecars>,
    pub plan: PlanState,
    pub checks: ChecksState,
    /// The frame in view.
    pub playhead: FrameNumber,
}

/// The way from file to picture, for the settings the document had when it was made.
pub enum PlanState {
    Failed { settings: Settings, error: Error },
    Ready(Arc<Plans>),
}

/// A plan and its quick twin, which decodes fewer pixels the same way.
pub struct Plans {
    pub settings: Settings,
    pub full: Arc<Plan>,
    pub draft: Arc<Plan>,
    /// [`Plan::key`] of `full`.
    pub key: Arc<str>,
    /// Content key of what changes decoded pixels.
    pub decode: Arc<str>,
}

pub enum ChecksState {
    NotRun,
    Running { job: JobId, key: Arc<str> },
    /// It could not be done at all.
    Failed { key: Arc<str>, error: Error },
    Done { key: Arc<str>, findings: Vec<Finding> },
}

impl Opened {
    /// Opens a file, finds its sidecars, plans its pipeline.
    pub fn open(opener: &Opener, path: &Path, settings: &Settings, progress: &Progress) -> Result<Self> {
        progress.say("reading the header");
        let clip = opener(path)?;
        progress.check()?;
        progress.say("reading sidecars");
        let sidecars = Arc::new(Sidecars::discover(&*clip)?);
        progress.check()?;
        let plan = PlanState::new(&*clip, &sidecars, settings);
        let playhead = clip.frames().first();
        Ok(Self { clip, sidecars, plan, checks: ChecksState::NotRun, playhead })
    }
    pub fn plans(&self) -> Option<&Arc<Plans>> {
        match &self.plan {
            PlanState::Ready(plans) => Some(plans),
            PlanState::Failed { .. } => None,
        }
    }
    pub fn findings(&self) -> Option<&[Finding]> {
        match &self.checks {
            ChecksState::Done { findings, .. } => Some(findings),
            _ => None,
        }
    }
    /// What the checks and the recipe look at.
    pub fn subject(&self) -> Option<Subject> {
        let plans = self.plans()?;
        Some(Subject {
            clip: self.clip.clone(),
            sidecars: self.sidecars.clone(),
            settings: plans.settings.clone(),
            plan: plans.full.clone(),
        })
    }
    /// Frames a second at which the clip is to be played: 24 where it does not say.
    pub fn frame_rate(&self) -> f64 {
        const UNSAID: f64 = 24.0;
        let rate = self.clip.metadata().frame_rate.as_ref().map_or(UNSAID, |f| f.value.to_f64());
        if rate.is_finite() && rate > 0.0 { rate.clamp(0.1, 1000.0) } else { UNSAID }
    }
}

impl PlanState {
    pub fn new(clip: &dyn Clip, sidecars: &Sidecars, settings: &Settings) -> Self {
        match Plans::new(clip, sidecars, settings) {
            Ok(plans) => Self::Ready(Arc::new(plans)),
            Err(error) => Self::Failed { settings: settings.clone(), error },
        }
    }
    /// The settings it was made for.
    pub fn settings(&self) -> &Settings {
        match self {
            Self::Failed { settings, .. } => settings,
            Self::Ready(plans) => &plans.settings,
        }
    }
}

impl Plans {
    fn new(clip: &dyn Clip, sidecars: &Sidecars, settings: &Settings) -> Result<Self> {
        let full = Plan::new(clip, sidecars, settings)?;
        let draft = Plan::new(clip, sidecars, &Settings { tier: Tier::Half, ..settings.clone() })?;
        let key = full.key().into();
        let decode = format!("{:?}", settings.tier).into();
        Ok(Self { settings: settings.clone(), full: Arc::new(full), draft: Arc::new(draft), key, decode })
    }
}

/// Counts of findings, as the list of clips sums them up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub blocking: usize,
    pub warnings: usize,
    pub passed: usize,
    pub waived: usize,
    pub not_applicable: usize,
}

impl Tally {
    pub fn of(entry: &ClipEntry, findings: &[Finding]) -> Self {
        let mut t = Self::default();
        for f in findings {
            match (f.outcome, f.severity) {
                (Outcome::Pass, _) => t.passed += 1,
                (Outcome::NotApplicable, _) => t.not_applicable += 1,
                _ if entry.waiver(&f.id).is_some() => t.waived += 1,
                (_, Severity::Block) => t.blocking += 1,
                (_, Severity::Warn) => t.warnings += 1,
                (_, Severity::Inform) => t.passed += 1,
            }
        }
        t
    }
}

/// Whether a finding speaks against the clip.
pub fn is_failure(finding: &Finding) -> bool {
    matches!(finding.outcome, Outcome::Fail | Outcome::Error) && finding.severity != Severity::Inform
}

/// The clips named by `paths`: files as they are, folders by what is in them.
pub fn find_clips(paths: &[PathBuf], progress: &Progress) -> Result<Vec<PathBuf>> {
    /// Folders within folders looked into: a card's `Contents/Clips/Reel/Clip`.
    const DEPTH: u32 = 5;
    let mut out = vec![];
    progress.begin(paths.len() as u64, "looking for clips");
    for path in paths {
        if fs::metadata(path).map_err(|e| Error::io(path, &e))?.is_dir() {
            let before = out.len();
            walk(path, DEPTH, progress, &mut out)?;
            if out.len() == before {
                return Err(Error::invalid("no camera file in this folder").file(path));
            }
        } else {
            out.push(path.clone());
        }
        progress.step()?;
    }
    Ok(out)
}

fn walk(folder: &Path, depth: u32, progress: &Progress, out: &mut Vec<PathBuf>) -> Result<()> {
    progress.check()?;
    out.extend(camera::find_clips(folder)?);
    if depth == 0 {
        return Ok(());
    }
    let mut folders: Vec<PathBuf> = fs::read_dir(folder)
        .map_err(|e| Error::io(folder, &e))?
        .filter_map(|e| e.ok())
        .filter(|e| e.file_type().is_ok_and(|t| t.is_dir()) && !e.file_name().to_string_lossy().starts_with('.'))
        .map(|e| e.path())
        .collect();
    folders.sort();
    folders.iter().try_for_each(|f| walk(f, depth - 1, progress, out))
}
