//! The documents that travel with the plates. They depend on nothing but the order and the clip, so that every task of a job writes
//! the same.

use super::{
    Order,
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
use std::{collections::BTreeMap, path::Path};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

/// Bytes of a document, at most.
const LARGEST: u64 = 256 << 20;

pub(super) struct Beside {
    pub amf: String,
    pub fdl: Option<String>,
    /// Those of the looks that are left to do, where it is said what is delivered.
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
        let cdls = match order.output() {
            Some(_) => corrections(approved, &sidecars.looks, ordered.settings)?,
            None => vec![],
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

    /// Writes the AMF that says what is now applied, the FDL, the look files that what is left to do needs, where the AMF names
    /// them, and its CDLs. Returns the SHA-256 of each.
    pub(super) fn put(&self, place: &Store, safe: &str, plan: &Plan, overwrite: bool) -> Result<BTreeMap<String, String>> {
        let mut documents = BTreeMap::new();
        let mut put = |file: String, bytes: &[u8]| -> Result<()> {
            keep_or_write(place, &file, bytes.to_vec(), overwrite)?;
            documents.insert(file, files::sha256(bytes));
            Ok(())
        };
        put(format!("{safe}.amf"), self.amf.as_bytes())?;
        if let Some(text) = &self.fdl {
            put(format!("{safe}.fdl"), text.as_bytes())?;
        }
        let looks = plan.travelling_files();
        for look in &looks {
            put(look.place.clone(), look.bytes())?;
        }
        let taken = |file: &str| looks.iter().any(|look| look.place.eq_ignore_ascii_case(file));
        for (file, text) in self.corrections(safe).into_iter().filter(|(file, _)| !taken(file)) {
            put(file, text.as_bytes())?;
        }
        Ok(documents)
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

/// Leaves a file that already says exactly this; another one is not overwritten unless asked.
pub(super) fn keep_or_write(place: &Store, name: &str, bytes: Vec<u8>, overwrite: bool) -> Result<()> {
    let bytes = Bytes::from(bytes);
    if overwrite {
        return place.put(name, bytes);
    }
    match place.put_new(name, bytes.clone())? {
        Put::Written => Ok(()),
        Put::Exists if place.get(name, LARGEST)?.is_some_and(|there| there == bytes) => Ok(()),
        Put::Exists => Err(files::already_there(Path::new(&place.location(name)))),
    }
}
