//! The normalised metadata of a DPX file.

use super::{
    codes,
    header::{Element, Header, Key, key},
    pixels,
};
use crate::camera::{Field, Metadata, Rational, Timecode, tiff::ByteOrder};

const TIME_CODE: Key = Key(1920, "time code");
const FILM_RATE: Key = Key(1724, "frame rate of original");
const VIDEO_RATE: Key = Key(1940, "temporal sampling rate");

/// Texts that the schema has no place for: key and length.
const TEXTS: [(Key, usize); 11] = [
    (key::VERSION, 8),
    (Key(36, "image filename"), 100),
    (Key(260, "project name"), 200),
    (Key(460, "copyright"), 200),
    (Key(1432, "source image filename"), 100),
    (Key(1664, "film manufacturer, type, offset, prefix, count"), 16),
    (Key(1680, "format"), 32),
    (Key(1732, "frame identification"), 32),
    (Key(1764, "slate information"), 100),
    (Key(812, "description of image element"), 32),
    (Key(136, "creation date/time"), 24),
];
/// Whole numbers that the schema has no place for.
const NUMBERS: [Key; 6] = [
    Key(20, "ditto key"),
    Key(1408, "x offset"),
    Key(1412, "y offset"),
    Key(1712, "frame position in sequence"),
    Key(1716, "sequence length"),
    Key(1720, "held count"),
];
/// Ratios that the schema has no place for.
const DECIMALS: [Key; 9] = [
    Key(1636, "x scanned size"),
    Key(1640, "y scanned size"),
    Key(1932, "horizontal sampling rate"),
    Key(1936, "vertical sampling rate"),
    Key(1948, "gamma"),
    Key(1952, "black level code value"),
    Key(1956, "black gain"),
    Key(1960, "breakpoint"),
    Key(1964, "reference white level code value"),
];

/// Reads everything but what concerns the clip as a whole (name, number of frames).
pub fn read(header: &Header, elements: &[Element], size: crate::image::Size) -> Metadata {
    let text = |key: Key, length: usize| header.text(key.0, length).map(|t| Field::stated(t, key.to_string()));
    let first = &elements[0];
    let mut m = Metadata {
        start_timecode: timecode(header).map(|t| Field::stated(t, TIME_CODE.to_string())),
        frame_rate: [VIDEO_RATE, FILM_RATE].into_iter().find_map(|key| {
            let rate = Rational::frame_rate(decimal(header.positive(key.0)?))?;
            Some(Field::stated(rate, key.to_string()))
        }),
        resolution: Some(Field::stated(size, format!("{}, {}", key::WIDTH, key::HEIGHT))),
        squeeze: header.pixel_aspect().ok().flatten().map(|a| Field::stated(a, key::ASPECT.to_string())),
        codec: Some(Field::stated(
            match first.encoding {
                0 => "uncompressed".into(),
                1 => "run-length".into(),
                other => format!("encoding {other}"),
            },
            first.encoding_key().to_string(),
        )),
        bit_depth: Some(Field::stated(first.bits.into(), first.bits_key().to_string())),
        model: text(Key(1556, "input device name"), 32),
        serial: text(Key(1588, "input device serial number"), 32),
        shutter_angle: header
            .positive(1728)
            .filter(|&a| a <= 360.0)
            .map(|a| Field::stated(decimal(a), Key(1728, "shutter angle of camera").to_string())),
        transfer: codes::transfer_name(first.transfer).map(|n| Field::stated(n.to_owned(), first.transfer_key().to_string())),
        gamut: codes::colorimetric_name(first.colorimetric).map(|n| Field::stated(n.to_owned(), first.colorimetric_key().to_string())),
        date_time: text(Key(1532, "source image date/time"), 24).or_else(|| text(Key(136, "creation date/time"), 24)),
        software: text(Key(160, "creator"), 100),
        ..Metadata::default()
    };
    let mut keep = |key: Key, value: String| {
        m.unmapped.insert(key.to_string(), value);
    };
    for (key, length) in TEXTS {
        if let Some(text) = header.text(key.0, length) {
            keep(key, text);
        }
    }
    for key in NUMBERS {
        if let Some(number) = header.u32(key.0) {
            keep(key, number.to_string());
        }
    }
    for key in DECIMALS {
        if let Some(number) = header.positive(key.0) {
            keep(key, number.to_string());
        }
    }
    if let Some(code) = header.u16(key::ORIENTATION.0) {
        keep(key::ORIENTATION, codes::orientation_name(code).map_or_else(|| code.to_string(), str::to_owned));
    }
    if let Some(bits) = header.u32(1924).filter(|_| m.start_timecode.is_some()) {
        keep(Key(1924, "user bits"), format!("{bits:08x}"));
    }
    for element in elements {
        keep(element.descriptor_key(), element.descriptor_name());
        keep(element.packing_key(), pixels::packing_name(element).to_owned());
    }
    keep(Key(0, "magic number"), if header.order == ByteOrder::Big { "SDPX, big-endian" } else { "XPDS, little-endian" }.to_owned());
    // Said in a field of its own already.
    if m.date_time.as_ref().is_some_and(|d| d.key == Key(136, "creation date/time").to_string()) {
        m.unmapped.remove(&Key(136, "creation date/time").to_string());
    }
    m
}

/// The television header's time code: BCD of hours, minutes, seconds and frames with the flags of ST 12-1. Programs that
/// know none write 0 there, and 0 as rates: that says nothing.
pub fn timecode(header: &Header) -> Option<Timecode> {
    let bits = header.u32(TIME_CODE.0)?;
    if bits == 0 && header.positive(VIDEO_RATE.0).is_none() && header.positive(FILM_RATE.0).is_none() {
        return None;
    }
    let [hours, minutes, seconds, frames] = bits.to_be_bytes();
    let bcd = |byte: u8, mask: u8| {
        let (tens, units) = ((byte & mask) >> 4, byte & 0xf);
        (units < 10).then_some(tens * 10 + units)
    };
    Timecode::new(bcd(hours, 0x3f)?, bcd(minutes, 0x7f)?, bcd(seconds, 0x7f)?, bcd(frames, 0x3f)?, frames & 0x40 != 0)
}

/// The decimal an f32 stands for.
fn decimal(v: f32) -> f64 {
    v.to_string().parse().unwrap_or(f64::from(v))
}
