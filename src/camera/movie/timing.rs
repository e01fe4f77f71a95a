//! Frames and the time stamps they carry.

use super::{
    Container,
    probe::{Stream, said},
};
use crate::{
    camera::{FrameNumber, Rational},
    error::{Error, Result},
};

/// Most frames of a clip: eight days at 24 a second.
pub const MAX_FRAMES: u64 = 1 << 24;

/// A constant rate, in the units of the container.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    pub rate: Rational,
    pub frames: u32,
    /// Seconds of a tick, as numerator and denominator.
    base: (i64, i64),
    /// Time stamp of frame 0.
    start: i64,
    /// Whether time stamps tell frames apart: not in an MXF with B pictures, where FFmpeg makes them up when the index leaves
    /// the order out. Its frames are counted from the first one.
    pub seekable: bool,
}

impl Timing {
    /// What the stream says; an error where its frames do not follow each other at one rate.
    pub fn of(stream: &Stream, container: Container, counted: Option<u64>) -> Result<Self> {
        /// FFmpeg's ratios are of 32-bit numbers, so that no product here leaves 128 bits.
        const WIDTH: std::ops::RangeInclusive<i64> = 1..=i32::MAX as i64;
        let ratio = |value: &Option<String>| {
            said(value).and_then(|v| v.parse::<Rational>().ok()).filter(|r| WIDTH.contains(&r.num()) && WIDTH.contains(&r.den()))
        };
        let base = ratio(&stream.time_base).ok_or_else(|| Error::invalid("the stream has no time base").field("time_base"))?;
        let rates: Vec<Rational> = match container {
            // The edit unit of an MXF track is a frame.
            Container::Mxf => ratio(&stream.r_frame_rate).into_iter().collect(),
            // Of two fields, the rate of the fields may be said; any other average is that of a variable rate.
            Container::QuickTime => match (ratio(&stream.r_frame_rate), ratio(&stream.avg_frame_rate)) {
                (Some(r), Some(average)) if r.num() * average.den() == 2 * average.num() * r.den() => vec![r, average],
                (Some(r), _) => vec![r],
                (None, average) => average.into_iter().collect(),
            },
        };
        let first = *rates.first().ok_or_else(|| Error::invalid("the stream states no frame rate").field("r_frame_rate"))?;
        let frames = counted
            .or_else(|| stated_frames(stream, container))
            .ok_or_else(|| Error::invalid("the stream does not say how many frames it has").field("nb_frames"))?;
        if frames == 0 || frames > MAX_FRAMES {
            return Err(Error::invalid("no clip has so many frames").field("nb_frames").value(frames));
        }
        let timing = |rate| Self {
            rate,
            frames: frames as u32,
            base: (base.num(), base.den()),
            start: stream.start_pts.unwrap_or(0),
            seekable: container != Container::Mxf || stream.has_b_frames == 0,
        };
        let Some(duration) = stream.duration_ts.filter(|_| counted.is_none()) else { return Ok(timing(first)) };
        // A frame more or less is how writers round; what is cut by an edit list, or played at several rates, is off by more.
        let fits = |t: &Self| {
            let ticks = |n: u32| t.stamp(n).saturating_sub(t.start);
            ticks(frames as u32).abs_diff(duration) <= ticks(1).unsigned_abs().max(1)
        };
        rates.iter().map(|r| timing(*r)).find(fits).ok_or_else(|| {
            let length = format!(
                "{frames} frames at {first} fps do not last {duration}/{} s",
                Rational::new(base.den(), base.num()).unwrap_or(base)
            );
            Error::unsupported(format!("{length}: variable frame rate, or an edit list that leaves frames out; neither is decoded"))
                .field("frame rate")
                .value(said(&stream.avg_frame_rate).unwrap_or("unknown"))
        })
    }

    /// Ticks of a frame, exactly: numerator and denominator.
    fn tick(&self) -> (i128, i128) {
        (i128::from(self.rate.den()) * i128::from(self.base.1), i128::from(self.rate.num()) * i128::from(self.base.0))
    }

    /// Time stamp of a frame; where the rate is no whole number of ticks, the nearest.
    pub fn stamp(&self, frame: FrameNumber) -> i64 {
        let (num, den) = self.tick();
        let ticks = (i128::from(frame) * num + den / 2).div_euclid(den);
        self.start.saturating_add(i64::try_from(ticks).unwrap_or(i64::MAX))
    }

    /// The frame with a time stamp.
    pub fn frame(&self, stamp: i64) -> Result<FrameNumber> {
        let (num, den) = self.tick();
        let ticks = i128::from(stamp) - i128::from(self.start);
        let frame = (ticks * den * 2 + num).div_euclid(2 * num);
        let stray = || {
            Error::unsupported(
                "the picture does not stand at the time that a constant frame rate gives it: variable frame rate is not decoded",
            )
            .field("time stamp")
            .value(stamp)
        };
        let frame = FrameNumber::try_from(frame).map_err(|_| stray())?;
        // A tick of slack where the rate is no whole number of ticks.
        let slack = u64::from(num % den != 0);
        if self.stamp(frame).abs_diff(stamp) <= slack { Ok(frame) } else { Err(stray()) }
    }

    /// Where to look for a frame: a quarter of one before it, in microseconds. What comes first after that is the frame, also
    /// where ticks are as long as frames and times are rounded to them.
    pub fn seek_point(&self, frame: FrameNumber) -> i64 {
        let (num, den) = self.tick();
        let ticks = self.start as f64 + (f64::from(frame) - 0.25) * (num as f64 / den as f64);
        (ticks * 1e6 * self.base.0 as f64 / self.base.1 as f64).floor() as i64
    }
}

/// How many frames the stream says it has.
pub fn stated_frames(stream: &Stream, container: Container) -> Option<u64> {
    let by_duration = || (container == Container::Mxf).then(|| u64::try_from(stream.duration_ts?).ok()).flatten();
    said(&stream.nb_frames).and_then(|n| n.parse().ok()).or_else(by_duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(rate: &str, average: &str, base: &str, duration: i64, frames: Option<&str>) -> Stream {
        let text = |s: &str| Some(s.to_owned());
        Stream {
            r_frame_rate: text(rate),
            avg_frame_rate: text(average),
            time_base: text(base),
            duration_ts: Some(duration),
            nb_frames: frames.map(Into::into),
            start_pts: Some(0),
            ..Stream::default()
        }
    }

    #[test]
    fn frames_and_stamps_are_one_to_one() {
        let ntsc = Timing::of(&stream("30000/1001", "30000/1001", "1/90000", 1_087_086, Some("362")), Container::QuickTime, None).unwrap();
        assert_eq!((ntsc.frames, ntsc.stamp(3), ntsc.frame(9009).unwrap()), (362, 9009, 3));
        assert!(ntsc.frame(9010).is_err() && ntsc.frame(-1).is_err());
        // Milliseconds: 41.708 a frame.
        let rounded = Timing::of(&stream("24000/1001", "24000/1001", "1/1000", 4171, Some("100")), Container::QuickTime, None).unwrap();
        for frame in [0, 1, 2, 17, 99] {
            assert_eq!(rounded.frame(rounded.stamp(frame)).unwrap(), frame);
        }
        assert_eq!(rounded.frame(41).unwrap(), 1);
        assert!(rounded.frame(44).is_err());
        let mxf = Timing::of(&stream("25/1", "0/0", "1/25", 266, None), Container::Mxf, None).unwrap();
        assert_eq!((mxf.frames, mxf.seek_point(4)), (266, 150_000));
        assert_eq!(mxf.frame(4).unwrap(), 4);
    }

    #[test]
    fn variable_rates_and_edits_are_named() {
        for (average, duration, frames) in [("2125/98", 50176, "85"), ("25/1", 34560, "76")] {
            let error = Timing::of(&stream("25/1", average, "1/12800", duration, Some(frames)), Container::QuickTime, None).unwrap_err();
            assert!(error.to_string().contains("edit list"), "{error}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for s in [
            stream("0/0", "0/0", "1/25", 1, Some("1")),
            stream("25/1", "25/1", "0/1", 1, Some("1")),
            stream("25/1", "25/1", "1/25", 1, Some("99999999999")),
            stream("25/1", "25/1", "1/25", 1, Some("0")),
            stream("25/1", "25/1", "1/25", 1, None),
            stream("9223372036854775807/1", "1/1", "1/9223372036854775807", i64::MIN, Some("16777216")),
        ] {
            assert!(Timing::of(&s, Container::QuickTime, None).is_err(), "{s:?}");
        }
    }
}
