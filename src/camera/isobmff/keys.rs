//! QuickTime keys and user data of camera makers and the field of the schema that each of them fills.
//!
//! Sources: keys as ExifTool (QuickTime.pm) and public readers name them, Apple's AVFoundation identifiers. Rows stand in
//! the order they are asked: the camera before the recorder, the recorder before the editor.

use super::items::{Item, Value};
use crate::camera::{Field, Metadata, Rational};

/// A key, and what takes its value into the schema; false where the value is not understood or the field already told.
pub type Key = (&'static str, fn(&mut Metadata, &Item) -> bool);

/// Takes the items that the table knows out of the list, in the order of the table. Keys match whatever their case.
pub fn take(items: &mut Vec<Item>, m: &mut Metadata, table: &[Key]) {
    for (key, set) in table {
        // One item a row: a second of the same key stays, so that it is seen.
        if let Some(at) = items.iter().position(|i| i.key.eq_ignore_ascii_case(key))
            && set(m, &items[at])
        {
            items.remove(at);
        }
    }
}

pub fn put<T>(slot: &mut Option<Field<T>>, field: Option<Field<T>>) -> bool {
    match field {
        Some(field) if slot.is_none() => {
            *slot = Some(field);
            true
        }
        _ => false,
    }
}

pub fn text(slot: &mut Option<Field<String>>, item: &Item) -> bool {
    put(slot, item.value.text().map(|t| Field::stated(t, item.key.clone())))
}

/// A number above zero, with or without one of the units; each unit with its size in that of the schema.
pub fn quantity(value: &Value, prefixes: &[&str], units: &[(&str, f64)]) -> Option<f64> {
    if let Some(number) = value.number() {
        return Some(number).filter(|v| *v > 0.0);
    }
    let Value::Text(text) = value else { return None };
    let text = text.trim();
    let text = prefixes.iter().find_map(|p| text.strip_prefix(p)).unwrap_or(text).trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let unit = text[end..].trim();
    let scale = if unit.is_empty() { 1.0 } else { units.iter().find(|u| u.0.eq_ignore_ascii_case(unit))?.1 };
    text[..end].parse::<f64>().ok().map(|v| v * scale).filter(|v| v.is_finite() && *v > 0.0)
}

pub fn number(slot: &mut Option<Field<f64>>, item: &Item, prefixes: &[&str], units: &[(&str, f64)]) -> bool {
    put(slot, quantity(&item.value, prefixes, units).map(|v| Field::stated(v, item.key.clone())))
}

pub fn index(slot: &mut Option<Field<u32>>, item: &Item) -> bool {
    let value = item.value.number().filter(|v| (1.0..1e9).contains(v));
    put(slot, value.map(|v| Field::stated(v.round() as u32, item.key.clone())))
}

/// A rate of pictures; makers that write whole numbers write thousandths of them.
pub fn rate(slot: &mut Option<Field<Rational>>, item: &Item) -> bool {
    let read = || {
        let value = item.value.number()?;
        let key = item.key.clone();
        if value < 1000.0 {
            return Some(Field::stated(Rational::frame_rate(value)?, key));
        }
        Some(Field::assumed(Rational::frame_rate(value / 1000.0)?, format!("{key} (taken as thousandths)")))
    };
    put(slot, read())
}

/// ARRI's shutter angle. Readers disagree on its scale (degrees as text; tenths; thousandths), and no file of a camera was
/// at hand: the scale is taken that gives an angle, and only degrees with their decimal point count as stated.
fn arri_angle(m: &mut Metadata, item: &Item) -> bool {
    let read = || {
        let value = item.value.number().filter(|v| *v > 0.0)?;
        let plain = matches!(&item.value, Value::Text(t) if t.contains('.')) || matches!(item.value, Value::Real(_));
        let key = &item.key;
        Some(match value {
            v if v <= 360.0 && plain => Field::stated(v, key.clone()),
            v if v <= 360.0 => Field::assumed(v, format!("{key} (taken as degrees)")),
            v if v <= 3600.0 => Field::assumed(v / 10.0, format!("{key} (taken as tenths)")),
            v if v <= 360_000.0 => Field::assumed(v / 1000.0, format!("{key} (taken as thousandths)")),
            _ => return None,
        })
    };
    put(&mut m.shutter_angle, read())
}

/// Stops of an optical density: one for each log10(2).
pub fn stops_of_density(density: f64) -> f64 {
    density / std::f64::consts::LOG10_2
}

/// A density of up to 5 (ND 5.0); whole numbers beyond have a scale that is not known.
fn density(m: &mut Metadata, item: &Item) -> bool {
    let value = quantity(&item.value, &["ND"], &[]).filter(|v| *v <= 5.0);
    put(&mut m.nd, value.map(|v| Field::derived(stops_of_density(v), item.key.clone())))
}

/// RDD 18's neutral density: one over transmission. `ND1` is clear, `ND64` six stops.
fn transmission(m: &mut Metadata, item: &Item) -> bool {
    let value = quantity(&item.value, &["ND", "1/"], &[]).filter(|v| *v >= 1.0);
    put(&mut m.nd, value.map(|v| Field::derived(v.log2(), item.key.clone())))
}

/// A time in seconds, or as `1/48`.
fn seconds(m: &mut Metadata, item: &Item) -> bool {
    let read = |t: &str| {
        let (n, d) = t.trim().trim_end_matches(['s', ' ']).split_once('/')?;
        Some(n.trim().parse::<f64>().ok()? / d.trim().parse::<f64>().ok()?).filter(|v| v.is_finite() && *v > 0.0)
    };
    let value = match &item.value {
        Value::Text(t) if t.contains('/') => read(t),
        other => quantity(other, &[], &[("s", 1.0), ("ms", 1e-3)]),
    };
    put(&mut m.exposure_time, value.map(|v| Field::stated(v, item.key.clone())))
}

/// What a maker calls the curve stands before the code point of the container, which has none for it.
fn transfer(m: &mut Metadata, item: &Item) -> bool {
    if m.transfer.as_ref().is_some_and(|f| f.key.starts_with("colr ")) {
        m.transfer = None;
    }
    text(&mut m.transfer, item)
}

fn timecode(m: &mut Metadata, item: &Item) -> bool {
    put(&mut m.start_timecode, item.value.text().and_then(|t| t.parse().ok()).map(|t| Field::stated(t, item.key.clone())))
}

const DEGREES: &[(&str, f64)] = &[("deg", 1.0), ("°", 1.0)];
const KELVIN: &[(&str, f64)] = &[("K", 1.0)];

pub const QUICKTIME: &[Key] = &[
    // ARRI cameras. `look.name` in older firmware, `LookName` in newer.
    ("com.arri.camera.ClipFileName", |m, i| text(&mut m.clip_name, i)),
    ("com.arri.camera.ReelName", |m, i| text(&mut m.reel, i)),
    ("com.arri.camera.CameraIndex", |m, i| text(&mut m.camera_index, i)),
    ("com.arri.camera.CameraModel", |m, i| {
        if m.make.as_ref().is_none_or(|f| f.certainty != crate::camera::Certainty::Stated) {
            m.make = Some(Field::derived("ARRI".into(), i.key.clone()));
        }
        text(&mut m.model, i)
    }),
    ("com.arri.camera.CameraSerialNumber", |m, i| text(&mut m.serial, i)),
    ("com.arri.camera.SupVersion", |m, i| text(&mut m.firmware, i)),
    ("com.arri.camera.SceneName", |m, i| text(&mut m.scene, i)),
    ("com.arri.camera.TakeName", |m, i| text(&mut m.take, i)),
    ("com.arri.camera.ExposureIndexAsa", |m, i| index(&mut m.exposure_index, i)),
    ("com.arri.camera.WhiteBalanceKelvin", |m, i| number(&mut m.white_balance, i, &[], KELVIN)),
    ("com.arri.camera.WhiteBalanceTintCc", |m, i| put(&mut m.tint, i.value.number().map(|v| Field::stated(v, i.key.clone())))),
    ("com.arri.camera.ShutterAngle", arri_angle),
    ("com.arri.camera.SensorFps", |m, i| rate(&mut m.sensor_frame_rate, i)),
    ("com.arri.camera.ColorGammaSxS", |m, i| transfer(m, i)),
    ("com.arri.camera.LensType", |m, i| text(&mut m.lens, i)),
    ("com.arri.camera.LensSerialNumber", |m, i| text(&mut m.lens_serial, i)),
    ("com.arri.camera.NdFilterDensity", density),
    ("com.arri.camera.LookName", |m, i| text(&mut m.look, i)),
    ("com.arri.camera.look.name", |m, i| text(&mut m.look, i)),
    // ARRI's slate.
    ("com.arri.slate.Scene", |m, i| text(&mut m.scene, i)),
    ("com.arri.slate.Take", |m, i| text(&mut m.take, i)),
    ("com.arri.slate.Director", |m, i| text(&mut m.director, i)),
    ("com.arri.slate.Production", |m, i| text(&mut m.production, i)),
    ("com.arri.slate.Cinematographer", |m, i| text(&mut m.cinematographer, i)),
    ("com.arri.slate.TCStart", timecode),
    // SMPTE RDD 18 by name: ProRes RAW recorders, AVFoundation.
    ("org.smpte.rdd18.camera.isosensitivity", |m, i| index(&mut m.exposure_index, i)),
    ("org.smpte.rdd18.camera.whitebalance", |m, i| number(&mut m.white_balance, i, &[], KELVIN)),
    ("org.smpte.rdd18.camera.shutterspeed_angle", |m, i| number(&mut m.shutter_angle, i, &[], DEGREES)),
    ("org.smpte.rdd18.camera.shutterspeed_time", seconds),
    ("org.smpte.rdd18.camera.neutraldensityfilterwheelsetting", transmission),
    ("org.smpte.rdd18.lens.irisfnumber", |m, i| number(&mut m.f_number, i, &["F", "f/", "f"], &[])),
    // Recorders: the picture's own camera by Exif and TIFF names.
    ("com.apple.proapps.manufacturer", |m, i| text(&mut m.make, i)),
    ("com.apple.proapps.modelname", |m, i| text(&mut m.model, i)),
    ("com.apple.proapps.serialno", |m, i| text(&mut m.serial, i)),
    ("com.apple.proapps.clipID", |m, i| text(&mut m.clip_name, i)),
    ("com.apple.proapps.reel", |m, i| text(&mut m.reel, i)),
    ("com.apple.proapps.studio.reel", |m, i| text(&mut m.reel, i)),
    ("com.apple.proapps.scene", |m, i| text(&mut m.scene, i)),
    ("com.apple.proapps.exif.{Exif}.FNumber", |m, i| number(&mut m.f_number, i, &[], &[])),
    ("com.apple.proapps.exif.{Exif}.ExposureIndex", |m, i| index(&mut m.exposure_index, i)),
    ("com.apple.proapps.image.{TIFF}.Make", |m, i| text(&mut m.make, i)),
    ("com.apple.proapps.image.{TIFF}.Model", |m, i| text(&mut m.model, i)),
    ("com.apple.proapps.image.{TIFF}.Software", |m, i| text(&mut m.software, i)),
    // Apple's own (QTFF "QuickTime Metadata Keys").
    ("com.apple.quicktime.make", |m, i| text(&mut m.make, i)),
    ("com.apple.quicktime.model", |m, i| text(&mut m.model, i)),
    ("com.apple.quicktime.software", |m, i| text(&mut m.software, i)),
    ("com.apple.quicktime.creationdate", |m, i| text(&mut m.date_time, i)),
    ("com.apple.quicktime.director", |m, i| text(&mut m.director, i)),
    ("com.apple.quicktime.camera.lens_model", |m, i| text(&mut m.lens, i)),
    ("com.apple.quicktime.camera.lens_irisfnumber", |m, i| number(&mut m.f_number, i, &["F", "f/", "f"], &[])),
    ("com.android.capture.fps", |m, i| rate(&mut m.sensor_frame_rate, i)),
    // User data of QuickTime, and iTunes items.
    ("©mak", |m, i| text(&mut m.make, i)),
    ("©mod", |m, i| text(&mut m.model, i)),
    ("©day", |m, i| text(&mut m.date_time, i)),
    ("©dir", |m, i| text(&mut m.director, i)),
    ("©swr", |m, i| text(&mut m.software, i)),
    ("©too", |m, i| text(&mut m.software, i)),
    ("©TIM", timecode),
    // GoPro.
    ("FIRM", |m, i| text(&mut m.firmware, i)),
    ("LENS", |m, i| text(&mut m.lens_serial, i)),
    // FFmpeg's copies of what it was told; the tracks go first.
    ("timecode", timecode),
    ("make", |m, i| text(&mut m.make, i)),
    ("model", |m, i| text(&mut m.model, i)),
    ("encoder", |m, i| text(&mut m.software, i)),
];
