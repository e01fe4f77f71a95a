//! EXR: plates as they are delivered, and the pixels that ours would have.
//!
//! Rules about files apply to clips that are OpenEXR plates; of a camera original they say that. What would come out of it is looked
//! at all the same: EXR-05, EXR-06 and EXR-09.

mod delivery;
mod header;
mod names;
mod numbers;
mod pixels;
mod receipt;
mod spectrum;
#[cfg(test)]
mod tests;

pub(crate) use names::fits as name_fits;

pub(in crate::check) use delivery::Delivery;
pub(in crate::check) use pixels::Pixels;

use super::{Rule, Severity, Subject, Verdict, few};
use crate::{
    error::{Error, Result},
    progress::Progress,
};
use delivery::Plates;

/// Plates.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "EXR-01",
        title: "Plates are stored as asked",
        severity: Severity::Block,
        source: "Netflix Partner Help Center: VFX best practices, plate generation",
        method: header::stored_as_asked,
    },
    Rule {
        id: "EXR-02",
        title: "ACES container says what it is",
        severity: Severity::Block,
        source: "SMPTE ST 2065-4",
        method: header::container,
    },
    Rule { id: "EXR-03", title: "Frame numbers are complete", severity: Severity::Block, source: "Prelight", method: numbers::complete },
    Rule {
        id: "EXR-04",
        title: "Timecode and rate run through the plates",
        severity: Severity::Block,
        source: "Prelight",
        method: numbers::timecode,
    },
    Rule { id: "EXR-05", title: "No NaN or infinity in the plate", severity: Severity::Block, source: "Prelight", method: pixels::finite },
    Rule { id: "EXR-06", title: "Values lie where light can be", severity: Severity::Warn, source: "Prelight", method: pixels::in_range },
    Rule {
        id: "EXR-07",
        title: "Windows of the plates agree with the FDL",
        severity: Severity::Warn,
        source: "Prelight",
        method: header::windows,
    },
    Rule {
        id: "EXR-08",
        title: "Camera and lens are still on record",
        severity: Severity::Warn,
        source: "Prelight",
        method: header::metadata_kept,
    },
    Rule {
        id: "EXR-09",
        title: "Plate is scene-linear",
        severity: Severity::Block,
        source: "Netflix Partner Help Center: VFX best practices",
        method: pixels::scene_linear,
    },
    Rule { id: "EXR-10", title: "No bars in the pixels", severity: Severity::Block, source: "Prelight", method: pixels::no_bars },
    Rule {
        id: "EXR-11",
        title: "Plates are named as asked",
        severity: Severity::Block,
        source: "Netflix Partner Help Center: names of plates and deliveries",
        method: names::as_asked,
    },
    Rule {
        id: "EXR-12",
        title: "Pixels are those of the receipt",
        severity: Severity::Block,
        source: "Prelight",
        method: receipt::pixels_hold,
    },
    Rule {
        id: "EXR-13",
        title: "Plate is not upscaled",
        severity: Severity::Warn,
        source: "Netflix Partner Help Center: VFX best practices",
        method: pixels::not_upscaled,
    },
];

/// What plates are stored as.
const FORMAT: &str = "OpenEXR";
const ORIGINAL: &str = "a camera original, no delivered plate";

impl Subject<'_> {
    /// The plates of the clip, where it is made of them.
    fn delivery(&self, progress: &Progress) -> Result<&Delivery> {
        self.found.delivery.get_or_init(|| Delivery::of(self, progress)).as_ref().map_err(Error::clone)
    }
    /// Whether it is made of plates: what was rendered, and no recording.
    pub(super) fn is_plates(&self) -> bool {
        self.clip.format() == FORMAT
    }
    /// What the pixels of the plate are.
    fn plate_pixels(&self, progress: &Progress) -> Result<&Pixels> {
        if let Some(pixels) = self.whole().and_then(|whole| whole.pixels.as_ref()) {
            return Ok(pixels);
        }
        self.found.pixels.get_or_init(|| Pixels::of(self, progress)).as_ref().map_err(Error::clone)
    }
}

/// The verdict of `rule` on plates; the same for every rule where there are none.
fn on_plates(subject: &Subject, progress: &Progress, rule: impl FnOnce(&Plates) -> Result<Verdict>) -> Result<Verdict> {
    match subject.delivery(progress)? {
        Delivery::None => Ok(Verdict::not_applicable(ORIGINAL)),
        Delivery::Plates(plates) => rule(plates),
    }
}
