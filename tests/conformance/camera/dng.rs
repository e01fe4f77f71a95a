//! What is read of DNG files beside their samples: levels, windows, metadata (checked against ExifTool 12.57), colour,
//! sequences, and what is refused.

use super::{
    builder::{Dng, V, pack, scene},
    open_bytes,
};
use crate::corpus;
use prelight::{
    ErrorKind,
    camera::{self, Clip, Encoding, Picture},
    image::{Cfa, Mosaic, Rect},
};
use std::{fs, sync::Arc};

fn mosaic(clip: &dyn Clip) -> Mosaic {
    match clip.read(clip.frames().first(), &Default::default()).unwrap() {
        Picture::Mosaic(m) => m,
        _ => panic!("a mosaic"),
    }
}

fn open(name: &str) -> Option<Arc<dyn Clip>> {
    Some(camera::open(&corpus(&format!("camera/{name}"))?).unwrap())
}

/// The rows of the table as text: `name = value [key]`.
fn rows(clip: &dyn Clip) -> Vec<String> {
    clip.metadata().rows().into_iter().map(|r| format!("{} = {} [{}]", r.name, r.value, r.key)).collect()
}

fn assert_rows(clip: &dyn Clip, expected: &[&str]) {
    let rows = rows(clip);
    for e in expected {
        assert!(rows.iter().any(|r| r == e), "{e} is not among\n{}", rows.join("\n"));
    }
}

#[test]
fn canon_magic_lantern() {
    let Some(clip) = open("real/canon_kissx4_ml_14bit_colorchecker.dng") else { return };
    assert_rows(
        &*clip,
        &[
            "make = Canon [TIFF 271 Make]",
            "model = Canon EOS Kiss X4 [TIFF 272 Model]",
            "software = Magic Lantern [TIFF 305 Software]",
            "resolution = 1734x1156 px [DNG 50829 ActiveArea]",
            "crop = 1734x1156+0+0 px [DNG 50719 DefaultCropOrigin, DNG 50720 DefaultCropSize]",
            "bit_depth = 14 bit [TIFF 258 BitsPerSample]",
            "cfa = RGGB [TIFF/EP 33422 CFAPattern]",
        ],
    );
    // The camera wrote 0 and 0/0 where it knew nothing.
    let m = clip.metadata();
    assert!(m.exposure_time.is_none() && m.exposure_index.is_none() && m.f_number.is_none() && m.date_time.is_none());
    let picture = mosaic(&*clip);
    assert_eq!(picture.active_area, Rect::new(152, 26, 1734, 1156));
    assert_eq!((picture.black.max(), picture.white, picture.cfa), (2056.0, 15000.0, Cfa::Rggb));
    assert_eq!(clip.size(), picture.active_area.size());
    let Encoding::Camera(color) = clip.encoding() else { panic!("calibrated") };
    assert_eq!(color.neutral[1], 1.0);
    assert!((color.neutral[0] - 1.0 / 2.477).abs() < 1e-9 && color.baseline_exposure == 0.0);
}

#[test]
fn gopro_hero6() {
    let Some(clip) = open("real/gopro_hero6_GOPR0024_16bit.dng") else { return };
    assert_rows(
        &*clip,
        &[
            "model = HERO6 Black [TIFF 272 Model]",
            "serial = C32213DVT14025 [DNG 50735 CameraSerialNumber]",
            "exposure_index = 100 [Exif 34855 ISOSpeedRatings]",
            "f_number = 2.8 [Exif 33437 FNumber]",
            "focal_length = 3 mm [Exif 37386 FocalLength]",
            "date_time = 2016:01:01 23:07:27 [Exif 36867 DateTimeOriginal]",
            "resolution = 4000x3000 px [DNG 50829 ActiveArea]",
            "codec = uncompressed [TIFF 259 Compression]",
        ],
    );
    let m = clip.metadata();
    assert!((m.exposure_time.as_ref().unwrap().value - 1.0 / 455.0).abs() < 1e-9);
    assert_eq!(m.unmapped["DNG 51009 OpcodeList2"], "GainMap (optional) x4; applied");
    // The neutral lies between daylight and shade: DNG's own estimate for it.
    let Encoding::Camera(color) = clip.encoding() else { panic!("calibrated") };
    assert!((4000.0..7000.0).contains(&color.kelvin), "{}", color.kelvin);
}

#[test]
fn cinema_dng_sequence() {
    let Some(clip) = open("synthetic/A001_C001_seq12_000002.dng") else { return };
    assert_eq!(clip.frames().present, [0, 1, 2, 3]);
    assert!(clip.frames().missing.is_empty() && clip.frames().foreign.is_empty());
    assert_eq!(clip.files().len(), 4);
    for frame in 0..4 {
        assert_eq!(clip.timecode(frame).unwrap().unwrap().to_string(), format!("10:00:00:{frame:02}"));
    }
    assert!(clip.read(4, &Default::default()).unwrap_err().to_string().contains("frame = 4"));
    assert_rows(
        &*clip,
        &[
            "clip_name = A001_C001_seq12 [file name]",
            "reel = A001 [DNG 51081 ReelName]",
            "camera_label = A Camera [DNG 51105 CameraLabel]",
            "start_timecode = 10:00:00:00 [DNG 51043 TimeCodes]",
            "frame_rate = 24000/1001 fps [DNG 51044 FrameRate]",
            "frame_count = 4 [files]",
            "t_stop = 3.1 [DNG 51058 TStop]",
            "crop = 1904x1064+8+8 px [DNG 50719 DefaultCropOrigin, DNG 50720 DefaultCropSize]",
            "squeeze = 1 x [DNG 50718 DefaultScale]",
            "bit_depth = 12 bit [TIFF 258 BitsPerSample]",
        ],
    );
    let angle = clip.metadata().shutter_angle.clone().unwrap();
    assert!((angle.value - 360.0 / 48.0 * 24000.0 / 1001.0).abs() < 1e-9);
    assert_eq!(angle.key, "Exif 33434 ExposureTime x DNG 51044 FrameRate");
    assert_eq!(mosaic(&*clip).black.levels, [256.0; 4]);
}

#[test]
fn anamorphic() {
    let Some(clip) = open("synthetic/anamorphic2x_circle_12bit.dng") else { return };
    assert_rows(&*clip, &["squeeze = 2 x [DNG 50718 DefaultScale]", "resolution = 1116x2160 px [DNG 50829 ActiveArea]"]);
    assert_eq!(mosaic(&*clip).pixel_aspect, 2.0);
}

#[test]
fn nikon_lens_and_exposure() {
    let Some(path) = corpus("camera/real/nikon_d500_lossy_linear.dng") else { return };
    let clip = camera::open_single(&path).unwrap();
    assert_rows(
        &*clip,
        &[
            "lens = 24.0-70.0 mm f/2.8 [Exif 42036 LensModel]",
            "focal_length = 70 mm [Exif 37386 FocalLength]",
            "exposure_index = 400 [Exif 34855 ISOSpeedRatings]",
            "exposure_time = 0.000625 s [Exif 33434 ExposureTime]",
            "serial = 2055816 [DNG 50735 CameraSerialNumber]",
            "resolution = 600x400 px [TIFF 256 ImageWidth, TIFF 257 ImageLength]",
        ],
    );
    // Two illuminants with forward matrices and an exposure of their own.
    let Encoding::Camera(color) = clip.encoding() else { panic!("calibrated") };
    assert!((color.baseline_exposure - 0.35).abs() < 1e-12);
    assert!((5000.0..6500.0).contains(&color.kelvin), "daylight: {}", color.kelvin);
}

#[test]
fn a_file_cut_after_its_header() {
    let Some(path) = corpus("camera/real/exiftool_DNG.dng") else { return };
    let clip = camera::open_single(&path).unwrap();
    assert_rows(
        &*clip,
        &[
            "make = Canon [TIFF 271 Make]",
            "serial = 012345678 [DNG 50735 CameraSerialNumber]",
            "lens = 18-55 mm [DNG 50736 LensInfo]",
            "resolution = 3474x2314 px [DNG 50829 ActiveArea]",
            "crop = 3456x2304+10+5 px [DNG 50719 DefaultCropOrigin, DNG 50720 DefaultCropSize]",
            "focal_length = 55 mm [Exif 37386 FocalLength]",
        ],
    );
    let e = clip.read(0, &Default::default()).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Invalid, "{e}");
    assert!(e.to_string().contains("TileOffsets"), "{e}");
}

/// A 16x8 mosaic of 12 bits.
fn small() -> Dng {
    Dng::mosaic(16, 8, 12, vec![pack(&scene(16, 8, 12, 1), 16, 12)])
}

#[test]
fn depths_byte_orders_and_sub_ifds() {
    let (width, height) = (18usize, 7usize);
    for bits in [8, 10, 12, 14, 16] {
        let samples = scene(width, height, bits as u32, 11);
        for big in [false, true] {
            let bytes = match (bits, big) {
                (16, false) => samples.iter().flat_map(|s| s.to_le_bytes()).collect(),
                _ => pack(&samples, width, bits),
            };
            // In one strip, and in strips of three rows.
            let row_bytes = bytes.len() / height;
            let strips: Vec<Vec<u8>> = bytes.chunks(3 * row_bytes).map(<[u8]>::to_vec).collect();
            let one = Dng { big, ..Dng::mosaic(width as u32, height as u32, bits as u16, vec![bytes]) };
            let many = Dng { chunks: strips, ..one.clone() }.with(278, V::Short(vec![3]));
            for dng in [one.clone(), one.clone().in_sub_ifd(), many] {
                let (_dir, clip) = open_bytes(&dng.build());
                let clip = clip.unwrap();
                assert_eq!(mosaic(&*clip).samples, samples, "{bits} bits, big-endian {big}");
                assert_eq!(clip.metadata().start_timecode.as_ref().unwrap().value.to_string(), "02:53:49:07");
            }
        }
    }
}

#[test]
fn levels_follow_the_active_area() {
    let dng = small()
        .with(50829, V::Long(vec![1, 2, 7, 14]))
        .with(50713, V::Short(vec![2, 2]))
        .with(50714, V::Rational(vec![(100, 1), (201, 2), (101, 1), (102, 1)]))
        .with(50715, V::Signed((0..12).map(|i| (i, 2)).collect()))
        .with(50716, V::Signed((0..6).map(|i| (-i, 4)).collect()))
        .with(50717, V::Short(vec![4000]));
    let (_dir, clip) = open_bytes(&dng.build());
    let m = mosaic(&*clip.unwrap());
    assert_eq!(m.active_area, Rect::new(2, 1, 12, 6));
    assert_eq!(m.black.at(0, 0), 100.0);
    assert_eq!(m.black.at(3, 2), 100.5 + 1.5 - 0.5);
    assert_eq!(m.black.at(11, 5), 102.0 + 5.5 - 1.25);
    let code = f32::from(m.samples[16 + 2]);
    assert_eq!(m.linear().samples[0], (code - 100.0) / 3900.0);
}

#[test]
fn linear_raw_is_rgb() {
    let samples = scene(12, 4, 16, 2);
    let bytes = samples.iter().flat_map(|s| s.to_le_bytes()).collect();
    let dng = Dng::mosaic(4, 4, 16, vec![bytes])
        .with(262, V::Short(vec![34892]))
        .with(277, V::Short(vec![3]))
        .with(258, V::Short(vec![16; 3]))
        .with(50714, V::Short(vec![1, 2, 3]))
        .with(50717, V::Long(vec![65535; 3]));
    let (_dir, clip) = open_bytes(&dng.build());
    let Picture::Rgb(image) = clip.unwrap().read(0, &Default::default()).unwrap() else { panic!("RGB") };
    let linear = |i: usize, black: f32| (f32::from(samples[i]) - black) / (65535.0 - black);
    assert_eq!(image.pixel(2, 1), [linear(18, 1.0), linear(19, 2.0), linear(20, 3.0)]);
}

#[test]
fn refusals_name_the_tag() {
    let cases = [
        (small().with(256, V::Long(vec![0])), ErrorKind::Invalid, "TIFF 256 ImageWidth = 0"),
        (small().with(257, V::Long(vec![0])), ErrorKind::Invalid, "TIFF 257 ImageLength = 0"),
        (small().with(256, V::Long(vec![65536])).with(257, V::Long(vec![65536])), ErrorKind::Invalid, "TIFF 256 ImageWidth = 65536"),
        (small().with(256, V::Long(vec![60000])).with(257, V::Long(vec![60000])), ErrorKind::Unsupported, "more than"),
        (small().with(256, V::Long(vec![8000])).with(257, V::Long(vec![8000])), ErrorKind::Invalid, "TIFF 279 StripByteCounts"),
        (small().with(258, V::Short(vec![13])), ErrorKind::Unsupported, "TIFF 258 BitsPerSample = 13"),
        (small().with(259, V::Short(vec![34713])), ErrorKind::Unsupported, "TIFF 259 Compression = 34713: compression 34713 is not"),
        (small().with(273, V::Long(vec![4_000_000_000])), ErrorKind::Invalid, "TIFF 273 StripOffsets = 4000000000"),
        (small().with(279, V::Long(vec![u32::MAX])), ErrorKind::Invalid, "TIFF 273 StripOffsets"),
        (small().with(273, V::Long(vec![8, 8])), ErrorKind::Invalid, "count of TIFF 273 StripOffsets = 2"),
        (small().without(279), ErrorKind::Invalid, "TIFF 279 StripByteCounts: missing"),
        (small().with(278, V::Short(vec![0])), ErrorKind::Invalid, "TIFF 278 RowsPerStrip = 0"),
        (small().with(33421, V::Short(vec![6, 6])), ErrorKind::Unsupported, "TIFF/EP 33421 CFARepeatPatternDim = 6x6"),
        (small().with(33422, V::Byte(vec![0, 1, 2, 1])), ErrorKind::Unsupported, "TIFF/EP 33422 CFAPattern"),
        (small().with(50829, V::Long(vec![0, 0, 9, 16])), ErrorKind::Invalid, "DNG 50829 ActiveArea"),
        (small().with(50720, V::Long(vec![17, 8])), ErrorKind::Invalid, "DNG 50720 DefaultCropSize"),
        (small().with(50718, V::Rational(vec![(0, 1), (1, 1)])), ErrorKind::Invalid, "DNG 50718 DefaultScale"),
        (small().with(50717, V::Short(vec![16])), ErrorKind::Invalid, "DNG 50717 WhiteLevel = 16: does not lie above black"),
        (small().with(50714, V::Long(vec![4_000_000_000])), ErrorKind::Invalid, "DNG 50714 BlackLevel = 4000000000"),
        (small().with(50712, V::Short(vec![])), ErrorKind::Invalid, "count of DNG 50712 LinearizationTable = 0"),
        (small().with(50728, V::Rational(vec![(0, 1); 3])), ErrorKind::Invalid, "DNG 50728 AsShotNeutral"),
        (small().with(50721, V::Signed(vec![(1, 1); 9])), ErrorKind::Invalid, "gives no usable transform"),
        (small().with(50975, V::Short(vec![0])), ErrorKind::Invalid, "DNG 50975 RowInterleaveFactor = 0"),
    ];
    for (dng, kind, text) in cases {
        let (_dir, clip) = open_bytes(&dng.build());
        let e = clip.and_then(|c| c.read(0, &Default::default())).unwrap_err();
        assert_eq!(e.kind(), kind, "{e}");
        assert!(e.to_string().contains(text), "{e} does not name {text}");
        assert!(e.path().is_some(), "{e}");
    }
}

#[test]
fn directories_in_a_circle_are_an_error() {
    // SubIFDs leads back to IFD0, and the next directory of IFD0 is itself.
    let (_dir, clip) = open_bytes(&small().with(330, V::Long(vec![8])).build());
    assert!(clip.err().unwrap().to_string().contains("TIFF 330 SubIFDs = 8: points back"));
    let mut bytes = small().build();
    let next = 8 + 2 + 12 * small().tags.len();
    bytes[next] = 8;
    let (_dir, clip) = open_bytes(&bytes);
    assert!(clip.err().unwrap().to_string().contains("next IFD = 8: points back"));
}

#[test]
fn a_broken_field_is_noted_and_the_rest_is_read() {
    let dng = small().with(51043, V::Byte(vec![0xff; 8])).with(51044, V::Signed(vec![(24, 0)]));
    let (_dir, clip) = open_bytes(&dng.build());
    let clip = clip.unwrap();
    let m = clip.metadata();
    assert!(m.start_timecode.is_none() && m.frame_rate.is_none());
    assert!(m.unmapped["DNG 51043 TimeCodes"].starts_with("unreadable: "), "{:?}", m.unmapped);
    assert_eq!(m.make.as_ref().unwrap().value, "Maker");
    assert!(clip.timecode(0).is_err());
}

#[test]
fn gaps_and_frames_of_another_size() {
    let dir = tempfile::tempdir().unwrap();
    for n in [7, 8, 11] {
        fs::write(dir.path().join(format!("B002_{n:05}.dng")), small().build()).unwrap();
    }
    let other = Dng::mosaic(18, 8, 12, vec![pack(&scene(18, 8, 12, 1), 18, 12)]);
    fs::write(dir.path().join("B002_00012.dng"), other.build()).unwrap();
    let clip = camera::open(dir.path()).unwrap();
    assert_eq!(clip.frames().missing, [9..=10]);
    assert_eq!(clip.metadata().clip_name.as_ref().unwrap().value, "B002");
    assert!(clip.read(11, &Default::default()).is_ok());
    let e = clip.read(12, &Default::default()).unwrap_err().to_string();
    assert!(e.contains("B002_00012.dng") && e.contains("18x8"), "{e}");
}

#[test]
fn optical_black_stands_in_for_a_missing_black_level() {
    // Columns 0 and 1 are masked: 100 and 104 in even rows, 108 and 111 in odd ones; the active area starts at column 2.
    let samples: Vec<u16> = (0..16 * 8).map(|i| [[100, 104], [108, 111]][i / 16 % 2].get(i % 16).copied().unwrap_or(2000)).collect();
    let dng = Dng::mosaic(16, 8, 12, vec![pack(&samples, 16, 12)]).with(50829, V::Long(vec![0, 2, 8, 16]));
    let masked = |dng: Dng| dng.with(50830, V::Long(vec![0, 0, 4, 2, 4, 0, 8, 2]));
    let levels = |dng: &Dng| {
        let (_dir, clip) = open_bytes(&dng.build());
        clip.and_then(|c| c.read(0, &Default::default()))
    };
    let black = |dng: &Dng| match levels(dng).unwrap() {
        Picture::Mosaic(m) => m.black,
        _ => panic!("a mosaic"),
    };
    let measured = black(&masked(dng.clone()).without(50714));
    assert_eq!((measured.repeat, measured.levels), ((2, 2), vec![100.0, 104.0, 108.0, 111.0]));
    // A level that is stated counts; without either it is 0.
    assert_eq!(black(&masked(dng.clone())).levels, [16.0]);
    assert_eq!(black(&dng.clone().without(50714)).levels, [0.0]);
    for bad in [vec![0, 0, 8, 3], vec![0, 0, 9, 2], vec![4, 0, 4, 2], vec![0, 0, 8]] {
        let e = levels(&dng.clone().without(50714).with(50830, V::Long(bad))).unwrap_err().to_string();
        assert!(e.contains("DNG 50830 MaskedAreas"), "{e}");
    }
}

#[test]
fn three_illuminants_and_one_of_its_own() {
    let matrix = |m: [i32; 9]| V::Signed(m.map(|v| (v, 100)).to_vec());
    let dng = small()
        .with(50721, matrix([100, 0, 0, 0, 100, 0, 0, 0, 100]))
        .with(50722, matrix([90, 5, 0, 0, 100, 0, 0, 10, 80]))
        .with(52531, matrix([80, 10, 0, 5, 100, 0, 0, 20, 60]))
        .with(50778, V::Short(vec![17]))
        .with(50779, V::Short(vec![21]))
        .with(52529, V::Short(vec![255]));
    let xy = |x: u32, y: u32| [&[0, 0][..], &x.to_le_bytes(), &1000u32.to_le_bytes(), &y.to_le_bytes(), &1000u32.to_le_bytes()].concat();
    let color = |dng: &Dng| {
        let (_dir, clip) = open_bytes(&dng.build());
        clip.map(|c| c.encoding().clone())
    };
    // The white of the shot is that of the third illuminant: its matrix alone counts.
    let shot = |dng: &Dng| dng.clone().without(50728).with(50729, V::Rational(vec![(313, 1000), (329, 1000)]));
    let third = shot(&dng.clone().with(52535, V::Byte(xy(313, 329))).with(50779, V::Short(vec![23])));
    let alone = shot(&small().with(50721, matrix([80, 10, 0, 5, 100, 0, 0, 20, 60])));
    let (Ok(Encoding::Camera(a)), Ok(Encoding::Camera(b))) = (color(&third), color(&alone)) else { panic!("calibrated") };
    assert!(a.to_aces.iter().flatten().zip(b.to_aces.iter().flatten()).all(|(a, b)| (a - b).abs() < 1e-6), "{a:?} {b:?}");
    // Without its chromaticity the third is no illuminant; a spectrum is refused by name.
    assert!(color(&dng).unwrap_err().to_string().contains("DNG 52531 ColorMatrix3"));
    let spectrum = dng.with(52535, V::Byte([&[1, 0][..], &[0; 30]].concat()));
    assert!(color(&spectrum).unwrap_err().to_string().contains("DNG 52535 IlluminantData3 = 1"));
    let four = small().with(50721, V::Signed(vec![(1, 1); 12])).with(50725, V::Signed(vec![(1, 1); 12]));
    let e = color(&four).unwrap_err().to_string();
    assert!(e.contains("count of DNG 50721 ColorMatrix1 = 12") && e.contains("ReductionMatrix1"), "{e}");
}

#[test]
fn a_frame_of_another_white_balance_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let neutral = |r: u32| small().with(50728, V::Rational(vec![(r, 100), (1, 1), (2, 3)])).build();
    for (n, r) in [(1, 50), (2, 50), (3, 45)] {
        fs::write(dir.path().join(format!("C_{n:04}.dng")), neutral(r)).unwrap();
    }
    // The clip opens, its other frames are read, and the one that differs says in what.
    let clip = camera::open(dir.path()).unwrap();
    assert!(clip.read(1, &Default::default()).is_ok() && clip.read(2, &Default::default()).is_ok());
    let e = clip.read(3, &Default::default()).unwrap_err().to_string();
    assert!(e.contains("C_0003.dng: DNG 50728 AsShotNeutral = [0.45, 1.0") && e.contains("the first frame ([0.5, 1.0"), "{e}");
}

/// Photographs are numbered as frames are: what makes a sequence of them, and what does not.
#[test]
fn stills_that_are_numbered_alike_are_clips_of_their_own() {
    let plain = || Dng::mosaic(16, 8, 12, vec![vec![7; 16 * 8 * 12 / 8]]).without(51043).without(51044);
    let at = |dng: Dng, time: &'static str| dng.with(306, V::Ascii(time));
    let (noon, later) = ("2017:04:17 12:00:00", "2017:04:17 12:00:09");
    // The two files, whether they are one clip, and a word of why.
    let cases: Vec<(&str, [Dng; 2], bool, &str)> = vec![
        ("a rate", [plain().with(51044, V::Signed(vec![(24, 1)])), plain()], true, "DNG 51044 FrameRate"),
        ("a timecode", [plain().with(51043, V::Byte(vec![0; 8])), plain()], true, "DNG 51043 TimeCodes"),
        ("alike", [plain(), plain()], true, "like the file numbered beside it in size (16x8)"),
        ("another camera", [plain(), plain().with(271, V::Ascii("Other"))], false, "differs in size, camera, coding or time"),
        ("another size", [plain(), plain().with(257, V::Long(vec![6]))], false, "differs in size"),
        ("a preview", [plain().in_sub_ifd(), plain().in_sub_ifd()], false, "it has a preview"),
        ("another time", [at(plain(), noon), at(plain(), later)], false, "or time"),
        ("one time", [at(plain(), noon), at(plain(), noon)], true, "like the file"),
        ("another coding", [plain().with(259, V::Short(vec![9])), plain()], false, "neither uncompressed nor lossless JPEG"),
    ];
    for (what, files, is_one, why) in cases {
        let dir = tempfile::tempdir().unwrap();
        let names = ["GOPR0001.DNG", "GOPR0002.DNG"].map(|n| dir.path().join(n));
        names.iter().zip(&files).for_each(|(name, dng)| std::fs::write(name, dng.build()).unwrap());
        assert_eq!(camera::find_clips(dir.path()).unwrap().len(), if is_one { 1 } else { 2 }, "{what}");
        if what != "another coding" {
            let clip = camera::open(&names[0]).unwrap();
            assert_eq!(clip.frames().present, if is_one { vec![1, 2] } else { vec![0] }, "{what}");
            let said = &clip.metadata().unmapped["numbered files"];
            assert!(said.contains(why), "{what}: {said}");
        }
    }
    // Real ones.
    let Some(path) = crate::corpus("camera/real/gopro_hero6_GOPR0024.gpr") else { return };
    let dir = tempfile::tempdir().unwrap();
    let names = ["GOPR0024.GPR", "GOPR0025.GPR", "GOPR0027.GPR"].map(|n| dir.path().join(n));
    names.iter().for_each(|name| std::fs::copy(&path, name).map(drop).unwrap());
    assert_eq!(camera::find_clips(dir.path()).unwrap(), names);
    let clip = camera::open(&names[1]).unwrap();
    assert_eq!((clip.files(), clip.metadata().clip_name.as_ref().unwrap().value.as_str()), (vec![names[1].clone()], "GOPR0025"));
    assert!(
        clip.metadata().unmapped["numbered files"].starts_with("a still by itself: neither DNG 51044 FrameRate nor DNG 51043 TimeCodes")
    );
    let Some(path) = crate::corpus("camera/synthetic/A001_C001_seq12_000001.dng") else { return };
    assert_eq!(camera::open(&path).unwrap().frames().present.len(), 4);
}
