//! Edits that are in no file are not dropped without a word: whoever would drop them is asked first. Nothing waits for the answer.

use super::{Action, Session, dispatch::is_show};
use crate::{error::Result, words::count};

impl Session {
    /// What is asked before edits are dropped, and what the answer lets be done; none where nothing is asked.
    pub fn question(&self) -> Option<(String, &Action)> {
        let (of, action) = self.asked.as_ref()?;
        let is_of_another = matches!(**action, Action::FramingStart(_)) && *of != self.document.selected;
        let dropped = self.would_drop(action).filter(|_| !is_of_another)?;
        Some((dropped, action))
    }

    /// What an action would drop that is in no file, in words; none where it drops nothing.
    pub fn would_drop(&self, action: &Action) -> Option<String> {
        match action {
            Action::Quit | Action::OpenShow(_) => self.unwritten(),
            Action::Add(paths) if is_show(paths) => self.unwritten(),
            Action::FramingStart(_) => {
                let edited = self.framing_draft().is_some_and(|d| d.as_ref().is_ok_and(|d| d.is_changed()));
                edited.then(|| "The frame lines of this clip are edited and in no FDL yet.".to_owned())
            }
            _ => None,
        }
    }

    /// Drafts of the show that are in no document.
    fn unwritten(&self) -> Option<String> {
        let (looks, lines) = (self.drafted_clips().len(), self.edited_frame_lines());
        let of = |n: usize, what: &str| (n > 0).then(|| format!("{what} of {}", count(n, "clip")));
        let list: Vec<String> = [of(looks, "the draft look"), of(lines, "the edited frame lines")].into_iter().flatten().collect();
        (!list.is_empty()).then(|| format!("In no AMF or FDL yet: {}.", list.join(", ")))
    }

    /// Puts the question in the place of an action that would drop something. Whether it did.
    pub(super) fn asks_first(&mut self, action: &Action) -> bool {
        let asks = self.would_drop(action).is_some();
        if asks {
            self.asked = Some((self.document.selected, Box::new(action.clone())));
        }
        asks
    }

    /// Does what was asked about.
    pub(super) fn go_ahead(&mut self) -> Result<()> {
        self.asked.take().map_or(Ok(()), |(_, action)| self.perform(*action))
    }

    pub(super) fn stay(&mut self) {
        self.asked = None;
    }
}
