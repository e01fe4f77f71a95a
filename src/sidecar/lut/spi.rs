//! The formats of Sony Pictures Imageworks: `.spi1d`, `.spi3d`, `.spimtx`.

use super::{
    Format, LookFile,
    text::{check_count, columns, count, cube_size, lines, number, numbers_of, table_size, to_unit},
};
use crate::{
    color::{Interpolation, Lattice, Lut1, Lut1Domain, Lut3, Matrix, Op},
    error::{Error, Result},
};

fn missing(field: &str) -> Error {
    Error::invalid("missing").field(field.to_owned())
}

/// `Version`, `From`, `Length`, `Components`, then the values between braces. Of two components, blue is 0.
pub fn parse_1d(text: &str) -> Result<LookFile> {
    let (mut version, mut from, mut length, mut components) = (None, [0.0, 1.0], None, None);
    let mut lines = lines(text);
    loop {
        let line = lines.next().ok_or_else(|| missing("{"))?;
        let (key, rest) = line.key();
        match key {
            "Version" if rest == "1" => version = Some(1),
            "Version" => return Err(Error::unsupported("only version 1 is known").field("Version").value(rest).line(line.number)),
            "From" => from = numbers_of(line, rest)?,
            "Length" => length = Some(table_size(line, rest)?),
            "Components" => components = Some(count(line, rest, 3)?).filter(|&n| n > 0),
            "{" => break,
            _ => return Err(line.error("not a line of an spi1d file")),
        }
    }
    version.ok_or_else(|| missing("Version"))?;
    let length = length.ok_or_else(|| missing("Length"))?;
    let components = components.ok_or_else(|| missing("Components"))?;

    let mut rows: Vec<[f64; 3]> = Vec::new();
    loop {
        let line = lines.next().ok_or_else(|| missing("}"))?;
        if line.text == "}" {
            break;
        }
        rows.push(match components {
            1 => line.numbers::<1>().map(|[v]| [v; 3])?,
            2 => line.numbers::<2>().map(|[r, g]| [r, g, 0.0])?,
            _ => line.numbers()?,
        });
        if rows.len() > length {
            return Err(line.error(format!("more than the {length} entries of the header")));
        }
    }
    check_count("Length", rows.len(), length)?;
    let mut ops = to_unit([from[0]; 3], [from[1]; 3]).ok_or_else(|| Error::invalid("an empty range").field("From"))?;
    ops.push(Op::Lut1(Lut1::new(Lut1Domain::Uniform, columns(&rows), false)?));
    Ok(LookFile::of(Format::Spi1d, ops))
}

/// `SPILUT 1.0`, the numbers of channels, the sizes, then a line for each node: its three indices and its colour, in any
/// order.
pub fn parse_3d(text: &str) -> Result<LookFile> {
    let mut lines = lines(text);
    let mut next = |field: &str| lines.next().ok_or_else(|| missing(field));
    let first = next("SPILUT")?;
    if first.key().0 != "SPILUT" {
        return Err(first.error("not an spi3d file: it does not begin with SPILUT"));
    }
    let channels = next("channels")?;
    if channels.numbers::<2>()? != [3.0; 2] {
        return Err(channels.error("only tables from 3 to 3 channels are known"));
    }
    let sizes = next("size")?;
    let edges: Vec<usize> = sizes.words().map(|word| cube_size(sizes, word)).collect::<Result<_>>()?;
    let size = match edges[..] {
        [r, g, b] if r == g && g == b => r,
        _ => return Err(sizes.error("not a cube")),
    };

    let nodes = size * size * size;
    // A node takes a line of at least these characters: what is promised and not there is not allocated.
    if text.len() / "0 0 0 0 0 0".len() < nodes {
        return Err(sizes.error("more nodes than the file has room for"));
    }
    let mut values = vec![None; nodes];
    for line in lines {
        let mut words = line.words();
        let mut word = || words.next().ok_or_else(|| line.error("not three indices and three numbers"));
        let [r, g, b] = [count(line, word()?, size - 1)?, count(line, word()?, size - 1)?, count(line, word()?, size - 1)?];
        let value = [number(line, word()?)?, number(line, word()?)?, number(line, word()?)?];
        if words.next().is_some() {
            return Err(line.error("not three indices and three numbers"));
        }
        if values[r + size * (g + size * b)].replace(value).is_some() {
            return Err(line.error("a node that was there before"));
        }
    }
    check_count("nodes", values.iter().flatten().count(), nodes)?;
    let values: Vec<[f64; 3]> = values.into_iter().flatten().collect();
    let lattice = Lattice::new(size, &values).ok_or_else(|| sizes.error("not a cube"))?;
    Ok(LookFile::of(Format::Spi3d, vec![Op::Lut3(Lut3::new(lattice, Interpolation::Trilinear))]))
}

/// What an offset of 1 is written as.
const MATRIX_OFFSET_SCALE: f64 = 65535.0;

/// Three rows of three factors and an offset in 16-bit code values.
pub fn parse_matrix(text: &str) -> Result<LookFile> {
    let mut values = Vec::new();
    for line in lines(text) {
        for word in line.words() {
            if values.len() == 12 {
                return Err(line.error("more than 12 numbers"));
            }
            values.push(number(line, word)?);
        }
    }
    let values: [f64; 12] = values.try_into().map_err(|v: Vec<f64>| Error::invalid(format!("{} numbers instead of 12", v.len())))?;
    let matrix = Matrix {
        m: std::array::from_fn(|i| std::array::from_fn(|j| values[4 * i + j])),
        offset: std::array::from_fn(|i| values[4 * i + 3] / MATRIX_OFFSET_SCALE),
    };
    Ok(LookFile::of(Format::Spimtx, vec![Op::Matrix(matrix)]))
}
