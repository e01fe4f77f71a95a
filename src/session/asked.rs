//! What is asked to be waived, approved, signed or rendered: a window or a file dialog stays open while one works. What it was opened
//! about is kept, so that what came in its place meanwhile is not acted on unseen.

use super::{Action, ClipEntry, ClipId, Dialog, ExportState, Opened, Session, document::Waiver};
use crate::{
    check::{Finding, Outcome, ProfileMark, is_about_show},
    error::{Error, Result},
    recipe::{Conditions, Output, golden::Edits},
};
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

/// A check that is asked to be waived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiving {
    pub clip: ClipId,
    pub check: String,
    /// What was measured then, and the limit; none where it was not known yet.
    found: Option<[String; 2]>,
}

/// How a check that is asked to be waived stands now.
#[derive(Debug, PartialEq)]
pub enum Standing<'a> {
    /// As it was when it was asked.
    Same(&'a Finding),
    /// It fails in another way: what was measured then, and the limit.
    Other {
        now: &'a Finding,
        was: &'a [String; 2],
    },
    /// It passes by now, or does not apply.
    Settled(&'a Finding),
    Waived(&'a Waiver),
    /// It is not checked, or is being checked again.
    Unknown,
    /// The clip has left the show.
    Gone,
}

/// The clips that are asked to be approved, as each was when it was first seen ready for it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Approving {
    seen: BTreeMap<ClipId, Bound>,
}

/// What an approval of a clip binds.
#[derive(Clone, Debug, PartialEq)]
struct Bound {
    opening: u64,
    plan: Arc<str>,
    profile: ProfileMark,
    waivers: Vec<Waiver>,
    golden: Edits,
    output: Option<Output>,
    conditions: Conditions,
    of_show: Vec<Waiver>,
    lists: Vec<(PathBuf, u64)>,
}

impl Bound {
    fn of(session: &Session, entry: &ClipEntry) -> Option<Self> {
        let opened = session.opened(entry.id)?;
        Some(Self {
            opening: opened.opening,
            plan: opened.planned.key(),
            profile: session.profile().mark(),
            waivers: entry.waivers.clone(),
            golden: entry.golden_edits.clone(),
            output: session.document.output.clone(),
            conditions: session.document.conditions.clone(),
            of_show: session.document.waivers.clone(),
            lists: session.readings_of_lists().map(|(path, reading)| (path.into(), reading)).collect(),
        })
    }

    /// What of it is another by now. Asked of every clip in every pass while the window is open: nothing is copied.
    fn differences(&self, session: &Session, entry: &ClipEntry, opened: &Opened) -> Vec<&'static str> {
        let lists = self.lists.iter().map(|(path, reading)| (path.as_path(), *reading));
        let each = [
            (self.opening != opened.opening, "files"),
            (self.plan != opened.planned.key(), "pipeline"),
            (self.profile != session.profile().mark(), "profile"),
            (self.waivers != entry.waivers, "waivers"),
            (self.golden != entry.golden_edits, "golden frames"),
            (self.output != session.document.output, "deliverables"),
            (self.conditions != session.document.conditions, "conditions of use"),
            (self.of_show != session.document.waivers, "waivers of the show"),
            (!lists.eq(session.readings_of_lists()), "cut lists"),
        ];
        each.into_iter().filter(|(differs, _)| *differs).map(|(_, what)| what).collect()
    }
}

impl Session {
    fn asked_approval(&self) -> Option<&Approving> {
        self.view.dialogs.iter().find_map(|d| if let Dialog::Approve(of) = d { Some(of) } else { None })
    }

    /// How a check that is asked to be waived stands now.
    pub fn standing<'a>(&'a self, asked: &'a Waiving) -> Standing<'a> {
        let of_show = is_about_show(&asked.check);
        let entry = self.document.clip(asked.clip);
        let found = match (of_show, entry) {
            (true, _) => self.show_finding(&asked.check),
            (false, Some(entry)) if self.opened(entry.id).is_some_and(|o| o.is_checked()) => self.finding(entry.id, &asked.check),
            (false, Some(_)) => None,
            (false, None) => return Standing::Gone,
        };
        let waivers = if of_show { &self.document.waivers } else { entry.map_or(&[][..], |e| &e.waivers) };
        match (found, Waiver::of(waivers, &asked.check)) {
            (None, _) => Standing::Unknown,
            (Some(now), _) if now.outcome != Outcome::Fail => Standing::Settled(now),
            (_, Some(waiver)) => Standing::Waived(waiver),
            (Some(now), None) => match &asked.found {
                Some(was) if *was != measured(now) => Standing::Other { now, was },
                _ => Standing::Same(now),
            },
        }
    }

    /// Opens the window that asks for the reason to waive a check of a clip, or of the show.
    pub(super) fn ask_waive(&mut self, clip: ClipId, check: String) {
        let found = if is_about_show(&check) { self.show_finding(&check) } else { self.finding(clip, &check) };
        let found = found.map(measured);
        self.view.open(Dialog::Waive(Waiving { clip, check, found }));
    }

    /// Opens the window that asks who approves the clips as they are now.
    pub(super) fn ask_approval(&mut self) {
        // What the last one came to is told elsewhere.
        if !matches!(self.export, ExportState::Running { .. }) {
            self.export = ExportState::Idle;
        }
        self.view.open(Dialog::Approve(Approving::default()));
        self.pin_approval();
    }

    /// Why a clip cannot be approved now; none where it can.
    pub fn not_approvable(&self, entry: &ClipEntry) -> Option<String> {
        let Some(opened) = self.opened(entry.id) else { return Some("not open".into()) };
        match self.tally(entry) {
            Some(t) if t.open() > 0 => Some(t.open_in_words()),
            Some(_) if opened.is_checked() && opened.planned.is_for(entry) => None,
            _ => Some("its checks have not run".into()),
        }
    }

    /// What of a clip is not as it was when it was first seen in the window that asks who approves.
    pub fn changed_since_asked(&self, entry: &ClipEntry) -> Vec<&'static str> {
        let seen = self.asked_approval().and_then(|asked| asked.seen.get(&entry.id));
        seen.zip(self.opened(entry.id)).map(|(seen, opened)| seen.differences(self, entry, opened)).unwrap_or_default()
    }

    /// Keeps how clips are that can be approved and could not be so far.
    pub(super) fn pin_approval(&mut self) {
        let Some(asked) = self.asked_approval() else { return };
        let is_new = |e: &&ClipEntry| !asked.seen.contains_key(&e.id) && self.not_approvable(e).is_none();
        let new: Vec<_> = self.document.clips.iter().filter(is_new).filter_map(|e| Some((e.id, Bound::of(self, e)?))).collect();
        for dialog in &mut self.view.dialogs {
            if let Dialog::Approve(asked) = dialog {
                asked.seen.extend(new);
                return;
            }
        }
    }

    /// Keeps which recipe a file dialog is opened about.
    pub(super) fn pin_recipe(&mut self, clip: ClipId) {
        if let Some(approved) = self.document.clip(clip).and_then(|c| c.approved.as_ref()) {
            self.recipes_asked_about.insert(clip, approved.digest.clone());
        }
    }

    /// Refuses the answer of a file dialog where the clip is in another recipe than when it was opened.
    pub(super) fn is_recipe_asked_about(&mut self, clip: ClipId, action: &Action) -> Result<()> {
        if !matches!(action, Action::Sign(_) | Action::Render { .. } | Action::Pull { .. }) {
            return Ok(());
        }
        let asked = self.recipes_asked_about.remove(&clip);
        let now = self.document.clip(clip).and_then(|c| c.approved.as_ref()).map(|a| &a.digest);
        match (asked, now) {
            (Some(asked), Some(now)) if asked != *now => {
                let message = "the clip was approved anew since this was asked; ask again, about the recipe that it is in now";
                Err(Error::refused(message).field(action.name()).value(now))
            }
            _ => Ok(()),
        }
    }
}

fn measured(finding: &Finding) -> [String; 2] {
    [finding.measured.clone(), finding.limit.clone()]
}
