//! What the look files in view do, for the cards of the Look room: each is found out once.

use super::{
    Change, Room, Session,
    jobs::{JobId, Lane},
    reports::Output,
};
use crate::{
    check::{LookHealth, look_health},
    error::{Error, Result},
    pipeline::ColorStep,
};
use std::collections::BTreeMap;

#[derive(Default)]
pub(super) struct Healths {
    known: BTreeMap<String, Result<LookHealth>>,
    running: Option<(String, JobId)>,
}

impl Session {
    /// Names what a step of look files does, and by whose limits; none of a step of another kind.
    fn health_key(&self, step: &ColorStep) -> Option<String> {
        let files: Vec<&str> = step.files.iter().map(|f| f.sha256()).collect();
        // A CDL moves with every drag, and what it does is seen.
        let is_table = step.ops.is_ok() && !files.is_empty() && super::CdlNumbers::of(step).is_none();
        is_table.then(|| format!("{} {} {}", self.profile().id, files.join(" "), step.detail))
    }

    /// What a step of look files does, once that is known.
    pub fn look_health(&self, step: &ColorStep) -> Option<Result<&LookHealth, &Error>> {
        Some(self.healths.known.get(&self.health_key(step)?)?.as_ref())
    }

    /// Looks into the look files in view, one after the other, where that is seen.
    pub(super) fn refresh_health(&mut self) {
        if self.view.room != Room::Look || self.healths.running.is_some() {
            return;
        }
        let steps = self.steps_in_view().unwrap_or_default();
        let unknown = |s: &&ColorStep| self.health_key(s).filter(|key| !self.healths.known.contains_key(key));
        let Some((key, step)) = steps.iter().find_map(|s| Some((unknown(&s)?, s.clone()))) else { return };
        let profile = self.profile().clone();
        let job = self.jobs.spawn(Lane::Scopes, "Looking into a look file", move |progress| {
            let health = look_health(&step, &profile, progress)?;
            Ok(Output::Health(Box::new(health.ok_or_else(|| Error::unsupported("no look file"))?)))
        });
        self.healths.running = Some((key, job));
    }

    pub(super) fn take_health(&mut self, job: JobId, health: LookHealth, changes: &mut Vec<Change>) {
        if let Some((key, _)) = self.healths.running.take_if(|(_, j)| *j == job) {
            self.healths.known.insert(key, Ok(health));
            changes.push(Change::Clips);
        }
    }

    /// Whether the job was this one.
    pub(super) fn health_failed(&mut self, job: JobId, error: &Error) -> bool {
        let Some((key, _)) = self.healths.running.take_if(|(_, j)| *j == job) else { return false };
        self.healths.known.insert(key, Err(error.clone()));
        true
    }
}
