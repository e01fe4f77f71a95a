//! Decoders in processes of their own: the sample decoder, and everything that may go wrong with one.

#![cfg(target_os = "linux")]

use super::processes::{children_with, kill};
use prelight::{
    ErrorKind,
    camera::{Clip, Encoding, Picture, Reading, external},
    progress::Progress,
};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

const FRAMES: u32 = 6;

/// A sample file of 4x2 pixels of 12 bits, frames 10 to 15.
fn sample(dir: &Path) -> PathBuf {
    let head = r#"{"plsample":1,"size":{"width":4,"height":2},"first_frame":10,"frames":6,"frame_rate":[24,1],"timecode":"01:00:00:22",
        "pixels":{"model":"rgb","sample":"u16","bits":12},"encoding":{"kind":"coded","transform":"arri-logc4","key":"sample"},
        "metadata":{"reel":{"value":"S001","key":"sample","certainty":"stated"}}}"#;
    let mut bytes = head.replace('\n', "").into_bytes();
    bytes.push(b'\n');
    for frame in 0..FRAMES as u16 {
        bytes.extend((0..24u16).flat_map(|i| (i * 100 + frame).to_le_bytes()));
    }
    let path = dir.join("clip.plsample");
    fs::write(&path, bytes).unwrap();
    path
}

/// The sample decoder as an executable.
fn decoder(dir: &Path, trouble: &str) -> PathBuf {
    let path = dir.join(format!("decoder{trouble}"));
    fs::write(&path, format!("#!/bin/sh\nexec '{}' decode-sample {trouble}\n", env!("CARGO_BIN_EXE_prelight"))).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn open(trouble: &str) -> (tempfile::TempDir, Arc<dyn Clip>) {
    let dir = tempfile::tempdir().unwrap();
    let (path, program) = (sample(dir.path()), decoder(dir.path(), trouble));
    let clip = external::open(&program, &path).unwrap();
    (dir, clip)
}

fn check(clip: &dyn Clip, frame: u32) {
    let Picture::Rgb(image) = clip.read(frame, &Reading::default()).unwrap() else { panic!("no mosaic") };
    let at = |i: u32| (i * 100 + frame - 10) as f32 / 4095.0;
    assert_eq!([image.pixel(0, 0), image.pixel(3, 1)], [[at(0), at(8), at(16)], [at(7), at(15), at(23)]], "frame {frame}");
}

#[test]
fn the_sample_decoder_gives_its_clip() {
    let (_dir, clip) = open("");
    (10..16).rev().for_each(|f| check(&*clip, f));
    assert_eq!(clip.metadata().reel.as_ref().unwrap().value, "S001");
    assert_eq!(clip.timecode(12).unwrap().unwrap().to_string(), "01:00:01:00");
    assert!(matches!(clip.encoding(), Encoding::Coded { transform, .. } if transform == "arri-logc4"));
    assert!(clip.read(16, &Reading::default()).unwrap_err().to_string().contains("10 to 15"));
}

#[test]
fn trouble_costs_one_frame() {
    for trouble in ["crash", "garbage", "flood", "short"] {
        let (_dir, clip) = open(&format!("--trouble {trouble}@12"));
        let mut errors = vec![];
        for frame in 10..16 {
            match frame {
                12 => errors.push(clip.read(frame, &Reading::default()).unwrap_err().to_string()),
                _ => check(&*clip, frame),
            }
        }
        let [error] = errors.as_slice() else { panic!("{errors:?}") };
        assert!(error.contains("clip.plsample"), "{error}");
        if trouble == "crash" {
            assert!(error.contains("crash at frame 12, as told") && error.contains("frame = 12"), "{error}");
        }
    }
}

#[test]
fn a_decoder_killed_in_mid_clip_is_started_again_and_none_is_left() {
    let (_dir, clip) = open("");
    let ours = Path::new("decode-sample");
    check(&*clip, 10);
    let before = children_with(ours);
    assert_eq!(before.len(), 1);
    kill(before[0]);
    // It was not asked for anything: at most the next frame is lost.
    let _ = clip.read(11, &Reading::default());
    (12..16).for_each(|f| check(&*clip, f));
    assert_ne!(children_with(ours), before);
    drop(clip);
    assert_eq!(children_with(ours), [] as [u32; 0]);
}

#[test]
fn one_that_does_not_answer_can_be_given_up() {
    let (_dir, clip) = open("--trouble hang@11");
    let progress = Progress::default();
    let (start, watcher) = (Instant::now(), progress.clone());
    let waiting = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        watcher.cancel();
    });
    let error = clip.read_watched(11, &Reading::default(), &progress).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert!(start.elapsed() < Duration::from_secs(10));
    waiting.join().unwrap();
    check(&*clip, 12);
}

#[test]
fn decoders_are_tested_by_the_command_line_and_found_by_configuration() {
    let dir = tempfile::tempdir().unwrap();
    let path = sample(dir.path());
    let (sound, faulty) = (decoder(dir.path(), ""), decoder(dir.path(), "--trouble short@13"));
    let prelight = |arguments: &[&str], decoders: Option<&Path>, folder: Option<&Path>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_prelight"));
        command.args(arguments).env_remove("PRELIGHT_DECODERS").env("XDG_CONFIG_HOME", folder.unwrap_or(Path::new("/nowhere")));
        decoders.into_iter().for_each(|d| _ = command.env("PRELIGHT_DECODERS", d));
        let output = command.output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let text = |p: &Path| p.to_str().unwrap().to_owned();
    let (code, out) = prelight(&["decoder-test", &text(&sound), &text(&path)], None, None);
    assert_eq!((code, out.lines().count(), out.contains("FAIL")), (0, 12, false), "{out}");
    let (code, out) = prelight(&["decoder-test", &text(&faulty), &text(&path)], None, None);
    assert_eq!((code, out.contains("FAIL  reads first, middle and last: frame = 13: 24 bytes instead of 48")), (11, true), "{out}");
    // Nothing is run that was not configured.
    assert_eq!(prelight(&["inspect", &text(&path)], None, None).0, 10);
    let (code, out) = prelight(&["inspect", &text(&path)], Some(&sound), None);
    assert!(code == 0 && out.contains("S001"), "{out}");
    let folder = dir.path().join("config/prelight/decoders");
    fs::create_dir_all(&folder).unwrap();
    fs::rename(decoder(dir.path(), ""), folder.join("sample")).unwrap();
    assert_eq!(prelight(&["inspect", &text(&path)], None, Some(&dir.path().join("config"))).0, 0);
}
