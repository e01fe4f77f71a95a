//! The normalised metadata of a DNG file. A field that cannot be read is noted among the unmapped ones, not dropped.

use super::{
    directories::Directories,
    layout::{self, Frame},
    picture,
};
use crate::{
    camera::{
        CameraColor, Field, Metadata, NoiseProfile, Rational, Timecode, opcodes,
        tiff::{Ifd, Tag, Tiff},
    },
    error::{Error, Result},
    image::Rect,
};
use std::{collections::BTreeSet, fmt::Display};

/// Reads everything but what concerns the clip as a whole (name, number of frames).
pub fn read(tiff: &Tiff, dirs: &Directories, frame: &Frame, color: Option<&CameraColor>) -> Metadata {
    let mut r = Reader { metadata: Metadata::default(), used: BTreeSet::new(), ifds: [Some(&dirs.ifd0), dirs.exif.as_ref()] };
    let m = Metadata {
        reel: r.text(&[Tag::REEL_NAME]),
        camera_label: r.text(&[Tag::CAMERA_LABEL]),
        start_timecode: r.get(Tag::TIME_CODES, timecode_of),
        frame_rate: r.positive(Tag::FRAME_RATE),
        make: r.text(&[Tag::MAKE]),
        model: r.text(&[Tag::MODEL, Tag::UNIQUE_CAMERA_MODEL]),
        serial: r.text(&[Tag::CAMERA_SERIAL_NUMBER, Tag::BODY_SERIAL_NUMBER]),
        software: r.text(&[Tag::SOFTWARE]),
        exposure_index: r.get(Tag::ISO_SPEED_RATINGS, |ifd, tag| Ok(ifd.u32s(tag)?.and_then(|v| v.first().copied()).filter(|&v| v > 0))),
        exposure_time: decimal(r.positive(Tag::EXPOSURE_TIME)),
        f_number: decimal(r.positive(Tag::F_NUMBER)),
        focal_length: decimal(r.positive(Tag::FOCAL_LENGTH)),
        focus_distance: decimal(r.positive(Tag::SUBJECT_DISTANCE)).filter(|f| f.value < f64::from(u32::MAX)),
        t_stop: r.get(Tag::T_STOP, t_stop_of),
        lens: r.text(&[Tag::LENS_MODEL]).or_else(|| r.get(Tag::LENS_INFO, lens_of)),
        date_time: r.text(&[Tag::DATE_TIME_ORIGINAL, Tag::DATE_TIME]),
        ..Metadata::default()
    };
    let (unmapped, unmapped_beyond) = (std::mem::take(&mut r.metadata.unmapped), r.metadata.unmapped_beyond);
    let used = std::mem::take(&mut r.used);
    let mut m = Metadata { unmapped, unmapped_beyond, ..m };
    if let (Some(time), Some(rate)) = (&m.exposure_time, &m.frame_rate) {
        let angle = 360.0 * time.value * rate.value.to_f64();
        // Longer than the frame is no angle of a shutter; a still exposed as a frame of nothing has none either.
        if angle <= 360.0 {
            m.shutter_angle = Some(Field::derived(angle, format!("{} x {}", time.key, rate.key)));
        }
    }
    of_picture(&mut m, tiff, dirs, frame);
    if let Some(color) = color {
        let tag = if dirs.ifd0.has(Tag::AS_SHOT_NEUTRAL) { Tag::AS_SHOT_NEUTRAL } else { Tag::AS_SHOT_WHITE_XY };
        m.white_balance = Some(Field::derived(color.kelvin, tag.to_string()));
    }
    m.noise_profile = noise_profile_of(&mut m, dirs);
    keep_unmapped(&mut m, dirs, &used);
    m
}

/// DNG 51041, which early files have in IFD0, later ones with the picture.
fn noise_profile_of(m: &mut Metadata, dirs: &Directories) -> Option<Field<NoiseProfile>> {
    let tag = Tag::NOISE_PROFILE;
    let read = || {
        let Some(values) = [&dirs.main, &dirs.ifd0].into_iter().find(|ifd| ifd.has(tag)).map_or(Ok(None), |ifd| ifd.f64s(tag))? else {
            return Ok(None);
        };
        let pairs: Vec<[f64; 2]> = values.as_chunks::<2>().0.to_vec();
        let sound = pairs.iter().flatten().all(|v| (0.0..=1.0).contains(v));
        match (pairs.len(), values.len() % 2) {
            (1 | 3, 0) if sound => Ok(Some(NoiseProfile(pairs))),
            _ => Err(Error::invalid("not a pair of variances from 0 to 1, or one a colour").value(format!("{values:?}"))),
        }
    };
    match read() {
        Ok(profile) => profile.map(|p| Field::stated(p, tag.to_string())),
        Err(e) => {
            note(m, tag.to_string(), e);
            None
        }
    }
}

/// Size, crop, squeeze, codec, depth and CFA.
fn of_picture(m: &mut Metadata, tiff: &Tiff, dirs: &Directories, frame: &Frame) {
    let main = &dirs.main;
    let size = frame.active_area.size();
    m.resolution = Some(if main.has(Tag::ACTIVE_AREA) {
        Field::stated(size, Tag::ACTIVE_AREA.to_string())
    } else {
        Field::stated(size, format!("{}, {}", Tag::IMAGE_WIDTH, Tag::IMAGE_LENGTH))
    });
    if main.has(Tag::DEFAULT_CROP_SIZE) {
        let c = frame.default_crop;
        let rect = Rect::new(c.x.round() as i32, c.y.round() as i32, c.width.round() as u32, c.height.round() as u32);
        let key = format!("{}, {}", Tag::DEFAULT_CROP_ORIGIN, Tag::DEFAULT_CROP_SIZE);
        m.crop = Some(if rect.to_f64() == c { Field::stated(rect, key) } else { Field::derived(rect, key) });
    }
    if main.has(Tag::DEFAULT_SCALE) {
        m.squeeze = Some(Field::stated(frame.pixel_aspect, Tag::DEFAULT_SCALE.to_string()));
    }
    if let Ok(codec) = layout::compression(main, tiff) {
        m.codec = Some(Field::stated(codec.name(), Tag::COMPRESSION.to_string()));
    }
    if let Ok(Some(bits)) = main.u32s(Tag::BITS_PER_SAMPLE) {
        m.bit_depth = bits.first().map(|&b| Field::stated(b, Tag::BITS_PER_SAMPLE.to_string()));
    }
    if let Ok(Some(photometric)) = main.u32(Tag::PHOTOMETRIC) {
        if photometric == super::CFA {
            match picture::cfa(main) {
                Ok(cfa) => m.cfa = Some(Field::stated(cfa.to_string(), Tag::CFA_PATTERN.to_string())),
                Err(e) => note(m, Tag::CFA_PATTERN.to_string(), e),
            }
        }
        if matches!(photometric, super::CFA | super::LINEAR_RAW) {
            m.transfer = Some(Field::derived("linear".to_owned(), Tag::PHOTOMETRIC.to_string()));
        }
    }
}

/// Takes values out of IFD0 and the Exif directory, keeping count of what was used.
struct Reader<'a, 'b> {
    metadata: Metadata,
    used: BTreeSet<Tag>,
    ifds: [Option<&'b Ifd<'a>>; 2],
}

impl<'a> Reader<'a, '_> {
    fn get<T>(&mut self, tag: Tag, read: impl Fn(&Ifd<'a>, Tag) -> Result<Option<T>>) -> Option<Field<T>> {
        for ifd in self.ifds.into_iter().flatten() {
            match read(ifd, tag) {
                Ok(Some(value)) => {
                    self.used.insert(tag);
                    return Some(Field::stated(value, tag.to_string()));
                }
                Ok(None) => {}
                Err(e) => note(&mut self.metadata, tag.to_string(), e),
            }
        }
        None
    }

    /// The first of the tags that is there.
    fn text(&mut self, tags: &[Tag]) -> Option<Field<String>> {
        tags.iter().find_map(|&tag| self.get(tag, |ifd, tag| ifd.text(tag)))
    }

    /// A ratio above zero: cameras write 0 and 0/0 for "not known".
    fn positive(&mut self, tag: Tag) -> Option<Field<Rational>> {
        self.get(tag, |ifd, tag| Ok(ifd.rational(tag)?.filter(|r| r.to_f64() > 0.0)))
    }
}

fn decimal(field: Option<Field<Rational>>) -> Option<Field<f64>> {
    field.map(|f| Field { value: f.value.to_f64(), key: f.key, certainty: f.certainty })
}

fn note(m: &mut Metadata, key: String, error: impl Display) {
    m.keep(key, format!("unreadable: {error}"));
}

/// The first timecode of CinemaDNG TimeCodes: eight bytes each, laid out as SMPTE 331M, BCD digits with flags above.
pub fn timecode_of(ifd: &Ifd, tag: Tag) -> Result<Option<Timecode>> {
    let Some(bytes) = ifd.bytes(tag)? else { return Ok(None) };
    let bad = || Error::invalid("not a BCD timecode").field(tag.to_string()).value(format!("{:02x?}", &bytes[..bytes.len().min(8)]));
    let &[frames, seconds, minutes, hours, ..] = bytes else { return Err(bad()) };
    let bcd = |byte: u8, mask: u8| {
        let (tens, units) = ((byte & mask) >> 4, byte & 0xf);
        (units < 10 && tens < 10).then_some(tens * 10 + units)
    };
    let read = || Timecode::new(bcd(hours, 0x3f)?, bcd(minutes, 0x7f)?, bcd(seconds, 0x7f)?, bcd(frames, 0x3f)?, frames & 0x40 != 0);
    read().map(Some).ok_or_else(bad)
}

/// CinemaDNG TStop: one value, or the range of a lens that does not say where it stands (then nothing is stated).
fn t_stop_of(ifd: &Ifd, tag: Tag) -> Result<Option<f64>> {
    Ok(match ifd.rationals(tag)?.as_deref() {
        Some([Some(one)]) if one.to_f64() > 0.0 => Some(one.to_f64()),
        Some([Some(a), Some(b)]) if a.same_as(*b) && a.to_f64() > 0.0 => Some(a.to_f64()),
        _ => None,
    })
}

/// DNG LensInfo: shortest and longest focal length, and the f-number at each (0/0 where not known).
fn lens_of(ifd: &Ifd, tag: Tag) -> Result<Option<String>> {
    let Some(values) = ifd.rationals(tag)? else { return Ok(None) };
    let [short, long, wide, tele] = values.as_slice() else { return Ok(None) };
    let number = |r: &Option<Rational>| r.map(Rational::to_f64).filter(|&v| v > 0.0);
    let span = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) if a != b => Some(format!("{a}-{b}")),
        (Some(a), _) | (None, Some(a)) => Some(a.to_string()),
        (None, None) => None,
    };
    let focal = span(number(short), number(long)).map(|s| format!("{s} mm"));
    let stop = span(number(wide), number(tele)).map(|s| format!("f/{s}"));
    let parts: Vec<String> = focal.into_iter().chain(stop).collect();
    Ok((!parts.is_empty()).then(|| parts.join(" ")))
}

/// Tags that say how the file is built or how the picture is decoded: read elsewhere, of no use in a table.
fn is_structure(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::NEW_SUBFILE_TYPE
            | Tag::IMAGE_WIDTH
            | Tag::IMAGE_LENGTH
            | Tag::BITS_PER_SAMPLE
            | Tag::COMPRESSION
            | Tag::PHOTOMETRIC
            | Tag::FILL_ORDER
            | Tag::STRIP_OFFSETS
            | Tag::SAMPLES_PER_PIXEL
            | Tag::ROWS_PER_STRIP
            | Tag::STRIP_BYTE_COUNTS
            | Tag::PLANAR_CONFIGURATION
            | Tag::PREDICTOR
            | Tag::TILE_WIDTH
            | Tag::TILE_LENGTH
            | Tag::TILE_OFFSETS
            | Tag::TILE_BYTE_COUNTS
            | Tag::SUB_IFDS
            | Tag::SAMPLE_FORMAT
            | Tag::EXIF_IFD
            | Tag::GPS_INFO
            | Tag::CFA_REPEAT_PATTERN_DIM
            | Tag::CFA_PATTERN
            | Tag::ACTIVE_AREA
            | Tag::DEFAULT_SCALE
            | Tag::DEFAULT_CROP_ORIGIN
            | Tag::DEFAULT_CROP_SIZE
    )
}

/// Everything else in IFD0, the Exif directory and the picture's own.
fn keep_unmapped(m: &mut Metadata, dirs: &Directories, used: &BTreeSet<Tag>) {
    for ifd in [Some(&dirs.ifd0), dirs.exif.as_ref(), Some(&dirs.main)].into_iter().flatten() {
        for entry in ifd.entries() {
            let key = entry.tag.to_string();
            let mapped = entry.tag == Tag::NOISE_PROFILE && m.noise_profile.is_some();
            if is_structure(entry.tag) || mapped || used.contains(&entry.tag) || m.unmapped.contains_key(&key) {
                continue;
            }
            let value = match entry.tag {
                Tag::OPCODE_LIST_1 | Tag::OPCODE_LIST_2 | Tag::OPCODE_LIST_3 => ifd.raw(entry).map(opcodes::describe),
                _ => ifd.describe(entry),
            };
            match value {
                Ok(value) if value.is_empty() => {}
                Ok(value) => m.keep(key, value),
                Err(e) => note(m, key, e),
            }
        }
    }
}
