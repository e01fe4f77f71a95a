//! What `ffprobe` says of a file.

use super::{Container, tools::Tools};
use crate::{
    camera::child,
    error::{Error, Result},
    progress::Progress,
};
use serde::Deserialize;
use std::{collections::BTreeMap, path::Path, process::Command, time::Duration};

/// Longest description that is read, and the time it may take: of a file whose index is at its end, on slow storage.
const MAX_BYTES: u64 = 4 << 20;
const TIME: Duration = Duration::from_secs(30);
/// Most streams of a file.
const MAX_STREAMS: usize = 256;

pub type Tags = BTreeMap<String, String>;

#[derive(Debug, Default, Deserialize)]
pub struct Probe {
    #[serde(default)]
    pub streams: Vec<Stream>,
    #[serde(default)]
    pub format: FormatPart,
}

#[derive(Debug, Default, Deserialize)]
pub struct FormatPart {
    #[serde(default)]
    pub tags: Tags,
}

/// A stream, as far as it matters here. Absent and `unknown` are one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Stream {
    pub index: u32,
    pub codec_type: String,
    pub codec_name: Option<String>,
    pub codec_tag_string: Option<String>,
    pub profile: Option<String>,
    pub width: u32,
    pub height: u32,
    pub has_b_frames: u32,
    pub sample_aspect_ratio: Option<String>,
    pub pix_fmt: Option<String>,
    pub color_range: Option<String>,
    pub color_space: Option<String>,
    pub color_transfer: Option<String>,
    pub color_primaries: Option<String>,
    pub chroma_location: Option<String>,
    pub field_order: Option<String>,
    pub r_frame_rate: Option<String>,
    pub avg_frame_rate: Option<String>,
    pub time_base: Option<String>,
    pub start_pts: Option<i64>,
    pub duration_ts: Option<i64>,
    pub bits_per_raw_sample: Option<String>,
    pub nb_frames: Option<String>,
    pub nb_read_packets: Option<String>,
    pub disposition: BTreeMap<String, i64>,
    pub tags: Tags,
}

impl Stream {
    pub fn is_picture(&self) -> bool {
        self.codec_type == "video" && self.disposition.get("attached_pic").is_none_or(|v| *v == 0)
    }
}

/// What is said, or nothing.
pub fn said(value: &Option<String>) -> Option<&str> {
    value.as_deref().filter(|v| !matches!(*v, "" | "unknown" | "unspecified" | "N/A" | "reserved"))
}

/// Asks `ffprobe`. The demuxer is ours to say and only files are opened, so that no file leads to another.
pub fn probe(tools: &Tools, path: &Path, container: Container, progress: &Progress) -> Result<Probe> {
    let bytes = child::output(command(tools, path, container).args(["-show_streams", "-show_format"]), MAX_BYTES, TIME, progress)?;
    parse(&bytes)
}

/// Counts the packets of a stream, which reads the whole file.
pub fn count_packets(tools: &Tools, path: &Path, container: Container, stream: u32, progress: &Progress) -> Result<Option<u64>> {
    const LONG: Duration = Duration::from_secs(600);
    let stream = stream.to_string();
    let mut command = command(tools, path, container);
    command.args(["-count_packets", "-select_streams", &stream, "-show_entries", "stream=index,nb_read_packets"]);
    let probe = parse(&child::output(&mut command, MAX_BYTES, LONG, progress)?)?;
    Ok(probe.streams.first().and_then(|s| s.nb_read_packets.as_deref()?.parse().ok()))
}

fn command(tools: &Tools, path: &Path, container: Container) -> Command {
    let mut command = Command::new(&tools.ffprobe);
    command.args(["-v", "error", "-hide_banner", "-protocol_whitelist", "file,pipe", "-f", container.demuxer(), "-of", "json"]);
    command.arg("-i").arg(input(path));
    command
}

/// A file as FFmpeg takes it: the protocol stands before it, so that no name is taken for an option or another protocol.
pub fn input(path: &Path) -> std::ffi::OsString {
    let mut name = std::ffi::OsString::from("file:");
    name.push(path);
    name
}

/// Reads the description.
pub fn parse(json: &[u8]) -> Result<Probe> {
    let probe: Probe = serde_json::from_slice(json).map_err(|e| Error::invalid(e.to_string()).field("ffprobe"))?;
    if probe.streams.len() > MAX_STREAMS {
        return Err(Error::unsupported("more streams than any clip has").field("streams").value(probe.streams.len()));
    }
    Ok(probe)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use std::{fs, os::unix::fs::PermissionsExt, thread, time::Instant};

    #[test]
    fn counting_frames_ends_with_the_job() {
        let dir = tempfile::tempdir().unwrap();
        let slow = dir.path().join("ffprobe");
        fs::write(&slow, "#!/bin/sh\nexec sleep 30\n").unwrap();
        fs::set_permissions(&slow, fs::Permissions::from_mode(0o755)).unwrap();
        let tools = Tools { ffmpeg: slow.clone(), ffprobe: slow.clone(), version: "x".into(), number: (5, 1) };
        let progress = Progress::default();
        let watcher = progress.clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(200));
            watcher.cancel();
        });
        let start = Instant::now();
        let error = count_packets(&tools, &slow, Container::Mxf, 0, &progress).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}
