//! The hash formats of ASC MHL and how their digests are written.

use serde::Serialize;
use std::{fmt, str::FromStr};

/// In the order of the schema, which is that of the alphabet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// SHA-512 in base 58 (SMPTE ST 2114).
    C4,
    Md5,
    Sha1,
    /// XXH3 of 128 bits.
    Xxh128,
    /// XXH3 of 64 bits.
    Xxh3,
    Xxh64,
}

/// The digits of C4 (SMPTE ST 2114): no `0`, `O`, `I`, `l`.
const C4_DIGITS: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// Digits after `c4`: the least that hold 512 bits.
const C4_LENGTH: usize = 88;

impl Format {
    pub const ALL: [Self; 6] = [Self::C4, Self::Md5, Self::Sha1, Self::Xxh128, Self::Xxh3, Self::Xxh64];

    /// The name of its element.
    pub const fn name(self) -> &'static str {
        match self {
            Self::C4 => "c4",
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Xxh128 => "xxh128",
            Self::Xxh3 => "xxh3",
            Self::Xxh64 => "xxh64",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.name() == name)
    }

    /// Bytes of a digest.
    pub fn length(self) -> usize {
        match self {
            Self::C4 => 64,
            Self::Md5 | Self::Xxh128 => 16,
            Self::Sha1 => 20,
            Self::Xxh3 | Self::Xxh64 => 8,
        }
    }

    /// A digest as text: lower-case hexadecimal, most significant byte first, or a C4 ID.
    pub fn encode(self, digest: &[u8]) -> String {
        if self == Self::C4 { c4(digest) } else { digest.iter().map(|b| format!("{b:02x}")).collect() }
    }

    /// The bytes of a digest; `None` where the text is none in this format. Hexadecimal digits of either case are read.
    pub fn decode(self, text: &str) -> Option<Vec<u8>> {
        if self == Self::C4 {
            return c4_bytes(text);
        }
        if text.len() != 2 * self.length() {
            return None;
        }
        let digit = |b: u8| char::from(b).to_digit(16).map(|d| d as u8);
        text.as_bytes().chunks_exact(2).map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.last()?)?)).collect()
    }

    /// Whether two texts are the same digest.
    pub fn same(self, a: &str, b: &str) -> bool {
        a == b || self != Self::C4 && a.eq_ignore_ascii_case(b)
    }
}

fn c4(digest: &[u8]) -> String {
    let mut number: Vec<u32> = digest.iter().map(|b| u32::from(*b)).collect();
    let mut text = [C4_DIGITS[0]; C4_LENGTH];
    for place in text.iter_mut().rev() {
        let mut rest = 0;
        for byte in &mut number {
            rest = rest << 8 | *byte;
            *byte = rest / 58;
            rest %= 58;
        }
        *place = C4_DIGITS[rest as usize];
    }
    format!("c4{}", String::from_utf8_lossy(&text))
}

fn c4_bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("c4").filter(|d| d.len() == C4_LENGTH)?;
    let mut bytes = [0u8; 64];
    for digit in digits.bytes() {
        let mut carry = C4_DIGITS.iter().position(|d| *d == digit)? as u32;
        for byte in bytes.iter_mut().rev() {
            carry += u32::from(*byte) * 58;
            *byte = carry as u8;
            carry >>= 8;
        }
        // 58^88 is a little more than 2^512.
        if carry != 0 {
            return None;
        }
    }
    Some(bytes.to_vec())
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::from_name(name).ok_or_else(|| format!("not a hash format: one of {}", Self::ALL.map(Self::name).join(", ")))
    }
}
