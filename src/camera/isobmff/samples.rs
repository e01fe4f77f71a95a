//! The sample table of a track (ISO/IEC 14496-12 sections 8.6 and 8.7): how many samples, how long, where they stand.
//! Nothing is copied: entries are read from the file where they are needed.

use super::atom::{Atom, Atoms, Fields};
use crate::error::{Error, Result};

/// Where the samples of a track are.
#[derive(Clone, Copy, Default)]
pub struct SampleTable<'a> {
    /// Pairs of count and delta (`stts`).
    times: &'a [u8],
    sizes: Sizes<'a>,
    /// `stco` or `co64`.
    chunks: &'a [u8],
    chunk_width: usize,
    /// Triples of first chunk, samples in a chunk, description (`stsc`).
    runs: &'a [u8],
}

#[derive(Clone, Copy)]
enum Sizes<'a> {
    Same {
        size: u32,
        count: u32,
    },
    Each(&'a [u8]),
    /// Of 4, 8 or 16 bits (`stz2`).
    Small {
        bits: u8,
        count: u32,
        table: &'a [u8],
    },
}

impl Default for Sizes<'_> {
    fn default() -> Self {
        Self::Same { size: 0, count: 0 }
    }
}

fn u32_at(bytes: &[u8], index: usize) -> Option<u32> {
    let at = index.checked_mul(4)?;
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

impl<'a> SampleTable<'a> {
    /// Reads the boxes of `stbl`.
    pub fn read(stbl: &Atom<'a>) -> Result<Self> {
        let mut table = Self { chunk_width: 4, ..Self::default() };
        for atom in Atoms::within(stbl.body) {
            let atom = atom?;
            let mut f = Fields::of(&atom);
            match &atom.kind.0 {
                b"stts" => {
                    f.version()?;
                    let count = f.u32()?;
                    table.times = f.table(count, 8)?;
                }
                b"stsz" => {
                    f.version()?;
                    let (size, count) = (f.u32()?, f.u32()?);
                    table.sizes = if size == 0 { Sizes::Each(f.table(count, 4)?) } else { Sizes::Same { size, count } };
                }
                b"stz2" => {
                    f.version()?;
                    let bits = f.u32()? as u8;
                    let count = f.u32()?;
                    if !matches!(bits, 4 | 8 | 16) {
                        return Err(Error::invalid("has to be 4, 8 or 16").field("stz2 field size").value(bits));
                    }
                    let bytes = (u64::from(count) * u64::from(bits)).div_ceil(8);
                    let table_bytes =
                        u32::try_from(bytes).map_err(|_| Error::invalid("too many").field("stz2 sample count").value(count))?;
                    table.sizes = Sizes::Small { bits, count, table: f.table(table_bytes, 1)? };
                }
                b"stco" | b"co64" => {
                    f.version()?;
                    let count = f.u32()?;
                    table.chunk_width = if atom.kind == b"stco" { 4 } else { 8 };
                    table.chunks = f.table(count, table.chunk_width)?;
                }
                b"stsc" => {
                    f.version()?;
                    let count = f.u32()?;
                    table.runs = f.table(count, 12)?;
                }
                _ => {}
            }
        }
        Ok(table)
    }

    /// Number of samples.
    pub fn count(&self) -> u32 {
        match self.sizes {
            Sizes::Same { count, .. } | Sizes::Small { count, .. } => count,
            Sizes::Each(table) => (table.len() / 4) as u32,
        }
    }

    /// How long samples last, in units of the track's time scale: pairs of count and duration.
    pub fn durations(&self) -> impl Iterator<Item = (u32, u32)> + 'a {
        self.times.chunks_exact(8).filter_map(|e| Some((u32_at(e, 0)?, u32_at(e, 1)?)))
    }

    /// Size of one sample in bytes.
    fn size(&self, index: u32) -> Option<u32> {
        match self.sizes {
            Sizes::Same { size, count } => (index < count).then_some(size),
            Sizes::Each(table) => u32_at(table, index as usize),
            Sizes::Small { bits, count, table } if index < count => {
                let at = index as usize;
                match bits {
                    4 => Some(u32::from(table.get(at / 2)? >> (4 * (1 - at % 2)) & 0xf)),
                    8 => table.get(at).map(|&b| b.into()),
                    _ => Some(u32::from(u16::from_be_bytes([*table.get(2 * at)?, *table.get(2 * at + 1)?]))),
                }
            }
            Sizes::Small { .. } => None,
        }
    }

    /// Offset in the file and size of one sample; `None` where the tables do not reach that far.
    pub fn place(&self, index: u32) -> Option<(u64, u32)> {
        let size = self.size(index)?;
        let chunk_count = (self.chunks.len() / self.chunk_width) as u64;
        let mut first_sample = 0u64;
        for run in 0..self.runs.len() / 12 {
            let (first, per_chunk) = (u64::from(u32_at(self.runs, run * 3)?), u64::from(u32_at(self.runs, run * 3 + 1)?));
            let next = u32_at(self.runs, run * 3 + 3).map_or(chunk_count + 1, u64::from);
            if first == 0 || next < first || per_chunk == 0 {
                return None;
            }
            let samples = (next - first).checked_mul(per_chunk)?;
            if u64::from(index) < first_sample.checked_add(samples)? {
                let within = u64::from(index) - first_sample;
                let chunk = first - 1 + within / per_chunk;
                let before = (within % per_chunk) as u32;
                let skipped = match self.sizes {
                    Sizes::Same { size, .. } => u64::from(size) * u64::from(before),
                    _ => (index - before..index).map(|i| self.size(i).map(u64::from)).sum::<Option<u64>>()?,
                };
                return Some((self.chunk(chunk)?.checked_add(skipped)?, size));
            }
            first_sample += samples;
        }
        None
    }

    fn chunk(&self, index: u64) -> Option<u64> {
        let at = usize::try_from(index).ok()?.checked_mul(self.chunk_width)?;
        let bytes = self.chunks.get(at..at.checked_add(self.chunk_width)?)?;
        Some(bytes.iter().fold(0, |value, &b| value << 8 | u64::from(b)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::isobmff::atom::FourCc;

    fn atom(kind: &[u8; 4], words: &[u32]) -> Vec<u8> {
        let mut bytes = ((8 + 4 * words.len()) as u32).to_be_bytes().to_vec();
        bytes.extend(kind);
        words.iter().for_each(|w| bytes.extend(w.to_be_bytes()));
        bytes
    }

    #[test]
    fn samples_are_found_through_chunks_and_runs() {
        // Chunks 1 and 2 hold two samples each, chunk 3 one.
        let stbl = [
            atom(b"stts", &[0, 1, 5, 100]),
            atom(b"stsz", &[0, 0, 5, 10, 20, 30, 40, 50]),
            atom(b"stsc", &[0, 2, 1, 2, 1, 3, 1, 1]),
            atom(b"stco", &[0, 3, 1000, 2000, 3000]),
        ]
        .concat();
        let table = SampleTable::read(&Atom { kind: FourCc(*b"stbl"), body: &stbl }).unwrap();
        let places: Vec<_> = (0..6).map(|i| table.place(i)).collect();
        assert_eq!(places, [Some((1000, 10)), Some((1010, 20)), Some((2000, 30)), Some((2030, 40)), Some((3000, 50)), None]);
        assert_eq!((table.count(), table.durations().collect::<Vec<_>>()), (5, vec![(5, 100)]));
    }

    #[test]
    fn contradictory_tables_give_nothing() {
        let stbl = [
            atom(b"stsz", &[0, 8, u32::MAX]),
            atom(b"stsc", &[0, 1, u32::MAX, u32::MAX, 1]),
            [atom(b"co64", &[0, 1, u32::MAX, u32::MAX])].concat(),
        ]
        .concat();
        let table = SampleTable::read(&Atom { kind: FourCc(*b"stbl"), body: &stbl }).unwrap();
        assert_eq!((table.place(0), table.place(u32::MAX - 1)), (None, None));
        let stbl = atom(b"stsz", &[0, 0, u32::MAX]);
        assert!(SampleTable::read(&Atom { kind: FourCc(*b"stbl"), body: &stbl }).is_err());
    }
}
