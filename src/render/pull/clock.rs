//! Where in a clip the timecode of an event lies, also where the two count otherwise.

use super::Event;
use crate::{camera::Timecode, sidecar::timeline::matching::Candidate};

/// Frames of a clip that an event shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// From the first frame of the clip; may lie before it.
    pub first: i64,
    pub frames: u64,
    /// What had to be changed for it to be there.
    pub rule: Option<&'static str>,
    /// 1: nothing.
    pub factor: f64,
}

impl Place {
    /// The last frame.
    pub fn last(&self) -> i64 {
        self.first.saturating_add_unsigned(self.frames.saturating_sub(1))
    }
    /// Whether the clip has all of it.
    pub fn is_within(&self, clip: &Candidate) -> bool {
        self.first >= 0 && u64::try_from(self.last()).is_ok_and(|last| last < clip.frames)
    }
}

/// Where an event lies in a clip: none where the clip has no frame of it, or states no timecode.
pub fn place(event: &Event, clip: &Candidate) -> Option<Place> {
    let (start, rate) = (clip.start?, clip.rate?);
    let per_second = |rate| Timecode::per_second(rate) as u32;
    let (base, own) = (per_second(rate), per_second(event.rate));
    let begins = i64::try_from(start.to_frame_count(rate)).ok()?;
    let day = i64::try_from(Timecode::per_day(rate, start.drop_frame)).ok()?;
    let counted = count(event, base, own, start.drop_frame, rate)?;
    // In turn: as it is, beyond midnight, and a day off.
    let turns = [(0, None, 1.0), (day, Some(MIDNIGHT), 0.95)];
    let off = [(-day, Some(DAY), 0.85), (day, Some(DAY), 0.85)];
    let outside = !(0..day).contains(&counted.at);
    let tried = if outside { off } else { turns };
    tried.into_iter().find_map(|(days, rule, factor)| {
        let first = counted.at.checked_add(days)?.checked_sub(begins)?;
        let place = Place { first, frames: counted.frames, rule: counted.rule.or(rule), factor: counted.factor * factor };
        let overlaps = place.last() >= 0 && u64::try_from(place.first.max(0)).is_ok_and(|first| first < clip.frames);
        overlaps.then_some(place)
    })
}

const MIDNIGHT: &str = "the clip runs past midnight";
const DAY: &str = "timecode is a day off";
const DROP: &str = "labels are dropped on one side only";
const FAMILY: &str = "timecode of another rate of the family";
const OTHER: &str = "timecode of another rate";

struct Counted {
    at: i64,
    frames: u64,
    rule: Option<&'static str>,
    factor: f64,
}

/// The start of an event as the clip counts.
fn count(event: &Event, base: u32, own: u32, drops: bool, rate: crate::camera::Rational) -> Option<Counted> {
    let same = |rule, factor| Some(Counted { at: event.start, frames: event.frames, rule, factor });
    if base == own && event.drop_frame.is_none_or(|drop| drop == drops) {
        return same(None, 1.0);
    }
    // By the label: of one that counts otherwise, the number of frames is another.
    let code = Timecode::from_frame_count(u64::try_from(event.start).ok()?, event.rate, event.drop_frame == Some(true));
    let relabelled = |frames: u32| {
        let code = Timecode { frames: u8::try_from(frames).ok()?, drop_frame: drops, ..code };
        i64::try_from(code.to_frame_count(rate)).ok()
    };
    if base == own {
        return Some(Counted { at: relabelled(code.frames.into())?, frames: event.frames, rule: Some(DROP), factor: 0.9 });
    }
    let scaled = |n: u64| Some(n.checked_mul(u64::from(base))?.div_ceil(u64::from(own)));
    if base.is_multiple_of(own) || own.is_multiple_of(base) {
        // From the frame that the first label lies in to the one that the last lies in.
        let (start, own) = (u64::from(code.frames) * u64::from(base), u64::from(own));
        let frames = event.frames.checked_mul(base.into())?.checked_add(start % own)?.div_ceil(own);
        let at = relabelled(u32::try_from(start / own).ok()?)?;
        return Some(Counted { at, frames, rule: Some(FAMILY), factor: 0.85 });
    }
    if u32::from(code.frames) >= base {
        return None;
    }
    Some(Counted { at: relabelled(code.frames.into())?, frames: scaled(event.frames)?, rule: Some(OTHER), factor: 0.7 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::Rational;

    fn rate(n: i64, d: i64) -> Rational {
        Rational::new(n, d).unwrap()
    }
    fn clip(start: &str, frames: u64, rate: Rational) -> Candidate {
        Candidate { names: vec![], reel: None, start: Some(start.parse().unwrap()), frames, rate: Some(rate) }
    }
    fn event(code: &str, frames: u64, at: Rational) -> Event {
        let code: Timecode = code.parse().unwrap();
        Event {
            number: 1,
            line: 0,
            track: String::new(),
            names: vec![],
            reel: None,
            rate: at,
            drop_frame: Timecode::can_drop(at).then_some(code.drop_frame),
            start: code.to_frame_count(at) as i64,
            frames,
            blends: [0; 2],
            record: None,
            speed: None,
            shot: None,
            notes: vec![],
        }
    }
    fn said(event: &Event, clip: &Candidate) -> Option<(i64, u64, Option<&'static str>)> {
        place(event, clip).map(|p| (p.first, p.frames, p.rule))
    }

    #[test]
    fn an_event_lies_where_its_timecode_says() {
        let film = rate(24, 1);
        let a = clip("10:00:00:00", 48, rate(24000, 1001));
        assert_eq!(said(&event("10:00:01:00", 12, film), &a), Some((24, 12, None)), "24 and 23.976 count alike");
        assert_eq!(said(&event("09:59:59:12", 24, film), &a), Some((-12, 24, None)));
        assert_eq!(said(&event("10:00:02:00", 12, film), &a), None);
        assert_eq!(said(&event("09:59:59:00", 24, film), &a), None);
        assert_eq!(said(&event("10:00:01:00", 12, film), &Candidate::default()), None);
    }

    #[test]
    fn midnight_and_days_are_crossed() {
        let film = rate(24, 1);
        let night = clip("23:59:59:00", 48, film);
        assert_eq!(said(&event("00:00:00:00", 12, film), &night), Some((24, 12, Some(MIDNIGHT))));
        let mut late = event("10:00:01:00", 12, film);
        late.start += 24 * 86400;
        assert_eq!(said(&late, &clip("10:00:00:00", 48, film)), Some((24, 12, Some(DAY))));
        late.start -= 2 * 24 * 86400;
        assert_eq!(said(&late, &clip("10:00:00:00", 48, film)), Some((24, 12, Some(DAY))));
    }

    #[test]
    fn other_counts_go_by_the_label() {
        let (ntsc, film) = (rate(30000, 1001), rate(24, 1));
        let drop = clip("01:00:00;00", 300, ntsc);
        assert_eq!(said(&event("01:00:01:00", 12, ntsc), &drop), Some((30, 12, Some(DROP))));
        let high = clip("10:00:00:00", 480, rate(48, 1));
        assert_eq!(said(&event("10:00:01:12", 12, film), &high), Some((72, 24, Some(FAMILY))));
        let low = clip("10:00:00:00", 48, film);
        assert_eq!(said(&event("10:00:00:47", 3, rate(48, 1)), &low), Some((23, 2, Some(FAMILY))));
        let pal = clip("10:00:00:00", 50, rate(25, 1));
        assert_eq!(said(&event("10:00:01:23", 24, film), &pal), Some((48, 25, Some(OTHER))));
        assert_eq!(said(&event("10:00:00:24", 24, rate(25, 1)), &low), None, "a frame that the rate does not have");
    }
}
