//! OpenEXR plates, sample for sample as OpenImageIO reads them, and what their headers say.

use super::open_bytes;
use crate::corpus;
use ::exr::prelude::*;
use prelight::{
    ErrorKind,
    camera::{self, Clip, Encoding, Picture},
    color::Op,
    image::Image as Plate,
};
use std::{io::Cursor, sync::Arc};

type Window = (i32, i32, u32, u32);

/// File, data window, display window, pixel aspect, BLAKE3 of the samples. Printed by `tests/tools/oiio_plates.py` with
/// OpenImageIO 3.2.2.
const OIIO: &[(&str, Window, Window, f64, &str)] = &[
    (
        "real/aces_app5_frame0.exr",
        (0, 0, 240, 135),
        (128, 476, 3840, 2160),
        1.32187,
        "33b418fec80f1dea7eab4177c403c1bb0fa32987de1a463c43665fb71ed08f0c",
    ),
    (
        "real/openexr_AllHalfValues.exr",
        (0, 0, 256, 256),
        (0, 0, 256, 256),
        1.0,
        "86a0e1710e19f62b40a7563c2f9828ad7614b041f078267d6842b24c766093d2",
    ),
    (
        "real/openexr_Cannon.exr",
        (0, 0, 780, 566),
        (0, 0, 780, 566),
        1.0,
        "578a61f1c75650c65a63eac325c07e266e297db33b0ff03521e2e8a399a87dba",
    ),
    (
        "real/openexr_Carrots.exr",
        (0, 0, 600, 400),
        (0, 0, 600, 400),
        1.0,
        "eba170373973f7e66fe3ab56991835d875e7da0694972995035c79a0ddda46b1",
    ),
    (
        "real/openexr_DisplayWindow_t01.exr",
        (0, 0, 400, 300),
        (0, 0, 400, 300),
        1.0,
        "fe0278c83da45d3c282cfa234f9a31afbee3a34c3a4c6af22876a1bce9412308",
    ),
    (
        "real/openexr_DisplayWindow_t07.exr",
        (0, 0, 400, 300),
        (-40, -40, 481, 371),
        1.0,
        "fe0278c83da45d3c282cfa234f9a31afbee3a34c3a4c6af22876a1bce9412308",
    ),
    (
        "real/openexr_DisplayWindow_t13.exr",
        (0, 0, 400, 300),
        (399, 299, 101, 101),
        1.0,
        "fe0278c83da45d3c282cfa234f9a31afbee3a34c3a4c6af22876a1bce9412308",
    ),
    (
        "real/openexr_DisplayWindow_t15.exr",
        (0, 0, 400, 300),
        (-40, -40, 481, 371),
        1.5,
        "fe0278c83da45d3c282cfa234f9a31afbee3a34c3a4c6af22876a1bce9412308",
    ),
    (
        "real/openexr_Rec709.exr",
        (0, 0, 610, 406),
        (0, 0, 610, 406),
        1.0,
        "c8ec20a9b45699f483e43426f6dd5237133ec311a5c99b5f5a6d65b123c9b7e9",
    ),
    (
        "real/openexr_WideColorGamut.exr",
        (0, 0, 800, 800),
        (0, 0, 800, 800),
        1.0,
        "772f26d3a73287b3119e3f56465131353f58ef564067340dded3e445f3fa5f23",
    ),
    ("real/openexr_XYZ.exr", (0, 0, 610, 406), (0, 0, 610, 406), 1.0, "a91836f73890712e800739cb9312e5ce4fecdc1e7694b298a2f4c314cf7cb9d5"),
    (
        "synthetic/plate_ap0_720_datawindow.exr",
        (200, 100, 900, 520),
        (0, 0, 1280, 720),
        1.0,
        "25baf365c038ce95b6aefcebc05f636ab018037a6063cf461361f4cfe14df9e9",
    ),
    (
        "synthetic/plate_ap0_720_none_aces.exr",
        (0, 0, 1280, 720),
        (0, 0, 1280, 720),
        1.0,
        "cff7df092ca0b9d1ccbc9bea92621555132c503da900a90f8296cecb971f6589",
    ),
];

fn picture(clip: &dyn Clip) -> Plate {
    match clip.read(clip.frames().first(), &Default::default()).unwrap() {
        Picture::Rgb(image) => image,
        _ => panic!("RGB"),
    }
}

fn open(name: &str) -> Option<Arc<dyn Clip>> {
    Some(camera::open(&corpus(&format!("camera/{name}"))?).unwrap())
}

#[test]
fn plates_are_what_openimageio_reads() {
    for &(name, data, display, aspect, hash) in OIIO {
        let Some(path) = corpus(&format!("camera/{name}")) else { return };
        let clip = camera::open_single(&path).unwrap();
        let image = picture(&*clip);
        let window = |r: prelight::image::Rect| (r.x, r.y, r.width, r.height);
        assert_eq!((window(image.data_window), window(image.display_window)), (data, display), "{name}");
        assert!((image.pixel_aspect - aspect).abs() < 1e-5, "{name}");
        assert_eq!(clip.size(), image.display_window.size(), "{name}");
        let planes = image.planes.iter().chain(&image.alpha);
        let bytes: Vec<u8> = planes.flatten().flat_map(|v| v.to_le_bytes()).collect();
        assert_eq!(blake3::hash(&bytes).to_hex().as_str(), hash, "{name}");
    }
}

#[test]
fn chromaticities_decide_the_encoding() {
    let name = |clip: &dyn Clip| match clip.encoding() {
        Encoding::Known { name, to_aces } => (name.clone(), to_aces.clone()),
        Encoding::Coded { .. } | Encoding::Unknown => ("unknown".into(), vec![]),
        Encoding::Camera(_) | Encoding::Uncalibrated { .. } => panic!("no camera"),
    };
    for plate in ["real/aces_app5_frame0.exr", "real/openexr_Carrots.exr", "synthetic/plate_ap0_720_none_aces.exr"] {
        let Some(clip) = open(plate) else { return };
        assert_eq!(name(&*clip), ("ACES2065-1".into(), vec![]), "{plate}");
    }
    let Some(clip) = open("real/openexr_Rec709.exr") else { return };
    assert_eq!(name(&*clip).0, "unknown", "no chromaticities, no claim");
    let Some(clip) = open("real/openexr_WideColorGamut.exr") else { return };
    let (rec709, ops) = name(&*clip);
    assert_eq!(rec709, "linear Rec.709");
    let [Op::Matrix(matrix)] = ops.as_slice() else { panic!("one matrix") };
    // Rec.709 to ACES2065-1 with Bradford, as ACES 1.3 publishes it (sRGB input transform).
    let published = [[0.4396, 0.3830, 0.1774], [0.0898, 0.8134, 0.0968], [0.0175, 0.1115, 0.8709]];
    for (row, expected) in matrix.m.iter().flatten().zip(published.iter().flatten()) {
        assert!((row - expected).abs() < 1e-4, "{row} is not {expected}");
    }
    // XYZ stored as RGB: white stays white.
    let Some(clip) = open("real/openexr_XYZ.exr") else { return };
    let (_, ops) = name(&*clip);
    let [Op::Matrix(matrix)] = ops.as_slice() else { panic!("one matrix") };
    assert!(matrix.m.iter().all(|row| (row.iter().sum::<f64>() - 1.0).abs() < 1e-6), "{:?}", matrix.m);
}

#[test]
fn standard_attributes_are_metadata() {
    let Some(clip) = open("synthetic/plate_ap0_720_datawindow.exr") else { return };
    let rows: Vec<String> = clip.metadata().rows().into_iter().map(|r| format!("{} = {} [{}]", r.name, r.value, r.key)).collect();
    for e in [
        "reel = A001 [OpenEXR reelName]",
        "start_timecode = 10:00:00:00 [OpenEXR timeCode]",
        "frame_rate = 24000/1001 fps [OpenEXR framesPerSecond]",
        "resolution = 1280x720 px [OpenEXR displayWindow]",
        "codec = PIZ [OpenEXR compression]",
        "bit_depth = 16 bit [OpenEXR channels]",
        "gamut = ACES2065-1 [OpenEXR chromaticities]",
    ] {
        assert!(rows.iter().any(|r| r == e), "{e} is not among\n{}", rows.join("\n"));
    }
    assert_eq!(clip.metadata().unmapped["OpenEXR dataWindow"], "900x520+200+100");
    assert_eq!(clip.timecode(0).unwrap().unwrap().to_string(), "10:00:00:00");
}

/// A small file with the given channels.
pub fn small(names: &[&str], encoding: BlockEncoding) -> Vec<u8> {
    let channels = names.iter().map(|n| {
        let samples = (0..23 * 17).map(|i| f16::from_f32(i as f32 / 64.0)).collect();
        AnyChannel::new(*n, FlatSamples::F16(samples))
    });
    let layer = Layer::new((23, 17), LayerAttributes::named("x"), encoding, AnyChannels::sort(channels.collect()));
    let mut bytes = vec![];
    Image::from_layer(layer).write().non_parallel().to_buffered(Cursor::new(&mut bytes)).unwrap();
    bytes
}

/// The `exr` crate's block layout and compression.
pub type BlockEncoding = ::exr::image::Encoding;

#[test]
fn luminance_is_grey_and_chroma_is_refused() {
    let (_dir, clip) = open_bytes(&small(&["Y"], BlockEncoding::FAST_LOSSLESS));
    let image = picture(&*clip.unwrap());
    assert_eq!(image.pixel(5, 2), [51.0 / 64.0; 3]);
    for (names, text) in [(&["Y", "RY", "BY"][..], "luminance and chroma"), (&["Z", "N"], "neither R, G, B nor Y")] {
        let (_dir, clip) = open_bytes(&small(names, BlockEncoding::UNCOMPRESSED));
        let e = clip.err().unwrap();
        assert_eq!(e.kind(), ErrorKind::Unsupported);
        assert!(e.to_string().contains(text), "{e}");
    }
}

#[test]
fn channels_are_found_by_name_in_scan_lines_and_tiles() {
    for encoding in
        [BlockEncoding::UNCOMPRESSED, BlockEncoding::FAST_LOSSLESS, BlockEncoding::SMALL_LOSSLESS, BlockEncoding::SMALL_FAST_LOSSLESS]
    {
        let (_dir, clip) = open_bytes(&small(&["A", "B", "G", "R", "Z"], encoding));
        let image = picture(&*clip.unwrap());
        assert!(image.planes.iter().chain(&image.alpha).all(|p| p.iter().enumerate().all(|(i, &v)| v == i as f32 / 64.0)));
    }
}

#[test]
fn plates_are_sequences_too() {
    let dir = tempfile::tempdir().unwrap();
    let path = |n: u32| dir.path().join(format!("plate.{n}.exr"));
    for n in [1001, 1002, 1005] {
        std::fs::write(path(n), small(&["R", "G", "B"], BlockEncoding::UNCOMPRESSED)).unwrap();
    }
    let clip = camera::open(dir.path()).unwrap();
    assert_eq!((clip.frames().first(), clip.frames().last()), (1001, 1005));
    assert_eq!(clip.frames().missing, [1003..=1004]);
    assert_eq!(clip.metadata().clip_name.as_ref().unwrap().value, "plate");
    assert!(clip.read(1005, &Default::default()).is_ok());
    // A frame that was never finished says so.
    let whole = std::fs::read(path(1002)).unwrap();
    std::fs::write(path(1002), &whole[..whole.len() - 400]).unwrap();
    let e = clip.read(1002, &Default::default()).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Invalid);
    assert!(e.to_string().contains("plate.1002.exr"), "{e}");
}

#[test]
fn a_header_larger_than_its_file_is_refused_before_it_is_read() {
    // The data window is 23x17: make its last column and row 60000 away.
    let mut bytes = small(&["R", "G", "B"], BlockEncoding::UNCOMPRESSED);
    let at = bytes.windows(11).position(|w| w == b"dataWindow\0").unwrap() + 11 + 6 + 4;
    bytes[at + 8..at + 12].copy_from_slice(&60_000i32.to_le_bytes());
    bytes[at + 12..at + 16].copy_from_slice(&60_000i32.to_le_bytes());
    let (_dir, clip) = open_bytes(&bytes);
    let e = clip.err().unwrap().to_string();
    assert!(e.contains("OpenEXR dataWindow") || e.contains("chunk"), "{e}");
}

/// Two parts: of a matte without colour, or luminance, and of a picture.
fn two_parts(first: &[&str], second: &[&str]) -> Vec<u8> {
    let layer = |name: &str, names: &[&str], scale: f32| {
        let channels = names.iter().map(|n| {
            let samples = (0..23 * 17).map(|i| f16::from_f32(i as f32 * scale)).collect();
            AnyChannel::new(*n, FlatSamples::F16(samples))
        });
        Layer::new((23, 17), LayerAttributes::named(name), BlockEncoding::UNCOMPRESSED, AnyChannels::sort(channels.collect()))
    };
    let bounds = IntegerBounds::from_dimensions((23, 17));
    let image = Image::from_layers(ImageAttributes::new(bounds), vec![layer("one", first, 1.0), layer("two", second, 0.5)]);
    let mut bytes = vec![];
    image.write().non_parallel().to_buffered(Cursor::new(&mut bytes)).unwrap();
    bytes
}

#[test]
fn of_several_parts_the_first_with_colour_is_read_and_all_are_named() {
    for (first, second, scale, parts) in [
        (&["Z"][..], &["R", "G", "B"][..], 0.5, "one, two (read)"),
        (&["Y"], &["R", "G", "B"], 0.5, "one (a picture, too), two (read)"),
        (&["R", "G", "B"], &["R", "G", "B"], 1.0, "one (read), two (a picture, too)"),
    ] {
        let (_dir, clip) = open_bytes(&two_parts(first, second));
        let clip = clip.unwrap();
        assert_eq!(clip.metadata().unmapped["OpenEXR parts"], parts);
        assert_eq!(picture(&*clip).pixel(5, 2), [51.0 * scale; 3], "{parts}");
    }
}

#[test]
fn pixels_outside_the_display_window_are_a_warning() {
    let plate = |x: i32| {
        let channels = ["R", "G", "B"].map(|n| AnyChannel::new(n, FlatSamples::F16(vec![f16::ONE; 23 * 17])));
        let layer = Layer::new(
            (23, 17),
            LayerAttributes::named("x"),
            BlockEncoding::UNCOMPRESSED,
            AnyChannels::sort(channels.into_iter().collect()),
        );
        let mut image = Image::from_layer(layer);
        image.layer_data.attributes.layer_position = ::exr::math::Vec2(x, 0);
        image.attributes.display_window = ::exr::meta::attribute::IntegerBounds::new((0, 0), (32, 17));
        let mut bytes = vec![];
        image.write().non_parallel().to_buffered(Cursor::new(&mut bytes)).unwrap();
        bytes
    };
    for (x, is_black) in [(0, false), (31, false), (-22, false), (32, true), (-23, true)] {
        let (_dir, clip) = open_bytes(&plate(x));
        let clip = clip.unwrap();
        let warnings = &clip.metadata().warnings;
        assert_eq!(warnings.iter().any(|w| w.contains("is black")), is_black, "{x}: {warnings:?}");
        let shown = picture(&*clip).into_display_window();
        assert_eq!(shown.planes[0].iter().all(|v| *v == 0.0), is_black, "{x}");
    }
}
