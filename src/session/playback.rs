//! Playing: every frame in its turn, slower where the machine is; or in real time, with frames left out and counted.

use crate::camera::{FrameList, FrameNumber, Timecode};
use std::{
    ops::RangeInclusive,
    time::{Duration, Instant},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Forward,
    Reverse,
}

/// How a clip is played. Part of the view.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlayMode {
    /// Of the clip's rate.
    pub speed: f64,
    /// Whether it goes round at the ends, or stops there.
    pub looping: bool,
    /// Whether frames are left out where the machine is too slow.
    pub real_time: bool,
}

impl Default for PlayMode {
    fn default() -> Self {
        Self { speed: 1.0, looping: true, real_time: false }
    }
}

/// Speeds that can be played at.
pub const SPEED_RANGE: RangeInclusive<f64> = 0.25..=4.0;

/// A running playback.
#[derive(Clone, Debug)]
pub struct Playback {
    pub direction: Direction,
    /// When the frame in view came on screen; `None` while it is still being made.
    shown: Option<Instant>,
    last: Option<Instant>,
    /// In real time, when the next frame is due, whether this one is there or not.
    due: Option<Instant>,
    dropped: u64,
    /// Smoothed seconds a frame.
    pace: Option<f64>,
}

impl Playback {
    pub fn new(direction: Direction) -> Self {
        Self { direction, shown: None, last: None, due: None, dropped: 0, pace: None }
    }

    /// Frames a second really reached.
    pub fn measured_rate(&self) -> Option<f64> {
        self.pace.map(|p| 1.0 / p)
    }
    /// Frames left out so far.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The frame in view is on screen: how many frames to go on, 0 until it stood there for its time. More than 1 only in real time.
    pub fn advance(&mut self, now: Instant, rate: f64, real_time: bool) -> u32 {
        let period = Duration::from_secs_f64(1.0 / rate);
        let shown = *self.shown.get_or_insert(now);
        let due = if real_time { *self.due.get_or_insert(now + period) } else { shown + period };
        if now < due {
            return 0;
        }
        if let Some(last) = self.last {
            let pace = (now - last).as_secs_f64().max(1e-6);
            self.pace = Some(self.pace.map_or(pace, |p| p * 0.8 + pace * 0.2));
        }
        self.last = Some(now);
        if real_time {
            let late = ((now - due).as_secs_f64() * rate) as u32;
            self.dropped += u64::from(late);
            (self.due, self.shown) = (Some(due + period * (late + 1)), None);
            return late + 1;
        }
        // The next frame's time starts when this one's ended, so that late wake-ups do not add up; after a stall it starts anew.
        self.shown = if now < shown + 2 * period { Some(shown + period) } else { None };
        self.due = None;
        1
    }

    /// When to look again.
    pub fn next_wake(&self, rate: f64) -> Option<Instant> {
        self.due.or_else(|| self.shown.map(|s| s + Duration::from_secs_f64(1.0 / rate)))
    }
}

/// The frame `by` present frames from `from`; stops at the ends.
pub fn step(frames: &FrameList, from: FrameNumber, by: i32) -> FrameNumber {
    let last = frames.present.len().saturating_sub(1);
    let at = frames.present.binary_search(&from).unwrap_or_else(|i| i.min(last));
    let to = at.saturating_add_signed(by as isize).min(last);
    frames.present.get(to).copied().unwrap_or(from)
}

/// The next frame in a direction within `range`; at its end the other end where it goes round, else none. From outside it comes to the
/// end that is met first.
pub fn next(
    frames: &FrameList,
    from: FrameNumber,
    direction: Direction,
    range: &RangeInclusive<FrameNumber>,
    looping: bool,
) -> Option<FrameNumber> {
    let within = |f: &FrameNumber| range.contains(f);
    // They ascend, and there may be a hundred thousand: this is asked for each frame that is read ahead.
    let from_start = frames.present.partition_point(|f| f < range.start());
    let to_end = frames.present.partition_point(|f| f <= range.end());
    let part = frames.present.get(from_start..to_end)?;
    let (first, last) = (*part.first()?, *part.last()?);
    let (by, start) = match direction {
        Direction::Forward => (1, first),
        Direction::Reverse => (-1, last),
    };
    let to = step(frames, from, by);
    if to != from && within(&to) && within(&from) { Some(to) } else { (looping || !within(&from)).then_some(start) }
}

/// A timecode as it is typed: fields from the right, those left out as in `like`; digits alone are read in pairs.
pub fn typed(text: &str, like: Timecode) -> Option<Timecode> {
    let text = text.trim();
    let mut fields: Vec<u8> = if text.contains([':', ';', '.']) {
        text.split([':', ';', '.']).map(|f| f.trim().parse().ok()).collect::<Option<_>>()?
    } else {
        let digits = text.as_bytes();
        let all = !digits.is_empty() && digits.len() <= 8 && digits.iter().all(u8::is_ascii_digit);
        all.then(|| digits.rchunks(2).rev().map(|p| p.iter().fold(0, |n, d| n * 10 + (d - b'0'))).collect())?
    };
    let known = [like.hours, like.minutes, like.seconds, like.frames];
    let missing = known.len().checked_sub(fields.len())?;
    fields.splice(0..0, known[..missing].iter().copied());
    let [hours, minutes, seconds, frames] = fields[..] else { return None };
    Timecode::new(hours, minutes, seconds, frames, like.drop_frame)
}

/// The frame that exists nearest to `frame`.
pub fn nearest(frames: &FrameList, frame: FrameNumber) -> FrameNumber {
    frames.present.iter().copied().min_by_key(|f| f.abs_diff(frame)).unwrap_or(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_go_over_gaps_and_stop_at_the_ends() {
        let f = FrameList::new(vec![3, 4, 7, 9]);
        assert_eq!([step(&f, 4, 1), step(&f, 7, -1), step(&f, 3, -1), step(&f, 3, 10), step(&f, 5, 0)], [7, 4, 3, 9, 7]);
        let all = 0..=9;
        assert_eq!([next(&f, 9, Direction::Forward, &all, true), next(&f, 3, Direction::Reverse, &all, true)], [Some(3), Some(9)]);
        assert_eq!([next(&f, 9, Direction::Forward, &all, false), next(&f, 7, Direction::Forward, &all, false)], [None, Some(9)]);
        let part = 4..=8;
        assert_eq!([next(&f, 7, Direction::Forward, &part, true), next(&f, 9, Direction::Reverse, &part, false)], [Some(4), Some(7)]);
        assert_eq!([next(&f, 7, Direction::Forward, &part, false), next(&f, 7, Direction::Forward, &(5..=6), true)], [None, None]);
        assert_eq!([nearest(&f, 8), nearest(&f, 0), nearest(&f, 5)], [7, 3, 4]);
    }

    #[test]
    fn timecodes_are_typed_from_the_right() {
        let like = Timecode::new(10, 4, 17, 6, false).unwrap();
        let of = |text| typed(text, like).map(|t| t.to_string());
        assert_eq!(of("10:05:00:12"), Some("10:05:00:12".into()));
        assert_eq!(
            [of("18:02"), of("1802"), of("02"), of("2")],
            ["10:04:18:02", "10:04:18:02", "10:04:17:02", "10:04:17:02"].map(|t| Some(t.into()))
        );
        for wrong in ["", "x", "1:2:3:4:5", "123456789", "99:00:00:00", "1::2"] {
            assert!(of(wrong).is_none(), "{wrong}");
        }
        assert_eq!(of("300"), Some("10:04:03:00".into()));
    }

    #[test]
    fn each_frame_stands_for_its_time() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut p = Playback::new(Direction::Forward);
        assert_eq!([p.advance(at(0), 25.0, false), p.advance(at(39), 25.0, false), p.advance(at(44), 25.0, false)], [0, 0, 1]);
        assert_eq!(p.advance(at(79), 25.0, false), 0, "the next is due at 80, not at 84");
        assert_eq!(p.advance(at(80), 25.0, false), 1);
        assert_eq!(p.next_wake(25.0), Some(at(120)));
    }

    #[test]
    fn a_stall_slows_down_and_skips_nothing() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut p = Playback::new(Direction::Forward);
        p.advance(at(0), 25.0, false);
        assert_eq!(p.advance(at(500), 25.0, false), 1);
        assert_eq!(p.advance(at(510), 25.0, false), 0, "the frame after a stall gets its full time");
        assert_eq!(p.advance(at(550), 25.0, false), 1);
        assert!(p.measured_rate().unwrap() > 15.0);
        assert_eq!(p.dropped(), 0);
    }

    #[test]
    fn in_real_time_a_stall_drops_frames_and_counts_them() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut p = Playback::new(Direction::Forward);
        assert_eq!(p.advance(at(0), 25.0, true), 0);
        assert_eq!(p.next_wake(25.0), Some(at(40)));
        // Due at 40; seen at 170, when those of 80, 120 and 160 are over.
        assert_eq!(p.advance(at(170), 25.0, true), 4);
        assert_eq!((p.dropped(), p.next_wake(25.0)), (3, Some(at(200))));
        assert_eq!([p.advance(at(199), 25.0, true), p.advance(at(201), 25.0, true)], [0, 1]);
    }
}
