//! The show checked as a whole, once all of its clips are.

use super::{
    Checked, ChecksState, Session,
    jobs::Lane,
    media::{OwnedSubject, Tally},
    reports::Output,
};
use crate::{
    check::{self, Finding, Subject},
    recipe,
};
use std::collections::BTreeSet;

impl Session {
    /// What the rules about several clips found.
    pub fn show_findings(&self) -> Option<&[Finding]> {
        self.show.found().map(Vec::as_slice)
    }

    /// Why a recipe of these clips, by place (none stands for all), has to wait for the show; a recipe of some of them does not.
    pub fn show_in_the_way(&self, clips: &[usize]) -> Option<String> {
        if !self.is_whole_show(clips) {
            return None;
        }
        let several = self.document.clips.len() > 1;
        let of_lists = match self.cut_list_checks() {
            Checked::Failed { error, .. } => return Some(error.to_string()),
            Checked::NotRun | Checked::Running { .. } if !self.document.cut_lists.is_empty() => {
                return Some("its cut lists are not checked".into());
            }
            _ => self.found_on_lists().flat_map(|(_, found)| &found.findings),
        };
        match &self.show {
            Checked::Failed { error, .. } if several => return Some(error.to_string()),
            Checked::NotRun | Checked::Running { .. } if several => return Some("its checks have not run".into()),
            _ => {}
        }
        let open = Tally::of(&self.document.waivers, self.show_findings().unwrap_or_default().iter().chain(of_lists));
        (open.open() > 0).then(|| open.open_in_words())
    }
    /// What a recipe of these clips says of the show.
    pub(super) fn record_of_show(&self, clips: &[usize]) -> Option<recipe::ShowRecord> {
        if !self.is_whole_show(clips) {
            return None;
        }
        let checks = self.show_findings().unwrap_or_default().to_vec();
        let waivers = self.document.waivers.iter().map(recipe::Waiver::from).collect();
        Some(recipe::ShowRecord { checks, waivers, cut_lists: self.record_of_lists() })
    }
    /// Whether there is more to look at than each clip by itself: several clips, or a cut list.
    pub fn is_show(&self) -> bool {
        let clips = self.document.clips.len();
        clips > 1 || (clips == 1 && !self.document.cut_lists.is_empty())
    }
    fn is_whole_show(&self, clips: &[usize]) -> bool {
        let all = self.document.clips.len();
        self.is_show() && (clips.is_empty() || clips.iter().collect::<BTreeSet<_>>().len() == all)
    }

    /// Names what the rules about the show look at; none while that is not known.
    fn show_key(&self) -> Option<String> {
        let (key, clips) = self.key_of_clips(|entry, opened| match &opened.checks {
            ChecksState::Done { .. } | ChecksState::Failed { .. } if opened.planned.is_for(entry) => {
                Some(format!("{} {}", opened.opening, opened.planned.key()))
            }
            _ => None,
        })?;
        (clips > 1).then_some(key)
    }

    /// Checks the show where its clips are checked and something about them is new.
    pub(super) fn check_show(&mut self) {
        let key = self.show_key();
        if key.as_deref() == self.show.key() {
            return;
        }
        if let Some(job) = self.show.forget() {
            self.jobs.cancel(job);
        }
        let Some(key) = key else { return };
        let profile = self.profiles.current();
        let clips = self.document.clips.iter().filter_map(|entry| self.opened(entry.id));
        let subjects: Vec<OwnedSubject> = clips.map(|o| o.subject(self.rolls.unasked(), profile.clone())).collect();
        let job = self.jobs.spawn(Lane::Long, "Checking the show", move |progress| {
            let subjects: Vec<Subject> = subjects.iter().map(OwnedSubject::get).collect();
            check::run_show(&subjects, &profile, progress).map(Output::ShowChecked)
        });
        self.show = Checked::Running { job, key };
    }
}
