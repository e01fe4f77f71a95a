//! SMPTE ST 12 timecode and its arithmetic.

use super::Rational;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A time address `hh:mm:ss:ff`; with `drop_frame`, written with `;` and skipping labels at 29.97 and 59.94.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Timecode {
    pub hours: u8,
    pub minutes: u8,
    pub seconds: u8,
    pub frames: u8,
    pub drop_frame: bool,
}

impl Timecode {
    /// Checks the ranges (23:59:59:99).
    pub fn new(hours: u8, minutes: u8, seconds: u8, frames: u8, drop_frame: bool) -> Option<Self> {
        (hours < 24 && minutes < 60 && seconds < 60 && frames < 100).then_some(Self { hours, minutes, seconds, frames, drop_frame })
    }

    /// Whether labels may be dropped at a rate: at 30000/1001 and its multiples (SMPTE ST 12-1 clause 5.2.2, ST 12-3).
    pub fn can_drop(rate: Rational) -> bool {
        (1..=4).any(|n| Rational::new(30_000 * n, 1001).is_some_and(|r| r.same_as(rate)))
    }

    /// Frames counted from 00:00:00:00 at `rate` (the counting base is the rate rounded up to whole frames).
    pub fn to_frame_count(self, rate: Rational) -> u64 {
        let base = counting_base(rate);
        let minutes = u64::from(self.hours) * 60 + u64::from(self.minutes);
        let label = (minutes * 60 + u64::from(self.seconds)) * base + u64::from(self.frames);
        if self.drop_frame { label - dropped_per_minute(base) * (minutes - minutes / 10) } else { label }
    }

    /// The address of frame `count` at `rate`; wraps at 24 hours.
    pub fn from_frame_count(count: u64, rate: Rational, drop_frame: bool) -> Self {
        let base = counting_base(rate);
        let mut label = count;
        if drop_frame {
            let drop = dropped_per_minute(base);
            let per_minute = 60 * base - drop;
            let per_ten = 600 * base - 9 * drop;
            let (tens, rest) = (count / per_ten, count % per_ten);
            let extra = if rest < 60 * base { 0 } else { 1 + (rest - 60 * base) / per_minute };
            label += drop * (9 * tens + extra);
        }
        let seconds = label / base;
        Self {
            hours: (seconds / 3600 % 24) as u8,
            minutes: (seconds / 60 % 60) as u8,
            seconds: (seconds % 60) as u8,
            frames: (label % base) as u8,
            drop_frame,
        }
    }

    /// Labels a second at a rate, 1 to 100.
    pub fn per_second(rate: Rational) -> u64 {
        counting_base(rate)
    }
    /// Frames of 24 hours.
    pub fn per_day(rate: Rational, drop_frame: bool) -> u64 {
        let last = Self { hours: 23, minutes: 59, seconds: 59, frames: (counting_base(rate) - 1).min(99) as u8, drop_frame };
        last.to_frame_count(rate) + 1
    }
    /// The address `frames` later (or earlier) at `rate`; wraps at 24 hours.
    pub fn offset(self, frames: i64, rate: Rational) -> Self {
        let day = Self::per_day(rate, self.drop_frame) as i64;
        // Of a day each, before they are added: their sum is then no larger than two.
        let count = (self.to_frame_count(rate) as i64 + frames.rem_euclid(day)).rem_euclid(day);
        Self::from_frame_count(count as u64, rate, self.drop_frame)
    }
}

fn counting_base(rate: Rational) -> u64 {
    (rate.to_f64().round() as u64).clamp(1, 100)
}

fn dropped_per_minute(base: u64) -> u64 {
    base / 15
}

impl fmt::Display for Timecode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sep = if self.drop_frame { ';' } else { ':' };
        write!(f, "{:02}:{:02}:{:02}{sep}{:02}", self.hours, self.minutes, self.seconds, self.frames)
    }
}

impl FromStr for Timecode {
    type Err = Error;
    fn from_str(s: &str) -> Result<Self> {
        let bad = || Error::invalid("not a timecode hh:mm:ss:ff").value(s);
        let mut parts = s.trim().split([':', ';', '.', ',']);
        let mut next = || parts.next().and_then(|p| p.parse::<u8>().ok()).ok_or_else(bad);
        let (h, m, sec, f) = (next()?, next()?, next()?, next()?);
        if parts.next().is_some() {
            return Err(bad());
        }
        Self::new(h, m, sec, f, s.contains([';', ','])).ok_or_else(bad)
    }
}

impl Serialize for Timecode {
    fn serialize<S: serde::Serializer>(&self, s: S) -> std::result::Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Timecode {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(n: i64, d: i64) -> Rational {
        Rational::new(n, d).unwrap()
    }

    #[test]
    fn labels_are_dropped_at_ntsc_rates_only() {
        for (num, den, can) in
            [(30000, 1001, true), (60000, 1001, true), (120_000, 2002, true), (30, 1, false), (25, 1, false), (24000, 1001, false)]
        {
            assert_eq!(Timecode::can_drop(rate(num, den)), can, "{num}/{den}");
        }
    }

    #[test]
    fn drop_frame_counts_real_frames() {
        let ntsc = rate(30000, 1001);
        let tc: Timecode = "01:00:00;00".parse().unwrap();
        assert_eq!(tc.to_frame_count(ntsc), 107_892);
        assert_eq!("00:01:00;02".parse::<Timecode>().unwrap().to_frame_count(ntsc), 1800);
        for count in [0, 1, 1799, 1800, 1801, 17981, 17982, 107_892, 2_589_407] {
            assert_eq!(Timecode::from_frame_count(count, ntsc, true).to_frame_count(ntsc), count);
        }
    }

    #[test]
    fn offset_wraps_at_midnight() {
        let tc: Timecode = "23:59:59:23".parse().unwrap();
        assert_eq!(tc.offset(1, rate(24000, 1001)).to_string(), "00:00:00:00");
        assert_eq!("00:00:00:00".parse::<Timecode>().unwrap().offset(-1, rate(24, 1)).to_string(), "23:59:59:23");
        assert_eq!(tc.offset(i64::MAX, rate(24, 1)), tc.offset(i64::MAX % (24 * 86_400), rate(24, 1)));
        assert_eq!(tc.offset(i64::MIN, rate(24, 1)), tc.offset(i64::MIN % (24 * 86_400), rate(24, 1)));
    }

    #[test]
    fn rejects_what_is_no_timecode() {
        for s in ["", "1:2:3", "24:00:00:00", "00:60:00:00", "00:00:00:00:00", "aa:00:00:00", "00:00:00:-1"] {
            assert!(s.parse::<Timecode>().is_err(), "{s}");
        }
    }
}
