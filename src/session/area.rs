//! Mean, least and most of a part of the picture, at every stage: computed by the engine that renders.

use super::{FrameKey, Room, Session, Side, develop::scaled, jobs::Lane, latest::Latest, reports::Output, side::SideKey};
use crate::{
    color::Processor,
    error::{Error, Result},
    image::{Image, Rect, Size},
    pipeline::Stage,
    progress::Progress,
};
use std::sync::Arc;

/// Mean, least and most of each channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub mean: [f32; 3],
    pub min: [f32; 3],
    pub max: [f32; 3],
}

/// Of a picture at each stage; none where that cannot be rendered.
pub type Spreads = [Option<Spread>; Stage::ALL.len()];

/// What an area was measured of.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaKey {
    frame: FrameKey,
    plan: Arc<str>,
    /// x, y, width and height in canvas pixels.
    pub area: [u32; 4],
    side: Option<SideKey>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct AreaValues {
    pub key: AreaKey,
    pub a: Spreads,
    /// Of what is compared with it.
    pub b: Option<Spreads>,
    pub pixels: u64,
}

pub(super) type Areas = Latest<AreaKey, AreaValues>;

impl Session {
    /// Values of the area; of how it was a moment ago while it is measured.
    pub fn area_values(&self) -> Option<&AreaValues> {
        let area = self.view.area?;
        self.areas.made().filter(|v| v.key.area == area && Some(v.key.frame.opening) == self.selected_opened().map(|o| o.opening))
    }

    /// Measures where an area is marked, in the room that has the numbers. One at a time: while it is drawn, the next starts when
    /// the last is done.
    pub(super) fn refresh_area(&mut self) {
        if self.view.room != Room::Bench {
            return;
        }
        let (Some(area), Some(shown)) = (self.view.area, self.shown()) else { return };
        let Some(plans) = self.plans_in_view().cloned() else { return };
        let side = self.side().cloned();
        let key = AreaKey { frame: shown.key.clone(), plan: plans.key.clone(), area, side: side.as_ref().map(|s| s.key.clone()) };
        if self.areas.made().is_some_and(|v| v.key == key) || !self.areas.is_free_for(&key) {
            return;
        }
        let [x, y, width, height] = area;
        let canvas = shown.canvas;
        // In a picture of the canvas, or of what stands beside it.
        let within = move |size: Size| {
            // What reaches beyond the canvas is measured as far as it lies on it.
            let last = [
                (x.saturating_add(width.max(1)) - 1).min(canvas.width.saturating_sub(1)),
                (y.saturating_add(height.max(1)) - 1).min(canvas.height.saturating_sub(1)),
            ];
            let ([left, top], [right, bottom]) = scaled([x, y], canvas, size).zip(scaled(last, canvas, size))?;
            Some(Rect { x: left as i32, y: top as i32, width: right.max(left) - left + 1, height: bottom.max(top) - top + 1 })
        };
        let Some(rect) = within(shown.raw.size()) else { return };
        let (raw, of) = (shown.raw.clone(), key.clone());
        let job = self.jobs.spawn(Lane::Scopes, "Measuring the area", move |progress| {
            let a = spreads(&cut(&raw, rect), |stage| plans.to(stage).as_ref().ok(), progress)?;
            let b = side.as_deref().and_then(Side::stages).and_then(|(raw, to)| Some((raw, within(raw.size())?, to)));
            let b = b.map(|(raw, rect, to)| spreads(&cut(raw, rect), to, progress)).transpose()?;
            let pixels = u64::from(rect.width) * u64::from(rect.height);
            Ok(Output::Area(Box::new(AreaValues { key: of, a, b, pixels })))
        });
        self.areas.start(key, job);
    }
}

/// A part of a picture; it lies within it.
pub(super) fn cut(image: &Image, r: Rect) -> Image {
    let width = image.size().width as usize;
    let plane = |p: &Vec<f32>| {
        let row = |y: u32| &p[(r.y as usize + y as usize) * width + r.x as usize..][..r.width as usize];
        (0..r.height).flat_map(row).copied().collect::<Vec<f32>>()
    };
    Image::from_planes(Size::new(r.width, r.height), std::array::from_fn(|c| plane(&image.planes[c])))
}

fn spreads<'a>(raw: &Image, to: impl Fn(Stage) -> Option<&'a Processor>, progress: &Progress) -> Result<Spreads> {
    let mut all = Spreads::default();
    for stage in Stage::ALL {
        progress.check()?;
        let Some(processor) = to(stage) else { continue };
        let mut image = raw.clone();
        processor.apply_image(&mut image);
        all[stage as usize] = Some(spread(&image).ok_or_else(|| Error::invalid("the area is empty"))?);
    }
    Ok(all)
}

fn spread(image: &Image) -> Option<Spread> {
    let count = image.size().area();
    let of = |fold: fn(&[f32]) -> f32| std::array::from_fn(|c| fold(&image.planes[c]));
    (count > 0).then(|| Spread {
        mean: of(|p| (p.iter().map(|v| f64::from(*v)).sum::<f64>() / p.len() as f64) as f32),
        min: of(|p| p.iter().copied().fold(f32::INFINITY, f32::min)),
        max: of(|p| p.iter().copied().fold(f32::NEG_INFINITY, f32::max)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_cut_out_and_measured() {
        let size = Size::new(5, 4);
        let plane: Vec<f32> = (0..20).map(|i| i as f32).collect();
        let image = Image::from_planes(size, [plane.clone(), plane.iter().map(|v| -v).collect(), vec![0.5; 20]]);
        let part = cut(&image, Rect { x: 1, y: 2, width: 3, height: 2 });
        assert_eq!(part.planes[0], [11.0, 12.0, 13.0, 16.0, 17.0, 18.0]);
        let spread = spread(&part).unwrap();
        assert_eq!((spread.mean, spread.min, spread.max), ([14.5, -14.5, 0.5], [11.0, -18.0, 0.5], [18.0, -11.0, 0.5]));
    }
}
