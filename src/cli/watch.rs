//! A line on standard error that says how far long work is, where somebody looks on.

use super::signals;
use crate::progress::{Progress, looked_on};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    io::{self, IsTerminal},
    time::{Duration, Instant},
};

/// Does the work, with a line that `say` makes of its progress and of the time it has taken; an empty one is not shown. A signal
/// cancels it.
pub(super) fn watched<T>(say: impl Fn(&Progress, Duration) -> String + Sync, work: impl FnOnce(&Progress) -> T) -> T {
    let progress = signals::progress();
    // Where results go to the same terminal they come at the end, so the line does not disturb them.
    if !io::stderr().is_terminal() {
        return work(&progress);
    }
    let begun = Instant::now();
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let look = |progress: &Progress, ended: bool| {
        let line = say(progress, begun.elapsed());
        if ended {
            bar.finish_and_clear();
        } else if !line.is_empty() && begun.elapsed() >= PERIOD {
            show(&bar, progress, line);
        }
    };
    looked_on(&progress, PERIOD, look, work)
}

/// How often is looked; work that takes less has no line.
const PERIOD: Duration = Duration::from_millis(250);

/// A bar where it is known how much there is.
fn show(bar: &ProgressBar, progress: &Progress, line: String) {
    let (done, total) = progress.steps();
    let template = if total == 0 { "{spinner} {wide_msg}" } else { "{bar:24} {wide_msg}" };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_length(total.max(1));
    bar.set_position(done.min(total));
    bar.set_message(line);
    bar.tick();
}

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
