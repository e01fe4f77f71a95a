//! The documents that travel with the plates. They depend on nothing but the order and the clip, so that every task of a job writes
//! the same.

use super::{
    Order, conflict,
    order::Ordered,
    store::{Put, Store},
};
use crate::{
    camera::Clip,
    error::{Error, Result},
    files,
    pipeline::{NamedClip, Plan, corrections},
    sidecar::{
        amf,
        cdl::{self, Cdl},
        fdl,
    },
};
use bytes::Bytes;
use std::collections::BTreeMap;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

/// Bytes of a document, at most.
const LARGEST: u64 = 256 << 20;

pub(super) struct Beside {
    pub amf: String,
    pub fdl: Option<String>,
    /// Those of the looks that are left to do.
    cdls: Vec<Cdl>,
}

impl Beside {
    /// Of a clip that is rendered as another was approved, they name the clip that is rendered.
    pub(super) fn new(order: &Order, ordered: &Ordered, clip: &dyn Clip, name: &str) -> Result<Self> {
        let (identity, created) = identity(order, ordered, name)?;
        let named = ordered.is_of_another().then(|| NamedClip::new(clip, name));
        let Ordered { plan, sidecars, .. } = ordered;
        let made;
        let approved = match &sidecars.amf {
            Some(document) => document.content.as_ref().map_err(Error::clone)?,
            None => {
                made = plan.to_amf(created)?;
                &made
            }
        };
        let mut amf = plan.plate_amf(approved, identity, created)?;
        let mut fdl = match &sidecars.fdl {
            None => None,
            Some(document) => Some(plan.plate_fdl(document.content.as_ref().map_err(Error::clone)?, identity)?),
        };
        if let Some(named) = &named {
            named.name_in_amf(&mut amf);
            if let Some((fdl, frame)) = fdl.as_mut().zip(plan.frame()) {
                named.name_in_fdl(fdl, &frame.canvas_id);
            }
        }
        let cdls = match corrections(approved, &sidecars.looks, ordered.settings) {
            // Of an AMF that nobody has approved a file may be elsewhere: the plate needs none, and the AMF beside it names them all.
            Err(_) if order.recipe().is_none() => vec![],
            found => found?,
        };
        Ok(Self { amf: amf::write(&amf), fdl: fdl.as_ref().map(fdl::write), cdls })
    }

    /// The CDLs that are still to be done, as files: all of them in one, and each alone.
    fn corrections(&self, safe: &str) -> Vec<(String, String)> {
        let alone = |(i, cdl): (usize, &Cdl)| {
            let number = if self.cdls.len() == 1 { String::new() } else { format!(".{}", i + 1) };
            (format!("{safe}{number}.cc"), cdl::write_cc(cdl))
        };
        let all = (!self.cdls.is_empty()).then(|| (format!("{safe}.cdl"), cdl::write_cdl(&self.cdls)));
        all.into_iter().chain(self.cdls.iter().enumerate().map(alone)).collect()
    }

    /// The AMF that says what is now applied, the FDL, the look files that what is left to do needs, where the AMF names them, and its
    /// CDLs: names with what they hold.
    fn files(&self, safe: &str, plan: &Plan) -> Vec<(String, Vec<u8>)> {
        let looks = plan.travelling_files();
        let taken = |file: &str| looks.iter().any(|look| look.place.eq_ignore_ascii_case(file));
        let mut files = vec![(format!("{safe}.amf"), self.amf.clone().into_bytes())];
        files.extend(self.fdl.iter().map(|text| (format!("{safe}.fdl"), text.clone().into_bytes())));
        files.extend(looks.iter().map(|look| (look.place.clone(), look.bytes().to_vec())));
        files.extend(self.corrections(safe).into_iter().filter(|(file, _)| !taken(file)).map(|(file, text)| (file, text.into_bytes())));
        files
    }

    /// Fails where something else has the name of one. Returns the SHA-256 of each.
    ///
    /// # Errors
    /// Verification: names the file and what differs; those of the store.
    pub(super) fn hold(&self, place: &Store, safe: &str, plan: &Plan) -> Result<BTreeMap<String, String>> {
        let hold_one = |(name, bytes): (String, Vec<u8>)| {
            hold(place, &name, &bytes)?;
            Ok((name, files::sha256(&bytes)))
        };
        self.files(safe, plan).into_iter().map(hold_one).collect()
    }

    /// Writes them. Returns the SHA-256 of each.
    pub(super) fn put(&self, place: &Store, safe: &str, plan: &Plan, overwrite: bool) -> Result<BTreeMap<String, String>> {
        let put = |(name, bytes): (String, Vec<u8>)| {
            let sha256 = files::sha256(&bytes);
            keep_or_write(place, &name, bytes, overwrite)?;
            Ok((name, sha256))
        };
        self.files(safe, plan).into_iter().map(put).collect()
    }
}

/// Names what is delivered, and says when it was ordered: alike for every task.
fn identity(order: &Order, ordered: &Ordered, name: &str) -> Result<(Uuid, OffsetDateTime)> {
    let Order::Recipe(recipe) = order else {
        // Nobody ordered it at any time.
        let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, ordered.plan.key().as_bytes());
        return Ok((Uuid::new_v5(&id, name.as_bytes()), OffsetDateTime::UNIX_EPOCH));
    };
    let invalid = |field: &'static str| move |e: &dyn std::fmt::Display| Error::invalid(e.to_string()).field(field);
    let recipe = &recipe.recipe;
    let created = OffsetDateTime::parse(&recipe.created, &Rfc3339).map_err(|e| invalid("created")(&e))?;
    let id = Uuid::parse_str(&recipe.id).map_err(|e| invalid("id")(&e))?;
    Ok((Uuid::new_v5(&id, name.as_bytes()), created))
}

/// Fails where something else than these bytes has a name.
///
/// # Errors
/// Verification: names the file and what differs; those of the store.
pub(super) fn hold(place: &Store, name: &str, bytes: &[u8]) -> Result<()> {
    match place.get(name, LARGEST)? {
        Some(there) if there != bytes => Err(conflict::another(place, name, &there, bytes)),
        _ => Ok(()),
    }
}

/// Leaves a file that already says exactly this; another one is not overwritten unless asked.
///
/// # Errors
/// As [`hold`].
pub(super) fn keep_or_write(place: &Store, name: &str, bytes: Vec<u8>, overwrite: bool) -> Result<()> {
    let bytes = Bytes::from(bytes);
    if overwrite {
        return place.put(name, bytes);
    }
    match place.put_new(name, bytes.clone())? {
        Put::Written => Ok(()),
        Put::Exists => hold(place, name, &bytes),
    }
}
