//! Movies through the system's FFmpeg.

use super::processes::{children_with, ffmpeg, kill};
use crate::corpus;
use prelight::{
    ErrorKind, Result,
    camera::{self, Clip, Encoding, FrameNumber, Picture, Reading, SignalRange, YcbcrMatrix},
    image::Image,
    progress::Progress,
};
use sha2::{Digest, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

/// File, frame, SHA-256 over the planes: printed by tests/tools/movie_values.py, the same with FFmpeg 5.1 and 9.0.
const VALUES: &[(&str, FrameNumber, &str)] = &[
    ("synthetic/A001C001_prores422hq_logc3.mov", 1, "4bb9b6a7dd59add0da931ff90e896a555b129bdf6de727be5e7e32b56eeaa55c"),
    ("synthetic/A001C001_prores4444xq_logc3.mov", 2, "4f97387591e97a7109c5146029f3427a48901bca350a060ea750eeb9b8c7008d"),
    ("synthetic/slog3_avcintra100_1080.mxf", 3, "1162615cc2b36b332147b07ba0b04d0e097eb9c0594a08882a4244c8a945d3fa"),
    ("synthetic/slog3_dnxhr_hqx.mxf", 1, "b074f1bbcc5e4ecc295abb83ee145232ba08c7f03d48f08db386acce47443e30"),
    ("synthetic/slog3_hevc422_10.mp4", 2, "c5f287bde8b0bf238a1a6d3d988f27d0798b85243c5e76a6ca403d8b3da4d7be"),
    ("real/opf_apple-prores-422-hq.mov", 24, "66e35c48c06ac7db91c487005d49859631bcf58912f4adf6a5e168afc811a136"),
    ("real/opf_apple-prores-422-lt.mov", 12, "83abd72ccdff9bc6dce590ca64c1404ceddc29fc4dd7618a3d3059ad8a1309eb"),
    ("real/opf_apple-prores-422-proxy.mov", 7, "6134d0e0685da1b6819b6a3c8d3d571cb781a8def989d25f2aff8db33bc7db80"),
    ("real/opf_apple-prores-422.mov", 0, "524f8bc30054f5d65898ed66189c131ae355475f163d9da30fbdd94b90cf6648"),
    ("real/opf_jpeg2000.mov", 5, "49cae0ad3bfc78df8c3ea8890183b55c8b844d01ad307b14889890ee828944d3"),
    ("real/photon_j2k_rgb48_p3pq_2160.mxf", 1, "d7e0a614c93f878724d39dc1a60805784a2ad8e94ee3a80714bfe25caf16dce0"),
    ("real/gpmf_karma.mp4", 100, "465f79e6f9d4033b397b667a491650090329637374946dde61e7941cab11480a"),
    ("real/ft_fixture.mxf", 30, "e3b92418c554781b82cc957b7544040a11ed910038dffaa868d31fc33bdda8e7"),
];

fn read(clip: &dyn Clip, frame: FrameNumber) -> Result<Image> {
    read_as(clip, frame, &Reading::default())
}

fn read_as(clip: &dyn Clip, frame: FrameNumber, reading: &Reading) -> Result<Image> {
    match clip.read(frame, reading)? {
        Picture::Rgb(image) => Ok(image),
        _ => panic!("a movie is no mosaic"),
    }
}

fn hash(image: &Image) -> String {
    let mut sha = Sha256::new();
    for plane in image.planes.iter().chain(&image.alpha) {
        let bytes: Vec<u8> = plane.iter().flat_map(|v| v.to_le_bytes()).collect();
        sha.update(&bytes);
    }
    sha.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

fn hashes(clip: &dyn Clip, frames: impl Iterator<Item = FrameNumber>) -> Vec<(FrameNumber, String)> {
    frames.map(|f| (f, hash(&read(clip, f).unwrap()))).collect()
}

/// A movie made by ffmpeg itself.
fn make(dir: &Path, name: &str, arguments: &[&str]) -> PathBuf {
    let path = dir.join(name);
    let status = ffmpeg().unwrap().args(["-v", "error", "-y"]).args(arguments).arg(&path).status().unwrap();
    assert!(status.success(), "{arguments:?}");
    path
}

const BARS: [&str; 4] = ["-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=2"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    BARS.iter().copied().chain(more.iter().copied()).collect()
}

#[test]
fn values_are_those_computed_without_us() {
    if ffmpeg().is_none() {
        return;
    }
    for (name, frame, expected) in VALUES {
        let Some(path) = corpus(&format!("camera/{name}")) else { return };
        let clip = camera::open_single(&path).unwrap();
        assert_eq!(hash(&read(&*clip, *frame).unwrap()), *expected, "{name} frame {frame}");
    }
}

#[test]
fn a_frame_is_the_same_however_it_is_come_to() {
    if ffmpeg().is_none() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    // Long groups of pictures with B pictures, also where the container does not say their order.
    let gop = ["-g", "12", "-bf", "2", "-pix_fmt", "yuv422p10le"];
    let made = [
        make(dir.path(), "long.mp4", &with(&[&["-c:v", "libx264"][..], &gop].concat())),
        make(dir.path(), "long.mxf", &with(&[&["-c:v", "libx264"][..], &gop].concat())),
        make(dir.path(), "mpeg2.mxf", &with(&["-c:v", "mpeg2video", "-g", "12", "-bf", "2"])),
    ];
    let mut files = made.to_vec();
    let quick = ["real/opf_apple-prores-422-hq.mov", "real/opf_apple-prores-422-proxy.mov", "real/opf_jpeg2000.mov", "real/ft_fixture.mxf"];
    let large = ["real/gpmf_karma.mp4", "synthetic/slog3_hevc422_10.mp4", "synthetic/slog3_avcintra100_1080.mxf"];
    files.extend(quick.iter().chain(&large).filter_map(|name| corpus(&format!("camera/{name}"))));
    for path in files {
        let clip = camera::open_single(&path).unwrap();
        let last = clip.frames().last();
        // All of short clips; of long ones a stretch, and every 37th.
        let wanted = |f: &FrameNumber| last < 60 || *f < 16 || f.is_multiple_of(61) || *f == last;
        let forward = hashes(&*clip, (0..=last).filter(wanted));
        let distinct: std::collections::BTreeSet<_> = forward.iter().map(|(_, h)| h).collect();
        let is_moving = path.starts_with(dir.path()) || path.ends_with("gpmf_karma.mp4");
        assert!(!is_moving || distinct.len() == forward.len(), "{}", path.display());
        // Anew, and from the end: each is looked for.
        let clip = camera::open_single(&path).unwrap();
        let step = if path.extension().is_some_and(|e| e == "mxf") { 13 } else { 1 };
        for (frame, expected) in forward.iter().rev().step_by(step) {
            assert_eq!(hash(&read(&*clip, *frame).unwrap()), *expected, "{} frame {frame}", path.display());
        }
    }
}

#[test]
fn a_person_may_say_range_and_matrix() {
    if ffmpeg().is_none() {
        return;
    }
    let Some(path) = corpus("camera/real/opf_apple-prores-422.mov") else { return };
    let clip = camera::open_single(&path).unwrap();
    let plain = read(&*clip, 0).unwrap();
    let full = read_as(&*clip, 0, &Reading { range: Some(SignalRange::Full), matrix: None }).unwrap();
    let other = read_as(&*clip, 0, &Reading { range: None, matrix: Some(YcbcrMatrix::Bt709) }).unwrap();
    // A pixel of one grey: code = 64 + 876 v = 1023 w.
    let (w, h) = (plain.size().width, plain.size().height);
    let is_gray = |p: [f32; 3]| (p[0] - p[1]).abs() < 1e-6 && (p[2] - p[1]).abs() < 1e-6;
    let (x, y) = (0..h)
        .flat_map(|y| (0..w).map(move |x| (x, y)))
        .find(|(x, y)| is_gray(plain.pixel(*x, *y)) && plain.pixel(*x, *y)[1] > 0.1)
        .unwrap();
    let (legal, full) = (plain.pixel(x, y)[1], full.pixel(x, y)[1]);
    assert!((legal * 876.0 + 64.0 - full * 1023.0).abs() < 1e-3, "{legal} {full}");
    assert_ne!(hash(&plain), hash(&other));
    let Some(rgb) = corpus("camera/real/opf_jpeg2000.mov") else { return };
    let clip = camera::open_single(&rgb).unwrap();
    let error = read_as(&*clip, 0, &Reading { range: None, matrix: Some(YcbcrMatrix::Bt709) }).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
}

#[test]
fn a_camera_says_what_it_recorded() {
    if ffmpeg().is_none() {
        return;
    }
    let Some(path) = corpus("camera/synthetic/A001C001_prores4444xq_logc3.mov") else { return };
    let clip = camera::open_single(&path).unwrap();
    let m = clip.metadata();
    assert_eq!(clip.format(), "QuickTime");
    assert_eq!(m.codec.as_ref().unwrap().value, "ProRes 4444 XQ");
    assert_eq!((m.bit_depth.as_ref().unwrap().value, m.exposure_index.as_ref().unwrap().value), (12, 800));
    assert_eq!(m.reel.as_ref().unwrap().value, "A001");
    assert_eq!(m.frame_rate.as_ref().unwrap().value.to_string(), "24000/1001");
    assert_eq!(clip.timecode(3).unwrap().unwrap().to_string(), "10:00:00:03");
    assert_eq!(m.signal_range.as_ref().unwrap().value, "legal");
    assert!(matches!(clip.encoding(), Encoding::Coded { transform, .. } if transform == "arri-logc3"));
    // Nothing but a file name says that this is S-Log3.
    let Some(path) = corpus("camera/synthetic/slog3_dnxhr_hqx.mxf") else { return };
    assert!(matches!(camera::open_single(&path).unwrap().encoding(), Encoding::Unknown));
}

#[test]
fn alpha_and_drop_frame_come_through() {
    if ffmpeg().is_none() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let source = "testsrc2=s=160x90:r=30000/1001:d=0.2,format=yuva444p10le,colorchannelmixer=aa=0.5";
    let path = make(
        dir.path(),
        "alpha.mov",
        &["-f", "lavfi", "-i", source, "-c:v", "prores_ks", "-profile:v", "4444", "-alpha_bits", "16", "-timecode", "00:00:59;28"],
    );
    let clip = camera::open_single(&path).unwrap();
    let image = read(&*clip, 0).unwrap();
    let alpha = image.alpha.as_ref().unwrap();
    assert!(alpha.iter().all(|a| (a - 0.5).abs() < 0.01), "{:?}", &alpha[..4]);
    assert_eq!(clip.timecode(2).unwrap().unwrap().to_string(), "00:01:00;02");
}

#[test]
fn what_is_not_at_one_rate_is_refused() {
    if ffmpeg().is_none() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let whole = make(dir.path(), "whole.mp4", &with(&["-c:v", "libx264", "-g", "24"]));
    let whole = whole.to_str().unwrap();
    let cut = make(dir.path(), "cut.mp4", &["-ss", "0.7", "-i", whole, "-c", "copy"]);
    let variable =
        make(dir.path(), "variable.mp4", &["-i", whole, "-vf", "select=mod(n\\,7)", "-fps_mode", "passthrough", "-c:v", "libx264"]);
    for path in [cut, variable] {
        let clip = camera::open_single(&path).unwrap();
        let error = read(&*clip, 0).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains("variable frame rate") && error.to_string().contains(path.to_str().unwrap()), "{error}");
        assert!(clip.refusal().unwrap().to_string().contains("edit list"));
    }
    let packed = make(dir.path(), "other.mov", &with(&["-c:v", "qtrle"]));
    let error = read(&*camera::open_single(&packed).unwrap(), 0).unwrap_err().to_string();
    assert!(error.contains("codec = qtrle"), "{error}");
}

/// A copy of a clip of 25 frames, alone in a folder, so that its processes are known by its path.
fn prores() -> Option<(tempfile::TempDir, PathBuf)> {
    ffmpeg()?;
    let path = corpus("camera/real/opf_apple-prores-422-hq.mov")?;
    let dir = tempfile::tempdir().unwrap();
    let copy = dir.path().join("clip.mov");
    fs::copy(path, &copy).unwrap();
    Some((dir, copy))
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_that_is_killed_costs_no_more_than_its_frame_and_none_is_left() {
    let Some((_dir, path)) = prores() else { return };
    let whole = hashes(&*camera::open_single(&path).unwrap(), 0..25);
    let clip = camera::open_single(&path).unwrap();
    let (mut killed, mut lost) = (0, 0);
    for (frame, expected) in &whole {
        if frame % 8 == 5 {
            children_with(&path).into_iter().for_each(|id| {
                kill(id);
                killed += 1;
            });
        }
        match read(&*clip, *frame) {
            Ok(image) => assert_eq!(hash(&image), *expected, "frame {frame}"),
            Err(_) => lost += 1,
        }
    }
    assert!(killed >= 1 && lost <= killed, "{lost} frames lost to {killed} kills");
    drop(clip);
    // Processes of tests beside this one are zombies for a moment, too; what is left behind stays.
    let until = Instant::now() + Duration::from_secs(10);
    while !children_with(&path).is_empty() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(children_with(&path), [] as [u32; 0]);
}

#[test]
fn reading_can_be_cancelled() {
    let Some((_dir, path)) = prores() else { return };
    let clip: Arc<dyn Clip> = camera::open_single(&path).unwrap();
    let progress = Progress::default();
    progress.cancel();
    assert_eq!(clip.read_watched(3, &Reading::default(), &progress).unwrap_err().kind(), ErrorKind::Cancelled);
    // Opening, too: not even what the container says is told to somebody who has gone.
    assert_eq!(camera::open_watched(&path, &progress).err().unwrap().kind(), ErrorKind::Cancelled);
    assert!(clip.read_watched(3, &Reading::default(), &Progress::default()).is_ok());
}

#[test]
fn damage_costs_the_frames_it_hits() {
    let Some((dir, path)) = prores() else { return };
    let whole = hashes(&*camera::open_single(&path).unwrap(), 0..25);
    let sound = fs::read(&path).unwrap();
    let at: Vec<usize> = sound.windows(4).enumerate().filter(|(_, w)| *w == b"icpf").map(|(i, _)| i).collect();
    assert_eq!(at.len(), 25);
    // The header of frame 10 is gone.
    let mut bytes = sound.clone();
    bytes[at[10]..at[10] + 200].fill(0xff);
    let hurt = dir.path().join("hurt.mov");
    fs::write(&hurt, &bytes).unwrap();
    let clip = camera::open_single(&hurt).unwrap();
    for (frame, expected) in &whole {
        match read(&*clip, *frame) {
            Ok(image) => assert_eq!((hash(&image), *frame == 10), (expected.clone(), false), "frame {frame}"),
            Err(e) => assert!(*frame == 10 && e.to_string().contains("frame = 10"), "frame {frame}: {e}"),
        }
    }
    // Cut anywhere, or turned bits: an error or a picture, in time.
    let cut = dir.path().join("cut.mov");
    for round in 0..16usize {
        let mut bytes = sound.clone();
        match round % 2 {
            0 => bytes.truncate(sound.len() * (round + 1) / 17),
            _ => (0..64).for_each(|k| {
                let place = (k * 7919 + round * 104_729) % sound.len();
                bytes[place] ^= 1 << (k % 8);
            }),
        }
        fs::write(&cut, &bytes).unwrap();
        let start = Instant::now();
        if let Ok(clip) = camera::open_single(&cut) {
            let _ = clip.timecode(0);
            for frame in [0, clip.frames().last()] {
                let _ = read(&*clip, frame);
            }
        }
        assert!(start.elapsed() < Duration::from_secs(20), "round {round} took {:?}", start.elapsed());
    }
}

/// Turned bits that ProRes conceals: FFmpeg gives a picture, and says that it is not whole.
#[test]
fn a_concealed_picture_is_no_picture() {
    let Some((dir, path)) = prores() else { return };
    let whole = hashes(&*camera::open_single(&path).unwrap(), 0..25);
    let sound = fs::read(&path).unwrap();
    let at: Vec<usize> = sound.windows(4).enumerate().filter(|(_, w)| *w == b"icpf").map(|(i, _)| i).collect();
    let hurt = dir.path().join("hurt.mov");
    let mut reported = 0;
    for round in 0..8usize {
        let frame = [0, 12, 24, 7][round % 4];
        let mut bytes = sound.clone();
        // In the slices, behind the header and the tables.
        (0..6).for_each(|k| bytes[at[frame] + 1000 + (k * 3571 + round * 977) % 18_000] ^= 1 << ((k + round) % 8));
        fs::write(&hurt, &bytes).unwrap();
        // ffmpeg itself, told to stop at any damage.
        let arguments = ["-v", "error", "-xerror", "-err_detect", "explode", "-i", hurt.to_str().unwrap(), "-f", "null", "-"];
        let is_told = !ffmpeg().unwrap().args(arguments).output().unwrap().status.success();
        reported += usize::from(is_told);
        // Forwards, backwards, and by itself.
        let frame = frame as FrameNumber;
        let ways: [Vec<FrameNumber>; 3] = [(0..25).step_by(1 + round % 3).collect(), (0..=frame).rev().take(4).collect(), vec![frame]];
        for way in ways {
            let clip = camera::open_single(&hurt).unwrap();
            for n in way {
                match read(&*clip, n) {
                    Ok(image) if n == frame => assert!(!is_told, "round {round}, frame {n}: {}", hash(&image)),
                    Ok(image) => assert_eq!(hash(&image), whole[n as usize].1, "round {round}, frame {n}"),
                    Err(e) => {
                        assert!(n == frame && is_told, "round {round}, frame {n}: {e}");
                        assert!(e.to_string().contains(&format!("frame = {n}: not whole, says FFmpeg: damaged: ")), "{e}");
                    }
                }
            }
        }
        if is_told && frame != 7 {
            let out = std::process::Command::new(env!("CARGO_BIN_EXE_prelight")).args(["check", "--json"]).arg(&hurt).output().unwrap();
            let report = String::from_utf8_lossy(&out.stdout).replace(char::is_whitespace, "");
            assert_eq!(out.status.code(), Some(11), "{report}");
            assert!(report.contains(&format!("\"frame{frame}doesnotdecode\"")), "{report}");
        }
    }
    assert!(reported >= 6, "{reported}");
}

/// The box of the container says full range, the stream legal: the stream is what is decoded, and both are told.
#[test]
fn a_range_that_contradicts_the_container_is_told() {
    if ffmpeg().is_none() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let tags = ["-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"];
    let sound = make(dir.path(), "sound.mp4", &with(&[&["-pix_fmt", "yuv420p", "-c:v", "libx264"][..], &tags].concat()));
    assert!(camera::open_single(&sound).unwrap().metadata().warnings.is_empty());
    let mut bytes = fs::read(&sound).unwrap();
    let at = bytes.windows(8).position(|w| w == b"colrnclx").unwrap();
    // The flag stands behind three code points of two bytes.
    bytes[at + 14] ^= 0x80;
    let odd = dir.path().join("odd.mp4");
    fs::write(&odd, bytes).unwrap();
    let clip = camera::open_single(&odd).unwrap();
    let m = clip.metadata();
    let read_as = m.signal_range.as_ref().unwrap().value.as_str();
    // Newer versions of ffprobe let the container go first; there is no contradiction left to see then.
    assert_eq!(m.warnings.len(), usize::from(read_as == "legal"), "{read_as}: {:?}", m.warnings);
    assert!(m.warnings.iter().all(|w| w.contains("the container says full range (colr full_range_flag), the pictures are read as legal")));
}
