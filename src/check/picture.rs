//! EXR: the pixels of the plate.

use super::{Proof, Rule, Severity, Subject, Verdict, metadata::sample_frames};
use crate::{
    error::{Error, Result},
    image::Image,
    pipeline::Stage,
    progress::Progress,
};

/// The picture of a plate.
pub(super) const RULES: &[Rule] = &[Rule {
    id: "EXR-05",
    title: "No NaN or infinity in the plate",
    severity: Severity::Block,
    source: "validation 4.7",
    method: plate_is_finite,
}];

/// EXR-05: neither NaN nor infinity on the way to the plate, in the sampled frames.
pub(super) fn plate_is_finite(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let plan = subject.plan.as_ref().map_err(Error::clone)?;
    let sample = sample_frames(&subject.clip.frames().present);
    for &frame in &sample {
        progress.check()?;
        let picture = plan.picture(subject.clip, frame, Stage::Aces)?;
        if let Some((x, y)) = first_non_finite(&picture) {
            let evidence = format!("frame {frame}, pixel {x},{y} (ACES2065-1)");
            let proof = Proof::Points { frame, points: vec![[x as f64 + 0.5, y as f64 + 0.5]], caption: "no finite number".into() };
            return Ok(Verdict::new(false, "NaN or infinity", "none", evidence).frame(frame).proof(proof));
        }
    }
    Ok(Verdict::new(true, format!("0 in {} frames", sample.len()), "none", "ACES2065-1, full canvas"))
}

fn first_non_finite(image: &Image) -> Option<(usize, usize)> {
    let index = image.planes.iter().filter_map(|p| p.iter().position(|v| !v.is_finite())).min()?;
    let width = image.size().width as usize;
    Some((index % width, index / width))
}
