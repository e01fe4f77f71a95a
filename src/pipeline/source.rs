//! From a decoded frame to the raw stage.

use super::settings::{Decode, Highlights};
use crate::{
    camera::{Clip, Encoding, FrameNumber, Opcodes, Picture},
    debayer,
    error::Result,
    image::Image,
    progress::Progress,
};

/// Decodes a frame to sensor-linear RGB (mosaics) or to the values as stored (RGB files).
pub(super) fn raw_picture(clip: &dyn Clip, frame: FrameNumber, decode: &Decode, progress: &Progress) -> Result<Image> {
    // Before the frame: what cannot be corrected is not decoded.
    let opcodes = opcodes(clip, frame, decode)?;
    of_picture(clip, clip.read_watched(frame, &decode.reading, progress)?, opcodes, decode)
}

/// The corrections that the file asks for, where they are to be applied.
pub(super) fn opcodes(clip: &dyn Clip, frame: FrameNumber, decode: &Decode) -> Result<Opcodes> {
    if decode.opcodes { clip.opcodes(frame) } else { Ok(Opcodes::default()) }
}

/// The same of a picture that was read.
pub(super) fn of_picture(clip: &dyn Clip, picture: Picture, opcodes: Opcodes, decode: &Decode) -> Result<Image> {
    match picture {
        // The canvas of an RGB file is its display window.
        Picture::Rgb(image) => {
            let mut image = image.into_display_window();
            let size = image.size();
            opcodes.apply_to_rgb(&mut image, size, 1, false)?;
            Ok(image)
        }
        Picture::Mosaic(mut mosaic) => {
            opcodes.apply_to_stored(&mut mosaic)?;
            let debayered = |source: debayer::Source<'_>| match (decode.highlights, clip.encoding()) {
                (Highlights::Neutral, Encoding::Camera(camera)) => {
                    debayer::debayer_lifted(source, camera.neutral, decode.tier, &decode.options)
                }
                _ => debayer::debayer(source, decode.tier, &decode.options),
            };
            // Only where a list acts on linear values do they cross the memory.
            let mut image = if opcodes.has_linear() {
                let mut linear = mosaic.linear();
                opcodes.apply_to_linear(&mut linear)?;
                debayered((&linear).into())?
            } else {
                debayered((&mosaic).into())?
            };
            image.pixel_aspect = mosaic.pixel_aspect;
            opcodes.apply_to_rgb(&mut image, mosaic.active_area.size(), decode.tier.reduction() as u32, true)?;
            Ok(image)
        }
        Picture::Plane { mut plane, pixel_aspect } => {
            opcodes.refuse_stored("a floating-point mosaic")?;
            opcodes.apply_to_linear(&mut plane)?;
            let mut image = debayer::debayer(&plane, decode.tier, &decode.options)?;
            image.pixel_aspect = pixel_aspect;
            opcodes.apply_to_rgb(&mut image, plane.size, decode.tier.reduction() as u32, true)?;
            Ok(image)
        }
    }
}
