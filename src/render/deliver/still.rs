//! PNG and JPEG of a display picture.

use super::{
    quantised::Codes,
    tags::{Tags, Transfer},
};
use crate::{
    error::{Error, Result},
    image::{Image, PixelHash},
};
use image::{
    ExtendedColorType, ImageEncoder,
    codecs::{
        jpeg::{JpegEncoder, PixelDensity, PixelDensityUnit},
        png::PngEncoder,
    },
};

/// Where the first chunk of a PNG (IHDR) ends.
const AFTER_HEADER: usize = 8 + 25;
/// Shapes of pixels are told in thousandths.
const ASPECT_UNIT: f64 = 1000.0;

/// The file, and the hash of what a reader gets. `bits` is 8 or 16.
///
/// # Errors
/// Invalid: the picture cannot be written.
pub fn png(image: &Image, bits: u32, description: &str, tags: Option<Tags>, icc: Option<&[u8]>) -> Result<(Vec<u8>, PixelHash)> {
    let codes = Codes::of(image, bits);
    let (samples, kind) = match bits {
        8 => (codes.bytes(), ExtendedColorType::Rgb8),
        // As the processor has them: the encoder turns them round.
        _ => (codes.samples.iter().flat_map(|code| code.to_ne_bytes()).collect(), ExtendedColorType::Rgb16),
    };
    let mut file = vec![];
    let mut encoder = PngEncoder::new(&mut file);
    if let Some(icc) = icc {
        encoder.set_icc_profile(icc.to_vec()).map_err(|e| Error::unsupported(e.to_string()))?;
    }
    encoder.write_image(&samples, codes.width as u32, codes.height as u32, kind).map_err(wrong)?;
    let mut more = vec![];
    if let Some(tags) = tags.filter(|t| matches!(t.transfer, Transfer::Srgb | Transfer::Pq | Transfer::Hlg)) {
        // PNG third edition, 11.3.2.6: primaries, transfer, no matrix, full range.
        let (primaries, transfer) = tags.h273();
        more.extend(chunk(b"cICP", &[primaries, transfer, 0, 1]));
    }
    if image.pixel_aspect != 1.0 {
        let density = [ASPECT_UNIT, (ASPECT_UNIT * image.pixel_aspect).round()].map(|d| d as u32);
        more.extend(chunk(b"pHYs", &[&density[0].to_be_bytes()[..], &density[1].to_be_bytes(), &[0]].concat()));
    }
    more.extend(chunk(b"tEXt", format!("Description\0{}", super::ascii(description)).as_bytes()));
    if file.len() < AFTER_HEADER {
        return Err(Error::invalid("the encoder wrote no PNG"));
    }
    file.splice(AFTER_HEADER..AFTER_HEADER, more);
    Ok((file, codes.hash()))
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(kind);
    crc.update(data);
    [&(data.len() as u32).to_be_bytes()[..], kind, data, &crc.sum().to_be_bytes()].concat()
}

/// The file, and the hash of what was put in: readers get other pixels. `quality` is 1 to 100.
///
/// # Errors
/// Unsupported: a picture of more than 65535 pixels a side.
pub fn jpeg(image: &Image, quality: u8, icc: Option<&[u8]>) -> Result<(Vec<u8>, PixelHash)> {
    let codes = Codes::of(image, 8);
    let mut file = vec![];
    let mut encoder = JpegEncoder::new_with_quality(&mut file, quality);
    if image.pixel_aspect != 1.0 {
        let density = (ASPECT_UNIT as u16, (ASPECT_UNIT * image.pixel_aspect).round().clamp(1.0, 65535.0) as u16);
        encoder.set_pixel_density(PixelDensity { density, unit: PixelDensityUnit::PixelAspectRatio });
    }
    if let Some(icc) = icc {
        encoder.set_icc_profile(icc.to_vec()).map_err(|e| Error::unsupported(e.to_string()))?;
    }
    encoder.write_image(&codes.bytes(), codes.width as u32, codes.height as u32, ExtendedColorType::Rgb8).map_err(wrong)?;
    Ok((file, codes.hash()))
}

fn wrong(error: image::ImageError) -> Error {
    Error::unsupported(format!("the picture cannot be written: {error}"))
}

#[cfg(test)]
mod tests {
    use super::super::{icc, tags::Primaries};
    use super::*;
    use crate::{camera, image::Size, pipeline::plate_exr::pixels_of};

    fn picture() -> Image {
        let size = Size::new(37, 21);
        let plane = |k: f32| (0..size.area()).map(|i| (i as f32 * k).sin().abs()).collect();
        Image { pixel_aspect: 2.0, ..Image::from_planes(size, [plane(0.001), plane(0.002), plane(0.003)]) }
    }

    #[test]
    fn a_png_is_read_back_to_the_bit_and_says_its_colours() {
        let folder = tempfile::tempdir().unwrap();
        for (bits, primaries, transfer, said) in [
            (8, Primaries::Rec709, Transfer::Srgb, Some("sRGB")),
            (16, Primaries::Rec2020, Transfer::Pq, Some("PQ")),
            (16, Primaries::P3D65, Transfer::Gamma26, None),
        ] {
            let tags = Tags { primaries, transfer };
            let profile = icc::profile(tags).unwrap();
            let (bytes, pixels) = png(&picture(), bits, "A001", Some(tags), profile.as_deref()).unwrap();
            let path = folder.path().join(format!("{bits}{transfer:?}.png"));
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(pixels_of(&path).unwrap(), pixels);
            let clip = camera::open_single(&path).unwrap();
            assert_eq!(clip.metadata().transfer.as_ref().map(|t| t.value.as_str()), said);
            assert_eq!(clip.metadata().unmapped.contains_key("PNG ICC profile"), profile.is_some());
        }
    }

    #[test]
    fn a_jpeg_is_near_what_was_put_in() {
        let folder = tempfile::tempdir().unwrap();
        let tags = Tags { primaries: Primaries::Rec709, transfer: Transfer::Bt1886 };
        let (bytes, _) = jpeg(&picture(), 95, icc::profile(tags).unwrap().as_deref()).unwrap();
        assert_eq!(bytes, jpeg(&picture(), 95, icc::profile(tags).unwrap().as_deref()).unwrap().0);
        let path = folder.path().join("a.jpg");
        std::fs::write(&path, bytes).unwrap();
        let clip = camera::open_single(&path).unwrap();
        assert!(clip.metadata().unmapped.contains_key("JPEG ICC profile"));
        let camera::Picture::Rgb(read) = clip.read(0, &camera::Reading::default()).unwrap() else { panic!() };
        let worst =
            read.planes.iter().zip(&picture().planes).flat_map(|(a, b)| a.iter().zip(b).map(|(a, b)| (a - b).abs())).fold(0.0, f32::max);
        assert!(worst < 0.06, "{worst}");
    }
}
