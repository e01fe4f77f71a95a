//! What a rule found.

use super::Proof;
use crate::camera::FrameNumber;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a failing rule means for the approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Inform,
    /// Needs a named waiver.
    Warn,
    /// Blocks approval.
    Block,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    /// What shows it: parts of pictures, plots, tables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proofs: Vec<Proof>,
    /// Where the rule comes from, and its limit.
    pub source: String,
}

impl Finding {
    /// Whether it stands in the way of an approval unless waived.
    pub fn stands_in_the_way(&self) -> bool {
        self.outcome == Outcome::Fail && self.severity >= Severity::Warn
    }
}
