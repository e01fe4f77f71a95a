//! How far a long search has come, on standard error.

use crate::words::count;
use std::{
    io::{self, IsTerminal, Write},
    time::{Duration, Instant},
};

/// A line that is written over where somebody looks on, and a line now and then where it goes to a log. Short work says
/// nothing.
pub struct Progress {
    begun: Instant,
    shown: Instant,
    /// Whether a line stands on the terminal that the next has to write over.
    standing: bool,
    terminal: bool,
}

const ON_TERMINAL: Duration = Duration::from_millis(200);
const IN_LOG: Duration = Duration::from_secs(5);

impl Progress {
    pub fn new() -> Self {
        let now = Instant::now();
        // Where results go to the same terminal, they are the progress.
        let terminal = io::stderr().is_terminal() && !io::stdout().is_terminal();
        Self { begun: now, shown: now, standing: false, terminal }
    }

    pub fn show(&mut self, clips: u64, errors: u64) {
        let due = if self.terminal { ON_TERMINAL } else { IN_LOG };
        if self.shown.elapsed() < due || !self.terminal && io::stderr().is_terminal() {
            return;
        }
        self.shown = Instant::now();
        let line = text(clips, errors);
        // Nobody may be listening: that is no failure.
        _ = if self.terminal { write!(io::stderr(), "\r{line}  ") } else { writeln!(io::stderr(), "prelight: {line} so far") };
        self.standing = self.terminal;
    }

    /// Takes the line off the terminal.
    pub fn clear(&mut self) {
        if std::mem::take(&mut self.standing) {
            _ = write!(io::stderr(), "\r{:60}\r", "");
        }
    }

    /// The last word: where there were errors among others, or it took long.
    pub fn end(&mut self, clips: u64, errors: u64) {
        self.clear();
        if errors > 0 && clips + errors > 1 || self.begun.elapsed() >= IN_LOG {
            _ = writeln!(io::stderr(), "prelight: {}", text(clips, errors));
        }
    }
}

fn text(clips: u64, errors: u64) -> String {
    if errors == 0 { count(clips, "clip") } else { format!("{}, {}", count(clips, "clip"), count(errors, "error")) }
}
