//! Every message since the show was opened.

use crate::error::Error;
use std::time::SystemTime;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    Info,
    Error,
}

#[derive(Clone, Debug)]
pub struct LogEntry {
    /// Its place among all messages, also of those that are no longer kept.
    pub nth: u64,
    pub time: SystemTime,
    pub level: LogLevel,
    pub text: String,
    /// What went wrong, where that has a place.
    pub error: Option<Error>,
    /// Whether it says that something asked for cannot be done: which is over once something is.
    refusal: bool,
}

#[derive(Default)]
pub struct Log {
    entries: Vec<LogEntry>,
    pushed: u64,
    /// How many there were when something asked for was done last.
    acted: u64,
}

impl Log {
    /// Entries kept.
    const LENGTH: usize = 2000;

    pub fn info(&mut self, text: impl Into<String>) {
        self.push(LogLevel::Info, text.into(), None, false);
    }
    /// An error that is about no file.
    pub fn error(&mut self, text: impl Into<String>) {
        self.push(LogLevel::Error, text.into(), None, false);
    }
    pub fn fail(&mut self, error: &Error) {
        self.push(LogLevel::Error, error.to_string(), Some(error.clone()), false);
    }
    /// Something asked for cannot be done; what that is called, where it has a title.
    pub(super) fn refuse(&mut self, title: Option<&str>, error: &Error) {
        let text = title.map_or_else(|| error.to_string(), |title| format!("{title}: {}", error.message()));
        self.push(LogLevel::Error, text, Some(error.clone()), true);
    }
    /// Something asked for was done.
    pub(super) fn acted(&mut self) {
        self.acted = self.pushed;
    }
    /// The same, of something that has a title.
    pub fn fail_at(&mut self, title: &str, error: &Error) {
        self.push(LogLevel::Error, format!("{title}: {error}"), Some(error.clone()), false);
    }
    fn push(&mut self, level: LogLevel, text: String, error: Option<Error>, refusal: bool) {
        if self.entries.len() == Self::LENGTH {
            self.entries.remove(0);
        }
        self.entries.push(LogEntry { nth: self.pushed, time: SystemTime::now(), level, text, error, refusal });
        self.pushed += 1;
    }
    /// Oldest first.
    pub fn entries(&self) -> &[LogEntry] {
        &self.entries
    }
    pub fn last_error(&self) -> Option<&LogEntry> {
        self.entries.iter().rev().find(|e| e.level == LogLevel::Error)
    }
    /// The same, where it still holds.
    pub fn standing_error(&self) -> Option<&LogEntry> {
        self.last_error().filter(|e| !e.refusal || e.nth >= self.acted)
    }
}
