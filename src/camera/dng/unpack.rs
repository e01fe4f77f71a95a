//! Samples stored without compression.
//!
//! DNG packs 10, 12 and 14 bits most significant bit first whatever the byte order of the file; rows start at whole
//! bytes; 16-bit samples follow the byte order (TIFF 6.0, FillOrder 1; DNG 1.4, "BitsPerSample").

use crate::camera::tiff::ByteOrder;

/// Unpacks the first `out.len()` samples of a row. `row` holds at least `out.len() * bits` bits; `bits` is 8, 10, 12, 14 or 16.
pub fn row(row: &[u8], bits: u32, order: ByteOrder, out: &mut [u16]) {
    match bits {
        8 => out.iter_mut().zip(row).for_each(|(o, &b)| *o = b.into()),
        10 => packed::<10, 5, 4>(row, out),
        12 => packed::<12, 3, 2>(row, out),
        14 => packed::<14, 7, 4>(row, out),
        _ => {
            let (pairs, _) = row.as_chunks::<2>();
            match order {
                ByteOrder::Little => out.iter_mut().zip(pairs).for_each(|(o, &b)| *o = u16::from_le_bytes(b)),
                ByteOrder::Big => out.iter_mut().zip(pairs).for_each(|(o, &b)| *o = u16::from_be_bytes(b)),
            }
        }
    }
}

/// `SAMPLES` samples of `BITS` bits fill `BYTES` whole bytes (at most 8).
fn packed<const BITS: u32, const BYTES: usize, const SAMPLES: usize>(row: &[u8], out: &mut [u16]) {
    let (groups, rest_in) = row.as_chunks::<BYTES>();
    let (outs, rest_out) = out.as_chunks_mut::<SAMPLES>();
    let split = |bytes: &[u8; BYTES]| -> [u16; SAMPLES] {
        let word = bytes.iter().fold(0u64, |w, &b| w << 8 | u64::from(b));
        std::array::from_fn(|i| (word >> (BITS * (SAMPLES - 1 - i) as u32)) as u16 & ((1 << BITS) - 1) as u16)
    };
    for (o, g) in outs.iter_mut().zip(groups) {
        *o = split(g);
    }
    if !rest_out.is_empty() {
        // The rest of the row: what is left of its bytes, or the next group where the chunk is wider than the picture.
        let tail = groups.get(outs.len()).map_or(rest_in, |g| g);
        let mut last = [0; BYTES];
        let n = tail.len().min(BYTES);
        last[..n].copy_from_slice(&tail[..n]);
        let n = rest_out.len();
        rest_out.copy_from_slice(&split(&last)[..n]);
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
