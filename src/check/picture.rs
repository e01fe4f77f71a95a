//! EXR and REF: the pixels themselves.

use super::{
    Subject, Verdict,
    difference::{BLOCK, DisplayPicture, block_difference},
    metadata::sample_frames,
};
use crate::{
    camera::FrameNumber,
    error::{Error, InFile, Result},
    files,
    framing::{self, ResampleSettings},
    image::{Image, RectF, Size},
    pipeline::{Stage, StepKind},
    progress::Progress,
};
use std::path::Path;

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

/// Blocks may differ by this much on average: JPEG alone makes up to 0.64 (validation 4.0, 4.6).
const STILL_LIMIT: f64 = 2.0;
/// From here on the difference is worth a look.
const STILL_WARNING: f64 = 1.0;

/// Part of the ID of the output transform that stills are compared in.
const REC709: &str = "Rec709-D65_BT1886";
/// Stills are scaled by up to this much more in one direction than in the other.
const SHAPE_TOLERANCE: f64 = 0.01;

/// Largest still that is read, in bytes.
const STILL_BYTES: u64 = 256 << 20;

/// REF-02: our display picture equals the reference still, block by block.
pub(super) fn matches_still(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let Some(path) = &subject.sidecars.still else { return Ok(Verdict::not_applicable("the clip has no reference still")) };
    let plan = subject.plan.as_ref().map_err(Error::clone)?;
    if let Some(output) = plan.steps().iter().find(|s| s.kind == StepKind::Output && !s.detail.contains(REC709)) {
        return Ok(Verdict::not_applicable(format!("stills are compared in Rec.709 BT.1886 only, the output is {}", output.detail)));
    }
    let still = read_still(path)?;
    let shape = |size: Size| f64::from(size.width) / f64::from(size.height.max(1));
    let own = subject.clip.size();
    let squeeze = subject.clip.metadata().squeeze.as_ref().map_or(1.0, |f| f.value);
    if ![1.0, squeeze].iter().any(|s| (shape(own) * s / shape(still.0) - 1.0).abs() < SHAPE_TOLERANCE) {
        return Ok(Verdict::new(
            false,
            format!("still is {}", still.0),
            format!("the shape of {own}"),
            format!("{}: another framing", path.display()),
        ));
    }
    // A still shows one frame of the clip; which one is not written in it. The best of the sampled frames is meant.
    let mut best: Option<(FrameNumber, super::difference::BlockDifference)> = None;
    for frame in sample_frames(&subject.clip.frames().present) {
        progress.check()?;
        let ours = display_at(&plan.picture(subject.clip, frame, Stage::Display)?, still.0)?;
        let (a, b) = (DisplayPicture { size: still.0, rgb: &ours }, DisplayPicture { size: still.0, rgb: &still.1 });
        if let Some(difference) = block_difference(&a, &b)
            && best.is_none_or(|(_, d)| difference.mean < d.mean)
        {
            best = Some((frame, difference));
        }
    }
    let (frame, d) = best.ok_or_else(|| Error::invalid("smaller than one block, or no frame to compare with").file(path))?;
    let note = if d.mean > STILL_WARNING { "; worth a look" } else { "" };
    Ok(Verdict::new(
        d.mean <= STILL_LIMIT,
        format!("dE ITP {:.2} mean, {:.2} p99", d.mean, d.p99),
        format!("mean <= {STILL_LIMIT} over {BLOCK}x{BLOCK} blocks"),
        format!("{} against frame {frame}, {} blocks{note}", path.display(), d.blocks),
    )
    .frame(frame))
}

/// Size and interleaved R, G, B in 0..=1.
type Still = (Size, Vec<f32>);

fn read_still(path: &Path) -> Result<Still> {
    let bytes = files::read_bounded(path, STILL_BYTES)?;
    let mut reader = ::image::ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format().in_file(path)?;
    let mut limits = ::image::Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(16_384), Some(16_384));
    limits.max_alloc = Some(128 << 20);
    reader.limits(limits);
    let picture = reader.decode().map_err(|e| Error::invalid(e.to_string()).file(path))?.into_rgb32f();
    Ok((Size::new(picture.width(), picture.height()), picture.into_raw()))
}

/// Our display picture at the size of the still, squeeze undone where the still's shape says so.
fn display_at(picture: &Image, size: Size) -> Result<Vec<f32>> {
    let own = picture.size();
    let scaled = if own == size {
        picture.clone()
    } else {
        let whole = RectF::new(0.0, 0.0, own.width.into(), own.height.into());
        framing::resample(picture, whole, size, &ResampleSettings::default())?
    };
    let [r, g, b] = &scaled.planes;
    Ok(r.iter().zip(g).zip(b).flat_map(|((r, g), b)| [*r, *g, *b]).collect())
}
