//! Samples stored without compression.
//!
//! DNG packs 10, 12 and 14 bits most significant bit first whatever the byte order of the file; rows start at whole
//! bytes; 16-bit samples follow the byte order (TIFF 6.0, FillOrder 1; DNG 1.4, "BitsPerSample").

use crate::camera::tiff::ByteOrder;

/// Unpacks the first `out.len()` samples of a row. `row` holds at least `out.len() * bits` bits; `bits` is 8, 10, 12, 14 or 16.
pub fn row(row: &[u8], bits: u32, order: ByteOrder, out: &mut [u16]) {
    match bits {
        8 => out.iter_mut().zip(row).for_each(|(o, &b)| *o = b.into()),
        10 => packed::<10, 5>(row, out),
        12 => packed::<12, 6>(row, out),
        14 => packed::<14, 7>(row, out),
        _ => {
            let (pairs, _) = row.as_chunks::<2>();
            match order {
                ByteOrder::Little => out.iter_mut().zip(pairs).for_each(|(o, &b)| *o = u16::from_le_bytes(b)),
                ByteOrder::Big => out.iter_mut().zip(pairs).for_each(|(o, &b)| *o = u16::from_be_bytes(b)),
            }
        }
    }
}

/// Samples unpacked at a time: of 10, 12 or 14 bits they fill whole bytes, and a word holds them.
const GROUP: usize = 4;

/// A group of samples of `BITS` bits fills `BYTES` bytes.
fn packed<const BITS: u32, const BYTES: usize>(row: &[u8], out: &mut [u16]) {
    // The bytes of a group stand at the top of the word.
    let split =
        |word: u64| -> [u16; GROUP] { std::array::from_fn(|i| (word >> (64 - BITS * (i as u32 + 1))) as u16 & ((1 << BITS) - 1) as u16) };
    // Where a whole word can be read, beyond the group, that is one load instead of a handful.
    let words = row.len().checked_sub(8).map_or(0, |n| n / BYTES + 1);
    let (groups, _) = out.as_chunks_mut::<GROUP>();
    let fast = words.min(groups.len());
    for (out, word) in groups[..fast].iter_mut().zip(row.windows(8).step_by(BYTES)) {
        let word = word.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
        *out = split(word);
    }
    let rest = row.get(fast * BYTES..).unwrap_or_default();
    for (out, bytes) in out[fast * GROUP..].chunks_mut(GROUP).zip(rest.chunks(BYTES)) {
        let mut word = [0; 8];
        word[..bytes.len()].copy_from_slice(bytes);
        out.copy_from_slice(&split(u64::from_be_bytes(word))[..out.len()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Packs most significant bit first, one bit at a time.
    fn pack(samples: &[u16], bits: u32) -> Vec<u8> {
        let mut out = vec![0u8; (samples.len() * bits as usize).div_ceil(8)];
        for (i, s) in samples.iter().enumerate() {
            for b in 0..bits as usize {
                let at = i * bits as usize + b;
                out[at / 8] |= ((s >> (bits as usize - 1 - b) & 1) as u8) << (7 - at % 8);
            }
        }
        out
    }

    #[test]
    fn every_depth_and_row_length_comes_back() {
        for bits in [8, 10, 12, 14, 16] {
            for len in 1..40usize {
                let max = (1u32 << bits) - 1;
                let samples: Vec<u16> = (0..len as u32).map(|i| ((i * 40_503 + 77) & max) as u16).collect();
                let bytes = pack(&samples, bits);
                for visible in 1..=len {
                    let mut out = vec![0xdead; visible];
                    row(&bytes, bits, ByteOrder::Big, &mut out);
                    assert_eq!(out, samples[..visible], "{bits} bits, {visible} of {len}");
                }
            }
        }
    }

    #[test]
    fn sixteen_bits_follow_the_byte_order() {
        let mut out = [0; 2];
        row(&[1, 2, 3, 4], 16, ByteOrder::Little, &mut out);
        assert_eq!(out, [0x0201, 0x0403]);
        row(&[1, 2, 3, 4], 16, ByteOrder::Big, &mut out);
        assert_eq!(out, [0x0102, 0x0304]);
    }
}
