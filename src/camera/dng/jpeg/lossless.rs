//! The scan of lossless JPEG (ITU-T T.81 process 14, SOF3).

use super::{
    FrameHeader, ScanHeader, Tables,
    huffman::{BitReader, Table},
    scan_header,
};
use crate::{
    camera::dng::decode::Chunk,
    error::{Error, Result},
};

/// Decodes the scan whose header is `header`; the entropy-coded data start `data`.
pub fn decode(frame: &FrameHeader, header: &[u8], tables: &Tables, data: &[u8], chunk: &mut Chunk) -> Result<()> {
    Scan::new(frame, header, tables, chunk)?.decode(data, chunk)
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
    /// Rows between restart markers; 0 where there are none.
    restart_rows: usize,
}

impl<'t> Scan<'t> {
    fn new(frame: &FrameHeader, header: &[u8], tables: &'t Tables, chunk: &Chunk) -> Result<Self> {
        if !(2..=16).contains(&frame.precision) {
            return Err(Error::invalid("not allowed in lossless JPEG").field("JPEG precision").value(frame.precision));
        }
        if frame.components.iter().any(|c| c.sampling != (1, 1)) {
            return Err(Error::unsupported("subsampled components are not read").field("JPEG sampling factors"));
        }
        let ScanHeader { tables: numbers, last: [predictor, _, shift] } = scan_header(frame, header)?;
        let picked = numbers.into_iter().map(|(dc, _)| tables.huffman(0, dc)).collect::<Result<Vec<_>>>()?;
        if !(1..=7).contains(&predictor) {
            return Err(Error::invalid("has to be 1 to 7").field("JPEG predictor").value(predictor));
        }
        let shift = u32::from(shift & 0xf);
        if shift >= frame.precision {
            return Err(Error::invalid("as large as the precision").field("JPEG point transform").value(shift));
        }
        frame.fills(chunk)?;
        if !tables.restart.is_multiple_of(frame.columns) {
            return Err(Error::invalid("not whole rows").field("JPEG restart interval").value(tables.restart));
        }
        Ok(Self {
            tables: picked,
            predictor,
            start: (1u32 << (frame.precision - shift - 1)) as u16,
            shift,
            row_len: frame.columns * frame.components.len(),
            row_count: frame.rows,
            restart_rows: tables.restart / frame.columns,
        })
    }

    fn decode(&self, data: &[u8], chunk: &mut Chunk) -> Result<()> {
        match (self.tables.len(), self.predictor) {
            (1, 1) => self.rows::<1, 1>(data, chunk),
            (2, 1) => self.rows::<2, 1>(data, chunk),
            (1, 6) => self.rows::<1, 6>(data, chunk),
            (2, 6) => self.rows::<2, 6>(data, chunk),
            (1, 7) => self.rows::<1, 7>(data, chunk),
            (2, 7) => self.rows::<2, 7>(data, chunk),
            (1, _) => self.rows::<1, 0>(data, chunk),
            (2, _) => self.rows::<2, 0>(data, chunk),
            (3, _) => self.rows::<3, 0>(data, chunk),
            (_, _) => self.rows::<4, 0>(data, chunk),
        }
    }

    /// `N` components; predictor `P`, where 0 stands for any, decided per sample.
    fn rows<const N: usize, const P: u8>(&self, data: &[u8], chunk: &mut Chunk) -> Result<()> {
        let tables: [&Table; N] = std::array::from_fn(|c| self.tables[c]);
        let mut reader = BitReader::new(data);
        let mut above = vec![0u16; self.row_len];
        let mut row = vec![0u16; self.row_len];
        let mut first = true;
        // Rows of the chunk below the picture are not decoded.
        let wanted = chunk.wanted_rows(self.row_len).min(self.row_count);
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
            if self.shift > 0 {
                let shifted: Vec<u16> = row.iter().map(|s| s << self.shift).collect();
                chunk.place(&shifted, y * self.row_len);
            } else {
                chunk.place(&row, y * self.row_len);
            }
            std::mem::swap(&mut above, &mut row);
            first = false;
        }
        Ok(())
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
