//! The CDLs of a colour road that are still to be done, as they travel beside a delivery.

use super::{Looks, Settings, resolve::choice};
use crate::{
    error::Result,
    sidecar::{
        amf::{Amf, Correction, Reference, Transform},
        cdl::Cdl,
        lut,
    },
};

/// The corrections among the looks of an AMF that are not in the pixels, in order, each with an id.
///
/// # Errors
/// A file of corrections that is not there, or has not the one that is meant.
pub fn corrections(amf: &Amf, looks: &Looks, settings: &Settings) -> Result<Vec<Cdl>> {
    let mut found = vec![];
    for look in amf.pipeline.looks().filter(|look| !look.is_applied()) {
        found.extend(of_look(look, looks, settings)?);
    }
    for (i, cdl) in found.iter_mut().enumerate() {
        if cdl.id.as_ref().is_none_or(|id| id.trim().is_empty()) {
            cdl.id = Some(format!("look{}", i + 1));
        }
    }
    Ok(found)
}

fn of_look(look: &Transform, looks: &Looks, settings: &Settings) -> Result<Option<Cdl>> {
    let chosen = choice(settings, look).and_then(lut::file);
    let chosen_file = || chosen.as_ref().map(|(path, part)| Ok((looks.chosen(&path.to_string_lossy())?, *part))).transpose();
    match &look.reference {
        Reference::Cdl(cdl) => match (&cdl.correction, chosen_file()?) {
            (Correction::Values { cdl, .. }, _) => Ok(Some(cdl.clone())),
            (Correction::File { id, .. }, Some((file, part))) => file.correction(part.or(Some(id))).map(Some),
            (Correction::File { id, file: Some(name), .. }, None) => looks.get(name)?.correction(Some(id)).map(Some),
            (Correction::File { file: None, .. }, None) => Ok(None),
        },
        Reference::File(name) => {
            let (file, part) = match chosen_file()? {
                Some(chosen) => chosen,
                None => (looks.get(name)?, None),
            };
            if file.is_cdl() { file.correction(part).map(Some) } else { Ok(None) }
        }
        _ => Ok(None),
    }
}
