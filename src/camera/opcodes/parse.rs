//! The bytes of an opcode list: big-endian whatever the byte order of the file.

use super::{
    Opcode,
    bad_pixels::BadPixels,
    field::Area,
    names,
    values::{GainMap, PerLine, Polynomial, Table, Values, Vignette},
    warp::{Model, Warp},
};
use crate::{
    error::{Error, Result},
    image::Rect,
};

/// Most opcodes of a list: real ones hold a handful, and each may go over the whole picture.
const MAX_OPCODES: u32 = 64;
/// The newest version of DNG whose opcodes are known.
const NEWEST: u32 = 0x0107_0100;

/// Reads a list. Opcodes that are not known and optional are left out.
pub fn list(bytes: &[u8]) -> Result<Vec<Opcode>> {
    let mut r = Reader { bytes };
    let count = r.u32()?;
    if count > MAX_OPCODES {
        return Err(Error::unsupported(format!("more than {MAX_OPCODES} opcodes")).value(count));
    }
    let mut opcodes = vec![];
    for _ in 0..count {
        let (id, version, flags, len) = (r.u32()?, r.u32()?, r.u32()?, r.u32()?);
        let mut parameters = Reader { bytes: r.take(len as usize)? };
        let opcode = if version > NEWEST { None } else { opcode(id, &mut parameters).map_err(|e| e.value(names::name(id)))? };
        match opcode {
            Some(opcode) if parameters.bytes.is_empty() => opcodes.push(opcode),
            Some(_) => return Err(Error::invalid("its parameters are longer than they should be").value(names::name(id))),
            // Bit 0: a reader that does not know the opcode may go without it.
            None if flags & 1 != 0 => {}
            None => {
                return Err(Error::unsupported(
                    "an opcode that is not known and not optional: the picture would not be what the camera means",
                )
                .value(names::name(id)));
            }
        }
    }
    Ok(opcodes)
}

fn opcode(id: u32, r: &mut Reader) -> Result<Option<Opcode>> {
    Ok(Some(match id {
        1 => Opcode::Warp(warp(r, Model::Rectilinear)?),
        2 => Opcode::Warp(warp(r, Model::Fisheye)?),
        3 => {
            let [k0, k1, k2, k3, k4, x, y] = r.f64s()?;
            Opcode::Values(Values::Vignette(Vignette { k: [k0, k1, k2, k3, k4], center: center(x, y)? }))
        }
        4 => {
            let value = r.u32()?;
            bayer_phase(r)?;
            Opcode::Bad(BadPixels::Constant(value))
        }
        5 => {
            bayer_phase(r)?;
            let (points, rects) = (r.u32()?, r.u32()?);
            if u64::from(points) * 8 + u64::from(rects) * 16 != r.bytes.len() as u64 {
                return Err(Error::invalid(format!("{points} points and {rects} rectangles do not fit its length")));
            }
            let points = (0..points).map(|_| Ok((r.u32()?, r.u32()?))).map(|p: Result<_>| p.map(|(y, x)| (x, y)));
            let points = points.collect::<Result<_>>()?;
            Opcode::Bad(BadPixels::List { points, rects: (0..rects).map(|_| rect(r)).collect::<Result<_>>()? })
        }
        6 => {
            let bounds = rect(r)?;
            if bounds.width == 0 || bounds.height == 0 {
                return Err(Error::invalid("bounds without pixels"));
            }
            Opcode::Trim(bounds)
        }
        7 => {
            let area = area(r)?;
            let count = r.u32()?;
            if !(1..=65536).contains(&count) {
                return Err(Error::invalid(format!("a table of {count} entries: 1 to 65536 are allowed")));
            }
            let entries = r.take(count as usize * 2)?.chunks_exact(2).map(|b| u16::from_be_bytes([b[0], b[1]])).collect();
            Opcode::Values(Values::Table(Table { area, entries }))
        }
        8 => {
            let area = area(r)?;
            let degree = r.u32()?;
            if degree > 8 {
                return Err(Error::invalid(format!("degree {degree}: at most 8 is allowed")));
            }
            let coefficients = (0..=degree).map(|_| r.f64()).collect::<Result<_>>()?;
            Opcode::Values(Values::Polynomial(Polynomial { area, coefficients }))
        }
        9 => Opcode::Values(Values::Gain(gain_map(r)?)),
        10..=13 => {
            let area = area(r)?;
            let rows = id == 10 || id == 12;
            let wanted = if rows { area.rows() } else { area.columns() };
            let count = r.u32()?;
            if count != wanted {
                return Err(Error::invalid(format!("{count} numbers for {wanted} lines")));
            }
            let numbers = r.f32s(count.into())?;
            Opcode::Values(Values::PerLine(PerLine { area, rows, scale: id >= 12, numbers }))
        }
        _ => return Ok(None),
    }))
}

/// The number of models, the models, the centre.
fn warp<const N: usize>(r: &mut Reader, model: impl Fn(Vec<[f64; N]>) -> Model) -> Result<Warp> {
    let planes = r.u32()?;
    if !(1..=4).contains(&planes) {
        return Err(Error::invalid(format!("{planes} planes: 1 to 4 are allowed")));
    }
    let models = (0..planes).map(|_| r.f64s()).collect::<Result<Vec<_>>>()?;
    let [x, y] = r.f64s()?;
    Ok(Warp { model: model(models), center: center(x, y)? })
}

fn gain_map(r: &mut Reader) -> Result<GainMap> {
    let area = area(r)?;
    let (points_v, points_h) = (r.u32()?, r.u32()?);
    let [spacing_v, spacing_h, origin_v, origin_h] = r.f64s()?;
    let planes = r.u32()?;
    let count = [points_h, planes].iter().try_fold(u64::from(points_v), |n, &m| n.checked_mul(m.into()));
    let Some(count) = count.filter(|&n| n > 0 && n.checked_mul(4) == Some(r.bytes.len() as u64)) else {
        return Err(Error::invalid(format!("{points_v} x {points_h} points of {planes} planes do not fit its length")));
    };
    if !(spacing_v > 0.0 || points_v == 1) || !(spacing_h > 0.0 || points_h == 1) {
        return Err(Error::invalid(format!("points {spacing_v}, {spacing_h} apart: has to be positive")));
    }
    let gains = r.f32s(count)?;
    Ok(GainMap {
        area,
        points_v: points_v as usize,
        points_h: points_h as usize,
        // One point has no spacing; any number will do.
        spacing: (if points_v == 1 { 1.0 } else { spacing_v }, if points_h == 1 { 1.0 } else { spacing_h }),
        origin: (origin_v, origin_h),
        planes: planes as usize,
        gains,
    })
}

fn center(x: f64, y: f64) -> Result<(f64, f64)> {
    if (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y) {
        return Ok((x, y));
    }
    Err(Error::invalid(format!("its centre {x}, {y} does not lie within the picture")))
}

/// Which colour the first site has, 0 to 3. The CFA pattern of the file says it as well, and is what counts.
fn bayer_phase(r: &mut Reader) -> Result<()> {
    match r.u32()? {
        0..=3 => Ok(()),
        phase => Err(Error::invalid(format!("Bayer phase {phase}: 0 to 3 are allowed"))),
    }
}

/// Top, left, bottom, right.
fn rect(r: &mut Reader) -> Result<Rect> {
    let edges = [r.u32()?, r.u32()?, r.u32()?, r.u32()?];
    let [top, left, bottom, right] = edges;
    if top > bottom || left > right || edges.iter().any(|&e| e > i32::MAX as u32) {
        return Err(Error::invalid(format!("{edges:?} is no rectangle (top, left, bottom, right)")));
    }
    Ok(Rect::new(left as i32, top as i32, right - left, bottom - top))
}

fn area(r: &mut Reader) -> Result<Area> {
    let rect = rect(r)?;
    let (plane, planes, row_pitch, column_pitch) = (r.u32()?, r.u32()?, r.u32()?, r.u32()?);
    if planes == 0 || row_pitch == 0 || column_pitch == 0 {
        return Err(Error::invalid(format!("planes {planes}, pitch {row_pitch}x{column_pitch}: at least 1 each")));
    }
    Ok(Area { rect, plane, planes, row_pitch, column_pitch })
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let (now, later) = self.bytes.split_at_checked(n).ok_or_else(|| Error::invalid("the opcode list is cut short"))?;
        self.bytes = later;
        Ok(now)
    }
    fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_be_bytes(self.take(4)?.try_into().unwrap_or_default()))
    }
    /// A finite number.
    fn f64(&mut self) -> Result<f64> {
        let v = f64::from_be_bytes(self.take(8)?.try_into().unwrap_or_default());
        if v.is_finite() { Ok(v) } else { Err(Error::invalid("not a finite number")) }
    }
    fn f64s<const N: usize>(&mut self) -> Result<[f64; N]> {
        let mut out = [0.0; N];
        for v in &mut out {
            *v = self.f64()?;
        }
        Ok(out)
    }
    fn f32s(&mut self, n: u64) -> Result<Vec<f32>> {
        let bytes = self.take(usize::try_from(n.saturating_mul(4)).unwrap_or(usize::MAX))?;
        let values: Vec<f32> = bytes.as_chunks::<4>().0.iter().map(|b| f32::from_be_bytes(*b)).collect();
        if values.iter().all(|v| v.is_finite()) { Ok(values) } else { Err(Error::invalid("not a finite number")) }
    }
}
