//! Processes of a test: whether ffmpeg is there, and what runs below us.

use std::{path::Path, process::Command};

/// A call of ffmpeg, or `None` (said on stderr) where it is not installed and nobody insists.
pub fn ffmpeg() -> Option<Command> {
    let program = std::env::var_os("PRELIGHT_FFMPEG").unwrap_or_else(|| "ffmpeg".into());
    if Command::new(&program).arg("-version").output().is_ok_and(|o| o.status.success()) {
        return Some(Command::new(program));
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "no ffmpeg");
    eprintln!("skipped: no ffmpeg");
    None
}

/// Children of this process (zombies too) that have the path on their command line, or none any more.
#[cfg(target_os = "linux")]
pub fn children_with(path: &Path) -> Vec<u32> {
    let ours = format!("PPid:\t{}", std::process::id());
    let wanted = path.as_os_str().as_encoded_bytes();
    let ids = std::fs::read_dir("/proc").unwrap().filter_map(|e| e.ok()?.file_name().to_str()?.parse().ok());
    ids.filter(|id: &u32| {
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let line = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        status.lines().any(|l| l == ours) && (line.is_empty() || line.windows(wanted.len()).any(|w| w == wanted))
    })
    .collect()
}

#[cfg(target_os = "linux")]
pub fn kill(id: u32) {
    let status = Command::new("kill").args(["-9", &id.to_string()]).status().unwrap();
    assert!(status.success());
}
