//! A rule, and what its method says.

use super::{Finding, Outcome, Profile, Proof, Severity, Subject};
use crate::{
    camera::FrameNumber,
    error::{ErrorKind, Result},
    progress::Progress,
};

/// A rule about one clip.
pub struct Rule {
    pub id: &'static str,
    pub title: &'static str,
    /// Where the profile says nothing else.
    pub severity: Severity,
    /// The published rule behind it.
    pub source: &'static str,
    pub(super) method: fn(&Subject, &Progress) -> Result<Verdict>,
}

impl Rule {
    /// A method's result in the words of the rule; only cancelling remains an error.
    pub(crate) fn judge(&self, verdict: Result<Verdict>, profile: &Profile) -> Result<Finding> {
        finding(self.id, self.title, self.severity, self.source, verdict, profile)
    }
}

/// A rule about a recipe, which is run beside those of clips.
pub(crate) const fn about_recipe(id: &'static str, title: &'static str, severity: Severity) -> Rule {
    Rule { id, title, severity, source: "validation 4.8", method: |_, _| Ok(Verdict::not_applicable("a rule about a recipe")) }
}

/// A method's result in the words of its rule; only cancelling remains an error.
pub(super) fn finding(
    id: &str,
    title: &str,
    severity: Severity,
    source: &str,
    verdict: Result<Verdict>,
    profile: &Profile,
) -> Result<Finding> {
    let verdict = match verdict {
        Ok(verdict) => verdict,
        Err(error) if error.kind() == ErrorKind::Cancelled => return Err(error),
        Err(error) => Verdict::new(false, "could not be measured", "", error.to_string()),
    };
    let asked = profile.severity(id).unwrap_or(severity);
    Ok(Finding {
        id: id.into(),
        title: title.into(),
        severity: verdict.at_most.map_or(asked, |most| asked.min(most)),
        outcome: verdict.outcome,
        measured: verdict.measured,
        limit: verdict.limit,
        evidence: verdict.evidence,
        frame: verdict.frame,
        mend: verdict.mend,
        proofs: verdict.proofs,
        source: sources(source, profile.source(id)),
    })
}

/// Where a rule comes from and where its limits do, once where that is one place.
pub(super) fn sources(rule: &str, limits: Option<String>) -> String {
    match limits {
        None => rule.to_owned(),
        Some(limits) if limits.starts_with(rule) => limits,
        Some(limits) => format!("{rule}; {limits}"),
    }
}

/// The verdict of a rule that the profile leaves out.
pub(super) fn not_asked(profile: &Profile) -> Verdict {
    Verdict::not_applicable(format!("the profile {} does not ask for it", profile.id))
}

/// The result of a rule's method, before the rule's own words are added.
pub(crate) struct Verdict {
    outcome: Outcome,
    measured: String,
    limit: String,
    evidence: String,
    at_most: Option<Severity>,
    frame: Option<FrameNumber>,
    mend: Option<String>,
    proofs: Vec<Proof>,
}

impl Verdict {
    pub(crate) fn new(pass: bool, measured: impl Into<String>, limit: impl Into<String>, evidence: impl Into<String>) -> Self {
        Self {
            outcome: if pass { Outcome::Pass } else { Outcome::Fail },
            measured: measured.into(),
            limit: limit.into(),
            evidence: evidence.into(),
            at_most: None,
            frame: None,
            mend: None,
            proofs: vec![],
        }
    }
    pub(crate) fn not_applicable(why: impl Into<String>) -> Self {
        Self { outcome: Outcome::NotApplicable, ..Self::new(true, "", "", why) }
    }
    pub(crate) fn frame(mut self, frame: FrameNumber) -> Self {
        self.frame = Some(frame);
        self
    }
    /// What was found is no worse than this, whatever the rule is at its worst.
    pub(crate) fn at_most(mut self, severity: Severity) -> Self {
        self.at_most = Some(severity);
        self
    }
    /// May be called several times.
    pub(crate) fn proof(mut self, proof: Proof) -> Self {
        self.proofs.push(proof);
        self
    }
    pub(crate) fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = Some(mend.into());
        self
    }
}
