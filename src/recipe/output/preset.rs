//! Deliverables by a short name, as `prelight recipe new --deliver` takes them.

use super::{BurnIn, Codec, Compression, Deliverable, Dpx, Exr, ExrColour, Format, Frames, Jpeg, Movie, Png, Tiff, template};
use crate::error::{Error, Result};

/// Their names.
pub const PRESETS: &[&str] = &[
    "plate",
    "plate-zip",
    "plate-piz",
    "plate-dwab",
    "camera-linear",
    "dpx10",
    "dpx16",
    "tiff16",
    "png16",
    "still-png",
    "still-jpeg",
    "thumbnail",
    "h264",
    "prores422proxy",
    "prores422lt",
    "prores422",
    "prores422hq",
    "prores4444",
    "dnxhr-lb",
    "dnxhr-sq",
    "dnxhr-hq",
    "dnxhr-hqx",
    "dnxhr-444",
];

pub fn find(name: &str) -> Result<Deliverable> {
    use {Compression as C, ExrColour::*};
    let exr = |compression, colour| Format::Exr(Exr { compression, colour });
    let dpx = |bits| Format::Dpx(Dpx { bits, encoding: "acescct".into() });
    let movie = |codec| Format::Movie(Movie { codec });
    let format = match name {
        "plate" => return Ok(Deliverable::new(name, exr(C::None, Aces), template::PLAIN)),
        "plate-zip" => exr(C::Zip, Aces),
        "plate-piz" => exr(C::Piz, Aces),
        "plate-dwab" => exr(C::Dwab, Aces),
        "camera-linear" => exr(C::Zip, CameraLinear),
        "dpx10" => dpx(10),
        "dpx16" => dpx(16),
        "tiff16" => Format::Tiff(Tiff {}),
        "png16" => Format::Png(Png { bits: 16 }),
        "still-png" => Format::Png(Png { bits: 8 }),
        "still-jpeg" => Format::Jpeg(Jpeg { quality: 95 }),
        "thumbnail" => Format::Jpeg(Jpeg { quality: 85 }),
        "h264" => movie(Codec::H264),
        "prores422proxy" => movie(Codec::Prores422Proxy),
        "prores422lt" => movie(Codec::Prores422Lt),
        "prores422" => movie(Codec::Prores422),
        "prores422hq" => movie(Codec::Prores422Hq),
        "prores4444" => movie(Codec::Prores4444),
        "dnxhr-lb" => movie(Codec::DnxhrLb),
        "dnxhr-sq" => movie(Codec::DnxhrSq),
        "dnxhr-hq" => movie(Codec::DnxhrHq),
        "dnxhr-hqx" => movie(Codec::DnxhrHqx),
        "dnxhr-444" => movie(Codec::Dnxhr444),
        _ => return Err(Error::usage(format!("not known; these are: {}", PRESETS.join(", "))).field("--deliver").value(name)),
    };
    let frames = if name.starts_with("still-") || name == "thumbnail" { Frames::Middle } else { Frames::Every };
    let name_of_files = template::usual(&format);
    let mut deliverable = Deliverable { frames, ..Deliverable::new(name, format, name_of_files) };
    match name {
        "h264" => {
            deliverable.width = Some(1280);
            deliverable.burn_in = vec![BurnIn::Clip, BurnIn::Recipe, BurnIn::Timecode, BurnIn::Frame];
        }
        "thumbnail" => deliverable.width = Some(320),
        _ => {}
    }
    Ok(deliverable)
}
