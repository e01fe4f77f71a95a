//! Elementary functions of f64 that give the same bits on every operating system.
//!
//! The parameters of cameras, spaces and displays are worked out with these and not with the system's mathematical library
//! (tables that are searched for in f64, those of ACES 2 among them, and the grading ops still use that), whose last bit differs from
//! one system to another: rounded to f32, a parameter would then now and then be another number, and so would the pixels.
//! Only operations that IEEE 754 rounds exactly are used, in pairs of f64 where it matters. Results are within 0.51 units
//! in the last place of the exact value (0.54 where a power is beyond 2^±64).

use std::sync::OnceLock;

/// A number as the sum of two f64, the second no more than half a unit in the last place of the first.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Pair {
    high: f64,
    low: f64,
}

const LN_2: Pair = Pair { high: std::f64::consts::LN_2, low: 2.319_046_813_846_299_6e-17 };
const LOG2_E: Pair = Pair { high: std::f64::consts::LOG2_E, low: 2.035_527_374_093_103_3e-17 };
const LOG10_2: Pair = Pair { high: std::f64::consts::LOG10_2, low: -2.803_728_127_785_171e-18 };

/// `a + b` exactly.
#[inline(always)]
fn sum(a: f64, b: f64) -> Pair {
    let high = a + b;
    let back = high - a;
    Pair { high, low: (a - (high - back)) + (b - back) }
}

/// `a + b` exactly, for |a| >= |b|.
#[inline(always)]
fn ordered_sum(a: f64, b: f64) -> Pair {
    let high = a + b;
    Pair { high, low: b - (high - a) }
}

/// The upper 26 bits and the rest (Veltkamp).
#[inline(always)]
fn split(a: f64) -> (f64, f64) {
    let c = 134_217_729.0 * a;
    let high = c - (c - a);
    (high, a - high)
}

/// `a * b` exactly (Dekker).
#[inline(always)]
fn product(a: f64, b: f64) -> Pair {
    let high = a * b;
    let ((ah, al), (bh, bl)) = (split(a), split(b));
    Pair { high, low: ((ah * bh - high) + ah * bl + al * bh) + al * bl }
}

impl Pair {
    const fn of(high: f64) -> Self {
        Self { high, low: 0.0 }
    }
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        let (s, t) = (sum(self.high, other.high), sum(self.low, other.low));
        let s = ordered_sum(s.high, s.low + t.high);
        ordered_sum(s.high, s.low + t.low)
    }
    #[inline(always)]
    fn times(self, other: Self) -> Self {
        let p = product(self.high, other.high);
        ordered_sum(p.high, p.low + (self.high * other.low + self.low * other.high))
    }
    fn over(self, other: Self) -> Self {
        let first = self.high / other.high;
        let rest = self.plus(other.times(Self::of(-first)));
        let second = rest.high / other.high;
        let rest = rest.plus(other.times(Self::of(-second)));
        ordered_sum(first, second).plus(Self::of(rest.high / other.high))
    }
}

/// Cells of the two tables.
const CELLS: usize = 128;

struct Tables {
    /// For a mantissa 1..2 by its cell: a number near its reciprocal, and the base-2 logarithm of what it divides by.
    log: [(f64, Pair); CELLS],
    /// 2^(j / 128).
    power: [Pair; CELLS],
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let mut all = Tables { log: [(1.0, Pair::of(0.0)); CELLS], power: [Pair::of(1.0); CELLS] };
        for (i, (reciprocal, log)) in all.log.iter_mut().enumerate() {
            // 1 itself is divided by 1, so that logarithms near it keep all their digits; so is 2, from below.
            if i == 0 || i == CELLS - 1 {
                (*reciprocal, *log) = (1.0, Pair::of(0.0));
                if i != 0 {
                    (*reciprocal, *log) = (0.5, Pair::of(1.0));
                }
                continue;
            }
            *reciprocal = 1.0 / (1.0 + (i as f64 + 0.5) / CELLS as f64);
            let ln = series_ln(Pair::of(1.0).over(Pair::of(*reciprocal)));
            *log = ln.times(LOG2_E);
        }
        for (j, power) in all.power.iter_mut().enumerate() {
            *power = series_exp(LN_2.times(Pair::of(j as f64 / CELLS as f64)));
        }
        all
    })
}

/// ln x for x in 1..2: 2 atanh s with s = (x - 1)/(x + 1), by its series.
fn series_ln(x: Pair) -> Pair {
    let s = x.plus(Pair::of(-1.0)).over(x.plus(Pair::of(1.0)));
    let square = s.times(s);
    // |s| <= 1/3: the term behind the last is below 2^-110.
    let mut total = Pair::of(0.0);
    for k in (0..36).rev() {
        total = total.times(square).plus(Pair::of(1.0).over(Pair::of(f64::from(2 * k + 1))));
    }
    total.times(s).times(Pair::of(2.0))
}

/// e^x for x in 0..ln 2, by its series.
fn series_exp(x: Pair) -> Pair {
    let mut total = Pair::of(1.0);
    for k in (1..=32).rev() {
        total = total.times(x).over(Pair::of(f64::from(k))).plus(Pair::of(1.0));
    }
    total
}

/// Exponent and mantissa in 1..2 of a positive finite number.
fn split_exponent(x: f64) -> (f64, f64) {
    let (x, shift) = if x < f64::MIN_POSITIVE { (x * 18_014_398_509_481_984.0, 54.0) } else { (x, 0.0) };
    let bits = x.to_bits();
    let exponent = (bits >> 52) as f64 - 1023.0 - shift;
    (exponent, f64::from_bits(bits & 0x000f_ffff_ffff_ffff | 0x3ff0_0000_0000_0000))
}

/// The base-2 logarithm of a positive finite number, to about 2^-68 of itself.
fn log2_pair(x: f64) -> Pair {
    let (exponent, m) = split_exponent(x);
    let cell = (m.to_bits() >> 45) as usize & (CELLS - 1);
    let (reciprocal, log) = tables().log[cell];
    // r = m * reciprocal - 1, |r| <= 2^-7, without error.
    let p = product(m, reciprocal);
    let r = ordered_sum(p.high - 1.0, p.low);
    // ln(1 + r) = r - r^2/2 + r^3 (1/3 - r/4 + ...)
    let x = r.high;
    const TERMS: [f64; 8] = [-1.0 / 10.0, 1.0 / 9.0, -1.0 / 8.0, 1.0 / 7.0, -1.0 / 6.0, 1.0 / 5.0, -1.0 / 4.0, 1.0 / 3.0];
    let tail = TERMS.iter().fold(0.0, |sum, term| sum * x + term) * (x * x * x);
    let square = product(x, x);
    let half = Pair { high: -0.5 * square.high, low: -0.5 * square.low - x * r.low };
    let ln = r.plus(ordered_sum(half.high, half.low)).plus(Pair::of(tail));
    Pair::of(exponent).plus(log).plus(ln.times(LOG2_E))
}

/// 2^x.
fn exp2_pair(x: Pair) -> f64 {
    if x.high.is_nan() || x.high.abs() >= 1100.0 {
        return if x.high.is_nan() {
            x.high
        } else if x.high > 0.0 {
            f64::INFINITY
        } else {
            0.0
        };
    }
    // Whole 128ths, and what is left: no more than 2^-8.
    let steps = (x.high * CELLS as f64).round();
    let rest = (x.high - steps / CELLS as f64) + x.low;
    let power = tables().power[steps.rem_euclid(CELLS as f64) as usize];
    let whole = (steps / CELLS as f64).floor();
    // e^u - 1 of u = rest * ln 2.
    let u = product(rest, LN_2.high);
    let low = u.low + rest * LN_2.low;
    const TERMS: [f64; 6] = [1.0 / 5040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5];
    let grown = TERMS.iter().fold(0.0, |sum, term| sum * u.high + term) * (u.high * u.high);
    let more = ordered_sum(u.high, grown + low);
    let change = product(power.high, more.high);
    let total = ordered_sum(power.high, change.high);
    let mantissa = total.high + (total.low + (change.low + power.high * more.low + power.low * (1.0 + more.high)));
    scale(mantissa, whole as i32)
}

/// `x * 2^n`; two steps, so that the result is rounded once also where it is subnormal.
fn scale(x: f64, n: i32) -> f64 {
    let power = |n: i32| f64::from_bits(((n + 1023) as u64) << 52);
    let first = n.clamp(-1000, 1000);
    x * power(first) * power((n - first).clamp(-1022, 1023))
}

/// Whether `x` is positive and finite; else what its logarithm is.
fn no_logarithm(x: f64) -> Option<f64> {
    match x {
        x if x.is_nan() || x < 0.0 => Some(f64::NAN),
        0.0 => Some(f64::NEG_INFINITY),
        f64::INFINITY => Some(f64::INFINITY),
        _ => None,
    }
}

/// 2^x.
pub fn exp2(x: f64) -> f64 {
    exp2_pair(Pair::of(x))
}

/// The base-2 logarithm.
pub fn log2(x: f64) -> f64 {
    no_logarithm(x).unwrap_or_else(|| log2_pair(x).high)
}

/// The natural logarithm.
pub fn ln(x: f64) -> f64 {
    no_logarithm(x).unwrap_or_else(|| log2_pair(x).times(LN_2).high)
}

/// The base-10 logarithm.
pub fn log10(x: f64) -> f64 {
    no_logarithm(x).unwrap_or_else(|| log2_pair(x).times(LOG10_2).high)
}

/// x^y of x >= 0. Of 0: 1 for y = 0, infinity below; NaN of negative numbers.
pub fn pow(x: f64, y: f64) -> f64 {
    if y == 0.0 || x == 1.0 {
        return 1.0;
    }
    match no_logarithm(x) {
        Some(log) => exp2(y * log),
        None => {
            let log = log2_pair(x);
            let high = product(y, log.high);
            exp2_pair(if high.high.abs() < 2000.0 { ordered_sum(high.high, high.low + y * log.low) } else { Pair::of(high.high) })
        }
    }
}

/// The cube root, of either sign.
pub fn cbrt(x: f64) -> f64 {
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    exp2_pair(log2_pair(x.abs()).over(Pair::of(3.0))).copysign(x)
}

/// The length of (`x`, `y`), where their squares are finite.
pub fn hypot(x: f64, y: f64) -> f64 {
    let square = product(x, x).plus(product(y, y));
    let root = square.high.sqrt();
    if root == 0.0 || !root.is_finite() {
        return root;
    }
    // Newton's step, of what rounding the square and its root left.
    let rest = square.plus(product(root, -root));
    root + rest.high / (2.0 * root)
}

#[cfg(test)]
mod tests;
