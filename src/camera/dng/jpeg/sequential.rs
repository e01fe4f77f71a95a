//! The scan of sequential DCT JPEG (ITU-T T.81 processes 1, 2 and 4; SOF0, SOF1) of 8 or 12 bits.
//!
//! Blackmagic's CinemaDNG 3:1 and 4:1 are 12-bit streams of this kind around the codes of a mosaic, Adobe's lossy DNG
//! 8-bit ones around those of demosaiced pixels. Subsampled components are repeated.

use super::{
    FrameHeader, MAX_SAMPLES_PER_BYTE, ScanHeader, Tables,
    huffman::{BitReader, Table},
    idct, scan_header,
};
use crate::{
    camera::dng::decode::Chunk,
    error::{Error, Result},
};

/// Place in a block, row by row, of each coefficient in the order it is coded (T.81 figure 5).
const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56,
    57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// One component of the scan and the part of it that lies in a row of minimum coded units.
struct Plane<'t> {
    dc: &'t Table,
    ac: &'t Table,
    quantization: &'t [u16; 64],
    sampling: (usize, usize),
    /// Last DC coefficient.
    last: i32,
    /// Samples, `stride` a row.
    samples: Vec<u16>,
    stride: usize,
}

/// Decodes the scan whose header is `header`; the entropy-coded data start `data`.
pub fn decode(frame: &FrameHeader, header: &[u8], tables: &Tables, data: &[u8], bits: u32, chunk: &mut Chunk) -> Result<()> {
    if ![8, 12].contains(&frame.precision) {
        return Err(Error::invalid("has to be 8 or 12").field("JPEG precision").value(frame.precision));
    }
    if frame.precision != bits {
        return Err(Error::invalid(format!("is not the {bits} bits of the samples")).field("JPEG precision").value(frame.precision));
    }
    let ycbcr = is_ycbcr(frame, tables, chunk)?;
    frame.fills(chunk)?;
    if frame.samples() as u64 / MAX_SAMPLES_PER_BYTE > data.len() as u64 {
        return Err(Error::invalid("too short for its picture").field("JPEG bytes").value(data.len()));
    }
    let ScanHeader { tables: picked, last: spectral } = scan_header(frame, header)?;
    if spectral != [0, 63, 0] {
        return Err(Error::invalid("not a sequential scan").field("JPEG spectral selection").value(format!("{spectral:?}")));
    }
    // A single component has blocks, not units of several (T.81 A.2.2).
    let alone = frame.components.len() == 1;
    let sampling = |s: (usize, usize)| if alone { (1, 1) } else { s };
    let (most_x, most_y) = frame.components.iter().map(|c| sampling(c.sampling)).fold((1, 1), |m, s| (m.0.max(s.0), m.1.max(s.1)));
    let units = frame.columns.div_ceil(8 * most_x);
    let mut planes = vec![];
    for (component, (dc, ac)) in frame.components.iter().zip(picked) {
        let sampling = sampling(component.sampling);
        if !most_x.is_multiple_of(sampling.0) || !most_y.is_multiple_of(sampling.1) {
            let value = format!("{}x{}", sampling.0, sampling.1);
            return Err(Error::unsupported("not a whole fraction of the largest").field("JPEG sampling factors").value(value));
        }
        let quantization = tables.quantization.get(usize::from(component.quantization)).and_then(Option::as_ref);
        let quantization = quantization.ok_or_else(|| {
            Error::invalid("names a quantization table that is not there").field("JPEG table").value(component.quantization)
        })?;
        let stride = units * sampling.0 * 8;
        planes.push(Plane {
            dc: tables.huffman(0, dc)?,
            ac: tables.huffman(1, ac)?,
            quantization,
            sampling,
            last: 0,
            samples: vec![0; stride * sampling.1 * 8],
            stride,
        });
    }

    let row_len = frame.columns * planes.len();
    let mut row = vec![0u16; row_len];
    let mut reader = BitReader::new(data);
    let mut until_restart = tables.restart;
    // Rows of the chunk below the picture are not decoded.
    let wanted = chunk.wanted_rows(row_len).min(frame.rows);
    for top in (0..wanted).step_by(8 * most_y) {
        for unit in 0..units {
            if tables.restart != 0 {
                if until_restart == 0 {
                    reader.restart()?;
                    planes.iter_mut().for_each(|p| p.last = 0);
                    until_restart = tables.restart;
                }
                until_restart -= 1;
            }
            for plane in &mut planes {
                for y in 0..plane.sampling.1 {
                    for x in 0..plane.sampling.0 {
                        plane.block(&mut reader, frame.precision, unit * plane.sampling.0 + x, y)?;
                    }
                }
            }
        }
        if reader.overrun() {
            return Err(Error::invalid("the entropy-coded data end before the picture").field("JPEG row").value(top));
        }
        for y in top..wanted.min(top + 8 * most_y) {
            for (c, plane) in planes.iter().enumerate() {
                let (across, down) = (most_x / plane.sampling.0, most_y / plane.sampling.1);
                let from = &plane.samples[(y - top) / down * plane.stride..][..plane.stride];
                if planes.len() == 1 {
                    row.copy_from_slice(&from[..row_len]);
                } else {
                    row.iter_mut().skip(c).step_by(planes.len()).enumerate().for_each(|(x, o)| *o = from[x / across]);
                }
            }
            if ycbcr {
                row.as_chunks_mut::<3>().0.iter_mut().for_each(|p| *p = rgb(*p, frame.precision));
            }
            chunk.place(&row, y * row_len);
        }
    }
    Ok(())
}

/// Whether the components are Y'CbCr: Adobe's marker says so, else JFIF's, else the identifiers of the components, which
/// are the letters R, G, B where they are not (what every decoder of the field goes by).
fn is_ycbcr(frame: &FrameHeader, tables: &Tables, chunk: &Chunk) -> Result<bool> {
    let colors = frame.components.len() == 3 && chunk.samples_per_pixel == 3;
    match tables.transform {
        Some(0) => Ok(false),
        Some(1) if colors => Ok(true),
        Some(other) => Err(Error::unsupported("not a transform of these samples").field("JPEG Adobe transform").value(other)),
        None => Ok(colors && (tables.jfif || !frame.components.iter().map(|c| c.id).eq(*b"RGB"))),
    }
}

/// Y'CbCr to R'G'B' (ISO/IEC 10918-5, ITU-R BT.601 over the full range), in 16-bit fixed point as libjpeg rounds it.
#[inline]
fn rgb([y, cb, cr]: [u16; 3], precision: u32) -> [u16; 3] {
    const fn fixed(x: f64) -> i32 {
        (x * 65536.0 + 0.5) as i32
    }
    const HALF: i32 = 1 << 15;
    let (y, cb, cr) = (i32::from(y), i32::from(cb) - (1 << (precision - 1)), i32::from(cr) - (1 << (precision - 1)));
    let r = y + ((fixed(1.402) * cr + HALF) >> 16);
    let g = y + ((-fixed(0.344_14) * cb - fixed(0.714_14) * cr + HALF) >> 16);
    let b = y + ((fixed(1.772) * cb + HALF) >> 16);
    [r, g, b].map(|v| v.clamp(0, (1 << precision) - 1) as u16)
}

impl Plane<'_> {
    /// Decodes one block (T.81 F.2.2) to its place: block column `x` of the plane, block row `y` of the row of units.
    #[inline]
    fn block(&mut self, reader: &mut BitReader, precision: u32, x: usize, y: usize) -> Result<()> {
        let mut coefficients = [0i32; 64];
        // Differences are modulo 2^16; the sum stays within what they can reach.
        self.last = i32::from(self.last.wrapping_add(i32::from(reader.difference(self.dc)? as i16)) as i16);
        coefficients[0] = self.last.wrapping_mul(self.quantization[0].into());
        let mut k = 1;
        while k < 64 {
            let (run, value) = reader.coefficient(self.ac)?;
            match (run, value) {
                (15, 0) => k += 16,
                (_, 0) => break,
                _ => {
                    k += run;
                    let &at = ZIGZAG.get(k).ok_or_else(|| Error::invalid("more than 64 coefficients in a block").field("JPEG block"))?;
                    coefficients[usize::from(at)] = value.wrapping_mul(self.quantization[k].into());
                    k += 1;
                }
            }
        }
        let start = y * 8 * self.stride + x * 8;
        idct::block(&coefficients, precision, &mut self.samples[start..], self.stride);
        Ok(())
    }
}
