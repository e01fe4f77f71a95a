//! Edits of the selected clip's AMF, written as a new file that the clip then has. What was approved stays on record in it.

use super::{Action, Command, Planned, Session};
use crate::{
    color::Op,
    error::{Error, Result},
    files::{self, Existing},
    pipeline::{ColorStep, Settings, Sidecars},
    sidecar::{
        amf::{self, Amf, Conversion, Edit, Reference, Release, Role, Stamp, Transform, Version, WorkingSpace, convert},
        cdl::Cdl,
        lut,
    },
};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use time::OffsetDateTime;
use uuid::Uuid;

/// The numbers of an ASC CDL; those not named are the identity's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
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

    /// Those of a step that is a CDL; none of any other.
    pub fn of(step: &ColorStep) -> Option<Self> {
        let mut cdls = step.ops.as_ref().ok()?.iter().filter_map(|op| if let Op::Cdl(cdl) = op { Some(cdl) } else { None });
        match (cdls.next(), cdls.next()) {
            (Some(c), None) if !c.inverse => Some(Self { slope: c.slope, offset: c.offset, power: c.power, saturation: c.saturation }),
            _ => None,
        }
    }
}

/// One edit. Looks are counted from 1, at the time of the edit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LookEdit {
    /// A transform of the catalogue, by its name.
    Input(String),
    /// No input transform: the file leads to ACES2065-1.
    NoInput,
    Output(String),
    /// A look of the catalogue, by its name, before the other looks.
    FirstLook(String),
    /// A look file (CLF, LUT) behind the other looks.
    AddFile(PathBuf),
    /// A CDL in ACEScct behind the other looks.
    AddCdl(CdlNumbers),
    /// Other numbers for a look that is a CDL; it keeps its place and its working space.
    Cdl {
        look: usize,
        numbers: CdlNumbers,
    },
    RemoveLook(usize),
}

impl LookEdit {
    /// One line, for a list of what is to be written.
    pub fn words(&self) -> String {
        let three = |v: [f64; 3]| v.map(number).join(" ");
        let cdl = |n: &CdlNumbers| {
            let (s, o, p) = (three(n.slope), three(n.offset), three(n.power));
            format!("slope {s}, offset {o}, power {p}, sat {}", number(n.saturation))
        };
        match self {
            Self::Input(name) => format!("Input Transform {name}"),
            Self::NoInput => "Without Input Transform".into(),
            Self::Output(name) => format!("Output Transform {name}"),
            Self::FirstLook(name) => format!("First look {name}"),
            Self::AddFile(path) => format!("Look file {}", path.file_name().unwrap_or_default().to_string_lossy()),
            Self::AddCdl(n) => format!("New CDL: {}", cdl(n)),
            Self::Cdl { look, numbers } => format!("Look {look}, CDL: {}", cdl(numbers)),
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
            Self::NoInput => Edit::Input(None),
            Self::Output(name) => Edit::Output(Some(named(name, Role::Output)?)),
            Self::FirstLook(name) => Edit::AddLook { before: Some(1), look: named(name, Role::Look)? },
            Self::AddFile(path) => {
                let text = path.to_string_lossy();
                let (path, part) = lut::file(&text).ok_or_else(|| Error::unsupported("not a look file of a known kind").file(path))?;
                Edit::AddLook { before: None, look: Transform::of_file(path, part, &space, folder)? }
            }
            Self::AddCdl(numbers) => Edit::AddLook { before: None, look: Transform::cdl(numbers.cdl()?, space) },
            Self::Cdl { look, numbers } => Edit::Cdl { look: *look, cdl: numbers.cdl()?, space: None },
            Self::RemoveLook(look) => Edit::RemoveLook(*look),
        })
    }

    /// In the order in which the looks that they name have the numbers of the AMF: numbers first, then what is left out, from
    /// behind, then the rest.
    fn order(&self) -> (u8, std::cmp::Reverse<usize>) {
        match self {
            Self::Cdl { .. } => (0, std::cmp::Reverse(0)),
            Self::RemoveLook(look) => (1, std::cmp::Reverse(*look)),
            _ => (2, std::cmp::Reverse(0)),
        }
    }
}

/// With four decimals at most, as the fields show it.
fn number(value: f64) -> String {
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Edits of one AMF as they are collected in a room: looks are named by their numbers in that AMF.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LookEdits(Vec<LookEdit>);

impl LookEdits {
    pub(super) const NONE: Self = Self(vec![]);
}

impl From<Vec<LookEdit>> for LookEdits {
    fn from(edits: Vec<LookEdit>) -> Self {
        Self(edits)
    }
}

impl std::ops::Deref for LookEdits {
    type Target = [LookEdit];
    fn deref(&self) -> &[LookEdit] {
        &self.0
    }
}

impl LookEdits {
    /// What makes them the draft of the clip in view.
    pub fn draft(self) -> Action {
        Action::Draft { edits: self.0 }
    }
    pub fn with(mut self, edit: LookEdit) -> Self {
        self.0.push(edit);
        self.0.sort_by_key(LookEdit::order);
        self
    }
    /// With look files behind the looks that there are.
    pub fn with_files(self, paths: Vec<PathBuf>) -> Self {
        paths.into_iter().map(LookEdit::AddFile).fold(self, Self::with)
    }
    /// With a look file that lies elsewhere now.
    pub(super) fn moved(self, from: &Path, to: &Path) -> Self {
        Self(self.0.into_iter().map(|edit| edit.moved(from, to)).collect())
    }
    pub fn without(mut self, index: usize) -> Self {
        if index < self.0.len() {
            self.0.remove(index);
        }
        self
    }
    /// With another edit of the input transform, in place of one before.
    pub fn with_input(mut self, edit: LookEdit) -> Self {
        self.0.retain(|e| !matches!(e, LookEdit::Input(_) | LookEdit::NoInput));
        self.with(edit)
    }
    /// With a look of the catalogue before the others, once.
    pub fn with_first(mut self, name: &str) -> Self {
        let edit = LookEdit::FirstLook(name.to_owned());
        self.0.retain(|e| *e != edit);
        self.with(edit)
    }
    /// Leaves a look of the AMF out.
    pub fn leave_out(mut self, look: usize) -> Self {
        self.0.retain(|e| !matches!(e, LookEdit::Cdl { look: of, .. } if *of == look) && *e != LookEdit::RemoveLook(look));
        self.with(LookEdit::RemoveLook(look))
    }
    /// The looks that are left out.
    pub fn left_out(&self) -> impl Iterator<Item = usize> {
        self.0.iter().filter_map(|e| if let LookEdit::RemoveLook(look) = e { Some(*look) } else { None })
    }
    /// The CDL that is being graded: the last of the edits that is one.
    pub fn grade(&self) -> Option<(usize, CdlNumbers)> {
        self.0.iter().enumerate().rev().find_map(|(i, e)| match e {
            LookEdit::AddCdl(n) | LookEdit::Cdl { numbers: n, .. } => Some((i, *n)),
            _ => None,
        })
    }
    /// Gives the edit at `index` other numbers; a new CDL behind the others without one. A new CDL that does nothing is none.
    pub fn graded(mut self, index: Option<usize>, numbers: CdlNumbers) -> Self {
        match index.and_then(|i| Some((i, self.0.get_mut(i)?))) {
            Some((i, LookEdit::AddCdl(_))) if numbers == CdlNumbers::default() => self.without(i),
            Some((_, LookEdit::AddCdl(n) | LookEdit::Cdl { numbers: n, .. })) => {
                *n = numbers;
                self
            }
            _ if numbers == CdlNumbers::default() => self,
            _ => self.with(LookEdit::AddCdl(numbers)),
        }
    }
    /// The number in the AMF of the look that is the `shown`-th of `looks` with these edits; none of one that they add.
    pub fn number_of(&self, shown: usize, looks: usize) -> Option<usize> {
        let before = self.0.iter().filter(|e| matches!(e, LookEdit::FirstLook(_))).count();
        (1..=looks).filter(|n| !self.left_out().any(|out| out == *n)).nth(shown.checked_sub(before + 1)?)
    }
}

/// The AMF that edits are made in: that of the clip, or one made for it; and where it lies or would lie.
fn source(planned: &Planned, now: OffsetDateTime) -> Result<(Amf, Option<PathBuf>)> {
    match &planned.sidecars.amf {
        Some(document) => Ok((document.content.as_ref().map_err(Error::clone)?.clone(), Some(document.path.clone()))),
        None => Ok((planned.result.as_ref().as_ref().map_err(Error::clone)?.to_amf(now)?, None)),
    }
}

/// What a clip would be planned by.
pub(super) struct DraftSource {
    pub sidecars: Sidecars,
    pub settings: Settings,
    /// Why its AMF cannot be written as it is.
    pub unwritable: Option<Error>,
    /// Where its AMF lies or would lie, and the look files that lie where that cannot name them.
    pub folder: PathBuf,
    pub elsewhere: Vec<PathBuf>,
}

/// What a clip would be planned by with edits of its AMF: nothing is written. `beside` is where an AMF of its own would lie.
pub(super) fn drafted(planned: &Planned, known: &Sidecars, edits: &[LookEdit], beside: &Path) -> Result<DraftSource> {
    let (source, path) = source(planned, OffsetDateTime::UNIX_EPOCH)?;
    let path = path.unwrap_or_else(|| beside.join("draft.amf"));
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut settings = planned.result.as_ref().as_ref().map_err(Error::clone)?.settings().clone();
    let release = Release::of(&source);
    let (mut made, mut unwritable, mut elsewhere) = (vec![], None, vec![]);
    for edit in edits {
        edit.replaces(&mut settings);
        made.push(match edit {
            // Looking is free: only what is written has to lie below the AMF.
            LookEdit::AddFile(path) if !lies_below(path, folder) => {
                let name = format!("elsewhere/{}/{}", made.len() + 1, path.file_name().unwrap_or_default().to_string_lossy());
                unwritable = Some(Error::usage("look files have to lie in the folder of the AMF, or below it").file(path));
                settings.transforms.insert(name.clone(), path.to_string_lossy().into_owned());
                elsewhere.push(path.clone());
                let look = Transform { applied: Some(false), reference: Reference::File(name), ..Transform::default() };
                Edit::AddLook { before: None, look }
            }
            edit => edit.edit(folder, release)?,
        });
    }
    let (amf, refused) = source.drafted(&made)?;
    let folder = folder.to_owned();
    Ok(DraftSource { sidecars: known.clone().with_draft(amf, path), settings, unwritable: unwritable.or(refused), folder, elsewhere })
}

fn lies_below(path: &Path, folder: &Path) -> bool {
    match (path.canonicalize(), folder.canonicalize()) {
        (Ok(path), Ok(folder)) => path.starts_with(folder),
        _ => true,
    }
}

impl LookEdit {
    /// What the edit chooses takes the place of what was chosen for the clip beside its AMF.
    fn replaces(&self, settings: &mut Settings) {
        match self {
            Self::Input(_) | Self::NoInput => settings.input = None,
            Self::Output(_) => settings.output = None,
            _ => {}
        }
    }
}

impl Session {
    /// Writes the selected clip's AMF with `edits`, or one made for it where it has none, and gives it to the clip. `version`: that
    /// of the clip's AMF where none is asked for, 2 where it has none.
    pub(super) fn write_amf(&mut self, path: &Path, edits: &[LookEdit], version: Option<Version>) -> Result<()> {
        let not = |why: &str| Error::refused(why).field("Look/WriteAmf");
        let (Some(entry), Some(opened)) = (self.document.selected_clip(), self.selected_opened()) else {
            return Err(not("no clip is open"));
        };
        let path = if path.extension().is_some() { path.to_owned() } else { path.with_extension("amf") };
        let path = std::path::absolute(&path).map_err(|e| Error::io(&path, &e))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let now = OffsetDateTime::now_utc();
        let (source, from) = source(&opened.planned, now)?;
        if let Some(from) = from {
            amf::refuse_elsewhere(&source, &from, &path)?;
        }
        let mut settings = entry.settings.clone();
        edits.iter().for_each(|e| e.replaces(&mut settings));
        let version = version.filter(|v| *v != source.version);
        let (outputs, others): (Vec<_>, Vec<_>) =
            edits.iter().partition(|e| version == Some(Version::V1) && matches!(e, LookEdit::Output(_)));
        let made: Vec<Edit> = others.iter().map(|e| e.edit(folder, Release::of(&source))).collect::<Result<_>>()?;
        let stamp = Stamp { now, document: Some(Uuid::new_v4()), pipeline: Uuid::new_v4() };
        let mut edited = if made.is_empty() && version.is_some() { source } else { source.edited(&made, Some(folder), stamp)? };
        if let Some(version) = version {
            // Most outputs of ACES 2 have no counterpart in version 1: one that was chosen stands in their place.
            let chosen = outputs.last().map(|e| (*e).clone()).or(entry.settings.output.clone().map(LookEdit::Output));
            let release = Release::usual(version);
            let output = match chosen.filter(|_| version == Version::V1).map(|e| e.edit(folder, release)).transpose()? {
                Some(Edit::Output(output)) => output,
                _ => None,
            };
            let converted = convert(&edited, version, now, &Conversion { folder: Some(folder), output })?;
            converted.notes.iter().for_each(|note| self.log.info(format!("{}: {}", path.display(), note.message)));
            edited = converted.amf;
        }
        files::write_bytes(&path, Existing::Refuse, amf::write(&edited).as_bytes())?;
        let (clip, mut sidecars) = (entry.id, entry.sidecars.clone());
        sidecars.take(&path);
        self.log.info(format!("Written: {}", path.display()));
        let mut commands = vec![Command::SetSidecars { of: vec![(clip, sidecars)] }];
        if settings != entry.settings {
            commands.push(Command::SetSettings { clip, settings: Box::new(settings) });
        }
        self.run(Command::Several { label: "AMF", commands });
        if **self.look_edits() == *edits {
            self.put_edits(LookEdits::default());
            self.forget_look_steps();
        }
        Ok(())
    }
}
