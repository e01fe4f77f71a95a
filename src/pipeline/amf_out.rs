//! The AMFs we write: a plan as an AMF, and what a delivered plate says is now in its pixels.

use super::{Plan, StepKind};
use crate::sidecar::amf::{self, Amf, Author, ClipId, Media, Stage as Applied, Transform};
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
        if let Some(output) = self.steps().iter().find(|s| s.kind == StepKind::Output) {
            amf.pipeline.set_output(Transform::id(&output.detail));
        }
        amf
    }

    /// The AMF that travels with a plate (AMF-12): the plate is ACES2065-1, so the input transform, where there was one, is in
    /// the pixels; looks and output are not. The pipeline as it was approved is archived in it.
    pub fn plate_amf(&self, approved: Option<Amf>, now: OffsetDateTime) -> Amf {
        let mut amf = approved.unwrap_or_else(|| self.to_amf(now));
        amf.archive_pipeline(now, Uuid::new_v4());
        amf.info.uuid = Some(amf::urn(Uuid::new_v4()));
        amf.mark_applied(Applied::Input);
        amf
    }
}

fn author() -> Author {
    Author::new("Prelight", "noreply@prelight.invalid")
}
