//! Partitions of an MXF file (SMPTE ST 377-1 clause 7) and the header metadata in them.

use super::{
    klv::{Klv, Label},
    sets::{Primer, Sets},
};
use crate::error::{Error, Result};

/// Bytes that may stand before the header partition (ST 377-1 clause 6.5).
const MAX_RUN_IN: usize = 65536;
/// Most KLV triplets of header metadata.
const MAX_SETS: usize = 1 << 16;
/// Partition packs, primer packs and the like: all of designator 0D010201.01.
const PACK: [u8; 5] = [0x0d, 0x01, 0x02, 0x01, 0x01];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Header,
    Body,
    Footer,
}

/// A partition pack.
#[derive(Clone, Debug)]
pub struct Partition {
    pub kind: Kind,
    /// Whether its metadata are final (ST 377-1: "complete").
    pub complete: bool,
    /// Offset of the footer partition from the header partition; 0 where it is not known.
    pub footer: u64,
    pub operational_pattern: Label,
    /// Where what follows the pack begins.
    pub end: usize,
}

fn pack_of(key: &Label) -> Option<(Kind, bool)> {
    if !key.item().starts_with(&PACK) || key.0[4] != 2 {
        return None;
    }
    let kind = match key.0[13] {
        2 => Kind::Header,
        3 => Kind::Body,
        4 => Kind::Footer,
        _ => return None,
    };
    // 1 open incomplete, 2 closed incomplete, 3 open complete, 4 closed complete.
    Some((kind, key.0[14] >= 3))
}

/// Whether a footer partition begins with this key.
pub fn is_footer(key: &[u8]) -> bool {
    Label::from_slice(key).is_some_and(|k| k.is_smpte() && matches!(pack_of(&k), Some((Kind::Footer, _))))
}

/// Whether a random index pack (ST 377-1 clause 12) begins with this key.
pub fn is_index(key: &[u8]) -> bool {
    Label::from_slice(key).is_some_and(|k| k.is_smpte() && k.item().starts_with(&PACK) && k.0[13] == 0x11)
}

/// Where the header partition begins in the first bytes of a file.
pub fn find_header(head: &[u8]) -> Option<usize> {
    let is_header = |at: usize| {
        let key = head.get(at..at + 16).and_then(Label::from_slice);
        key.is_some_and(|k| k.is_smpte() && matches!(pack_of(&k), Some((Kind::Header, _))))
    };
    (0..head.len().min(MAX_RUN_IN)).find(|&at| head[at] == 0x06 && is_header(at))
}

impl Partition {
    /// The partition whose pack begins at `at`.
    pub fn read(data: &[u8], at: usize) -> Result<Self> {
        let no_pack = || Error::invalid("no partition pack").field("MXF partition").value(format!("byte {at}"));
        let klv = Klv::read(data, at)?.ok_or_else(no_pack)?;
        let (kind, complete) = pack_of(&klv.key).ok_or_else(no_pack)?;
        let value = klv.bytes(data)?;
        let label = value.get(64..80).and_then(Label::from_slice);
        let footer = value.get(24..32).and_then(|b| b.first_chunk::<8>());
        let (Some(operational_pattern), Some(footer)) = (label, footer) else {
            return Err(Error::invalid("shorter than 88 bytes").field("MXF partition pack").value(value.len()));
        };
        Ok(Self { kind, complete, footer: u64::from_be_bytes(*footer), operational_pattern, end: klv.value.end })
    }

    /// The metadata sets that follow the pack.
    pub fn sets<'a>(&self, data: &'a [u8]) -> Result<Sets<'a>> {
        let mut sets = Sets::default();
        let mut at = self.end;
        for _ in 0..MAX_SETS {
            let Some(klv) = Klv::read(data, at)? else { return Ok(sets) };
            let item = klv.key.item();
            if item.starts_with(&PACK) && klv.key.0[13] == 5 {
                sets.primer = Primer::read(klv.bytes(data)?)?;
            } else if pack_of(&klv.key).is_some() || item.starts_with(&[0x0d, 0x01, 0x03, 0x01]) || item.starts_with(&[0x0d, 0x01, 0x02]) {
                // The next partition, essence, or an index table.
                return Ok(sets);
            } else if klv.key.0[4..6] == [0x02, 0x53] {
                sets.add(klv.key, klv.bytes(data)?);
            }
            at = klv.value.end;
        }
        Err(Error::unsupported(format!("more than {MAX_SETS} sets")).field("MXF header metadata"))
    }
}

/// Where the footer partition begins: by the header's word, or else by the random index pack at the end of the file.
pub fn find_footer(data: &[u8], start: usize, header: &Partition) -> Option<usize> {
    if header.footer != 0 {
        return usize::try_from(header.footer).ok()?.checked_add(start);
    }
    let length = u32::from_be_bytes(*data.last_chunk::<4>()?) as usize;
    let klv = Klv::read(data, data.len().checked_sub(length)?).ok()??;
    if !is_index(&klv.key.0) {
        return None;
    }
    // Pairs of BodySID and offset, and the length of the pack.
    let value = klv.bytes(data).ok()?;
    let last = value.get(..value.len().checked_sub(4)?)?.chunks_exact(12).last()?;
    usize::try_from(u64::from_be_bytes(*last.last_chunk::<8>()?)).ok()?.checked_add(start)
}
