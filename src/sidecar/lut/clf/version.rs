//! Which schema a document follows: its root's version attributes and namespace.

use crate::{
    error::{Error, Result},
    sidecar::xml::Element,
};

/// Namespace of the Academy's CLF 3.0 (S-2014-006).
pub(super) const ACADEMY: &str = "urn:AMPAS:CLF:v3.0";
/// Namespace of SMPTE ST 2136-1:2024.
pub(super) const SMPTE: &str = "http://www.smpte-ra.org/ns/2136-1/2024";
/// What later editions of the standard will share with [`SMPTE`].
const SMPTE_STEM: &str = "http://www.smpte-ra.org/ns/2136-1/";
/// The `compCLFversion` that ST 2136-1 prints.
pub(super) const SMPTE_VERSION: &str = "ST2136-1:2024";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Common LUT Format.
    Clf,
    /// Color Transform Format: OpenColorIO's superset of it.
    Ctf,
}

/// Format, version, and which standards body's schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version {
    pub format: Format,
    /// Major, minor.
    pub number: (u32, u32),
    pub smpte: bool,
}

impl Version {
    /// Reads it off the root element.
    ///
    /// # Errors
    /// Contradicting, unreadable, or later than CLF 3.0, ST 2136-1:2024 or CTF 2.6.
    pub(super) fn of(root: &Element) -> Result<Self> {
        let namespace = root.name.namespace.as_str();
        let smpte = namespace == SMPTE;
        if !smpte && namespace.starts_with(SMPTE_STEM) {
            return Err(Error::unsupported("a later edition of ST 2136-1 than 2024").field("xmlns").value(namespace));
        }
        let number = |field: &str, text: &str| parse(text).ok_or_else(|| Error::invalid("not a version number").field(field).value(text));
        match (root.get("compCLFversion"), root.get("version")) {
            (Some(_), Some(_)) => Err(Error::invalid("compCLFversion and version exclude each other").field("ProcessList")),
            (Some(text), None) => {
                let number = if text.trim() == SMPTE_VERSION { (3, 0) } else { number("compCLFversion", text)? };
                Self::up_to((3, 0), Self { format: Format::Clf, number, smpte }, "compCLFversion", text)
            }
            (None, Some(_)) if smpte => {
                Err(Error::invalid("the namespace of ST 2136-1 excludes the version attribute of CTF").field("ProcessList"))
            }
            (None, Some(text)) => {
                let ctf = Self { format: Format::Ctf, number: number("version", text)?, smpte };
                Self::up_to((2, 6), ctf, "version", text)
            }
            (None, None) if smpte => Ok(Self { format: Format::Clf, number: (3, 0), smpte }),
            // CTF documents from before there was the attribute.
            (None, None) => Ok(Self { format: Format::Ctf, number: (1, 2), smpte }),
        }
    }

    fn up_to(latest: (u32, u32), this: Self, field: &str, text: &str) -> Result<Self> {
        if this.number > latest {
            let latest = format!("later than {}.{}", latest.0, latest.1);
            return Err(Error::unsupported(latest).field(field).value(text));
        }
        Ok(this)
    }

    /// Whether nodes may have an IndexMap: CLF and CTF before the Academy's version 3.
    pub(super) fn has_index_maps(self) -> bool {
        match self.format {
            Format::Clf => self.number < (3, 0),
            Format::Ctf => self.number < (2, 0),
        }
    }
}

/// `major[.minor[.revision]]`.
pub(super) fn parse(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().split('.').map(|part| part.parse::<u32>().ok());
    let (major, minor, revision) = (parts.next()??, parts.next(), parts.next());
    let known = minor != Some(None) && revision != Some(None) && parts.next().is_none();
    known.then_some((major, minor.flatten().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbers() {
        for (text, number) in [("3", Some((3, 0))), ("1.3.10", Some((1, 3))), ("2.0", Some((2, 0)))] {
            assert_eq!(parse(text), number, "{text}");
        }
        for text in ["", "three", "3.", "3.0.0.0", "-1", "3,0"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
