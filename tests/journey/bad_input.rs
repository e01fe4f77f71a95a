//! Bad input: a clear error that names the file, the documented exit code, nothing half-written, no panic, bounded memory.

use crate::{prelight, run_to, text};
use std::{
    fs,
    os::unix::process::CommandExt,
    path::Path,
    process::{Command, Output},
};

/// A minimal little-endian TIFF with these (tag, type, count, value) entries.
fn tiff(entries: &[(u16, u16, u32, u32)], next: u32) -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    bytes.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend(next.to_le_bytes());
    bytes
}

/// DNG entries of a picture of `width` x `height`, 16 bit, one strip at 512.
fn dng(width: u32, height: u32) -> Vec<(u16, u16, u32, u32)> {
    vec![
        (254, 4, 1, 0),
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 1, 16),
        (259, 3, 1, 1),
        (262, 3, 1, 32803),
        (273, 4, 1, 512),
        (277, 3, 1, 1),
        (278, 4, 1, height),
        (279, 4, 1, width.wrapping_mul(height).wrapping_mul(2)),
        (33421, 3, 2, 2 | 2 << 16),
        (33422, 1, 4, 0x0201_0100),
        (50706, 1, 4, 0x0000_0401),
    ]
}

/// Runs with at most 200 MB of address space beyond what the program itself maps.
fn bounded(arguments: &[&str]) -> Output {
    const LIMIT: u64 = 200 << 20;
    let mut command = Command::new(env!("CARGO_BIN_EXE_prelight"));
    command.args(arguments).env("RAYON_NUM_THREADS", "1");
    // SAFETY: only async-signal-safe calls between fork and exec.
    unsafe {
        command.pre_exec(|| {
            let limit = libc::rlimit { rlim_cur: LIMIT, rlim_max: LIMIT };
            if libc::setrlimit(libc::RLIMIT_DATA, &limit) == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
        });
    }
    command.output().unwrap()
}

#[test]
fn a_page_that_is_there_is_refused_before_anything_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let (clip, page) = (folder.path().join("a.dng"), folder.path().join("page.html"));
    fs::write(&clip, "no DNG").unwrap();
    fs::write(&page, "mine").unwrap();
    let output = prelight(&["check", text(&clip), "--html", text(&page)]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(20), "{said}");
    assert!(said.contains("page.html") && !said.contains("a.dng") && output.stdout.is_empty(), "{said}");
    assert_eq!(fs::read_to_string(&page).unwrap(), "mine");
    assert!(String::from_utf8_lossy(&prelight(&["check", text(&clip), "--html", text(&page), "--overwrite"]).stderr).contains("a.dng"));
}

fn refused(path: &Path, code: i32) {
    let output = bounded(&["check", text(path)]);
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    assert!(said.contains(path.file_name().unwrap().to_str().unwrap()), "the file is not named: {said}");
}

#[test]
fn hostile_camera_files_are_refused_by_name() {
    let work = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = work.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    refused(&file("empty.dng", b""), 10);
    refused(&file("text.dng", b"not a camera file at all"), 10);
    refused(&file("head.dng", b"II*\0"), 10);
    refused(&file("zero.dng", &tiff(&dng(0, 0), 0)), 10);
    refused(&file("huge.dng", &tiff(&dng(u32::MAX, u32::MAX), 0)), 10);
    // This one opens, so that its metadata can be seen; that it does not decode is a finding.
    refused(&file("large.dng", &tiff(&dng(60_000, 60_000), 0)), 11);
    // An IFD whose successor is itself, and one whose SubIFD is itself.
    let mut cyclic = dng(0, 0);
    cyclic.insert(9, (330, 4, 1, 8));
    cyclic.sort();
    refused(&file("cyclic.dng", &tiff(&cyclic, 8)), 10);
    let mut lying = tiff(&dng(64, 64), 0);
    lying.truncate(40);
    refused(&file("truncated.dng", &lying), 10);
}

#[test]
fn a_truncated_clip_is_a_finding_not_a_crash() {
    let work = tempfile::tempdir().unwrap();
    let mut bytes = tiff(&dng(64, 64), 0);
    bytes.resize(512 + 64 * 10, 7);
    let path = work.path().join("cut.dng");
    fs::write(&path, bytes).unwrap();
    let output = prelight(&["check", text(&path)]);
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(matches!(output.status.code(), Some(10 | 11)), "{said}");
    assert!(said.contains("cut.dng") && !said.contains("panicked"), "{said}");
}

#[test]
fn hostile_sidecars_are_refused_by_name() {
    let work = tempfile::tempdir().unwrap();
    let bomb = work.path().join("bomb.amf");
    let entities: String = (1..20).map(|i| format!("<!ENTITY e{i} \"&e{};&e{};&e{};&e{};\">", i - 1, i - 1, i - 1, i - 1)).collect();
    fs::write(&bomb, format!("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY e0 \"boom\">{entities}]><a>&e19;</a>")).unwrap();
    let fdl = work.path().join("huge.fdl");
    fs::write(&fdl, r#"{"uuid":"x","version":{"major":2,"minor":0},"contexts":[{"canvases":[{"id":"1","dimensions":{"width":1e999,"height":99999999999999999999}}]}]}"#).unwrap();
    for (verb, path) in [("amf", &bomb), ("fdl", &fdl)] {
        let output = bounded(&[verb, "validate", text(path)]);
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(10), "{said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[test]
fn what_the_system_refuses_is_an_io_error() {
    let work = tempfile::tempdir().unwrap();
    run_to(20, &["inspect", text(&work.path().join("nowhere.dng"))]);
    // A full disk: the recipe must not appear half-written.
    let show = work.path().join("show");
    run_to(0, &["demo", text(&show)]);
    if Path::new("/dev/full").exists() {
        let out = prelight(&["recipe", "new", text(&show.join("nothing")), "--out", "/dev/full/x.recipe", "--name", "a", "--role", "b"]);
        assert_eq!(out.status.code(), Some(20));
    }
}

#[test]
fn a_wrong_call_is_a_usage_error() {
    run_to(2, &["render"]);
    run_to(2, &["no-such-command"]);
}

/// An input transform that is not what the camera recorded does not pass without a word.
#[test]
fn a_chosen_input_is_held_against_the_file() {
    let Some(movie) = crate::corpus("camera/synthetic/A001C001_prores4444xq_logc3.mov") else { return };
    let check = |input: &str| {
        let arguments = ["check", movie.to_str().unwrap(), "--input-transform", input, "--json"];
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_prelight")).args(arguments).output().unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let findings = report[0]["findings"].as_array().unwrap().clone();
        findings.into_iter().find(|f| f["id"] == "COL-03").unwrap()["outcome"].clone()
    };
    assert_eq!((check("arri-logc3"), check("arri-logc4")), ("pass".into(), "fail".into()));
}

/// JSON has no text for such a path: an error, not a fall.
#[cfg(unix)]
#[test]
fn a_path_that_is_no_unicode_is_an_error() {
    use std::os::unix::ffi::OsStrExt;
    let work = tempfile::tempdir().unwrap();
    let still = work.path().join("still.png");
    image::RgbImage::new(16, 16).save(&still).unwrap();
    let edl = work.path().join(std::ffi::OsStr::from_bytes(b"cut\xff.edl"));
    fs::write(&edl, "TITLE: X\nFCM: NON-DROP FRAME\n\n001  A001     V     C        10:04:17:07 10:04:17:13 01:00:00:00 01:00:00:06\n")
        .unwrap();
    let run = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_prelight"));
        command.arg("check").arg(&still).arg("--edl").arg(&edl).args(more).output().unwrap()
    };
    let output = run(&["--json"]);
    assert_eq!(output.status.code(), Some(10), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&run(&[]).stdout).contains("EDL"), "as text it is told about");
}

#[cfg(not(feature = "gui"))]
#[test]
fn a_build_without_the_window_says_so() {
    let said = crate::refused(10, &["open", "show", "--do", "View/Zoom"]);
    assert!(said.contains("built without a window"), "{said}");
}
