//! Frames by number from streams that run: the next frame is read ahead, others are looked for.

use super::{
    stream::{self, Frame, From, Source, Stream},
    timing::Timing,
    tools::Tools,
};
use crate::{
    camera::{FrameNumber, child::lock},
    error::{Error, ErrorKind, Result},
    progress::Progress,
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, Weak},
};

/// Frames that are decoded and passed over rather than looked for anew.
const FORWARD: u32 = 12;
/// Frames before the wanted one that are decoded with it when a clip is played backwards.
const BACKWARD: u32 = 7;
/// Memory for frames that were decoded a moment ago.
const RECENT_BYTES: usize = 192 << 20;
/// Clips whose `ffmpeg` may wait for the next frame; the one that has waited longest is stopped for another.
const MAX_STREAMS: usize = 4;

type Shared = Arc<Mutex<State>>;

/// Reads one stream of one file.
pub struct Reader {
    tools: &'static Tools,
    source: Arc<Source>,
    state: Shared,
}

struct State {
    timing: Timing,
    running: Option<Running>,
    recent: VecDeque<(FrameNumber, Arc<Vec<u8>>)>,
    last: FrameNumber,
}

struct Running {
    stream: Stream,
    next: FrameNumber,
    /// Nothing came yet from the start of the file.
    is_fresh: bool,
}

/// The running streams, the one used last at the end.
static RUNNING: Mutex<Vec<Weak<Mutex<State>>>> = Mutex::new(vec![]);

impl Reader {
    pub fn new(tools: &'static Tools, source: Source, timing: Timing) -> Self {
        let state = State { timing, running: None, recent: VecDeque::new(), last: 0 };
        Self { tools, source: Arc::new(source), state: Arc::new(Mutex::new(state)) }
    }

    /// The bytes of a frame.
    pub fn read(&self, frame: FrameNumber, progress: &Progress) -> Result<Arc<Vec<u8>>> {
        let read = self.read_once(&mut lock(&self.state), frame, progress);
        make_room(&self.state);
        stream::in_source(read, &self.source)
    }

    fn read_once(&self, state: &mut State, frame: FrameNumber, progress: &Progress) -> Result<Arc<Vec<u8>>> {
        progress.check()?;
        if let Some((_, bytes)) = state.recent.iter().find(|(f, _)| *f == frame) {
            state.last = frame;
            return Ok(bytes.clone());
        }
        let backwards = frame + 1 == state.last && state.timing.seekable;
        state.last = frame;
        let near = |r: &Running| r.next <= frame && (frame - r.next <= FORWARD || !state.timing.seekable);
        if !state.running.as_ref().is_some_and(near) {
            let first = if backwards { frame.saturating_sub(BACKWARD.min(self.capacity() as u32 - 1)) } else { frame };
            self.begin(state, first)?;
        }
        match self.advance(state, frame, progress) {
            // The process is gone. It may have died of what it read ahead: once more, alone.
            Err(Gone::Ended(why)) => {
                state.running = None;
                self.alone(state, frame, progress).map_err(|e| match e {
                    Gone::Failed(e) | Gone::Skipped(e) => e,
                    Gone::Ended(again) => undecodable(frame, if again.is_empty() { &why } else { &again }),
                })
            }
            Err(Gone::Skipped(e)) => Err(e),
            Err(Gone::Failed(e)) => {
                // A stream that was only waited for goes on; one that says what cannot be is over.
                if e.kind() != ErrorKind::Cancelled {
                    state.running = None;
                }
                Err(e)
            }
            Ok(bytes) => Ok(bytes),
        }
    }

    fn begin(&self, state: &mut State, first: FrameNumber) -> Result<()> {
        state.running = None;
        let from = stream::from(&state.timing, first);
        let stream = Stream::start(self.tools, &self.source, from, false)?;
        let next = if from == From::Start { 0 } else { first };
        state.running = Some(Running { stream, next, is_fresh: from == From::Start });
        Ok(())
    }

    /// Decodes until the frame is there.
    fn advance(&self, state: &mut State, wanted: FrameNumber, progress: &Progress) -> Result<Arc<Vec<u8>>, Gone> {
        loop {
            let Some(running) = &mut state.running else { return Err(Gone::Ended("not running".into())) };
            let Some(frame) = running.stream.next(progress)? else {
                return Err(Gone::Ended(running.stream.why_it_ended()));
            };
            let number = if state.timing.seekable {
                state.timing.frame(frame.stamp)?
            } else if let Some(why) = running.stream.said() {
                // Counting goes wrong once a picture is left out.
                return Err(Gone::Failed(
                    Error::invalid(format!("frames cannot be counted past damage: {why}")).field("frame").value(wanted),
                ));
            } else {
                running.next
            };
            let is_first = std::mem::take(&mut running.is_fresh);
            if is_first && number > FORWARD {
                return Err(Gone::Failed(Error::invalid("the clip does not begin where it says").field("time stamp").value(frame.stamp)));
            }
            if number < running.next {
                return Err(Gone::Failed(Error::invalid("two pictures stand at one time").field("frame").value(number)));
            }
            running.next = number + 1;
            // What was wanted could not be decoded; what comes after it is kept.
            let lost = (number > wanted).then(|| Gone::Skipped(undecodable(wanted, &running.stream.said().unwrap_or_default())));
            running.stream.forget();
            let kept = self.keep(state, number, frame);
            match lost {
                Some(lost) => return Err(lost),
                None if number == wanted => return kept,
                None => {}
            }
        }
    }

    /// Keeps a frame that came whole, for a while.
    fn keep(&self, state: &mut State, number: FrameNumber, frame: Frame) -> Result<Arc<Vec<u8>>, Gone> {
        if let Some(why) = frame.damage {
            return Err(Gone::Skipped(Error::invalid(format!("not whole, says FFmpeg: {why}")).field("frame").value(number)));
        }
        let bytes = Arc::new(frame.bytes);
        while state.recent.len() >= self.capacity() {
            state.recent.pop_front();
        }
        state.recent.push_back((number, bytes.clone()));
        Ok(bytes)
    }

    fn capacity(&self) -> usize {
        (RECENT_BYTES / self.source.frame_bytes.max(1)).clamp(1, 16)
    }

    /// One frame by a process that decodes nothing else.
    fn alone(&self, state: &mut State, frame: FrameNumber, progress: &Progress) -> Result<Arc<Vec<u8>>, Gone> {
        if frame != 0 && !state.timing.seekable {
            return Err(Gone::Ended(String::new()));
        }
        let mut stream = Stream::start(self.tools, &self.source, stream::from(&state.timing, frame), true)?;
        match stream.next(progress)? {
            Some(found) if state.timing.frame(found.stamp)? == frame => self.keep(state, frame, found),
            Some(_) => Err(Gone::Ended(stream.said().unwrap_or_default())),
            None => Err(Gone::Ended(stream.why_it_ended())),
        }
    }
}

/// Why there is no frame.
enum Gone {
    /// The process came to its end, for this reason.
    Ended(String),
    /// This frame is lost, the stream goes on.
    Skipped(Error),
    Failed(Error),
}

impl std::convert::From<Error> for Gone {
    fn from(e: Error) -> Self {
        Gone::Failed(e)
    }
}

fn undecodable(frame: FrameNumber, why: &str) -> Error {
    let message = if why.is_empty() { "FFmpeg does not decode it".to_owned() } else { format!("FFmpeg does not decode it: {why}") };
    Error::invalid(message).field("frame").value(frame)
}

/// Puts a clip at the end of those whose process waits, and stops the process of the first where they are too many.
fn make_room(used: &Shared) {
    let mut running = lock(&RUNNING);
    running.retain(|w| w.strong_count() > 0 && !w.ptr_eq(&Arc::downgrade(used)));
    running.push(Arc::downgrade(used));
    while running.len() > MAX_STREAMS {
        // One that is busy is not waiting.
        let Some(place) = running.iter().position(|w| w.upgrade().is_none_or(|s| s.try_lock().is_ok())) else { return };
        if let Some(state) = running.remove(place).upgrade()
            && let Ok(mut state) = state.try_lock()
        {
            state.running = None;
            state.recent.clear();
        }
    }
}
