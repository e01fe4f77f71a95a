//! Exact rational numbers for framing, of any length: a decimal is taken as it is written, and nothing is rounded on
//! the way. Real documents need more than 128 bits: the ratio of two decimals of 17 digits, times a third, plus a fourth.
//! Lengths stay bounded all the same, since a document's numbers are (40 characters) and so is what is done with them.

use crate::error::{Error, Result};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};
use std::fmt;

/// A reduced fraction with a positive denominator.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fraction(BigRational);

/// Digits, and powers of ten, of a decimal: those of any f64.
const MAX_DIGITS: usize = 400;

impl Fraction {
    pub fn whole(n: u32) -> Self {
        Fraction(BigRational::from_integer(n.into()))
    }
    pub fn zero() -> Self {
        Self::whole(0)
    }
    pub fn one() -> Self {
        Self::whole(1)
    }

    /// A decimal as JSON writes it, e.g. `-12.50e-1`, taken exactly.
    pub fn decimal(text: &str) -> Result<Self> {
        let error = || Error::invalid(format!("not a decimal of up to {MAX_DIGITS} digits")).value(text);
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let exponent: i32 = exponent.parse().map_err(|_| error())?;
        if mantissa.len() > MAX_DIGITS || exponent.unsigned_abs() as usize > MAX_DIGITS {
            return Err(error());
        }
        let digits: BigInt = format!("{whole}{fraction}").parse().map_err(|_| error())?;
        let power = exponent - fraction.len() as i32;
        let ten = BigInt::from(10u8).pow(power.unsigned_abs());
        Ok(Fraction(if power < 0 { BigRational::new(digits, ten) } else { BigRational::from_integer(digits * ten) }))
    }

    /// The shortest decimal that reads back as `v`, exactly: 1.3 is 13/10.
    pub fn shortest(v: f64) -> Result<Self> {
        Self::decimal(&format!("{v:?}"))
    }

    pub fn plus(&self, b: &Self) -> Self {
        Fraction(&self.0 + &b.0)
    }
    pub fn minus(&self, b: &Self) -> Self {
        Fraction(&self.0 - &b.0)
    }
    pub fn times(&self, b: &Self) -> Self {
        Fraction(&self.0 * &b.0)
    }
    /// Error: a division by zero.
    pub fn over(&self, b: &Self) -> Result<Self> {
        if b.0.is_zero() { Err(Error::invalid("a division by zero")) } else { Ok(Fraction(&self.0 / &b.0)) }
    }
    pub fn half(&self) -> Self {
        Fraction(&self.0 / BigInt::from(2u8))
    }

    pub fn floor(&self) -> Self {
        Fraction(self.0.floor())
    }
    pub fn ceil(&self) -> Self {
        Fraction(self.0.ceil())
    }
    /// The nearest whole number, halves upward.
    pub fn round(&self) -> Self {
        Fraction((&self.0 + BigRational::new(1.into(), 2.into())).floor())
    }

    /// A whole number of pixels, where it is one.
    pub fn to_u32(&self) -> Option<u32> {
        if self.0.is_integer() { self.0.to_integer().to_u32() } else { None }
    }
    pub fn is_positive(&self) -> bool {
        self.0.is_positive()
    }
    /// The nearest f64.
    pub fn to_f64(&self) -> f64 {
        self.0.to_f64().unwrap_or(f64::NAN)
    }
}

/// A short decimal where there is one, else a fraction.
impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (n, d) = (self.0.numer(), self.0.denom());
        let approximate = self.to_f64();
        if self.0.is_integer() {
            write!(f, "{n}")
        } else if Self::shortest(approximate).as_ref() == Ok(self) {
            write!(f, "{approximate}")
        } else {
            write!(f, "{n}/{d} ({approximate:.6})")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Ordering;

    #[test]
    fn decimals_are_exact() {
        let f = |t: &str| Fraction::decimal(t).unwrap();
        assert_eq!(f("-12.50e-1"), Fraction::zero().minus(&f("5").over(&f("4")).unwrap()));
        assert_eq!(f("0.1").plus(&f("0.2")), f("0.3"));
        assert_eq!(f("1047").times(&f("3840").over(&f("1047")).unwrap()), f("3840"));
        assert_eq!(Fraction::shortest(1.3).unwrap(), f("1.3"));
        let rounded = ["2.5", "-2.5", "2.4999", "-0.6"].map(|t| f(t).round());
        assert_eq!(rounded, ["3", "-2", "2", "-1"].map(f));
        assert_eq!((f("4.125").to_string(), f("2").over(&f("3")).unwrap().to_string()), ("4.125".into(), "2/3 (0.666667)".into()));
        assert_eq!(f("0.333").cmp(&f("1").over(&f("3")).unwrap()), Ordering::Less);
        // Beyond 128 bits.
        let long = f("3710.7000000000003").over(&f("1607.0000000000002")).unwrap();
        let longer = long.times(&long).plus(&f("1").over(&f("4447.0000000000009")).unwrap());
        assert_eq!(longer.minus(&long.times(&long)).times(&f("4447.0000000000009")), f("1"));
    }

    #[test]
    fn what_is_no_decimal_is_an_error() {
        for text in ["1e999999999999", "1e-500", "", "x", "NaN", "1.5.2", "--1", "1e"] {
            assert!(Fraction::decimal(text).is_err(), "{text}");
        }
        assert!(Fraction::decimal(&"9".repeat(MAX_DIGITS + 1)).is_err());
        assert!(Fraction::one().over(&Fraction::zero()).is_err());
        assert!(Fraction::shortest(f64::NAN).is_err() && Fraction::shortest(f64::INFINITY).is_err());
        assert!(Fraction::shortest(f64::MAX).is_ok() && Fraction::shortest(5e-324).is_ok());
    }
}
