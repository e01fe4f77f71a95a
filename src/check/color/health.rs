//! What one look file does, in a line, for whoever looks at it: by the arithmetic of COL-10 to COL-12 and COL-14.

use super::{
    look::{along, brightest, clips_at, coarseness, nodes, stops, turns_back},
    probe,
};
use crate::{check::Profile, error::Result, pipeline::ColorStep, progress::Progress, words::count};

/// What a look file does.
#[derive(Clone, Debug, PartialEq)]
pub struct LookHealth {
    /// Of its files.
    pub bytes: usize,
    /// Nodes along an edge of each of its cubes.
    pub nodes: Vec<usize>,
    /// The most that it makes of bright light, ACES2065-1.
    pub peak: f64,
    /// Whether it makes scene light of scene light; else a picture for a display (COL-10).
    pub is_scene_referred: bool,
    /// From where on more light makes no difference, in stops over 18 % grey (COL-11); none up to +14.
    pub flat_above: Option<f64>,
    /// Where grey falls though light rises, in stops over 18 % grey (COL-12).
    pub falls_at: Option<f64>,
    /// dE ITP from itself with half the nodes, 99 colours of 100 (COL-14); none without a cube.
    pub halved: Option<f64>,
    /// What the rules hold against it, in words.
    pub faults: Vec<String>,
}

/// The health of a step that is made of look files; none of any other.
pub fn look_health(step: &ColorStep, profile: &Profile, progress: &Progress) -> Result<Option<LookHealth>> {
    let (Ok(ops), false) = (&step.ops, step.files.is_empty()) else { return Ok(None) };
    let probed = probe::look(step, ops);
    let (_, _, peak) = brightest(ops);
    let is_scene_referred = peak > profile.number("COL-10", "peak")?;
    let flat_above = clips_at(&probed.greys);
    let most = profile.number("COL-11", "stops")?;
    progress.check()?;
    let falls_at = turns_back(&along(ops, [1.0; 3])?).map(stops).transpose()?;
    let halved = coarseness(ops, progress)?.map(|(p99, _)| p99);
    let limit = profile.number("COL-14", "limit")?;
    let faults = [
        (!is_scene_referred).then(|| format!("COL-10: a picture for a display: no light becomes more than {peak:.3}")),
        flat_above.filter(|at| *at < most).map(|at| format!("COL-11: flat above {at:+.2} stops over grey; {most:+.0} are asked for")),
        falls_at.map(|at| format!("COL-12: grey falls from {at:+.2} stops on")),
        halved.filter(|p99| *p99 > limit).map(|p99| format!("COL-14: too few nodes: dE ITP {p99:.2} with half of them, limit {limit}")),
    ];
    Ok(Some(LookHealth {
        bytes: step.files.iter().map(|f| f.bytes().len()).sum(),
        nodes: nodes(ops),
        peak,
        is_scene_referred,
        flat_above,
        falls_at,
        halved,
        faults: faults.into_iter().flatten().collect(),
    }))
}

impl LookHealth {
    fn size(&self) -> String {
        self.nodes.iter().map(|n| format!("{n}^3")).collect::<Vec<_>>().join(", ")
    }
    /// In few words: what kind of look, how fine, over which range.
    pub fn summary(&self) -> String {
        let kind = if self.is_scene_referred { "scene" } else { "display" };
        let range = self.flat_above.map(|at| format!("flat above {at:+.1}"));
        let falls = self.falls_at.map(|_| "grey falls".to_owned());
        let size = Some(self.size()).filter(|s| !s.is_empty());
        [Some(kind.to_owned()), size, falls, range].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
    /// Line by line.
    pub fn words(&self) -> String {
        let kind = if self.is_scene_referred { "Scene light to scene light" } else { "A picture for a display" };
        let mut lines = vec![format!("{kind}, up to {:.3} of bright light; {}", self.peak, count(self.bytes, "byte"))];
        lines.push(match self.flat_above {
            Some(at) => format!("More light makes no difference above {at:+.2} stops over 18 % grey"),
            None => "More light is more light up to 14 stops over 18 % grey".into(),
        });
        lines.push(match self.falls_at {
            Some(at) => format!("Grey falls from {at:+.2} stops on"),
            None => "Grey rises with the light, -6 to +6 stops".into(),
        });
        if let Some(p99) = self.halved {
            lines.push(format!("Cube of {}: dE ITP {p99:.2} from itself with half the nodes", self.size()));
        }
        lines.extend(self.faults.iter().cloned());
        lines.join("\n") + "\n"
    }
}
