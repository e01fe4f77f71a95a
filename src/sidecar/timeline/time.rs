//! Times of a timeline: exact, and written back as they were read.
//!
//! OpenTimelineIO stores binary floating point. 23.976023976023978 means 24000/1001 and 1.9833333333333334 means 119/60;
//! that is what is computed with.

use crate::{
    camera::{Rational, Timecode},
    error::{Error, Result},
    sidecar::timeline::Fraction,
};

/// The largest frame count and rate: what a 64-bit counter holds, and a clock of a nanosecond.
const MAX_VALUE: f64 = 9.2e18;
const MAX_RATE: f64 = 1e9;

/// An exact number, with the text it came from where that is not the one we would write.
#[derive(Clone, Debug)]
pub struct Exact {
    pub number: Fraction,
    written: Option<Box<str>>,
}

/// How it was written is no part of what it says.
impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl From<Fraction> for Exact {
    fn from(number: Fraction) -> Self {
        Self { number, written: None }
    }
}

impl Exact {
    pub fn whole(n: i64) -> Self {
        Fraction::new(n.into(), 1).unwrap_or(Fraction::ZERO).into()
    }

    /// Reads a number that counts or scales.
    ///
    /// # Errors
    /// Not a finite number; beyond a 64-bit count.
    pub fn parse(text: &str) -> Result<Self> {
        let number = finite(text, MAX_VALUE)?;
        let exact = match Fraction::decimal(text) {
            Ok(whole) if whole.denominator() == 1 => whole,
            _ => simplest(number)?,
        };
        Ok(Self::keep(exact, text))
    }

    /// Reads a rate; 23.976 and 23.98 are 24000/1001.
    ///
    /// # Errors
    /// Not a finite number above 0 and at most 10^9.
    pub fn parse_rate(text: &str) -> Result<Self> {
        let number = finite(text, MAX_RATE)?;
        if number <= 0.0 {
            return Err(Error::invalid("a rate must be above 0").value(text));
        }
        let exact = match Fraction::decimal(text) {
            Ok(whole) if whole.denominator() == 1 => whole,
            _ => match Rational::frame_rate(number).filter(|r| r.den() == 1001) {
                Some(rate) => Fraction::new(rate.num().into(), rate.den().into())?,
                None => simplest(number)?,
            },
        };
        Ok(Self::keep(exact, text))
    }

    fn keep(number: Fraction, text: &str) -> Self {
        let plain = Self { number, written: None };
        if plain.text() == text { plain } else { Self { written: Some(text.into()), ..plain } }
    }

    /// As OpenTimelineIO writes numbers: `24.0`, `23.976023976023978`.
    pub fn text(&self) -> String {
        match &self.written {
            Some(text) => text.to_string(),
            None if self.number.denominator() == 1 => format!("{}.0", self.number.numerator()),
            None => format!("{:?}", self.number.to_f64()),
        }
    }
}

fn finite(text: &str, limit: f64) -> Result<f64> {
    let number: f64 = text.parse().map_err(|_| Error::invalid("not a number").value(text))?;
    if !number.is_finite() {
        return Err(Error::invalid("not a finite number").value(text));
    }
    if number.abs() > limit {
        return Err(Error::invalid(format!("beyond {limit:e}")).value(text));
    }
    Ok(number)
}

/// The fraction with the smallest denominator (to a million) that is this double; else its shortest decimal.
fn simplest(number: f64) -> Result<Fraction> {
    // Continued fraction; every convergent is the best of its size.
    let (mut rest, mut before, mut now) = (number.abs(), (0i128, 1i128), (1i128, 0i128));
    for _ in 0..40 {
        let whole = rest.floor();
        if whole > 1e18 {
            break;
        }
        let next = |a: i128, b: i128| (whole as i128).checked_mul(b).and_then(|p| p.checked_add(a));
        let (Some(n), Some(d)) = (next(before.0, now.0), next(before.1, now.1)) else { break };
        if d > 1_000_000 {
            break;
        }
        if n as f64 / d as f64 == number.abs() {
            return Fraction::new(if number < 0.0 { -n } else { n }, d);
        }
        (before, now) = (now, (n, d));
        rest = 1.0 / (rest - whole);
        if !rest.is_finite() {
            break;
        }
    }
    Fraction::shortest(number)
}

/// A count of frames (or samples) at a rate a second.
#[derive(Clone, Debug, PartialEq)]
pub struct Time {
    pub value: Exact,
    /// Above 0.
    pub rate: Exact,
}

impl Time {
    pub fn frames(count: i64, rate: Rational) -> Result<Self> {
        Ok(Self { value: Exact::whole(count), rate: fraction(rate)?.into() })
    }

    /// The frame that `code` addresses; see [`count`].
    pub fn at(code: Timecode, rate: Rational) -> Result<Self> {
        Self::frames(count(code, rate)?, rate)
    }

    /// Errors: more digits than 128 bits hold.
    pub fn seconds(&self) -> Result<Fraction> {
        self.value.number.over(self.rate.number)
    }

    /// How many frames of another rate it is, in whole or in part.
    pub fn count(&self, rate: Fraction) -> Result<Fraction> {
        if rate == self.rate.number { Ok(self.value.number) } else { self.seconds()?.times(rate) }
    }

    /// Both at this one's rate. Errors: more digits than 128 bits hold.
    pub fn plus(&self, other: &Self) -> Result<Self> {
        Ok(Self { value: self.value.number.plus(other.count(self.rate.number)?)?.into(), rate: self.rate.clone() })
    }
    pub fn minus(&self, other: &Self) -> Result<Self> {
        Ok(Self { value: self.value.number.minus(other.count(self.rate.number)?)?.into(), rate: self.rate.clone() })
    }

    pub fn is_negative(&self) -> bool {
        self.value.number.numerator() < 0
    }
}

/// `start`, and for how long from there.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeRange {
    pub start: Time,
    /// Not below 0.
    pub duration: Time,
}

impl TimeRange {
    /// The first time after it.
    pub fn end(&self) -> Result<Time> {
        self.start.plus(&self.duration)
    }
}

/// A frame rate as a number to compute with.
///
/// # Errors
/// Not above 0.
pub fn fraction(rate: Rational) -> Result<Fraction> {
    let number = Fraction::new(rate.num().into(), rate.den().into())?;
    if number.is_positive() { Ok(number) } else { Err(Error::invalid("a rate must be above 0").field("rate").value(rate)) }
}

/// A rate to count timecode with.
///
/// # Errors
/// Beyond what a frame rate can be.
pub fn frame_rate(rate: Fraction) -> Result<Rational> {
    let part = |n: i128| i64::try_from(n).ok();
    part(rate.numerator())
        .zip(part(rate.denominator()))
        .and_then(|(n, d)| Rational::new(n, d))
        .filter(|r| (0.5..=120.5).contains(&r.to_f64()))
        .ok_or_else(|| Error::unsupported("not a rate that timecode counts").field("rate").value(rate))
}

/// The frame that a timecode addresses.
///
/// # Errors
/// A frame number that the rate does not have; drop-frame at a rate without it.
pub fn count(code: Timecode, rate: Rational) -> Result<i64> {
    let base = rate.to_f64().round();
    if f64::from(code.frames) >= base {
        return Err(Error::invalid(format!("a frame that {base} frames per second do not have")).value(code));
    }
    if code.drop_frame && !Timecode::can_drop(rate) {
        return Err(Error::invalid(format!("drop-frame, which {rate} frames per second do not have")).value(code));
    }
    Ok(i64::try_from(code.to_frame_count(rate)).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ratio(n: i128, d: i128) -> Fraction {
        Fraction::new(n, d).unwrap()
    }

    #[test]
    fn doubles_mean_exact_numbers() {
        for text in ["23.976023976023978", "23.976", "23.98"] {
            let rate = Exact::parse_rate(text).unwrap();
            assert_eq!((rate.number, rate.text().as_str()), (ratio(24000, 1001), text));
        }
        assert_eq!(Exact::parse_rate("59.94005994005994").unwrap().number, ratio(60000, 1001));
        assert_eq!(Exact::parse_rate("12.5").unwrap().number, ratio(25, 2));
        assert_eq!(Exact::parse_rate("48000.0").unwrap().number, ratio(48000, 1));
        assert_eq!(Exact::parse("1.9833333333333334").unwrap().number, ratio(119, 60));
        assert_eq!(Exact::parse("-41.708333333333336").unwrap().number, ratio(-1001, 24));
        assert_eq!(Exact::parse("9007199254740993.0").unwrap().number, ratio(9_007_199_254_740_993, 1));
        assert_eq!(Exact::parse("47.6").unwrap().number, ratio(238, 5));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["NaN", "Inf", "-Infinity", "1e19", "-9.3e18", "x", ""] {
            assert!(Exact::parse(text).is_err(), "{text}");
        }
        for text in ["0", "-24.0", "NaN", "Inf", "1e10", "-0.0"] {
            assert!(Exact::parse_rate(text).is_err(), "{text}");
        }
    }

    #[test]
    fn rates_mix_exactly() {
        let film = Time { value: Exact::whole(24), rate: Exact::parse_rate("23.976").unwrap() };
        let sound = Time { value: Exact::whole(48_048), rate: Exact::whole(48_000) };
        assert_eq!(film.seconds().unwrap(), sound.seconds().unwrap());
        assert_eq!(film.plus(&sound).unwrap().value, Exact::whole(48));
        assert!(film.minus(&sound).unwrap().minus(&film).unwrap().is_negative());
        assert!(frame_rate(ratio(48_000, 1)).is_err() && fraction(Rational::new(-24, 1).unwrap()).is_err());
    }

    proptest! {
        #[test]
        fn every_number_is_written_as_it_was_read(n in any::<f64>().prop_filter("finite", |n| n.abs() < MAX_VALUE), whole in any::<i32>()) {
            for text in [format!("{n:?}"), whole.to_string(), format!("{whole}.0"), format!("{:?}", f64::from(whole) / 24.0)] {
                if let Ok(exact) = Exact::parse(&text) {
                    prop_assert_eq!(exact.text(), text.clone());
                    // The number it means is that double, or its decimal, whose 17 digits a quotient of doubles may miss by a place.
                    let (means, says) = (exact.number.to_f64(), text.parse::<f64>().unwrap());
                    prop_assert!((means - says).abs() <= says.abs() * f64::EPSILON, "{} {}", means, says);
                }
            }
        }
    }
}
