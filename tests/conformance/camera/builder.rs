//! A small DNG writer for tests: any tags, either byte order, strips or tiles, packed or lossless JPEG. Written for the
//! tests alone and from the standards, so that reader and writer do not share a mistake.

/// A value of a tag.
#[derive(Clone)]
pub enum V {
    Byte(Vec<u8>),
    Ascii(&'static str),
    Short(Vec<u16>),
    Long(Vec<u32>),
    Rational(Vec<(u32, u32)>),
    Signed(Vec<(i32, i32)>),
    /// Offset of the SubIFD.
    SubIfd,
    /// Offsets of the chunks.
    Offsets,
    /// Byte counts of the chunks.
    Counts,
}

#[derive(Clone)]
pub struct Dng {
    pub big: bool,
    pub tags: Vec<(u16, V)>,
    /// Tags of a SubIFD that holds the picture instead of IFD0.
    pub sub: Vec<(u16, V)>,
    pub chunks: Vec<Vec<u8>>,
}

impl Dng {
    /// IFD0 of a mosaic: camera, colour, and the tags that describe a picture of `width` x `height`.
    pub fn mosaic(width: u32, height: u32, bits: u16, chunks: Vec<Vec<u8>>) -> Self {
        let tags = vec![
            (254, V::Long(vec![0])),
            (256, V::Long(vec![width])),
            (257, V::Long(vec![height])),
            (258, V::Short(vec![bits])),
            (259, V::Short(vec![1])),
            (262, V::Short(vec![32803])),
            (271, V::Ascii("Maker")),
            (273, V::Offsets),
            (277, V::Short(vec![1])),
            (279, V::Counts),
            (33421, V::Short(vec![2, 2])),
            (33422, V::Byte(vec![0, 1, 1, 2])),
            (50706, V::Byte(vec![1, 4, 0, 0])),
            (50714, V::Short(vec![16])),
            (50717, V::Long(vec![(1 << bits) - 1])),
            (50721, V::Signed(vec![(1, 1), (0, 1), (0, 1), (0, 1), (1, 1), (0, 1), (0, 1), (0, 1), (1, 1)])),
            (50728, V::Rational(vec![(1, 2), (1, 1), (2, 3)])),
            (51043, V::Byte(vec![0x07, 0x49, 0x53, 0x02, 0, 0, 0, 0])),
            (51044, V::Signed(vec![(24000, 1001)])),
        ];
        Self { big: false, tags, sub: vec![], chunks }
    }

    /// Replaces or adds a tag of the directory that holds the picture.
    pub fn with(mut self, tag: u16, value: V) -> Self {
        let tags = if self.sub.is_empty() { &mut self.tags } else { &mut self.sub };
        tags.retain(|t| t.0 != tag);
        tags.push((tag, value));
        tags.sort_by_key(|t| t.0);
        self
    }
    pub fn without(mut self, tag: u16) -> Self {
        self.tags.retain(|t| t.0 != tag);
        self.sub.retain(|t| t.0 != tag);
        self
    }
    /// Strips become tiles.
    pub fn tiled(self, width: u32, height: u32) -> Self {
        let offsets = self.without(273).without(279);
        offsets.with(322, V::Long(vec![width])).with(323, V::Long(vec![height])).with(324, V::Offsets).with(325, V::Counts)
    }
    /// Moves the description of the picture to a SubIFD, as Adobe's converter does.
    pub fn in_sub_ifd(mut self) -> Self {
        let of_picture =
            |tag: u16| tag < 270 || (273..=339).contains(&tag) || (33421..=33422).contains(&tag) || (50710..=50720).contains(&tag);
        self.sub = self.tags.iter().filter(|t| of_picture(t.0)).cloned().collect();
        self.tags.retain(|t| !of_picture(t.0));
        self.tags.extend([(254, V::Long(vec![1])), (256, V::Long(vec![4])), (257, V::Long(vec![4])), (330, V::SubIfd)]);
        self.tags.sort_by_key(|t| t.0);
        self
    }

    pub fn build(&self) -> Vec<u8> {
        let size = |tags: &[(u16, V)]| 2 + 12 * tags.len() + 4;
        let sub_at = 8 + size(&self.tags);
        let values_at = sub_at + if self.sub.is_empty() { 0 } else { size(&self.sub) };
        let long: usize =
            self.tags.iter().chain(&self.sub).map(|t| self.encode(&t.1, 0, 0).2.len()).filter(|&n| n > 4).map(|n| n + n % 2).sum();
        let chunks_at = values_at + long;

        let mut out = if self.big { b"MM\0\x2a".to_vec() } else { b"II\x2a\0".to_vec() };
        out.extend(self.u32(8));
        let mut values = vec![];
        for tags in [&self.tags, &self.sub].into_iter().filter(|t| !t.is_empty()) {
            out.extend(self.u16(tags.len() as u16));
            for (tag, value) in tags {
                let (kind, count, bytes) = self.encode(value, sub_at as u32, chunks_at as u32);
                out.extend(self.u16(*tag));
                out.extend(self.u16(kind));
                out.extend(self.u32(count));
                if bytes.len() <= 4 {
                    out.extend(bytes.iter().copied().chain([0; 4]).take(4));
                } else {
                    out.extend(self.u32((values_at + values.len()) as u32));
                    values.extend(&bytes);
                    values.resize(values.len() + bytes.len() % 2, 0);
                }
            }
            out.extend([0; 4]);
        }
        out.extend(values);
        assert_eq!(out.len(), chunks_at);
        self.chunks.iter().for_each(|c| out.extend(c));
        out
    }

    fn u16(&self, v: u16) -> [u8; 2] {
        if self.big { v.to_be_bytes() } else { v.to_le_bytes() }
    }
    fn u32(&self, v: u32) -> [u8; 4] {
        if self.big { v.to_be_bytes() } else { v.to_le_bytes() }
    }

    /// Type, count and bytes.
    fn encode(&self, value: &V, sub_at: u32, chunks_at: u32) -> (u16, u32, Vec<u8>) {
        let longs = |v: &[u32]| v.iter().flat_map(|&x| self.u32(x)).collect::<Vec<_>>();
        match value {
            V::Byte(v) => (1, v.len() as u32, v.clone()),
            V::Ascii(s) => (2, s.len() as u32 + 1, [s.as_bytes(), &[0]].concat()),
            V::Short(v) => (3, v.len() as u32, v.iter().flat_map(|&x| self.u16(x)).collect()),
            V::Long(v) => (4, v.len() as u32, longs(v)),
            V::Rational(v) => (5, v.len() as u32, v.iter().flat_map(|&(n, d)| longs(&[n, d])).collect()),
            V::Signed(v) => (10, v.len() as u32, v.iter().flat_map(|&(n, d)| longs(&[n as u32, d as u32])).collect()),
            V::SubIfd => (4, 1, longs(&[sub_at])),
            V::Counts => (4, self.chunks.len() as u32, longs(&self.chunks.iter().map(|c| c.len() as u32).collect::<Vec<_>>())),
            V::Offsets => {
                let offsets: Vec<u32> = self
                    .chunks
                    .iter()
                    .scan(chunks_at, |at, c| {
                        let here = *at;
                        *at += c.len() as u32;
                        Some(here)
                    })
                    .collect();
                (4, offsets.len() as u32, longs(&offsets))
            }
        }
    }
}

/// Packs rows of `width` samples most significant bit first; each row starts at a whole byte.
pub fn pack(samples: &[u16], width: usize, bits: usize) -> Vec<u8> {
    let row_bytes = (width * bits).div_ceil(8);
    let mut out = vec![0u8; row_bytes * samples.len() / width];
    for (i, &s) in samples.iter().enumerate() {
        for b in 0..bits {
            let at = i % width * bits + b;
            out[i / width * row_bytes + at / 8] |= ((s >> (bits - 1 - b) & 1) as u8) << (7 - at % 8);
        }
    }
    out
}

/// Shape and coding of a lossless JPEG stream.
#[derive(Clone, Copy)]
pub struct Jpeg {
    pub columns: usize,
    pub rows: usize,
    pub components: usize,
    pub precision: u8,
    pub predictor: u8,
    /// Rows between restart markers; 0 for none.
    pub restart_rows: usize,
}

/// Encodes samples (ITU-T T.81 Annex H) with one Huffman table: a 5-bit code for each of the 17 categories.
pub fn lossless_jpeg(samples: &[u16], j: Jpeg) -> Vec<u8> {
    assert_eq!(samples.len(), j.columns * j.rows * j.components);
    let two = |v: usize| (v as u16).to_be_bytes();
    let mut out = vec![0xff, 0xd8, 0xff, 0xc3];
    out.extend(two(8 + 3 * j.components));
    out.push(j.precision);
    out.extend(two(j.rows));
    out.extend(two(j.columns));
    out.push(j.components as u8);
    (0..j.components).for_each(|c| out.extend([c as u8, 0x11, 0]));
    out.extend([0xff, 0xc4]);
    out.extend(two(2 + 17 + 17));
    out.extend([0, 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    out.extend(0..17u8);
    if j.restart_rows > 0 {
        out.extend([0xff, 0xdd, 0, 4]);
        out.extend(two(j.restart_rows * j.columns));
    }
    out.extend([0xff, 0xda]);
    out.extend(two(6 + 2 * j.components));
    out.push(j.components as u8);
    (0..j.components).for_each(|c| out.extend([c as u8, 0]));
    out.extend([j.predictor, 0, 0]);

    let mut bits = Bits::default();
    let row_len = j.columns * j.components;
    for (i, &sample) in samples.iter().enumerate() {
        let (y, x) = (i / row_len, i % row_len / j.components);
        let first_row = if j.restart_rows > 0 { y % j.restart_rows == 0 } else { y == 0 };
        if first_row && y > 0 && i % row_len == 0 {
            bits.flush(&mut out);
            out.extend([0xff, 0xd0 + ((y / j.restart_rows - 1) % 8) as u8]);
        }
        let at = |back: usize| i64::from(samples[i - back]);
        let prediction = match (x, first_row) {
            (0, true) => 1 << (j.precision - 1),
            (0, false) => at(row_len),
            (_, true) => at(j.components),
            _ => {
                let (a, b, c) = (at(j.components), at(row_len), at(row_len + j.components));
                match j.predictor {
                    1 => a,
                    2 => b,
                    3 => c,
                    4 => a + b - c,
                    5 => a + ((b - c) >> 1),
                    6 => b + ((a - c) >> 1),
                    _ => (a + b) >> 1,
                }
            }
        };
        let difference = (i64::from(sample) - prediction) as u16 as i16;
        let category = if difference == i16::MIN { 16 } else { 16 - difference.unsigned_abs().leading_zeros() };
        bits.put(category, 5, &mut out);
        if (1..16).contains(&category) {
            let value = if difference < 0 { difference - 1 } else { difference } as u16;
            bits.put(u32::from(value) & ((1 << category) - 1), category, &mut out);
        }
    }
    bits.flush(&mut out);
    out.extend([0xff, 0xd9]);
    out
}

#[derive(Default)]
struct Bits {
    held: u64,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, bits: u32, out: &mut Vec<u8>) {
        self.held = self.held << bits | u64::from(value);
        self.count += bits;
        while self.count >= 8 {
            self.count -= 8;
            let byte = (self.held >> self.count) as u8;
            out.push(byte);
            if byte == 0xff {
                out.push(0);
            }
        }
    }
    fn flush(&mut self, out: &mut Vec<u8>) {
        let spare = (8 - self.count % 8) % 8;
        self.put((1 << spare) - 1, spare, out);
    }
}

/// Numbers that repeat on every run (xorshift64*).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() >> 16) as usize % n.max(1)
    }
}

/// A smooth picture with some noise.
pub fn scene(width: usize, height: usize, bits: u32, seed: u64) -> Vec<u16> {
    let mut random = Random(seed | 1);
    let max = (1u64 << bits) - 1;
    (0..width * height)
        .map(|i| {
            let ramp = (i % width * 37 + i / width * 53) as u64 * max / 4096;
            ((ramp + random.below(64) as u64) % (max + 1)) as u16
        })
        .collect()
}
