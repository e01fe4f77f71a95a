//! The transform that a CSV file of the golden corpus names in its first line.

use super::eval::rows;
use crate::{
    color::{Cdl, CdlStyle, Interpolation, Lut3, Op, invert, transform},
    error::{Error, InFile, Result},
    files,
    sidecar::lut,
};
use serde_json::Value;
use std::path::Path;

/// Far above any file of the corpus.
const MAX_BYTES: u64 = 256 << 20;

/// Ops and input samples. Files that the metadata names are looked for beside the folder of the group.
pub fn read(path: &Path) -> Result<(Vec<Op>, Vec<[f64; 3]>)> {
    parse(&files::read_text(path, MAX_BYTES)?, path.parent().unwrap_or(Path::new(""))).in_file(path)
}

/// The input samples alone.
pub fn samples(path: &Path) -> Result<Vec<[f64; 3]>> {
    Ok(split(&files::read_text(path, MAX_BYTES)?).in_file(path)?.1)
}

fn parse(text: &str, folder: &Path) -> Result<(Vec<Op>, Vec<[f64; 3]>)> {
    let (meta, samples) = split(text)?;
    Ok((ops(&meta, folder)?, samples))
}

fn split(text: &str) -> Result<(Value, Vec<[f64; 3]>)> {
    let mut lines = text.lines().zip(1..);
    let first = lines.next().map_or("", |(line, _)| line);
    let meta: Value = first
        .strip_prefix('#')
        .and_then(|json| serde_json::from_str(json).ok())
        .ok_or_else(|| Error::invalid("not a golden file: the first line is not `# ` and JSON").line(1))?;
    let header: Vec<&str> = lines.next().map_or("", |(line, _)| line).split(',').map(str::trim).collect();
    let mut columns = [0; 3];
    for (column, name) in columns.iter_mut().zip(["in_r", "in_g", "in_b"]) {
        *column = header.iter().position(|h| *h == name).ok_or_else(|| Error::invalid("no such column").field(name).line(2))?;
    }
    let mut samples = rows(lines, columns)?;
    // The text is the shortest that parses back to the same f32, which is the number meant.
    samples.as_flattened_mut().iter_mut().for_each(|x| *x = f64::from(*x as f32));
    Ok((meta, samples))
}

fn text<'a>(meta: &'a Value, field: &str) -> Option<&'a str> {
    meta.get(field)?.as_str()
}

fn ops(meta: &Value, folder: &Path) -> Result<Vec<Op>> {
    let group = text(meta, "group").unwrap_or("");
    if group == "cdl" || meta.get("slope").is_some() {
        return cdl(meta);
    }
    if group.starts_with("aces2_display") {
        // Named by the file of the Academy's implementation, which bears the ID of its direction.
        let file = text(meta, "ctl").unwrap_or("").rsplit('/').next().unwrap_or("");
        return transform(&format!("{}.a2.v1", file.trim_end_matches(".ctl")), false);
    }
    if let Some(file) = text(meta, "lut") {
        return table(file, meta, folder);
    }
    if let Some(file) = text(meta, "clf") {
        return Ok(lut::read(&folder.join("..").join(file))?.ops);
    }
    if group == "aces1_output" {
        // The output device transform of the Academy's file stands for the whole output.
        let file = text(meta, "ctl").unwrap_or("").rsplit('/').next().unwrap_or("");
        return transform(file.trim_end_matches(".ctl"), false);
    }
    if group == "aces1_output_inverse" {
        return transform(&format!("aces1-{}", text(meta, "name").unwrap_or("").replace('_', "-")), true);
    }
    if matches!(group, "op" | "grading" | "aces2_stages") {
        return Err(Error::unsupported("files of this group do not hold their parameters").field("group").value(group));
    }
    let spec = text(meta, "transform").ok_or_else(|| Error::invalid("missing").field("transform"))?;
    match spec.strip_prefix("inverse of ").or_else(|| spec.strip_prefix("inverse ")) {
        Some(spec) => named(spec, true),
        None => named(spec, false),
    }
}

/// Names of the corpus that are no row of the catalogue: joins of two, or a row the other way round.
fn named(spec: &str, inverse: bool) -> Result<Vec<Op>> {
    if let Some((_, space)) = spec.split_once("ACES2065-1 -> ") {
        return transform(space, !inverse);
    }
    let ops = match spec {
        "UTILITY - ACES-AP0_to_CIE-XYZ-D65_BFD" => transform("cie-xyz-d65", true)?,
        "UTILITY - ACES-AP1_to_CIE-XYZ-D65_BFD" => [transform("acescg", false)?, transform("cie-xyz-d65", true)?].concat(),
        "UTILITY - ACES-AP1_to_LINEAR-REC709_BFD" => [transform("acescg", false)?, transform("linear-rec709", true)?].concat(),
        "CURVE - LINEAR_to_ST-2084" => transform("pq-curve", true)?,
        "CURVE - HLG-OETF" => transform("hlg-curve", true)?,
        _ => return transform(spec, inverse),
    };
    if !inverse {
        return Ok(ops);
    }
    crate::color::invert(&ops).ok_or_else(|| Error::unsupported("this transform has no inverse").field("transform").value(spec))
}

/// `file` is a path beside the folder of the group; words may follow it.
fn table(file: &str, meta: &Value, folder: &Path) -> Result<Vec<Op>> {
    let (file, note) = file.split_once(' ').unwrap_or((file, ""));
    let mut ops = lut::read(&folder.join("..").join(file))?.ops;
    if note.ends_with("domain 0..1") {
        ops.retain(|op| !matches!(op, Op::Matrix(_)));
    }
    if text(meta, "interpolation") == Some("tetrahedral") {
        for op in &mut ops {
            if let Op::Lut3(cube) = op {
                *op = Op::Lut3(Lut3::new(cube.lattice().clone(), Interpolation::Tetrahedral));
            }
        }
    }
    match text(meta, "direction") {
        Some("inverse") => invert(&ops).ok_or_else(|| Error::unsupported("this table has no inverse").field("lut").value(file)),
        _ => Ok(ops),
    }
}

fn cdl(meta: &Value) -> Result<Vec<Op>> {
    let number =
        |value: &Value, field: &str| value.as_f64().ok_or_else(|| Error::invalid("not a number").field(field.to_owned()).value(value));
    let three = |field: &str| -> Result<[f64; 3]> {
        let values = &meta[field];
        Ok([number(&values[0], field)?, number(&values[1], field)?, number(&values[2], field)?])
    };
    let style = match text(meta, "style") {
        Some("asc") => CdlStyle::Asc,
        _ => CdlStyle::NoClamp,
    };
    let cdl = Op::Cdl(Cdl::new(three("slope")?, three("offset")?, three("power")?, number(&meta["saturation"], "saturation")?, style));
    let cdl = match text(meta, "direction") {
        Some("inverse") => cdl.inverse().ok_or_else(|| Error::unsupported("this CDL has no inverse"))?,
        _ => cdl,
    };
    if meta.get("placement").is_none() {
        return Ok(vec![cdl]);
    }
    Ok([transform("acescct", true)?, vec![cdl], transform("acescct", false)?].concat())
}
