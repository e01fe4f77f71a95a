//! Checks: rules with a number, a limit and the evidence. One rule serves the window, the command line and the recipe.
//!
//! To add a check: write a function `fn(&Subject, &Progress) -> Result<Verdict>` in the module of its family and add its row to
//! [`RULES`]. Ids, severities and thresholds are those of the rule's source.

mod chain;
mod color;
mod framing;
mod metadata;
mod picture;
pub mod still;

pub use chain::{Rolls, check_roll, history_of};
pub use metadata::sample_frames;

use crate::{
    camera::{Clip, FrameNumber, Reading},
    error::{Error, ErrorKind, Result},
    pipeline::{Plan, Sidecars},
    progress::Progress,
    sidecar::{Diagnostic, Level},
    words::count,
};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    sync::{Arc, OnceLock},
};

/// What a failing rule means for the approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Inform,
    /// Needs a named waiver.
    Warn,
    /// Blocks approval.
    Block,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Pass,
    Fail,
    /// The inputs that the rule speaks of are not there.
    NotApplicable,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Inform => "informs",
            Severity::Warn => "needs a waiver",
            Severity::Block => "blocks",
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Outcome::Pass => "pass",
            Outcome::Fail => "FAIL",
            Outcome::NotApplicable => "n/a",
        })
    }
}

/// What one rule found on one clip.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub id: String,
    pub title: String,
    pub severity: Severity,
    pub outcome: Outcome,
    /// What was measured, with its unit.
    pub measured: String,
    /// What it has to be.
    pub limit: String,
    /// Where to look: fields, files, frames.
    pub evidence: String,
    /// The frame that shows it, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<FrameNumber>,
    /// What would mend it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
    /// Where the rule comes from.
    pub source: String,
}

impl Finding {
    /// Whether it stands in the way of an approval unless waived.
    pub fn stands_in_the_way(&self) -> bool {
        self.outcome == Outcome::Fail && self.severity >= Severity::Warn
    }
}

/// What a rule looks at.
pub struct Subject<'a> {
    pub name: &'a str,
    pub clip: &'a dyn Clip,
    pub sidecars: &'a Sidecars,
    /// The plan, or why there is none.
    pub plan: &'a Result<Plan>,
    /// What several rules look at and is found once; starts empty.
    pub found: Found,
}

/// What rules share.
#[derive(Default)]
pub struct Found {
    still: OnceLock<Result<still::Comparison>>,
    rolls: Arc<Rolls>,
    place: OnceLock<Result<chain::Place>>,
    /// The sources before the first rule.
    before: OnceLock<Result<chain::Snapshot>>,
}

impl Found {
    /// With rolls that other clips share.
    pub fn sharing(rolls: Arc<Rolls>) -> Self {
        Self { rolls, ..Self::default() }
    }
    fn rolls(&self) -> &Rolls {
        &self.rolls
    }
}

impl Subject<'_> {
    /// What the settings say of the stored values.
    pub(crate) fn reading(&self) -> Reading {
        self.plan.as_ref().map_or_else(|_| Reading::default(), |plan| plan.settings().decode.reading)
    }
    /// The reference still beside the clip.
    pub fn still(&self, progress: &Progress) -> Result<&still::Comparison> {
        let found = self.found.still.get_or_init(|| still::compare(self, progress));
        found.as_ref().map_err(Error::clone)
    }
    /// Where its files lie.
    fn place(&self) -> Result<&chain::Place> {
        self.found.place.get_or_init(|| chain::Place::of(self.clip)).as_ref().map_err(Error::clone)
    }
    /// Its files as they were before the first rule.
    fn snapshot(&self, progress: &Progress) -> Result<&chain::Snapshot> {
        let take = || self.place().and_then(|place| chain::Snapshot::take(&place.files, progress));
        self.found.before.get_or_init(take).as_ref().map_err(Error::clone)
    }
    /// Whether the corrections that the file asks for are to be applied.
    pub(crate) fn applies_opcodes(&self) -> bool {
        self.plan.as_ref().map_or(true, |plan| plan.settings().decode.opcodes)
    }
}

/// The result of a rule's method, before the rule's own words are added.
pub(crate) struct Verdict {
    outcome: Outcome,
    measured: String,
    limit: String,
    evidence: String,
    frame: Option<FrameNumber>,
    mend: Option<String>,
}

impl Verdict {
    pub(crate) fn new(pass: bool, measured: impl Into<String>, limit: impl Into<String>, evidence: impl Into<String>) -> Self {
        Self {
            outcome: if pass { Outcome::Pass } else { Outcome::Fail },
            measured: measured.into(),
            limit: limit.into(),
            evidence: evidence.into(),
            frame: None,
            mend: None,
        }
    }
    pub(crate) fn not_applicable(why: impl Into<String>) -> Self {
        Self { outcome: Outcome::NotApplicable, ..Self::new(true, "", "", why) }
    }
    pub(crate) fn frame(mut self, frame: FrameNumber) -> Self {
        self.frame = Some(frame);
        self
    }
    pub(crate) fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = Some(mend.into());
        self
    }
}

/// The verdict on a document that was read: valid unless a diagnostic is an error.
fn valid_document(name: &str, diagnostics: &[Diagnostic]) -> Verdict {
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|d| d.level == Level::Error).collect();
    let warnings = diagnostics.iter().filter(|d| d.level == Level::Warning).count();
    let evidence = match errors.first() {
        None => format!("{name}: {}", count(warnings, "warning")),
        Some(first) => format!("{name}:{}: {} {}: {}", first.line, first.path, first.code, first.message),
    };
    Verdict::new(errors.is_empty(), count(errors.len(), "error"), "no error", evidence)
}

/// A rule.
pub struct Rule {
    pub id: &'static str,
    pub title: &'static str,
    pub severity: Severity,
    /// The published rule behind it.
    pub source: &'static str,
    method: fn(&Subject, &Progress) -> Result<Verdict>,
}

/// Every rule, in the order they are shown.
pub static RULES: &[Rule] = &[
    Rule {
        id: "MHL-01",
        title: "Files are as their hashes say",
        severity: Severity::Block,
        source: "validation 4.1; mhl#26",
        method: chain::hashes_hold,
    },
    Rule {
        id: "MHL-02",
        title: "Roll is complete, with nothing added",
        severity: Severity::Block,
        source: "validation 4.1",
        method: chain::roll_is_complete,
    },
    Rule {
        id: "MHL-03",
        title: "Chain of manifests is whole",
        severity: Severity::Block,
        source: "validation 4.1; mhl#119",
        method: chain::chain_is_whole,
    },
    Rule {
        id: "MHL-04",
        title: "Every file came on record as original, once",
        severity: Severity::Warn,
        source: "validation 4.1; mhl#116",
        method: chain::originals_come_first,
    },
    Rule {
        id: "MHL-05",
        title: "Hash formats are allowed",
        // A warning where the profile of its source is asked for; there is no choosing one yet.
        severity: Severity::Inform,
        source: "validation 4.1; ING-1",
        method: chain::formats_are_allowed,
    },
    Rule {
        id: "MHL-06",
        title: "One history, at the root of the roll",
        severity: Severity::Warn,
        source: "validation 4.1; ING-2",
        method: chain::one_history_at_the_root,
    },
    Rule {
        id: "MHL-07",
        title: "No file is renamed",
        severity: Severity::Inform,
        source: "validation 4.1",
        method: chain::nothing_is_renamed,
    },
    Rule {
        id: "MHL-08",
        title: "No litter, no empty file, no file cut short",
        severity: Severity::Warn,
        source: "validation 4.1; ING-7",
        method: chain::roll_is_tidy,
    },
    Rule {
        id: "MHL-10",
        title: "Second copy equals the roll",
        severity: Severity::Inform,
        source: "validation 4.1",
        method: chain::copies_are_equal,
    },
    Rule {
        id: "META-01",
        title: "Every sampled frame decodes",
        severity: Severity::Block,
        source: "validation 4.2",
        method: metadata::frames_decode,
    },
    Rule {
        id: "META-02",
        title: "No frame is missing",
        severity: Severity::Block,
        source: "validation 4.2",
        method: metadata::no_missing_frames,
    },
    Rule {
        id: "META-04",
        title: "Timecode runs without a jump",
        severity: Severity::Block,
        source: "validation 4.2",
        method: metadata::timecode_runs,
    },
    Rule {
        id: "META-07",
        title: "Required metadata is present",
        severity: Severity::Warn,
        source: "validation 4.2; CAP-8",
        method: metadata::required_fields,
    },
    Rule { id: "COL-01", title: "AMF is valid", severity: Severity::Block, source: "validation 4.4; AMF-1", method: color::amf_is_valid },
    Rule {
        id: "COL-02",
        title: "Every transform ID is known",
        severity: Severity::Block,
        source: "validation 4.4; AMF-3",
        method: color::transform_ids_known,
    },
    Rule {
        id: "COL-03",
        title: "Input transform agrees with the camera",
        severity: Severity::Block,
        source: "validation 4.4; AMF-6",
        method: color::input_agrees,
    },
    Rule {
        id: "COL-18",
        title: "GPU preview equals the CPU picture",
        severity: Severity::Block,
        source: "validation 4.4",
        method: color::gpu_equals_cpu,
    },
    Rule {
        id: "COL-24",
        title: "AMF belongs to this clip",
        severity: Severity::Inform,
        source: "validation 4.4; AMF-10",
        method: color::amf_names_clip,
    },
    Rule {
        id: "COL-25",
        title: "Colour of the camera is known",
        severity: Severity::Block,
        source: "camera-formats B2, C1: no public calibration",
        method: color::camera_is_calibrated,
    },
    Rule { id: "FDL-01", title: "FDL is valid", severity: Severity::Block, source: "validation 4.5", method: framing::fdl_is_valid },
    Rule {
        id: "FDL-02",
        title: "FDL canvas equals the picture",
        severity: Severity::Block,
        source: "validation 4.5; FDL 2.0.1",
        method: framing::canvas_equals_picture,
    },
    Rule {
        id: "FDL-03",
        title: "FDL squeeze equals the clip's",
        severity: Severity::Block,
        source: "validation 4.5",
        method: framing::squeeze_agrees,
    },
    Rule {
        id: "FDL-04",
        title: "Framing stays within the canvas",
        severity: Severity::Block,
        source: "validation 4.5",
        method: framing::framing_within_canvas,
    },
    Rule {
        id: "EXR-05",
        title: "No NaN or infinity in the plate",
        severity: Severity::Block,
        source: "validation 4.7",
        method: picture::plate_is_finite,
    },
    Rule {
        id: "REF-02",
        title: "Picture matches the reference still",
        severity: Severity::Block,
        source: "validation 4.6",
        method: still::matches_still,
    },
    Rule {
        id: "REF-03",
        title: "Why the reference still differs",
        severity: Severity::Inform,
        source: "validation 4.6",
        method: still::diagnosed,
    },
    Rule {
        id: "REF-04",
        title: "Reference still lies where it should",
        severity: Severity::Warn,
        source: "validation 4.6",
        method: still::lies_where_it_should,
    },
    // Last: it is about what all the others have read.
    Rule {
        id: "MHL-09",
        title: "Our reading changed no source",
        severity: Severity::Block,
        source: "validation 4.1",
        method: chain::sources_are_unchanged,
    },
];

/// Runs every rule on a clip. A rule whose method fails is a finding that failed, with the reason as its evidence;
/// only cancelling stops the run.
pub fn run(subject: &Subject, progress: &Progress) -> Result<Vec<Finding>> {
    // What cannot be read then is a finding of the rule that is about it.
    _ = subject.snapshot(progress);
    progress.check()?;
    let mut findings = Vec::with_capacity(RULES.len());
    for rule in RULES {
        // Again for each: a rule that reads for long counts bytes.
        progress.begin(RULES.len() as u64, &format!("{}: {}", subject.name, rule.title));
        progress.advance(findings.len() as u64)?;
        findings.push(judge(rule, (rule.method)(subject, progress))?);
    }
    Ok(findings)
}

/// A method's result in the words of its rule; only cancelling remains an error.
fn judge(rule: &Rule, verdict: Result<Verdict>) -> Result<Finding> {
    let verdict = match verdict {
        Ok(verdict) => verdict,
        Err(error) if error.kind() == ErrorKind::Cancelled => return Err(error),
        Err(error) => Verdict::new(false, "could not be measured", "", error.to_string()),
    };
    Ok(Finding {
        id: rule.id.into(),
        title: rule.title.into(),
        severity: rule.severity,
        outcome: verdict.outcome,
        measured: verdict.measured,
        limit: verdict.limit,
        evidence: verdict.evidence,
        frame: verdict.frame,
        mend: verdict.mend,
        source: rule.source.into(),
    })
}
