//! What rules about more than one clip found. A key names everything they look at: it is checked again where that is another.

use super::{ClipEntry, Media, Opened, Session, jobs::JobId};
use crate::error::Error;
use std::mem;

#[derive(Debug, Default)]
pub enum Checked<T> {
    /// There is nothing to look at, or not all of it is there yet.
    #[default]
    NotRun,
    Running {
        job: JobId,
        key: String,
    },
    Failed {
        key: String,
        error: Error,
    },
    Done {
        key: String,
        found: T,
    },
}

impl<T> Checked<T> {
    pub fn found(&self) -> Option<&T> {
        if let Self::Done { found, .. } = self { Some(found) } else { None }
    }
    pub(super) fn key(&self) -> Option<&str> {
        match self {
            Self::NotRun => None,
            Self::Running { key, .. } | Self::Failed { key, .. } | Self::Done { key, .. } => Some(key),
        }
    }
    pub(super) fn done(&mut self, job: JobId, found: T) {
        if let Some(key) = self.key_of(job) {
            *self = Self::Done { key, found };
        }
    }
    /// Whether the job was ours.
    pub(super) fn failed(&mut self, job: JobId, error: &Error) -> bool {
        let Some(key) = self.key_of(job) else { return false };
        *self = Self::Failed { key, error: error.clone() };
        true
    }
    /// Forgets what is known. Returns the job that looks, to be cancelled.
    pub(super) fn forget(&mut self) -> Option<JobId> {
        if let Self::Running { job, .. } = mem::replace(self, Self::NotRun) { Some(job) } else { None }
    }
    fn key_of(&mut self, ours: JobId) -> Option<String> {
        match self {
            Self::Running { job, key } if *job == ours => Some(mem::take(key)),
            _ => None,
        }
    }
}

impl Session {
    /// Names the profile and the clips of the show, each by what `part` says of it, and how many these are; none while one of them is not
    /// open yet, or `part` says nothing. What could not be opened is no part of it.
    pub(super) fn key_of_clips(&self, part: impl Fn(&ClipEntry, &Opened) -> Option<String>) -> Option<(String, usize)> {
        let mut key = self.profile().digest.clone();
        let mut ready = 0;
        for entry in &self.document.clips {
            match self.media.get(&entry.id)? {
                Media::Failed(_) => continue,
                Media::Ready(opened) => {
                    ready += 1;
                    key.push('\n');
                    key.push_str(&part(entry, opened)?);
                }
                Media::Waiting | Media::Opening(_) => return None,
            }
        }
        Some((key, ready))
    }
}
