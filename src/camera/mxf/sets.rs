//! Local sets (SMPTE ST 336 clause 10): items of a 2-byte tag and a 2-byte length, and the references between them.

use super::klv::Label;
use crate::{
    camera::Rational,
    error::{Error, Result},
};
use std::collections::HashMap;

/// Most items of a set that are looked at, and most references of a list: real sets have some dozens of either.
const MAX_ITEMS: usize = 512;
const MAX_REFERENCES: usize = 256;
/// Longest text taken from an item, in UTF-16 units.
const MAX_TEXT: usize = 1024;

/// Local tags of an MXF partition and the labels they stand for.
#[derive(Default)]
pub struct Primer(HashMap<u16, Label>);

impl Primer {
    pub fn read(value: &[u8]) -> Result<Self> {
        let wrong = || Error::invalid("no list of tags and labels").field("MXF primer pack");
        let (count, size) = (number(value.get(..4).ok_or_else(wrong)?), number(value.get(4..8).ok_or_else(wrong)?));
        let entries = &value[8..];
        if size != 18 || count > entries.len() as u64 / 18 {
            return Err(wrong());
        }
        let entry = |e: &[u8]| Some((u16::from_be_bytes([e[0], e[1]]), Label::from_slice(&e[2..])?));
        Ok(Self(entries.chunks_exact(18).take(count as usize).filter_map(entry).collect()))
    }
    pub fn label(&self, tag: u16) -> Option<&Label> {
        self.0.get(&tag)
    }
}

/// One set.
pub struct Set<'a> {
    pub key: Label,
    items: Vec<(u16, &'a [u8])>,
}

/// The sets of a partition.
#[derive(Default)]
pub struct Sets<'a> {
    pub primer: Primer,
    pub all: Vec<Set<'a>>,
    by_instance: HashMap<[u8; 16], usize>,
}

/// An unsigned number of up to 8 bytes.
pub fn number(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).fold(0, |n, &b| n << 8 | u64::from(b))
}

impl<'a> Set<'a> {
    /// The items of a set's value, up to where it ends or stops making sense, [`MAX_ITEMS`] at most.
    pub fn read(key: Label, mut value: &'a [u8]) -> Self {
        let mut items = vec![];
        while let Some((head, rest)) = value.split_first_chunk::<4>().filter(|_| items.len() < MAX_ITEMS) {
            let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
            let Some(content) = rest.get(..length) else { break };
            items.push((u16::from_be_bytes([head[0], head[1]]), content));
            value = &rest[length..];
        }
        Self { key, items }
    }
    /// The class of a set of header metadata (060E2B34.0253xxxx.0D010101.0101CC00); 0 for any other.
    pub fn class(&self) -> u8 {
        if self.key.item().starts_with(&[0x0d, 0x01, 0x01, 0x01, 0x01, 0x01]) { self.key.0[14] } else { 0 }
    }
    pub fn items(&self) -> &[(u16, &'a [u8])] {
        &self.items
    }
    pub fn get(&self, tag: u16) -> Option<&'a [u8]> {
        self.items.iter().find(|(t, _)| *t == tag).map(|(_, v)| *v)
    }
    pub fn number(&self, tag: u16) -> Option<u64> {
        self.get(tag).filter(|v| (1..=8).contains(&v.len())).map(number)
    }
    pub fn u32(&self, tag: u16) -> Option<u32> {
        self.number(tag).and_then(|n| u32::try_from(n).ok())
    }
    pub fn label(&self, tag: u16) -> Option<Label> {
        self.get(tag).and_then(Label::from_slice)
    }
    /// Two signed 32-bit numbers.
    pub fn rational(&self, tag: u16) -> Option<Rational> {
        let v = self.get(tag).filter(|v| v.len() == 8)?;
        let signed = |b: &[u8]| i64::from(number(b) as u32 as i32);
        Rational::new(signed(&v[..4]), signed(&v[4..])).filter(|r| r.to_f64() > 0.0)
    }
    /// UTF-16, big-endian, up to its first NUL.
    pub fn text(&self, tag: u16) -> Option<String> {
        let units = self.get(tag)?.as_chunks::<2>().0.iter().map(|&b| u16::from_be_bytes(b));
        let units: Vec<u16> = units.take_while(|&u| u != 0).take(MAX_TEXT).collect();
        let text = String::from_utf16_lossy(&units).trim().to_owned();
        (!text.is_empty()).then_some(text)
    }
    /// Year, month, day, hours, minutes, seconds; `None` where it is not known (0).
    pub fn time(&self, tag: u16) -> Option<String> {
        let &[a, b, month, day, h, m, s, _] = self.get(tag)?.first_chunk::<8>()?;
        let year = u16::from_be_bytes([a, b]);
        (year != 0).then(|| format!("{year:04}-{month:02}-{day:02} {h:02}:{m:02}:{s:02}"))
    }
    /// The instances that a batch or array of references names, [`MAX_REFERENCES`] at most.
    pub fn references(&self, tag: u16) -> Vec<[u8; 16]> {
        let list = self.get(tag).and_then(|v| v.get(8..)).unwrap_or_default();
        list.as_chunks::<16>().0.iter().take(MAX_REFERENCES).copied().collect()
    }
}

impl<'a> Sets<'a> {
    pub fn add(&mut self, key: Label, value: &'a [u8]) {
        let set = Set::read(key, value);
        // InstanceUID.
        if let Some(id) = set.get(0x3c0a).and_then(|v| v.try_into().ok()) {
            self.by_instance.entry(id).or_insert(self.all.len());
        }
        self.all.push(set);
    }
    pub fn of_class(&self, class: u8) -> impl Iterator<Item = &Set<'a>> {
        self.all.iter().filter(move |s| s.class() == class)
    }
    pub fn instance(&self, id: &[u8]) -> Option<&Set<'a>> {
        let id: [u8; 16] = id.try_into().ok()?;
        self.by_instance.get(&id).map(|&i| &self.all[i])
    }
}
