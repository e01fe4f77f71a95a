//! The scopes of the picture in view: every pixel of it, at the stage in view, counted by the engine that renders.

use super::{
    Look, Session, Tab,
    develop::{eotf, view_ops},
    jobs::{JobId, Lane},
    reports::Output,
};
use crate::{
    color::Processor,
    error::{Error, Result},
    image::Image,
    pipeline::{Plan, Stage},
    progress::Progress,
    scope::{self, Kind, Plot, Scale, Unit},
};
use std::sync::Arc;

/// What scopes are of.
#[derive(Clone, Debug, PartialEq)]
pub struct ScopeKey {
    pub look: Look,
    pub levels: Kind,
    pub colors: Kind,
    pub scale: Scale,
}

/// Scopes of one picture.
#[derive(Clone, Debug)]
pub struct ScopeSet {
    pub key: ScopeKey,
    /// Levels, colours, histogram.
    pub plots: [Plot; 3],
}

#[derive(Default)]
pub struct Scopes {
    shown: Option<Arc<ScopeSet>>,
    running: Option<(ScopeKey, JobId)>,
    /// What could not be counted, and why; not tried again.
    failed: Option<(ScopeKey, Error)>,
}

impl Scopes {
    pub fn shown(&self) -> Option<&Arc<ScopeSet>> {
        self.shown.as_ref()
    }
    pub fn take(&mut self, job: JobId, set: ScopeSet) {
        if self.running.take_if(|(_, j)| *j == job).is_some() {
            self.shown = Some(Arc::new(set));
        }
    }
    pub fn failed(&mut self, job: JobId, error: &Error) {
        if let Some((key, _)) = self.running.take_if(|(_, j)| *j == job) {
            self.failed = Some((key, error.clone()));
        }
    }
    /// Why the scopes of a picture could not be counted.
    pub fn error(&self, look: &Look) -> Option<&Error> {
        self.failed.as_ref().filter(|(key, _)| key.look == *look).map(|(_, error)| error)
    }
}

/// How heights are marked: as asked, where the stage has such values.
fn scale(plan: &Plan, stage: Stage, wanted: Option<Unit>) -> Scale {
    match (wanted, stage) {
        (Some(Unit::Nits), Stage::Display) => eotf(plan).map_or(Scale::Code, Scale::Nits),
        (Some(Unit::Stops), Stage::Raw | Stage::Aces | Stage::Look) | (None | Some(Unit::Nits), Stage::Raw | Stage::Aces | Stage::Look) => {
            Scale::Stops
        }
        (Some(Unit::Code), _) | (_, Stage::Display) => Scale::Code,
    }
}

impl Session {
    /// Has the scopes counted where they are looked at and are of another picture. One count at a time: while playing, the next
    /// starts when the last is done.
    pub(super) fn refresh_scopes(&mut self) {
        if self.view.tab != Tab::Scopes || !self.view.panels {
            return;
        }
        let (Some(look), Some(shown)) = (self.look(), self.shown()) else {
            self.scopes.shown = None;
            return;
        };
        let Some(plans) = self.selected_opened().and_then(|o| o.plans()).filter(|p| p.key == look.plan).cloned() else { return };
        let view = self.view.scopes;
        let scale = scale(&plans.full, look.stage, view.unit);
        let key = ScopeKey { look, levels: view.levels, colors: view.colors, scale };
        let known = self.scopes.shown.as_ref().is_some_and(|s| s.key == key)
            || self.scopes.failed.as_ref().is_some_and(|(failed, _)| *failed == key);
        if known || self.scopes.running.is_some() {
            return;
        }
        let (raw, asked) = (shown.raw.clone(), key.clone());
        let job = self.jobs.spawn(Lane::Scopes, "Counting the scopes", move |p| {
            count(&plans.full, &raw, asked, p).map(|set| Output::Scoped(Box::new(set)))
        });
        self.scopes.running = Some((key, job));
    }
}

/// Pixels that are counted before somebody is asked whether the scopes are still wanted.
const BAND_PIXELS: usize = 1 << 19;

fn count(plan: &Plan, raw: &Image, key: ScopeKey, progress: &Progress) -> Result<ScopeSet> {
    let processor = Processor::new(&view_ops(plan, key.look.stage, key.look.exposure)?);
    let scene =
        (key.colors == Kind::Chromaticity).then(|| plan.ops(Stage::Raw, Stage::Aces).map(|ops| Processor::new(&ops))).transpose()?;
    let mut plots = [key.levels, key.colors, Kind::Histogram].map(Plot::new);
    let size = raw.size();
    let rows = (BAND_PIXELS / size.width.max(1) as usize).clamp(1, size.height.max(1) as usize) as u32;
    for first in (0..size.height).step_by(rows as usize) {
        progress.check()?;
        let stored = raw.rows(first, rows.min(size.height - first));
        let mut band = stored.clone();
        processor.apply_image(&mut band);
        // Chromaticities are the scene's, whatever stage is in view.
        let scene = scene.as_ref().map(|to_aces| {
            let mut band = stored;
            to_aces.apply_image(&mut band);
            band
        });
        for plot in &mut plots {
            let of = if plot.kind == Kind::Chromaticity { scene.as_ref().unwrap_or(&band) } else { &band };
            plot.add(&scope::count(of, plot.kind, key.scale));
        }
    }
    Ok(ScopeSet { key, plots })
}
