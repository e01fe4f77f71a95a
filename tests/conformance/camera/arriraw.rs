//! ARRIRAW. Files exist in the memory and the temporary folders of these tests only: creating them is reserved to ARRI's
//! licensees. The layout is that of `corpus/camera/tools/mkari.py`; the pixels are those of a real mosaic where there is one.

use super::{builder::Random, open_bytes};
use crate::corpus;
use prelight::{
    ErrorKind,
    camera::{self, Certainty, Clip, Encoding, Picture, fuzz},
    image::{Cfa, Mosaic, Size},
};
use std::process::Command;

/// How the samples are put into bytes.
#[derive(Clone, Copy, PartialEq)]
pub enum Packing {
    Words { swapped: bool },
    Plain,
}

/// A file with every field that is read.
pub fn file(model: &str, packing: Packing, samples: &[u16], width: u32) -> Vec<u8> {
    let height = samples.len() as u32 / width;
    let mut h = vec![0u8; 4096];
    let put = |h: &mut Vec<u8>, at: usize, bytes: &[u8]| h[at..at + bytes.len()].copy_from_slice(bytes);
    let word = |h: &mut Vec<u8>, at: usize, v: u32| h[at..at + 4].copy_from_slice(&v.to_le_bytes());
    let float = |h: &mut Vec<u8>, at: usize, v: f32| h[at..at + 4].copy_from_slice(&v.to_le_bytes());
    put(&mut h, 0, b"ARRI\x12\x34\x56\x78");
    for (at, v) in [(0x08, 4096), (0x0c, 3), (0x14, width), (0x18, height), (0x2c, width), (0x30, height), (0x3c, width), (0x40, height)] {
        word(&mut h, at, v);
    }
    for (at, v) in [
        (0x5c, 5600),
        (0x74, 800),
        (0xbc, 2),
        (0x130, 3),
        (0x170, 12345),
        (0x17c, 0x2026_1126),
        (0x18c, 20_833),
        (0x190, 180_000),
        (0x1a0, 48_000),
        (0x1a4, 23_976),
        (0x374, 1),
        (0x378, 2500),
        (0x37c, 50_000),
        (0x380, 4242),
        (0x384, 3970),
        (0x890, 1),
    ] {
        word(&mut h, at, v);
    }
    for (at, v) in
        [(0x60, -1.5), (0x64, 1.9), (0x68, 1.0), (0x6c, 1.75), (0xc4, 2.0), (0xfc, 0.9), (0x100, 1.1), (0x104, 1.0), (0x108, 0.9)]
    {
        float(&mut h, at, v);
    }
    put(&mut h, 0x1a8, &[0x07, 0x10, 0x20, 0x01]);
    put(&mut h, 0x29c, model.as_bytes());
    for (at, text) in [
        (0xcc, "LOOK_TEST"),
        (0x178, "A"),
        (0x2f8, "ALEXA TEST"),
        (0x398, "ARRI SP 50mm T2.8"),
        (0x4f8, "A001"),
        (0x500, "12A"),
        (0x510, "3"),
        (0x538, "Ada"),
        (0x598, "unit:second;day:4;"),
        (0x698, "A001C001_260101_R1"),
        (0x894, "2.39:1"),
    ] {
        put(&mut h, at, text.as_bytes());
    }
    for (i, v) in [10u16, 20, width as u16 - 20, (height as u16).saturating_sub(40)].into_iter().enumerate() {
        put(&mut h, 0x890 + 36 + 2 * i, &v.to_le_bytes());
    }
    let mut data = vec![];
    for pair in samples.as_chunks::<2>().0 {
        let [a, b] = match packing {
            Packing::Words { swapped: true } => [pair[1], pair[0]],
            _ => *pair,
        };
        data.extend(match packing {
            Packing::Plain => [a as u8, (a >> 8 | (b & 15) << 4) as u8, (b >> 4) as u8],
            Packing::Words { .. } => [(a >> 4) as u8, ((a & 15) << 4 | b >> 8) as u8, b as u8],
        });
    }
    if packing != Packing::Plain {
        data.as_chunks_mut::<4>().0.iter_mut().for_each(|w| w.reverse());
    }
    [h, data].concat()
}

/// A mosaic of that pattern: a coloured scene with edges and texture, in 12 bits.
fn scene(width: usize, height: usize, cfa: Cfa) -> Vec<u16> {
    let mut random = Random(77);
    let sample = |i: usize, noise: u64| {
        let (x, y) = (i % width, i / width);
        let light =
            900.0 + 500.0 * ((x as f64 * 0.23).sin() * (y as f64 * 0.17).cos()) + if (x / 13 + y / 9) % 2 == 0 { 300.0 } else { 0.0 };
        let (rx, ry) = cfa.red();
        let gain = match ((x as u32 ^ rx) & 1, (y as u32 ^ ry) & 1) {
            (0, 0) => 0.5,
            (1, 1) => 0.7,
            _ => 1.0,
        };
        (light * gain) as u16 + noise as u16
    };
    (0..width * height).map(|i| sample(i, random.next() >> 60)).collect()
}

fn read(clip: &dyn Clip) -> Mosaic {
    match clip.read(0, &Default::default()).unwrap() {
        Picture::Mosaic(m) => m,
        _ => panic!("a mosaic"),
    }
}

/// Cameras, their packing, and the pattern of the sensor in that order.
const CODINGS: &[(&str, Packing, Cfa)] = &[
    ("ALEXA", Packing::Words { swapped: false }, Cfa::Rggb),
    ("ALEXA", Packing::Words { swapped: true }, Cfa::Grbg),
    ("ALEXA65", Packing::Words { swapped: false }, Cfa::Gbrg),
    ("ALEXALF", Packing::Words { swapped: true }, Cfa::Bggr),
    ("A-MINI", Packing::Plain, Cfa::Bggr),
];

#[test]
fn the_order_of_pairs_is_found_and_shown() {
    for &(model, packing, cfa) in CODINGS {
        let samples = scene(96, 64, cfa);
        let (_dir, clip) = open_bytes(&file(model, packing, &samples, 96));
        let clip = clip.unwrap();
        let m = read(&*clip);
        assert!(m.samples == samples, "{model}");
        assert_eq!((m.cfa, m.bits, m.white, m.pixel_aspect), (cfa, 12, 4095.0, 2.0), "{model}");
        let mode = clip.metadata().sensor_mode.as_ref().unwrap();
        let words = match packing {
            Packing::Words { swapped: true } => "pixel pairs swapped",
            Packing::Words { swapped: false } => "pixel pairs as stored",
            Packing::Plain => "pixels in order",
        };
        assert!(mode.value.contains(words), "{model}: {}", mode.value);
        assert_eq!(mode.certainty, Certainty::Derived);
    }
}

/// The decider on real pixels, in both orders.
#[test]
fn the_order_is_found_on_a_real_mosaic() {
    let Some(path) = corpus("camera/real/gopro_hero6_GOPR0024_16bit.dng") else { return };
    let real = read(&*camera::open_single(&path).unwrap());
    for (swapped, x0) in [(false, 400), (true, 401)] {
        let samples: Vec<u16> = (900..900 + 270).flat_map(|y| &real.samples[y * 4000 + x0..][..480]).map(|s| s >> 2).collect();
        let (_dir, clip) = open_bytes(&file("ALEXA", Packing::Words { swapped }, &samples, 480));
        let clip = clip.unwrap();
        let m = read(&*clip);
        assert!(m.samples == samples, "{swapped}: {}", clip.metadata().sensor_mode.as_ref().unwrap().value);
        assert_eq!(m.cfa, if swapped { Cfa::Grbg } else { Cfa::Rggb });
    }
}

#[test]
fn a_picture_that_does_not_tell_says_so() {
    let (_dir, clip) = open_bytes(&file("ALEXA", Packing::Words { swapped: false }, &[700; 64 * 16], 64));
    let mode = clip.unwrap().metadata().sensor_mode.clone().unwrap().value;
    assert!(mode.contains("not to be told"), "{mode}");
}

#[test]
fn the_header_is_read() {
    let (_dir, clip) = open_bytes(&file("ALEXA", Packing::Words { swapped: false }, &scene(96, 64, Cfa::Rggb), 96));
    let clip = clip.unwrap();
    let rows: Vec<String> = clip.metadata().rows().iter().map(|r| format!("{} = {} [{}]", r.name, r.value, r.key)).collect();
    for row in [
        "clip_name = A001C001_260101_R1 [ARRI 0x698 clip name]",
        "reel = A001 [ARRI 0x4F8 reel]",
        "camera_index = A [ARRI 0x178 camera index]",
        "start_timecode = 01:20:10:07 [ARRI 0x1A8 master timecode]",
        "frame_rate = 24000/1001 fps [ARRI 0x1A4 project fps]",
        "make = ARRI [ARRI 0x000 magic]",
        "model = ALEXA TEST [ARRI 0x2F8 camera model]",
        "serial = 12345 [ARRI 0x170 camera serial]",
        "resolution = 96x64 px [ARRI 0x014 width, 0x018 height]",
        "squeeze = 2 x [ARRI 0x0C4 lens squeeze]",
        "exposure_index = 800 [ARRI 0x074 exposure index]",
        "exposure_time = 0.020833 s [ARRI 0x18C exposure time]",
        "shutter_angle = 180° [ARRI 0x190 shutter angle]",
        "white_balance = 5600 K [ARRI 0x05C white balance]",
        "tint = -1.5 CC [ARRI 0x060 CC tint]",
        "lens = ARRI SP 50mm T2.8 [ARRI 0x398 lens model]",
        "focal_length = 50 mm [ARRI 0x37C focal length]",
        "t_stop = 2.79917 [ARRI 0x384 iris]",
        "focus_distance = 2.5 m [ARRI 0x378 focus distance, 0x374 unit]",
        "date_time = 2026-11-26 [ARRI 0x17C date]",
        "cfa = RGGB [ARRI 0x29C camera family]",
    ] {
        assert!(rows.iter().any(|r| r == row), "{row} is not in {rows:#?}");
    }
    assert!(rows.iter().any(|r| r.starts_with("transfer = uncalibrated preview: ")));
    let unmapped = &clip.metadata().unmapped;
    for (key, value) in [
        ("Sensor fps", "48"),
        ("Scene", "12A"),
        ("Take", "3"),
        ("Director of photography", "Ada"),
        ("Look name", "LOOK_TEST"),
        ("CDL mode", "CDL LogC"),
        ("Target colour space", "LogC Wide Gamut"),
        ("User: unit", "second"),
        ("User: day", "4"),
        ("Lens serial", "4242"),
        ("Frame line 1A", "master \"2.39:1\", 76x24 at 10, 20"),
    ] {
        assert_eq!(unmapped.get(key).map(String::as_str), Some(value), "{key} in {unmapped:#?}");
    }
    assert!(unmapped["CDL slope"].starts_with("1.1"));
}

#[test]
fn unknown_cameras_and_codings_are_refused_by_name_and_read_all_the_same() {
    let samples = scene(96, 64, Cfa::Rggb);
    let words = Packing::Words { swapped: false };
    let (_dir, clip) = open_bytes(&file("ALEXA35", words, &samples, 96));
    let clip = clip.unwrap();
    assert_eq!(clip.metadata().reel.as_ref().unwrap().value, "A001");
    let e = clip.read(0, &Default::default()).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Unsupported);
    assert!(e.to_string().contains("ARRI 0x29C camera family = ALEXA35: "), "{e}");
    let whole = file("ALEXA", words, &samples, 96);
    for (bytes, words) in
        [(whole[..whole.len() - 1].to_vec(), "compressed (HDE)"), ([whole.clone(), vec![0; 96 * 64 / 8]].concat(), "13 bit")]
    {
        let (_dir, clip) = open_bytes(&bytes);
        let e = clip.unwrap().read(0, &Default::default()).unwrap_err().to_string();
        assert!(e.contains("length of the picture = ") && e.contains(words), "{e}");
    }
    for (at, byte, words) in [(5, 0, "0x004 byte order"), (0x0c, 4, "0x00C header version = 4"), (0x0b, 0x7f, "0x008 data offset")] {
        let mut bytes = whole.clone();
        bytes[at] = byte;
        let e = open_bytes(&bytes).1.err().unwrap().to_string();
        assert!(e.contains(words), "{e}");
    }
}

#[test]
fn frames_that_are_numbered_alike_are_a_clip() {
    let dir = tempfile::tempdir().unwrap();
    let samples = scene(96, 64, Cfa::Rggb);
    let mut bytes = file("ALEXA", Packing::Words { swapped: false }, &samples, 96);
    for n in [100, 101, 103] {
        bytes[0x1a8] = n as u8 - 100;
        std::fs::write(dir.path().join(format!("A001C001.{n:07}.ari")), &bytes).unwrap();
    }
    std::fs::write(dir.path().join("A001C001.0000104.ari"), file("ALEXA", Packing::Words { swapped: false }, &samples[..96 * 32], 96))
        .unwrap();
    let clip = camera::open(dir.path()).unwrap();
    assert_eq!(
        (clip.frames().present.as_slice(), clip.frames().missing.as_slice()),
        ([100, 101, 103, 104].as_slice(), [102..=102].as_slice())
    );
    assert_eq!(clip.timecode(103).unwrap().unwrap().to_string(), "01:20:10:03");
    assert!(clip.read(103, &Default::default()).is_ok());
    let e = clip.read(104, &Default::default()).unwrap_err().to_string();
    assert!(e.contains("differs in size"), "{e}");
}

/// The preview is shown, and nothing is made of it.
#[test]
fn an_uncalibrated_preview_is_checked_and_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("A001C001_260101_R1.ari");
    std::fs::write(&path, file("ALEXA", Packing::Words { swapped: false }, &scene(96, 64, Cfa::Rggb), 96)).unwrap();
    let clip = camera::open_single(&path).unwrap();
    assert!(matches!(clip.encoding(), Encoding::Uncalibrated { why } if why.starts_with("uncalibrated preview: ")));
    let plan = prelight::pipeline::Plan::new(&*clip, &Default::default(), &Default::default()).unwrap();
    assert!(plan.steps()[0].detail.starts_with("uncalibrated preview: "));
    assert!(plan.picture(&*clip, 0, prelight::pipeline::Stage::Display).is_ok());
    let e = plan.plate(&*clip, 0).unwrap_err();
    assert_eq!(e.exit_code(), 12, "{e}");
    let run = |args: &[&str]| {
        let out = Command::new(env!("CARGO_BIN_EXE_prelight")).args(args).arg(&path).output().unwrap();
        (out.status.code(), String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned())
    };
    let (code, text) = run(&["inspect"]);
    assert!(code == Some(0) && text.contains("uncalibrated preview"), "{text}");
    let (code, text) = run(&["check"]);
    assert!(code == Some(11) && text.contains("FAIL COL-25"), "{text}");
    // Waived or not, no plate is made of it.
    let out = dir.path().join("x.recipe");
    let recipe = ["recipe", "new", "--out", out.to_str().unwrap(), "--name", "Ada", "--role", "Tester"];
    let waivers = ["--waive", "COL-25=only a test", "--waive", "META-07=only a test"];
    for waivers in [&[][..], &waivers] {
        let (code, text) = run(&[&recipe, waivers].concat());
        assert!(code == Some(12) && !out.exists(), "{code:?} {text}");
    }
    assert_eq!(Size::new(96, 64), clip.size());
}

#[test]
fn damage_never_panics() {
    let whole = file("ALEXA", Packing::Words { swapped: true }, &scene(32, 16, Cfa::Grbg), 32);
    let mut random = Random(0x2468_ace0_1357_9bdf);
    let mut survived = 0;
    for round in 0..10_000 {
        let mut bytes = whole.clone();
        for _ in 0..1 + round % 3 {
            let at = random.below(if round % 2 == 0 { 0x300 } else { bytes.len() });
            match round % 7 {
                0 => bytes.truncate(at),
                1 if at + 4 <= bytes.len() => {
                    bytes[at..at + 4].copy_from_slice(&[0, 1, u32::MAX, 0x8000_0000][random.below(4)].to_le_bytes());
                }
                _ if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
                _ => {}
            }
        }
        if let Ok(m) = fuzz::arriraw(&bytes) {
            assert!(m.samples.len() * 12 <= bytes.len() * 8);
            survived += 1;
        }
        if round % 20 == 0
            && let (_dir, Ok(clip)) = open_bytes(&bytes)
        {
            let _ = (clip.read(0, &Default::default()), clip.timecode(0));
        }
    }
    assert!(survived > 1000, "{survived}");
}
