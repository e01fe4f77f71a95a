//! What the conformance doors report of speed.

use crate::error::{Error, ErrorKind, Result};
use std::{fs, time::Instant};

/// Time passed since it was made, on the clock and on all processors together.
pub struct Stopwatch {
    wall: Instant,
    cpu: Option<f64>,
}

impl Stopwatch {
    pub fn start() -> Self {
        Self { wall: Instant::now(), cpu: cpu_seconds() }
    }
    fn wall_seconds(&self) -> f64 {
        self.wall.elapsed().as_secs_f64()
    }
    /// Speed over `pixels` pixels, as the doors print it.
    pub fn report(&self, pixels: f64) -> serde_json::Value {
        let speed = |seconds: f64| pixels / seconds / 1e6;
        serde_json::json!({ "mpix_per_s": speed(self.wall_seconds()), "cpu_mpix_per_s": self.cpu_seconds().map(speed) })
    }
    /// `None` where the operating system does not tell.
    fn cpu_seconds(&self) -> Option<f64> {
        Some(cpu_seconds()? - self.cpu?)
    }
}

/// Processor time of all threads that live (Linux: first number of each `schedstat`, nanoseconds).
fn cpu_seconds() -> Option<f64> {
    let mut total = 0.0;
    for task in fs::read_dir("/proc/self/task").ok()?.flatten() {
        let text = fs::read_to_string(task.path().join("schedstat")).ok()?;
        total += text.split_whitespace().next()?.parse::<f64>().ok()?;
    }
    Some(total * 1e-9)
}

/// A pool of `threads` threads, or of as many as there are processors.
pub fn pool(threads: Option<usize>) -> Result<rayon::ThreadPool> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0))
        .build()
        .map_err(|e| Error::new(ErrorKind::TryAgain, format!("no threads: {e}")))
}
