//! From matches to the frames that are rendered: handles, and what overlaps.

use super::{Event, Matched, Range, Refused, resolve::Found};
use crate::{
    camera::{FrameNumber, run_in_words},
    library::Source,
    words::count,
};
use std::collections::BTreeMap;

/// Sets the frames and handles of a match.
///
/// # Errors
/// The clip does not have every frame that the cut shows.
pub fn fit(found: Found, event: &Event, sources: &[Source], handles: u32) -> Result<Matched, Refused> {
    let Found { mut matched, place } = found;
    let refuse = |why: String| Refused::new(matched.event, why);
    let source = &sources[matched.source];
    // Where the clip counts otherwise, transitions are as much longer or shorter as the event.
    let longer = |n: u64| (u128::from(n) * u128::from(place.frames)).div_ceil(u128::from(event.frames.max(1)));
    let blends = event.blends.map(|n| u64::try_from(longer(n)).unwrap_or(u64::MAX));
    let (first, last) = (place.first.saturating_sub_unsigned(blends[0]), place.last().saturating_add_unsigned(blends[1]));
    let ends = i64::try_from(source.candidate.frames).unwrap_or(i64::MAX).saturating_sub(1);
    let lacks = [(first.saturating_neg(), "before its first"), (last.saturating_sub(ends), "behind its last")];
    let lacks: Vec<String> = lacks.iter().filter(|(n, _)| *n > 0).map(|(n, side)| format!("{} {side}", count(*n, "frame"))).collect();
    if !lacks.is_empty() {
        return Err(refuse(format!("{} lacks {}", source.name, lacks.join(" and "))));
    }
    let number = |place: i64| FrameNumber::try_from(i64::from(source.frames.first).saturating_add(place)).ok();
    let (Some(first), Some(last)) = (number(first), number(last)) else {
        return Err(refuse(format!("{} has no frame of that number", source.name)));
    };
    if let Some(gap) = source.frames.missing.iter().find(|gap| *gap.start() <= last && *gap.end() >= first) {
        return Err(refuse(format!("{} lacks frame {}", source.name, run_in_words(gap))));
    }
    // A handle ends where the clip does, and before a frame that is missing.
    let begins = source.frames.missing.iter().filter(|gap| *gap.end() < first).map(|gap| gap.end() + 1).max();
    let stops = source.frames.missing.iter().filter(|gap| *gap.start() > last).map(|gap| gap.start() - 1).min();
    let head = first - begins.unwrap_or(0).max(source.frames.first);
    let tail = stops.unwrap_or(FrameNumber::MAX).min(number(ends).unwrap_or(FrameNumber::MAX)) - last;
    matched.frames = first..=last;
    matched.handles = [head.min(handles), tail.min(handles)];
    if blends != [0, 0] {
        matched.evidence.push(format!("with the {} of transitions", count(blends[0].saturating_add(blends[1]), "frame")));
    }
    Ok(matched)
}

impl Matched {
    /// Its frames with the handles that there are.
    pub fn with_handles(&self) -> std::ops::RangeInclusive<FrameNumber> {
        self.frames.start() - self.handles[0]..=self.frames.end() + self.handles[1]
    }
}

/// The frames of each clip that are rendered: what overlaps or touches is one, within a shot. Two shots of a clip are two deliveries,
/// whatever they share; what no list names a shot of is together.
pub fn ranges(matched: &[Matched], events: &[Event]) -> Vec<Range> {
    let mut shots: BTreeMap<(usize, Option<&str>), Vec<&Matched>> = BTreeMap::new();
    for one in matched {
        let shot = events.get(one.event).and_then(|event| event.shot.as_ref()).map(|shot| shot.name.as_str());
        shots.entry((one.source, shot)).or_default().push(one);
    }
    let mut ranges: Vec<Range> = vec![];
    for ((source, _), mut uses) in shots {
        uses.sort_by_key(|m| (*m.with_handles().start(), m.event));
        let of_shot = ranges.len();
        for one in uses {
            let frames = one.with_handles();
            let last = ranges.get_mut(of_shot..).and_then(<[Range]>::last_mut);
            match last.filter(|last| u64::from(*frames.start()) <= u64::from(*last.frames.end()) + 1) {
                Some(last) => {
                    last.frames = *last.frames.start()..=*last.frames.end().max(frames.end());
                    last.begin = last.begin.min(*one.frames.start());
                    last.events.push(one.event);
                }
                None => ranges.push(Range {
                    source,
                    frames,
                    begin: *one.frames.start(),
                    events: vec![one.event],
                    files: None,
                    left_out: vec![],
                }),
            }
        }
    }
    ranges.iter_mut().for_each(|range| range.events.sort_unstable());
    ranges.sort_by(|a, b| (a.source, a.frames.start(), &a.events).cmp(&(b.source, b.frames.start(), &b.events)));
    ranges
}
