//! The AMFs we write: a plan as an AMF, and what a delivered plate says is now in its pixels.

use super::{
    ColorStep, Origin, Plan, StepKind,
    looks::LookFile,
    resolve::{Way, choice},
};
use crate::{
    error::{Error, Result},
    sidecar::{
        amf::{
            self, Amf, Author, CdlLook, ClipId, Conversion, Correction, Hash, Media, Reference, Release, Role, Stage as Applied, Transform,
            Version, WorkingSpace, convert,
        },
        lut,
    },
};
use time::OffsetDateTime;
use uuid::Uuid;

impl Plan {
    /// The plan as an AMF, for a clip that came without one: the output transform that was seen, nothing applied.
    ///
    /// # Errors
    /// `Refused`: an output transform that was chosen and has no official ID.
    pub fn to_amf(&self, now: OffsetDateTime) -> Result<Amf> {
        let name = self.clip_name();
        let media = Media::File(format!("{name}/"));
        let mut amf = Amf::new_v2(
            &format!("Made for {name}, which came without an AMF"),
            author(),
            Some(ClipId::new(name, media)),
            now,
            Uuid::new_v4(),
        );
        if let Some(step) = self.output_step() {
            amf.pipeline.set_output(official(&step.detail, "output", Transform::named(&step.detail, Role::Output))?);
        }
        Ok(amf)
    }

    /// The AMF that travels with a plate (AMF-12). The plate is ACES2065-1: the input transform that was rendered, where there was
    /// one, is in the pixels, and so is what was in them before; looks and output that are left to do are not. What was chosen for
    /// them stands in place of what could not be rendered, and each look file has its hash: they travel along
    /// ([`Plan::travelling_files`]). The pipeline as it was approved is archived in it. `identity` names the delivery: the same one
    /// makes the same document.
    ///
    /// # Errors
    /// `Refused`: a choice for what is left to do that an AMF cannot name, as it has no official ID. An input transform without one
    /// is in the pixels, so that its name in the description is enough.
    pub fn plate_amf(&self, approved: &Amf, identity: Uuid, now: OffsetDateTime) -> Result<Amf> {
        let made = self.delivered(approved, identity, now)?;
        if approved.version == Version::V1 && !amf::new_errors(approved, &made, None)?.is_empty() {
            // Version 1 cannot say what was rendered: IDs of ACES 2, a working space, a correction in a file.
            let converted = convert(approved, Version::V2, now, &Conversion::default())?;
            return self.delivered(&converted.amf, identity, now);
        }
        Ok(made)
    }

    fn delivered(&self, approved: &Amf, identity: Uuid, now: OffsetDateTime) -> Result<Amf> {
        let (mut amf, release) = (approved.clone(), Release::of(approved));
        amf.archive_pipeline(now, Uuid::new_v5(&identity, b"pipelineInfo"));
        amf.info.uuid = Some(amf::urn(Uuid::new_v5(&identity, b"amfInfo")));
        let already: Vec<bool> = amf.pipeline.looks().map(Transform::is_applied).collect();
        self.write_input(&mut amf, release)?;
        amf.mark_applied(Applied::Input);
        for (look, was) in amf.pipeline.looks_mut().zip(already) {
            look.set_applied(was);
        }
        let looks = self.steps().iter().filter(|step| step.kind == StepKind::Look);
        for (look, step) in amf.pipeline.looks_mut().zip(looks) {
            self.write_step(step, look, Role::Look, release)?;
        }
        if let Some(step) = self.output_step() {
            match (step.origin, &mut amf.pipeline.output) {
                (Origin::Chosen, _) => {
                    let named = Transform::named_in(&step.detail, Role::Output, release);
                    amf.pipeline.set_output(official(&step.detail, "output", named)?);
                }
                (Origin::Amf, Some(output)) => self.write_step(step, output, Role::Output, release)?,
                _ => {}
            }
        }
        Ok(amf)
    }

    /// The input transform that is in the pixels now; none where another road led to ACES2065-1.
    fn write_input(&self, amf: &mut Amf, release: Release) -> Result<()> {
        let Some(step) = self.steps().iter().find(|step| step.kind == StepKind::Input) else { return Ok(()) };
        let pipeline = &mut amf.pipeline;
        match (step.origin, &mut pipeline.input) {
            (Origin::Amf, Some(input)) => return self.write_step(step, input, Role::Input, release),
            (Origin::Calibration, input) => *input = None,
            // What somebody took it through before is in the values that the file is sure of.
            (Origin::File, Some(input)) if step.named.is_none() && input.is_applied() => {}
            (Origin::File | Origin::Chosen, input) => {
                *input = step.named.and_then(|_| Transform::named_in(&step.detail, Role::Input, release));
                if let (None, Some(row)) = (&input, step.named) {
                    let words = format!("{} is in the pixels; it has no ACES transform ID", row.title);
                    let description = &mut pipeline.info.description;
                    *description = Some(description.take().map_or_else(|| words.clone(), |old| format!("{old}. {words}")));
                }
            }
            (Origin::Amf | Origin::Default, _) => {}
        }
        Ok(())
    }

    /// Names the transforms, files and spaces that were rendered for a step of the AMF. One that was in the pixels before, or that
    /// could not be rendered, stays as it is.
    fn write_step(&self, step: &ColorStep, transform: &mut Transform, role: Role, release: Release) -> Result<()> {
        if step.applied || step.ops.is_err() {
            return Ok(());
        }
        if let Reference::Cdl(look) = &mut transform.reference
            && let Some(space) = &mut look.working_space
        {
            for (part, way) in [(&mut space.to, Way::Opposite), (&mut space.from, Way::Named)] {
                if let Some(part) = part {
                    self.write_reference(step, part, (Role::ColorSpaceConversion, way), release)?;
                }
            }
        }
        self.write_reference(step, transform, (role, Way::Named), release)
    }

    fn write_reference(&self, step: &ColorStep, transform: &mut Transform, slot: (Role, Way), release: Release) -> Result<()> {
        let (role, way) = slot;
        // A choice for the device of a pair, or for what is undone, is one for the whole.
        let (part, way, role) = match &transform.reference {
            Reference::InverseOutput(part) | Reference::InverseOutputPair { device: part, .. } => {
                (&**part, Way::Opposite, Role::InverseOutput)
            }
            Reference::OutputPair { device: part, .. } => (&**part, way, Role::Output),
            _ => (&*transform, way, role),
        };
        let Some(chosen) = choice(self.settings(), part).map(str::to_owned) else {
            return match &mut transform.reference {
                Reference::InverseOutput(part)
                | Reference::InverseOutputPair { device: part, .. }
                | Reference::OutputPair { device: part, .. } => self.complete(step, part, role, release),
                _ => self.complete(step, transform, role, release),
            };
        };
        if let Some((path, part)) = lut::file(&chosen) {
            return match file_of(step, &path.to_string_lossy()) {
                Some(file) => self.write_file(transform, file, part, role, release),
                None => Ok(()),
            };
        }
        let named = match way {
            Way::Named => Transform::named_in(&chosen, role, release),
            Way::Opposite => Transform::named_opposite(&chosen, role, release),
        };
        transform.reference = official(&chosen, "transforms", named)?.reference;
        transform.hash = None;
        Ok(())
    }

    /// What the AMF says itself, with what it leaves out.
    fn complete(&self, step: &ColorStep, transform: &mut Transform, role: Role, release: Release) -> Result<()> {
        if let Reference::Cdl(look) = &mut transform.reference
            && look.working_space.is_none()
        {
            look.working_space = Some(self.space(release)?);
        }
        let reference = match &transform.reference {
            Reference::Uuid(uuid) => Some(uuid.as_str()),
            _ => transform.file_reference(),
        };
        match reference.and_then(|reference| file_of(step, reference)) {
            Some(file) if role == Role::Look && file.is_cdl() && matches!(transform.reference, Reference::File(_)) => {
                self.write_file(transform, file, None, role, release)
            }
            Some(file) => {
                transform.hash.get_or_insert_with(|| Hash::of(file.bytes()));
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// The transform is the file now, which lies at its place beside the AMF. A look that is a CDL says which correction it is, and
    /// in which space it acts.
    fn write_file(&self, transform: &mut Transform, file: &LookFile, part: Option<&str>, role: Role, release: Release) -> Result<()> {
        let uri = amf::encode_path(&file.place);
        transform.hash = Some(Hash::of(file.bytes()));
        match &mut transform.reference {
            Reference::Cdl(look) => {
                if let Correction::File { id, file, .. } = &mut look.correction {
                    *file = Some(uri);
                    if let Some(part) = part {
                        part.clone_into(id);
                    }
                }
                if look.working_space.is_none() {
                    look.working_space = Some(self.space(release)?);
                }
            }
            other if role == Role::Look && file.is_cdl() => {
                let (correction, space) = (file.correction(part)?, self.space(release)?);
                *other = match correction.id.clone() {
                    Some(id) => {
                        let correction = Correction::File { id, file: Some(uri), extra: Default::default() };
                        Reference::Cdl(Box::new(CdlLook { working_space: Some(space), correction }))
                    }
                    // Nothing to name it by: its numbers stand in the AMF.
                    None => {
                        transform.hash = None;
                        Transform::cdl(correction, space).reference
                    }
                };
            }
            other => *other = Reference::File(uri),
        }
        Ok(())
    }

    /// The space that was chosen for CDLs that do not say where they act.
    fn space(&self, release: Release) -> Result<WorkingSpace> {
        let name = self.settings().working_space.as_deref().unwrap_or_default();
        official(name, "working_space", WorkingSpace::named_in(name, release))
    }
}

fn file_of<'a>(step: &'a ColorStep, reference: &str) -> Option<&'a LookFile> {
    step.files.iter().find(|file| file.reference == reference).map(|file| &**file)
}

/// What was chosen as an AMF names it.
fn official<T>(chosen: &str, field: &'static str, named: Option<T>) -> Result<T> {
    let message = "it has no official ACES transform ID, so that the AMF of the plates could not name it; choose another";
    named.ok_or_else(|| Error::refused(message).field(field).value(chosen))
}

fn author() -> Author {
    Author::new("Prelight", "noreply@prelight.invalid")
}
