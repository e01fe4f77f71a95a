//! What is made in the background, one at a time: the latest that was made, and the job that makes the next.

use super::jobs::JobId;
use crate::error::Error;
use std::sync::Arc;

/// Equal to itself alone: of what is made anew whenever it may have changed.
#[derive(Clone)]
pub(super) struct ByPlace<T>(pub Arc<T>);

impl<T> PartialEq for ByPlace<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// `K` is everything that decides what is made.
pub(super) struct Latest<K, T> {
    made: Option<T>,
    running: Option<(K, JobId)>,
    /// What could not be made, and why; not tried again.
    failed: Option<(K, Error)>,
}

impl<K, T> Default for Latest<K, T> {
    fn default() -> Self {
        Self { made: None, running: None, failed: None }
    }
}

impl<K: PartialEq, T> Latest<K, T> {
    pub fn made(&self) -> Option<&T> {
        self.made.as_ref()
    }
    /// Drops what was made.
    pub fn clear(&mut self) {
        self.made = None;
    }
    /// What could not be made the last time, and why.
    pub fn failed(&self) -> Option<&(K, Error)> {
        self.failed.as_ref()
    }
    /// Whether a job may be started for `key`: none runs, and it has not failed.
    pub fn is_free_for(&self, key: &K) -> bool {
        self.running.is_none() && self.failed.as_ref().is_none_or(|(failed, _)| failed != key)
    }
    pub fn start(&mut self, key: K, job: JobId) {
        self.running = Some((key, job));
    }
    /// Lets go of a job for anything but `key`. Returns it, to be cancelled.
    pub fn let_go_unless(&mut self, key: Option<&K>) -> Option<JobId> {
        self.running.take_if(|(running, _)| Some(&*running) != key).map(|(_, job)| job)
    }
    /// Takes what a job has made, if it is the one that runs. Whether it is.
    pub fn take(&mut self, job: JobId, made: T) -> bool {
        let ours = self.running.take_if(|(_, j)| *j == job).is_some();
        if ours {
            self.made = Some(made);
        }
        ours
    }
    /// Whether this is the job that runs.
    pub fn runs(&self, job: JobId) -> bool {
        self.running.as_ref().is_some_and(|(_, j)| *j == job)
    }
    /// Whether the job was this one.
    pub fn fail(&mut self, job: JobId, error: &Error) -> bool {
        let Some((key, _)) = self.running.take_if(|(_, j)| *j == job) else { return false };
        self.refuse(key, error.clone());
        true
    }
    /// Says why something cannot be made at all.
    pub fn refuse(&mut self, key: K, error: Error) {
        self.failed = Some((key, error));
    }
}
