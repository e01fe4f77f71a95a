//! Checks: rules with a number, a limit and the evidence. One rule serves the window, the command line and the recipe.
//!
//! To add a check: write a function `fn(&Subject, &Progress) -> Result<Verdict>` in the module of its family and add its row to
//! [`RULES`]. Ids, severities and thresholds are those of the rule's source.

mod color;
mod framing;
mod metadata;
mod picture;
pub mod still;

pub use metadata::sample_frames;

use crate::{
    camera::{Clip, FrameNumber, Reading},
    error::{Error, ErrorKind, Result},
    pipeline::{Plan, Sidecars},
    progress::Progress,
    sidecar::{Diagnostic, Level},
};
use serde::{Deserialize, Serialize};
use std::{fmt, sync::OnceLock};

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
        None => format!("{name}: {warnings} warnings"),
        Some(first) => format!("{name}:{}: {} {}: {}", first.line, first.path, first.code, first.message),
    };
    Verdict::new(errors.is_empty(), count(errors.len(), "error"), "no error", evidence)
}

/// `1 jump`, `2 jumps`.
fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
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
];

/// Runs every rule on a clip. A rule whose method fails is a finding that failed, with the reason as its evidence;
/// only cancelling stops the run.
pub fn run(subject: &Subject, progress: &Progress) -> Result<Vec<Finding>> {
    progress.begin(RULES.len() as u64, &format!("Checking {}", subject.name));
    let mut findings = Vec::with_capacity(RULES.len());
    for rule in RULES {
        progress.say(&format!("{}: {}", subject.name, rule.title));
        let verdict = match (rule.method)(subject, progress) {
            Ok(verdict) => verdict,
            Err(error) if error.kind() == ErrorKind::Cancelled => return Err(error),
            Err(error) => Verdict::new(false, "could not be measured", "", error.to_string()),
        };
        findings.push(Finding {
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
        });
        progress.step()?;
    }
    Ok(findings)
}
