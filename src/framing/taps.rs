//! One axis of a resample: which source pixels make each target pixel, with which weights.

use super::{Filter, ResampleSettings};

/// The windows of all target pixels of an axis.
pub struct Axis {
    windows: Vec<Window>,
    weights: Vec<f32>,
    phases: Vec<Phase>,
    /// The target is a run of whole source pixels from this one on: nothing to compute.
    copy_from: Option<usize>,
    /// Strength with which values are held between the source pixels under the main lobe.
    pub anti_ring: f32,
}

/// Phases that are looked for: 2:1, 3:2 and the like have a few, and what has many would be looked for in vain.
const MAX_PHASES: usize = 8;

/// Weights that were worked out for a target pixel `phase` beyond its first source pixel.
struct Phase {
    phase: f64,
    count: u32,
    offset: u32,
}

#[derive(Clone, Copy)]
struct Window {
    first: u32,
    offset: u32,
    count: u32,
    centre: u32,
    lobe: (u32, u32),
}

/// The source pixels of one target pixel: `weights[k]` belongs to pixel `first + k`; they sum to 1.
#[derive(Clone, Copy)]
pub struct Taps<'a> {
    pub first: usize,
    pub weights: &'a [f32],
    /// The tap nearest to the centre of the target pixel.
    pub centre: usize,
    /// Taps under the main lobe: the two nearest when enlarging, those within one target pixel when shrinking.
    pub lobe: (usize, usize),
}

impl Axis {
    /// Maps `start .. start + length` of `pixels` source pixels to `target` pixels. Pixel `i` covers `i .. i + 1`;
    /// beyond the picture its edge pixel goes on. The caller has checked: `length` above 0, all finite and small.
    pub fn new(pixels: u32, start: f64, length: f64, target: u32, settings: &ResampleSettings) -> Self {
        let whole = start.fract() == 0.0 && start >= 0.0 && length == f64::from(target) && start + length <= f64::from(pixels);
        let ratio = length / f64::from(target);
        let mut axis = Self {
            windows: Vec::with_capacity(target as usize),
            weights: vec![],
            phases: vec![],
            copy_from: whole.then_some(start as usize),
            anti_ring: settings.anti_ring.strength(ratio) as f32,
        };
        for i in 0..target {
            axis.push(f64::from(pixels) - 1.0, start + (f64::from(i) + 0.5) * ratio, ratio, settings.filter);
        }
        axis
    }

    /// Adds the window around `centre`, a position in the source (pixel centres lie at .5).
    fn push(&mut self, last: f64, centre: f64, ratio: f64, filter: Filter) {
        let stretch = if filter == Filter::Area { ratio } else { ratio.max(1.0) };
        let reach = filter.support() * stretch;
        // A pixel counts when its centre is within reach; for the area, when any of it is.
        let (from, to) = match filter {
            Filter::Area => ((centre - reach).floor(), (centre + reach).ceil() - 1.0),
            _ => ((centre - reach - 0.5).ceil(), (centre + reach - 0.5).floor()),
        };
        let first = from.clamp(0.0, last);
        let count = to.clamp(0.0, last) - first + 1.0;
        let inner = from == first && to - from + 1.0 == count;
        // Where a pixel lies between source pixels is all its weights depend on within the picture, and at 2:1 all lie alike.
        let phase = centre - from;
        let offset = match self.phases.iter().find(|known| inner && known.phase == phase && f64::from(known.count) == count) {
            Some(known) => known.offset,
            None => {
                let mut exact = vec![0.0f64; count as usize];
                let mut sum = 0.0;
                let mut j = from;
                while j <= to {
                    let weight = match filter {
                        Filter::Area => ((j + 1.0).min(centre + reach) - j.max(centre - reach)).max(0.0),
                        _ => filter.weight((j + 0.5 - centre) / stretch),
                    };
                    exact[(j.clamp(0.0, last) - first) as usize] += weight;
                    sum += weight;
                    j += 1.0;
                }
                let offset = self.weights.len() as u32;
                self.weights.extend(exact.iter().map(|w| (w / sum) as f32));
                if inner && self.phases.len() < MAX_PHASES {
                    self.phases.push(Phase { phase, count: count as u32, offset });
                }
                offset
            }
        };
        let lobe = stretch.max(1.0);
        let inside = |p: f64| (p.clamp(0.0, last) - first) as u32;
        let window = Window {
            first: first as u32,
            offset,
            count: count as u32,
            centre: inside((centre - 0.5).round()),
            lobe: (inside((centre - 0.5 - lobe).floor() + 1.0), inside((centre - 0.5 + lobe).ceil() - 1.0)),
        };
        self.windows.push(window);
    }

    pub fn len(&self) -> usize {
        self.windows.len()
    }

    /// The first of the source pixels that the target is a copy of, where it is one.
    pub fn copy_from(&self) -> Option<usize> {
        self.copy_from
    }

    pub fn taps(&self, i: usize) -> Taps<'_> {
        let w = &self.windows[i];
        let (offset, count) = (w.offset as usize, w.count as usize);
        Taps {
            first: w.first as usize,
            weights: &self.weights[offset..offset + count],
            centre: w.centre as usize,
            lobe: (w.lobe.0 as usize, w.lobe.1 as usize),
        }
    }

    /// The source pixels that target pixels `from..to` need.
    pub fn needed(&self, from: usize, to: usize) -> std::ops::Range<usize> {
        if let Some(start) = self.copy_from {
            return start + from..start + to;
        }
        let windows = &self.windows[from..to];
        let first = windows.iter().map(|w| w.first).min().unwrap_or(0);
        let end = windows.iter().map(|w| w.first + w.count).max().unwrap_or(0);
        first as usize..end as usize
    }

    /// The most source pixels that `count` neighbouring target pixels need.
    pub fn widest(&self, count: usize) -> usize {
        (0..self.len()).step_by(count).map(|i| self.needed(i, (i + count).min(self.len())).len()).max().unwrap_or(0)
    }

    /// Multiplications a target pixel costs, on average.
    pub fn cost(&self) -> f64 {
        if self.copy_from.is_some() {
            0.0
        } else {
            self.windows.iter().map(|w| f64::from(w.count)).sum::<f64>() / self.windows.len().max(1) as f64
        }
    }
}
