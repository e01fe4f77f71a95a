//! The normalised metadata of an MLV recording.

use super::{
    blocks::{FileHeader, Index},
    raw::Raw,
};
use crate::camera::{Field, Metadata, Rational};

/// White balance modes of WBAL.
pub const WB_AUTO: u32 = 0;
pub const WB_CUSTOM: u32 = 6;
pub const WB_KELVIN: u32 = 9;

/// Name of a white balance mode.
pub fn mode_name(mode: u32) -> String {
    match mode {
        WB_AUTO => "auto".into(),
        1 => "sunny".into(),
        2 => "cloudy".into(),
        3 => "tungsten".into(),
        4 => "fluorescent".into(),
        5 => "flash".into(),
        WB_CUSTOM => "custom".into(),
        8 => "shade".into(),
        WB_KELVIN => "kelvin".into(),
        other => format!("mode {other}"),
    }
}

pub fn read(header: &FileHeader, index: &Index, raw: Option<&Raw>) -> Metadata {
    let mut m = Metadata::default();
    rate(&mut m, header);
    m.frame_count = Some(Field::derived(index.frames.len() as u64, "VIDF blocks"));
    if let Some(raw) = raw {
        m.resolution = Some(Field::stated(raw.size, "RAWI xRes, yRes"));
        m.bit_depth = Some(Field::stated(raw.bits, "RAWI bits_per_pixel"));
        m.cfa = Some(Field::stated(raw.cfa.to_string(), "RAWI cfa_pattern"));
        m.transfer = Some(Field::derived("linear".into(), "MLVI videoClass"));
        m.unmapped.insert("Black level".into(), raw.black.to_string());
        m.unmapped.insert("White level".into(), raw.white.to_string());
    }
    if let Some(b) = index.get(b"EXPO") {
        m.exposure_index = Some(b.u32(20)).filter(|&v| v > 0).map(|v| Field::stated(v, "EXPO isoValue"));
        let time = Some(b.u64(32)).filter(|&us| us > 0 && b.0.len() >= 40).map(|us| us as f64 / 1e6);
        m.exposure_time = time.map(|t| Field::stated(t, "EXPO shutterValue"));
        note(&mut m, "ISO mode", b.u32(16), |v| if v == 0 { "manual".into() } else { "auto".into() });
        note(&mut m, "Digital gain", b.u32(28), |v| v.to_string());
    }
    if let (Some(time), Some(rate)) = (&m.exposure_time, &m.frame_rate) {
        let angle = 360.0 * time.value * rate.value.to_f64();
        if angle <= 360.0 {
            m.shutter_angle = Some(Field::derived(angle, format!("{} x {}", time.key, rate.key)));
        }
    }
    if let Some(b) = index.get(b"LENS") {
        let some = |v: u16| Some(f64::from(v)).filter(|&v| v > 0.0 && v < 65_535.0);
        m.focal_length = some(b.u16(16)).map(|v| Field::stated(v, "LENS focalLength"));
        m.focus_distance = some(b.u16(18)).map(|v| Field::stated(v / 1000.0, "LENS focalDist"));
        m.f_number = some(b.u16(20)).map(|v| Field::stated(v / 100.0, "LENS aperture"));
        m.lens = b.text(32, 32).map(|t| Field::stated(t, "LENS lensName"));
        text(&mut m, "Lens serial", b.text(64, 32));
        note(&mut m, "Lens ID", b.u32(28), |v| format!("{v:#x}"));
    }
    if let Some(b) = index.get(b"IDNT") {
        m.model = b.text(16, 32).map(|t| Field::stated(t, "IDNT cameraName"));
        m.serial = b.text(52, 32).map(|t| Field::stated(t, "IDNT cameraSerial"));
        if m.model.as_ref().is_some_and(|f| f.value.starts_with("Canon")) {
            m.make = Some(Field::derived("Canon".into(), "IDNT cameraName"));
        }
        note(&mut m, "Camera model number", b.u32(48), |v| format!("{v:#x}"));
    }
    if let Some(b) = index.get(b"RTCI") {
        m.date_time = date([b.u16(26), b.u16(24), b.u16(22), b.u16(20), b.u16(18), b.u16(16)]).map(|d| Field::stated(d, "RTCI"));
    }
    if let Some(b) = index.get(b"WBAL") {
        let (mode, kelvin) = (b.u32(16), b.u32(20));
        let key = "WBAL kelvin";
        m.white_balance = match mode {
            WB_KELVIN => kelvin_of(kelvin).map(|k| Field::stated(k, key)),
            WB_AUTO => kelvin_of(kelvin).map(|k| Field::assumed(k, key)),
            _ => None,
        };
        m.unmapped.insert("White balance mode".into(), mode_name(mode));
        m.unmapped.insert("White balance gains".into(), format!("{} {} {}", b.u32(24), b.u32(28), b.u32(32)));
        m.unmapped.insert("White balance shift".into(), format!("{} {}", b.i32(36), b.i32(40)));
    }
    if let Some(b) = index.get(b"ELVL") {
        m.unmapped.insert("Level roll, pitch".into(), format!("{} {}", f64::from(b.i32(16)) / 100.0, f64::from(b.i32(20)) / 100.0));
    }
    if let Some(b) = index.get(b"DISO") {
        m.unmapped.insert("Dual ISO mode, ISO".into(), format!("{} {}", b.u32(16), b.u32(20)));
    }
    if !index.info.is_empty() {
        m.unmapped.insert("Info".into(), index.info.join("; "));
    }
    for (kind, count) in &index.skipped {
        m.unmapped.insert(format!("Blocks {}", kind.escape_ascii()), format!("{count}, not read"));
    }
    if index.doubles > 0 {
        m.unmapped.insert("Frames with a number that was there before".into(), index.doubles.to_string());
    }
    for (file, at) in &index.broken {
        m.unmapped.insert(format!("File {file} ends within a block"), format!("byte {at}"));
    }
    m.unmapped.insert("Recording ID".into(), format!("{:016x}", header.guid));
    let flags = [(1, "frames out of order"), (2, "frames were dropped"), (4, "single pictures"), (8, "stopped by an error")];
    let flags: Vec<&str> = flags.iter().filter(|f| header.flags & f.0 != 0).map(|f| f.1).collect();
    if !flags.is_empty() {
        m.unmapped.insert("Recording".into(), flags.join(", "));
    }
    m
}

/// A colour temperature that is one.
pub fn kelvin_of(kelvin: u32) -> Option<f64> {
    (1667..=100_000).contains(&kelvin).then_some(f64::from(kelvin))
}

/// 23976/1000 stands for 24000/1001.
fn rate(m: &mut Metadata, header: &FileHeader) {
    let key = "MLVI sourceFps";
    let Some(stated) = Rational::new(header.rate.0.into(), header.rate.1.into()) else { return };
    let Some(rate) = Rational::frame_rate(stated.to_f64()) else { return };
    m.frame_rate = Some(if rate.same_as(stated) { Field::stated(stated, key) } else { Field::derived(rate, key) });
}

fn date([year, month, day, hour, minute, second]: [u16; 6]) -> Option<String> {
    let real = year < 300 && month < 12 && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 62;
    // Years since 1900, months from 0, as C's struct tm has them.
    real.then(|| format!("{}-{:02}-{day:02} {hour:02}:{minute:02}:{second:02}", 1900 + year, month + 1))
}

fn note(m: &mut Metadata, key: &str, value: u32, words: impl Fn(u32) -> String) {
    m.unmapped.insert(key.into(), words(value));
}

fn text(m: &mut Metadata, key: &str, value: Option<String>) {
    if let Some(value) = value {
        m.unmapped.insert(key.into(), value);
    }
}
