//! The program beside the engine that has decoded a clip: its pixels are no part of the engine's arithmetic, so the recipe names it.

use super::engine::short;
use crate::{
    camera::Clip,
    error::{Error, Result},
    files,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decoder {
    /// Name of its file.
    pub name: String,
    #[schemars(regex(pattern = super::SHA256))]
    pub sha256: String,
}

impl Decoder {
    /// That of a clip; none where the engine itself decodes it.
    ///
    /// # Errors
    /// I/O.
    pub fn of(clip: &dyn Clip) -> Result<Option<Self>> {
        let Some(program) = clip.decoder() else { return Ok(None) };
        let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Some(Self { name, sha256: files::sha256_of_file(program)? }))
    }

    /// Fails unless a clip is decoded by what it was approved with. `wanted`: none of the engine itself, and of recipes from before it was
    /// written.
    pub(super) fn admit(wanted: Option<&Self>, found: Option<&Self>) -> Result<()> {
        let Some(wanted) = wanted else { return Ok(()) };
        match found {
            Some(found) if found.sha256 == wanted.sha256 => Ok(()),
            Some(found) => {
                Err(Error::refused(format!("approved with the decoder {wanted}, this is another build")).field("decoder").value(found))
            }
            None => Err(Error::refused(format!("approved with the decoder {wanted}")).field("decoder").value("the engine itself")),
        }
    }
}

impl fmt::Display for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, SHA-256 {}", self.name, short(&self.sha256))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_build_of_a_decoder_is_another_decoder() {
        let of = |name: &str, digit: &str| Decoder { name: name.into(), sha256: digit.repeat(64) };
        let approved = of("braw", "a");
        assert!(Decoder::admit(Some(&approved), Some(&of("renamed", "a"))).is_ok(), "wherever it lies");
        assert!(Decoder::admit(None, Some(&approved)).is_ok(), "recipes from before it was written");
        let error = Decoder::admit(Some(&approved), Some(&of("braw", "b"))).unwrap_err();
        assert_eq!(
            (error.exit_code(), error.to_string()),
            (12, "decoder = braw, SHA-256 bbbbbbbbbbbbbbbb…: approved with the decoder braw, SHA-256 aaaaaaaaaaaaaaaa…, this is another build".into())
        );
        assert_eq!(Decoder::admit(Some(&approved), None).unwrap_err().found(), Some("the engine itself"));
    }
}
