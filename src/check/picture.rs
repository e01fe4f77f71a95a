//! EXR: the pixels of the plate.

use super::{Subject, Verdict, metadata::sample_frames};
use crate::{
    error::{Error, Result},
    image::Image,
    pipeline::Stage,
    progress::Progress,
};

/// EXR-05: neither NaN nor infinity on the way to the plate, in the sampled frames.
pub(super) fn plate_is_finite(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let plan = subject.plan.as_ref().map_err(Error::clone)?;
    let sample = sample_frames(&subject.clip.frames().present);
    for &frame in &sample {
        progress.check()?;
        let picture = plan.picture(subject.clip, frame, Stage::Aces)?;
        if let Some((x, y)) = first_non_finite(&picture) {
            return Ok(Verdict::new(false, "NaN or infinity", "none", format!("frame {frame}, pixel {x},{y} (ACES2065-1)")).frame(frame));
        }
    }
    Ok(Verdict::new(true, format!("0 in {} frames", sample.len()), "none", "ACES2065-1, full canvas"))
}

fn first_non_finite(image: &Image) -> Option<(usize, usize)> {
    let index = image.planes.iter().filter_map(|p| p.iter().position(|v| !v.is_finite())).min()?;
    let width = image.size().width as usize;
    Some((index % width, index / width))
}
