//! Huffman tables and the bit stream they are read from (ITU-T T.81 Annexes C, F.2.2, H.1.2.2).

use crate::error::{Error, Result};

/// Bits looked up at once; longer codes take the slow road.
const FAST_BITS: u32 = 11;
/// Longest code.
const MAX_BITS: usize = 16;

/// A table of symbols: difference categories (0 to 16), or a run and a category (T.81 F.1.2.2.1).
pub struct Table {
    /// By the next `FAST_BITS` bits: code length in the low byte (0 where longer), symbol in the high one.
    fast: Vec<u16>,
    /// By code length: the largest code left-aligned to 16 bits, plus one; and what to add to a code to index `symbols`.
    limit: [u32; MAX_BITS + 1],
    delta: [i32; MAX_BITS + 1],
    symbols: Vec<u8>,
}

impl Table {
    /// Reads every table of a DHT segment into its place, by class (0 DC and lossless, 1 AC) and number.
    pub fn read_all(mut s: &[u8], tables: &mut [[Option<Table>; 4]; 2]) -> Result<()> {
        while let Some((&id, rest)) = s.split_first() {
            let (counts, rest) = rest.split_first_chunk::<MAX_BITS>().ok_or_else(|| Error::invalid("the DHT segment is cut short"))?;
            let total: usize = counts.iter().map(|&c| usize::from(c)).sum();
            let symbols = rest.get(..total).ok_or_else(|| Error::invalid("the DHT segment is cut short"))?;
            s = &rest[total..];
            let (class, number) = (usize::from(id >> 4), usize::from(id & 0xf));
            let slot = tables.get_mut(class).and_then(|c| c.get_mut(number));
            let slot = slot.ok_or_else(|| Error::invalid("has to be 0 to 3 of class 0 or 1").field("JPEG table").value(id))?;
            if class == 0
                && let Some(&c) = symbols.iter().find(|&&c| c > 16)
            {
                return Err(Error::invalid("has to be 0 to 16").field("JPEG difference category").value(c));
            }
            *slot = Some(Table::new(counts, symbols)?);
        }
        Ok(())
    }

    fn new(counts: &[u8; MAX_BITS], symbols: &[u8]) -> Result<Self> {
        let mut table =
            Self { fast: vec![0; 1 << FAST_BITS], limit: [0; MAX_BITS + 1], delta: [0; MAX_BITS + 1], symbols: symbols.to_vec() };
        let (mut code, mut index) = (0u32, 0usize);
        for (len, &count) in (1u32..).zip(counts) {
            let count = u32::from(count);
            if code + count > 1 << len {
                return Err(Error::invalid("more codes than that length has").field("JPEG code length").value(len));
            }
            table.delta[len as usize] = index as i32 - code as i32;
            if len <= FAST_BITS {
                for (i, &symbol) in symbols[index..index + count as usize].iter().enumerate() {
                    let spread = FAST_BITS - len;
                    let first = ((code + i as u32) << spread) as usize;
                    table.fast[first..first + (1 << spread)].fill(u16::from(symbol) << 8 | len as u16);
                }
            }
            code += count;
            index += count as usize;
            table.limit[len as usize] = code << (MAX_BITS as u32 - len);
            code <<= 1;
        }
        Ok(table)
    }
}

/// Bits of entropy-coded data, most significant first, with stuffed zero bytes taken out.
pub struct BitReader<'a> {
    data: &'a [u8],
    at: usize,
    /// The next `count` bits, left-aligned.
    bits: u64,
    count: u32,
    /// Zero bits made up after the end of the data.
    made_up: u32,
}

impl<'a> BitReader<'a> {
    pub fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0, bits: 0, count: 0, made_up: 0 }
    }

    /// Makes at least 32 bits available.
    #[inline(always)]
    fn fill(&mut self) {
        if self.count >= 32 {
            return;
        }
        if let Some(next) = self.data.get(self.at..).and_then(|d| d.first_chunk::<4>()) {
            let word = u32::from_be_bytes(*next);
            // No byte is 0xff: none of the complement's bytes is zero.
            let not = !word;
            if not.wrapping_sub(0x0101_0101) & !not & 0x8080_8080 == 0 {
                self.bits |= u64::from(word) << (32 - self.count);
                self.count += 32;
                self.at += 4;
                return;
            }
        }
        self.fill_slowly();
    }

    #[cold]
    fn fill_slowly(&mut self) {
        while self.count <= 56 {
            let byte = match self.data.get(self.at) {
                Some(0xff) if self.data.get(self.at + 1) == Some(&0) => {
                    self.at += 2;
                    0xff
                }
                Some(&byte) if byte != 0xff => {
                    self.at += 1;
                    byte
                }
                // A marker or the end: what follows reads as zeros, and `overrun` tells.
                _ => {
                    self.made_up += 8;
                    0
                }
            };
            self.bits |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    /// Whether bits were used that the data did not have.
    pub fn overrun(&self) -> bool {
        self.made_up > self.count
    }

    /// Goes on after a restart marker (RST0 to RST7).
    pub fn restart(&mut self) -> Result<()> {
        match self.data.get(self.at..self.at + 2) {
            Some([0xff, 0xd0..=0xd7]) if !self.overrun() => {
                *self = Self { at: self.at + 2, ..Self::new(self.data) };
                Ok(())
            }
            _ => Err(Error::invalid("no restart marker where one has to be")),
        }
    }

    /// One difference, modulo 2^16 (T.81 H.1.2.2): a category, then as many bits.
    #[inline(always)]
    pub fn difference(&mut self, table: &Table) -> Result<u16> {
        self.fill();
        let entry = table.fast[(self.bits >> (64 - FAST_BITS)) as usize];
        let (len, category) = if entry != 0 { (u32::from(entry & 0xff), u32::from(entry >> 8)) } else { self.long_code(table)? };
        self.bits <<= len;
        self.count -= len;
        if category == 0 {
            return Ok(0);
        }
        if category == 16 {
            return Ok(32768);
        }
        let value = (self.bits >> (64 - category)) as u32;
        // A leading zero bit marks a negative difference (T.81 F.1.2.1, EXTEND).
        let negative = ((!self.bits) >> 63) as u32;
        self.bits <<= category;
        self.count -= category;
        Ok(value.wrapping_sub(negative * ((1 << category) - 1)) as u16)
    }

    /// The zeros before an AC coefficient and its value (T.81 F.2.2.2); a value of 0 is a run of 16 zeros (15) or the end.
    #[inline(always)]
    pub fn coefficient(&mut self, table: &Table) -> Result<(usize, i32)> {
        self.fill();
        let entry = table.fast[(self.bits >> (64 - FAST_BITS)) as usize];
        let (len, symbol) = if entry != 0 { (u32::from(entry & 0xff), u32::from(entry >> 8)) } else { self.long_code(table)? };
        self.bits <<= len;
        self.count -= len;
        let (run, category) = ((symbol >> 4) as usize, symbol & 0xf);
        if category == 0 {
            return Ok((run, 0));
        }
        let value = (self.bits >> (64 - category)) as i32;
        let negative = ((!self.bits) >> 63) as i32;
        self.bits <<= category;
        self.count -= category;
        Ok((run, value - negative * ((1 << category) - 1)))
    }

    #[cold]
    fn long_code(&self, table: &Table) -> Result<(u32, u32)> {
        let next = (self.bits >> 48) as u32;
        for len in 1..=MAX_BITS {
            if next < table.limit[len] {
                let index = (next >> (MAX_BITS - len)) as i32 + table.delta[len];
                if let Some(&symbol) = table.symbols.get(index.max(0) as usize) {
                    return Ok((len as u32, symbol.into()));
                }
            }
        }
        Err(Error::invalid("a bit pattern that is no Huffman code"))
    }
}
