//! Frames of one rate as frames of another.
//!
//! Whole rates and those that run at 1000/1001 of them are named for each other: a list is read at 24 where its pictures run at 23.976.
//! Both count the same labels a second, and a frame of the one is a frame of the other.

use crate::{
    camera::{Rational, Timecode},
    error::Result,
    sidecar::timeline::{Exact, Fraction, Time, frame_rate},
};

/// A number of frames that are counted at a rate.
pub fn frames(number: Fraction, rate: Fraction) -> Time {
    Time { value: number.into(), rate: Exact::from(rate) }
}

/// How many frames at `rate` a time is. Rates of one counting base count frames alike; those of bases that are multiples of 6 (24, 30, 48,
/// 60 …), each of which may run at 1000/1001, by their bases; all others by time.
///
/// # Errors
/// More digits than 128 bits hold.
pub fn frames_at(time: &Time, rate: Fraction) -> Result<Fraction> {
    match (base(time.rate.number), base(rate)) {
        (Some(from), Some(to)) if from == to => Ok(time.value.number),
        (Some(from), Some(to)) if from.is_multiple_of(6) && to.is_multiple_of(6) => {
            time.value.number.times(Fraction::whole(to))?.over(Fraction::whole(from))
        }
        _ => time.count(rate),
    }
}

/// Labels a second; none of a rate that timecode does not count.
fn base(rate: Fraction) -> Option<u32> {
    frame_rate(rate).ok().map(labels)
}

/// Labels a second, 1 to 100.
pub fn labels(rate: Rational) -> u32 {
    Timecode::per_second(rate) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(n: i128, d: i128) -> Fraction {
        Fraction::new(n, d).unwrap()
    }

    #[test]
    fn rates_of_one_base_count_frames_alike_and_others_by_time() {
        let (film, slow, ntsc, pal) = (ratio(24, 1), ratio(24000, 1001), ratio(30000, 1001), ratio(25, 1));
        let at = |number: i128, from: Fraction, to: Fraction| frames_at(&frames(ratio(number, 1), from), to).unwrap();
        let hour = 24 * 3600;
        assert_eq!((at(hour, film, slow), at(hour, slow, film)), (ratio(hour, 1), ratio(hour, 1)));
        assert_eq!((at(hour, film, ntsc), at(hour, slow, ntsc)), (ratio(hour * 5 / 4, 1), ratio(hour * 5 / 4, 1)));
        assert_eq!((at(hour, film, pal), at(25 * 1001, pal, slow)), (ratio(25 * 3600, 1), ratio(24000, 1)));
        // What counts samples counts time.
        assert_eq!(at(48_000, ratio(48_000, 1), slow), slow);
    }
}
