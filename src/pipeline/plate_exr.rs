//! The plate: half-float OpenEXR, ACES2065-1, with the attributes a facility expects.
//!
//! Uncompressed plates satisfy SMPTE ST 2065-4 and carry `acesImageContainerFlag`; compressed ones do not and must not
//! carry it (the flag and a compression contradict each other).

use super::{exr_blocks, exr_header::sort_attributes};
use crate::{
    camera::{self, Metadata, Picture, Rational, Reading, Timecode},
    color::rgb::{self, AP0},
    error::{Error, ErrorKind, InFile, Result},
    files::{self, Existing},
    image::{Image, PixelHash, hash_pixels},
};
use exr::{
    meta::{
        BlockDescription,
        attribute::{Chromaticities, TimeCode},
        header::Header,
    },
    prelude as e,
};
use std::{io::Cursor, path::Path};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// ST 2065-4: an ACES image container.
    None,
    Zip,
    /// Wavelets: small and fast to read for camera noise.
    Piz,
    /// Cosines, at the level that OpenEXR takes where nobody says another (45): lossy.
    Dwab,
}

/// What a frame says about itself besides its pixels.
#[derive(Clone, Copy, Debug, Default)]
pub struct FrameInfo<'a> {
    pub metadata: Option<&'a Metadata>,
    pub timecode: Option<Timecode>,
    /// The framing decision list that was applied or travels along, as JSON text (attribute `ascFramingDecisionList`).
    pub fdl: Option<&'a str>,
}

/// Writes an ACES2065-1 picture, already rounded to half. The file appears under its name once complete.
pub fn write(path: &Path, image: &Image, info: &FrameInfo, compression: Compression, existing: Existing) -> Result<()> {
    files::write_bytes(path, existing, &encode(image, info, compression).in_file(path)?)
}

/// The file of an ACES2065-1 picture, already rounded to half. The same plate has the same bytes, whoever writes it and when.
pub fn encode(image: &Image, info: &FrameInfo, compression: Compression) -> Result<Vec<u8>> {
    encode_in(image, info, compression, &AP0)
}

/// [`encode`] of a linear picture in other primaries. Of those there is no ACES image container: it carries no flag.
pub fn encode_in(image: &Image, info: &FrameInfo, compression: Compression, primaries: &rgb::Chromaticities) -> Result<Vec<u8>> {
    let room = image.size().area() * 2 * (3 + usize::from(image.alpha.is_some())) + (1 << 16);
    let mut out = Cursor::new(Vec::with_capacity(if compression == Compression::None { room } else { room / 2 }));
    exr_blocks::write(&mut out, header(image, info, compression, primaries), image).map_err(exr_blocks::said)?;
    sort_attributes(&mut out).map_err(|e| Error::new(ErrorKind::Io, e.to_string()))?;
    Ok(out.into_inner())
}

/// The hash of the pixels in a plate's file.
pub fn pixels_of(path: &Path) -> Result<PixelHash> {
    Ok(hash_pixels(&read(path)?))
}

/// The picture of a file of one frame.
///
/// # Errors
/// Those of reading it; invalid where it is no plate.
pub fn read(path: &Path) -> Result<Image> {
    let clip = camera::open_single(path)?;
    match clip.read(clip.frames().first(), &Reading::default())? {
        Picture::Rgb(image) => Ok(image),
        _ => Err(Error::invalid("no plate").file(path)),
    }
}

fn header(image: &Image, info: &FrameInfo, compression: Compression, primaries: &rgb::Chromaticities) -> Header {
    let names = ["A", "B", "G", "R"];
    let channels =
        names.iter().skip(usize::from(image.alpha.is_none())).map(|name| e::ChannelDescription::named(*name, e::SampleType::F16));
    let method = match compression {
        Compression::None => e::Compression::Uncompressed,
        Compression::Zip => e::Compression::ZIP16,
        Compression::Piz => e::Compression::PIZ,
        Compression::Dwab => e::Compression::DWAB(None),
    };

    let mut layer = e::LayerAttributes {
        layer_position: e::Vec2(image.data_window.x, image.data_window.y),
        adopted_neutral: Some(xy(primaries.white)),
        software_name: Some(concat!("Prelight ", env!("CARGO_PKG_VERSION")).into()),
        ..e::LayerAttributes::default()
    };
    if let Some(metadata) = info.metadata {
        describe(&mut layer, metadata);
    }
    if let Some(fdl) = info.fdl {
        put(&mut layer, "ascFramingDecisionList", text(&ascii_json(fdl)));
    }

    let display = image.display_window;
    let mut attributes = e::ImageAttributes::new(e::IntegerBounds::new(
        e::Vec2(display.x, display.y),
        e::Vec2(display.width as usize, display.height as usize),
    ));
    attributes.pixel_aspect = image.pixel_aspect as f32;
    attributes.chromaticities =
        Some(Chromaticities { red: xy(primaries.red), green: xy(primaries.green), blue: xy(primaries.blue), white: xy(primaries.white) });
    attributes.time_code = info.timecode.map(timecode);
    if compression == Compression::None && *primaries == AP0 {
        attributes.other.insert("acesImageContainerFlag".into(), e::AttributeValue::I32(1));
    }

    let size = image.size();
    // A part of a file of one part has no name.
    Header::new(e::Text::default(), (size.width as usize, size.height as usize), channels.collect())
        .with_encoding(method, BlockDescription::ScanLines, e::LineOrder::Increasing)
        .with_attributes(layer)
        .with_shared_attributes(attributes)
}

fn xy([x, y]: [f64; 2]) -> e::Vec2<f32> {
    e::Vec2(x as f32, y as f32)
}

/// Standard attributes of OpenEXR for camera and lens.
fn describe(layer: &mut e::LayerAttributes, m: &Metadata) {
    layer.iso_speed = m.exposure_index.as_ref().map(|f| f.value as f32);
    layer.exposure = m.exposure_time.as_ref().map(|f| f.value as f32);
    layer.aperture = m.f_number.as_ref().map(|f| f.value as f32);
    layer.focus = m.focus_distance.as_ref().map(|f| f.value as f32);
    layer.capture_date = m.date_time.as_ref().map(|f| lossy(&f.value));
    layer.frames_per_second = m.frame_rate.as_ref().and_then(|f| rational(f.value));
    let texts = [
        ("cameraMake", &m.make),
        ("cameraModel", &m.model),
        ("cameraSerialNumber", &m.serial),
        ("cameraFirmwareVersion", &m.firmware),
        ("cameraLabel", &m.camera_label),
        ("lensModel", &m.lens),
        ("reelName", &m.reel),
    ];
    for (name, field) in texts {
        if let Some(field) = field {
            put(layer, name, text(&field.value));
        }
    }
    let numbers = [
        ("nominalFocalLength", &m.focal_length),
        ("tStop", &m.t_stop),
        ("shutterAngle", &m.shutter_angle),
        ("cameraCCTSetting", &m.white_balance),
        ("cameraTintSetting", &m.tint),
    ];
    for (name, field) in numbers {
        if let Some(field) = field {
            put(layer, name, e::AttributeValue::F32(field.value as f32));
        }
    }
}

fn put(layer: &mut e::LayerAttributes, name: &str, value: e::AttributeValue) {
    layer.other.insert(name.into(), value);
}

fn text(s: &str) -> e::AttributeValue {
    e::AttributeValue::Text(lossy(s))
}

/// The same JSON in ASCII: EXR strings have no encoding that readers agree on.
fn ascii_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        }
    }
    out
}

/// EXR strings are bytes; characters the crate cannot hold become `?`.
fn lossy(s: &str) -> e::Text {
    e::Text::new_or_none(s).unwrap_or_else(|| s.chars().map(|c| if (c as u32) < 256 { c } else { '?' }).collect::<String>().as_str().into())
}

fn rational(r: Rational) -> Option<(i32, u32)> {
    Some((i32::try_from(r.num()).ok()?, u32::try_from(r.den()).ok()?))
}

fn timecode(t: Timecode) -> TimeCode {
    TimeCode {
        hours: t.hours,
        minutes: t.minutes,
        seconds: t.seconds,
        frame: t.frames,
        drop_frame: t.drop_frame,
        color_frame: false,
        field_phase: false,
        binary_group_flags: [false; 3],
        binary_groups: [0; 8],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::{Size, round_to_half};

    fn gradient() -> Image {
        let size = Size::new(5, 3);
        let plane = |k: f32| (0..size.area()).map(|i| (i as f32 - 2.0) * k).collect();
        let mut image = Image::from_planes(size, [plane(0.1), plane(1.0), plane(9000.0)]);
        round_to_half(&mut image);
        image
    }

    #[test]
    fn a_reader_gets_the_same_pixels_and_attributes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plate.0001.exr");
        let image = gradient();
        let info = FrameInfo { timecode: Timecode::new(1, 2, 3, 4, false), fdl: Some("{}"), metadata: None };
        write(&path, &image, &info, Compression::None, Existing::Refuse).unwrap();
        let read = e::read_first_flat_layer_from_file(&path).unwrap();
        let names: Vec<_> = read.layer_data.channel_data.list.iter().map(|c| c.name.to_string()).collect();
        assert_eq!(names, ["B", "G", "R"]);
        for (channel, plane) in read.layer_data.channel_data.list.iter().zip(image.planes.iter().rev()) {
            assert!(channel.sample_data.values_as_f32().eq(plane.iter().copied()));
        }
        let other = &read.layer_data.attributes.other;
        assert_eq!(other.get(&e::Text::from("acesImageContainerFlag")), Some(&e::AttributeValue::I32(1)));
        assert_eq!(read.attributes.time_code.unwrap().frame, 4);
        assert_eq!(other.get(&e::Text::from("ascFramingDecisionList")), Some(&text("{}")));
        assert_eq!(read.layer_data.encoding.compression, e::Compression::Uncompressed);
    }

    #[test]
    fn a_plate_has_the_same_bytes_every_time() {
        let folder = tempfile::tempdir().unwrap();
        let text = |value: &str| Some(camera::Field::stated(value.to_owned(), "test"));
        let metadata =
            Metadata { make: text("m"), model: text("n"), serial: text("1"), lens: text("l"), reel: text("A001"), ..Metadata::default() };
        let info = FrameInfo { timecode: Timecode::new(1, 2, 3, 4, false), fdl: Some("{}"), metadata: Some(&metadata) };
        for compression in [Compression::None, Compression::Zip, Compression::Piz] {
            let bytes: Vec<Vec<u8>> = (0..6)
                .map(|i| {
                    let path = folder.path().join(format!("{compression:?}{i}.exr"));
                    write(&path, &gradient(), &info, compression, Existing::Refuse).unwrap();
                    assert_eq!(pixels_of(&path).unwrap(), hash_pixels(&gradient()));
                    std::fs::read(path).unwrap()
                })
                .collect();
            assert!(bytes.iter().all(|b| *b == bytes[0]), "{compression:?}");
        }
    }

    #[test]
    fn the_aspect_of_a_pixel_is_the_decimal_that_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.exr");
        let image = Image { pixel_aspect: 1.3, ..gradient() };
        write(&path, &image, &FrameInfo::default(), Compression::None, Existing::Refuse).unwrap();
        assert_eq!(camera::PlateHeader::of_file(&path).unwrap().pixel_aspect, 1.3);
    }

    #[test]
    fn json_in_ascii_is_the_same_json() {
        let json = r#"{"label":"Größe 𝄞"}"#;
        let ascii = ascii_json(json);
        assert!(ascii.is_ascii());
        let parse = |s: &str| serde_json::from_str::<serde_json::Value>(s).unwrap();
        assert_eq!(parse(&ascii), parse(json));
    }

    #[test]
    fn a_compressed_plate_does_not_claim_to_be_a_container() {
        let header = header(&gradient(), &FrameInfo::default(), Compression::Zip, &AP0);
        assert!(header.shared_attributes.other.is_empty());
    }
}
