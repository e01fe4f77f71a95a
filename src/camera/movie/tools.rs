//! The system's FFmpeg: found once, asked for its version, never linked.

use crate::{
    camera::child,
    error::{Error, ErrorKind, Result},
    progress::Progress,
};
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, OnceLock},
    time::Duration,
};

/// The oldest FFmpeg whose options are used here (`-fps_mode`, 2022).
const OLDEST: (u32, u32) = (5, 1);
/// The first FFmpeg that decodes ProRes RAW.
pub const PRORES_RAW: (u32, u32) = (8, 0);

/// `ffmpeg`, and the `ffprobe` that came with it.
#[derive(Clone, Debug)]
pub struct Tools {
    pub ffmpeg: PathBuf,
    pub ffprobe: PathBuf,
    /// As it says itself: `5.1.9-0+deb12u1`.
    pub version: String,
    pub number: (u32, u32),
}

/// Finds them: `PRELIGHT_FFMPEG` names the `ffmpeg` (its `ffprobe` lies beside it, or is named by `PRELIGHT_FFPROBE`), else
/// `PATH` is searched. The answer holds for the life of the process, unless it may be another one later.
pub fn tools(progress: &Progress) -> Result<&'static Tools> {
    static FOUND: OnceLock<Result<Tools>> = OnceLock::new();
    /// One looks, the others wait for what it finds.
    static LOOKING: Mutex<()> = Mutex::new(());
    let named = |variable| env::var_os(variable).map(PathBuf::from);
    remembered(&FOUND, &LOOKING, || find(named("PRELIGHT_FFMPEG"), named("PRELIGHT_FFPROBE"), progress))
}

fn remembered<'a, T>(found: &'a OnceLock<Result<T>>, looking: &Mutex<()>, find: impl FnOnce() -> Result<T>) -> Result<&'a T> {
    let known = || found.get().map(|answer| answer.as_ref().map_err(Error::clone));
    if let Some(answer) = known() {
        return answer;
    }
    let _one = child::lock(looking);
    if let Some(answer) = known() {
        return answer;
    }
    match find() {
        // A busy or full machine, and one who went away, say nothing about the next time.
        Err(e) if matches!(e.kind(), ErrorKind::TryAgain | ErrorKind::Cancelled | ErrorKind::Io) => Err(e),
        answer => found.get_or_init(|| answer).as_ref().map_err(Error::clone),
    }
}

fn find(ffmpeg: Option<PathBuf>, ffprobe: Option<PathBuf>, progress: &Progress) -> Result<Tools> {
    const HINT: &str = "movies are decoded by FFmpeg 5.1 or newer, which was not found: install it, or set PRELIGHT_FFMPEG to its path";
    let missing = |e: Error, path: &Path| match e.kind() {
        ErrorKind::Io if e.message() == child::NOT_FOUND => Error::unsupported(HINT).field("ffmpeg").value(path.display()),
        _ => e,
    };
    let ffprobe = ffprobe.unwrap_or_else(|| match &ffmpeg {
        Some(ffmpeg) => ffmpeg.with_file_name(format!("ffprobe{}", env::consts::EXE_SUFFIX)),
        None => "ffprobe".into(),
    });
    let ffmpeg = ffmpeg.unwrap_or_else(|| "ffmpeg".into());
    let (version, number) = version(&ffmpeg, progress).map_err(|e| missing(e, &ffmpeg))?;
    self::version(&ffprobe, progress).map_err(|e| missing(e, &ffprobe))?;
    if number < OLDEST {
        let message = format!("movies need FFmpeg {}.{} or newer", OLDEST.0, OLDEST.1);
        return Err(Error::unsupported(message).field("ffmpeg -version").value(version));
    }
    Ok(Tools { ffmpeg, ffprobe, version, number })
}

fn version(program: &Path, progress: &Progress) -> Result<(String, (u32, u32))> {
    let output = child::output(Command::new(program).arg("-version"), 1 << 16, Duration::from_secs(10), progress)?;
    let text = String::from_utf8_lossy(&output);
    let first = text.lines().next().unwrap_or_default();
    let version = first.split_whitespace().nth(2).unwrap_or_default().to_owned();
    match number(&version) {
        Some(number) => Ok((version, number)),
        None => Err(Error::unsupported("does not say which FFmpeg it is").field(child::name(program)).value(first)),
    }
}

/// `5.1.9-0+deb12u1`, `n9.0.2-17-g2a57`. A build from the middle of development (`N-112233-gabc`, a date) counts as newest.
fn number(version: &str) -> Option<(u32, u32)> {
    if version.starts_with("N-") || version.starts_with("git-") {
        return Some((u32::MAX, 0));
    }
    let mut parts = version.trim_start_matches('n').split(|c: char| !c.is_ascii_digit());
    let major = parts.next()?.parse().ok()?;
    Some((major, parts.next().and_then(|p| p.parse().ok()).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_understood() {
        assert_eq!(number("5.1.9-0+deb12u1"), Some((5, 1)));
        assert_eq!(number("n9.0.2-17-g2a571b6068-20260930"), Some((9, 0)));
        assert_eq!(number("8.0"), Some((8, 0)));
        assert_eq!(number("7"), Some((7, 0)));
        assert!(number("N-118000-gabcdef").unwrap() > PRORES_RAW);
        assert_eq!(number("what"), None);
        assert_eq!(number(""), None);
    }

    #[test]
    fn an_answer_that_may_change_is_not_remembered() {
        let (found, looking) = (OnceLock::new(), Mutex::new(()));
        for kind in [ErrorKind::TryAgain, ErrorKind::Cancelled, ErrorKind::Io] {
            let failed: Result<&u8> = remembered(&found, &looking, || Err(Error::new(kind, "busy")));
            assert_eq!(failed.unwrap_err().kind(), kind);
        }
        assert_eq!(remembered(&found, &looking, || Ok(7)), Ok(&7));
        assert_eq!(remembered(&found, &looking, || Err(Error::unsupported("gone"))), Ok(&7));
        let missing = OnceLock::new();
        for _ in 0..2 {
            let failed: Result<&u8> = remembered(&missing, &looking, || Err(Error::unsupported("none")));
            assert_eq!(failed.unwrap_err().message(), "none");
        }
        assert!(missing.get().is_some());
    }

    #[cfg(unix)]
    #[test]
    fn missing_and_old_are_told_apart() {
        use std::{fs, os::unix::fs::PermissionsExt};
        let dir = tempfile::tempdir().unwrap();
        let missing = find(Some(dir.path().join("ffmpeg")), None, &Progress::default()).unwrap_err().to_string();
        assert!(missing.contains("not found") && missing.contains("PRELIGHT_FFMPEG"), "{missing}");
        for name in ["ffmpeg", "ffprobe"] {
            let path = dir.path().join(name);
            fs::write(&path, format!("#!/bin/sh\necho {name} version 4.4.2 Copyright\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let old = find(Some(dir.path().join("ffmpeg")), None, &Progress::default()).unwrap_err().to_string();
        assert!(old.contains("4.4.2") && old.contains("5.1 or newer"), "{old}");
    }
}
