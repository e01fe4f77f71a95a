//! Files that hold a look: lookup tables in the text formats of the trade, CLF and CTF, and CDL corrections.

pub mod clf;
mod correction;
mod csp;
pub mod cube;
mod discreet;
mod houdini;
mod pandora;
mod spi;
mod text;
mod threedl;

use super::{Diagnostic, Level, cdl};
use crate::{
    color::{Op, invert},
    error::{Error, InFile, Result},
};
use std::path::Path;

/// What a file of any format says.
#[derive(Clone, Debug, PartialEq)]
pub struct LookFile {
    /// In the order of application.
    pub ops: Vec<Op>,
    pub format: Format,
    pub title: Option<String>,
    pub descriptions: Vec<String>,
    /// What else a CLF or CTF document says about itself.
    pub clf: Option<Box<clf::Info>>,
    /// What was taken although it is not quite right.
    pub warnings: Vec<Diagnostic>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Iridas and Adobe `.cube`: one table, `DOMAIN_MIN` and `DOMAIN_MAX`.
    IridasCube,
    /// Resolve `.cube`: a 1D shaper, a cube, or one and then the other, each with an `INPUT_RANGE`.
    ResolveCube,
    /// Lustre and Flame `.3dl`.
    ThreeDl,
    /// Cinespace `.csp`.
    Csp,
    /// Sony Pictures Imageworks `.spi1d`.
    Spi1d,
    /// Sony Pictures Imageworks `.spi3d`.
    Spi3d,
    /// Sony Pictures Imageworks `.spimtx`.
    Spimtx,
    /// Discreet 1D `.lut`.
    Discreet,
    /// Houdini `.lut`.
    Houdini,
    /// Pandora `.m3d`.
    Pandora,
    /// Common LUT Format, ST 2136-1.
    Clf,
    /// Autodesk Color Transform Format.
    Ctf,
    /// ASC CDL `.cc`, `.ccc` or `.cdl`.
    Cdl,
}

/// The extensions this module reads, in lower case.
pub const EXTENSIONS: &[&str] = &["cube", "3dl", "csp", "spi1d", "spi3d", "spimtx", "lut", "m3d", "clf", "ctf", "cc", "ccc", "cdl"];

impl LookFile {
    /// Only `ops`, of `format`.
    pub fn of(format: Format, ops: Vec<Op>) -> Self {
        Self { ops, format, title: None, descriptions: Vec::new(), clf: None, warnings: Vec::new() }
    }

    /// Notes what was taken although it is not quite right. `code` is a stable name; `line` is from 1, or 0.
    pub fn warn(&mut self, code: &'static str, line: u32, message: impl Into<String>) {
        self.warnings.push(Diagnostic { level: Level::Warning, code, message: message.into(), line, path: String::new() });
    }
}

/// Reads a file by its extension, whatever the case of its letters. A `.ccc` or `.cdl` of several corrections gives its first;
/// [`transform`] names others.
///
/// # Errors
/// Unknown extensions (`Unsupported`); files that break the rules of their format, with the line.
pub fn read(path: &Path) -> Result<LookFile> {
    parse(path, &read_bytes(path)?, None)
}

/// The bytes of a regular file of no more than any look file has.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    text::read(path).in_file(path)
}

/// Parses the bytes of the file `name`, whose extension says the format. `part` is the id of a correction, for formats that hold
/// several.
///
/// # Errors
/// As [`read`], with `name` as the file.
pub fn parse(name: &Path, bytes: &[u8], part: Option<&str>) -> Result<LookFile> {
    refuse_part(name, part)?;
    let text = || text::of(bytes);
    let look = match extension(name).as_str() {
        "cc" | "ccc" | "cdl" => correction::parse(bytes, part),
        "clf" => clf::parse_named(bytes, true),
        "ctf" => clf::parse_named(bytes, false),
        "cube" => cube::parse(&text()),
        "3dl" => threedl::parse(&text()),
        "csp" => csp::parse(&text()),
        "spi1d" => spi::parse_1d(&text()),
        "spi3d" => spi::parse_3d(&text()),
        "spimtx" => spi::parse_matrix(&text()),
        "m3d" => pandora::parse(&text()),
        "lut" => lut(&text(), name),
        _ => Err(Error::unsupported(format!("not a look file; known are .{}", EXTENSIONS.join(" .")))),
    };
    look.in_file(name)
}

/// Only CDL files hold several corrections to name one of.
///
/// # Errors
/// `Usage`: a part of any other file.
pub fn refuse_part(name: &Path, part: Option<&str>) -> Result<()> {
    match part {
        Some(part) if !cdl::is_cdl_file(name) => {
            Err(Error::usage("only .cc, .ccc and .cdl files have corrections to name").file(name).field("id").value(part))
        }
        _ => Ok(()),
    }
}

/// Two formats share the extension `.lut`.
fn lut(text: &str, path: &Path) -> Result<LookFile> {
    match text::lines(text).next() {
        Some(line) if line.text.starts_with("LUT:") => discreet::parse(text, path.file_stem().and_then(|s| s.to_str()).unwrap_or("")),
        Some(line) if line.key().0.eq_ignore_ascii_case("version") => houdini::parse(text),
        _ => Err(Error::unsupported("neither a Discreet nor a Houdini table")),
    }
}

fn extension(path: &Path) -> String {
    path.extension().and_then(|e| e.to_str()).unwrap_or("").to_lowercase()
}

/// The ops of `spec`, or of its inverse: the path of a look file, or a name that [`color::transform`](crate::color::transform)
/// knows. Of a file of several corrections, `path?id=ID` or `path#ID` names one.
///
/// # Errors
/// As [`read`] and `color::transform`; transforms that have no inverse (`Unsupported`).
pub fn transform(spec: &str, inverse: bool) -> Result<Vec<Op>> {
    let Some((path, part)) = file(spec) else { return crate::color::transform(spec, inverse) };
    let ops = parse(path, &read_bytes(path)?, part)?.ops;
    if !inverse {
        return Ok(ops);
    }
    invert(&ops).ok_or_else(|| Error::unsupported("this transform has no inverse").file(path))
}

/// Whether a file holds a look, by its extension in any letter case.
pub fn is_look_file(path: &Path) -> bool {
    EXTENSIONS.contains(&extension(path).as_str())
}

/// The path that `spec` is, and what part of the file it names. `None` where it is not the path of a look file.
pub fn file(spec: &str) -> Option<(&Path, Option<&str>)> {
    let known = |text: &str| is_look_file(Path::new(text));
    if known(spec) {
        return Some((Path::new(spec), None));
    }
    let parts = [spec.rsplit_once("?id="), spec.rsplit_once('#')];
    parts.into_iter().flatten().find(|(path, _)| known(path)).map(|(path, part)| (Path::new(path), Some(part)))
}

#[cfg(test)]
mod tests;
