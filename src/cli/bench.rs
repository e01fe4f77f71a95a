//! What the conformance doors report of speed, and the threads they run on.

use crate::error::{Error, Result};
use std::time::{Duration, Instant};

/// Time passed since it was made, on the clock and on all processors together.
pub struct Stopwatch {
    wall: Instant,
    cpu: Option<Duration>,
}

impl Stopwatch {
    pub fn start() -> Self {
        Self { wall: Instant::now(), cpu: processor_time() }
    }
    /// Time on the clock.
    pub fn wall(&self) -> Duration {
        self.wall.elapsed()
    }
    /// Time on all processors; `None` where the operating system does not tell.
    pub fn cpu(&self) -> Option<Duration> {
        processor_time()?.checked_sub(self.cpu?)
    }
    /// Speed over `pixels` pixels, as the doors print it.
    pub fn report(&self, pixels: f64) -> serde_json::Value {
        let speed = |seconds: f64| pixels / seconds / 1e6;
        serde_json::json!({ "mpix_per_s": speed(self.wall().as_secs_f64()), "cpu_mpix_per_s": self.cpu().map(|t| speed(t.as_secs_f64())) })
    }
}

/// Processor time of all threads of this process.
#[cfg(unix)]
fn processor_time() -> Option<Duration> {
    use rustix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::ProcessCPUTime).try_into().ok()
}

#[cfg(not(unix))]
fn processor_time() -> Option<Duration> {
    None
}

/// Most threads of a pool: more than any machine this runs on has, fewer than what a system refuses to start.
const MAX_THREADS: usize = 1024;

/// A pool of `threads` threads (1 to 1024), or of as many as there are processors.
pub fn pool(threads: Option<usize>) -> Result<rayon::ThreadPool> {
    let wrong = |message: String| {
        let error = Error::usage(message).field("--threads");
        threads.into_iter().fold(error, Error::value)
    };
    if threads.is_some_and(|n| !(1..=MAX_THREADS).contains(&n)) {
        return Err(wrong(format!("1 to {MAX_THREADS} threads")));
    }
    // 0 is rayon's word for one a processor.
    rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0)).build().map_err(|e| wrong(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_that_cannot_be_is_a_usage_error() {
        for threads in [0, MAX_THREADS + 1, usize::MAX] {
            let error = pool(Some(threads)).err().unwrap();
            assert_eq!(error.exit_code(), 2);
            assert!(error.to_string().starts_with("--threads = "), "{error}");
        }
        assert_eq!(pool(Some(2)).unwrap().current_num_threads(), 2);
    }
}
