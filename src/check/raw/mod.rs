//! RAW: the photosites, before anything is made of them.
//!
//! A clip is taken for a *capped* one (the lens was covered) or a *flat* one (an evenly lit surface) by its statistics; the evidence
//! of a rule says so. What tells of the sensor alone is looked for there; of any other clip it would be guessed.

mod clipping;
mod levels;
mod lines;
mod pattern;
mod sites;
mod stack;
mod survey;
#[cfg(test)]
mod tests;
mod tiles;

pub(in crate::check) use clipping::Ends;
pub(in crate::check) use survey::Survey;

use super::{Rule, Severity, Subject, Verdict};
use crate::{
    error::{Error, Result},
    image::CfaColor,
    progress::Progress,
};
use survey::{Kind, Sensor};

/// Health of the raw picture.
pub(super) const RULES: &[Rule] = &[
    Rule { id: "RAW-01", title: "Highlights are not clipped", severity: Severity::Warn, source: "Prelight", method: clipping::highlights },
    Rule { id: "RAW-02", title: "Shadows are not crushed", severity: Severity::Warn, source: "Prelight", method: clipping::shadows },
    Rule {
        id: "RAW-03",
        title: "Sensor black lies where the file says",
        severity: Severity::Warn,
        source: "public guides to camera tests",
        method: levels::black_level,
    },
    Rule {
        id: "RAW-04",
        title: "No hot or stuck photosite in the frame",
        severity: Severity::Block,
        source: "public guides to camera tests",
        method: sites::none_hot,
    },
    Rule { id: "RAW-05", title: "No dead photosite", severity: Severity::Warn, source: "Prelight", method: sites::none_dead },
    Rule {
        id: "RAW-06",
        title: "No dead row or column, no banding",
        severity: Severity::Block,
        source: "Prelight",
        method: lines::none_stand_out,
    },
    Rule {
        id: "RAW-07",
        title: "Fixed pattern and glow stay below the noise",
        severity: Severity::Warn,
        source: "Prelight",
        method: pattern::stays_below_noise,
    },
];

/// The four kinds of photosites of a Bayer pattern, as `row parity * 2 + column parity`.
const PLANES: usize = 4;

/// The name of each plane: the two greens by the colour beside them.
fn plane_names(cfa: crate::image::Cfa) -> [&'static str; PLANES] {
    std::array::from_fn(|p| {
        let (x, y) = (p as u32 & 1, p as u32 >> 1);
        match (cfa.color(x, y), cfa.color(x ^ 1, y)) {
            (CfaColor::Red, _) => "R",
            (CfaColor::Blue, _) => "B",
            (CfaColor::Green, CfaColor::Red) => "Gr",
            (CfaColor::Green, _) => "Gb",
        }
    })
}

impl Subject<'_> {
    /// The photosites of the clip.
    fn survey(&self, progress: &Progress) -> Result<&Survey> {
        let look = || {
            let mut found = survey::survey(self, progress)?;
            if let (Survey::Sensor(sensor), Some(whole)) = (&mut found, self.whole()) {
                sensor.with_ends(&whole.ends);
            }
            Ok(found)
        };
        self.found.raw.get_or_init(look).as_ref().map_err(Error::clone)
    }
}

/// The verdict of `rule` where there are photosites; the same for every rule where there are none.
fn on_sensor(subject: &Subject, progress: &Progress, rule: impl FnOnce(&Sensor) -> Result<Verdict>) -> Result<Verdict> {
    match subject.survey(progress)? {
        Survey::None(why) => Ok(Verdict::not_applicable(why.clone())),
        Survey::Sensor(sensor) => rule(sensor),
    }
}

/// Why a rule about the sensor alone says nothing of this clip.
fn not_of(sensor: &Sensor, wanted: &str) -> Verdict {
    Verdict::not_applicable(format!("not {wanted}: {}", sensor.why))
}

/// Whether the clip tells of the sensor alone.
fn tells_of_sensor(sensor: &Sensor) -> bool {
    sensor.kind != Kind::Scene
}
