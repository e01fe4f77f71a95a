//! Writes one frame as CinemaDNG: little-endian TIFF, one uncompressed strip of packed 12-bit samples.
//!
//! Adobe DNG 1.4 and CinemaDNG 1.1. Every frame of a clip has the same layout, byte for byte.

use super::{
    clips::{ClipSpec, RATE},
    sensor::{self, Sensor},
};
use crate::{
    camera::{FrameNumber, Timecode},
    image::{CfaColor, Size},
};

pub const MAKE: &str = "Prelight";
pub const MODEL: &str = "Bench 1";
pub const UNIQUE_MODEL: &str = "Prelight Bench 1";
pub const FIRMWARE: &str = "Bench 1.00";
pub const EXPOSURE_INDEX: u16 = 800;
/// 1/48 s: 180 degrees at 24 frames a second.
const SHUTTER: (u32, u32) = (1, 48);
/// The strip starts on a multiple of this.
const ALIGNMENT: usize = 4096;

/// One frame as a file.
pub fn frame(clip: &ClipSpec, sensor: &Sensor, frame: FrameNumber, codes: &[u16]) -> Vec<u8> {
    let size = clip.framing.canvas;
    let timecode = clip.recorded_timecode(frame);
    // Positions do not change the length of a directory: lay it out once to learn them, once to write them.
    let layout = |exif_at: u32, strip_at: u32| {
        let mut main = main_directory(clip, sensor, size, timecode);
        main.long(34665, &[exif_at]);
        main.long(273, &[strip_at]);
        main.serialize(8)
    };
    let exif_at = 8 + layout(0, 0).len();
    let exif = exif_directory(clip, timecode).serialize(exif_at as u32);
    let strip_at = (exif_at + exif.len()).next_multiple_of(ALIGNMENT);

    let mut file = Vec::with_capacity(strip_at + strip_bytes(size));
    file.extend(b"II*\0\x08\0\0\0");
    file.extend(layout(exif_at as u32, strip_at as u32));
    file.extend(exif);
    file.resize(strip_at, 0);
    pack(codes, size, &mut file);
    file
}

fn row_bytes(size: Size) -> usize {
    (size.width as usize * 12).div_ceil(8)
}

fn strip_bytes(size: Size) -> usize {
    row_bytes(size) * size.height as usize
}

/// Two samples to three bytes, most significant bit first; the canvases here are of even width.
fn pack(codes: &[u16], size: Size, out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + strip_bytes(size), 0);
    for (bytes, pair) in out[start..].chunks_exact_mut(3).zip(codes.chunks_exact(2)) {
        bytes.copy_from_slice(&[(pair[0] >> 4) as u8, (pair[0] << 4) as u8 | (pair[1] >> 8) as u8, pair[1] as u8]);
    }
}

fn main_directory(clip: &ClipSpec, sensor: &Sensor, size: Size, timecode: Timecode) -> Directory {
    let mut d = Directory::default();
    let filter = |x, y| match sensor::CFA.color(x, y) {
        CfaColor::Red => 0u8,
        CfaColor::Green => 1,
        CfaColor::Blue => 2,
    };
    let lens = &clip.lens;
    let matrix = |m: [[i32; 3]; 3]| m.map(|row| row.map(|v| (v, 10_000))).concat();
    let bcd = |v: u8| v / 10 * 16 + v % 10;

    d.long(254, &[0]);
    d.long(256, &[size.width]);
    d.long(257, &[size.height]);
    d.short(258, &[12]);
    d.short(259, &[1]);
    d.short(262, &[32803]);
    d.ascii(270, &format!("Prelight demo show, {}", clip.sensor_mode));
    d.ascii(271, MAKE);
    d.ascii(272, MODEL);
    d.short(274, &[1]);
    d.short(277, &[1]);
    d.long(278, &[size.height]);
    d.long(279, &[strip_bytes(size) as u32]);
    d.short(284, &[1]);
    d.ascii(305, FIRMWARE);
    d.ascii(306, &date_time(timecode));
    d.short(33421, &[2, 2]);
    d.byte(33422, &[filter(0, 0), filter(1, 0), filter(0, 1), filter(1, 1)]);
    d.byte(50706, &[1, 4, 0, 0]);
    d.byte(50707, &[1, 1, 0, 0]);
    d.ascii(50708, UNIQUE_MODEL);
    d.byte(50710, &[0, 1, 2]);
    d.short(50711, &[1]);
    d.short(50712, &sensor::LINEARIZATION);
    d.short(50713, &[1, 1]);
    d.short(50714, &[sensor::BLACK]);
    d.long(50717, &[sensor::WHITE.into()]);
    d.rational(50718, &[(clip.framing.squeeze, 1), (1, 1)]);
    d.long(50719, &[0, 0]);
    d.long(50720, &[size.width, size.height]);
    d.srational(50721, &matrix(sensor::COLOR_MATRIX_A));
    d.srational(50722, &matrix(sensor::COLOR_MATRIX_D65));
    d.rational(50728, &sensor.neutral.map(|v| ((v * 1e6).round() as u32, 1_000_000)));
    d.srational(50730, &[(sensor::BASELINE_QUARTERS, 4)]);
    d.ascii(50735, clip.serial);
    if !clip.faults.no_lens {
        d.rational(50736, &[(lens.focal_length, 1), (lens.focal_length, 1), (lens.f_number, 10), (lens.f_number, 10)]);
    }
    d.short(50778, &[17]);
    d.short(50779, &[21]);
    d.long(50829, &[0, 0, size.height, size.width]);
    // Variance of a sample between black (0) and clip (1): slope times the signal plus a constant.
    let full_well = f64::from(sensor::FULL_WELL);
    let read = f64::from(sensor::READ_NOISE) / full_well;
    d.double(51041, &[1.0 / full_well, read * read]);
    d.byte(51043, &[bcd(timecode.frames), bcd(timecode.seconds), bcd(timecode.minutes), bcd(timecode.hours), 0, 0, 0, 0]);
    d.srational(51044, &[RATE]);
    d.rational(51058, &[(lens.t_stop, 10)]);
    d.ascii(51081, clip.reel);
    d.ascii(51105, clip.camera_label);
    d
}

fn exif_directory(clip: &ClipSpec, timecode: Timecode) -> Directory {
    let mut d = Directory::default();
    d.rational(33434, &[SHUTTER]);
    d.rational(33437, &[(clip.lens.f_number, 10)]);
    d.short(34855, &[EXPOSURE_INDEX]);
    d.undefined(36864, b"0231");
    d.ascii(36867, &date_time(timecode));
    d.rational(37382, &[(25, 10)]);
    d.rational(37386, &[(clip.lens.focal_length, 1)]);
    d.ascii(42033, clip.serial);
    d.ascii(42035, MAKE);
    if !clip.faults.no_lens {
        d.ascii(42036, clip.lens.model);
        d.ascii(42037, clip.lens.serial);
    }
    d
}

/// The timecode is the time of the day.
fn date_time(timecode: Timecode) -> String {
    format!("2026:11:21 {:02}:{:02}:{:02}", timecode.hours, timecode.minutes, timecode.seconds)
}

/// A TIFF directory in the making.
#[derive(Default)]
struct Directory {
    entries: Vec<Entry>,
}

struct Entry {
    tag: u16,
    kind: u16,
    count: u32,
    data: Vec<u8>,
}

impl Directory {
    fn push<T, const N: usize>(&mut self, tag: u16, kind: u16, values: &[T], bytes: impl Fn(&T) -> [u8; N]) {
        let data = values.iter().flat_map(bytes).collect();
        self.entries.push(Entry { tag, kind, count: values.len() as u32, data });
    }
    fn byte(&mut self, tag: u16, values: &[u8]) {
        self.push(tag, 1, values, |v| [*v]);
    }
    fn ascii(&mut self, tag: u16, text: &str) {
        self.push(tag, 2, &[text.as_bytes(), b"\0"].concat(), |v| [*v]);
    }
    fn short(&mut self, tag: u16, values: &[u16]) {
        self.push(tag, 3, values, |v| v.to_le_bytes());
    }
    fn long(&mut self, tag: u16, values: &[u32]) {
        self.push(tag, 4, values, |v| v.to_le_bytes());
    }
    fn undefined(&mut self, tag: u16, values: &[u8]) {
        self.push(tag, 7, values, |v| [*v]);
    }
    fn double(&mut self, tag: u16, values: &[f64]) {
        self.push(tag, 12, values, |v| v.to_le_bytes());
    }
    fn rational(&mut self, tag: u16, values: &[(u32, u32)]) {
        self.push(tag, 5, values, |(n, d)| pair(n.to_le_bytes(), d.to_le_bytes()));
    }
    fn srational(&mut self, tag: u16, values: &[(i32, i32)]) {
        self.push(tag, 10, values, |(n, d)| pair(n.to_le_bytes(), d.to_le_bytes()));
    }

    /// The directory as it stands at offset `at` of the file, values that do not fit an entry behind it.
    fn serialize(mut self, at: u32) -> Vec<u8> {
        self.entries.sort_by_key(|e| e.tag);
        let values_at = at + 2 + 12 * self.entries.len() as u32 + 4;
        let mut values: Vec<u8> = vec![];
        let mut out = (self.entries.len() as u16).to_le_bytes().to_vec();
        for entry in self.entries {
            out.extend(entry.tag.to_le_bytes());
            out.extend(entry.kind.to_le_bytes());
            out.extend(entry.count.to_le_bytes());
            if entry.data.len() <= 4 {
                let mut inline = [0; 4];
                inline[..entry.data.len()].copy_from_slice(&entry.data);
                out.extend(inline);
            } else {
                out.extend((values_at + values.len() as u32).to_le_bytes());
                values.extend(entry.data);
                // Values begin on word boundaries (TIFF 6.0, section 2).
                values.resize(values.len().next_multiple_of(2), 0);
            }
        }
        out.extend([0; 4]);
        out.extend(values);
        out
    }
}

fn pair(a: [u8; 4], b: [u8; 4]) -> [u8; 8] {
    std::array::from_fn(|i| if i < 4 { a[i] } else { b[i - 4] })
}
