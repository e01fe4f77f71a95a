//! From what a document or a person calls a transform to its ops.

use super::{Named, catalogue};
use crate::{
    color::ops::{Op, invert},
    error::{Error, Result},
};

/// What all ACES transform IDs begin with; a version and a colon follow.
const URN: &str = "urn:ampas:aces:transformId:";

/// The row that `spec` means, in either direction: a name, an ACES transform ID with or without its URN prefix, or the
/// name OpenColorIO gives it.
pub fn named(spec: &str) -> Option<&'static Named> {
    find(spec).map(|(row, _)| row)
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

/// The row, and whether `spec` means its inverse.
fn find(spec: &str) -> Option<(&'static Named, bool)> {
    let spec = spec.trim();
    let core = match spec.strip_prefix(URN) {
        Some(rest) => rest.split_once(':')?.1,
        None => spec,
    };
    let exact = |name: &str| {
        let is = |known: &str| known.eq_ignore_ascii_case(name);
        catalogue().iter().find(|row| is(row.name) || row.ids.iter().any(|id| is(id)))
    };
    if let Some(row) = exact(core) {
        return Some((row, false));
    }
    exact(&turned(core)?).map(|row| (row, true))
}

/// The ID of the opposite direction, by the registry's patterns: `InvOutput.X` of `Output.X`, and `ACES_to_X` of
/// `X_to_ACES`.
fn turned(id: &str) -> Option<String> {
    if let Some(rest) = id.strip_prefix("Inv") {
        return Some(rest.to_owned());
    }
    let at = id.find("ACES_to_")?;
    let (head, tail) = (&id[..at], &id[at + "ACES_to_".len()..]);
    // The version begins at ".a1." or ".a2.".
    let end = tail.find(".a1.").or_else(|| tail.find(".a2.")).unwrap_or(tail.len());
    Some(format!("{head}{}_to_ACES{}", &tail[..end], &tail[end..]))
}

fn unknown(spec: &str) -> Error {
    let mut near: Vec<(usize, &str)> = catalogue()
        .iter()
        .flat_map(|row| row.ids.iter().copied().chain([row.name]))
        .map(|name| (distance(&name.to_lowercase(), &spec.trim_start_matches(URN).to_lowercase()), name))
        .collect();
    near.sort();
    let near: Vec<&str> = near.iter().take(3).map(|(_, name)| *name).collect();
    Error::unsupported(format!("unknown transform; nearest known: {}", near.join(", "))).field("transform").value(spec)
}

/// Edits from one text to the other (Levenshtein), of their first 200 bytes.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<u8> = b.bytes().take(200).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().take(200).enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
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
    fn unknown_names_are_refused_with_near_ones() {
        let e = transform("arri-logc5", false).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::Unsupported);
        assert!(e.message().contains("arri-logc4"), "{e}");
        assert!(transform("urn:ampas:aces:transformId:v2.0:CSC.Academy.ACEScct_to_ACES.a2.v2", false).is_err());
        assert!(transform("", false).is_err());
    }
}
