//! From one edition of the standard to another, with every inference listed.

use super::{Diagnostic, Fdl, Level, Number, ProtectionSense, Version};
use crate::error::{Error, Result};

/// An edition that is written. 2.0.1 says 2.0 of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    V1_0,
    V2_0,
}

impl Edition {
    fn version(self) -> Version {
        let major = match self {
            Self::V1_0 => 1,
            Self::V2_0 => 2,
        };
        Version { major, minor: 0, ..Version::default() }
    }
}

/// A document in another edition.
#[derive(Clone, Debug, PartialEq)]
pub struct Converted {
    pub fdl: Fdl,
    /// What was decided on the way.
    pub notes: Vec<Diagnostic>,
}

/// A document in another edition. Rectangles stay as they are written; the protection of intents, which edition 1.0 measures outward and
/// later ones inward, becomes the number that leads to the same rectangles.
///
/// # Errors
/// Invalid where a protection cannot be said in the other edition: inward, all of the frame or more.
pub fn convert(fdl: &Fdl, to: Edition) -> Result<Converted> {
    let mut made = Fdl { version: Version { other: fdl.version.other.clone(), ..to.version() }, ..fdl.clone() };
    let (from, to) = (fdl.protection_sense(), made.protection_sense());
    let mut notes = vec![];
    let mut note = |code, message: String, path: String| notes.push(Diagnostic { level: Level::Info, code, message, line: 0, path });
    let edition = |v: &Version| format!("{}.{}", v.major, v.minor);
    note("EDITION", format!("{} becomes {}", edition(&fdl.version), edition(&made.version)), "version".into());
    if from == to {
        return Ok(Converted { fdl: made, notes });
    }
    for (i, intent) in made.framing_intents.iter_mut().enumerate() {
        let Some(written) = intent.protection.clone().filter(|p| p.to_f64() != 0.0) else { continue };
        let path = format!("framing_intents[{i}].protection");
        let p = written.to_f64();
        // Outward, the protection is 1 + p times the frame; inward, the frame is 1 - p times the protection.
        let (other, words) = match to {
            ProtectionSense::Inward => (p / (1.0 + p), "inward"),
            ProtectionSense::Outward if p < 1.0 => (p / (1.0 - p), "outward"),
            ProtectionSense::Outward => {
                return Err(Error::invalid("inward, it leaves no frame, and cannot be said outward").field(path).value(written));
            }
        };
        let number = Number::try_from(other)?;
        note("PROTECTION", format!("{written} becomes {number}, which is the same protection measured {words}"), path);
        intent.protection = Some(number);
    }
    Ok(Converted { fdl: made, notes })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(version: (u32, u32), protection: &str) -> Fdl {
        let text = format!(
            r#"{{ "uuid": "5463dbe4-ec30-4324-b8a1-67408aed40db", "version": {{ "major": {}, "minor": {} }}, "_note": "kept",
                "framing_intents": [ {{ "id": "A", "aspect_ratio": {{ "width": 2, "height": 1 }}, "protection": {protection} }} ] }}"#,
            version.0, version.1
        );
        super::super::parse(text.as_bytes()).unwrap().0
    }

    fn protection(fdl: &Fdl) -> f64 {
        fdl.framing_intents[0].protection.as_ref().unwrap().to_f64()
    }

    #[test]
    fn protection_is_the_same_rectangle_in_the_other_edition() {
        let old = document((1, 0), "0.25");
        let new = convert(&old, Edition::V2_0).unwrap();
        // 125 % outward is 80 % inward.
        assert_eq!((protection(&new.fdl), new.fdl.version.major), (0.2, 2));
        assert_eq!(new.notes.iter().map(|n| n.code).collect::<Vec<_>>(), ["EDITION", "PROTECTION"]);
        assert_eq!(new.fdl.other, old.other, "what the standard does not name stays");
        let back = convert(&new.fdl, Edition::V1_0).unwrap();
        assert!((protection(&back.fdl) - 0.25).abs() < 1e-15);
        assert_eq!((back.fdl.version, back.fdl.contexts), (old.version, old.contexts));
    }

    #[test]
    fn where_the_sense_is_the_same_nothing_but_the_edition_changes() {
        let old = document((1, 1), "0.1");
        let new = convert(&old, Edition::V2_0).unwrap();
        assert_eq!((protection(&new.fdl), new.notes.len()), (0.1, 1));
        assert!(convert(&document((1, 0), "0"), Edition::V2_0).unwrap().notes.len() == 1);
    }

    #[test]
    fn what_leaves_no_frame_is_refused() {
        let error = convert(&document((2, 0), "1.0"), Edition::V1_0).unwrap_err();
        assert_eq!((error.exit_code(), error.field_name()), (10, Some("framing_intents[0].protection")));
    }
}
