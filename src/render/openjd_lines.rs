//! How far a task is, in the lines that every Open Job Description engine reads from standard output.

use crate::{
    error::{Error, Result},
    progress::{Progress, looked_on},
};
use std::{io::Write, time::Duration};

/// How often is looked, at most.
const PERIOD: Duration = Duration::from_millis(250);

/// Does the work and writes lines of its progress: a status for every stretch, a share of those whose message begins with `main`, as the
/// share of a task must not fall. Of work that is done it is the whole, however short it was. That nobody reads them is no failure.
pub fn followed<T>(out: impl Write + Send, main: &str, progress: &Progress, work: impl FnOnce(&Progress) -> Result<T>) -> Result<T> {
    let mut lines = Lines { out, main, share: None, status: String::new() };
    let outcome = looked_on(progress, PERIOD, |progress, _| lines.look(progress), work);
    if outcome.is_ok() {
        lines.share(100);
    }
    outcome
}

/// Writes why a task fails.
pub fn failed(mut out: impl Write, error: &Error) {
    line(&mut out, "openjd_fail", &error.to_string());
}

struct Lines<'a, W> {
    out: W,
    main: &'a str,
    /// Percent that were written last.
    share: Option<u64>,
    status: String,
}

impl<W: Write> Lines<'_, W> {
    fn look(&mut self, progress: &Progress) {
        let message = progress.message();
        if !message.is_empty() && message != self.status {
            line(&mut self.out, "openjd_status", &message);
        }
        let (done, total) = progress.steps();
        if total > 0 && message.starts_with(self.main) {
            self.share(done.min(total).saturating_mul(100) / total);
        }
        self.status = message;
    }

    fn share(&mut self, share: u64) {
        if self.share.is_none_or(|last| share > last) {
            self.share = Some(share);
            line(&mut self.out, "openjd_progress", &share.to_string());
        }
    }
}

/// One line, whatever is in the text.
fn line(out: &mut impl Write, name: &str, text: &str) {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    _ = writeln!(out, "{name}: {text}").and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(work: impl FnOnce(&Progress) -> Result<()>) -> Vec<String> {
        let mut out = vec![];
        if let Err(error) = followed(&mut out, "Rendering", &Progress::default(), work) {
            failed(&mut out, &error);
        }
        String::from_utf8(out).unwrap().lines().map(String::from).collect()
    }

    #[test]
    fn stretches_are_told_and_the_share_never_falls() {
        let said = lines(|progress| {
            progress.begin(3, "Golden frames of A");
            progress.advance(3)?;
            std::thread::sleep(PERIOD * 2);
            progress.begin(4, "Rendering A");
            progress.step()?;
            std::thread::sleep(PERIOD * 2);
            progress.advance(3)
        });
        assert!(said.contains(&"openjd_status: Golden frames of A".into()), "{said:?}");
        let shares: Vec<u64> = said.iter().filter_map(|l| l.strip_prefix("openjd_progress: ")?.parse().ok()).collect();
        assert_eq!(shares, [25, 100], "{said:?}");
    }

    #[test]
    fn a_failure_is_one_last_line() {
        let said = lines(|_| Err(Error::refused("no\nopenjd_env: A=1").file("a.recipe")));
        assert_eq!(said, ["openjd_fail: a.recipe: no openjd_env: A=1"]);
    }
}
