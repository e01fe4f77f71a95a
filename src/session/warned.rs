//! How much of the picture in view the warnings are about: every pixel, counted by the engine that renders.

use super::{
    Look, Session,
    develop::{bands, pixel, view_ops},
    jobs::Lane,
    latest::Latest,
    reports::Output,
};
use crate::{
    color::Processor,
    error::Result,
    image::Image,
    pipeline::Plan,
    progress::Progress,
    scope::{Marking, Marks, Values, Warning},
};
use rayon::prelude::*;

/// Pixels of a picture that are warned of.
#[derive(Clone, Debug, PartialEq)]
pub struct Warned {
    pub look: Look,
    /// In the order of [`Warning::ALL`].
    pub counts: [u64; 3],
    pub pixels: u64,
}

impl Warned {
    /// Per cent of the picture.
    pub fn share(&self, warning: Warning) -> f64 {
        100.0 * self.counts[warning as usize] as f64 / self.pixels.max(1) as f64
    }
}

pub(super) type Warnings = Latest<Look, Warned>;

impl Session {
    /// How much of the picture in view the warnings are about, once it is counted.
    pub fn warned(&self) -> Option<&Warned> {
        self.warnings.made().filter(|w| Some(&w.look) == self.look().as_ref())
    }

    /// Counts where a warning is asked for. One count at a time: while playing, the next starts when the last is done.
    pub(super) fn refresh_warnings(&mut self) {
        if !self.view.marking.warns_of_any() {
            return;
        }
        let (Some(look), Some(shown), Some(values)) = (self.look(), self.shown(), self.values()) else { return };
        let Some(plans) = self.plans_in_view().filter(|p| p.key == look.plan).cloned() else { return };
        if self.warned().is_some() || !self.warnings.is_free_for(&look) {
            return;
        }
        let (raw, of) = (shown.raw.clone(), look.clone());
        let job = self.jobs.spawn(Lane::Scopes, "Counting warnings", move |p| count(&plans.full, &raw, of, values, p).map(Output::Warned));
        self.warnings.start(look, job);
    }
}

fn count(plan: &Plan, raw: &Image, look: Look, values: Values, progress: &Progress) -> Result<Warned> {
    let processor = Processor::new(&view_ops(plan, look.stage, look.exposure)?);
    let marks = Marks::new(Marking { false_color: false, warnings: [true; 3] }, values);
    let mut counts = [0; 3];
    bands(raw, progress, |stored, _| {
        let mut band = stored.clone();
        processor.apply_image(&mut band);
        let one = |i| marks.warned(pixel(&stored, i), pixel(&band, i)).map(u64::from);
        let of_band = (0..band.size().area()).into_par_iter().map(one).reduce(|| [0; 3], sum);
        counts = sum(counts, of_band);
        Ok(())
    })?;
    Ok(Warned { look, counts, pixels: raw.size().area() as u64 })
}

fn sum(a: [u64; 3], b: [u64; 3]) -> [u64; 3] {
    std::array::from_fn(|i| a[i] + b[i])
}
