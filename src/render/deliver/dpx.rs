//! DPX (SMPTE ST 268-1) of a logarithmic picture: 10 bits filled into words of 32 (method A), or words of 16, big-endian.

use super::{encoding::Nature, quantised::Codes};
use crate::{
    camera::{Metadata, Timecode},
    error::{Error, Result},
    image::{Image, PixelHash},
};

/// Bytes of the header: generic, film and television part.
const HEADER: usize = 2048;
/// Where the second image element is described: it and those after it are not there.
const SECOND_ELEMENT: usize = 780 + 72;
const ORIENTATION: usize = 1408;
/// Square pixels are 1:1; others are told in ten-thousandths.
const ASPECT_UNIT: f64 = 10_000.0;

/// What a frame says about itself.
pub struct Info<'a> {
    pub metadata: &'a Metadata,
    pub timecode: Option<Timecode>,
    pub clip: &'a str,
    /// Name of the file.
    pub name: &'a str,
    /// What the codes mean: the name of the catalogue.
    pub encoding: &'a str,
    pub nature: Nature,
    /// Place of the frame in the clip, from 0, and how many it has.
    pub place: (u32, u32),
}

/// The file of a picture in `encoding`, and the hash of what a reader gets: codes over full scale. `bits` is 10 or 16.
///
/// # Errors
/// Unsupported: a picture that the header cannot describe.
pub fn encode(image: &Image, bits: u32, info: &Info) -> Result<(Vec<u8>, PixelHash)> {
    let codes = Codes::of(image, bits);
    let data = match bits {
        10 => filled(&codes.samples),
        _ => padded(codes.big_endian(), codes.width * 6),
    };
    let length = u32::try_from(HEADER + data.len())
        .map_err(|_| Error::unsupported("a DPX file has less than 4 GiB").field("size").value(image.size()))?;
    let mut file = header(image, bits, length, info);
    file.extend_from_slice(&data);
    Ok((file, codes.hash()))
}

/// Three samples of a pixel in a word, the first highest; two bits are left.
fn filled(samples: &[u16]) -> Vec<u8> {
    let word = |px: &[u16]| u32::from(px[0]) << 22 | u32::from(px[1]) << 12 | u32::from(px[2]) << 2;
    samples.chunks_exact(3).flat_map(|px| word(px).to_be_bytes()).collect()
}

/// Lines begin at words of 32 bits.
fn padded(data: Vec<u8>, line: usize) -> Vec<u8> {
    if line.is_multiple_of(4) || line == 0 {
        return data;
    }
    data.chunks_exact(line).flat_map(|line| line.iter().copied().chain([0, 0])).collect()
}

/// Undefined fields are all ones, or empty texts.
fn header(image: &Image, bits: u32, length: u32, info: &Info) -> Vec<u8> {
    let mut h = Fields(vec![0; HEADER]);
    let m = info.metadata;
    let size = image.size();
    h.text(0, 4, "SDPX");
    h.u32(4, HEADER as u32);
    h.text(8, 8, "V2.0");
    h.u32(16, length);
    // The headers of the frames are not the same: timecode.
    h.u32(20, 1);
    h.u32(24, 1664);
    h.u32(28, 384);
    h.u32(32, 0);
    h.text(36, 100, info.name);
    h.text(160, 100, concat!("Prelight ", env!("CARGO_PKG_VERSION")));
    h.text(260, 200, stated(&m.production));
    h.u32(660, u32::MAX);
    h.u16(768, 0);
    h.u16(770, 1);
    h.u32(772, size.width);
    h.u32(776, size.height);
    // The one image element.
    h.u32(780, 0);
    h.u32(784, 0);
    h.undefined(788, 4);
    h.u32(792, (1u32 << bits) - 1);
    h.undefined(796, 4);
    h.bytes(800, &[50, transfer(info), colorimetric(info.encoding), bits as u8]);
    h.u16(804, u16::from(bits == 10));
    h.u16(806, 0);
    h.u32(808, HEADER as u32);
    h.u32(812, 0);
    h.u32(816, 0);
    h.text(820, 32, info.encoding);
    h.undefined(SECOND_ELEMENT, ORIENTATION - SECOND_ELEMENT);
    h.u32(1408, 0);
    h.u32(1412, 0);
    h.undefined(1416, 8);
    h.u32(1424, size.width);
    h.u32(1428, size.height);
    h.text(1432, 100, info.clip);
    h.text(1532, 24, "");
    h.text(1556, 32, stated(&m.model));
    h.text(1588, 32, stated(&m.serial));
    h.undefined(1620, 8);
    let (horizontal, vertical) = aspect(image.pixel_aspect);
    h.u32(1628, horizontal);
    h.u32(1632, vertical);
    h.undefined(1636, 8);
    // Film.
    h.u32(1712, info.place.0);
    h.u32(1716, info.place.1);
    h.u32(1720, 1);
    let rate = m.frame_rate.as_ref().map(|r| r.value.to_f64() as f32);
    h.f32(1724, rate);
    h.f32(1728, m.shutter_angle.as_ref().map(|a| a.value as f32));
    h.text(1732, 32, info.clip);
    h.text(1764, 100, stated(&m.reel));
    // Television.
    h.u32(1920, info.timecode.map_or(u32::MAX, time_code));
    h.u32(1924, info.timecode.map_or(u32::MAX, |_| 0));
    h.bytes(1928, &[0, u8::MAX, 0, 0]);
    h.undefined(1932, 8);
    h.f32(1940, rate);
    h.undefined(1944, 28);
    h.0
}

struct Fields(Vec<u8>);

impl Fields {
    fn bytes(&mut self, at: usize, bytes: &[u8]) {
        self.0[at..at + bytes.len()].copy_from_slice(bytes);
    }
    fn u16(&mut self, at: usize, value: u16) {
        self.bytes(at, &value.to_be_bytes());
    }
    fn u32(&mut self, at: usize, value: u32) {
        self.bytes(at, &value.to_be_bytes());
    }
    fn f32(&mut self, at: usize, value: Option<f32>) {
        self.u32(at, value.map_or(u32::MAX, f32::to_bits));
    }
    fn undefined(&mut self, at: usize, length: usize) {
        self.0[at..at + length].fill(u8::MAX);
    }
    /// ASCII, ended by a zero where it is shorter than its place.
    fn text(&mut self, at: usize, room: usize, text: &str) {
        for (place, byte) in self.0[at..at + room].iter_mut().zip(super::ascii(text).bytes()) {
            *place = byte;
        }
    }
}

fn stated(field: &Option<crate::camera::Field<String>>) -> &str {
    field.as_ref().map_or("", |f| &f.value)
}

/// Table 5A.
fn transfer(info: &Info) -> u8 {
    match info.nature {
        _ if info.encoding.starts_with("adx") => 13,
        Nature::Linear => 2,
        Nature::Logarithmic => 3,
        // No code of the table is of a display's curve alone: unspecified video.
        Nature::Video => 4,
    }
}

/// Table 5B: no code stands for the primaries of cameras.
fn colorimetric(encoding: &str) -> u8 {
    match encoding {
        name if name.starts_with("adx") => 13,
        "aces2065-1" => 18,
        _ => 0,
    }
}

/// Binary coded decimal, with the flag for dropped labels (SMPTE ST 12-1).
fn time_code(t: Timecode) -> u32 {
    let bcd = |n: u8| u32::from(n / 10) << 4 | u32::from(n % 10);
    let flag = if t.drop_frame { 0x40 } else { 0 };
    bcd(t.hours) << 24 | bcd(t.minutes) << 16 | bcd(t.seconds) << 8 | bcd(t.frames) | flag
}

fn aspect(pixel_aspect: f64) -> (u32, u32) {
    if pixel_aspect == 1.0 {
        return (1, 1);
    }
    ((pixel_aspect * ASPECT_UNIT).round().clamp(1.0, f64::from(u32::MAX - 1)) as u32, ASPECT_UNIT as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        camera::{self, Field, Rational},
        image::Size,
        pipeline::plate_exr::pixels_of,
    };

    fn picture() -> Image {
        // An odd width: lines of 16 bits are padded.
        let size = Size::new(5, 3);
        let plane = |k: f32| (0..size.area()).map(|i| i as f32 * k - 0.1).collect();
        Image { pixel_aspect: 2.0, ..Image::from_planes(size, [plane(0.07), plane(0.05), plane(0.11)]) }
    }

    #[test]
    fn our_reader_gets_the_pixels_and_what_is_said_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let text = |t: &str| Some(Field::stated(t.to_owned(), "test"));
        let metadata = Metadata {
            reel: text("A001"),
            model: text("ALEXA 35"),
            serial: text("1234"),
            production: text("Größe"),
            frame_rate: Some(Field::stated(Rational::new(24000, 1001).unwrap(), "test")),
            shutter_angle: Some(Field::stated(172.8, "test")),
            ..Metadata::default()
        };
        for bits in [10, 16] {
            let timecode = Timecode::new(10, 59, 58, 22, false);
            let info = Info {
                metadata: &metadata,
                timecode,
                clip: "A001C002",
                name: "x.dpx",
                encoding: "acescct",
                nature: Nature::Logarithmic,
                place: (2, 9),
            };
            let (bytes, pixels) = encode(&picture(), bits, &info).unwrap();
            assert_eq!(bytes, encode(&picture(), bits, &info).unwrap().0);
            let path = folder.path().join(format!("a{bits}.dpx"));
            std::fs::write(&path, &bytes).unwrap();
            assert_eq!(pixels_of(&path).unwrap(), pixels, "{bits}");
            let clip = camera::open_single(&path).unwrap();
            let m = clip.metadata();
            assert_eq!(m.start_timecode.as_ref().unwrap().value, timecode.unwrap());
            assert!(m.frame_rate.as_ref().unwrap().value.same_as(Rational::new(24000, 1001).unwrap()));
            assert_eq!((m.squeeze.as_ref().unwrap().value, m.bit_depth.as_ref().unwrap().value), (2.0, bits));
            assert_eq!(
                (m.model.as_ref().unwrap().value.as_str(), m.transfer.as_ref().unwrap().value.as_str()),
                ("ALEXA 35", "logarithmic")
            );
            assert_eq!(m.shutter_angle.as_ref().unwrap().value, 172.8);
            let kept = |key: &str| m.unmapped.get(key).map(String::as_str);
            assert_eq!(kept("DPX 1764 slate information"), Some("A001"));
            assert_eq!(kept("DPX 260 project name"), Some("Gr??e"));
            assert_eq!(kept("DPX 1716 sequence length"), Some("9"));
        }
    }

    #[test]
    fn the_header_says_what_the_codes_are() {
        let folder = tempfile::tempdir().unwrap();
        let metadata = Metadata::default();
        for (encoding, says) in [
            ("acescct", "logarithmic"),
            ("adx10", "ADX (SMPTE ST 2065-3)"),
            ("acescg", "linear"),
            ("cie-xyz-d65", "linear"),
            ("srgb-rec709", "unspecified video"),
        ] {
            let nature = super::super::encoding::Encoding::of(encoding).unwrap().nature;
            let info = Info { metadata: &metadata, timecode: None, clip: "A", name: "x.dpx", encoding, nature, place: (0, 1) };
            let path = folder.path().join("x.dpx");
            std::fs::write(&path, encode(&picture(), 10, &info).unwrap().0).unwrap();
            let clip = camera::open_single(&path).unwrap();
            assert_eq!(clip.metadata().transfer.as_ref().unwrap().value, says, "{encoding}");
        }
    }

    #[test]
    fn dropped_labels_keep_their_flag() {
        assert_eq!(time_code(Timecode::new(23, 59, 58, 29, true).unwrap()), 0x2359_5869);
    }
}
