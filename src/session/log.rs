//! Every message since the show was opened.

use std::time::SystemTime;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    Info,
    Error,
}

#[derive(Clone, Debug)]
pub struct LogEntry {
    pub time: SystemTime,
    pub level: LogLevel,
    pub text: String,
}

#[derive(Default)]
pub struct Log {
    entries: Vec<LogEntry>,
}

impl Log {
    /// Entries kept.
    const LENGTH: usize = 2000;

    pub fn info(&mut self, text: impl Into<String>) {
        self.push(LogLevel::Info, text.into());
    }
    pub fn error(&mut self, text: impl Into<String>) {
        self.push(LogLevel::Error, text.into());
    }
    fn push(&mut self, level: LogLevel, text: String) {
        if self.entries.len() == Self::LENGTH {
            self.entries.remove(0);
        }
        self.entries.push(LogEntry { time: SystemTime::now(), level, text });
    }
    /// Oldest first.
    pub fn entries(&self) -> &[LogEntry] {
        &self.entries
    }
    pub fn last_error(&self) -> Option<&LogEntry> {
        self.entries.iter().rev().find(|e| e.level == LogLevel::Error)
    }
}
