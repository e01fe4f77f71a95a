//! Corrections that a file asks for: the opcode lists of DNG (DNG 1.7 chapter 7), read and applied.
//!
//! List 1 acts on the samples as stored, list 2 on the linear mosaic, list 3 on linear RGB after debayering. Whatever an
//! opcode makes of a value, black stays 0.0 and sensor clip 1.0: results are limited to -1..1, as in Adobe's SDK. Where
//! a curve is given for 0..1 only, noise below black takes it mirrored through its start (2 f(0) - f(-x)), as there.

mod bad_pixels;
mod field;
mod names;
mod parse;
mod values;
mod warp;

pub use names::describe;

use crate::{
    error::{Error, Result},
    image::{CfaPlane, Image, Mosaic, Rect, Size},
};
use field::Field;
use values::Values;
use warp::Warp;

/// The opcode lists of a frame, in the order they are applied.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Opcodes {
    /// OpcodeList1: on the samples as stored, counted from the top left of the stored picture.
    stored: Vec<Opcode>,
    /// OpcodeList2: on linear values, counted from the top left of the active area.
    linear: Vec<Opcode>,
    /// OpcodeList3: on linear RGB, counted likewise.
    rgb: Vec<Opcode>,
}

/// One opcode.
#[derive(Clone, Debug, PartialEq)]
enum Opcode {
    Bad(bad_pixels::BadPixels),
    Trim(Rect),
    /// Changes values where they stand.
    Values(Values),
    /// Moves pixels.
    Warp(Warp),
}

/// The largest stored sample: what a value of list 1 is a fraction of.
const LARGEST: f32 = 65535.0;

impl Opcodes {
    /// Reads OpcodeList1, 2 and 3. An opcode that is not known is an error, unless its optional flag is set.
    pub fn parse(lists: [Option<&[u8]>; 3]) -> Result<Self> {
        let [stored, linear, rgb] = lists.map(|l| l.map_or(Ok(vec![]), parse::list));
        let in_list = |n: u32| move |e: Error| e.field(format!("DNG OpcodeList{n}"));
        let opcodes = Self { stored: stored.map_err(in_list(1))?, linear: linear.map_err(in_list(2))?, rgb: rgb.map_err(in_list(3))? };
        let only = |list: &[Opcode], n: u32, allowed: fn(&Opcode) -> bool| match list.iter().find(|o| !allowed(o)) {
            Some(o) => Err(Error::unsupported(format!("{} does not act here", o.name())).field(format!("DNG OpcodeList{n}"))),
            None => Ok(()),
        };
        only(&opcodes.stored, 1, |o| !matches!(o, Opcode::Warp(_) | Opcode::Values(Values::Vignette(_))))?;
        only(&opcodes.linear, 2, |o| !matches!(o, Opcode::Bad(_)))?;
        only(&opcodes.rgb, 3, |o| !matches!(o, Opcode::Bad(_)))?;
        Ok(opcodes)
    }

    pub fn is_empty(&self) -> bool {
        self.stored.is_empty() && self.linear.is_empty() && self.rgb.is_empty()
    }

    /// Whether a list acts on linear values before they are debayered.
    pub fn has_linear(&self) -> bool {
        !self.linear.is_empty()
    }

    /// Refuses list 1 where samples are stored as light: its values are fractions of the largest code value.
    pub fn refuse_stored(&self, what: &str) -> Result<()> {
        match self.stored.first() {
            Some(opcode) => Err(Error::unsupported(format!("{} on {what} is not applied", opcode.name())).field("DNG OpcodeList1")),
            None => Ok(()),
        }
    }

    /// Applies list 1 to a mosaic.
    pub fn apply_to_stored(&self, mosaic: &mut Mosaic) -> Result<()> {
        let whole = Rect::of(mosaic.size);
        for opcode in &self.stored {
            match opcode {
                Opcode::Bad(bad) => bad.fix(mosaic)?,
                // The stored picture keeps its size; what is cut off has to be what nobody sees.
                Opcode::Trim(bounds) if bounds.contains(mosaic.active_area) && whole.contains(*bounds) => {}
                Opcode::Trim(bounds) => return Err(trims(1, bounds)),
                Opcode::Values(Values::Table(map)) => map.apply_to_stored(mosaic),
                Opcode::Values(values) => {
                    let mut linear: Vec<f32> = mosaic.samples.iter().map(|&s| f32::from(s) / LARGEST).collect();
                    values.apply(&mut Field { size: mosaic.size, bounds: whole, step: 1, aspect: 1.0, planes: vec![&mut linear] }, LARGEST);
                    let code = |v: f32| (v * LARGEST + 0.5).max(0.0) as u16;
                    mosaic.samples.iter_mut().zip(&linear).for_each(|(s, &v)| *s = code(v));
                }
                Opcode::Warp(_) => {}
            }
        }
        Ok(())
    }

    /// Applies list 2 to a linear mosaic. What it trims stays, so that debayering has its neighbours.
    pub fn apply_to_linear(&self, cfa: &mut CfaPlane) -> Result<()> {
        let mut bounds = Rect::of(cfa.size);
        for opcode in &self.linear {
            match opcode {
                Opcode::Trim(to) => bounds = trimmed(2, bounds, to)?,
                Opcode::Values(values) => {
                    let mut field = Field { size: cfa.size, bounds, step: 1, aspect: 1.0, planes: vec![&mut cfa.samples] };
                    values.apply(&mut field, 1.0);
                }
                Opcode::Warp(warp) => {
                    return Err(Error::unsupported(format!("{} does not act on a mosaic", warp.name())).field("DNG OpcodeList2"));
                }
                Opcode::Bad(_) => {}
            }
        }
        Ok(())
    }

    /// Applies what is left to do to linear RGB: to a debayered mosaic (`after_debayer`) list 3, to a picture that was
    /// stored as RGB lists 2 and 3. `full` is the size before a debayer that made one pixel of `step` x `step`. What was trimmed
    /// becomes black.
    pub fn apply_to_rgb(&self, image: &mut Image, full: Size, step: u32, after_debayer: bool) -> Result<()> {
        if !after_debayer {
            self.refuse_stored("stored RGB")?;
        }
        let size = image.size();
        let mut bounds = Rect::of(full);
        for (opcode, n) in self.linear.iter().map(|o| (o, 2)).chain(self.rgb.iter().map(|o| (o, 3))) {
            match opcode {
                Opcode::Trim(to) => bounds = trimmed(n, bounds, to)?,
                _ if n == 2 && after_debayer => {}
                Opcode::Values(values) => {
                    let planes = image.planes.iter_mut().map(Vec::as_mut_slice).collect();
                    values.apply(&mut Field { size, bounds, step, aspect: image.pixel_aspect, planes }, 1.0);
                }
                Opcode::Warp(warp) => warp.apply(image, bounds, step)?,
                Opcode::Bad(_) => {}
            }
        }
        if bounds != Rect::of(full) {
            let inside =
                |at: usize, from: i32, n: u32| (i64::from(from)..i64::from(from) + i64::from(n)).contains(&(at as i64 * step as i64));
            for plane in &mut image.planes {
                for (y, row) in plane.chunks_exact_mut(size.width as usize).enumerate() {
                    let keep = inside(y, bounds.y, bounds.height);
                    row.iter_mut().enumerate().filter(|(x, _)| !keep || !inside(*x, bounds.x, bounds.width)).for_each(|(_, v)| *v = 0.0);
                }
            }
        }
        Ok(())
    }
}

impl Opcode {
    fn name(&self) -> &'static str {
        match self {
            Opcode::Bad(_) => "FixBadPixels",
            Opcode::Trim(_) => "TrimBounds",
            Opcode::Values(values) => values.name(),
            Opcode::Warp(warp) => warp.name(),
        }
    }
}

fn trimmed(list: u32, bounds: Rect, to: &Rect) -> Result<Rect> {
    if bounds.contains(*to) { Ok(*to) } else { Err(trims(list, to)) }
}

fn trims(list: u32, bounds: &Rect) -> Error {
    Error::unsupported("TrimBounds leaves less than the picture, or more").field(format!("DNG OpcodeList{list}")).value(bounds)
}

#[cfg(test)]
mod tests;
