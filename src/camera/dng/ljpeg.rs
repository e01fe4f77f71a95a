//! Lossless JPEG (ITU-T T.81 process 14, SOF3), as DNG and CinemaDNG compress with it.
//!
//! DNG asks that a stream hold as many samples as its chunk, not that it have the same shape: its samples (components
//! interleaved, rows top to bottom) fill the chunk in order. Adobe writes 2 components of half the width, which predicts
//! better from the left; Blackmagic lays two rows of the mosaic into one of the JPEG, which predicts better from above.

use crate::error::{Error, Result};

mod huffman;

use huffman::{BitReader, Table};

const SOI: u8 = 0xd8;
const SOS: u8 = 0xda;
const DHT: u8 = 0xc4;
const DRI: u8 = 0xdd;

/// The start-of-frame marker of the JPEG stream that `data` starts with; `None` where there is none.
pub fn frame_marker(data: &[u8]) -> Option<u8> {
    let mut segments = Segments::new(data).ok()?;
    while let Ok((marker, _)) = segments.next() {
        match marker {
            DHT | 0xc8 | 0xcc => {}
            0xc0..=0xcf => return Some(marker),
            SOS => return None,
            _ => {}
        }
    }
    None
}

/// Marker segments up to the scan.
struct Segments<'a> {
    data: &'a [u8],
    at: usize,
}

impl<'a> Segments<'a> {
    fn new(data: &'a [u8]) -> Result<Self> {
        if data.starts_with(&[0xff, SOI]) { Ok(Self { data, at: 2 }) } else { Err(Error::invalid("not a JPEG stream")) }
    }

    /// The next marker and its segment (without the length).
    fn next(&mut self) -> Result<(u8, &'a [u8])> {
        let ends = || Error::invalid("the JPEG stream ends within its header");
        // Any number of fill bytes 0xff may stand before a marker (T.81 B.1.1.2).
        let mut marker = 0xff;
        let mut fill = 0;
        while marker == 0xff {
            marker = *self.data.get(self.at).ok_or_else(ends)?;
            self.at += 1;
            fill += 1;
        }
        if fill < 2 {
            return Err(Error::invalid("no marker where one has to be").field("JPEG byte").value(self.at - 1));
        }
        let length = self.data.get(self.at..self.at + 2).map(|b| usize::from(b[0]) << 8 | usize::from(b[1])).ok_or_else(ends)?;
        let segment = self.data.get(self.at + 2..self.at + length.max(2)).ok_or_else(ends)?;
        self.at += length.max(2);
        Ok((marker, segment))
    }
}

/// What SOF3 says.
#[derive(Clone, Debug)]
struct FrameHeader {
    precision: u32,
    rows: usize,
    columns: usize,
    /// Identifiers of the components, in order.
    components: Vec<u8>,
}

impl FrameHeader {
    fn parse(s: &[u8]) -> Result<Self> {
        let ([precision, y1, y0, x1, x0, count], rest) =
            s.split_first_chunk::<6>().ok_or_else(|| Error::invalid("the SOF3 segment is cut short"))?;
        let bad = |name: &str, value: usize| Error::invalid("not allowed in lossless JPEG").field(format!("JPEG {name}")).value(value);
        if !(2..=16).contains(precision) {
            return Err(bad("precision", (*precision).into()));
        }
        let (rows, columns) = (usize::from(*y1) << 8 | usize::from(*y0), usize::from(*x1) << 8 | usize::from(*x0));
        if rows == 0 || columns == 0 {
            return Err(bad("size", rows.min(columns)));
        }
        if !(1..=4).contains(count) || rest.len() < usize::from(*count) * 3 {
            return Err(bad("number of components", (*count).into()));
        }
        let parts = rest.chunks_exact(3).take((*count).into());
        if parts.clone().any(|c| c[1] != 0x11) {
            return Err(Error::unsupported("subsampled components are not read").field("JPEG sampling factors"));
        }
        Ok(Self { precision: (*precision).into(), rows, columns, components: parts.map(|c| c[0]).collect() })
    }
}

/// Decodes a chunk of `height` rows of `row_samples` samples into `rows`: its leading rows and their leading samples
/// (fewer where the chunk sticks out of the picture).
pub fn decode(data: &[u8], row_samples: usize, height: usize, rows: &mut [&mut [u16]]) -> Result<()> {
    let mut segments = Segments::new(data)?;
    let mut frame: Option<FrameHeader> = None;
    let mut tables: [Option<Table>; 4] = [const { None }; 4];
    let mut restart = 0usize;
    loop {
        let (marker, segment) = segments.next()?;
        match marker {
            0xc3 => frame = Some(FrameHeader::parse(segment)?),
            DHT => Table::read_all(segment, &mut tables)?,
            DRI => restart = segment.first_chunk::<2>().map_or(0, |b| u16::from_be_bytes(*b).into()),
            SOS => {
                let frame = frame.ok_or_else(|| Error::invalid("no SOF3 before the scan"))?;
                let scan = Scan::new(&frame, segment, &tables, restart, row_samples, height, rows.len())?;
                return scan.decode(&data[segments.at..], rows);
            }
            0xc0..=0xcf => return Err(Error::unsupported(format!("JPEG process SOF{} is not decoded", marker & 0xf))),
            _ => {}
        }
    }
}

/// One scan, ready to be decoded.
struct Scan<'t> {
    /// The Huffman table of each component.
    tables: Vec<&'t Table>,
    predictor: u8,
    /// Value every prediction starts from: 2^(P - Pt - 1).
    start: u16,
    /// Bits the samples were shifted right by (point transform).
    shift: u32,
    /// Samples and rows of the JPEG.
    row_len: usize,
    row_count: usize,
    /// Samples in a row of the chunk.
    chunk_row: usize,
    /// Rows between restart markers; 0 where there are none.
    restart_rows: usize,
}

impl<'t> Scan<'t> {
    fn new(
        frame: &FrameHeader,
        s: &[u8],
        tables: &'t [Option<Table>; 4],
        restart: usize,
        row_samples: usize,
        height: usize,
        visible_rows: usize,
    ) -> Result<Self> {
        let count = frame.components.len();
        let short = || Error::invalid("the SOS segment is cut short");
        let (&listed, rest) = s.split_first().ok_or_else(short)?;
        if usize::from(listed) != count {
            return Err(Error::unsupported("all components have to be in one scan").field("JPEG components in scan").value(listed));
        }
        if rest.len() < count * 2 + 3 {
            return Err(short());
        }
        let mut picked = Vec::with_capacity(count);
        for (spec, &id) in rest.chunks_exact(2).zip(&frame.components) {
            if spec[0] != id {
                return Err(Error::invalid("components out of order").field("JPEG component").value(spec[0]));
            }
            let table = tables.get(usize::from(spec[1] >> 4)).and_then(Option::as_ref);
            picked.push(
                table.ok_or_else(|| Error::invalid("names a Huffman table that is not there").field("JPEG table").value(spec[1] >> 4))?,
            );
        }
        let predictor = rest[count * 2];
        if !(1..=7).contains(&predictor) {
            return Err(Error::invalid("has to be 1 to 7").field("JPEG predictor").value(predictor));
        }
        let shift = u32::from(rest[count * 2 + 2] & 0xf);
        if shift >= frame.precision {
            return Err(Error::invalid("as large as the precision").field("JPEG point transform").value(shift));
        }
        let samples = frame.columns * count * frame.rows;
        if samples != row_samples * height && samples != row_samples * visible_rows {
            let message = format!("a JPEG of {} columns x {count} components x {} rows", frame.columns, frame.rows);
            return Err(Error::invalid(format!("{message} does not fill a chunk of {row_samples} samples x {height} rows")));
        }
        if !restart.is_multiple_of(frame.columns) {
            return Err(Error::invalid("not whole rows").field("JPEG restart interval").value(restart));
        }
        Ok(Self {
            tables: picked,
            predictor,
            start: (1u32 << (frame.precision - shift - 1)) as u16,
            shift,
            row_len: frame.columns * count,
            row_count: frame.rows,
            chunk_row: row_samples,
            restart_rows: restart / frame.columns,
        })
    }

    fn decode(&self, data: &[u8], rows: &mut [&mut [u16]]) -> Result<()> {
        match (self.tables.len(), self.predictor) {
            (1, 1) => self.rows::<1, 1>(data, rows),
            (2, 1) => self.rows::<2, 1>(data, rows),
            (1, 6) => self.rows::<1, 6>(data, rows),
            (2, 6) => self.rows::<2, 6>(data, rows),
            (1, 7) => self.rows::<1, 7>(data, rows),
            (2, 7) => self.rows::<2, 7>(data, rows),
            (1, _) => self.rows::<1, 0>(data, rows),
            (2, _) => self.rows::<2, 0>(data, rows),
            (3, _) => self.rows::<3, 0>(data, rows),
            (_, _) => self.rows::<4, 0>(data, rows),
        }
    }

    /// `N` components; predictor `P`, where 0 stands for any, decided per sample.
    fn rows<const N: usize, const P: u8>(&self, data: &[u8], rows: &mut [&mut [u16]]) -> Result<()> {
        let tables: [&Table; N] = std::array::from_fn(|c| self.tables[c]);
        let mut reader = BitReader::new(data);
        let mut above = vec![0u16; self.row_len];
        let mut row = vec![0u16; self.row_len];
        let mut first = true;
        // Rows of the chunk below the picture are not decoded.
        let wanted = (rows.len() * self.chunk_row).div_ceil(self.row_len).min(self.row_count);
        for y in 0..wanted {
            if self.restart_rows != 0 && y != 0 && y % self.restart_rows == 0 {
                reader.restart()?;
                first = true;
            }
            let predictor = if P == 0 { self.predictor } else { P };
            for c in 0..N {
                let prediction = if first { self.start } else { above[c] };
                row[c] = prediction.wrapping_add(reader.difference(tables[c])?);
            }
            if first {
                // Above the first row there is nothing: it is predicted from the left (T.81 H.1.2.1).
                self.line::<N>(&mut reader, &tables, &mut row, |left, _, _| left)?;
            } else {
                let above = above.as_slice();
                match predictor {
                    1 => self.line::<N>(&mut reader, &tables, &mut row, |left, _, _| left)?,
                    p => {
                        let up = |i: usize| (i32::from(above[i]), i32::from(above[i - N]));
                        self.line::<N>(&mut reader, &tables, &mut row, |left, i, _| {
                            let (b, c) = up(i);
                            let a = i32::from(left);
                            (match p {
                                2 => b,
                                3 => c,
                                4 => a + b - c,
                                5 => a + ((b - c) >> 1),
                                6 => b + ((a - c) >> 1),
                                _ => (a + b) >> 1,
                            }) as u16
                        })?;
                    }
                }
            }
            if reader.overrun() {
                return Err(Error::invalid("the entropy-coded data end before the picture").field("JPEG row").value(y));
            }
            self.place(&row, y * self.row_len, rows);
            std::mem::swap(&mut above, &mut row);
            first = false;
        }
        Ok(())
    }

    /// Copies a JPEG row, whose first sample is number `at` of the chunk, to where it belongs.
    fn place(&self, mut row: &[u16], mut at: usize, rows: &mut [&mut [u16]]) {
        while !row.is_empty() {
            let (y, x) = (at / self.chunk_row, at % self.chunk_row);
            let (now, later) = row.split_at((self.chunk_row - x).min(row.len()));
            if let Some(out) = rows.get_mut(y).and_then(|r| r.get_mut(x..)) {
                out.iter_mut().zip(now).for_each(|(o, &s)| *o = s << self.shift);
            }
            at += now.len();
            row = later;
        }
    }

    /// The rest of a row after its first pixel; `predict(left, index, component)`.
    #[inline(always)]
    fn line<const N: usize>(
        &self,
        reader: &mut BitReader,
        tables: &[&Table; N],
        row: &mut [u16],
        predict: impl Fn(u16, usize, usize) -> u16,
    ) -> Result<()> {
        let mut i = N;
        while i + N <= row.len() {
            for (c, table) in tables.iter().enumerate() {
                let prediction = predict(row[i - N + c], i + c, c);
                row[i + c] = prediction.wrapping_add(reader.difference(table)?);
            }
            i += N;
        }
        Ok(())
    }
}
