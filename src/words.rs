//! Numbers and counts in words.

use std::fmt::Display;

/// `1 jump`, `2 jumps`.
pub(crate) fn count<N: Display + PartialEq + From<u8>>(n: N, what: &str) -> String {
    format!("{n} {}", agree(&n, what, &format!("{what}s")))
}

/// The word for one, or for any other number: `agree(&n, "stands", "stand")`.
pub(crate) fn agree<'a, N: PartialEq + From<u8>>(n: &N, one: &'a str, more: &'a str) -> &'a str {
    if *n == N::from(1) { one } else { more }
}

/// A number as people write it, with three decimals at most: 24, 23.976.
pub(crate) fn number(v: f64) -> String {
    let text = format!("{v:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular() {
        assert_eq!([0usize, 1, 2].map(|n| count(n, "check")), ["0 checks", "1 check", "2 checks"]);
        assert_eq!((count(1u64, "file"), agree(&2u64, "is", "are")), ("1 file".into(), "are"));
    }
}
