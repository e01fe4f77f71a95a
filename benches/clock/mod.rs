//! Processor time, where the system tells it: benches run on machines that others use too.

#![allow(dead_code, reason = "each bench takes what it needs")]

use std::{
    fs,
    sync::LazyLock,
    time::{Duration, Instant},
};

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// What this thread has taken so far (Linux; else wall time).
pub fn of_thread() -> Duration {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = stat.as_deref().and_then(|s| s.split_whitespace().next()?.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// What all threads have taken so far (Unix; else wall time).
pub fn of_process() -> Duration {
    #[cfg(unix)]
    {
        use rustix::time::{ClockId, clock_gettime};
        let t = clock_gettime(ClockId::ProcessCPUTime);
        Duration::new(t.tv_sec as u64, t.tv_nsec as u32)
    }
    #[cfg(not(unix))]
    {
        START.elapsed()
    }
}
