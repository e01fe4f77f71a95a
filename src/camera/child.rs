//! Processes that decode for us: bounded output, a time to be done by, and none left behind.

use crate::{
    error::{Error, ErrorKind, Result},
    progress::Progress,
};
use std::{
    collections::VecDeque,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{Receiver, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

/// How often somebody who waits looks whether the answer is still wanted.
const LOOK: Duration = Duration::from_millis(20);
/// What is said of a program that does not exist.
pub const NOT_FOUND: &str = "no such program";
/// Longest line of messages that is kept, and how many.
const MAX_LINE: u64 = 4096;
const LINES: usize = 8;

/// A process that is killed and reaped when it is dropped.
pub struct Owned(Child);

impl Owned {
    /// Starts `command` with its output piped. The executable is named in the error, which is [`NOT_FOUND`] where there is none; a
    /// machine that starts no further process now may later.
    pub fn start(command: &mut Command, with_input: bool) -> Result<Self> {
        let program = PathBuf::from(command.get_program());
        command.stdin(if with_input { Stdio::piped() } else { Stdio::null() }).stdout(Stdio::piped()).stderr(Stdio::piped());
        // What a terminal sends is for this process, which sees to its own.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        command.spawn().map(Self).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => Error::new(ErrorKind::Io, NOT_FOUND).file(&program),
            io::ErrorKind::WouldBlock | io::ErrorKind::OutOfMemory => Error::new(ErrorKind::TryAgain, e.to_string()).file(&program),
            _ => Error::io(&program, &e),
        })
    }
    pub fn child(&mut self) -> &mut Child {
        &mut self.0
    }
    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
    /// How it ended, as far as that is known; waits a moment for one that is about to.
    pub fn how_it_ended(&mut self) -> String {
        let until = Instant::now() + Duration::from_millis(500);
        loop {
            match self.0.try_wait() {
                Ok(Some(status)) => return status.to_string(),
                Ok(None) if Instant::now() < until => thread::sleep(Duration::from_millis(5)),
                _ => return "it closed its output".into(),
            }
        }
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // Both fail only where it has been reaped before.
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// The last lines a process wrote to its stderr.
#[derive(Clone, Default)]
pub struct Messages(Arc<Mutex<VecDeque<String>>>);

impl Messages {
    /// Keeps lines until the pipe closes. `sort` may take a line for itself.
    pub fn collect(stderr: impl Read + Send + 'static, mut sort: impl FnMut(&str) -> bool + Send + 'static) -> Self {
        let messages = Self::default();
        let kept = messages.clone();
        thread::spawn(move || {
            each_line(stderr, |line| {
                if !sort(line) {
                    kept.keep(line)
                }
            })
        });
        messages
    }

    fn keep(&self, line: &str) {
        let line = line.trim();
        if !line.is_empty() {
            let mut lines = lock(&self.0);
            lines.push_back(line.to_owned());
            let surplus = lines.len().saturating_sub(LINES);
            lines.drain(..surplus);
        }
    }

    /// What was said last, in one line.
    pub fn last(&self) -> Option<String> {
        lock(&self.0).back().cloned()
    }
    pub fn clear(&self) {
        lock(&self.0).clear();
    }
}

/// Calls `take` for each line; what is longer than [`MAX_LINE`] comes in pieces.
fn each_line(input: impl Read, mut take: impl FnMut(&str)) {
    let mut input = BufReader::new(input);
    let mut line = vec![];
    loop {
        line.clear();
        match input.by_ref().take(MAX_LINE).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => take(&String::from_utf8_lossy(&line)),
        }
    }
}

/// Takes what comes next, unless that is no longer wanted or takes too long.
pub fn wait<T>(from: &Receiver<T>, until: Instant, progress: &Progress) -> Result<Option<T>> {
    loop {
        progress.check()?;
        match from.recv_timeout(LOOK) {
            Ok(value) => return Ok(Some(value)),
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
            Err(RecvTimeoutError::Timeout) if Instant::now() >= until => {
                return Err(Error::new(ErrorKind::TryAgain, "no answer in time"));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// The output of a command that is over soon: not more than `most` bytes, not longer than `time`.
pub fn output(command: &mut Command, most: u64, time: Duration, progress: &Progress) -> Result<Vec<u8>> {
    let program = PathBuf::from(command.get_program());
    let fail = |what: String| Error::invalid(format!("{}: {what}", name(&program)));
    let mut process = Owned::start(command, false)?;
    let messages = process.child().stderr.take().map(|e| Messages::collect(e, |_| false));
    let stdout = process.child().stdout.take().ok_or_else(|| fail("no output".into()))?;
    let (send, receive) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let mut bytes = vec![];
        let read = stdout.take(most + 1).read_to_end(&mut bytes);
        _ = send.send(read.map(|_| bytes));
    });
    let until = Instant::now() + time;
    let late = || Error::new(ErrorKind::TryAgain, format!("{}: not done in {} s", name(&program), time.as_secs()));
    let read = wait(&receive, until, progress).map_err(|e| match e.kind() {
        ErrorKind::Cancelled => e,
        _ => late(),
    })?;
    let bytes = read.unwrap_or(Err(io::Error::other("no output"))).map_err(|e| fail(e.to_string()))?;
    if bytes.len() as u64 > most {
        return Err(fail(format!("more than {most} bytes of output")));
    }
    // One that closed its output may go on for ever.
    let status = loop {
        match process.child().try_wait().map_err(|e| Error::io(&program, &e))? {
            Some(status) => break status,
            None if Instant::now() >= until => return Err(late()),
            None => {
                progress.check()?;
                thread::sleep(LOOK.min(until.saturating_duration_since(Instant::now())));
            }
        }
    };
    if !status.success() {
        // The reader of stderr may be a moment behind.
        thread::sleep(Duration::from_millis(10));
        let said = messages.and_then(|m| m.last()).unwrap_or_else(|| status.to_string());
        return Err(fail(said));
    }
    Ok(bytes)
}

/// What a program is called in messages.
pub fn name(program: &Path) -> String {
    program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned()
}

/// A lock that outlives a panic of another holder: what is locked here is replaced, never half-changed.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn output_is_bounded_in_size_and_time() {
        let progress = Progress::default();
        let second = Duration::from_secs(5);
        assert_eq!(output(&mut shell("printf abc"), 3, second, &progress).unwrap(), b"abc");
        assert!(output(&mut shell("printf abcd"), 3, second, &progress).is_err());
        let error = output(&mut shell("echo no such thing >&2; exit 3"), 3, second, &progress).unwrap_err();
        assert_eq!(error.to_string(), "sh: no such thing");
        let start = Instant::now();
        let error = output(&mut shell("exec sleep 20"), 3, Duration::from_millis(50), &progress).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TryAgain);
        progress.cancel();
        assert_eq!(output(&mut shell("exec sleep 20"), 3, second, &progress).unwrap_err().kind(), ErrorKind::Cancelled);
        assert!(start.elapsed() < Duration::from_secs(10));
        let missing = output(&mut Command::new("/nowhere/at/all"), 3, second, &Progress::default()).unwrap_err();
        assert_eq!((missing.kind(), missing.message()), (ErrorKind::Io, NOT_FOUND));
    }

    #[test]
    fn a_closed_output_is_no_end() {
        let start = Instant::now();
        let goes_on = || shell("printf abc; exec >&- 2>&-; exec sleep 20");
        let error = output(&mut goes_on(), 3, Duration::from_millis(300), &Progress::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TryAgain);
        let progress = Progress::default();
        let watcher = progress.clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(200));
            watcher.cancel();
        });
        assert_eq!(output(&mut goes_on(), 3, Duration::from_secs(15), &progress).unwrap_err().kind(), ErrorKind::Cancelled);
        assert!(start.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn endless_lines_come_in_pieces() {
        let mut seen = vec![];
        each_line(&vec![b'x'; 10_000][..], |l| seen.push(l.len()));
        assert_eq!(seen, [4096, 4096, 1808]);
    }
}
