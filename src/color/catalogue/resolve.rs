//! From what a document or a person calls a transform to its ops.

use super::{Kind, Named, catalogue, known, near, opencolorio};
use crate::{
    color::ops::{Op, invert},
    error::{Error, Result},
};

/// What all ACES transform IDs begin with; a version and a colon follow.
const URN: &str = "urn:ampas:aces:transformId:";

/// The row that `spec` means, in either direction: a name, an ACES transform ID with or without its URN prefix, or the
/// name OpenColorIO gives it, all in any letter case.
pub fn named(spec: &str) -> Option<&'static Named> {
    find(spec).map(|(row, _)| row)
}

/// The working space that `spec` means, as [`named`] knows it; `None` of everything else.
pub fn working_space(spec: &str) -> Option<&'static Named> {
    named(spec).filter(|row| row.kind == Kind::WorkingSpace)
}

/// The ops of `spec` as [`named`] knows it, or of its inverse. An ID that says a direction itself ("ACES_to_ACEScct",
/// "InvOutput...") is taken at its word, and `inverse` then undoes that.
///
/// Errors: unknown names (`Unsupported`, with the nearest known), and transforms that have no inverse.
pub fn transform(spec: &str, inverse: bool) -> Result<Vec<Op>> {
    let (row, backward) = find(spec).ok_or_else(|| unknown(spec))?;
    let ops = row.ops();
    if backward == inverse {
        return Ok(ops);
    }
    invert(&ops).ok_or_else(|| Error::unsupported("this transform has no inverse").field("transform").value(spec))
}

/// Why `spec` is refused although the Academy's registry has it; `None` where it is supported, or not known.
pub fn known_unsupported(spec: &str) -> Option<&'static str> {
    if find(spec).is_some() {
        return None;
    }
    known::reason(core(spec))
}

/// Without white space around and without the URN prefix, whatever its version.
fn core(spec: &str) -> &str {
    let spec = spec.trim();
    match spec.get(..URN.len()) {
        Some(start) if start.eq_ignore_ascii_case(URN) => spec[URN.len()..].split_once(':').map_or(spec, |(_, core)| core),
        _ => spec,
    }
}

/// The row, and whether `spec` means its inverse.
fn find(spec: &str) -> Option<(&'static Named, bool)> {
    let core = core(spec);
    if let Some(row) = exact(core) {
        return Some((row, false));
    }
    exact(&inverse_id(core)?).map(|row| (row, true))
}

/// The row with this name, in any letter case.
fn exact(name: &str) -> Option<&'static Named> {
    let is = |known: &str| known.eq_ignore_ascii_case(name);
    let row = catalogue().iter().find(|row| is(row.name) || row.ids.iter().any(|id| is(id)));
    row.or_else(|| {
        let (row, _) = opencolorio::CALLED.iter().find(|(_, names)| names.iter().any(|name| is(name)))?;
        catalogue().iter().find(|known| known.name == *row)
    })
}

/// The ID of the opposite direction, by the registry's patterns: `InvOutput.X` and `Output.X`, `A_to_B` and `B_to_A`.
pub(super) fn inverse_id(id: &str) -> Option<String> {
    if let Some(rest) = id.get(..3).filter(|start| start.eq_ignore_ascii_case("Inv")).and_then(|_| id.get(3..)) {
        return Some(rest.to_owned());
    }
    let lower = id.to_ascii_lowercase();
    if let Some(at) = lower.find("_to_") {
        let start = lower[..at].rfind('.').map_or(0, |dot| dot + 1);
        // The version begins at ".a1." or ".a2.".
        let end = lower.find(".a1.").or_else(|| lower.find(".a2.")).filter(|end| *end > at).unwrap_or(lower.len());
        return Some(format!("{}{}_to_{}{}", &id[..start], &id[at + 4..end], &id[start..at], &id[end..]));
    }
    let invertible = ["Output.", "Look.", "LMT.", "ODT.", "RRTODT.", "RRT."];
    invertible.iter().any(|kind| lower.starts_with(&kind.to_ascii_lowercase())).then(|| format!("Inv{id}"))
}

fn unknown(spec: &str) -> Error {
    let core = core(spec);
    let message = match known::reason(core) {
        Some(reason) => format!("known, but not supported: {reason}"),
        None => match near::suggestions(core).as_slice() {
            [] => "unknown transform; `prelight color list` shows those there are".to_owned(),
            near => format!("unknown transform; nearest known: {}", near.join(", ")),
        },
    };
    Error::unsupported(message).field("transform").value(spec)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{color::eval_f64, error::ErrorKind};

    #[test]
    fn knows_ids_of_both_versions_and_directions() {
        for (spec, name, back) in [
            ("urn:ampas:aces:transformId:v2.0:CSC.Academy.ACEScct_to_ACES.a2.v1", "acescct", false),
            ("urn:ampas:aces:transformId:v2.0:CSC.Academy.ACES_to_ACEScct.a2.v1", "acescct", true),
            ("urn:ampas:aces:transformId:v1.5:ACEScsc.Academy.ACES_to_ACEScct.a1.0.3", "acescct", true),
            ("urn:ampas:aces:transformId:v1.5:IDT.ARRI.Alexa-v3-logC-EI800.a1.v2", "arri-logc3", false),
            ("urn:ampas:aces:transformId:v2.0:CSC.Arri.LogC4_to_ACES.a2.v1", "arri-logc4", false),
            (
                "urn:ampas:aces:transformId:v2.0:InvOutput.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.a2.v1",
                "aces2-rec709-d65-100nit-in-rec709-d65-bt1886",
                true,
            ),
            ("Output.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.a2.v1", "aces2-rec709-d65-100nit-in-rec709-d65-bt1886", false),
            ("ACEScct", "acescct", false),
            ("URN:AMPAS:ACES:TRANSFORMID:v2.0:csc.academy.acescct_TO_ACES.a2.v1", "acescct", false),
            ("urn:ampas:aces:transformid:v1.5:acescsc.academy.aces_to_acescct.a1.0.3", "acescct", true),
            ("ACESutil.Lin_to_DolbyPQ.a1.0.3", "pq-to-nits", true),
            ("lin_ap1_scene", "acescg", false),
            ("Input - ARRI - V3 LogC (EI800) - Wide Gamut", "arri-logc3", false),
        ] {
            let found = find(spec).map(|(row, back)| (row.name, back));
            assert_eq!(found, Some((name, back)), "{spec}");
        }
    }

    #[test]
    fn both_directions_undo_each_other() {
        let (there, back) = (transform("ACEScct", true).unwrap(), transform("ACEScct", false).unwrap());
        let px = [0.2, 0.1, 0.4];
        let out = eval_f64(&back, eval_f64(&there, px));
        assert!((0..3).all(|i| (out[i] - px[i]).abs() < 1e-14), "{out:?}");
    }

    #[test]
    fn opencolorio_names_mean_rows_and_are_unique() {
        let mut seen = std::collections::HashSet::new();
        for (row, names) in opencolorio::CALLED {
            for name in *names {
                assert_eq!(find(name).map(|(found, back)| (found.name, back)), Some((*row, false)), "{name}");
                assert!(seen.insert(name.to_lowercase()), "{name}");
            }
        }
    }

    #[test]
    fn opposite_ids_are_each_others() {
        for (id, other) in [
            ("CSC.Academy.ACEScct_to_ACES.a2.v1", "CSC.Academy.ACES_to_ACEScct.a2.v1"),
            ("ACEScg_to_ACES2065-1", "ACES2065-1_to_ACEScg"),
            ("Output.X.a2.v1", "InvOutput.X.a2.v1"),
        ] {
            assert_eq!(inverse_id(id).as_deref(), Some(other));
            assert_eq!(inverse_id(other).as_deref(), Some(id));
        }
        assert_eq!(inverse_id("arri-logc3"), None);
        assert_eq!(inverse_id("Inv"), Some(String::new()));
    }

    #[test]
    fn what_the_registry_has_and_we_do_not_is_explained() {
        let e = transform("urn:ampas:aces:transformId:v1.5:IDT.ARRI.Alexa-v3-raw-EI160-CCT2600.a1.v2", false).unwrap_err();
        assert!(e.message().contains("known, but not supported"), "{e}");
        assert_eq!(known_unsupported("arri-logc3"), None);
        assert_eq!(known_unsupported("nonsense"), None);
    }

    #[test]
    fn unknown_names_are_refused_with_near_ones() {
        let e = transform("arri-logc5", false).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::Unsupported);
        assert!(e.message().contains("arri-logc4"), "{e}");
        assert!(transform("urn:ampas:aces:transformId:v2.0:CSC.Academy.ACEScct_to_ACES.a2.v2", false).is_err());
        assert!(transform("", false).is_err());
    }
}
