//! The normalised metadata of an ARRIRAW header.

use super::{header::Header, pixels::Coding};
use crate::camera::{Field, Metadata, Rational};

/// Adds what the header says where it says something.
struct Notes<'m> {
    metadata: &'m mut Metadata,
}

impl Notes<'_> {
    fn put(&mut self, key: &str, value: impl ToString) {
        self.metadata.unmapped.insert(key.to_owned(), value.to_string());
    }
    fn text(&mut self, key: &str, value: Option<String>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }
    /// A whole number other than 0.
    fn number(&mut self, key: &str, value: impl Into<u64>) {
        match value.into() {
            0 => {}
            value => self.put(key, value),
        }
    }
    fn decimal(&mut self, key: &str, value: Option<f64>) {
        if let Some(value) = value.filter(|&v| v != 0.0) {
            self.put(key, value);
        }
    }
    /// Numbers of which one at least is not 0.
    fn decimals(&mut self, key: &str, values: &[Option<f64>]) {
        if values.iter().all(Option::is_some) && values.iter().flatten().any(|&v| v != 0.0) {
            self.put(key, values.iter().flatten().map(f64::to_string).collect::<Vec<_>>().join(" "));
        }
    }
    fn named(&mut self, key: &str, value: u32, names: &[(u32, &str)]) {
        match names.iter().find(|n| n.0 == value) {
            Some((_, name)) => self.put(key, name),
            None if value == 0 => {}
            None => self.put(key, value),
        }
    }
}

/// Everything but what concerns the clip as a whole (number of frames, and its name where the header has none).
pub fn read(h: &Header, coding: Option<&Coding>) -> Metadata {
    let mut m = Metadata {
        clip_name: text(h, 0x698, 20, "ARRI 0x698 clip name"),
        reel: text(h, 0x4f8, 8, "ARRI 0x4F8 reel"),
        camera_index: text(h, 0x178, 4, "ARRI 0x178 camera index"),
        start_timecode: h.timecode(0x1a8).map(|tc| Field::stated(tc, "ARRI 0x1A8 master timecode")),
        frame_rate: thousandths(h, 0x1a4).and_then(Rational::frame_rate).map(|r| Field::stated(r, "ARRI 0x1A4 project fps")),
        make: Some(Field::stated("ARRI".into(), "ARRI 0x000 magic")),
        model: text(h, 0x2f8, 20, "ARRI 0x2F8 camera model").or_else(|| text(h, 0x29c, 8, "ARRI 0x29C camera family")),
        serial: some(h.u32(0x170)).map(|v| Field::stated(v.to_string(), "ARRI 0x170 camera serial")),
        exposure_index: some(h.u32(0x074)).map(|v| Field::stated(v, "ARRI 0x074 exposure index")),
        exposure_time: some(h.u32(0x18c)).map(|us| Field::stated(f64::from(us) / 1e6, "ARRI 0x18C exposure time")),
        shutter_angle: thousandths(h, 0x190).filter(|&a| a <= 360.0).map(|a| Field::stated(a, "ARRI 0x190 shutter angle")),
        white_balance: some(h.u32(0x05c)).map(|k| Field::stated(f64::from(k), "ARRI 0x05C white balance")),
        lens: text(h, 0x398, 32, "ARRI 0x398 lens model"),
        focal_length: thousandths(h, 0x37c).map(|mm| Field::stated(mm, "ARRI 0x37C focal length")),
        t_stop: t_stop(h.u32(0x384) as i32).map(|t| Field::derived(t, "ARRI 0x384 iris")),
        focus_distance: focus(h),
        squeeze: squeeze(h).map(|s| Field::stated(s, "ARRI 0x0C4 lens squeeze")),
        date_time: date(h.u32(0x17c)).map(|d| Field::derived(d, "ARRI 0x17C date")),
        resolution: Some(Field::stated(h.active_area.size(), "ARRI 0x02C active width, 0x030 active height")),
        ..Metadata::default()
    };
    if m.white_balance.is_some() {
        m.tint = h.f32(0x060).map(|t| Field::stated(t, "ARRI 0x060 CC tint"));
    }
    if h.active_area.size() == h.size {
        m.resolution = Some(Field::stated(h.size, "ARRI 0x014 width, 0x018 height"));
    }
    if let Some(coding) = coding {
        m.codec = Some(Field::derived("ARRIRAW, 12 bit packed".into(), "ARRI 0x29C camera family"));
        m.bit_depth = Some(Field::derived(12, "ARRI 0x29C camera family"));
        m.cfa = Some(Field::derived(coding.cfa_of(h.active_area).to_string(), "ARRI 0x29C camera family"));
        m.sensor_mode = Some(Field::derived(coding.describe(), "green continuity of the first frame"));
    }
    m.transfer = Some(Field::assumed(super::WHY.into(), "no field of the file"));
    keep(&mut Notes { metadata: &mut m }, h);
    m
}

/// What the schema has no place for.
fn keep(n: &mut Notes, h: &Header) {
    n.number("Data type", h.u32(0x01c));
    n.number("Data space", h.u32(0x020));
    n.put("Stored size", h.size);
    n.number("Full width", h.u32(0x03c));
    n.number("Full height", h.u32(0x040));

    n.number("Colour processing version", h.u32(0x058));
    n.decimals("White balance factors", &[0x064, 0x068, 0x06c].map(|at| h.f32(at)));
    n.number("White balance applied", h.u32(0x070));
    n.named("Target colour space", h.u32(0x0bc), &[(2, "LogC Wide Gamut")]);
    n.decimal("Sharpness", h.f32(0x0c0));
    n.named("Orientation", h.u32(0x0c8), &[(1, "mirrored horizontally"), (12, "mirrored horizontally and vertically")]);

    n.text("Look name", h.text(0x0cc, 32));
    n.named("Look LUT mode", h.u32(0x0ec), &[(1, "mono"), (2, "3D")]);
    n.number("Look LUT size", h.u32(0x0f4));
    n.decimal("Look saturation", h.f32(0x0f8));
    n.decimal("CDL saturation", h.f32(0x0fc));
    n.decimals("CDL slope", &[0x100, 0x104, 0x108].map(|at| h.f32(at)));
    n.decimals("CDL offset", &[0x10c, 0x110, 0x114].map(|at| h.f32(at)));
    n.decimals("CDL power", &[0x118, 0x11c, 0x120].map(|at| h.f32(at)));
    n.named("CDL mode", h.u32(0x130), &[(1, "Alexa video"), (2, "CDL video"), (3, "CDL LogC")]);
    n.number("Look checksum", h.u32(0x134));
    n.number("Colour order", h.u32(0x138));

    n.number("Camera type", h.u32(0x164));
    n.number("Camera revision", h.u32(0x168));
    n.text("Camera ID", h.text(0x174, 4));
    // How the bytes of the time are ordered is not known for sure.
    if h.u32(0x180) != 0 {
        n.put("Time (BCD)", format!("{:08x}", h.u32(0x180)));
    }
    n.decimal("Sensor fps", thousandths(h, 0x1a0));
    n.number("Frame count of the recording", h.u32(0x1ac));
    n.decimal("Timecode base fps", thousandths(h, 0x1b0));
    n.number("Media serial", h.u64(0x268));
    n.text("Camera family", h.family());
    n.text("Recorder", h.text(0x2a4, 32));
    match h.u32(0x2c4) {
        0 => {}
        bits => {
            n.put("Mirror shutter", bits & 1);
            n.put("Duplicate image", bits >> 1 & 1);
        }
    }
    let uuid = h.bytes(0x2d0, 16);
    if uuid.iter().any(|&b| b != 0) {
        // Stored with its first fields little-endian.
        n.put("UUID", uuid::Uuid::from_bytes_le(uuid.try_into().unwrap_or_default()));
    }
    n.number("Camera product", h.u16(0x30c));
    n.number("Camera sub-product", h.u16(0x30e));

    n.number("Lens serial", h.u32(0x380));
    n.number("Focus distance (raw)", h.u32(0x378));
    n.named("Iris", h.u32(0x384), &[(u32::MAX - 1, "closed"), (u32::MAX - 2, "nearly closed")]);
    n.number("ND filter type", h.u16(0x388));
    n.number("ND filter density", h.u16(0x38a));

    n.number("Master or slave", h.u32(0x464));
    n.number("Eye", h.u32(0x468));
    n.decimal("Camera tilt", h.f32(0x45c));
    n.decimal("Camera roll", h.f32(0x460));

    n.number("Circle take", h.u32(0x4f4));
    for (key, at, len) in [
        ("Scene", 0x500, 16),
        ("Take", 0x510, 8),
        ("Director", 0x518, 24),
        ("Director of photography", 0x538, 24),
        ("Production", 0x558, 24),
        ("Company", 0x578, 24),
        ("Sound file", 0x72c, 32),
        ("Sound roll", 0x74c, 32),
        ("Sound scene", 0x76c, 32),
        ("Sound take", 0x78c, 32),
        ("Frame line file 1", 0x850, 32),
        ("Frame line file 2", 0x870, 32),
    ] {
        n.text(key, h.text(at, len));
    }
    if h.u32(0x71c) != 0
        && let Some(timecode) = h.timecode(0x71c)
    {
        n.put("Sound timecode", timecode);
    }
    for entry in h.text(0x598, 256).unwrap_or_default().split(';') {
        if let Some((key, value)) = entry.split_once(':').filter(|(k, v)| !k.trim().is_empty() && !v.trim().is_empty()) {
            n.put(&format!("User: {}", key.trim()), value.trim());
        }
    }
    for (name, at) in ["1A", "1B", "1C", "2A", "2B", "2C"].iter().zip([0x890, 0x8c0, 0x8f0, 0x920, 0x950, 0x980]) {
        frame_line(n, h, name, at);
    }
    n.number("Noise reduction mode", h.u32(0x9d8));
    n.decimal("Noise reduction strength", h.f32(0x9dc));
    n.number("Noise reduction applied", h.u32(0x9e0));
}

/// 48 bytes: kind, name, left, top, width, height.
fn frame_line(n: &mut Notes, h: &Header, name: &str, at: usize) {
    let [left, top, width, height] = [36, 38, 40, 42].map(|i| h.u16(at + i));
    let kind = match h.u32(at) {
        0 => return,
        1 => "master".to_owned(),
        2 => "auxiliary".to_owned(),
        other => format!("kind {other}"),
    };
    let title = h.text(at + 4, 32).map_or_else(String::new, |t| format!(" {t:?}"));
    n.put(&format!("Frame line {name}"), format!("{kind}{title}, {width}x{height} at {left}, {top}"));
}

fn text(h: &Header, at: usize, len: usize, key: &str) -> Option<Field<String>> {
    h.text(at, len).map(|t| Field::stated(t, key))
}

/// A number that is set: neither 0 nor all ones.
fn some(v: u32) -> Option<u32> {
    (v != 0 && v != u32::MAX).then_some(v)
}

fn thousandths(h: &Header, at: usize) -> Option<f64> {
    some(h.u32(at)).map(|v| f64::from(v) / 1000.0)
}

/// T = 2^((v / 1000 - 1) / 2); negative numbers say that the iris is not known or closed.
fn t_stop(v: i32) -> Option<f64> {
    (1..=30_000).contains(&v).then(|| ((f64::from(v) / 1000.0 - 1.0) / 2.0).exp2())
}

/// Thousandths of the unit: that scale is what the other lens fields have, no source says it of this one.
fn focus(h: &Header) -> Option<Field<f64>> {
    let metres = match h.u32(0x374) {
        0 => 0.0254,
        1 => 1.0,
        _ => return None,
    };
    let key = "ARRI 0x378 focus distance, 0x374 unit";
    some(h.u32(0x378)).filter(|&v| v < i32::MAX as u32).map(|v| Field::assumed(f64::from(v) / 1000.0 * metres, key))
}

/// Width of a pixel's picture over its height.
pub fn squeeze(h: &Header) -> Option<f64> {
    h.f32(0x0c4).filter(|s| (0.05..=20.0).contains(s))
}

/// BCD `0xYYYYMMDD`.
fn date(v: u32) -> Option<String> {
    let digits = format!("{v:08x}");
    let part = |range: std::ops::Range<usize>| digits[range].parse::<u32>().ok();
    let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
    let real = (1990..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    real.then(|| format!("{year:04}-{month:02}-{day:02}"))
}
