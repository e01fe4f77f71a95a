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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sidecar::amf::{Author, CdlLook, Step};
    use time::macros::datetime;

    fn look(slope: f64, applied: bool) -> Step {
        let cdl = Cdl { slope: [slope; 3], ..Cdl::default() };
        let Correction::Values { sop, sat, line, .. } = Correction::default() else { panic!("values are the default") };
        let correction = Correction::Values { cdl, sop, sat, line };
        let reference = Reference::Cdl(Box::new(CdlLook { correction, ..CdlLook::default() }));
        Step::Look(Box::new(Transform { applied: Some(applied), reference, ..Transform::default() }))
    }

    #[test]
    fn what_is_still_to_be_done_travels_in_order_with_an_id() {
        let author = Author { name: "a".into(), email: None, extra: Default::default() };
        let mut amf = Amf::new_v2("test", author, None, datetime!(2026-11-26 10:00 UTC), uuid::Uuid::nil());
        amf.pipeline.steps = vec![look(1.1, true), look(1.2, false), look(1.3, false)];
        let found = corrections(&amf, &Looks::default(), &Settings::default()).unwrap();
        let said: Vec<_> = found.iter().map(|c| (c.id.as_deref(), c.slope[0])).collect();
        assert_eq!(said, [(Some("look1"), 1.2), (Some("look2"), 1.3)]);
        let text = crate::sidecar::cdl::write_cdl(&found);
        assert_eq!(crate::sidecar::cdl::parse(text.as_bytes()).unwrap(), found);

        // Of a file that is not there nothing is made up.
        let correction = Correction::File { id: "x".into(), file: Some("gone.ccc".into()), extra: Default::default() };
        let reference = Reference::Cdl(Box::new(CdlLook { correction, ..CdlLook::default() }));
        amf.pipeline.steps = vec![Step::Look(Box::new(Transform { reference, ..Transform::default() }))];
        assert_eq!(corrections(&amf, &Looks::default(), &Settings::default()).unwrap_err().exit_code(), 10);
    }
}
