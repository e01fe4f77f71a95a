//! Checks: rules with a number, a limit and the evidence. One rule serves the window, the command line and the recipe.
//!
//! To add a check: write a function `fn(&Subject, &Progress) -> Result<Verdict>` in the module of its family and add its row to
//! the family's `RULES`; what a studio may set goes into `assets/profiles/neutral.toml`. Ids and severities are those of the rule's
//! source.

mod chain;
mod clock;
mod color;
mod editorial;
pub(crate) mod engine;
mod finding;
mod framing;
mod listed;
mod metadata;
mod plates;
mod profile;
mod proof;
mod raw;
pub mod report;
mod rule;
mod settled;
mod show;
pub mod still;
#[cfg(test)]
pub(crate) mod testing;
mod whole;

pub use chain::{Rolls, Scans, check_roll, history_of};
pub(crate) use color::foreign_input;
pub use color::{LookHealth, look_health};
pub use color::{PREVIEW_CODES, PREVIEW_DELTA_E};
pub use editorial::{CutFound, EdlRule, check_edl, edl_rules, matched_in_words};
pub use finding::{Finding, Outcome, Severity};
pub use listed::{Listed, listed};
pub use metadata::sample_frames;
pub(crate) use plates::name_fits;
pub use profile::{Confidence, Offered, Profile, ProfileMark, SourceLook};
pub use proof::{Curve, Proof};
pub use rule::Rule;
pub(crate) use rule::{Verdict, about_recipe};
pub use show::{ShowRule, run_show, show_rules};
pub use whole::{SOME_FRAMES, Whole};

use crate::{
    camera::{Clip, Reading},
    error::{Error, Result},
    pipeline::{Plan, Sidecars},
    progress::Progress,
    sidecar::{Diagnostic, Level},
    words::count,
};
use std::sync::{Arc, OnceLock};

/// What a rule looks at.
pub struct Subject<'a> {
    pub name: &'a str,
    pub clip: &'a dyn Clip,
    pub sidecars: &'a Sidecars,
    /// The plan, or why there is none.
    pub plan: &'a Result<Plan>,
    pub profile: Arc<Profile>,
    /// What several rules look at and is found once; starts empty.
    pub found: Found,
}

/// What rules share.
#[derive(Default)]
pub struct Found {
    still: OnceLock<Result<still::Comparison>>,
    rolls: Arc<Rolls>,
    looks: OnceLock<Vec<color::Probed>>,
    boundary: OnceLock<Result<color::Boundary>>,
    place: OnceLock<Result<chain::Place>>,
    /// The photosites.
    raw: OnceLock<Result<raw::Survey>>,
    /// The headers of plates, and what the pixels of a plate are.
    delivery: OnceLock<Result<plates::Delivery>>,
    pixels: OnceLock<Result<plates::Pixels>>,
    /// What was measured of every frame: of the plans that there were, the latest first.
    whole: Vec<Arc<Whole>>,
    /// The sources before the first rule.
    before: OnceLock<Result<chain::Snapshot>>,
}

impl Found {
    /// With rolls that other clips share.
    pub fn sharing(rolls: Arc<Rolls>) -> Self {
        Self { rolls, ..Self::default() }
    }
    /// With what was measured of every frame; what does not fit is left alone.
    pub fn with_whole(self, whole: Vec<Arc<Whole>>) -> Self {
        Self { whole, ..self }
    }
    /// What came of looking for the reference still in the clip, where somebody has asked.
    pub fn into_still(self) -> Option<still::Comparison> {
        self.still.into_inner()?.ok()
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
    /// What shows that the reference still differs, where the rules have found that it does.
    pub fn still_pictures(&self) -> &[report::Picture] {
        let found = self.found.still.get().and_then(|still| still.as_ref().ok()?.found());
        found.map_or(&[], |found| &found.pictures)
    }
    /// Where its colours lie in AP1.
    fn boundary(&self, progress: &Progress) -> Result<&color::Boundary> {
        if let Some(boundary) = self.whole().and_then(|whole| whole.boundary.as_ref()) {
            return Ok(boundary);
        }
        let count = || color::Boundary::of(self, self.plan.as_ref().map_err(Error::clone)?, progress);
        self.found.boundary.get_or_init(count).as_ref().map_err(Error::clone)
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

/// The verdict on a document that was read: valid unless a diagnostic is an error. `notes` are added to the evidence.
fn valid_document<'a>(name: &str, diagnostics: impl IntoIterator<Item = &'a Diagnostic>, notes: &str) -> Verdict {
    let (errors, others): (Vec<_>, Vec<_>) = diagnostics.into_iter().partition(|d| d.level == Level::Error);
    let warnings = others.iter().filter(|d| d.level == Level::Warning).count();
    let evidence = match errors.first() {
        None => format!("{name}: {}{notes}", count(warnings, "warning")),
        Some(first) => format!("{name}:{}: {} {}: {}{notes}", first.line, first.path, first.code, first.message),
    };
    Verdict::new(errors.is_empty(), count(errors.len(), "error"), "no error", evidence)
}

/// The first few of a list, and how many more there are.
pub(crate) fn few(list: &[String]) -> String {
    const FEW: usize = 5;
    let shown = list.iter().take(FEW).map(String::as_str).collect::<Vec<_>>().join("; ");
    match list.len().checked_sub(FEW) {
        None | Some(0) => shown,
        Some(more) => format!("{shown}; and {more} more"),
    }
}

/// Every rule about a clip, family by family, in the order they are run and shown.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    const FAMILIES: [&[Rule]; 8] =
        [chain::RULES, metadata::RULES, raw::RULES, color::RULES, framing::RULES, plates::RULES, still::RULES, chain::LAST];
    FAMILIES.into_iter().flatten()
}

/// Whether a rule is about a show or a cut list, and not about a clip.
pub fn is_about_show(id: &str) -> bool {
    show_rules().iter().any(|r| r.id == id) || edl_rules().iter().any(|r| r.id == id)
}

/// Whether there is a rule of this id, about clips, shows or cut lists.
pub(crate) fn is_rule(id: &str) -> bool {
    rules().any(|r| r.id == id) || is_about_show(id)
}

/// What the rule of this id is called.
pub fn title_of(id: &str) -> Option<&'static str> {
    let of_clips = rules().find(|r| r.id == id).map(|r| r.title);
    let of_show = || show_rules().iter().find(|r| r.id == id).map(|r| r.title);
    of_clips.or_else(of_show).or_else(|| edl_rules().iter().find(|r| r.id == id).map(|r| r.title))
}

/// Runs every rule on a clip. A rule whose method fails is a finding that failed, with the reason as its evidence;
/// only cancelling stops the run.
pub fn run(subject: &Subject, progress: &Progress) -> Result<Vec<Finding>> {
    // What cannot be read then is a finding of the rule that is about it.
    _ = subject.snapshot(progress);
    progress.check()?;
    let total = rules().count();
    let mut findings = Vec::with_capacity(total);
    for rule in rules() {
        // Again for each: a rule that reads for long counts bytes.
        progress.begin(total as u64, &format!("{}: {}", subject.name, rule.title));
        progress.advance(findings.len() as u64)?;
        findings.push(rule.ask(&subject.profile, |method| method(subject, progress))?);
    }
    Ok(findings)
}
