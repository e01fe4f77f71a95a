//! Exact rational numbers for framing, of any length: a decimal is taken as it is written, and nothing is rounded on
//! the way. Real documents need more than 128 bits: the ratio of two decimals of 17 digits, times a third, plus a fourth.
//! Lengths stay bounded all the same, since a document's numbers are (40 characters) and so is what is done with them.

use crate::error::{Error, Result};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use std::{cmp::Ordering, fmt};

/// A reduced fraction with a positive denominator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fraction(Repr);

/// `Small` wherever both numbers fit, so that equal fractions are equal data: most are, and cost no memory.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Repr {
    Small(i64, i64),
    Big(BigRational),
}
use Repr::{Big, Small};

/// Digits, and powers of ten, of a decimal: those of any f64.
const MAX_DIGITS: usize = 400;

impl Fraction {
    pub fn whole(n: u32) -> Self {
        Fraction(Small(n.into(), 1))
    }
    pub fn zero() -> Self {
        Self::whole(0)
    }
    pub fn one() -> Self {
        Self::whole(1)
    }

    fn big(&self) -> BigRational {
        match &self.0 {
            Small(n, d) => BigRational::new_raw((*n).into(), (*d).into()),
            Big(v) => v.clone(),
        }
    }

    /// `v`, which is reduced.
    fn from_big(v: BigRational) -> Self {
        match (v.numer().to_i64(), v.denom().to_i64()) {
            (Some(n), Some(d)) => Fraction(Small(n, d)),
            _ => Fraction(Big(v)),
        }
    }

    /// `n / d`, which is reduced and has a positive denominator.
    fn reduced(n: i128, d: i128) -> Self {
        match (i64::try_from(n), i64::try_from(d)) {
            (Ok(n), Ok(d)) => Fraction(Small(n, d)),
            _ => Fraction(Big(BigRational::new_raw(n.into(), d.into()))),
        }
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
        Ok(Self::from_big(if power < 0 { BigRational::new(digits, ten) } else { BigRational::from_integer(digits * ten) }))
    }

    /// The shortest decimal that reads back as `v`, exactly: 1.3 is 13/10.
    pub fn shortest(v: f64) -> Result<Self> {
        Self::decimal(&format!("{v:?}"))
    }

    pub fn plus(&self, b: &Self) -> Self {
        match (&self.0, &b.0) {
            (Small(n, d), Small(m, e)) => {
                let [n, d, m, e] = [n, d, m, e].map(|v| i128::from(*v));
                // Below 2^127, as each product is at most 2^126.
                let (sum, under) = if d == e { (n + m, d) } else { (n * e + m * d, d * e) };
                let common = gcd(sum.unsigned_abs(), under.unsigned_abs()) as i128;
                Self::reduced(sum / common, under / common)
            }
            _ => Self::from_big(self.big() + b.big()),
        }
    }
    pub fn minus(&self, b: &Self) -> Self {
        self.plus(&b.negative())
    }
    fn negative(&self) -> Self {
        match &self.0 {
            Small(n, d) => Self::reduced(-i128::from(*n), (*d).into()),
            Big(v) => Self::from_big(-v),
        }
    }
    pub fn times(&self, b: &Self) -> Self {
        match (&self.0, &b.0) {
            (Small(n, d), Small(m, e)) => {
                let [n, d, m, e] = [n, d, m, e].map(|v| i128::from(*v));
                // Reduced crosswise, so the product is reduced.
                let (x, y) = (gcd(n.unsigned_abs(), e.unsigned_abs()) as i128, gcd(m.unsigned_abs(), d.unsigned_abs()) as i128);
                Self::reduced((n / x) * (m / y), (d / y) * (e / x))
            }
            _ => Self::from_big(self.big() * b.big()),
        }
    }
    /// Error: a division by zero.
    pub fn over(&self, b: &Self) -> Result<Self> {
        let inverse = match &b.0 {
            Small(0, _) => return Err(Error::invalid("a division by zero")),
            Small(n, d) => Self::reduced(i128::from(*d) * i128::from(n.signum()), i128::from(*n).abs()),
            Big(v) => Self::from_big(v.recip()),
        };
        Ok(self.times(&inverse))
    }
    pub fn half(&self) -> Self {
        self.times(&Fraction(Small(1, 2)))
    }

    pub fn floor(&self) -> Self {
        match &self.0 {
            Small(n, d) => Fraction(Small(n.div_euclid(*d), 1)),
            Big(v) => Self::from_big(v.floor()),
        }
    }
    pub fn ceil(&self) -> Self {
        self.negative().floor().negative()
    }
    /// The nearest whole number, halves upward.
    pub fn round(&self) -> Self {
        self.plus(&Fraction(Small(1, 2))).floor()
    }

    /// A whole number of pixels, where it is one.
    pub fn to_u32(&self) -> Option<u32> {
        match self.0 {
            Small(n, 1) => u32::try_from(n).ok(),
            _ => None,
        }
    }
    pub fn is_positive(&self) -> bool {
        *self > Self::zero()
    }
    /// The nearest f64.
    pub fn to_f64(&self) -> f64 {
        /// Whole numbers up to it are floats, and the quotient of two floats is rounded once.
        const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;
        match &self.0 {
            Small(n, d) if n.unsigned_abs() <= EXACT && d.unsigned_abs() <= EXACT => *n as f64 / *d as f64,
            _ => self.big().to_f64().unwrap_or(f64::NAN),
        }
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, b: &Self) -> Option<Ordering> {
        Some(self.cmp(b))
    }
}

impl Ord for Fraction {
    fn cmp(&self, b: &Self) -> Ordering {
        match (&self.0, &b.0) {
            (Small(n, d), Small(m, e)) => (i128::from(*n) * i128::from(*e)).cmp(&(i128::from(*m) * i128::from(*d))),
            _ => self.big().cmp(&b.big()),
        }
    }
}

/// Greatest common divisor, at least 1; long division only while numbers are long.
pub(super) fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        if let (Ok(mut x), Ok(mut y)) = (u64::try_from(a), u64::try_from(b)) {
            while y != 0 {
                (x, y) = (y, x % y);
            }
            return u128::from(x).max(1);
        }
        (a, b) = (b, a % b);
    }
    a.max(1)
}

/// A short decimal where there is one, else a fraction.
impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = self.big();
        let approximate = self.to_f64();
        if exact.is_integer() {
            write!(f, "{exact}")
        } else if Self::shortest(approximate).as_ref() == Ok(self) {
            write!(f, "{approximate}")
        } else {
            write!(f, "{exact} ({approximate:.6})")
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

    /// Short and long numbers, and those at the border between them, agree with one another.
    #[test]
    fn short_and_long_numbers_are_one_kind() {
        let edge = [
            "9223372036854775807",
            "-9223372036854775808",
            "-9223372036854775807",
            "1e-19",
            "3e18",
            "0.5",
            "-7",
            "0",
            "1047.0000000000001",
        ];
        let all = edge.map(|t| Fraction::decimal(t).unwrap());
        for a in &all {
            for b in &all {
                assert_eq!(a.plus(b).big(), a.big() + b.big());
                assert_eq!(a.minus(b).big(), a.big() - b.big());
                assert_eq!(a.times(b).big(), a.big() * b.big());
                assert_eq!(a.cmp(b), a.big().cmp(&b.big()));
                assert_eq!(a.plus(b).minus(b), *a);
                if let Ok(quotient) = a.over(b) {
                    assert_eq!(quotient.big(), a.big() / b.big());
                    assert_eq!(quotient.times(b), *a);
                }
            }
            assert_eq!((a.floor().big(), a.ceil().big()), (a.big().floor(), a.big().ceil()));
            assert_eq!(a.to_f64(), a.big().to_f64().unwrap());
        }
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
