//! `.lut` of Houdini: a 1D table, a cube, or one and then the other, in named sections.

use super::{
    Format, LookFile,
    text::{Line, check_count, cube_size, lines, number, numbers_of, table_size, to_unit},
};
use crate::{
    color::{Interpolation, Lattice, Lut1, Lut1Domain, Lut3, Op},
    error::{Error, Result},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `C`: a table for the three channels.
    Table,
    /// `3D`.
    Cube,
    /// `3D+1D`.
    Both,
}

struct Header<'a> {
    kind: Kind,
    /// The input range of the 1D table.
    from: [f64; 2],
    length: (Line<'a>, &'a str),
    /// Values of other fields than the usual ones.
    unusual: Vec<(Line<'a>, &'a str)>,
}

pub fn parse(text: &str) -> Result<LookFile> {
    let mut lines = lines(text);
    let header = Header::read(&mut lines)?;
    let mut sections = Sections::default();
    while let Some(line) = lines.next() {
        sections.read(line, &mut lines)?;
    }

    let (line, length) = header.length;
    let mut lengths = length.split_ascii_whitespace();
    let cube_edge = if header.kind == Kind::Table { None } else { Some(lengths.next().unwrap_or("")) };
    let table_length = if header.kind == Kind::Cube { None } else { Some(lengths.next().unwrap_or("")) };
    if lengths.next().is_some() {
        return Err(line.error("more lengths than tables"));
    }

    let mut ops = Vec::new();
    if let Some(length) = table_length {
        let values = sections.table.ok_or_else(|| Error::invalid("missing").field("the 1D table"))?;
        check_count("Length", values.len(), table_size(line, length)?)?;
        let [low, high] = header.from;
        ops = to_unit([low; 3], [high; 3]).ok_or_else(|| Error::invalid("an empty range").field("From"))?;
        ops.push(Op::Lut1(Lut1::same(Lut1Domain::Uniform, values)?));
    }
    if let Some(edge) = cube_edge {
        let values = sections.cube.ok_or_else(|| Error::invalid("missing").field("the cube"))?;
        let size = cube_size(line, edge)?;
        check_count("Length", values.len(), 3 * size * size * size)?;
        let nodes: Vec<[f64; 3]> = values.chunks_exact(3).map(|v| [v[0], v[1], v[2]]).collect();
        let lattice = Lattice::new(size, &nodes).ok_or_else(|| Error::invalid("not a cube").value(size))?;
        ops.push(Op::Lut3(Lut3::new(lattice, Interpolation::Trilinear)));
    }
    let mut look = LookFile::of(Format::Houdini, ops);
    for (line, key) in header.unusual {
        look.warn("HOUDINI_RANGE_UNUSED", line.number, format!("`{key}` says another range than 0 to 1 and is not applied"));
    }
    Ok(look)
}

impl<'a> Header<'a> {
    /// All lines up to `LUT:`.
    fn read(lines: &mut impl Iterator<Item = Line<'a>>) -> Result<Self> {
        let (mut kind, mut from, mut length, mut version, mut unusual) = (None, [0.0, 1.0], None, None, Vec::new());
        let mut from_line = None;
        loop {
            let line = lines.next().ok_or_else(|| Error::invalid("missing").field("LUT:"))?;
            let (key, rest) = line.key();
            match key.to_ascii_lowercase().as_str() {
                "version" => version = Some(number(line, rest)?),
                "format" if rest.eq_ignore_ascii_case("any") => {}
                "type" => {
                    kind = Some(match rest.to_ascii_uppercase().as_str() {
                        "C" => Kind::Table,
                        "3D" => Kind::Cube,
                        "3D+1D" => Kind::Both,
                        _ => return Err(line.error("a type other than C, 3D and 3D+1D")),
                    });
                }
                "from" => {
                    from = numbers_of(line, rest)?;
                    from_line = Some(line);
                }
                "to" if numbers_of::<2>(line, rest)? != [0.0, 1.0] => unusual.push((line, key)),
                "black" if number(line, rest)? != 0.0 => unusual.push((line, key)),
                "white" if number(line, rest)? != 1.0 => unusual.push((line, key)),
                "to" | "black" | "white" => {}
                "length" => length = Some((line, rest)),
                "lut:" => break,
                _ => return Err(line.error("not a line of a Houdini file")),
            }
        }
        let missing = |field: &str| Error::invalid("missing").field(field.to_owned());
        version.ok_or_else(|| missing("Version"))?;
        let kind = kind.ok_or_else(|| missing("Type"))?;
        if kind == Kind::Cube && from != [0.0, 1.0] {
            unusual.extend(from_line.map(|line| (line, "From")));
        }
        Ok(Self { kind, from, length: length.ok_or_else(|| missing("Length"))?, unusual })
    }
}

/// The numbers between braces.
#[derive(Default)]
struct Sections {
    /// `RGB` or `Pre`.
    table: Option<Vec<f64>>,
    /// `3D`, or without a name.
    cube: Option<Vec<f64>>,
}

impl Sections {
    /// A section from the line with its brace on.
    fn read<'a>(&mut self, first: Line<'a>, lines: &mut impl Iterator<Item = Line<'a>>) -> Result<()> {
        let (name, rest) = first.text.split_once('{').ok_or_else(|| first.error("not the beginning of a section"))?;
        let place = match name.trim().to_ascii_uppercase().as_str() {
            "RGB" | "PRE" => &mut self.table,
            "3D" | "" => &mut self.cube,
            _ => return Err(first.error("a section other than RGB, Pre and 3D")),
        };
        let mut values = Vec::new();
        let (mut line, mut text) = (first, rest);
        loop {
            let (numbers, end) = text.split_once('}').map_or((text, None), |(numbers, end)| (numbers, Some(end)));
            for word in numbers.split_ascii_whitespace() {
                values.push(number(line, word)?);
            }
            match end {
                Some("") => break,
                Some(_) => return Err(line.error("more after the end of a section")),
                None => line = lines.next().ok_or_else(|| Error::invalid("the file ends within a section").line(line.number))?,
            }
            text = line.text;
        }
        if place.replace(values).is_some() { Err(first.error("a section that was there before")) } else { Ok(()) }
    }
}
