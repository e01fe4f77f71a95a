//! From a decoded frame to the raw stage.

use super::settings::Decode;
use crate::{
    camera::{Clip, FrameNumber, Picture},
    debayer,
    error::Result,
    image::Image,
    progress::Progress,
};

/// Decodes a frame to sensor-linear RGB (mosaics) or to the values as stored (RGB files).
pub(super) fn raw_picture(clip: &dyn Clip, frame: FrameNumber, decode: &Decode, progress: &Progress) -> Result<Image> {
    match clip.read_watched(frame, &decode.reading, progress)? {
        // The canvas of an RGB file is its display window.
        Picture::Rgb(image) => Ok(image.into_display_window()),
        Picture::Mosaic(mosaic) => {
            let mut image = debayer::debayer(&mosaic.linear(), decode.tier, &decode.options)?;
            image.pixel_aspect = mosaic.pixel_aspect;
            Ok(image)
        }
    }
}
