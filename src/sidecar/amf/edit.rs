//! Edits of an AMF: one session of them is one new pipeline, with the old one on record.

use super::{
    Amf, Author, Correction, Hash, Pipeline, Reference, Step, Transform, Version, WorkingSpace, new_errors, relative_path, resolve, urn,
};
use crate::{
    error::{Error, InFile, Result},
    sidecar::{
        cdl::{self, Cdl},
        lut,
    },
    words::count,
};
use std::path::Path;
use time::OffsetDateTime;
use uuid::Uuid;

/// One change. Looks are counted from 1, the working location is not counted; numbers are those at the time of the edit.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// The input transform; none: the pixels are ACES2065-1.
    Input(Option<Transform>),
    Output(Option<Transform>),
    /// Before the look of this number; behind all where none is given, or the next one.
    AddLook {
        before: Option<usize>,
        look: Transform,
    },
    ReplaceLook {
        look: usize,
        by: Transform,
    },
    RemoveLook(usize),
    /// The look `from` becomes the look `to`.
    MoveLook {
        from: usize,
        to: usize,
    },
    /// The numbers of a CDL look, and its working space where one is given.
    Cdl {
        look: usize,
        cdl: Cdl,
        space: Option<Box<WorkingSpace>>,
    },
    /// Whether a step is in the pixels.
    Applied {
        step: Place,
        applied: bool,
    },
    /// Description of a step.
    Describe {
        step: Place,
        text: String,
    },
    /// Description of the document.
    Description(String),
    /// Adds an author to the document.
    Author(Author),
}

/// A step of the pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Input,
    /// From 1.
    Look(usize),
    Output,
}

/// When an edit was made, and the identities it gives.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    pub now: OffsetDateTime,
    /// The new identity of the document; none: it keeps its own, so that what names it by `AMF_UUID` finds it still.
    pub document: Option<Uuid>,
    /// The new identity of the pipeline, where it changes. The archived one keeps its own.
    pub pipeline: Uuid,
}

impl Amf {
    /// The document after some edits, made in order. Where they change the pipeline, it is archived once, as it was before the
    /// first of them; unknown content stays where it was. Files named in `folder` get their SHA-256 where they have no hash.
    ///
    /// # Errors
    /// `Usage`: a look that is not there. `Invalid`: an edit after which the document breaks a rule that it kept before.
    pub fn edited(&self, edits: &[Edit], folder: Option<&Path>, stamp: Stamp) -> Result<Self> {
        let mut amf = self.with(edits)?;
        if amf.pipeline != self.pipeline {
            if let Some(folder) = folder {
                amf.hash_files(folder)?;
            }
            let changed = std::mem::replace(&mut amf.pipeline, self.pipeline.clone());
            amf.archive_pipeline(stamp.now, stamp.pipeline);
            let info = std::mem::take(&mut amf.pipeline.info);
            amf.pipeline = Pipeline { info, ..changed };
        } else if amf == *self {
            return Err(Error::usage("nothing changes"));
        }
        amf.touch(stamp.now);
        if let Some(uuid) = stamp.document {
            amf.info.uuid = Some(urn(uuid));
        }
        self.refuse_new_errors(&amf, folder)?;
        Ok(amf)
    }

    /// What some edits would come to, for a look at it: the same pipeline as [`Amf::edited`] makes, but nothing is archived, dated or
    /// hashed, and it may be what it was. With it, why it cannot be written, where that can be told without its files.
    ///
    /// # Errors
    /// `Usage`: a look that is not there. `Invalid`: numbers that are no CDL.
    pub fn drafted(&self, edits: &[Edit]) -> Result<(Self, Option<Error>)> {
        let amf = self.with(edits)?;
        let refused = self.refuse_new_errors(&amf, None).err();
        Ok((amf, refused))
    }

    fn with(&self, edits: &[Edit]) -> Result<Self> {
        let mut amf = self.clone();
        edits.iter().try_for_each(|edit| amf.apply(edit))?;
        Ok(amf)
    }

    fn refuse_new_errors(&self, after: &Self, folder: Option<&Path>) -> Result<()> {
        match new_errors(self, after, folder)?.into_iter().next() {
            None => Ok(()),
            Some(error) => Err(Error::invalid(format!("{} [{}]", error.message, error.code)).field(error.path)),
        }
    }

    fn apply(&mut self, edit: &Edit) -> Result<()> {
        let version = self.version;
        let pipeline = &mut self.pipeline;
        match edit {
            Edit::Input(input) => {
                drop_second(pipeline, "inputTransform");
                pipeline.input.clone_from(input);
            }
            Edit::Output(output) => {
                drop_second(pipeline, "outputTransform");
                pipeline.output = output.clone().map(|t| Transform { applied: t.applied.filter(|_| version == Version::V2), ..t });
            }
            Edit::AddLook { before, look } => {
                let at = match before {
                    None => pipeline.steps.len(),
                    Some(number) if *number == self.pipeline.looks().count() + 1 => self.pipeline.steps.len(),
                    Some(number) => self.step_of(*number)?,
                };
                self.pipeline.steps.insert(at, Step::Look(Box::new(look.clone())));
            }
            Edit::ReplaceLook { look, by } => *self.look_mut(*look)? = by.clone(),
            Edit::RemoveLook(number) => {
                let at = self.step_of(*number)?;
                self.pipeline.steps.remove(at);
            }
            Edit::MoveLook { from, to } => {
                let (from, to) = (self.step_of(*from)?, self.step_of(*to)?);
                let step = self.pipeline.steps.remove(from);
                self.pipeline.steps.insert(to, step);
            }
            Edit::Cdl { look, cdl, space } => {
                cdl.validate()?;
                let number = *look;
                let look = self.look_mut(number)?;
                let Reference::Cdl(old) = &mut look.reference else {
                    return Err(Error::usage("this look is no CDL").field("look").value(number));
                };
                let cdl = Cdl { id: None, description: None, ..cdl.clone() };
                match &mut old.correction {
                    Correction::Values { cdl: numbers, .. } => *numbers = cdl,
                    file => {
                        *file = Correction::Values { cdl, sop: Default::default(), sat: Default::default(), line: Default::default() };
                        look.hash = None;
                    }
                }
                if let (Some(space), Reference::Cdl(old)) = (space, &mut look.reference) {
                    old.working_space = Some((**space).clone());
                }
            }
            Edit::Applied { step: Place::Output, .. } if version == Version::V1 => {
                return Err(Error::unsupported("version 1 does not say whether the output transform is applied").field("outputTransform"));
            }
            Edit::Applied { step, applied } => self.place_mut(*step)?.set_applied(*applied),
            Edit::Describe { step, text } => self.place_mut(*step)?.description = Some(text.clone()),
            Edit::Description(text) => self.info.description = Some(text.clone()),
            Edit::Author(author) => self.info.authors.push(author.clone()),
        }
        Ok(())
    }

    fn no_look(&self, number: usize) -> Error {
        Error::usage(format!("the AMF has {}, counted from 1", count(self.pipeline.looks().count(), "look"))).field("look").value(number)
    }

    /// Where a look stands among the steps.
    fn step_of(&self, number: usize) -> Result<usize> {
        let looks = self.pipeline.steps.iter().enumerate().filter(|(_, step)| matches!(step, Step::Look(_)));
        let at = number.checked_sub(1).and_then(|n| looks.map(|(at, _)| at).nth(n));
        at.ok_or_else(|| self.no_look(number))
    }

    fn look_mut(&mut self, number: usize) -> Result<&mut Transform> {
        let missing = self.no_look(number);
        number.checked_sub(1).and_then(|n| self.pipeline.looks_mut().nth(n)).ok_or(missing)
    }

    fn place_mut(&mut self, place: Place) -> Result<&mut Transform> {
        let none = |what: &str| Error::usage(format!("the AMF has no {what}"));
        match place {
            Place::Input => self.pipeline.input.as_mut().ok_or_else(|| none("inputTransform")),
            Place::Output => self.pipeline.output.as_mut().ok_or_else(|| none("outputTransform")),
            Place::Look(number) => self.look_mut(number),
        }
    }

    /// Gives files that are there and have no hash theirs.
    fn hash_files(&mut self, folder: &Path) -> Result<()> {
        let mut failed = None;
        self.pipeline.visit_mut(&mut |_, t| {
            if let (None, Some(path)) = (&t.hash, t.file_reference().and_then(|uri| resolve(folder, uri).ok())) {
                match Hash::of_file(&path) {
                    Ok(hash) => t.hash = Some(hash),
                    Err(error) => failed = Some(error),
                }
            }
        });
        failed.map_or(Ok(()), Err)
    }
}

/// Takes out what a damaged document says again: it would become what is meant.
fn drop_second(pipeline: &mut Pipeline, element: &str) {
    pipeline.extra.nodes.retain(|(_, node)| node.element().is_none_or(|e| e.name.local != element));
}

impl Transform {
    /// The look file at `path`, which has to lie in `folder` or below it, with its SHA-256. CDL collections need the id of the
    /// correction, and act in `space`.
    ///
    /// # Errors
    /// `Usage`: outside the folder, a CDL without an id, an id for anything else. `Io`: not there.
    pub fn of_file(path: &Path, id: Option<&str>, space: &WorkingSpace, folder: &Path) -> Result<Self> {
        let absolute = |path: &Path| {
            let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
            path.canonicalize().in_file(path)
        };
        let outside = || Error::usage("look files have to lie in the folder of the AMF, or below it").file(path);
        let inside = absolute(path)?.strip_prefix(absolute(folder)?).map(Path::to_owned).map_err(|_| outside())?;
        let parts: Option<Vec<_>> = inside.iter().map(|part| part.to_str()).collect();
        let uri = super::encode_path(&parts.ok_or_else(outside)?.join("/"));
        relative_path(&uri).ok_or_else(outside)?;
        let hash = Some(Hash::of_file(path)?);
        lut::refuse_part(path, id)?;
        let reference = match (cdl::is_cdl_file(path), id) {
            (false, _) => Reference::File(uri),
            (true, None) => return Err(Error::usage("name the correction: FILE#ID").file(path)),
            (true, Some(id)) => {
                let correction = Correction::File { id: id.to_owned(), file: Some(uri), extra: Default::default() };
                Reference::Cdl(Box::new(super::CdlLook { working_space: Some(space.clone()), correction }))
            }
        };
        Ok(Self { applied: Some(false), hash, reference, ..Self::default() })
    }
}
