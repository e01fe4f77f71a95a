//! ASC CDL corrections as looks.

use super::{Format, LookFile};
use crate::{
    color::{Cdl, CdlStyle, Op},
    error::{Error, Result},
    sidecar::cdl,
};

/// The correction with the id `part`, else the first.
///
/// The look does not clamp: grades reach beyond 0..1 in the working spaces of today, and OpenColorIO reads these files the
/// same way.
pub fn parse(bytes: &[u8], part: Option<&str>) -> Result<LookFile> {
    let corrections = cdl::parse(bytes)?;
    let found = match part {
        Some(id) => corrections.iter().find(|c| c.id.as_deref() == Some(id)),
        None => corrections.first(),
    };
    let found = found.ok_or_else(|| Error::invalid("no such correction").field("id").value(part.unwrap_or("")))?;
    found.validate()?;

    let op = Op::Cdl(Cdl::new(found.slope, found.offset, found.power, found.saturation, CdlStyle::NoClamp));
    let mut look = LookFile::of(Format::Cdl, vec![op]);
    look.title.clone_from(&found.id);
    look.descriptions.extend(found.description.clone());
    if part.is_none() && corrections.len() > 1 {
        let ids: Vec<&str> = corrections.iter().filter_map(|c| c.id.as_deref()).collect();
        look.warn("CDL_FIRST_OF_SEVERAL", 0, format!("the first of {} corrections is used; ids: {}", corrections.len(), ids.join(", ")));
    }
    Ok(look)
}
