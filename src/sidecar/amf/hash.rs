//! The digests of the files an AMF names.

use super::Hash;
use crate::{
    error::{Error, InFile, Result},
    files,
};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::{io::Read, path::Path};

/// The algorithms that the schema allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Sha256,
    Sha1,
    Md5,
}

impl Algorithm {
    const ALL: [(Self, &'static str, usize); 3] = [
        (Self::Sha256, "http://www.w3.org/2001/04/xmlenc#sha256", 32),
        (Self::Sha1, "http://www.w3.org/2000/09/xmldsig#sha1", 20),
        (Self::Md5, "http://www.w3.org/2001/04/xmldsig-more#md5", 16),
    ];
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.iter().find(|a| a.1 == uri).map(|a| a.0)
    }
    pub fn uri(self) -> &'static str {
        Self::ALL[self as usize].1
    }
    /// Bytes of a digest.
    pub fn size(self) -> usize {
        Self::ALL[self as usize].2
    }
    fn of_size(size: usize) -> Option<Self> {
        Self::ALL.iter().find(|a| a.2 == size).map(|a| a.0)
    }
    /// The digest of a file, read in pieces.
    pub fn of_file(self, path: &Path) -> Result<Vec<u8>> {
        match self {
            Self::Sha256 => digest::<Sha256>(path),
            Self::Sha1 => digest::<Sha1>(path),
            Self::Md5 => digest::<Md5>(path),
        }
    }
}

fn digest<D: Digest>(path: &Path) -> Result<Vec<u8>> {
    let mut file = files::open(path)?;
    let (mut state, mut buffer) = (D::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut buffer).in_file(path)? {
            0 => return Ok(state.finalize().to_vec()),
            n => state.update(&buffer[..n]),
        }
    }
}

impl Algorithm {
    /// The digest of bytes in memory.
    pub fn of_bytes(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(bytes).to_vec(),
            Self::Sha1 => Sha1::digest(bytes).to_vec(),
            Self::Md5 => Md5::digest(bytes).to_vec(),
        }
    }
}

/// A digest as it was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    pub digest: Vec<u8>,
    /// By the digest's length where that contradicts the stated algorithm, as in the official examples.
    pub algorithm: Algorithm,
    /// Hexadecimal, where the schema wants base64.
    pub hex: bool,
    /// Whether the length contradicts the stated algorithm.
    pub mislabelled: bool,
}

impl Hash {
    pub fn sha256(digest: &[u8; 32]) -> Self {
        Self { algorithm: Algorithm::Sha256.uri().to_owned(), text: base64(digest), line: Default::default() }
    }

    /// The SHA-256 of bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self { algorithm: Algorithm::Sha256.uri().to_owned(), text: base64(&Algorithm::Sha256.of_bytes(bytes)), line: Default::default() }
    }

    /// The SHA-256 of a file.
    pub fn of_file(path: &Path) -> Result<Self> {
        let text = base64(&Algorithm::Sha256.of_file(path)?);
        Ok(Self { algorithm: Algorithm::Sha256.uri().to_owned(), text, line: Default::default() })
    }

    /// Base64 or hex, whichever gives a digest of the stated algorithm, else of any; `None` where neither does.
    pub fn decode(&self) -> Option<Decoded> {
        let text: String = self.text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let stated = Algorithm::from_uri(&self.algorithm);
        let readings = [(from_base64(&text), false), (from_hex(&text), true)];
        let readings = || readings.iter().filter_map(|(d, hex)| Some((d.as_ref()?, *hex)));
        let fits = readings().find(|(d, _)| stated.is_some_and(|a| a.size() == d.len()));
        let (digest, hex) = fits.or_else(|| readings().find(|(d, _)| Algorithm::of_size(d.len()).is_some()))?;
        let algorithm = Algorithm::of_size(digest.len())?;
        Some(Decoded { digest: digest.clone(), algorithm, hex, mislabelled: stated != Some(algorithm) })
    }

    /// Fails unless it is the digest of `bytes`.
    ///
    /// # Errors
    /// `Verification`, with both values; `Invalid` where it is no digest at all.
    pub fn verify(&self, bytes: &[u8]) -> Result<()> {
        let wanted = self.decode().ok_or_else(|| Error::invalid("no digest in base64 or hexadecimal").field("hash").value(&self.text))?;
        let found = wanted.algorithm.of_bytes(bytes);
        if found == wanted.digest {
            return Ok(());
        }
        let shown = if wanted.hex { found.iter().fold(String::new(), |t, b| t + &format!("{b:02x}")) } else { base64(&found) };
        Err(Error::verification(format!("the {:?} of the file is {shown}", wanted.algorithm)).field("hash").value(&self.text))
    }
}

pub(super) fn hex_digit(c: u8) -> Option<u8> {
    char::from(c).to_digit(16).map(|d| d as u8)
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[a, b]| Some((hex_digit(*a)? << 4) | hex_digit(*b)?)).collect()
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// RFC 4648, section 4.
pub(super) fn base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |w, b| (w << 8) | u32::from(*b)) << (8 * (3 - chunk.len()));
        for i in 0..4 {
            out.push(if i <= chunk.len() { char::from(BASE64[(word >> (18 - 6 * i)) as usize & 63]) } else { '=' });
        }
    }
    out
}

/// RFC 4648, section 4, with padding; bits that carry nothing must be 0.
pub(super) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let body = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let (mut out, mut word, mut bits) = (Vec::with_capacity(body.len() * 3 / 4), 0u32, 0);
    for c in body.bytes() {
        word = (word << 6) | BASE64.iter().position(|b| *b == c)? as u32;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((word >> bits) as u8);
            word &= (1 << bits) - 1;
        }
    }
    (word == 0 && (text.len() - body.len()) * 2 == bits).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_round_trips() {
        for n in 0..70u8 {
            let bytes: Vec<u8> = (0..n).map(|i| i.wrapping_mul(37)).collect();
            assert_eq!(from_base64(&base64(&bytes)), Some(bytes));
        }
        assert_eq!(base64(b"fo"), "Zm8=");
        for bad in ["Zm9", "Zm8!", "Zm9=", "Z===", "====", "Zg=a"] {
            assert_eq!(from_base64(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_digest_may_be_hex_and_mislabelled() {
        let md5 = Algorithm::Md5.uri().to_owned();
        let hash = |text: &str| Hash { algorithm: md5.clone(), text: text.to_owned(), line: Default::default() };
        let d = hash("b8ee037eafea9d847d52bdc54c05d38c").decode().unwrap();
        assert!(d.hex && !d.mislabelled && d.digest[..2] == [0xb8, 0xee]);
        let d = hash(&"1531ea6e".repeat(8)).decode().unwrap();
        assert!(d.hex && d.mislabelled && d.algorithm == Algorithm::Sha256);
        let d = hash("EtUFjmiYdVmc/6Djw6NuJg==").decode().unwrap();
        assert!(!d.hex && !d.mislabelled && d.digest.len() == 16);
        assert_eq!(hash("").decode(), None);
        assert_eq!(hash("zz").decode(), None);
    }
}
