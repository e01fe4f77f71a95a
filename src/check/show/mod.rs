//! Rules about several clips together: the show. They name the clips that they speak of.

mod cameras;
mod names;
mod roads;
#[cfg(test)]
mod tests;

use super::{Finding, Profile, Rule, Severity, Subject, Verdict, few, rule::row};
use crate::{
    camera::{Field, Metadata},
    error::Result,
    progress::Progress,
};

/// The clips that are checked together, in the order of the show.
pub struct Show<'a> {
    pub clips: &'a [Subject<'a>],
    pub profile: &'a Profile,
}

impl<'a> Show<'a> {
    /// What a camera recorded. Plates carry the names, clocks and settings of what they are made of, and would count twice.
    fn recordings(&self) -> impl Iterator<Item = &'a Subject<'a>> + use<'a> {
        self.clips.iter().filter(|clip| !clip.is_plates())
    }
}

/// A rule about a show.
pub type ShowRule = Rule<fn(&Show, &Progress) -> Result<Verdict>>;

static RULES: [ShowRule; 8] = [
    row("META-05", "Clips of a camera share no timecode", Severity::Warn, "Prelight", cameras::timecodes_are_apart),
    row("META-06", "No name stands for two clips", Severity::Block, "Prelight", names::names_are_unique),
    row("META-10", "Camera stays as it is through the test", Severity::Warn, "Prelight", cameras::bodies_are_steady),
    row("META-11", "Cameras of a set-up are set alike", Severity::Inform, "Prelight", cameras::set_ups_agree),
    row("META-13", "Timecode keeps pace with the clock", Severity::Warn, "Prelight", cameras::timecode_keeps_pace),
    row(
        "COL-09",
        "All clips go to one display",
        Severity::Warn,
        "ACES AMF implementation guidelines: conflicts of output transforms",
        roads::outputs_agree,
    ),
    row("FDL-11", "A template makes one canvas of all cameras", Severity::Warn, "Prelight", roads::canvases_agree),
    row("ING-5", "Roll names are unique", Severity::Warn, "Netflix Partner Help Center: ingest", names::rolls_are_unique),
];

/// Every rule about a show, in the order they are run and shown.
pub fn show_rules() -> &'static [ShowRule] {
    &RULES
}

/// Runs the rules about a show on its clips; of fewer than two there is nothing to find. Each clip keeps its own profile, the show is
/// judged by `profile`.
///
/// # Errors
/// Cancelled. What cannot be read is a finding.
pub fn run_show(clips: &[Subject], profile: &Profile, progress: &Progress) -> Result<Vec<Finding>> {
    if clips.len() < 2 {
        return Ok(vec![]);
    }
    let show = Show { clips, profile };
    let mut findings = vec![];
    progress.begin(RULES.len() as u64, "Checking the show");
    for rule in &RULES {
        findings.push(rule.ask(profile, |method| method(&show, progress))?);
        progress.step()?;
    }
    Ok(findings)
}

/// What tells a camera from others: its serial number, else its letter or label, else the reel that lies in it.
fn camera(m: &Metadata) -> Option<String> {
    let text = |f: &Option<Field<String>>| f.as_ref().map(|f| f.value.trim().to_owned()).filter(|t| !t.is_empty());
    let model = text(&m.model).unwrap_or_default();
    text(&m.serial)
        .map(|serial| format!("{model} {serial}"))
        .or_else(|| text(&m.camera_index).or_else(|| text(&m.camera_label)).map(|index| format!("{model} {index}")))
        .or_else(|| text(&m.reel).map(|reel| format!("{model} with reel {reel}")))
        .map(|name| name.trim().to_owned())
}
