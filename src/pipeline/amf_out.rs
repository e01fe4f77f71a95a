//! The AMFs we write: a plan as an AMF, and what a delivered plate says is now in its pixels.

use super::{Plan, StepKind};
use crate::{
    color,
    sidecar::amf::{self, Amf, Author, ClipId, Media, Stage as Applied, Transform},
};
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
        if let Some(output) = self.output_id() {
            amf.pipeline.set_output(Transform::id(&output));
        }
        amf
    }

    /// The AMF that travels with a plate (AMF-12): the plate is ACES2065-1, so the input transform, where there was one, is in
    /// the pixels, and so is what was in them before; looks and output that are left to do are not. The pipeline as it was
    /// approved is archived in it. `identity` names the delivery: the same one makes the same document.
    pub fn plate_amf(&self, approved: &Amf, identity: Uuid, now: OffsetDateTime) -> Amf {
        let mut amf = approved.clone();
        let already: Vec<bool> = amf.pipeline.looks().map(Transform::is_applied).collect();
        amf.archive_pipeline(now, Uuid::new_v5(&identity, b"pipelineInfo"));
        amf.info.uuid = Some(amf::urn(Uuid::new_v5(&identity, b"amfInfo")));
        amf.mark_applied(Applied::Input);
        for (look, was) in amf.pipeline.looks_mut().zip(already) {
            look.applied = Some(was);
        }
        if self.settings().output.is_some()
            && let Some(output) = self.output_id()
        {
            amf.pipeline.set_output(Transform::id(&output));
        }
        amf
    }

    /// The ACES transform ID of the output transform, where it has one.
    fn output_id(&self) -> Option<String> {
        let output = self.steps().iter().find(|s| s.kind == StepKind::Output)?;
        if output.detail.starts_with("urn:") {
            return Some(output.detail.clone());
        }
        color::named(&output.detail)?.ids.first().map(|id| (*id).to_owned())
    }
}

fn author() -> Author {
    Author::new("Prelight", "noreply@prelight.invalid")
}
