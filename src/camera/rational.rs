//! Exact ratios as camera files store them: frame rates, apertures.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A ratio of whole numbers, kept as written (not reduced). The denominator is not zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "(i64, i64)", into = "(i64, i64)")]
pub struct Rational {
    num: i64,
    den: i64,
}

impl Rational {
    /// `None` for a zero denominator.
    pub const fn new(num: i64, den: i64) -> Option<Self> {
        if den == 0 { None } else { Some(Self { num, den }) }
    }
    pub const fn num(self) -> i64 {
        self.num
    }
    pub const fn den(self) -> i64 {
        self.den
    }
    pub fn to_f64(self) -> f64 {
        self.num as f64 / self.den as f64
    }
    /// Whether both are the same number, however written.
    pub fn same_as(self, other: Self) -> bool {
        i128::from(self.num) * i128::from(other.den) == i128::from(other.num) * i128::from(self.den)
    }
    /// The frame rate a decimal stands for: 23.976 and 23.98 are 24000/1001.
    pub fn frame_rate(value: f64) -> Option<Self> {
        if !(0.5..10_000.0).contains(&value) {
            return None;
        }
        let whole = value.round();
        if (value - whole).abs() < 1e-6 {
            return Self::new(whole as i64, 1);
        }
        let base = value.ceil();
        if (value - base * 1000.0 / 1001.0).abs() < 0.006 {
            return Self::new(base as i64 * 1000, 1001);
        }
        Self::new((value * 1000.0).round() as i64, 1000)
    }
}

impl TryFrom<(i64, i64)> for Rational {
    type Error = String;
    fn try_from((num, den): (i64, i64)) -> std::result::Result<Self, String> {
        Self::new(num, den).ok_or_else(|| format!("{num}/0 is not a number"))
    }
}
impl From<Rational> for (i64, i64) {
    fn from(r: Rational) -> Self {
        (r.num, r.den)
    }
}

impl fmt::Display for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.den == 1 { write!(f, "{}", self.num) } else { write!(f, "{}/{}", self.num, self.den) }
    }
}

impl FromStr for Rational {
    type Err = Error;
    /// `24`, `24000/1001` or a decimal frame rate.
    fn from_str(s: &str) -> Result<Self> {
        let bad = || Error::usage("not a ratio such as 24, 23.976 or 24000/1001").value(s);
        match s.split_once('/') {
            Some((n, d)) => Self::new(n.trim().parse().map_err(|_| bad())?, d.trim().parse().map_err(|_| bad())?).ok_or_else(bad),
            None => s.trim().parse().ok().and_then(Self::frame_rate).ok_or_else(bad),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_of_the_ntsc_family_are_exact() {
        for s in ["23.976", "23.98", "23.976024"] {
            assert!(s.parse::<Rational>().unwrap().same_as(Rational::new(24000, 1001).unwrap()), "{s}");
        }
        assert!("29.97".parse::<Rational>().unwrap().same_as(Rational::new(30000, 1001).unwrap()));
        assert_eq!("25".parse::<Rational>().unwrap(), Rational::new(25, 1).unwrap());
        assert!("24/0".parse::<Rational>().is_err());
        assert!("nan".parse::<Rational>().is_err());
    }
}
