//! What a picture looks like, in 63 bits: alike for the same frame through another pipeline, size and codec.
//!
//! Brightness is reduced to 32 x 32, put in the order of its values (so that exposure, look and transfer function do not count), and
//! taken apart into its lowest frequencies; each bit says whether one lies above the median of all. Frames of one picture differ in
//! few bits, others in about half.

use crate::image::{Image, RectF};

const SIDE: usize = 32;
/// Frequencies a side; the first of all, the mean, says nothing once values are in order.
const LOW: usize = 8;
/// Bits of a hash.
pub const BITS: u32 = (LOW * LOW - 1) as u32;

/// Bits that frames of one picture differ in, at most, on average.
pub const ALIKE: f64 = 9.0;

/// A hash, or none of a picture that is flat: its noise looks like nothing.
pub type Hash = Option<u64>;

/// Of the part of a picture that `area` covers (pixels of its own size); of all of it where that is none.
pub fn hash(picture: &Image, area: Option<RectF>) -> Hash {
    let small = brightness(picture, area)?;
    let (least, most) = small.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(a, b), v| (a.min(*v), b.max(*v)));
    // A hundredth of what is displayed.
    if most.is_nan() || most - least < 0.01 {
        return None;
    }
    let coefficients = low_frequencies(&ranked(&small));
    let mut sorted = coefficients;
    sorted.sort_by(f32::total_cmp);
    let median = sorted[sorted.len() / 2];
    Some(coefficients.iter().enumerate().fold(0u64, |hash, (i, c)| hash | u64::from(*c > median) << i))
}

/// Bits that differ.
pub fn distance(a: u64, b: u64) -> u32 {
    (a ^ b).count_ones()
}

/// The picture within black bars, which come in pairs: above and below, left and right. None where there are no bars, or all is black.
pub fn inside_bars(picture: &Image) -> Option<RectF> {
    /// Mean of what is displayed in a row of a bar: black, and what a codec spills into it from beside.
    const BLACK: f32 = 0.02;
    let (w, h) = (picture.size().width as usize, picture.size().height as usize);
    let [r, g, b] = &picture.planes;
    let light =
        |x: usize, y: usize| [r, g, b].map(|plane| plane.get(y * w + x).map_or(0.0, |v| v.clamp(0.0, 1.0))).iter().sum::<f32>() / 3.0;
    let row = |y: &usize| (0..w).map(|x| light(x, *y)).sum::<f32>() > BLACK * w as f32;
    let column = |x: &usize| (0..h).map(|y| light(*x, y)).sum::<f32>() > BLACK * h as f32;
    let pair = |first: usize, last: usize, length: usize| first.min(length - 1 - last);
    let above = pair((0..h).find(row)?, (0..h).rev().find(row)?, h);
    let beside = pair((0..w).find(column)?, (0..w).rev().find(column)?, w);
    let inside = RectF::new(beside as f64, above as f64, (w - 2 * beside) as f64, (h - 2 * above) as f64);
    (above + beside > 0).then_some(inside)
}

/// Mean brightness of each cell of a grid over the area.
fn brightness(picture: &Image, area: Option<RectF>) -> Option<Vec<f32>> {
    let size = picture.size();
    let whole = RectF::new(0.0, 0.0, size.width.into(), size.height.into());
    let area = area.unwrap_or(whole);
    let w = size.width as usize;
    let cells = |from: f64, length: f64, most: u32| -> Vec<std::ops::Range<usize>> {
        let edge = |i: usize| (from + length * i as f64 / SIDE as f64).clamp(0.0, f64::from(most));
        // At least one pixel each, also where the picture has fewer than cells.
        (0..SIDE)
            .map(|i| {
                (edge(i) as usize).min(most.saturating_sub(1) as usize)..(edge(i + 1) as usize).max(edge(i) as usize + 1).min(most as usize)
            })
            .collect()
    };
    if size.area() == 0 {
        return None;
    }
    let (columns, rows) = (cells(area.x, area.width, size.width), cells(area.y, area.height, size.height));
    let [r, g, b] = &picture.planes;
    let mut small = Vec::with_capacity(SIDE * SIDE);
    for row in &rows {
        for column in &columns {
            let (mut sum, mut count) = (0.0f32, 0u32);
            for y in row.clone() {
                for i in y * w + column.start..y * w + column.end {
                    let light = 0.2126 * r[i] + 0.7152 * g[i] + 0.0722 * b[i];
                    sum += if light.is_finite() { light.clamp(0.0, 1.0) } else { 0.0 };
                    count += 1;
                }
            }
            small.push(sum / count.max(1) as f32);
        }
    }
    Some(small)
}

/// Each value by its place among all, -1 to 1; equal values have one place.
fn ranked(values: &[f32]) -> Vec<f32> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut at = 0;
    while at < order.len() {
        let same = order[at..].iter().take_while(|i| values[**i] == values[order[at]]).count();
        let place = (at as f32 + (same - 1) as f32 / 2.0) / (values.len() - 1) as f32 * 2.0 - 1.0;
        order[at..at + same].iter().for_each(|i| ranks[*i] = place);
        at += same;
    }
    ranks
}

/// The discrete cosine transform (type II) of the lowest frequencies, without the mean.
fn low_frequencies(values: &[f32]) -> [f32; LOW * LOW - 1] {
    let wave = |frequency: usize, x: usize| (std::f32::consts::PI * (x as f32 + 0.5) * frequency as f32 / SIDE as f32).cos();
    let mut rows = [[0.0f32; LOW]; SIDE];
    for (y, row) in rows.iter_mut().enumerate() {
        for (u, sum) in row.iter_mut().enumerate() {
            *sum = (0..SIDE).map(|x| values[y * SIDE + x] * wave(u, x)).sum();
        }
    }
    std::array::from_fn(|i| {
        let (u, v) = ((i + 1) % LOW, (i + 1) / LOW);
        (0..SIDE).map(|y| rows[y][u] * wave(v, y)).sum()
    })
}

#[cfg(test)]
pub mod testing {
    use crate::image::{Image, Size};

    /// Soft blobs in places that the seed says.
    pub fn picture(seed: u32, size: Size, change: impl Fn(f32) -> f32) -> Image {
        let mut image = Image::new(size);
        let blob = |i: u32, k: u32| f64::from((seed * 7919 + i * 104_729 + k * 1_299_709) % 1000) / 1000.0;
        for y in 0..size.height {
            for x in 0..size.width {
                let (u, v) = (f64::from(x) / f64::from(size.width), f64::from(y) / f64::from(size.height));
                let light: f64 = (0..6).map(|i| blob(i, 2) * (-30.0 * ((u - blob(i, 0)).powi(2) + (v - blob(i, 1)).powi(2))).exp()).sum();
                for plane in &mut image.planes {
                    plane[(y * size.width + x) as usize] = change((light * 0.5 + 0.05) as f32);
                }
            }
        }
        image
    }
}

#[cfg(test)]
mod tests {
    use super::testing::picture;
    use super::*;
    use crate::image::Size;

    #[test]
    fn one_picture_stays_itself_through_size_exposure_and_curve() {
        let own = hash(&picture(1, Size::new(160, 90), |v| v), None).unwrap();
        for other in [
            picture(1, Size::new(64, 48), |v| v),
            picture(1, Size::new(160, 90), |v| v.powf(0.45)),
            picture(1, Size::new(160, 90), |v| v * 0.5),
        ] {
            let d = distance(own, hash(&other, None).unwrap());
            assert!(d <= 4, "{d}");
        }
        for seed in 2..20 {
            let d = distance(own, hash(&picture(seed, Size::new(160, 90), |v| v), None).unwrap());
            assert!(f64::from(d) > ALIKE, "{seed}: {d}");
        }
    }

    #[test]
    fn bars_and_flat_pictures_are_told() {
        let inner = picture(3, Size::new(100, 40), |v| v);
        let mut boxed = Image::new(Size::new(100, 60));
        for c in 0..3 {
            boxed.planes[c][1000..5000].copy_from_slice(&inner.planes[c]);
        }
        let area = inside_bars(&boxed).unwrap();
        assert_eq!(area, RectF::new(0.0, 10.0, 100.0, 40.0));
        assert_eq!(hash(&boxed, Some(area)), hash(&inner, None));
        assert_eq!(inside_bars(&inner), None);
        assert_eq!((hash(&Image::new(Size::new(9, 9)), None), inside_bars(&Image::new(Size::new(9, 9)))), (None, None));
        assert_eq!(hash(&Image::new(Size::new(0, 0)), None), None);
        assert!(hash(&picture(1, Size::new(3, 2), |v| v), None).is_some());
    }
}
