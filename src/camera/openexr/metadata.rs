//! The normalised metadata of a plate, from OpenEXR's standard attributes.

use super::{
    encoding,
    header::{Plate, channels_of},
};
use crate::camera::{Field, Metadata, Rational, Timecode};
use ::exr::{
    compression::Compression,
    meta::{
        attribute::{AttributeValue, SampleType},
        header::Header,
    },
};
use std::collections::BTreeMap;

/// Longest text of an attribute that the schema has no place for.
const MAX_CHARS: usize = 256;

/// Reads everything but what concerns the clip as a whole (name, number of frames).
pub fn read(plate: &Plate) -> Metadata {
    let header = plate.header();
    let (own, shared) = (&header.own_attributes, &header.shared_attributes);
    let mut other = Others::new(plate);
    let key = |name: &str| format!("OpenEXR {name}");
    let mut m = Metadata {
        reel: other.text("reelName"),
        camera_label: other.text("cameraLabel"),
        start_timecode: timecode(plate).map(|t| Field::stated(t, key("timeCode"))),
        frame_rate: frame_rate(plate).map(|r| Field::stated(r, key("framesPerSecond"))),
        make: other.text("cameraMake"),
        model: other.text("cameraModel"),
        serial: other.text("cameraSerialNumber"),
        firmware: other.text("cameraFirmwareVersion"),
        resolution: Some(Field::stated(plate.display_window.size(), key("displayWindow"))),
        squeeze: Some(Field::stated(decimal(shared.pixel_aspect), key("pixelAspectRatio"))),
        codec: Some(Field::stated(codec(header.compression), key("compression"))),
        bit_depth: Some(Field::stated(if plate.sample_type() == SampleType::F16 { 16 } else { 32 }, key("channels"))),
        exposure_index: own.iso_speed.filter(|v| (1.0..1e9).contains(v)).map(|v| Field::stated(v.round() as u32, key("isoSpeed"))),
        exposure_time: positive(own.exposure, "expTime"),
        shutter_angle: other.number("shutterAngle"),
        white_balance: other.number("cameraCCTSetting").or_else(|| other.number("cameraColorTemperature")),
        tint: other.number("cameraTintSetting"),
        lens: other.text("lensModel"),
        focal_length: other.number("nominalFocalLength").or_else(|| other.number("effectiveFocalLength")),
        t_stop: other.number("tStop"),
        f_number: positive(own.aperture, "aperture"),
        focus_distance: positive(own.focus, "focus"),
        transfer: Some(Field::assumed("linear".into(), key("file layout, \"scene-linear\""))),
        gamut: encoding::chromaticities(plate)
            .map(|c| Field::stated(encoding::name(&c).unwrap_or("as stated").to_owned(), key("chromaticities"))),
        date_time: own.capture_date.as_ref().map(|t| Field::stated(t.to_string(), key("capDate"))),
        software: own.software_name.as_ref().map(|t| Field::stated(t.to_string(), key("software"))),
        ..Metadata::default()
    };
    if let (None, Some(time), Some(rate)) = (&m.shutter_angle, &m.exposure_time, &m.frame_rate) {
        let angle = 360.0 * time.value * rate.value.to_f64();
        if angle <= 360.0 {
            m.shutter_angle = Some(Field::derived(angle, format!("{} x {}", time.key, rate.key)));
        }
    }
    m.keep(key("dataWindow"), plate.data_window.to_string());
    if !plate.display_window.overlaps(plate.data_window) {
        let (data, display) = (plate.data_window, plate.display_window);
        m.warn(format!("the first frame is black: its pixels (dataWindow {data}) lie outside what is shown (displayWindow {display})"));
    }
    let names: Vec<String> = header.channels.list.iter().map(|c| c.name.to_string()).take(64).collect();
    m.keep(key("channels"), names.join(" "));
    if plate.meta.headers.len() > 1 {
        m.keep(key("parts"), parts(plate));
    }
    other.rest(&mut m);
    m
}

/// The parts of a file that has several: their names, which could be the picture, and which one is.
fn parts(plate: &Plate) -> String {
    let name = |(i, header): (usize, &Header)| {
        let name = header.own_attributes.layer_name.as_ref().map_or_else(|| i.to_string(), |n| n.to_string());
        match (i == plate.layer, !header.deep && channels_of(header).is_some()) {
            (true, _) => format!("{name} (read)"),
            (false, true) => format!("{name} (a picture, too)"),
            (false, false) => name,
        }
    };
    plate.meta.headers.iter().enumerate().take(16).map(name).collect::<Vec<_>>().join(", ").chars().take(MAX_CHARS).collect()
}

/// Names as OpenEXR's own tools give them.
pub(super) fn codec(compression: Compression) -> String {
    let name = match compression {
        Compression::Uncompressed => "uncompressed",
        Compression::RLE => "RLE",
        Compression::ZIP1 => "ZIPS",
        Compression::ZIP16 => "ZIP",
        Compression::PIZ => "PIZ",
        Compression::PXR24 => "PXR24",
        Compression::B44 => "B44",
        Compression::B44A => "B44A",
        Compression::DWAA(_) => "DWAA",
        Compression::DWAB(_) => "DWAB",
        Compression::HTJ2K32 => "HTJ2K32",
        Compression::HTJ2K256 => "HTJ2K256",
    };
    name.into()
}

/// The timeCode attribute.
pub fn timecode(plate: &Plate) -> Option<Timecode> {
    let t = plate.header().shared_attributes.time_code?;
    Timecode::new(t.hours, t.minutes, t.seconds, t.frame, t.drop_frame)
}

/// The framesPerSecond attribute, where it is a rate.
pub fn frame_rate(plate: &Plate) -> Option<Rational> {
    let (n, d) = plate.header().own_attributes.frames_per_second?;
    Rational::new(n.into(), d.into()).filter(|r| r.to_f64() > 0.0)
}

/// The decimal an f32 stands for: 0.02 rather than 0.0199999996.
pub(super) fn decimal(v: f32) -> f64 {
    v.to_string().parse().unwrap_or(f64::from(v))
}

fn positive(value: Option<f32>, name: &str) -> Option<Field<f64>> {
    value.filter(|v| v.is_finite() && *v > 0.0).map(|v| Field::stated(decimal(v), format!("OpenEXR {name}")))
}

/// The attributes the `exr` crate does not know by name, taken out one by one.
struct Others<'a>(BTreeMap<String, &'a AttributeValue>);

impl<'a> Others<'a> {
    fn new(plate: &'a Plate) -> Self {
        let header = plate.header();
        let all = header.shared_attributes.other.iter().chain(&header.own_attributes.other);
        Self(all.map(|(name, value)| (name.to_string(), value)).collect())
    }

    fn text(&mut self, name: &str) -> Option<Field<String>> {
        let text = match self.0.get(name)? {
            AttributeValue::Text(text) => text.to_string().trim().chars().take(MAX_CHARS).collect::<String>(),
            _ => return None,
        };
        self.0.remove(name);
        (!text.is_empty()).then(|| Field::stated(text, format!("OpenEXR {name}")))
    }

    fn number(&mut self, name: &str) -> Option<Field<f64>> {
        let value = match self.0.get(name)? {
            AttributeValue::F32(v) if v.is_finite() => decimal(*v),
            AttributeValue::F64(v) if v.is_finite() => *v,
            AttributeValue::I32(v) => f64::from(*v),
            _ => return None,
        };
        self.0.remove(name);
        Some(Field::stated(value, format!("OpenEXR {name}")))
    }

    /// What is left, as text.
    fn rest(self, m: &mut Metadata) {
        let show = |value: &AttributeValue| match value {
            AttributeValue::Text(t) => t.to_string().chars().take(MAX_CHARS).collect(),
            AttributeValue::F32(v) => v.to_string(),
            AttributeValue::F64(v) => v.to_string(),
            AttributeValue::I32(v) => v.to_string(),
            AttributeValue::Rational((n, d)) => format!("{n}/{d}"),
            AttributeValue::Custom { kind, bytes } => format!("{kind}, {} bytes", bytes.len()),
            AttributeValue::Bytes { type_hint, bytes } => format!("{type_hint}, {} bytes", bytes.len()),
            AttributeValue::Preview(_) => "preview".to_owned(),
            other => format!("{other:?}").chars().take(MAX_CHARS).collect(),
        };
        self.0.iter().for_each(|(name, value)| m.keep(format!("OpenEXR {name}"), show(value)));
    }
}
