//! The fixed functions of CTF files and OpenColorIO, by the names they have there.

use super::Op;
use crate::error::{Error, Result};

/// The ops of the `FixedFunction` (formerly `ACES` and `Function`) element of a CTF with this `style` and these `params`.
///
/// Errors: a style that is not known, or not the number of parameters it takes.
pub fn fixed_function(style: &str, parameters: &[f64]) -> Result<Vec<Op>> {
    let _ = parameters;
    Err(Error::unsupported("a fixed function that is not known").field("style").value(style))
}
