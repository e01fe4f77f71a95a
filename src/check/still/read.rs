//! Reference stills: PNG, JPEG or TIFF, as display code values.

use crate::{
    error::{InFile, Result},
    files,
    image::{Image, Size},
};
use std::path::Path;

/// Largest still that is read, in bytes; in memory; and its largest side.
const BYTES: u64 = 256 << 20;
const MEMORY: u64 = 512 << 20;
const SIDE: u32 = 16_384;

/// Code values in 0..=1.
pub fn still(path: &Path) -> Result<Image> {
    let bytes = files::read_bounded(path, BYTES)?;
    let mut reader = ::image::ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format().in_file(path)?;
    let mut limits = ::image::Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(SIDE), Some(SIDE));
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let picture = reader.decode().map_err(|e| crate::Error::invalid(e.to_string()).file(path))?.into_rgb32f();
    let size = Size::new(picture.width(), picture.height());
    Ok(Image::from_planes(size, std::array::from_fn(|c| picture.pixels().map(|p| p.0[c]).collect())))
}
