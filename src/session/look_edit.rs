//! Edits of the selected clip's AMF, written as a new file that the clip then has. What was approved stays on record in it.

use super::{Command, Session};
use crate::{
    error::{Error, Result},
    files::{self, Existing},
    sidecar::{
        amf::{self, Edit, Release, Role, Stamp, Transform, WorkingSpace},
        cdl::Cdl,
        lut,
    },
};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use time::OffsetDateTime;
use uuid::Uuid;

/// The numbers of an ASC CDL.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CdlNumbers {
    pub slope: [f64; 3],
    pub offset: [f64; 3],
    pub power: [f64; 3],
    pub saturation: f64,
}

impl Default for CdlNumbers {
    /// The identity.
    fn default() -> Self {
        Self { slope: [1.0; 3], offset: [0.0; 3], power: [1.0; 3], saturation: 1.0 }
    }
}

impl CdlNumbers {
    fn cdl(self) -> Result<Cdl> {
        let Self { slope, offset, power, saturation } = self;
        let cdl = Cdl { slope, offset, power, saturation, ..Cdl::default() };
        cdl.validate()?;
        Ok(cdl)
    }
}

/// One edit. Looks are counted from 1, at the time of the edit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LookEdit {
    /// A transform of the catalogue, by its name.
    Input(String),
    Output(String),
    /// A look file (CLF, LUT) behind the other looks.
    AddFile(PathBuf),
    /// A CDL in ACEScct behind the other looks.
    AddCdl(CdlNumbers),
    RemoveLook(usize),
}

impl LookEdit {
    /// One line, for a list of what is to be written.
    pub fn words(&self) -> String {
        let three = |v: [f64; 3]| format!("({} {} {})", v[0], v[1], v[2]);
        match self {
            Self::Input(name) => format!("Input Transform {name}"),
            Self::Output(name) => format!("Output Transform {name}"),
            Self::AddFile(path) => format!("Look file {}", path.file_name().unwrap_or_default().to_string_lossy()),
            Self::AddCdl(n) => format!("CDL {}{}{} {}", three(n.slope), three(n.offset), three(n.power), n.saturation),
            Self::RemoveLook(look) => format!("Without look {look}"),
        }
    }

    fn edit(&self, folder: &Path, release: Release) -> Result<Edit> {
        let space = WorkingSpace::named_in("acescct", release).unwrap_or_else(WorkingSpace::acescct);
        let named = |name: &str, role| {
            Transform::named_in(name, role, release)
                .ok_or_else(|| Error::usage("no transform with an official ID").field("transform").value(name))
        };
        Ok(match self {
            Self::Input(name) => Edit::Input(Some(named(name, Role::Input)?)),
            Self::Output(name) => Edit::Output(Some(named(name, Role::Output)?)),
            Self::AddFile(path) => {
                let text = path.to_string_lossy();
                let (path, part) = lut::file(&text).ok_or_else(|| Error::unsupported("not a look file of a known kind").file(path))?;
                Edit::AddLook { before: None, look: Transform::of_file(path, part, &space, folder)? }
            }
            Self::AddCdl(numbers) => Edit::AddLook { before: None, look: Transform::cdl(numbers.cdl()?, space) },
            Self::RemoveLook(look) => Edit::RemoveLook(*look),
        })
    }
}

impl Session {
    /// Writes the selected clip's AMF with `edits`, or one made for it where it has none, and gives it to the clip.
    pub(super) fn write_amf(&mut self, path: &Path, edits: &[LookEdit]) -> Result<()> {
        let not = |why: &str| Error::refused(why).field("Look/WriteAmf");
        let (Some(entry), Some(opened)) = (self.document.selected_clip(), self.selected_opened()) else {
            return Err(not("no clip is open"));
        };
        let path = if path.extension().is_some() { path.to_owned() } else { path.with_extension("amf") };
        let path = std::path::absolute(&path).map_err(|e| Error::io(&path, &e))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let now = OffsetDateTime::now_utc();
        let source = match &opened.planned.sidecars.amf {
            Some(document) => {
                let amf = document.content.as_ref().map_err(Error::clone)?;
                amf::refuse_elsewhere(amf, &document.path, &path)?;
                amf.clone()
            }
            None => opened.planned.result.as_ref().as_ref().map_err(Error::clone)?.to_amf(now)?,
        };
        let edits: Vec<Edit> = edits.iter().map(|e| e.edit(folder, Release::of(&source))).collect::<Result<_>>()?;
        let stamp = Stamp { now, document: Some(Uuid::new_v4()), pipeline: Uuid::new_v4() };
        let edited = source.edited(&edits, Some(folder), stamp)?;
        files::write_bytes(&path, Existing::Refuse, amf::write(&edited).as_bytes())?;
        let (clip, mut sidecars) = (entry.id, entry.sidecars.clone());
        sidecars.take(&path);
        self.log.info(format!("Written: {}", path.display()));
        self.run(Command::SetSidecars { of: vec![(clip, sidecars)] });
        Ok(())
    }
}
