//! The scopes of the picture in view: every pixel of it, at the stage in view, counted by the engine that renders.

use super::{
    Look, Room, Session, Tab,
    develop::{bands, view_ops},
    jobs::Lane,
    latest::Latest,
    reports::Output,
    side::SideKey,
};
use crate::{
    color::Processor,
    error::{Error, Result},
    image::Image,
    pipeline::Stage,
    progress::Progress,
    scope::{self, Eotf, Kind, Plot, Scale, Unit},
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

pub(super) type Scopes = Latest<ScopeKey, Arc<ScopeSet>>;

/// Of what is compared with it, in the same scale.
pub(super) type ScopesOfB = Latest<(ScopeKey, SideKey), (SideKey, Arc<ScopeSet>)>;

/// How heights are marked: as asked, where the stage has such values.
fn scale(eotf: Option<Eotf>, stage: Stage, wanted: Option<Unit>) -> Scale {
    match (wanted, stage) {
        (Some(Unit::Nits), Stage::Display) => eotf.map_or(Scale::Code, Scale::Nits),
        (Some(Unit::Stops), Stage::Raw | Stage::Aces | Stage::Look) | (None | Some(Unit::Nits), Stage::Raw | Stage::Aces | Stage::Look) => {
            Scale::Stops
        }
        (Some(Unit::Code), _) | (_, Stage::Display) => Scale::Code,
    }
}

impl Session {
    /// The scopes of the picture in view; of an earlier one while they are counted.
    pub fn scopes(&self) -> Option<&Arc<ScopeSet>> {
        self.scopes.made()
    }
    /// The scopes of side B of the comparison in view, in the scale of A's; of an earlier one while they are counted.
    pub fn scopes_of_b(&self) -> Option<&Arc<ScopeSet>> {
        let (a, (_, b)) = (self.scopes.made()?, self.scopes_of_b.made()?);
        let alike = |k: &ScopeKey| (k.levels, k.colors, k.scale) == (a.key.levels, a.key.colors, a.key.scale);
        self.compares().then_some(b).filter(|b| alike(&b.key) && self.side().is_some())
    }
    /// Why the scopes of the picture in view could not be counted.
    pub fn scopes_error(&self) -> Option<&Error> {
        let look = self.look()?;
        self.scopes.failed().filter(|(key, _)| key.look == look).map(|(_, error)| error)
    }

    /// Has the scopes counted where they are looked at and are of another picture. One count at a time: while playing, the next
    /// starts when the last is done.
    pub(super) fn refresh_scopes(&mut self) {
        if self.view.room != Room::Bench || self.view.tab != Tab::Scopes || !self.view.panels {
            return;
        }
        let (Some(look), Some(shown)) = (self.look(), self.shown()) else {
            self.scopes.clear();
            return;
        };
        let Some(plans) = self.plans_in_view().filter(|p| p.key == look.plan).cloned() else { return };
        let view = self.view.scopes;
        let scale = scale(plans.eotf, look.stage, view.unit);
        let key = ScopeKey { look, levels: view.levels, colors: view.colors, scale };
        if self.scopes.made().is_some_and(|s| s.key == key) {
            return self.refresh_scopes_of_b(key);
        }
        if !self.scopes.is_free_for(&key) {
            return;
        }
        let (raw, asked) = (shown.raw.clone(), key.clone());
        let job = self.jobs.spawn(Lane::Scopes, "Counting the scopes", move |p| {
            let plan = &plans.full;
            let processor = Processor::new(&view_ops(plan, asked.look.stage, asked.look.exposure)?);
            let scene = (asked.colors == Kind::Chromaticity)
                .then(|| plan.ops(Stage::Raw, Stage::Aces).map(|ops| Processor::new(&ops)))
                .transpose()?;
            count(&raw, &processor, scene.as_ref(), asked, p).map(|set| Output::Scoped(Box::new(set)))
        });
        self.scopes.start(key, job);
    }

    /// Has those of side B counted once A's are there, and B is.
    fn refresh_scopes_of_b(&mut self, key: ScopeKey) {
        let Some(side) = self.side().filter(|s| s.key.a == key.look).cloned() else { return };
        let of = (key, side.key.clone());
        let known = self.scopes_of_b.made().is_some_and(|(side, set)| (&set.key, side) == (&of.0, &of.1));
        if known || !self.scopes_of_b.is_free_for(&of) {
            return;
        }
        let asked = of.0.clone();
        let job = self.jobs.spawn(Lane::Scopes, "Counting the scopes of B", move |p| {
            let (raw, processor) = side.developed();
            let to_aces = side.stages().and_then(|(_, to)| to(Stage::Aces));
            let set = count(&raw, processor, to_aces.filter(|_| asked.colors == Kind::Chromaticity), asked, p)?;
            Ok(Output::ScopedB(Box::new((side.key.clone(), Arc::new(set)))))
        });
        self.scopes_of_b.start(of, job);
    }
}

fn count(raw: &Image, processor: &Processor, scene: Option<&Processor>, key: ScopeKey, progress: &Progress) -> Result<ScopeSet> {
    let mut plots = [key.levels, key.colors, Kind::Histogram].map(Plot::new);
    bands(raw, progress, |stored, _| {
        let mut band = stored.clone();
        processor.apply_image(&mut band);
        // Chromaticities are the scene's, whatever stage is in view; a still has none.
        let scene = scene.map(|to_aces| {
            let mut band = stored;
            to_aces.apply_image(&mut band);
            band
        });
        for plot in &mut plots {
            let of = if plot.kind == Kind::Chromaticity { scene.as_ref() } else { Some(&band) };
            if let Some(of) = of {
                plot.add(&scope::count(of, plot.kind, key.scale));
            }
        }
        Ok(())
    })?;
    Ok(ScopeSet { key, plots })
}
