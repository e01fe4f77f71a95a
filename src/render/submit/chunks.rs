//! Which frames a task gets: every frame that is there once, none that is missing, none twice.

use crate::{
    camera::{FrameNumber, runs},
    error::{Error, Result},
};
use std::{ops::RangeInclusive, str::FromStr, time::Duration};

/// How much a task does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chunk {
    /// So many frames at most.
    Frames(u32),
    /// As many frames as fit into this time: for functions that are stopped after a while.
    Time(Duration),
}

/// What a task takes, as it was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    pub frame: Duration,
    /// Before its first frame: the golden frames that every task makes.
    pub before: Duration,
}

impl Chunk {
    /// Frames of a task; 1 at least, as a frame is not divided.
    pub fn frames(self, pace: Pace) -> u32 {
        match self {
            Self::Frames(n) => n.max(1),
            Self::Time(time) => {
                let left = time.saturating_sub(pace.before).as_nanos();
                // A pace of nothing: all frames in one.
                let frames = left.checked_div(pace.frame.as_nanos()).unwrap_or(u128::MAX);
                u32::try_from(frames).unwrap_or(u32::MAX).max(1)
            }
        }
    }
}

/// `16` frames, `90s`, `10min`.
impl FromStr for Chunk {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::usage("a number of frames (16) or a time (90s, 10min)").field("--chunk").value(text);
        let number = |digits: &str| digits.trim().parse::<u32>().ok().filter(|n| *n > 0).ok_or_else(wrong);
        if let Some(minutes) = text.strip_suffix("min") {
            return Ok(Self::Time(Duration::from_secs(60 * u64::from(number(minutes)?))));
        }
        match text.strip_suffix('s') {
            Some(seconds) => Ok(Self::Time(Duration::from_secs(number(seconds)?.into()))),
            None => number(text).map(Self::Frames),
        }
    }
}

/// The frames of each task: stretches without a gap, of `most` frames at most, and those of one stretch of nearly the same length.
pub fn chunks(present: &[FrameNumber], most: u32) -> Vec<RangeInclusive<FrameNumber>> {
    runs(present).flat_map(|run| divide(run, most.max(1))).collect()
}

fn divide(run: RangeInclusive<FrameNumber>, most: u32) -> impl Iterator<Item = RangeInclusive<FrameNumber>> {
    let first = u64::from(*run.start());
    let length = u64::from(*run.end()) - first + 1;
    let parts = length.div_ceil(u64::from(most));
    // Within the run, so within u32.
    let at = move |part: u64| first + (length * part).div_ceil(parts);
    (0..parts).map(move |part| at(part) as u32..=(at(part + 1) - 1) as u32)
}

/// `0-7`, as the option `--frames` takes it.
pub fn text(range: &RangeInclusive<FrameNumber>) -> String {
    format!("{}-{}", range.start(), range.end())
}

/// `0-3,6-9`.
pub fn list(ranges: &[RangeInclusive<FrameNumber>]) -> String {
    ranges.iter().map(text).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_stretch_is_divided_evenly_and_never_across_a_gap() {
        let frames: Vec<u32> = (0..=4).chain(8..=16).chain([u32::MAX]).collect();
        assert_eq!(list(&runs(&frames).collect::<Vec<_>>()), "0-4,8-16,4294967295-4294967295");
        assert_eq!(list(&chunks(&frames, 4)), "0-2,3-4,8-10,11-13,14-16,4294967295-4294967295");
        assert_eq!(chunks(&[], 4), []);
    }

    #[test]
    fn a_time_holds_the_golden_frames_and_then_as_many_as_fit() {
        let ms = Duration::from_millis;
        let pace = Pace { frame: ms(500), before: ms(1500) };
        assert_eq!(Chunk::Time(ms(10_000)).frames(pace), 17);
        assert_eq!(Chunk::Time(ms(100)).frames(pace), 1);
        assert_eq!(Chunk::Time(ms(100)).frames(Pace::default()), u32::MAX);
        assert_eq!(Chunk::Frames(9).frames(pace), 9);
    }

    #[test]
    fn a_chunk_is_frames_or_a_time() {
        assert_eq!("16".parse(), Ok(Chunk::Frames(16)));
        assert_eq!("90s".parse(), Ok(Chunk::Time(Duration::from_secs(90))));
        assert_eq!("10min".parse(), Ok(Chunk::Time(Duration::from_secs(600))));
        for wrong in ["", "0", "0s", "-3", "s", "min", "1h", "99999999999", "1.5s"] {
            assert_eq!(wrong.parse::<Chunk>().map_err(|e| e.exit_code()), Err(2), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_frame_once(frames in prop::collection::btree_set(0u32..300, 0..200), far in any::<bool>(), most in 0u32..40) {
            let shift = if far { u32::MAX - 299 } else { 0 };
            let present: Vec<u32> = frames.iter().map(|f| f + shift).collect();
            let chunks = chunks(&present, most);
            let covered: Vec<u32> = chunks.iter().flat_map(|c| c.clone()).collect();
            prop_assert_eq!(&covered, &present);
            for chunk in &chunks {
                prop_assert!(chunk.end() - chunk.start() < most.max(1));
            }
        }

        #[test]
        fn the_parts_of_a_stretch_differ_by_one_frame_at_most(length in 1u32..5000, most in 1u32..200) {
            let present: Vec<u32> = (7..7 + length).collect();
            let lengths: Vec<u32> = chunks(&present, most).iter().map(|c| c.end() - c.start() + 1).collect();
            let (least, greatest) = (lengths.iter().min().unwrap(), lengths.iter().max().unwrap());
            prop_assert!(greatest - least <= 1 && *greatest <= most);
            prop_assert_eq!(lengths.len() as u32, length.div_ceil(most));
        }
    }
}
