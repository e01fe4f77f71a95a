//! Still and render as a few thousand cells: what a guess at their difference is judged by.

use super::{
    align::Alignment,
    difference::{light, to_nits},
    grey::MEAN,
};
use crate::{
    color::{Op, Processor},
    error::Result,
    framing,
    image::{Image, RectF, Size},
    scope::itp::{distance as itp_distance, itp},
};

/// Cells along the longer side.
const SIDE: u32 = 176;

/// The same cells of both pictures.
pub struct Cells {
    /// Ours, ACES2065-1, scene-linear: the mean of every cell.
    aces: [Vec<f32>; 3],
    /// The still's in ICtCp.
    still: Vec<[f64; 3]>,
    /// What the mean of a displayed cell differs from the mean cell displayed, in ICtCp: a curve does not keep means. Taken to be
    /// the same for every guess.
    bent: Vec<[f64; 3]>,
    /// How far a cell can be trusted: less where it holds an edge, nothing where it is not in both pictures.
    weight: Vec<f64>,
}

impl Cells {
    /// Cells of the part `area` of our picture, ACES2065-1, that the still shows; `display` leads from it to code values.
    pub fn new(aces: &Image, area: RectF, still: &Image, alignment: &Alignment, display: &[Op]) -> Result<Self> {
        let own = still.size();
        let longest = own.width.max(own.height).max(1);
        let side = |v: u32| (u64::from(v) * u64::from(SIDE.min(longest)) / u64::from(longest)).max(1) as u32;
        let size = Size::new(side(own.width), side(own.height));

        let mut lit = still.clone();
        lit.planes.iter_mut().for_each(|plane| plane.iter_mut().for_each(|v| *v = light(*v) as f32));
        let lit = framing::resample(&lit, RectF::new(0.0, 0.0, own.width.into(), own.height.into()), size, &MEAN)?;
        let still: Vec<_> = (0..size.area()).map(|i| itp(to_nits([0, 1, 2].map(|c| f64::from(lit.planes[c][i]))))).collect();

        let part = alignment.part_of(area);
        // The mean of the picture, and beside it the mean of what is displayed: they part where a cell holds an edge.
        let mut mean = framing::resample(aces, part, size, &MEAN)?;
        let mut shown = aces.clone();
        Processor::new(display).apply_image(&mut shown);
        shown.planes.iter_mut().for_each(|plane| plane.iter_mut().for_each(|v| *v = light(*v) as f32));
        let mut shown = framing::resample(&shown, part, size, &MEAN)?;
        for image in [&mut mean, &mut shown] {
            image.planes.iter_mut().for_each(|plane| mirror(plane, size, alignment.flip));
        }
        let mut cells = Self { aces: mean.planes, still, bent: vec![[0.0; 3]; size.area()], weight: vec![1.0; size.area()] };
        let ours = cells.displayed(display);
        // The part that lies in our picture, as cells of the still.
        let inside = |i: usize| {
            let (x, y) = ((i as u32 % size.width) as f64 + 0.5, (i as u32 / size.width) as f64 + 0.5);
            let u = alignment.shown.x + x / f64::from(size.width) * alignment.shown.width;
            let v = alignment.shown.y + y / f64::from(size.height) * alignment.shown.height;
            (0.0..1.0).contains(&u) && (0.0..1.0).contains(&v)
        };
        /// Half as much is believed of a cell whose two means differ by this.
        const EDGE: f64 = 0.5;
        for (i, ours) in ours.into_iter().enumerate() {
            let whole = itp(to_nits([0, 1, 2].map(|c| f64::from(shown.planes[c][i]))));
            let edge = itp_distance(ours, whole);
            cells.bent[i] = std::array::from_fn(|k| whole[k] - ours[k]);
            cells.weight[i] = if inside(i) { 1.0 / (1.0 + (edge / EDGE).powi(2)) } else { 0.0 };
        }
        Ok(cells)
    }

    /// Every `n`th cell, for guesses that are tried many times.
    pub fn thinned(&self, n: usize) -> Self {
        let aces = self.aces.each_ref().map(|plane| plane.iter().step_by(n).copied().collect());
        let points = |all: &[[f64; 3]]| all.iter().step_by(n).copied().collect();
        let weight = self.weight.iter().step_by(n).copied().collect();
        Self { aces, still: points(&self.still), bent: points(&self.bent), weight }
    }

    pub fn len(&self) -> usize {
        self.still.len()
    }

    /// What `ops`, from ACES2065-1 to code values, make of the cells, in ICtCp.
    fn displayed(&self, ops: &[Op]) -> Vec<[f64; 3]> {
        let size = Size::new(self.aces[0].len() as u32, 1);
        let mut image = Image::from_planes(size, self.aces.clone());
        Processor::new(ops).apply_image(&mut image);
        let cell = |i: usize| {
            let shown = itp(to_nits([0, 1, 2].map(|c| light(image.planes[c][i]))));
            std::array::from_fn(|k| shown[k] + self.bent[i][k])
        };
        (0..self.len()).map(cell).collect()
    }

    /// dE ITP of every cell between the still and what `ops` make.
    pub fn differences(&self, ops: &[Op]) -> Vec<f64> {
        self.displayed(ops).into_iter().zip(&self.still).map(|(ours, still)| itp_distance(ours, *still)).collect()
    }

    /// Their mean, by weight.
    pub fn mean(&self, differences: &[f64]) -> f64 {
        let (sum, weight) = differences.iter().zip(&self.weight).fold((0.0, 0.0), |(s, w), (d, weight)| (s + d * weight, w + weight));
        if weight > 0.0 { sum / weight } else { f64::INFINITY }
    }

    pub fn residual(&self, ops: &[Op]) -> f64 {
        self.mean(&self.differences(ops))
    }

    /// Takes the weight of cells that no guess explains (a burn-in, a logo), up to a tenth of them. `least`: the smallest
    /// difference of every cell under all guesses.
    pub fn ignore_unexplained(&mut self, least: &[f64]) -> usize {
        /// Far above what a JPEG leaves of a cell (measured: p99 4.1 at quality 75).
        const UNEXPLAINED: f64 = 8.0;
        let mut worst: Vec<usize> = (0..self.len()).filter(|&i| least[i] > UNEXPLAINED && self.weight[i] > 0.0).collect();
        worst.sort_by(|a, b| least[*b].total_cmp(&least[*a]));
        worst.truncate(self.len() / 10);
        worst.iter().for_each(|&i| self.weight[i] = 0.0);
        worst.len()
    }
}

pub fn mirror(plane: &mut [f32], size: Size, [across, down]: [bool; 2]) {
    let width = size.width as usize;
    if across {
        plane.chunks_exact_mut(width).for_each(<[f32]>::reverse);
    }
    if down {
        let height = size.height as usize;
        for y in 0..height / 2 {
            let (upper, lower) = plane.split_at_mut((height - 1 - y) * width);
            upper[y * width..(y + 1) * width].swap_with_slice(&mut lower[..width]);
        }
    }
}
