//! EXR-03, EXR-04: frame numbers, timecode and rate.

use super::{delivery::file_name, few, on_plates};
use crate::{
    check::{Subject, Verdict, count},
    error::Result,
    progress::Progress,
};
use std::collections::{BTreeMap, BTreeSet};

/// EXR-03: no number is missing, none is there twice, none is there that was not asked for.
pub(super) fn complete(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    on_plates(subject, progress, |plates| {
        let list = subject.clip.frames();
        let mut wrong: Vec<String> = list.gaps().map(|gap| format!("{gap} missing")).collect();
        wrong.extend(list.foreign.iter().map(|path| format!("{} beside them", file_name(path))));
        let there: BTreeSet<u32> = list.present.iter().copied().collect();
        let promised: BTreeSet<u32> = plates.promised().map(|p| p.frame).collect();
        if !promised.is_empty() {
            let gap = |frame: &u32| list.missing.iter().any(|gap| gap.contains(frame));
            wrong.extend(promised.difference(&there).filter(|f| !gap(f)).map(|f| format!("{f} is on the receipt and missing")));
            wrong.extend(there.difference(&promised).map(|f| format!("{f} is on no receipt")));
        }
        let whose = if promised.is_empty() { "the range of the cut is not at hand" } else { "held against the receipts" };
        let evidence = if wrong.is_empty() { format!("{} to {}; {whose}", list.first(), list.last()) } else { few(&wrong) };
        let limit = "every number once, none besides";
        let verdict = Verdict::new(wrong.is_empty(), format!("{}, {} wrong", count(there.len(), "plate"), wrong.len()), limit, evidence);
        Ok(verdict.mend("render what is missing from the same recipe, and take away what is extra"))
    })
}

/// EXR-04: every plate has the timecode and the rate that it has to have.
pub(super) fn timecode(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let asked = subject.profile.flag("EXR-04", "required")?;
    on_plates(subject, progress, |plates| {
        let headers: Vec<_> = plates.headers().collect();
        if !asked && headers.iter().all(|(_, h)| h.timecode.is_none() && h.frame_rate.is_none()) {
            return Ok(Verdict::not_applicable("no plate says a timecode or a rate, and the profile does not ask for them"));
        }
        let Some((first, start)) = headers.first() else { return Ok(Verdict::not_applicable("no header can be read")) };
        // What stands first on the receipts counts.
        let mut promised = BTreeMap::new();
        for p in plates.promised() {
            promised.entry(p.frame).or_insert(p.timecode);
        }
        let mut wrong = vec![];
        for (plate, h) in &headers {
            let mut say = |words: String| wrong.push((plate.frame, format!("{}: {words}", plate.name())));
            match (h.frame_rate, start.frame_rate) {
                (None, _) => say("no framesPerSecond".into()),
                (Some(rate), Some(wanted)) if !rate.same_as(wanted) => say(format!("{rate} fps, the first plate {wanted}")),
                _ => {}
            }
            let promised = promised.get(&plate.frame).copied();
            let counted = match (start.timecode, start.frame_rate) {
                (Some(tc), Some(rate)) => Some(tc.offset(i64::from(plate.frame) - i64::from(first.frame), rate)),
                _ => None,
            };
            match (h.timecode, promised.unwrap_or(counted)) {
                (None, _) if promised != Some(None) => say("no timeCode".into()),
                (Some(tc), Some(wanted)) if tc != wanted => say(format!("timecode {tc}, expected {wanted}")),
                _ => {}
            }
        }
        let words: Vec<String> = wrong.iter().map(|(_, words)| words.clone()).collect();
        let rate = start.frame_rate.map_or("no rate".into(), |r| format!("{r} fps"));
        let from = start.timecode.map_or("no timecode".into(), |t| t.to_string());
        let evidence = if wrong.is_empty() { format!("from {from} at {rate}") } else { few(&words) };
        let measured = format!("{} wrong", count(wrong.len(), "attribute"));
        let verdict = Verdict::new(wrong.is_empty(), measured, "a timecode a plate, one rate", evidence);
        Ok(verdict.frame(wrong.first().map(|(frame, _)| *frame)))
    })
}
