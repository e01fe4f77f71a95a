//! Movies of the ISO BMFF family: files of the corpus, and files built from public facts where no camera's was at hand.

use super::{
    builder::Random,
    movie_builder::{Track, Value, atom, directory, meta, movie, tmcd, visual, words},
    open_natively,
};
use crate::corpus;
use prelight::{
    Result,
    camera::{self, Certainty, Clip, Metadata, braw, canon, isobmff},
    image::{Rect, Size},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

fn opened(bytes: &[u8]) -> Arc<dyn Clip> {
    try_open(bytes).unwrap()
}

fn try_open(bytes: &[u8]) -> Result<Arc<dyn Clip>> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("clip.bin");
    std::fs::write(&path, bytes).unwrap();
    open_natively(&path)
}

fn refusal(clip: &dyn Clip) -> String {
    clip.read(0, &Default::default()).unwrap_err().message().to_owned()
}

fn picture_track(entry: Vec<u8>, samples: Vec<Vec<u8>>) -> Track {
    Track { handler: *b"vide", scale: 24000, delta: 1001, entry, samples }
}

/// A timecode track of one sample.
fn timecode_track(flags: u32, scale: u32, delta: u32, frames: u8, count: u32) -> Track {
    Track { handler: *b"tmcd", scale, delta, entry: tmcd(flags, scale, delta, frames), samples: vec![count.to_be_bytes().to_vec()] }
}

/// Value of a field as the table shows it, with its certainty.
fn shown(m: &Metadata, name: &str) -> Option<(String, Certainty)> {
    m.rows().into_iter().find(|r| r.name == name).map(|r| (r.value, r.certainty))
}

fn assert_rows(m: &Metadata, expected: &[(&str, &str, Certainty)]) {
    for (name, value, certainty) in expected {
        assert_eq!(shown(m, name), Some(((*value).to_owned(), *certainty)), "{name}");
    }
}

use Certainty::{Assumed, Derived, Stated};

#[test]
fn a_movie_of_a_gopro() {
    let Some(path) = corpus("camera/real/gpmf_karma.mp4") else { return };
    let clip = open_natively(&path).unwrap();
    assert_eq!((clip.format(), clip.size(), clip.frames().present.len()), ("QuickTime/MP4", Size::new(854, 480), 362));
    assert_rows(
        clip.metadata(),
        &[
            ("start_timecode", "19:26:48:04", Stated),
            ("frame_rate", "30000/1001 fps", Derived),
            ("duration", "12.0787 s", Stated),
            ("make", "GoPro", Assumed),
            ("firmware", "HD5.02.02.00.00", Stated),
            ("lens_serial", "LAE6101112400243", Stated),
            ("codec", "H.264", Stated),
            ("bit_depth", "8 bit", Stated),
            ("exposure_time", "0.00487029 s", Stated),
            ("date_time", "2017-04-17 19:27:57", Assumed),
        ],
    );
    // The sample entry says 29 frames a second, of 29.97.
    assert_eq!(clip.metadata().unmapped["tmcd number of frames"], "29");
    assert_eq!(clip.timecode(30).unwrap().unwrap().to_string(), "19:26:49:04");
    assert_eq!(refusal(clip.as_ref()), "its pictures are not decoded");
}

#[test]
fn makers_keys_of_a_prores_movie() {
    let Some(path) = corpus("camera/synthetic/A001C001_prores4444xq_logc3.mov") else { return };
    let clip = open_natively(&path).unwrap();
    assert_rows(
        clip.metadata(),
        &[
            ("clip_name", "A001C001_260101_R1AB", Stated),
            ("reel", "A001", Stated),
            ("start_timecode", "10:00:00:00", Stated),
            ("frame_rate", "24000/1001 fps", Derived),
            ("exposure_index", "800", Stated),
            ("shutter_angle", "172.8°", Stated),
            ("exposure_time", "0.02002 s", Derived),
            ("white_balance", "5600 K", Stated),
            ("transfer", "LOG-C", Stated),
            ("codec", "ProRes 4444 XQ", Stated),
            ("bit_depth", "12 bit", Derived),
        ],
    );
}

/// A movie with ARRI's keys; the shutter angle as it is given.
pub fn prores_of_arri(full: bool, angle: (u32, Vec<u8>)) -> Vec<u8> {
    let items = [
        ("com.arri.camera.CameraModel", text("ALEXA Mini LF")),
        ("com.arri.camera.CameraSerialNumber", int(24581)),
        ("com.arri.camera.cameraindex", text("A")),
        ("com.arri.camera.SensorFps", int(48000)),
        ("com.arri.camera.ExposureIndexAsa", int(1280)),
        ("com.arri.camera.WhiteBalanceTintCc", int(-3)),
        ("com.arri.camera.NdFilterDensity", text("0.6")),
        ("com.arri.camera.ShutterAngle", angle),
        ("com.arri.camera.LookName", text("ARRI 709")),
        ("com.arri.slate.Take", text("3")),
        ("com.arri.camera.NewKey", text("kept")),
    ]
    .map(|(key, (kind, payload))| (key, kind, payload));
    let entry = visual(b"ap4h", 3424, 2202, &[words(b"pasp", &[2, 1]), words(b"clap", &[3200, 1, 2200, 1, 0, 1, 0, 1])]);
    let tracks = [picture_track(entry, vec![vec![0; 8]; 3]), timecode_track(0, 24000, 1001, 24, 24 * 3600)];
    movie(&[b"qt  ", b"ARRI"], &tracks, &[meta(full, &items)])
}

/// Payloads of QuickTime metadata with their type.
fn text(t: &str) -> (u32, Vec<u8>) {
    (1, t.as_bytes().to_vec())
}
fn int(v: i32) -> (u32, Vec<u8>) {
    (21, v.to_be_bytes().to_vec())
}

#[test]
fn arri_keys_of_every_type_and_scale() {
    for full in [true, false] {
        let clip = opened(&prores_of_arri(full, text("172.8")));
        let m = clip.metadata();
        assert_rows(
            m,
            &[
                ("make", "ARRI", Derived),
                ("model", "ALEXA Mini LF", Stated),
                ("serial", "24581", Stated),
                ("camera_index", "A", Stated),
                ("sensor_frame_rate", "48 fps", Assumed),
                ("exposure_index", "1280", Stated),
                ("tint", "-3 CC", Stated),
                ("nd", "1.99316 stops", Derived),
                ("shutter_angle", "172.8°", Stated),
                // 172.8 degrees of 1/48 s.
                ("exposure_time", "0.01 s", Derived),
                ("look", "ARRI 709", Stated),
                ("take", "3", Stated),
                ("start_timecode", "01:00:00:00", Stated),
                ("squeeze", "2 x", Stated),
                ("crop", "3200x2200+112+1 px", Stated),
            ],
        );
        assert_eq!(m.unmapped["com.arri.camera.NewKey"], "kept");
    }
    // Scales that readers disagree about: taken by size, and said so.
    for (value, angle) in [(int(180), "180°"), (int(1728), "172.8°"), (int(172_800), "172.8°"), (text("1728"), "172.8°")] {
        assert_rows(opened(&prores_of_arri(true, value)).metadata(), &[("shutter_angle", angle, Assumed)]);
    }
    let clip = opened(&prores_of_arri(true, int(999_999)));
    assert_eq!(
        (shown(clip.metadata(), "shutter_angle"), clip.metadata().unmapped["com.arri.camera.ShutterAngle"].as_str()),
        (None, "999999")
    );
}

#[test]
fn timecode_of_drop_frame_tracks_and_of_what_is_none() {
    let clip = |tc: Track| opened(&movie(&[b"qt  "], &[picture_track(visual(b"apch", 64, 32, &[]), vec![vec![0; 4]]), tc], &[]));
    let start = |tc: Track| shown(clip(tc).metadata(), "start_timecode").map(|s| s.0);
    assert_eq!(start(timecode_track(1, 30000, 1001, 30, 107_892)).as_deref(), Some("01:00:00;00"));
    assert_eq!(start(timecode_track(1, 60000, 1001, 60, 215_784)).as_deref(), Some("01:00:00;00"));
    assert_eq!(start(timecode_track(0, 25, 1, 25, 25 * 86_399 + 24)).as_deref(), Some("23:59:59:24"));
    for (odd, why) in [
        (timecode_track(8, 25, 1, 25, 0), "a counter"),
        (timecode_track(0, 120, 1, 120, 0), "up to 99"),
        (timecode_track(0, 25, 0, 25, 0), "not a rate"),
        (timecode_track(1, 25, 1, 25, 0), "multiples of 30"),
    ] {
        let clip = clip(odd);
        assert_eq!(shown(clip.metadata(), "start_timecode"), None);
        assert!(clip.metadata().unmapped["tmcd"].contains(why), "{}", clip.metadata().unmapped["tmcd"]);
    }
}

#[test]
fn rates_that_are_not_even_are_a_mean() {
    let track = picture_track(visual(b"avc1", 64, 32, &[]), vec![vec![0; 4]; 6]);
    let file = movie(&[b"isom"], &[track], &[]);
    let at = file.windows(4).position(|w| w == b"stts").unwrap();
    // Two runs: four of 1001 and two of 2002.
    let stts = words(b"stts", &[0, 2, 4, 1001, 2, 2002]);
    let mut moov = file[at - 4..at + 20].to_vec();
    assert_eq!(moov.len(), 24);
    moov.splice(.., stts);
    let mut uneven = file.clone();
    uneven.splice(at - 4..at + 20, moov);
    // Every box around it grows by eight bytes.
    for kind in [b"moov", b"trak", b"mdia", b"minf", b"stbl"] {
        let at = uneven.windows(4).position(|w| w == kind).unwrap() - 4;
        let size = u32::from_be_bytes(uneven[at..at + 4].try_into().unwrap()) + 8;
        uneven[at..at + 4].copy_from_slice(&size.to_be_bytes());
    }
    let clip = opened(&uneven);
    let rate = clip.metadata().frame_rate.clone().unwrap();
    // Six pictures in 8 x 1001 units of 1/24000 s.
    assert!(rate.value.same_as(camera::Rational::new(6 * 24000, 8 * 1001).unwrap()), "{}", rate.value);
    assert!(rate.key.contains("mean"));
}

/// A clip of Blackmagic RAW in which every known key and box stands.
pub fn blackmagic_raw(brands: &[&[u8; 4]]) -> Vec<u8> {
    let padded = |t: &str| {
        let mut bytes = t.as_bytes().to_vec();
        bytes.resize(24, 0);
        bytes
    };
    let frame = [
        words(b"srte", &[48, 1]),
        atom(b"isoe", &800u32.to_be_bytes()),
        atom(b"wkel", &5600u32.to_be_bytes()),
        atom(b"wtin", &(-12i16).to_be_bytes()),
        atom(b"innd", &2f32.to_be_bytes()),
        atom(b"shtv", &padded("180°")),
        atom(b"aptr", &padded("f2.8")),
        atom(b"fcln", &padded("35mm")),
        atom(b"dsnc", &padded("2430mm")),
        atom(b"skip", &[0; 40]),
    ]
    .concat();
    let sample = [atom(b"bmdf", &frame), vec![0x5a; 64]].concat();
    let text = |key: &'static str, t: &str| (key, 1u32, t.as_bytes().to_vec());
    let pair = |key: &'static str, a: f32, b: f32| (key, 71u32, [a.to_be_bytes(), b.to_be_bytes()].concat());
    let items = [
        text("manufacturer", "Blackmagic Design"),
        text("camera_type", "Blackmagic URSA Mini Pro 12K"),
        text("camera_id", "d2f1c1ff-0000-4000-8000-0123456789ab"),
        text("firmware_version", "7.9"),
        text("reel_name", "A001"),
        text("scene", "12"),
        text("take", "4"),
        text("director", "N. N."),
        text("camera_number", "B"),
        text("date_recorded", "2026:11:26"),
        text("braw_compression_ratio", "8:1"),
        text("viewing_gamma", "Blackmagic Design Film"),
        pair("sensor_area_captured", 8192.0, 4320.0),
        pair("crop_size", 8000.0, 4300.0),
        pair("crop_origin", 96.0, 10.0),
        ("offspeed", 75, vec![1]),
        ("braw_codec_bitrate", 77, 123_456_789u32.to_be_bytes().to_vec()),
    ];
    let entry = visual(b"brst", 8192, 4320, &[words(b"bfdn", &[1001])]);
    let tracks = [picture_track(entry, vec![sample; 5]), timecode_track(0, 24000, 1001, 24, 86_400)];
    movie(brands, &tracks, &[meta(false, &items)])
}

#[test]
fn a_blackmagic_raw_clip() {
    // Older cameras write no `ftyp`.
    let brands: [&[&[u8; 4]]; 2] = [&[b"qt  "], &[]];
    for brands in brands {
        let clip = opened(&blackmagic_raw(brands));
        assert_eq!((clip.format(), clip.size(), clip.frames().present.len()), ("Blackmagic RAW", Size::new(8192, 4320), 5));
        assert_rows(
            clip.metadata(),
            &[
                ("make", "Blackmagic Design", Stated),
                ("model", "Blackmagic URSA Mini Pro 12K", Stated),
                ("firmware", "7.9", Stated),
                ("reel", "A001", Stated),
                ("scene", "12", Stated),
                ("take", "4", Stated),
                ("camera_index", "B", Stated),
                ("quality", "8:1", Stated),
                ("transfer", "Blackmagic Design Film", Assumed),
                ("sensor_size", "8192x4320 px", Stated),
                ("crop", "8000x4300+96+10 px", Stated),
                ("sensor_frame_rate", "48 fps", Stated),
                ("frame_rate", "24000/1001 fps", Derived),
                ("exposure_index", "800", Stated),
                ("white_balance", "5600 K", Stated),
                ("tint", "-12 CC", Stated),
                ("nd", "2 stops", Assumed),
                ("shutter_angle", "180°", Stated),
                ("exposure_time", "0.0104167 s", Derived),
                ("f_number", "2.8", Stated),
                ("focal_length", "35 mm", Stated),
                ("focus_distance", "2.43 m", Stated),
                ("start_timecode", "01:00:00:00", Stated),
                ("codec", "Blackmagic RAW", Stated),
            ],
        );
        let m = clip.metadata();
        assert_eq!((m.unmapped["braw_codec_bitrate"].as_str(), m.unmapped["stsd bfdn"].as_str()), ("123456789", "1001"));
        assert!(refusal(clip.as_ref()).contains("SDK"));
    }
}

/// CMP1 of a mosaic: size, tile, bits, four planes of RGGB.
fn cmp1(width: u32, height: u32, bits: u8) -> Vec<u8> {
    let mut body = vec![0xff, 0, 0, 0x30, 1, 0, 0, 0];
    for v in [width, height, width, height] {
        body.extend(v.to_be_bytes());
    }
    body.extend([bits, 0x40, 0x03, 0]);
    body.extend([0; 24]);
    atom(b"CMP1", &body)
}

pub fn cinema_raw_light() -> Vec<u8> {
    // As the dump of an EOS C200 in lclevy/canon_cr3 has it.
    let iad1: Vec<u8> =
        [0u16, 0, 4112, 2176, 1, 0, 1, 0, 8, 8, 4103, 2167, 0, 0, 4111, 2175].iter().flat_map(|w| w.to_be_bytes()).collect();
    let cdi1 = atom(b"CDI1", &[&[0; 4], atom(b"IAD1", &iad1).as_slice()].concat());
    let entry = visual(b"CRAW", 4096, 2160, &[cmp1(4112, 2176, 10), cdi1]);
    let cmt1 = directory(&[(271, Value::Text("Canon")), (272, Value::Text("Canon EOS C200")), (306, Value::Text("2017:09:23 09:36:30"))]);
    let cmt2 = directory(&[
        (33434, Value::Ratio(1, 120)),
        (33437, Value::Ratio(22, 10)),
        (36867, Value::Text("2017:09:23 09:36:30")),
        (37386, Value::Ratio(500, 10)),
        (42033, Value::Text("372482010367")),
    ]);
    let cmt3 = directory(&[(1, Value::Short(vec![8, 0, 0, 130])), (7, Value::Text("Firmware Version 1.0"))]);
    let canon = [
        vec![0x85, 0xc0, 0xb6, 0x87, 0x82, 0x0f, 0x11, 0xe0, 0x81, 0x11, 0xf4, 0xce, 0x46, 0x2b, 0x6a, 0x48],
        atom(b"CNCV", b"CanonCRM0001/02.09.00/00.00.00"),
        atom(b"CMT1", &cmt1),
        atom(b"CMT2", &cmt2),
        atom(b"CMT3", &cmt3),
    ]
    .concat();
    let record = |kind: u16, value: &[u8]| {
        let mut bytes = (12 + value.len() as u32).to_le_bytes().to_vec();
        bytes.extend(kind.to_le_bytes());
        bytes.extend([0, 0, 0, 1, 0xff, 0xff]);
        bytes.extend(value);
        bytes
    };
    let set = {
        let mut tags = vec![];
        for (tag, value) in [(0xe109u16, b"CN7x17 KAS S".as_slice()), (0xe22b, &133u16.to_be_bytes())] {
            tags.extend(tag.to_be_bytes());
            tags.extend((value.len() as u16).to_be_bytes());
            tags.extend(value);
        }
        let mut bytes = vec![];
        bytes.extend([0x06, 0x0e, 0x2b, 0x34, 4, 1, 1, 0x0d, 0x0e, 0x15, 0, 4, 1, 0, 0, 0, tags.len() as u8]);
        bytes.extend(tags);
        bytes
    };
    let timed = [
        record(1, &[0, 0, 0xe1, 7, 9, 23, 9, 36, 30, 5]),
        record(5, &[28, 0, 10, 0, 1, 0, 50, 0, 0x20, 3, 0, 0x80]),
        record(10, &[0; 60]),
        record(13, &set),
    ]
    .concat();
    let pictures = Track { handler: *b"vide", scale: 60000, delta: 1001, entry, samples: vec![vec![0; 16]; 3] };
    let metadata = Track { handler: *b"meta", scale: 60000, delta: 1001, entry: atom(b"CTMD", &[0; 16]), samples: vec![timed] };
    movie(&[b"crx ", b"isom"], &[pictures, metadata, timecode_track(0, 60000, 1001, 60, 3600 * 60)], &[atom(b"uuid", &canon)])
}

#[test]
fn a_cinema_raw_light_movie() {
    let clip = opened(&cinema_raw_light());
    assert_eq!((clip.format(), clip.size(), clip.frames().present.len()), ("Canon RAW", Size::new(4112, 2176), 3));
    assert_rows(
        clip.metadata(),
        &[
            ("make", "Canon", Stated),
            ("model", "Canon EOS C200", Stated),
            ("serial", "372482010367", Stated),
            ("firmware", "1.0", Stated),
            ("quality", "light", Stated),
            ("exposure_time", "0.00833333 s", Stated),
            // The picture's own directory goes before the timed record.
            ("f_number", "2.2", Stated),
            ("focal_length", "50 mm", Stated),
            ("exposure_index", "800", Stated),
            ("lens", "CN7x17 KAS S", Stated),
            ("squeeze", "1.33 x", Stated),
            ("sensor_size", "4112x2176 px", Stated),
            ("active_area", "4112x2176+0+0 px", Stated),
            ("crop", "4096x2160+8+8 px", Stated),
            ("bit_depth", "10 bit", Stated),
            ("cfa", "RGGB", Stated),
            ("frame_rate", "60000/1001 fps", Derived),
            ("start_timecode", "01:00:00:00", Stated),
            ("date_time", "2017:09:23 09:36:30", Stated),
        ],
    );
    assert_eq!(clip.metadata().unmapped["CTMD 10"], "60 bytes");
    assert_eq!(refusal(clip.as_ref()), "Canon Cinema RAW Light is not decoded");
}

#[test]
fn stills_of_canon() {
    let Some(path) = corpus("camera/real/exiftool_CanonRaw.cr3") else { return };
    let clip = open_natively(&path).unwrap();
    assert_eq!((clip.format(), clip.size(), clip.frames().present.len()), ("Canon RAW", Size::new(6024, 4020), 1));
    let m = clip.metadata();
    assert_rows(
        m,
        &[
            ("sensor_size", "6288x4056 px", Stated),
            ("active_area", "6024x4020+264+36 px", Stated),
            ("crop", "6000x4000+12+12 px", Stated),
            ("bit_depth", "14 bit", Stated),
            ("cfa", "RGGB", Stated),
            ("lens", "EF-M15-45mm f/3.5-6.3 IS STM", Stated),
        ],
    );
    assert_eq!((&m.frame_rate, &m.duration, &m.shutter_angle), (&None, &None, &None));
    assert!(Rect::of(clip.size()).contains(m.crop.as_ref().unwrap().value));
    assert_eq!(refusal(clip.as_ref()), "Canon CR3 is not decoded");
}

#[test]
fn a_still_before_tiff() {
    let Some(path) = corpus("camera/real/exiftool_CanonRaw.crw") else { return };
    let clip = open_natively(&path).unwrap();
    assert_eq!((clip.format(), clip.size()), ("Canon CRW", Size::new(3072, 2048)));
    assert_rows(
        clip.metadata(),
        &[
            ("make", "Canon", Stated),
            ("model", "Canon EOS DIGITAL REBEL", Stated),
            ("serial", "560018150", Stated),
            ("firmware", "1.1.1", Stated),
            ("date_time", "2003:11:10 17:39:26", Stated),
            ("focal_length", "24 mm", Derived),
        ],
    );
    assert_eq!(refusal(clip.as_ref()), "Canon CRW is not decoded");
}

#[test]
fn an_unfinished_recording_says_so() {
    let mut file = movie(&[b"qt  "], &[picture_track(visual(b"apch", 64, 32, &[]), vec![vec![0; 400]])], &[]);
    let moov = file.windows(4).position(|w| w == b"moov").unwrap() - 4;
    file.truncate(moov);
    let error = try_open(&file).err().unwrap();
    assert_eq!((error.exit_code(), error.message()), (10, "no movie box: the recording was not finished, or the file is cut"));
    // More pictures than a clip may have, with sizes that need no table.
    let mut file = movie(&[b"qt  "], &[picture_track(visual(b"apch", 64, 32, &[]), vec![vec![0; 4]])], &[]);
    let at = file.windows(4).position(|w| w == b"stsz").unwrap();
    file[at + 8..at + 16].copy_from_slice(&[0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff]);
    let error = try_open(&file).err().unwrap().to_string();
    assert!(error.contains("stsz sample count = 4294967295"), "{error}");
    // Sound alone is no clip.
    let sound = Track { handler: *b"soun", scale: 48000, delta: 1, entry: atom(b"sowt", &[0; 28]), samples: vec![vec![0; 4]] };
    let error = try_open(&movie(&[b"qt  "], &[sound], &[])).err().unwrap();
    assert_eq!(error.message(), "not a camera file of a known format");
}

/// A file with one thing done to it; most of it where the structure is, at the end.
fn damaged(whole: &[u8], random: &mut Random, round: usize) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    let structure = whole.len().min(2500);
    let place = |random: &mut Random, room: usize| whole.len() - structure + random.below(structure - room);
    match round % 4 {
        0 => {
            let at = place(random, 0);
            bytes[at] ^= 1 << random.below(8);
        }
        1 => {
            let at = random.below(bytes.len());
            bytes[at] = random.next() as u8;
        }
        2 => bytes.truncate(random.below(whole.len())),
        _ => {
            let extremes = [0u32, 1, 7, 0x7fff_ffff, 0x8000_0000, u32::MAX, whole.len() as u32, random.next() as u32];
            for _ in 0..1 + random.below(3) {
                let at = place(random, 4);
                bytes[at..at + 4].copy_from_slice(&extremes[random.below(extremes.len())].to_be_bytes());
            }
        }
    }
    bytes
}

type Describe = fn(&[u8]) -> Option<Metadata>;

#[test]
fn damage_is_an_error_or_a_note() {
    // In memory: 10000 of each kind, a few microseconds each.
    let crw = corpus("camera/real/exiftool_CanonRaw.crw").map(|p| std::fs::read(p).unwrap());
    let kinds: [(Option<Vec<u8>>, Describe); 4] = [
        (crw, |f| canon::ciff::describe(f).ok()),
        (Some(prores_of_arri(false, text("172.8"))), |f| isobmff::describe(f).ok().map(|d| d.metadata)),
        (Some(blackmagic_raw(&[b"qt  "])), |f| braw::describe(f).ok().map(|d| d.0)),
        (Some(cinema_raw_light()), |f| canon::describe(f).ok().map(|d| d.1)),
    ];
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for (whole, describe) in kinds {
        let Some(whole) = whole else { continue };
        let sound = describe(&whole).unwrap().rows().len();
        let mut survived = 0;
        let start = Instant::now();
        for round in 0..10_000 {
            if let Some(m) = describe(&damaged(&whole, &mut random, round)) {
                survived += 1;
                assert!(m.rows().len() <= sound + 4 && m.unmapped.len() <= camera::MAX_UNMAPPED);
                assert!(m.unmapped.values().all(|v| v.len() < 2048));
            }
        }
        // A hang, not a speed: most of the time of a damaged file is its copy.
        assert!(start.elapsed() < Duration::from_secs(60));
        assert!(survived > 1000, "{survived}");
    }
}
