//! The AMFs we write: a plan as an AMF, and what a delivered plate says is now in its pixels.

use super::{Plan, StepKind, looks::LookFile, resolve::choice};
use crate::sidecar::{
    amf::{self, Amf, Author, ClipId, Correction, Hash, Media, Reference, Role, Stage as Applied, Transform, WorkingSpace},
    lut,
};
use std::path::Path;
use time::OffsetDateTime;
use uuid::Uuid;

impl Plan {
    /// The plan as an AMF, for a clip that came without one: the output transform that was seen, nothing applied.
    pub fn to_amf(&self, now: OffsetDateTime) -> Amf {
        let name = self.clip_name();
        let media = Media::File(format!("{name}/"));
        let mut amf = Amf::new_v2(
            &format!("Made for {name}, which came without an AMF"),
            author(),
            Some(ClipId::new(name, media)),
            now,
            Uuid::new_v4(),
        );
        if let Some(output) = self.output() {
            amf.pipeline.set_output(output);
        }
        amf
    }

    /// The AMF that travels with a plate (AMF-12): the plate is ACES2065-1, so the input transform, where there was one, is in
    /// the pixels, and so is what was in them before; looks and output that are left to do are not. The pipeline as it was
    /// approved is archived in it. What was chosen for it stands in place of what could not be rendered, and each look file has
    /// its hash: they travel along ([`Plan::look_files`]). `identity` names the delivery: the same one makes the same document.
    pub fn plate_amf(&self, approved: &Amf, identity: Uuid, now: OffsetDateTime) -> Amf {
        let mut amf = approved.clone();
        let already: Vec<bool> = amf.pipeline.looks().map(Transform::is_applied).collect();
        amf.archive_pipeline(now, Uuid::new_v5(&identity, b"pipelineInfo"));
        amf.info.uuid = Some(amf::urn(Uuid::new_v5(&identity, b"amfInfo")));
        amf.mark_applied(Applied::Input);
        for (look, was) in amf.pipeline.looks_mut().zip(already) {
            look.set_applied(was);
        }
        if self.settings().output.is_some()
            && let Some(output) = self.output()
        {
            amf.pipeline.set_output(output);
        }
        self.write_choices(&mut amf);
        amf
    }

    /// Names the transforms, files and spaces that were rendered.
    fn write_choices(&self, amf: &mut Amf) {
        let files = self.look_files();
        let settings = self.settings();
        amf.pipeline.visit_mut(&mut |role, transform| {
            let chosen = choice(settings, transform).map(str::to_owned);
            let name = chosen.as_deref().map(|chosen| lut::file(chosen).map_or((chosen.to_owned(), None), file_and_part));
            let reference = match (&name, &transform.reference) {
                (Some((path, _)), _) => Some(path.as_str()),
                (None, Reference::Uuid(uuid)) => Some(uuid.as_str()),
                (None, _) => transform.file_reference(),
            };
            let file = reference.and_then(|reference| files.iter().find(|file| file.reference == reference));
            match (&name, file) {
                (Some((_, part)), Some(file)) => choose_file(transform, file, part.as_deref()),
                (Some((name, _)), None) => {
                    if let Some(named) = Transform::named(name, role) {
                        transform.reference = named.reference;
                        transform.hash = None;
                    }
                }
                (None, Some(file)) if transform.hash.is_none() => transform.hash = Some(Hash::of(&file.bytes)),
                (None, _) => {}
            }
            if let (Reference::Cdl(look), Some(space)) = (&mut transform.reference, &settings.working_space)
                && look.working_space.is_none()
            {
                look.working_space = WorkingSpace::named(space);
            }
        });
    }

    /// The output transform that was seen, where it has an ID.
    fn output(&self) -> Option<Transform> {
        Transform::named(&self.steps().iter().find(|s| s.kind == StepKind::Output)?.detail, Role::Output)
    }
}

fn file_and_part((path, part): (&Path, Option<&str>)) -> (String, Option<String>) {
    (path.to_string_lossy().into_owned(), part.map(str::to_owned))
}

/// The transform is the file now, which lies at its place beside the AMF.
fn choose_file(transform: &mut Transform, file: &LookFile, part: Option<&str>) {
    let uri = amf::encode_path(&file.place);
    match &mut transform.reference {
        Reference::Cdl(look) => {
            if let Correction::File { id, file, .. } = &mut look.correction {
                *file = Some(uri);
                if let Some(part) = part {
                    *id = part.to_owned();
                }
            }
        }
        other => *other = Reference::File(uri),
    }
    transform.hash = Some(Hash::of(&file.bytes));
}

fn author() -> Author {
    Author::new("Prelight", "noreply@prelight.invalid")
}
