//! Which engine may render what was approved.

use crate::{
    error::{Error, Result},
    files,
    pipeline::PIXEL_REVISION,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, path::PathBuf, str::FromStr, sync::OnceLock};

/// What made the pixels, and what may make them again: a program of this version and arithmetic. The recipe may ask for the very program
/// (`digests`), or leave it to the proof (`proved`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Engine {
    pub name: String,
    pub version: String,
    /// Names its arithmetic. Recipes from before it was written have none, and are refused.
    #[serde(default)]
    pub pixels: String,
    /// SHA-256 of the programs that may; every one of this version where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(regex(pattern = super::SHA256)))]
    pub digests: Vec<String>,
    /// Whether another program may as well, if it makes the picture of the engine's own and the golden frames as they were approved.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub proved: bool,
}

/// How a program stands that wants to render.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admitted {
    /// It is the one that was approved with.
    AsApproved,
    /// It is another, for this reason, and has to prove itself first.
    OnProof(String),
}

impl Engine {
    pub fn this() -> Self {
        Self {
            name: env!("CARGO_PKG_NAME").into(),
            version: env!("CARGO_PKG_VERSION").into(),
            pixels: PIXEL_REVISION.into(),
            digests: vec![],
            proved: false,
        }
    }

    /// Whether this program may render what was approved with `self`.
    ///
    /// # Errors
    /// `Refused`: it is another, and no proof is asked for; it cannot tell what it is, where the recipe asks for the very program.
    pub fn admit(&self) -> Result<Admitted> {
        self.admit_as(&Self::this(), program)
    }

    /// Whether an engine may have rendered it that says of itself what a receipt says.
    ///
    /// # Errors
    /// As [`Engine::admit`].
    pub fn admits(&self, other: &Self) -> Result<Admitted> {
        let unnamed = || Error::refused("approved for programs by name, and none is named").field("engine.digests");
        self.admit_as(other, || other.digests.first().cloned().ok_or_else(unnamed))
    }

    fn admit_as(&self, this: &Self, program: impl FnOnce() -> Result<String>) -> Result<Admitted> {
        let same = (&self.name, &self.version, &self.pixels) == (&this.name, &this.version, &this.pixels);
        let (why, field, found) = if !same {
            (format!("approved with {self}, this is {this}"), "engine", None)
        } else if self.digests.is_empty() {
            return Ok(Admitted::AsApproved);
        } else {
            let own = program()?;
            if self.digests.contains(&own) {
                return Ok(Admitted::AsApproved);
            }
            let wanted = self.digests.iter().map(|d| short(d)).collect::<Vec<_>>().join(" or ");
            (format!("approved for the program with SHA-256 {wanted}, this is another build of {this}"), "engine.digests", Some(own))
        };
        if self.proved && self.name == this.name {
            return Ok(Admitted::OnProof(why));
        }
        let error = Error::refused(why).field(field);
        Err(if let Some(found) = found { error.value(found) } else { error })
    }

    /// What it asks of an engine, as people read it.
    pub fn rule(&self) -> String {
        let proved = if self.proved { ", or another that proves itself on the golden frames" } else { "" };
        match self.digests.as_slice() {
            [] => format!("{self}{proved}"),
            some => {
                let programs = some.iter().map(|d| short(d)).collect::<Vec<_>>().join(" or ");
                format!("{self}, the program with SHA-256 {programs}{proved}")
            }
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pixels = if self.pixels.is_empty() { "no pixel revision" } else { &self.pixels };
        write!(f, "{} {} ({pixels})", self.name, self.version)
    }
}

/// The head of a digest, for people.
pub(super) fn short(digest: &str) -> String {
    format!("{}…", digest.get(..16).unwrap_or(digest))
}

/// SHA-256 of the program that runs.
///
/// # Errors
/// I/O: its file cannot be read.
pub fn program() -> Result<String> {
    static DIGEST: OnceLock<Result<String>> = OnceLock::new();
    DIGEST.get_or_init(|| files::sha256_of_file(&running()?)).clone()
}

fn running() -> Result<PathBuf> {
    // The very file that runs, also where another has taken its name since.
    let own = PathBuf::from("/proc/self/exe");
    if own.exists() {
        return Ok(own);
    }
    std::env::current_exe().map_err(|e| Error::io(&own, &e))
}

/// A program that a recipe is to name: the one that makes it, or one by its digest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Pin {
    This,
    Program(String),
}

impl Pin {
    /// # Errors
    /// Those of [`program`].
    pub fn digest(&self) -> Result<String> {
        match self {
            Self::This => program(),
            Self::Program(digest) => Ok(digest.clone()),
        }
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::This => "this",
            Self::Program(digest) => digest,
        })
    }
}

/// `this`, or a SHA-256 in hex.
impl FromStr for Pin {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let digest = text.strip_prefix("sha256:").unwrap_or(text);
        match digest {
            "this" => Ok(Self::This),
            hex if hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit()) => Ok(Self::Program(hex.to_ascii_lowercase())),
            _ => Err(Error::usage("a program is `this`, or its SHA-256 in hex").field("engine").value(text)),
        }
    }
}

impl TryFrom<String> for Pin {
    type Error = Error;
    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Pin> for String {
    fn from(pin: Pin) -> Self {
        pin.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_engine_is_refused_unless_it_may_prove_itself() {
        let this = Engine::this();
        let (own, other) = ("a".repeat(64), "b".repeat(64));
        let code = |approved: &Engine| match approved.admit_as(&this, || Ok(own.clone())) {
            Ok(Admitted::AsApproved) => "same".to_owned(),
            Ok(Admitted::OnProof(why)) => format!("proof: {why}"),
            Err(error) => format!("{} {error}", error.exit_code()),
        };
        assert_eq!(code(&this), "same");
        let pinned = Engine { digests: vec![other.clone(), own.clone()], ..this.clone() };
        assert_eq!(code(&pinned), "same");
        let pinned = Engine { digests: vec![other], ..this.clone() };
        let said = code(&pinned);
        assert!(said.starts_with(&format!("12 engine.digests = {own}: ")) && said.contains("bbbbbbbbbbbbbbbb…"), "{said}");
        assert!(code(&Engine { proved: true, ..pinned }).starts_with("proof: approved for the program"));
        let older = Engine { version: "0.0.1".into(), pixels: "prelight pixels 1".into(), ..this.clone() };
        assert!(code(&older).starts_with("12 engine: approved with prelight 0.0.1 (prelight pixels 1), this is"), "{}", code(&older));
        assert!(code(&Engine { proved: true, ..older.clone() }).starts_with("proof: approved with prelight 0.0.1"));
        assert!(code(&Engine { proved: true, name: "other".into(), ..older }).starts_with("12 engine"), "of another maker");
        // What cannot tell what it is is not taken for the one that is asked for.
        let pinned = Engine { digests: vec![own], proved: true, ..this.clone() };
        assert!(pinned.admit_as(&this, || Err(Error::refused("gone"))).is_err());
    }

    #[test]
    fn a_program_is_named_by_its_digest() {
        assert_eq!(program().unwrap(), files::sha256_of_file(&std::env::current_exe().unwrap()).unwrap());
        let hex = "AB".repeat(32);
        assert_eq!(format!("sha256:{hex}").parse(), Ok(Pin::Program(hex.to_lowercase())));
        assert_eq!("this".parse(), Ok(Pin::This));
        for bad in ["", "that", "ab", &format!("{hex}0"), &"g".repeat(64)] {
            assert_eq!(bad.parse::<Pin>().unwrap_err().exit_code(), 2, "{bad}");
        }
    }
}
