//! JPEG streams (ITU-T T.81) as DNG and CinemaDNG compress with them: lossless (SOF3) and sequential DCT of 8 or 12 bits
//! (SOF0, SOF1).
//!
//! Which of them it is, the stream says: cameras write DCT under the tag value of lossless JPEG. DNG asks that a stream
//! hold as many samples as its chunk, not that it have the same shape: its samples (components interleaved, rows top to
//! bottom) fill the chunk in order. Adobe writes 2 components of half the width, which predicts better from the left;
//! Blackmagic lays two rows of the mosaic into one of the JPEG, which predicts better from above.

mod huffman;
mod idct;
mod lossless;
mod sequential;

use super::decode::Chunk;
use crate::error::{Error, Result};
use huffman::Table;

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const DQT: u8 = 0xdb;
const DHT: u8 = 0xc4;
const DRI: u8 = 0xdd;
const APP0: u8 = 0xe0;
const APP14: u8 = 0xee;

/// Most samples in a byte of entropy-coded data: a DCT block of 64 takes two bits, the shortest code for its DC and its end.
pub const MAX_SAMPLES_PER_BYTE: u64 = 64 * 8 / 2;

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
        if marker == EOI {
            return Err(Error::invalid("the JPEG stream ends before its scan"));
        }
        let length = self.data.get(self.at..self.at + 2).map(|b| usize::from(b[0]) << 8 | usize::from(b[1])).ok_or_else(ends)?;
        let segment = self.data.get(self.at + 2..self.at + length.max(2)).ok_or_else(ends)?;
        self.at += length.max(2);
        Ok((marker, segment))
    }
}

/// What SOF0, SOF1 or SOF3 says.
#[derive(Clone, Debug)]
struct FrameHeader {
    precision: u32,
    rows: usize,
    columns: usize,
    components: Vec<Component>,
}

#[derive(Clone, Copy, Debug)]
struct Component {
    id: u8,
    /// Samples of this component across and down in a minimum coded unit, in blocks (1 to 4).
    sampling: (usize, usize),
    /// Quantization table (0 to 3).
    quantization: u8,
}

impl FrameHeader {
    fn parse(s: &[u8]) -> Result<Self> {
        let ([precision, y1, y0, x1, x0, count], rest) =
            s.split_first_chunk::<6>().ok_or_else(|| Error::invalid("the SOF segment is cut short"))?;
        let bad = |name: &str, value: usize| Error::invalid("not allowed").field(format!("JPEG {name}")).value(value);
        let (rows, columns) = (usize::from(*y1) << 8 | usize::from(*y0), usize::from(*x1) << 8 | usize::from(*x0));
        if rows == 0 || columns == 0 {
            return Err(bad("size", rows.min(columns)));
        }
        if !(1..=4).contains(count) || rest.len() < usize::from(*count) * 3 {
            return Err(bad("number of components", (*count).into()));
        }
        let mut components = vec![];
        for c in rest.chunks_exact(3).take((*count).into()) {
            let sampling = (usize::from(c[1] >> 4), usize::from(c[1] & 0xf));
            if !(1..=4).contains(&sampling.0) || !(1..=4).contains(&sampling.1) {
                return Err(bad("sampling factors", c[1].into()));
            }
            components.push(Component { id: c[0], sampling, quantization: c[2] });
        }
        Ok(Self { precision: (*precision).into(), rows, columns, components })
    }

    /// The samples of the stream, all components at full resolution.
    fn samples(&self) -> usize {
        self.columns * self.rows * self.components.len()
    }

    /// Refuses a stream that does not hold as many samples as its chunk (or, in a last strip, its visible rows).
    fn fills(&self, chunk: &Chunk) -> Result<()> {
        let samples = self.samples();
        if samples == chunk.row_samples * chunk.height || samples == chunk.row_samples * chunk.rows.len() {
            return Ok(());
        }
        let message = format!("a JPEG of {} columns x {} components x {} rows", self.columns, self.components.len(), self.rows);
        Err(Error::invalid(format!("{message} does not fill a chunk of {} samples x {} rows", chunk.row_samples, chunk.height)))
    }
}

/// What stands before the scan.
#[derive(Default)]
struct Tables {
    /// Of DC coefficients and lossless differences, and of AC coefficients.
    huffman: [[Option<Table>; 4]; 2],
    /// In zigzag order.
    quantization: [Option<[u16; 64]>; 4],
    /// Minimum coded units between restart markers; 0 for none.
    restart: usize,
    /// The colour transform that Adobe's marker names: 0 none, 1 Y'CbCr, 2 YCCK.
    transform: Option<u8>,
    /// Whether JFIF's marker stands there, whose three components are Y'CbCr (ISO/IEC 10918-5).
    jfif: bool,
}

/// Decodes a stream of samples of `bits` bits into a chunk.
pub fn decode(data: &[u8], bits: u32, chunk: &mut Chunk) -> Result<()> {
    let mut segments = Segments::new(data)?;
    let mut frame: Option<(u8, FrameHeader)> = None;
    let mut tables = Tables::default();
    loop {
        let (marker, segment) = segments.next()?;
        match marker {
            0xc0 | 0xc1 | 0xc3 => frame = Some((marker, FrameHeader::parse(segment)?)),
            DHT => Table::read_all(segment, &mut tables.huffman)?,
            DQT => quantization(segment, &mut tables.quantization)?,
            DRI => tables.restart = segment.first_chunk::<2>().map_or(0, |b| u16::from_be_bytes(*b).into()),
            APP14 if segment.starts_with(b"Adobe") => tables.transform = segment.get(11).copied(),
            APP0 if segment.starts_with(b"JFIF\0") => tables.jfif = true,
            SOS => {
                let data = &data[segments.at..];
                return match frame.ok_or_else(|| Error::invalid("no frame header before the scan"))? {
                    (0xc3, frame) => lossless::decode(&frame, segment, &tables, data, chunk),
                    (_, frame) => sequential::decode(&frame, segment, &tables, data, bits, chunk),
                };
            }
            0xc0..=0xcf => return Err(Error::unsupported(format!("JPEG process SOF{} is not decoded", marker & 0xf))),
            _ => {}
        }
    }
}

/// Every table of a DQT segment (T.81 B.2.4.1).
fn quantization(mut s: &[u8], tables: &mut [Option<[u16; 64]>; 4]) -> Result<()> {
    let short = || Error::invalid("the DQT segment is cut short");
    while let Some((&id, rest)) = s.split_first() {
        let slot = tables.get_mut(usize::from(id & 0xf));
        let slot = slot.ok_or_else(|| Error::invalid("has to be 0 to 3").field("JPEG quantization table").value(id & 0xf))?;
        let wide = id >> 4 != 0;
        let (values, rest) = rest.split_at_checked(if wide { 128 } else { 64 }).ok_or_else(short)?;
        let at = |i: usize| if wide { u16::from_be_bytes([values[2 * i], values[2 * i + 1]]) } else { values[i].into() };
        *slot = Some(std::array::from_fn(at));
        s = rest;
    }
    Ok(())
}

/// What a scan header says (T.81 B.2.3).
struct ScanHeader {
    /// Of each component, the numbers of its DC and AC Huffman tables.
    tables: Vec<(usize, usize)>,
    /// Start of spectral selection or predictor, its end, and approximation (the low nibble is the point transform).
    last: [u8; 3],
}

/// Reads a scan header, whose components have to be those of the frame, in order.
fn scan_header(frame: &FrameHeader, s: &[u8]) -> Result<ScanHeader> {
    let count = frame.components.len();
    let short = || Error::invalid("the SOS segment is cut short");
    let (&listed, rest) = s.split_first().ok_or_else(short)?;
    if usize::from(listed) != count {
        return Err(Error::unsupported("all components have to be in one scan").field("JPEG components in scan").value(listed));
    }
    let (specs, rest) = rest.split_at_checked(count * 2).ok_or_else(short)?;
    let mut tables = Vec::with_capacity(count);
    for (spec, component) in specs.chunks_exact(2).zip(&frame.components) {
        if spec[0] != component.id {
            return Err(Error::invalid("components out of order").field("JPEG component").value(spec[0]));
        }
        tables.push((usize::from(spec[1] >> 4), usize::from(spec[1] & 0xf)));
    }
    Ok(ScanHeader { tables, last: *rest.first_chunk::<3>().ok_or_else(short)? })
}

impl Tables {
    /// The Huffman table of class 0 (DC, lossless) or 1 (AC) and that number.
    fn huffman(&self, class: usize, id: usize) -> Result<&Table> {
        let table = self.huffman[class].get(id).and_then(Option::as_ref);
        table.ok_or_else(|| Error::invalid("names a Huffman table that is not there").field("JPEG table").value(id))
    }
}
