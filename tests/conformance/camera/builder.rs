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
    /// BigTIFF: offsets and counts of 64 bits.
    pub bigtiff: bool,
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
        Self { big: false, bigtiff: false, tags, sub: vec![], chunks }
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
        let (head, line, inline) = if self.bigtiff { (16, 20, 8) } else { (8, 12, 4) };
        let size = |tags: &[(u16, V)]| if self.bigtiff { 16 } else { 6 } + line * tags.len();
        let sub_at = head + size(&self.tags);
        let values_at = sub_at + if self.sub.is_empty() { 0 } else { size(&self.sub) };
        let long: usize =
            self.tags.iter().chain(&self.sub).map(|t| self.encode(&t.1, 0, 0).2.len()).filter(|&n| n > inline).map(|n| n + n % 2).sum();
        let chunks_at = values_at + long;

        let mut out = if self.big { b"MM".to_vec() } else { b"II".to_vec() };
        out.extend(self.u16(if self.bigtiff { 43 } else { 42 }));
        if self.bigtiff {
            out.extend([self.u16(8), self.u16(0)].concat());
        }
        out.extend(self.offset(head as u32));
        let mut values = vec![];
        for tags in [&self.tags, &self.sub].into_iter().filter(|t| !t.is_empty()) {
            if self.bigtiff {
                out.extend(self.offset(tags.len() as u32))
            } else {
                out.extend(self.u16(tags.len() as u16))
            }
            for (tag, value) in tags {
                let (kind, count, bytes) = self.encode(value, sub_at as u32, chunks_at as u32);
                out.extend(self.u16(*tag));
                out.extend(self.u16(kind));
                out.extend(self.offset(count));
                if bytes.len() <= inline {
                    out.extend(bytes.iter().copied().chain([0; 8]).take(inline));
                } else {
                    out.extend(self.offset((values_at + values.len()) as u32));
                    values.extend(&bytes);
                    values.resize(values.len() + bytes.len() % 2, 0);
                }
            }
            out.extend(self.offset(0));
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

    fn offset(&self, v: u32) -> Vec<u8> {
        let wide = u64::from(v);
        match (self.bigtiff, self.big) {
            (true, true) => wide.to_be_bytes().to_vec(),
            (true, false) => wide.to_le_bytes().to_vec(),
            (false, _) => self.u32(v).to_vec(),
        }
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

/// Shape of a DCT JPEG stream.
#[derive(Clone)]
pub struct Dct {
    pub columns: usize,
    pub rows: usize,
    pub precision: u8,
    /// Sampling factors of each component.
    pub sampling: Vec<(usize, usize)>,
    /// Units between restart markers; 0 for none.
    pub restart: usize,
}

/// Encodes components, each at its own resolution (T.81 Annex F), every quantization step 1: what is lost is rounding.
/// Codes have 5 bits for DC, 8 and 9 for AC.
pub fn dct_jpeg(planes: &[Vec<u16>], j: &Dct) -> Vec<u8> {
    let two = |v: usize| (v as u16).to_be_bytes();
    let n = planes.len();
    let mut out = vec![0xff, 0xd8, 0xff, 0xdb, 0, 67, 0];
    out.extend([1; 64]);
    out.extend([0xff, if j.precision == 8 { 0xc0 } else { 0xc1 }]);
    out.extend(two(8 + 3 * n));
    out.push(j.precision);
    out.extend([two(j.rows), two(j.columns)].concat());
    out.push(n as u8);
    // Identifiers that say that there is no colour transform.
    let id = |c: usize| b"RGBA"[c];
    j.sampling.iter().enumerate().for_each(|(c, s)| out.extend([id(c), (s.0 << 4 | s.1) as u8, 0]));
    out.extend([0xff, 0xc4]);
    out.extend(two(2 + 17 + 16 + 17 + 256));
    out.extend([0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    out.extend(0..16u8);
    out.extend([0x10, 0, 0, 0, 0, 0, 0, 0, 128, 128, 0, 0, 0, 0, 0, 0, 0]);
    out.extend(0..=255u8);
    if j.restart > 0 {
        out.extend([0xff, 0xdd, 0, 4]);
        out.extend(two(j.restart));
    }
    out.extend([0xff, 0xda]);
    out.extend(two(6 + 2 * n));
    out.push(n as u8);
    (0..n).for_each(|c| out.extend([id(c), 0]));
    out.extend([0, 63, 0]);

    // Steps of the zigzag, worked out from its rule: diagonals, in turns up and down.
    let mut order: Vec<(usize, usize)> = (0..64).map(|i| (i % 8, i / 8)).collect();
    order.sort_by_key(|&(x, y)| (x + y, if (x + y) % 2 == 0 { x } else { y }));
    let single = n == 1;
    let most = |f: fn(&(usize, usize)) -> usize| j.sampling.iter().map(f).max().unwrap();
    let (h, v) = if single { (1, 1) } else { (most(|s| s.0), most(|s| s.1)) };
    let units = (j.columns.div_ceil(8 * h), j.rows.div_ceil(8 * v));
    let mut last = vec![0i32; n];
    let mut bits = Bits::default();
    for unit in 0..units.0 * units.1 {
        if j.restart > 0 && unit > 0 && unit % j.restart == 0 {
            bits.flush(&mut out);
            out.extend([0xff, 0xd0 + ((unit / j.restart - 1) % 8) as u8]);
            last.fill(0);
        }
        for (c, plane) in planes.iter().enumerate() {
            let (sh, sv) = if single { (1, 1) } else { j.sampling[c] };
            let (width, height) = ((j.columns * sh).div_ceil(h), (j.rows * sv).div_ceil(v));
            for b in 0..sh * sv {
                let (bx, by) = ((unit % units.0 * sh + b % sh) * 8, (unit / units.0 * sv + b / sh) * 8);
                let at = |x: usize, y: usize| {
                    let (x, y) = ((bx + x).min(width - 1), (by + y).min(height - 1));
                    f64::from(plane[y * width + x]) - f64::from(1 << (j.precision - 1))
                };
                let mut run = 0;
                for (k, &(u, w)) in order.iter().enumerate() {
                    let wave = |k: usize, at: usize| {
                        let scale = if k == 0 { 0.5f64.sqrt() } else { 1.0 };
                        scale * 0.5 * ((2 * at + 1) as f64 * k as f64 * std::f64::consts::PI / 16.0).cos()
                    };
                    let mut sum = 0.0;
                    for y in 0..8 {
                        for x in 0..8 {
                            sum += at(x, y) * wave(u, x) * wave(w, y);
                        }
                    }
                    let mut value = sum.round() as i32;
                    if k == 0 {
                        (value, last[c]) = (value - last[c], value);
                    } else if value == 0 {
                        run += 1;
                        continue;
                    }
                    let category = 32 - value.unsigned_abs().leading_zeros();
                    if k == 0 {
                        bits.put(category, 5, &mut out);
                    } else {
                        (0..run / 16).for_each(|_| ac_code(0xf0, &mut bits, &mut out));
                        ac_code((run as u32 % 16) << 4 | category, &mut bits, &mut out);
                        run = 0;
                    }
                    let coded = if value < 0 { value - 1 } else { value } as u32;
                    bits.put(coded & ((1 << category) - 1), category, &mut out);
                }
                if run > 0 {
                    ac_code(0, &mut bits, &mut out);
                }
            }
        }
    }
    bits.flush(&mut out);
    out.extend([0xff, 0xd9]);
    out
}

fn ac_code(symbol: u32, bits: &mut Bits, out: &mut Vec<u8>) {
    if symbol < 128 { bits.put(symbol, 8, out) } else { bits.put(256 + symbol - 128, 9, out) }
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
