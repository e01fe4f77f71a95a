//! PNG, JPEG and TIFF as clips: values as stored, sequences, what they say of themselves, and what they are refused for.

use super::open_bytes;
use ::image::{ExtendedColorType, ImageEncoder, codecs};
use prelight::{
    camera::{self, Clip, Encoding, Picture, Reading, SignalRange},
    image::Image,
    pipeline::Sidecars,
};
use std::io::Cursor;

const WIDTH: u32 = 5;
const HEIGHT: u32 = 3;

/// Sample `i` of the test picture, 16 bit.
fn sample(i: usize) -> u16 {
    (i * 4099 % 65536) as u16
}

fn count(channels: usize) -> usize {
    WIDTH as usize * HEIGHT as usize * channels
}

fn bytes(color: ExtendedColorType) -> Vec<u8> {
    use ExtendedColorType as E;
    let channels = usize::from(color.channel_count());
    let samples = 0..count(channels);
    match color {
        E::L8 | E::Rgb8 | E::Rgba8 => samples.map(|i| (sample(i) >> 8) as u8).collect(),
        E::L16 | E::Rgb16 | E::Rgba16 => samples.flat_map(|i| sample(i).to_ne_bytes()).collect(),
        _ => samples.flat_map(|i| (f32::from(sample(i)) / 1000.0 - 3.0).to_ne_bytes()).collect(),
    }
}

pub fn png(color: ExtendedColorType) -> Vec<u8> {
    let mut out = vec![];
    codecs::png::PngEncoder::new(&mut out).write_image(&bytes(color), WIDTH, HEIGHT, color).unwrap();
    out
}

pub fn tiff(color: ExtendedColorType) -> Vec<u8> {
    let mut out = Cursor::new(vec![]);
    codecs::tiff::TiffEncoder::new(&mut out).write_image(&bytes(color), WIDTH, HEIGHT, color).unwrap();
    out.into_inner()
}

/// A smooth JPEG of 32 x 16 pixels.
pub fn jpeg() -> Vec<u8> {
    let pixels: Vec<u8> = (0..16u32).flat_map(|y| (0..32u32).flat_map(move |x| [x * 8, y * 16, 128].map(|v| v as u8))).collect();
    let mut out = vec![];
    codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 95).write_image(&pixels, 32, 16, ExtendedColorType::Rgb8).unwrap();
    out
}

/// Puts the checksums of the chunks of a PNG right.
pub fn mend_png(file: &mut [u8]) {
    let mut at = 8;
    while let Some(head) = file.get(at..at + 8) {
        let end = at + 8 + u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        if end + 4 > file.len() {
            return;
        }
        let crc = !file[at + 4..end].iter().fold(u32::MAX, |mut crc, &b| {
            crc ^= u32::from(b);
            (0..8).for_each(|_| crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 });
            crc
        });
        file[end..end + 4].copy_from_slice(&crc.to_be_bytes());
        at = end + 4;
    }
}

/// A JPEG with an Exif block of make, orientation and ISO.
fn jpeg_with_exif(orientation: u16) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x03".to_vec();
    exif.extend(b"\x01\x0f\0\x02\0\0\0\x04Abc\0");
    exif.extend([&b"\x01\x12\0\x03\0\0\0\x01"[..], &orientation.to_be_bytes(), &[0, 0]].concat());
    exif.extend(b"\x88\x27\0\x03\0\0\0\x01\x03\x20\0\0\0\0\0\0");
    let mut out = jpeg();
    let marker = [&[0xff, 0xe1][..], &(exif.len() as u16 + 2).to_be_bytes(), &exif].concat();
    out.splice(2..2, marker);
    out
}

fn picture(clip: &dyn Clip, reading: &Reading) -> Image {
    match clip.read(clip.frames().first(), reading).unwrap() {
        Picture::Rgb(image) => image,
        _ => panic!("RGB"),
    }
}

#[test]
fn values_are_as_stored() {
    use ExtendedColorType as E;
    let kinds = [E::L8, E::Rgb8, E::Rgba8, E::L16, E::Rgb16, E::Rgba16];
    let files = kinds.iter().flat_map(|&c| [("PNG", png(c), c), ("TIFF", tiff(c), c)]);
    for (format, file, color) in files.chain([("TIFF", tiff(E::Rgb32F), E::Rgb32F), ("TIFF", tiff(E::Rgba32F), E::Rgba32F)]) {
        let (_dir, clip) = open_bytes(&file);
        let clip = clip.unwrap();
        assert_eq!(clip.format(), format);
        assert!(matches!(clip.encoding(), Encoding::Unknown));
        let image = picture(&*clip, &Reading::default());
        let channels = usize::from(color.channel_count());
        let bits = color.bits_per_pixel() / channels as u16;
        let value = |i: usize| match bits {
            8 => f32::from(sample(i) >> 8) / 255.0,
            16 => f32::from(sample(i)) / 65535.0,
            _ => f32::from(sample(i)) / 1000.0 - 3.0,
        };
        let plane = |c: usize| -> Vec<f32> { (0..count(1)).map(|p| value(p * channels + c)).collect() };
        for c in 0..3 {
            assert_eq!(image.planes[c], plane(if channels < 3 { 0 } else { c }), "{format} {color:?}");
        }
        assert_eq!(image.alpha, (channels == 4).then(|| plane(3)), "{format} {color:?}");
        assert_eq!(clip.metadata().bit_depth.as_ref().unwrap().value, u32::from(bits));
    }
}

#[test]
fn jpeg_is_near_what_was_stored_and_a_cut_one_is_refused() {
    let whole = jpeg();
    let (_dir, clip) = open_bytes(&whole);
    let image = picture(&*clip.unwrap(), &Reading::default());
    for (x, y) in [(0, 0), (31, 15), (16, 8)] {
        let [r, g, b] = image.pixel(x, y);
        for (got, want) in [(r, x * 8), (g, y * 16), (b, 128)] {
            assert!((got - want as f32 / 255.0).abs() < 0.03, "{x} {y}: {got} {want}");
        }
    }
    for cut in [whole.len() / 2, whole.len() - 40] {
        let (_dir, clip) = open_bytes(&whole[..cut]);
        let error = clip.and_then(|c| c.read(0, &Reading::default())).map(|_| ()).unwrap_err();
        assert_eq!(error.exit_code(), 10, "{error}");
    }
}

#[test]
fn exif_is_read_and_its_orientation_undone() {
    let (_dir, clip) = open_bytes(&jpeg_with_exif(6));
    let clip = clip.unwrap();
    let m = clip.metadata();
    assert_eq!(m.make.as_ref().unwrap().value, "Abc");
    assert_eq!(m.exposure_index.as_ref().unwrap().value, 800);
    assert_eq!(m.unmapped["TIFF 274 Orientation"], "6");
    assert_eq!((clip.size().width, clip.size().height), (16, 32));
    let (_dir, upright) = open_bytes(&jpeg());
    let (turned, upright) = (picture(&*clip, &Reading::default()), picture(&*upright.unwrap(), &Reading::default()));
    // 6: row 0 is the right side, column 0 the top.
    assert_eq!(turned.pixel(15, 3), upright.pixel(3, 0));
    assert_eq!(turned.pixel(0, 31), upright.pixel(31, 15));
}

#[test]
fn colour_chunks_are_metadata() {
    let mut file = png(ExtendedColorType::Rgb16);
    // After IHDR, which ends at 33.
    file.splice(33..33, [&[0, 0, 0, 4][..], b"cICP", &[9, 16, 0, 1], &[0; 4]].concat());
    mend_png(&mut file);
    let (_dir, clip) = open_bytes(&file);
    let clip = clip.unwrap();
    assert_eq!(clip.metadata().transfer.as_ref().unwrap().value, "PQ");
    assert_eq!(clip.metadata().gamut.as_ref().unwrap().value, "BT.2020");
    assert!(matches!(clip.encoding(), Encoding::Unknown));
}

#[test]
fn numbered_stills_are_one_clip_and_legal_range_is_a_choice() {
    let dir = tempfile::tempdir().unwrap();
    for frame in ["grade.1001.png", "grade.1002.png", "grade.1004.png"] {
        std::fs::write(dir.path().join(frame), png(ExtendedColorType::Rgb16)).unwrap();
    }
    std::fs::write(dir.path().join("contact.jpg"), jpeg()).unwrap();
    let clip = camera::open(dir.path()).unwrap();
    assert_eq!(clip.frames().present, [1001, 1002, 1004]);
    assert_eq!(clip.metadata().clip_name.as_ref().unwrap().value, "grade");
    let legal = picture(&*clip, &Reading { range: Some(SignalRange::Legal), matrix: None });
    assert_eq!(legal.planes[0][1], (f32::from(sample(3)) - 4096.0) / 56064.0);
    std::fs::write(dir.path().join("grade.1005.png"), png(ExtendedColorType::Rgb8)).unwrap();
    assert!(camera::open(&dir.path().join("contact.jpg")).is_ok());
}

#[test]
fn a_still_is_not_its_own_reference_and_a_date_is_no_frame() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("A001_261126_x.png");
    std::fs::write(&path, png(ExtendedColorType::Rgb8)).unwrap();
    let clip = camera::open(&path).unwrap();
    assert_eq!((clip.frames().first(), clip.metadata().clip_name.as_ref().unwrap().value.as_str()), (0, "A001_261126_x"));
    assert_eq!(Sidecars::discover(&*clip).still, None);
    let reference = dir.path().join("A001_261126_x.jpg");
    std::fs::write(&reference, jpeg()).unwrap();
    assert_eq!(Sidecars::discover(&*clip).still.unwrap().file_name(), reference.file_name());
}

#[test]
fn a_small_file_cannot_claim_a_large_picture() {
    // IHDR says 16000 x 8000; its checksum is made right.
    let mut file = png(ExtendedColorType::L8);
    file[16..24].copy_from_slice(&[0, 0, 0x3e, 0x80, 0, 0, 0x1f, 0x40]);
    mend_png(&mut file);
    let (_dir, clip) = open_bytes(&file);
    let error = clip.err().unwrap().to_string();
    assert!(error.contains("size = 16000x8000: its 128000000 bytes"), "{error}");
    // Fax compression.
    let mut file = tiff(ExtendedColorType::Rgb8);
    let at = file.windows(4).position(|w| w == [3, 1, 3, 0]).unwrap();
    file[at + 8] = 4;
    let (_dir, clip) = open_bytes(&file);
    assert!(clip.err().unwrap().to_string().contains("TIFF 259 Compression = 4"));
}
