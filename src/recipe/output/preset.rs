//! Deliverables by a short name, as `prelight recipe new --deliver` takes them.

use super::{BurnIn, Codec, Compression, Deliverable, Dpx, Exr, ExrColour, Format, Frames, Jpeg, Movie, Png, Tiff, template};
use crate::error::{Error, Result};

/// The names, and what each is.
pub const PRESETS: &[(&str, &str)] = &[
    ("plate", "OpenEXR, ACES2065-1, uncompressed (SMPTE ST 2065-4)"),
    ("plate-zip", "OpenEXR, ACES2065-1, ZIP"),
    ("plate-piz", "OpenEXR, ACES2065-1, PIZ"),
    ("plate-dwab", "OpenEXR, ACES2065-1, DWAB (lossy)"),
    ("camera-linear", "OpenEXR, linear in the camera's primaries, ZIP"),
    ("dpx10", "DPX, 10 bit, ACEScct"),
    ("dpx16", "DPX, 16 bit, ACEScct"),
    ("tiff16", "TIFF, 16 bit, display"),
    ("png16", "PNG, 16 bit, display"),
    ("still-png", "PNG, 8 bit, the frame in the middle"),
    ("still-jpeg", "JPEG, the frame in the middle"),
    ("thumbnail", "JPEG, 320 pixels wide, the frame in the middle"),
    ("h264", "review proxy with burn-ins, 1280 pixels wide"),
    ("prores422proxy", "ProRes 422 Proxy"),
    ("prores422lt", "ProRes 422 LT"),
    ("prores422", "ProRes 422"),
    ("prores422hq", "ProRes 422 HQ"),
    ("prores4444", "ProRes 4444"),
    ("dnxhr-lb", "DNxHR LB"),
    ("dnxhr-sq", "DNxHR SQ"),
    ("dnxhr-hq", "DNxHR HQ"),
    ("dnxhr-hqx", "DNxHR HQX"),
    ("dnxhr-444", "DNxHR 444"),
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
        _ => {
            let known: Vec<&str> = PRESETS.iter().map(|(known, _)| *known).collect();
            return Err(Error::usage(format!("not known; these are: {}", known.join(", "))).field("--deliver").value(name));
        }
    };
    let frames = if name.starts_with("still-") || name == "thumbnail" { Frames::Middle } else { Frames::Every };
    let name_of_files = template::usual(&format, frames);
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
