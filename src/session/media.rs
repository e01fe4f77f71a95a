//! What is known of the clips of the show: opened files, plans, findings. Rebuilt from the document at any time.

use super::{
    apart,
    document::{Chosen, ClipEntry, SidecarKind, Waiver},
    evidence::Grade,
    jobs::JobId,
    look_edit::{self, DraftSource, LookEdits},
    modes,
    reload::Stamps,
    rolls::RollOf,
};
use crate::{
    camera::{Clip, FrameNumber, Timecode},
    check::{
        Finding, Found, Profile, Rolls, Subject, Whole,
        still::{Cause, Comparison, Match},
    },
    color::Processor,
    error::{Error, Result},
    framing::{
        Frame,
        template::{Mode, TemplateChoice},
    },
    pipeline::{self, Bypass, Decode, Framing, Plan, Settings, Sidecars, Stage, clip_name, sidecar_folders},
    progress::Progress,
    scope::{Eotf, itp::Light},
    words::{agree, count},
};
use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    sync::{Arc, OnceLock},
};

/// Opens one clip; replaced in tests.
pub type Opener = Arc<dyn Fn(&Path, &Progress) -> Result<Arc<dyn Clip>> + Send + Sync>;

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
    /// Which opening of the session it is: the same clip, opened again, may be another file.
    pub opening: u64,
    /// What it is called in the recipe.
    pub name: String,
    /// The camera and how it recorded.
    pub mode: String,
    /// Of its files, together.
    pub bytes: u64,
    pub planned: Planned,
    pub roll: RollOf,
    pub checks: ChecksState,
    /// What was measured of every frame, where somebody asked: the latest first.
    pub(super) whole: Vec<Arc<Whole>>,
    /// The frame in view.
    pub playhead: FrameNumber,
    /// Where playing begins and ends, where that was marked.
    pub marks: [Option<FrameNumber>; 2],
    /// What its files were when it was opened.
    pub(super) stamps: Arc<Stamps>,
}

/// The way from file to picture, for what the document said when it was made.
#[derive(Clone)]
pub struct Planned {
    settings: Settings,
    chosen: Chosen,
    pub sidecars: Arc<Sidecars>,
    /// The plan, or why there is none.
    pub result: Arc<Result<Plan>>,
    plans: Option<Arc<Plans>>,
    /// The canvas templates of the FDL: printed once, where somebody first asks, and not wherever they are compared.
    templates: Arc<OnceLock<Vec<TemplateChoice>>>,
}

/// A plan made ready: its quick twin, which decodes fewer pixels the same way, and its stages for single pixels.
pub struct Plans {
    pub full: Plan,
    pub draft: Plan,
    to: [Result<Processor>; Stage::ALL.len()],
    /// [`Plan::key`] of `full`.
    pub key: Arc<str>,
    /// Content key of what changes decoded pixels.
    pub decode: Arc<str>,
    /// How the display makes light, where the output transform says so.
    pub eotf: Option<Eotf>,
    /// The light of the display, where the output transform says so.
    pub light: Option<Light>,
}

pub enum ChecksState {
    NotRun,
    Running {
        job: JobId,
        key: Arc<str>,
    },
    /// It could not be done at all.
    Failed {
        key: Arc<str>,
        error: Error,
    },
    Done {
        key: Arc<str>,
        findings: Vec<Finding>,
        /// What came of looking for the reference still.
        still: Option<Arc<Comparison>>,
    },
}

/// What checks and recipe look at, to be taken to another thread.
pub struct OwnedSubject {
    name: String,
    clip: Arc<dyn Clip>,
    planned: Planned,
    rolls: Arc<Rolls>,
    profile: Arc<Profile>,
    whole: Vec<Arc<Whole>>,
}

impl OwnedSubject {
    pub fn is_whole(&self) -> bool {
        self.get().is_whole()
    }
    pub fn get(&self) -> Subject<'_> {
        Subject {
            name: &self.name,
            clip: &*self.clip,
            sidecars: &self.planned.sidecars,
            plan: &self.planned.result,
            profile: self.profile.clone(),
            found: Found::sharing(self.rolls.clone()).with_whole(self.whole.clone()),
        }
    }
}

impl Opened {
    /// Opens a file, finds its sidecars, plans its pipeline.
    pub fn open(opener: &Opener, entry: &ClipEntry, progress: &Progress) -> Result<Self> {
        progress.say("reading the header");
        let clip = opener(&entry.path, progress)?;
        progress.check()?;
        progress.say("reading sidecars");
        let planned = Planned::new(&*clip, &entry.settings, &entry.sidecars);
        progress.say("looking for a history");
        let roll = RollOf::find(&*clip);
        let (name, mode, playhead) = (clip_name(&*clip), modes::mode_of(&*clip), clip.frames().first());
        let bytes = clip.files().iter().filter_map(|f| fs::metadata(f).ok()).map(|m| m.len()).sum();
        let stamps = Arc::default();
        let (checks, whole) = (ChecksState::NotRun, vec![]);
        let mut opened = Self { clip, opening: 0, name, mode, bytes, planned, roll, checks, whole, playhead, marks: [None; 2], stamps };
        opened.stamps = Stamps::of(&*opened.clip, opened.sidecar_paths()).into();
        Ok(opened)
    }
    pub fn plans(&self) -> Option<&Arc<Plans>> {
        self.planned.plans.as_ref()
    }
    /// What the picture is coded as, by its name in the file; else the format.
    pub fn codec(&self) -> &str {
        self.clip.metadata().codec.as_ref().map_or(self.clip.format(), |f| f.value.as_str())
    }
    /// The frames that are played: from the in point to the out point, or to the ends.
    pub fn range(&self) -> std::ops::RangeInclusive<FrameNumber> {
        let frames = self.clip.frames();
        self.marks[0].unwrap_or(frames.first())..=self.marks[1].unwrap_or(frames.last())
    }
    /// Timecode of a frame: the clip's start, counted on.
    pub fn timecode(&self, frame: FrameNumber) -> Option<Timecode> {
        let m = self.clip.metadata();
        let by = i64::from(frame) - i64::from(self.clip.frames().first());
        Some(m.start_timecode.as_ref()?.value.offset(by, m.frame_rate.as_ref()?.value))
    }
    /// The frame at a timecode, whether it exists or not.
    pub fn frame_at(&self, timecode: Timecode) -> Option<i64> {
        let m = self.clip.metadata();
        let (start, rate) = (m.start_timecode.as_ref()?.value, m.frame_rate.as_ref()?.value);
        let count = |t: Timecode| t.to_frame_count(rate) as i64;
        Some(i64::from(self.clip.frames().first()) + count(timecode) - count(start))
    }
    pub fn findings(&self) -> Option<&[Finding]> {
        match &self.checks {
            ChecksState::Done { findings, .. } => Some(findings),
            _ => None,
        }
    }
    /// What the checks of the plan as it is have found of the reference still.
    pub(super) fn still(&self) -> Option<&Arc<Comparison>> {
        match &self.checks {
            ChecksState::Done { still, .. } if self.is_checked() => still.as_ref(),
            _ => None,
        }
    }
    /// The frame that the reference still shows, how far apart the two are and why, once the checks have found it.
    pub fn still_match(&self) -> Option<&Match> {
        self.still()?.found()
    }
    pub(super) fn subject(&self, rolls: Arc<Rolls>, profile: Arc<Profile>) -> OwnedSubject {
        OwnedSubject {
            name: self.name.clone(),
            clip: self.clip.clone(),
            planned: self.planned.clone(),
            rolls,
            profile,
            whole: self.whole.clone(),
        }
    }
    /// Whether the findings are of the plan as it is.
    pub fn is_checked(&self) -> bool {
        matches!(&self.checks, ChecksState::Done { key, .. } if *key == self.planned.key())
    }
    /// Frames a second at which the clip is to be played: 24 where it does not say.
    pub fn frame_rate(&self) -> f64 {
        const UNSAID: f64 = 24.0;
        let rate = self.clip.metadata().frame_rate.as_ref().map_or(UNSAID, |f| f.value.to_f64());
        if rate.is_finite() && rate > 0.0 { rate.clamp(0.1, 1000.0) } else { UNSAID }
    }
}

impl Planned {
    pub fn new(clip: &dyn Clip, settings: &Settings, chosen: &Chosen) -> Self {
        let mut sidecars = Sidecars::discover(clip);
        for kind in &chosen.without {
            match kind {
                SidecarKind::Amf => sidecars = sidecars.without_amf(),
                SidecarKind::Fdl => sidecars.fdl = None,
                SidecarKind::Cdl => sidecars.cdl = None,
                SidecarKind::Still => sidecars.still = None,
            }
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
        let result = Plan::new(clip, &sidecars, settings);
        let plans = result.as_ref().ok().and_then(|plan| Plans::new(clip, &sidecars, plan).ok()).map(Arc::new);
        Self {
            settings: settings.clone(),
            chosen: chosen.clone(),
            sidecars: Arc::new(sidecars),
            result: Arc::new(result),
            plans,
            templates: Arc::default(),
        }
    }
    /// The canvas templates of the FDL.
    pub fn templates(&self) -> &[TemplateChoice] {
        self.templates.get_or_init(|| {
            let Some(document) = &self.sidecars.fdl else { return vec![] };
            let templates = document.content.as_ref().map_or(&[][..], |fdl| &fdl.canvas_templates);
            templates.iter().map(|t| TemplateChoice::of(t, &document.path, Mode::Exact)).collect()
        })
    }
    /// What was chosen of its framing.
    pub(super) fn framing(&self) -> &Framing {
        &self.settings.framing
    }
    /// The framing decision that its FDL has for the clip, also where nothing else can be planned; none where there is no FDL.
    pub(super) fn frame(&self, clip: &dyn Clip) -> Result<Option<Frame>> {
        pipeline::frame_of(&self.sidecars, &self.settings.framing.selection, clip.size())
    }
    /// Another pipeline for the same clip, for looking only: with edits of its AMF, without these steps. `known` are
    /// sidecars that have read some of its files. Returned with what it is of.
    pub(super) fn drafted(
        &self,
        clip: &dyn Clip,
        edits: &LookEdits,
        bypass: &BTreeSet<Bypass>,
        known: Option<Sidecars>,
    ) -> Result<(Plans, DraftSource)> {
        let known = known.as_ref().unwrap_or(&self.sidecars);
        let own = self.result.as_ref().as_ref().map_err(Error::clone)?;
        let source = if edits.is_empty() {
            let (sidecars, settings) = ((*self.sidecars).clone(), own.settings().clone());
            DraftSource { sidecars, settings, unwritable: None, folder: Default::default(), elsewhere: vec![] }
        } else {
            let beside = sidecar_folders(clip).into_iter().next().unwrap_or_default();
            look_edit::drafted(self, known, edits, &beside)?
        };
        let plan = Plan::new(clip, &source.sidecars, &source.settings)?.without(bypass)?;
        Ok((Plans::new(clip, &source.sidecars, &plan)?, source))
    }
    /// This pipeline with what may have been done to the reference still, for looking only.
    pub(super) fn with_cause(&self, clip: &dyn Clip, cause: &Cause) -> Result<Plans> {
        let own = self.result.as_ref().as_ref().map_err(Error::clone)?;
        Plans::new(clip, &self.sidecars, &own.clone().shown_by(cause.ops.clone(), &cause.words)?)
    }
    /// Whether it is of the same sidecars as another.
    pub(super) fn has_sidecars_of(&self, other: &Self) -> bool {
        self.chosen == other.chosen
    }
    pub(super) fn has_chosen_still(&self) -> bool {
        self.chosen.still.is_some()
    }
    /// Whether it was made for what the document says now.
    pub fn is_for(&self, entry: &ClipEntry) -> bool {
        self.settings == entry.settings && self.chosen == entry.sidecars
    }
    /// Names what checks look at: the plan, or why there is none.
    pub fn key(&self) -> Arc<str> {
        match (&self.plans, &*self.result) {
            (Some(plans), _) => plans.key.clone(),
            (None, Err(error)) => error.to_string().into(),
            (None, Ok(plan)) => plan.key().into(),
        }
    }
}

impl Plans {
    fn new(clip: &dyn Clip, sidecars: &Sidecars, plan: &Plan) -> Result<Self> {
        let draft = plan.draft(clip, sidecars)?;
        let to = Stage::ALL.map(|stage| Ok(Processor::new(&plan.ops(Stage::Raw, stage)?)));
        Ok(Self {
            draft,
            to,
            key: plan.key().into(),
            decode: Self::decode_key(plan)?,
            eotf: plan.output_title().and_then(Eotf::of),
            light: apart::light(plan),
            full: plan.clone(),
        })
    }
    /// Content key of what changes decoded pixels.
    pub(super) fn decode_key(plan: &Plan) -> Result<Arc<str>> {
        // Every member is named, so that a new one has to be placed: exposure acts after the decode.
        let Decode { reading, opcodes, tier, options, highlights, exposure: _ } = &plan.settings().decode;
        let decode = serde_json::to_string(&(reading, opcodes, tier, options, highlights)).map_err(|e| Error::invalid(e.to_string()))?;
        Ok(decode.into())
    }
    /// From the raw stage to `stage`, or why that cannot be rendered.
    pub fn to(&self, stage: Stage) -> &Result<Processor> {
        &self.to[stage as usize]
    }
}

/// Counts of findings, as the list of clips sums them up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Fail and block the approval.
    pub blocking: usize,
    /// Fail and need a waiver.
    pub warnings: usize,
    /// Fail, for information.
    pub informing: usize,
    pub passed: usize,
    pub waived: usize,
    pub not_applicable: usize,
}

impl Tally {
    /// Of the findings of a clip or of the show, with its waivers.
    pub fn of<'a>(waivers: &[Waiver], findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let mut t = Self::default();
        for f in findings {
            match Grade::of(waivers, f) {
                Grade::Blocks => t.blocking += 1,
                Grade::Warns => t.warnings += 1,
                Grade::Differs => t.informing += 1,
                Grade::Waived => t.waived += 1,
                Grade::Passes => t.passed += 1,
                Grade::NotApplicable => t.not_applicable += 1,
                // A finding is known.
                Grade::Pending => {}
            }
        }
        t
    }
    /// Findings that stand in the way of an approval.
    pub fn open(&self) -> usize {
        self.blocking + self.warnings
    }
    /// `1 check fails and is not waived`
    pub fn open_in_words(&self) -> String {
        let n = self.open();
        format!("{} {} not waived", count(n, "check"), agree(&n, "fails and is", "fail and are"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        check::{Outcome, Severity},
        session::{ClipId, Waiver},
    };

    #[test]
    fn a_waived_difference_is_counted_as_the_chart_grades_it() {
        let finding = |severity, outcome| Finding {
            id: "META-14".into(),
            title: String::new(),
            severity,
            outcome,
            measured: String::new(),
            limit: String::new(),
            evidence: String::new(),
            frame: None,
            mend: None,
            proofs: vec![],
            source: String::new(),
        };
        let mut entry = ClipEntry::new(ClipId(1), "a.dng".into());
        let findings = [Severity::Inform, Severity::Warn, Severity::Block].map(|s| finding(s, Outcome::Fail));
        let counts = |entry: &ClipEntry| {
            let t = Tally::of(&entry.waivers, &findings);
            (t.informing, t.warnings, t.blocking, t.waived)
        };
        assert_eq!(counts(&entry), (1, 1, 1, 0));
        entry.waivers.push(Waiver { check: "META-14".into(), name: "N".into(), reason: "r".into() });
        assert_eq!(counts(&entry), (0, 0, 0, 3));
        assert!(findings.iter().all(|f| Grade::of(&entry.waivers, f) == Grade::Waived));
    }
}
