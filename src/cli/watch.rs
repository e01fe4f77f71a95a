//! A line on standard error that says how far long work is, where somebody looks on.

use crate::progress::Progress;
use std::{
    io::{self, IsTerminal, Write},
    sync::{Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Does the work, with a line that `say` makes of its progress and of the time it has taken; an empty one is not shown.
pub(super) fn watched<T>(say: impl Fn(&Progress, Duration) -> String + Sync, work: impl FnOnce(&Progress) -> T) -> T {
    // Where results go to the same terminal they come at the end, so the line does not disturb them.
    if !io::stderr().is_terminal() {
        return work(&Progress::default());
    }
    let progress = Progress::default();
    let done = (Mutex::new(false), Condvar::new());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let begun = Instant::now();
            let mut ended = done.0.lock().unwrap_or_else(PoisonError::into_inner);
            while !*ended {
                ended = done.1.wait_timeout(ended, Duration::from_millis(250)).unwrap_or_else(PoisonError::into_inner).0;
                let line: String = say(&progress, begun.elapsed()).chars().take(WIDTH).collect();
                if !*ended && !line.is_empty() {
                    // Nobody may be listening: that is no failure.
                    _ = write!(io::stderr(), "\r{line:WIDTH$}");
                }
            }
            _ = write!(io::stderr(), "\r{:WIDTH$}\r", "");
        });
        let outcome = work(&progress);
        *done.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        done.1.notify_all();
        outcome
    })
}

/// Columns that a line may take on any terminal.
const WIDTH: usize = 78;

/// What is being done, how much of it is done, and how long the rest will take.
pub(super) fn in_words(progress: &Progress, _: Duration) -> String {
    let (done, total) = progress.steps();
    if total == 0 {
        // How much there is, is not known yet: what is being done says how far it is.
        return progress.message();
    }
    let left = progress.time_left().map(|left| format!(", {} left", crate::progress::in_words(left))).unwrap_or_default();
    format!("{} %{left}  {}", done.min(total).saturating_mul(100) / total, progress.message())
}
