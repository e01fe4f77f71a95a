//! Where a still lies in our picture: flip, shift and scale, by matching grey pictures whatever their brightness and contrast.

use super::grey::Grey;
use crate::{
    error::Result,
    image::{Image, RectF, Size},
};

/// How a still lies in the part of our picture that it is meant to show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Alignment {
    /// Whether it is mirrored left to right, and top to bottom.
    pub flip: [bool; 2],
    /// What it shows of that part, which is 0..1 along both axes (after the flip).
    pub shown: RectF,
    /// Of the two grey pictures, 1 where they are alike.
    pub correlation: f64,
}

impl Alignment {
    /// A still that lies where it should.
    pub const PERFECT: Self = Self { flip: [false; 2], shown: RectF::new(0.0, 0.0, 1.0, 1.0), correlation: 1.0 };

    /// How far its centre is off, in pixels of a still of `size`.
    pub fn shift(&self, size: Size) -> [f64; 2] {
        let off = |start: f64, length: f64, pixels: u32| (0.5 - start - 0.5 * length) / length * f64::from(pixels);
        [off(self.shown.x, self.shown.width, size.width), off(self.shown.y, self.shown.height, size.height)]
    }

    /// How much larger than it should be the picture is in it, along both axes: 1 where it is right.
    pub fn scale(&self) -> [f64; 2] {
        [1.0 / self.shown.width, 1.0 / self.shown.height]
    }

    /// How far the edges of the still are from where they should be, as a part of its sides; a flip is farther than any shift.
    fn off(&self) -> f64 {
        let edges = |start: f64, length: f64| start.abs().max((start + length - 1.0).abs());
        let r = &self.shown;
        let flips = self.flip.iter().filter(|f| **f).count() as f64;
        edges(r.x, r.width).max(edges(r.y, r.height)) + 10.0 * flips
    }

    /// The one of several matches with parts of one frame that is meant. A still of one part is found in every other of its shape,
    /// shifted and scaled: among those that match as well as any, it is the one that lies nearest to where it should.
    pub fn meant<T>(matches: impl IntoIterator<Item = (Self, T)>) -> Option<(Self, T)> {
        let all: Vec<(Self, T)> = matches.into_iter().collect();
        let best = all.iter().map(|(a, _)| a.correlation).fold(f64::NEG_INFINITY, f64::max);
        let as_good = all.into_iter().filter(|(a, _)| a.correlation >= best - MARGIN);
        as_good.min_by(|(a, _), (b, _)| a.off().total_cmp(&b.off()))
    }

    /// The part of `area` that the still shows; may reach beyond it.
    pub fn part_of(&self, area: RectF) -> RectF {
        let [x, y] = [(0, self.shown.x, self.shown.width), (1, self.shown.y, self.shown.height)]
            .map(|(axis, start, length): (usize, f64, f64)| if self.flip[axis] { 1.0 - start - length } else { start });
        RectF::new(area.x + x * area.width, area.y + y * area.height, self.shown.width * area.width, self.shown.height * area.height)
    }
}

/// Longest side of the largest grey picture: a still four times as wide is then placed to a quarter of a pixel at least.
const SIDE: u32 = 960;
/// Of the picture in which one of several candidates is chosen.
const ROUGH: usize = 240;
/// Longest side of the smallest, in which everything is tried.
const COARSE: usize = 72;
/// By less than this a match is no better than another: compression, noise and another scale make as much. A flip, or another part
/// of the frame, is believed when it matches better by more.
const MARGIN: f64 = 0.02;

/// A still, made ready to be found in pictures.
pub struct Aligner {
    /// Largest first, each flattened.
    stills: Vec<Grey>,
}

impl Aligner {
    /// `still` holds display code values.
    pub fn new(still: &Image) -> Result<Self> {
        let own = still.size();
        let longest = own.width.max(own.height).max(1);
        let side = |v: u32| (u64::from(v) * u64::from(SIDE.min(longest)) / u64::from(longest)).max(1) as u32;
        let size = Size::new(side(own.width), side(own.height));
        let whole = RectF::new(0.0, 0.0, own.width.into(), own.height.into());
        Ok(Self { stills: pyramid(Grey::new(still, whole, size)?.softened()) })
    }

    /// Finds the still in the part `area` of our picture, in display code values, well enough to choose among candidates.
    pub fn rough(&self, ours: &Image, area: RectF) -> Result<Alignment> {
        let first = self.stills.iter().position(|g| g.width.max(g.height) <= ROUGH).unwrap_or(self.stills.len() - 1);
        let stills = &self.stills[first..];
        let upright = grey(ours, area, &stills[0])?;
        let mut best: Option<Alignment> = None;
        for flip in [[false, false], [true, false], [false, true], [true, true]] {
            let ours = pyramid(upright.flipped(flip));
            let (Some(coarse), Some(still)) = (ours.last(), stills.last()) else { continue };
            let mut shown = tried(coarse, still);
            for (ours, still) in ours.iter().zip(stills).rev() {
                shown = refined(ours, still, shown);
            }
            let correlation = correlation(&ours[0], &stills[0], shown);
            if best.is_none_or(|b| correlation > b.correlation + MARGIN) {
                best = Some(Alignment { flip, shown, correlation });
            }
        }
        Ok(best.unwrap_or(Alignment { correlation: 0.0, ..Alignment::PERFECT }))
    }

    /// Makes what was found roughly exact, in larger and larger pictures.
    pub fn exact(&self, ours: &Image, area: RectF, rough: Alignment) -> Result<Alignment> {
        let still = &self.stills[0];
        let largest = grey(ours, area, still)?.flipped(rough.flip);
        let mut shown = rough.shown;
        for (ours, still) in pyramid(largest.clone()).iter().zip(&self.stills).rev() {
            if still.width.max(still.height) > ROUGH {
                shown = refined(ours, still, shown);
            }
        }
        // Flattened at another scale, ours is not quite the same picture: it is placed, flattened again, and what is left is found.
        const AGAIN: usize = 2;
        for _ in 0..AGAIN {
            let placed = largest.part(shown, still.width, still.height).flattened();
            let left = refined(&placed, still, Alignment::PERFECT.shown);
            shown = RectF::new(
                shown.x + left.x * shown.width,
                shown.y + left.y * shown.height,
                shown.width * left.width,
                shown.height * left.height,
            );
        }
        let placed = largest.part(shown, still.width, still.height).flattened();
        Ok(Alignment { shown, correlation: correlation(&placed, still, Alignment::PERFECT.shown), ..rough })
    }
}

/// The part `area` of a picture of code values, in as many pixels as `still` has.
fn grey(ours: &Image, area: RectF, still: &Grey) -> Result<Grey> {
    Ok(Grey::new(ours, area, Size::new(still.width as u32, still.height as u32))?.softened())
}

/// Largest first, each flattened.
fn pyramid(largest: Grey) -> Vec<Grey> {
    let mut all = vec![largest];
    while let Some(next) = all.last().filter(|g| g.width.max(g.height) > COARSE).and_then(Grey::halved) {
        all.push(next);
    }
    all.iter().map(Grey::flattened).collect()
}

/// Scales that are tried, and how far the centre may be off, as a part of the side.
const SCALES: [f64; 9] = [0.75, 0.82, 0.9, 0.95, 1.0, 1.05, 1.11, 1.22, 1.33];
const REACH: f64 = 0.12;

fn tried(ours: &Grey, still: &Grey) -> RectF {
    let steps = |side: usize| (REACH * side as f64 / 2.0).ceil() as i32;
    let mut best = (f64::MIN, Alignment::PERFECT.shown);
    for scale in SCALES {
        for dy in -steps(still.height)..=steps(still.height) {
            for dx in -steps(still.width)..=steps(still.width) {
                let (x, y) = (2.0 * f64::from(dx) / still.width as f64, 2.0 * f64::from(dy) / still.height as f64);
                let shown = RectF::new(0.5 - 0.5 * scale + x, 0.5 - 0.5 * scale + y, scale, scale);
                let found = correlation(ours, still, shown);
                if found > best.0 {
                    best = (found, shown);
                }
            }
        }
    }
    best.1
}

/// Values of both pictures, and slopes of ours, at every pixel of the still that lies in ours.
fn samples<'a>(ours: &'a Grey, still: &'a Grey, shown: RectF) -> impl Iterator<Item = Sample> + 'a {
    let (width, height) = (ours.width as f64, ours.height as f64);
    (0..still.values.len()).filter_map(move |i| {
        let u = ((i % still.width) as f64 + 0.5) / still.width as f64;
        let v = ((i / still.width) as f64 + 0.5) / still.height as f64;
        let [value, dx, dy] = ours.at((shown.x + u * shown.width) * width, (shown.y + v * shown.height) * height)?;
        Some(Sample { u, v, still: still.values[i].into(), ours: value, slope: [dx * width, dy * height] })
    })
}

struct Sample {
    u: f64,
    v: f64,
    still: f64,
    ours: f64,
    slope: [f64; 2],
}

/// Pearson's, of what both pictures hold; 0 where less than half of the still lies in ours, or one of them is flat.
fn correlation(ours: &Grey, still: &Grey, shown: RectF) -> f64 {
    let [mut n, mut a, mut b, mut aa, mut bb, mut ab] = [0.0; 6];
    for s in samples(ours, still, shown) {
        n += 1.0;
        a += s.ours;
        b += s.still;
        aa += s.ours * s.ours;
        bb += s.still * s.still;
        ab += s.ours * s.still;
    }
    let spread = (aa - a * a / n) * (bb - b * b / n);
    if n * 2.0 < still.values.len() as f64 || spread.is_nan() || spread <= 1e-12 * n {
        return 0.0;
    }
    (ab - a * b / n) / spread.sqrt()
}

/// Gauss and Newton: placement, contrast and brightness together, as least squares; pixels that do not fit (a burn-in) weigh
/// little (Huber).
fn refined(ours: &Grey, still: &Grey, start: RectF) -> RectF {
    const STEPS: usize = 12;
    let (mut shown, mut contrast, mut brightness, mut limit) = (start, 1.0, 0.0, f64::INFINITY);
    for step in 0..STEPS {
        let mut normal = [[0.0; 7]; 6];
        let (mut sum, mut count) = (0.0, 0.0);
        for s in samples(ours, still, shown) {
            let error = s.still - contrast * s.ours - brightness;
            let weight = if error.abs() > limit { limit / error.abs() } else { 1.0 };
            sum += error.abs();
            count += 1.0;
            let [dx, dy] = s.slope.map(|d| d * contrast);
            let row = [dx, dx * s.u, dy, dy * s.v, s.ours, 1.0];
            for (i, line) in normal.iter_mut().enumerate() {
                for (j, cell) in line.iter_mut().enumerate() {
                    *cell += weight * row[i] * if j < 6 { row[j] } else { error };
                }
            }
        }
        let Some(change) = solved(normal) else { return start };
        // The first step finds contrast and brightness; before that nothing is known of what fits.
        limit = if step == 0 { f64::INFINITY } else { (1.5 * sum / count).max(1e-4) };
        let moved = RectF::new(shown.x + change[0], shown.y + change[2], shown.width + change[1], shown.height + change[3]);
        contrast += change[4];
        brightness += change[5];
        // A picture that runs away was not found.
        let sane = |at: f64, length: f64| (0.4..=2.5).contains(&length) && (-0.8..=0.8).contains(&at);
        if !sane(moved.x, moved.width) || !sane(moved.y, moved.height) {
            return start;
        }
        shown = moved;
        // A thousandth of a pixel.
        let settled = |change: f64, pixels: usize| change.abs() * (pixels as f64) < 1e-3;
        if step > 1
            && settled(change[0], still.width)
            && settled(change[1], still.width)
            && settled(change[2], still.height)
            && settled(change[3], still.height)
        {
            break;
        }
    }
    if correlation(ours, still, shown) >= correlation(ours, still, start) { shown } else { start }
}

/// The solution of six equations by Gauss's elimination; none where they do not decide.
fn solved(mut rows: [[f64; 7]; 6]) -> Option<[f64; 6]> {
    for i in 0..6 {
        let pivot = (i..6).max_by(|a, b| rows[*a][i].abs().total_cmp(&rows[*b][i].abs()))?;
        rows.swap(i, pivot);
        let lead = rows[i];
        if lead[i].abs() < 1e-12 || !lead[i].is_finite() {
            return None;
        }
        for row in rows.iter_mut().skip(i + 1) {
            let factor = row[i] / lead[i];
            for (cell, above) in row.iter_mut().zip(lead) {
                *cell -= factor * above;
            }
        }
    }
    let mut solution = [0.0; 6];
    for i in (0..6).rev() {
        let known: f64 = (i + 1..6).map(|j| rows[i][j] * solution[j]).sum();
        solution[i] = (rows[i][6] - known) / rows[i][i];
    }
    Some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::still::grey::MEAN;
    use crate::framing;

    /// Something with detail at every size, edges, and no symmetry.
    fn scene(size: Size) -> Image {
        let at = |x: f64, y: f64| {
            let blob = |cx: f64, cy: f64, r: f64| (-((x - cx).powi(2) + (y - cy).powi(2)) / (r * r)).exp();
            let field = ((x * 23.0) as u32 * 7 + (y * 17.0) as u32 * 13) % 11;
            let fine = 0.03 * (211.0 * x + 57.0 * y).sin() * (163.0 * y).cos();
            (0.15 + 0.3 * blob(0.3, 0.4, 0.1) + 0.2 * blob(0.7, 0.2, 0.05) + 0.03 * f64::from(field) + fine) as f32
        };
        let plane: Vec<f32> = (0..size.area())
            .map(|i| at((i as u32 % size.width) as f64 / f64::from(size.width), (i as u32 / size.width) as f64 / f64::from(size.height)))
            .collect();
        Image::from_planes(size, [plane.clone(), plane.clone(), plane])
    }

    fn align(ours: &Image, area: RectF, still: &Image) -> Result<Alignment> {
        let aligner = Aligner::new(still)?;
        aligner.exact(ours, area, aligner.rough(ours, area)?)
    }

    fn all(image: &Image) -> RectF {
        RectF::new(0.0, 0.0, image.size().width.into(), image.size().height.into())
    }

    #[test]
    fn a_still_in_its_place_is_found_there() {
        let ours = scene(Size::new(1600, 900));
        let mut still = framing::resample(&ours, all(&ours), Size::new(1120, 630), &MEAN).unwrap();
        // Legal range, and a burn-in in a corner.
        for plane in &mut still.planes {
            plane.iter_mut().for_each(|v| *v = *v * 219.0 / 255.0 + 16.0 / 255.0);
            for y in 560..620 {
                plane[y * 1120 + 40..y * 1120 + 400].fill(0.9);
            }
        }
        let found = align(&ours, all(&ours), &still).unwrap();
        let ([dx, dy], [sx, sy]) = (found.shift(still.size()), found.scale());
        assert!(dx.abs() < 0.1 && dy.abs() < 0.1 && (sx - 1.0).abs() < 3e-4 && (sy - 1.0).abs() < 3e-4, "{found:?} {dx} {dy} {sx} {sy}");
        assert_eq!(found.flip, [false; 2]);
    }

    #[test]
    fn shift_scale_and_flip_are_measured() {
        let ours = scene(Size::new(1280, 720));
        // The still shows this part of ours.
        let part = RectF::new(70.0, 30.0, 1152.0, 648.0);
        let still = framing::resample(&ours, part, Size::new(1280, 720), &MEAN).unwrap();
        let found = align(&ours, all(&ours), &still).unwrap();
        let [sx, sy] = found.scale();
        assert!((sx - 1280.0 / 1152.0).abs() < 5e-4 && (sy - 1280.0 / 1152.0).abs() < 5e-4, "{sx} {sy}");
        let want = [(640.0 - 646.0) / 1152.0 * 1280.0, (360.0 - 354.0) / 648.0 * 720.0];
        let got = found.shift(still.size());
        assert!((got[0] - want[0]).abs() < 0.1 && (got[1] - want[1]).abs() < 0.1, "{got:?}, not {want:?}");
        let back = found.part_of(all(&ours));
        assert!((back.x - part.x).abs() < 0.2 && (back.width - part.width).abs() < 0.4, "{back:?}");

        let mut mirrored = ours.clone();
        for plane in &mut mirrored.planes {
            plane.chunks_exact_mut(1280).for_each(|row| row.reverse());
        }
        let found = align(&ours, all(&ours), &mirrored).unwrap();
        assert_eq!(found.flip, [true, false]);
        assert!(found.shift(ours.size())[0].abs() < 0.1, "{found:?}");
    }

    #[test]
    fn of_parts_of_one_shape_it_is_the_one_where_it_lies() {
        let ours = scene(Size::new(1280, 720));
        let parts = [all(&ours), RectF::new(64.0, 36.0, 1152.0, 648.0), RectF::new(128.0, 72.0, 1024.0, 576.0)];
        for (n, part) in parts.iter().enumerate() {
            let mut still = framing::resample(&ours, *part, Size::new(640, 360), &MEAN).unwrap();
            // What an encoder makes of it.
            let noise = |i: usize| ((i * 7919 % 1013) as f32 / 1013.0 - 0.5) * 0.01;
            still.planes.iter_mut().for_each(|p| p.iter_mut().enumerate().for_each(|(i, v)| *v += noise(i)));
            let aligner = Aligner::new(&still).unwrap();
            let found = |area: &RectF| aligner.rough(&ours, *area).unwrap();
            let (alignment, which) = Alignment::meant(parts.iter().enumerate().map(|(i, area)| (found(area), i))).unwrap();
            assert_eq!(which, n, "{:?}", parts.map(|area| found(&area)));
            assert!(alignment.off() < 0.01, "{alignment:?}");
        }
        // One that matches better by more than noise is meant, wherever it lies.
        let at = |x: f64, correlation: f64| Alignment { shown: RectF::new(x, 0.0, 1.0, 1.0), correlation, ..Alignment::PERFECT };
        let meant = |list: &[Alignment]| Alignment::meant(list.iter().map(|a| (*a, ()))).map(|(a, ())| a);
        assert_eq!(meant(&[at(0.0, 0.9), at(0.1, 0.95)]), Some(at(0.1, 0.95)));
        assert_eq!(meant(&[at(0.1, 0.95), at(0.0, 0.94)]), Some(at(0.0, 0.94)));
        let flipped = Alignment { flip: [true, false], ..at(0.0, 0.95) };
        assert_eq!(meant(&[flipped, at(0.1, 0.95)]), Some(at(0.1, 0.95)));
        assert_eq!(meant(&[]), None);
    }

    #[test]
    fn a_flat_picture_is_nowhere() {
        let flat = Image::new(Size::new(320, 180));
        let found = align(&scene(Size::new(320, 180)), all(&flat), &flat).unwrap();
        assert_eq!(found.correlation, 0.0);
    }
}
