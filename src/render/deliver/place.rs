//! Names of the files of a delivery: each its own, and none that something else has.

use super::{What, work::Work};
use crate::{
    error::{Error, Result},
    recipe::{file_as_folder, safe_name},
};
use std::collections::BTreeMap;

/// Fails where a name cannot be filled in, or is not a file's own.
///
/// # Errors
/// Invalid: a name asks for what is not known. Refused: a name that two files would have, or that a document of the delivery has; a movie
/// of a part of a clip that would be called as the whole.
pub fn check(what: &What, works: &[Work]) -> Result<()> {
    let mut places: BTreeMap<String, String> = BTreeMap::new();
    for file in what.plan.travelling_files() {
        places.insert(file.place.to_lowercase(), format!("the look file {}", file.reference));
    }
    for work in works {
        let field = || format!("output.deliverables.{}.name", work.deliverable.id);
        let mut take = |name: String| {
            let place = name.to_lowercase();
            if is_document(&place, what.name) {
                return Err(Error::refused("the delivery has a document of its own there").field(field()).value(name));
            }
            match places.insert(place, work.deliverable.id.clone()) {
                Some(other) => Err(Error::refused(format!("{other} has that name")).field(field()).value(name)),
                None => Ok(()),
            }
        };
        if work.is_movie() {
            if !what.is_whole() && !work.tells_parts() {
                return Err(Error::refused("a movie of a part of a clip needs {first} and {last} in its name")
                    .field(field())
                    .value(&work.deliverable.name));
            }
            take(work.name(what, None)?)?;
        }
        for frame in what.frames.iter().filter(|frame| !work.is_movie() && work.is_of(what, **frame)) {
            take(work.name(what, Some(*frame))?)?;
        }
    }
    match file_as_folder(places.keys().map(String::as_str)) {
        Some(folder) => Err(Error::refused("would be a file and a folder").field("output name").value(folder)),
        None => Ok(()),
    }
}

/// Whether AMF, FDL, receipts and the history of a clip lie there.
fn is_document(place: &str, clip: &str) -> bool {
    let first = place.split('/').next().unwrap_or_default();
    let own = first.strip_prefix(&safe_name(clip).to_lowercase()).and_then(|rest| rest.strip_prefix('.'));
    first == crate::history::FOLDER
        || own.is_some_and(|rest| matches!(rest, "amf" | "fdl" | "cc" | "cdl") || rest.ends_with(".cc") || rest.ends_with(".json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_known() {
        for place in ["a001.amf", "a001.fdl", "a001.cc", "a001.1-3.receipt.json", "a001.1-3.provenance.json", "ascmhl/x.exr"] {
            assert!(is_document(place, "A001"), "{place}");
        }
        for place in ["a001.000001.exr", "b.amf", "dpx10/a001.amf", "a001/x.cc"] {
            assert!(!is_document(place, "A001"), "{place}");
        }
    }
}
