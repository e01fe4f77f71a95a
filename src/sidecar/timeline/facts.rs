//! What metadata says about a clip, whichever format it came from.

use super::model::{Item, Metadata, Timeline};
use crate::{
    camera::{Rational, Timecode},
    error::{Error, Result},
    sidecar::{
        cdl::{Cdl, number},
        json::Value,
    },
};

/// The namespace of what came from an EDL: reel, comments. OpenTimelineIO's adapter uses the same.
pub const CMX: &str = "cmx_3600";
/// The keyword of an EDL's comment, and the column of an ALE.
pub const AMF_UUID: &str = "AMF_UUID";
pub const AMF_NAME: &str = "AMF_NAME";

/// How a clip names its AMF.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AmfLink {
    /// Wins over the name.
    pub uuid: Option<String>,
    /// A file name.
    pub name: Option<String>,
}

impl Item {
    /// The correction in `metadata.cdl` (`asc_sop`, `asc_sat`), where OpenTimelineIO's adapters keep it.
    ///
    /// # Errors
    /// It is there and is not three triples and a number.
    pub fn cdl(&self) -> Result<Option<Cdl>> {
        let Some(values) = self.base.metadata.get("cdl") else { return Ok(None) };
        let bad = |field: &str| Error::invalid("not the numbers of a CDL").field(field).line(self.base.line.0);
        let mut cdl = Cdl { id: Some(self.base.name.clone()), ..Cdl::default() };
        if let Some(sop) = values.member("asc_sop") {
            for (name, slot) in [("slope", &mut cdl.slope), ("offset", &mut cdl.offset), ("power", &mut cdl.power)] {
                let numbers = sop.value.member(name).map(|n| n.value.items()).unwrap_or_default();
                let numbers: Option<Vec<f64>> = numbers.iter().map(|n| finite(&n.value)).collect();
                *slot = numbers.and_then(|n| n.try_into().ok()).ok_or_else(|| bad(name))?;
            }
        }
        if let Some(saturation) = values.member("asc_sat") {
            cdl.saturation = finite(&saturation.value).ok_or_else(|| bad("asc_sat"))?;
        }
        Ok(Some(cdl))
    }

    /// The tape or camera roll.
    pub fn reel(&self) -> Option<&str> {
        let metadata = &self.base.metadata;
        [(CMX, "reel"), ("ALE", "Tape"), ("ALE", "Reel"), ("fcp_xml", "reel"), ("fcpx", "reel")]
            .into_iter()
            .find_map(|(space, name)| metadata.text(space, name).map(str::trim).filter(|r| !r.is_empty()))
    }

    /// Whether the timecode of its source counts drop-frame; `None` where nothing says so. It need not count as the record side does.
    pub fn drop_frame(&self) -> Option<bool> {
        drop_frame(&self.base.metadata)
    }

    /// The AMF that an EDL's comments or an ALE's columns name.
    pub fn amf(&self) -> AmfLink {
        let metadata = &self.base.metadata;
        let find = |keyword| {
            let comment = comments(metadata).find_map(|c| {
                let rest = c.strip_prefix(keyword)?;
                // `AMF_NAME: x`, `AMF_NAME x`, and no longer word.
                rest.strip_prefix(':').or_else(|| rest.strip_prefix(char::is_whitespace)).map(|r| r.trim_start_matches(':').trim())
            });
            comment.or_else(|| metadata.text("ALE", keyword).map(str::trim)).filter(|t| !t.is_empty()).map(str::to_owned)
        };
        AmfLink { uuid: find(AMF_UUID), name: find(AMF_NAME) }
    }

    /// The comments of an EDL's event.
    pub fn comments(&self) -> impl Iterator<Item = &str> {
        comments(&self.base.metadata)
    }
}

impl Timeline {
    /// Whether the timecode of its record side counts drop-frame.
    pub fn drop_frame(&self) -> bool {
        drop_frame(&self.base.metadata) == Some(true)
    }
}

fn drop_frame(metadata: &Metadata) -> Option<bool> {
    if let Some(Value::Bool(drop)) = metadata.find(CMX, "drop_frame") { Some(*drop) } else { None }
}

/// Says how timecode counts, where [`Item::drop_frame`] and [`Timeline::drop_frame`] find it. Rates that drop no labels have nothing
/// to say.
pub fn set_drop_frame(metadata: &mut Metadata, drop: bool, rate: Rational) {
    if Timecode::can_drop(rate) {
        metadata.set(CMX, "drop_frame", Value::Bool(drop));
    }
}

fn comments(metadata: &Metadata) -> impl Iterator<Item = &str> {
    metadata.find(CMX, "comments").map(Value::items).unwrap_or_default().iter().filter_map(|c| c.value.text())
}

fn finite(value: &Value) -> Option<f64> {
    if let Value::Number(text) = value { text.parse().ok().filter(|n: &f64| n.is_finite()) } else { None }
}

/// Puts a correction where [`Item::cdl`] finds it.
pub fn set_cdl(metadata: &mut Metadata, cdl: &Cdl) {
    let float = |n: f64| Value::Number(format!("{n:?}"));
    let list = |v: [f64; 3]| Value::Array(v.into_iter().map(|n| float(n).into()).collect()).into();
    metadata.set("cdl", "asc_sat", float(cdl.saturation));
    let sop = vec![("slope".into(), list(cdl.slope)), ("offset".into(), list(cdl.offset)), ("power".into(), list(cdl.power))];
    metadata.set("cdl", "asc_sop", Value::Object(sop));
}

/// For messages and tables: `(1 1 1)(0 0 0)(1 1 1)`.
pub fn sop_text(cdl: &Cdl) -> String {
    let list = |v: &[f64; 3]| v.map(number).join(" ");
    format!("({})({})({})", list(&cdl.slope), list(&cdl.offset), list(&cdl.power))
}
