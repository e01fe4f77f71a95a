//! `.cube`: of Adobe and Iridas (Adobe Cube LUT Specification 1.0), and as DaVinci Resolve extends it.

use super::{
    Format, LookFile,
    text::{Line, check_count, columns, cube_size, lines, number, numbers_of, table_size, to_unit},
};
use crate::{
    color::{Interpolation, Lattice, Lut1, Lut1Domain, Lut3, Op},
    error::{Error, Result},
};
use std::fmt::Write;

/// What the lines before the numbers say.
#[derive(Default)]
struct Header {
    title: Option<String>,
    table: Option<usize>,
    cube: Option<usize>,
    /// `DOMAIN_MIN` and `DOMAIN_MAX`: a value for each channel.
    domain: [Option<[f64; 3]>; 2],
    /// `LUT_1D_INPUT_RANGE` and `LUT_3D_INPUT_RANGE`: lowest and highest, the same for the three channels.
    table_range: Option<[f64; 2]>,
    cube_range: Option<[f64; 2]>,
    video_range: bool,
}

impl Header {
    /// Takes a line that is not of numbers.
    fn take(&mut self, line: Line<'_>) -> Result<()> {
        fn once<T>(place: &mut Option<T>, value: T, line: Line<'_>) -> Result<()> {
            if place.replace(value).is_some() { Err(line.error("stands twice")) } else { Ok(()) }
        }
        let (key, rest) = line.key();
        match key.to_ascii_uppercase().as_str() {
            "TITLE" => once(&mut self.title, rest.trim_matches('"').to_owned(), line),
            "LUT_1D_SIZE" => once(&mut self.table, table_size(line, rest)?, line),
            "LUT_3D_SIZE" => once(&mut self.cube, cube_size(line, rest)?, line),
            "DOMAIN_MIN" => once(&mut self.domain[0], numbers_of(line, rest)?, line),
            "DOMAIN_MAX" => once(&mut self.domain[1], numbers_of(line, rest)?, line),
            "LUT_1D_INPUT_RANGE" => once(&mut self.table_range, numbers_of(line, rest)?, line),
            "LUT_3D_INPUT_RANGE" => once(&mut self.cube_range, numbers_of(line, rest)?, line),
            "LUT_IN_VIDEO_RANGE" | "LUT_OUT_VIDEO_RANGE" => {
                self.video_range = true;
                Ok(())
            }
            _ => Err(line.error("not a line of a cube file")),
        }
    }

    fn to_unit(&self, range: Option<[f64; 2]>) -> Result<Vec<Op>> {
        let (low, high) = match range {
            Some([low, high]) => ([low; 3], [high; 3]),
            None => (self.domain[0].unwrap_or([0.0; 3]), self.domain[1].unwrap_or([1.0; 3])),
        };
        let ascends = (0..3).all(|c| low[c] < high[c]);
        to_unit(low, high)
            .filter(|_| ascends)
            .ok_or_else(|| Error::invalid("the upper end is not above the lower").field("domain").value(format!("{low:?} {high:?}")))
    }
}

pub fn parse(text: &str) -> Result<LookFile> {
    let mut header = Header::default();
    let mut rows: Vec<[f64; 3]> = Vec::new();
    for line in lines(text.trim_start_matches('\u{feff}')) {
        // Lines of numbers begin with one.
        let first = line.words().next().unwrap_or("");
        if first.parse::<f64>().is_ok() {
            rows.push(line.numbers()?);
        } else if rows.is_empty() {
            header.take(line)?;
        } else {
            return Err(number(line, first).err().unwrap_or_else(|| line.error("not three numbers")));
        }
    }
    let (table, cube) = (header.table.unwrap_or(0), header.cube.unwrap_or(0));
    let nodes = cube * cube * cube;
    if table + nodes == 0 {
        return Err(Error::invalid("neither LUT_1D_SIZE nor LUT_3D_SIZE"));
    }
    check_count("rows", rows.len(), table + nodes)?;
    if header.domain != [None; 2] && (header.table_range, header.cube_range) != (None, None) {
        return Err(Error::invalid("DOMAIN_MIN or DOMAIN_MAX beside an INPUT_RANGE"));
    }
    let resolve = table > 0 && nodes > 0 || header.table_range.or(header.cube_range).is_some();
    if table > 0 && nodes > 0 && header.domain != [None; 2] {
        return Err(Error::invalid("DOMAIN_MIN or DOMAIN_MAX with two tables"));
    }

    let mut ops = Vec::new();
    if table > 0 {
        ops.extend(header.to_unit(header.table_range)?);
        ops.push(Op::Lut1(Lut1::new(Lut1Domain::Uniform, columns(&rows[..table]), false)?));
    }
    if nodes > 0 {
        let lattice = Lattice::new(cube, &rows[table..]).ok_or_else(|| Error::invalid("not a cube").value(cube))?;
        ops.extend(header.to_unit(header.cube_range)?);
        ops.push(Op::Lut3(Lut3::new(lattice, Interpolation::Trilinear)));
    }
    let mut look = LookFile::of(if resolve { Format::ResolveCube } else { Format::IridasCube }, ops);
    look.title = header.title;
    if header.video_range {
        look.warn("CUBE_VIDEO_RANGE", 0, "values are taken as they are, although the file says that they are of the legal video range");
    }
    look.descriptions.extend(text.lines().map_while(|line| line.trim().strip_prefix('#')).map(|c| c.trim().to_owned()));
    Ok(look)
}

/// Writes a `.cube`: a 1D table, a cube, or one and then the other, in the form that Resolve reads; each with the lowest and
/// the highest input value, the same for the three channels. The shortest numbers that read back the same.
///
/// # Errors
/// Nothing to write; a half-domain table, an inverse, or a range that is empty: the format has no place for them.
pub fn write(title: Option<&str>, table: Option<(&Lut1, [f64; 2])>, cube: Option<(&Lattice, [f64; 2])>) -> Result<String> {
    if table.is_none() && cube.is_none() {
        return Err(Error::usage("neither a 1D table nor a cube to write"));
    }
    let mut text = String::new();
    if let Some(title) = title {
        let clean: String = title.chars().filter(|c| !c.is_control() && *c != '"').collect();
        // OpenColorIO refuses a TITLE in Resolve's form, with a range of inputs.
        text += &if table.is_some() { format!("# {clean}\n") } else { format!("TITLE \"{clean}\"\n") };
    }
    if let Some((table, range)) = table {
        if table.is_inverse() || table.domain() == Lut1Domain::Half || table.hue_adjust() {
            return Err(Error::unsupported("a cube file holds plain tables over an even range only"));
        }
        text += &format!("LUT_1D_SIZE {}\n{}", table.len(), input_range("LUT_1D_INPUT_RANGE", range)?);
    }
    if let Some((cube, range)) = cube {
        text += &format!("LUT_3D_SIZE {}\n{}", cube.size(), input_range("LUT_3D_INPUT_RANGE", range)?);
    }
    let rows = table.into_iter().flat_map(|(t, _)| (0..t.len()).map(|i| [0, 1, 2].map(|c| t.values()[c][i])));
    for [r, g, b] in rows.chain(cube.into_iter().flat_map(|(cube, _)| cube.values())) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{r:?} {g:?} {b:?}");
    }
    Ok(text)
}

/// The line of an input range, where it is not 0 to 1.
fn input_range(name: &str, [low, high]: [f64; 2]) -> Result<String> {
    if low < high && (high - low).is_finite() {
        return Ok(if [low, high] == [0.0, 1.0] { String::new() } else { format!("{name} {low:?} {high:?}\n") });
    }
    Err(Error::invalid("the upper end is not above the lower").field(name).value(format!("{low} {high}")))
}
