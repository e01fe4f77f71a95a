//! Tags of a movie to the normalised schema.

use super::{
    color,
    probe::{Probe, Stream, Tags, said},
    signal,
    timing::Timing,
    tools::Tools,
};
use crate::{
    camera::{
        Field, Metadata, Rational, h273,
        isobmff::{self, Item, Key, Value},
    },
    image::Size,
};
use std::path::Path;

/// The tags of file, picture and timecode track; what the file as a whole says comes first.
pub fn tags(probe: &Probe, stream: &Stream) -> Tags {
    let mut all = probe.format.tags.clone();
    let timecode = probe.streams.iter().filter(|s| said(&s.codec_tag_string) == Some("tmcd"));
    for (key, value) in std::iter::once(stream).chain(timecode).flat_map(|s| &s.tags) {
        all.entry(key.clone()).or_insert_with(|| value.clone());
    }
    all
}

/// What the schema has a place for, and the rest.
pub fn read(path: &Path, stream: &Stream, mut tags: Tags, timing: Option<&Timing>, values: &Values, tools: &Tools) -> Metadata {
    let mut m = Metadata {
        clip_name: path.file_stem().map(|s| Field::assumed(s.to_string_lossy().into_owned(), "file name")),
        frame_rate: timing.map(|t| Field::stated(t.rate, "r_frame_rate")),
        frame_count: timing.map(|t| match &stream.nb_frames {
            Some(_) => Field::stated(u64::from(t.frames), "nb_frames"),
            None => Field::derived(u64::from(t.frames), "duration"),
        }),
        resolution: Some(Field::stated(Size::new(stream.width, stream.height), "width, height")),
        squeeze: said(&stream.sample_aspect_ratio).and_then(squeeze).map(|v| Field::stated(v, "sample_aspect_ratio")),
        codec: said(&stream.codec_name).map(|c| Field::stated(codec(c, said(&stream.profile)), "codec_name, profile")),
        bit_depth: values.bits.map(|b| Field::stated(b, "pix_fmt")),
        transfer: said(&stream.color_transfer).map(|v| Field::stated(in_words(v, &TRANSFERS, h273::transfer), "color_transfer")),
        gamut: said(&stream.color_primaries).map(|v| Field::stated(in_words(v, &PRIMARIES, h273::primaries), "color_primaries")),
        ..Metadata::default()
    };
    if let Some(signal) = &values.signal {
        let text = |f: &Field<_>, name: &'static str| Field { value: name.to_owned(), key: f.key.clone(), certainty: f.certainty };
        m.signal_range = signal.range.as_ref().map(|f| text(f, f.value.name()));
        let words = |key: &str, certainty, name: &str| Field { value: name.to_owned(), key: key.to_owned(), certainty };
        m.matrix = signal.matrix.as_ref().and_then(|m| m.as_ref().ok()).map(|f| words(&f.key, f.certainty, f.value.name()));
        m.chroma_siting = signal.siting.as_ref().and_then(|s| s.as_ref().ok()).map(|f| words(&f.key, f.certainty, f.value.name()));
    }
    let colour = color::stated(&tags);
    if let Some((value, key)) = colour.transfer {
        m.transfer = Some(Field::stated(value, key));
    }
    if let Some((value, key)) = colour.gamut {
        m.gamut = Some(Field::derived(value, key));
    }
    take(&mut m, &mut tags);
    // Nobody's camera data.
    for noise in ["major_brand", "minor_version", "compatible_brands", "language"] {
        tags.remove(noise);
    }
    if signal::is_interlaced(stream) {
        tags.insert("field_order".into(), said(&stream.field_order).unwrap_or_default().into());
    }
    tags.insert("decoder".into(), format!("FFmpeg {}", tools.version));
    tags.into_iter().for_each(|(key, value)| m.keep(key, value));
    m
}

/// FFmpeg's names of ColourPrimaries and TransferCharacteristics (ITU-T H.273), and their codes.
const PRIMARIES: [(&str, u16); 11] = [
    ("bt709", 1),
    ("bt470m", 4),
    ("bt470bg", 5),
    ("smpte170m", 6),
    ("smpte240m", 7),
    ("film", 8),
    ("bt2020", 9),
    ("smpte428", 10),
    ("smpte431", 11),
    ("smpte432", 12),
    ("ebu3213", 22),
];
const TRANSFERS: [(&str, u16); 17] = [
    ("bt709", 1),
    ("bt470m", 4),
    ("bt470bg", 5),
    ("smpte170m", 6),
    ("smpte240m", 7),
    ("linear", 8),
    ("log100", 9),
    ("log316", 10),
    ("iec61966-2-4", 11),
    ("bt1361e", 12),
    ("iec61966-2-1", 13),
    ("bt2020-10", 14),
    ("bt2020-12", 15),
    ("smpte2084", 16),
    ("smpte428", 17),
    ("arib-std-b67", 18),
    ("gamma22", 4),
];

/// One of FFmpeg's names in the words of the schema; as it is where there are none.
fn in_words(name: &str, codes: &[(&str, u16)], words: fn(u16) -> Option<&'static str>) -> String {
    let code = codes.iter().find(|(n, _)| *n == name);
    code.and_then(|(_, code)| words(*code)).unwrap_or(name).to_owned()
}

/// What the decoder makes of the samples.
#[derive(Default)]
pub struct Values {
    pub bits: Option<u32>,
    pub signal: Option<signal::Stated>,
}

/// Moves what is understood from the tags to its place, by the table of QuickTime's keys and the few that are FFmpeg's own; what is
/// not stays a tag.
fn take(m: &mut Metadata, tags: &mut Tags) {
    if let (Some(company), product) = (tags.get("company_name"), tags.get("product_name")) {
        let words = [company.as_str(), product.map_or("", |p| p)].join(" ");
        m.software = Some(Field::stated(words.trim().to_owned(), "MXF Identification"));
    }
    let item = |(key, value): (&String, &String)| Item { key: key.clone(), value: Value::Text(value.trim().to_owned()) };
    let mut items: Vec<Item> = tags.iter().map(item).collect();
    isobmff::take_keys(&mut items, m, isobmff::QUICKTIME);
    isobmff::take_keys(&mut items, m, OF_FFMPEG);
    tags.retain(|key, _| items.iter().any(|i| i.key == *key));
}

/// Tags that FFmpeg gives names of its own.
const OF_FFMPEG: &[Key] = &[
    ("reel_name", |m, i| isobmff::take_text(&mut m.reel, i)),
    ("firmware", |m, i| isobmff::take_text(&mut m.firmware, i)),
    ("creation_time", |m, i| isobmff::take_text(&mut m.date_time, i)),
    ("modification_date", |m, i| isobmff::take_text(&mut m.date_time, i)),
];

/// `4:3` to 1.333; `0:1` says nothing.
fn squeeze(ratio: &str) -> Option<f64> {
    let (num, den) = ratio.split_once(':')?;
    let ratio = Rational::new(num.parse().ok()?, den.parse().ok()?)?.to_f64();
    (0.1..=10.0).contains(&ratio).then_some(ratio)
}

fn codec(name: &str, profile: Option<&str>) -> String {
    let maker = match name {
        "prores" => "ProRes",
        "prores_raw" => "ProRes RAW",
        "dnxhd" => "DNxHD",
        "h264" => "H.264",
        "hevc" => "HEVC",
        "jpeg2000" => "JPEG 2000",
        "mpeg2video" => "MPEG-2",
        "cfhd" => "CineForm",
        other => other,
    };
    match (name, profile) {
        ("prores", Some("Standard")) => "ProRes 422".into(),
        ("prores", Some(p @ ("HQ" | "LT" | "Proxy"))) => format!("ProRes 422 {p}"),
        ("prores", Some("XQ")) => "ProRes 4444 XQ".into(),
        // JPEG 2000's are numbers.
        ("dnxhd", Some(p)) if p.starts_with("DNX") => p.to_owned(),
        (_, Some(p)) if !p.is_empty() && !p.bytes().all(|b| b.is_ascii_digit()) => format!("{maker} {p}"),
        _ => maker.to_owned(),
    }
}
