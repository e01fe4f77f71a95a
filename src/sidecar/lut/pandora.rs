//! `.m3d` of Pandora: a cube of whole numbers, blue running fastest.

use super::{
    Format, LookFile,
    text::{blue_fastest, check_count, count, edge_of, lines},
};
use crate::{
    color::{Interpolation, Lut3, Op},
    error::{Error, Result},
};

/// The most nodes of a cube.
const MAX_NODES: usize = 1 << 24;

pub fn parse(text: &str) -> Result<LookFile> {
    let (mut nodes, mut codes) = (None, None);
    let mut lines = lines(text);
    loop {
        let line = lines.next().ok_or_else(|| Error::invalid("missing").field("values"))?;
        let (key, rest) = line.key();
        match key.to_ascii_lowercase().as_str() {
            "channel" if rest.eq_ignore_ascii_case("3d") => {}
            "format" if rest.eq_ignore_ascii_case("lut") => {}
            "channel" | "format" => return Err(line.error("only `channel 3d` and `format lut` are known")),
            "in" => nodes = Some(count(line, rest, MAX_NODES)?),
            "out" => codes = Some(count(line, rest, 1 << 24)?),
            "values" if line.words().skip(1).map(str::to_ascii_lowercase).eq(["red", "green", "blue"]) => break,
            "values" => return Err(line.error("only `values red green blue` is known")),
            _ => return Err(line.error("not a line of an m3d file")),
        }
    }
    let nodes = nodes.ok_or_else(|| Error::invalid("missing").field("in"))?;
    let codes = codes.filter(|&n| n > 1).ok_or_else(|| Error::invalid("missing or below 2").field("out"))?;
    let size = edge_of(nodes).ok_or_else(|| Error::invalid("not the number of nodes of a cube").field("in").value(nodes))?;

    let full = (codes - 1) as f64;
    let mut rows: Vec<[f64; 3]> = Vec::new();
    for line in lines {
        let [index, r, g, b] = line.numbers()?;
        if index != rows.len() as f64 {
            return Err(line.error(format!("not node {}", rows.len())));
        }
        rows.push([r / full, g / full, b / full]);
    }
    check_count("in", rows.len(), nodes)?;
    let lattice = blue_fastest(size, &rows).ok_or_else(|| Error::invalid("not a cube").value(size))?;
    Ok(LookFile::of(Format::Pandora, vec![Op::Lut3(Lut3::new(lattice, Interpolation::Trilinear))]))
}
