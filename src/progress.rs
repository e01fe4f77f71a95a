//! Progress and cancellation of long work, shared between the worker and whoever watches it.

use crate::error::{Error, Result};
use std::{
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// A handle both sides hold; cloning it is cheap. Work that nobody watches takes `Progress::default()`.
#[derive(Clone, Default)]
pub struct Progress(Arc<State>);

#[derive(Default)]
struct State {
    done: AtomicU64,
    total: AtomicU64,
    cancelled: AtomicBool,
    message: Mutex<String>,
    /// When the stretch began.
    begun: Mutex<Option<Instant>>,
    on_change: Option<Box<dyn Fn() + Send + Sync>>,
    /// Cancels it, too.
    stop: Option<&'static AtomicBool>,
}

impl Progress {
    /// Calls `on_change` whenever there is something new to show (a window asks for a repaint there).
    pub fn watched(on_change: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(State { on_change: Some(Box::new(on_change)), ..State::default() }))
    }

    /// Cancelled, too, once `stop` is set: by what concerns the whole process.
    pub fn until(stop: &'static AtomicBool) -> Self {
        Self(Arc::new(State { stop: Some(stop), ..State::default() }))
    }

    /// Worker: starts a stretch of `total` steps.
    pub fn begin(&self, total: u64, message: &str) {
        self.0.done.store(0, Ordering::Relaxed);
        self.0.total.store(total, Ordering::Relaxed);
        *self.0.begun.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        self.say(message);
    }

    /// Worker: says what is being done.
    pub fn say(&self, message: &str) {
        *self.0.message.lock().unwrap_or_else(PoisonError::into_inner) = message.to_owned();
        self.changed();
    }

    /// Worker: one step is done; fails once the work has been cancelled.
    pub fn step(&self) -> Result<()> {
        self.advance(1)
    }

    /// Worker: `steps` at once are done (bytes of a file); fails once the work has been cancelled.
    pub fn advance(&self, steps: u64) -> Result<()> {
        self.0.done.fetch_add(steps, Ordering::Relaxed);
        self.changed();
        self.check()
    }

    /// Worker: fails once the work has been cancelled.
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() { Err(Error::cancelled()) } else { Ok(()) }
    }

    /// Watcher: asks the worker to stop at its next step.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Relaxed);
    }
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Relaxed) || self.0.stop.is_some_and(|stop| stop.load(Ordering::Relaxed))
    }
    /// Watcher: steps done, and of how many (0 while unknown).
    pub fn steps(&self) -> (u64, u64) {
        (self.0.done.load(Ordering::Relaxed), self.0.total.load(Ordering::Relaxed))
    }
    /// Watcher: how long the stretch will go on at the pace it has had; `None` until that can be told.
    pub fn time_left(&self) -> Option<Duration> {
        let begun = *self.0.begun.lock().unwrap_or_else(PoisonError::into_inner);
        time_left(self.steps(), begun?.elapsed())
    }
    pub fn message(&self) -> String {
        self.0.message.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn changed(&self) {
        if let Some(f) = &self.0.on_change {
            f();
        }
    }
}

/// Does work while another thread looks on: at once, every `period`, and once more when it has ended, also where the work panics.
pub fn looked_on<T>(
    progress: &Progress,
    period: Duration,
    mut look: impl FnMut(&Progress, bool) + Send,
    work: impl FnOnce(&Progress) -> T,
) -> T {
    /// Says that the work has ended when it goes.
    struct Ended<'a>(&'a (Mutex<bool>, Condvar));
    impl Drop for Ended<'_> {
        fn drop(&mut self) {
            *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
            self.0.1.notify_all();
        }
    }
    let done = (Mutex::new(false), Condvar::new());
    std::thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut ended = done.0.lock().unwrap_or_else(PoisonError::into_inner);
            while !*ended {
                look(progress, false);
                ended = done.1.wait_timeout(ended, period).unwrap_or_else(PoisonError::into_inner).0;
            }
            drop(ended);
            look(progress, true);
        });
        let ended = Ended(&done);
        let outcome = work(progress);
        drop(ended);
        // The last look comes before what the caller says.
        _ = watcher.join();
        outcome
    })
}

fn time_left((done, total): (u64, u64), elapsed: Duration) -> Option<Duration> {
    /// Before, the pace is a guess.
    const LEAST: Duration = Duration::from_millis(500);
    let left = total.checked_sub(done).filter(|_| done > 0 && elapsed >= LEAST)?;
    Duration::try_from_secs_f64(elapsed.as_secs_f64() * left as f64 / done as f64).ok()
}

/// A time as people say it: `20 s`, `3 min`, `2 h 5 min`.
pub fn in_words(time: Duration) -> String {
    match time.as_secs() {
        s @ 0..60 => format!("{s} s"),
        s @ 60..3600 => format!("{} min", s / 60),
        s => format!("{} h {} min", s / 3600, s % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_told_once_there_is_a_pace() {
        let seconds = Duration::from_secs;
        assert_eq!(time_left((25, 100), seconds(10)), Some(seconds(30)));
        assert_eq!(time_left((100, 100), seconds(10)), Some(seconds(0)));
        assert_eq!(time_left((25, 100), Duration::from_millis(400)), None);
        assert_eq!(time_left((25, 100), Duration::from_millis(500)), Some(Duration::from_millis(1500)));
        assert_eq!(time_left((0, 100), seconds(10)), None);
        assert_eq!(time_left((101, 100), seconds(10)), None);
        assert_eq!(time_left((1, u64::MAX), seconds(1 << 40)), None);
        assert_eq!([20, 59, 60, 3599, 7530].map(|s| in_words(seconds(s))), ["20 s", "59 s", "1 min", "59 min", "2 h 5 min"]);
    }

    #[test]
    fn a_cancelled_worker_stops_at_its_next_step() {
        let watcher = Progress::default();
        let worker = watcher.clone();
        worker.begin(3, "frames");
        assert!(worker.step().is_ok());
        watcher.cancel();
        assert!(worker.step().is_err());
        assert_eq!(watcher.steps(), (2, 3));
    }

    #[test]
    fn what_concerns_the_whole_process_cancels_every_worker() {
        static STOP: AtomicBool = AtomicBool::new(false);
        let (one, other, apart) = (Progress::until(&STOP), Progress::until(&STOP), Progress::default());
        assert!(one.check().is_ok());
        one.cancel();
        assert!(one.is_cancelled() && !other.is_cancelled());
        STOP.store(true, Ordering::Relaxed);
        assert!(other.is_cancelled() && !apart.is_cancelled());
    }
}
