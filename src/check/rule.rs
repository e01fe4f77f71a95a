//! A rule, and what its method says.

use super::{Finding, Outcome, Profile, Proof, Severity, Subject};
use crate::{
    camera::FrameNumber,
    error::{ErrorKind, Result},
    progress::Progress,
};

/// A rule. Its method `M` takes what the rule looks at: a clip, where nothing else is said.
pub struct Rule<M = fn(&Subject, &Progress) -> Result<Verdict>> {
    pub id: &'static str,
    pub title: &'static str,
    /// Where the profile says nothing else.
    pub severity: Severity,
    /// The published rule behind it; `Prelight` where there is none.
    pub source: &'static str,
    pub(super) method: M,
}

/// A row of a table of rules.
pub(super) const fn row<M>(id: &'static str, title: &'static str, severity: Severity, source: &'static str, method: M) -> Rule<M> {
    Rule { id, title, severity, source, method }
}

/// A rule about a recipe; what it finds is judged where recipes are.
pub(crate) const fn about_recipe(id: &'static str, title: &'static str, severity: Severity) -> Rule<()> {
    row(id, title, severity, "Prelight", ())
}

impl<M> Rule<M> {
    /// What the method says, unless the profile leaves the rule out.
    pub(super) fn ask(&self, profile: &Profile, say: impl FnOnce(&M) -> Result<Verdict>) -> Result<Finding> {
        if profile.asks(self.id) {
            return self.judge(say(&self.method), profile);
        }
        self.judge(Ok(Verdict::not_applicable(format!("the profile {} does not ask for it", profile.id))), profile)
    }

    /// A method's result in the words of the rule; only cancelling remains an error.
    pub(crate) fn judge(&self, verdict: Result<Verdict>, profile: &Profile) -> Result<Finding> {
        let verdict = match verdict {
            Ok(verdict) => verdict,
            Err(error) if error.kind() == ErrorKind::Cancelled => return Err(error),
            Err(error) => Verdict::new(false, "could not be measured", "", error.to_string()),
        };
        let severity = self.severity_by(profile);
        Ok(Finding {
            id: self.id.into(),
            title: self.title.into(),
            severity: verdict.at_most.map_or(severity, |most| severity.min(most)),
            outcome: verdict.outcome,
            measured: verdict.measured,
            limit: verdict.limit,
            evidence: verdict.evidence,
            frame: verdict.frame,
            mend: verdict.mend,
            proofs: verdict.proofs,
            source: self.source_by(profile),
        })
    }

    pub(super) fn severity_by(&self, profile: &Profile) -> Severity {
        profile.severity(self.id).unwrap_or(self.severity)
    }

    /// Where the rule comes from and where its limits do, once where that is one place.
    pub(super) fn source_by(&self, profile: &Profile) -> String {
        match profile.source(self.id) {
            None => self.source.to_owned(),
            Some(limits) if limits.starts_with(self.source) => limits,
            Some(limits) => format!("{}; limit: {limits}", self.source),
        }
    }
}

/// The result of a rule's method, before the rule's own words are added.
pub struct Verdict {
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
    /// The frame to look at, where there is one.
    pub(crate) fn frame(mut self, frame: impl Into<Option<FrameNumber>>) -> Self {
        self.frame = frame.into().or(self.frame);
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
    pub(crate) fn proofs(mut self, proofs: impl IntoIterator<Item = Proof>) -> Self {
        self.proofs.extend(proofs);
        self
    }
    /// What to do about it, where the rule fails.
    pub(crate) fn mend(self, mend: impl Into<String>) -> Self {
        if self.outcome == Outcome::Fail { self.advise(mend) } else { self }
    }
    /// What to do even where the rule passes.
    pub(crate) fn advise(mut self, mend: impl Into<String>) -> Self {
        self.mend = Some(mend.into());
        self
    }
}
