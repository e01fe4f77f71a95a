//! Picture files of `color apply`: in, whatever the camera room reads; out, OpenEXR, TIFF, PNG and JPEG.

use crate::{
    camera::{self, Encoding, Picture, Reading},
    color::{self, Op, rgb::Chromaticities},
    error::{Error, ErrorKind, Result},
    files::{self, Existing},
    image::Image,
};
use exr::prelude::{self as e, WritableImage};
use half::f16;
use image::{ExtendedColorType, ImageEncoder};
use std::path::Path;

/// How samples are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Depth {
    #[value(name = "8")]
    Eight,
    #[value(name = "16")]
    Sixteen,
    Half,
    Float,
}

/// JPEG is for looking at; this is where its errors are below those of eight bits.
const JPEG_QUALITY: u8 = 95;

/// A picture with the values as stored (integers over their full scale), and the road to ACES2065-1 if the file states it.
pub fn read(path: &Path) -> Result<(Image, Option<Vec<Op>>)> {
    let clip = camera::open_single(path)?;
    let stated = match clip.encoding() {
        Encoding::Known { to_aces, .. } => Some(to_aces.clone()),
        Encoding::Coded { transform, .. } => Some(color::transform(transform, false)?),
        Encoding::Camera(_) | Encoding::Uncalibrated { .. } | Encoding::Unknown => None,
    };
    match clip.read(clip.frames().first(), &Reading::default())? {
        Picture::Rgb(image) => Ok((image.into_display_window(), stated)),
        _ => Err(Error::unsupported("a mosaic has no colours yet; use `prelight render`").file(path)),
    }
}

/// Writes a picture in the format of the path's extension. The depth is half for OpenEXR, 16 bit for TIFF and PNG, 8 for JPEG
/// where none is asked for. Integers hold 0..1; how many colour samples were beyond it, and clipped, is returned.
pub fn write(path: &Path, image: &Image, depth: Option<Depth>, primaries: Option<&Chromaticities>, existing: Existing) -> Result<u64> {
    let format = extension(path);
    let depth = match (format.as_str(), depth) {
        ("exr", None | Some(Depth::Half)) => Depth::Half,
        ("exr" | "tif" | "tiff", Some(Depth::Float)) => Depth::Float,
        ("tif" | "tiff" | "png", None | Some(Depth::Sixteen)) => Depth::Sixteen,
        ("tif" | "tiff" | "png", Some(Depth::Eight)) | ("jpg" | "jpeg", None | Some(Depth::Eight)) => Depth::Eight,
        ("exr" | "tif" | "tiff" | "png" | "jpg" | "jpeg", Some(depth)) => {
            return Err(Error::usage(format!("a .{format} file does not hold this depth"))
                .field("--depth")
                .value(format!("{depth:?}").to_lowercase()));
        }
        _ => return Err(Error::unsupported("pictures are written as .exr, .tif, .png or .jpg").file(path)),
    };
    if format == "exr" {
        write_exr(path, image, depth == Depth::Float, primaries, existing)?;
        return Ok(0);
    }
    let (bytes, color) = interleaved(image, depth, format.starts_with('t') || format == "png");
    let size = image.size();
    files::write(path, existing, |out| {
        let written = match format.as_str() {
            "png" => image::codecs::png::PngEncoder::new(out).write_image(&bytes, size.width, size.height, color),
            "jpg" | "jpeg" => {
                let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(out, JPEG_QUALITY);
                encoder.write_image(&bytes, size.width, size.height, color)
            }
            _ => image::codecs::tiff::TiffEncoder::new(out).write_image(&bytes, size.width, size.height, color),
        };
        written.map_err(|error| match error {
            image::ImageError::IoError(io) => Error::io(path, &io),
            other => Error::new(ErrorKind::Io, other.to_string()).file(path),
        })
    })?;
    let beyond = |x: &&f32| !(0.0..=1.0).contains(*x);
    Ok(if depth == Depth::Float { 0 } else { image.planes.iter().flatten().filter(beyond).count() as u64 })
}

/// Samples in the byte order of the machine, as the encoders take them, with alpha where there is one and the format has it.
fn interleaved(image: &Image, depth: Depth, with_alpha: bool) -> (Vec<u8>, ExtendedColorType) {
    let [r, g, b] = &image.planes;
    let mut channels: Vec<&[f32]> = vec![r, g, b];
    channels.extend(image.alpha.as_deref().filter(|_| with_alpha));
    let alpha = channels.len() == 4;
    let samples = (0..r.len()).flat_map(|i| channels.iter().map(move |c| c[i]));
    let steps = |x: f32, most: f64| (f64::from(x).clamp(0.0, 1.0) * most).round();
    match depth {
        Depth::Eight => {
            let color = if alpha { ExtendedColorType::Rgba8 } else { ExtendedColorType::Rgb8 };
            (samples.map(|x| steps(x, 255.0) as u8).collect(), color)
        }
        Depth::Sixteen => {
            let color = if alpha { ExtendedColorType::Rgba16 } else { ExtendedColorType::Rgb16 };
            (samples.flat_map(|x| (steps(x, 65535.0) as u16).to_ne_bytes()).collect(), color)
        }
        Depth::Half | Depth::Float => {
            let color = if alpha { ExtendedColorType::Rgba32F } else { ExtendedColorType::Rgb32F };
            (samples.flat_map(f32::to_ne_bytes).collect(), color)
        }
    }
}

fn write_exr(path: &Path, image: &Image, float: bool, primaries: Option<&Chromaticities>, existing: Existing) -> Result<()> {
    let limit = f16::MAX.to_f32();
    let samples = |plane: &[f32]| match float {
        true => e::FlatSamples::F32(plane.to_vec()),
        false => e::FlatSamples::F16(plane.iter().map(|v| f16::from_f32(v.clamp(-limit, limit))).collect()),
    };
    let mut channels: Vec<_> = ["R", "G", "B"].iter().zip(&image.planes).map(|(n, p)| e::AnyChannel::new(*n, samples(p))).collect();
    channels.extend(image.alpha.as_ref().map(|alpha| e::AnyChannel::new("A", samples(alpha))));
    let size = (image.size().width as usize, image.size().height as usize);
    let layer = e::LayerAttributes { software_name: Some(concat!("Prelight ", env!("CARGO_PKG_VERSION")).into()), ..Default::default() };
    let encoding = e::Encoding { compression: e::Compression::ZIP16, ..e::Encoding::FAST_LOSSLESS };
    let mut attributes = e::ImageAttributes::with_size(size);
    attributes.pixel_aspect = image.pixel_aspect as f32;
    let xy = |[x, y]: [f64; 2]| e::Vec2(x as f32, y as f32);
    attributes.chromaticities = primaries.map(|p| exr::meta::attribute::Chromaticities {
        red: xy(p.red),
        green: xy(p.green),
        blue: xy(p.blue),
        white: xy(p.white),
    });
    let layer = e::Layer::new(size, layer, encoding, e::AnyChannels::sort(channels.into()));
    let file = e::Image { attributes, layer_data: layer };
    files::write(path, existing, |out| {
        file.write().non_parallel().to_buffered(out).map_err(|error| match error {
            e::Error::Io(io) => Error::io(path, &io),
            other => Error::new(ErrorKind::Io, other.to_string()).file(path),
        })
    })
}

fn extension(path: &Path) -> String {
    path.extension().and_then(|e| e.to_str()).unwrap_or("").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Size;

    fn gradient() -> Image {
        let size = Size::new(7, 5);
        let plane = |k: f32| (0..size.area()).map(|i| i as f32 / 34.0 * k).collect();
        Image::from_planes(size, [plane(1.0), plane(0.5), plane(0.25)])
    }

    #[test]
    fn every_format_reads_what_it_wrote() {
        let folder = tempfile::tempdir().unwrap();
        for (name, depth, error) in [
            ("a.exr", None, 5e-4),
            ("f.exr", Some(Depth::Float), 0.0),
            ("a.tif", None, 1e-5),
            ("f.tiff", Some(Depth::Float), 0.0),
            ("a.png", None, 1e-5),
            ("b.png", Some(Depth::Eight), 2.1e-3),
            ("a.jpg", None, 0.05),
        ] {
            for alpha in [false, true] {
                let mut image = gradient();
                image.alpha = alpha.then(|| image.planes[0].clone());
                let path = folder.path().join(format!("{alpha}{name}"));
                assert_eq!(write(&path, &image, depth, None, Existing::Refuse).unwrap(), 0, "{name}");
                let (back, _) = read(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
                assert_eq!(back.size(), image.size());
                assert_eq!(back.alpha.is_some(), alpha && !name.ends_with("jpg"), "{name}");
                let far = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0f32, f32::max);
                for c in 0..3 {
                    assert!(far(&back.planes[c], &image.planes[c]) <= error, "{name} {c}");
                }
                assert!(write(&path, &image, depth, None, Existing::Refuse).is_err(), "{name} was overwritten");
            }
        }
    }

    #[test]
    fn what_an_integer_cannot_hold_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        let image = Image::from_planes(Size::new(2, 1), [vec![-0.1, 0.5], vec![1.5, 1.0], vec![0.0, 9.0]]);
        assert_eq!(write(&folder.path().join("a.png"), &image, None, None, Existing::Refuse).unwrap(), 3);
        assert!(write(&folder.path().join("a.jpg"), &image, Some(Depth::Half), None, Existing::Refuse).is_err());
        assert!(write(&folder.path().join("a.gif"), &image, None, None, Existing::Refuse).is_err());
    }

    #[test]
    fn damaged_files_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.png", "a.jpg", "a.tif", "a.exr", "a.txt"] {
            let path = folder.path().join(name);
            std::fs::write(&path, b"\x89PNG\r\n\x1a\nbroken").unwrap();
            assert!(read(&path).is_err(), "{name}");
        }
        assert_eq!(read(&folder.path().join("none.png")).unwrap_err().exit_code(), 20);
    }
}
