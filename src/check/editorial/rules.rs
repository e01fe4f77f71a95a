//! EDL-01 to EDL-07.

use super::Cut;
use crate::{
    check::{Proof, Verdict, count, few},
    sidecar::{
        edl::Event,
        timeline::matching::{CMX_REEL, How},
    },
};
use std::collections::BTreeSet;

const NO_EVENT: &str = "the list has no event with a picture";
const NO_MATCH: &str = "no event is matched to one clip";

/// `event 3 (line 12)`; of a list that has no lines `event 3`.
fn event(e: &Event) -> String {
    if e.line.0 == 0 { format!("event {}", e.number) } else { format!("event {} (line {})", e.number, e.line.0) }
}

/// Fails with what is wrong; passes with how many events were looked at.
fn verdict(wrong: &[String], of: usize, measured: String, limit: impl Into<String>) -> Verdict {
    let evidence = if wrong.is_empty() { count(of, "event") } else { few(wrong) };
    Verdict::new(wrong.is_empty(), measured, limit, evidence)
}

/// EDL-01: each event is matched, by whole names or by changed ones.
pub fn all_matched(cut: &Cut) -> Verdict {
    if cut.events.is_empty() {
        return Verdict::not_applicable(NO_EVENT);
    }
    let nothing = cut.events.iter().filter(|(_, matched)| matched.is_none());
    let wrong: Vec<String> = nothing
        .map(|(e, _)| {
            let name = e.clip_name.as_ref().map(|n| format!(", {n}")).unwrap_or_default();
            format!("{}: reel {}{name} at {}: by name nothing; by picture: not tried", event(e), e.reel, e.source[0])
        })
        .collect();
    let found =
        verdict(&wrong, cut.events.len(), format!("{} of {} unmatched", wrong.len(), cut.events.len()), "0 unmatched").proof(cut.table());
    found.mend("add the clips of these reels, or have the list written with clip names or reels of 32 characters")
}

/// EDL-02: no match rests on a changed name.
pub fn all_sure(cut: &Cut) -> Verdict {
    if cut.events.iter().all(|(_, m)| m.is_none()) {
        return Verdict::not_applicable(NO_MATCH);
    }
    let wrong: Vec<String> = cut
        .events
        .iter()
        .filter_map(|(e, m)| match m {
            Some(m) if matches!(m.how, How::Fuzzy(_)) => {
                let clips: Vec<&str> = m.candidates.iter().filter_map(|c| cut.names.get(*c).copied()).collect();
                Some(format!("{}: reel {} is taken for {}: {}", event(e), e.reel, clips.join(" or "), m.how.words()))
            }
            _ => None,
        })
        .collect();
    let found =
        verdict(&wrong, cut.events.len(), format!("{} of {} by changed names", wrong.len(), cut.events.len()), "each by a whole name");
    found.mend("look at these events beside their clips, and answer for them by name")
}

/// EDL-03: the clip has every frame of the event, and of its handles.
pub fn all_held(cut: &Cut) -> Verdict {
    let (mut wrong, mut rows, mut judged) = (vec![], vec![], 0);
    for (e, clip, name, _) in cut.matched() {
        let Some([head, tail]) = clip.missing(e.source, cut.handles) else { continue };
        judged += 1;
        if head + tail > 0 {
            let parts = [(head, "before the first"), (tail, "behind the last")].into_iter().filter(|p| p.0 > 0);
            let words: Vec<String> = parts.map(|(n, where_)| format!("{} {where_}", count(n as usize, "frame"))).collect();
            wrong.push(format!("{}: {name} lacks {}", event(e), words.join(" and ")));
            rows.push(vec![e.number.to_string(), name.to_owned(), head.to_string(), tail.to_string()]);
        }
    }
    if judged == 0 {
        return Verdict::not_applicable("no event is matched to one clip that states timecode and rate");
    }
    let limit = format!("every frame, with {} on both sides", count(cut.handles as usize, "frame"));
    let found = verdict(&wrong, judged, format!("{} of {} not held", wrong.len(), judged), limit);
    if wrong.is_empty() {
        found
    } else {
        found
            .proof(Proof::table("Frames that are missing", &["Event", "Clip", "Before", "Behind"], rows))
            .mend("ask for fewer handles, or for the clip as a whole; a list whose timecode is off is of another version of the cut")
    }
}

/// EDL-04: no reel was cut to the 8 characters of CMX3600, and none begins the names of several clips.
pub fn reels_are_whole(cut: &Cut) -> Verdict {
    let reels: BTreeSet<&str> = cut.events.iter().map(|(e, _)| e.reel.as_str()).filter(|r| !r.eq_ignore_ascii_case("AX")).collect();
    if reels.is_empty() {
        return Verdict::not_applicable("no event has a reel");
    }
    let lower = |s: &str| s.to_lowercase();
    let names: BTreeSet<String> =
        cut.candidates.iter().flat_map(|c| c.names.first().into_iter().chain(&c.reel)).map(|n| lower(n)).collect();
    let mut wrong = vec![];
    for reel in &reels {
        let reel_lower = lower(reel);
        if names.contains(&reel_lower) {
            continue;
        }
        let begun: Vec<&String> = names.iter().filter(|n| n.starts_with(&reel_lower)).collect();
        match begun.as_slice() {
            [] => {}
            [one] if reel.chars().count() == CMX_REEL => wrong.push(format!("reel {reel} is {one} cut to {CMX_REEL} characters")),
            [_] => {}
            several => wrong.push(format!("reel {reel} begins {} names: {} …", several.len(), several[0])),
        }
    }
    let found = verdict(
        &wrong,
        cut.events.len(),
        format!("{} of {}", wrong.len(), count(reels.len(), "reel")),
        "whole names, each of one clip or roll",
    );
    found.mend("write the list again with reels of 32 characters (Avid file_32) or with clip names; Netflix refuses CMX3600")
}

/// EDL-05: the source is as long as the record side at the speed of `M2`, and equally long without one.
pub fn retimes_agree(cut: &Cut) -> Verdict {
    let (mut wrong, mut judged) = (vec![], 0);
    for (e, clip, ..) in cut.matched() {
        let Some(rate) = clip.rate else { continue };
        let length = |[from, to]: [crate::camera::Timecode; 2]| to.to_frame_count(rate) as f64 - from.to_frame_count(rate) as f64;
        let (source, record) = (length(e.source), length(e.record));
        let speed = e.speed.as_ref().map(|s| s.frames_per_second / rate.to_f64());
        // A freeze shows one frame, however long its source is said to be.
        if speed == Some(0.0) {
            continue;
        }
        judged += 1;
        let wanted = record * speed.map_or(1.0, f64::abs);
        // A frame for each end that was rounded.
        if (source - wanted).abs() > 2.0 || (speed.is_none() && source != record) {
            let said = e.speed.as_ref().map_or("no M2".to_owned(), |s| format!("M2 of {} frames a second", s.frames_per_second));
            wrong.push(format!("{}: {source:.0} source frames for {record:.0} record frames with {said}, expected {wanted:.0}", event(e)));
        }
    }
    if judged == 0 {
        return Verdict::not_applicable(NO_MATCH);
    }
    let found = verdict(&wrong, judged, format!("{} of {} differ", wrong.len(), judged), "source = record x speed, within 2 frames");
    found.mend("ask editorial for the retimes as a list of their own, or pull the whole clip")
}

/// EDL-06: nothing fits two clips that hold the timecode.
pub fn none_ambiguous(cut: &Cut) -> Verdict {
    if cut.events.iter().all(|(_, m)| m.is_none()) {
        return Verdict::not_applicable(NO_MATCH);
    }
    let wrong: Vec<String> = cut
        .events
        .iter()
        .filter_map(|(e, m)| {
            let m = m.as_ref().filter(|m| m.candidates.len() > 1)?;
            let clips: Vec<&str> = m.candidates.iter().filter_map(|c| cut.names.get(*c).copied()).collect();
            Some(format!("{} fits {}", event(e), clips.join(", ")))
        })
        .collect();
    let found = verdict(&wrong, cut.events.len(), format!("{} of {} ambiguous", wrong.len(), cut.events.len()), "one clip each");
    found.mend("leave copies out of the library, or write the list with clip names")
}

/// EDL-07: timecodes of events drop labels where the clip does, and have no frame that its rate has not.
pub fn counting_agrees(cut: &Cut) -> Verdict {
    let (mut wrong, mut judged) = (vec![], 0);
    for (e, clip, name, _) in cut.matched() {
        let (Some(start), Some(rate)) = (clip.start, clip.rate) else { continue };
        judged += 1;
        if e.source[0].drop_frame != start.drop_frame {
            let word = |drop| if drop { "drop-frame" } else { "non-drop" };
            wrong.push(format!("{} is {}, {name} is {}", event(e), word(e.source[0].drop_frame), word(start.drop_frame)));
        } else if let Some(code) = e.source.iter().chain(&e.record).find(|c| f64::from(c.frames) >= rate.to_f64().ceil()) {
            wrong.push(format!("{}: {code} has a frame that {rate} frames per second of {name} do not have", event(e)));
        }
    }
    if judged == 0 {
        return Verdict::not_applicable("no event is matched to one clip that states timecode and rate");
    }
    let found = verdict(&wrong, judged, format!("{} of {} differ", wrong.len(), judged), "drop-frame and rate as the clips have them");
    let title = cut.edl.title.as_deref().unwrap_or("the list");
    found.mend(format!("write {title} again at the rate and counting of the camera"))
}
