//! Small pictures of frames, as a person would see them.

use super::Small;
use crate::{
    camera::{Clip, FrameNumber, Picture},
    color::Processor,
    error::{Error, Result},
    image::{Image, reduced},
    pipeline::{Decode, Plan, Settings, Sidecars, Stage},
    progress::Progress,
};

/// Pixels of the longer side of a picture in the index, at most.
pub const SIDE: u32 = 160;
const QUALITY: u8 = 80;

/// A frame as it is displayed, its longer side at most `side` pixels (at half that, where the mean of whole pixels asks for it): through
/// the sidecars of the clip where they can be rendered, else without them, and as it is stored where nobody says what its values mean.
pub fn small(clip: &dyn Clip, frame: FrameNumber, side: u32, progress: &Progress) -> Result<Image> {
    let settings = Settings { decode: Decode::default().draft(), ..Settings::default() };
    // Of a picture to look at, all is shown: no framing.
    let found = Sidecars { fdl: None, ..Sidecars::discover(clip) };
    let plan = [found, Sidecars::default()].into_iter().find_map(|sidecars| {
        let plan = Plan::new(clip, &sidecars, &settings).ok()?;
        let ops = plan.ops(Stage::Raw, Stage::Display).ok()?;
        Some((plan, ops))
    });
    let less = |image: Image| {
        let size = image.size();
        reduced(&image, size.width.max(size.height).div_ceil(side.max(1)).max(1))
    };
    if let Some((plan, ops)) = plan {
        let mut picture = less(plan.decode_watched(clip, frame, progress)?);
        Processor::new(&ops).apply_image(&mut picture);
        return Ok(picture);
    }
    match clip.read_watched(frame, &settings.decode.reading, progress)? {
        Picture::Rgb(image) => Ok(less(image.into_display_window())),
        _ => Err(Error::unsupported("nobody says what the values of this mosaic mean").file(clip.path())),
    }
}

/// The small picture of a clip: the frame in its middle, which says more of it than its slate.
pub(super) fn of_clip(clip: &dyn Clip, progress: &Progress) -> Result<Small> {
    let frame = clip.frames().middle().unwrap_or_default();
    let picture = small(clip, frame, SIDE, progress)?;
    let size = picture.size();
    let mut jpeg = vec![];
    ::image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .encode(&picture.to_rgb8(), size.width, size.height, ::image::ExtendedColorType::Rgb8)
        .map_err(|e| Error::invalid(e.to_string()))?;
    Ok(Small { width: size.width, height: size.height, jpeg })
}
