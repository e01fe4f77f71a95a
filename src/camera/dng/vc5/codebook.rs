//! The variable-length code of the wavelet bands (SMPTE ST 2073-1, codebook 17), and the bits it is read from.

use crate::error::{Error, Result};

/// Stands for the end of a band in [`LEAVES`].
const END: i16 = i16::MIN;

/// The leaves of the code tree from left to right: length of the code in bits, and what it stands for. A magnitude (a sign
/// bit follows unless it is 0), a run of zeros (negative), or the end of the band. The code is complete, so the lengths say
/// the codes: each begins where the one before ends.
/// Values: codebook 17 of ST 2073-1, as public in gopro/gpr (`table17.inc`).
#[rustfmt::skip]
const LEAVES: [(u8, i16); 264] = [
    (1, 0), (2, 1), (6, 4), (10, 14), (12, 23), (15, 41), (17, 54), (19, 69), (20, 77), (21, 85), (24, 108), (25, 237), (25, 238),
    (23, 101), (25, 172), (25, 173), (25, 170), (25, 171), (25, 227), (25, 162), (25, 156), (25, 157), (25, 243), (25, 134), (25, 135),
    (25, 136), (25, 128), (25, 129), (25, 247), (25, 127), (25, 178), (25, 179), (25, 214), (25, 118), (25, 204), (25, 205), (25, 198),
    (25, 199), (25, 245), (25, 246), (25, 242), (25, 244), (25, 230), (25, 119), (25, 193), (25, 194), (25, 186), (25, 187), (25, 211),
    (25, 190), (25, 163), (25, 164), (25, 220), (25, 221), (25, 216), (25, 217), (25, 212), (25, 213), (25, 206), (25, 208), (25, 209),
    (25, 210), (25, 122), (25, 248), (25, 235), (25, 148), (25, 253), (25, 254), (25, 123), (25, 124), (25, 215), (25, 117), (25, 234),
    (25, 236), (25, 142), (25, 143), (25, 153), (25, 154), (25, 176), (25, 177), (25, 174), (25, 175), (25, 184), (25, 185), (25, 240),
    (25, 241), (25, 239), (25, 141), (25, 139), (25, 140), (25, 125), (25, 126), (25, 130), (25, 131), (25, 228), (25, 229), (25, 232),
    (25, 233), (25, 132), (25, 133), (25, 137), (25, 138), (25, 255), (26, 116), (26, END), (25, 249), (25, 250), (25, 251), (25, 252),
    (25, 120), (25, 121), (25, 222), (25, 224), (25, 218), (25, 219), (25, 200), (25, 201), (25, 191), (25, 192), (25, 149), (25, 150),
    (25, 151), (25, 152), (25, 146), (25, 147), (25, 144), (25, 145), (25, 165), (25, 166), (25, 167), (25, 168), (25, 158), (25, 159),
    (25, 223), (25, 169), (25, 207), (25, 197), (25, 202), (25, 203), (25, 188), (25, 189), (25, 225), (25, 226), (25, 195), (25, 196),
    (25, 182), (25, 183), (25, 231), (25, 155), (25, 160), (25, 161), (16, 48), (14, 36), (13, 30), (11, 19), (9, 11), (9, -32),
    (10, 15), (12, 24), (15, 42), (18, 62), (19, 70), (22, 94), (25, 180), (25, 181), (24, 109), (23, 102), (21, 86), (20, 78), (17, 55),
    (16, 49), (14, 37), (13, 31), (12, 25), (15, 43), (18, 63), (19, 71), (20, 79), (21, 87), (21, 88), (17, 56), (16, 50), (14, 38),
    (13, -180), (7, 6), (5, 3), (9, 12), (11, 20), (11, -100), (10, -60), (8, -20), (7, -12), (8, 9), (10, 16), (13, 32), (15, 44),
    (18, 64), (19, 72), (20, 80), (22, 95), (22, 96), (24, 110), (24, 111), (23, 103), (23, 104), (23, 105), (17, 57), (18, 65),
    (19, 73), (20, 81), (21, 89), (22, 97), (22, 98), (17, 58), (14, 39), (12, 26), (11, 21), (9, 13), (7, 7), (6, 5), (8, 10), (13, 33),
    (16, 51), (18, 66), (19, 74), (20, 82), (21, 90), (21, 91), (17, 59), (15, 45), (16, 52), (18, 67), (19, 75), (20, 83), (24, 112),
    (24, 113), (23, 106), (22, 99), (21, 92), (18, 68), (19, 76), (20, 84), (23, 107), (24, 114), (24, 115), (22, 100), (21, 93),
    (15, 46), (12, 27), (13, 34), (13, -320), (12, 28), (10, 17), (11, 22), (14, 40), (16, 53), (17, 60), (17, 61), (15, 47), (13, 35),
    (12, 29), (10, 18), (7, 8), (3, 2),
];

/// Longest code.
const MAX_BITS: u32 = 26;
/// Bits looked up at once; longer codes and their signs take the slow road.
const FAST_BITS: u32 = 12;
/// Longest run of zeros that one code stands for.
const LONGEST_RUN: usize = 320;
/// Bits of the code of the longest run: no code says more zeros with fewer bits each.
const LONGEST_RUN_BITS: usize = 13;

/// Fewest bytes that hold a band of `count` coefficients and its end.
pub fn least_bytes(count: usize) -> usize {
    (count / LONGEST_RUN * LONGEST_RUN_BITS + MAX_BITS as usize) / 8
}

/// The code, laid out for looking up.
pub struct Codebook {
    /// By the next `FAST_BITS` bits.
    fast: Vec<Fast>,
    /// Where each leaf begins, left-aligned to `MAX_BITS` bits; ascending.
    starts: Vec<u32>,
}

/// What the next bits say: `len` of them are used (0: a longer code), and mean `run` coefficients of `value`, sign included.
#[derive(Clone, Copy, Default)]
struct Fast {
    len: u8,
    run: u16,
    value: i16,
}

impl Codebook {
    pub fn new() -> Self {
        let mut fast = vec![Fast::default(); 1 << FAST_BITS];
        let mut starts = Vec::with_capacity(LEAVES.len());
        let mut at = 0u32;
        for (len, meaning) in LEAVES {
            let len = u32::from(len);
            starts.push(at);
            // Fills every pattern of `FAST_BITS` bits that starts with those `bits` bits.
            let mut fill = |bits: u32, offset: u32, run: u16, value: i16| {
                if bits <= FAST_BITS {
                    let first = (at >> (MAX_BITS - FAST_BITS)) + (offset << (FAST_BITS - bits));
                    let entry = Fast { len: bits as u8, run, value };
                    fast[first as usize..(first + (1 << (FAST_BITS - bits))) as usize].fill(entry);
                }
            };
            match meaning {
                END => {}
                0 => fill(len, 0, 1, 0),
                zeros if zeros < 0 => fill(len, 0, -zeros as u16, 0),
                magnitude => {
                    fill(len + 1, 0, 1, magnitude);
                    fill(len + 1, 1, 1, -magnitude);
                }
            }
            at += 1 << (MAX_BITS - len);
        }
        Self { fast, starts }
    }

    /// The leaf that the next bits lead to.
    fn leaf(&self, bits: u64) -> (u32, i16) {
        let next = (bits >> (64 - MAX_BITS)) as u32;
        // The first leaf begins at 0, so there is always one that begins at or before.
        let (len, meaning) = LEAVES[self.starts.partition_point(|&s| s <= next) - 1];
        (len.into(), meaning)
    }

    /// Decodes a band: `out.len()` coefficients and the end mark. `out` is all zero before. `scale` makes a coefficient of a
    /// magnitude.
    pub fn decode(&self, data: &[u8], scale: &[i16; 256], out: &mut [i16]) -> Result<()> {
        let too_many = || Error::invalid("a run of zeros goes past the end of the band");
        let mut bits = Bits::new(data);
        let mut at = 0;
        loop {
            bits.fill();
            // A zero bit where a code starts is a zero.
            let zeros = bits.leading_zeros();
            if zeros > 0 {
                bits.skip(zeros);
                at += zeros as usize;
                if at > out.len() {
                    return Err(too_many());
                }
                bits.fill();
            }
            if at == out.len() {
                break;
            }
            let entry = self.fast[(bits.held >> (64 - FAST_BITS)) as usize];
            if entry.len != 0 {
                bits.skip(entry.len.into());
                if entry.value != 0 {
                    let size = scale[usize::from(entry.value.unsigned_abs() as u8)];
                    out[at] = if entry.value < 0 { -size } else { size };
                }
                at += usize::from(entry.run);
            } else {
                let (len, meaning) = self.leaf(bits.held);
                bits.skip(len);
                match meaning {
                    END => return Err(Error::invalid("the band ends too soon").field("VC-5 coefficient").value(at)),
                    run if run < 0 => at += usize::from(run.unsigned_abs()),
                    magnitude => {
                        let size = scale[usize::from(magnitude as u8)];
                        out[at] = if bits.held >> 63 == 1 { -size } else { size };
                        bits.skip(1);
                        at += 1;
                    }
                }
            }
            if at > out.len() {
                return Err(too_many());
            }
        }
        if self.leaf(bits.held).1 != END || bits.overrun() {
            return Err(Error::invalid("no end mark after the last coefficient of the band"));
        }
        Ok(())
    }
}

/// Bits, most significant first.
struct Bits<'a> {
    data: &'a [u8],
    /// The next `count` bits, left-aligned; zeros below.
    held: u64,
    count: u32,
    /// Zero bits made up after the end of the data.
    made_up: u32,
}

impl<'a> Bits<'a> {
    fn new(data: &'a [u8]) -> Self {
        Self { data, held: 0, count: 0, made_up: 0 }
    }

    /// Makes at least 32 bits available: more than a code with its sign has. Past the end they are zeros.
    #[inline(always)]
    fn fill(&mut self) {
        if self.count > 32 {
            return;
        }
        let word = match self.data.split_first_chunk::<4>() {
            Some((word, rest)) => {
                self.data = rest;
                u32::from_be_bytes(*word)
            }
            None => self.last_word(),
        };
        self.held |= u64::from(word) << (32 - self.count);
        self.count += 32;
    }

    #[cold]
    fn last_word(&mut self) -> u32 {
        let mut word = [0; 4];
        let n = self.data.len();
        word[..n].copy_from_slice(self.data);
        self.data = &[];
        self.made_up = self.made_up.saturating_add(32 - 8 * n as u32);
        u32::from_be_bytes(word)
    }

    /// Zero bits before the next one bit, as far as bits are available.
    #[inline(always)]
    fn leading_zeros(&self) -> u32 {
        self.held.leading_zeros().min(self.count)
    }

    #[inline(always)]
    fn skip(&mut self, bits: u32) {
        // Up to 64, by which a u64 cannot be shifted.
        self.held = self.held.checked_shl(bits).unwrap_or(0);
        self.count -= bits;
    }

    /// Whether the code at hand reaches past the end of the data.
    fn overrun(&self) -> bool {
        self.made_up + MAX_BITS > self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_complete() {
        let filled: u32 = LEAVES.iter().map(|&(len, _)| 1u32 << (MAX_BITS - u32::from(len))).sum();
        assert_eq!(filled, 1 << MAX_BITS);
        let mut magnitudes: Vec<i16> = LEAVES.iter().map(|l| l.1).filter(|&m| m >= 0).collect();
        magnitudes.sort_unstable();
        assert_eq!(magnitudes, (0..256).collect::<Vec<i16>>());
        // Codes named in ST 2073-1: 8 is 0x6f in 7 bits, the end 0x3114ba3 in 26.
        let book = Codebook::new();
        assert_eq!(book.leaf(0x6f << 57), (7, 8));
        assert_eq!(book.leaf(0x0311_4ba3 << 38), (26, END));
    }

    /// Writes coefficients one code at a time; zeros as the longest runs that fit.
    fn encode(values: &[i16]) -> Vec<u8> {
        let mut bits: Vec<u8> = vec![];
        let book = Codebook::new();
        let mut put = |meaning: i16| {
            let i = LEAVES.iter().position(|l| l.1 == meaning).unwrap();
            let len = u32::from(LEAVES[i].0);
            bits.extend((0..len).map(|b| (book.starts[i] >> (MAX_BITS - 1 - b) & 1) as u8));
            if meaning == END {
                return vec![];
            }
            std::mem::take(&mut bits)
        };
        let mut all = vec![];
        let mut i = 0;
        while i < values.len() {
            let zeros = values[i..].iter().take_while(|&&v| v == 0).count();
            if zeros > 0 {
                let run = [320, 180, 100, 60, 32, 20, 12].into_iter().find(|&r| r <= zeros).unwrap_or(1);
                all.extend(put(if run == 1 { 0 } else { -(run as i16) }));
                i += run;
            } else {
                all.extend(put(values[i].abs()));
                all.push(u8::from(values[i] < 0));
                i += 1;
            }
        }
        put(END);
        all.extend(bits);
        all.resize(all.len().next_multiple_of(32), 0);
        all.chunks(8).map(|b| b.iter().fold(0, |w, &bit| w << 1 | bit)).collect()
    }

    #[test]
    fn what_is_written_is_read() {
        let scale: [i16; 256] = std::array::from_fn(|i| i as i16);
        let mut values: Vec<i16> = (-255..256).collect();
        values.extend([0; 700]);
        values.extend([1, 0, 0, -2, 0]);
        let data = encode(&values);
        let book = Codebook::new();
        let mut out = vec![0; values.len()];
        book.decode(&data, &scale, &mut out).unwrap();
        assert_eq!(out, values);
        assert!(data.len() >= least_bytes(values.len()));
        // The end mark ends in ones: what comes after is padding.
        for cut in 0..data.len() {
            let mut out = vec![0; values.len()];
            assert_eq!(book.decode(&data[..cut], &scale, &mut out).is_ok(), cut >= used(&data), "{cut}");
        }
        let mut short = vec![0; values.len() - 1];
        assert!(book.decode(&data, &scale, &mut short).is_err());
    }

    /// Bytes up to the last one that is not padding.
    fn used(data: &[u8]) -> usize {
        data.len() - data.iter().rev().take_while(|&&b| b == 0).count()
    }
}
