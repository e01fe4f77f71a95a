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
}

#[derive(Default)]
pub struct Log {
    entries: Vec<LogEntry>,
    pushed: u64,
}

impl Log {
    /// Entries kept.
    const LENGTH: usize = 2000;

    pub fn info(&mut self, text: impl Into<String>) {
        self.push(LogLevel::Info, text.into(), None);
    }
    /// An error that is about no file.
    pub fn error(&mut self, text: impl Into<String>) {
        self.push(LogLevel::Error, text.into(), None);
    }
    pub fn fail(&mut self, error: &Error) {
        self.push(LogLevel::Error, error.to_string(), Some(error.clone()));
    }
    /// The same, of something that has a title.
    pub fn fail_at(&mut self, title: &str, error: &Error) {
        self.push(LogLevel::Error, format!("{title}: {error}"), Some(error.clone()));
    }
    fn push(&mut self, level: LogLevel, text: String, error: Option<Error>) {
        if self.entries.len() == Self::LENGTH {
            self.entries.remove(0);
        }
        self.entries.push(LogEntry { nth: self.pushed, time: SystemTime::now(), level, text, error });
        self.pushed += 1;
    }
    /// Oldest first.
    pub fn entries(&self) -> &[LogEntry] {
        &self.entries
    }
    pub fn last_error(&self) -> Option<&LogEntry> {
        self.entries.iter().rev().find(|e| e.level == LogLevel::Error)
    }
}
