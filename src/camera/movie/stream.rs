//! A running `ffmpeg` that writes one frame after the other, each with its time stamp.

use super::{Container, damage::Damage, probe::input, timing::Timing, tools::Tools};
use crate::{
    camera::{
        FrameNumber,
        child::{self, Messages, Owned},
    },
    error::{Error, ErrorKind, InFile, Result},
    image::Size,
    progress::Progress,
};
use std::{
    io::Read,
    path::PathBuf,
    process::Command,
    sync::{
        Arc,
        mpsc::{Receiver, Sender, SyncSender, channel, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

/// Longest a frame may take: the first one of a long group of pictures, on slow storage.
const FRAME_TIME: Duration = Duration::from_secs(60);
/// Memory for frames that were read ahead.
const AHEAD_BYTES: usize = 128 << 20;
const MAX_AHEAD: usize = 3;

/// What a stream is made of.
#[derive(Clone, Debug)]
pub struct Source {
    pub path: PathBuf,
    pub container: Container,
    pub stream: u32,
    /// FFmpeg's name of the pixel format that the decoder makes, which is the one asked for: nothing is converted.
    pub pix_fmt: String,
    pub size: Size,
    pub frame_bytes: usize,
}

/// Where a stream begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// The first picture of the file, without looking for it.
    Start,
    /// The picture at a time, in microseconds.
    Time(i64),
}

/// One decoded picture.
pub struct Frame {
    /// In ticks of the container.
    pub stamp: i64,
    pub bytes: Vec<u8>,
    /// Why it is not to be shown, though it came.
    pub damage: Option<String>,
}

/// What the filter `showinfo` says of a picture on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Passed {
    stamp: Option<i64>,
    pix_fmt: String,
    size: Size,
    damage: Option<String>,
}

pub struct Stream {
    process: Owned,
    frames: Receiver<Result<Frame>>,
    messages: Messages,
}

impl Stream {
    /// Starts `ffmpeg`. `alone`: it decodes one picture, without threads that run ahead to what may be damaged.
    pub fn start(tools: &Tools, source: &Source, from: From, alone: bool) -> Result<Self> {
        let mut process = Owned::start(&mut command(tools, source, from, alone), false)?;
        let taken = (process.child().stdout.take(), process.child().stderr.take());
        let (Some(stdout), Some(stderr)) = taken else { return Err(Error::new(ErrorKind::Io, "no pipe to ffmpeg")) };
        let (tell, passed) = channel();
        let mut damage = Damage::default();
        let messages = Messages::collect(stderr, move |line| sort(line, &mut damage, &tell));
        let ahead = (AHEAD_BYTES / source.frame_bytes.max(1)).clamp(1, MAX_AHEAD);
        let (send, frames) = sync_channel(ahead);
        let source = source.clone();
        thread::spawn(move || pump(stdout, &passed, &send, &source));
        Ok(Self { process, frames, messages })
    }

    /// The next picture; `None` at the end, however that came.
    pub fn next(&mut self, progress: &Progress) -> Result<Option<Frame>> {
        child::wait(&self.frames, Instant::now() + FRAME_TIME, progress)?.transpose()
    }

    /// Why there is no further picture.
    pub fn why_it_ended(&mut self) -> String {
        let how = self.process.how_it_ended();
        match self.messages.last() {
            Some(said) => format!("{said} ({how})"),
            None => how,
        }
    }
    /// What was said since the last picture that came out whole.
    pub fn said(&self) -> Option<String> {
        self.messages.last()
    }
    pub fn forget(&self) {
        self.messages.clear();
    }
}

fn command(tools: &Tools, source: &Source, from: From, alone: bool) -> Command {
    let mut command = Command::new(&tools.ffmpeg);
    command.args(["-nostdin", "-nostats", "-hide_banner", "-loglevel", "repeat+level+info", "-protocol_whitelist", "file,pipe"]);
    // As stored: not turned, no picture left out or put in, time stamps of the container.
    command.args(["-noautorotate", "-copyts", "-err_detect", "explode"]);
    // What `Damage` reads.
    command.arg("-debug_ts");
    if alone {
        command.args(["-threads", "1"]);
    }
    if tools.number >= (7, 1) {
        // The container's clean aperture is metadata, not a smaller picture.
        command.args(["-apply_cropping", "codec"]);
    }
    if let From::Time(micros) = from {
        command.args(["-seek_timestamp", "1", "-ss"]).arg(format!("{micros}us"));
    }
    command.args(["-f", source.container.demuxer(), "-i"]).arg(input(&source.path));
    command.args(["-map", &format!("0:{}", source.stream), "-vf", "showinfo=checksum=0"]);
    command.args(["-fps_mode", "passthrough", "-noautoscale", "-pix_fmt", &source.pix_fmt]);
    if alone {
        command.args(["-frames:v", "1"]);
    }
    command.args(["-f", "rawvideo", "pipe:1"]);
    command
}

/// Reads frames of one size until there are no more, or nobody wants them.
fn pump(mut stdout: impl Read, passed: &Receiver<Passed>, send: &SyncSender<Result<Frame>>, source: &Source) {
    loop {
        let mut bytes = Vec::with_capacity(source.frame_bytes);
        match stdout.by_ref().take(source.frame_bytes as u64).read_to_end(&mut bytes) {
            Ok(n) if n == source.frame_bytes => {}
            // What is left of a process that was stopped.
            _ => return,
        }
        // Said before the picture is written.
        let Ok(info) = passed.recv() else { return };
        let checked = check(&info, source).map(|stamp| Frame { stamp, bytes, damage: info.damage });
        let over = checked.is_err();
        if send.send(checked).is_err() || over {
            return;
        }
    }
}

fn check(info: &Passed, source: &Source) -> Result<i64> {
    if info.size != source.size {
        let message = format!("the picture changes its size within the clip, which began with {}", source.size);
        return Err(Error::unsupported(message).field("size").value(info.size));
    }
    if info.pix_fmt != source.pix_fmt {
        let message = format!("the pixel format changes within the clip, which began with {}", source.pix_fmt);
        return Err(Error::unsupported(message).field("pix_fmt").value(&info.pix_fmt));
    }
    info.stamp.ok_or_else(|| Error::unsupported("a picture has no time stamp").field("pts"))
}

/// Takes the lines of `showinfo` and of damage; lets errors be kept; forgets the rest.
fn sort(line: &str, damage: &mut Damage, tell: &Sender<Passed>) -> bool {
    let line = line.trim_end();
    if let Some(mut passed) = parse(line) {
        passed.damage = damage.of(passed.stamp);
        _ = tell.send(passed);
        return true;
    }
    if damage.take(line) {
        return true;
    }
    // The writer of raw frames complains of time stamps that it has no use for.
    let is_writer = line.starts_with("[rawvideo @") || line.starts_with("[out#0/rawvideo @");
    is_writer || !(line.contains("[error]") || line.contains("[fatal]") || line.contains("[panic]"))
}

/// `[Parsed_showinfo_0 @ 0x..] [info] n:   0 pts: 270270 pts_time:3.003 ... fmt:yuvj420p sar:1/1 s:854x480 i:P ...`
fn parse(line: &str) -> Option<Passed> {
    // At the start: what stands in a tag of the file comes after a label.
    let line = line.strip_prefix("[Parsed_showinfo")?;
    let (_, line) = line.split_once("] [info] n:")?;
    let after = |key: &str| line.split_once(key).and_then(|(_, rest)| rest.split_whitespace().next());
    let (width, height) = after(" s:")?.split_once('x')?;
    Some(Passed {
        stamp: after(" pts:")?.parse().ok(),
        pix_fmt: after(" fmt:")?.to_owned(),
        size: Size::new(width.parse().ok()?, height.parse().ok()?),
        damage: None,
    })
}

/// Where a stream that is to give `frame` first begins.
pub fn from(timing: &Timing, frame: FrameNumber) -> From {
    if frame == 0 || !timing.seekable { From::Start } else { From::Time(timing.seek_point(frame)) }
}

/// Names the file on what a stream says.
pub fn in_source<T>(result: Result<T>, source: &Arc<Source>) -> Result<T> {
    result.in_file(&source.path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_showinfo_are_understood() {
        let line = "[Parsed_showinfo_0 @ 0x55681e1239c0] [info] n:   1 pts: 273273 pts_time:3.03637 pos:  1054683 fmt:yuvj420p sar:1/1 s:854x480 i:P iskey:0 type:P ";
        let passed = Passed { stamp: Some(273_273), pix_fmt: "yuvj420p".into(), size: Size::new(854, 480), damage: None };
        assert_eq!(parse(line), Some(passed.clone()));
        // FFmpeg 9 adds members and takes some away.
        let line = "[Parsed_showinfo_0 @ 0x1] [info] n:   1 pts: 273273 pts_time:3.03637 duration:   1001 duration_time:0.04 fmt:yuvj420p cl:left sar:1/1 s:854x480 i:P iskey:0 type:P ";
        assert_eq!(parse(line), Some(passed));
        let tell = channel().0;
        let is_kept = |line: &str| !sort(line, &mut Damage::default(), &tell);
        assert!(is_kept("[prores @ 0x1] [error] invalid plane data size") && !is_kept("[rawvideo @ 0x1] [error] non monotonically"));
        assert!(!is_kept(line) && !is_kept("[info] Stream mapping:"));
        assert_eq!(parse(&line.replace("273273 ", "NOPTS ")).unwrap().stamp, None);
        for other in [
            "",
            "[info] n: 1 pts: 1 fmt:x s:1x1",
            "[Parsed_showinfo_0 @ 0x1] [info] config in time_base: 1/90000",
            "[Parsed_showinfo_0 @ 0x1] [info]   side data - timecode",
        ] {
            assert_eq!(parse(other), None, "{other}");
        }
    }
}
