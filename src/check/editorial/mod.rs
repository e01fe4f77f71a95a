//! EDL: a cut list against the clips that it was cut from.

mod rules;
#[cfg(test)]
mod tests;

use super::{Finding, Profile, Proof, Rule, Severity, Subject, Verdict, rule::row};
use crate::{
    error::{Error, Result},
    progress::Progress,
    sidecar::{
        edl::{Edl, Event},
        timeline::matching::{self, Candidate, How, Matched, Wanted},
    },
    words::count,
};

/// A list and the clips, and which belongs to which.
pub struct Cut<'a> {
    edl: &'a Edl,
    /// Names of the clips, in the order of the candidates.
    names: Vec<&'a str>,
    candidates: Vec<Candidate>,
    /// Events on the picture track that take time, each with what it was matched to.
    events: Vec<(&'a Event, Option<Matched>)>,
    handles: u32,
}

/// A rule about a cut list.
pub type EdlRule = Rule<fn(&Cut) -> Verdict>;

static RULES: [EdlRule; 7] = [
    row("EDL-01", "Every event has a clip", Severity::Block, "Prelight", rules::all_matched),
    row("EDL-02", "Every match is sure", Severity::Warn, "Prelight", rules::all_sure),
    row("EDL-03", "Clips hold the events and their handles", Severity::Block, "Prelight", rules::all_held),
    row("EDL-04", "Reel names are whole", Severity::Warn, "Netflix Partner Help Center: EDLs", rules::reels_are_whole),
    row("EDL-05", "Retimes agree with their lengths", Severity::Warn, "Prelight; OpenTimelineIO#1458", rules::retimes_agree),
    row("EDL-06", "No event fits two clips", Severity::Block, "Prelight", rules::none_ambiguous),
    row("EDL-07", "Timecode counts as the clips do", Severity::Warn, "Prelight", rules::counting_agrees),
];

/// Every rule about a cut list, in the order they are run and shown.
pub fn edl_rules() -> &'static [EdlRule] {
    &RULES
}

/// What the rules about a list found, and what they looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct CutFound {
    pub findings: Vec<Finding>,
    /// Events that show a picture of a clip.
    pub events: usize,
    /// Those of them that are matched to one clip.
    pub matched: usize,
}

/// `11 of 12 events matched`.
pub fn matched_in_words(matched: usize, events: usize) -> String {
    format!("{matched} of {} matched", count(events, "event"))
}

impl CutFound {
    /// Of a list that cannot be read: nothing is known of its events, and that stands in the way.
    pub fn unread(error: &Error, profile: &Profile) -> Self {
        let verdict = |rule: &EdlRule| match rule.id {
            FIRST => Err(error.clone()),
            _ => Ok(Verdict::not_applicable(format!("the list cannot be read: see {FIRST}"))),
        };
        // Only cancelling is no finding.
        let findings = RULES.iter().filter_map(|rule| rule.ask(profile, |_| verdict(rule)).ok()).collect();
        Self { findings, events: 0, matched: 0 }
    }
}

/// The rule that says that a list cannot be read.
const FIRST: &str = "EDL-01";

/// Runs the rules about a list on it and the clips. `handles`: frames that are wanted on both sides of each event; none leaves it to the
/// profile.
///
/// # Errors
/// Cancelled; the profile's handles are no number of frames.
pub fn check_edl(edl: &Edl, clips: &[Subject], handles: Option<u32>, profile: &Profile, progress: &Progress) -> Result<CutFound> {
    let handles = match handles {
        Some(handles) => handles,
        None => profile.number("EDL-03", "handles")?.clamp(0.0, f64::from(u32::MAX)) as u32,
    };
    let candidates: Vec<Candidate> = clips.iter().map(candidate).collect();
    let mut events = vec![];
    for event in edl.events.iter().filter(|e| is_picture(e)) {
        progress.check()?;
        events.push((event, matching::find(&wanted(event), &candidates)));
    }
    let cut = Cut { edl, names: clips.iter().map(|c| c.name).collect(), candidates, events, handles };
    let findings = RULES.iter().map(|rule| rule.ask(profile, |method| Ok(method(&cut)))).collect::<Result<_>>()?;
    Ok(CutFound { findings, events: cut.events.len(), matched: cut.matched().count() })
}

/// Whether an event shows a picture of a clip for some time. Black is nobody's.
fn is_picture(event: &Event) -> bool {
    let track = event.track.to_uppercase();
    let black = ["BL", "BLK", "BLACK"].iter().any(|b| event.reel.eq_ignore_ascii_case(b));
    (track.contains('V') || track == "B") && !event.is_empty() && !black
}

fn candidate(clip: &Subject) -> Candidate {
    let m = clip.clip.metadata();
    let file = clip.clip.path().file_name().map(|n| n.to_string_lossy().into_owned());
    let frames = clip.clip.frames();
    Candidate {
        names: std::iter::once(clip.name.to_owned()).chain(file).collect(),
        reel: m.reel.as_ref().map(|f| f.value.clone()),
        start: m.start_timecode.as_ref().map(|f| f.value),
        frames: frames.present.len() as u64 + frames.missing_count(),
        rate: m.frame_rate.as_ref().map(|f| f.value),
    }
}

/// What an event says of its source. Of the lines of a transition, the last one is of the clip it goes to.
fn wanted(event: &Event) -> Wanted {
    let names = event.source_file.as_deref().into_iter().chain(event.name());
    // `AX` stands for a source that has no reel.
    let reel = if event.reel.eq_ignore_ascii_case("AX") { String::new() } else { event.reel.clone() };
    Wanted { names: names.map(str::to_owned).collect(), reel, source: event.source }
}

impl Cut<'_> {
    /// Events with the one clip that they were matched to.
    fn matched(&self) -> impl Iterator<Item = (&Event, &Candidate, &str, How)> {
        self.events.iter().filter_map(|(event, matched)| {
            let matched = matched.as_ref()?;
            let [only] = matched.candidates[..] else { return None };
            Some((*event, self.candidates.get(only)?, *self.names.get(only)?, matched.how))
        })
    }

    /// Every event, as a table.
    fn table(&self) -> Proof {
        let row = |(event, matched): &(&Event, Option<Matched>)| {
            let clips =
                matched.as_ref().map(|m| m.candidates.iter().filter_map(|c| self.names.get(*c).copied()).collect::<Vec<_>>().join(", "));
            let name = event.name().unwrap_or_default().to_owned();
            let how = matched.as_ref().map_or("by name: nothing; by picture: not tried", |m| m.how.words());
            vec![
                event.number.to_string(),
                event.reel.clone(),
                name,
                format!("{} - {}", event.source[0], event.source[1]),
                clips.unwrap_or_default(),
                how.into(),
            ]
        };
        Proof::table("Events", &["Event", "Reel", "Name", "Source", "Clip", "Matched by"], self.events.iter().map(row).collect())
    }
}
