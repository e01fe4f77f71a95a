//! What is measured of a frame to tell how hard it is on the pipeline: cheap numbers of a quick decode.

use crate::{
    camera::{Encoding, FrameNumber},
    color::{Processor, rgb},
    image::Image,
};
use rayon::prelude::*;

/// Cells across and down, by which frames are told apart.
const CELLS: [usize; 2] = [32, 18];
/// 18 % grey.
const GREY: f64 = 0.18;
/// Light from which a pixel has a colour: noise makes negative values of black, which are none.
const LIT: f64 = 0.01;
/// Stops over grey that the mean of a frame counts as where it is darker still, or black.
const DARKEST: f64 = -12.0;
/// Part of the brightest channel by which half floats are off.
const EXACT: f64 = 1e-3;
/// Raw values from here on are clipped: after the debayer a clipped area is 1 but for rounding.
const CLIP: f32 = 0.9995;

/// Of one frame. Shares are parts of all pixels.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Measured {
    pub frame: FrameNumber,
    /// Stops over 18 % grey of the mean light.
    pub light: f64,
    /// Share of clipped pixels: of the sensor, or of the code values.
    pub clipped: f64,
    /// Share of pixels with a channel below 0 in AP1.
    pub beyond: f64,
    /// How far the lowest channel in AP1 is from the highest, of the highest: the mean of pixels with light.
    pub saturation: f64,
    /// Stops between neighbours: the mean.
    pub detail: f64,
    /// Stops over grey of the light in each cell.
    pub cells: Vec<f64>,
}

/// Sums of some rows; added up in their order, so that the same frame has the same numbers on every machine.
#[derive(Clone, Default)]
struct Sums {
    pixels: u64,
    light: f64,
    clipped: u64,
    beyond: u64,
    lit: u64,
    saturation: f64,
    neighbours: u64,
    detail: f64,
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.pixels += other.pixels;
        self.light += other.light;
        self.clipped += other.clipped;
        self.beyond += other.beyond;
        self.lit += other.lit;
        self.saturation += other.saturation;
        self.neighbours += other.neighbours;
        self.detail += other.detail;
    }
}

/// Stops over grey of the light of a pixel or a cell. What is darker than six below counts as six below: that is noise, or nothing.
fn stops(light: f64) -> f64 {
    above(light, -6.0)
}

/// Stops over grey, and `least` of what is darker.
fn above(light: f64, least: f64) -> f64 {
    (light / GREY).max(least.exp2()).log2()
}

/// Whether the raw values of a clip have an end at 1.
pub(super) fn has_end(encoding: &Encoding) -> bool {
    matches!(encoding, Encoding::Camera(_) | Encoding::Uncalibrated { .. } | Encoding::Coded { .. })
}

/// Measures a frame. `raw`: at the raw stage; `to_aces`: from there to the ACES stage. Pixels that are no numbers are left out.
pub(super) fn measure(frame: FrameNumber, raw: Image, to_aces: &Processor, has_end: bool) -> Measured {
    let (width, height) = (raw.size().width as usize, raw.size().height as usize);
    let mut aces = raw.clone();
    to_aces.apply_image(&mut aces);
    let rows: Vec<(Sums, [Sums; CELLS[0]])> = (0..height).into_par_iter().map(|y| row(&raw, &aces, width, y, has_end)).collect();
    let (mut all, mut cells) = (Sums::default(), vec![Sums::default(); CELLS[0] * CELLS[1]]);
    for (y, (sums, across)) in rows.iter().enumerate() {
        all.add(sums);
        let down = y * CELLS[1] / height;
        across.iter().zip(&mut cells[down * CELLS[0]..]).for_each(|(from, to)| to.add(from));
    }
    let per = |sum: f64, n: u64| sum / n.max(1) as f64;
    Measured {
        frame,
        light: above(per(all.light, all.pixels), DARKEST),
        clipped: per(all.clipped as f64, all.pixels),
        beyond: per(all.beyond as f64, all.pixels),
        saturation: per(all.saturation, all.lit),
        detail: per(all.detail, all.neighbours),
        cells: cells.iter().map(|c| stops(per(c.light, c.pixels))).collect(),
    }
}

fn row(raw: &Image, aces: &Image, width: usize, y: usize, has_end: bool) -> (Sums, [Sums; CELLS[0]]) {
    let (mut sums, mut across) = (Sums::default(), std::array::from_fn(|_| Sums::default()));
    let mut before = None;
    for x in 0..width {
        let (stored, scene) = (raw.pixel(x as u32, y as u32), aces.pixel(x as u32, y as u32).map(f64::from));
        if !scene.iter().all(|v| v.is_finite()) {
            before = None;
            continue;
        }
        let light = rgb::transform(&rgb::AP0_TO_XYZ, scene)[1];
        let cell = &mut across[x * CELLS[0] / width];
        (cell.pixels, cell.light) = (cell.pixels + 1, cell.light + light);
        (sums.pixels, sums.light) = (sums.pixels + 1, sums.light + light);
        sums.clipped += u64::from(has_end && stored.iter().any(|v| *v >= CLIP));
        let ap1 = rgb::transform(&rgb::AP0_TO_AP1, scene);
        let (high, low) = (ap1[0].max(ap1[1]).max(ap1[2]), ap1[0].min(ap1[1]).min(ap1[2]));
        if high >= LIT {
            let apart = (high - low) / high;
            sums.lit += 1;
            sums.saturation += apart;
            sums.beyond += u64::from(apart > 1.0 + EXACT);
        }
        let now = stops(light);
        if let Some(before) = before.replace(now) {
            sums.neighbours += 1;
            sums.detail += (now - before).abs();
        }
    }
    (sums, across)
}

impl Measured {
    /// Stops by which the light of the cells is another than in `other`: the mean.
    pub fn change_from(&self, other: &Self) -> f64 {
        let apart: f64 = self.cells.iter().zip(&other.cells).map(|(a, b)| (a - b).abs()).sum();
        apart / self.cells.len().max(1) as f64
    }
}
