//! Exact rational numbers for times: small, copied, and never rounded.
//!
//! Rates and counts of real documents multiply many times within 128 bits; where they do not, the result is an error. Framing,
//! whose decimals are longer, has [numbers of any length](crate::framing).

use crate::error::{Error, Result};
use num_rational::BigRational;
use num_traits::ToPrimitive;
use std::{cmp::Ordering, fmt};

/// A reduced fraction with a positive denominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    n: i128,
    d: i128,
}

impl Fraction {
    pub const ZERO: Fraction = Fraction { n: 0, d: 1 };
    pub const ONE: Fraction = Fraction { n: 1, d: 1 };

    pub fn whole(n: u32) -> Self {
        Fraction { n: n.into(), d: 1 }
    }

    /// A decimal as JSON writes it, e.g. `-12.50e-1`, taken exactly.
    pub fn decimal(text: &str) -> Result<Self> {
        let error = || Error::invalid("not a decimal within 128 bits").value(text);
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let exponent: i32 = exponent.parse().map_err(|_| error())?;
        let digits: i128 = format!("{whole}{fraction}").parse().map_err(|_| error())?;
        let power = exponent.checked_sub(i32::try_from(fraction.len()).map_err(|_| error())?).ok_or_else(error)?;
        let ten = 10i128.checked_pow(power.unsigned_abs()).ok_or_else(error)?;
        if power < 0 { Self::new(digits, ten) } else { Self::new(digits.checked_mul(ten).ok_or_else(error)?, 1) }
    }

    /// The shortest decimal that reads back as `v`, exactly: 1.3 is 13/10.
    pub fn shortest(v: f64) -> Result<Self> {
        Self::decimal(&format!("{v:?}"))
    }

    pub fn numerator(self) -> i128 {
        self.n
    }
    /// Above 0.
    pub fn denominator(self) -> i128 {
        self.d
    }

    /// `n / d`, reduced. Errors: `d` is zero.
    pub fn new(n: i128, d: i128) -> Result<Self> {
        if d == 1 {
            return Ok(Fraction { n, d });
        }
        let common = gcd(n.unsigned_abs(), d.unsigned_abs());
        let common = i128::try_from(common).map_err(|_| too_long())?;
        if d == 0 {
            return Err(Error::invalid("a division by zero"));
        }
        let sign = d.signum();
        let part = |v: i128| (v / common).checked_mul(sign).ok_or_else(too_long);
        Ok(Fraction { n: part(n)?, d: part(d)? })
    }

    pub fn plus(self, b: Self) -> Result<Self> {
        let cross = |x: i128, y: i128| x.checked_mul(y).ok_or_else(too_long);
        let n = cross(self.n, b.d)?.checked_add(cross(b.n, self.d)?).ok_or_else(too_long)?;
        Self::new(n, cross(self.d, b.d)?)
    }

    pub fn minus(self, b: Self) -> Result<Self> {
        self.plus(Fraction { n: b.n.checked_neg().ok_or_else(too_long)?, d: b.d })
    }

    pub fn times(self, b: Self) -> Result<Self> {
        // Reduced crosswise first, so that the products stay as short as the result.
        let (x, y) = (Self::new(self.n, b.d)?, Self::new(b.n, self.d)?);
        let product = |x: i128, y: i128| x.checked_mul(y).ok_or_else(too_long);
        Self::new(product(x.n, y.n)?, product(x.d, y.d)?)
    }

    pub fn over(self, b: Self) -> Result<Self> {
        self.times(Self::new(b.d, b.n)?)
    }

    pub fn half(self) -> Result<Self> {
        self.over(Self::whole(2))
    }

    /// The whole number at or below.
    pub fn floor(self) -> i128 {
        self.n.div_euclid(self.d)
    }
    /// The whole number at or above.
    pub fn ceil(self) -> i128 {
        self.n.saturating_add(self.d - 1).div_euclid(self.d)
    }
    /// The nearest whole number, halves upward.
    pub fn round(self) -> i128 {
        let down = self.n.div_euclid(self.d);
        let rest = self.n.rem_euclid(self.d);
        // `rest >= d - rest` is `2 rest >= d` without its overflow.
        if rest >= self.d - rest { down.saturating_add(1) } else { down }
    }

    pub fn compare(self, b: Self) -> Result<Ordering> {
        Ok(self.minus(b)?.n.cmp(&0))
    }

    pub fn is_positive(self) -> bool {
        self.n > 0
    }

    /// The nearest f64: long terms, rounded before they are divided, would miss it by a place or two.
    pub fn to_f64(self) -> f64 {
        BigRational::new_raw(self.n.into(), self.d.into()).to_f64().unwrap_or(f64::NAN)
    }
}

fn too_long() -> Error {
    Error::unsupported("numbers with so many digits that exact arithmetic on them exceeds 128 bits")
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        // A division of 64 bits is many times faster, and most numbers are short.
        if let (Ok(mut x), Ok(mut y)) = (u64::try_from(a), u64::try_from(b)) {
            while y != 0 {
                (x, y) = (y, x % y);
            }
            return u128::from(x.max(1));
        }
        (a, b) = (b, a % b);
    }
    a.max(1)
}

/// A short decimal where there is one, else a fraction.
impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.d;
        while rest % 10 == 0 {
            rest /= 10;
        }
        while rest % 2 == 0 {
            rest /= 2;
        }
        while rest % 5 == 0 {
            rest /= 5;
        }
        match (self.d, rest) {
            (1, _) => write!(f, "{}", self.n),
            (_, 1) => write!(f, "{}", self.to_f64()),
            _ => write!(f, "{}/{} ({:.6})", self.n, self.d, self.to_f64()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        let f = |t: &str| Fraction::decimal(t).unwrap();
        assert_eq!(f("-12.50e-1"), Fraction { n: -5, d: 4 });
        assert_eq!(f("0.1").plus(f("0.2")).unwrap(), f("0.3"));
        assert_eq!(f("1047").times(f("3840").over(f("1047")).unwrap()).unwrap(), f("3840"));
        assert_eq!(Fraction::shortest(1.3).unwrap(), f("1.3"));
        assert_eq!((f("2.5").round(), f("-2.5").round(), f("2.4999").round(), f("-0.6").round()), (3, -2, 2, -1));
        assert_eq!((f("4.125").to_string(), f("2").over(f("3")).unwrap().to_string()), ("4.125".into(), "2/3 (0.666667)".into()));
        assert_eq!(f("0.333").compare(f("1").over(f("3")).unwrap()).unwrap(), Ordering::Less);
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        for text in ["1e999999999999", "1e-60", "", "x", "0.12345678901234567890123456789012345678901"] {
            assert!(Fraction::decimal(text).is_err(), "{text}");
        }
        let long = Fraction::decimal("1.0000000000000000000000001").unwrap();
        assert!(long.times(long).is_err() && long.over(Fraction::ZERO).is_err());
        assert!(Fraction::shortest(f64::NAN).is_err());
    }
}
