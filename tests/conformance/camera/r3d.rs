//! R3D: what the header says, agreed with ExifTool, and that no picture is claimed.

use super::open_bytes;
use crate::corpus;
use prelight::camera;

/// A clip of two frames, built from the facts for the tests alone: header, two video blocks, per-frame metadata.
pub fn small() -> Vec<u8> {
    let mut head = vec![0u8; 0x5c];
    head[4..8].copy_from_slice(b"RED2");
    head[0x40..0x44].copy_from_slice(&[1, 0, 0, 1]);
    head[0x4c..0x50].copy_from_slice(&4096u32.to_be_bytes());
    head[0x50..0x54].copy_from_slice(&2160u32.to_be_bytes());
    head[0x56..0x5c].copy_from_slice(&[0, 1, 0, 0, 0, 24]);
    let entry = |tag: u16, value: &[u8]| [&(value.len() as u16 + 4).to_be_bytes()[..], &tag.to_be_bytes(), value].concat();
    let entries = [
        entry(0x1001, b"01:02:03:04"),
        entry(0x1019, b"B"),
        entry(0x101a, b"007"),
        entry(0x2008, &20833.333f32.to_be_bytes()),
        entry(0x403b, &800u16.to_be_bytes()),
        entry(0x1056, b"B007_C001_1126AB_001.R3D\0"),
    ]
    .concat();
    head.extend((entries.len() as u16).to_be_bytes());
    head.extend(entries);
    let block = |kind: &[u8; 4], mut content: Vec<u8>| {
        content[..4].copy_from_slice(&0u32.to_be_bytes());
        let length = content.len() as u32;
        content[..4].copy_from_slice(&length.to_be_bytes());
        content[4..8].copy_from_slice(kind);
        content.resize(content.len().next_multiple_of(4096), 0);
        content
    };
    let mut rdi = vec![0u8; 94];
    let lens = entry(0x1070, b"Prime 50");
    rdi.extend((lens.len() as u16).to_be_bytes());
    rdi.extend(lens);
    [block(b"RED2", head), block(b"RDI\x01", rdi), block(b"REDV", vec![7; 5000]), block(b"REDV", vec![7; 100])].concat()
}

#[test]
fn header_and_frames_are_read_and_the_picture_is_refused() {
    let (_dir, clip) = open_bytes(&small());
    let clip = clip.unwrap();
    let m = clip.metadata();
    assert_eq!(clip.frames().present, [0, 1]);
    assert_eq!(m.clip_name.as_ref().unwrap().value, "B007_C001_1126AB");
    assert_eq!((m.reel.as_ref().unwrap().value.as_str(), m.lens.as_ref().unwrap().value.as_str()), ("B007", "Prime 50"));
    assert_eq!(m.frame_rate.as_ref().unwrap().value.to_string(), "24");
    assert!((m.shutter_angle.as_ref().unwrap().value - 180.0).abs() < 0.01);
    assert_eq!(clip.timecode(1).unwrap().unwrap().to_string(), "01:02:03:05");
    let error = clip.read(0, &Default::default()).unwrap_err();
    assert_eq!(error.exit_code(), 10);
    assert!(error.to_string().contains("needs the RED SDK"), "{error}");
}

/// ExifTool 12.57 on its own test file.
#[test]
fn a_real_header_says_what_exiftool_says() {
    let Some(path) = corpus("camera/real/exiftool_Red.r3d") else { return };
    let clip = camera::open(&path).unwrap();
    let rows: Vec<String> = clip.metadata().rows().into_iter().map(|r| format!("{} = {}", r.name, r.value)).collect();
    for expected in [
        "resolution = 5120x2560 px",
        "frame_rate = 24000/1001 fps",
        "start_timecode = 21:36:16:18",
        "serial = 130-246-CE5",
        "white_balance = 4800 K",
        "reel = A106",
        "firmware = 6.2.34",
        "exposure_index = 1280",
        "sensor_mode = 5K 2:1",
        "clip_name = A106_C037_0118G5",
        "f_number = 4.9",
        "focal_length = 24 mm",
        "model = S-WEAPON",
        "date_time = 2016-01-18 21:35:55",
        "crop = 5120x2560+0+0 px",
    ] {
        assert!(rows.iter().any(|r| r == expected), "{expected} is not among\n{}", rows.join("\n"));
    }
    let unmapped = &clip.metadata().unmapped;
    assert_eq!(unmapped["R3D 1000"], "01:49:54:11");
    assert_eq!(unmapped["R3D 101B"], "037");
    assert_eq!(unmapped["R3D 1096"], "STANDARD");
    assert!(!clip.metadata().focus_distance.as_ref().is_some_and(|f| f.value < 0.0));
}

#[test]
fn parts_are_one_clip() {
    let dir = tempfile::tempdir().unwrap();
    for part in ["B007_C001_1126AB_001.R3D", "B007_C001_1126AB_002.R3D", "B007_C002_1126AB_001.R3D"] {
        std::fs::write(dir.path().join(part), small()).unwrap();
    }
    std::fs::write(dir.path().join("B007_C001_1126AB.RMD"), "<rmd><iso type=\"int\" value=\"640\"/></rmd>").unwrap();
    let names: Vec<_> = camera::find_clips(dir.path()).unwrap();
    assert_eq!(names.len(), 2, "{names:?}");
    let clip = camera::open(&dir.path().join("B007_C001_1126AB_002.R3D")).unwrap();
    assert_eq!(clip.files().len(), 2);
    assert_eq!((clip.frames().present.len(), clip.metadata().frame_count.as_ref().unwrap().value), (4, 4));
    assert!(clip.frames().lost.is_empty() && clip.metadata().warnings.is_empty());
    // What was decided after the shot is kept, and does not become what the camera recorded.
    assert_eq!(clip.metadata().unmapped["RMD iso"], "640");
    assert_eq!(clip.metadata().exposure_index.as_ref().unwrap().value, 800);
}

#[test]
fn a_part_that_is_missing_is_reported() {
    let dir = tempfile::tempdir().unwrap();
    let part = |n: u32| dir.path().join(format!("B007_C001_1126AB_{n:03}.R3D"));
    [2, 3, 5].iter().for_each(|n| std::fs::write(part(*n), small()).unwrap());
    assert_eq!(camera::find_clips(dir.path()).unwrap(), [part(2)]);
    let clip = camera::open(&part(3)).unwrap();
    assert_eq!((clip.files(), clip.frames().lost.clone()), (vec![part(2), part(3), part(5)], vec![part(1), part(4)]));
    assert_eq!(clip.frames().present.len(), 6);
    let warning = &clip.metadata().warnings[0];
    assert!(warning.contains("B007_C001_1126AB_001.R3D, B007_C001_1126AB_004.R3D"), "{warning}");
    // META-02 does not pass.
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_prelight")).arg("check").arg(part(3)).arg("--json").output().unwrap();
    let report = String::from_utf8_lossy(&run.stdout);
    assert!(report.contains("files of the clip that are not there: B007_C001_1126AB_001.R3D, B007_C001_1126AB_004.R3D"), "{report}");
}
