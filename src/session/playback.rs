//! Playing: every frame is shown, at the clip's rate where the machine can, slower where it cannot.

use crate::camera::{FrameList, FrameNumber};
use std::time::{Duration, Instant};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Forward,
    Reverse,
}

/// A running playback.
#[derive(Clone, Debug)]
pub struct Playback {
    pub direction: Direction,
    /// When the frame in view came on screen; `None` while it is still being made.
    shown: Option<Instant>,
    last: Option<Instant>,
    /// Smoothed seconds a frame.
    pace: Option<f64>,
}

impl Playback {
    pub fn new(direction: Direction) -> Self {
        Self { direction, shown: None, last: None, pace: None }
    }

    /// Frames a second really reached.
    pub fn measured_rate(&self) -> Option<f64> {
        self.pace.map(|p| 1.0 / p)
    }

    /// The frame in view is on screen: `true` once it stood there for its time, and the next is due.
    pub fn advance(&mut self, now: Instant, rate: f64) -> bool {
        let period = Duration::from_secs_f64(1.0 / rate);
        let shown = *self.shown.get_or_insert(now);
        if now < shown + period {
            return false;
        }
        if let Some(last) = self.last {
            let pace = (now - last).as_secs_f64().max(1e-6);
            self.pace = Some(self.pace.map_or(pace, |p| p * 0.8 + pace * 0.2));
        }
        self.last = Some(now);
        // The next frame's time starts when this one's ended, so that late wake-ups do not add up; after a stall it starts anew.
        self.shown = if now < shown + 2 * period { Some(shown + period) } else { None };
        true
    }

    /// When to look again.
    pub fn next_wake(&self, rate: f64) -> Option<Instant> {
        self.shown.map(|s| s + Duration::from_secs_f64(1.0 / rate))
    }
}

/// The frame `by` present frames from `from`; stops at the ends.
pub fn step(frames: &FrameList, from: FrameNumber, by: i32) -> FrameNumber {
    let last = frames.present.len().saturating_sub(1);
    let at = frames.present.binary_search(&from).unwrap_or_else(|i| i.min(last));
    let to = at.saturating_add_signed(by as isize).min(last);
    frames.present.get(to).copied().unwrap_or(from)
}

/// The next frame in a direction; goes round at the ends.
pub fn next(frames: &FrameList, from: FrameNumber, direction: Direction) -> FrameNumber {
    let (by, other_end) = match direction {
        Direction::Forward => (1, frames.first()),
        Direction::Reverse => (-1, frames.last()),
    };
    let to = step(frames, from, by);
    if to == from { other_end } else { to }
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
        assert_eq!([next(&f, 9, Direction::Forward), next(&f, 3, Direction::Reverse)], [3, 9]);
        assert_eq!([nearest(&f, 8), nearest(&f, 0), nearest(&f, 5)], [7, 3, 4]);
    }

    #[test]
    fn each_frame_stands_for_its_time() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut p = Playback::new(Direction::Forward);
        assert!(!p.advance(at(0), 25.0));
        assert!(!p.advance(at(39), 25.0));
        assert!(p.advance(at(44), 25.0));
        assert!(!p.advance(at(79), 25.0), "the next is due at 80, not at 84");
        assert!(p.advance(at(80), 25.0));
        assert_eq!(p.next_wake(25.0), Some(at(120)));
    }

    #[test]
    fn a_stall_slows_down_and_skips_nothing() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut p = Playback::new(Direction::Forward);
        p.advance(at(0), 25.0);
        assert!(p.advance(at(500), 25.0));
        assert!(!p.advance(at(510), 25.0), "the frame after a stall gets its full time");
        assert!(p.advance(at(550), 25.0));
        assert!(p.measured_rate().unwrap() > 15.0);
    }
}
