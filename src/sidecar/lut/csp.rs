//! `.csp` of Cinespace: a shaper curve for each channel, then a 1D table or a cube.

use super::{
    Format, LookFile,
    text::{Line, columns, cube_size, lines, number, table_size, to_unit},
};
use crate::{
    color::{Interpolation, Lattice, Lut1, Lut1Domain, Lut3, Op},
    error::{Error, Result},
};

/// Points of a shaper; more are no hand-made curve.
const MAX_POINTS: usize = 1 << 16;
/// Entries that a bent shaper becomes.
const SHAPER_ENTRIES: usize = 1 << 16;

pub fn parse(text: &str) -> Result<LookFile> {
    let mut lines = Lines(lines(text));
    let magic = lines.next("CSPLUTV100")?;
    if !magic.text.eq_ignore_ascii_case("CSPLUTV100") {
        return Err(magic.error("not a Cinespace file: it does not begin with CSPLUTV100"));
    }
    let kind = lines.next("1D or 3D")?;
    let is_cube = match kind.text.to_ascii_uppercase().as_str() {
        "1D" => false,
        "3D" => true,
        _ => return Err(kind.error("neither 1D nor 3D")),
    };
    let mut line = lines.next("the first shaper")?;
    let mut descriptions = Vec::new();
    if line.text.eq_ignore_ascii_case("BEGIN METADATA") {
        loop {
            line = lines.next("END METADATA")?;
            if line.text.eq_ignore_ascii_case("END METADATA") {
                break;
            }
            descriptions.push(line.text.to_owned());
        }
        line = lines.next("the first shaper")?;
    }

    let red = Shaper::read(line, &mut lines)?;
    let green = Shaper::read(lines.next("the green shaper")?, &mut lines)?;
    let blue = Shaper::read(lines.next("the blue shaper")?, &mut lines)?;
    let mut ops = shaper_ops([red, green, blue])?;

    let sizes = lines.next("the size")?;
    if is_cube {
        let edges: Vec<usize> = sizes.words().map(|word| cube_size(sizes, word)).collect::<Result<_>>()?;
        let size = match edges[..] {
            [r, g, b] if r == g && g == b => r,
            _ => return Err(sizes.error("not a cube")),
        };
        let rows = lines.rows(size * size * size)?;
        let lattice = Lattice::new(size, &rows).ok_or_else(|| sizes.error("not a cube"))?;
        ops.push(Op::Lut3(Lut3::new(lattice, Interpolation::Trilinear)));
    } else {
        let rows = lines.rows(table_size(sizes, sizes.text)?)?;
        ops.push(Op::Lut1(Lut1::new(Lut1Domain::Uniform, columns(&rows), false)?));
    }
    Ok(LookFile { descriptions, ..LookFile::of(Format::Csp, ops) })
}

struct Lines<I>(I);

impl<'a, I: Iterator<Item = Line<'a>>> Lines<I> {
    fn next(&mut self, field: &str) -> Result<Line<'a>> {
        self.0.next().ok_or_else(|| Error::invalid("the file ends before it").field(field.to_owned()))
    }
    /// The last lines: `count` colours, and nothing after them.
    fn rows(&mut self, count: usize) -> Result<Vec<[f64; 3]>> {
        let mut rows = Vec::new();
        while rows.len() < count {
            rows.push(self.next("colours")?.numbers()?);
        }
        match self.0.next() {
            Some(line) => Err(line.error(format!("more than the {count} colours of the header"))),
            None => Ok(rows),
        }
    }
}

/// A curve through points, its inputs ascending.
struct Shaper {
    inputs: Vec<f64>,
    outputs: Vec<f64>,
}

impl Shaper {
    /// The number of points, their inputs, their outputs: a line each.
    fn read<'a>(count: Line<'a>, lines: &mut Lines<impl Iterator<Item = Line<'a>>>) -> Result<Self> {
        let points = super::text::count(count, count.text, MAX_POINTS)?;
        let mut read = |field: &str| -> Result<(Line<'a>, Vec<f64>)> {
            let line = lines.next(field)?;
            let values: Vec<f64> = line.words().map(|word| number(line, word)).collect::<Result<_>>()?;
            if values.len() != points || points < 2 {
                return Err(line.error(format!("not {points} numbers, 2 at least")));
            }
            Ok((line, values))
        };
        let (line, inputs) = read("inputs of a shaper")?;
        let (_, outputs) = read("outputs of a shaper")?;
        if inputs.windows(2).any(|w| w[0] >= w[1]) {
            return Err(line.error("the inputs of a shaper do not ascend"));
        }
        Ok(Self { inputs, outputs })
    }

    fn is_straight(&self) -> bool {
        self.inputs.len() == 2
    }

    /// Slope of the curve at an inner point: that of the line between its neighbours.
    fn slope(&self, point: usize) -> Option<f64> {
        let (before, after) = (point.checked_sub(1)?, point + 1);
        let (x, y) = (&self.inputs, &self.outputs);
        Some((y.get(after)? - y[before]) / (x[after] - x[before]))
    }

    /// The curve at `at`: cubic between inner points (Hermite), quadratic in the first and the last piece, as OpenColorIO reads
    /// the format.
    fn value(&self, at: f64) -> f64 {
        let piece = self.inputs.partition_point(|x| *x <= at).clamp(1, self.inputs.len() - 1) - 1;
        let (x0, x1) = (self.inputs[piece], self.inputs[piece + 1]);
        let (y0, y1) = (self.outputs[piece], self.outputs[piece + 1]);
        let (width, secant) = (x1 - x0, (y1 - y0) / (x1 - x0));
        let t = (at - x0) / width;
        let (s0, s1) = match (self.slope(piece), self.slope(piece + 1)) {
            (Some(s0), Some(s1)) => (s0, s1),
            // With one slope given, the other end of a quadratic has what makes their mean the secant.
            (Some(s0), None) => (s0, 2.0 * secant - s0),
            (None, Some(s1)) => (2.0 * secant - s1, s1),
            (None, None) => (secant, secant),
        };
        let (bend0, bend1) = (s0 - secant, s1 - secant);
        y0 + width * t * (secant + (1.0 - t) * (bend0 * (1.0 - t) - bend1 * t))
    }
}

/// Inputs to 0..=1, then the curves; nothing for identities.
fn shaper_ops(shapers: [Shaper; 3]) -> Result<Vec<Op>> {
    let low = [0, 1, 2].map(|c| shapers[c].inputs[0]);
    let high = [0, 1, 2].map(|c| shapers[c].inputs[shapers[c].inputs.len() - 1]);
    let straight = shapers.iter().all(Shaper::is_straight);
    if straight && shapers.iter().all(|s| s.inputs == [0.0, 1.0] && s.outputs == [0.0, 1.0]) {
        return Ok(Vec::new());
    }
    let mut ops = to_unit(low, high).ok_or_else(|| Error::invalid("an empty range").field("shaper"))?;
    let entries = if straight { 2 } else { SHAPER_ENTRIES };
    let table = [0, 1, 2].map(|c| {
        let at = |i: usize| low[c] + (high[c] - low[c]) * i as f64 / (entries - 1) as f64;
        (0..entries).map(|i| shapers[c].value(at(i))).collect()
    });
    ops.push(Op::Lut1(Lut1::new(Lut1Domain::Uniform, table, false)?));
    Ok(ops)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::eval_f64;

    #[test]
    fn shapers_are_cubic() {
        let shaper = "4\n0 .25 .5 1\n0 .5 .75 1\n";
        let file = format!("CSPLUTV100\n1D\n\n{shaper}{shaper}{shaper}\n2\n0 0 0\n1 1 1\n");
        let look = parse(&file).unwrap();
        // Printed by OpenColorIO 2.6.
        for (x, y) in [(0.05, 0.12), (0.1, 0.23), (0.3, 0.568_667), (0.6, 0.813_333), (0.9, 0.963_333), (2.0, 1.0)] {
            let out = eval_f64(&look.ops, [x; 3]);
            assert!((out[0] - y).abs() < 1e-6, "{x}: {out:?}");
        }
    }
}
