//! KLV (SMPTE ST 336): a 16-byte label, a BER length, a value.

use crate::error::{Error, Result};
use std::ops::Range;

/// A universal label (SMPTE ST 298), its four groups as it is printed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Label(pub [u8; 16]);

impl Label {
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
    /// Designator and item: what it names, without the registry version (byte 8) that writers disagree on.
    pub fn item(&self) -> &[u8] {
        &self.0[8..]
    }
    pub fn is_smpte(&self) -> bool {
        self.0.starts_with(&[0x06, 0x0e, 0x2b, 0x34])
    }
}

impl std::fmt::Display for Label {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, byte) in self.0.iter().enumerate() {
            write!(f, "{}{byte:02X}", if i > 0 && i % 4 == 0 { "." } else { "" })?;
        }
        Ok(())
    }
}

/// One triplet of a file.
#[derive(Clone, Debug)]
pub struct Klv {
    pub key: Label,
    /// Where it begins.
    pub at: usize,
    /// Where its value lies, as its length says: past the end of a file that is cut short.
    pub value: Range<usize>,
}

impl Klv {
    /// The triplet at `at`; `None` at the end of `data`.
    pub fn read(data: &[u8], at: usize) -> Result<Option<Self>> {
        let Some(head) = data.get(at..).filter(|rest| !rest.is_empty()) else { return Ok(None) };
        let cut = || Error::invalid("the file ends within a key or length").field("MXF KLV").value(format!("byte {at}"));
        let key = head.get(..16).and_then(Label::from_slice).ok_or_else(cut)?;
        if !key.is_smpte() {
            return Err(Error::invalid("no SMPTE label").field("MXF KLV").value(format!("byte {at}: {key}")));
        }
        let (length, taken) = ber(&head[16..]).ok_or_else(cut)?;
        let start = at + 16 + taken;
        let end = usize::try_from(length)
            .ok()
            .and_then(|l| start.checked_add(l))
            .ok_or_else(|| Error::invalid("longer than any file").field("MXF KLV length").value(format!("byte {at}: {length}")))?;
        Ok(Some(Self { key, at, value: start..end }))
    }

    /// The value, where the file holds all of it.
    pub fn bytes<'a>(&self, data: &'a [u8]) -> Result<&'a [u8]> {
        data.get(self.value.clone()).ok_or_else(|| {
            let message = format!("its value ends past the end of the file ({} bytes)", data.len());
            Error::invalid(message).field("MXF KLV").value(format!("byte {}: {}", self.at, self.key))
        })
    }
}

/// A BER length of up to 8 bytes (ST 379-1 allows no more), and how many bytes it takes.
pub fn ber(bytes: &[u8]) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    if first < 0x80 {
        return Some((first.into(), 1));
    }
    let count = usize::from(first & 0x7f);
    if !(1..=8).contains(&count) {
        return None;
    }
    let length = bytes.get(1..=count)?.iter().fold(0u64, |n, &b| n << 8 | u64::from(b));
    Some((length, 1 + count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_every_form() {
        assert_eq!(ber(&[0x7f]), Some((127, 1)));
        assert_eq!(ber(&[0x83, 0, 1, 2]), Some((258, 4)));
        assert_eq!(ber(&[0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), Some((u64::MAX, 9)));
        for bad in [&[][..], &[0x80], &[0x89, 0, 0, 0, 0, 0, 0, 0, 0, 0], &[0x84, 0, 0, 0]] {
            assert_eq!(ber(bad), None);
        }
    }

    #[test]
    fn a_length_that_overflows_is_an_error() {
        let mut data = vec![0x06, 0x0e, 0x2b, 0x34];
        data.resize(16, 0);
        data.extend([0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
        assert!(Klv::read(&data, 0).unwrap_err().to_string().contains("longer than any file"));
        assert!(Klv::read(&data, data.len()).unwrap().is_none());
        data.truncate(20);
        assert!(Klv::read(&data, 0).is_err());
    }
}
