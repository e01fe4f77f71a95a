//! Frames of a capped or flat clip laid on one another.

use super::{PLANES, survey::Sites, tiles::Tiles};
use crate::{
    camera::FrameNumber,
    error::{Error, Result},
};
use rayon::prelude::*;

/// Noise that codes of whole numbers have at least: of rounding.
pub const ROUNDING: f32 = 0.288_675;

/// 14 bytes a photosite, however many frames there are.
pub struct Stack {
    pub width: usize,
    pub height: usize,
    pub frames: u32,
    sums: Vec<f32>,
    /// In how many frames a site stood out upwards, and downwards.
    pub high: Vec<u8>,
    pub low: Vec<u8>,
    previous: Vec<f32>,
    /// Level of each plane, a frame, DN above black.
    pub levels: Vec<(FrameNumber, [f64; PLANES])>,
    /// Sums over the frames of the noise of each plane: over the picture, and from frame to frame.
    spatial: [f64; PLANES],
    temporal: [f64; PLANES],
}

impl Stack {
    pub fn new(sites: &Sites) -> Self {
        let n = sites.values.len();
        Self {
            width: sites.width,
            height: sites.height,
            frames: 0,
            sums: vec![0.0; n],
            high: vec![0; n],
            low: vec![0; n],
            previous: vec![],
            levels: vec![],
            spatial: [0.0; PLANES],
            temporal: [0.0; PLANES],
        }
    }

    /// Lays a frame on top. A site that is `sigmas` off its tile stands out.
    pub fn add(&mut self, frame: FrameNumber, sites: Sites, sigmas: f32) -> Result<()> {
        if (sites.width, sites.height) != (self.width, self.height) {
            return Err(Error::invalid("differs in size from the first frame").field("frame").value(frame));
        }
        let tiles = Tiles::of(&sites);
        let noise = tiles.median(|t| t.sigma).map(|s| s.max(0.5));
        let width = self.width;
        let rows = self.sums.par_chunks_mut(width).zip(self.high.par_chunks_mut(width)).zip(self.low.par_chunks_mut(width));
        rows.zip(sites.values.par_chunks(width)).enumerate().for_each(|(y, (((sums, high), low), values))| {
            for (x, &v) in values.iter().enumerate() {
                let p = y % 2 * 2 + x % 2;
                let off = v - tiles.at(x, y)[p].mean;
                let reach = sigmas * noise[p];
                sums[x] += v;
                high[x] = high[x].saturating_add(u8::from(off > reach));
                low[x] = low[x].saturating_add(u8::from(off < -reach));
            }
        });
        if !self.previous.is_empty() {
            let between = Tiles::over(width, self.height, &|x, y| sites.values[y * width + x] - self.previous[y * width + x]);
            let sigma = between.median(|t| t.sigma);
            let single = |v: f32| f64::from(v) * std::f64::consts::FRAC_1_SQRT_2;
            self.temporal.iter_mut().zip(sigma).for_each(|(sum, v)| *sum += single(v));
        }
        self.spatial.iter_mut().zip(noise).for_each(|(sum, v)| *sum += f64::from(v));
        self.levels.push((frame, tiles.level()));
        self.previous = sites.values;
        self.frames += 1;
        Ok(())
    }

    /// The mean of a site over the frames, DN above black.
    pub fn mean(&self, x: usize, y: usize) -> f32 {
        self.sums[y * self.width + x] / self.frames.max(1) as f32
    }

    /// The tiles of the mean.
    pub fn tiles(&self) -> Tiles {
        Tiles::over(self.width, self.height, &|x, y| self.mean(x, y))
    }

    /// Noise of a plane within a frame, DN.
    pub fn noise(&self) -> [f32; PLANES] {
        self.spatial.map(|s| (s / f64::from(self.frames.max(1))) as f32)
    }

    /// Noise of a plane from frame to frame, DN; of one frame unknown.
    pub fn temporal_noise(&self) -> Option<[f32; PLANES]> {
        let pairs = self.frames.checked_sub(1).filter(|n| *n > 0)?;
        Some(self.temporal.map(|s| ((s / f64::from(pairs)) as f32).max(ROUNDING)))
    }
}
